"""Change that is estimated, seen over time, or spread over many columns."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

ESTIMATED = CheckSpec(
    id="perf.estimated",
    version=2,
    title=gettext_noop("Estimated performance without labels"),
    tells=gettext_noop(
        "What the AUC would be if scores still meant what they meant in the labelled reference. "
        "It sees a change of who is scored; it is blind to a change of what a score means."
    ),
    formula=gettext_noop(
        "Confidence-based estimation: a monotone fit of labels to scores on the reference gives "
        "each bin its chance, and the chances of the current rows give the expected AUC."
    ),
    source="Garg et al. 2022; Barlow et al. 1972 (pool adjacent violators)",
    limits=gettext_noop("An estimated drop of 0.02 warns; it never fails. 200 rows."),
    traps=(
        gettext_noop("It assumes no concept drift: it cannot see what it would most need to."),
        gettext_noop("On a real set with concept drift it was 0.14 too high and stayed quiet."),
        gettext_noop("It is no evidence of performance; labels are."),
    ),
    rmf=(
        ("MEASURE 2.4", gettext_noop("Watches performance until labels arrive.")),
        ("MEASURE 3.2", gettext_noop("Follows a risk that cannot be measured directly yet.")),
    ),
    requires=("y_score",),
    reference_requires=("y_true", "y_score"),
    reference="required",
    min_n=200,
    params=(Param("warn", gettext_noop("Estimated drop that warns"), 0.02, 0.0, 1.0),),
    implementation="evaluations.checks.perf_estimated:PerfEstimated",
    family="performance",
)

DECAY = CheckSpec(
    id="decay.trend",
    version=1,
    title=gettext_noop("Slow decay"),
    tells=gettext_noop(
        "Whether accuracy falls over weeks, in steps too small for any single week to show."
    ),
    formula=gettext_noop(
        "Accuracy per period, in standard errors below the level of the reference (or of the "
        "first four periods): a cumulated sum with slack 0.5, and the last four periods pooled."
    ),
    source="Page 1954 (CUSUM); Montgomery 2012",
    limits=gettext_noop(
        "A cumulated sum above 5 warns; the last four periods more than 3 standard errors below "
        "fail. At least eight periods."
    ),
    traps=(
        gettext_noop(
            "Over 52 quiet weeks the cumulated sum warns in about one year of five: it asks for "
            "a look."
        ),
        gettext_noop("The newest periods are often labelled in part, and not at random."),
    ),
    rmf=(
        ("MEASURE 4.3", gettext_noop("Identifies a decline from data of the field.")),
        ("MANAGE 2.2", gettext_noop("Shows whether the value of the system is sustained.")),
        ("MANAGE 4.1", gettext_noop("Is part of monitoring after deployment.")),
    ),
    requires=("y_true", "y_pred", "time"),
    reference="optional",
    min_n=8,
    params=(
        Param("period_days", gettext_noop("Days of a period"), 7.0, 0.04, 400.0),
        Param("cusum_warn", gettext_noop("Cumulated sum that warns"), 5.0, 0.0, 1e6),
        Param("pooled_fail", gettext_noop("Standard errors that fail"), 3.0, 0.0, 1e6),
    ),
    implementation="evaluations.checks.decay_trend:DecayTrend",
    family="performance",
)

MULTIVARIATE = CheckSpec(
    id="drift.multivariate",
    version=2,
    title=gettext_noop("Drift of many columns together"),
    tells=gettext_noop(
        "Whether the two tables can be told apart by their numeric columns together, and whether "
        "two columns go together differently than before, although each alone looks the same."
    ),
    formula=gettext_noop(
        "Means and products of up to twenty columns give Fisher's linear classifier between the "
        "tables; its AUC less the bias of estimating it, with Hotelling's test. Correlations are "
        "compared by Fisher's z. No rows are sampled, so the verdict can be judged again."
    ),
    source="Fisher 1936; Hotelling 1931; Fisher 1921",
    limits=gettext_noop(
        "An AUC of 0.6 warns and 0.7 fails; a change of 0.2 in Fisher's z warns. At least ten "
        "complete rows per column, and 200."
    ),
    traps=(
        gettext_noop("Only straight differences are seen: a ring around a centre is not."),
        gettext_noop("Rows with any missing value in the columns are left out."),
        gettext_noop("Twenty columns are looked at; choose those that matter."),
    ),
    rmf=(("MEASURE 2.4", gettext_noop("Watches the inputs together while in use.")),),
    requires=("features",),
    reference="required",
    min_n=200,
    params=(
        Param("warn", gettext_noop("AUC between the tables that warns"), 0.6, 0.5, 1.0),
        Param("fail", gettext_noop("AUC between the tables that fails"), 0.7, 0.5, 1.0),
        Param("correlation_warn", gettext_noop("Change of Fisher's z that warns"), 0.2, 0.0, 10.0),
    ),
    implementation="evaluations.checks.drift_multivariate:DriftMultivariate",
    family="drift",
)
