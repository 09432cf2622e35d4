"""Words of the history of risks, and the picture of their heat map."""

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from charts.heat import heat_map
from governance.risks.models import IMPACTS, LIKELIHOODS, band_of
from governance.risks.queries import HeatCell

EVENTS: dict[str, str | Promise] = {
    "governance.risk.registered": gettext_lazy("Registered"),
    "governance.risk.edited": gettext_lazy("Edited"),
    "governance.risk.closed": gettext_lazy("Closed"),
    "governance.risk.accepted": gettext_lazy("Accepted"),
    "governance.treatment.added": gettext_lazy("Measure added"),
    "governance.treatment.done": gettext_lazy("Measure done"),
}
_PAINT = {"critical": "fail", "high": "fail", "medium": "warn", "low": "pass"}


def picture_of(cells: list[HeatCell]) -> SafeString:
    """The heat map of open risks."""
    return heat_map(
        [(cell.likelihood, cell.impact, cell.count) for cell in cells],
        rows=[str(word) for _step, word in LIKELIHOODS],
        columns=[str(word) for _step, word in IMPACTS],
        colour=lambda likelihood, impact: _PAINT[band_of(likelihood, impact)],
        title=_("Open risks by likelihood and impact"),
        description=_("The table below holds the same numbers."),
    )
