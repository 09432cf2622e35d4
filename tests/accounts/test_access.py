"""Who may do what, where."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.actions import (
    create_token,
    create_unit,
    create_user,
    deactivate_user,
    end_role,
    grant_role,
    require,
    revoke_token,
)
from accounts.models import Membership, User
from accounts.permissions import Permission
from accounts.queries import can, units_where
from accounts.roles import PERMISSIONS, Role
from ledger.errors import DirectWrite, Refused
from ledger.models import Event
from tests.world import World


def test_a_role_holds_in_its_unit_and_below_but_not_above_or_beside(world: World) -> None:
    below = create_unit(by=world.service, name="Cards", parent=world.lending)
    assert can(world.engineer, Permission.CHECK_RUN, world.lending)
    assert can(world.engineer, Permission.CHECK_RUN, below)
    assert not can(world.engineer, Permission.CHECK_RUN, world.acme)
    assert not can(world.engineer, Permission.CHECK_RUN, world.elsewhere)


def test_a_unit_whose_id_begins_with_the_same_digits_is_not_below(world: World) -> None:
    for number in range(25):
        create_unit(by=world.service, name=f"Unit {number}", parent=world.elsewhere)
    visible = set(
        units_where(world.engineer, Permission.RECORD_VIEW).values_list("name", flat=True)
    )
    assert visible == {"Consumer lending"}


def test_a_role_that_ended_gives_nothing(world: World) -> None:
    membership = Membership.objects.get(user=world.engineer)
    end_role(by=world.administrator, membership=membership, reason="left")
    assert not can(world.engineer, Permission.RECORD_VIEW, world.lending)


def test_an_auditor_needs_an_end_date_and_it_must_lie_ahead(world: World) -> None:
    with pytest.raises(Refused, match="date on which it ends"):
        grant_role(
            by=world.administrator, user=world.engineer, unit=world.lending, role=Role.AUDITOR
        )
    with pytest.raises(Refused, match="future"):
        grant_role(
            by=world.administrator,
            user=world.engineer,
            unit=world.lending,
            role=Role.AUDITOR,
            until=timezone.now() - dt.timedelta(days=1),
        )


def test_an_auditor_can_write_nothing_but_a_report_and_his_sign_off() -> None:
    held = PERMISSIONS[Role.AUDITOR]
    reading = {Permission.RECORD_VIEW, Permission.LEDGER_VIEW}
    assert held == reading | {Permission.REPORT_CREATE, Permission.REPORT_ATTEST}


def test_only_an_administrator_of_the_unit_grants_roles(world: World) -> None:
    with pytest.raises(PermissionDenied):
        grant_role(
            by=world.engineer, user=world.engineer, unit=world.lending, role=Role.ADMINISTRATOR
        )
    with pytest.raises(PermissionDenied):
        grant_role(
            by=world.administrator, user=world.engineer, unit=world.elsewhere, role=Role.ENGINEER
        )


def test_a_deactivated_person_holds_no_permission_and_no_token(world: World) -> None:
    create_token(by=world.engineer, name="ci", scopes=[Permission.CHECK_RUN])
    deactivate_user(by=world.administrator, user=world.engineer, reason="left")
    engineer = User.objects.get(pk=world.engineer.pk)
    assert not can(engineer, Permission.RECORD_VIEW, world.lending)
    assert not engineer.auth_token_set.exists()


def test_a_token_is_limited_to_its_scopes(world: World) -> None:
    world.engineer.token_scopes = frozenset({Permission.RECORD_VIEW})
    assert can(world.engineer, Permission.RECORD_VIEW, world.lending)
    with pytest.raises(PermissionDenied):
        require(world.engineer, Permission.CHECK_RUN, world.lending)


def test_a_token_never_gives_more_than_its_owner_holds(world: World) -> None:
    world.auditor.token_scopes = frozenset(p.value for p in Permission)
    assert not can(world.auditor, Permission.SYSTEM_EDIT, world.lending)


def test_a_token_cannot_make_another_token(world: World) -> None:
    world.engineer.token_scopes = frozenset({Permission.RECORD_VIEW})
    with pytest.raises(PermissionDenied):
        create_token(by=world.engineer, name="more", scopes=[Permission.CHECK_RUN])


def test_only_the_hash_of_a_token_is_kept(world: World) -> None:
    token, secret = create_token(by=world.engineer, name="ci", scopes=[Permission.CHECK_RUN])
    assert secret not in str(vars(token))
    assert not Event.objects.filter(body__contains=secret).exists()


def test_nobody_revokes_the_token_of_another(world: World) -> None:
    token, _secret = create_token(by=world.engineer, name="ci", scopes=[Permission.CHECK_RUN])
    with pytest.raises(PermissionDenied):
        revoke_token(by=world.administrator, token=token)


def test_names_and_addresses_never_enter_the_ledger(world: World) -> None:
    create_user(by=world.administrator, email="zyx@acme.example", name="Zyx Private")
    bodies = " ".join(Event.objects.values_list("body", flat=True))
    assert "zyx" not in bodies.lower()


def test_people_cannot_be_written_past_the_actions(world: World) -> None:
    world.engineer.is_active = False
    with pytest.raises(DirectWrite):
        world.engineer.save()
    with pytest.raises(DirectWrite):
        User.objects.filter(pk=world.engineer.pk).update(is_active=False)


def test_a_weak_password_and_a_taken_address_are_refused(world: World) -> None:
    with pytest.raises(Refused) as weak:
        create_user(by=world.administrator, email="a@acme.example", name="A", password="short")
    assert weak.value.field == "password"
    with pytest.raises(Refused) as taken:
        create_user(by=world.administrator, email="Engineer@Acme.example", name="B")
    assert taken.value.field == "email"
