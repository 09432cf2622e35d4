"""Who reaches reports of others, similar incidents and clocks."""

from typing import Any

from incidents.actions.cases import plan_import
from incidents.actions.clocks import record_submission
from incidents.actions.reminders import sweep_reminders
from incidents.models import CaseImport, Notice, Submission
from tests.builders.cases import AVID, case, imported
from tests.builders.clocks import clock
from tests.builders.incidents import declared, incident
from tests.security.route import Route
from tests.world import World

NO = {"approver": 403, "auditor": 403, "administrator": 403}
LIST = {"anonymous": 302, "*": 200}
READ = {"anonymous": 302, "stranger": 404, "*": 200}
IMPORT = {"anonymous": 302, **NO, "*": 200}
EDIT = {"anonymous": 302, "stranger": 404, **NO, "*": 200}
EDIT_POST = {"anonymous": 302, "stranger": 404, **NO, "*": 303}
LIST_API = {"anonymous": 401, "*": 200}
READ_API = {"anonymous": 401, "stranger": 404, "*": 200}
UNMATCHED = {"anonymous": 401, "stranger": 404, "*": 428}


def case_pk(world: World) -> dict[str, Any]:
    return {"pk": case(world).pk}


def some_cases(world: World) -> dict[str, Any]:
    case(world)
    return {}


def batch_pk(world: World) -> dict[str, Any]:
    return {"pk": imported(world).pk}


def planned(world: World) -> CaseImport:
    def make() -> CaseImport:
        return plan_import(by=world.engineer, unit=world.lending, files=[("a.json", AVID)])

    return world.once("planned import", make)


def to_discard(world: World) -> dict[str, Any]:
    return {"pk": planned(world).pk, "verb": "discard"}


def clock_pk(world: World) -> dict[str, Any]:
    return {"pk": clock(world).pk}


def some_clocks(world: World) -> dict[str, Any]:
    clock(world)
    return {}


def incident_pk(world: World) -> dict[str, Any]:
    clock(world)
    return {"pk": incident(world).pk}


def rule(world: World) -> dict[str, Any]:
    return {**incident_pk(world), "rule": "eu-ai-act-73-2"}


def sent(world: World) -> Submission:
    return world.once("sent", lambda: record_submission(by=world.engineer, clock=clock(world)))


def sent_pk(world: World) -> dict[str, Any]:
    return {"pk": sent(world).pk}


def notice_pk(world: World) -> dict[str, Any]:
    def make() -> Notice:
        sweep_reminders(clock(world).due_at)
        return Notice.objects.filter(person=world.engineer).first()

    return {"pk": world.once("notice", make).pk}


def unlike(world: World) -> dict[str, Any]:
    return {"other": world.once("another", lambda: declared(world, what="Another")).pk}


def target(world: World) -> dict[str, Any]:
    return {**case_pk(world), "target": "avid"}


def incident_target(world: World) -> dict[str, Any]:
    return {**incident_pk(world), "target": "oecd"}


def fact(world: World) -> dict[str, Any]:
    return {"fact": "occurred", "at": "2026-11-01T10:00", "zone": "Europe/Brussels", "note": ""}


def api_fact(world: World) -> dict[str, Any]:
    return {"fact": "occurred", "at": "2026-11-01T10:00:00Z"}


def applies(world: World) -> dict[str, Any]:
    return {"applies": "yes", "reason": "", "zone": ""}


def api_duty(world: World) -> dict[str, Any]:
    return {"rule": "eu-ai-act-73-2", "applies": True}


def notice(world: World) -> dict[str, Any]:
    return {"zone": "UTC", "text": "Dear authority"}


def reason(world: World) -> dict[str, Any]:
    return {"reason": "By mistake"}


def look(world: World) -> dict[str, Any]:
    return {"text": "Refusals doubled"}


def batch_pk_and_nothing(world: World) -> dict[str, Any]:
    imported(world)
    return {}


def words(world: World) -> dict[str, Any]:
    return {"what": "Refusals doubled"}


