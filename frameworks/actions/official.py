"""Attaching official wording that a user imports: the Playbook, the Generative AI Profile."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.actions import require_anywhere
from accounts.models import User
from accounts.permissions import Permission
from frameworks.genai import GenAIWording, names_genai_profile, read_genai_profile
from frameworks.json_files import MAX_BYTES
from frameworks.models import (
    LANGUAGE,
    FrameworkVersion,
    Node,
    NodeText,
    SuggestedAction,
    TextSource,
)
from frameworks.playbook import Playbook, PlaybookEntry, read_playbook
from frameworks.queries import current_version, genai_profile
from ledger.actions import Act, action
from ledger.canonical import sha256_hex
from vault.actions import store

OFFICIAL_LICENCE = "US Government work, 17 USC 105"


@dataclass(frozen=True)
class ImportResult:
    """What an import did: texts by kind, unknown identifiers, and whether it was news."""

    source: TextSource
    counts: dict[str, int] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    changed: bool = True


def import_official_texts(*, by: User, data: bytes, file_name: str) -> ImportResult:
    """Attach what the file holds: the Playbook, or the wording of NIST AI 600-1.

    Raises what ``import_playbook`` and ``import_genai_profile`` raise.
    """
    if names_genai_profile(data):
        return import_genai_profile(by=by, data=data, file_name=file_name)
    return import_playbook(by=by, data=data, file_name=file_name)


def import_playbook(*, by: User, data: bytes, file_name: str) -> ImportResult:
    """Attach official wording, suggested actions and questions from NIST's Playbook export.

    All or nothing; the bytes are kept in the vault. The same file again changes nothing. Only
    texts of an earlier Playbook are replaced. Raises PermissionDenied, or Refused with what is
    wrong with the file.
    """
    require_anywhere(by, Permission.FRAMEWORK_IMPORT)
    version = current_version()
    nodes = {node.key: node for node in version.nodes.filter(assessable=True)}
    playbook = read_playbook(data, nodes)
    latest = _latest(version, TextSource.Content.PLAYBOOK)
    if latest is not None and latest.sha256 == sha256_hex(data):
        return ImportResult(latest, latest.counts, playbook.unknown, changed=False)
    with action("frameworks.playbook.imported", by=by) as act:
        source = _source(act, version, TextSource.Content.PLAYBOOK, data, file_name)
        source.counts, source.unknown = _counts(playbook), list(playbook.unknown)
        act.save(source)
        _replace_texts(nodes, source.content, _official_texts(nodes, playbook, source))
    return ImportResult(source, source.counts, playbook.unknown)


def import_genai_profile(*, by: User, data: bytes, file_name: str) -> ImportResult:
    """Attach the wording of NIST AI 600-1 to its 212 actions.

    All or nothing; the bytes are kept. The same file again changes nothing, a newer one replaces
    the wording. Raises PermissionDenied, or Refused while the profile is not loaded, or with what
    is wrong with the file.
    """
    require_anywhere(by, Permission.FRAMEWORK_IMPORT)
    profile = genai_profile()
    version = profile.framework_version
    actions = {found.key: found for found in profile.actions.select_related("node")}
    wording = read_genai_profile(data, {key: a.node.key for key, a in actions.items()})
    latest = _latest(version, TextSource.Content.GENAI_PROFILE)
    if latest is not None and latest.sha256 == sha256_hex(data):
        return ImportResult(latest, latest.counts, wording.unknown, changed=False)
    with action("frameworks.genai-profile.imported", by=by) as act:
        source = _source(act, version, TextSource.Content.GENAI_PROFILE, data, file_name)
        held = {actions[key].node_id for key in wording.texts}
        source.counts = {"actions": len(wording.texts), "subcategories": len(held)}
        source.unknown = list(wording.unknown)
        act.save(source)
        _word_actions(actions, wording, source)
    return ImportResult(source, source.counts, wording.unknown)


def _latest(version: FrameworkVersion, content: TextSource.Content) -> TextSource | None:
    found: TextSource | None = version.text_sources.filter(content=content).first()
    return found


def _source(
    act: Act, version: FrameworkVersion, content: TextSource.Content, data: bytes, file_name: str
) -> TextSource:
    """The record of the file, whose bytes are in the vault; not saved yet."""
    return TextSource(
        framework_version=version,
        content=content,
        file=store(
            io.BytesIO(data),
            media_type="application/json",
            by=act.by,
            why=f"{content.label} import",
            max_bytes=MAX_BYTES,
        ),
        file_name=file_name[:200],
        sha256=sha256_hex(data),
        imported_by_id=act.by.pk,
    )


def _word_actions(
    actions: dict[str, SuggestedAction], wording: GenAIWording, source: TextSource
) -> None:
    for key, text in wording.texts.items():
        actions[key].text, actions[key].page = text, wording.pages.get(key)
        actions[key].source = source
    changed = [actions[key] for key in wording.texts]
    SuggestedAction.objects.bulk_update(changed, ["text", "page", "source"], batch_size=100)


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


def _replace_texts(nodes: dict[str, Node], content: str, texts: Iterable[NodeText]) -> None:
    """Texts of a newer file take the place of those that a file of the same kind brought."""
    NodeText.objects.filter(
        node__in=nodes.values(), origin=NodeText.Origin.OFFICIAL, source__content=content
    ).delete()
    NodeText.objects.bulk_create(texts)


def _counts(playbook: Playbook) -> dict[str, int]:
    entries: Iterable[PlaybookEntry] = playbook.entries.values()
    return {
        "subcategories": len(playbook.entries),
        "texts": sum(len(entry.texts) for entry in entries),
        "suggested_actions": sum(entry.suggested_actions for entry in playbook.entries.values()),
        "questions": sum(entry.questions for entry in playbook.entries.values()),
    }
