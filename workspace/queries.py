"""Reads that span several kinds of records."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import units_where
from evaluations.models import CheckRun
from governance.assessments.models import Assessment
from governance.assessments.queries import assessments
from incidents.models import TimelineEntry
from incidents.queries import open_count_by_system, open_for
from jobs.models import Job
from ledger.models import Event
from models_registry.models import AISystem, ModelVersion

FINISHED = ("done", "error")
WORST_FIRST = ("error", "fail", "warn", "inconclusive", "pass", "not_applicable")


def events_visible_to(user: User) -> QuerySet[Event]:
    """Events of the units where ``user`` may read the ledger, and his own."""
    units = units_where(user, Permission.LEDGER_VIEW).order_by().values("pk")
    return Event.objects.filter(Q(unit_id__in=units) | Q(actor=f"accounts.user:{user.pk}"))


def people_by_key(keys: Iterable[str]) -> dict[str, str]:
    """Names of actors by their ledger key, in one query."""
    ids = {int(key.rpartition(":")[2]) for key in keys if key.startswith("accounts.user:")}
    return {f"accounts.user:{pk}": name for pk, name in names_of(ids)}


def names_of(ids: Iterable[int]) -> list[tuple[int, str]]:
    """Ids and names of people."""
    return list(User.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def jobs_visible_to(user: User) -> QuerySet[Job]:
    """The jobs that ``user`` asked for."""
    return Job.objects.filter(requested_by=user).select_related("requested_by")


def home_unit(user: User) -> Unit | None:
    """The topmost unit in which ``user`` may see records."""
    return units_where(user, Permission.RECORD_VIEW).order_by("path").first()


def units_for(user: User, permission: Permission) -> QuerySet[Unit]:
    """The units in which ``user`` holds ``permission``, top first."""
    return units_where(user, permission).order_by("path")


def first(queryset: QuerySet[Any], count: int) -> list[Any]:
    """The first ``count`` rows."""
    return list(queryset[:count])


def incidents_to_handle(user: User) -> QuerySet[Any]:
    """Incidents that are not closed, gravest first."""
    return open_for(by=user)


def assessments_to_finish(user: User, count: int) -> list[Any]:
    """Draft assessments that ``user`` may answer, with ``total`` and ``done``, due first.

    The rows are chosen before anything is counted: SQLite would count for all of them to sort.
    """
    mine = Assessment.objects.all().visible_to(user, Permission.ASSESSMENT_ANSWER)
    due = mine.filter(state="draft").order_by("due_date", "pk")
    chosen = list(due.values_list("pk", flat=True)[:count])
    found = {one.pk: one for one in assessments(user).filter(pk__in=chosen)}
    return [found[pk] for pk in chosen if pk in found]


def newest_assessments(user: User, systems: list[int]) -> dict[int, Any]:
    """The assessment opened last per system id, with ``total`` and ``done``."""
    later = Assessment.objects.filter(system=OuterRef("system"), pk__gt=OuterRef("pk"))
    newest = assessments(user).filter(~Exists(later), system__in=systems)
    return {one.system_id: one for one in newest if one.system_id}


def runs_to_look_at(user: User) -> QuerySet[Any]:
    """The newest run of each check that failed or broke and that no incident tells of yet."""
    told = TimelineEntry.objects.filter(check_run=OuterRef("pk"))
    bad = newest_runs(user).filter(verdict__in=("fail", "error"))
    return bad.filter(~Exists(told)).order_by("-pk")


def newest_runs(user: User) -> QuerySet[Any]:
    """Finished runs that no later finished run of the same check and version replaced."""
    later = CheckRun.objects.filter(
        model_version=OuterRef("model_version"),
        check_name=OuterRef("check_name"),
        state__in=FINISHED,
        pk__gt=OuterRef("pk"),
    )
    found: QuerySet[Any] = CheckRun.objects.all().visible_to(user).filter(state__in=FINISHED)
    return found.filter(~Exists(later))


def worst_verdicts(user: User, systems: list[int]) -> dict[int, str]:
    """The worst verdict per system among the newest runs on the newest version of its models."""
    newer = ModelVersion.objects.filter(
        model=OuterRef("model_version__model"), pk__gt=OuterRef("model_version")
    )
    rows = (
        newest_runs(user)
        .filter(~Exists(newer), model_version__model__uses__system__in=systems)
        .order_by()
        .values_list("model_version__model__uses__system", "verdict")
        .distinct()
    )
    worst: dict[int, str] = {}
    for system, verdict in rows:
        worst[system] = min(worst.get(system, verdict), verdict, key=_rank)
    return worst


def _rank(verdict: str) -> int:
    return WORST_FIRST.index(verdict) if verdict in WORST_FIRST else len(WORST_FIRST)


def register(user: User, count: int) -> list[dict[str, Any]]:
    """The systems that ``user`` may see with the facts that matter; a fixed number of queries."""
    seen = AISystem.objects.all().visible_to(user).select_related("owner")
    systems = first(seen.order_by("tier", "name"), count)
    ids = [system.pk for system in systems]
    incidents = open_count_by_system(user)
    newest = newest_assessments(user, ids)
    verdicts = worst_verdicts(user, ids)
    return [
        {
            "system": system,
            "incidents": incidents.get(system.pk, 0),
            "assessment": newest.get(system.pk),
            "verdict": verdicts.get(system.pk, "unknown"),
        }
        for system in systems
    ]
