"""A folder or archive of model cards: one version for each card, known by its path."""

import posixpath
from collections.abc import Mapping

from django.utils.text import slugify
from django.utils.translation import gettext as _

from ledger.canonical import sha256_hex
from ledger.errors import Refused
from models_registry.cards import Card, parse_card
from models_registry.importing.manifest import (
    MODEL,
    VERSION,
    CardFile,
    Entry,
    LeftOut,
    Manifest,
    Trouble,
)

SOURCE_SYSTEM = "cards"
_ENDINGS = (".md", ".markdown", ".json", ".mlmodel")


def read_cards(files: Mapping[str, bytes]) -> Manifest:
    """A model and a version for each card of ``files``; other files are left out and named.

    A card that cannot be read is an entry with the reason as its trouble.
    """
    manifest = Manifest(SOURCE_SYSTEM)
    models: set[str] = set()
    for path in sorted(files):
        if not _is_card(path):
            manifest.left_out.append(
                LeftOut(path, _("It is no model card: .md, .json or MLmodel is read."))
            )
            continue
        try:
            card = parse_card(files[path], path)
        except Refused as refused:
            trouble = Trouble(refused.message)
            manifest.add(Entry(VERSION, path, external_id=path, place=path, troubles=[trouble]))
            continue
        _card(manifest, models, CardFile(path, files[path]), card)
    return manifest


def _is_card(path: str) -> bool:
    name = posixpath.basename(path).lower()
    return name.endswith(_ENDINGS) or name == "mlmodel"


def _card(manifest: Manifest, models: set[str], file: CardFile, card: Card) -> None:
    version = Entry(
        VERSION, file.path, external_id=file.path[:200], place=file.path, card=file,
        initial={"number": card.version or f"card-{sha256_hex(file.data)[:8]}"},
    )  # fmt: skip
    slug = slugify(card.name, allow_unicode=True)[:120]
    if not slug:
        version.troubles.append(Trouble(_("The card does not name its model.")))
        manifest.add(version)
        return
    version.model = slug
    if slug not in models:
        models.add(slug)
        manifest.add(Entry(MODEL, slug, place=file.path, initial={"name": card.name}))
    manifest.add(version)