ROUTES = [
    Route("incidents:case-list", LIST, some_cases, page=True),
    Route("incidents:case-detail", READ, case_pk, page=True),
    Route("incidents:case-original", READ, case_pk),
    Route("incidents:case-export", READ, case_pk, page=True),
    Route("incidents:case-export", READ, case_pk, query={"to": "avid"}, page=True),
    Route("incidents:case-export-file", READ, target),
    Route("incidents:case-import", IMPORT, page=True),
    Route("incidents:case-import", {**IMPORT, "*": 422}, method="post", data=reason),
    Route("incidents:case-import-detail", READ, batch_pk, page=True),
    Route(
        "incidents:case-import-decide",
        {**EDIT_POST, "owner": 409, "officer": 409},
        to_discard,
        "post",
    ),
    Route("incidents:incident-export", READ, incident_pk, page=True),
    Route("incidents:incident-export-file", READ, incident_target),
    Route("incidents:similar-look", LIST, page=True),
    Route("incidents:similar-look", LIST, method="post", data=words),
    Route("incidents:incident-not-similar", EDIT_POST, incident_pk, "post", unlike),
    Route("incidents:clock-list", LIST, some_clocks, page=True),
    Route("incidents:clock-detail", READ, clock_pk, page=True),
    Route("incidents:clock-submit", EDIT, clock_pk, page=True),
    Route("incidents:clock-submit", EDIT_POST, clock_pk, "post", notice),
    Route("incidents:clock-withdraw", EDIT, clock_pk, page=True),
    Route(
        "incidents:clock-withdraw",
        {**EDIT_POST, "owner": 409, "officer": 409},
        clock_pk,
        "post",
        reason,
    ),
    Route("incidents:clock-pack", READ, clock_pk),
    Route("reports:pack-file", {"anonymous": 302, "stranger": 404, "*": 200}, clock_pk),
    Route("incidents:submission-file", READ, sent_pk),
    Route(
        "incidents:notice-seen",
        {"anonymous": 302, "stranger": 404, "engineer": 303, "*": 403},
        notice_pk,
        "post",
    ),
    Route("incidents:incident-duties", READ, incident_pk, page=True),
    Route("incidents:fact-state", EDIT, incident_pk, page=True),
    Route("incidents:fact-state", EDIT_POST, incident_pk, "post", fact),
    Route("incidents:duty-assess", EDIT, rule, page=True),
    Route("incidents:duty-assess", EDIT_POST, rule, "post", applies),
    Route("api:case-report-list", LIST_API, some_cases),
    Route("api:case-report-detail", READ_API, case_pk),
    Route("api:case-report-export", READ_API, case_pk, query={"to": "avid"}),
    Route("api:case-import-list", LIST_API, batch_pk_and_nothing),
    Route("api:case-import-list", {"anonymous": 401, "*": 400}, method="post", data=reason),
    Route("api:case-import-detail", READ_API, batch_pk),
    Route("api:case-import-apply", UNMATCHED, batch_pk, "post"),
    Route("api:case-import-discard", UNMATCHED, batch_pk, "post"),
    Route("api:clock-list", LIST_API, some_clocks),
    Route("api:clock-detail", READ_API, clock_pk),
    Route("api:clock-pack", READ_API, clock_pk),
    Route("api:clock-submit", UNMATCHED, clock_pk, "post", notice),
    Route("api:clock-withdraw", UNMATCHED, clock_pk, "post", reason),
    Route("api:incident-export", READ_API, incident_pk, query={"to": "oecd"}),
    Route("api:incident-similar", READ_API, incident_pk),
    Route("api:incident-look", LIST_API, method="post", data=look),
    Route("api:incident-not-similar", UNMATCHED, incident_pk, "post", unlike),
    Route("api:incident-facts", READ_API, incident_pk),
    Route("api:incident-facts", UNMATCHED, incident_pk, "post", api_fact),
    Route("api:incident-duties", READ_API, incident_pk),
    Route("api:incident-duties", UNMATCHED, incident_pk, "post", api_duty),
]
