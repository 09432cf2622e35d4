"""An organisation adds its own framework: preview, all or nothing, errors with their place."""

import contextlib
import csv
import io
import json
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from frameworks.actions import apply_import, plan_digest, plan_import, upload_framework
from frameworks.importing.oscal import plan_from_oscal
from frameworks.importing.plan import check
from frameworks.importing.tables import (
    COLUMNS,
    plan_from_table,
    read_table,
    template_csv,
    template_xlsx,
)
from frameworks.models import FrameworkImport, FrameworkVersion, Node
from frameworks.queries import node_texts
from ledger.errors import Refused
from ledger.models import Event
from tests.builders.frameworks import OWN_TABLE, own_framework, own_upload
from vault.queries import read_bytes

NEEDED = ("key", "title")


def planned(text: str):
    return check(plan_from_table(read_table(text.encode(), NEEDED)), "system")


def problems(text: str):
    return [(p.where, p.reason) for p in planned(text).problems]


GROUPS = [
    {
        "id": "ac",
        "title": "Access",
        "controls": [
            {
                "id": "ac-1",
                "title": "Policy",
                "props": [{"name": "label", "value": "AC-1"}],
                "params": [{"id": "ac-1_prm_1", "label": "how often"}],
                "parts": [
                    {
                        "name": "statement",
                        "prose": "Review {{ insert: param, ac-1_prm_1 }}:",
                        "parts": [
                            {
                                "name": "item",
                                "props": [{"name": "label", "value": "a."}],
                                "prose": "the policy",
                            }
                        ],
                    },
                    {"name": "guidance", "prose": "Name the owner."},
                ],
                "controls": [{"id": "ac-1.1", "title": "More"}],
            },
            {
                "id": "ac-2",
                "title": "Old",
                "props": [{"name": "status", "value": "withdrawn"}],
                "links": [{"rel": "moved-to", "href": "#ac-1"}],
            },
        ],
    }
]


def oscal(**more):
    catalog = {
        "uuid": "5b2a2d3e-1111-4222-8333-444455556666",
        "metadata": {
            "title": "House catalog",
            "version": "3",
            "oscal-version": "1.2.2",
            "last-modified": "2026-01-01T00:00:00Z",
        },
        "groups": GROUPS,
        **more,
    }
    return json.dumps({"catalog": catalog}).encode()


def test_a_catalog_becomes_a_tree_with_text_guidance_and_what_moved():
    plan = check(plan_from_oscal(oscal()), "both")
    assert not plan.problems
    assert (plan.title, plan.edition, plan.assessable) == ("House catalog", "3", 2)
    group, policy, more = plan.nodes
    assert (group.key, group.assessable, policy.key, policy.parent) == ("ac", False, "AC-1", "ac")
    assert policy.text == "Review [how often]:\na. the policy"
    assert policy.guidance == "Name the owner."
    assert policy.was == ("ac-2",)
    assert (more.parent, more.scope) == ("AC-1", "both")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "line 1"),
        (b"{}", "no OSCAL catalog"),
        (b'{"catalog": []}', "no OSCAL catalog"),
        (b'{"catalog": {"metadata": {"oscal-version": "1.0.4"}}}', "1.0.4"),
        (b'{"catalog": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"catalog": NaN}', "cannot be read"),
        (b"\xff{", "not UTF-8"),
        (b" " * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
)
def test_what_is_no_catalog_is_refused_with_the_reason(data, words):
    with pytest.raises(Refused, match=words):
        plan_from_oscal(data)


def test_a_broken_control_is_named_by_its_place():
    groups = [{"id": "g", "title": "G", "controls": [{"id": "a"}, 7, {"id": "a", "title": "x"}]}]
    plan = check(plan_from_oscal(oscal(groups=groups)), "system")
    assert [p.where for p in plan.problems] == [
        "catalog/groups/0/controls/1",
        "catalog/groups/0/controls/0, title",
        "catalog/groups/0/controls/2, key",
    ]


