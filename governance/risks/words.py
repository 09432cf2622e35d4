"""Words of the history of risks, and the picture of their heat map."""

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from charts.heat import heat_map
from governance.risks.queries import HeatMap

EVENTS: dict[str, str | Promise] = {
    "governance.risk.registered": gettext_lazy("Registered"),
    "governance.risk.edited": gettext_lazy("Edited"),
    "governance.risk.closed": gettext_lazy("Closed"),
    "governance.risk.accepted": gettext_lazy("Accepted"),
    "governance.matrix.set": gettext_lazy("Set"),
    "governance.risk-sheet.uploaded": gettext_lazy("Table uploaded"),
    "governance.risk-sheet.applied": gettext_lazy("Table applied"),
    "governance.risk-sheet.discarded": gettext_lazy("Table discarded"),
    "governance.treatment.added": gettext_lazy("Measure added"),
    "governance.treatment.done": gettext_lazy("Measure done"),
}
_PAINT = {"critical": "fail", "high": "fail", "medium": "warn", "low": "pass"}


def picture_of(found: HeatMap) -> SafeString:
    """The fields of a matrix in the colours of their levels, with how many risks stand there."""
    matrix = found.matrix
    return heat_map(
        [(cell.likelihood, cell.impact, cell.count) for cell in found.cells],
        rows=[word for _step, word in matrix.steps("likelihood")],
        columns=[word for _step, word in matrix.steps("impact")],
        colour=lambda likelihood, impact: _PAINT[matrix.level(likelihood, impact)],
        title=_("Risks by likelihood and impact, %(size)s") % {"size": matrix.size},
        description=_("The table below holds the same."),
    )
