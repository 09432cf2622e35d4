"""The catalogue of checks over the API."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from evaluations.checks.catalogue import CATALOGUE
from evaluations.checks.spec import CheckSpec
from evaluations.forms import CheckFilterForm
from evaluations.listing import chosen_checks

TEXT = OpenApiTypes.STR


class ParamSerializer(serializers.Serializer[Any]):
    """A limit that may be set."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    default = serializers.FloatField(allow_null=True)
    minimum = serializers.FloatField()
    maximum = serializers.FloatField()


class SubcategorySerializer(serializers.Serializer[Any]):
    """A subcategory that the check speaks to, and why."""

    key = serializers.CharField()
    why = serializers.CharField()


class CheckSerializer(serializers.Serializer[Any]):
    """What a check tells, needs and judges."""

    id = serializers.CharField()
    version = serializers.IntegerField()
    family = serializers.CharField()
    title = serializers.CharField()
    tells = serializers.CharField()
    formula = serializers.CharField()
    sources = serializers.CharField()
    limits = serializers.CharField()
    traps = serializers.ListField(child=serializers.CharField())
    subcategories = SubcategorySerializer(many=True)
    requires = serializers.ListField(child=serializers.CharField())
    one_of = serializers.ListField(child=serializers.CharField())
    optional = serializers.ListField(child=serializers.CharField())
    reference = serializers.ChoiceField(choices=["required", "optional", "unused"])
    min_n = serializers.IntegerField()
    params = ParamSerializer(many=True)
    url = serializers.CharField()


def described(spec: CheckSpec) -> dict[str, Any]:
    """A check as plain data, in the reader's language."""
    return {
        "id": spec.id, "version": spec.version, "family": spec.family, "title": _(spec.title),
        "tells": _(spec.tells), "formula": _(spec.formula), "sources": spec.source,
        "limits": _(spec.limits), "traps": [_(trap) for trap in spec.traps],
        "subcategories": [{"key": key, "why": _(why)} for key, why in spec.rmf],
        "requires": spec.requires, "one_of": spec.one_of, "optional": spec.optional,
        "reference": spec.reference, "min_n": spec.min_n, "params": spec.params,
        "url": reverse("evaluations:check-detail", kwargs={"name": spec.id}),
    }  # fmt: skip


class CheckViewSet(viewsets.GenericViewSet[Any]):
    """The checks of this installation, plug-ins included."""

    serializer_class = CheckSerializer
    lookup_value_regex = "[A-Za-z0-9_.-]{1,60}"
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        parameters=[OpenApiParameter(name, TEXT) for name in CheckFilterForm.base_fields],
        responses=CheckSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """All checks, or those of a family, a subcategory, or that use a role of columns."""
        form = CheckFilterForm(request.query_params)
        if not form.is_valid():
            words = {name: [str(word) for word in said] for name, said in form.errors.items()}
            raise serializers.ValidationError(words)
        found = [described(spec) for spec in chosen_checks(form.cleaned_data)]
        return Response(CheckSerializer(found, many=True).data)

    @extend_schema(
        parameters=[OpenApiParameter("id", TEXT, OpenApiParameter.PATH)],
        responses=CheckSerializer,
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        """One check by its id."""
        if pk not in CATALOGUE:
            raise NotFound
        return Response(CheckSerializer(described(CATALOGUE[pk])).data)
