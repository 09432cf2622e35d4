"""Markdown cards, plain and with Hugging Face front matter, from the merged record."""

import json
import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from models_registry.cards.decode import decode
from models_registry.cards.formats import HUGGING_FACE, TEXTS
from models_registry.cards.front import find
from models_registry.cards.vocabulary import BY_KEY
from models_registry.cards.wording import one_line
from models_registry.exporting.edits import line_starts, newline_of
from models_registry.exporting.headings import FRONT_HOMES, HEADINGS
from models_registry.exporting.patch_yaml import escaped, new_key
from models_registry.exporting.record import EXTRA, FIGURES, CardRecord, Loss, licence_id

_COLUMNS = ("name", "text", "slice", "low", "high", "task", "dataset", "split")
_TITLES = ("Metric", "Value", "Slice", "Low", "High", "Task", "Dataset", "Split")
_LONGEST_KEY = 100_000
_AS_CODE = _("Kept as a block of code under “Further details”; other tools do not read it.")


def build_markdown(record: CardRecord) -> tuple[bytes, list[Loss]]:
    """A plain Markdown card. From Hugging Face, the text stays as it is and facts that only the
    front matter states follow as sections."""
    if record.format == HUGGING_FACE:
        return _without_front(record)
    extra = record.card.extra
    body = _document(record, _code(extra) if extra else "")
    losses = [Loss(EXTRA, _AS_CODE)] if extra else []
    return body.encode(), [*losses, *_figure_loss(record)]


def build_hugging_face(record: CardRecord) -> tuple[bytes, list[Loss]]:
    """A card with front matter: short facts as its keys, the rest as sections."""
    if record.format in TEXTS:
        text = decode(record.original)
        newline = newline_of(text.raw)
        return f"{_front(record, {}, newline)}{newline}{text.raw}".encode(), []
    extra, tail = record.card.extra, ""
    losses = [Loss(EXTRA, _("Kept under the key “assay_extra”, which other tools ignore."))]
    if len(json.dumps(extra)) > _LONGEST_KEY:
        extra, tail, losses = {}, _code(extra), [Loss(EXTRA, _AS_CODE)]
    if not record.card.extra:
        losses = []
    whole = f"{_front(record, extra, chr(10))}\n{_document(record, tail)}"
    return whole.encode(), [*losses, *_figure_loss(record)]


def _front(record: CardRecord, extra: dict[str, Any], newline: str) -> str:
    """The front matter between its marks."""
    lines = [new_key("model_name", one_line(record.name), newline)]
    licences = record.texts("license")
    if licences:
        known = licence_id(licences[0]).lower() if len(licences) == 1 else ""
        lines.append(new_key("license", known or "other", newline))
    for key, name in FRONT_HOMES.items():
        texts = record.texts(key)
        short = len(texts) == 1 and "\n" not in texts[0] and len(texts[0]) <= 100
        if key != "name" and short and record.format not in TEXTS:
            lines.append(new_key(name, texts[0], newline))
    if extra:
        lines.append(f"assay_extra: {escaped(json.dumps(extra, ensure_ascii=False))}{newline}")
    return f"---{newline}{''.join(lines)}---{newline}"


def _document(record: CardRecord, tail: str) -> str:
    """The merged record as sections; ``tail`` is what has no field."""
    parts = [f"# {one_line(record.name)}"]
    for key in BY_KEY:
        texts = [] if key == "name" else record.texts(key)
        figures = _table(record) if key == "evaluation_results" else ""
        if texts or figures:
            inside = [_plain(text) for text in texts] + ([figures] if figures else [])
            parts.append("\n\n".join([f"## {HEADINGS[key]}", *inside]))
    if tail:
        parts.append(f"## Further details\n\n{tail}")
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    """``text`` without headings of its own, which would begin other sections."""
    return re.sub(r"(?m)^( {0,3})(#|=+[ \t]*$|-+[ \t]*$)", r"\1\\\2", text)


def _table(record: CardRecord) -> str:
    figures = record.card.figures
    if not figures:
        return ""
    used = [i for i, key in enumerate(_COLUMNS) if i < 2 or any(f.get(key) for f in figures)]
    rows = [[_TITLES[i] for i in used], ["---" for _i in used]]
    rows += [[_cell(figure.get(_COLUMNS[i])) for i in used] for figure in figures]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(value: Any) -> str:
    return one_line(str(value or ""), 500).replace("|", "\\|")


def _code(data: dict[str, Any]) -> str:
    return f"````json\n{json.dumps(data, ensure_ascii=False, indent=2)}\n````"


def _figure_loss(record: CardRecord) -> list[Loss]:
    if not record.card.figures:
        return []
    why = _("Written as a table: a model-index needs task and dataset of every figure.")
    return [Loss(FIGURES, why)]


def _without_front(record: CardRecord) -> tuple[bytes, list[Loss]]:
    text = decode(record.original)
    front, newline = find(text.lines), newline_of(text.raw)
    starts = line_starts(text.raw)
    body = text.raw[starts[min(front.body_line, len(starts)) - 1] :].strip("\r\n")
    parts = [body] if body else [f"# {one_line(record.name)}"]
    losses = []
    for key, found in record.card.fields.items():
        if key == "name" or any(part["source"] != "front" for part in found):
            continue
        if record.texts(key) and key != "metric_names":
            parts.append(f"## {HEADINGS[key]}\n\n" + "\n\n".join(map(_plain, record.texts(key))))
            losses.append(Loss(key, _("Written as a section, no longer as a key.")))
    if record.card.figures:
        parts.append(f"## Evaluation results\n\n{_table(record)}")
        losses.append(Loss(FIGURES, _("Written as a table, no longer as a model-index.")))
    if record.card.extra:
        parts.append(f"## Further details\n\n{_code(record.card.extra)}")
        losses.append(Loss(EXTRA, _AS_CODE))
    if record.texts("metric_names"):
        losses.append(Loss("metric_names", _("Markdown has no place for it."), lost=True))
    joined = "\n\n".join(part.replace("\r\n", "\n").replace("\r", "\n") for part in parts)
    return (joined + "\n").replace("\n", newline).encode(), losses