def test_the_template_reads_as_it_is_in_both_forms():
    for data in (template_csv(), template_xlsx()):
        plan = check(plan_from_table(read_table(data, NEEDED)), "system")
        assert not plan.problems
        assert [node.key for node in plan.nodes] == ["1", "1.1"]
        assert plan.nodes[1].evidence == ("policy", "minutes")
    sheet = load_workbook(io.BytesIO(template_xlsx())).active
    assert tuple(cell.value for cell in sheet[1]) == COLUMNS


@pytest.mark.parametrize(
    ("table", "where", "words"),
    [
        ("key,title\nA/1,x", "row 2, key", "no identifier"),
        ("key,title\nA,x\n\nA,y", "row 4, key", "stands above already"),
        ("key,title\nGV-1.1,x\nGOVERN 1.1,y", "row 3, key", "stands above already"),
        ("key,title\nA,", "row 2, title", "missing"),
        ("key,title,parent\nA,x,B\nB,y,", "row 2, parent", "above first"),
        ("key,title,scope\nA,x,world", "row 2, scope", "no scope"),
        ("key,title,assessable\nA,x,maybe", "row 2, assessable", "yes or no"),
        ("key,title,text\nA,x," + "t" * 10_001, "row 2, text", "10,000"),
        ("key,title,assessable\nA,x,no", "", "can be assessed"),
    ],
)
def test_every_problem_of_a_table_has_its_row_and_column(table, where, words):
    found = problems(table)
    assert [place for place, _reason in found] == [where]
    assert words in found[0][1]


def book_bytes(change):
    book = Workbook()
    book.active.append(["key", "title"])
    change(book.active)
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def zipped(name, content):
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return found.getvalue()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"key,title\nA,\x00", "NUL"),
        (lambda: b"key,title\nA,\xff", "not UTF-8"),
        (lambda: b'key,title\nA,"x"y', "quotes are broken"),
        (lambda: b"key,title\nA,x,y", "Row 2 has cells"),
        (lambda: b"key,key,title\n", "Two columns"),
        (lambda: b"name\nA", "missing: key, title"),
        (lambda: b"", "first row"),
        (lambda: b"key,title\n" + b"A,x\n" * 5_001, "5,000 rows"),
        (lambda: b"x" * 5_000_001, "5 MB"),
        (lambda: book_bytes(lambda s: s.append(["A", "=1+1"])), "Row 2, column B"),
        (lambda: b"PK\x03\x04 nothing", "damaged"),
        (lambda: zipped("a.xml", "<!DOCTYPE x>"), "document type"),
        (lambda: zipped("a.xml", "0" * 24_000_001), "unpacks"),
        (lambda: zipped("xl/vbaProject.bin", "x"), "macros"),
    ],
)
def test_a_hostile_or_broken_table_is_refused_with_the_reason(make, words):
    with pytest.raises(Refused, match=words):
        read_table(make(), NEEDED)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=200), st.sampled_from([b"", b"key,title\n", b'{"catalog": {', b"PK\x03\x04"])
)
def test_no_bytes_break_the_readers(data, start):
    for read in (plan_from_oscal, lambda d: plan_from_table(read_table(d, NEEDED))):
        with contextlib.suppress(Refused):
            check(read(start + data), "system")


def test_nothing_is_added_before_somebody_saw_the_plan_and_then_all_of_it(world):
    found = own_upload(world)
    assert not FrameworkVersion.objects.filter(label="2026").exists()
    assert read_bytes(found.file.digest) == OWN_TABLE.encode()
    with pytest.raises(Refused, match="not the plan"):
        apply_import(by=world.administrator, found=found, shown="0" * 64)
    shown = plan_digest(plan_import(found))
    version = apply_import(by=world.administrator, found=found, shown=shown)
    nodes = {node.key: node for node in version.nodes.all()}
    assert sorted(key for key, node in nodes.items() if node.assessable) == [
        "A.1",
        "A.2",
        "B.1",
        "B.2",
    ]
    assert (nodes["A.1"].parent, nodes["A.1"].function) == (nodes["A"], "A")
    assert (nodes["A.2"].scope, nodes["B.2"].scope) == ("both", "system")
    assert node_texts(nodes["A.1"]).own["question"] == "Is there a policy?"
    assert Event.objects.filter(subject=version.key, action="frameworks.version.published").exists()
    with pytest.raises(Refused, match="applied or discarded"):
        apply_import(by=world.administrator, found=found, shown=shown)


