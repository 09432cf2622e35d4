"""What holds of a PDF that somebody brings: file, signatures, snapshot, ledger, and what is new."""

from reports.verification.points import Point
from reports.verification.verdict import Verdict, verify

__all__ = ["Point", "Verdict", "verify"]
