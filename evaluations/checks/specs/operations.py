"""The running service."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

LATENCY = CheckSpec(
    id="ops.latency_cost",
    version=1,
    title=gettext_noop("Latency, failures and cost"),
    tells=gettext_noop(
        "How long answers take at the median and in the slow tail, how many fail and what a "
        "thousand cost, in money, tokens or energy; each against the budget you declare."
    ),
    formula=gettext_noop(
        "Quantiles on the grid with intervals of their order statistics; a Wilson interval of the "
        "failure rate; a normal interval of the mean cost."
    ),
    source="David & Nagaraja 2003 (order statistics); Wilson 1927",
    limits=gettext_noop("The declared budgets. Without any, figures are recorded only. 200 rows."),
    traps=(
        gettext_noop("Answers that were never given have no latency: read failures beside it."),
        gettext_noop("A mean hides the slow tail; the tail needs many rows."),
    ),
    rmf=(
        ("MEASURE 2.4", gettext_noop("Watches the service while it is in use.")),
        ("MEASURE 2.12", gettext_noop("Cost and energy are measured where they are given.")),
        ("MANAGE 2.1", gettext_noop("Shows what keeping the system up takes.")),
    ),
    requires=(),
    one_of=("latency", "cost", "failed"),
    reference="unused",
    min_n=200,
    params=(
        Param("max_p50", gettext_noop("Median latency, at most"), None, 0.0, 1e12),
        Param("max_p95", gettext_noop("95th percentile of latency, at most"), None, 0.0, 1e12),
        Param("max_p99", gettext_noop("99th percentile of latency, at most"), None, 0.0, 1e12),
        Param("max_failures", gettext_noop("Failure rate, at most"), None, 0.0, 1.0),
        Param("max_cost", gettext_noop("Cost of 1,000 answers, at most"), None, 0.0, 1e12),
    ),
    implementation="evaluations.checks.ops_latency:OpsLatency",
    family="operations",
)
