"""Reading incidents."""

from collections import Counter
from typing import Any

from django.db.models import Case, Exists, F, Min, OuterRef, Q, QuerySet, When

from accounts.models import Membership, Unit, User
from accounts.permissions import Permission
from accounts.roles import roles_with
from evaluations.models import CheckRun
from incidents import states
from incidents.models import Incident, TimelineEntry
from ledger.transitions import Transition, verbs
from models_registry.models import AISystem, ModelUse, ModelVersion

# A list of choices longer than this helps nobody.
LISTED_VERSIONS = 100
# Nobody merges more often by hand; a longer chain is not followed to its end.
LONGEST_CHAIN = 50
# What a line about an incident shows.
_SHOWN = (
    "unit",
    "model_version__model",
    "system",
    "check_run",
    "commander",
    "scribe",
    "liaison",
    "declared_by",
)


def with_names(incidents: QuerySet[Any]) -> QuerySet[Any]:
    """``incidents`` with everything that their lines show, in one query."""
    return incidents.select_related(*_SHOWN)


def about_system(system: AISystem) -> Q:
    """Incidents of ``system`` itself and of any version of a model that it uses."""
    uses = ModelUse.objects.filter(system=system, model=OuterRef("model_version__model"))
    return Q(system=system) | Q(Exists(uses))


def open_for(
    *, by: Any, version: ModelVersion | None = None, system: AISystem | None = None
) -> QuerySet[Any]:
    """Incidents not closed, of a version or of a system, gravest first, visible to ``by``."""
    found = Incident.objects.all().visible_to(by).still_open()
    if version is not None:
        found = found.filter(model_version=version)
    if system is not None:
        found = found.filter(about_system(system))
    return with_names(found).order_by("severity", "detected_at", "pk")


def timeline(incident: Incident) -> QuerySet[Any]:
    """The entries in the order in which things happened, with their corrections."""
    return (
        TimelineEntry.objects.filter(incident=incident)
        .select_related("author", "person", "check_run", "correction_of", "pin")
        .prefetch_related("corrections")
        .order_by("happened_at", "pk")
    )


def open_count_by_system(by: Any) -> dict[int, int]:
    """How many incidents are not closed per system id, for the systems that have any.

    An incident counts for its system and for every system that uses its model; one query.
    """
    found = Incident.objects.all().visible_to(by).still_open().order_by()
    own = found.filter(system__isnull=False).values_list("pk", "system_id")
    used = found.filter(model_version__model__uses__isnull=False).values_list(
        "pk", "model_version__model__uses__system_id"
    )
    return dict(Counter(system for _pk, system in own.union(used)))


def incidents_for_report(system: AISystem, *, by: Any = None) -> QuerySet[Any]:
    """Every incident of ``system``, those not closed first and gravest first.

    With ``by`` only what that person may see; without, the caller answers for who reads it.
    A report is read by others than the one who asks for it, so private incidents stay out.
    """
    found = Incident.objects.filter(about_system(system), private=False)
    if by is not None:
        found = found.visible_to(by)
    return with_names(found).order_by(F("closed_at").desc(nulls_first=True), "severity", "-pk")


def unlinked_failed_runs() -> QuerySet[Any]:
    """Runs by hand or by a program with verdict fail that stand in no timeline yet, oldest first.

    Windows of monitors are judged as series instead; a merged window was asked for by a person.
    """
    noted = TimelineEntry.objects.filter(check_run=OuterRef("pk"))
    by_hand = Q(window=None) | Q(window__merged=True)
    return CheckRun.objects.filter(by_hand, ~Exists(noted), verdict="fail").order_by("pk")


def open_with_fingerprint(fingerprint: str) -> QuerySet[Any]:
    """The incident on which work goes on for ``fingerprint``: at most one row."""
    return Incident.objects.all().ongoing().filter(fingerprint=fingerprint)


def joinable(fingerprint: str) -> QuerySet[Any]:
    """Incidents that a failure of ``fingerprint`` belongs to, the fittest first.

    That is the one on which work goes on, else one into which it was merged, else one that is
    resolved and not closed yet.
    """
    merged = Incident.objects.filter(duplicates__fingerprint=fingerprint, state__in=states.ONGOING)
    waiting = (*states.ONGOING, states.RESOLVED, states.IN_REVIEW)
    own = Q(fingerprint=fingerprint, state__in=waiting)
    fit = Case(
        When(fingerprint=fingerprint, state__in=states.ONGOING, then=0),
        When(pk__in=merged.values("pk"), then=1),
        default=2,
    )
    return Incident.objects.filter(own | Q(pk__in=merged.values("pk"))).order_by(fit, "-pk")


