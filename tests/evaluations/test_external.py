"""Files of other tools: every one gives its normal form or a sentence, none gets through."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.checks.external_eval import ExternalEval
from evaluations.engine.aggregates import from_json
from evaluations.engine.intervals import wilson
from evaluations.engine.protocol import Evidence, Roles
from evaluations.external import child, opening, reading
from evaluations.external.limits import BadLimit, parse_limits
from evaluations.external.opening import open_result
from evaluations.external.reading import read_file
from evaluations.external.record import MOST_METRICS, ExternalProblem
from ledger.errors import Refused
from models_registry.reading.process import ChildLimits
from tests.builders import external as files
from tests.evaluations.running import IMPORTED


def read(tmp_path, content):
    path = tmp_path / "result"
    path.write_bytes(content if isinstance(content, bytes) else files.as_json(content))
    return read_file(path)


def figure(report, metric, task=None):
    (found,) = [m for m in report.metrics if m.metric == metric and task in (None, m.task)]
    return found


def test_lm_eval_gives_counts_back_and_names_filters_errors_and_groups(tmp_path):
    report = read(tmp_path, files.lm_eval())
    acc = figure(report, "acc", "arc_challenge")
    assert (acc.k, acc.n, acc.better) == (100, 200, "higher")
    assert figure(report, "exact_match (strict-match)").k == 50
    assert figure(report, "word_perplexity").better == "lower"
    assert figure(report, "word_perplexity").n is None
    assert (figure(report, "acc", "reasoning").k, figure(report, "acc", "reasoning").n) == (
        150,
        400,
    )
    assert report.notes == ["Only a part of each task was run: limit 200.0."]
    assert "hf_secret" not in json.dumps(report.as_json())


def test_inspect_counts_samples_again_and_takes_epochs_together(tmp_path):
    assert figure(read(tmp_path, files.inspect_log()), "choice/accuracy").k == 8
    twice = files.inspect_log()
    twice["samples"] += [{**one, "epoch": 2} for one in twice["samples"]]
    twice["results"].update(total_samples=20, completed_samples=20)
    found = figure(read(tmp_path, twice), "choice/accuracy")
    assert (found.k, found.n) == (None, 10)
    assert found.stderr == pytest.approx(0.13333, abs=1e-4)


def test_an_inspect_archive_is_read_from_its_header_and_summaries(tmp_path):
    log = files.inspect_log()
    samples = log.pop("samples")
    archive = files.zipped(header_json=log, summaries_json=samples)
    assert figure(read(tmp_path, archive), "choice/accuracy").k == 8
    one_by_one = {f"samples__{i}_epoch_1_json": one for i, one in enumerate(samples)}
    assert (
        figure(read(tmp_path, files.zipped(header_json=log, **one_by_one)), "choice/accuracy").n
        == 10
    )
    with pytest.raises(ExternalProblem, match="inspect_unfinished"):
        read(tmp_path, files.zipped(_journal__start_json={}))


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"status": "error"}, "ended as “error”"),
        ({"status": "started"}, "ended as “started”"),
        ({"invalidated": True}, "was invalidated"),
        ({"error": {"message": "API down"}}, "API down"),
    ],
)
def test_an_inspect_log_that_did_not_end_well_is_not_judged(tmp_path, over, why):
    assert why in read(tmp_path, files.inspect_log(**over)).refused


def test_samples_that_failed_are_counted(tmp_path):
    log = files.inspect_log()
    log["samples"][0]["error"] = {"message": "timeout"}
    found = figure(read(tmp_path, log), "choice/accuracy")
    assert (found.failed, found.n) == (1, 9)


def test_garak_gives_passed_attempts_per_probe_and_detector(tmp_path):
    report = read(tmp_path, files.garak())
    found = figure(report, "passed encoding.DecodeMatch")
    assert (found.task, found.k, found.n, found.failed) == ("encoding.InjectBase64", 180, 200, 0)
    assert (report.tool_version, report.model, report.refused) == ("0.13.1", "acme/reply-7b", "")
    assert figure(read(tmp_path, files.garak(nones=7)), "passed encoding.DecodeMatch").failed == 7
    assert "broken off" in read(tmp_path, files.garak(complete=False)).refused
    older = b'{"entry_type": "eval", "probe": "p", "detector": "d", "passed": 3, "total": 5}\n'
    assert figure(read(tmp_path, older), "passed d").n == 5


def test_a_line_of_garak_that_cannot_be_read_refuses_the_report(tmp_path):
    report = read(tmp_path, files.garak() + b'{"entry_type": "eval", "probe": \n42\n')
    assert "line 8" in report.refused
    assert "line 8 is no JSON" in report.ignored


def test_promptfoo_is_counted_from_its_rows(tmp_path):
    report = read(tmp_path, files.promptfoo(errors=2))
    found = figure(report, "passed")
    assert (found.k, found.n, found.failed) == (45, 50, 2)
    assert figure(report, "passed contains").k == 45
    assert "sk-secret" not in json.dumps(report.as_json())
    cut = files.promptfoo()
    cut["results"]["results"] = cut["results"]["results"][:40]
    assert "holds 40" in read(tmp_path, cut).refused
    alone = files.promptfoo()
    alone["results"]["results"] = []
    assert figure(read(tmp_path, alone), "passed").k == 45


def test_helm_takes_trials_for_no_instances(tmp_path):
    report = read(tmp_path, files.helm_stats())
    assert (figure(report, "exact_match").k, figure(report, "exact_match").n) == (30, 50)
    assert figure(report, "f1_score").stderr is None
    without = [s for s in files.helm_stats() if s["name"]["name"] != "num_instances"]
    assert figure(read(tmp_path, without), "exact_match").n is None


def test_a_zipped_run_of_helm_is_counted_instance_by_instance(tmp_path):
    report = read(tmp_path, files.helm_folder())
    assert figure(report, "exact_match").k == 30
    assert figure(report, "f1_score").stderr == pytest.approx(0.0414, abs=1e-4)
    assert "run/notes.json" in report.ignored
    assert report.model == "acme/reply-7b"


@pytest.mark.parametrize("make", [files.mlflow_metrics, files.mlflow_run])
def test_mlflow_gives_counts_from_the_confusion_table(tmp_path, make):
    report = read(tmp_path, make())
    assert (figure(report, "accuracy_score").k, figure(report, "accuracy_score").n) == (920, 1000)
    assert (figure(report, "recall_score").k, figure(report, "recall_score").n) == (220, 250)
    assert figure(report, "log_loss").better == "lower"
    assert figure(report, "roc_auc").k is None


def test_an_mlflow_run_that_failed_is_not_judged(tmp_path):
    run = files.mlflow_run()
    run["run"]["info"]["status"] = "FAILED"
    assert "failed" in read(tmp_path, run).refused


def test_the_plain_form_reports_what_it_does_not_know(tmp_path):
    report = read(tmp_path, files.plain(mood="good"))
    assert figure(report, "polite").value == 0.95
    assert report.ignored == ["mood"]


def metric_of(tmp_path, **fields):
    report = read(tmp_path, files.plain(metrics=[{"metric": "m", **fields}]))
    return report.metrics[0]


def test_figures_that_contradict_themselves_say_so(tmp_path):
    assert "0.9, but 5 of 10" in metric_of(tmp_path, value=0.9, k=5, n=10).problem
    assert "11 successes of 10" in metric_of(tmp_path, k=11, n=10).problem
    assert "no count for n" in metric_of(tmp_path, value=0.5, n=-3).problem
    assert "no count for k" in metric_of(tmp_path, k=True, n=10).problem
    assert metric_of(tmp_path, value="0.5", n=10).value is None
    assert metric_of(tmp_path, value=float("nan"), n=10).value is None


def test_a_second_figure_of_one_name_is_reported_and_too_many_are_counted(tmp_path):
    one = {"metric": "m", "k": 1, "n": 2}
    report = read(tmp_path, files.plain(metrics=[one, {**one, "k": 2}]))
    assert (len(report.metrics), report.metrics[0].k) == (1, 1)
    assert report.ignored == ["a second m of tone"]
    many = [{"metric": f"m{i}", "k": 1, "n": 2} for i in range(MOST_METRICS + 5)]
    assert read(tmp_path, files.plain(metrics=many)).left_out == 5


def test_a_key_that_stands_twice_is_no_ground_for_a_verdict(tmp_path):
    content = files.as_json(files.plain())[:-1] + b', "status": "success"}'
    report = read(tmp_path, content)
    assert "the key “status” stands twice in one object" in report.ignored
    assert report.refused


def deep(levels):
    return b"[" * levels + b"]" * levels


BROKEN = {
    "empty": (b" \n", "is empty"),
    "no_json": (b"accuracy: 0.9", "is no JSON"),
    "cut": (files.as_json(files.lm_eval())[:-40], "is no JSON"),
    "binary": (bytes(range(256)), "is no JSON"),
    "deep": (deep(100_000), "nested too deeply"),
    "a_number": (b"42", "No reader knows"),
    "a_list": (b"[1, 2]", "No reader knows"),
    "null": (b"null", "No reader knows"),
    "other_object": (b'{"a": "b"}', "No reader knows"),
    "a_huge_integer": (b'{"example_count": 1' + b"0" * 5000 + b"}", "is no JSON"),
    "cut_zip": (files.helm_folder()[:-30], "cannot be opened"),
    "other_zip": (files.zipped(readme_json={}), "neither an Inspect log"),
    "no_figures": (files.as_json(files.plain(metrics=[])), "no figure"),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(name, tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "ask", lambda module, request, limits: child.answer(request))
    content, words = BROKEN[name]
    path = tmp_path / "result"
    path.write_bytes(content)
    with pytest.raises(Refused, match=words) as caught:
        open_result(path)
    assert caught.value.field == "file"
    assert str(tmp_path) not in caught.value.message


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_UNPACKED", 1000)
    with pytest.raises(ExternalProblem, match="unpacks_too_large"):
        read(tmp_path, files.zipped(header_json={**files.inspect_log(), "plan": "x" * 2000}))


def test_a_file_is_opened_in_a_process_of_its_own_that_is_stopped_in_time(tmp_path):
    path = tmp_path / "result"
    path.write_bytes(files.as_json(files.plain()))
    assert open_result(path).tool == "house-eval"
    with pytest.raises(Refused, match="took too long"):
        open_result(path, limits=ChildLimits(wall_seconds=0.01))


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
SAMPLES = [
    files.lm_eval(), files.inspect_log(), files.promptfoo(), files.helm_stats(),
    files.mlflow_metrics(), files.mlflow_run(), files.plain(),
]  # fmt: skip


def places(value, path=()):
    """Where a value can be exchanged."""
    yield path
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value[:3])
        if isinstance(value, list)
        else ()
    )
    for key, below in inside:
        yield from places(below, (*path, key))


def exchanged(value, path, new):
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = exchanged(value[path[0]], path[1:], new)
    return copy


PLACES = [(sample, path) for sample in SAMPLES for path in places(sample)]


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_odd_values_anywhere_give_a_normal_form_or_a_problem(tmp_path_factory, data):
    sample, path = data.draw(st.sampled_from(PLACES))
    odd = exchanged(sample, path, data.draw(ANY))
    try:
        report = read(tmp_path_factory.getbasetemp(), odd)
    except ExternalProblem:
        return
    json.dumps(report.as_json(), allow_nan=False)


def decided(**changes):
    facts = json.loads(json.dumps(IMPORTED))
    facts["metrics"]["columns"] = {k: [v[0]] for k, v in facts["metrics"]["columns"].items()}
    for name, value in changes.items():
        where = (
            facts["log"]["columns"]
            if name in ("refused", "left_out")
            else facts["metrics"]["columns"]
        )
        where[name] = [value]
    evidence = Evidence(from_json(facts), None, {}, Roles())
    return ExternalEval().decide(evidence, {}, 0)


def test_a_share_is_judged_by_its_own_wilson_interval_whatever_the_tool_reports():
    decision = decided(stderr=0.4)
    (found,) = decision.findings
    assert (found.low, found.high) == wilson(800, 1000)
    assert decision.verdict == "pass"
    assert decided(k=500, value=0.5).verdict == "fail"
    assert decided(k=650, value=0.65).verdict == "warn"
    assert decided(k=8, n=10).verdict == "inconclusive"


def test_a_mean_is_judged_by_its_reported_error():
    mean = {"k": None, "worse": "above", "warn": 2.0, "fail": 3.0, "n": 100}
    assert decided(**mean, value=1.4, stderr=0.1).verdict == "pass"
    assert decided(**mean, value=3.4, stderr=0.1).verdict == "fail"
    assert decided(**{**mean, "n": 20}, value=1.4, stderr=0.1).verdict == "inconclusive"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"n": None, "k": None}, "how many samples"),
        ({"failed": 2}, "2 samples failed"),
        ({"refused": "the log was invalidated"}, "log was invalidated"),
        ({"problem": "the file reports 0.9, but"}, "reports 0.9"),
        ({"k": None, "stderr": None}, "neither counts nor a standard error"),
        ({"value": None, "k": None}, "no number"),
        ({"left_out": 3}, "3 figures beyond"),
    ],
)
def test_there_is_no_verdict_when_the_file_leaves_a_doubt(changes, words):
    decision = decided(**changes)
    assert decision.verdict == "inconclusive"
    assert any(words in finding.reason for finding in decision.findings)


def test_without_a_limit_nothing_passes():
    decision = decided(warn=None, fail=None, worse="")
    assert decision.verdict == "inconclusive"
    assert "no limit was declared" in decision.headline


def test_limits_are_read_line_by_line():
    (one, two) = parse_limits(["hella* / acc >= 0.7 warn 0.75", "", "log_loss <= 1e-1"])
    assert (one.task, one.metric, one.worse, one.fail, one.warn) == (
        "hella*",
        "acc",
        "below",
        0.7,
        0.75,
    )
    assert (two.task, two.worse, two.warn) == ("*", "above", 0.1)
    for line in ("acc", "acc > 1", "acc >= x", "acc >= 0.7 warn 0.6", "a <= 1 warn 2", ">= 1",
                 "acc >= 1e999", "x" * 400):  # fmt: skip
        with pytest.raises(BadLimit):
            parse_limits([line])
