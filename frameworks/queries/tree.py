"""Reading the catalogue: the tree, one node with its texts, a search."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from frameworks.identifiers import canonical_key
from frameworks.models import LANGUAGE, FrameworkVersion, Node, NodeText, TextSource
from ledger.errors import Refused

AI_RMF = ("nist-ai-rmf", "1.0")


@dataclass
class Branch:
    """A node with its title and what stands under it."""

    node: Node
    title: str
    children: list["Branch"] = field(default_factory=list)


@dataclass(frozen=True)
class NodeTexts:
    """The texts of one node by kind; official ones are empty until somebody imports them."""

    own: dict[str, str]
    official: dict[str, str]
    source: TextSource | None


def current_version() -> FrameworkVersion:
    """The published AI RMF 1.0.

    Raises Refused (409) while the catalogue is not loaded.
    """
    framework, label = AI_RMF
    version: FrameworkVersion | None = (
        FrameworkVersion.objects.select_related("framework")
        .filter(framework__key=framework, label=label, status=FrameworkVersion.Status.PUBLISHED)
        .first()
    )
    if version is None:
        raise Refused(
            "The catalogue is not loaded: run manage.py load_catalogue.",
            code="no-catalogue",
            status=409,
        )
    return version


def titles(version_id: int) -> dict[str, str]:
    """Title of each node by key; one query."""
    rows = NodeText.objects.filter(
        node__framework_version_id=version_id,
        kind=NodeText.Kind.TITLE,
        origin=NodeText.Origin.OWN,
        language=LANGUAGE,
    )
    return dict(rows.values_list("node__key", "text"))


def tree(version: FrameworkVersion, search: str = "") -> list[Branch]:
    """Functions with categories with subcategories; with ``search`` only what matches.

    A node matches by its identifier (in any known form) or by any of its texts. What stands
    above a match is kept, so that a match is always shown in its place. At most two queries.
    """
    nodes: list[Any] = list(version.nodes.all().with_title().order_by("order"))
    if search.strip():
        nodes = _with_ancestors(nodes, _matching(version, search.strip()))
    branches: dict[int, Branch] = {}
    roots: list[Branch] = []
    for node in nodes:
        branch = Branch(node, node.title)
        branches[node.pk] = branch
        above = branches.get(node.parent_id) if node.parent_id else None
        (above.children if above else roots).append(branch)
    return roots


def flat(branches: Iterable[Branch], depth: int = 0) -> list[tuple[int, Branch]]:
    """The tree as lines in reading order, each with how deep it stands."""
    found: list[tuple[int, Branch]] = []
    for branch in branches:
        found.append((depth, branch))
        found += flat(branch.children, depth + 1)
    return found


def count_assessable(branches: Iterable[Branch]) -> int:
    """How many nodes of the tree an assessment would answer."""
    return sum(branch.node.assessable + count_assessable(branch.children) for branch in branches)


def children(node: Node) -> list[Any]:
    """What stands right under a node, in reading order, each with ``title``."""
    return list(node.children.all().with_title().order_by("order"))


def node_texts(node: Node) -> NodeTexts:
    """All texts of a node and the file that the official ones came from; one query."""
    by_origin: dict[str, dict[str, str]] = defaultdict(dict)
    source = None
    for text in node.texts.filter(language=LANGUAGE).select_related("source"):
        by_origin[text.origin][text.kind] = text.text
        source = source or text.source
    return NodeTexts(by_origin[NodeText.Origin.OWN], by_origin[NodeText.Origin.OFFICIAL], source)


def neighbours(node: Node) -> tuple[Node | None, Node | None]:
    """The nodes before and after this one; beside a subcategory stand only subcategories."""
    others = Node.objects.filter(
        framework_version_id=node.framework_version_id, assessable=node.assessable
    )
    return (
        others.filter(order__lt=node.order).order_by("-order").first(),
        others.filter(order__gt=node.order).order_by("order").first(),
    )


def _matching(version: FrameworkVersion, search: str) -> set[int]:
    wanted = Q(texts__text__icontains=search) | Q(key__icontains=search)
    try:
        key = canonical_key(search)
    except ValueError:
        pass
    else:
        wanted = Q(key=key) | Q(key__startswith=f"{key}.") | Q(key__startswith=f"{key} ")
    return set(version.nodes.filter(wanted).values_list("pk", flat=True))


def _with_ancestors(nodes: Iterable[Any], wanted: set[int]) -> list[Any]:
    keep = set(wanted)
    rows = list(nodes)
    for node in reversed(rows):
        if node.pk in keep and node.parent_id:
            keep.add(node.parent_id)
    return [node for node in rows if node.pk in keep]
