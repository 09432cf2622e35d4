"""A believable lender with two systems, made by the same actions that people use."""

import datetime as dt
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import create_unit, create_user, grant_role
from accounts.models import Unit, User
from accounts.roles import Role
from evaluations.actions import import_result, start_checks
from evaluations.models import CheckRun
from frameworks.actions import load_references
from frameworks.references import read_references
from governance.assessments.actions import Ask, apply_answers, open_assessment, save_answer
from governance.assessments.models import Answer, Assessment
from ledger.errors import Refused
from models_registry.actions import (
    move_system,
    register_system,
    register_version_from_card,
    submit_version,
    upload_dataset,
)
from models_registry.models import AISystem, DatasetVersion, Model, ModelVersion
from workspace.demo.duties import report_and_clock
from workspace.demo.governing import (
    evidence_for,
    of_the_company,
    other_matrix,
    own_reading,
    risks_of,
    target_of,
)
from workspace.demo.lessons import lesson_learnt
from workspace.demo.registry import describe_use, edit_card, waived_file
from workspace.demo.serving import describe, serving_history
from workspace.demo.silence import silent_monitor
from workspace.demo.tables import as_csv, as_parquet, predictions
from workspace.demo.watching import watch_scores

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "demo"

PEOPLE = (
    ("ada", "Ada Fenn", Role.ENGINEER),
    ("milo", "Milo Abara", Role.MODEL_OWNER),
    ("ines", "Ines Okafor", Role.COMPLIANCE_OFFICER),
    ("tomas", "Tomas Lind", Role.APPROVER),
    ("ruth", "Ruth Sandoval", Role.AUDITOR),
    ("piet", "Piet Harmsen", Role.ADMINISTRATOR),
)

ROLES = {
    "y_true": "defaulted",
    "y_pred": "predicted_default",
    "y_score": "score",
    "positive": "1",
    "features": [
        "income",
        "utilisation",
        "late_payments_24m",
        "loan_amount",
        "term_months",
        "purpose",
    ],
    "slices": ["age_band", "purpose"],
}


@dataclass
class Demo:
    """What was made, and the one password that opens every demonstration account."""

    password: str
    people: dict[str, User]
    unit: Unit


def build() -> Demo:
    """The whole demonstration organisation, in an empty database.

    Raises ``Refused`` when the database already holds people.
    """
    if User.objects.filter(is_service=False).exists():
        raise Refused(_("This database already has people. The demonstration needs an empty one."))
    service = User.objects.service()
    load_references(
        by=service,
        references=read_references(settings.BASE_DIR / "fixtures" / "frameworks"),
    )
    company = create_unit(by=service, name="Lantern Lending")
    credit = create_unit(by=service, name="Consumer credit", parent=company)
    care = create_unit(by=service, name="Customer service", parent=company)
    demo = Demo(secrets.token_urlsafe(9), {}, credit)
    for name, full_name, role in PEOPLE:
        person = create_user(
            by=service, email=f"{name}@lantern.example", name=full_name, password=demo.password
        )
        until = timezone.now() + dt.timedelta(days=120) if role == Role.AUDITOR else None
        grant_role(by=service, user=person, unit=company, role=role, until=until)
        demo.people[name] = person
    system, version = _scoring(demo, credit)
    replies = _replies(demo, care)
    _checks(demo, credit, version)
    watch_scores(demo.people, credit, version, ROLES)
    of_the_company(demo.people, company, FOLDER)
    assessment = _assessment(demo, system)
    evidence_for(demo.people, assessment)
    target_of(demo.people, company, assessment)
    own_reading(demo.people["piet"], assessment.framework_version)
    risks_of(demo.people, system)
    other_matrix(demo.people, replies)
    report_and_clock(demo.people, credit, version, FOLDER)
    silent_monitor(demo.people, version.model)
    lesson_learnt(demo.people, version)
    return demo


