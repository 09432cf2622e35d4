"""``manage.py make_report``."""

import io

import pytest
from django.core.management import CommandError, call_command

from reports.models import Report
from tests.builders.frameworks import catalogue
from tests.builders.models_registry import system


def test_the_command_asks_for_a_report_as_somebody(world) -> None:
    out = io.StringIO()
    call_command("make_report", str(system(world).pk), "--by", world.auditor.email, stdout=out)
    assert out.getvalue().strip() == f"{Report.objects.get().reference} queued"


def test_the_command_does_not_show_a_system_to_a_stranger(world) -> None:
    with pytest.raises(CommandError, match="no system"):
        call_command("make_report", str(system(world).pk), "--by", world.stranger.email)


def test_the_command_names_an_unknown_address(world) -> None:
    with pytest.raises(CommandError, match="Nobody has the address"):
        call_command("make_report", "1", "--by", "nobody@acme.example")


@pytest.mark.slow
def test_the_command_prints_at_once_when_asked_to(world) -> None:
    catalogue(world)
    out = io.StringIO()
    call_command(
        "make_report", str(system(world).pk), "--by", world.auditor.email, "--now", stdout=out
    )
    made = Report.objects.get()
    assert out.getvalue().strip() == f"{made.reference} done {made.file_digest}"
