"""Every write about reports."""

from reports.actions.printing import (
    KIND,
    MAX_BYTES,
    Options,
    Printed,
    hand_out,
    hand_out_oscal,
    keep_printed,
    request_card_report,
    request_report,
)
from reports.actions.signing import SIGN_KIND, Signed, keep_signed, sign_off

__all__ = [
    "KIND",
    "MAX_BYTES",
    "SIGN_KIND",
    "Options",
    "Printed",
    "Signed",
    "hand_out",
    "hand_out_oscal",
    "keep_printed",
    "keep_signed",
    "request_card_report",
    "request_report",
    "sign_off",
]
