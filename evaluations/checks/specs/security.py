"""Robustness, poisoned data and unsafe files."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

PERTURBATION = CheckSpec(
    id="robustness.perturbation",
    version=1,
    title=gettext_noop("Decisions under small changes"),
    tells=gettext_noop(
        "How often the decision flips when the row is changed a little: noise, a typing error, a "
        "paraphrase. You bring the predictions on the changed copies."
    ),
    formula=gettext_noop(
        "The share of rows whose label differs, or whose score crosses the threshold, with a "
        "Wilson interval and a score test."
    ),
    source="Wilson 1927; Ribeiro et al. 2020 (behavioural tests)",
    limits=gettext_noop("5 % of flips warns and 15 % fails, per perturbation. 200 rows."),
    traps=(
        gettext_noop("A change that ought to change the decision is no fault."),
        gettext_noop("Random changes say nothing of somebody who searches for the worst one."),
    ),
    rmf=(
        ("MEASURE 2.5", gettext_noop("Shows whether decisions hold near what was tested.")),
        ("MEASURE 2.6", gettext_noop("A decision that flips on noise can harm.")),
        ("MEASURE 2.7", gettext_noop("Speaks to resilience against small manipulations.")),
    ),
    requires=("perturbed",),
    one_of=("y_pred", "y_score"),
    reference="unused",
    min_n=200,
    params=(
        Param("warn", gettext_noop("Flip rate that warns"), 0.05, 0.0, 1.0),
        Param("fail", gettext_noop("Flip rate that fails"), 0.15, 0.0, 1.0),
        Param("threshold", gettext_noop("Threshold of the score"), 0.5, -1e12, 1e12),
    ),
    implementation="evaluations.checks.robustness_perturbation:RobustnessPerturbation",
    family="security",
)

POISONING = CheckSpec(
    id="poisoning.signal",
    version=2,
    title=gettext_noop("Signs of poisoned data"),
    tells=gettext_noop(
        "Whether a value that the reference never showed always comes with one label, and whether "
        "one row was copied many times. Both are how backdoors are planted, and both can be "
        "innocent: it asks for a look."
    ),
    formula=gettext_noop(
        "New values by fingerprint with at least 20 rows: the share of their commonest label, "
        "tested against the base rate; the largest group of copies less that of the reference."
    ),
    source="Gu, Dolan-Gavitt & Garg 2017 (backdoors); Benjamini & Hochberg 1995",
    limits=gettext_noop("A purity of 0.95 warns; copies of 1 % of the rows warn. Never fails."),
    traps=(
        gettext_noop("A careful attacker uses values that are already common."),
        gettext_noop("A new product sold to one kind of customer looks the same."),
    ),
    rmf=(("MEASURE 2.7", gettext_noop("Looks for a known way of attacking training data.")),),
    requires=("y_true", "features"),
    reference="required",
    min_n=20,
    params=(
        Param("purity_warn", gettext_noop("Label purity that warns"), 0.95, 0.5, 1.0),
        Param("burst_warn", gettext_noop("Share of copies that warns"), 0.01, 0.0, 1.0),
    ),
    implementation="evaluations.checks.poisoning_signal:PoisoningSignal",
    family="security",
)

ARTIFACTS = CheckSpec(
    id="artifact.safety",
    version=1,
    title=gettext_noop("Safety of the model's files"),
    tells=gettext_noop(
        "What the registry's scanners found in the files of the version: code that would run on "
        "loading, imports that are not allowed, files that nobody scanned."
    ),
    formula=gettext_noop(
        "The verdict of the newest scan of each file; a waiver that holds turns a failure into a "
        "warning. No file is loaded."
    ),
    source="CWE-502 (deserialisation of untrusted data)",
    limits=gettext_noop("A finding fails; an unscanned file is inconclusive."),
    traps=(
        gettext_noop("A file without findings can still hold a model with a backdoor."),
        gettext_noop("Scanners list what they know: prefer formats that hold data only."),
    ),
    rmf=(
        ("MEASURE 2.7", gettext_noop("Checks the supply chain of the model's files.")),
        ("MANAGE 3.1", gettext_noop("Watches risks of files that come from others.")),
        ("MANAGE 3.2", gettext_noop("Pre-trained models are scanned before use.")),
    ),
    requires=(),
    reference="unused",
    min_n=1,
    params=(),
    implementation="evaluations.checks.artifact_safety:ArtifactSafety",
    family="security",
    reads="registry",
)
