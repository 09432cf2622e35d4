"""Reading postmortems: the draft that the record writes, what is missing, who took part."""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from evaluations.checks.catalogue import CATALOGUE
from evaluations.models import MetricResult
from frameworks.catalogue import published_keys
from incidents import states
from incidents.clocks.pack import utc
from incidents.models import (
    Attachment,
    ChosenPlaybook,
    Containment,
    CorrectiveAction,
    Exposure,
    Harm,
    Incident,
    Learning,
    Postmortem,
    PublishedPostmortem,
    RollbackRecord,
    StepTick,
    TimelineEntry,
)
from incidents.postmortems.shape import FORMAT, Document, periods, spoken
from incidents.postmortems.words import QUESTIONS
from ledger.models import Event, Op
from models_registry.models import Deployment
from vault.queries import read_bytes

MAX_ENTRIES = 300
MAX_FIGURES = 40
# What belongs to an incident and shows who worked on it, with the way to the incident.
_PARTS: tuple[tuple[Any, str], ...] = (
    (Postmortem, "incident"), (Containment, "incident"), (Learning, "incident"),
    (Harm, "incident"), (Attachment, "incident"), (Exposure, "incident"),
    (RollbackRecord, "incident"), (ChosenPlaybook, "incident"), (StepTick, "chosen__incident"),
)  # fmt: skip
# Judging a postmortem is no part in the incident.
REVIEWING = (
    "incidents.postmortem.published",
    "incidents.postmortem.returned",
    "incidents.learning.published",
)


def postmortem_of(incident: Incident) -> Postmortem | None:
    """The postmortem of ``incident``, if somebody began one."""
    found: Postmortem | None = (
        Postmortem.objects.filter(incident=incident)
        .select_related("author", "saved_by", "file", "incident__unit")
        .first()
    )
    return found


def depth_for(incident: Incident) -> str:
    """Full for the severe ones, a short note for the others."""
    severe = incident.severity in states.SEVERE
    return Postmortem.Depth.FULL if severe else Postmortem.Depth.SHORT


def postmortems(by: Any) -> QuerySet[Any]:
    """Every postmortem that ``by`` may see, for lists."""
    found: QuerySet[Any] = Postmortem.objects.all().visible_to(by)
    return found.select_related("incident__unit", "incident__system", "author")


def document_of(incident: Incident, answers: dict[str, str] | None = None) -> Document:
    """The whole postmortem as the record stands now. No person is named in it.

    It exists before anybody writes a word: ``answers`` are what only people can add.
    """
    moments = moments_of(incident)
    spans = periods(moments)
    given = answers or {}
    return {
        "format": FORMAT,
        "format_version": 1,
        "incident": _facts(incident),
        "depth": depth_for(incident),
        "lede": _lede(incident, {one["name"]: one["seconds"] for one in spans}),
        "answers": {name: given.get(name, "") for name in Postmortem.FIELDS},
        "moments": {name: utc(at) for name, at in moments.items()},
        "periods": spans,
        "versions": _versions(incident),
        "metrics": _metrics(incident),
        **_lists(incident),
        "timeline": _timeline(incident),
    }


def moments_of(incident: Incident) -> dict[str, dt.datetime | None]:
    """The moments that a postmortem names; None for what did not happen."""
    return {
        "occurred": incident.occurred_at,
        "detected": incident.detected_at,
        "acknowledged": incident.acknowledged_at,
        "contained": incident.contained_at,
        "fixed": incident.fixed_at,
        "resolved": incident.resolved_at,
    }


def line_document(incident: Incident, entries: Iterable[TimelineEntry]) -> Document:
    """The part of the document that the picture of the timeline needs."""
    moments = {name: utc(at) for name, at in moments_of(incident).items()}
    return {
        "incident": {"reference": incident.reference},
        "moments": moments,
        "timeline": plain_entries(entries),
    }


