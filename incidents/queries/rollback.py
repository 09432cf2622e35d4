"""Where to go back to, and what else shares the bytes of the bad version."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluations.models import CheckRun
from incidents import states
from incidents.models import ChosenPlaybook, Exposure, Harm, Incident
from incidents.queries.recovery import named_checks
from models_registry.models import (
    Artifact,
    DatasetUse,
    DatasetVersion,
    Deployment,
    ModelVersion,
    VersionParent,
)
from models_registry.states import SERVABLE
from vault.queries import path_of

MOST_CANDIDATES = 20
MOST_SHOWN = 50
LEVELS = 3


@dataclass(frozen=True)
class Candidate:
    """A version that one could go back to, with every point for (True) or against it."""

    version: ModelVersion
    reasons: list[tuple[bool, str]]

    @property
    def fits(self) -> bool:
        """Nothing speaks against it."""
        return all(ok for ok, _text in self.reasons)

    def plain(self) -> list[dict[str, Any]]:
        """The reasons as they are kept with a rollback."""
        return [{"ok": ok, "text": text} for ok, text in self.reasons]


def candidates(incident: Incident) -> list[Candidate]:
    """Every other version of the model, newest first; the target is the first that fits.

    The rule: it was in production before the first suspect event, passed the checks that have to
    pass, its files are kept here and it may serve, and no open incident is about it. Where the
    data is in doubt (poisoning, leakage) it must have been registered before that event, since
    its training data could be bad however long it served.
    """
    bad = incident.model_version
    if bad is None:
        return []
    rows = ModelVersion.objects.filter(model=bad.model_id).exclude(pk=bad.pk)
    versions = list(rows.select_related("model").order_by("-pk")[:MOST_CANDIDATES])
    look = _Look(incident, versions)
    return [Candidate(one, look.reasons(one)) for one in versions]


def target_of(found: list[Candidate]) -> Candidate | None:
    """The newest version that fits."""
    return next((one for one in found if one.fits), None)


def first_suspect(incident: Incident) -> dt.datetime:
    """The earliest moment at which something may have been wrong."""
    return min(filter(None, (incident.occurred_at, incident.detected_at)))


class _Look:
    """What the rule needs to know about all versions, read in five queries."""

    def __init__(self, incident: Incident, versions: list[ModelVersion]) -> None:
        ids = [one.pk for one in versions]
        self.since = first_suspect(incident)
        self.checks = named_checks(incident)
        chosen = ChosenPlaybook.objects.filter(incident=incident)
        self.by_training = any(one.frozen.counts_back_to == "training" for one in chosen)
        live = Deployment.objects.filter(
            model_version__in=ids, stage=Deployment.Stage.PRODUCTION, since__lt=self.since
        )
        self.live = set(live.order_by().values_list("model_version", flat=True))
        open_ones = Incident.objects.still_open().filter(model_version__in=ids)
        self.doubted = set(open_ones.order_by().values_list("model_version", flat=True))
        self.files: dict[int, list[Artifact]] = {}
        for artifact in Artifact.objects.filter(model_version__in=ids).select_related("file"):
            self.files.setdefault(artifact.model_version_id, []).append(artifact)
        runs = CheckRun.objects.filter(
            model_version__in=ids, check_name__in=self.checks, finished_at__isnull=False
        )
        self.verdicts: dict[tuple[int, str], str] = {}
        for run in runs.order_by("finished_at", "pk").values(
            "model_version", "check_name", "verdict"
        ):
            self.verdicts[run["model_version"], run["check_name"]] = run["verdict"]

    def reasons(self, one: ModelVersion) -> list[tuple[bool, str]]:
        """Every point of the rule about one version."""
        return [self._lived(one), *self._passed(one), self._kept(one), self._may(one),
                self._trusted(one)]  # fmt: skip

    def _lived(self, one: ModelVersion) -> tuple[bool, str]:
        words = {"at": f"{self.since:%Y-%m-%d %H:%M} UTC"}
        if self.by_training:
            early = one.created_at < self.since
            text = (
                _("Registered before the first suspect data of %(at)s.")
                if early
                else _("Registered after the first suspect data of %(at)s.")
            )
            return early, text % words
        if one.pk in self.live:
            return True, _("Was in production before %(at)s.") % words
        return False, _("Was not in production before %(at)s.") % words

    def _passed(self, one: ModelVersion) -> list[tuple[bool, str]]:
        if not self.checks:
            return [(False, _("No check is named that would show whether it is better."))]
        found = []
        for check in self.checks:
            verdict = self.verdicts.get((one.pk, check), "")
            words = {"check": check, "verdict": verdict}
            if verdict == CheckRun.Verdict.PASS:
                found.append((True, _("Passed “%(check)s”.") % words))
            elif verdict:
                text = _("“%(check)s” said “%(verdict)s” last.") % words
                found.append((False, text))
            else:
                found.append((False, _("“%(check)s” never ran on it.") % words))
        return found

    def _kept(self, one: ModelVersion) -> tuple[bool, str]:
        files = self.files.get(one.pk, [])
        lost = [f.path for f in files if f.file is None or not path_of(f.file.digest).exists()]
        if not one.content_digest or not files:
            return False, _("Its content is not frozen, or no file of it is registered.")
        if lost:
            return False, _("Its file %(path)s is not kept here.") % {"path": lost[0]}
        return True, _("All its files are kept here under their digests.")

    def _may(self, one: ModelVersion) -> tuple[bool, str]:
        words = {"state": one.get_state_display()}
        if one.state in SERVABLE:
            return True, _("Its state, “%(state)s”, lets it serve.") % words
        return False, _("Its state, “%(state)s”, does not let it serve.") % words

    def _trusted(self, one: ModelVersion) -> tuple[bool, str]:
        if one.pk in self.doubted:
            return False, _("An open incident is about it.")
        return True, _("No open incident is about it.")


def running_of(incident: Incident) -> QuerySet[Any]:
    """Where the version concerned serves now."""
    if incident.model_version is None:
        return Deployment.objects.none()
    rows: QuerySet[Any] = Deployment.objects.filter(
        model_version=incident.model_version, until=None
    )
    return rows.select_related("model_version__model", "system").order_by("-since")


@dataclass
class Blast:
    """What shares the bytes of a version. ``hidden`` counts what the reader may not see."""

    versions: list[ModelVersion] = field(default_factory=list)
    descendants: list[ModelVersion] = field(default_factory=list)
    deployments: list[Deployment] = field(default_factory=list)
    datasets: list[DatasetVersion] = field(default_factory=list)
    trained: list[ModelVersion] = field(default_factory=list)
    hidden: int = 0


def blast_radius(incident: Incident, by: Any) -> Blast:
    """By digest: versions with one of its files, what was made from them, where any of these
    serves, its tables, and versions that use a table with the same bytes. At most 13 queries.
    """
    found = Blast()
    bad = incident.model_version
    if bad is None:
        return found
    digests = Artifact.objects.filter(model_version=bad).order_by().values("digest")
    same = set(
        Artifact.objects.filter(digest__in=digests).order_by().values_list(
            "model_version", flat=True
        )
    ) - {bad.pk}  # fmt: skip
    made = _descendants({bad.pk, *same}) - same - {bad.pk}
    files = DatasetUse.objects.filter(model_version=bad).order_by().values("dataset__file")
    tables = DatasetVersion.objects.filter(file__in=files)
    users = DatasetUse.objects.filter(dataset__in=tables.order_by().values("pk"))
    trained = set(users.order_by().values_list("model_version", flat=True)) - {bad.pk}
    found.versions = _seen(found, by, same)
    found.descendants = _seen(found, by, made)
    found.trained = _seen(found, by, trained - same - made)
    serving = Deployment.objects.visible_to(by).filter(
        model_version__in={bad.pk, *same, *made}, until=None
    )
    found.deployments = list(serving.select_related("model_version__model")[:MOST_SHOWN])
    found.datasets = list(tables.visible_to(by)[:MOST_SHOWN])
    return found


def _descendants(start: set[int]) -> set[int]:
    """What was made from versions of ``start``, over three levels."""
    reached, layer = set(start), set(start)
    for _level in range(LEVELS):
        links = VersionParent.objects.filter(parent__in=layer).order_by()
        layer = set(links.values_list("child", flat=True)) - reached
        if not layer:
            break
        reached |= layer
    return reached


def _seen(found: Blast, by: Any, ids: set[int]) -> list[ModelVersion]:
    rows = ModelVersion.objects.visible_to(by).filter(pk__in=ids)
    seen = list(rows.select_related("model").order_by("-pk"))
    found.hidden += len(ids) - len(seen)
    return seen[:MOST_SHOWN]


def served_window(incident: Incident) -> tuple[dt.datetime, dt.datetime]:
    """From when to when the bad version may have served wrongly: from the beginning, or from
    its first deployment if that is later, until it was contained or ended, else until now."""
    since, until = first_suspect(incident), incident.contained_at or timezone.now()
    rows = Deployment.objects.filter(
        Q(until=None) | Q(until__gt=since),
        model_version=incident.model_version, stage=Deployment.Stage.PRODUCTION,
    )  # fmt: skip
    spans = list(rows.order_by("since").values_list("since", "until"))
    if spans:
        since = max(since, spans[0][0])
        ends = [end for _start, end in spans]
        if None not in ends:
            until = min(until, max(end for end in ends if end is not None))
    return since, max(since, until)


def harms_of(incident: Incident) -> list[Harm]:
    """Who was harmed, first to last; withdrawn ones too."""
    return list(Harm.objects.filter(incident=incident).select_related("noted_by"))


def exposure_of(incident: Incident) -> Exposure | None:
    """The newest count of decisions that the bad version served."""
    found: Exposure | None = (
        Exposure.objects.filter(incident=incident)
        .select_related("model_version__model", "noted_by")
        .first()
    )
    return found


def is_over(incident: Incident) -> bool:
    """Nothing can be ticked or rolled back any more."""
    return incident.state in states.ENDED
