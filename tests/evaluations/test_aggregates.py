"""Aggregates add up exactly, and a verdict can be judged again from them alone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ibis.backends.sql import compilers

from evaluations.checks.catalogue import CATALOGUE
from evaluations.engine.aggregates import from_json, merge, normalised, pack, unpack
from evaluations.engine.protocol import Roles
from evaluations.engine.registry import UnknownCheck, load_check
from evaluations.engine.run import judged
from tests.evaluations.running import compute_on
from tests.evaluations.wide import WIDE_ROLES, wide_table

DIALECTS = ["Postgres", "BigQuery", "Snowflake", "Trino", "Databricks", "ClickHouse"]
# Trino has no hash of a text that gives a number.
WITHOUT = {
    ("Trino", "structures"),
    ("Trino", "repeats"),
    ("Trino", "sizes"),
    ("Trino", "new"),
    ("Trino", "quality"),
}
KINDS = {
    **dict.fromkeys(("y_true", "y_pred", "old", "noisy", "seen", "id", "age", "broke"), "integer"),
    **dict.fromkeys(("c", "note", "group", "reply", "gold", "planted", "rater", "judge"), "text"),
    **dict.fromkeys(("when", "labelled"), "timestamp"),
}
ROWS = st.lists(
    st.tuples(
        st.integers(-5, 5), st.integers(0, 3), st.integers(0, 10**12),
        st.one_of(st.none(), st.floats(-1e9, 1e9)), st.one_of(st.none(), st.floats(-1e9, 1e9)),
    ),
    max_size=30,
)  # fmt: skip


def aggregates(rows):
    names = ("b", "a", "k", "lo", "hi")
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    return {"grid": normalised(("b", "a"), columns)}


@given(ROWS, ROWS, ROWS)
def test_merging_is_associative_and_commutative_to_the_last_bit(one, two, three):
    a, b, c = aggregates(one), aggregates(two), aggregates(three)
    assert merge(merge(a, b), c) == merge(a, merge(b, c))
    assert merge(a, b) == merge(b, a)
    assert merge(a, aggregates([])) == a


@given(ROWS, ROWS)
def test_merged_parts_are_the_aggregate_of_the_whole(one, two):
    assert merge(aggregates(one), aggregates(two)) == aggregates(one + two)


def test_aggregates_of_different_plans_are_not_merged():
    with pytest.raises(ValueError, match="same plan"):
        merge(aggregates([]), {})


@given(
    st.dictionaries(
        st.text(), st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
    )
)
def test_packed_content_comes_back_and_its_bytes_do_not_depend_on_order(content):
    content = {**content, "format": 1}
    turned = dict(reversed(content.items()))
    assert unpack(pack(content)) == content
    assert pack(content) == pack(turned)


@pytest.fixture(scope="module")
def table():
    return wide_table(600)


@pytest.fixture(scope="module")
def answers(table, tmp_path_factory):
    """Answers of each check on the table against itself, computed once."""
    known = {}

    def answer(check):
        if check not in known:
            folder = tmp_path_factory.mktemp("wide")
            known[check] = compute_on(folder, check, table, table, **WIDE_ROLES)
        return known[check]

    return answer


@pytest.mark.parametrize(
    "check", sorted(name for name, spec in CATALOGUE.items() if spec.reads == "table")
)
def test_rows_in_any_order_and_chunks_merge_into_the_aggregates_of_the_whole(
    check, table, answers, tmp_path
):
    content = answers(check)["content"]
    whole, frozen = from_json(content["current"]), content["baseline"]
    mixed = table.sample(frac=1, random_state=3)
    one, two = (
        from_json(
            compute_on(tmp_path, check, half, table, baseline=frozen, **WIDE_ROLES)["content"][
                "current"
            ]
        )
        for half in (mixed[:250], mixed[250:])
    )
    assert merge(one, two) == whole


@pytest.mark.parametrize("check", sorted(CATALOGUE))
def test_judging_stored_aggregates_again_gives_the_same_findings(check, answers):
    answer = answers(check)
    assert answer["verdict"] != "not_applicable"
    again = judged(unpack(pack(json.loads(json.dumps(answer["content"])))))
    for name in ("findings", "headline", "verdict", "code_hash"):
        assert again[name] == answer[name]


def test_the_stored_content_holds_no_row_of_the_table(table, tmp_path):
    content = compute_on(tmp_path, "calibration", table)["content"]
    assert len(content["current"]["bins"]["columns"]["b"]) <= 3000
    assert "y_score" not in json.dumps(content["current"])


@pytest.mark.parametrize("check", sorted(CATALOGUE))
def test_every_plan_compiles_for_warehouses_too(check, answers):
    content = answers(check)["content"]
    roles = Roles.from_json(content["roles"])
    with_kinds = {**KINDS, **dict.fromkeys(("x", "z", "y_score", "ms", "cents"), "number")}
    plans = load_check(check).plan(with_kinds, roles, content["params"], content["baseline"])
    kinds = {name.partition(":")[0]: name for name in plans}
    plans = {name: plans[name] for name in kinds.values()}
    for dialect in DIALECTS:
        compiler = getattr(compilers, f"{dialect}Compiler")()
        for name, plan in plans.items():
            if (dialect, name.partition(":")[0]) not in WITHOUT:
                assert "SELECT" in compiler.to_sqlglot(plan.expression).sql()


def test_a_check_that_does_not_exist_is_not_loaded():
    with pytest.raises(UnknownCheck):
        load_check("astrology")
