"""What a version was made from: drafts only, no circles, nobody named who may not be seen."""

import itertools
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from charts import Edge, Node, layered_graph
from ledger.canonical import canonical, sha256_hex
from ledger.errors import Refused
from models_registry.actions import edit_version, register_version_from_card, submit_version
from models_registry.actions.parents import add_parent, remove_parent
from models_registry.frozen import content_digest, is_as_frozen
from models_registry.models import VersionParent
from models_registry.queries.lineage import lineage
from models_registry.schemas import BadSchema, problems_of_going_back, read_schema
from tests.builders.models_registry import (
    card_bytes,
    new_version,
    submitted_version,
    version,
)


def parent_of(world, child, parent=None, relation="finetune", **values):
    return add_parent(by=world.engineer, version=child, relation=relation, parent=parent, **values)


def refusal(code):
    return pytest.raises(Refused, check=lambda refused: refused.code == code)


def elsewhere_version(world):
    return register_version_from_card(
        by=world.stranger, unit=world.elsewhere, number="1", model_name="Secret base",
        card=card_bytes(), file_name="card.md",
    )  # fmt: skip


def page(world, made, who="engineer"):
    response = world.client(getattr(world, who)).get(made.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_parents_are_named_while_a_version_is_a_draft(world):
    child, parent = version(world), submitted_version(world)
    link = parent_of(world, child, parent)
    outside = parent_of(world, child, relation="merge", outside="  meadow/base  ")
    assert outside.outside == "meadow/base"
    remove_parent(by=world.engineer, link=link)
    assert list(child.parent_links.all()) == [outside]
    submit_version(by=world.engineer, version=child.reloaded())
    with refusal("frozen"):
        parent_of(world, child.reloaded(), parent)
    with refusal("frozen"):
        remove_parent(by=world.engineer, link=outside)


def test_one_parent_either_inside_or_outside_and_once(world):
    child, parent = version(world), submitted_version(world)
    with refusal("one-parent"):
        parent_of(world, child)
    with refusal("one-parent"):
        parent_of(world, child, parent, outside="meadow/base")
    parent_of(world, child, parent)
    with pytest.raises(Refused):
        parent_of(world, child, parent, relation="merge")
    with pytest.raises(PermissionDenied):
        add_parent(by=world.officer, version=child, relation="merge", outside="x")
    with pytest.raises(PermissionDenied):
        parent_of(world, child, elsewhere_version(world))


def test_no_circle_of_any_length(world):
    chain = [new_version(world, f"7.{n}") for n in range(4)]
    for child, parent in itertools.pairwise(chain):
        parent_of(world, child, parent)
    for end in chain[1:]:
        with refusal("circle"):
            parent_of(world, end, chain[0])
    with refusal("circle"):
        parent_of(world, chain[0], chain[0])
    assert VersionParent.objects.count() == 3


def test_lineage_reaches_three_levels_both_ways_in_a_bounded_number_of_queries(
    world, django_assert_max_num_queries
):
    chain = [new_version(world, f"7.{n}") for n in range(9)]
    for child, parent in itertools.pairwise(chain):
        parent_of(world, child, parent)
    for n in range(10):
        parent_of(world, chain[4], relation="merge", outside=f"base {n}")
    with django_assert_max_num_queries(6):
        found = lineage(world.engineer, chain[4])
    levels = {kin.version.number: kin.level for kin in found.kin.values() if kin.version}
    assert levels == {"7.1": 3, "7.2": 2, "7.3": 1, "7.4": 0, "7.5": -1, "7.6": -2, "7.7": -3}
    shown = page(world, chain[4])
    assert "Fine-tuned from" in shown
    assert "base 9" in shown


def test_a_version_that_may_not_be_seen_is_not_named(world):
    foreign = elsewhere_version(world)
    child = version(world)
    add_parent(by=world.service, version=child, relation="distilled", parent=foreign)
    shown = page(world, child)
    assert "a version that you may not see" in shown
    assert "Secret base" not in shown
    parents = reverse("models_registry:version-parents", kwargs={"pk": child.pk})
    form = world.client(world.engineer).get(parents).content.decode()
    assert "Secret base" not in form
    row = world.api(world.engineer).get("/api/v1/parents/").json()["results"][0]
    assert (row["parent"], row["hidden"]) == (None, True)
    from_there = page(world, foreign, "stranger")
    assert "a version that you may not see" in from_there
    assert "Lantern credit scoring 2.3" not in from_there


def test_parents_are_added_and_taken_away_by_pages_and_over_the_api(world):
    child, parent = version(world), submitted_version(world)
    url = reverse("models_registry:version-parents", kwargs={"pk": child.pk})
    client = world.client(world.engineer)
    assert client.post(url, {"relation": "finetune", "parent": parent.pk}).status_code == 303
    refused = client.post(url, {"relation": "finetune", "parent": parent.pk})
    assert refused.status_code == 422
    assert "named already" in refused.content.decode()
    link = VersionParent.objects.get()
    gone = reverse("models_registry:parent-remove", kwargs={"pk": link.pk})
    assert client.post(gone).status_code == 303
    api = world.api(world.engineer)
    sent = {"child": child.pk, "relation": "merge", "outside": "meadow/base"}
    made = api.post("/api/v1/parents/", sent)
    assert made.status_code == 201, made.content
    one = f"/api/v1/parents/{made.data['id']}/"
    assert api.delete(one).status_code == 428
    assert api.delete(one, headers={"If-Match": made["ETag"]}).status_code == 204
    assert not VersionParent.objects.exists()


def test_a_parent_is_found_by_words_among_at_most_20_that_may_be_seen(
    world, django_assert_max_num_queries
):
    elsewhere_version(world)
    child = version(world)
    for number in range(22):
        new_version(world, f"9.{number}", card=card_bytes(), file_name="card.md")
    client = world.client(world.engineer)
    url = reverse("models_registry:version-parents", kwargs={"pk": child.pk})
    with django_assert_max_num_queries(14):
        page = client.get(url).content.decode()
    assert page.count("<option value=") - len(VersionParent.Relation.choices) == 21
    assert "The newest 20" in page
    found = client.get(url, {"q": "lantern 9.1 "}).content.decode()
    assert "Lantern credit scoring 9.1<" in found
    assert "Lantern credit scoring 9.2<" not in found
    none = client.get(url, {"q": "secret base"}).content.decode()
    assert "No version that you may see" in none
    oldest = child.model.versions.exclude(pk=child.pk).last()
    sent = client.post(f"{url}?q=none", {"relation": "merge", "parent": oldest.pk})
    assert sent.status_code == 303


def test_the_digest_of_a_version_without_the_new_fields_is_what_it_always_was(world):
    made = version(world)
    card = made.cards.get()
    old = {
        "model": made.model.key,
        **{
            name: getattr(made, name)
            for name in ("number", "source_system", "external_id", "git_commit", "notes")
        },
        "card": {"number": card.number, "sha256": card.digest},
    }
    assert content_digest(made, card) == sha256_hex(canonical(old))


@pytest.mark.parametrize(
    "values",
    [{"run_id": "r1"}, {"io_schema": {"inputs": [{"type": "long"}]}}, {"environment_lock": "a==1"}],
)
def test_the_digest_covers_each_new_field(world, values):
    made = version(world)
    before = content_digest(made, made.cards.get())
    base = {name: getattr(made, name) for name in values}
    edit_version(by=world.engineer, version=made, base=base, values=values)
    assert content_digest(made, made.cards.get()) != before


def test_the_digest_covers_parents_and_the_set_of_files(world):
    made = version(world)
    digests = {content_digest(made, made.cards.get())}
    parent_of(world, made, submitted_version(world))
    digests.add(content_digest(made, made.cards.get()))
    made.artifact_set_digest = "a" * 64
    digests.add(content_digest(made, made.cards.get()))
    assert len(digests) == 3
    made = submit_version(by=world.engineer, version=made.reloaded())
    assert is_as_frozen(made)
    made.environment_lock = "b==2"
    assert not is_as_frozen(made)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"inputs": [\n{"type": "long"},\n]}', "Line 3"),
        ("[]", "Write an object"),
        ('{"inputs": {}}', "must be a list"),
        ('{"inputs": [{"name": "a"}]}', "Field 1 of “inputs” needs a “type”"),
        ('{"inputs": [{"type": "long", "optional": "yes"}]}', "must be true or false"),
        ('{"inputs": [{"name": 1, "type": "long"}]}', "must be text"),
        ('{"inputs": [{"name":"a","type":"long"},{"name":"a","type":"long"}]}', "“a” twice"),
        ('{"inputs": [], "inputs": []}', "stands twice"),
        ('{"inputs": [{"type": "long", "x": NaN}]}', "is not JSON"),
        ('{"in": []}', "Write an object"),
        ('{"inputs": [], "more": []}', "“more” is not known"),
        ("[" * 100_000, "too deep"),
        ('{"inputs": ' + "9" * 5_000 + "}", "too long"),
    ],
)
def test_a_bad_schema_is_refused_with_its_place(text, words):
    with pytest.raises(BadSchema, match=words):
        read_schema(text)


