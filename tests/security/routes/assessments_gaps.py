"""Who reaches gap and plan of an assessment."""

import datetime as dt

from django.utils import timezone

from tests.builders.assessments import answer, assessment
from tests.builders.frameworks import target_profile
from tests.security.route import Route

READ = {"anonymous": 302, "stranger": 404, "*": 200}
READ_API = {"anonymous": 401, "stranger": 404, "*": 200}
PLANS = {"anonymous": 302, "stranger": 404, "*": 403, "owner": 303, "officer": 303}
PLANS_API = {"anonymous": 401, "stranger": 404, "*": 403, "owner": 201, "officer": 428}
KEEPS = {"anonymous": 302, "stranger": 404, "*": 403, "officer": 303}
KEEPS_API = {"anonymous": 401, "stranger": 404, "*": 403, "officer": 201}


def pk(world):
    target_profile(world)
    if "answered" not in world.made:
        answer(world, level=1)
        world.made["answered"] = True
    return {"pk": assessment(world).pk}


def item(world):
    return {**pk(world), "key": "measure-2.11"}


def step(world):
    return {
        "what": "Test each slice",
        "owner": world.owner.pk,
        "due_date": timezone.localdate() + dt.timedelta(days=30),
        "version": 0,
    }


ROUTES = [
    Route("assessments:gap-list", READ, pk, page=True, page_as="officer"),
    Route("assessments:gap-plan", READ, item, page=True, page_as="officer"),
    # The owner comes first; the officer has seen no step, and is told.
    Route("assessments:gap-plan", {**PLANS, "officer": 422}, item, "post", step),
    Route("assessments:current-profile", KEEPS, pk, "post"),
    Route("api:assessment-gap", READ_API, pk),
    Route("api:assessment-plan", {**PLANS_API, "*": 428, "engineer": 403}, item, "put", step),
    Route("api:assessment-current-profile", KEEPS_API, pk, "post", lambda w: {"title": "Now"}),
]
