"""Reading reports."""

import json
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import QuerySet

from accounts.queries import can
from governance.assessments.models import Assessment
from jobs.models import Job
from models_registry.models import AISystem
from reports.card_shape import CardSnapshot
from reports.models import Report, SignOff
from reports.shape import Snapshot
from reports.signing.order import FIELDS, Seat, next_seat
from vault.models import StoredFile
from vault.queries import MissingBytes, read_bytes


def with_names(reports: QuerySet[Any]) -> QuerySet[Any]:
    """`reports` with everything that a line about one shows, in one query."""
    return reports.select_related(
        "system",
        "card__model_version__model",
        "unit",
        "assessment",
        "requested_by",
        "job",
        "file",
        "snapshot",
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


def signoffs_of(report: Report) -> list[SignOff]:
    """The signatures of `report` in the order of their seats, failed ones included."""
    found = SignOff.objects.filter(report=report).select_related("job", "file", "signer", "report")
    return sorted(found, key=lambda one: FIELDS.index(one.seat))


def newest_file(report: Report) -> StoredFile:
    """The file with the most signatures; the printed one while nobody signed.

    Raises vault.queries.MissingBytes while nothing is printed.
    """
    signed = [one.file for one in signoffs_of(report) if one.file is not None]
    found = signed[-1] if signed else report.file
    if found is None:
        raise MissingBytes(f"{report.reference} is not printed yet")
    return found


def signoff_of_job(job: Job) -> SignOff | None:
    """The signature that `job` makes; None when it was asked for anew."""
    rows = SignOff.objects.select_related("report__file", "report__unit", "signer", "file")
    found: SignOff | None = rows.filter(job=job).first()
    return found


@dataclass(frozen=True)
class Signing:
    """Where the sign-off of a report stands, as one reader sees it.

    `turn` is None when all have signed or nothing is printed; `may_sign` says whether the reader
    may take that turn; `making` is the signature whose job is open or failed.
    """

    given: list[SignOff]
    making: SignOff | None
    turn: Seat | None
    may_sign: bool


def signing_of(report: Report, user: Any) -> Signing:
    """The signatures of `report` and whose turn it is."""
    found = signoffs_of(report) if report.is_done else []
    given = [one for one in found if one.file_digest]
    making = next((one for one in found if not one.file_digest), None)
    turn = next_seat(len(given)) if report.is_done else None
    busy = making is not None and making.job.is_open
    may = turn is not None and not busy and can(user, turn.permission, report.unit_id)
    mine = any(one.signer_id == user.pk for one in given)
    return Signing(given, making, turn, may and not mine)
