"""Model Card Toolkit files (schema 0.0.2) from the merged record."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from models_registry.cards.mct import OWN
from models_registry.cards.vocabulary import BY_KEY
from models_registry.exporting.record import (
    EXTRA,
    FIGURES,
    CardRecord,
    Loss,
    licence_id,
    pretty,
)

_HELD = frozenset(
    {
        "name", "version", "summary", "developers", "contact", "license", "model_type",
        "training_data", "intended_use", "limitations", "risks", "oversight", "citation",
    }
)  # fmt: skip
_ELSEWHERE = _("Kept inside “model_details”, in a table “assay” that other tools ignore.")


def build_mct(record: CardRecord) -> tuple[bytes, list[Loss]]:
    """The card as JSON; the schema allows unknown keys below its top level."""
    own: dict[str, Any] = {}
    losses: list[Loss] = []
    for key in BY_KEY:
        if key not in _HELD and key != "references" and record.text(key):
            own[key] = record.text(key)
            losses.append(Loss(key, _ELSEWHERE))
    references = _references(record, own, losses)
    metrics = _metrics(record, own, losses)
    if record.extra:
        own[EXTRA] = record.extra
        losses.append(Loss(EXTRA, _ELSEWHERE))
    details = {
        "name": record.name,
        "version": {"name": record.text("version") or record.version},
        **_first_and_rest(record.texts("summary")),
        "owners": _named("name", record.texts("developers"))
        + _named("contact", record.texts("contact")),
        "licenses": [_licence(text) for text in record.texts("license")],
        "references": references,
        "citations": _named("citation", record.texts("citation")),
        OWN: own,
    }
    data = {
        "schema_version": "0.0.2",
        "model_details": _filled(details),
        "model_parameters": _filled(
            {
                "model_architecture": record.text("model_type"),
                "data": _named("description", record.texts("training_data")),
            }
        ),
        "quantitative_analysis": _filled({"performance_metrics": metrics}),
        "considerations": _considerations(record),
    }
    return pretty(_filled(data)), losses


def _considerations(record: CardRecord) -> dict[str, Any]:
    found: dict[str, Any] = _filled(
        {
            "use_cases": _named("description", record.texts("intended_use")),
            "limitations": _named("description", record.texts("limitations")),
            "ethical_considerations": _named("name", record.texts("risks"))
            + _named("mitigation_strategy", record.texts("oversight")),
        }
    )
    return found


def _first_and_rest(texts: list[str]) -> dict[str, str]:
    return {"overview": "".join(texts[:1]), "documentation": "\n\n".join(texts[1:])}


def _named(name: str, texts: list[str]) -> list[dict[str, str]]:
    return [{name: text} for text in texts]


def _licence(text: str) -> dict[str, str]:
    return {"identifier": text} if licence_id(text) else {"custom_text": text}


def _references(
    record: CardRecord, own: dict[str, Any], losses: list[Loss]
) -> list[dict[str, str]]:
    """Addresses are references; other texts about sources go elsewhere."""
    texts = record.texts("references")
    addresses = [t for t in texts if t.startswith(("http://", "https://")) and " " not in t]
    rest = [text for text in texts if text not in addresses]
    if rest:
        own["references"] = "\n\n".join(rest)
        losses.append(Loss("references", _ELSEWHERE))
    return _named("reference", addresses)


def _metrics(record: CardRecord, own: dict[str, Any], losses: list[Loss]) -> list[dict[str, Any]]:
    """Figures with a number; the schema knows neither their text nor their dataset."""
    found = []
    for figure in record.card.figures:
        if figure["value"] is None:
            continue
        metric: dict[str, Any] = {"type": figure["metric"], "value": figure["value"]}
        if figure.get("slice"):
            metric["slice"] = figure["slice"]
        if figure.get("low") or figure.get("high"):
            bounds = {"lower_bound": figure.get("low", ""), "upper_bound": figure.get("high", "")}
            metric["confidence_interval"] = bounds
        found.append(metric)
    if record.card.figures:
        own[FIGURES] = record.card.figures
        losses.append(Loss(FIGURES, _("Kept in “model_details”, with task and dataset.")))
    if any(figure["value"] is None for figure in record.card.figures):
        said = [own.get("evaluation_results", ""), record.figures_text]
        own["evaluation_results"] = "\n\n".join(text for text in said if text)
    return found


def _filled(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value}
