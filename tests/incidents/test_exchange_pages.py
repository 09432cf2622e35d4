"""Pages and API of exchange, search and clocks, also with text of people who mean ill."""

import io
import json
import random
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from incidents.actions.cases import apply_import, plan_import
from incidents.models import CaseReport, NotificationClock
from reports.packs import pack_html, pack_job, pack_pdf
from tests.builders.cases import AVID, OWN_FILES, avid, imported
from tests.builders.clocks import aware, clock
from tests.builders.incidents import declared, incident
from tests.incidents.test_exchange import real
from tests.world import World

EVIL = '=HYPERLINK("http://x")<script>alert(1)</script>\u202egnp.exe\u200b {{ 7|add:7 }}'


def upload(world: World, files: dict[str, bytes]) -> Any:
    sent = {
        "unit": world.lending.pk,
        "licence": "MIT",
        "uploads": [SimpleUploadedFile(name, body) for name, body in files.items()],
    }
    return world.client(world.engineer).post(reverse("incidents:case-import"), sent)


def test_files_are_uploaded_planned_and_imported_by_page(world: World) -> None:
    answer = upload(world, OWN_FILES)
    assert answer.status_code == 303
    client = world.client(world.engineer)
    assert "AML.CS9001" in client.get(answer.url).content.decode()
    done = client.post(f"{answer.url}apply/")
    assert done.status_code == 303
    assert CaseReport.objects.count() == 3
    again = client.post(f"{answer.url}apply/")
    assert again.status_code == 409


@pytest.mark.parametrize(
    "files", [{"x.json": b""}, {"x.json": b"\xff"}, {"x.yaml": b"a: &a [*a]"}, {"x.bin": b"{" * 9}]
)
def test_a_file_that_cannot_be_read_gets_a_sentence_and_no_error(
    world: World, files: dict[str, bytes]
) -> None:
    answer = upload(world, files)
    page = world.client(world.engineer).get(answer.url)
    assert page.status_code == 200
    assert "Not readable" in page.content.decode()


def test_no_damaged_real_file_breaks_the_upload(world: World) -> None:
    rng = random.Random(11)
    for path in rng.sample(real("avid") + real("atlas"), 6):
        body = bytearray(path.read_bytes())
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(body))
            body[at : at + rng.randint(0, 40)] = rng.randbytes(rng.randint(0, 6))
        answer = upload(world, {path.name: bytes(body)})
        assert answer.status_code == 303
        assert world.client(world.engineer).get(answer.url).status_code == 200
        applied = world.client(world.engineer).post(f"{answer.url}apply/")
        assert applied.status_code < 500


def evil_case(world: World) -> CaseReport:
    document = avid("AVID-2099-R0666")
    document["problemtype"]["description"]["value"] = EVIL
    document["description"]["value"] = EVIL
    document["affects"]["developer"] = [EVIL]
    document["references"] = [{"label": EVIL, "url": "javascript:alert(1)", "type": EVIL}]
    document["credit"] = [{"value": EVIL}]
    document[EVIL] = {"x": EVIL}
    body = json.dumps(document).encode()
    batch = plan_import(by=world.engineer, unit=world.lending, files=[(f"{EVIL}.json", body)])
    apply_import(by=world.engineer, batch=batch)
    return CaseReport.objects.get()


def test_hostile_text_of_others_is_shown_and_does_nothing(world: World) -> None:
    case = evil_case(world)
    client = world.client(world.engineer)
    pages = [
        case.get_absolute_url(),
        case.batch.get_absolute_url(),
        reverse("incidents:case-list"),
        reverse("incidents:case-export", kwargs={"pk": case.pk}) + "?to=oecd",
    ]
    for url in pages:
        text = client.get(url).content.decode()
        assert "<script>alert" not in text
        assert 'href="javascript' not in text
        assert "\u202e" not in text
        assert "\u200b" not in text
    assert "[U+202E]" in client.get(case.get_absolute_url()).content.decode()
    response: Any = client.get(reverse("incidents:case-list"), {"format": "csv"})
    text = b"".join(response.streaming_content).decode()
    assert "'=HYPERLINK" in text
    assert "\u202e" not in text


def test_the_pack_shows_hostile_text_as_text(world: World) -> None:
    about = declared(world, what=f"{EVIL}\n{EVIL}")
    aware(world, about)
    found = NotificationClock(incident=about, rule_id="x", rule=clock(world).rule, state="running")
    found.updated_at = about.updated_at
    html = pack_job(found).html
    assert "<script>" not in html
    assert "\u202e" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.slow
def test_the_pack_is_printed_with_the_same_pack_inside(world: World) -> None:
    pdf = pikepdf.open(io.BytesIO(pack_pdf(clock(world))))
    inside = json.loads(pdf.attachments["pack.json"].get_file().read_bytes())
    assert inside["duty"]["rule"] == "eu-gdpr-33"
    assert inside["incident"]["title"] == incident(world).title
    assert pack_html(inside, "0" * 64, "2026-01-01T00:00:00Z").count("<h1>") == 1


