"""Calibration of scores that claim to be probabilities."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

CALIBRATION = CheckSpec(
    id="calibration",
    version=1,
    title=gettext_noop("Calibration of the scores"),
    tells=gettext_noop(
        "Whether a score of 0.8 means that eight in ten such rows are positive. The expected "
        "calibration error is reported less the error that perfectly calibrated scores would "
        "show on the same number of rows."
    ),
    formula=gettext_noop(
        "Fifteen equal-width bins; the weighted mean distance of mean score and observed rate, "
        "minus its mean in 1,000 simulated tables whose labels follow the scores. The interval "
        "is a bootstrap over the bins. Brier score and Spiegelhalter's z stand beside it."
    ),
    source="Naeini et al. 2015 (ECE); Brier 1950; Spiegelhalter 1986",
    limits=gettext_noop("0.02 warns, 0.05 fails. At least 300 rows."),
    traps=(
        gettext_noop(
            "Uncorrected, perfectly calibrated scores show an error of 0.085 on 200 rows."
        ),
        gettext_noop("A model can be calibrated on the whole and wrong for each group."),
        gettext_noop("Scores of a support vector machine or of boosting are often not chances."),
    ),
    rmf=(
        ("MEASURE 2.5", gettext_noop("Shows whether stated chances come true.")),
        (
            "MEASURE 2.9",
            gettext_noop("People can act on a score only if they may take it at its word."),
        ),
    ),
    requires=("y_true", "y_score"),
    reference="unused",
    min_n=300,
    params=(
        Param("warn", gettext_noop("Excess calibration error that warns"), 0.02, 0.0, 1.0),
        Param("fail", gettext_noop("Excess calibration error that fails"), 0.05, 0.0, 1.0),
    ),
    implementation="evaluations.checks.calibration:Calibration",
    family="performance",
    probabilities=True,
)
