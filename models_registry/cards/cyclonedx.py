"""CycloneDX 1.6 and 1.7 bills of materials whose component is a machine-learning model."""

from collections import deque
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from ledger.errors import Refused
from models_registry.cards.card import Card
from models_registry.cards.collecting import Collector, Patterns, at
from models_registry.cards.formats import CYCLONEDX_16, CYCLONEDX_17
from models_registry.cards.json_tree import JsonTree, pointer
from models_registry.cards.vocabulary import BY_KEY
from models_registry.cards.wording import one_line
from models_registry.cards.yaml_tree import Path

# Merged fields without a place in the schema are written as properties of this name space.
PROPERTY = "assay:card:"

_FORMATS = {"1.6": CYCLONEDX_16, "1.7": CYCLONEDX_17}
_CARD, _PARAMETERS = "/modelCard", "/modelCard/modelParameters"
_SAID = "/modelCard/considerations"
_PATTERNS: Patterns = (
    ("/name", "name"),
    ("/version", "version"),
    ("/description", "summary"),
    ("/publisher", "developers"),
    ("/author", "developers"),
    ("/authors/*/name", "developers"),
    ("/supplier/name", "developers"),
    ("/manufacturer/name", "developers"),
    ("/authors/*/email", "contact"),
    ("/supplier/contact/*/email", "contact"),
    ("/manufacturer/contact/*/email", "contact"),
    ("/licenses/*/license/id", "license"),
    ("/licenses/*/license/name", "license"),
    ("/licenses/*/expression", "license"),
    ("/tags/*", "tags"),
    ("/externalReferences/*/url", "references"),
    ("/pedigree/ancestors/*/name", "parents"),
    (f"{_PARAMETERS}/task", "model_type"),
    (f"{_PARAMETERS}/architectureFamily", "model_type"),
    (f"{_PARAMETERS}/modelArchitecture", "model_type"),
    (f"{_PARAMETERS}/approach/type", "training_procedure"),
    (f"{_PARAMETERS}/datasets/*/name", "training_data"),
    (f"{_PARAMETERS}/datasets/*/description", "training_data"),
    (f"{_PARAMETERS}/datasets/*/contents/url", "training_data"),
    (f"{_PARAMETERS}/datasets/*/ref", "training_data"),
    (f"{_PARAMETERS}/inputs/*/format", "inputs_outputs"),
    (f"{_PARAMETERS}/outputs/*/format", "inputs_outputs"),
    (f"{_SAID}/useCases/*", "intended_use"),
    (f"{_SAID}/users/*", "intended_use"),
    (f"{_SAID}/technicalLimitations/*", "limitations"),
    (f"{_SAID}/performanceTradeoffs/*", "limitations"),
    (f"{_SAID}/ethicalConsiderations/*/name", "risks"),
    (f"{_SAID}/ethicalConsiderations/*/mitigationStrategy", "oversight"),
    (f"{_SAID}/fairnessAssessments/*/groupAtRisk", "factors"),
    (f"{_SAID}/fairnessAssessments/*/benefits", "factors"),
    (f"{_SAID}/fairnessAssessments/*/harms", "risks"),
    (f"{_SAID}/fairnessAssessments/*/mitigationStrategy", "oversight"),
)
_INTERVAL = {"interval": "confidenceInterval", "low": "lowerBound", "high": "upperBound"}


def read_cyclonedx(card: Card, tree: JsonTree) -> None:
    """Fill ``card`` from the model component. Raises ``Refused`` when there is none."""
    spec = tree.data.get("specVersion")
    if not isinstance(spec, str) or spec not in _FORMATS:
        raise _refused(
            _(
                "Line %(line)s: this is CycloneDX %(spec)s; 1.6 and 1.7 are read. Convert the "
                "file and import it again."
            )
            % {
                "line": tree.lines.get(("specVersion",), 1),
                "spec": one_line(str(spec), 20) if spec else _("without a version"),
            }
        )
    card.format = _FORMATS[spec]
    models = model_paths(tree)
    if not models:
        raise _refused(
            _(
                "Line 1: no component of type “machine-learning-model” is in this CycloneDX file. "
                "Choose the file that describes the model."
            )
        )
    base = models[0]
    collector = Collector(card, tree, "json")
    collector.collect(_PATTERNS, base)
    _properties(collector, tree, base)
    collector.metrics((*base, "modelCard", "quantitativeAnalysis", "performanceMetrics"), _INTERVAL)
    for other in models[1:]:
        name = one_line(str(at(tree.data, (*other, "name"))), 80)
        line = collector.line(other)
        card.report.problem("other-model", line, name=name, pointer=pointer(other))
    collector.finish()


def model_paths(tree: JsonTree) -> list[Path]:
    """Where the model components stand; those with a model card first."""
    found = [p for p, c in _components(tree.data) if c.get("type") == "machine-learning-model"]
    return sorted(found, key=lambda path: "modelCard" not in at(tree.data, path))


def _components(data: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """All components, nested ones too, in the order of the file."""
    first = ("metadata", "component")
    waiting: deque[tuple[Path, Any]] = deque([(first, at(data, first))])
    lists: deque[tuple[Path, Any]] = deque([(("components",), data.get("components"))])
    while waiting or lists:
        if not waiting:
            path, inner = lists.popleft()
            items = inner if isinstance(inner, list) else []
            waiting.extend(((*path, i), item) for i, item in enumerate(items))
            continue
        path, item = waiting.popleft()
        if isinstance(item, dict):
            yield path, item
            lists.append(((*path, "components"), item.get("components")))


def _properties(collector: Collector, tree: JsonTree, base: Path) -> None:
    """Read back the merged fields that were written as properties."""
    path = (*base, "modelCard", "properties")
    items = at(tree.data, path)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        name = item.get("name") if isinstance(item, dict) else None
        key = str(name or "").removeprefix(PROPERTY)
        value = item.get("value") if isinstance(item, dict) else None
        if name == PROPERTY + key and key in BY_KEY and isinstance(value, str) and value.strip():
            collector.add(key, value, (*path, index, "value"))


def _refused(message: str) -> Refused:
    return Refused(message, code="cyclonedx", field="card")