def _lists(incident: Incident) -> dict[str, Any]:
    """What held the harm back, the harm, the learnings and what is to be done."""
    return {
        "held": [
            {"kind": c.get_containment_kind_display(), "text": c.text, "at": utc(c.done_at)}
            for c in Containment.objects.filter(incident=incident)
        ],
        "harms": [
            {
                "kind": o.get_harm_kind_display(),
                "group": o.group,
                "text": o.text,
                "count": o.count,
                "certainty": o.get_certainty_display(),
            }
            for o in Harm.objects.filter(incident=incident, withdrawn_because="")
        ],
        "served": _served(incident),
        "learnings": [
            {"factor": o.get_factor_display(), "text": o.text, "subcategories": o.subcategories}
            for o in Learning.objects.filter(incident=incident)
        ],
        "evidence": [
            {"name": o.name, "digest": o.digest, "source": o.source, "at": utc(o.acquired_at)}
            for o in Attachment.objects.filter(incident=incident)
        ],
        "actions": [
            {
                "reference": o.reference,
                "title": o.title,
                "aim": o.get_aim_display(),
                "priority": o.get_priority_display(),
                "due_on": o.due_on.isoformat(),
                "state": o.get_state_display(),
            }
            for o in CorrectiveAction.objects.filter(incident=incident)
        ],
    }


def _facts(incident: Incident) -> dict[str, Any]:
    return {
        "reference": incident.reference,
        "title": incident.title,
        "summary": incident.summary,
        "severity": incident.get_severity_display(),
        "severity_reason": incident.severity_reason,
        "system": incident.system.name if incident.system else "",
        "model_version": str(incident.model_version) if incident.model_version else "",
    }


def _lede(incident: Incident, seconds: dict[str, int]) -> str:
    """One paragraph on top: what, how bad, how long."""
    about = incident.model_version or incident.system
    words = {
        "title": incident.title.rstrip("."),
        "severity": incident.get_severity_display(),
        "about": about,
        "at": f"{incident.detected_at:%Y-%m-%d %H:%M} UTC",
    }
    told = [_("%(title)s. %(severity)s, %(about)s, noticed %(at)s.") % words]
    for name, text in (
        ("detect", _("It had gone on for %(long)s.")),
        ("contain", _("It was contained after %(long)s.")),
        ("resolve", _("It was resolved after %(long)s.")),
    ):
        if name in seconds:
            told.append(text % {"long": spoken(seconds[name])})
    return " ".join(told)


def _versions(incident: Incident) -> list[dict[str, Any]]:
    """The version concerned, and where and when it served."""
    version = incident.model_version
    if version is None:
        return []
    rows = Deployment.objects.filter(model_version=version).order_by("since", "pk")
    return [
        {
            "name": str(version),
            "digest": version.content_digest,
            "deployments": [
                {
                    "environment": one.environment,
                    "stage": one.stage,
                    "since": utc(one.since),
                    "until": utc(one.until),
                }
                for one in rows[:MAX_ENTRIES]
            ],
        }
    ]


def _served(incident: Incident) -> dict[str, Any] | None:
    """How many decisions the bad version served, by the newest record."""
    one = Exposure.objects.filter(incident=incident).first()
    if one is None:
        return None
    return {
        "count": one.count,
        "estimated": one.estimated,
        "since": utc(one.since),
        "until": utc(one.until),
        "method": one.method,
    }


def _metrics(incident: Incident) -> list[dict[str, Any]]:
    """The judged figures of the runs in the timeline: those that failed first."""
    found = MetricResult.objects.filter(run__incident_entry__incident=incident).exclude(verdict="")
    rows = list(found.select_related("run").order_by("run", "position")[:1_000])
    worst = {"fail": 0, "warn": 1}
    rows.sort(key=lambda one: worst.get(one.verdict, 2))
    names = ("metric", "slice", "estimate", "low", "high", "n", "warn", "fail", "verdict")
    return [
        {"check": one.run.title, "run": one.run.reference_number}
        | {name: getattr(one, name) for name in names}
        for one in rows[:MAX_FIGURES]
    ]


def _timeline(incident: Incident) -> list[dict[str, Any]]:
    rows = TimelineEntry.objects.filter(incident=incident).select_related("pin")
    return plain_entries(rows.order_by("happened_at", "pk")[:MAX_ENTRIES])


def plain_entries(rows: Iterable[TimelineEntry]) -> list[dict[str, Any]]:
    """Entries, read with their pins, as the document holds them."""
    return [
        {
            "id": one.pk,
            "at": utc(one.happened_at),
            "recorded_at": utc(one.created_at),
            "kind": one.entry_kind,
            "text": one.text,
            "corrects": one.correction_of_id,
            "failed": one.check_run_id is not None,
            "pinned": hasattr(one, "pin"),
        }
        for one in rows
    ]


