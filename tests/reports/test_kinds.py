"""Kinds of report over one snapshot: what each prints, says it lacks, and leaves out."""

import pytest
from django.urls import reverse
from django.utils import timezone

from ledger.actions import seal
from ledger.errors import Refused
from reports.actions import Options, request_report
from reports.models import Report
from reports.parts import body_plans
from reports.snapshot.build import freeze_any
from tests.builders.assessments import assessment
from tests.builders.models_registry import system
from tests.builders.reports import report
from tests.builders.risks import risk
from tests.reports.snapshots import as_html, snapshot


def of_kind(definition: str, **options) -> dict:
    found = snapshot(answered=40, evidence=3)
    found["report"].update(definition=definition, **options)
    return found


def test_a_statement_of_applicability_lists_every_subcategory_with_its_reason() -> None:
    found = of_kind("applicability")
    html = as_html(found)
    assert html.count("not decided</span>") == 32
    for function in found["functions"]:
        for category in function["categories"]:
            for answer in category["answers"]:
                assert f"<strong>{answer['key']}</strong>" in html
    assert [plan.title for plan in body_plans(found)][1:] == [
        "Evidence index: 1",
        "Limits of this report and sign-off",
        "Ledger checkpoint",
    ]


def test_technical_documentation_follows_annex_iv_and_says_what_is_not_on_record() -> None:
    html = as_html(of_kind("technical-documentation", mark="For the authority only"))
    places = [
        html.index(f"Annex IV point{words}") for words in (" 1", " 2", "s 3", " 5", "s 6", " 9")
    ]
    assert places == sorted(places)
    assert "EU declaration of conformity; attach them" in html
    assert "No risk of this system is on record. That is not the same as none." in html
    assert "For the authority only" in html


def test_what_is_left_out_is_not_printed_and_the_report_says_so() -> None:
    html = as_html(of_kind("rmf-system", left_out=["incidents", "checks"]))
    assert 'id="s-incidents"' not in html
    assert "Left out of the print on request" in html
    assert "Check results, Incidents." in html


def test_risks_are_frozen_with_their_ratings(world) -> None:
    made = risk(world)
    asked = report(world)
    seal()
    found = freeze_any(asked, by=world.auditor, at=timezone.now())
    (one,) = [r for r in found["risks"] if r["key"] == made.key]
    assert one["before"] == (
        f"{made.inherent_likelihood} × {made.inherent_impact} = "
        f"{made.inherent_likelihood * made.inherent_impact}"
    )


def test_an_unknown_kind_or_section_is_refused_and_other_options_are_another_report(world) -> None:
    assessment(world)
    target = {"by": world.auditor, "system": system(world)}
    for wrong in (Options("model-card"), Options(left_out=("checkpoint",))):
        with pytest.raises(Refused):
            request_report(**target, options=wrong)
    plain = request_report(**target)
    marked = request_report(**target, options=Options(mark="Secret"))
    assert plain.pk != marked.pk
    assert request_report(**target, options=Options(mark="Secret")) == marked


def test_page_and_program_ask_for_a_kind(world) -> None:
    url = reverse("reports:report-choose", kwargs={"pk": system(world).pk})
    client = world.client(world.auditor)
    assert client.post(url, {"definition": "nonsense"}).status_code == 422
    sent = {"definition": "applicability", "mark": "Secret", "left_out": ["evidence"]}
    assert client.post(url, sent).status_code == 303
    made = Report.objects.get()
    assert (made.definition, made.mark, made.left_out) == ("applicability", "Secret", ["evidence"])
    asked = world.api(world.officer).post(
        "/api/v1/reports/",
        {"system": system(world).pk, "definition": "technical-documentation"},
        format="json",
    )
    assert asked.json()["definition"] == "technical-documentation"
