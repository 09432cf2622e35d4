"""What the demonstration organisation answers once, and evidence that somebody accepted."""

import datetime as dt
import io
import json
from pathlib import Path

from django.utils import timezone

from accounts.models import Unit, User
from frameworks.actions import add_crosswalk, create_profile, publish_profile, set_items
from frameworks.models import FrameworkVersion, MappingSet, Profile
from governance.assessments.actions import (
    Source,
    add_evidence,
    decide_evidence,
    offer_evidence,
    open_assessment,
    plan_step,
    save_answer,
)
from governance.assessments.models import Answer, Assessment, Evidence
from governance.comments.actions import add_comment
from governance.comments.places import Subject
from governance.risks.actions import accept_risk, add_treatment, register_risk, set_matrix
from models_registry.models import AISystem

QUARTER = dt.timedelta(days=91)
READING = """source,target,relationship,certainty,note
GOVERN 1.1,17(1)(a),intersects-with,high,
GOVERN 1.4,17(1)(g),subset-of,medium,
MEASURE 2.11,10(2)(f),subset-of,high,Bias in the data only
MEASURE 2.11,27(1)(d),intersects-with,low,
MANAGE 4.1,72(1),equivalent-to,high,
"""
# Level, why, and the subcategories that are to reach it.
TARGETS = (
    (3, "The bank supervisor asks for records, not only for rules.",
     ("GOVERN 1.1", "GOVERN 1.4", "MAP 1.1", "MAP 5.1", "MANAGE 4.1")),
    (4, "Unequal treatment in credit is our gravest risk.",
     ("MEASURE 2.3", "MEASURE 2.4", "MEASURE 2.11")),
    (2, "Few people are concerned so far.", ("MEASURE 2.12", "MANAGE 2.4")),
)  # fmt: skip


def of_the_company(people: dict[str, User], company: Unit, folder: Path) -> Assessment:
    """An assessment of the company itself, whose answers its systems inherit."""
    officer = people["ines"]
    today = timezone.now().date()
    assessment = open_assessment(
        by=officer,
        unit=company,
        title=f"Policies and bodies {today.year}",
        period_start=today.replace(month=1, day=1),
        period_end=today.replace(month=12, day=31),
    )
    for answer in json.loads((folder / "organisation-answers.json").read_text()):
        key = answer.pop("key")
        save_answer(by=officer, assessment=assessment, key=key, mine=answer, base=Answer().values)
    minutes = _kept(people["ada"], company, "Minutes of the model committee", "minutes", 1)
    _accepted(people, assessment, "GOVERN 1.2", minutes, "The policy was adopted.")
    return assessment


def evidence_for(people: dict[str, User], assessment: Assessment) -> None:
    """Two quarters of slice tests, of which the approver accepted both, and one still open."""
    unit, ada = assessment.unit, people["ada"]
    for quarters in (2, 1):
        piece = _kept(ada, unit, f"Slice tests, quarter {quarters} before today", "test", quarters)
        for key in ("MEASURE 2.11", "MEASURE 2.3"):
            _accepted(people, assessment, key, piece, "Default rates by age band and purpose.")
    plan = _kept(ada, unit, "Plan for monitoring after release", "policy", 1)
    offer_evidence(
        by=people["ines"],
        assessment=assessment,
        key="MEASURE 2.4",
        evidence=plan,
        shows="Who watches which figures, and how often.",
    )


def _kept(by: User, unit: Unit, title: str, kind: str, quarters: int) -> Evidence:
    """A small text that speaks of one quarter, counted back from today."""
    end = timezone.now().date() - QUARTER * (quarters - 1)
    text = f"{title}\nMade for the demonstration: there is no company of this name.\n"
    return add_evidence(
        by=by,
        unit=unit,
        source=Source(stream=io.BytesIO(text.encode()), file_name=f"{kind}-{quarters}.txt"),
        title=title,
        kind=kind,
        effective_from=end - QUARTER + dt.timedelta(days=1),
        effective_to=end,
        expires_on=end + 4 * QUARTER,
    )


def _accepted(
    people: dict[str, User], assessment: Assessment, key: str, piece: Evidence, shows: str
) -> None:
    link = offer_evidence(
        by=people["ines"], assessment=assessment, key=key, evidence=piece, shows=shows
    )
    decide_evidence(by=people["tomas"], link=link, verdict="accepted")


