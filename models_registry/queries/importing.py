"""What of the registry the entries of an import could mean."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from ledger.canonical import sha256_hex
from models_registry.importing.manifest import SYSTEM, Entry
from models_registry.models import AISystem, CardRevision, Model, ModelVersion


def slug_of(name: str) -> str:
    """The short name of a model, by which its unit knows it; empty when there is none."""
    return slugify(name, allow_unicode=True)[:120]


@dataclass
class Stored:
    """The records of a unit that entries of one kind could mean."""

    by_id: dict[str, list[Any]]
    by_name: dict[str, list[Any]]

    @classmethod
    def of(
        cls, by: User, unit: Unit, kind: str, entries: Sequence[Entry], *, names: bool = True
    ) -> "Stored":
        """Two queries, however many entries there are."""
        manager: Any = (AISystem if kind == SYSTEM else Model).objects
        rows = manager.visible_to(by).filter(unit=unit)
        ids = {entry.external_id for entry in entries if entry.external_id}
        by_id: dict[str, list[Any]] = {}
        for record in rows.filter(external_id__in=ids):
            by_id.setdefault(record.external_id, []).append(record)
        by_name: dict[str, list[Any]] = {}
        attribute = "name" if kind == SYSTEM else "slug"
        wanted = {name_of(entry) for entry in entries} if names else set()
        for record in rows.filter(**{f"{attribute}__in": wanted}):
            by_name.setdefault(getattr(record, attribute), []).append(record)
        return cls(by_id, by_name)

    def matching(self, entry: Entry) -> list[Any]:
        """By the id; else one of that name that has no id yet. A source without ids goes by
        names."""
        if entry.external_id in self.by_id:
            return self.by_id[entry.external_id]
        named = self.by_name.get(name_of(entry), [])
        return [r for r in named if not entry.external_id or not r.external_id]


def name_of(entry: Entry) -> str:
    """What a record of that name is found by."""
    said = entry.values.get("name") or entry.initial.get("name") or ""
    name = " ".join(str(said).split())
    return name if entry.kind == SYSTEM else slug_of(name)


class Shelf:
    """The versions of some models, and the digests of their cards."""

    def __init__(self, by: User, owners: Iterable[int], source_system: str) -> None:
        self.source_system = source_system
        cards = CardRevision.objects.only("digest", "file_name", "number", "model_version_id")
        rows = ModelVersion.objects.filter(model__in=set(owners)).select_related("model")
        found = rows.prefetch_related(Prefetch("cards", queryset=cards)).visible_to(by)
        self.by_id: dict[tuple[int, str, str], ModelVersion] = {}
        self.by_number: dict[tuple[Any, str], ModelVersion | None] = {}
        for version in found:
            self.by_id[version.model_id, version.source_system, version.external_id] = version
            self.by_number[version.model_id, version.number] = version

    def matching(self, entry: Entry, model: Model | None) -> ModelVersion | None:
        """By the id of the source; else the one of that number that has no id yet."""
        if model is None:
            return None
        known = self.by_id.get((model.pk, self.source_system, entry.external_id))
        if known is not None:
            return known
        number = entry.values.get("number") or entry.initial.get("number") or ""
        same = self.by_number.get((model.pk, " ".join(str(number).split())))
        return same if same is not None and not same.external_id else None

    def has_card(self, version: ModelVersion | None, entry: Entry) -> bool:
        """Whether any revision holds these very bytes: a later edit of them is not undone."""
        if version is None or entry.card is None:
            return False
        digest = sha256_hex(entry.card.data)
        return any(card.digest == digest for card in version.cards.all())

    def card_of(self, version: ModelVersion | None) -> str:
        """The file name of the latest card."""
        cards = list(version.cards.all()) if version is not None else []
        return str(cards[0].file_name) if cards else ""

    def against_number(
        self, model: Model | str, record: ModelVersion | None, values: Mapping[str, Any]
    ) -> str:
        """A number that the model has already, or that another entry gives."""
        if "number" not in values:
            return ""
        key = (model if isinstance(model, str) else model.pk, values["number"])
        if key in self.by_number and self.by_number[key] is not record:
            return _("The model has a version of that number already.")
        self.by_number[key] = record
        return ""
