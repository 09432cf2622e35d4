"""Opening, handing in, reopening and renewing assessments."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from frameworks.models import FrameworkVersion, Profile
from frameworks.queries import current_version, migration_between
from governance.assessments import states
from governance.assessments.actions.locking import check_owner, locked, locked_open
from governance.assessments.models import Assessment
from governance.assessments.queries import FINISHED, organisation_assessments, rows
from ledger.actions import Act, action
from ledger.errors import Refused
from ledger.transitions import NoTransition, Transition, step
from models_registry.models import AISystem, ModelVersion

_EVENTS = {
    "submit": "governance.assessment.submitted",
    "reopen": "governance.assessment.reopened",
    "return": "governance.assessment.returned",
    "sign": "governance.assessment.signed",
}


def open_assessment(
    *,
    by: User,
    title: str,
    system: AISystem | None = None,
    model_version: ModelVersion | None = None,
    unit: Unit | None = None,
    framework_version: FrameworkVersion | None = None,
    profile: Profile | None = None,
    owner: User | None = None,
    **dates: date | None,
) -> Assessment:
    """Open an assessment of a system, of one version in a system, or of a unit itself.

    Against the AI RMF 1.0 unless another version is given, or a published profile, of which only
    the items are asked; ``dates`` are ``period_start``,
    ``period_end`` and ``due_date``. The owner is whoever opens it unless named. No answer rows
    are made: each appears with its first save. What the organisation answered is inherited from
    its nearest assessment. Raises PermissionDenied, or Refused for an owner who may not see what
    is assessed, a version that is no part of the system, or a period that ends before it begins.
    """
    home = _unit_of(system, model_version, unit)
    require(by, Permission.ASSESSMENT_OPEN, home)
    owner = owner or by
    check_owner(owner.pk, home.pk)
    assessment = Assessment(
        subject=_subject(system, model_version),
        unit=home,
        system=system,
        model_version=model_version,
        framework_version=_framework(framework_version, profile),
        profile=profile,
        title=title.strip(),
        owner=owner,
        **dates,
    )
    assessment.inherits_from = _inherited(assessment)
    with action("governance.assessment.opened", by=by) as act:
        act.save(assessment)
    return assessment


def open_next_period(
    *,
    by: User,
    assessment: Assessment,
    title: str,
    carried: list[str],
    owner: User | None = None,
    framework_version: FrameworkVersion | None = None,
    **dates: date | None,
) -> Assessment:
    """Open the next period of an assessment that was handed in or signed.

    ``carried`` names what of the last answers is offered again (``Assessment.CARRIED``). Nothing
    is copied: each answer waits beside its question until somebody says that it is still true,
    or answers anew; so this takes the same few queries however long the last one was. Against
    another edition of the framework each answer waits where its item went; a profile of the old
    edition does not go along. Raises PermissionDenied, or Refused while the last period is a
    draft, for an unknown field, an edition whose changes are not settled, or when that period
    has been renewed already.
    """
    require(by, Permission.ASSESSMENT_OPEN, assessment.unit_id)
    assessment = assessment.reloaded()
    _refuse_renewing(assessment, carried)
    version = _next_edition(assessment, framework_version)
    check_owner((owner or by).pk, assessment.unit_id)
    same = ("subject", "unit", "system", "model_version")
    new = Assessment(
        **{name: getattr(assessment, name) for name in same},
        framework_version=version,
        profile=assessment.profile if version == assessment.framework_version else None,
        title=title.strip(),
        owner=owner or by,
        previous=assessment,
        carried=[name for name in Assessment.CARRIED if name in carried],
        **dates,
    )
    new.inherits_from = _inherited(new)
    with action("governance.assessment.renewed", by=by) as act:
        act.save(new)
    return new


def inherit_from(*, by: User, assessment: Assessment, source: Assessment | None) -> Assessment:
    """Choose the assessment of the organisation that the answers come from, or none.

    Raises Refused for one that is not of a unit above, or of another framework version.
    """
    with action("governance.assessment.inherits", by=by) as act:
        held = locked_open(by, assessment, Permission.ASSESSMENT_OPEN)
        if source is not None and not _candidates(held).filter(pk=source.pk).exists():
            raise Refused(
                _("Choose an assessment of the unit or of one above it, of the same framework."),
                code="not-above",
                field="source",
            )
        held.inherits_from = source
        act.save(held)
    return held


def submit_assessment(*, by: User, assessment: Assessment, reason: str = "") -> Assessment:
    """Hand the assessment in.

    Raises Refused, naming what is left, while answers are unfinished and no reason is given
    for handing it in like that.
    """
    left = [row.key for row in rows(assessment) if row.progress not in FINISHED]
    if left and not reason.strip():
        raise Refused(
            ngettext(
                "%(count)d answer is not finished: %(keys)s. Finish it, or say why you submit "
                "the assessment without it.",
                "%(count)d answers are not finished, such as %(keys)s. Finish them, or say why "
                "you submit the assessment without them.",
                len(left),
            )
            % {"count": len(left), "keys": ", ".join(left[:5])},
            code="unfinished",
            field="reason",
        )
    with action(_EVENTS["submit"], by=by, reason=reason.strip()) as act:
        return move(act, locked(by, assessment, Permission.ASSESSMENT_SUBMIT), "submit", reason)


def reopen_assessment(*, by: User, assessment: Assessment, reason: str) -> Assessment:
    """Make a submitted assessment a draft again. Raises Refused without a reason."""
    with action(_EVENTS["reopen"], by=by, reason=reason.strip()) as act:
        return move(act, locked(by, assessment, Permission.ASSESSMENT_SUBMIT), "reopen", reason)


def move(act: Act, held: Assessment, verb: str, reason: str) -> Assessment:
    """Walk one row of the state table. Raises Refused for a wrong state or a missing reason."""
    transition = _transition(held.state, verb)
    if transition.needs_reason and not reason.strip():
        raise Refused(_("Say why."), code="reason-needed", field="reason")
    held.state = transition.target
    if held.state == states.DRAFT:
        held.submitted_at = None
    elif held.state == states.SUBMITTED:
        held.submitted_at = timezone.now()
    act.save(held)
    return held


def _transition(state: str, verb: str) -> Transition:
    try:
        return step(states.ASSESSMENT, state, verb)
    except NoTransition as error:
        raise Refused(
            _("An assessment in state “%(state)s” does not allow this.") % {"state": state},
            code="wrong-state",
            status=409,
        ) from error


def _unit_of(system: AISystem | None, version: ModelVersion | None, unit: Unit | None) -> Unit:
    if system is None:
        if unit is None or version is not None:
            raise Refused(_("Say what is assessed."), code="no-subject", field="system")
        return unit
    if version is not None and not version.model.uses.filter(system=system).exists():
        raise Refused(
            _("The system does not use this model."), code="not-in-use", field="model_version"
        )
    return system.unit


def _framework(version: FrameworkVersion | None, profile: Profile | None) -> FrameworkVersion:
    if profile is not None:
        if profile.is_draft or version not in (None, profile.framework_version):
            raise Refused(
                _("Choose a published profile of the framework."), code="profile", field="profile"
            )
        return profile.framework_version
    if version is not None and not version.nodes.filter(assessable=True).exists():
        raise Refused(
            _("Only identifiers of this framework are here: there is nothing to assess."),
            code="no-items",
            field="framework_version",
        )
    return version or current_version()


def _next_edition(assessment: Assessment, version: FrameworkVersion | None) -> FrameworkVersion:
    old = assessment.framework_version
    if version is None or version == old:
        return old
    if migration_between(old.pk, version.pk) is None:
        raise Refused(
            _("What changes between the two editions is not settled. Ask an administrator."),
            code="not-settled",
            field="framework_version",
        )
    return version


def _subject(system: AISystem | None, version: ModelVersion | None) -> str:
    if system is None:
        return Assessment.Subject.ORGANISATION
    return Assessment.Subject.VERSION if version else Assessment.Subject.SYSTEM


def _candidates(assessment: Assessment) -> Any:
    if assessment.subject == Assessment.Subject.ORGANISATION:
        return Assessment.objects.none()
    return organisation_assessments(assessment.unit, assessment.framework_version_id)


def _inherited(assessment: Assessment) -> Assessment | None:
    found: Assessment | None = _candidates(assessment).first()
    return found


def _refuse_renewing(assessment: Assessment, carried: list[str]) -> None:
    unknown = set(carried) - set(Assessment.CARRIED)
    if unknown:
        raise Refused(
            _("Unknown fields: %s") % ", ".join(sorted(unknown)),
            code="unknown-field",
            field="carried",
        )
    if assessment.is_open:
        raise Refused(
            _("Hand this period in before you open the next one."), code="still-open", status=409
        )
    if assessment.later.exists():
        raise Refused(
            _("The next period of this assessment is open already."), code="renewed", status=409
        )
