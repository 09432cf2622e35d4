"""The pre-filled pack of a notice: what is known, and what is still to be said."""

import datetime as dt
from typing import Any

from incidents.clocks.rules import Rule

FORMAT = "assay-notification-pack"
DISCLAIMER = "An aid to work with, not legal advice. Compare it with the law before you send it."


def pack(
    rule: Rule,
    record: Any,
    facts: list[dict[str, str]],
    timeline: list[dict[str, str]],
    deadline: dict[str, Any],
) -> dict[str, Any]:
    """Everything that a notice under ``rule`` may need, as plain data.

    ``record`` is the incident as a neutral record; what is empty in it is left out.
    """
    return {
        "format": FORMAT,
        "format_version": 1,
        "disclaimer": DISCLAIMER,
        "duty": {
            "rule": rule.id,
            "law": rule.law,
            "article": rule.article,
            "title": rule.title,
            "jurisdiction": rule.jurisdiction,
            "role": rule.role,
            "trigger": rule.trigger,
            "recipient": rule.recipient,
            "source": rule.source,
            "certainty": rule.certainty,
            "text_date": rule.text_date.isoformat(),
            "verified_on": rule.verified_on.isoformat() if rule.verified_on else "",
            "note": rule.note,
        },
        "deadline": deadline,
        "asked_for": list(rule.content),
        "incident": {key: value for key, value in record.items() if value not in ("", [], {})},
        "facts": facts,
        "timeline": timeline,
    }


def utc(moment: dt.datetime | None) -> str:
    """``moment`` in UTC to the second, such as ``2026-11-24T08:30:00Z``; empty for none."""
    return "" if moment is None else moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
