"""What the API of assessments sends and takes."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import colleagues, units_where
from frameworks.models import FrameworkVersion, Profile
from governance.assessments.models import Answer, Assessment, Level, Review
from models_registry.models import AISystem, ModelVersion
from web.api import VisibleField


class ColleagueField(serializers.PrimaryKeyRelatedField[User]):
    """Somebody whom the caller works with."""

    def get_queryset(self) -> QuerySet[User]:
        """Colleagues of the caller."""
        request = self.context.get("request")
        return colleagues(request.user) if request else User.objects.none()


class OpenUnitField(serializers.PrimaryKeyRelatedField[Unit]):
    """A unit in which the caller may open assessments."""

    def get_queryset(self) -> QuerySet[Unit]:
        """Units of the caller."""
        request = self.context.get("request")
        if request is None:
            return Unit.objects.none()
        return units_where(request.user, Permission.ASSESSMENT_OPEN)


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    """An assessment with its progress."""

    system = VisibleField(AISystem, required=False, allow_null=True)
    model_version = VisibleField(ModelVersion, required=False, allow_null=True)
    framework_version = VisibleField(FrameworkVersion, required=False)
    profile = VisibleField(Profile, required=False, allow_null=True)
    unit = OpenUnitField(queryset=Unit.objects.none(), required=False)
    owner = ColleagueField(queryset=User.objects.none(), required=False)
    total = serializers.IntegerField(read_only=True, default=72)
    done = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model = Assessment
        fields = (
            "id",
            "subject",
            "unit",
            "system",
            "model_version",
            "inherits_from",
            "previous",
            "framework_version",
            "profile",
            "title",
            "period_start",
            "period_end",
            "state",
            "owner",
            "due_date",
            "submitted_at",
            "signed_at",
            "total",
            "done",
            "created_at",
            "updated_at",
            "version",
        )
        read_only_fields = (
            "state", "submitted_at", "signed_at", "version", "subject",
            "inherits_from", "previous",
        )  # fmt: skip
        extra_kwargs = {"title": {"max_length": 200}}


class AnswerFieldsSerializer(serializers.Serializer[Any]):
    """What a person fills in."""

    applicability = serializers.ChoiceField(choices=Answer.Applicability.choices, required=False)
    reason = serializers.CharField(
        max_length=4_000, allow_blank=True, trim_whitespace=False, required=False
    )
    level: serializers.Field[Any, Any, Any, Any] = serializers.ChoiceField(
        choices=Level.choices, allow_null=True, required=False
    )
    text = serializers.CharField(
        max_length=20_000, allow_blank=True, trim_whitespace=False, required=False
    )
    owner = serializers.IntegerField(
        allow_null=True, required=False, min_value=1, max_value=2**62, source="owner_id"
    )
    due_date = serializers.DateField(allow_null=True, required=False)


class AnswerChangeSerializer(AnswerFieldsSerializer):
    """Changed fields, and in ``base`` the values that they were based on."""

    base = AnswerFieldsSerializer(required=False)


class AnswerSerializer(AnswerFieldsSerializer):
    """One of the 72, answered or not."""

    key = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    function = serializers.CharField(read_only=True)
    progress = serializers.CharField(read_only=True)
    origin = serializers.CharField(read_only=True)
    said = serializers.CharField(read_only=True)
    counted = serializers.IntegerField(read_only=True, allow_null=True)
    cap = serializers.IntegerField(read_only=True)
    review = serializers.CharField(read_only=True)
    level = serializers.IntegerField(read_only=True, source="stored_level", allow_null=True)
    saved_at = serializers.DateTimeField(read_only=True)
    saved_by = serializers.IntegerField(read_only=True, source="saved_by_id")
    version = serializers.IntegerField(read_only=True, source="answer_version")


class ReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=2_000, allow_blank=True, default="")


class ReviewSerializer(serializers.Serializer[Any]):
    """What a reviewer finds."""

    verdict = serializers.ChoiceField(choices=Review.Verdict.choices)
    remark = serializers.CharField(max_length=4_000, allow_blank=True, default="")


class RenewSerializer(serializers.Serializer[Any]):
    """The next period."""

    title = serializers.CharField(max_length=200)
    carried = serializers.ListField(
        child=serializers.ChoiceField(choices=[(name, name) for name in Assessment.CARRIED]),
        allow_empty=True,
    )
    framework_version = VisibleField(FrameworkVersion, required=False)
    period_start = serializers.DateField(required=False, allow_null=True)
    period_end = serializers.DateField(required=False, allow_null=True)
    due_date = serializers.DateField(required=False, allow_null=True)
