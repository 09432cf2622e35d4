"""What the demonstration says about serving."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone

from models_registry.queries.deployments import in_production_at, newest_check, still_holds
from workspace.demo.organisation import build


@pytest.mark.slow
@pytest.mark.django_db
def test_the_demonstration_has_a_production_history_and_a_verified_way_back() -> None:
    call_command("load_catalogue", verbosity=0)
    ada = build().people["ada"]
    now = in_production_at(ada, timezone.now()).get()
    before = in_production_at(ada, timezone.now() - dt.timedelta(days=100)).get()
    assert (before.model_version.number, now.model_version.number) == ("2.1", "2.2")
    check = newest_check(now)
    assert check is not None
    assert check.target == before.model_version
    assert still_holds(check), check.reasons
