"""Who reaches lineage."""

from models_registry.actions.parents import add_parent
from tests.builders.deployments import approved_version, deployment
from tests.builders.models_registry import version
from tests.security.route import Route
from tests.security.routes.models_registry import API_LIST, API_READ, API_STEP, BUILD, READ


def link(world):
    def make():
        parent = deployment(world).model_version
        return add_parent(
            by=world.engineer, version=version(world), relation="finetune", parent=parent
        )

    return world.once("parent link", make)


def link_pk(world):
    return {"pk": link(world).pk}


def child_pk(world):
    return {"pk": link(world).child_id}


def family_pk(world):
    """A version with a schema, an environment, a parent outside and a child."""

    def make():
        made = approved_version(world, "6.0", parent_outside="meadow/credit-base@4f2a")
        child = version(world)
        add_parent(by=world.engineer, version=child, relation="quantised", parent=made)
        return made

    return {"pk": world.once("family", make).pk}


ROUTES = [
    Route("models_registry:version-detail", READ, family_pk, page=True),
    Route("models_registry:version-parents", BUILD, child_pk, page=True),
    Route(
        "models_registry:parent-remove",
        # The engineer takes it away; whoever comes after finds none.
        {"anonymous": 302, "stranger": 404, "engineer": 303, "*": 404},
        link_pk,
        method="post",
    ),
    Route("api:parent-list", API_LIST),
    Route("api:parent-detail", API_READ, link_pk),
    Route("api:parent-detail", API_STEP, link_pk, method="delete"),
]  # fmt: skip
