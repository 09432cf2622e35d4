"""The registry over the API; every write calls the action that the page calls."""

from rest_framework.routers import BaseRouter

from models_registry.api.artifacts import ArtifactViewSet, SignatureViewSet, WaiverViewSet
from models_registry.api.cards import CardViewSet
from models_registry.api.datasets import DatasetViewSet
from models_registry.api.datasheets import DatasheetViewSet
from models_registry.api.deployments import DeploymentViewSet
from models_registry.api.imports import ImportViewSet
from models_registry.api.parents import ParentViewSet
from models_registry.api.systems import SystemViewSet
from models_registry.api.table_files import TableViewSet
from models_registry.api.uses import ModelViewSet, UseViewSet
from models_registry.api.versions import VersionViewSet


def register(router: BaseRouter) -> None:
    """Add the routes of this app."""
    router.register("systems", SystemViewSet, basename="system")
    router.register("models", ModelViewSet, basename="model")
    router.register("uses", UseViewSet, basename="use")
    router.register("versions", VersionViewSet, basename="version")
    router.register("cards", CardViewSet, basename="card")
    router.register("datasets", DatasetViewSet, basename="dataset")
    router.register("datasheets", DatasheetViewSet, basename="datasheet")
    router.register("deployments", DeploymentViewSet, basename="deployment")
    router.register("parents", ParentViewSet, basename="parent")
    router.register("registry-tables", TableViewSet, basename="registry-table")
    router.register("registry-imports", ImportViewSet, basename="registry-import")
    router.register("artifacts", ArtifactViewSet, basename="artifact")
    router.register("waivers", WaiverViewSet, basename="waiver")
    router.register("signatures", SignatureViewSet, basename="signature")
