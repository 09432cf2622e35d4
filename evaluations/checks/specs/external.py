"""Results that other tools measured."""

from evaluations.checks.spec import CheckSpec, gettext_noop

EXTERNAL = CheckSpec(
    id="external.eval",
    version=1,
    title=gettext_noop("Results of another tool"),
    tells=gettext_noop(
        "Whether figures that another tool measured keep the limits that you declare for them: "
        "lm-eval, Inspect, garak, Promptfoo, HELM, MLflow, or a plain JSON form. Assay did not "
        "see the samples; it judges what the file tells and keeps the file."
    ),
    formula=gettext_noop(
        "For k of n samples a Wilson interval and a score test, whatever interval the tool "
        "reports; otherwise the reported figure ± 1.96 reported standard errors from 30 samples "
        "on, and a z test."
    ),
    source="Wilson 1927; Miller 2024 (errors of evaluations)",
    limits=gettext_noop(
        "The limits that you declare. There is no verdict when the number of samples is unknown, "
        "samples failed, the run did not end well or its log was invalidated."
    ),
    traps=(
        gettext_noop("A limit that is declared after the figure was seen proves little."),
        gettext_noop("A public benchmark may have been in the training data."),
        gettext_noop("A figure that another model judged is as good as that judge."),
        gettext_noop("Passing attacks that somebody tried says nothing of those nobody tried."),
    ),
    rmf=(
        ("MEASURE 2.3", gettext_noop("Records what was measured, with its error.")),
        ("MEASURE 2.6", gettext_noop("Safety evaluations are run by tools of their own.")),
        ("MEASURE 2.7", gettext_noop("Attack suites report how often the system withstood.")),
        ("MEASURE 2.11", gettext_noop("Bias benchmarks are held against declared limits.")),
    ),
    requires=(),
    reference="unused",
    min_n=1,
    params=(),
    implementation="evaluations.checks.external_eval:ExternalEval",
    family="performance",
    reads="file",
)
