"""A framework as it was read from a file, and everything that is wrong with it. No database."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from frameworks.identifiers import key_forms
from frameworks.json_files import is_storable

MAX_NODES, MAX_DEPTH, MAX_PROBLEMS = 5_000, 8, 200
MAX_TITLE, MAX_TEXT = 300, 10_000
SCOPES = ("organisation", "system", "both")
# Identifiers stand in addresses, so that they hold no slash.
_KEY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._():+-]{0,38}[A-Za-z0-9.)+])?", re.ASCII)


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: a row and column of a table, or a place in a document."""

    where: str
    reason: str


@dataclass(frozen=True)
class PlannedNode:
    """A node to be: ``where`` says which row or place it came from."""

    key: str
    parent: str
    title: str
    where: str
    text: str = ""
    question: str = ""
    guidance: str = ""
    scope: str = ""
    assessable: bool | None = None
    evidence: tuple[str, ...] = ()
    was: tuple[str, ...] = ()


@dataclass
class Plan:
    """A framework to be: what it calls itself, its nodes in reading order, and remarks."""

    title: str = ""
    edition: str = ""
    nodes: list[PlannedNode] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, where: str, reason: str) -> None:
        """Note a problem; past 200 only that there are more."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(where, reason))
        elif len(self.problems) == MAX_PROBLEMS:
            self.problems.append(Problem("…", _("There are more problems than are shown here.")))

    @property
    def assessable(self) -> int:
        """How many items an assessment would ask."""
        return sum(bool(node.assessable) for node in self.nodes)

    def depth_of(self, node: PlannedNode) -> int:
        """How many nodes stand above."""
        parents = {found.key: found.parent for found in self.nodes}
        depth, above = 0, node.parent
        while above and depth <= MAX_DEPTH:
            depth, above = depth + 1, parents.get(above, "")
        return depth


def check(plan: Plan, default_scope: str) -> Plan:
    """Check every node and fill in what follows: who is assessable, and in which scope.

    Unless stated, an item without anything under it is assessed. Problems are added to the plan.
    """
    if len(plan.nodes) > MAX_NODES:
        plan.refuse("", _("The framework has more than 5,000 items."))
        return plan
    seen: dict[str, PlannedNode] = {}
    forms: dict[str, str] = {}
    for node in plan.nodes:
        _check_texts(plan, node)
        _check_key(plan, node, forms)
        _check_parent(plan, node, seen)
        seen.setdefault(node.key, node)
    parents = {node.parent for node in plan.nodes}
    plan.nodes = [_filled(node, node.key not in parents, default_scope) for node in plan.nodes]
    for node in plan.nodes:
        if node.assessable and node.scope not in SCOPES:
            reason = _("“%s” is no scope. Write organisation, system or both.") % node.scope[:40]
            plan.refuse(_at(node, "scope"), reason)
    if not plan.assessable and not plan.problems:
        plan.refuse("", _("Nothing in this framework can be assessed."))
    return plan


def roots_of(nodes: Iterable[PlannedNode]) -> Mapping[str, str]:
    """The outermost node above each node, by identifier; its own for a node without a parent."""
    found: dict[str, str] = {}
    for node in nodes:
        found[node.key] = found.get(node.parent, node.parent) if node.parent else node.key
    return found


def _check_key(plan: Plan, node: PlannedNode, forms: dict[str, str]) -> None:
    """Formed well, and no other way to write one above (``forms`` says where each stands)."""
    if not _KEY.fullmatch(node.key):
        plan.refuse(
            _at(node, "key"),
            _("“%s” is no identifier: up to 40 letters, digits, spaces and . _ ( ) : + -")
            % node.key[:60],
        )
    for form in key_forms(node.key):
        if form in forms:
            text = _("“%(key)s” stands above already (%(where)s).")
            plan.refuse(_at(node, "key"), text % {"key": node.key, "where": forms[form]})
            break
    forms |= dict.fromkeys(key_forms(node.key), node.where)


def _check_parent(plan: Plan, node: PlannedNode, seen: Mapping[str, PlannedNode]) -> None:
    if node.parent and node.parent not in seen:
        text = _("There is no “%s” above this row. Put what stands above first.")
        plan.refuse(_at(node, "parent"), text % node.parent[:60])
        return
    depth, above = 0, node.parent
    while above and depth <= MAX_DEPTH:
        depth, above = depth + 1, seen[above].parent
    if depth > MAX_DEPTH:
        plan.refuse(_at(node, "parent"), _("It stands more than 8 levels deep."))


def _check_texts(plan: Plan, node: PlannedNode) -> None:
    if not node.title:
        plan.refuse(_at(node, "title"), _("The title is missing."))
    elif len(node.title) > MAX_TITLE:
        plan.refuse(_at(node, "title"), _("The title is longer than 300 characters."))
    for name in ("title", "text", "question", "guidance"):
        value = getattr(node, name)
        if len(value) > MAX_TEXT:
            plan.refuse(_at(node, name), _("The text is longer than 10,000 characters."))
        if not is_storable(value):
            plan.refuse(_at(node, name), _("The text holds characters that cannot be stored."))
    if any(len(kind) > MAX_TITLE or not is_storable(kind) for kind in node.evidence):
        plan.refuse(_at(node, "evidence"), _("A kind of evidence is longer than 300 characters."))


def _filled(node: PlannedNode, is_leaf: bool, default_scope: str) -> PlannedNode:
    assessable = is_leaf if node.assessable is None else node.assessable
    scope = (node.scope or default_scope) if assessable else ""
    return PlannedNode(**{**vars(node), "assessable": assessable, "scope": scope})


def _at(node: PlannedNode, name: str) -> str:
    return f"{node.where}, {name}"
