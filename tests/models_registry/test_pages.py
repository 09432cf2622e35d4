"""Pages of the registry, used without JavaScript."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from models_registry.actions import edit_system, import_card, use_dataset
from models_registry.models import AISystem, DatasetVersion, ModelVersion
from models_registry.views.version_page import TABS
from tests.builders.models_registry import (
    BEACON,
    LANTERN,
    TABLE,
    card_bytes,
    dataset,
    new_dataset,
    new_system,
    new_version,
    submitted_version,
    system,
    version,
)

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def url(name, **kwargs):
    return reverse(f"models_registry:{name}", kwargs=kwargs)


def get(world, name, who="engineer", query="", **kwargs):
    return world.client(getattr(world, who)).get(url(name, **kwargs) + query)


def html(response):
    assert response.status_code == 200
    return response.content.decode()


def system_data(world, **values):
    return {
        "unit": world.lending.pk, "name": "Credit limits", "purpose": "Sets limits.",
        "decision_role": "recommends", "owner": world.engineer.pk, **values,
    }  # fmt: skip


def test_an_engineer_registers_a_system_and_a_version_from_a_card_file(world):
    client = world.client(world.engineer)
    made = client.post(url("system-register"), system_data(world))
    assert made.status_code == 303
    found = AISystem.objects.get(name="Credit limits")
    assert made["Location"] == found.get_absolute_url()
    sent = client.post(
        url("version-register"),
        {
            "unit": world.lending.pk, "system": found.pk, "model_type": "ml",
            "card": SimpleUploadedFile(LANTERN, card_bytes(), "text/markdown"),
        },
    )  # fmt: skip
    assert sent.status_code == 303
    page = client.get(sent["Location"]).content.decode()
    assert "Lantern credit scoring 2.3" in page
    assert "16 of 16" in page
    assert "0.810" in page
    assert client.get(found.get_absolute_url()).content.decode().count("Lantern") >= 1


def test_a_card_can_be_pasted(world):
    sent = world.client(world.engineer).post(
        url("version-register"),
        {"unit": world.lending.pk, "model_type": "llm", "card_text": card_bytes(BEACON).decode()},
    )
    assert sent.status_code == 303
    made = ModelVersion.objects.get()
    assert (made.number, made.model.model_type) == ("0.4", "llm")


@pytest.mark.parametrize(
    ("card", "words"),
    [
        (b"---\na: [1\n---\n# N\n", "broken at line"),
        ("# Modèle".encode("latin-1"), "is not UTF-8"),
        (b"", "empty"),
        (None, "Choose the file of the card"),
    ],
)
def test_a_bad_card_is_told_beside_its_field_and_nothing_is_written(world, card, words):
    data = {"unit": world.lending.pk, "model_type": "ml", "number": "1", "model_name": "Kept words"}
    if card is not None:
        data["card"] = SimpleUploadedFile("card.md", card)
    page = world.client(world.engineer).post(url("version-register"), data)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert "Kept words" in page.content.decode()
    assert ModelVersion.objects.count() == 0


def test_a_similar_name_is_asked_about_once(world):
    system(world)
    client = world.client(world.engineer)
    data = system_data(world, name="Decisions on consumer loans")
    asked = client.post(url("system-register"), data)
    assert asked.status_code == 200
    assert "Is it one of these?" in asked.content.decode()
    assert AISystem.objects.count() == 1
    assert client.post(url("system-register"), {**data, "distinct": "on"}).status_code == 303


def edit_data(made, **values):
    data = {}
    for name in ("name", "purpose", "people_affected", "decision_role", "tier_reason"):
        data[name] = data[f"initial-{name}"] = getattr(made, name)
    data["owner"] = data["initial-owner"] = made.owner_id
    data["tier"] = data["initial-tier"] = made.tier or ""
    return {**data, **values}


def test_a_form_saved_after_somebody_elses_change_keeps_both(world):
    made = system(world)
    mine = edit_data(made, purpose="Mine.")
    edit_system(by=world.owner, system=made, base={"name": made.name}, values={"name": "Theirs"})
    sent = world.client(world.engineer).post(url("system-edit", pk=made.pk), mine)
    assert sent.status_code == 303
    stored = AISystem.objects.get(pk=made.pk)
    assert (stored.name, stored.purpose) == ("Theirs", "Mine.")


def test_a_clash_is_409_with_both_texts_and_saving_again_keeps_mine(world):
    made = system(world)
    client, base = world.client(world.engineer), made.purpose
    mine = edit_data(made, purpose="My purpose.")
    edit_system(
        by=world.owner, system=made, base={"purpose": base}, values={"purpose": "Their purpose."}
    )
    clash = client.post(url("system-edit", pk=made.pk), mine)
    page = clash.content.decode()
    assert clash.status_code == 409
    assert page.count("My purpose.") == 2
    assert page.count("Their purpose.") == 2  # in the panel, and as the new base
    assert AISystem.objects.get(pk=made.pk).purpose == "Their purpose."
    again = client.post(
        url("system-edit", pk=made.pk), {**mine, "initial-purpose": "Their purpose."}
    )
    assert again.status_code == 303
    assert AISystem.objects.get(pk=made.pk).purpose == "My purpose."


def test_the_edit_page_carries_the_values_that_were_seen(world):
    page = html(get(world, "system-edit", pk=system(world).pk))
    assert 'name="initial-purpose"' in page


def test_a_step_asks_for_a_reason_where_one_is_needed(world):
    client, made = world.client(world.engineer), system(world)
    to = url("system-move", pk=made.pk, verb="retire")
    assert client.post(to, {"reason": ""}).status_code == 422
    assert client.post(to, {"reason": "Replaced."}).status_code == 303
    assert "Replaced." in html(client.get(made.get_absolute_url()))
    assert client.get(to).status_code == 404


def test_a_version_is_submitted_by_its_page_and_loses_its_edit_buttons(world):
    client, made = world.client(world.engineer), version(world)
    assert "Import card" in html(client.get(made.get_absolute_url()))
    assert client.post(url("version-move", pk=made.pk, verb="submit")).status_code == 303
    page = html(client.get(made.get_absolute_url()))
    assert "Import card" not in page
    refused = client.post(url("card-import", pk=made.pk), {"card_text": "# N"})
    assert refused.status_code == 422
    assert "is frozen" in refused.content.decode()


def test_an_earlier_revision_can_be_read(world):
    made = version(world)
    import_card(by=world.engineer, version=made, data=b"# Other\n\nNew words.", file_name="b.md")
    newest = html(get(world, "version-detail", query="?tab=card", pk=made.pk))
    assert "New words." in newest
    old = html(get(world, "version-detail", query="?revision=1", pk=made.pk))
    assert "New words." not in old
    assert LANTERN in old
    assert get(world, "version-detail", query="?revision=77", pk=made.pk).status_code == 200


def test_downloads_are_attachments_that_no_browser_runs(world):
    card = new_version(world, "1", card=b"# N\n<script>alert(1)</script>", file_name="x.html")
    sent = get(world, "card-original", pk=card.cards.get().pk)
    assert sent.content == b"# N\n<script>alert(1)</script>"
    assert sent["Content-Disposition"].startswith("attachment")
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in sent["Content-Security-Policy"]
    assert sent["Content-Type"] == "text/markdown"
    table = get(world, "dataset-original", pk=dataset(world).pk)
    assert b"".join(table.streaming_content) == TABLE
    assert table["Content-Disposition"].startswith("attachment")
    assert "sandbox" in table["Content-Security-Policy"]


def test_the_card_is_exported_as_json_with_its_report(world):
    found = json.loads(get(world, "card-json", pk=version(world).cards.get().pk).content)
    assert found["figures"][0]["text"] == "0.810"
    assert found["extra"] == {"review_board": "LRB-2026-11"}
    assert found["report"]["kept"]


def test_an_engineer_uploads_a_table_and_sees_its_columns(world):
    sent = world.client(world.engineer).post(
        url("dataset-upload"),
        {
            "unit": world.lending.pk, "name": "Loans", "label": "1", "role": "reference",
            "file": SimpleUploadedFile("loans.csv", TABLE, "text/csv"),
        },
    )  # fmt: skip
    assert sent.status_code == 303
    page = html(world.client(world.auditor).get(sent["Location"]))
    assert "age_band" in page
    assert DatasetVersion.objects.get().fingerprint in page


def test_a_table_without_rows_is_told_beside_the_field(world):
    sent = world.client(world.engineer).post(
        url("dataset-upload"),
        {
            "unit": world.lending.pk, "name": "Loans", "label": "1", "role": "reference",
            "file": SimpleUploadedFile("loans.csv", b"a,b\n", "text/csv"),
        },
    )  # fmt: skip
    assert sent.status_code == 422
    assert "no rows" in sent.content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=fraud", {"Fraud alerts"}),
        ("?q=SYS-{pk:04d}", {"Consumer loan decisions"}),
        ("?tier=1", {"Fraud alerts"}),
        ("?tier=none", {"Consumer loan decisions"}),
        ("?state=retired", set()),
        ("?q=%00", None),
        ("?tier=7", set()),
    ],
)
def test_systems_are_filtered(world, query, names):
    made = system(world)
    new_system(world, "Fraud alerts", tier=1, tier_reason="Blocks accounts.")
    page = html(get(world, "system-list", query=query.format(pk=made.pk)))
    shown = {n for n in ("Fraud alerts", "Consumer loan decisions") if f">{n}<" in page}
    assert names is None or shown == names


def test_exports_hold_no_formulas(world):
    new_system(world, '=HYPERLINK("http://x","y")')
    sent = get(world, "system-list", query="?format=csv")
    assert b"'=HYPERLINK" in b"".join(sent.streaming_content)
    assert json.loads(get(world, "system-list", query="?format=json").content)[0]["State"]


def test_a_stranger_sees_none_of_it(world):
    submitted_version(world)
    dataset(world)
    for name in ("system-list", "version-list", "dataset-list"):
        page = html(get(world, name, who="stranger"))
        assert "Lantern" not in page
        assert "Loans" not in page
        assert "Consumer loan decisions" not in page


def test_hostile_text_is_shown_and_never_run(world):
    made = new_system(world, EVIL, purpose=EVIL, people_affected=EVIL, tier=1, tier_reason=EVIL)
    card = (
        f"---\nmodel_name: '{EVIL.replace(chr(39), '')}'\nodd: '<script>x</script>'\n---\n"
        f"# {EVIL}\n\n## {EVIL}\n\n{EVIL}\n[x](javascript:alert(1))\n\n## Risks\n\n{EVIL}"
    )
    by_card = new_version(world, "1<script>", card=card.encode(), file_name=f"{EVIL}.md")
    table = new_dataset(
        world,
        EVIL[:60],
        name=EVIL,
        notes=EVIL,
        file_name="e.csv",
        table=f'"{EVIL[:25]}"\n1\n2\n'.encode(),
    )
    pages = [
        get(world, "system-list"), get(world, "version-list"), get(world, "dataset-list"),
        get(world, "system-detail", pk=made.pk), get(world, "system-edit", pk=made.pk),
        *(get(world, "version-detail", query=f"?tab={t.key}", pk=by_card.pk) for t in TABS),
        get(world, "version-edit", pk=by_card.pk),
        get(world, "card-import", pk=by_card.pk), get(world, "dataset-detail", pk=table.pk),
        get(world, "system-move", pk=made.pk, verb="retire"),
    ]  # fmt: skip
    for response in pages:
        page = html(response)
        assert "<script>alert" not in page
        assert "<script>x" not in page
        assert "<img" not in page
        assert 'href="javascript' not in page


def test_the_list_of_tables_asks_no_more_with_many_rows(world, django_assert_max_num_queries):
    client = world.client(world.engineer)

    def asked(numbers):
        for number in numbers:
            new_dataset(world, str(number))
        client.get(url("dataset-list"))
        with django_assert_max_num_queries(12) as queries:
            page = client.get(url("dataset-list"))
        assert f"of {numbers[-1]}" in page.content.decode()
        return len(queries)

    few = asked(range(1, 4))
    assert asked(range(4, 13)) <= few


TAB_QUERIES = {
    "overview": 14, "card": 16, "files": 11, "serving": 10, "checks": 14, "history": 13,
}  # fmt: skip


def test_the_sections_of_a_version_stand_on_tabs_that_any_link_reaches(world):
    made, client = version(world), world.client(world.engineer)
    assert set(TAB_QUERIES) == {tab.key for tab in TABS}
    anchors = {anchor for tab in TABS for anchor in tab.anchors}
    for tab in TABS:
        page = html(client.get(f"{made.get_absolute_url()}?tab={tab.key}"))
        assert f'aria-current="page">{tab.label}<' in page
        away = anchors - set(tab.anchors)
        assert [anchor for anchor in away if page.count(f'id="{anchor}"') != 1] == []
        assert [anchor for anchor in anchors if page.count(f'id="{anchor}"') > 1] == []
    assert client.get(f"{made.get_absolute_url()}?tab=nonsense").status_code == 404


def test_what_packages_above_say_stands_on_the_tab_that_it_belongs_to(world):
    made, client = version(world), world.client(world.engineer)
    words = {tab.key: html(client.get(f"{made.get_absolute_url()}?tab={tab.key}")) for tab in TABS}
    for heading, key in (("Checks", "checks"), ("Incidents", "checks"), ("Card as PDF", "card")):
        places = [tab for tab, page in words.items() if f"<h2>{heading}</h2>" in page]
        assert places == [key]


def test_record_pages_ask_no_more_queries_with_more_cards_versions_and_tables(
    world, django_assert_max_num_queries
):
    made = version(world)
    use_dataset(by=world.engineer, dataset=dataset(world), version=made)
    client = world.client(world.engineer)
    tabs = {f"{made.get_absolute_url()}?tab={key}": most for key, most in TAB_QUERIES.items()}
    pages = {**tabs, system(world).get_absolute_url(): 28}

    def asked():
        found = []
        for page, most in pages.items():
            with django_assert_max_num_queries(most) as queries:
                assert client.get(page).status_code == 200
            found.append(len(queries))
        return found

    asked()
    few = asked()
    for number in range(4):
        data = card_bytes() + f"\nNote {number}.\n".encode()
        import_card(by=world.engineer, version=made, data=data, file_name="c.md")
        new_version(world, f"4.{number}")
        table = new_dataset(world, f"more {number}")
        use_dataset(by=world.engineer, dataset=table, version=made)
    assert [(now, once) for now, once in zip(asked(), few, strict=True) if now > once] == []
