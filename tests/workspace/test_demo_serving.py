"""What the demonstration says about serving, and about the register."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone

from models_registry.models import AISystem, Artifact, Model
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


@pytest.mark.slow
@pytest.mark.django_db
def test_the_demonstration_has_an_intake_a_second_card_revision_and_a_waived_file() -> None:
    call_command("load_catalogue", verbosity=0)
    build()
    system = AISystem.objects.get(name="Loan application pre-check")
    assert (system.tier, system.tier_computed) == (1, 1)
    use = system.uses.select_related("model").get()
    assert use.limits
    assert use.model.determination == Model.Determination.MODEL
    version = use.model.versions.get(number="2.3")
    first, second = version.cards.order_by("number")
    assert second.original.size > first.original.size
    (held,) = version.artifacts.all()
    assert held.verdict == Artifact.Verdict.FINDINGS
    assert held.waivers.get().expires_at > timezone.now()
