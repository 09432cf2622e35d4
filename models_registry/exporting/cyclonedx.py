"""CycloneDX 1.6 and 1.7 bills of materials with one model component, from the merged record."""

import json
import re
import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from ledger.canonical import sha256_hex
from models_registry.cards.cyclonedx import PROPERTY
from models_registry.cards.vocabulary import BY_KEY
from models_registry.exporting.record import EXTRA, FIGURES, CardRecord, Loss, pretty

_HELD = frozenset(
    {
        "name", "summary", "developers", "license", "model_type", "training_data",
        "inputs_outputs", "intended_use", "limitations", "risks", "oversight", "factors", "tags",
        "parents",
    }
)  # fmt: skip
# SPDX identifiers as the schema spells them; other licences are given by name.
_SPDX = {
    name.lower(): name
    for name in (
        "MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MPL-2.0", "GPL-2.0-only",
        "GPL-3.0-only", "GPL-3.0-or-later", "LGPL-3.0-only", "AGPL-3.0-only", "CC0-1.0",
        "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "Unlicense", "ODbL-1.0",
    )
}  # fmt: skip
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
_AS_PROPERTY = _("Kept as a property of the model card; other tools do not read it.")


def build_cyclonedx(record: CardRecord, spec: str) -> tuple[bytes, list[Loss]]:
    """A bill of materials of version ``spec`` (1.6 or 1.7)."""
    properties: list[dict[str, str]] = []
    losses: list[Loss] = []
    component = _component(record, properties, losses)
    _leave(record, properties, losses)
    card = component["modelCard"]
    if properties:
        card["properties"] = properties
    seed = sha256_hex(record.original) + spec
    data = {
        "$schema": f"http://cyclonedx.org/schema/bom-{spec}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": spec,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, seed)}",
        "version": 1,
        "components": [_filled(component)],
    }
    return pretty(data), losses


def _component(
    record: CardRecord, properties: list[dict[str, str]], losses: list[Loss]
) -> dict[str, Any]:
    authors = [{"name": text} for text in record.texts("developers")]
    authors += [{"email": t} for t in _fitting(record, "contact", _EMAIL, properties, losses)]
    links = _fitting(record, "references", _ADDRESS, properties, losses)
    return {
        "type": "machine-learning-model",
        "bom-ref": "model",
        "authors": authors,
        "name": record.name or "unnamed",
        "version": _version(record, properties, losses),
        "description": record.text("summary"),
        "licenses": [{"license": _licence(text)} for text in record.texts("license")],
        "pedigree": _filled(
            {
                "ancestors": [
                    {"type": "machine-learning-model", "name": text}
                    for text in record.texts("parents")
                ]
            }
        ),
        "externalReferences": [{"type": "documentation", "url": url} for url in links],
        "modelCard": _filled(
            {
                "modelParameters": _parameters(record),
                "quantitativeAnalysis": _filled({"performanceMetrics": _metrics(record)}),
                "considerations": _considerations(record),
            }
        ),
        "tags": _tags(record),
    }


def _version(record: CardRecord, properties: list[dict[str, str]], losses: list[Loss]) -> str:
    """The version in one line; a section about versions goes to the properties."""
    stated = record.card.version
    if record.text("version") not in ("", stated):
        _put(properties, losses, "version", record.text("version"))
    return stated or record.version


def _licence(text: str) -> dict[str, str]:
    known = _SPDX.get(text.lower())
    return {"id": known} if known else {"name": text}


def _tags(record: CardRecord) -> list[str]:
    found = [tag.strip() for text in record.texts("tags") for tag in text.split(",")]
    return list(dict.fromkeys(tag for tag in found if tag))


def _parameters(record: CardRecord) -> dict[str, Any]:
    kinds = record.texts("model_type")
    return _filled(
        {
            "task": "".join(kinds[:1]),
            "modelArchitecture": "\n\n".join(kinds[1:]),
            "datasets": [_dataset(text) for text in record.texts("training_data")],
            "inputs": [{"format": text} for text in record.texts("inputs_outputs")],
        }
    )


def _dataset(text: str) -> dict[str, str]:
    short = len(text) <= 100 and "\n" not in text
    return {"type": "dataset", "name" if short else "description": text}


def _considerations(record: CardRecord) -> dict[str, Any]:
    risks = [{"name": text} for text in record.texts("risks")]
    risks += [{"mitigationStrategy": text} for text in record.texts("oversight")]
    return _filled(
        {
            "useCases": record.texts("intended_use"),
            "technicalLimitations": record.texts("limitations"),
            "ethicalConsiderations": risks,
            "fairnessAssessments": [{"groupAtRisk": text} for text in record.texts("factors")],
        }
    )


def _metrics(record: CardRecord) -> list[dict[str, Any]]:
    found = []
    for figure in record.card.figures:
        bounds = _filled({"lowerBound": figure.get("low"), "upperBound": figure.get("high")})
        metric = {"type": figure["metric"] or figure["name"], "value": figure["text"]}
        metric |= {"slice": figure.get("slice"), "confidenceInterval": bounds}
        found.append(_filled(metric))
    return found


def _fitting(
    record: CardRecord,
    key: str,
    shape: re.Pattern[str],
    properties: list[dict[str, str]],
    losses: list[Loss],
) -> list[str]:
    """The texts that have the ``shape`` which the schema wants; the others become properties."""
    fitting = [text for text in record.texts(key) if shape.fullmatch(text)]
    rest = [text for text in record.texts(key) if text not in fitting]
    if rest:
        _put(properties, losses, key, "\n\n".join(rest))
    return fitting


def _leave(record: CardRecord, properties: list[dict[str, str]], losses: list[Loss]) -> None:
    """Everything without a place in the schema, as properties."""
    for key in BY_KEY:
        if key not in _HELD | {"contact", "references", "version"} and record.text(key):
            _put(properties, losses, key, record.text(key))
    figures = [f for f in record.card.figures if f["task"] or f["dataset"]]
    if figures:
        _put(properties, losses, FIGURES, json.dumps(figures, ensure_ascii=False))
    if record.extra:
        _put(properties, losses, EXTRA, json.dumps(record.extra, ensure_ascii=False))


def _put(properties: list[dict[str, str]], losses: list[Loss], key: str, value: str) -> None:
    properties.append({"name": PROPERTY + key, "value": value})
    losses.append(Loss(key, _AS_PROPERTY))


def _filled(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value}
