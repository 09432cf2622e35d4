"""The stored state is known without reading the row back, for every field type that says so."""

import datetime as dt
import decimal
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from ledger.actions import action
from ledger.canonical import canonical
from ledger.errors import Refused
from ledger.models import Event, Record
from ledger.stored import _AS_GIVEN, plan_for, stored_state


class Specimen(Record):
    """One column of each field type whose stored form is foreseen."""

    big = models.BigIntegerField(default=0)
    small = models.SmallIntegerField(default=0)
    whole = models.IntegerField(default=0)
    positive = models.PositiveIntegerField(default=0)
    positive_big = models.PositiveBigIntegerField(default=0)
    positive_small = models.PositiveSmallIntegerField(default=0)
    flag = models.BooleanField(default=False)
    maybe = models.BooleanField(null=True, blank=True)
    chars = models.CharField(max_length=60, blank=True)
    slug = models.SlugField(blank=True)
    email = models.EmailField(blank=True)
    url = models.URLField(blank=True)
    text = models.TextField(blank=True)
    number = models.FloatField(null=True, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    huge = models.DecimalField(max_digits=30, decimal_places=10, null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    moment = models.DateTimeField(null=True, blank=True)
    clock = models.TimeField(null=True, blank=True)
    span = models.DurationField(null=True, blank=True)
    mark = models.UUIDField(default=uuid.uuid4)
    raw = models.BinaryField(default=b"", editable=True, blank=True)
    tree = models.JSONField(default=dict, blank=True)
    dated = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        app_label = "ledger_tests"

    def __str__(self) -> str:
        return str(self.pk)


class Plain(Specimen):
    """The same columns without the one that only the database knows (``huge``)."""

    class Meta:
        app_label = "ledger_tests"
        proxy = True

    LEDGER_EXCLUDE = frozenset({"huge"})


@pytest.fixture(scope="module", autouse=True)
def specimen_table(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Specimen)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Specimen)


_SAFE = st.characters(exclude_categories=("Cs",), exclude_characters="\x00")
_TEXT = st.text(_SAFE, max_size=30)
_FLOATS = st.floats(allow_nan=False, allow_infinity=False)
_ZONES = st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=5, minutes=45))])
_FIRST = dt.datetime(1900, 1, 2)  # noqa: DTZ001  Hypothesis adds the zone
_LAST = dt.datetime(2200, 1, 1)  # noqa: DTZ001  Hypothesis adds the zone
_MOMENTS = st.datetimes(_FIRST, _LAST, timezones=_ZONES)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | _FLOATS | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_VALUES = st.fixed_dictionaries(
    {
        "big": st.integers(-(2**63), 2**63 - 1),
        "small": st.integers(-(2**15), 2**15 - 1),
        "whole": st.integers(-(2**31), 2**31 - 1) | st.just("17"),
        "positive": st.integers(0, 2**31 - 1),
        "positive_big": st.integers(0, 2**63 - 1),
        "positive_small": st.integers(0, 2**15 - 1),
        "flag": st.booleans() | st.sampled_from([0, 1, "True"]),
        "maybe": st.none() | st.booleans(),
        "chars": _TEXT | st.integers(),
        "text": _TEXT,
        "number": st.none() | _FLOATS | st.integers(-5, 5) | st.just("2.5"),
        "amount": st.none()
        | st.decimals(-(10**8), 10**8, places=3)
        | st.sampled_from([decimal.Decimal("-0"), decimal.Decimal("1E+3"), "1.5", 7]),
        "huge": st.none() | st.decimals(-(10**19), 10**19, places=10),
        "day": st.none() | st.dates(dt.date(1, 1, 1)) | st.just("2026-02-03"),
        "moment": st.none() | _MOMENTS,
        "clock": st.none() | st.times() | st.just("10:20"),
        "span": st.none() | st.timedeltas(dt.timedelta(days=-9999), dt.timedelta(days=9999)),
        "mark": st.uuids() | st.uuids().map(str),
        "raw": st.binary(max_size=20),
        "tree": _JSON.filter(lambda value: value is not None),
        "dated": st.dictionaries(_TEXT, _MOMENTS | st.decimals(0, 9, places=2), max_size=2),
    }
)


@pytest.mark.django_db
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(values=_VALUES, changed=_VALUES)
def test_what_is_foreseen_is_what_is_stored(
    values: dict[str, Any], changed: dict[str, Any]
) -> None:
    by = User.objects.service()
    record = Plain(**values, user=by)
    with action("tests.specimen.made", by=by) as act:
        act.save(record)
        assert canonical(stored_state(record)) == canonical(record.reloaded().state_of())
        for name, value in changed.items():
            setattr(record, name, value)
        act.save(record)
    stored = Plain._base_manager.get(pk=record.pk)
    assert canonical(stored_state(record)) == canonical(stored.state_of())
    last = Event.objects.filter(subject=record.key).latest("pk")
    assert last.state_digest == stored.state_digest()


def test_every_field_type_that_is_taken_as_given_is_in_the_specimen() -> None:
    shown = {type(field) for field in Specimen._meta.concrete_fields}
    assert shown >= _AS_GIVEN - {models.AutoField}


@pytest.mark.django_db
def test_a_record_with_a_field_that_only_the_database_knows_is_read_back() -> None:
    assert plan_for(Plain).foreseeable
    assert not plan_for(Specimen).foreseeable
    by = User.objects.service()
    record = Specimen(huge=decimal.Decimal("1234567890123456789.0123456789"))
    with action("tests.specimen.made", by=by) as act:
        act.save(record)
    event = Event.objects.filter(subject=record.key).latest("pk")
    assert event.state_digest == record.reloaded().state_digest()


@pytest.mark.django_db
def test_a_value_changed_in_place_is_seen_in_the_event() -> None:
    by = User.objects.service()
    record = Plain(tree={"a": [1]})
    with action("tests.specimen.made", by=by) as act:
        act.save(record)
    again = Plain._base_manager.get(pk=record.pk)
    again.tree["a"].append(2)
    with action("tests.specimen.changed", by=by) as act:
        act.save(again)
    body = Event.objects.filter(subject=record.key).latest("pk").body
    assert '"old":{"tree":{"a":[1]}' in body
    assert '"new":{"tree":{"a":[1,2]}' in body


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"number": float("nan")},
        {"number": float("inf")},
        {"tree": {"a": float("nan")}},
        {"tree": {"a": "nul \x00"}},
        {"tree": {"a": "half \ud83d"}},
        {"text": "nul \x00"},
    ],
)
def test_values_that_one_of_the_databases_cannot_hold_are_refused_on_both(
    values: dict[str, Any],
) -> None:
    by = User.objects.service()
    record = Plain(**values)
    with pytest.raises(Refused), action("tests.specimen.made", by=by) as act:
        act.save(record)
    assert not Plain._base_manager.exists()


@pytest.mark.django_db
def test_a_column_left_out_of_the_read_is_asked_for_before_the_write() -> None:
    by = User.objects.service()
    record = Plain(chars="one", moment=timezone.now())
    with action("tests.specimen.made", by=by) as act:
        act.save(record)
    partly = Plain._base_manager.defer("chars").get(pk=record.pk)
    partly.chars = "two"
    with action("tests.specimen.changed", by=by) as act:
        act.save(partly)
    body = Event.objects.filter(subject=record.key).latest("pk").body
    assert '"chars":"one"' in body
    assert '"chars":"two"' in body