def _scoring(demo: Demo, unit: Unit) -> tuple[AISystem, ModelVersion]:
    system = register_system(
        by=demo.people["milo"],
        unit=unit,
        name="Loan application pre-check",
        purpose=(
            "Ranks and prices applications for unsecured consumer loans between 1,000 and 40,000 "
            "euros. A credit officer sees the score with three reasons and decides."
        ),
        people_affected="Applicants for consumer loans; about 9,000 a month.",
        decision_role=AISystem.DecisionRole.RECOMMENDS,
        tier=1,
        tier_reason="Decides with others about access to credit of private persons.",
    )
    move_system(
        by=demo.people["milo"], system=system, verb="put_into_use", reason="Released on 12 May"
    )
    card = "lantern-credit-scoring-2.3.md"
    serving = serving_history(demo.people, unit, system, FOLDER / card)
    version = _version(demo, unit, system, card, Model.Kind.ML)
    describe(demo.people["ada"], version, serving)
    describe_use(demo.people, system, version.model)
    edit_card(demo.people["ada"], version)
    waived_file(demo.people, version.reloaded())
    return system, submit_version(by=demo.people["ada"], version=version.reloaded())


def _replies(demo: Demo, unit: Unit) -> AISystem:
    system = register_system(
        by=demo.people["ines"],
        unit=unit,
        name="Reply drafts for customer letters",
        purpose="Drafts answers to letters and e-mails; an agent edits and sends every one.",
        people_affected="Customers who write; about 2,500 letters a week.",
        decision_role=AISystem.DecisionRole.INFORMS,
        tier=3,
        tier_reason="Every draft is read and sent by a person; nothing is decided.",
    )
    version = _version(demo, unit, system, "beacon-reply-drafts-0.4.md", Model.Kind.LLM)
    attacks = FOLDER / "beacon-garak.report.jsonl"
    with attacks.open("rb") as stream:
        import_result(
            by=demo.people["ada"], version=version, stream=stream, file_name=attacks.name,
            limits=["* / passed* >= 0.8 warn 0.9"],
        )  # fmt: skip
    return system


def _version(demo: Demo, unit: Unit, system: AISystem, card: str, kind: str) -> ModelVersion:
    return register_version_from_card(
        by=demo.people["ada"],
        unit=unit,
        card=(FOLDER / card).read_bytes(),
        file_name=card,
        model_type=kind,
        system=system,
    )


def _checks(demo: Demo, unit: Unit, version: ModelVersion) -> list[CheckRun]:
    reference = _upload(
        demo,
        unit,
        "2024 second half",
        "reference",
        as_parquet(predictions(6000, seed=7)),
        ".parquet",
    )
    current = _upload(
        demo, unit, "2026 October", "production",
        as_csv(predictions(4000, seed=11, later=True)), ".csv",
    )  # fmt: skip
    return start_checks(
        by=demo.people["ada"],
        version=version,
        current=current,
        reference=reference,
        roles=ROLES,
        checks=["perf.classification", "calibration", "drift", "slice.performance"],
        params={},
    )


def _upload(
    demo: Demo, unit: Unit, label: str, role: str, stream: Any, ending: str
) -> DatasetVersion:
    return upload_dataset(
        by=demo.people["ada"],
        unit=unit,
        name="Scored loan applications",
        label=label,
        role=role,
        stream=stream,
        file_name=f"applications{ending}",
    )


def _assessment(demo: Demo, system: AISystem) -> Assessment:
    officer = demo.people["ines"]
    today = timezone.now().date()
    assessment = open_assessment(
        by=officer,
        system=system,
        title=f"Yearly assessment {today.year}",
        period_start=today.replace(month=1, day=1),
        period_end=today.replace(month=12, day=31),
        due_date=today + dt.timedelta(days=30),
    )
    for answer in json.loads((FOLDER / "answers.json").read_text()):
        key = answer.pop("key")
        save_answer(by=officer, assessment=assessment, key=key, mine=answer, base=Answer().values)
    _give_out(demo, assessment, today)
    return assessment


def _give_out(demo: Demo, assessment: Assessment, today: dt.date) -> None:
    """Three open questions about serving are for the engineer, due in three weeks."""
    values = {"owner_id": demo.people["ada"].pk, "due_date": today + dt.timedelta(days=21)}
    keys = ("MEASURE 3.2", "MEASURE 4.1", "MANAGE 2.2")
    apply_answers(
        by=demo.people["ines"], assessment=assessment, asks=[Ask(key, values) for key in keys]
    )
