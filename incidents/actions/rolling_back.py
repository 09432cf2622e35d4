"""Rolling the bad version back through the registry, for an incident."""

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from incidents.actions.common import impossible, require_on, required
from incidents.actions.containing import store_containment
from incidents.models import Containment, Incident, RollbackRecord
from incidents.queries.rollback import Candidate, candidates, is_over, target_of
from ledger.actions import action
from ledger.errors import Refused
from models_registry.actions.deployments import roll_back
from models_registry.models import Deployment, ModelVersion


def roll_back_incident(
    *,
    by: User,
    incident: Incident,
    deployment: Deployment,
    reason: str,
    target: ModelVersion | None = None,
    force: bool = False,
) -> RollbackRecord:
    """End ``deployment`` of the bad version and start the target in its place; it is containment.

    Without ``target`` it is the one that the rule names. ``force`` goes on although the rule or
    the registry's check of the way back speaks against the target; the record keeps the reasons.
    Raises ``Refused`` when no target is known or fits, when the deployment is not of the version
    concerned, and (409) when the incident or the deployment has ended; the registry asks for its
    own permission.
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
    if is_over(incident):
        raise impossible(incident)
    reason = required(reason, "reason", _("Say why, for whoever reads this later."))
    if deployment.model_version_id != incident.model_version_id:
        raise Refused(_("That deployment is not of the version concerned."), field="deployment")
    named = _chosen(incident, target, force=force)
    with action("incidents.rollback.executed", by=by, reason=reason) as act:
        started = roll_back(
            by=by, deployment=deployment, target=named.version, reason=reason, force=force
        )
        made = RollbackRecord(
            incident=incident, ended=deployment, started=started, fits=named.fits,
            reasons=named.plain(), done_by=by,
        )  # fmt: skip
        act.save(made)
        kind = Containment.Kind.ROLLBACK
        words = {"old": deployment.model_version, "new": named.version, "why": reason}
        text = _("%(old)s → %(new)s. %(why)s") % words
        store_containment(act, by, incident, kind, text, started.since, started)
    return made


def _chosen(incident: Incident, target: ModelVersion | None, *, force: bool) -> Candidate:
    """The target, named or by the rule. Raises ``Refused`` when there is none or none that fits."""
    found = candidates(incident)
    named = target_of(found) if target is None else _named(found, target)
    if named is None:
        raise Refused(
            _("No version fits. Name one yourself, with a reason."), code="no-target",
            field="target",
        )  # fmt: skip
    if not named.fits and not force:
        against = " ".join(text for ok, text in named.reasons if not ok)
        raise Refused(
            _("The rule speaks against it: %(why)s") % {"why": against}, code="not-fit",
            field="target",
        )  # fmt: skip
    return named


def _named(found: list[Candidate], target: ModelVersion) -> Candidate | None:
    return next((one for one in found if one.version.pk == target.pk), None)
