"""What ships beside the catalogue: well-formed, sourced, loaded once, shown with its source."""

import io
import json
import re
import shutil
from collections import Counter

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from frameworks.actions import (
    add_crosswalk,
    import_genai_profile,
    import_playbook,
    load_references,
    plan_crosswalk,
)
from frameworks.catalogue import BrokenCatalogue, published_keys
from frameworks.models import (
    FrameworkVersion,
    Mapping,
    MappingSet,
    Node,
    NodeText,
    Obligation,
    Profile,
    SuggestedAction,
)
from frameworks.queries import crosswalks_of, genai_profile, mappings, overlaps
from frameworks.references import in_order, read_references
from ledger.errors import Refused
from ledger.models import Event
from tests.builders.frameworks import catalogue, crosswalk, playbook_bytes, references
from tests.shared_data import shared_data
from vault.queries import read_bytes

FOLDER = settings.BASE_DIR / "fixtures" / "frameworks"
READ = read_references(FOLDER)
# The forms in which the targets print their identifiers, written down apart from the loader.
FORMS = {
    "iso-iec-42001": r"([4-9]|10)\.\d(\.\d)?|A\.([2-9]|10)(\.\d){1,2}",
    "iso-iec-23894": r"[56](\.\d)+",
    "eu-ai-act": r"(\d+|Annex IV)(\(\d+\))?(\([a-z]\))?(\([iv]+\))?",
    "nist-csf": r"(GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-\d\d",
    "nist-sp-800-53": r"[A-Z]{2}-\d+(\(\d+\))?",
    "us-interagency-mrm": r"[a-z]+(-[a-z]+)?",
}
PAIRS = {
    "iso-iec-42001": (280, 72, 65),
    "iso-iec-23894": (33, 4, 26),
    "eu-ai-act": (152, 66, 87),
    "nist-csf": (112, 62, 61),
    "nist-sp-800-53": (159, 67, 84),
    "us-interagency-mrm": (69, 61, 16),
}


def test_every_target_is_well_formed_and_every_set_says_who_states_it_and_how_sure():
    assert {found.target for found in READ.crosswalks} == set(FORMS)
    for found in READ.crosswalks:
        assert all(re.fullmatch(FORMS[found.target], pair.target) for pair in found.pairs)
        assert {pair.source for pair in found.pairs} <= set(published_keys())
        assert found.about["author"]
        assert found.about["method"]
        assert found.about["certainty_meaning"]
        assert {pair.certainty for pair in found.pairs} <= {"published", "high", "medium", "low"}


def test_the_counts_are_those_of_the_sources():
    for found in READ.crosswalks:
        ends = ({p.source for p in found.pairs}, {p.target for p in found.pairs})
        assert (len(found.pairs), *map(len, ends)) == PAIRS[found.target], found.key
    assert (len(READ.profile.risks), len(READ.profile.actions)) == (12, 212)
    per_function = Counter(action["id"][:2] for action in READ.profile.actions)
    assert per_function == {"GV": 58, "MP": 39, "MS": 72, "MG": 43}
    assert len(READ.profile.nodes) == 49


def test_every_duty_has_a_date_with_its_source_and_certainty():
    for pack in READ.packs:
        assert pack["source"]
        assert pack["checked_on"]
        for duty in pack["obligations"]:
            assert re.fullmatch(r"20\d\d-\d\d-\d\d", duty["applies_from"])
            assert duty["basis"]
            assert duty["certainty"] in {"primary", "secondary"}


def test_a_crosswalk_to_an_invented_clause_is_refused(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "copy")
    path = tmp_path / "copy" / "crosswalks" / "iso-42001.json"
    path.write_text(path.read_text("utf-8").replace('"target": "8.2"', '"target": "13.1x"'))
    with pytest.raises(BrokenCatalogue, match=r"13\.1x"):
        read_references(tmp_path / "copy")


def test_identifiers_stand_in_the_order_that_a_reader_expects():
    assert in_order(["10(2)", "9(10)", "9(2)", "Annex IV(1)"]) == [
        "9(2)",
        "9(10)",
        "10(2)",
        "Annex IV(1)",
    ]


