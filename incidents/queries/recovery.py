"""What still stands in the way of a step, and whether the named checks pass again."""

from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from evaluations.models import CheckRun
from incidents import states
from incidents.models import Incident, NotificationClock, PublishedPostmortem
from models_registry.models import Deployment, ModelVersion


class Proof(NamedTuple):
    """One named check on one version since the repair: the newest run, and what it proves."""

    name: str
    version: ModelVersion | None
    run: CheckRun | None
    passed: bool

    @property
    def version_id(self) -> int | None:
        """The id of the version, None for any."""
        return self.version.pk if self.version else None

    @property
    def run_id(self) -> int | None:
        """The id of the run."""
        return self.run.pk if self.run else None


def named_checks(incident: Incident) -> list[str]:
    """The checks that must pass: those named by people, else the one that opened the incident."""
    if incident.recovery_checks:
        return sorted(incident.recovery_checks)
    return [incident.check_run.check_name] if incident.check_run else []


def running_versions(incident: Incident) -> QuerySet[ModelVersion]:
    """The versions of the model concerned that are in production now."""
    if incident.model_version is None:
        return ModelVersion.objects.none()
    serving = Deployment.objects.filter(
        model_version__model=incident.model_version.model_id,
        stage=Deployment.Stage.PRODUCTION,
        until=None,
    )
    found: QuerySet[ModelVersion] = ModelVersion.objects.filter(
        pk__in=serving.order_by().values("model_version")
    )
    return found.select_related("model").order_by("pk")


def recovery(incident: Incident) -> list[Proof]:
    """Each named check on each running version, by its newest finished run since the repair.

    When nothing of the model is in production, the newest run on any version of it counts.
    """
    checks = named_checks(incident)
    if incident.model_version is None or not checks:
        return []
    versions: list[ModelVersion | None] = [*running_versions(incident)] or [None]
    runs = _runs_since_repair(incident, checks)
    return [_proof(runs, check, version) for check in checks for version in versions]


def _runs_since_repair(incident: Incident, checks: list[str]) -> list[CheckRun]:
    if incident.fixed_at is None or incident.model_version is None:
        return []
    since = incident.fixed_at
    later = Q(started_at__gte=since) | Q(started_at=None, finished_at__gte=since)
    found = CheckRun.objects.filter(
        later,
        model_version__model=incident.model_version.model_id,
        check_name__in=checks,
        finished_at__isnull=False,
    )
    return list(found.select_related("model_version").order_by("-finished_at", "-pk")[:500])


def _proof(runs: list[CheckRun], check: str, version: ModelVersion | None) -> Proof:
    fitting = (
        run
        for run in runs
        if run.check_name == check and (version is None or run.model_version_id == version.pk)
    )
    run = next(fitting, None)
    return Proof(check, version, run, run is not None and run.verdict == CheckRun.Verdict.PASS)


def obstacles(incident: Incident, verb: str) -> list[str]:
    """Sentences that say what stands in the way of ``verb``; none for a step that is free."""
    looks: dict[str, Any] = {"contain": _uncontained, "resolve": _unproven, "close": _unfinished}
    found: list[str] = looks[verb](incident) if verb in looks else []
    return found


def _uncontained(incident: Incident) -> list[str]:
    if incident.containments.exists():
        return []
    return [_("Record what holds the harm back.")]


def _unproven(incident: Incident) -> list[str]:
    proofs = recovery(incident)
    if not proofs:
        return [_("No check is named that shows the recovery.")]
    return [_why_not(proof) for proof in proofs if not proof.passed]


def _why_not(proof: Proof) -> str:
    words = {
        "check": proof.name,
        "version": proof.version or _("any version"),
        "run": proof.run.reference_number if proof.run else "",
        "verdict": proof.run.get_verdict_display() if proof.run else "",
    }
    if proof.run is None:
        return _("Run “%(check)s” on %(version)s: there is no run since the repair.") % words
    return _("“%(check)s” on %(version)s has to pass; %(run)s says “%(verdict)s”.") % words


def _unfinished(incident: Incident) -> list[str]:
    found = []
    if incident.clocks.filter(state=NotificationClock.State.RUNNING).exists():
        found.append(_("A duty to notify is still running."))
    if incident.severity in states.SEVERE and not _is_published(incident):
        found.append(_("The postmortem of a severe incident is not published."))
    return found


def _is_published(incident: Incident) -> bool:
    published = PublishedPostmortem.objects.filter(postmortem__incident=incident)
    return bool(published.exists())