def incident_of_run(run: CheckRun) -> Incident | None:
    """The incident in whose timeline ``run`` stands."""
    found: Incident | None = Incident.objects.filter(entries__check_run=run).first()
    return found


def last_closed(fingerprint: str) -> Incident | None:
    """The newest incident of ``fingerprint`` that was closed or resolved."""
    over = (states.CLOSED, states.RESOLVED, states.IN_REVIEW)
    found: Incident | None = (
        Incident.objects.filter(fingerprint=fingerprint, state__in=over).order_by("-pk").first()
    )
    return found


def only_system_of(version: ModelVersion) -> AISystem | None:
    """The system that uses the model of ``version``, when there is exactly one in its unit.

    A system of another unit stays out: whoever sees the incident may not see that system.
    """
    systems = list(AISystem.objects.filter(uses__model=version.model_id)[:2])
    here = [system for system in systems if system.unit_id == version.model.unit_id]
    return here[0] if len(systems) == len(here) == 1 else None


def gravest_tier(version: ModelVersion) -> int | None:
    """The highest materiality (1 is highest) of the systems that use ``version``."""
    tier: int | None = AISystem.objects.filter(uses__model=version.model_id).aggregate(
        tier=Min("tier")
    )["tier"]
    return tier


def newest_versions(by: Any, permission: str) -> list[ModelVersion]:
    """The newest versions in units where ``by`` holds ``permission``, by model name."""
    rows = ModelVersion.objects.all().visible_to(by, permission).select_related("model")
    return sorted(
        rows.order_by("-pk")[:LISTED_VERSIONS], key=lambda v: (v.model.name.lower(), -v.pk)
    )


def responders(incident: Incident) -> QuerySet[User]:
    """Active people whose roles let them work on ``incident``."""
    above = [int(pk) for pk in (incident.unit.path or "").split("/") if pk]
    members = Membership.objects.current().filter(
        unit__in=above, role__in=roles_with(Permission.INCIDENT_EDIT)
    )
    people: QuerySet[User] = User.objects.filter(
        is_active=True, is_service=False, pk__in=members.order_by().values("user_id")
    )
    return people.order_by("name", "pk")


def later_than(incident: Incident, by: Any) -> Incident | None:
    """The next incident of the same kind after ``incident`` was closed, if ``by`` may see it."""
    found: Incident | None = (
        Incident.objects.filter(previous=incident).visible_to(by).order_by("pk").first()
    )
    return found


def earlier_than(incident: Incident, by: Any) -> Incident | None:
    """The earlier incident of the same kind, if ``by`` may see it."""
    if incident.previous_id is None:
        return None
    found: Incident | None = Incident.objects.filter(pk=incident.previous_id).visible_to(by).first()
    return found


def duplicates_of(incident: Incident, by: Any) -> QuerySet[Any]:
    """What was merged into ``incident``, as far as ``by`` may see it."""
    found: QuerySet[Any] = Incident.objects.filter(duplicate_of=incident).visible_to(by)
    return found.order_by("pk")


def next_steps(incident: Incident) -> list[Transition]:
    """The steps that the state table allows now."""
    return verbs(states.INCIDENT, incident.state)


def readers_of_unit(unit: Unit) -> QuerySet[User]:
    """Active people who may see records of ``unit``, by name."""
    above = [int(pk) for pk in (unit.path or "").split("/") if pk]
    members = Membership.objects.current().filter(
        unit__in=above, role__in=roles_with(Permission.RECORD_VIEW)
    )
    people: QuerySet[User] = User.objects.filter(
        is_active=True, is_service=False, pk__in=members.order_by().values("user_id")
    )
    return people.order_by("name", "pk")


def merge_targets(incident: Incident, by: Any) -> QuerySet[Any]:
    """Incidents that ``by`` may work on and into which ``incident`` could be merged."""
    seen = Incident.objects.all().visible_to(by, Permission.INCIDENT_EDIT)
    found: QuerySet[Any] = seen.still_open().exclude(pk=incident.pk)
    return found.order_by("-pk")


def root_of(incident: Incident, by: Any) -> Incident | None:
    """Where the work of a duplicate goes on, if ``by`` may see that; chains are followed."""
    found, steps = incident.duplicate_of, 0
    while found is not None and found.duplicate_of is not None and steps < LONGEST_CHAIN:
        found, steps = found.duplicate_of, steps + 1
    if found is None or not Incident.objects.all().visible_to(by).filter(pk=found.pk).exists():
        return None
    return found
