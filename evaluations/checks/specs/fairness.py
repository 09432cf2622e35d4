"""Groups treated differently."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

PARITY = CheckSpec(
    id="fairness.parity",
    version=1,
    title=gettext_noop("Parity between groups"),
    tells=gettext_noop(
        "Whether a group is selected less often than all others and, where labels are known, "
        "whether it is missed or wrongly selected more often. Groups of several columns are also "
        "looked at together."
    ),
    formula=gettext_noop(
        "Selection rate of the group over that of all others with a log interval; differences of "
        "true and false positive rates with Newcombe intervals; p-values adjusted together. The "
        "lowest rate over the highest is recorded beside it."
    ),
    source="Katz et al. 1978; Newcombe 1998; Hardt, Price & Srebro 2016 (equalised odds)",
    limits=gettext_noop(
        "A ratio of 0.9 warns and 0.8 fails; a gap of 0.05 warns and 0.10 fails. At least 30 rows "
        "in the group, else inconclusive."
    ),
    traps=(
        gettext_noop(
            "With 30 rows, equal groups look below 0.8 in four of ten draws: read the interval."
        ),
        gettext_noop("Parity in each column can hide a group that is worse in their combination."),
        gettext_noop("Equal selection and equal errors cannot both hold when base rates differ."),
        gettext_noop("The rule of four fifths is a convention, not a proof of fair treatment."),
    ),
    rmf=(
        ("MEASURE 2.11", gettext_noop("Measures unequal treatment with its uncertainty.")),
        ("MAP 5.1", gettext_noop("Puts figures on a harm to groups.")),
    ),
    requires=("y_pred", "sensitive"),
    reference="unused",
    min_n=30,
    params=(
        Param("ratio_warn", gettext_noop("Selection ratio that warns"), 0.9, 0.0, 1.0),
        Param("ratio_fail", gettext_noop("Selection ratio that fails"), 0.8, 0.0, 1.0),
        Param("gap_warn", gettext_noop("Gap of rates that warns"), 0.05, 0.0, 1.0),
        Param("gap_fail", gettext_noop("Gap of rates that fails"), 0.10, 0.0, 1.0),
    ),
    implementation="evaluations.checks.fairness_parity:FairnessParity",
    family="fairness",
    optional=("y_true",),
)

GROUP_CALIBRATION = CheckSpec(
    id="fairness.calibration",
    version=1,
    title=gettext_noop("Calibration between groups"),
    tells=gettext_noop(
        "Whether a score means the same for each group: a score that is too high for one group "
        "and too low for another puts the same threshold at different risks."
    ),
    formula=gettext_noop(
        "Mean score less the observed rate of positives in the group, less the same for all "
        "others; a normal interval and a two-sided z test, adjusted together."
    ),
    source="Kleinberg, Mullainathan & Raghavan 2017; Pleiss et al. 2017",
    limits=gettext_noop("A gap of 0.03 warns and 0.06 fails. At least 300 rows in the group."),
    traps=(
        gettext_noop("A model can be off in both directions and look calibrated on the whole."),
        gettext_noop("Labels may be biased themselves: then a calibrated score repeats the bias."),
    ),
    rmf=(("MEASURE 2.11", gettext_noop("Shows whether scores are equally honest for groups.")),),
    requires=("y_true", "y_score", "sensitive"),
    reference="unused",
    min_n=300,
    params=(
        Param("warn", gettext_noop("Gap that warns"), 0.03, 0.0, 1.0),
        Param("fail", gettext_noop("Gap that fails"), 0.06, 0.0, 1.0),
    ),
    implementation="evaluations.checks.fairness_calibration:FairnessCalibration",
    family="fairness",
    probabilities=True,
)
