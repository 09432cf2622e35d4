"""Performance of slices against everybody else."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

SLICES = CheckSpec(
    id="slice.performance",
    version=1,
    title=gettext_noop("Performance of slices"),
    tells=gettext_noop(
        "Whether the model is worse for a part of the rows than for the rest: for each value of "
        "each chosen column, and for quarters of a numeric one."
    ),
    formula=gettext_noop(
        "Accuracy and recall of the rest minus those of the slice, with a Newcombe interval and "
        "a one-sided two-proportion test; the p-values of all slices are adjusted together. "
        "Slices below 100 rows are judged together."
    ),
    source="Newcombe 1998 (method 10); Benjamini & Hochberg 1995",
    limits=gettext_noop(
        "A gap of 0.05 warns and 0.10 fails. At least 100 rows in the slice; for recall at least "
        "10 positive rows."
    ),
    traps=(
        gettext_noop(
            "A small slice can be far worse without anybody being able to show it: collect more."
        ),
        gettext_noop(
            "Overlapping slices repeat the same rows; two findings need not be two problems."
        ),
        gettext_noop("Equal accuracy can hide unequal errors; that is why recall is beside it."),
    ),
    rmf=(
        ("MEASURE 2.5", gettext_noop("Validity must hold for parts, not only on the whole.")),
        ("MEASURE 2.11", gettext_noop("Unequal performance between groups is a harm to look for.")),
    ),
    requires=("y_true", "y_pred", "slices"),
    reference="unused",
    min_n=100,
    params=(
        Param("warn", gettext_noop("Gap that warns"), 0.05, 0.0, 1.0),
        Param("fail", gettext_noop("Gap that fails"), 0.10, 0.0, 1.0),
    ),
    implementation="evaluations.checks.slice_performance:SlicePerformance",
    family="performance",
)

DISCOVERY = CheckSpec(
    id="slice.discovery",
    version=1,
    title=gettext_noop("Search for weak segments"),
    tells=gettext_noop(
        "Which segments, made of one column or two, have clearly more errors than all other rows, "
        "also where nobody thought of looking. It points; it never fails."
    ),
    formula=gettext_noop(
        "Error rate of each segment less that of all others, with a Newcombe interval; the "
        "p-values of all segments that were searched are adjusted together."
    ),
    source="Newcombe 1998; Benjamini & Hochberg 1995; Chung et al. 2019 (slice search)",
    limits=gettext_noop(
        "A gap of 0.10 warns. At least 100 rows in the segment; ten columns, eight levels each."
    ),
    traps=(
        gettext_noop("The worst of many segments looks worse than it is: test it on new rows."),
        gettext_noop("Segments overlap; the fifteen worst are often one group seen many ways."),
    ),
    rmf=(
        ("MEASURE 2.5", gettext_noop("Looks for parts of the table where validity ends.")),
        ("MEASURE 3.1", gettext_noop("Finds risks that nobody named beforehand.")),
    ),
    requires=("y_true", "y_pred"),
    one_of=("slices", "features", "sensitive"),
    reference="unused",
    min_n=100,
    params=(Param("warn", gettext_noop("Gap of error rates that warns"), 0.10, 0.0, 1.0),),
    implementation="evaluations.checks.slice_discovery:SliceDiscovery",
    family="performance",
)
