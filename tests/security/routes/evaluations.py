"""Who reaches evaluations."""

from tests.builders.evaluations import finished_run, queued_run, rivals, table_of
from tests.builders.external import known_result
from tests.builders.models_registry import version
from tests.builders.monitors import looked_at, monitor, proposed
from tests.security.route import Route

LISTS = {"anonymous": 302, "*": 200}
READ = {"anonymous": 302, "stranger": 404, "*": 200}
START = {"anonymous": 302, "stranger": 200, "engineer": 200, "owner": 200, "*": 403}
REPLAY = {"anonymous": 302, "stranger": 404, "*": 303}


def card_pk(world):
    finished_run(world)
    return {"pk": version(world).cards.get().pk}


def run_pk(world):
    return {"pk": finished_run(world).pk}


def all_made(world):
    queued_run(world)
    return {}


def start_data(world):
    return {
        "model_version": version(world).pk,
        "current": table_of(world, "current").pk,
        "reference": "",
        "y_true": "y_true",
        "y_pred": "y_pred",
        "positive": "1",
        "checks": ["perf.classification"],
    }


# A stranger knows neither the version nor the table, so his form is wrong.
POSTED = {"anonymous": 302, "stranger": 422, "engineer": 303, "owner": 303, "*": 403}

API_LIST = {"anonymous": 401, "*": 200}
API_READ = {"anonymous": 401, "stranger": 404, "*": 200}
API_POSTED = {"anonymous": 401, "stranger": 400, "engineer": 201, "owner": 201, "*": 403}


def api_start_data(world):
    return {
        "model_version": version(world).pk,
        "current": table_of(world, "current").pk,
        "checks": ["perf.classification"],
        "roles": {"y_true": "y_true", "y_pred": "y_pred", "positive": "1"},
    }


def monitor_pk(world):
    return {"pk": monitor(world).pk}


def monitor_data(world):
    return {
        "name": "Daily", "source": "uploads", "place": "scored", "pattern": "%Y-%m-%d",
        "every_minutes": "1440", "watermark_minutes": "60", "late_hours": "72",
    }  # fmt: skip


def api_monitor_data(world):
    known = monitor(world)
    return {
        **monitor_data(world), "model_version": known.model_version_id,
        "checks": ["perf.classification"], "roles": known.roles,
    }  # fmt: skip


ADD = {"anonymous": 302, "stranger": 404, "engineer": 200, "owner": 200, "*": 403}
STEPPED = {"anonymous": 302, "stranger": 404, "engineer": 303, "owner": 303, "*": 403}
# The engineer comes first; then the name is taken.
ADDED = {**STEPPED, "owner": 422}
API_ADDED = {**API_POSTED, "owner": 422}
# Without If-Match nothing is changed, whoever asks.
UNMATCHED = {"anonymous": 401, "stranger": 404, "*": 428}


def compared(world):
    champion, challenger = rivals(world)
    return {"pk": challenger.pk, "champion": champion.pk}


def proposal_pk(world):
    return {"pk": proposed(world).pk}


# Whoever may suspend a version, except for the engineer, who added the monitor and may not.
DECIDED = {"anonymous": 302, "stranger": 404, "owner": 303, "officer": 422, "approver": 422,
           "*": 403}  # fmt: skip

PROPOSALS = [
    Route("evaluations:proposal-list", LISTS, lambda w: proposed(w) and {}, page=True),
    Route("evaluations:proposal-detail", READ, proposal_pk, page=True, page_as="owner"),
    Route(
        "evaluations:proposal-step",
        DECIDED,
        lambda w: {**proposal_pk(w), "verb": "dismiss"},
        method="post",
        data=lambda w: {"reason": "A new version is under way."},
    ),
    Route("api:proposal-list", API_LIST, lambda w: proposed(w) and {}),
    Route("api:proposal-detail", API_READ, proposal_pk),
    Route("api:proposal-accept", UNMATCHED, proposal_pk, method="post"),
    Route("api:proposal-dismiss", UNMATCHED, proposal_pk, method="post"),
    Route("api:proposal-finish", UNMATCHED, proposal_pk, method="post"),
    Route("api:monitor-cadence", API_READ, lambda w: {"pk": looked_at(w).pk}),
]


def external_pk(world):
    return {"pk": known_result(world).pk}


LIMITED = {"limits": "arc_challenge / acc >= 0.41", "reason": "Agreed"}
# The engineer comes first; then these are the limits already.
DECLARED = {**STEPPED, "owner": 422}
# A form without a file imports nothing, whoever may.
WITHOUT_FILE = {**START, "stranger": 422, "engineer": 422, "owner": 422}


