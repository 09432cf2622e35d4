"""Markdown cards, with or without Hugging Face front matter."""

from typing import Any

from models_registry.cards.card import Card, Found
from models_registry.cards.decode import Text, refuse_too_many_lines
from models_registry.cards.figures import as_text, read_figures
from models_registry.cards.formats import HUGGING_FACE
from models_registry.cards.front import Front, find
from models_registry.cards.sections import Section, split
from models_registry.cards.titles import name_from_title
from models_registry.cards.vocabulary import FRONT_KEYS, fields_for_heading, fields_for_label
from models_registry.cards.wording import has_hidden_marks, one_line
from models_registry.cards.yaml_tree import Tree, load


def read_markdown(card: Card, text: Text) -> None:
    """Fill ``card`` from front matter and sections. Raises ``Refused``."""
    refuse_too_many_lines(text)
    front = find(text.lines)
    if front.unclosed:
        card.report.problem("front-unclosed", 1)
    if front.text is not None:
        _read_front(card, front)
    _read_sections(card, split(front.body, front.body_line))
    _check_names(card)


def _read_front(card: Card, front: Front) -> None:
    tree = load(front.text or "", front.first_line)
    if tree.data is None:
        card.report.problem("front-empty", front.first_line - 1)
        return
    if not isinstance(tree.data, dict):
        card.extra["front_matter_text"] = front.text
        card.report.keep("front", "front matter", front.first_line)
        card.report.problem("front-no-table", front.first_line)
        return
    card.format = HUGGING_FACE
    card.front_matter = tree.data
    for key, value in tree.data.items():
        _read_key(card, tree, key, value)
    _read_duplicates(card, tree)
    _read_index(card, tree)


def _read_key(card: Card, tree: Tree, key: str, value: Any) -> None:
    if key == "model-index":
        return  # figures, read as a whole
    line = tree.lines.get((key,), 1)
    merged = FRONT_KEYS.get(key)
    if merged is None:
        card.extra[key] = value
        card.report.keep("front", key, line)
    else:
        card.add(merged, as_text(value), "front", key, line)


def _read_duplicates(card: Card, tree: Tree) -> None:
    for again in tree.duplicates:
        card.extra.setdefault("duplicate_keys", []).append(
            {"key": again.key, "line": again.line, "value": again.value}
        )
        card.report.problem("duplicate-key", again.line, key=again.key, first=again.first_line)


def _read_index(card: Card, tree: Tree) -> None:
    card.figures, malformed = read_figures(tree)
    for line, code in malformed:
        card.report.problem(code, line)
    if malformed:
        card.extra["model-index"] = tree.data["model-index"]
    line = tree.lines.get(("model-index",), 1)
    if card.figures:
        text = "; ".join(f"{f['name']} {f['text']}" for f in card.figures[:20])
        card.add("evaluation_results", text, "front", "model-index", line)
        model = card.figures[0]["model"]
        if model and "name" not in card.fields:
            card.add("name", model, "front", "model-index", card.figures[0]["line"])
    elif "model-index" in tree.data:
        card.report.keep("front", "model-index", line)


def _read_sections(card: Card, sections: list[Section]) -> None:
    trail: list[tuple[int, tuple[str, ...]]] = []  # the headings above, with their fields
    titled = False
    for section in sections:
        trail = [part for part in trail if part[0] < section.level]
        if section.level == 0:
            _read_section(card, section, ("summary",))
            continue
        own = fields_for_heading(section.title)
        if not own and section.level == 1 and not titled:
            titled = True
            _read_title(card, section)
            continue
        inherited = trail[-1][1] if trail else ()
        trail.append((section.level, own or inherited))
        _read_section(card, section, own or inherited, inherited=not own)


def _read_title(card: Card, section: Section) -> None:
    """The first heading names the model; what stands under it says what the model is."""
    name = name_from_title(section.title)
    if section.hidden_marks:
        card.report.problem("hidden-marks", section.line)
    if name:
        card.add("name", name, "section", section.title, section.line)
    _read_section(card, section, ("summary",))


def _read_section(
    card: Card, section: Section, keys: tuple[str, ...], *, inherited: bool = False
) -> None:
    card.sections.append(
        {
            "level": section.level,
            "title": section.title,
            "line": section.line,
            "text": section.text,
            "fields": list(keys),
        }
    )
    if not keys:
        card.report.keep("section", section.title, section.line)
    elif section.text.strip():
        text = f"**{section.title}**\n\n{section.text}" if inherited else section.text
        for key in keys:
            card.add(key, text, "section", section.title, section.line)
    for label in section.labels:
        for key in fields_for_label(label.name) if label.text else ():
            if key not in keys:
                card.add(key, label.text, "label", label.name, label.line)


def _check_names(card: Card) -> None:
    names = card.fields.get("name", [])
    if not names:
        card.report.problem("no-name", 1)
    for found in names:
        if has_hidden_marks(found["text"]):
            card.report.problem("hidden-marks", found["line"])
    plain = {one_line(found["text"]).casefold() for found in names}
    if len(plain) > 1:
        card.report.problem("names-differ", names[1]["line"], names=_quoted(names))
    licences = card.fields.get("license", [])
    stated = [f for f in licences if f["source"] == "front" and f["label"] == "license"]
    if licences and not stated:
        card.report.problem("license-as-text", licences[0]["line"])


def _quoted(names: list[Found]) -> str:
    return ", ".join(f"“{one_line(found['text'], 80)}”" for found in names[:5])
