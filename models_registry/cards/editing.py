"""A parsed card as an editor shows it: one text per merged field, and what a new card starts as."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from models_registry.cards.vocabulary import CORE, FIELDS, CardField
from models_registry.cards.wording import is_filled, one_line

LONGEST = 200_000  # characters of one field

Parts = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Slot:
    """One text that can be edited.

    ``fields`` are the merged fields that it speaks of: a section “Bias, risks and limitations”
    is one text for two fields. ``more`` counts the places where the card says more about them.
    """

    fields: tuple[CardField, ...]
    text: str
    more: int = 0

    @property
    def key(self) -> str:
        """The merged field by whose name the text is changed."""
        return self.fields[0].key

    @property
    def labels(self) -> list[str | Promise]:
        """What it is called."""
        return [field.label for field in self.fields]

    @property
    def is_core(self) -> bool:
        """Whether the completeness meter counts it."""
        return any(field.core for field in self.fields)


def slots(parts: Parts) -> dict[str, Slot]:
    """The texts to edit, by key, in the order of the vocabulary; empty ones too.

    ``parts`` is the merged record of a card (``Card.fields``).
    """
    owners: dict[tuple[str, int], str] = {}
    found: dict[str, Slot] = {}
    for field in FIELDS:
        here = [part for part in parts.get(field.key, ()) if part["label"] != "model-index"]
        part = main_part(here)
        place = ("section", part["line"]) if part and part["source"] == "section" else None
        owner = owners.get(place) if place and field.key != "name" else None
        if owner:
            shared = found[owner]
            found[owner] = Slot((*shared.fields, field), shared.text, shared.more)
            continue
        if place and field.key != "name":
            owners[place] = field.key
        text = part["text"] if part else ""
        found[field.key] = Slot((field,), text if is_filled(text) else "", max(0, len(here) - 1))
    return found


def main_part(parts: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The part of a field that an edit replaces: the first one."""
    return parts[0] if parts else None


def texts(parts: Parts) -> dict[str, str]:
    """The text of every slot by its key."""
    return {key: slot.text for key, slot in slots(parts).items()}


def filled(parts: Parts, edits: Mapping[str, str]) -> dict[str, bool]:
    """Whether each core field says something once ``edits`` (slot → text) are made."""
    found = {}
    owner = {field.key: key for key, slot in slots(parts).items() for field in slot.fields}
    for field in CORE:
        here = [part["text"] for part in parts.get(field.key, ())]
        if owner[field.key] in edits:
            here = [edits[owner[field.key]], *here[1:]]
        found[field.key] = any(is_filled(text) for text in here)
    return found


def blank_card(name: str, number: str) -> bytes:
    """A Markdown card that holds the name, the version and one empty section per core field."""
    lines = [f"# {_heading(name)}", "", "## Version", "", one_line(number, 60), ""]
    for key, heading in HEADINGS.items():
        lines += [f"## {heading}", "", f"<!-- {HINTS[key]} -->", ""]
    return "\n".join(lines).encode()


def _heading(name: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#" else c for c in one_line(name))


# A card is a document in English, whatever language its author reads the pages in.
HEADINGS: dict[str, str] = {
    "summary": "Summary",
    "developers": "Developed by",
    "contact": "Contact",
    "license": "License",
    "model_type": "Model type",
    "intended_use": "Intended use",
    "out_of_scope": "Out-of-scope use",
    "limitations": "Limitations",
    "risks": "Risks and biases",
    "oversight": "Human oversight",
    "training_data": "Training data",
    "evaluation_data": "Evaluation data",
    "evaluation_results": "Evaluation results",
    "factors": "Factors",
}
HINTS: dict[str, str] = {
    "summary": "What does the model do, for whom, and what comes out of it?",
    "developers": "Who made it: people, team, company.",
    "contact": "Where do questions and complaints go?",
    "license": "Under which terms may it be used?",
    "model_type": "What kind of model is it, and which task does it solve?",
    "intended_use": "Which decisions does it help with, and who uses it?",
    "out_of_scope": "Which uses are ruled out, and why?",
    "limitations": "Where does it fail, and what does it not know?",
    "risks": "Who could be harmed, and how?",
    "oversight": "What must people check, and when do they stop using it?",
    "training_data": "What did it learn from: origin, period, size, gaps.",
    "evaluation_data": "On what was it measured: origin, period, size.",
    "evaluation_results": "What was found, with the number of rows and an interval.",
    "factors": "Which groups and conditions were looked at, and which were not?",
}
