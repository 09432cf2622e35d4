"""Imports from an inventory manifest: planned, compared, applied all or nothing, and again."""

import pytest
from django.core.exceptions import PermissionDenied

from jobs.models import Job
from jobs.testing import run_all
from ledger.errors import Refused
from ledger.models import Event
from models_registry.actions import submit_version
from models_registry.actions.import_plan import plan_import
from models_registry.actions.imports import (
    apply_import,
    discard_import,
    import_at_once,
    request_apply,
)
from models_registry.actions.models import MODEL_FIELDS, USE_FIELDS
from models_registry.actions.systems import SYSTEM_FIELDS, edit_system
from models_registry.actions.versions import ORIGIN_FIELDS
from models_registry.import_words import plan_told
from models_registry.importing import inventory
from models_registry.importing.inventory import read_inventory
from models_registry.models import AISystem, Model, ModelUse, ModelVersion, RegistryImport
from tests.builders.imports import EXAMPLE, FILES, new_import
from tests.builders.models_registry import new_system


def told(world, text=EXAMPLE, by=None, unit=None):
    manifest = read_inventory(text, FILES)
    found = plan_import(by=by or world.engineer, unit=unit or world.lending, manifest=manifest)
    return plan_told(found, manifest)


def applied(world, text=EXAMPLE, **asked):
    asked = {"by": world.engineer, "unit": world.lending, **asked}
    manifest = read_inventory(text, FILES)
    return import_at_once(
        source="manifest", label="inventory.yaml", data=text.encode(), manifest=manifest, **asked
    )


def verdicts(plan):
    return {(line["kind"], line["key"]): line["verdict"] for line in plan["lines"]}


def problems(plan):
    return " ".join(p["text"] for line in plan["lines"] for p in line["problems"])


def test_the_manifest_can_say_every_field_that_a_page_can_change():
    fields = {
        name: {field for field, _kind in keys.values()}
        for name, keys in vars(inventory).items()
        if name.endswith("_KEYS")
    }
    assert fields["SYSTEM_KEYS"] == set(SYSTEM_FIELDS)
    assert fields["MODEL_KEYS"] == set(MODEL_FIELDS)
    assert fields["USE_KEYS"] == set(USE_FIELDS)
    assert fields["VERSION_KEYS"] == {"number", *ORIGIN_FIELDS} - {"source_system", "external_id"}


def test_a_plan_writes_no_row_and_no_event(world):
    before = [m.objects.count() for m in (AISystem, Model, ModelVersion, ModelUse, Event, Job)]
    plan = told(world)
    assert plan["counts"] == {"add": 11}
    assert before == [
        m.objects.count() for m in (AISystem, Model, ModelVersion, ModelUse, Event, Job)
    ]


def test_an_inventory_is_registered_whole_by_the_actions_of_single_records(world):
    found = applied(world)
    assert (found.state, found.report["written"]) == ("applied", 11)
    system = AISystem.objects.get(external_id="complaint-routing")
    assert (system.tier, system.jurisdictions, system.owner) == (3, ["DE", "NO"], world.engineer)
    version = ModelVersion.objects.get(number="1.10")
    assert (version.external_id, version.source_system) == (
        "complaint-classifier/1.10",
        "inventory",
    )
    assert version.cards.get().parsed["fields"]["language"]
    use = ModelUse.objects.get(system=system, model=version.model)
    assert use.limits.startswith("Only for complaints")
    names = set(Event.objects.values_list("action", flat=True))
    assert {"models_registry.system.registered", "models_registry.import.applied"} <= names


def test_the_same_inventory_again_changes_nothing(world):
    applied(world)
    plan = told(world)
    assert plan["counts"] == {"same": 11}
    with pytest.raises(Refused, match="nothing to write"):
        applied(world)
    assert RegistryImport.objects.count() == 1


def test_a_changed_field_is_one_changed_line_with_old_and_new(world):
    applied(world)
    text = EXAMPLE.replace("about 700 a month", "about 900 a month")
    changed = [line for line in told(world, text)["lines"] if line["verdict"] != "same"]
    assert [(line["key"], len(line["changes"])) for line in changed] == [("complaint-routing", 1)]
    assert "700" in changed[0]["changes"][0]["old"]
    assert "900" in changed[0]["changes"][0]["new"]
    applied(world, text)
    assert "900" in AISystem.objects.get(external_id="complaint-routing").people_affected