def test_loading_again_changes_nothing_and_takes_a_few_queries(
    bare_world, django_assert_max_num_queries
):
    references(bare_world)
    before = (Event.objects.count(), Mapping.objects.count(), SuggestedAction.objects.count())
    assert before[1:] == (sum(pairs for pairs, _s, _t in PAIRS.values()), 212)
    with django_assert_max_num_queries(10):
        load_references(by=bare_world.service, references=READ)
    assert before == (
        Event.objects.count(),
        Mapping.objects.count(),
        SuggestedAction.objects.count(),
    )


def test_the_command_loads_after_the_catalogue_and_says_so_before(bare_world):
    with pytest.raises(CommandError, match="load_catalogue"):
        call_command("load_references")
    catalogue(bare_world)
    out = io.StringIO()
    call_command("load_references", stdout=out)
    assert "6 crosswalks, 6 frameworks, 1 profiles, 4 obligation packs" in out.getvalue()


def test_a_newer_release_of_a_set_replaces_its_pairs_and_leaves_an_event(bare_world, tmp_path):
    found = crosswalk(bare_world)
    shutil.copytree(FOLDER, tmp_path / "copy")
    path = tmp_path / "copy" / "crosswalks" / "iso-42001.json"
    held = json.loads(path.read_text("utf-8"))
    held["maps"] = held["maps"][:-1]
    path.write_text(json.dumps(held), "utf-8")
    load_references(by=bare_world.service, references=read_references(tmp_path / "copy"))
    assert found.mappings.count() == 279
    assert Event.objects.filter(subject=found.key).count() == 2


def own_set(world, table, target="iso-iec-42001"):
    version = references(world)
    return {
        "by": world.administrator,
        "data": table.encode(),
        "file_name": "ours.csv",
        "source_version": version,
        "target_version": FrameworkVersion.objects.get(framework__key=target),
        "title": "Our reading",
        "author": "Legal",
    }


def test_a_set_with_a_wrong_row_is_refused_whole_with_its_place(bare_world):
    table = "source,target,certainty\nGOVERN 1.1,4.1,\nGOVERN 1.9,13.1,sure\nGV-1.1,4.1,\n"
    given = own_set(bare_world, table)
    versions = (given["source_version"], given["target_version"])
    planned = plan_crosswalk(table.encode(), *versions)
    assert [problem.where for problem in planned.checked.problems] == [
        "row 3, source",
        "row 3, target",
        "row 4",
    ]
    with pytest.raises(Refused, match="row 3, source"):
        add_crosswalk(**given)
    assert MappingSet.objects.count() == len(PAIRS)


def test_the_api_adds_a_set_for_administrators_only(bare_world):
    version = references(bare_world)
    target = FrameworkVersion.objects.get(framework__key="nist-csf")
    for user, status in ((bare_world.officer, 403), (bare_world.administrator, 201)):
        sent = {
            "file": SimpleUploadedFile("ours.csv", b"source,target\nMAP 1.1,GV.OC-01\n"),
            "source_version": version.pk,
            "target_version": target.pk,
            "title": "Ours",
            "author": "Security",
        }
        answer = bare_world.api(user).post("/api/v1/mapping-sets/", sent, format="multipart")
        assert answer.status_code == status, answer.content
    assert answer.json()["pairs"] == 1


def test_a_provision_that_is_not_listed_yet_is_added_where_the_list_is_open(bare_world):
    ours = add_crosswalk(**own_set(bare_world, "source,target\nMAP 1.1,5(1)(a)\n", "eu-ai-act"))
    assert ours.mappings.get().target.key == "5(1)(a)"
    with pytest.raises(Refused, match="no identifier"):
        add_crosswalk(**own_set(bare_world, "source,target\nMAP 1.1,Article 5\n", "eu-ai-act"))


