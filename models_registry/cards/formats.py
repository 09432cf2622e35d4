"""The formats of a card, as they are stored with a revision."""

HUGGING_FACE = "huggingface"
MARKDOWN = "markdown"
MCT = "mct"
CYCLONEDX_16 = "cyclonedx-1.6"
CYCLONEDX_17 = "cyclonedx-1.7"
MLMODEL = "mlmodel"
JSON = "json"

CYCLONEDX = (CYCLONEDX_16, CYCLONEDX_17)
TEXTS = (HUGGING_FACE, MARKDOWN)

NAMES: dict[str, str] = {
    HUGGING_FACE: "Hugging Face Markdown",
    MARKDOWN: "Markdown",
    MCT: "Model Card Toolkit JSON 0.0.2",
    CYCLONEDX_16: "CycloneDX 1.6",
    CYCLONEDX_17: "CycloneDX 1.7",
    MLMODEL: "MLflow MLmodel",
    JSON: "JSON",
}
MEDIA_TYPES: dict[str, str] = {
    HUGGING_FACE: "text/markdown",
    MARKDOWN: "text/markdown",
    MCT: "application/json",
    CYCLONEDX_16: "application/vnd.cyclonedx+json; version=1.6",
    CYCLONEDX_17: "application/vnd.cyclonedx+json; version=1.7",
    MLMODEL: "application/yaml",
    JSON: "application/json",
}
ENDINGS: dict[str, str] = {
    HUGGING_FACE: ".md",
    MARKDOWN: ".md",
    MCT: ".mct.json",
    CYCLONEDX_16: ".cdx.json",
    CYCLONEDX_17: ".cdx.json",
    MLMODEL: ".MLmodel",
    JSON: ".json",
}
