"""Reading profiles, suggested actions and obligations."""

import datetime as dt
from typing import Any

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When

from frameworks.models import Node, Obligation, Profile, ProfileItem, SuggestedAction
from ledger.errors import Refused

GENAI_PROFILE = "nist-ai-600-1"
# How an obligation stands on a day.
AHEAD, IN_FORCE, ENDED = "ahead", "in_force", "ended"


def genai_profile() -> Profile:
    """The Generative AI Profile (NIST AI 600-1). Raises Refused (409) while it is not loaded."""
    found: Profile | None = (
        Profile.objects.select_related("framework_version").filter(slug=GENAI_PROFILE).first()
    )
    if found is None:
        raise Refused(
            "The profile is not loaded: run manage.py load_references.",
            code="no-profile",
            status=409,
        )
    return found


def profiles(user: Any) -> QuerySet[Any]:
    """The profiles that ``user`` may see, with ``held``, how many items each has."""
    found: QuerySet[Any] = (
        Profile.objects.select_related("framework_version__framework", "unit", "base")
        .annotate(held=Count("items"))
        .visible_to(user)
    )
    return found


def profile_rows(profile: Profile) -> list[Any]:
    """Items of the profile in reading order with their titles; two queries at most."""
    nodes = {node.pk: node for node in _nodes(profile)}
    items = ProfileItem.objects.filter(profile=profile).order_by("node__order")
    rows = []
    for item in items:
        item.node = nodes[item.node_id]
        rows.append(item)
    return rows


def profile_values(profile: Profile) -> dict[str, tuple[int | None, str]]:
    """Level and reason by identifier, in reading order; one query."""
    items = ProfileItem.objects.filter(profile=profile).order_by("node__order")
    return {
        key: (level, reason)
        for key, level, reason in items.values_list("node__key", "target_level", "reason")
    }


def candidates(profile: Profile) -> list[Any]:
    """Every item that the profile could hold, each with ``title``, in reading order."""
    return [node for node in _nodes(profile) if node.assessable]


def actions_of(node: Node) -> list[Any]:
    """What profiles suggest for an item, with their risks; two queries."""
    return list(
        SuggestedAction.objects.filter(node=node)
        .select_related("profile", "source")
        .prefetch_related("risks")
    )


def suggested_actions() -> QuerySet[Any]:
    """All suggested actions with their item and risks."""
    found: QuerySet[Any] = SuggestedAction.objects.select_related(
        "node", "profile"
    ).prefetch_related("risks")
    return found


def obligations(day: dt.date) -> QuerySet[Any]:
    """All duties with ``standing`` on ``day``: ahead, in force, or ended."""
    standing = Case(
        When(applies_to__lt=day, then=Value(ENDED)),
        When(applies_from__gt=day, then=Value(AHEAD)),
        default=Value(IN_FORCE),
        output_field=CharField(),
    )
    found: QuerySet[Any] = (
        Obligation.objects.select_related("pack")
        .prefetch_related("nodes")
        .annotate(standing=standing)
    )
    return found


def obligations_of(node: Node, day: dt.date) -> list[Any]:
    """Duties that name the item, or one that it is mapped to."""
    near = Q(nodes=node) | Q(nodes__mapped_by__source=node)
    return list(obligations(day).filter(near).distinct().order_by("applies_from", "pk"))


def _nodes(profile: Profile) -> list[Any]:
    return list(
        Node.objects.filter(framework_version_id=profile.framework_version_id)
        .with_title()
        .order_by("order")
    )
