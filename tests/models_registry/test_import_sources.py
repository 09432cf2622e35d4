"""Where imports come from: folders, archives, exports; hostile ones too; by page, API, command."""

import io
import json
import stat
import tarfile
import zipfile
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from jobs.testing import run_all
from ledger.errors import Refused
from models_registry.importing.mlflow_export import read_export
from models_registry.importing.opening import bad_archive, packed
from models_registry.importing.sources import CARDS, MANIFEST, read_source
from models_registry.importing.unpacking import BadArchive, unpack
from models_registry.models import Model, ModelVersion, RegistryImport
from tests.builders.card_files import every_format
from tests.builders.imports import EXAMPLE, FOLDER, inventory_zip, zipped
from tests.builders.models_registry import card_bytes
from tests.shared_data import shared_data
from vault.queries import read_bytes


def written(tmp_path, data, name="source"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def command(world, source, *words):
    said = StringIO()
    who = ("--unit", world.lending.name, "--as", world.engineer.email)
    call_command("import_models", str(source), *who, *words, stdout=said)
    return said.getvalue()


def test_a_folder_of_real_cards_becomes_versions_byte_for_byte_and_only_once(world):
    folder = shared_data("cards")
    assert "records would be" in command(world, folder, "--dry-run", "--format", "cards")
    assert not Model.objects.exists()
    with pytest.raises(CommandError, match="2 records were refused"):
        command(world, folder)
    found = RegistryImport.objects.get()
    refused = {line["key"]: line["problems"] for line in found.lines if line["problems"]}
    assert set(refused) == {"croissant-titanic-1.0.json", "mlflow-pyfunc-2.8.1.MLmodel"}
    assert "datasheet" in refused["croissant-titanic-1.0.json"][0]["text"]
    assert [out["place"] for out in found.plan["left_out"]] == ["SOURCE.txt"]
    versions = ModelVersion.objects.filter(source_system="cards")
    assert versions.count() == 8
    for version in versions:
        original = (folder / version.external_id).read_bytes()
        assert read_bytes(version.cards.get().digest) == original
    with pytest.raises(CommandError, match="2 records were refused"):
        command(world, folder)
    assert versions.count() == 8
    assert RegistryImport.objects.count() == 1


def test_every_format_of_a_card_is_read_from_an_archive_of_either_kind(tmp_path):
    files = {f"team/{name}.json": data for name, data in every_format().items()}
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    for n, data in enumerate((zipped(files).getvalue(), tar.getvalue())):
        manifest = read_source(CARDS, written(tmp_path, data, str(n)), "cards")
        assert [e.external_id for e in manifest.of("version")] == sorted(files)
        assert all(entry.card.data == files[entry.external_id] for entry in manifest.of("version"))


def hostile_zip():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in ("../up.md", "/etc/top.md", "a\\b.md", ".git/config", "ok.md", "x\u202ey.md"):
            archive.writestr(name, card_bytes())
        link = zipfile.ZipInfo("link.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr(zipfile.ZipInfo("big.md"), b"x" * 5_000_001, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def test_what_leaves_an_archive_points_elsewhere_or_is_too_large_is_left_out_by_name(tmp_path):
    manifest = read_source(CARDS, written(tmp_path, hostile_zip()), "cards.zip")
    assert [entry.key for entry in manifest.of("version")] == ["ok.md"]
    told = {out.place: out.text for out in manifest.left_out}
    assert set(told) == {
        "../up.md", "/etc/top.md", "a\\b.md", ".git/config", "x?y.md", "link.md", "big.md",
    }  # fmt: skip
    assert "link" in told["link.md"]
    assert "5 MB" in told["big.md"]


def packed_tar(*members):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for info, data in members:
            archive.addfile(info, io.BytesIO(data) if data else None)
    return target.getvalue()


def member(name, data=b"", kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, len(data)
    return info, data


def test_links_and_devices_of_a_tar_are_not_followed(tmp_path):
    data = packed_tar(
        member("card.md", card_bytes()), member("soft.md", b"", tarfile.SYMTYPE, "/etc/passwd"),
        member("hard.md", b"", tarfile.LNKTYPE, "card.md"), member("dev", b"", tarfile.CHRTYPE),
        member("pipe", b"", tarfile.FIFOTYPE),
    )  # fmt: skip
    found = unpack(written(tmp_path, data))
    assert set(found.files) <= {"card.md"}
    assert {name for name, code in found.refused if code == "link"} == {"soft.md", "dev", "pipe",
                                                                        "hard.md"}  # fmt: skip


def many_members():
    return zipped({f"{n}.md": b"x" for n in range(2_001)}).getvalue()


def zip_bomb():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(9):
            archive.writestr(f"{n}.md", bytes(5_000_000))
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no archive", "kind"),
        (zipped({"a.md": b"x" * 900}).getvalue()[:-40], "broken"),
        (packed_tar(member("a.md", b"x" * 9_000))[:60], "broken"),
        (many_members(), "too-many"),
        (zip_bomb(), "too-large"),
    ],
    ids=["no archive", "cut zip", "cut tar", "too many files", "bomb"],
)
def test_an_archive_that_is_none_is_damaged_or_unpacks_to_too_much_is_refused(tmp_path, data, code):
    with pytest.raises(BadArchive) as bad:
        unpack(written(tmp_path, data))
    assert bad.value.code == code
    assert len(bad_archive(code).message) > 20


def test_a_folder_is_packed_to_the_same_bytes_and_links_in_it_are_not_followed(tmp_path):
    (tmp_path / "a.md").write_bytes(card_bytes())
    (tmp_path / "b.md").symlink_to("/etc/passwd")
    data, refused = packed(tmp_path)
    assert packed(tmp_path)[0] == data
    assert refused == [("b.md", "link")]


BAD_MANIFESTS = {
    "not UTF-8": (b"assay: 1\nsystems:\n- \xff", "Line 3: byte 21 is not UTF-8"),
    "empty": (b"\n", "empty"),
    "no table": (b"- a", "Line 1"),
    "another shape": (b"assay: 2\nmodels: []", "must say which shape"),
    "twice": (b"assay: 1\nmodels: []\nmodels: []", "Line 3: “models” stands here again"),
    "a tag": (b"assay: 1\nmodels: !!python/object:os.x []", "ine 2"),
    "a bomb": (b"assay: 1\na: &a [1]\n" + b"b: &b [*a, *a]\n" * 200, "ine "),
    "deep": (b"assay: 1\nmodels: " + b"[" * 5_000 + b"]" * 5_000, "deeper than"),
    "half a character": (b'assay: 1\nmodels: ["\\ud800"]', "ine 2"),
    "no list": (b"assay: 1\nmodels: 3", "Line 2: a list"),
}


@pytest.mark.parametrize("name", BAD_MANIFESTS)
def test_a_broken_manifest_is_refused_with_its_line(tmp_path, name):
    data, words = BAD_MANIFESTS[name]
    with pytest.raises(Refused, match=words):
        read_source(MANIFEST, written(tmp_path, data), "inventory.yaml")


def test_a_manifest_with_windows_line_ends_and_a_mark_says_the_same(tmp_path):
    plain = read_source(MANIFEST, written(tmp_path, inventory_zip().getvalue()), "i.zip")
    text = b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode()
    files = {"inventory.yaml": text, **{p.name: p.read_bytes() for p in FOLDER.glob("*.md")}}
    other = read_source(MANIFEST, written(tmp_path, zipped(files).getvalue()), "i.zip")
    assert [e.values for e in other.entries] == [e.values for e in plain.entries]


EXPORT = {
    "registered_models": [{"name": "churn", "description": "Who may leave.", "aliases": ["x"]}],
    "model_versions": [
        {"name": "churn", "version": "3", "run_id": "7d1e", "status": "READY"},
        {"name": "churn", "version": "4", "status": "FAILED_REGISTRATION"},
    ],
}


def test_an_mlflow_export_keeps_ids_and_names_what_has_no_field():
    found = read_export(json.dumps(EXPORT))
    versions = found.of("version")
    assert [v.external_id for v in versions] == ["churn/3", "churn/4"]
    assert [bool(v.troubles) for v in versions] == [False, True]
    assert "aliases" in found.of("model")[0].kept
    for text, words in (("[", "ine 1"), ("[]", "ine 1"), ('{"registered_models": 3}', "a list")):
        with pytest.raises(Refused, match=words):
            read_export(text)


def test_an_import_is_started_looked_at_and_applied_by_pages(world):
    client = world.client(world.engineer)
    start = reverse("models_registry:import-start")
    sent = {"unit": world.lending.pk, "source": "cards"}
    file = SimpleUploadedFile("cards.zip", hostile_zip())
    made = client.post(start, {**sent, "file": file})
    assert made.status_code == 303, made.content
    run_all()
    plan = client.get(made["Location"]).text
    assert "Lantern credit scoring" in plan
    assert "link.md" in plan
    step = reverse(
        "models_registry:import-step",
        kwargs={"pk": RegistryImport.objects.get().pk, "verb": "apply"},
    )
    assert client.post(step).status_code == 303
    run_all()
    assert ModelVersion.objects.get().external_id == "ok.md"
    assert "Applied" in client.get(made["Location"]).text


def test_an_import_is_started_looked_at_and_applied_over_the_api(world):
    api, start = world.api(world.engineer), "/api/v1/registry-imports/"
    file = SimpleUploadedFile("inventory.zip", inventory_zip().getvalue())
    sent = {"unit": world.lending.pk, "source": "manifest", "file": file}
    made = api.post(start, sent, format="multipart")
    assert made.status_code == 201, made.content
    one = f"{start}{made.json()['id']}/"
    run_all()
    assert api.get(f"{one}plan/").json()["counts"] == {"add": 11}
    shown = api.get(one)
    assert shown.json()["state"] == "planned"
    assert api.post(f"{one}apply/").status_code == 428
    assert api.post(f"{one}apply/", headers={"If-Match": shown["ETag"]}).status_code == 202
    run_all()
    report = api.get(f"{one}report/").json()
    assert report["written"] == 11
    assert all(line["written"] for line in report["lines"])
