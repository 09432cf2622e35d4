"""Who reaches files of versions, waivers and signatures."""

from tests.builders.artifacts import artifact, flagged, signature, waiver
from tests.builders.models_registry import version
from tests.security.route import Route
from tests.security.routes.models_registry import API_LIST, API_READ, API_STEP, BUILD, READ

WAIVE = {"anonymous": 302, "stranger": 404, "approver": 200, "*": 403}
SCAN = {"anonymous": 302, "stranger": 404, "engineer": 303, "owner": 303, "*": 403}


def version_pk(world):
    return {"pk": version(world).pk}


def artifact_pk(world):
    return {"pk": artifact(world).pk}


def flagged_pk(world):
    return {"pk": flagged(world).pk}


def waiver_pk(world):
    return {"pk": waiver(world).pk}


def signature_pk(world):
    return {"pk": signature(world).pk}


def made(world):
    waiver(world)
    signature(world)
    return {}


ROUTES = [
    Route("models_registry:artifact-add", BUILD, version_pk, page=True),
    Route("models_registry:signature-add", BUILD, version_pk, page=True),
    Route("models_registry:artifact-detail", READ, lambda w: made(w) or flagged_pk(w), page=True),
    Route("models_registry:artifact-content", READ, artifact_pk),
    Route("models_registry:artifact-remove", BUILD, artifact_pk, page=True),
    Route("models_registry:artifact-scan", SCAN, artifact_pk, method="post"),
    Route("models_registry:artifact-waive", WAIVE, flagged_pk, page=True, page_as="approver"),
    Route("models_registry:waiver-end", WAIVE, waiver_pk, page=True, page_as="approver"),
    Route("api:artifact-list", API_LIST, made),
    Route("api:artifact-detail", API_READ, artifact_pk),
    Route("api:artifact-scan", API_STEP, artifact_pk, method="post"),
    Route("api:artifact-scans", API_READ, flagged_pk),
    Route("api:artifact-waive", API_STEP, flagged_pk, method="post"),
    Route("api:artifact-content", API_READ, artifact_pk),
    Route("api:waiver-list", API_LIST, made),
    Route("api:waiver-detail", API_READ, waiver_pk),
    Route(
        "api:waiver-end", API_STEP, waiver_pk, method="post", data=lambda w: {"reason": "Replaced."}
    ),
    Route("api:signature-list", API_LIST, made),
    Route("api:signature-detail", API_READ, signature_pk),
]
