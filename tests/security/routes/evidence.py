"""Who reaches evidence, reviews, signatures and periods."""

from governance.assessments.actions import open_next_period
from tests.builders.assessments import (
    answer,
    assessment,
    evidence,
    of_the_organisation,
    offered,
    signed,
    submitted,
)
from tests.security.route import Route
from tests.security.routes.assessments import ANSWERERS, READ, READ_API, key, may, none, pk
from tests.world import PASSWORD

REVIEWERS = {"officer", "approver"}
KEEPERS = {"engineer", "owner", "officer"}
UNMATCHED = {"anonymous": 401, "stranger": 404, "*": 428}
TODAY = "2026-11-24"


def piece(world):
    return {"pk": offered(world).evidence_id}


def offer(world):
    return {"pk": offered(world).pk}


def reviewable(world):
    found = key(world)
    submitted(world)
    return found


def handed_in(world):
    return {"pk": submitted(world).pk}


def signature(world):
    return {"pk": signed(world).assessment_id}


def renewed(world):
    answer(world, level=2, text="Tested.")
    last = submitted(world)
    return {
        "pk": open_next_period(
            by=world.officer, assessment=last, title="Next", carried=["level", "text"]
        ).pk
    }


def waiting(world):
    bank = of_the_organisation(world)
    answer(world, key="GOVERN 1.1", target=bank, level=2, text="A register.")
    return {"pk": assessment(world).pk, "key": "govern-1.1"}


def new_evidence(world):
    return {
        "url": "https://wiki.example/minutes",
        "title": "Minutes",
        "kind": "minutes",
        "effective_from": TODAY,
    }


ROUTES = [
    Route("assessments:evidence-list", {"anonymous": 302, "*": 200}, none, page=True),
    Route("assessments:evidence-detail", READ, piece, page=True, page_as="approver"),
    Route("assessments:evidence-content", READ, piece),
    Route("assessments:evidence-withdraw", may(KEEPERS, 200), piece, page=True, page_as="engineer"),
    Route("assessments:evidence-withdraw", may(KEEPERS, 422), piece, method="post"),
    Route("assessments:evidence-add", may(ANSWERERS, 200), key, page=True, page_as="officer"),
    Route("assessments:evidence-add", may(ANSWERERS, 303), key, method="post", data=new_evidence),
    Route(
        "assessments:offer-add",
        may({"owner"}, 303) | {"officer": 422},
        key,
        method="post",
        data=lambda world: {"evidence": evidence(world).pk},
    ),
    Route("assessments:offer-decide", may(REVIEWERS, 200), offer, page=True, page_as="approver"),
    Route(
        "assessments:offer-decide",
        may(REVIEWERS, 422) | {"approver": 303},
        offer,
        method="post",
        data=lambda world: {"verdict": "accepted"},
    ),
    Route(
        "assessments:offer-remove",
        {"anonymous": 302, "stranger": 404, "engineer": 403, "owner": 303, "*": 404},
        offer,
        method="post",
    ),
    Route("assessments:answer-confirm", may({"owner", "officer"}, 303), waiting, method="post"),
    Route("assessments:answer-edit", READ, waiting, page=True, page_as="officer"),
    Route(
        "assessments:answer-review", may(REVIEWERS, 200), reviewable, page=True, page_as="approver"
    ),
    Route(
        "assessments:answer-review",
        may(REVIEWERS, 422) | {"approver": 303},
        reviewable,
        method="post",
        data=lambda world: {"verdict": "met"},
    ),
    Route(
        "assessments:assessment-return",
        may(REVIEWERS, 200),
        handed_in,
        page=True,
        page_as="approver",
    ),
    Route("assessments:assessment-return", may(REVIEWERS, 422), handed_in, method="post"),
    Route(
        "assessments:assessment-sign",
        may({"approver"}, 200),
        handed_in,
        page=True,
        page_as="approver",
    ),
    Route(
        "assessments:assessment-sign",
        may({"approver"}, 303),
        handed_in,
        method="post",
        data=lambda world: {"meaning": "approved", "password": PASSWORD},
    ),
    Route("assessments:assessment-signature", READ, signature, page=True, page_as="auditor"),
    Route("assessments:assessment-history", READ, signature, page=True, page_as="auditor"),
    Route(
        "assessments:assessment-renew",
        may({"officer"}, 200),
        handed_in,
        page=True,
        page_as="officer",
    ),
    Route(
        "assessments:assessment-renew",
        may({"officer"}, 303),
        handed_in,
        method="post",
        data=lambda world: {"title": "Next", "carried": ["level", "text"]},
    ),
    Route("assessments:assessment-changes", READ, renewed, page=True, page_as="auditor"),
    Route(
        "assessments:assessment-inherit", may({"officer"}, 200), pk, page=True, page_as="officer"
    ),
    Route("assessments:assessment-inherit", may({"officer"}, 303), pk, method="post"),
    Route("api:evidence-list", {"anonymous": 401, "*": 200}, none),
    Route(
        "api:evidence-list",
        may(KEEPERS, 201, denied=400, stranger=400, anonymous=401),
        none,
        method="post",
        data=lambda world: {**new_evidence(world), "unit": world.lending.pk},
    ),
    Route("api:evidence-detail", READ_API, piece),
    Route("api:evidence-content", READ_API, piece),
    Route("api:evidence-withdraw", UNMATCHED, piece, method="post"),
    Route("api:evidence-offer-list", {"anonymous": 401, "*": 200}, none),
    Route("api:evidence-offer-detail", READ_API, offer),
    Route("api:evidence-offer-detail", UNMATCHED, offer, method="delete"),
    Route("api:evidence-offer-accept", UNMATCHED, offer, method="post"),
    Route("api:evidence-offer-reject", UNMATCHED, offer, method="post"),
    Route("api:assessment-return", UNMATCHED, handed_in, method="post"),
    Route("api:assessment-renew", UNMATCHED, handed_in, method="post"),
    Route("api:assessment-answer-confirm", UNMATCHED, waiting, method="post"),
    Route("api:assessment-answer-review", UNMATCHED, reviewable, method="post"),
    Route("api:assessment-answer-offer", UNMATCHED, key, method="post"),
]
