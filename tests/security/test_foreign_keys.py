"""Every writable relation of the API and of the forms knows visible records only."""

from collections.abc import Iterator
from typing import Any

from django.test import RequestFactory
from rest_framework import serializers

from config.urls import router
from frameworks.models import Profile
from tests.builders.assessments import assessment
from tests.builders.evaluations import finished_run, table_of
from tests.builders.models_registry import system, version
from tests.world import World


def all_serializers() -> Iterator[type[serializers.BaseSerializer[Any]]]:
    """Every serializer class of the project."""
    waiting = list(serializers.Serializer.__subclasses__())
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        if not found.__module__.startswith(("rest_framework", "drf_", "knox")):
            yield found


def test_the_router_serves_every_package() -> None:
    assert len(router.registry) >= 10


def offered(kind: Any, request: Any) -> Iterator[tuple[str, str, set[Any]]]:
    """Field, model and ids of every writable relation of a serializer, for this request."""
    for name, field in kind(context={"request": request}).fields.items():
        if not field.read_only and isinstance(field, serializers.RelatedField):
            rows = field.get_queryset()
            model = rows.model._meta.label_lower
            yield f"{kind.__name__}.{name}", model, set(rows.values_list("pk", flat=True))


def test_a_writable_relation_offers_a_stranger_nothing_of_ours(world: World) -> None:
    for make in (system, version, assessment, finished_run):
        make(world)
    table_of(world, "current")
    request = RequestFactory().post("/")
    request.user = world.stranger
    people = {user.pk for user in (world.engineer, world.officer, world.owner)}
    of_units = Profile.objects.exclude(unit=None).values_list("pk", flat=True)
    ours = {
        "accounts.user": people,
        "accounts.unit": {world.acme.pk, world.lending.pk},
        # Editions of frameworks, and profiles of no unit, are for everybody who is signed in.
        "frameworks.frameworkversion": set(),
        "frameworks.profile": set(of_units),
    }
    looked_at, leaks = 0, []
    for kind in all_serializers():
        for field, model, pks in offered(kind, request):
            looked_at += 1
            if pks & ours.get(model, pks):
                leaks.append(field)
    assert looked_at >= 8
    assert not leaks
