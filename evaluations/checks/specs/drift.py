"""Drift of feature columns against a reference table."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

DRIFT = CheckSpec(
    id="drift",
    version=1,
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
    params=(
        Param("psi_warn", gettext_noop("PSI that warns"), 0.1, 0.0, 10.0),
        Param("psi_fail", gettext_noop("PSI that fails"), 0.25, 0.0, 10.0),
        Param(
            "unseen_warn",
            gettext_noop("Share of never-seen categories that warns"),
            0.005,
            0.0,
            1.0,
        ),
        Param(
            "unseen_fail", gettext_noop("Share of never-seen categories that fails"), 0.02, 0.0, 1.0
        ),
    ),
    implementation="evaluations.checks.drift:Drift",
    family="drift",
)
