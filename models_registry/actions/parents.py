"""Writes about what a version was made from."""

from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from ledger.actions import action
from ledger.errors import Refused
from models_registry.actions.cards import refuse_frozen
from models_registry.actions.editing import locked
from models_registry.models import ModelVersion, VersionParent

MOST_PARENTS = 50
MOST_ABOVE = 5_000


def add_parent(
    *,
    by: User,
    version: ModelVersion,
    relation: str,
    parent: ModelVersion | None = None,
    outside: str = "",
) -> VersionParent:
    """Say that a draft was made from ``parent``, or from something of that name ``outside``.

    Raises ``Refused`` when the version is frozen, when both or none of the two are given, and
    when the parent descends from the version.
    """
    require(by, Permission.VERSION_REGISTER, version.model.unit_id)
    outside = " ".join(outside.split())
    if (parent is None) == (not outside):
        raise Refused(
            _("Choose a version of the registry, or name one outside of it; not both."),
            code="one-parent",
            field="parent",
        )
    if relation not in VersionParent.Relation.values:
        raise Refused(_("Choose how it was made."), code="relation", field="relation")
    if parent is not None:
        require(by, Permission.RECORD_VIEW, parent.model.unit_id)
    with action("models_registry.parent.added", by=by) as act:
        refuse_frozen(locked(version))
        if parent is not None:
            _refuse_circle(version, parent)
        _refuse_more(version)
        link = VersionParent(child=version, parent=parent, outside=outside, relation=relation)
        act.save(link)
    return link


def remove_parent(*, by: User, link: VersionParent) -> None:
    """Take a parent of a draft away again."""
    require(by, Permission.VERSION_REGISTER, link.child.model.unit_id)
    with action("models_registry.parent.removed", by=by) as act:
        refuse_frozen(locked(link.child))
        act.delete(link)


def _refuse_more(version: ModelVersion) -> None:
    if version.parent_links.count() >= MOST_PARENTS:
        raise Refused(
            _("A version has at most %(most)s parents.") % {"most": MOST_PARENTS}, code="many"
        )


def _refuse_circle(version: ModelVersion, parent: ModelVersion) -> None:
    """Raise ``Refused`` when ``version`` is ``parent`` or above it.

    All that stands above is locked, the lowest id first: whoever would close a circle from
    another side at the same time must lock one of these rows, too, and waits.
    """
    rows = ModelVersion.objects.select_for_update().order_by("pk")
    list(rows.filter(pk__in=_above(parent.pk)).values_list("pk", flat=True))
    if version.pk in _above(parent.pk):
        raise Refused(
            _("%(parent)s was itself made from this version. Choose another one.")
            % {"parent": parent},
            code="circle",
            field="parent",
        )


def _above(pk: int) -> set[int]:
    """``pk`` and every version that it was made from, at any distance."""
    found, layer = {pk}, {pk}
    while layer and len(found) < MOST_ABOVE:
        links = VersionParent.objects.filter(child__in=layer, parent__isnull=False).order_by()
        layer = set(links.values_list("parent_id", flat=True)) - found
        found |= layer
    return found