def risks_of(people: dict[str, User], system: AISystem) -> None:
    """Two risks of a system: one with a measure under way, one that the approver took as it is."""
    officer, owner, today = people["ines"], people["milo"], timezone.localdate()
    unequal = register_risk(
        by=officer,
        unit=system.unit,
        system=system,
        owner=owner,
        title="Younger applicants are refused more often than their repayment explains",
        description="The training data ends before the youngest age band grew.",
        harms=["unfairness", "money"],
        subcategories=["MAP 5.1", "MEASURE 2.11"],
        **_rated(inherent=(4, 4), residual=(3, 4), target=(2, 3)),
    )
    due, until = today + dt.timedelta(days=45), today + dt.timedelta(days=180)
    retrain = "Retrain with this year's loans"
    add_treatment(by=officer, risk=unequal, title=retrain, owner=people["ada"], due_date=due)
    slow = register_risk(
        by=officer,
        unit=system.unit,
        system=system,
        owner=owner,
        title="Decisions wait when the scoring service is down",
        description="Staff decide by hand, which takes two days longer.",
        harms=["organisation"],
        subcategories=["MANAGE 2.4"],
        strategy="keep",
        **_rated(inherent=(3, 2)),
    )
    why = "It is rare, short, and nobody is harmed by it."
    accept_risk(by=people["tomas"], risk=slow, reason=why, expires_on=until)
    said = "@Ada Fenn, is this year's data in? The bank's board asks for a date."
    add_comment(by=officer, subject=Subject(unequal), body=said)
    answered = "@Ines Okafor, since Monday; retraining takes a week."
    add_comment(by=people["ada"], subject=Subject(unequal), body=answered)


def other_matrix(people: dict[str, User], system: AISystem) -> None:
    """The unit of ``system`` rates by three steps, and so one risk of it."""
    officer = people["ines"]
    words = {
        "likelihoods": ["Seldom", "Now and then", "Often"],
        "impacts": ["A letter", "Many letters", "A complaint to the ombudsman"],
        "medium_from": 3,
        "high_from": 6,
        "critical_from": 9,
    }
    why = "Letters can be corrected; five steps said more than anybody knows."
    set_matrix(by=officer, unit=system.unit, reason=why, values=words)
    register_risk(
        by=officer,
        unit=system.unit,
        system=system,
        title="A draft promises what the terms do not grant",
        description="An agent under pressure of time sends a draft as it is.",
        harms=["money", "organisation"],
        subcategories=["MEASURE 2.5"],
        **_rated(inherent=(2, 3), residual=(2, 2)),
    )


def _rated(**stages: tuple[int, int]) -> dict[str, int]:
    """Likelihood and impact of each stage, by the names of the fields."""
    found = {f"{stage}_likelihood": rating[0] for stage, rating in stages.items()}
    return found | {f"{stage}_impact": rating[1] for stage, rating in stages.items()}


def own_reading(by: User, source: FrameworkVersion) -> MappingSet:
    """A crosswalk of the company's own, which does not agree with the one that ships."""
    return add_crosswalk(
        by=by,
        data=READING.encode(),
        file_name="ai-act.csv",
        source_version=source,
        target_version=FrameworkVersion.objects.get(framework__key="eu-ai-act"),
        title="Reading of the legal department",
        author="Legal department, Lantern Lending",
        method="Two people read both texts and wrote down what both found.",
    )


def target_of(people: dict[str, User], company: Unit, assessment: Assessment) -> Profile:
    """What the company wants to reach this year, and who closes the widest gaps."""
    officer, today = people["ines"], timezone.localdate()
    profile = create_profile(
        by=officer,
        unit=company,
        framework_version=assessment.framework_version,
        title=f"Where we want to be at the end of {today.year}",
        purpose=Profile.Purpose.TARGET,
        as_of=today.replace(month=12, day=31),
        description="Systems that decide about people's money.",
    )
    items = {key: (level, reason) for level, reason, keys in TARGETS for key in keys}
    set_items(by=officer, profile=profile, version=profile.version, items=items)
    profile = profile.reloaded()
    publish_profile(by=officer, profile=profile, version=profile.version)
    steps = (
        ("MEASURE 2.4", "Watch default rates by age band every week", "ada", 30),
        ("MANAGE 4.1", "Name who reads the weekly figures and what they do then", "milo", 60),
    )
    for key, what, owner, days in steps:
        plan_step(
            by=officer,
            assessment=assessment,
            key=key,
            what=what,
            owner=people[owner],
            due_date=today + dt.timedelta(days=days),
        )
    return profile
