"""Drift of feature columns against a reference table."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

FORMULA = gettext_noop(
    "As drift: population stability index over at most ten groups of the reference less its "
    "expected value without drift, with an interval and a two-sample chi-square test."
)


def limits_of(warn: float, fail: float) -> tuple[Param, ...]:
    """The limits of a comparison of distributions."""
    unseen = gettext_noop("Share of never-seen categories that warns")
    unseen_fail = gettext_noop("Share of never-seen categories that fails")
    return (
        Param("psi_warn", gettext_noop("PSI that warns"), warn, 0.0, 10.0),
        Param("psi_fail", gettext_noop("PSI that fails"), fail, 0.0, 10.0),
        Param("unseen_warn", unseen, 0.005, 0.0, 1.0),
        Param("unseen_fail", unseen_fail, 0.02, 0.0, 1.0),
    )


DRIFT = CheckSpec(
    id="drift",
    version=2,
    title=gettext_noop("Drift against a reference"),
    tells=gettext_noop(
        "Which columns are distributed differently from the reference table, and by how much. "
        "Numbers are compared on groups of equal size in the reference, categories level by "
        "level; categories that the reference never showed are counted separately."
    ),
    formula=gettext_noop(
        "Population stability index over at most ten groups, less its expected value without "
        "drift (B−1)(1/n+1/m), with a delta-method interval. A two-sample chi-square test gives "
        "the p-value; over all columns the p-values are adjusted together. The Kolmogorov-"
        "Smirnov distance stands beside it with its bound."
    ),
    source="Yurdakul 2018 (PSI and its bias); Pearson 1900; Benjamini & Hochberg 1995",
    limits=gettext_noop(
        "PSI 0.1 warns and 0.25 fails; a share of never-seen categories of 0.5 % warns and 2 % "
        "fails. At least 50 rows, and so many that chance alone explains at most 0.05."
    ),
    traps=(
        gettext_noop(
            "Drift of an input is no proof of a worse model, and no drift no proof of a good one."
        ),
        gettext_noop(
            "With many columns some look drifted by chance; that is why p-values are adjusted."
        ),
        gettext_noop(
            "Groups come from the reference alone, so one huge value cannot hide a shift."
        ),
    ),
    rmf=(
        ("MEASURE 2.4", gettext_noop("Watches the inputs of the system while it is in use.")),
        ("MEASURE 3.1", gettext_noop("Finds a risk that the first assessment could not know.")),
        ("MANAGE 4.1", gettext_noop("Is part of monitoring after deployment.")),
    ),
    requires=("features",),
    reference="required",
    min_n=50,
    params=limits_of(0.1, 0.25),
    implementation="evaluations.checks.drift:Drift",
    family="drift",
)

DRIFT_PREDICTION = CheckSpec(
    id="drift.prediction",
    version=1,
    title=gettext_noop("Drift of the predictions"),
    tells=gettext_noop(
        "Whether scores and predicted labels are distributed differently from the reference: the "
        "earliest sign of a change that needs no label."
    ),
    formula=FORMULA,
    source="Yurdakul 2018; Pearson 1900",
    limits=gettext_noop("PSI 0.05 warns and 0.15 fails. At least 50 rows."),
    traps=(
        gettext_noop("Predictions that do not drift can be wrong all the same."),
        gettext_noop("A season moves predictions too: compare with the same season."),
    ),
    rmf=(
        ("MEASURE 2.4", gettext_noop("Watches what the system says while it is in use.")),
        ("MEASURE 4.3", gettext_noop("A change of output is a measurable change in the field.")),
    ),
    requires=(),
    one_of=("y_score", "y_pred"),
    reference="required",
    min_n=50,
    params=limits_of(0.05, 0.15),
    implementation="evaluations.checks.drift:DriftPrediction",
    family="drift",
)

DRIFT_TARGET = CheckSpec(
    id="drift.target",
    version=1,
    title=gettext_noop("Drift of the labels"),
    tells=gettext_noop("Whether the outcome itself has become more or less frequent."),
    formula=FORMULA,
    source="Yurdakul 2018; Pearson 1900",
    limits=gettext_noop("PSI 0.05 warns and 0.15 fails. At least 50 rows."),
    traps=(
        gettext_noop("Labels that arrive late make the newest rows look different."),
        gettext_noop("A changed rule of labelling looks like a changed world."),
    ),
    rmf=(
        ("MEASURE 2.4", gettext_noop("Watches whether the world still is as it was in training.")),
        ("MEASURE 4.3", gettext_noop("A change of base rate changes what every figure means.")),
    ),
    requires=("y_true",),
    reference="required",
    min_n=50,
    params=limits_of(0.05, 0.15),
    implementation="evaluations.checks.drift:DriftTarget",
    family="drift",
    labels=False,
)
