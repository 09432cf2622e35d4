"""Writing the catalogue: load our own words, attach the official ones."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from accounts.actions import require_anywhere
from accounts.models import User
from accounts.permissions import Permission
from frameworks.catalogue import Catalogue
from frameworks.identifiers import parent_key
from frameworks.models import LANGUAGE, Framework, FrameworkVersion, Node, NodeText, TextSource
from frameworks.playbook import MAX_BYTES, Playbook, PlaybookEntry, read_playbook
from frameworks.queries import current_version
from ledger.actions import action
from ledger.canonical import sha256_hex
from ledger.errors import Refused
from vault.actions import store

OWN_LICENCE = "Apache-2.0"
OFFICIAL_LICENCE = "US Government work, 17 USC 105"


@dataclass(frozen=True)
class ImportResult:
    """What an import did: texts by kind, unknown identifiers, and whether it was news."""

    source: TextSource
    counts: dict[str, int] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    changed: bool = True


def load_catalogue(*, by: User, catalogue: Catalogue) -> FrameworkVersion:
    """Store the catalogue; loading the same one again changes nothing.

    New wording of the same structure replaces our own texts. Raises Refused when the structure
    differs from the one that is published: published versions never change.
    """
    framework = Framework.objects.filter(key=catalogue.framework).first()
    stored: FrameworkVersion | None = FrameworkVersion.objects.filter(
        framework=framework, label=catalogue.label
    ).first()
    if stored is None:
        return _create(by, framework, catalogue)
    if stored.structure_digest != catalogue.structure_digest:
        raise Refused(
            _("A published framework version never changes: publish a new version instead."),
            code="published",
            status=409,
        )
    if stored.text_digest != catalogue.text_digest:
        _reword(by, stored, catalogue)
    return stored


def import_playbook(*, by: User, data: bytes, file_name: str) -> ImportResult:
    """Attach official wording, suggested actions and questions from NIST's Playbook export.

    All or nothing; the bytes are kept in the vault. The same file again changes nothing.
    Raises PermissionDenied, or Refused with what is wrong with the file.
    """
    require_anywhere(by, Permission.FRAMEWORK_IMPORT)
    version = current_version()
    nodes = {node.key: node for node in version.nodes.filter(assessable=True)}
    playbook = read_playbook(data, nodes)
    digest = sha256_hex(data)
    latest = version.text_sources.first()
    if latest is not None and latest.sha256 == digest:
        return ImportResult(latest, latest.counts, playbook.unknown, changed=False)
    with action("frameworks.playbook.imported", by=by) as act:
        source = TextSource(
            framework_version=version,
            file=store(
                io.BytesIO(data),
                media_type="application/json",
                by=by,
                why="Playbook import",
                max_bytes=MAX_BYTES,
            ),
            file_name=file_name[:200],
            sha256=digest,
            counts=_counts(playbook),
            unknown=list(playbook.unknown),
            imported_by=by,
        )
        act.save(source)
        _replace_texts(nodes, NodeText.Origin.OFFICIAL, _official_texts(nodes, playbook, source))
    return ImportResult(source, source.counts, playbook.unknown)


def _create(by: User, framework: Framework | None, catalogue: Catalogue) -> FrameworkVersion:
    with action("frameworks.version.published", by=by) as act:
        if framework is None:
            framework = Framework.objects.create(
                key=catalogue.framework,
                title="NIST AI Risk Management Framework",
                publisher="National Institute of Standards and Technology",
            )
        version = FrameworkVersion(
            framework=framework,
            label=catalogue.label,
            status=FrameworkVersion.Status.PUBLISHED,
            published_on=date(2023, 1, 26),
            source="NIST AI 100-1, doi:10.6028/NIST.AI.100-1; wording by the Assay project",
            structure_digest=catalogue.structure_digest,
            text_digest=catalogue.text_digest,
        )
        act.save(version)
        nodes = _store_nodes(version, catalogue)
        NodeText.objects.bulk_create(_own_texts(nodes, catalogue))
    return version


def _reword(by: User, version: FrameworkVersion, catalogue: Catalogue) -> None:
    with action("frameworks.version.reworded", by=by) as act:
        version.text_digest = catalogue.text_digest
        act.save(version)
        nodes = {node.key: node for node in version.nodes.all()}
        _replace_texts(nodes, NodeText.Origin.OWN, _own_texts(nodes, catalogue))


def _store_nodes(version: FrameworkVersion, catalogue: Catalogue) -> dict[str, Node]:
    """Insert the tree level by level, because a child needs the key of its parent."""
    stored: dict[str, Node] = {}
    for kind in Node.Kind.values:
        level = [
            Node(
                framework_version=version,
                parent=stored.get(parent_key(node.key) or ""),
                function=node.function,
                assessable=kind == Node.Kind.SUBCATEGORY,
                **node.structure(),
            )
            for node in catalogue.nodes
            if node.kind == kind
        ]
        stored |= {node.key: node for node in Node.objects.bulk_create(level)}
    return stored


def _own_texts(nodes: dict[str, Node], catalogue: Catalogue) -> list[NodeText]:
    return [
        NodeText(
            node=nodes[node.key],
            kind=kind,
            origin=NodeText.Origin.OWN,
            language=catalogue.language,
            licence=OWN_LICENCE,
            text=text,
        )
        for node in catalogue.nodes
        for kind, text in node.texts.items()
    ]


def _official_texts(
    nodes: dict[str, Node], playbook: Playbook, source: TextSource
) -> list[NodeText]:
    return [
        NodeText(
            node=nodes[entry.key],
            kind=kind,
            origin=NodeText.Origin.OFFICIAL,
            language=LANGUAGE,
            licence=OFFICIAL_LICENCE,
            source=source,
            text=text,
        )
        for entry in playbook.entries.values()
        for kind, text in entry.texts.items()
    ]


def _replace_texts(
    nodes: dict[str, Node], origin: NodeText.Origin, texts: Iterable[NodeText]
) -> None:
    NodeText.objects.filter(node__in=nodes.values(), origin=origin).delete()
    NodeText.objects.bulk_create(texts)


def _counts(playbook: Playbook) -> dict[str, int]:
    entries: Iterable[PlaybookEntry] = playbook.entries.values()
    return {
        "subcategories": len(playbook.entries),
        "texts": sum(len(entry.texts) for entry in entries),
        "suggested_actions": sum(entry.suggested_actions for entry in playbook.entries.values()),
        "questions": sum(entry.questions for entry in playbook.entries.values()),
    }
