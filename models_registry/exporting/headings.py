"""Under which heading or key a merged field is written; a card is a document in English."""

from models_registry.cards.editing import HEADINGS as CORE_HEADINGS

HEADINGS: dict[str, str] = {
    **CORE_HEADINGS,
    "name": "Model name",
    "version": "Version",
    "metric_names": "Metrics",
    "training_procedure": "Training procedure",
    "examination": "Explainability",
    "language": "Languages",
    "tags": "Tags",
    "library": "Libraries",
    "parents": "Base model",
    "funding": "Funded by",
    "card_authors": "Model card authors",
    "environment": "Environmental impact",
    "hardware": "Hardware",
    "inputs_outputs": "Inputs and outputs",
    "getting_started": "How to get started",
    "references": "References",
    "citation": "Citation",
    "glossary": "Glossary",
}
# Short facts that Hugging Face reads from the front matter.
FRONT_HOMES: dict[str, str] = {
    "name": "model_name",
    "version": "version",
    "language": "language",
    "tags": "tags",
    "library": "library_name",
    "parents": "base_model",
    "metric_names": "metrics",
}
# Those of them that are lists there.
FRONT_LISTS = frozenset({"language", "tags", "metrics"})
