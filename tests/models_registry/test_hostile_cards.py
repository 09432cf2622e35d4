"""Real cards, mutated: each is read with nothing lost, or refused with line and reason."""

import io
import random
import re
from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.urls import reverse

from ledger.canonical import canonical
from ledger.errors import Refused
from models_registry.actions import import_card
from models_registry.actions.datasheets import import_datasheet
from models_registry.api.versions import CardUpload
from models_registry.cards import parse_card
from models_registry.cards.croissant import parse_croissant
from models_registry.cards.decode import MAX_BYTES
from models_registry.models import CardRevision, Datasheet
from tests.builders.models_registry import dataset, version
from tests.shared_data import shared_data

FILES = (
    "openai-whisper.model-card.md", "dinov2.MODEL_CARD.md", "aira-2-1B1.md",
    "hf-sample_simple_model_index.md", "hf-sample_windows_line_breaks.md",
    "ibm-granite-geospatial-biomass.model-card.md", "taed2-clothing-reviews.modelcard.md",
    "cyclonedx-valid-machine-learning-1.6.json", "mlflow-pyfunc-2.8.1.MLmodel",
    "croissant-titanic-1.0.json",
)  # fmt: skip
BOMB = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    f"{c}: &{c} [{', '.join([f'*{p}'] * 9)}]\n".encode()
    for p, c in zip("abcdefgh", "bcdefghi", strict=True)
)
ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|.)")
WORD = re.compile(r"[A-Za-z]{4,}")


def truncated(data, dice):
    return data[: dice.randrange(len(data))]


def flipped(data, dice):
    made = bytearray(data)
    for _ in range(dice.randint(1, 6)):
        made[dice.randrange(len(made))] ^= 1 << dice.randrange(8)
    return bytes(made)


def doubled(data, dice):
    """A line that stands twice: in data and front matter, a key that does."""
    lines = data.splitlines(keepends=True)
    keys = [n for n, line in enumerate(lines) if b":" in line] or [0]
    at = dice.choice(keys)
    again = lines[at].rstrip(b"\r\n, ")
    comma = b"," if data.lstrip()[:1] in b"{[" and again[-1:] not in b"{[" else b""
    return b"".join([*lines[:at], again + comma + b"\n", *lines[at:]])


def other_lines(data, _dice):
    plain = data.replace(b"\r\n", b"\n")
    return plain if b"\r\n" in data else plain.replace(b"\n", b"\r\n")


def marked(data, _dice):
    return b"\xef\xbb\xbf" + data


