"""Every way to write that the URL table knows, tried on a signed assessment; and every approval,
tried by whoever made what is approved."""

import io
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.actions import grant_role
from accounts.roles import Role
from governance.assessments.actions.workbook import plan_mark, plan_workbook, upload_sheet
from governance.assessments.models import Answer, Assessment, EvidenceLink, Review, SignOff
from governance.assessments.queries.snapshot import signature_problems
from governance.assessments.queries.workbook import COLUMNS, cells_of
from governance.comments.models import Comment
from governance.risks.actions import edit_risk
from models_registry.spreadsheet.writing import as_xlsx
from tests.builders.assessments import answer, assessment, evidence, offered, signed, submitted
from tests.builders.risks import risk
from tests.world import PASSWORD

SPACES = (
    "assessments:",
    "api:assessment",
    "api:answer-sheet",
    "api:evidence",
    "api:comment-list",
    "comments:comment-add",
)
KEY, SLUG = "MEASURE 2.11", "measure-2.11"


def writable(
    resolver: URLResolver, prefix: str = ""
) -> Iterator[tuple[str, set[str], tuple[str, ...]]]:
    """Name, parameters and methods of all addresses of assessments, evidence and comments.

    Every page is sent a form; an address of the API says itself by which methods it writes.
    """
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from writable(pattern, space)
        elif isinstance(pattern, URLPattern) and f"{prefix}{pattern.name}".startswith(SPACES):
            groups = getattr(pattern.pattern, "regex", None)
            names = set(pattern.pattern.converters) or set(groups.groupindex if groups else ())
            methods = getattr(pattern.callback, "actions", {"post": ""})
            yield f"{prefix}{pattern.name}", names, tuple(sorted({*methods} - {"get", "head"}))


class Target:
    """An assessment with an answer, offered evidence and a workbook, and how to write to it."""

    def __init__(self, world: Any) -> None:
        self.world = world
        answer(world, level=3, text="Tested.")
        self.link = offered(world)
        self.other = evidence(world, by=world.officer, title="Another piece")
        self.assessment = assessment(world)
        self.book = as_xlsx(
            "A", COLUMNS, ([*line[:4], 2, *line[5:]] for line in cells_of(self.assessment))
        )
        self.sheet = upload_sheet(
            by=world.officer,
            assessment=self.assessment,
            stream=io.BytesIO(self.book),
            file_name="a.xlsx",
        )
        self.shown = plan_mark(plan_workbook(world.officer, self.sheet))

    def kwargs(self, name: str, wanted: set[str]) -> Iterator[dict[str, Any]]:
        """Values for the parameters of an address."""
        record: Any = self.assessment
        if "sheet" in name:
            record = self.sheet
        elif "offer-" in name and not name.endswith("offer-add"):
            record = self.link
        elif "evidence" in name and not name.endswith("evidence-add"):
            record = self.other
        known = {"pk": record.pk, "key": SLUG}
        for verb in ("apply", "discard") if "verb" in wanted else ("",):
            yield {one: {**known, "verb": verb}[one] for one in wanted}

    def data(self, *, api: bool) -> dict[str, Any]:
        """A body that every form and every call finds its own in."""
        row = Answer.objects.get(assessment=self.assessment, node__key=KEY)
        base = {f"base-{k}": "" if v is None else v for k, v in row.values.items()}
        person = self.world.officer.pk
        found: dict[str, Any] = {
            **base, "base-owner": "", "applicability": "applicable", "level": "1",
            "text": "Forged", "reason": "Why not.", "remark": "No.", "remarks": "No.",
            "title": "Another", "kind": "minutes", "effective_from": "2026-01-01",
            "url": "https://wiki.example/x", "shows": "It.", "password": PASSWORD,
            "meaning": "approved", "do": "apply", f"level-{SLUG}": "1", f"seen-{SLUG}": row.version,
            "carried": ["level"], "shown": self.shown, "dry_run": False,
            "source": "", "evidence": self.other.pk, "leaver": person, "to": self.world.owner.pk,
            "expected": "1", "subject": self.assessment.key, "part": SLUG, "body": "Hello",
            "system": self.assessment.system_id, "assessment": self.assessment.pk,
        }  # fmt: skip
        if api:
            row_asked = {"key": KEY, "level": 1, "version": row.version}
            return {**found, "base": {"text": row.text, "level": row.level}, "answers": [row_asked],
                    "level": 1, "verdict": "met"}  # fmt: skip
        return {**found, "verdict": "accepted", "file": SimpleUploadedFile("a.xlsx", self.book)}

    def state(self) -> list[list[dict[str, Any]]]:
        """Everything of the assessment as it is stored."""
        pk = self.assessment.pk
        return [
            list(rows.order_by("pk").values())
            for rows in (
                Assessment.objects.filter(pk=pk),
                Answer.objects.filter(assessment=pk),
                EvidenceLink.objects.filter(answer__assessment=pk),
                Review.objects.filter(answer__assessment=pk),
                SignOff.objects.filter(assessment=pk),
                Comment.objects.filter(subject=self.assessment.key),
            )
        ]


