"""Reading reports."""

import json
from typing import Any, cast

from django.db.models import QuerySet

from governance.assessments.models import Assessment
from jobs.models import Job
from models_registry.models import AISystem
from reports.card_shape import CardSnapshot
from reports.models import Report
from reports.shape import Snapshot
from vault.queries import read_bytes


def with_names(reports: QuerySet[Any]) -> QuerySet[Any]:
    """`reports` with everything that a line about one shows, in one query."""
    return reports.select_related(
        "system", "card__model_version__model", "unit", "assessment", "requested_by", "job", "file"
    )


def report_of_job(job: Job) -> Report | None:
    """The report that `job` prints; None when it was taken back."""
    found: Report | None = with_names(Report.objects.all()).filter(job=job).first()
    return found


def newest_assessment(system: AISystem, by: Any) -> Assessment | None:
    """The assessment of `system` opened last among those that `by` may see."""
    visible = Assessment.objects.all().visible_to(by).filter(system=system)
    found: Assessment | None = visible.order_by("-pk").first()
    return found


def snapshot_bytes(report: Report) -> bytes:
    """The canonical JSON as frozen. Raises vault.queries.MissingBytes."""
    return read_bytes(report.snapshot_digest)


def snapshot_of(report: Report) -> Snapshot | CardSnapshot:
    """The snapshot as data."""
    return cast("Snapshot | CardSnapshot", json.loads(snapshot_bytes(report)))
