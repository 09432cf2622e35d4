"""What a version was made from, and what was made from it."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from accounts.models import User
from models_registry.models import ModelVersion, VersionParent

LEVELS = 3
MOST_LINKS = 60


@dataclass(frozen=True)
class Kin:
    """A version near the one asked about. ``version`` is ``None`` where it may not be named."""

    key: str
    level: int
    version: ModelVersion | None = None
    outside: str = ""


@dataclass
class Lineage:
    """Versions by key, and the links between them, nearest first."""

    kin: dict[str, Kin] = field(default_factory=dict)
    links: list[tuple[str, VersionParent, str]] = field(default_factory=list)
    cut: bool = False


def lineage(user: User, version: ModelVersion) -> Lineage:
    """Up to three levels of ancestors and descendants; at most six queries.

    A version that ``user`` may not see is a box without a name, and nothing beyond it is shown.
    """
    found = Lineage()
    found.kin[_key(version.pk)] = Kin(_key(version.pk), 0, version)
    for side, other in (("child", "parent"), ("parent", "child")):
        _walk(found, user, version.pk, side, other)
    return found


def _walk(found: Lineage, user: User, start: int, side: str, other: str) -> None:
    """Follow links from the end ``side`` to the end ``other``, level by level."""
    step = -1 if other == "parent" else 1
    layer = {start}
    for distance in range(1, LEVELS + 1):
        links = _links(user, layer, side, other)
        found.cut = found.cut or len(links) > MOST_LINKS
        layer = set()
        for link in links[:MOST_LINKS]:
            kin = _kin(link, other, distance * step)
            if kin.key not in found.kin and kin.version is not None:
                layer.add(kin.version.pk)
            found.kin.setdefault(kin.key, kin)
            near = _key(getattr(link, f"{side}_id"))
            ends = (kin.key, near) if other == "parent" else (near, kin.key)
            found.links.append((ends[0], link, ends[1]))
        if not layer:
            return


def _links(user: User, layer: set[int], side: str, other: str) -> list[VersionParent]:
    seen = ModelVersion.objects.visible_to(user).filter(pk=OuterRef(other)).order_by()
    links = VersionParent.objects.filter(**{f"{side}__in": layer}).annotate(seen=Exists(seen))
    return list(links.select_related(f"{other}__model").order_by("pk")[: MOST_LINKS + 1])


def _kin(link: VersionParent, other: str, level: int) -> Kin:
    version = getattr(link, other)
    if version is None:
        return Kin(f"outside:{link.outside}", level, outside=link.outside)
    if not getattr(link, "seen", False):
        return Kin(_key(version.pk), level)
    return Kin(_key(version.pk), level, version)


def _key(pk: int) -> str:
    return f"version:{pk}"
