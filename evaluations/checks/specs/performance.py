"""Performance of a binary classifier."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

METRIC_PARAMS = {
    "accuracy": "min_accuracy",
    "precision": "min_precision",
    "recall": "min_recall",
    "F1": "min_f1",
    "MCC": "min_mcc",
}

CLASSIFICATION = CheckSpec(
    id="perf.classification",
    version=1,
    title=gettext_noop("Performance of a classifier"),
    tells=gettext_noop(
        "How often the predicted label is right, seen five ways, each with the interval that the "
        "number of rows allows. It judges against the acceptance criterion you give, or against "
        "a reference table: then it asks whether the model has become worse."
    ),
    formula=gettext_noop(
        "Counts of true and false positives and negatives. Accuracy, precision and recall are "
        "proportions with Wilson intervals; F1 and the Matthews correlation get a bootstrap over "
        "the four counts. A drop of accuracy has a Newcombe interval."
    ),
    source="Wilson 1927; Newcombe 1998 (method 10); Matthews 1975; Benjamini & Hochberg 1995",
    limits=gettext_noop(
        "The acceptance criterion when one is given; otherwise a drop against the reference of "
        "0.02 warns and 0.05 fails. At least 200 rows, and 30 of each class."
    ),
    traps=(
        gettext_noop("Accuracy looks good on a rare class; read recall and MCC beside it."),
        gettext_noop(
            "With neither criterion nor reference there is nothing to judge: the figures are "
            "recorded and the check stays inconclusive."
        ),
        gettext_noop("Labels that arrive late are not missing at random: wait for them."),
    ),
    rmf=(
        (
            "MEASURE 2.3",
            gettext_noop("Measures performance against a criterion set before looking."),
        ),
        (
            "MEASURE 2.5",
            gettext_noop("Shows validity on this table, with its uncertainty."),
        ),
        (
            "MEASURE 4.3",
            gettext_noop("A drop against a reference is a measurable decline in the field."),
        ),
    ),
    requires=("y_true", "y_pred"),
    reference="optional",
    min_n=200,
    params=(
        Param("min_accuracy", gettext_noop("Accuracy, at least"), None, 0.0, 1.0),
        Param("min_precision", gettext_noop("Precision, at least"), None, 0.0, 1.0),
        Param("min_recall", gettext_noop("Recall, at least"), None, 0.0, 1.0),
        Param("min_f1", gettext_noop("F1, at least"), None, 0.0, 1.0),
        Param("min_mcc", gettext_noop("Matthews correlation, at least"), None, -1.0, 1.0),
        Param("drop_warn", gettext_noop("Drop against the reference that warns"), 0.02, 0.0, 1.0),
        Param("drop_fail", gettext_noop("Drop against the reference that fails"), 0.05, 0.0, 1.0),
    ),
    implementation="evaluations.checks.perf_classification:PerfClassification",
    family="performance",
)
