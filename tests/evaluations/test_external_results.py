"""Results of other tools as records: imported once, judged, shown, counted as evidence."""

import io
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse

from evaluations.actions import declare_limits, import_result, replay_run, start_checks
from evaluations.models import CheckRun, ExternalResult
from evaluations.queries import latest_runs, runs_for_subcategory
from jobs.testing import run_all
from ledger.errors import Refused
from tests.builders import external as files
from tests.builders.evaluations import table_of
from tests.builders.external import imported, known_result
from tests.builders.models_registry import version
from vault.models import StoredFile
from vault.queries import read_bytes

pytestmark = pytest.mark.django_db


def current(result):
    return CheckRun.objects.get(external=result, superseded=False)


def test_an_imported_file_is_kept_judged_replayed_and_counted_as_evidence(world):
    result = imported(world, "arc_challenge / acc >= 0.4", "gsm8k / * >= 0.3 warn 0.35")
    run = current(result)
    assert json.loads(read_bytes(result.file.digest)) == files.lm_eval()
    assert (run.state, run.verdict, run.n_rows) == ("done", "fail", 800)
    acc = run.results.get(metric="acc", slice="arc_challenge")
    assert (acc.verdict, acc.n, round(acc.low, 4)) == ("pass", 200, 0.4314)
    assert run.results.get(metric="word_perplexity").verdict == ""
    assert replay_run(by=world.auditor, run=run).same
    assert run in runs_for_subcategory(version(world), "MEASURE 2.7")
    assert run in latest_runs(version(world))


def test_importing_the_same_bytes_again_changes_nothing(world):
    result = imported(world, "acc >= 0.2")
    assert imported(world, "acc >= 0.2") == result
    assert imported(world) == result
    with pytest.raises(Refused, match="imported already"):
        imported(world, "acc >= 0.1")
    assert CheckRun.objects.filter(external=result).count() == 1
    assert ExternalResult.objects.count() == 1


def test_other_limits_need_a_reason_and_supersede_the_verdict(world):
    result = imported(world)
    assert current(result).verdict == "inconclusive"
    declare_limits(by=world.engineer, result=result, limits=["arc_challenge / acc >= 0.6"])
    run_all()
    assert current(result).verdict == "fail"
    with pytest.raises(Refused, match="Say why"):
        declare_limits(by=world.engineer, result=result, limits=["arc_challenge / acc >= 0.3"])
    why = "The owner accepted a lower figure."
    declare_limits(
        by=world.engineer, result=result, limits=["arc_challenge / acc >= 0.3"], reason=why
    )
    run_all()
    assert current(result).verdict == "pass"
    assert CheckRun.objects.filter(external=result, superseded=True).count() == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("accuracy >= 0.5", "fits no figure"),
        ("word_perplexity >= 9", "points the wrong way"),
        ("arc_challenge / acc >= 70", "share between 0 and 1"),
        ("acc is good", "is no limit"),
    ],
)
def test_a_limit_that_cannot_be_meant_is_refused_and_nothing_is_kept(world, line, words):
    with pytest.raises(Refused, match=words) as caught:
        imported(world, line)
    assert caught.value.field == "limits"
    assert not ExternalResult.objects.exists()
    assert not StoredFile.objects.filter(custody__why__startswith="result of").exists()


def test_a_log_that_broke_off_gives_no_verdict_whatever_its_figures(world):
    result = imported(world, "dan.* / * >= 0.5", content=files.garak(complete=False))
    assert current(result).verdict == "inconclusive"
    assert "broken off" in current(result).headline
    assert current(result).results.get(slice="dan.Dan_11_0").verdict == "inconclusive"


def test_failed_samples_leave_the_figure_open(world):
    result = imported(world, "* / passed* >= 0.5", content=files.garak(nones=4))
    assert current(result).results.get(slice="dan.Dan_11_0").verdict == "pass"
    assert current(result).results.get(slice="encoding.InjectBase64").verdict == "inconclusive"


