"""The first administrator, and the demonstration."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import can
from evaluations.actions import weigh_windows
from evaluations.models import CheckRun, Proposal
from governance.assessments.models import Answer
from incidents.models import Incident, NotificationClock, Signal
from jobs.testing import run_all
from ledger.verification import verify
from models_registry.models import AISystem
from tests.world import World


def create(name: str = "Acme") -> None:
    call_command("create_organisation", name, "root@acme.example", "Root")


@pytest.mark.django_db
def test_the_first_administrator_may_add_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_ADMIN_PASSWORD", "quiet-harbour-77")
    create()
    root = User.objects.get(email="root@acme.example")
    assert can(root, Permission.MEMBER_MANAGE, Unit.objects.get(name="Acme"))


@pytest.mark.django_db
def test_a_weak_first_password_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_ADMIN_PASSWORD", "short")
    with pytest.raises(CommandError, match="too short"):
        create()
    assert not Unit.objects.exists()


def test_the_demonstration_refuses_a_database_with_people(world: World) -> None:
    with pytest.raises(CommandError, match="already has people"):
        call_command("load_demo")


@pytest.mark.slow
@pytest.mark.django_db
def test_the_demonstration_is_made_by_real_work(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    call_command("load_catalogue", verbosity=0)
    call_command("load_demo", verbosity=0)
    assert "Password of all" in (tmp_path / "demo-login.txt").read_text()
    assert AISystem.objects.count() == 2
    assert Answer.objects.filter(assessment__subject="system").count() == 47
    run_all()
    call_command("sweep_incidents", verbosity=0)
    weigh_windows(by=User.objects.service())
    assert Proposal.objects.get().trigger == "performance"
    by_hand = CheckRun.objects.filter(window=None)
    verdicts = dict(by_hand.values_list("check_name", "verdict"))
    assert verdicts["drift"] == "fail"
    assert "error" not in verdicts.values()
    failed = [name for name, verdict in verdicts.items() if verdict == "fail"]
    assert Incident.objects.filter(check_run__in=by_hand).count() == len(failed)
    assert Signal.objects.exclude(incident=None).get().incident.title.startswith("No data arrived")
    (running,) = NotificationClock.objects.all()
    assert running.state == "running"
    assert verify().intact