def attempts(target: Target, world: Any) -> Iterator[tuple[str, str, int, bool]]:
    """Every request that might write: name, method, status, whether anything changed. Undone."""
    page, api = world.client(world.approver), world.api(world.approver)
    for name, wanted, methods in list(writable(get_resolver())):
        over_api = name.startswith("api:")
        client, before = (api if over_api else page), target.state()
        for kwargs in target.kwargs(name, wanted):
            url = reverse(name, kwargs=kwargs)
            for method in methods:
                point = transaction.savepoint()
                how: dict[str, Any] = {"format": "json"} if over_api else {}
                if over_api and "pk" in wanted:
                    how["headers"] = {"If-Match": tag(target)}
                sent = getattr(client, method)(url, target.data(api=over_api), **how)
                changed = target.state() != before
                transaction.savepoint_rollback(point)
                yield name, method, sent.status_code, changed


def tag(target: Target) -> str:
    """Entity tags of everything that the address may be about."""
    records = (target.assessment, target.link, target.other, target.sheet)
    found = [f'"{r.pk}-{type(r)._base_manager.get(pk=r.pk).version}"' for r in records]
    return ", ".join([*found, of_answer(target.assessment)])


def of_answer(target: Assessment) -> str:
    """The entity tag of the answer."""
    row = Answer.objects.get(assessment=target, node__key=KEY)
    return f'"{target.pk}-{row.node_id}-{row.version}"'


@pytest.fixture
def double(world):
    """The approver is a compliance officer, too: nothing is refused for want of a role."""
    grant_role(
        by=world.service, user=world.approver, unit=world.lending, role=Role.COMPLIANCE_OFFICER
    )
    return world


@pytest.mark.slow
def test_no_way_to_write_that_the_url_table_knows_changes_a_signed_assessment(double):
    target = Target(double)
    # Otherwise this test would pass with requests that nobody could send.
    writes = (name for name, _method, _status, changed in attempts(target, double) if changed)
    assert len(list(islice(writes, 8))) == 8
    signature = signed(double)
    found = list(attempts(target, double))
    assert not [f"{method} {name}" for name, method, _status, changed in found if changed]
    assert not [f"{method} {name}" for name, method, status, _changed in found if status >= 500]
    assert signature_problems(SignOff.objects.get(pk=signature.pk)) == []


def everything(world) -> None:
    """The officer, who holds every role, does what can be done alone."""
    for role in (Role.APPROVER, Role.ENGINEER, Role.MODEL_OWNER):
        grant_role(by=world.service, user=world.officer, unit=world.lending, role=role)


@pytest.mark.parametrize(
    "name",
    ["assessments:answer-review", "assessments:offer-decide", "assessments:assessment-sign",
     "risks:risk-accept", "api:assessment-answer-review", "api:evidence-offer-accept",
     "api:evidence-offer-reject", "api:risk-accept"],
)  # fmt: skip
def test_nobody_approves_his_own_work_whatever_roles_he_holds(world, name):
    everything(world)
    answer(world, level=3, text="Tested.")
    link = offered(world, evidence(world, by=world.officer))
    submitted(world)
    made = risk(world, owner=world.officer)
    edit_risk(by=world.officer, risk=made, residual_likelihood=1, residual_impact=1)
    record = made if "risk" in name else link if "offer" in name else assessment(world)
    kwargs = {"pk": record.reloaded().pk} | ({"key": SLUG} if "answer" in name else {})
    over_api = name.startswith("api:")
    client = world.api(world.officer) if over_api else world.client(world.officer)
    version = record.reloaded().version
    body = {
        "verdict": "accepted" if "offer" in name else "met", "remark": "Fine.", "reason": "Fine.",
        "meaning": "approved", "password": PASSWORD, "expires_on": "2027-06-01", "remarks": "",
    }  # fmt: skip
    how: dict[str, Any] = {"format": "json"} if over_api else {}
    if over_api:
        own = f'"{record.pk}-{version}"'
        how["headers"] = {"If-Match": of_answer(record) if "answer" in name else own}
    sent = client.post(reverse(name, kwargs=kwargs), body, **how)
    assert sent.status_code in {403, 409, 422}
    assert record.reloaded().version == version
    assert not Review.objects.exists()
    assert not SignOff.objects.exists()
    assert not made.acceptances.exists()