def test_the_newest_result_of_each_tool_and_task_counts(world):
    first = imported(world)
    again = imported(world, content=files.as_json({**files.lm_eval(), "date": 2.0}))
    other = imported(world, content=files.garak())
    newest = latest_runs(version(world))
    assert current(first) not in newest
    assert {current(again), current(other)} <= set(newest)


def test_the_check_of_files_cannot_be_started_on_a_table(world):
    with pytest.raises(Refused, match="Import a result file"):
        start_checks(
            by=world.engineer, version=version(world), current=table_of(world, "current"),
            reference=None, roles={}, checks=["external.eval"], params={},
        )  # fmt: skip


def test_who_may_not_run_checks_imports_nothing(world):
    with pytest.raises(PermissionDenied):
        import_result(
            by=world.auditor, version=version(world), stream=io.BytesIO(b"{}"), file_name="x"
        )


def test_a_person_imports_a_file_reads_what_was_not_understood_and_declares_limits(world):
    client = world.client(world.engineer)
    sent = {"model_version": version(world).pk, "limits": "polite >= 0.9",
            "file": io.BytesIO(files.as_json(files.plain(mood="<b>good</b>")))}  # fmt: skip
    answer = client.post(reverse("evaluations:external-import"), sent)
    assert answer.status_code == 303
    run_all()
    page = client.get(answer.url).text
    assert "190 of 200" in page
    assert "mood" in page
    assert "<b>good" not in page
    result = ExternalResult.objects.get()
    assert reverse("evaluations:run-detail", args=[current(result).pk]) in page
    limits = reverse("evaluations:external-limits", args=[result.pk])
    assert "Say why" in client.post(limits, {"limits": "polite >= 0.8"}).text
    assert client.post(limits, {"limits": "polite >= 0.8", "reason": "Agreed"}).status_code == 303
    kept = client.get(reverse("evaluations:external-file", args=[result.pk]))
    assert kept.content == files.as_json(files.plain(mood="<b>good</b>"))
    assert "attachment" in kept["Content-Disposition"]


def test_a_file_that_nobody_knows_is_refused_on_the_page(world):
    sent = {"model_version": version(world).pk, "file": io.BytesIO(b'{"a": 1}')}
    answer = world.client(world.engineer).post(reverse("evaluations:external-import"), sent)
    assert answer.status_code == 422
    assert "No reader knows this file" in answer.text


def test_a_build_server_imports_once_and_declares_limits_with_if_match(world):
    api = world.api(world.engineer)

    def send():
        return api.post("/api/v1/external-results/", {
            "model_version": version(world).pk, "limits": ["acc >= 0.2"],
            "file": io.BytesIO(files.as_json(files.lm_eval())),
        }, format="multipart")  # fmt: skip

    first = send()
    assert (first.status_code, send().status_code) == (201, 200)
    found = first.json()
    assert found["digest"] == ExternalResult.objects.get().file.digest
    assert {one["metric"] for one in found["metrics"]} >= {"acc", "word_perplexity"}
    url = f"/api/v1/external-results/{found['id']}/limits/"
    body = {"limits": ["acc >= 0.3"], "reason": "Agreed"}
    assert api.post(url, body, format="json").status_code == 428
    tag = {"HTTP_IF_MATCH": first["ETag"]}
    assert api.post(url, body, format="json", **tag).status_code == 201
    assert api.post(url, body, format="json", **tag).status_code == 412


def test_a_file_is_imported_by_command(world, tmp_path, capsys):
    path = tmp_path / "garak.report.jsonl"
    path.write_bytes(files.garak())
    call_command("import_external", path, "--as", world.engineer.email,
                 "--model-version", version(world).pk, "--limit", "* / passed* >= 0.5")  # fmt: skip
    assert ExternalResult.objects.get().file.digest in capsys.readouterr().out


def test_the_list_shows_the_verdict_with_few_queries(world, django_assert_max_num_queries):
    result = known_result(world)
    client = world.client(world.auditor)
    client.get(reverse("evaluations:external-list"))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("evaluations:external-list")).text
    assert str(result.tool) in page
    (row,) = client.get(reverse("evaluations:external-list") + "?format=json").json()
    assert row["Verdict"] == "pass"
