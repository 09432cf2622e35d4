"""Settling what becomes of each item between two editions of a framework."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.actions import require_anywhere
from accounts.models import User
from accounts.permissions import Permission
from frameworks.migrating import PlannedChange, changes_digest, counts_of
from frameworks.models import FrameworkVersion, MigrationSet, Node, NodeChange
from frameworks.queries import planned_changes
from ledger.actions import action
from ledger.errors import Refused


def settle_migration(
    *, by: User, from_version: FrameworkVersion, to_version: FrameworkVersion, shown: str
) -> MigrationSet:
    """Store the changes as they were shown; answers can be carried over from then on.

    ``shown`` is the digest of the plan that the person saw. Raises PermissionDenied, or Refused
    for editions of two frameworks, the same edition twice, another plan than was shown, and when
    it is settled already.
    """
    require_anywhere(by, Permission.FRAMEWORK_IMPORT)
    check_editions(from_version, to_version)
    changes = planned_changes(from_version, to_version)
    if changes_digest(changes) != shown:
        raise Refused(_("This is not the plan that was shown. Look again."), code="stale-plan")
    if MigrationSet.objects.filter(from_version=from_version, to_version=to_version).exists():
        raise Refused(_("This is settled already."), code="settled", status=409)
    with action("frameworks.migration.settled", by=by) as act:
        found = MigrationSet(
            from_version=from_version,
            to_version=to_version,
            counts=counts_of(changes),
            digest=changes_digest(changes),
        )
        act.save(found)
        _store(found, changes)
    return found


def check_editions(from_version: FrameworkVersion, to_version: FrameworkVersion) -> None:
    """Raises Refused unless these are two whole editions of one framework."""
    same = from_version.framework_id == to_version.framework_id
    whole = FrameworkVersion.Extent.FULL
    if (
        not same
        or from_version == to_version
        or {from_version.extent, to_version.extent} != {whole}
    ):
        raise Refused(
            _("Choose two editions of one framework that are here as a whole."),
            code="other-framework",
        )


def _store(migration: MigrationSet, changes: Sequence[PlannedChange]) -> None:
    keys: dict[int, dict[str, int]] = {}
    for version_id in (migration.from_version_id, migration.to_version_id):
        nodes = Node.objects.filter(framework_version_id=version_id)
        keys[version_id] = dict(nodes.values_list("key", "pk"))
    NodeChange.objects.bulk_create(
        NodeChange(
            migration=migration,
            change=change.change,
            source_id=keys[migration.from_version_id].get(change.old),
            target_id=keys[migration.to_version_id].get(change.new),
            carries=change.carries,
            also_reworded=change.also_reworded,
        )
        for change in changes
    )