def test_two_sets_for_the_same_frameworks_stand_side_by_side_with_their_disagreement(bare_world):
    found = crosswalk(bare_world)
    source = Node.objects.get(key="GOVERN 1.1")
    named = set(found.mappings.filter(source=source).values_list("target__key", flat=True))
    table = "source,target,relationship,certainty\nGV-1.1,4.1,subset-of,low\nGOVERN 1.1,4.2,,\n"
    ours = add_crosswalk(**own_set(bare_world, table))
    assert read_bytes(ours.file.digest) == table.encode()
    extra = Node.objects.get(framework_version=found.target_version, key="4.2")
    (overlap,) = overlaps(found.source_version, found.target_version)
    assert (overlap.shared, overlap.either) == (1, 281)
    iso = next(c for c in crosswalks_of(source) if c.version == found.target_version)
    assert set(iso.disputed) == (named | {"4.2"}) - {"4.1"}
    assert mappings().get(source=source, target=extra).stated_by == 1
    pair = {"source": found.source_version_id, "target": found.target_version_id}
    address = reverse("frameworks:crosswalk-detail", kwargs=pair)
    client = bare_world.client(bare_world.auditor)
    page = client.get(address, {"agreement": "agreed"}).content.decode()
    assert "2 entries" in page
    assert "Where the sets disagree" in page
    rows = client.get(address, {"agreement": "disputed", "format": "json"}).json()
    assert len(rows) == 280


def test_the_pages_take_the_same_few_queries(bare_world, django_assert_max_num_queries):
    found = crosswalk(bare_world)
    client = bare_world.client(bare_world.auditor)
    pair = {"source": found.source_version_id, "target": found.target_version_id}
    node = Node.objects.get(key="MEASURE 2.11").pk
    shipped = Profile.objects.get(slug="nist-ai-600-1").pk
    for address in (
        reverse("frameworks:crosswalk-detail", kwargs=pair),
        reverse("frameworks:crosswalk-list"),
        reverse("frameworks:obligation-list"),
        reverse("frameworks:node-detail", kwargs={"pk": node}),
        reverse("frameworks:profile-detail", kwargs={"pk": shipped}),
    ):
        with django_assert_max_num_queries(25):
            assert client.get(address).status_code == 200


def test_duties_say_how_they_stand_and_which_provisions_they_come_from(bare_world):
    references(bare_world)
    client = bare_world.client(bare_world.auditor)
    rows = client.get(reverse("frameworks:obligation-list"), {"format": "json"}).json()
    assert len(rows) == Obligation.objects.count()
    body = bare_world.api(bare_world.auditor).get("/api/v1/obligations/?standing=ended").json()
    assert [duty["key"] for duty in body["results"]] == ["sr-11-7"]
    assert body["results"][0]["provisions"] == ["dev-purpose", "gov-policy", "val-conceptual"]


def genai_bytes(change=None):
    rows = [
        {"id": action["id"], "subcategory": action["subcategory"], "action": "Do it.", "page": 14}
        for action in READ.profile.actions
    ]
    if change:
        change(rows)
    return json.dumps({"id": "nist-ai-600-1", "actions": rows}).encode()


def test_the_official_wording_attaches_to_the_49_subcategories_and_leaves_the_playbook_alone(
    bare_world,
):
    references(bare_world)
    import_playbook(by=bare_world.administrator, data=playbook_bytes(), file_name="playbook.json")
    official = NodeText.objects.filter(origin="official").count()
    data = shared_data("rmf/nist-ai-600-1.json").read_bytes()
    result = import_genai_profile(by=bare_world.administrator, data=data, file_name="600-1.json")
    assert result.counts == {"actions": 212, "subcategories": 49}
    assert not result.unknown
    assert not SuggestedAction.objects.filter(text="").exists()
    assert NodeText.objects.filter(origin="official").count() == official
    again = import_genai_profile(by=bare_world.administrator, data=data, file_name="600-1.json")
    assert not again.changed


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows.pop(), "lacks 1 action"),
        (lambda rows: rows.append(rows[0]), "twice"),
        (lambda rows: rows[0].update(subcategory="MAP 1.1"), "another subcategory"),
        (lambda rows: rows[0].update(action="\x00"), "no readable text"),
        (lambda rows: rows[0].pop("id"), "no identifier"),
    ],
)
def test_a_bad_file_of_the_profile_changes_nothing(bare_world, change, words):
    references(bare_world)
    with pytest.raises(Refused, match=words):
        import_genai_profile(
            by=bare_world.administrator, data=genai_bytes(change), file_name="600-1.json"
        )
    assert not genai_profile().actions.exclude(text="").exists()


def test_only_identifiers_of_other_frameworks_ship(bare_world):
    references(bare_world)
    others = FrameworkVersion.objects.exclude(extent="full")
    assert others.count() == len(FORMS)
    assert not NodeText.objects.filter(node__framework_version__in=others).exists()
    assert not Node.objects.filter(framework_version__in=others, assessable=True).exists()
