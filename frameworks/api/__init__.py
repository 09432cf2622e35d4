"""Frameworks over the API."""

from rest_framework.routers import BaseRouter

from frameworks.api.crosswalks import (
    MappingSetViewSet,
    MappingViewSet,
    ObligationViewSet,
    VersionViewSet,
)
from frameworks.api.imports import ImportViewSet
from frameworks.api.migrations import MigrationViewSet
from frameworks.api.nodes import NodeViewSet
from frameworks.api.profiles import ActionViewSet, ProfileViewSet


def register(router: BaseRouter) -> None:
    """Add the routes of this app."""
    router.register("framework-nodes", NodeViewSet, basename="framework-node")
    router.register("framework-versions", VersionViewSet, basename="framework-version")
    router.register("framework-imports", ImportViewSet, basename="framework-import")
    router.register("framework-migrations", MigrationViewSet, basename="framework-migration")
    router.register("mapping-sets", MappingSetViewSet, basename="mapping-set")
    router.register("mappings", MappingViewSet, basename="mapping")
    router.register("obligations", ObligationViewSet, basename="obligation")
    router.register("profiles", ProfileViewSet, basename="profile")
    router.register("suggested-actions", ActionViewSet, basename="suggested-action")
