"""What the API reads and shows of incidents."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.queries import colleagues
from incidents import wording
from incidents.models import Containment, Incident, IncidentReader, Severity, TimelineEntry
from models_registry.models import AISystem, ModelVersion
from web.api import VisibleField


class IncidentSerializer(serializers.ModelSerializer[Incident]):
    """An incident as shown."""

    reference = serializers.CharField(read_only=True)

    class Meta:
        model = Incident
        fields = (
            "id",
            "reference",
            "title",
            "summary",
            "severity",
            "severity_reason",
            "state",
            "unit",
            "model_version",
            "system",
            "check_run",
            "duplicate_of",
            "private",
            "recovery_checks",
            "override_reason",
            "detected_at",
            "occurred_at",
            "last_failed_at",
            "acknowledged_at",
            "contained_at",
            "fixed_at",
            "resolved_at",
            "closed_at",
            "declared_by",
            "commander",
            "scribe",
            "liaison",
            "created_at",
            "updated_at",
            "version",
        )
        read_only_fields = fields


class EntrySerializer(serializers.ModelSerializer[TimelineEntry]):
    """One line of the timeline."""

    kind = serializers.CharField(source="entry_kind", read_only=True)
    recorded_at = serializers.DateTimeField(read_only=True)

    class Meta:
        model = TimelineEntry
        fields = (
            "id",
            "kind",
            "happened_at",
            "recorded_at",
            "text",
            "author",
            "person",
            "correction_of",
            "check_run",
        )
        read_only_fields = fields


class DeclareSerializer(serializers.Serializer[Any]):
    """What a declaration needs: text, severity, and a model version or a system."""

    what = serializers.CharField(max_length=20_000)
    severity = serializers.ChoiceField(choices=Severity.choices)
    model_version = VisibleField(ModelVersion, required=False, source="version")
    system = VisibleField(AISystem, required=False)
    severity_reason = serializers.CharField(max_length=4_000, required=False, default="")
    occurred_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    private = serializers.BooleanField(required=False, default=False)


class NoteSerializer(serializers.Serializer[Any]):
    """A note."""

    text = serializers.CharField(max_length=20_000)
    happened_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    correction_of = VisibleField(TimelineEntry, required=False, allow_null=True, default=None)


class IncidentStepSerializer(serializers.Serializer[Any]):
    """A step of the state table."""

    verb = serializers.ChoiceField(choices=sorted(wording.QUESTIONS))
    reason = serializers.CharField(max_length=4_000, required=False, default="", allow_blank=True)
    override = serializers.BooleanField(required=False, default=False)


class SeveritySerializer(serializers.Serializer[Any]):
    """Another severity and why."""

    severity = serializers.ChoiceField(choices=Severity.choices)
    reason = serializers.CharField(max_length=4_000)


class PersonField(serializers.PrimaryKeyRelatedField[Any]):
    """A colleague by id; the action decides whether that person may take the part."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), **kwargs)

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        return User.objects.none() if request is None else colleagues(request.user)


class PartSerializer(serializers.Serializer[Any]):
    """Who leads, writes or speaks."""

    part = serializers.ChoiceField(choices=["commander", "scribe", "liaison"])
    person = PersonField()


class AccessSerializer(serializers.Serializer[Any]):
    """Who may see the incident."""

    private = serializers.BooleanField()
    people = PersonField(many=True, required=False, default=list)
    roles = serializers.ListField(
        child=serializers.CharField(max_length=30),
        required=False,
        default=list,
    )


class ReaderSerializer(serializers.ModelSerializer[IncidentReader]):
    """A person or role to whom a private incident is open."""

    role = serializers.CharField(read_only=True)

    class Meta:
        model = IncidentReader
        fields = ("id", "user", "role")
        read_only_fields = fields


class MergeSerializer(serializers.Serializer[Any]):
    """Where the work goes on, and why it is the same event."""

    target = VisibleField(Incident)
    reason = serializers.CharField(max_length=4_000)


class SplitSerializer(serializers.Serializer[Any]):
    """Only a reason."""

    reason = serializers.CharField(max_length=4_000)


class ContainSerializer(serializers.Serializer[Any]):
    """What holds the harm back."""

    containment_kind = serializers.ChoiceField(choices=Containment.Kind.choices)
    text = serializers.CharField(max_length=4_000)
    done_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class ContainmentSerializer(serializers.ModelSerializer[Containment]):
    """A containment as shown."""

    class Meta:
        model = Containment
        fields = ("id", "containment_kind", "text", "done_at", "done_by", "deployment")
        read_only_fields = fields


class RecoveryChecksSerializer(serializers.Serializer[Any]):
    """The checks that have to pass; none means the one that opened the incident."""

    checks = serializers.ListField(child=serializers.CharField(max_length=60), max_length=50)


class ProofSerializer(serializers.Serializer[Any]):
    """One named check on one running version since the repair."""

    check = serializers.CharField(source="name", read_only=True)
    model_version = serializers.IntegerField(source="version_id", read_only=True, allow_null=True)
    check_run = serializers.IntegerField(source="run_id", read_only=True, allow_null=True)
    passed = serializers.BooleanField(read_only=True)
