"""From an upload to a replayed failure, in a real browser."""

import numpy as np
import pytest
from django.urls import reverse

from evaluations.models import CheckRun, Monitor
from jobs.testing import run_all
from tests.builders.evaluations import as_csv, cancer
from tests.builders.models_registry import new_dataset, version
from tests.builders.monitors import tick


def worse_in_the_south():
    """The table with every prediction of one clinic turned."""
    table = cancer()["current"].copy()
    south = table["clinic"] == "south"
    table["y_pred"] = np.where(south, 1 - table["y_pred"], table["y_pred"])
    return as_csv(table)


def press(page, label):
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=label, exact=True).first.click()


def follow(page, label):
    with page.expect_navigation():
        page.get_by_role("link", name=label).first.click()


def checked_upload(visit, world):
    """Upload a table and run one check on it, by hand."""
    page = visit.go(reverse("models_registry:dataset-upload"))
    page.select_option("[name=unit]", label=world.lending.name)
    page.fill("[name=name]", "scored")
    page.fill("[name=label]", "first")
    content = as_csv(cancer()["current"])
    files = [{"name": "scored.csv", "mimeType": "text/csv", "buffer": content}]
    page.set_input_files("[name=file]", files)
    with page.expect_navigation():
        page.locator("main form button.primary").click()
    page = visit.go(reverse("evaluations:run-start"))
    page.select_option("[name=model_version]", str(version(world).pk))
    page.select_option("[name=current]", label="scored first")
    press(page, "Choose columns and limits")
    for name in ("perf.classification", "calibration"):
        page.locator(f"[name=checks][value='{name}']").uncheck()
    page.locator("[name=slices][value=clinic]").check()
    press(page, "Run checks")
    run_all()
    page.reload()
    return page


@pytest.mark.browser
@pytest.mark.slow
def test_an_upload_becomes_a_monitor_whose_failure_leads_to_the_worst_slice_and_is_replayed(
    visitors,
):
    world = visitors.world
    version(world)
    with visitors.visit(world.engineer) as visit:
        page = checked_upload(visit, world)
        follow(page, "Monitor this")
        page.fill("[name=pattern]", "%Y-%m-%d")
        press(page, "Add monitor")
        made = Monitor.objects.get()
        label = made.cursor.strftime("%Y-%m-%d")
        new_dataset(world, label, name="scored", table=worse_in_the_south(), role="production")
        tick(world, made.next_at)
        page.reload()
        follow(page, "slice.performance")
        follow(page, "Open the worst")
        assert "south" in page.locator("h1").inner_text()
        page.go_back()
        press(page, "Judge again")
        assert "every figure is the same" in page.locator("body").inner_text()
        assert not visit.problems()
    assert CheckRun.objects.get(window__monitor=made).verdict == "fail"
