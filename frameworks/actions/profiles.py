"""Making, filling and publishing profiles."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from frameworks.identifiers import key_forms
from frameworks.models import FrameworkVersion, Node, Profile, ProfileItem
from frameworks.profile_items import Items, digest_of
from frameworks.queries import profile_values
from ledger.actions import Act, action
from ledger.errors import Refused, StaleWrite

HIGHEST = 4


@dataclass(frozen=True)
class Change:
    """An item that a save changed: level and reason before and after; None where it is absent."""

    key: str
    old: tuple[int | None, str] | None
    new: tuple[int | None, str] | None


def create_profile(
    *,
    by: User,
    unit: Unit,
    framework_version: FrameworkVersion,
    title: str,
    purpose: str,
    base: Profile | None = None,
    as_of: date | None = None,
    description: str = "",
) -> Profile:
    """A draft profile of a unit, with the items of ``base`` if one is given.

    Raises PermissionDenied, or Refused for a base of another framework version or a framework of
    which only identifiers are here.
    """
    require(by, Permission.ASSESSMENT_OPEN, unit)
    _check_base(framework_version, base)
    items = profile_values(base) if base is not None else {}
    profile = Profile(
        framework_version=framework_version,
        unit=unit,
        base=base,
        title=title.strip(),
        purpose=purpose,
        as_of=as_of,
        description=description.strip(),
        items_digest=digest_of(items),
    )
    with action("frameworks.profile.created", by=by) as act:
        act.save(profile)
        _replace(profile, items)
    return profile


def edit_profile(*, by: User, profile: Profile, version: int, **values: Any) -> Profile:
    """Change title, purpose, date or description of a draft.

    Raises StaleWrite when ``version`` is not the stored one, Refused for a published profile.
    """
    unknown = set(values) - set(Profile.FIELDS)
    if unknown:
        raise Refused(_("Unknown fields: %s") % ", ".join(sorted(unknown)), code="unknown-field")
    with action("frameworks.profile.edited", by=by) as act:
        held = _locked_draft(by, profile, version)
        for name, value in values.items():
            setattr(held, name, value.strip() if isinstance(value, str) else value)
        act.save(held)
    return held


def set_items(
    *, by: User, profile: Profile, version: int, items: Mapping[str, tuple[int | None, str] | None]
) -> list[Change]:
    """Set level and reason of items by identifier; None takes an item out.

    What is not named stays as it is. Returns what changed; nothing changed leaves no event.
    Raises StaleWrite when ``version`` is not the stored one, and Refused for a published profile,
    an unknown identifier, a level above 4, or a target level without a reason.
    """
    with action("frameworks.profile.filled", by=by) as act:
        held = _locked_draft(by, profile, version)
        before = profile_values(held)
        wanted = _wanted(held, items)
        after = {key: value for key, value in {**before, **wanted}.items() if value is not None}
        changes = [
            Change(key, before.get(key), value)
            for key, value in wanted.items()
            if before.get(key) != value
        ]
        if changes:
            _store(act, held, after, changes)
    return changes


def publish_profile(*, by: User, profile: Profile, version: int) -> Profile:
    """Close a draft: its items never change again. Raises Refused for an empty one."""
    with action("frameworks.profile.published", by=by) as act:
        held = _locked_draft(by, profile, version)
        if not held.items.exists():
            raise Refused(
                _("The profile has no item yet. Choose at least one."), code="empty", status=409
            )
        held.status = Profile.Status.PUBLISHED
        act.save(held)
    return held


def _check_base(version: FrameworkVersion, base: Profile | None) -> None:
    if version.extent != FrameworkVersion.Extent.FULL:
        raise Refused(
            _("Only identifiers of this framework are here: there is nothing to assess."),
            code="no-items",
            field="framework_version",
        )
    if base is not None and base.framework_version_id != version.pk:
        raise Refused(
            _("The profile it is made from belongs to another framework version."),
            code="other-framework",
            field="base",
        )


def _locked_draft(by: User, profile: Profile, version: int) -> Profile:
    """The profile as stored now, locked. The permission is part of the query."""
    held: Profile | None = (
        Profile.objects.visible_to(by, Permission.ASSESSMENT_OPEN)
        .select_for_update(of=("self",))
        .filter(pk=profile.pk)
        .first()
    )
    if held is None:
        raise PermissionDenied(_("Your roles do not allow you to change this profile."))
    if held.version != version:
        raise StaleWrite(_("Somebody else saved this record meanwhile. Load it again."))
    if not held.is_draft:
        raise Refused(
            _("This profile is published and stays as it is. Make a new one from it."),
            code="published",
            status=409,
        )
    return held


def _wanted(
    profile: Profile, items: Mapping[str, tuple[int | None, str] | None]
) -> dict[str, tuple[int | None, str] | None]:
    nodes = Node.objects.filter(framework_version_id=profile.framework_version_id, assessable=True)
    known = set(nodes.values_list("key", flat=True))
    found: dict[str, tuple[int | None, str] | None] = {}
    for written, value in items.items():
        key = next((form for form in key_forms(written) if form in known), None)
        if key is None:
            raise Refused(
                _("The framework has no item “%s” to assess.") % written[:80], code="unknown-item"
            )
        found[key] = None if value is None else _checked(profile, key, *value)
    return found


def _checked(profile: Profile, key: str, level: int | None, reason: str) -> tuple[int | None, str]:
    reason = reason.strip()
    if level is not None and not 0 <= level <= HIGHEST:
        raise Refused(_("%s: levels go from 0 to 4.") % key, code="level")
    if len(reason) > 2_000:
        raise Refused(_("%s: the reason is longer than 2,000 characters.") % key, code="reason")
    if profile.purpose == Profile.Purpose.TARGET:
        if level is None:
            raise Refused(_("%s: say which level it is to reach.") % key, code="level")
        if not reason:
            raise Refused(_("%s: say why this level.") % key, code="reason")
    return level, reason


def _store(act: Act, profile: Profile, after: Items, changes: list[Change]) -> None:
    """The digest enters the record, the changed items the ledger, the rows their table."""
    profile.items_digest = digest_of(_in_reading_order(profile, after))
    act.save(profile)
    _replace(profile, after)
    detail = {change.key: {"old": change.old, "new": change.new} for change in changes}
    act.note(
        profile.key, {"items": detail}, event="frameworks.profile.items-set",
        unit=profile.unit_id,
    )  # fmt: skip


def _in_reading_order(profile: Profile, items: Items) -> Items:
    nodes = Node.objects.filter(framework_version_id=profile.framework_version_id, key__in=items)
    return {key: items[key] for key in nodes.order_by("order").values_list("key", flat=True)}


def _replace(profile: Profile, items: Items) -> None:
    nodes = dict(
        Node.objects.filter(
            framework_version_id=profile.framework_version_id, key__in=items
        ).values_list("key", "pk")
    )
    profile.items.all().delete()
    ProfileItem.objects.bulk_create(
        ProfileItem(profile=profile, node_id=nodes[key], target_level=level, reason=reason)
        for key, (level, reason) in items.items()
    )