def test_a_table_with_one_bad_row_adds_nothing(world):
    found = own_upload(world, data=OWN_TABLE.encode() + b"B.1,B,again,,,,,\n")
    with pytest.raises(Refused, match="row 8, key"):
        apply_import(by=world.administrator, found=found, shown=plan_digest(plan_import(found)))
    assert not FrameworkVersion.objects.filter(label="2026").exists()


def test_an_edition_that_exists_is_refused(world):
    own_framework(world)
    found = own_upload(world)
    with pytest.raises(Refused, match="here already"):
        apply_import(by=world.administrator, found=found, shown=plan_digest(plan_import(found)))
    assert found.reloaded().state == FrameworkImport.State.PLANNED


def test_only_administrators_add_frameworks(world):
    with pytest.raises(PermissionDenied):
        upload_framework(by=world.officer, data=b"x", file_name="x.csv")


def test_the_pages_lead_from_the_file_over_the_preview_to_the_framework(world):
    client = world.client(world.administrator)
    sent = {
        "file": SimpleUploadedFile("own.csv", OWN_TABLE.encode(), "text/csv"),
        "title": "House <b>rules</b>",
        "edition": "1",
        "scope": "system",
    }
    answer = client.post(reverse("frameworks:framework-add"), sent)
    assert answer.status_code == 303
    page = client.get(answer.url).content.decode()
    assert "6 nodes, 4 to assess" in page
    assert "<b>rules" not in page
    found = FrameworkImport.objects.get()
    step = reverse("frameworks:import-step", kwargs={"pk": found.pk, "verb": "apply"})
    done = client.post(step, {"shown": plan_digest(plan_import(found))})
    assert "There is a policy" in client.get(done.url).content.decode()


def test_the_api_uploads_plans_and_applies(world):
    api = world.api(world.administrator)
    sent = {"file": SimpleUploadedFile("c.json", oscal(), "application/json")}
    made = api.post("/api/v1/framework-imports/", sent, format="multipart")
    assert made.status_code == 201, made.content
    address = f"/api/v1/framework-imports/{made.json()['id']}/"
    plan = api.get(f"{address}plan/").json()
    assert (plan["nodes"], plan["assessable"], plan["problems"]) == (3, 2, [])
    body = {"shown": plan["shown"]}
    done = api.post(f"{address}apply/", body, format="json", headers={"If-Match": made["ETag"]})
    assert done.json()["state"] == "applied"
    assert Node.objects.filter(framework_version=done.json()["made"]).count() == 3


def test_the_command_shows_adds_and_says_where_it_went_wrong(world, tmp_path):
    path, out = tmp_path / "own.csv", io.StringIO()
    path.write_text(OWN_TABLE)
    about = {"title": "House rules", "edition": "7", "stdout": out}
    call_command("import_framework", str(path), dry_run=True, **about)
    assert "would add 6 nodes, 4 to assess" in out.getvalue()
    assert not FrameworkVersion.objects.filter(label="7").exists()
    call_command("import_framework", str(path), **about)
    assert FrameworkVersion.objects.get(label="7").nodes.count() == 6
    rows = [*csv.reader(io.StringIO(OWN_TABLE)), ["B.3", "C", "x", *[""] * 5]]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    with pytest.raises(CommandError, match="Nothing was added"):
        call_command("import_framework", str(path), **{**about, "edition": "8"})
    assert "row 8, parent" in out.getvalue()
