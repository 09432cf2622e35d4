import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from frameworks.actions import import_playbook
from frameworks.models import Node
from frameworks.queries import current_version
from tests.builders.frameworks import playbook_bytes as made


def page(world, name, user=None, query="", **kwargs):
    return world.client(user or world.officer).get(reverse(name, kwargs=kwargs) + query)


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_the_framework_page_shows_the_whole_tree(world):
    html = text(page(world, "frameworks:version-detail", pk=current_version().pk))
    for key in ("GOVERN 1.7", "MAP 3.5", "MEASURE 2.13", "MANAGE 4.3"):
        assert key in html
    assert "72 subcategories" in html


@pytest.mark.parametrize(
    ("search", "number"), [("MS-2", "13 subcategories"), ("GOVERN 1.1", "1 subcategory")]
)
def test_the_tree_is_searched_by_any_form_of_identifier(world, search, number):
    found = page(world, "frameworks:version-detail", query=f"?q={search}", pk=current_version().pk)
    assert number in text(found)


def test_a_search_without_hits_says_what_to_do(world):
    found = page(world, "frameworks:version-detail", query="?q=zzz", pk=current_version().pk)
    assert "Nothing matches" in text(found)


def test_a_nul_in_the_search_is_no_server_error(world):
    found = page(world, "frameworks:version-detail", query="?q=%00", pk=current_version().pk)
    assert found.status_code == 200


def test_the_node_page_shows_our_words_and_the_official_ones_once_imported(world):
    node = Node.objects.get(key="MEASURE 2.11")
    assert "Not imported" in text(page(world, "frameworks:node-detail", pk=node.pk))
    import_playbook(by=world.administrator, data=made(), file_name="playbook.json")
    assert "Wording of MEASURE 2.11." in text(page(world, "frameworks:node-detail", pk=node.pk))


def test_official_texts_are_sanitised(world):
    def hostile(rows):
        rows[0]["section_about"] = "<script>alert(1)</script>[x](javascript:alert(1))"

    import_playbook(by=world.administrator, data=made(hostile), file_name="playbook.json")
    node = Node.objects.get(key="GOVERN 1.1")
    html = text(page(world, "frameworks:node-detail", pk=node.pk))
    assert "<script>alert" not in html
    assert 'href="javascript' not in html


def test_the_tree_takes_the_same_few_queries_however_much_text_there_is(
    world, django_assert_max_num_queries
):
    import_playbook(by=world.administrator, data=made(), file_name="playbook.json")
    client = world.client(world.officer)
    address = reverse("frameworks:version-detail", kwargs={"pk": current_version().pk})
    with django_assert_max_num_queries(12):
        assert client.get(address).status_code == 200


def test_an_administrator_imports_by_upload(world):
    client = world.client(world.administrator)
    address = reverse("frameworks:playbook-import")
    upload = SimpleUploadedFile("playbook.json", made(), "application/json")
    assert client.post(address, {"file": upload}).status_code == 303
    upload = SimpleUploadedFile("playbook.json", made(), "application/json")
    assert "imported already" in text(client.post(address, {"file": upload}))


def test_a_broken_upload_is_refused_at_the_field(world):
    client = world.client(world.administrator)
    upload = SimpleUploadedFile("playbook.json", b"{", "application/json")
    answer = client.post(reverse("frameworks:playbook-import"), {"file": upload})
    assert answer.status_code == 422
    assert "not JSON" in answer.content.decode()


def test_the_api_lists_nodes_by_function_and_key(world, django_assert_max_num_queries):
    api = world.api(world.auditor)
    with django_assert_max_num_queries(8):
        body = json.loads(api.get("/api/v1/framework-nodes/?function=MEASURE").content)
    assert len(body["results"]) == 1 + 4 + 22
    assert {node["function"] for node in body["results"]} == {"MEASURE"}
    one = json.loads(api.get("/api/v1/framework-nodes/?key=GV-1.1").content)
    assert [node["key"] for node in one["results"]] == ["GOVERN 1.1"]
    none = json.loads(api.get("/api/v1/framework-nodes/?key=nonsense").content)
    assert none["results"] == []


def test_the_api_writes_nothing(world):
    node = Node.objects.get(key="GOVERN 1.1")
    api = world.api(world.administrator)
    assert api.patch(f"/api/v1/framework-nodes/{node.pk}/", {"key": "X"}).status_code == 405
    assert api.delete(f"/api/v1/framework-nodes/{node.pk}/").status_code == 405
