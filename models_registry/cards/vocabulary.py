"""The merged fields of a model card and the names under which cards carry them.

The list follows the Hugging Face template, Google's Model Card Toolkit 0.0.2, CycloneDX 1.6 and
SPDX 3.0.1 AI, reduced to what a text card can say. Core fields make the completeness figure.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from models_registry.cards.wording import normalise, without_aside


@dataclass(frozen=True)
class CardField:
    """One merged field. ``why`` says what a reader cannot know while it is empty.

    ``headings`` are normalised headings and list labels, ``keys`` are front-matter keys.
    """

    key: str
    label: str | Promise
    why: str | Promise = ""
    headings: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    core: bool = False


def _core(
    key: str,
    label: str | Promise,
    why: str | Promise,
    headings: tuple[str, ...] = (),
    keys: tuple[str, ...] = (),
) -> CardField:
    return CardField(key, label, why, headings, keys, core=True)


FIELDS: tuple[CardField, ...] = (
    _core(
        "name",
        _("Name"),
        _("Nobody can tell which model the card is about."),
        ("model name", "name"),
        ("model_name",),
    ),
    _core(
        "version",
        _("Version"),
        _("Figures cannot be tied to one version."),
        (
            "version", "model version", "versions", "release date", "model date", "model releases",
            "release notes", "version history", "changelog", "releases",
        ),
        ("version", "model_version", "new_version", "revision"),
    ),
    _core(
        "summary",
        _("Summary"),
        _("A reader does not learn what the model does."),
        (
            "summary", "model summary", "overview", "model overview", "description",
            "model description", "model details", "details", "introduction", "about",
            "about the model", "model", "tldr", "tl dr", "basic information",
        ),
        ("summary", "model_summary", "description", "model_description"),
    ),
    _core(
        "developers",
        _("Developers"),
        _("Nobody is named as the maker."),
        (
            "developed by", "developers", "developer", "authors", "author", "model developers",
            "model developer", "organization", "organisation", "owner", "owners", "created by",
            "trained by", "provider", "vendor", "person or organization developing model",
        ),
        ("developers", "developed_by", "author", "authors", "organization"),
    ),
    _core(
        "contact",
        _("Contact"),
        _("There is no address for questions and complaints."),
        (
            "contact", "model card contact", "contact information", "contacts", "contact email",
            "contact name", "email", "feedback", "questions or comments about the model",
            "where to send questions or comments about the model", "support", "get in touch",
        ),
        ("contact", "model_card_contact"),
    ),
    _core(
        "license",
        _("Licence"),
        _("It is not stated under which terms the model may be used."),
        ("license", "licence", "licenses", "licensing", "terms of use", "license information"),
        ("license", "licence", "license_name", "license_link"),
    ),
    _core(
        "model_type",
        _("Model type and task"),
        _("The kind of model and its task are not stated."),
        (
            "model type", "task", "tasks", "type", "architecture", "model architecture",
            "model architecture and objective", "architectures", "algorithm", "pipeline tag",
        ),
        ("pipeline_tag", "model_type", "task", "tasks", "architecture"),
    ),
    _core(
        "intended_use",
        _("Intended use and users"),
        _("It is not stated what the model is for and for whom."),
        (
            "intended use", "intended uses", "uses", "use", "direct use", "downstream use",
            "intended users", "intended uses and limitations", "use cases", "use case",
            "primary intended uses", "primary intended users", "model use", "evaluated use",
            "how to use", "usage", "applications", "intended purpose", "purpose", "users",
            "downstream use optional",
        ),
        ("intended_use", "intended_uses", "direct_use", "downstream_use"),
    ),
    _core(
        "out_of_scope",
        _("Out-of-scope use"),
        _("No use is ruled out."),
        (
            "out of scope use", "out of scope uses", "out of scope", "out of scope use cases",
            "misuse", "misuse and out of scope use", "misuse malicious use and out of scope use",
            "prohibited uses", "prohibited use", "not intended for", "excluded uses",
            "misuse and malicious use", "restrictions", "use restrictions",
        ),
        ("out_of_scope_use", "out_of_scope"),
    ),
    _core(
        "limitations",
        _("Limitations"),
        _("Known weaknesses are not stated."),
        (
            "ethical considerations and limitations", "intended uses and limitations",
            "limitations", "limitation", "known limitations", "technical limitations",
            "model limitations", "limits", "performance and limitations", "caveats",
            "bias risks and limitations", "limitations and biases", "limitations and bias",
            "risks and limitations", "caveats and recommendations", "trade offs", "tradeoffs",
            "known issues", "assumptions",
        ),
        ("limitations", "bias_risks_limitations"),
    ),
    _core(
        "risks",
        _("Risks and bias"),
        _("Possible harm, and to whom, is not described."),
        (
            "bias risks and limitations", "risks and limitations", "limitations and biases",
            "limitations and bias", "ethical considerations and limitations",
            "bias", "biases", "risks", "risk", "risks and biases", "bias and risks",
            "ethical considerations", "ethics",
            "broader implications", "broader impact", "broader impacts", "social impact",
            "fairness", "safety", "harms", "potential harms", "risks and mitigations",
            "responsibility and safety", "ethical considerations and risks", "ethical use",
            "biases and toxicity", "impact", "fairness considerations", "privacy", "security",
        ),
        ("risks", "ethical_considerations"),
    ),
    _core(
        "oversight",
        _("Human oversight and recommendations"),
        _("It is not said what people must do to use the model safely."),
        (
            "caveats and recommendations",
            "recommendations", "human oversight", "oversight", "mitigations", "safeguards",
            "responsible use", "recommendation", "human in the loop", "monitoring",
            "monitoring plan", "appeals", "mitigation", "guardrails",
        ),
        ("recommendations", "bias_recommendations"),
    ),
    _core(
        "training_data",
        _("Training data"),
        _("It is not known what the model learned from."),
        (
            "training data", "training dataset", "training datasets", "data", "dataset",
            "datasets", "training set", "train data", "data sources", "pretraining data",
            "training and evaluation data", "training and validation data", "training data details",
        ),
        ("datasets", "training_data", "dataset"),
    ),
    _core(
        "evaluation_data",
        _("Evaluation data"),
        _("It is not known on what the figures were measured."),
        (
            "training and evaluation data", "training and validation data",
            "evaluation data", "testing data", "test data", "test set", "evaluation dataset",
            "evaluation datasets", "testing data factors and metrics", "validation data",
            "testing data factors metrics", "evaluation set", "benchmarks", "benchmark datasets",
        ),
        ("testing_data", "evaluation_data"),
    ),
    _core(
        "evaluation_results",
        _("Evaluation results"),
        _("There are no figures."),
        (
            "performance and limitations",
            "evaluation", "results", "evaluation results", "performance", "model performance",
            "metrics", "quantitative analyses", "quantitative analysis", "benchmark results",
            "accuracy", "performance metrics", "evaluation procedure", "eval results",
            "evaluations", "evaluation metrics", "experimental results", "performance measures",
            "model performance measures",
        ),
        ("results", "testing_metrics"),
    ),
    _core(
        "factors",
        _("Groups and conditions examined"),
        _("It is not known whether the model works equally well for everybody."),
        (
            "factors", "relevant factors", "evaluation factors", "groups", "slices", "subgroups",
            "subpopulations", "disaggregated results", "intersectional results", "unitary results",
            "fairness assessment", "fairness evaluation", "results by group", "demographic groups",
        ),
        ("testing_factors", "factors"),
    ),
    CardField("metric_names", _("Metrics used"), keys=("metrics",)),
    CardField(
        "training_procedure",
        _("Training procedure"),
        headings=(
            "training", "training procedure", "training details", "training hyperparameters",
            "hyperparameters", "preprocessing", "training regime", "training objective",
            "speeds sizes times", "fine tuning", "finetuning", "training process", "optimizer",
            "batch size", "number of epochs", "learning rate", "training method", "distillation",
            "training procedure and hyperparameters", "pretraining", "framework versions",
            "training configuration", "training time",
        ),
        keys=("training_regime", "hyperparameters", "preprocessing"),
    ),
    CardField(
        "examination",
        _("Explanation of the model's behaviour"),
        headings=("model examination", "interpretability", "explainability"),
        keys=("model_examination",),
    ),
    CardField(
        "language",
        _("Languages"),
        headings=("language", "languages", "language s", "language s nlp", "supported languages"),
        keys=("language", "languages"),
    ),
    CardField("tags", _("Tags"), headings=("tags", "keywords"), keys=("tags",)),
    CardField(
        "library",
        _("Libraries and software"),
        headings=(
            "software", "software requirements", "requirements", "dependencies", "library",
            "libraries", "framework", "frameworks",
        ),
        keys=("library_name", "library", "framework"),
    ),
    CardField(
        "parents",
        _("Derived from"),
        headings=(
            "finetuned from model", "fine tuned from model", "base model", "finetuned from",
            "parent model", "related models", "model family", "finetuned from model optional",
        ),
        keys=("base_model", "base_model_relation"),
    ),
    CardField(
        "funding",
        _("Funded and shared by"),
        headings=(
            "funded by", "funding", "shared by", "acknowledgements", "acknowledgments", "sponsors",
            "funded by optional", "shared by optional", "acknowledgement",
        ),
        keys=("funded_by", "shared_by"),
    ),
    CardField(
        "card_authors",
        _("Card authors"),
        headings=("model card authors", "card authors", "model card author"),
        keys=("model_card_authors",),
    ),
    CardField(
        "environment",
        _("Environmental impact"),
        headings=(
            "environmental impact", "carbon emitted", "emissions", "carbon footprint",
            "co2 emissions", "energy consumption", "total energy consumption", "hours used",
            "environmental considerations", "hardware type", "cloud provider", "compute region",
        ),
        keys=("co2_eq_emissions",),
    ),
    CardField(
        "hardware",
        _("Hardware and infrastructure"),
        headings=(
            "compute infrastructure", "hardware", "infrastructure", "technical specifications",
            "compute", "gpu", "hardware requirements", "hardware and software", "size",
            "model size", "parameters", "inference time",
        ),
        keys=("hardware",),
    ),
    CardField(
        "inputs_outputs",
        _("Inputs and outputs"),
        headings=(
            "input", "inputs", "output", "outputs", "inputs and outputs", "input and output",
            "input format", "output format", "input output", "features", "model inputs",
            "model outputs",
        ),
        keys=("inputs", "outputs"),
    ),
    CardField(
        "getting_started",
        _("How to get started"),
        headings=(
            "how to get started with the model", "how to get started", "getting started",
            "quick start", "quickstart", "get started", "example", "examples", "code",
            "sample code", "example usage", "installation", "inference",
        ),
        keys=("get_started_code",),
    ),
    CardField(
        "references",
        _("Sources and links"),
        headings=(
            "model sources", "references", "links", "paper", "repository", "demo", "papers",
            "paper and samples", "resources", "more information", "paper or other resource",
            "model sources optional", "external blogs", "further reading", "paper optional",
            "demo optional", "more information optional", "related work", "source code", "blog",
        ),
        keys=("repo", "paper", "demo", "more_information", "arxiv"),
    ),
    CardField(
        "citation",
        _("Citation"),
        headings=(
            "citation", "citations", "cite as", "bibtex", "apa", "how to cite", "cite",
            "citing", "citation information", "bibtex entry and citation info", "citation optional",
            "citation details",
        ),
        keys=("citation", "citation_bibtex", "citation_apa"),
    ),
    CardField("glossary", _("Glossary"), headings=("glossary", "glossary optional", "terms")),
)  # fmt: skip

BY_KEY: dict[str, CardField] = {field.key: field for field in FIELDS}
CORE: tuple[CardField, ...] = tuple(field for field in FIELDS if field.core)
# One heading may speak of two fields: “Bias, Risks, and Limitations”.
HEADINGS: dict[str, tuple[str, ...]] = {
    name: tuple(f.key for f in FIELDS if name in f.headings)
    for name in {name for f in FIELDS for name in f.headings}
}
FRONT_KEYS: dict[str, str] = {name: f.key for f in FIELDS for name in f.keys}

# Labels inside a section, "**Developed by:** …"; a bold word such as "Users" there is no label.
_TOO_LOOSE = frozenset(
    {"model", "use", "uses", "users", "data", "details", "type", "terms", "code"}
)
LABELS: dict[str, tuple[str, ...]] = {k: v for k, v in HEADINGS.items() if k not in _TOO_LOOSE}


def fields_for_heading(text: str) -> tuple[str, ...]:
    """The merged fields that a section heading speaks of; mostly one or none."""
    return _look_up(HEADINGS, text)


def fields_for_label(text: str) -> tuple[str, ...]:
    """The merged fields for a bold label inside a section."""
    return _look_up(LABELS, text)


def _look_up(table: dict[str, tuple[str, ...]], text: str) -> tuple[str, ...]:
    return table.get(normalise(text)) or table.get(normalise(without_aside(text))) or ()
