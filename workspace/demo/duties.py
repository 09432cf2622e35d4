"""A report of others and a running clock, made by the usual actions."""

import datetime as dt
from pathlib import Path

from django.utils import timezone

from accounts.models import Unit, User
from incidents.actions import declare_incident
from incidents.actions.cases import apply_import, plan_import
from incidents.actions.clocks import assess_duty, state_fact
from incidents.models import Incident, NotificationClock
from models_registry.models import ModelVersion

REPORT = "harbour-score-report.json"


def report_and_clock(
    people: dict[str, User], unit: Unit, version: ModelVersion, folder: Path
) -> NotificationClock:
    """An invented report that resembles the incident of ``version``, and its GDPR clock."""
    officer = people["ines"]
    files = [(REPORT, (folder / REPORT).read_bytes())]
    batch = plan_import(
        by=officer, unit=unit, files=files, licence="Written for this demonstration"
    )
    apply_import(by=officer, batch=batch)
    now = timezone.now().replace(microsecond=0)
    about: Incident = declare_incident(
        by=people["ada"],
        what=(
            "Letters with income data went to the wrong applicants\n"
            "The feed of income mixed up two applicants for an hour; 14 letters quoted the income "
            "of somebody else."
        ),
        severity="sev2",
        severity_reason="Personal data reached other people.",
        version=version,
        occurred_at=now - dt.timedelta(hours=9),
    )
    state_fact(
        by=officer, incident=about, fact="aware", at=now - dt.timedelta(hours=6),
        zone="Europe/Brussels", note="The first applicant called.",
    )  # fmt: skip
    return assess_duty(
        by=officer, incident=about, rule="eu-gdpr-33", applies=True, zone="Europe/Brussels"
    )
