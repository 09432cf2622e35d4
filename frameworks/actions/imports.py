"""Adding a framework of the organisation: keep the file, look at the plan, add it whole."""

import io
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.actions import require_anywhere
from accounts.models import User
from accounts.permissions import Permission
from frameworks.importing.oscal import plan_from_oscal
from frameworks.importing.plan import Plan, check, roots_of
from frameworks.importing.tables import plan_from_table, read_table
from frameworks.json_files import MAX_BYTES
from frameworks.models import (
    LANGUAGE,
    Framework,
    FrameworkImport,
    FrameworkVersion,
    Node,
    NodeText,
)
from ledger.actions import action
from ledger.canonical import canonical, sha256_hex
from ledger.errors import Refused
from vault.actions import store
from vault.models import StoredFile
from vault.queries import read_bytes

_TEXTS = {
    "title": NodeText.Kind.TITLE,
    "text": NodeText.Kind.PARAPHRASE,
    "question": NodeText.Kind.QUESTION,
    "guidance": NodeText.Kind.ABOUT,
}


def upload_framework(
    *,
    by: User,
    data: bytes,
    file_name: str,
    scope: str = Node.Scope.SYSTEM,
    follows: FrameworkVersion | None = None,
    **about: str,
) -> FrameworkImport:
    """Keep the bytes of a framework and what is said about it; nothing is added yet.

    ``about`` are fields of ``FrameworkImport.ABOUT``; an OSCAL catalog brings title and edition
    along. Raises PermissionDenied, or Refused for a file that is neither an OSCAL catalog nor a
    table like the template, and when title or edition are missing.
    """
    require_anywhere(by, Permission.FRAMEWORK_IMPORT)
    kind = format_of(data)
    plan = _read(data, kind)
    said = {name: value.strip() for name, value in about.items() if value.strip()}
    values = {"title": plan.title[:200], "edition": plan.edition, **said}
    for name in ("title", "edition"):
        if not values[name]:
            raise Refused(_("Say which framework and which edition this is."), field=name)
    with action("frameworks.import.uploaded", by=by) as act:
        found = FrameworkImport(
            file=_kept(by, data),
            file_name=file_name.strip()[:200] or "framework",
            format=kind,
            scope=scope,
            follows=follows,
            uploaded_by=by,
            **values,
        )
        act.save(found)
    return found


def plan_import(found: FrameworkImport) -> Plan:
    """What the kept file would add now, and everything that is wrong with it."""
    plan = _read(read_bytes(found.file.digest), found.format)
    return check(plan, found.scope)


def plan_digest(plan: Plan) -> str:
    """SHA-256 of what a plan would add: what was shown and what is added is one."""
    return sha256_hex(canonical([_plain(node) for node in plan.nodes]))


def apply_import(*, by: User, found: FrameworkImport, shown: str) -> FrameworkVersion:
    """Add the framework, all of it or nothing.

    ``shown`` is the ``plan_digest`` that the person saw. Raises PermissionDenied, or Refused for
    a plan with problems, another plan than was shown, an import that is closed, and an edition
    that exists already.
    """
    require_anywhere(by, Permission.FRAMEWORK_IMPORT)
    plan = plan_import(found)
    if plan.problems:
        first = plan.problems[0]
        raise Refused(f"{first.where}: {first.reason}", code="problems", field="file")
    if plan_digest(plan) != shown:
        raise Refused(_("This is not the plan that was shown. Look again."), code="stale-plan")
    with action("frameworks.version.published", by=by, reason=found.file_name) as act:
        held = _open(found)
        version = FrameworkVersion(
            framework=_framework(held),
            label=held.edition,
            status=FrameworkVersion.Status.PUBLISHED,
            source=held.source or held.file_name,
            licence=held.licence,
            supersedes=held.follows,
            structure_digest=plan_digest(plan),
            text_digest=sha256_hex(canonical([_words(node) for node in plan.nodes])),
        )
        act.save(version)
        _store(version, plan)
        held.state, held.made = FrameworkImport.State.APPLIED, version
        act.save(held, event="frameworks.import.applied")
    return version


def discard_import(*, by: User, found: FrameworkImport) -> FrameworkImport:
    """Close an import without adding anything; the file stays in the vault."""
    require_anywhere(by, Permission.FRAMEWORK_IMPORT)
    with action("frameworks.import.discarded", by=by) as act:
        held = _open(found)
        held.state = FrameworkImport.State.DISCARDED
        act.save(held)
    return held


def format_of(data: bytes) -> str:
    """``oscal`` or ``table``, by what the bytes look like."""
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"[")):
        return FrameworkImport.Format.OSCAL
    return FrameworkImport.Format.TABLE


def _kept(by: User, data: bytes) -> StoredFile:
    return store(
        io.BytesIO(data),
        media_type="application/octet-stream",
        by=by,
        why="Framework import",
        max_bytes=MAX_BYTES,
    )


def _read(data: bytes, kind: str) -> Plan:
    if kind == FrameworkImport.Format.OSCAL:
        return plan_from_oscal(data)
    return plan_from_table(read_table(data, ("key", "title")))


def _open(found: FrameworkImport) -> FrameworkImport:
    held: FrameworkImport = FrameworkImport.objects.select_for_update().get(pk=found.pk)
    if held.state != FrameworkImport.State.PLANNED:
        raise Refused(
            _("This import was applied or discarded already. Upload the file again."),
            code="closed",
            status=409,
        )
    return held


def _framework(found: FrameworkImport) -> Framework:
    if found.follows is not None:
        framework = found.follows.framework
    else:
        key = slugify(found.title)[:50] or f"framework-{found.pk}"
        values = {"title": found.title, "publisher": found.publisher or _("the organisation")}
        framework, _made = Framework.objects.get_or_create(key=key, defaults=values)
    if framework.versions.filter(label=found.edition).exists():
        raise Refused(
            _("This edition of the framework is here already. Name another edition."),
            code="edition-exists",
            field="edition",
            status=409,
        )
    return framework


def _store(version: FrameworkVersion, plan: Plan) -> None:
    """Insert the tree level by level, because a child needs the key of its parent."""
    roots = roots_of(plan.nodes)
    parents = {node.parent for node in plan.nodes}
    stored: dict[str, Node] = {}
    waiting = list(enumerate(plan.nodes, start=1))
    while waiting:
        ready = [(n, node) for n, node in waiting if not node.parent or node.parent in stored]
        made = Node.objects.bulk_create(
            Node(
                framework_version=version,
                parent=stored.get(node.parent),
                key=node.key,
                kind=Node.Kind.GROUP if node.key in parents else Node.Kind.ITEM,
                function=roots[node.key],
                order=order,
                scope=node.scope,
                assessable=bool(node.assessable),
                evidence=list(node.evidence),
                was=list(node.was),
            )
            for order, node in ready
        )
        stored |= {node.key: node for node in made}
        waiting = [(n, node) for n, node in waiting if node.key not in stored]
    NodeText.objects.bulk_create(
        NodeText(
            node=stored[node.key],
            kind=kind,
            origin=NodeText.Origin.OWN,
            language=LANGUAGE,
            licence=version.licence[:60],
            text=getattr(node, name),
        )
        for node in plan.nodes
        for name, kind in _TEXTS.items()
        if getattr(node, name)
    )


def _plain(node: Any) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, tuple) else v for name, v in vars(node).items()}


def _words(node: Any) -> list[str]:
    return [node.key, *(getattr(node, name) for name in _TEXTS)]
