"""Who reaches the catalogue pages."""

from django.core.files.uploadedfile import SimpleUploadedFile

from frameworks.models import Node
from tests.builders.frameworks import catalogue, playbook, playbook_bytes
from tests.security.route import Route

READ = {"anonymous": 302, "*": 200}
READ_API = {"anonymous": 401, "*": 200}
IMPORT = {"anonymous": 302, "*": 403, "administrator": 200, "stranger": 200}


def version_pk(world):
    return {"pk": catalogue(world).pk}


def node_pk(world):
    playbook(world)
    return {"pk": Node.objects.get(key="MEASURE 2.11").pk}


def no_args(world):
    catalogue(world)
    return {}


def upload(world):
    return {"file": SimpleUploadedFile("playbook.json", playbook_bytes(), "application/json")}


ROUTES = [
    Route("frameworks:framework-list", READ, no_args, page=True),
    Route("frameworks:version-detail", READ, version_pk, page=True),
    Route("frameworks:node-detail", READ, node_pk, page=True),
    Route("frameworks:playbook-import", IMPORT, no_args, page=True, page_as="administrator"),
    Route("api:framework-node-list", READ_API, no_args),
    Route("api:framework-node-detail", READ_API, node_pk),
]
