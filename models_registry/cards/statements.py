"""Numbers that a card states about its model, each with the metric it is said to be of.

Careful rather than complete: a number counts only where the name of a known metric stands beside
it with nothing but a joining word between. Limits, ranges and numbers in code are left alone.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MOST = 200

# The metric as check results call it → how cards write it.
NAMES: dict[str, tuple[str, ...]] = {
    "accuracy": ("accuracy", "acc"),
    "precision": ("precision", "positive predictive value", "ppv"),
    "recall": ("recall", "sensitivity", "true positive rate", "tpr"),
    "F1": ("f1", "f1 score", "f score", "f measure"),
    "MCC": ("mcc", "matthews correlation", "matthews correlation coefficient"),
    "Brier score": ("brier", "brier score"),
    "ROC AUC": ("roc auc", "auc", "auroc", "auc roc", "area under the roc curve"),
    "ECE": ("ece", "expected calibration error"),
}
# These run from 0 to 1, so that “91.2” can only mean per cent.
_SHARES = frozenset({"accuracy", "precision", "recall", "F1", "ROC AUC"})

_LONGEST_LINE = 2_000
_BY_NAME = {name: metric for metric, names in NAMES.items() for name in names}
_NAME = "|".join(name.replace(" ", r"[\s_-]") for name in sorted(_BY_NAME, key=len, reverse=True))
_NUMBER = re.compile(r"(?<![\w.,–-])(-?\d{1,3}(?:\.\d{1,8})?)(\s?%|\s(?:per ?cent)\b)?")
_GOES_ON = re.compile(r"\w|%|[.,:/]\d|\s?[–-]\s?\d|\s?(?:to|and)\s\d")
_NAMED = re.compile(rf"(?<![\w-])(?:{_NAME})(?![\w-])", re.IGNORECASE)
_JOIN = re.compile(r"[\s:=|*_`~≈]|\b(?:of|is|was|at|about|score|reaches|reached)\b", re.IGNORECASE)
_FENCE = re.compile(r"^(?:```|~~~)")


@dataclass(frozen=True)
class Statement:
    """A number as the card writes it.

    ``value`` is on the scale of the metric (0.912 for “91.2 %”), ``half`` half a unit of its last
    written digit on that scale. ``metric`` is empty for a figure of a metric that is not known.
    ``about`` is what the card says it was measured on.
    """

    metric: str
    name: str
    text: str
    value: float
    half: float
    line: int
    about: str = ""


def statements(parsed: dict[str, Any]) -> list[Statement]:
    """The numbers of a card's merged record: those of its model-index, then those in its text."""
    found: dict[tuple[str, str, str], Statement] = {}
    for one in (*_figures(parsed), *_in_sections(parsed)):
        if len(found) >= MOST:
            break
        found.setdefault((one.metric or one.name, one.text, one.about), one)
    return list(found.values())


def metric_of(name: str) -> str:
    """The metric that a card calls ``name``; empty when it is not known."""
    return _BY_NAME.get(" ".join(re.sub(r"[\s_-]+", " ", name).casefold().split()), "")


def _figures(parsed: dict[str, Any]) -> Iterator[Statement]:
    for figure in parsed.get("figures", []):
        if figure["value"] is None:
            continue
        metric = metric_of(figure["metric"]) or metric_of(figure["name"])
        about = ", ".join(part for part in (figure["dataset"], figure["split"]) if part)
        name = figure["name"] or figure["metric"]
        yield _statement(metric, name, figure["text"], False, figure["line"], about)


def _in_sections(parsed: dict[str, Any]) -> Iterator[Statement]:
    for section in parsed.get("sections", []):
        fenced = False
        for offset, line in enumerate(section["text"].split("\n")):
            if _FENCE.match(line.lstrip()):
                fenced = not fenced
            elif not fenced:
                yield from in_line(line[:_LONGEST_LINE], section["line"] + offset)


def in_line(line: str, number: int = 1) -> Iterator[Statement]:
    """The numbers of one line that stand beside the name of a metric."""
    names = list(_NAMED.finditer(line))
    for found in _NUMBER.finditer(line) if names else ():
        if _GOES_ON.match(line, found.end()):
            continue
        name = _beside(line, names, found.start(), found.end())
        if name is not None:
            metric = metric_of(name[0])
            yield _statement(metric, name[0], found[1], bool(found[2]), number, "")


def _beside(line: str, names: list[re.Match[str]], start: int, end: int) -> re.Match[str] | None:
    """The name before the number with joining words between, else the name right behind it."""
    for name in names:
        if name.end() < start and not _JOIN.sub("", line[name.end() : start]):
            return name
    for name in names:
        if name.start() > end and not line[end : name.start()].strip(" *_"):
            return name
    return None


def _statement(
    metric: str, name: str, text: str, percent: bool, line: int, about: str
) -> Statement:
    value = float(text)
    digits = len(text.partition(".")[2]) if "e" not in text.casefold() else 15
    scale = 0.01 if percent or (metric in _SHARES and 1 < value <= 100) else 1.0
    shown = f"{text} %" if percent else text
    half = 0.5 * math.pow(10, -digits) * scale
    return Statement(metric, name, shown, value * scale, half, line, about)