def test_a_system_that_was_registered_by_hand_is_linked_by_its_name(world):
    system = new_system(world, "Complaint routing")
    applied(world)
    assert AISystem.objects.get(external_id="complaint-routing").pk == system.pk
    assert Event.objects.filter(subject=system.key, action="models_registry.system.linked").exists()


def test_the_ids_of_another_unit_are_never_matched_nor_shown(world):
    applied(world, by=world.stranger, unit=world.elsewhere)
    plan = told(world)
    assert plan["counts"] == {"add": 11}
    assert all(line["id"] is None for line in plan["lines"])
    own = "id: own, name: Own, purpose: P, decision_role: none, uses: [{model: summary-service}]"
    text = f"assay: 1\nsystems:\n- {{{own}}}\n"
    assert verdicts(told(world, text))["use", "own × summary-service"] == "refused"
    with pytest.raises(PermissionDenied):
        applied(world, by=world.stranger)


def test_a_reader_without_the_role_gets_every_line_refused(world):
    plan = told(world, by=world.auditor)
    assert plan["counts"] == {"refused": 11}
    officer = verdicts(told(world, by=world.officer))
    assert officer["version", "urgency-rules/2025-03"] == "refused"
    assert officer["system", "call-summaries"] == "add"


def test_a_frozen_version_is_refused_with_the_reason(world):
    applied(world)
    submit_version(by=world.engineer, version=ModelVersion.objects.get(number="1.10"))
    assert told(world)["counts"] == {"same": 11}
    plan = told(world, EXAMPLE.replace("7c1d4e02", "8d2e5f13"))
    assert verdicts(plan)["version", "complaint-classifier/1.10"] == "refused"
    assert "frozen" in problems(plan)


def test_a_refused_model_takes_its_versions_and_uses_with_it(world):
    plan = told(world, EXAMPLE.replace("kind: rules", "kind: ruled"))
    assert plan["counts"] == {"add": 8, "refused": 3}
    assert "none of: ml" in problems(plan)
    found = applied(world, EXAMPLE.replace("kind: rules", "kind: ruled"))
    assert found.report["written"] == 8


def test_what_changed_since_the_plan_is_refused_and_nothing_is_written(world):
    applied(world)
    text = EXAMPLE.replace("about 700", "about 900").replace("at most 120", "at most 150")
    found = new_import(world, text)
    system = AISystem.objects.get(external_id="complaint-routing")
    edit_system(
        by=world.owner, system=system, base={"purpose": system.purpose}, values={"purpose": "New."}
    )
    request_apply(by=world.engineer, found=found)
    run_all()
    found = found.reloaded()
    assert (found.state, found.job.state) == ("planned", "failed")
    assert "Complaint routing changed since the plan was made" in found.job.error
    assert [line["key"] for line in found.lines if line.get("again")] == ["complaint-routing"]
    assert not ModelUse.objects.filter(purpose__contains="150").exists()
    request_apply(by=world.engineer, found=found)
    run_all()
    assert found.reloaded().state == "applied"
    assert ModelUse.objects.filter(purpose__contains="150").exists()


def test_an_import_is_planned_by_a_job_and_discarded_without_a_trace_in_the_registry(world):
    found = new_import(world)
    assert (found.state, found.plan["counts"]) == ("planned", {"add": 11})
    assert discard_import(by=world.engineer, found=found).state == "discarded"
    assert not AISystem.objects.exists()
    with pytest.raises(Refused):
        request_apply(by=world.engineer, found=found)


def test_when_one_line_fails_while_writing_nothing_is_written(world, monkeypatch):
    found = new_import(world)
    manifest = read_inventory(EXAMPLE, FILES)
    events = Event.objects.count()
    # The vault is full when the card comes: three models and two systems were written by then.
    monkeypatch.setattr("models_registry.actions.cards.MAX_BYTES", 10)
    with pytest.raises(Refused, match="complaint-classifier"):
        apply_import(by=world.engineer, found=found, manifest=manifest)
    assert not AISystem.objects.exists()
    assert Event.objects.count() == events


def test_a_plan_needs_as_many_queries_for_one_system_as_for_two_hundred(
    world, django_assert_max_num_queries
):
    def many(count):
        lines = "".join(
            f"- {{id: s{n}, name: S{n}, purpose: P, decision_role: none, uses: [{{model: m}}]}}\n"
            for n in range(count)
        )
        return (
            f"assay: 1\nsystems:\n{lines}models:\n- {{id: m, name: M, versions: [{{number: 1}}]}}\n"
        )

    applied(world, many(2))
    for count in (2, 200):
        with django_assert_max_num_queries(18):
            told(world, many(count))
