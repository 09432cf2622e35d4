"""Every record has an address of its own and shows there what happened to it."""

import pytest
from django.urls import reverse

from tests.security.route import Route
from tests.security.test_routes import all_routes
from tests.world import World

# Reference data, what is computed from two editions or one run, the catalogue of checks, events
# themselves, and work that is no record.
OTHERS = {
    "evaluations:figure-detail",
    "frameworks:crosswalk-detail",
    "frameworks:migration-detail",
    "frameworks:node-detail",
    "frameworks:version-detail",
    "evaluations:check-detail",
    "workspace:event-detail",
    "workspace:job-detail",
}
# An incident tells its history in its timeline, which is append-only and names what was done.
TIMELINE = {"incidents:incident-detail": '<ol class="timeline">'}
PAGES = {
    route.name: route
    for route in all_routes()
    if route.page and route.name.endswith("-detail") and route.name not in OTHERS
}


def test_these_are_the_records_of_the_product() -> None:
    assert len(PAGES) >= 18


@pytest.mark.parametrize("route", PAGES.values(), ids=lambda route: route.name)
def test_the_page_of_a_record_tells_its_history_or_leads_to_it(world: World, route: Route) -> None:
    url = reverse(route.name, kwargs=route.args(world))
    page = world.client(world.persona(route.page_as)).get(url, route.query).content.decode()
    told = ('id="history"', f'href="{url}history/', TIMELINE.get(route.name, 'id="history"'))
    assert any(sign in page for sign in told)
