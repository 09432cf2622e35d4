"""What reading a card gives: one merged record, whatever the format."""

from dataclasses import dataclass, field
from typing import Any

from models_registry.cards.formats import MARKDOWN
from models_registry.cards.report import Report
from models_registry.cards.vocabulary import CORE
from models_registry.cards.wording import is_filled, one_line

# Part of every stored report, so that cards read by an older parser can be told apart.
PARSER = "cards/2"

Found = dict[str, Any]  # text, source (front|section|label), label, line


@dataclass
class Card:
    """A parsed card. Everything in it is plain JSON data.

    ``fields`` maps a merged field to what was found for it, in the order of the file; ``sections``
    holds the whole Markdown verbatim; ``extra`` the front matter that has no merged field.
    """

    format: str = MARKDOWN
    fields: dict[str, list[Found]] = field(default_factory=dict)
    sections: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    front_matter: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    report: Report = field(default_factory=Report)

    @property
    def name(self) -> str:
        """The model's name, or nothing."""
        return self._first("name")

    @property
    def version(self) -> str:
        """The version that the front matter states, or nothing."""
        found = [f for f in self.fields.get("version", ()) if f["source"] != "section"]
        return one_line(found[0]["text"], 60) if found else ""

    @property
    def filled(self) -> dict[str, bool]:
        """Whether each core field says something."""
        return {f.key: any(is_filled(x["text"]) for x in self.fields.get(f.key, ())) for f in CORE}

    @property
    def completeness(self) -> int:
        """Filled core fields, in percent."""
        filled = self.filled
        return round(100 * sum(filled.values()) / len(filled))

    def parsed(self) -> dict[str, Any]:
        """The merged record as JSON data."""
        return {"fields": self.fields, "sections": self.sections, "figures": self.figures}

    def _first(self, key: str) -> str:
        found = self.fields.get(key, [])
        return one_line(found[0]["text"]) if found else ""

    def add(self, key: str, text: str, source: str, label: str, line: int) -> None:
        """Note ``text`` as the merged field ``key``, with the place where it stood."""
        found = {"text": text, "source": source, "label": label, "line": line}
        self.fields.setdefault(key, []).append(found)
        self.report.map(source, label, line, key)
