"""What a submitted version promises never to change, as one digest."""

from typing import Any

from ledger.canonical import canonical, sha256_hex
from models_registry.models import CardRevision, ModelVersion

ALWAYS = ("number", "source_system", "external_id", "git_commit", "notes")
# Younger fields enter only when they say something: the digests of older versions stay true.
WHEN_SET = ("run_id", "io_schema", "environment_lock", "artifact_set_digest")


def content_digest(version: ModelVersion, card: CardRevision) -> str:
    """SHA-256 over the canonical form of what is frozen: fields, parents, files and the card."""
    frozen: dict[str, Any] = {
        "model": version.model.key,
        **{name: getattr(version, name) for name in ALWAYS},
        **{name: value for name in WHEN_SET if (value := getattr(version, name))},
        "card": {"number": card.number, "sha256": card.digest},
    }
    if parents := _parents(version):
        frozen["parents"] = parents
    return sha256_hex(canonical(frozen))


def is_as_frozen(version: ModelVersion) -> bool:
    """Whether a submitted version still has the content that it was submitted with.

    A card may get further revisions later; one of them is the one that was frozen.
    """
    if not version.content_digest:
        return False
    return any(
        content_digest(version, card) == version.content_digest
        for card in version.cards.defer("parsed", "extra")
    )


def _parents(version: ModelVersion) -> list[dict[str, str]]:
    found = [
        {
            "relation": link.relation,
            "name": link.outside if link.parent is None else link.parent.key,
        }
        for link in version.parent_links.select_related("parent").order_by()
    ]
    return sorted(found, key=lambda one: (one["name"], one["relation"]))
