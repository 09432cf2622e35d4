"""Wrong labels."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

NOISE = CheckSpec(
    id="label.noise",
    version=1,
    title=gettext_noop("Labels that may be wrong"),
    tells=gettext_noop(
        "Which share of the labels a model that never saw the row confidently contradicts, and "
        "how many rows are equal in all features but not in their label."
    ),
    formula=gettext_noop(
        "The confident joint: a row is contradicted when another class has a score above that "
        "class's mean score among its own rows, and the highest of such. Scores must be out of "
        "fold."
    ),
    source="Northcutt, Jiang & Chuang 2021 (confident learning)",
    limits=gettext_noop("3 % of the labels warns and 8 % fails. At least 100 rows."),
    traps=(
        gettext_noop("A contradicted label is a question; the model may be the one in the wrong."),
        gettext_noop("Scores from training rows hide wrong labels that the model has learnt."),
    ),
    rmf=(
        ("MEASURE 2.1", gettext_noop("Speaks to the truth of the test set.")),
        ("MEASURE 2.7", gettext_noop("Labels changed on purpose show here too.")),
    ),
    requires=("y_true",),
    one_of=("class_scores", "y_score"),
    optional=("features",),
    reference="unused",
    min_n=100,
    params=(
        Param("warn", gettext_noop("Share of labels that warns"), 0.03, 0.0, 1.0),
        Param("fail", gettext_noop("Share of labels that fails"), 0.08, 0.0, 1.0),
    ),
    implementation="evaluations.checks.label_noise:LabelNoise",
    family="data",
    labels=False,
)
