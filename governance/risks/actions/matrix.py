"""Setting the matrix by which a unit rates its risks."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from governance.risks.models import RiskMatrix
from ledger.actions import action
from ledger.errors import Refused


def set_matrix(*, by: User, unit: Unit, reason: str, values: Mapping[str, Any]) -> RiskMatrix:
    """The matrix of ``unit`` and of all units below it that have none of their own, from now on.

    ``values`` are ``likelihoods`` and ``impacts`` (words, least first) and ``critical_from``,
    ``high_from`` and ``medium_from`` (products of the two). Risks that are rated keep the matrix
    by which they were, until somebody rates them anew. Raises PermissionDenied, or Refused.
    """
    require(by, Permission.RISK_MATRIX, unit)
    if not reason.strip():
        raise Refused(_("Say why."), code="reason-needed", field="reason")
    made = RiskMatrix(
        unit=unit,
        set_by=by,
        likelihoods=_words(values["likelihoods"]),
        impacts=_words(values["impacts"]),
        critical_from=values["critical_from"],
        high_from=values["high_from"],
        medium_from=values["medium_from"],
    )
    with action("governance.matrix.set", by=by, reason=reason.strip()) as act:
        act.save(made)
    return made


def _words(sent: Any) -> Any:
    plain = isinstance(sent, list) and all(isinstance(one, str) for one in sent)
    return [one.strip() for one in sent] if plain else sent