def halved(data, dice):
    """Half a surrogate pair: three bytes in a text, an escape in JSON."""
    if data.lstrip()[:1] in b"{[":
        at = data.index(b'"', dice.randrange(len(data) // 2)) + 1
        return data[:at] + b"\\ud800" + data[at:]
    at = dice.randrange(len(data))
    return data[:at] + b"\xed\xa0\x80" + data[at:]


def nested(data, _dice):
    deep = b"[" * 5_000 + b"]" * 5_000
    if data.lstrip()[:1] == b"{":
        return data.replace(b"{", b'{"deep": ' + deep + b", ", 1)
    return _ahead(data, b"deep: " + deep + b"\n") + b"\n" + b"> " * 5_000 + b"deep\n"


def tagged(data, _dice):
    return _ahead(data, b"evil: !!python/object/apply:os.system [touch pwned]\n")


def bombed(data, _dice):
    return _ahead(data, BOMB)


def _ahead(data, lines):
    """``lines`` at the head of the front matter or of the file, whichever it has."""
    if data.startswith(b"---"):
        end = data.index(b"\n") + 1
        return data[:end] + lines + data[end:]
    return lines + data if b"\nflavors:" in data else b"---\n" + lines + b"---\n" + data


MUTATIONS = (
    truncated, flipped, doubled, other_lines, marked, halved, nested, tagged, bombed,
)  # fmt: skip


def words_in(value):
    """Every word of stored data, keys included."""
    if isinstance(value, dict):
        return {w for item in value.items() for part in item for w in words_in(part)}
    if isinstance(value, list):
        return {w for part in value for w in words_in(part)}
    return set(WORD.findall(value.lower())) if isinstance(value, str) else set()


def words_of(data, card):
    """The words of a file, without comments of YAML, which say nothing to a reader of data."""
    text = data.decode(card.report.encoding)
    is_data = card.format not in ("huggingface", "markdown")
    text = ESCAPE.sub(" ", text) if is_data or text.lstrip("\ufeff").startswith("---") else text
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#") or not is_data]
    return set(WORD.findall("\n".join(lines).lower()))


def read(name, data):
    """The card that the bytes hold, and what is stored of it."""
    card = parse_croissant(data) if name.startswith("croissant") else parse_card(data)
    stored = [card.parsed(), card.extra, card.report.as_json()]
    canonical(stored)
    return card, stored


@cache
def names_of_fields(name):
    """Words of a file's own keys that stand for fields of ours, which are named otherwise."""
    data = shared_data(f"cards/{name}").read_bytes()
    card, stored = read(name, data)
    return words_of(data, card) - words_in(stored) | {"null", "true", "false"}


def judge(name, data):
    """What became of the bytes: refused with a reason, or read with every word kept."""
    try:
        card, stored = read(name, data)
    except Refused as refused:
        told = (refused.message, refused.code, refused.field in ("card", "file"))
        assert all(told), told
        return "refused", refused
    lost = words_of(data, card) - words_in(stored) - names_of_fields(name)
    assert not lost, (name, sorted(lost)[:10])
    return "read", card


@pytest.mark.parametrize("name", FILES)
def test_only_names_of_fields_are_read_as_something_else(name):
    assert len(names_of_fields(name)) <= 6 + 3


@pytest.mark.parametrize("name", FILES)
def test_a_mutated_card_is_read_without_loss_or_refused_with_its_reason(name):
    data = shared_data(f"cards/{name}").read_bytes()
    dice = random.Random(name)
    assert judge(name, data)[0] == "read"
    for mutate in MUTATIONS:
        for _ in range(4 if mutate in (truncated, flipped, doubled, halved) else 1):
            judge(name, mutate(data, dice))


@pytest.mark.parametrize("name", FILES)
def test_what_would_break_a_reader_is_refused_with_its_line(name):
    data, dice = shared_data(f"cards/{name}").read_bytes(), random.Random(7)
    for mutate in (nested, halved):
        what, refused = judge(name, mutate(data, dice))
        assert what == "refused"
        assert re.search(r"[Ll]ine \d", refused.message), refused.message


@pytest.mark.parametrize("name", [n for n in FILES if not n.endswith(".json")])
def test_a_bomb_of_anchors_and_a_tag_of_a_program_are_refused_with_their_lines(
    name, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    data, dice = shared_data(f"cards/{name}").read_bytes(), random.Random(7)
    what, refused = judge(name, bombed(data, dice))
    assert what == "refused"
    assert re.search(r"[Ll]ine \d", refused.message)
    what, refused = judge(name, tagged(data, dice))
    assert what == "refused"
    assert "asks for more than data" in refused.message
    assert not list(tmp_path.iterdir())


def test_line_ends_and_a_byte_order_mark_change_nothing_of_what_is_read():
    for name in FILES:
        data, dice = shared_data(f"cards/{name}").read_bytes(), random.Random(7)
        plain = judge(name, data)[1]
        for mutate in (other_lines, marked):
            card = judge(name, mutate(data, dice))[1]
            assert card.fields.keys() == plain.fields.keys()
            assert card.filled == plain.filled


def test_hostile_files_are_answered_on_the_page_and_nothing_is_written(world):
    made, client, dice = version(world), world.client(world.engineer), random.Random(7)
    address = reverse("models_registry:card-import", kwargs={"pk": made.pk})
    data = shared_data("cards/aira-2-1B1.md").read_bytes()
    for mutate in (nested, halved, bombed):
        file = SimpleUploadedFile("c.md", mutate(data, dice))
        told = client.post(address, {"card": file})
        assert told.status_code == 422
        assert re.search(r"[Ll]ine \d", told.text)
    assert CardRevision.objects.count() == 1
    table = dataset(world)
    address = reverse("models_registry:datasheet-import", kwargs={"pk": table.pk})
    croissant = shared_data("cards/croissant-titanic-1.0.json").read_bytes()
    for mutate in (nested, halved):
        file = SimpleUploadedFile("c.json", mutate(croissant, dice))
        assert client.post(address, {"file": file}).status_code == 422
    assert not Datasheet.objects.exists()


def test_100_megabytes_are_refused_by_their_size_before_they_are_read(world, tmp_path):
    path = tmp_path / "large.md"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    with path.open("rb") as file:
        sent = CardUpload(data={"card": UploadedFile(file, "large.md", size=100_000_000)})
        sent.is_valid(raise_exception=True)
        read = sent.bytes_and_name()["data"]
        assert file.tell() <= MAX_BYTES + io.DEFAULT_BUFFER_SIZE
    assert len(read) == MAX_BYTES + 1
    with pytest.raises(Refused) as refused:
        import_card(by=world.engineer, version=version(world), data=read, file_name="large.md")
    assert (refused.value.status, refused.value.code) == (413, "too-large")
    with pytest.raises(Refused, match="larger than 5 MB"):
        import_datasheet(
            by=world.engineer, dataset=dataset(world), data=read, file_name="large.json"
        )
