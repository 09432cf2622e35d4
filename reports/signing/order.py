"""Who signs a report, in which order, and what each signature says. No Django models."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission


@dataclass(frozen=True)
class Seat:
    """One place in the order: `key` names the signature field in the PDF as well."""

    key: str
    title: Any
    statement: Any
    permission: Permission


SEATS = (
    Seat(
        "assessor",
        _("Assessor"),
        _("I answer for what this report says and know of nothing that it leaves out."),
        Permission.ASSESSMENT_SUBMIT,
    ),
    Seat(
        "reviewer",
        _("Reviewer"),
        _("I have reviewed this report and did not write what it judges."),
        Permission.ASSESSMENT_SIGN,
    ),
    Seat(
        "auditor",
        _("Auditor"),
        _("I have examined this report against the records that it names."),
        Permission.REPORT_ATTEST,
    ),
)
CHOICES = [(seat.key, seat.title) for seat in SEATS]
FIELDS = tuple(seat.key for seat in SEATS)


def seat(key: str) -> Seat:
    """The place named `key`. Raises KeyError."""
    return {found.key: found for found in SEATS}[key]


def next_seat(given: int) -> Seat | None:
    """The place whose turn it is after `given` signatures; None when all have signed."""
    return SEATS[given] if given < len(SEATS) else None
