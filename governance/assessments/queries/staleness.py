"""Which answers no longer rest on what they rested on, and why. Computed, never stored."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from evaluations.models import CheckRun
from evaluations.queries import checks_for_subcategory
from governance.assessments.models import Assessment, EvidenceLink, Progress
from incidents.models import Incident, Learning, Severity
from incidents.queries import about_system
from models_registry.models import CardRevision, ModelVersion

SHIPPED = (ModelVersion.State.APPROVED, ModelVersion.State.RESTRICTED)
SEVERE = (Severity.SEV1, Severity.SEV2)
# Enough to tell; a system with more runs since an answer was given shows the newest.
MOST_RUNS = 500


@dataclass(frozen=True)
class Reason:
    """Why an answer is stale, since when, and where to look."""

    text: str
    at: dt.datetime
    url: str


Found = Iterator[tuple[str, Reason]]


def stale_reasons(
    assessment: Assessment, rows: Iterable[Any], user: Any
) -> dict[str, list[Reason]]:
    """Reasons by question for finished answers of rows that are read already.

    Each reason is newer than the last time that somebody gave or confirmed the answer. At most
    eight queries, however many answers there are; ``user`` is told of nothing that he may not
    see.
    """
    given = [
        row
        for row in rows
        if row.answer_id and row.progress in {Progress.ANSWERED, Progress.NOT_APPLICABLE}
    ]
    reasons: dict[str, list[Reason]] = defaultdict(list)
    if given:
        for source in SOURCES:
            for key, reason in source(assessment, given, user):
                reasons[key].append(reason)
    return dict(reasons)


def _evidence(assessment: Assessment, rows: list[Any], user: Any) -> Found:
    """Evidence that expired or was withdrawn, and records that a newer version left behind."""
    by_answer = {row.answer_id: row for row in rows}
    links = list(
        EvidenceLink.objects.filter(answer__in=by_answer)
        .exclude(verdict=EvidenceLink.Verdict.REJECTED)
        .filter(
            ~Q(evidence__record="")
            | Q(evidence__expires_on__lt=timezone.now().date())
            | Q(evidence__withdrawn_on__isnull=False)
        )
        .select_related("evidence")
    )
    newer = _newer_versions(links)
    for link in links:
        row, piece = by_answer[link.answer_id], link.evidence
        for day, words in (
            (piece.withdrawn_on, _("Evidence “%s” was withdrawn.")),
            (_expired(piece.expires_on), _("Evidence “%s” expired.")),
        ):
            if day and day >= row.stated_at.date():
                at = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
                yield row.key, Reason(words % piece.title, at, piece.get_absolute_url())
        version = newer.get(piece.record)
        if version and version.updated_at > row.stated_at:
            words = _("%(version)s was approved since “%(title)s”.")
            text = words % {"version": version, "title": piece.title}
            yield row.key, Reason(text, version.updated_at, version.get_absolute_url())


def _expired(day: dt.date | None) -> dt.date | None:
    return day if day and day < timezone.now().date() else None


def _newer_versions(links: Iterable[EvidenceLink]) -> dict[str, ModelVersion]:
    """The newest approved version after the one that each record speaks of, by ledger key."""
    rests_on = _versions_of({link.evidence.record for link in links if link.evidence.record})
    models = {model for _version, model in rests_on.values()}
    if not models:
        return {}
    shipped = ModelVersion.objects.filter(model__in=models, state__in=SHIPPED)
    newest = {v.model_id: v for v in shipped.select_related("model").order_by("pk")}
    found = {}
    for key, (version, model) in rests_on.items():
        if model in newest and newest[model].pk > version:
            found[key] = newest[model]
    return found


def _versions_of(keys: set[str]) -> dict[str, tuple[int, int]]:
    """Version and model that runs, cards and versions speak of, by ledger key."""
    found: dict[str, tuple[int, int]] = {}
    for model, path in ((CheckRun, "model_version"), (CardRevision, "model_version"),
                        (ModelVersion, "")):  # fmt: skip
        kind = model.kind()
        pks = [key.partition(":")[2] for key in keys if key.startswith(f"{kind}:")]
        if pks:
            names = (f"{path}_id", f"{path}__model_id") if path else ("pk", "model_id")
            rows = model.objects.filter(pk__in=pks).values_list("pk", *names)
            found |= {f"{kind}:{pk}": (version, of) for pk, version, of in rows}
    return found


def _checks(assessment: Assessment, rows: list[Any], user: Any) -> Found:
    """Checks whose newest run fails, where they speak to the question."""
    if assessment.system is None:
        return
    oldest = min(row.stated_at for row in rows)
    runs = CheckRun.objects.visible_to(user).filter(
        model_version__model__uses__system=assessment.system_id,
        state=CheckRun.State.DONE,
        finished_at__gt=oldest,
    )
    newest: dict[tuple[str, int], CheckRun] = {}
    ordered = runs.select_related("model_version__model").order_by("-finished_at", "-pk")
    for run in ordered.defer("roles", "params", "reasons", "engine")[:MOST_RUNS]:
        newest.setdefault((run.check_name, run.model_version.model_id), run)
    failed = [run for run in newest.values() if run.verdict == CheckRun.Verdict.FAIL]
    for row in rows if failed else ():
        speaks = set(checks_for_subcategory(row.key))
        for run in failed:
            at: Any = run.finished_at
            if run.check_name in speaks and at > row.stated_at:
                text = _("The check “%s” fails.") % run.title
                yield row.key, Reason(text, at, run.get_absolute_url())


def _incidents(assessment: Assessment, rows: list[Any], user: Any) -> Found:
    """Severe incidents of the system, where incidents speak to the question."""
    concerned = [row for row in rows if "incident" in row.records]
    if assessment.system is None or not concerned:
        return
    oldest = min(row.stated_at for row in concerned)
    found = Incident.objects.visible_to(user).filter(
        system=assessment.system_id, severity__in=SEVERE, created_at__gt=oldest
    )
    for incident in found.order_by("-pk")[:MOST_RUNS]:
        for row in concerned:
            if incident.created_at > row.stated_at:
                text = _("A severe incident was declared: %s.") % incident.title
                yield row.key, Reason(text, incident.created_at, incident.get_absolute_url())


def _learnings(assessment: Assessment, rows: list[Any], user: Any) -> Found:
    """What published postmortems taught: of the system, or of the unit that answers for all."""
    oldest = min(row.stated_at for row in rows)
    if assessment.system is not None:
        incidents = Incident.objects.filter(about_system(assessment.system))
    else:
        incidents = Incident.objects.filter(unit__path__startswith=str(assessment.unit.path))
    found = (
        Learning.objects.all()
        .visible_to(user)
        .filter(incident__in=incidents.order_by().values("pk"), published_at__gt=oldest)
    )
    by_key = {row.key: row for row in rows}
    for one in found.select_related("incident").order_by("-pk")[:MOST_RUNS]:
        url = reverse("incidents:postmortem-detail", args=[one.incident_id])
        words = {"reference": one.incident.reference, "text": one.text}
        for key in one.subcategories:
            row = by_key.get(key)
            if row is not None and one.published_at > row.stated_at:
                text = _("%(reference)s taught: %(text)s") % words
                yield key, Reason(Truncator(text).chars(200), one.published_at, url)


SOURCES: tuple[Callable[[Assessment, list[Any], Any], Found], ...] = (
    _evidence,
    _checks,
    _incidents,
    _learnings,
)
