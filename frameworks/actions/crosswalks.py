"""Adding a crosswalk of the organisation beside those that ship."""

import io
import re
from dataclasses import dataclass, field

from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.actions import require_anywhere
from accounts.models import User
from accounts.permissions import Permission
from frameworks.actions.references import add_identifiers
from frameworks.identifiers import key_forms
from frameworks.importing.plan import Plan
from frameworks.importing.tables import MAX_BYTES, read_table
from frameworks.models import FrameworkVersion, Mapping, MappingSet, Node
from ledger.actions import Act, action
from ledger.canonical import canonical, sha256_hex
from ledger.errors import Refused
from vault.actions import store
from vault.models import StoredFile

COLUMNS = ("source", "target")


@dataclass
class PlannedSet:
    """Pairs as they were read, identifiers that the target does not list yet, and problems."""

    pairs: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)
    checked: Plan = field(default_factory=Plan)


def plan_crosswalk(
    data: bytes, source_version: FrameworkVersion, target_version: FrameworkVersion
) -> PlannedSet:
    """Read a table of pairs (source, target, relationship, certainty, note).

    An identifier must stand in its framework. Only where the target ships as some identifiers
    may a new one be named, formed as that framework forms them. Raises Refused for what is no
    table; what is wrong with single rows stands in ``checked.problems``.
    """
    planned = PlannedSet()
    sources = _keys(source_version)
    targets = _keys(target_version)
    open_list = target_version.extent == FrameworkVersion.Extent.SOME_IDENTIFIERS
    pattern = target_version.id_pattern if open_list else ""
    seen: set[tuple[str, str]] = set()
    for number, row in read_table(data, COLUMNS):
        where = _("row %d") % number
        source = _known(row.get("source", ""), sources)
        target = _known(row.get("target", ""), targets)
        if target is None and pattern and re.fullmatch(pattern, row.get("target", "")):
            target = row["target"]
            planned.fresh += [target] if target not in planned.fresh else []
        if source is None:
            planned.checked.refuse(f"{where}, source", _unknown(row.get("source", "")))
        if target is None:
            planned.checked.refuse(f"{where}, target", _unknown(row.get("target", "")))
        if source is None or target is None:
            continue
        if (source, target) in seen:
            planned.checked.refuse(where, _("This pair stands above already."))
        seen.add((source, target))
        relationship = _choice(planned, where, row, "relationship", Mapping.Relationship.INTERSECTS)
        certainty = _choice(planned, where, row, "certainty", Mapping.Certainty.UNSTATED)
        planned.pairs.append((source, target, relationship, certainty, row.get("note", "")[:300]))
    if not planned.pairs and not planned.checked.problems:
        planned.checked.refuse("", _("The table holds no pair."))
    return planned


def add_crosswalk(
    *,
    by: User,
    data: bytes,
    file_name: str,
    source_version: FrameworkVersion,
    target_version: FrameworkVersion,
    title: str,
    **about: str,
) -> MappingSet:
    """Store a set of pairs beside the others, all of it or nothing; the bytes are kept.

    ``about`` holds ``author``, ``method`` and ``certainty_meaning``. Raises PermissionDenied, or
    Refused with the first problem of ``plan_crosswalk``, for a title that is taken, and for a
    framework that is mapped to itself.
    """
    require_anywhere(by, Permission.FRAMEWORK_IMPORT)
    if source_version == target_version:
        raise Refused(_("Choose two frameworks."), code="same", field="target_version")
    planned = plan_crosswalk(data, source_version, target_version)
    for problem in planned.checked.problems:
        raise Refused(f"{problem.where}: {problem.reason}", code="problems", field="file")
    with action("frameworks.crosswalk.added", by=by) as act:
        _extend(act, target_version, planned.fresh)
        found = MappingSet(
            slug=_free_slug(title),
            source_version=source_version,
            target_version=target_version,
            title=title.strip(),
            origin=MappingSet.Origin.ORGANISATION,
            digest=sha256_hex(canonical([list(pair) for pair in planned.pairs])),
            file=_kept(by, data, file_name),
            imported_by=by,
            **{name: value.strip() for name, value in about.items()},
        )
        act.save(found)
        _store(found, planned)
    return found


def _free_slug(title: str) -> str:
    slug = slugify(title)[:100]
    if not slug or MappingSet.objects.filter(slug=slug).exists():
        raise Refused(_("Give it a title that no other set has."), code="taken", field="title")
    return slug


def _kept(by: User, data: bytes, file_name: str) -> StoredFile:
    return store(
        io.BytesIO(data),
        media_type="application/octet-stream",
        by=by,
        why=f"Crosswalk {file_name}"[:200],
        max_bytes=MAX_BYTES,
    )


def _extend(act: Act, version: FrameworkVersion, keys: list[str]) -> None:
    if not keys:
        return
    held = version.reloaded()
    known = list(held.nodes.order_by("order").values_list("key", flat=True))
    held.structure_digest = sha256_hex(canonical([*known, *keys]))
    act.save(held, event="frameworks.version.extended")
    groups = {key: re.split(r"[(.\-]", key, maxsplit=1)[0] for key in keys}
    add_identifiers(held, keys, groups, len(known))


def _store(found: MappingSet, planned: PlannedSet) -> None:
    ends = {}
    for version_id in (found.source_version_id, found.target_version_id):
        nodes = Node.objects.filter(framework_version_id=version_id)
        ends[version_id] = dict(nodes.values_list("key", "pk"))
    Mapping.objects.bulk_create(
        Mapping(
            mapping_set=found,
            source_id=ends[found.source_version_id][source],
            target_id=ends[found.target_version_id][target],
            relationship=relationship,
            certainty=certainty,
            note=note,
        )
        for source, target, relationship, certainty, note in planned.pairs
    )


def _keys(version: FrameworkVersion) -> set[str]:
    return set(version.nodes.values_list("key", flat=True))


def _known(written: str, keys: set[str]) -> str | None:
    return next((form for form in key_forms(written) if form in keys), None)


def _unknown(written: str) -> str:
    return _("“%s” is no identifier of that framework.") % written[:60]


def _choice(
    planned: PlannedSet,
    where: str,
    row: dict[str, str],
    name: str,
    default: Mapping.Relationship | Mapping.Certainty,
) -> str:
    word = row.get(name, "").lower() or default.value
    if word not in type(default).values:
        allowed = ", ".join(type(default).values)
        planned.checked.refuse(f"{where}, {name}", _("Write one of %s.") % allowed)
    return word
