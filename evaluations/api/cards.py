"""Numbers of model cards over the API, held against check results."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from evaluations.card_numbers import AGREES, DIFFERS, NOTHING, card_numbers
from models_registry.models import CardRevision


class CardNumberSerializer(serializers.Serializer[Any]):
    """A number of a card and the newest result of its metric."""

    metric = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    line = serializers.IntegerField()
    about = serializers.CharField()
    card_says = serializers.CharField()
    value = serializers.FloatField()
    outcome = serializers.ChoiceField(choices=[AGREES, DIFFERS, NOTHING])
    run = serializers.IntegerField(allow_null=True)
    estimate = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField(allow_null=True)


class CardNumberViewSet(viewsets.GenericViewSet[CardRevision]):
    """Numbers that cards state, held against check results."""

    queryset = CardRevision.objects.none()
    lookup_value_regex = "[0-9]{1,18}"
    pagination_class = None
    filter_backends = ()

    @extend_schema(responses=CardNumberSerializer(many=True))
    @action(detail=True, url_path="numbers", url_name="list")
    def numbers(self, request: Request, pk: str) -> Response:
        """Each number of the card: agrees, differs, or nothing to compare with."""
        user = cast(User, request.user)
        card = get_object_or_404(CardRevision.objects.visible_to(user), pk=pk)
        return Response([row.as_json() for row in card_numbers(user, card)])
