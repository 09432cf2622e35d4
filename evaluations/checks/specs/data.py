"""Quality, age and balance of a table."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

QUALITY = CheckSpec(
    id="data.quality",
    version=2,
    title=gettext_noop("Quality of the data"),
    tells=gettext_noop(
        "Whether columns are empty, constant, infinite, out of the reference's range, more often "
        "missing than before, or of another type, and whether rows repeat."
    ),
    formula=gettext_noop(
        "One scan of counts per column. Changes of the missing share have Newcombe intervals; "
        "repeated rows are counted by fingerprints, on a fixed sample of them in large tables."
    ),
    source="Newcombe 1998; Benjamini & Hochberg 1995",
    limits=gettext_noop(
        "A change of the missing share of 2 points warns and 5 fails; 0.5 % and 2 % of values "
        "beyond the range; 1 and 5 points more repeated rows; any infinite value warns. A column "
        "that is missing, or that turned from numbers to text, fails. At least 50 rows."
    ),
    traps=(
        gettext_noop("A value can be present, in range and wrong."),
        gettext_noop(
            "Tables of few categories repeat rows by nature: only the increase is judged."
        ),
        gettext_noop("At most 500 columns are looked at; the others are said to be left out."),
    ),
    rmf=(
        ("MAP 2.3", gettext_noop("Shows whether the data can carry the conclusions.")),
        ("MEASURE 2.1", gettext_noop("Documents the data that an evaluation rests on.")),
    ),
    requires=("features",),
    reference="optional",
    min_n=50,
    params=(
        Param("null_warn", gettext_noop("Change of missing share that warns"), 0.02, 0.0, 1.0),
        Param("null_fail", gettext_noop("Change of missing share that fails"), 0.05, 0.0, 1.0),
        Param("range_warn", gettext_noop("Share beyond the range that warns"), 0.005, 0.0, 1.0),
        Param("range_fail", gettext_noop("Share beyond the range that fails"), 0.02, 0.0, 1.0),
        Param("infinite_fail", gettext_noop("Share of infinite values that fails"), 0.01, 0.0, 1.0),
        Param("repeat_warn", gettext_noop("More repeated rows, warns"), 0.01, 0.0, 1.0),
        Param("repeat_fail", gettext_noop("More repeated rows, fails"), 0.05, 0.0, 1.0),
    ),
    implementation="evaluations.checks.data_quality:DataQuality",
    family="data",
)

FRESHNESS = CheckSpec(
    id="data.freshness",
    version=1,
    title=gettext_noop("Freshness of the data"),
    tells=gettext_noop(
        "How old the newest row is, whether periods are empty, whether the last one is unusually "
        "small or large, whether rows come from the future, and how late labels arrive."
    ),
    formula=gettext_noop(
        "Rows per period of the cadence you declare. The volume of the last complete period is "
        "its distance from the median over the median absolute deviation."
    ),
    source="Rousseeuw & Croux 1993 (median absolute deviation)",
    limits=gettext_noop(
        "Age of 1.5 periods warns, 3 fail; 5 % and 20 % empty periods; a volume 4 or 7 deviations "
        "off; any row from the future warns, 1 % fails."
    ),
    traps=(
        gettext_noop("A table can be fresh and still lack a source that stopped sending."),
        gettext_noop("Nights and weekends look like gaps when the cadence is hours."),
        gettext_noop("Times are read as UTC; a local clock shifts rows into the future."),
    ),
    rmf=(
        ("MEASURE 2.4", gettext_noop("Watches whether monitoring still receives its data.")),
        ("MANAGE 4.1", gettext_noop("Monitoring works only on data that arrives.")),
    ),
    requires=("time",),
    reference="unused",
    min_n=1,
    params=(
        Param("cadence_hours", gettext_noop("Hours of a period"), 24.0, 0.05, 24.0 * 400),
        Param("age_warn", gettext_noop("Age in periods that warns"), 1.5, 0.0, 1e6),
        Param("age_fail", gettext_noop("Age in periods that fails"), 3.0, 0.0, 1e6),
        Param("gap_warn", gettext_noop("Share of empty periods that warns"), 0.05, 0.0, 1.0),
        Param("gap_fail", gettext_noop("Share of empty periods that fails"), 0.2, 0.0, 1.0),
        Param("volume_warn", gettext_noop("Deviations of volume that warn"), 4.0, 0.0, 1e6),
        Param("volume_fail", gettext_noop("Deviations of volume that fail"), 7.0, 0.0, 1e6),
    ),
    implementation="evaluations.checks.data_freshness:DataFreshness",
    family="data",
    optional=("y_true", "label_time"),
    labels=False,
)

IMBALANCE = CheckSpec(
    id="imbalance",
    version=1,
    title=gettext_noop("Balance of classes and groups"),
    tells=gettext_noop(
        "How rare the rarest class is, and whether any group has too few rows of a class, or "
        "none, to learn from or to be measured on."
    ),
    formula=gettext_noop(
        "The share of the rarest class with a Wilson interval, and the smallest cell of each "
        "chosen column by class."
    ),
    source="Wilson 1927",
    limits=gettext_noop(
        "A share of 10 % warns and 1 % fails; a cell below 10 rows warns, an empty one fails."
    ),
    traps=(
        gettext_noop("A rare class is not wrong: it asks for other measures than accuracy."),
        gettext_noop("Balance made by resampling is not the balance of the world."),
    ),
    rmf=(
        ("MEASURE 2.1", gettext_noop("Documents what the test set can show.")),
        ("MEASURE 2.11", gettext_noop("A group without rows cannot be shown to be treated well.")),
        ("MAP 2.3", gettext_noop("Speaks to whether the data represents those affected.")),
    ),
    requires=("y_true",),
    reference="unused",
    min_n=30,
    params=(
        Param("warn", gettext_noop("Share of the rarest class that warns"), 0.10, 0.0, 1.0),
        Param("fail", gettext_noop("Share of the rarest class that fails"), 0.01, 0.0, 1.0),
        Param("cell_warn", gettext_noop("Rows in a cell, at least"), 10.0, 1.0, 1e9),
    ),
    implementation="evaluations.checks.imbalance:Imbalance",
    family="data",
    optional=("sensitive", "slices"),
    labels=False,
)
