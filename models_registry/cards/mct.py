"""Cards of Google's Model Card Toolkit: JSON of schema 0.0.2, and 0.0.1 where it differs."""

from models_registry.cards.card import Card
from models_registry.cards.collecting import Collector, Patterns
from models_registry.cards.formats import MCT
from models_registry.cards.json_tree import JsonTree
from models_registry.cards.vocabulary import BY_KEY

MARKS = frozenset({"model_details", "model_parameters", "quantitative_analysis", "considerations"})

# A table inside ``model_details`` for merged fields that the schema has no place for.
OWN = "assay"

_PATTERNS: Patterns = (
    ("/model_details/name", "name"),
    ("/model_details/version/name", "version"),
    ("/model_details/overview", "summary"),
    ("/model_details/documentation", "summary"),
    ("/model_details/owners/*/name", "developers"),
    ("/model_details/owners/*/contact", "contact"),
    ("/model_details/licenses/*/identifier", "license"),
    ("/model_details/licenses/*/custom_text", "license"),
    ("/model_details/license", "license"),
    ("/model_details/references/*/reference", "references"),
    ("/model_details/references/*", "references"),
    ("/model_details/citations/*/citation", "citation"),
    ("/model_details/citation", "citation"),
    ("/model_parameters/model_architecture", "model_type"),
    ("/model_parameters/data/*/name", "training_data"),
    ("/model_parameters/data/*/description", "training_data"),
    ("/model_parameters/data/*/link", "training_data"),
    ("/model_parameters/input_format", "inputs_outputs"),
    ("/model_parameters/output_format", "inputs_outputs"),
    ("/considerations/use_cases/*/description", "intended_use"),
    ("/considerations/use_cases/*", "intended_use"),
    ("/considerations/users/*/description", "intended_use"),
    ("/considerations/users/*", "intended_use"),
    ("/considerations/limitations/*/description", "limitations"),
    ("/considerations/limitations/*", "limitations"),
    ("/considerations/tradeoffs/*/description", "limitations"),
    ("/considerations/tradeoffs/*", "limitations"),
    ("/considerations/ethical_considerations/*/name", "risks"),
    ("/considerations/ethical_considerations/*/mitigation_strategy", "oversight"),
    *((f"/model_details/{OWN}/{key}", key) for key in BY_KEY),
)
_INTERVAL = {"interval": "confidence_interval", "low": "lower_bound", "high": "upper_bound"}


def read_mct(card: Card, tree: JsonTree) -> None:
    """Fill ``card`` from a Model Card Toolkit file."""
    card.format = MCT
    collector = Collector(card, tree, "json")
    collector.collect(_PATTERNS)
    collector.metrics(("quantitative_analysis", "performance_metrics"), _INTERVAL)
    collector.finish()
