"""Importing reports of others: plan, apply, again, and who may see what."""

import json
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from incidents.actions.cases import apply_import, discard_import, plan_import, say_not_similar
from incidents.models import CaseImport, CaseReport
from incidents.queries.similar import similar_to, similar_to_text
from ledger.errors import Refused
from ledger.models import Event
from tests.builders.cases import AVID, OWN_FILES, STUDY, TACTICS, avid, imported
from tests.builders.incidents import declared
from tests.builders.models_registry import new_system
from tests.shared_data import shared_data
from tests.world import World
from vault.queries import read_bytes


def test_a_plan_says_what_would_happen_and_does_nothing(world: World) -> None:
    batch = plan_import(
        by=world.engineer, unit=world.lending, files=[*OWN_FILES.items(), ("x.json", b"{")]
    )
    told = {row["external_id"]: row["change"] for row in batch.plan["reports"]}
    assert told == {"AVID-2099-R0001": "unchanged", "AVID-2099-R0002": "new", "AML.CS9001": "new"}
    assert [row["file"] for row in batch.plan["problems"]] == ["x.json"]
    assert batch.plan["lookups"] == ["tactics.yaml"]
    assert not CaseReport.objects.exists()


def test_an_applied_import_keeps_originals_and_doing_it_again_changes_nothing(world: World) -> None:
    imported(world)
    before = {case.external_id: case.version for case in CaseReport.objects.all()}
    assert set(before) == {"AVID-2099-R0001", "AVID-2099-R0002", "AML.CS9001"}
    study = CaseReport.objects.get(source="atlas")
    assert read_bytes(study.original.digest) == STUDY
    assert study.case_kind == "exercise"
    assert study.record["procedure"][0]["technique"] == "AML.T0051.001"
    assert "AML.T0053" in study.identifiers
    assert study.licence == "Apache-2.0"
    again = plan_import(by=world.engineer, unit=world.lending, files=list(OWN_FILES.items()))
    assert {row["change"] for row in again.plan["reports"]} == {"unchanged"}
    apply_import(by=world.engineer, batch=again)
    assert {case.external_id: case.version for case in CaseReport.objects.all()} == before


def test_a_changed_report_is_updated_and_the_ledger_tells(world: World) -> None:
    imported(world)
    changed = json.dumps(avid(reported_date="2099-02-03")).encode()
    batch = plan_import(by=world.engineer, unit=world.lending, files=[("a.json", changed)])
    assert batch.plan["reports"][0]["change"] == "changed"
    apply_import(by=world.engineer, batch=batch)
    case = CaseReport.objects.get(external_id="AVID-2099-R0001")
    assert str(case.dated) == "2099-02-03"
    assert Event.objects.filter(action="incidents.case.updated", subject=case.key).count() == 1


def test_names_for_placeholders_are_remembered_from_an_earlier_import(world: World) -> None:
    first = plan_import(by=world.engineer, unit=world.lending, files=[("t.yaml", TACTICS)])
    apply_import(by=world.engineer, batch=first)
    batch = plan_import(by=world.engineer, unit=world.lending, files=[("s.yaml", STUDY)])
    apply_import(by=world.engineer, batch=batch)
    assert CaseReport.objects.get().record["procedure"][1]["technique"] == "AML.T0053"


def test_an_import_is_decided_once(world: World) -> None:
    batch = plan_import(by=world.engineer, unit=world.lending, files=[("a.json", AVID)])
    discard_import(by=world.engineer, batch=batch)
    for act in (apply_import, discard_import):
        with pytest.raises(Refused, match=r"Start another|Only a plan"):
            act(by=world.engineer, batch=batch)
    assert CaseImport.objects.get().state == "discarded"


def test_who_may_not_declare_may_not_import(world: World) -> None:
    with pytest.raises(PermissionDenied):
        plan_import(by=world.auditor, unit=world.lending, files=[("a.json", AVID)])
    with pytest.raises(Refused):
        plan_import(by=world.engineer, unit=world.lending, files=[])


def test_similar_ones_are_found_with_their_reason_and_can_be_said_not_to_be(world: World) -> None:
    imported(world)
    here = declared(world, what="A model file runs code on loading\nSee CVE-2099-12345.")
    found = similar_to(here, by=world.engineer)
    assert {one.record.external_id for one in found[:2]} == {"AVID-2099-R0001", "AVID-2099-R0002"}
    assert found[0].reasons[0] == "same vulnerability: CVE-2099-12345"
    say_not_similar(by=world.engineer, incident=here, case=found[0].record)
    say_not_similar(by=world.engineer, incident=here, case=found[0].record)
    left = similar_to(here, by=world.engineer)
    assert found[0].record not in [one.record for one in left]
    with pytest.raises(Refused):
        say_not_similar(by=world.engineer, incident=here, other=here)


def test_what_a_reader_may_not_see_changes_neither_his_hits_nor_their_scores(world: World) -> None:
    declared(world, what="Refusals doubled after the income feed changed")
    alone = [(o.record.pk, o.score) for o in similar_to_text("income feed", by=world.engineer)]
    other = new_system(world, "Other", by=world.stranger, unit=world.elsewhere)
    declared(world, by=world.stranger, what="Income feed income feed", system=other)
    again = [(o.record.pk, o.score) for o in similar_to_text("income feed", by=world.engineer)]
    assert again == alone
    assert len(alone) == 1
    (theirs,) = similar_to_text("income feed", by=world.stranger)
    assert theirs.record.title == "Income feed income feed"


def command(world: World, *more: str, path: str) -> str:
    out = StringIO()
    unit = f"--unit={world.lending.pk}"
    call_command("import_incidents", path, unit, "--as=engineer@acme.example", *more, stdout=out)
    return out.getvalue()


@pytest.mark.slow
def test_every_real_file_is_imported_by_command_once(world: World) -> None:
    path = str(shared_data("incidents"))
    assert "69 reports planned" in command(world, "--dry-run", path=path)
    assert not CaseReport.objects.exists()
    assert "69 reports imported" in command(world, path=path)
    assert CaseReport.objects.count() == 69
    assert CaseReport.objects.filter(source="atlas").count() == 29
    kinds = set(CaseReport.objects.values_list("case_kind", flat=True))
    assert kinds == {"incident", "exercise", "hazard", "vulnerability"}
    assert "new:" not in command(world, path=path)
    with pytest.raises(CommandError, match="no file or folder"):
        command(world, path="/nowhere")
