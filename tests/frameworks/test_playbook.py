import io
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from frameworks.actions import import_playbook
from frameworks.json_files import MAX_BYTES
from frameworks.models import NodeText, TextSource
from frameworks.playbook import read_playbook
from ledger.canonical import sha256_hex
from ledger.errors import Refused
from ledger.models import Event
from tests.builders.frameworks import SUBCATEGORIES as KEYS
from tests.builders.frameworks import playbook_bytes as made
from tests.shared_data import shared_data
from vault.queries import read_bytes


def official():
    return NodeText.objects.filter(origin=NodeText.Origin.OFFICIAL)


def test_the_official_export_attaches_to_all_72_subcategories(world):
    data = shared_data("rmf/playbook.json").read_bytes()
    result = import_playbook(by=world.administrator, data=data, file_name="playbook.json")
    assert result.counts == {
        "subcategories": 72,
        "texts": 288,
        "suggested_actions": 606,
        "questions": 294,
    }
    assert result.unknown == ()
    facts = json.loads(shared_data("rmf/facts-playbook-600-1.json").read_text("utf-8"))
    entries = read_playbook(data, KEYS).entries
    assert len(facts["playbook"]) == 72
    for fact in facts["playbook"]:
        entry = entries[fact["id"]]
        assert entry.suggested_actions == fact["suggested_actions"], fact["id"]
        assert entry.questions == fact["documentation_questions"], fact["id"]
    assert read_bytes(result.source.file.digest) == data
    assert result.source.sha256 == sha256_hex(data)


def test_the_same_file_again_changes_nothing(world):
    import_playbook(by=world.administrator, data=made(), file_name="a.json")
    events, texts = Event.objects.count(), list(official().values_list("pk", flat=True))
    again = import_playbook(by=world.administrator, data=made(), file_name="b.json")
    assert not again.changed
    assert Event.objects.count() == events
    assert list(official().values_list("pk", flat=True)) == texts


def test_a_newer_export_replaces_the_official_texts_and_keeps_our_own(world):
    own = NodeText.objects.filter(origin=NodeText.Origin.OWN).count()
    import_playbook(by=world.administrator, data=made(), file_name="a.json")

    def reword(rows):
        rows[0]["description"] = "Newer wording."

    import_playbook(by=world.administrator, data=made(reword), file_name="b.json")
    assert official().filter(kind="statement").count() == 72
    assert official().filter(text="Newer wording.").count() == 1
    assert NodeText.objects.filter(origin=NodeText.Origin.OWN).count() == own
    assert TextSource.objects.count() == 2


def test_unknown_identifiers_are_reported_and_left_out(world):
    def invent(rows):
        rows.append({**rows[0], "title": "MANAGE 3.3"})
        rows.append({**rows[0], "title": "Annex"})

    result = import_playbook(by=world.administrator, data=made(invent), file_name="a.json")
    assert result.unknown == ("MANAGE 3.3", "Annex")
    assert official().filter(kind="statement").count() == 72


def drop_first(rows):
    del rows[0]


def no_title(rows):
    del rows[3]["title"]


def twice(rows):
    rows.append({**rows[0], "title": "GV-1.1"})


def number(rows):
    rows[5]["section_about"] = 7


def nul(rows):
    rows[5]["section_about"] = "a\x00b"


def half_a_pair(rows):
    rows[5]["section_about"] = "\ud800"


def no_wording(rows):
    rows[2]["description"] = "  "


BAD = {
    "not JSON": (b"[{", "not JSON"),
    "not UTF-8": (b"\xff\xfe[]", "UTF-8"),
    "wrong shape": (b'{"a": 1}', "should be a list"),
    "empty": (b"[]", "should be a list"),
    "list of numbers": (b"[1, 2]", "no identifier"),
    "deep nesting": (b"[" * 200_000 + b"]" * 200_000, "nested too deeply"),
    "too large": (b" " * (MAX_BYTES + 1), "larger than 10 MB"),
    "missing": (made(drop_first), "lacks 1 subcategory: GOVERN 1.1"),
    "no identifier": (made(no_title), "Entry 4 has no identifier"),
    "twice": (made(twice), "GOVERN 1.1 stands in the file twice"),
    "number as text": (made(number), "not readable text"),
    "NUL": (made(nul), "not readable text"),
    "half a surrogate pair": (made(half_a_pair), "not readable text"),
    "no wording": (made(no_wording), "no official wording"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_gets_a_clear_error_and_changes_nothing(world, case):
    data, message = BAD[case]
    import_playbook(by=world.administrator, data=made(), file_name="good.json")
    before = (Event.objects.count(), list(official().values_list("pk", "text")))
    with pytest.raises(Refused, match=message):
        import_playbook(by=world.administrator, data=data, file_name="bad.json")
    assert before == (Event.objects.count(), list(official().values_list("pk", "text")))


@given(st.binary(max_size=300) | st.text(alphabet='[]{}",:\\ ab1\n', max_size=300).map(str.encode))
@settings(max_examples=150, deadline=None)
def test_arbitrary_bytes_are_refused_and_never_crash(data):
    with pytest.raises(Refused):
        read_playbook(data, KEYS)


def test_only_an_administrator_may_import(world):
    for user in (world.engineer, world.owner, world.officer, world.approver, world.auditor):
        with pytest.raises(PermissionDenied):
            import_playbook(by=user, data=made(), file_name="a.json")
    assert not official().exists()


def test_the_command_imports_and_reports(world, tmp_path):
    path = tmp_path / "playbook.json"
    path.write_bytes(made())
    out = io.StringIO()
    call_command("import_framework", str(path), by=world.administrator.email, stdout=out)
    assert "imported: 72 subcategories" in out.getvalue()
    assert Event.objects.filter(action="frameworks.playbook.imported").count() == 1


def test_the_command_says_what_is_wrong(world, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_framework", str(tmp_path / "absent.json"))
    path = tmp_path / "bad.json"
    path.write_text("{}")
    with pytest.raises(CommandError, match="should be a list"):
        call_command("import_framework", str(path))
