import json
import shutil
import time
from collections import Counter

import pytest
from django.conf import settings

from accounts.models import User
from frameworks.actions import load_catalogue
from frameworks.catalogue import BrokenCatalogue, read_catalogue
from frameworks.models import Node
from ledger.errors import DirectWrite, Refused
from ledger.models import Event
from tests.shared_data import shared_data

FOLDER = settings.BASE_DIR / "fixtures" / "frameworks"


def load(folder=FOLDER):
    return load_catalogue(by=User.objects.service(), catalogue=read_catalogue(folder))


def test_the_catalogue_has_the_published_structure():
    catalogue = read_catalogue(FOLDER)
    kinds = Counter(node.kind for node in catalogue.nodes)
    assert kinds == {"function": 4, "category": 19, "subcategory": 72}
    per_category = Counter(
        node.key.rpartition(".")[0] for node in catalogue.nodes if node.kind == "subcategory"
    )
    counts = {
        "GOVERN": [7, 3, 2, 3, 2, 2],
        "MAP": [6, 3, 5, 2, 2],
        "MEASURE": [3, 13, 3, 3],
        "MANAGE": [4, 4, 2, 3],
    }
    for function, expected in counts.items():
        found = [per_category[f"{function} {n}"] for n in range(1, len(expected) + 1)]
        assert found == expected, function


def test_every_identifier_is_the_one_that_nist_published():
    published = json.loads(shared_data("rmf/nist-ai-rmf-1.0.json").read_text("utf-8"))
    ids = []
    for function in published["functions"]:
        ids.append(function["id"])
        for category in function["categories"]:
            ids.append(category["id"])
            ids += [item["id"] for item in category["subcategories"]]
    assert [node.key for node in read_catalogue(FOLDER).nodes] == ids


def test_every_subcategory_has_a_question_a_scope_and_evidence_kinds():
    for node in read_catalogue(FOLDER).nodes:
        assert node.texts["title"]
        assert node.texts["paraphrase"]
        if node.kind == "subcategory":
            assert node.texts["question"].endswith("?"), node.key
            assert node.texts["scope_reason"]
            assert len(node.evidence) == 3


def test_a_catalogue_with_an_invented_subcategory_is_refused(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "copy")
    path = tmp_path / "copy" / "rmf-own-words.json"
    words = json.loads(path.read_text("utf-8"))
    words["subcategories"].append({**words["subcategories"][0], "id": "MANAGE 4.4"})
    path.write_text(json.dumps(words), "utf-8")
    with pytest.raises(BrokenCatalogue, match=r"MANAGE 4\.4"):
        read_catalogue(tmp_path / "copy")


def test_loading_takes_at_most_twenty_queries_and_one_second(
    bare_world, django_assert_max_num_queries
):
    before = time.process_time()
    with django_assert_max_num_queries(20):
        load()
    assert time.process_time() - before < 1.0
    assert Node.objects.filter(assessable=True).count() == 72
    assert Node.objects.filter(scope="both").count() == 17


def test_loading_again_changes_nothing(bare_world, django_assert_max_num_queries):
    load()
    before = (Event.objects.count(), list(Node.objects.values_list("pk", flat=True)))
    with django_assert_max_num_queries(3):
        load()
    assert before == (Event.objects.count(), list(Node.objects.values_list("pk", flat=True)))


def test_new_wording_replaces_our_texts_and_leaves_an_event(bare_world, tmp_path):
    version = load()
    shutil.copytree(FOLDER, tmp_path / "copy")
    path = tmp_path / "copy" / "rmf-own-words.json"
    path.write_text(
        path.read_text("utf-8").replace("Legal duties for AI", "Duties for AI"), "utf-8"
    )
    load(tmp_path / "copy")
    node = Node.objects.with_title().get(key="GOVERN 1.1")
    assert node.title.startswith("Duties for AI")
    assert Event.objects.filter(subject=version.key, action="frameworks.version.reworded").exists()


def test_a_published_structure_never_changes(bare_world, tmp_path):
    load()
    shutil.copytree(FOLDER, tmp_path / "copy")
    path = tmp_path / "copy" / "rmf-own-words.json"
    words = json.loads(path.read_text("utf-8"))
    words["subcategories"][0]["evidence"] = ["nothing at all"]
    path.write_text(json.dumps(words), "utf-8")
    with pytest.raises(Refused, match="never changes"):
        load(tmp_path / "copy")
    assert Node.objects.get(key="GOVERN 1.1").evidence[0] == "obligations register"


def test_nodes_refuse_every_direct_write(world):
    node = Node.objects.get(key="GOVERN 1.1")
    with pytest.raises(DirectWrite):
        node.save()
    with pytest.raises(DirectWrite):
        node.delete()
    with pytest.raises(DirectWrite):
        Node.objects.filter(pk=node.pk).update(key="GOVERN 9.9")
    with pytest.raises(DirectWrite):
        Node.objects.all().delete()
