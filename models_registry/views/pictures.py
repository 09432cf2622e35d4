"""The pictures of the registry, from rows."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from charts import Stay, stay_lanes
from models_registry.models import Deployment, Model

_INK = {"rolled_back": "warn"}


def environment_picture(rows: Sequence[Deployment], model: Model, environment: str) -> SafeString:
    """One lane for each stage, production first; the versions as bars."""
    order = [stage.value for stage in reversed(Deployment.Stage)]
    stays = [
        Stay(
            lane=row.get_stage_display(),
            label=row.model_version.number,
            start=row.since,
            end=row.until,
            state=_INK.get(row.ending, ""),
        )
        for row in sorted(rows, key=lambda row: (order.index(row.stage), row.since, row.pk))
    ]
    words = {"model": model.name, "environment": environment, "n": len(rows)}
    return stay_lanes(
        stays,
        now=timezone.now(),
        title=_("%(model)s in %(environment)s over time") % words,
        description=_("%(n)s stays of versions; the table below names each of them.") % words,
    )