def test_a_deadline_is_asked_for_stated_and_met_by_page(world: World) -> None:
    client, pk = world.client(world.engineer), incident(world).pk
    fact = {"fact": "aware", "at": "2026-11-01T10:00", "zone": "America/New_York", "note": "Pager"}
    url = reverse("incidents:fact-state", kwargs={"pk": pk})
    assert client.post(url, {**fact, "zone": "Nowhere/Here"}).status_code == 422
    assert client.post(url, fact).status_code == 303
    url = reverse("incidents:duty-assess", kwargs={"pk": pk, "rule": "eu-ai-act-73-2"})
    no = client.post(url, {"applies": "no", "reason": "", "zone": ""})
    assert no.status_code == 422
    yes = client.post(url, {"applies": "yes", "reason": "", "zone": "Europe/Berlin"})
    found = NotificationClock.objects.get()
    assert yes.url == found.get_absolute_url()
    # 1 November 2026, 10:00 in New York is 16:00 in Berlin; 15 days later at that time.
    assert found.due_at.isoformat() == "2026-11-16T15:00:00+00:00"
    sent = client.post(f"{found.get_absolute_url()}submit/", {"zone": "UTC", "text": EVIL})
    assert sent.status_code == 303
    page = client.get(found.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    frozen = client.get(reverse("incidents:submission-file", kwargs={"pk": 1}))
    assert json.loads(frozen.content)["text"] == EVIL


def test_similar_ones_stand_on_the_page_and_can_be_put_away(world: World) -> None:
    imported(world)
    about = declared(world, what="Loading a model runs code, CVE-2099-12345")
    client = world.client(world.engineer)
    text = client.get(about.get_absolute_url()).content.decode()
    assert "same vulnerability: CVE-2099-12345" in text
    url = reverse("incidents:incident-not-similar", kwargs={"pk": about.pk})
    for case in CaseReport.objects.filter(source="avid"):
        assert client.post(url, {"case": case.pk}).status_code == 303
    text = client.get(about.get_absolute_url()).content.decode()
    assert "same vulnerability" not in text
    look = client.post(reverse("incidents:similar-look"), {"what": "poisoned ticket helpdesk"})
    assert "A helpdesk assistant reads a poisoned ticket" in look.content.decode()


@pytest.mark.parametrize("size", [2, 20])
def test_longer_lists_ask_the_database_no_more_often(
    world: World, size: int, django_assert_max_num_queries: Any
) -> None:
    files = [(f"{n}.json", json.dumps(avid(f"AVID-2099-R1{n:03}")).encode()) for n in range(size)]
    batch = plan_import(by=world.engineer, unit=world.lending, files=files)
    apply_import(by=world.engineer, batch=batch)
    clock(world)
    client = world.client(world.engineer)
    with django_assert_max_num_queries(9):
        assert client.get(reverse("incidents:case-list")).status_code == 200
    with django_assert_max_num_queries(10):
        assert client.get(reverse("incidents:clock-list")).status_code == 200


def test_a_program_imports_searches_and_runs_a_clock(world: World) -> None:
    api = world.api(world.engineer)
    files = {"unit": world.lending.pk, "files": [SimpleUploadedFile("a.json", AVID)]}
    batch = api.post("/api/v1/case-imports/", files, format="multipart")
    assert batch.status_code == 201, batch.content
    url = f"/api/v1/case-imports/{batch.data['id']}/"
    applied = api.post(f"{url}apply/", headers={"If-Match": batch["ETag"]})
    assert applied.data["state"] == "applied"
    (case,) = api.get("/api/v1/case-reports/").data["results"]
    made = api.get(f"/api/v1/case-reports/{case['id']}/export/?to=avid").data
    assert json.loads(made["file"]) == json.loads(AVID)
    assert made["losses"] == []
    hits = api.post("/api/v1/incidents/look/", {"text": "model loads pickles"}).data
    assert hits[0]["reference"] == "AVID-2099-R0001"
    about = incident(world)
    tag = {"If-Match": f'"{about.pk}-{about.version}"'}
    base = f"/api/v1/incidents/{about.pk}/"
    fact = {"fact": "aware", "at": "2026-11-20T10:00:00Z"}
    assert api.post(f"{base}facts/", fact, headers=tag).status_code == 201
    duty = api.post(f"{base}duties/", {"rule": "eu-gdpr-33", "applies": True}, headers=tag)
    assert duty.data["due_at"] == "2026-11-23T10:00:00Z"
    one = api.get(f"/api/v1/clocks/{duty.data['id']}/")
    sent = api.post(
        f"{one.wsgi_request.path}submit/", {"text": "x"}, headers={"If-Match": one["ETag"]}
    )
    assert sent.status_code == 201
    assert sent.data["was_late"] is True
