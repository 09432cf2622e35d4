"""Read an OSCAL catalog (JSON, model version 1.1 or 1.2) as a framework.

Source of the shape: the OSCAL catalog model of NIST. Groups and controls become nodes; the label
is the identifier where there is one; the statement is the text; parameters stand as their label
in brackets. Withdrawn controls are left out; where they say which control they moved to, that
control remembers them as what it was.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from frameworks.importing.plan import MAX_NODES, Plan, PlannedNode
from frameworks.json_files import read_json
from ledger.errors import Refused

CODE = "broken-oscal"
MAX_DEPTH = 60
_VERSION = re.compile(r"1\.[12](\.\d+)?")
_INSERT = re.compile(r"\{\{\s*insert:\s*param,\s*([\w.-]+)\s*\}\}")
_MOVED = frozenset({"moved-to", "incorporated-into"})
_LEVELS = 8


def is_oscal(content: Any) -> bool:
    """Whether parsed JSON claims to be an OSCAL catalog."""
    return isinstance(content, dict) and "catalog" in content


def plan_from_oscal(data: bytes) -> Plan:
    """A framework from the bytes of a catalog; each node knows its place in the document.

    Raises Refused for what is no catalog or of another model version. What is wrong with single
    controls stands in the problems of the plan.
    """
    content = read_json(data, depth=MAX_DEPTH, code=CODE)
    catalog = content.get("catalog") if isinstance(content, dict) else None
    if not isinstance(catalog, dict):
        _refuse(_("The file holds no OSCAL catalog."))
    metadata = catalog.get("metadata")
    if not isinstance(metadata, dict):
        _refuse(_("The catalog has no metadata."))
    version = str(metadata.get("oscal-version", ""))
    if not _VERSION.fullmatch(version):
        _refuse(
            _("OSCAL version “%s” is not read here. Catalogs of 1.1 and 1.2 are.") % version[:20]
        )
    plan = Plan(title=_text(metadata.get("title")), edition=_text(metadata.get("version"))[:40])
    reader = _Reader(plan)
    reader.walk(catalog, "catalog", "", 0)
    reader.finish()
    return plan


def _refuse(message: str) -> NoReturn:
    raise Refused(message, code=CODE, field="file")


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


class _Reader:
    """Walks groups and controls, and remembers what replaced what."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.keys: dict[str, str] = {}
        self.moved: dict[str, list[str]] = defaultdict(list)
        self.withdrawn = self.params = 0

    def walk(self, place: dict[str, Any], where: str, parent: str, depth: int) -> None:
        """Read what stands right under ``place``, and on down."""
        for kind in ("groups", "controls"):
            found = place.get(kind, [])
            if not isinstance(found, list):
                self.plan.refuse(f"{where}/{kind}", _("This should be a list."))
                continue
            for number, row in enumerate(found):
                if len(self.plan.nodes) > MAX_NODES:
                    return
                self._node(row, f"{where}/{kind}/{number}", parent, depth, kind == "controls")

    def finish(self) -> None:
        """Give nodes their former identifiers, and say what was left out."""
        for number, node in enumerate(self.plan.nodes):
            ids = [known for known, key in self.keys.items() if key == node.key]
            was = [former for known in ids for former in self.moved.get(known, [])]
            if was:
                self.plan.nodes[number] = PlannedNode(**{**vars(node), "was": tuple(was)})
        if self.withdrawn:
            self.plan.notes.append(_("%d withdrawn controls were left out.") % self.withdrawn)
        if self.params:
            self.plan.notes.append(
                _("%d parameters stand in the text as their label.") % self.params
            )

    def _node(self, row: Any, where: str, parent: str, depth: int, is_control: bool) -> None:
        if not isinstance(row, dict):
            self.plan.refuse(where, _("This should be an object."))
            return
        if depth > _LEVELS:
            self.plan.refuse(where, _("It stands more than 8 levels deep."))
            return
        key = self._key(row)
        if _prop(row, "status") == "withdrawn":
            self._withdraw(row, key)
            return
        known = _text(row.get("id"))
        if known:
            self.keys.setdefault(known, key)
        params = _params(row)
        self.params += len(params)
        self.plan.nodes.append(
            PlannedNode(
                key=key,
                parent=parent,
                title=_text(row.get("title")),
                where=where,
                text="\n".join(_prose(row, "statement", params)),
                guidance="\n".join(_prose(row, "guidance", params)),
                scope=_prop(row, "scope"),
                assessable=None if is_control else False,
            )
        )
        if is_control and row.get("controls"):
            last = self.plan.nodes[-1]
            self.plan.nodes[-1] = PlannedNode(**{**vars(last), "assessable": True})
        self.walk(row, where, key, depth + 1)

    def _key(self, row: dict[str, Any]) -> str:
        label = _prop(row, "label")
        return label or _text(row.get("id"))

    def _withdraw(self, row: dict[str, Any], key: str) -> None:
        self.withdrawn += 1
        for link in _rows(row.get("links")):
            if link.get("rel") in _MOVED:
                self.moved[_text(link.get("href")).lstrip("#")].append(key)


def _prop(row: dict[str, Any], name: str) -> str:
    """The first property of that name that has no class, or else the first."""
    found = [prop for prop in _rows(row.get("props")) if prop.get("name") == name]
    plain = [prop for prop in found if not prop.get("class")] or found
    return _text(plain[0].get("value")) if plain else ""


def _params(row: dict[str, Any]) -> dict[str, str]:
    return {
        _text(param.get("id")): _text(param.get("label")) or _text(param.get("id"))
        for param in _rows(row.get("params"))
    }


def _prose(row: dict[str, Any], name: str, params: dict[str, str]) -> Iterator[str]:
    """The sentences of a part and of what stands under it, each with its label."""
    for part in _rows(row.get("parts")):
        if part.get("name") == name:
            yield from _sentences(part, params, 0)


def _sentences(part: dict[str, Any], params: dict[str, str], depth: int) -> Iterator[str]:
    prose = _INSERT.sub(lambda m: f"[{params.get(m[1], m[1])}]", _text(part.get("prose")))
    if prose:
        label = _prop(part, "label")
        yield f"{label} {prose}" if label else prose
    if depth < _LEVELS:
        for below in _rows(part.get("parts")):
            if below.get("name") == "item":
                yield from _sentences(below, params, depth + 1)
