"""Where alert managers deliver: the JSON that Prometheus Alertmanager posts to a webhook."""

from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.permissions import Permission
from incidents.actions.alerts import Alert, receive_alert
from incidents.api.exchange import read_body
from incidents.models import Severity
from ledger.errors import Refused
from models_registry.models import ModelVersion
from web.api import RecordViewSet

MOST_ALERTS = 100
# The words that alert rules use for severity, after the documentation of common rule sets.
SEVERITIES = {
    "critical": Severity.SEV1,
    "page": Severity.SEV1,
    "error": Severity.SEV2,
    "high": Severity.SEV2,
    "warning": Severity.SEV3,
    "medium": Severity.SEV3,
    "info": Severity.SEV4,
    "low": Severity.SEV4,
    "none": Severity.SEV4,
}
_LONGEST_TEXT = 10_000


class _TextsField(serializers.DictField):
    """Labels or annotations: texts by name."""

    child = serializers.CharField(max_length=_LONGEST_TEXT, allow_blank=True)


class OneAlertSerializer(serializers.Serializer[Any]):
    """One alert. ``fingerprint`` names it; ``endsAt`` counts when it is resolved."""

    status = serializers.ChoiceField(choices=["firing", "resolved"])
    fingerprint = serializers.RegexField(r"^[A-Za-z0-9_.:-]+$", max_length=100)
    labels = _TextsField(required=False, default=dict)
    annotations = _TextsField(required=False, default=dict)
    startsAt = serializers.DateTimeField()
    endsAt = serializers.DateTimeField(required=False, allow_null=True, default=None)


class AlertsSerializer(serializers.Serializer[Any]):
    """What Alertmanager posts, version 4; fields that are not named here are left out."""

    alerts = serializers.ListField(child=OneAlertSerializer(), min_length=1, max_length=MOST_ALERTS)


class TakenSerializer(serializers.Serializer[Any]):
    """What became of an alert: its incident, or why there is none."""

    fingerprint = serializers.CharField(read_only=True)
    incident = serializers.IntegerField(read_only=True, allow_null=True)
    reference = serializers.CharField(read_only=True)
    created = serializers.BooleanField(read_only=True)
    problem = serializers.CharField(read_only=True)


class AlertActions(RecordViewSet):
    """What the viewset of incidents adds for alert managers."""

    @extend_schema(request=AlertsSerializer, responses=TakenSerializer(many=True))
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None)
    def alerts(self, request: Request) -> Response:
        """Take alerts; delivering one again changes nothing.

        The label ``assay_model_version`` holds the id of the version, or ``model`` and ``version``
        hold name and number. ``severity`` is ours (sev1 to sev4) or one of the usual words.
        """
        sent = read_body(self, AlertsSerializer)["alerts"]
        return Response([_taken(cast(User, request.user), one) for one in sent])


def _taken(by: User, sent: dict[str, Any]) -> dict[str, Any]:
    about = {"fingerprint": sent["fingerprint"]}
    try:
        incident, created = receive_alert(by=by, version=_version(by, sent), alert=_alert(sent))
    except Refused as refused:
        return {**about, "incident": None, "reference": "", "created": False,
                "problem": refused.message}  # fmt: skip
    return {**about, "incident": incident.pk, "reference": incident.reference,
            "created": created, "problem": ""}  # fmt: skip


def _alert(sent: dict[str, Any]) -> Alert:
    labels, notes = sent["labels"], sent["annotations"]
    title = notes.get("summary") or labels.get("alertname") or sent["fingerprint"]
    said = labels.get("severity", "").lower()
    severity = said if said in Severity.values else SEVERITIES.get(said, Severity.SEV3)
    ended = sent["endsAt"] if sent["status"] == "resolved" else None
    what = "\n\n".join(part.strip() for part in (title, notes.get("description", "")) if part)
    return Alert(sent["fingerprint"], what[:20_000], severity, sent["startsAt"], ended)


def _version(by: User, sent: dict[str, Any]) -> ModelVersion:
    """The version that the labels name. Raises ``Refused`` when there is none to declare about."""
    labels = sent["labels"]
    rows = ModelVersion.objects.all().visible_to(by, Permission.INCIDENT_DECLARE)
    named = labels.get("assay_model_version", "")
    if named.isascii() and named.isdigit() and len(named) < 16:
        rows = rows.filter(pk=int(named))
    elif labels.get("model") and labels.get("version"):
        rows = rows.filter(model__name=labels["model"], number=labels["version"])
    else:
        rows = rows.none()
    found: list[ModelVersion] = list(rows.select_related("model__unit")[:2])
    if len(found) != 1:
        raise Refused(
            _(
                "Name one model version that you may declare incidents about: the label "
                "assay_model_version, or model and version."
            ),
            field="labels",
        )
    return found[0]
