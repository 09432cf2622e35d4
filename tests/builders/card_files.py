"""Cards in every format that is read, in our own words."""

import json
from typing import Any

from models_registry.actions.datasheets import import_datasheet
from models_registry.models import Datasheet
from tests.builders.models_registry import LANTERN, card_bytes, dataset
from tests.world import World

PLAIN = (
    b"# Harbour\n\nSorts letters.\n\n## Limitations\n\nOnly English.\n\n"
    b"## Escalation\n\nCall the desk.\n"
)

MCT: dict[str, Any] = {
    "schema_version": "0.0.2",
    "model_details": {
        "name": "Lantern credit scoring",
        "overview": "Estimates the chance of default within twelve months.",
        "owners": [{"name": "Lantern Lending", "contact": "models@lantern.example"}],
        "version": {"name": "2.3", "date": "2026-10-01"},
        "licenses": [{"identifier": "Apache-2.0"}],
        "references": [{"reference": "https://lantern.example/cards"}],
    },
    "model_parameters": {
        "model_architecture": "Gradient boosted trees",
        "data": [{"name": "Loans 2021–2024", "sensitive": {"sensitive_data": ["age"]}}],
    },
    "quantitative_analysis": {
        "performance_metrics": [
            {"type": "roc_auc", "value": 0.87, "slice": "under 25", "threshold": 0.5}
        ]
    },
    "considerations": {
        "users": [{"description": "Credit officers"}],
        "limitations": [{"description": "Knows no self-employed applicants."}],
        "ethical_considerations": [
            {"name": "Refusals by age", "mitigation_strategy": "A person looks at each refusal."}
        ],
    },
}
CYCLONEDX: dict[str, Any] = {
    "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "components": [
        {"type": "library", "name": "scikit-learn", "version": "1.8.0"},
        {"type": "machine-learning-model", "name": "Embedder"},
        {
            "type": "machine-learning-model",
            "bom-ref": "lantern",
            "name": "Lantern credit scoring",
            "version": "2.3",
            "licenses": [{"license": {"id": "Apache-2.0"}}],
            "modelCard": {
                "modelParameters": {"task": "tabular-classification"},
                "quantitativeAnalysis": {
                    "performanceMetrics": [
                        {
                            "type": "roc_auc",
                            "value": "0.870",
                            "slice": "under 25",
                            "confidenceInterval": {"lowerBound": "0.85", "upperBound": "0.89"},
                        }
                    ]
                },
                "considerations": {"technicalLimitations": ["Knows no self-employed applicants."]},
            },
        },
    ],
}
MLMODEL = b"""artifact_path: lantern
flavors:
  python_function:
    loader_module: mlflow.sklearn
    python_version: 3.11.7
  sklearn:
    sklearn_version: 1.8.0
mlflow_version: 3.1.0
model_uuid: 0f5c
run_id: 7d1e
signature:
  inputs: '[{"name": "age", "type": "long"}, {"name": "pay", "type": "double", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]'
utc_time_created: '2026-10-01 08:00:00'
"""


CROISSANT: dict[str, Any] = {
    "@context": {
        "@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/",
        "cr": "http://mlcommons.org/croissant/", "dct": "http://purl.org/dc/terms/",
        "rai": "http://mlcommons.org/croissant/RAI/", "conformsTo": "dct:conformsTo",
    },
    "@type": "sc:Dataset",
    "name": "Loans",
    "conformsTo": "http://mlcommons.org/croissant/1.0",
    "description": "Loans granted from July to December.",
    "license": "CC-BY-4.0",
    "url": "https://lantern.example/loans",
    "rai:dataBiases": "Few applicants under 25.",
    "distribution": [
        {"@type": "cr:FileObject", "@id": "loans.csv", "name": "loans.csv", "sha256": "ab" * 32}
    ],
}  # fmt: skip


def datasheet(world: World) -> Datasheet:
    """The datasheet of Loans 2024-H2, read from a Croissant file."""
    return world.once(
        "datasheet",
        lambda: import_datasheet(
            by=world.engineer, dataset=dataset(world), data=as_bytes(CROISSANT), file_name="c.json"
        ),
    )


def as_bytes(data: Any) -> bytes:
    """JSON as tools write it."""
    return json.dumps(data, indent=2, ensure_ascii=False).encode()


def every_format() -> dict[str, bytes]:
    """One card of each format."""
    return {
        "huggingface": card_bytes(LANTERN),
        "markdown": PLAIN,
        "mct": as_bytes(MCT),
        "cyclonedx-1.6": as_bytes(CYCLONEDX),
        "mlmodel": MLMODEL,
    }
