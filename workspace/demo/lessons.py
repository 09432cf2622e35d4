"""One incident from its playbook to its published postmortem; made by the usual actions."""

import datetime as dt
import io

from django.utils import timezone

from accounts.models import User
from incidents.actions import add_note, advance, contain, declare_incident
from incidents.actions.corrective import open_action
from incidents.actions.keeping import attach_file, pin_entry
from incidents.actions.playbooks import choose_playbook, record_exposure, record_harm, tick_step
from incidents.actions.postmortems import (
    add_learning,
    publish_postmortem,
    save_postmortem,
    submit_postmortem,
)
from incidents.models import Incident
from incidents.models.corrective import today
from models_registry.models import ModelVersion

ANSWERS = {
    "impact": "For five hours the service read loan terms in years as months. 23 applicants "
    "were refused although their loan was short; all were asked to apply again.",
    "factors": "- The caller changed its unit in a minor release, and nothing compared units.\n"
    "- The golden set holds no loan of less than a year, so its answers stayed the same.",
    "helped": "An officer wondered about three refusals in a row and asked. The way back had "
    "been verified the week before.",
    "changes": "A range of each input is checked before a score is given, and the golden set "
    "holds short loans.",
}
DONE = ("contain-1", "eradicate-1", "recover-1", "keep-1")


def lesson_learnt(people: dict[str, User], version: ModelVersion) -> Incident:
    """Ada responds, Milo vouches for the end, Tomas, who took no part, publishes."""
    ada, now = people["ada"], timezone.now().replace(microsecond=0)
    found = declare_incident(
        by=ada,
        what="Loan terms arrived in years instead of months\nShort loans were refused.",
        severity="sev3",
        severity_reason="Few applicants, and each was asked again the same day.",
        version=version,
        occurred_at=now - dt.timedelta(hours=6),
    )
    chosen = choose_playbook(by=ada, incident=found, playbook="bad-rollout")
    contain(
        by=ada, incident=found, containment_kind="human",
        text="Officers decide every loan of less than two years.",
        done_at=now - dt.timedelta(hours=1),
    )  # fmt: skip
    cause = add_note(
        by=ada, incident=found, text="The caller sends years since its release 4.2",
        happened_at=now - dt.timedelta(minutes=40),
    )  # fmt: skip
    pin_entry(by=ada, entry=cause)
    attach_file(
        by=ada, incident=found, upload=io.BytesIO(b"id,term\n1,1\n2,2\n3,1\n"),
        name="terms-as-received.csv", source="Copied from the log of the gateway",
    )  # fmt: skip
    for step in DONE:
        tick_step(by=ada, chosen=chosen, step=step)
    _harm(ada, found, now)
    advance(by=ada, incident=found, verb="recover", reason="The caller sends months again.")
    advance(
        by=people["milo"], incident=found, verb="resolve", override=True,
        reason="Compared 200 scores by hand; no check reads units yet.",
    )  # fmt: skip
    _written(people, found)
    return found


def _harm(ada: User, found: Incident, now: dt.datetime) -> None:
    record_harm(
        by=ada, incident=found, harm_kind="money", group="Applicants for loans of under two years",
        text="Refused although they qualified, and asked to apply again.", count=23,
        certainty="confirmed", reversible=True,
    )  # fmt: skip
    record_exposure(
        by=ada, incident=found, since=now - dt.timedelta(hours=6),
        until=now - dt.timedelta(hours=1), per_day=1_900, method="Mean of the last four weeks",
    )  # fmt: skip


def _written(people: dict[str, User], found: Incident) -> None:
    ada = people["ada"]
    save_postmortem(by=ada, incident=found, mine=ANSWERS, base={})
    add_learning(
        by=ada, incident=found, factor="change", subcategories=["MANAGE 4.1"],
        text="A change of a caller is a change of the model's inputs: compare ranges first.",
    )  # fmt: skip
    open_action(
        by=ada, about=found, title="Check the range of each input before a score is given",
        owner=people["milo"], due_on=today() + dt.timedelta(days=10), aim="detect",
        priority="high", check_name="data.quality",
    )  # fmt: skip
    held = submit_postmortem(by=ada, incident=found)
    publish_postmortem(by=people["tomas"], incident=found, digest=held.digest)