ROUTES = [
    *PROPOSALS,
    Route("evaluations:external-list", LISTS, lambda w: known_result(w) and {}, page=True),
    Route("evaluations:external-import", START, page=True),
    Route("evaluations:external-import", WITHOUT_FILE, method="post"),
    Route("evaluations:external-detail", READ, external_pk, page=True),
    Route(
        "evaluations:external-limits", DECLARED, external_pk, method="post", data=lambda w: LIMITED
    ),
    Route("evaluations:external-file", READ, external_pk),
    Route("api:external-result-list", API_LIST, lambda w: known_result(w) and {}),
    Route("api:external-result-list", {"anonymous": 401, "*": 400}, method="post"),
    Route("api:external-result-detail", API_READ, external_pk),
    Route("api:external-result-limits", UNMATCHED, external_pk, method="post"),
    Route("evaluations:version-compare", LISTS, page=True),
    Route("evaluations:run-compare", READ, compared, page=True),
    Route("evaluations:run-compare", STEPPED, compared, method="post"),
    Route("api:check-comparison-list", {"anonymous": 401, "*": 400}),
    Route("evaluations:monitor-list", LISTS, lambda w: monitor(w) and {}),
    Route("evaluations:monitor-detail", READ, lambda w: {"pk": looked_at(w).pk}, page=True),
    Route("evaluations:monitor-add", ADD, lambda w: {"run": queued_run(w).pk}, page=True),
    Route(
        "evaluations:monitor-add",
        ADDED,
        lambda w: {"run": queued_run(w).pk},
        method="post",
        data=monitor_data,
    ),
    Route(
        "evaluations:monitor-step",
        STEPPED,
        lambda w: {**monitor_pk(w), "verb": "pause"},
        method="post",
        data=lambda w: {"reason": "The feed is rebuilt."},
    ),
    Route(
        "evaluations:monitor-edit",
        {"anonymous": 302, "stranger": 404, "engineer": 200, "owner": 200, "*": 403},
        monitor_pk,
        page=True,
    ),
    Route("api:monitor-detail", UNMATCHED, monitor_pk, method="patch"),
    Route("api:monitor-list", API_LIST, lambda w: monitor(w) and {}),
    Route("api:monitor-list", API_ADDED, method="post", data=api_monitor_data),
    Route("api:monitor-detail", API_READ, monitor_pk),
    Route("api:monitor-windows", API_READ, monitor_pk),
    Route("api:monitor-cost", API_READ, monitor_pk),
    Route("api:monitor-pause", UNMATCHED, monitor_pk, method="post"),
    Route("api:monitor-resume", UNMATCHED, monitor_pk, method="post"),
    Route("api:monitor-merge", UNMATCHED, monitor_pk, method="post"),
    Route("api:check-run-list", API_LIST, all_made),
    Route("api:check-run-list", API_POSTED, method="post", data=api_start_data),
    Route("api:check-run-detail", API_READ, run_pk),
    Route("evaluations:figure-detail", READ, lambda w: {**run_pk(w), "position": 0}, page=True),
    Route("evaluations:run-aggregates", READ, lambda w: {**run_pk(w), "ending": "csv"}),
    Route("api:check-run-aggregates", API_READ, run_pk),
    Route("evaluations:run-cancel", STEPPED, lambda w: {"pk": queued_run(w).pk}, method="post"),
    Route("api:check-run-cancel", UNMATCHED, run_pk, method="post"),
    Route("api:check-run-replay", API_READ, run_pk, method="post"),
    Route("evaluations:run-list", LISTS, all_made, page=True),
    Route("evaluations:run-start", START, page=True),
    Route("evaluations:run-start", POSTED, method="post", data=start_data),
    Route("evaluations:run-detail", READ, run_pk, page=True),
    Route("evaluations:run-detail", READ, lambda w: {"pk": queued_run(w).pk}),
    Route("evaluations:run-replay", REPLAY, run_pk, method="post"),
    Route("evaluations:check-list", LISTS, page=True),
    Route("evaluations:check-detail", LISTS, lambda w: {"name": "drift"}, page=True),
    Route("api:check-run-junit", API_READ, run_pk),
    Route("api:check-list", {"anonymous": 401, "*": 200}),
    Route("api:check-detail", {"anonymous": 401, "*": 200}, lambda w: {"pk": "drift"}),
    Route("api:card-number-list", API_READ, card_pk),
]
