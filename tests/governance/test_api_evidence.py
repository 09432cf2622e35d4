"""Evidence, review and periods by program."""

from django.core.files.uploadedfile import SimpleUploadedFile

from governance.assessments.models import EvidenceLink
from tests.builders.assessments import (
    answer,
    assessment,
    evidence,
    of_the_organisation,
    offered,
    submitted,
)
from tests.governance.test_api import body, url

KEY = "measure-2.11"


def tag(response):
    return {"If-Match": response.headers["ETag"]}


def test_a_program_keeps_a_file_offers_it_and_another_accepts_it(world):
    answer(world, level=3, text="Tested.")
    engineer, officer, approver = map(world.api, (world.engineer, world.officer, world.approver))
    sent = {
        "unit": world.lending.pk,
        "title": "Slice tests",
        "kind": "test",
        "effective_from": "2026-10-01",
        "file": SimpleUploadedFile("slices.csv", b"a,b"),
    }
    made = body(engineer.post("/api/v1/evidence/", sent, format="multipart"), 201)
    assert (made["file_name"], len(made["sha256"])) == ("slices.csv", 64)
    shown = officer.get(url(world, "answers", KEY))
    assert body(shown)["counted"] == 2
    link = officer.post(
        url(world, "answers", KEY, "evidence"), {"evidence": made["id"]}, headers=tag(shown)
    )
    place = f"/api/v1/evidence-offers/{body(link, 201)['id']}/"
    own = officer.post(f"{place}accept/", {}, headers=tag(link))
    assert body(own, 422)["type"].endswith("four-eyes")
    assert body(approver.post(f"{place}reject/", {}, headers=tag(link)), 422)["field"] == "remark"
    assert body(approver.post(f"{place}accept/", {}, headers=tag(link)))["verdict"] == "accepted"
    assert body(officer.get(url(world, "answers", KEY)))["counted"] == 3
    taken = engineer.get(f"/api/v1/evidence/{made['id']}/content/")
    assert taken.getvalue() == b"a,b"


def test_what_is_offered_is_taken_back_and_the_piece_withdrawn(world):
    link = offered(world)
    officer = world.api(world.officer)
    place = f"/api/v1/evidence-offers/{link.pk}/"
    assert officer.delete(place, headers=tag(officer.get(place))).status_code == 204
    assert not EvidenceLink.objects.exists()
    piece = f"/api/v1/evidence/{link.evidence_id}/"
    found = tag(officer.get(piece))
    assert "reason" in body(officer.post(f"{piece}withdraw/", {}, headers=found), 400)["errors"]
    gone = officer.post(f"{piece}withdraw/", {"reason": "Wrong file."}, headers=found)
    assert body(gone)["withdrawn_on"]


def test_a_record_or_unit_of_others_is_unknown(world):
    stranger = world.api(world.stranger)
    sent = {"title": "T", "kind": "other", "effective_from": "2026-10-01"}
    theirs = stranger.post("/api/v1/evidence/", {**sent, "unit": world.lending.pk})
    assert "unit" in body(theirs, 400)["errors"]
    record = {"unit": world.elsewhere.pk, "record": assessment(world).system.key}
    assert body(stranger.post("/api/v1/evidence/", {**sent, **record}), 422)["field"] == "record"
    assert body(stranger.get("/api/v1/evidence/"))["results"] == []


def test_a_program_opens_for_a_unit_confirms_reviews_returns_and_renews(world):
    api = world.api(world.officer)
    made = api.post("/api/v1/assessments/", {"unit": world.lending.pk, "title": "The bank"})
    assert (body(made, 201)["subject"], made.json()["system"]) == ("organisation", None)
    bank = of_the_organisation(world)
    answer(world, key="GOVERN 1.1", target=bank, level=2, text="A register.")
    place = url(world, "answers", "govern-1.1")
    shown = api.get(place)
    assert body(shown)["progress"] == "to_confirm"
    confirmed = api.post(f"{place}confirm/", headers=tag(shown))
    assert (body(confirmed)["origin"], body(confirmed)["level"]) == ("confirmed", 2)
    submitted(world)
    approver = world.api(world.approver)
    verdict = {"verdict": "returned", "remark": "Which register?"}
    reviewed = approver.post(f"{place}review/", verdict, headers=tag(approver.get(place)))
    assert body(reviewed)["review"] == "returned"
    whole = tag(approver.get(url(world)))
    back = approver.post(url(world, "return"), {"reason": "One is thin."}, headers=whole)
    assert body(back)["state"] == "draft"
    submitted(world)
    sent = {"title": "Next", "carried": ["level", "text"]}
    new = api.post(url(world, "renew"), sent, headers=tag(api.get(url(world))))
    assert body(new, 201)["previous"] == assessment(world).pk


def test_evidence_of_another_unit_cannot_be_offered(world):
    evidence(world)
    stranger = world.api(world.stranger)
    assert stranger.get(url(world, "answers", KEY)).status_code == 404
    sent = stranger.post(url(world, "answers", KEY, "evidence"), {"evidence": 1})
    assert sent.status_code == 404
