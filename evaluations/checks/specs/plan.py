"""What an evaluation could have seen."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

POWER = CheckSpec(
    id="tevv.power",
    version=1,
    title=gettext_noop("What the table could show"),
    tells=gettext_noop(
        "The smallest drop of accuracy and AUC, and the smallest gap of each group, that a table "
        "of this size shows four times in five. A check that finds nothing on too small a table "
        "has told nothing."
    ),
    formula=gettext_noop(
        "(1.96 + 0.84) standard errors of the difference of two tables of this size, at the "
        "accuracy seen here and at an AUC of 0.8; for groups, of the group against all others."
    ),
    source="Cohen 1988; Hanley & McNeil 1982",
    limits=gettext_noop("Above the tolerance (0.05 unless set) it warns; it never fails."),
    traps=(
        gettext_noop("Power is planned before looking; afterwards the interval tells more."),
        gettext_noop("The rarest class counts, not the rows: a million rows can be too few."),
    ),
    rmf=(
        ("MEASURE 2.13", gettext_noop("Measures how good the measurement itself is.")),
        ("MEASURE 4.2", gettext_noop("Shows whether results can be relied on in context.")),
    ),
    requires=("y_true", "y_pred"),
    reference="unused",
    min_n=1,
    params=(Param("tolerance", gettext_noop("Change that must not go unseen"), 0.05, 0.0, 1.0),),
    implementation="evaluations.checks.tevv_power:TevvPower",
    family="plan",
    optional=("sensitive",),
)