def missing(incident: Incident, postmortem: Postmortem | None) -> list[str]:
    """Sentences that say what the postmortem still lacks before it can go to review."""
    depth = depth_for(incident)
    answers = postmortem.answers if postmortem else {}
    needed = Postmortem.NEEDED[depth]
    empty = [name for name in needed if not answers.get(name, "").strip()]
    found = []
    if empty:
        labels = ", ".join(str(QUESTIONS[name][0]) for name in empty)
        found.append(_("Not answered yet: %(names)s.") % {"names": labels})
    if depth == Postmortem.Depth.FULL and not incident.learnings.exists():
        found.append(_("Note at least one learning and the subcategories that it speaks to."))
    if incident.state not in states.REVIEWABLE:
        found.append(_("The incident is not resolved yet."))
    return found


def participants(incident: Incident) -> set[int]:
    """The ids of people who took part, by the ledger, the timeline and the roles.

    Whoever is named for a part, wrote a note, held harm back, or changed the incident or its
    postmortem. Reading and reviewing are no part.
    """
    named = {incident.declared_by_id, incident.commander_id}
    named |= {incident.scribe_id, incident.liaison_id}
    entries = TimelineEntry.objects.filter(incident=incident)
    notes = entries.filter(entry_kind=TimelineEntry.Kind.NOTE)
    named |= set(notes.order_by().values_list("author_id", flat=True))
    named |= set(entries.order_by().values_list("person_id", flat=True))
    keys = [incident.key, *_parts(incident)]
    events = Event.objects.filter(subject__in=keys).exclude(action__in=REVIEWING)
    actors = events.exclude(op=Op.NOTE).order_by().values_list("actor", flat=True).distinct()
    named |= {int(actor.rpartition(":")[2]) for actor in actors}
    service = User.objects.service().pk
    return {pk for pk in named if pk is not None and pk != service}


def _parts(incident: Incident) -> list[str]:
    """Ledger keys of what belongs to ``incident`` and shows who worked on it."""
    found = []
    for model, path in _PARTS:
        rows = model.objects.filter(**{path: incident}).order_by().values_list("pk", flat=True)
        found += [f"{model.kind()}:{pk}" for pk in rows]
    return found


def may_review(by: Any, incident: Incident) -> bool:
    """Whether ``by`` may publish or return: by permission, and because he took no part."""
    may = can(by, Permission.INCIDENT_REVIEW, incident.unit_id)
    return may and by.pk not in participants(incident)


def published_of(postmortem: Postmortem | None) -> list[PublishedPostmortem]:
    """Every published form, newest first."""
    if postmortem is None:
        return []
    rows = PublishedPostmortem.objects.filter(postmortem=postmortem)
    return list(rows.select_related("reviewed_by", "submitted_by", "file").order_by("-number"))


def learnings_of(incident: Incident) -> QuerySet[Any]:
    """What was learnt, first to last."""
    found: QuerySet[Any] = Learning.objects.filter(incident=incident)
    return found.select_related("noted_by")


def suggested_subcategories(incident: Incident) -> list[tuple[str, str]]:
    """Subcategories that the failed checks speak to, each with the reason, and three that every
    incident touches."""
    names = {incident.check_run.check_name} if incident.check_run else set()
    entries = TimelineEntry.objects.filter(incident=incident, check_run__isnull=False)
    names |= set(entries.order_by().values_list("check_run__check_name", flat=True))
    found: dict[str, str] = {}
    for name in sorted(names & set(CATALOGUE)):
        for key, why in CATALOGUE[name].rmf:
            found.setdefault(key, _(why))
    always = {
        "GOVERN 4.3": _("Practices for testing, incidents and sharing what was learnt."),
        "MANAGE 4.1": _("Plans for watching a system after it is deployed."),
        "MANAGE 4.3": _("Incidents and errors are told to those concerned."),
    }
    return list((found | always).items())


def unknown_subcategories(keys: list[str]) -> list[str]:
    """Those of ``keys`` that the AI RMF does not have."""
    known = {key for key in published_keys() if "." in key}
    return [key for key in keys if key not in known]


def is_frozen(postmortem: Postmortem | None) -> bool:
    """Whether what is shown is the frozen document: under review or published."""
    shown = (Postmortem.State.IN_REVIEW, Postmortem.State.PUBLISHED)
    return postmortem is not None and postmortem.state in shown and postmortem.file is not None


def shown_document(incident: Incident, postmortem: Postmortem | None) -> Document:
    """The frozen document while there is one, else the document as the record stands now.

    Raises ``vault.queries.MissingBytes`` when the vault lost a frozen one.
    """
    if postmortem is not None and is_frozen(postmortem):
        found: Document = json.loads(read_bytes(postmortem.digest))
        return found
    return document_of(incident, postmortem.answers if postmortem else None)
