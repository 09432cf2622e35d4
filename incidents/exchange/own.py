"""Our own JSON: the neutral record as it is, with a mark that names it."""

from typing import Any

from incidents.exchange.record import KINDS, PRECISIONS, SOURCES, CaseRecord, empty_record
from incidents.exchange.taking import EMPTY, Taker, is_flat_rows, is_rows, is_text, is_texts

MARK = "assay-case"
VERSION = 1


def is_own(document: Any) -> bool:
    """Whether a document is an export of ours."""
    return isinstance(document, dict) and document.get("format") == MARK


def read_own(document: dict[str, Any]) -> CaseRecord:
    """The record in an export of ours. Never raises: what does not fit is unmapped."""
    taker = Taker(document)
    taker.take("format", fits=lambda value: value == MARK)
    taker.take("format_version", fits=lambda value: value == VERSION)
    found: dict[str, Any] = dict(empty_record("assay"))
    for name, standard in found.items():
        value = taker.take("case", name, fits=_check_of(name, standard))
        if value is not None:
            found[name] = value
    kept = found["unmapped"]
    record: CaseRecord = found  # type: ignore[assignment]
    # An empty field says nothing that the empty record does not say.
    left = [part for part in taker.unmapped() if part["why"] != EMPTY]
    record["unmapped"] = [*kept, *left]
    return record


def _check_of(name: str, standard: Any) -> Any:
    """The test that a value of the field ``name`` must pass."""
    words = {"kind": KINDS, "precision": PRECISIONS, "source": SOURCES}
    if name in words:
        return lambda value: value in list(words[name])
    special = {
        "dates": lambda value: isinstance(value, dict) and all(map(is_text, value.values())),
        "classification": lambda v: isinstance(v, dict) and all(map(is_texts, v.values())),
        "metrics": _are_metrics,
        "severities": is_rows,
        "unmapped": _are_unmapped,
        "developers": is_texts, "deployers": is_texts, "targets": is_texts, "actors": is_texts,
    }  # fmt: skip
    return special.get(name, is_flat_rows if isinstance(standard, list) else is_text)


def _are_metrics(value: Any) -> bool:
    return is_rows(value) and all(
        is_text(row.get("name", "")) and is_rows(row.get("values", [])) for row in value
    )


def _are_unmapped(value: Any) -> bool:
    return is_rows(value) and all(
        row.keys() == {"path", "value", "why"} and is_text(row["path"]) and is_text(row["why"])
        for row in value
    )
