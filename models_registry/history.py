"""What happened to a record, from the ledger, in words."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ledger.models import Event, Record
from models_registry.intake import in_words

LONGEST = 50
_PEOPLE = ("owner_id", "accountable_id", "developer_id", "validator_id", "approver_id")
_CUT = 160

EVENTS: dict[str, str | Promise] = {
    "models_registry.system.registered": _("Registered"),
    "models_registry.system.edited": _("Edited"),
    "models_registry.system.put-into-use": _("Put into use"),
    "models_registry.system.retired": _("Retired"),
    "models_registry.system.proposed-again": _("Proposed again"),
    "models_registry.system.intake-answered": _("Intake answered"),
    "models_registry.system.marked-duplicate": _("Marked as a duplicate"),
    "models_registry.system.unmarked-duplicate": _("No longer marked as a duplicate"),
    "models_registry.model.registered": _("Registered"),
    "models_registry.model.edited": _("Edited"),
    "models_registry.use.added": _("Use of a model added"),
    "models_registry.use.edited": _("Edited"),
    "models_registry.use.removed": _("Use of a model removed"),
    "models_registry.version.registered": _("Registered"),
    "models_registry.version.edited": _("Edited"),
    "models_registry.version.submitted": _("Submitted and frozen"),
    "models_registry.version.withdrawn": _("Withdrawn"),
    "models_registry.version.validation-started": _("Validation started"),
    "models_registry.version.approved": _("Approved"),
    "models_registry.version.restricted": _("Approved with restrictions"),
    "models_registry.version.rejected": _("Rejected"),
    "models_registry.version.suspended": _("Suspended"),
    "models_registry.version.superseded": _("Superseded"),
    "models_registry.version.retired": _("Retired"),
    "models_registry.card.imported": _("Card imported"),
    "models_registry.card.started": _("Card started"),
    "models_registry.card.draft-saved": _("Draft of the card saved"),
    "models_registry.card.draft-emptied": _("Draft of the card emptied"),
    "models_registry.card.draft-discarded": _("Draft of the card discarded"),
    "models_registry.card.edited": _("Card edited"),
    "models_registry.card.review-asked": _("Review of the card asked for"),
    "models_registry.card.reviewed": _("Card reviewed"),
    "models_registry.card.sent-back": _("Card sent back"),
    "models_registry.card.published": _("Card published"),
    "models_registry.card.unpublished": _("Card no longer published"),
    "models_registry.version.files-changed": _("Files changed"),
    "models_registry.artifact.added": _("File added"),
    "models_registry.artifact.removed": _("File removed"),
    "models_registry.artifact.scanned": _("Scanned"),
    "models_registry.scan.recorded": _("Scanner reported"),
    "models_registry.waiver.granted": _("Waiver granted"),
    "models_registry.waiver.ended": _("Waiver ended"),
    "models_registry.signature.added": _("Signature added"),
    "models_registry.signature.checked": _("Signature checked"),
    "models_registry.dataset.uploaded": _("Uploaded"),
    "models_registry.datasheet.imported": _("Datasheet imported"),
    "models_registry.datasheet.written": _("Datasheet written"),
    "models_registry.deployment.started": _("Started"),
    "models_registry.deployment.promoted": _("Promoted"),
    "models_registry.deployment.replaced": _("Replaced by another version"),
    "models_registry.deployment.retired": _("Retired"),
    "models_registry.deployment.rolled-back": _("Rolled back"),
    "models_registry.deployment.rolled-back-unverified": _(
        "Rolled back although the way back was not verified"
    ),
    "models_registry.deployment.digest-reported": _("Digest reported by the runtime"),
    "models_registry.deployment.rollback-checked": _("Way back checked"),
    "models_registry.system.linked": _("Linked with its id in an inventory outside"),
    "models_registry.model.linked": _("Linked with its id in a source outside"),
    "models_registry.import.started": _("Import started"),
    "models_registry.import.queued": _("Waiting to be read"),
    "models_registry.import.planned": _("Plan made"),
    "models_registry.import.apply-asked": _("Asked to apply the plan"),
    "models_registry.import.applied": _("Plan applied"),
    "models_registry.import.discarded": _("Discarded"),
    "models_registry.parent.added": _("Parent added"),
    "models_registry.parent.removed": _("Parent removed"),
}


@dataclass(frozen=True)
class Change:
    """One field that changed, as text."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One event in words."""

    at: datetime
    name: str
    person: str
    what: str | Promise
    reason: str
    changes: list[Change]


def history(record: Record, *others: Record) -> list[Entry]:
    """The latest events of ``record`` and ``others``, newest first; two queries."""
    keys = [record.key, *(other.key for other in others)]
    events = list(Event.objects.filter(subject__in=keys).order_by("-pk")[:LONGEST])
    bodies = [json.loads(event.body) for event in events]
    people = _people(events, bodies)
    return [
        _entry(event, body, type(record), people)
        for event, body in zip(events, bodies, strict=True)
    ]


def _people(events: list[Event], bodies: list[dict[str, Any]]) -> dict[str, str]:
    """Names of everybody who acted or was an owner, by ledger key."""
    ids = {event.actor.rpartition(":")[2] for event in events}
    for body in bodies:
        ids |= {str(body.get(side, {}).get(p)) for side in ("old", "new") for p in _PEOPLE}
    found = User.objects.filter(pk__in=[pk for pk in ids if pk.isdecimal()])
    return {f"accounts.user:{pk}": name for pk, name in found.values_list("pk", "name")}


def _entry(
    event: Event, body: dict[str, Any], model: type[Record], people: dict[str, str]
) -> Entry:
    old, new = body.get("old") or {}, body.get("new") or {}
    changed = [] if not old else [name for name in new if name not in {"version", "id"}]
    fields = {f.attname: f for f in model._meta.concrete_fields}
    return Entry(
        at=event.at,
        name=event.action,
        person=people.get(event.actor, event.actor),
        what=EVENTS.get(event.action, event.action),
        reason=event.reason,
        changes=[
            Change(
                str(fields[name].verbose_name) if name in fields else name,
                _text(fields.get(name), old.get(name), people),
                _text(fields.get(name), new.get(name), people),
            )
            for name in changed
            if name != "intake"
        ]
        + (_answers(old["intake"], new["intake"]) if "intake" in changed else []),
    )


def _answers(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """The answers of the intake that changed, question by question."""
    before, after = in_words(old), in_words(new)
    return [
        Change(str(after[key][0]), str(before[key][1]) if key in before else "", str(after[key][1]))
        for key in after
        if before.get(key) != after[key]
    ]


def _text(field: Any, value: Any, people: dict[str, str]) -> str:
    """``value`` as a reader knows it: choices by their label, people by name, long text cut."""
    if getattr(field, "related_model", None) is User:
        return "" if value is None else people.get(f"accounts.user:{value}", str(value))
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    text = str(dict(getattr(field, "flatchoices", ())).get(value, "" if value is None else value))
    return text if len(text) <= _CUT else f"{text[:_CUT]}…"
