"""Leakage: what a model could know in the test that it will not know in use."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

TARGET = CheckSpec(
    id="leakage.target",
    version=1,
    title=gettext_noop("Columns that give the label away"),
    tells=gettext_noop(
        "Whether one column, or the mere fact that it is missing, ranks rows almost as the label "
        "does. Such a column was often filled in after the outcome was known."
    ),
    formula=gettext_noop(
        "AUC of each column alone, in the direction that ranks better: by value, by ten groups of "
        "equal size, or by levels of at least ten rows ordered by their rate."
    ),
    source="Kaufman et al. 2012; DeLong et al. 1988",
    limits=gettext_noop("An AUC of 0.90 warns and 0.97 fails. At least 50 rows of each class."),
    traps=(
        gettext_noop("An honest strong predictor looks the same: ask when the value is known."),
        gettext_noop("Two columns can leak together while neither does alone."),
        gettext_noop("Levels with few rows rank well by chance; they are pooled."),
    ),
    rmf=(
        ("MEASURE 2.1", gettext_noop("Shows whether the test set measures what it claims.")),
        ("MEASURE 2.5", gettext_noop("Leakage makes validity look better than it is.")),
    ),
    requires=("y_true", "features"),
    reference="unused",
    min_n=100,
    params=(
        Param("warn", gettext_noop("AUC of one column that warns"), 0.90, 0.5, 1.0),
        Param("fail", gettext_noop("AUC of one column that fails"), 0.97, 0.5, 1.0),
    ),
    implementation="evaluations.checks.leakage_target:LeakageTarget",
    family="data",
)

OVERLAP = CheckSpec(
    id="leakage.overlap",
    version=2,
    title=gettext_noop("Overlap with the training data"),
    tells=gettext_noop(
        "Whether rows or identifiers of the table also stand in the training table, given as the "
        "reference, and whether the table is really later than the training."
    ),
    formula=gettext_noop(
        "Rows that have an equal row in the training table in all chosen columns; missing equals "
        "missing. Identifiers and times are compared where those roles are given."
    ),
    source="Kapoor & Narayanan 2023",
    limits=gettext_noop(
        "Any shared row warns and 1 % fails; any shared identifier fails; rows that are not newer "
        "than the training warn."
    ),
    traps=(
        gettext_noop("Near copies are not found: one changed digit makes another row."),
        gettext_noop("With few columns of few values, equal rows are no copies."),
    ),
    rmf=(
        ("MEASURE 2.1", gettext_noop("Shows whether the test set is separate.")),
        ("MEASURE 2.5", gettext_noop("A test on training rows shows memory, not validity.")),
    ),
    requires=(),
    one_of=("features", "id"),
    optional=("time",),
    reference="required",
    min_n=1,
    params=(Param("row_fail", gettext_noop("Share of shared rows that fails"), 0.01, 0.0, 1.0),),
    implementation="evaluations.checks.leakage_overlap:LeakageOverlap",
    family="data",
)
