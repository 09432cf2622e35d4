"""Ranking, regression, and the comparison with the model before."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

RANKING = CheckSpec(
    id="perf.ranking",
    version=2,
    title=gettext_noop("Ranking by score"),
    tells=gettext_noop(
        "How often a positive row has a higher score than a negative one (AUC), and how pure the "
        "top of the list is (average precision). No threshold is needed."
    ),
    formula=gettext_noop(
        "AUC from positives and negatives in 3,000 score bins, ties counted half, with DeLong's "
        "standard error; what the unknown order inside a bin can change widens the interval."
    ),
    source="Hanley & McNeil 1982; DeLong, DeLong & Clarke-Pearson 1988",
    limits=gettext_noop(
        "The acceptance criterion when one is given; otherwise a drop against the reference of "
        "0.02 warns and 0.05 fails. At least 50 rows of each class."
    ),
    traps=(
        gettext_noop("A good ranking says nothing of the scores' size: see calibration."),
        gettext_noop("With a rare class AUC looks high while the top of the list is mostly wrong."),
        gettext_noop("Rows selected by an earlier model make ranking look worse than it is."),
    ),
    rmf=(
        ("MEASURE 2.3", gettext_noop("Measures how well cases are told apart.")),
        ("MEASURE 2.5", gettext_noop("Shows validity of the order, with its uncertainty.")),
    ),
    requires=("y_true", "y_score"),
    reference="optional",
    min_n=100,
    params=(
        Param("min_auc", gettext_noop("AUC, at least"), None, 0.0, 1.0),
        Param("drop_warn", gettext_noop("Drop of AUC that warns"), 0.02, 0.0, 1.0),
        Param("drop_fail", gettext_noop("Drop of AUC that fails"), 0.05, 0.0, 1.0),
    ),
    implementation="evaluations.checks.perf_ranking:PerfRanking",
    family="performance",
)

REGRESSION = CheckSpec(
    id="perf.regression",
    version=2,
    title=gettext_noop("Performance of predicted numbers"),
    tells=gettext_noop(
        "How far predicted numbers are from the true ones: mean absolute error, root mean squared "
        "error, mean error (bias) and R²; and whether the errors have grown."
    ),
    formula=gettext_noop(
        "Sums of the first, second and fourth power of the error. MAE and bias have normal "
        "intervals, RMSE one by the delta method; growth is a log ratio of two errors."
    ),
    source="Casella & Berger 2002 (delta method); Benjamini & Hochberg 1995",
    limits=gettext_noop(
        "The acceptance criterion when one is given; otherwise growth against the reference of "
        "10 % warns and 25 % fails. At least 200 rows."
    ),
    traps=(
        gettext_noop("A few huge errors rule RMSE; read MAE beside it."),
        gettext_noop("R² changes when the spread of the labels does, even if no error changes."),
        gettext_noop(
            "Infinite values and errors beyond 100 spreads of the label are cut and counted; "
            "then nothing passes."
        ),
    ),
    rmf=(
        ("MEASURE 2.3", gettext_noop("Measures error in the unit that people decide in.")),
        ("MEASURE 2.5", gettext_noop("Shows validity on this table, with its uncertainty.")),
    ),
    requires=("y_true", "y_pred"),
    reference="optional",
    min_n=200,
    params=(
        Param("max_mae", gettext_noop("Mean absolute error, at most"), None, 0.0, 1e12),
        Param("max_rmse", gettext_noop("Root mean squared error, at most"), None, 0.0, 1e12),
        Param("growth_warn", gettext_noop("Growth of error that warns"), 0.10, 0.0, 10.0),
        Param("growth_fail", gettext_noop("Growth of error that fails"), 0.25, 0.0, 10.0),
    ),
    implementation="evaluations.checks.perf_regression:PerfRegression",
    family="performance",
    labels=False,
)

BASELINE = CheckSpec(
    id="perf.baseline",
    version=1,
    title=gettext_noop("Against the model before"),
    tells=gettext_noop(
        "Whether the new model is right on more of the same rows than the old model, or a simple "
        "rule, whose predictions stand in another column."
    ),
    formula=gettext_noop(
        "Rows that only the new model gets right less rows that only the old one does, as a share "
        "of all rows, with a paired interval and McNemar's test."
    ),
    source="McNemar 1947; Fagerland, Lydersen & Laake 2013 (mid-p); Bonett & Price 2012",
    limits=gettext_noop("A gain shown to be below 0, or below the one you ask for. 200 rows."),
    traps=(
        gettext_noop("Two models can be equally accurate and wrong on different people."),
        gettext_noop(
            "If the old model was tuned on these rows, or the new one chosen on them, the "
            "comparison is not fair."
        ),
    ),
    rmf=(
        ("MEASURE 1.1", gettext_noop("Holds the choice of the model against a simpler one.")),
        ("MEASURE 2.3", gettext_noop("Compares performance on the same rows.")),
        ("MANAGE 1.1", gettext_noop("Shows whether the model earns its place.")),
    ),
    requires=("y_true", "y_pred", "y_base"),
    reference="unused",
    min_n=200,
    params=(Param("min_gain", gettext_noop("Gain of accuracy, at least"), 0.0, -1.0, 1.0),),
    implementation="evaluations.checks.perf_baseline:PerfBaseline",
    family="performance",
    labels=False,
)
