"""Reading crosswalks: sets side by side, what they share, what an item is mapped to."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from frameworks.models import FrameworkVersion, Mapping, MappingSet, Node


@dataclass(frozen=True)
class Overlap:
    """Two sets for the same two frameworks: how many pairs they share of all that either has."""

    one: MappingSet
    other: MappingSet
    shared: int
    either: int

    @property
    def jaccard(self) -> float | None:
        """Shared over all pairs (Jaccard index, 0-1); None when neither has a pair."""
        return self.shared / self.either if self.either else None


@dataclass
class NodeCrosswalk:
    """What an item is mapped to in one other framework, by set.

    ``disputed`` are identifiers that at least one of several sets names and another does not.
    """

    version: FrameworkVersion
    sets: list[tuple[MappingSet, list[Any]]] = field(default_factory=list)
    disputed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """How many pairs join a function of one framework with a group of the other."""

    function: str
    group: str
    pairs: int


def mapping_sets() -> QuerySet[Any]:
    """All sets with ``pairs``, ``sources`` and ``targets`` (distinct items at each end)."""
    sets: QuerySet[Any] = MappingSet.objects.select_related(
        "source_version__framework", "target_version__framework"
    ).annotate(
        pairs=Count("mappings", distinct=True),
        sources=Count("mappings__source", distinct=True),
        targets=Count("mappings__target", distinct=True),
    )
    return sets


def mappings() -> QuerySet[Any]:
    """All pairs with their ends, each with ``stated_by`` and ``sets``.

    ``stated_by`` is how many sets of the same two frameworks name the pair, ``sets`` how many
    sets there are: a pair is disputed when the two differ.
    """
    same = Mapping.objects.filter(
        source_id=OuterRef("source_id"),
        target_id=OuterRef("target_id"),
        mapping_set__source_version=OuterRef("mapping_set__source_version"),
        mapping_set__target_version=OuterRef("mapping_set__target_version"),
    )
    beside = MappingSet.objects.filter(
        source_version=OuterRef("mapping_set__source_version"),
        target_version=OuterRef("mapping_set__target_version"),
    )
    found: QuerySet[Any] = Mapping.objects.select_related(
        "mapping_set", "source", "target"
    ).annotate(
        stated_by=_count(same, "source_id"),
        sets=_count(beside, "source_version"),
    )
    return found


def disputed() -> Q:
    """Pairs of ``mappings()`` that not every set for the two frameworks names."""
    return Q(stated_by__lt=F("sets"))


def overlaps(source: FrameworkVersion, target: FrameworkVersion) -> list[Overlap]:
    """Every two sets between the two versions, compared pair by pair; two queries."""
    sets = list(MappingSet.objects.filter(source_version=source, target_version=target))
    pairs: dict[int, set[tuple[int, int]]] = defaultdict(set)
    rows = Mapping.objects.filter(mapping_set__in=sets).order_by()
    for set_id, one, other in rows.values_list("mapping_set_id", "source_id", "target_id"):
        pairs[set_id].add((one, other))
    return [
        Overlap(a, b, len(pairs[a.pk] & pairs[b.pk]), len(pairs[a.pk] | pairs[b.pk]))
        for a, b in combinations(sets, 2)
    ]


def matrix(source: FrameworkVersion, target: FrameworkVersion) -> tuple[list[str], list[Any]]:
    """Pairs by function of the source and group of the target, each counted once.

    Returns the groups and, for each function, its name with the counts in that order.
    """
    rows = Mapping.objects.filter(
        mapping_set__source_version=source, mapping_set__target_version=target
    )
    counted: dict[tuple[str, str], set[tuple[int, int]]] = defaultdict(set)
    functions: dict[str, int] = {}
    groups: dict[str, int] = {}
    for row in rows.order_by().values_list(
        "source__function", "target__function", "source_id", "target_id",
        "source__order", "target__order",
    ):  # fmt: skip
        function, group, one, other, place, target_place = row
        counted[function, group].add((one, other))
        functions[function] = min(functions.get(function, place), place)
        groups[group] = min(groups.get(group, target_place), target_place)
    names = sorted(groups, key=lambda name: groups[name])
    lines = [
        (function, [Cell(function, name, len(counted[function, name])) for name in names])
        for function in sorted(functions, key=lambda name: functions[name])
    ]
    return names, lines


def unmapped(source: FrameworkVersion, target: FrameworkVersion) -> list[str]:
    """Items of the source that no set maps to the target, in reading order."""
    mapped = Mapping.objects.filter(
        mapping_set__source_version=source, mapping_set__target_version=target
    )
    left = Node.objects.filter(framework_version=source, assessable=True).exclude(
        pk__in=mapped.order_by().values("source_id")
    )
    return list(left.order_by("order").values_list("key", flat=True))


def crosswalks_of(node: Node) -> list[NodeCrosswalk]:
    """What the item is mapped to, or mapped from, by framework and set; two queries."""
    found: dict[int, NodeCrosswalk] = {}
    for near, far in (("source", "target"), ("target", "source")):
        rows = (
            Mapping.objects.filter(**{near: node})
            .select_related(far, f"mapping_set__{far}_version__framework")
            .order_by("mapping_set_id", f"{far}__order")
        )
        for row in rows:
            row.far = getattr(row, far)
            version = getattr(row.mapping_set, f"{far}_version")
            crosswalk = found.setdefault(version.pk, NodeCrosswalk(version))
            if not crosswalk.sets or crosswalk.sets[-1][0].pk != row.mapping_set_id:
                crosswalk.sets.append((row.mapping_set, []))
            crosswalk.sets[-1][1].append(row)
    for crosswalk in found.values():
        crosswalk.disputed = _disputed(crosswalk)
    return list(found.values())


def _disputed(crosswalk: NodeCrosswalk) -> tuple[str, ...]:
    named = [{row.far.key for row in rows} for _set, rows in crosswalk.sets]
    every = set().union(*named)
    return tuple(sorted(key for key in every if any(key not in keys for keys in named)))


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
