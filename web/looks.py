"""How each state of a record looks: one tone, one icon, one word, the same everywhere."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Look(NamedTuple):
    """Tone (a class of the stylesheet), Lucide icon and word of one state."""

    tone: str
    icon: str
    word: str | Promise


LOOKS: dict[str, Look] = {
    # verdicts
    "pass": Look("pass", "check", _("Pass")),
    "warn": Look("warn", "triangle-alert", _("Warn")),
    "fail": Look("fail", "x", _("Fail")),
    "inconclusive": Look("inconclusive", "scale", _("Inconclusive")),
    "unknown": Look("unknown", "circle-dashed", _("Unknown")),
    "error": Look("unknown", "bug", _("Error")),
    "not_run": Look("unknown", "circle-dashed", _("Not run")),
    # age
    "fresh": Look("pass", "check", _("Fresh")),
    "due": Look("warn", "clock", _("Due")),
    "invalid": Look("fail", "ban", _("Invalid")),
    "blocked": Look("fail", "ban", _("Blocked")),
    "lapsed": Look("flow", "history", _("Lapsed")),
    "stale": Look("warn", "hourglass", _("Stale")),
    "expired": Look("fail", "calendar-x", _("Expired")),
    "current": Look("pass", "check", _("Current")),
    "superseded": Look("flow", "history", _("Superseded")),
    # lives of systems, versions and cards
    "proposed": Look("flow", "lightbulb", _("Proposed")),
    "in_use": Look("live", "circle-dot", _("In use")),
    "in_validation": Look("live", "eye", _("In validation")),
    "restricted": Look("warn", "shield", _("Approved with restrictions")),
    "suspended": Look("fail", "circle-pause", _("Suspended")),
    "reviewed": Look("live", "eye", _("Reviewed")),
    "published": Look("pass", "book-open", _("Published")),
    # scans and signatures
    "unscanned": Look("unknown", "circle-dashed", _("Unscanned")),
    "clean": Look("pass", "check", _("No findings")),
    "findings": Look("fail", "triangle-alert", _("Findings")),
    "unverified": Look("unknown", "circle-dashed", _("Not verified")),
    # deployments
    "shadow": Look("flow", "copy", _("Shadow")),
    "canary": Look("live", "split", _("Canary")),
    "production": Look("live", "circle-dot", _("Production")),
    "promoted": Look("flow", "arrow-up", _("Promoted")),
    "replaced": Look("flow", "history", _("Replaced")),
    "rolled_back": Look("warn", "undo-2", _("Rolled back")),
    # imports
    "reading": Look("live", "loader", _("Being read")),
    "planned": Look("flow", "clock", _("Planned")),
    "applied": Look("pass", "check", _("Applied")),
    "discarded": Look("flow", "x", _("Discarded")),
    # signals of monitors
    "ongoing": Look("fail", "siren", _("Ongoing")),
    "quiet": Look("flow", "circle-dashed", _("No incident")),
    "ended": Look("flow", "lock", _("Ended")),
    # work
    "draft": Look("flow", "pencil-line", _("Draft")),
    "open": Look("live", "circle-dot", _("Open")),
    "declared": Look("live", "siren", _("Declared")),
    "suspected": Look("unknown", "search", _("Suspected")),
    "recovering": Look("live", "loader", _("Recovering")),
    "reopened": Look("warn", "rotate-ccw", _("Reopened")),
    "dismissed": Look("flow", "ban", _("Dismissed")),
    "duplicate": Look("flow", "copy", _("Duplicate")),
    "triage": Look("live", "list-filter", _("Triage")),
    "contained": Look("live", "shield", _("Contained")),
    "resolved": Look("pass", "check-check", _("Resolved")),
    "acknowledged": Look("live", "eye", _("Acknowledged")),
    "active": Look("live", "circle-dot", _("Active")),
    "in_progress": Look("live", "circle-dot", _("In progress")),
    "in_review": Look("live", "eye", _("In review")),
    "submitted": Look("live", "send", _("Submitted")),
    "returned": Look("warn", "undo-2", _("Returned")),
    "approved": Look("pass", "stamp", _("Approved")),
    "accepted": Look("pass", "stamp", _("Accepted")),
    "signed": Look("pass", "stamp", _("Signed")),
    "rejected": Look("fail", "ban", _("Rejected")),
    "frozen": Look("flow", "lock", _("Frozen")),
    "closed": Look("flow", "lock", _("Closed")),
    "withdrawn": Look("flow", "undo-2", _("Withdrawn")),
    "retired": Look("flow", "archive", _("Retired")),
    "archived": Look("flow", "archive", _("Archived")),
    "verified": Look("pass", "badge-check", _("Verified")),
    "conflict": Look("warn", "git-merge-conflict", _("Conflict")),
    # answers
    "not_started": Look("unknown", "circle-dashed", _("Not started")),
    "unanswered": Look("unknown", "circle-dashed", _("Not answered")),
    "answered": Look("flow", "check", _("Answered")),
    "needs_review": Look("warn", "eye", _("Needs review")),
    "not_applicable": Look("flow", "circle-slash", _("Not applicable")),
    "carried_over": Look("warn", "copy", _("Carried over, not confirmed")),
    "prefilled": Look("unknown", "copy", _("Filled in, not confirmed")),
    "inherited": Look("flow", "corner-down-right", _("Inherited")),
    "confirmed": Look("pass", "check", _("Confirmed")),
    "to_confirm": Look("warn", "eye", _("To confirm")),
    # evidence and reviews
    "offered": Look("flow", "clock", _("Offered")),
    "expiring": Look("warn", "hourglass", _("Expires soon")),
    "met": Look("pass", "check", _("Met")),
    "partly": Look("warn", "equal", _("Partly met")),
    "not_met": Look("fail", "x", _("Not met")),
    # duties to notify
    "not_assessed": Look("unknown", "circle-dashed", _("Not assessed")),
    "late": Look("fail", "hourglass", _("Late")),
    "sent": Look("pass", "send", _("Sent")),
    # monitors
    "paused": Look("warn", "circle-pause", _("Paused")),
    # jobs
    "queued": Look("flow", "clock", _("Waiting")),
    "running": Look("live", "loader", _("Running")),
    "done": Look("pass", "check", _("Done")),
    "failed": Look("fail", "x", _("Failed")),
    "cancelled": Look("flow", "circle-slash", _("Cancelled")),
    # severities and tiers
    "critical": Look("fail", "chevrons-up", _("Critical")),
    "high": Look("fail", "chevron-up", _("High")),
    "medium": Look("warn", "equal", _("Medium")),
    "moderate": Look("warn", "equal", _("Moderate")),
    "limited": Look("warn", "equal", _("Limited")),
    "low": Look("flow", "chevron-down", _("Low")),
    "minimal": Look("flow", "chevron-down", _("Minimal")),
    "prohibited": Look("fail", "ban", _("Prohibited")),
    "info": Look("flow", "info", _("For information")),
    "success": Look("success", "check", _("Done")),
    "warning": Look("warning", "triangle-alert", _("Warning")),
}
UNLISTED_ICON = "circle"


def look_of(state: object) -> Look:
    """The look of ``state``; a state that is not listed shows its own name in a quiet tone."""
    name = str(state).strip().lower().replace("-", "_").replace(" ", "_")
    if found := LOOKS.get(name):
        return found
    word = name.replace("_", " ").strip()
    return Look("flow", UNLISTED_ICON, word.capitalize()) if word else LOOKS["unknown"]
