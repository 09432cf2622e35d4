"""The pages and the API that give cards in other formats."""

import json

import pytest

from tests.builders.card_files import every_format
from tests.builders.models_registry import new_version, version


def card(world):
    return version(world).cards.get()


def test_the_page_lists_every_format_with_what_becomes_of_the_card(world):
    html = world.client(world.auditor).get(f"/systems/cards/{card(world).pk}/export/").text
    assert "the original bytes" in html
    assert "Model Card Toolkit JSON 0.0.2" in html
    assert "no place of their own" in html


def test_the_loss_report_stands_before_the_download(world):
    page = world.client(world.auditor).get(
        f"/systems/cards/{card(world).pk}/export/?to=cyclonedx-1.7"
    )
    assert "Out-of-scope use" in page.text
    assert f"/systems/cards/{card(world).pk}/export/cyclonedx-1.7/" in page.text


def test_the_download_has_media_type_and_name_of_its_format(world):
    client = world.client(world.auditor)
    response = client.get(f"/systems/cards/{card(world).pk}/export/cyclonedx-1.7/")
    assert response["Content-Type"].startswith("application/vnd.cyclonedx+json")
    assert 'filename="lantern-credit-scoring-2-3.cdx.json"' in response["Content-Disposition"]
    assert json.loads(response.content)["specVersion"] == "1.7"


@pytest.mark.parametrize(
    "address", ["export/?to=html", "export/html/", "export/pdf/", "export/..%2f/"]
)
def test_a_format_that_is_not_written_is_not_found(world, address):
    client = world.client(world.auditor)
    assert client.get(f"/systems/cards/{card(world).pk}/{address}").status_code == 404


def test_the_api_gives_the_file_and_links_to_its_loss_report(world):
    api = world.api(world.auditor)
    file = api.get(f"/api/v1/cards/{card(world).pk}/export/?to=mct")
    assert json.loads(file.content)["schema_version"] == "0.0.2"
    report = file["Link"].split(">")[0].removeprefix("<")
    losses = api.get(report).json()
    assert {"field": "extra", "lost": False}.items() <= losses[-1].items()


def test_what_the_print_leaves_out_is_told_before_it_is_printed(world):
    data = every_format()["huggingface"].replace(b"---\n", b"---\nlogo: " + b"x" * 500 + b"\n", 1)
    made = new_version(world, "9.2", card=data, file_name="x.md").cards.get()
    page = world.client(world.auditor).get(f"/systems/cards/{made.pk}/export/?to=pdf").text
    assert "Printed by its beginning only: logo." in page
    assert f"revision={made.number}#pdf" in page.replace("&amp;", "&")
    address = f"/api/v1/cards/{made.pk}/export/?to=pdf"
    told = world.api(world.auditor).get(f"{address}&report=1").json()
    assert [loss["field"] for loss in told if loss["lost"]] == ["extra"]
    assert world.api(world.auditor).get(address).status_code == 422


@pytest.mark.parametrize("name", every_format())
def test_every_format_is_imported_and_shown_and_comes_back(world, name):
    data = every_format()[name]
    made = new_version(world, "9.1", card=data, file_name="x.bin", model_name="Lantern")
    card = made.cards.get()
    assert card.format == name
    client = world.client(world.auditor)
    assert client.get(made.get_absolute_url()).status_code == 200
    assert client.get(f"/systems/cards/{card.pk}/export/{name}/").content == data
