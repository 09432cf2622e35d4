"""What a failed rendering means for the person who wants the report."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PANGO_COMMAND = (
    "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
)

_SENTENCES: dict[str, str | Promise] = {
    "memory": _(
        "The report needs more memory than one report may take. Shorten the longest answers or "
        "the model card, then ask for it again."
    ),
    "cpu": _(
        "The report took more computing time than one report may take. Shorten the longest "
        "answers or tables, then ask for it again."
    ),
    "time": _("The report was not ready in time. Ask for it again when the machine is less busy."),
    "too-large": _("The records make a document that is too large to print. Shorten long texts."),
    "too-many-pages": _("The report would have more than 2,000 pages. Shorten long texts."),
}


def sentence(code: str, part: str = "") -> str:
    """A sentence that says what to do, and where. `code` and `part` are those of
    reports.pdf.job.RenderError."""
    if code == "pango-missing":
        return str(
            _("PDFs need the Pango library, which this machine lacks. Run “%(command)s”.")
        ) % {"command": PANGO_COMMAND}
    said = str(_SENTENCES.get(code, _("The report could not be laid out. The log says why.")))
    return (
        str(_("In the part “%(part)s”: %(said)s")) % {"part": part, "said": said} if part else said
    )
