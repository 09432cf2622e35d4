"""The registry over the API; every write calls the action that the page calls."""

from rest_framework.routers import BaseRouter

from models_registry.api.cards import CardViewSet
from models_registry.api.datasets import DatasetViewSet
from models_registry.api.deployments import DeploymentViewSet
from models_registry.api.systems import ModelViewSet, SystemViewSet
from models_registry.api.versions import VersionViewSet


def register(router: BaseRouter) -> None:
    """Add the routes of this app."""
    router.register("systems", SystemViewSet, basename="system")
    router.register("models", ModelViewSet, basename="model")
    router.register("versions", VersionViewSet, basename="version")
    router.register("cards", CardViewSet, basename="card")
    router.register("datasets", DatasetViewSet, basename="dataset")
    router.register("deployments", DeploymentViewSet, basename="deployment")
