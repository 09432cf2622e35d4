"""Croissant 1.0 and 1.1 (JSON-LD) for tables, read into the themes of a datasheet.

The themes are those of Gebru et al., “Datasheets for Datasets” (2021).
"""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.errors import Refused
from models_registry.cards.card import PARSER, Card
from models_registry.cards.collecting import Collector
from models_registry.cards.decode import decode
from models_registry.cards.figures import as_text
from models_registry.cards.json_tree import JsonTree, load_json

MEDIA_TYPE = "application/ld+json"
THEMES: dict[str, str | Promise] = {
    "motivation": gettext_lazy("Motivation"),
    "composition": gettext_lazy("Composition"),
    "collection": gettext_lazy("Collection"),
    "preprocessing": gettext_lazy("Preprocessing and labelling"),
    "uses": gettext_lazy("Uses"),
    "distribution": gettext_lazy("Distribution"),
    "maintenance": gettext_lazy("Maintenance"),
}

# Key of the file, theme, label in the datasheet; RAI keys may carry their prefix or their address.
KEYS: tuple[tuple[str, str, str], ...] = (
    ("description", "motivation", ""),
    ("creator", "motivation", "Made by"),
    ("rai:dataUseCases", "uses", "Use cases"),
    ("rai:dataLimitations", "uses", "Limitations"),
    ("rai:dataBiases", "uses", "Biases"),
    ("rai:dataSocialImpact", "uses", "Social impact"),
    ("keywords", "composition", "Keywords"),
    ("inLanguage", "composition", "Language"),
    ("rai:personalSensitiveInformation", "composition", "Sensitive information"),
    ("rai:annotatorDemographics", "composition", "Annotators"),
    ("rai:dataCollection", "collection", ""),
    ("rai:dataCollectionType", "collection", "Kind of collection"),
    ("rai:dataCollectionMissingData", "collection", "Missing data"),
    ("rai:dataCollectionRawData", "collection", "Raw data"),
    ("rai:dataCollectionTimeframe", "collection", "Time frame"),
    ("rai:dataImputationProtocol", "preprocessing", "Imputation"),
    ("rai:dataManipulationProtocol", "preprocessing", "Manipulation"),
    ("rai:dataPreprocessingProtocol", "preprocessing", ""),
    ("rai:dataAnnotationProtocol", "preprocessing", "Annotation"),
    ("rai:dataAnnotationPlatform", "preprocessing", "Annotation platform"),
    ("rai:dataAnnotationAnalysis", "preprocessing", "Analysis of annotations"),
    ("rai:annotationsPerItem", "preprocessing", "Annotations per item"),
    ("rai:machineAnnotationTools", "preprocessing", "Annotation tools"),
    ("license", "distribution", "Licence"),
    ("url", "distribution", "Address"),
    ("citeAs", "distribution", "Cite as"),
    ("publisher", "distribution", "Published by"),
    ("datePublished", "distribution", "Published"),
    ("rai:dataReleaseMaintenancePlan", "maintenance", ""),
    ("isLiveDataset", "maintenance", "Still growing"),
    ("version", "maintenance", "Version"),
    ("dateModified", "maintenance", "Changed"),
)
RAI = "http://mlcommons.org/croissant/RAI/"


# Where an export keeps words of a theme that Croissant has no property for.
OWN = "urn:assay:datasheet:"


def parse_croissant(data: bytes) -> Card:
    """Read a Croissant file; ``fields`` are the themes, ``extra`` what has no theme.

    Raises ``Refused`` (and nothing else) when the bytes are no such file.
    """
    text = decode(data)
    tree = load_json(text.raw)
    found = tree.data if isinstance(tree.data, dict) else {}
    kind = found.get("@type")
    if "@context" not in found or not as_text(kind).endswith("Dataset"):
        raise Refused(
            _(
                "Line 1: this is no Croissant file: “@context” and the type “sc:Dataset” are "
                "expected. Choose the metadata file of the dataset."
            ),
            code="croissant",
            field="file",
        )
    card = Card(format="croissant")
    report = card.report
    report.parser, report.encoding = PARSER, text.encoding
    report.newlines, report.lines = text.newlines, len(text.lines)
    collector = Collector(card, tree, "json")
    _read_keys(collector, tree)
    for name in ("distribution", "recordSet"):
        items = found.get(name)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                _read_item(collector, name, index, item)
    collector.collect((("/name", "name"),))
    collector.finish()
    return card


def themes_of(card: Card) -> dict[str, str]:
    """The text of each theme, in paragraphs."""
    found = {theme: card.fields.get(theme, []) for theme in THEMES}
    return {
        theme: plain("\n\n".join(part["text"] for part in parts)) for theme, parts in found.items()
    }


def plain(text: str) -> str:
    """As a form gives it back."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _read_keys(collector: Collector, tree: JsonTree) -> None:
    for key, theme, label in KEYS:
        for name in (key, key.replace("rai:", RAI)):
            value = tree.data.get(name)
            text = words(value)
            if text.strip():
                collector.add(theme, f"**{label}:** {text}" if label else text, (name,))
                break
    for theme in THEMES:
        text = tree.data.get(OWN + theme)
        if isinstance(text, str) and text.strip():
            collector.add(theme, text, (OWN + theme,))


def words(value: Any) -> str:
    """A value of schema.org as a person would write it: names and addresses of things."""
    if isinstance(value, list):
        return ", ".join(word for word in map(words, value) if word)
    if isinstance(value, dict):
        return ", ".join(
            as_text(value[key])
            for key in ("name", "url", "email", "@value", "@id")
            if value.get(key)
        )
    return ("yes" if value else "no") if isinstance(value, bool) else as_text(value)


def _read_item(collector: Collector, name: str, index: int, item: dict[str, Any]) -> None:
    """One file of the distribution, or one set of records with its fields."""
    title = as_text(item.get("name") or item.get("@id")) or f"{index + 1}"
    facts = [as_text(item[key]) for key in ("encodingFormat", "contentSize") if item.get(key)]
    if item.get("sha256"):
        facts.append(f"SHA-256 `{as_text(item['sha256'])}`")
    fields = item.get("field")
    if isinstance(fields, list):
        names = [as_text(f.get("name")) for f in fields if isinstance(f, dict) and f.get("name")]
        facts.append(", ".join(names[:200]))
    theme = "distribution" if name == "distribution" else "composition"
    text = f"**{title}:** {'; '.join(fact for fact in facts if fact)}"
    path = (name, index, "name" if item.get("name") else "@id")
    collector.add(theme, text, path)