def schema(*inputs, outputs=()):
    def fields(rows):
        return [{"name": n, "type": t, "optional": o} for n, t, o in rows]

    return {"inputs": fields(inputs), "outputs": fields(outputs)}


def test_going_back_needs_every_input_accepted_and_every_output_given():
    age, income = ("age", "integer", False), ("income", "double", False)
    score = ("score", "double", False)
    running = schema(age, income, outputs=[score])
    assert not problems_of_going_back(running, running)
    wider = schema(("age", "long", False), income, ("more", "string", True), outputs=[score])
    assert not problems_of_going_back(running, wider)
    for target, words in (
        (schema(age, outputs=[score]), "does not accept the input “income”"),
        (schema(age, ("income", "float", False), outputs=[score]), "as float, not as double"),
        (schema(age, income, ("job", "string", False), outputs=[score]), "needs the input “job”"),
        (schema(age, income), "does not give the output “score”"),
        ({}, "not recorded"),
    ):
        (problem,) = problems_of_going_back(running, target)
        assert words in problem


def test_the_form_keeps_a_bad_schema_and_says_the_line(world):
    made = version(world)
    client = world.client(world.engineer)
    url = reverse("models_registry:version-edit", kwargs={"pk": made.pk})
    bad = client.post(url, {"number": "2.3", "io_schema": '{"inputs": [\n}'})
    assert bad.status_code == 422
    assert "Line 2" in bad.content.decode()
    good = {"number": "2.3", "initial-number": "2.3", "run_id": "run-7",
            "io_schema": '{"inputs": [{"name": "age", "type": "long"}]}',
            "environment_lock": "numpy==2.1.0\r\npandas==2.2.3\r\n"}  # fmt: skip
    assert client.post(url, good).status_code == 303
    made = made.reloaded()
    assert made.io_schema == {"inputs": [{"name": "age", "type": "long"}]}
    assert made.environment_lock.splitlines() == ["numpy==2.1.0", "pandas==2.2.3"]
    shown = page(world, made)
    for words in ("run-7", "Environment lock", "numpy==2.1.0", "age"):
        assert words in shown
    clash = client.post(url, {**good, "io_schema": "", "initial-io_schema": '{"outputs": []}'})
    assert clash.status_code == 409


def test_the_api_takes_the_new_fields_and_refuses_a_bad_schema(world):
    made, api = version(world), world.api(world.engineer)
    one = f"/api/v1/versions/{made.pk}/"
    tag = {"If-Match": api.get(one)["ETag"]}
    bad = api.patch(one, {"io_schema": {"inputs": 3}}, headers=tag)
    assert bad.status_code == 422
    sent = {"io_schema": {"inputs": [{"type": "long"}]}, "run_id": "r"}
    good = api.patch(one, json.loads(json.dumps(sent)), headers=tag)
    assert (good.status_code, good.data["run_id"]) == (200, "r")


def test_the_picture_names_every_edge_in_words_and_takes_any_text():
    nodes = [Node("a", "<b>&", -1), Node("b", "Lantern", 0, focus=True)]
    picture = layered_graph(nodes, [Edge("a", "b", "Merged from")], title="T", description="D")
    assert "Merged from" in picture
    assert "&lt;b&gt;" in picture
    assert "<title>T</title>" in picture
    assert "Nothing to draw" in layered_graph([], [], title="T")
