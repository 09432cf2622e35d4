"""Aggregates add up exactly, and a verdict can be judged again from them alone."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ibis.backends.sql import compilers

from evaluations.checks.catalogue import CATALOGUE
from evaluations.engine.aggregates import from_json, merge, normalised, pack, unpack
from evaluations.engine.protocol import Roles
from evaluations.engine.registry import UnknownCheck, load_check
from evaluations.engine.run import judged
from tests.evaluations.running import compute_on

DIALECTS = ["Postgres", "BigQuery", "Snowflake", "Trino", "Databricks", "ClickHouse"]
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
    rng = np.random.default_rng(21)
    n = 3000
    frame = pd.DataFrame({"x": rng.normal(size=n), "c": rng.choice(list("abc"), n)})
    frame["y_score"] = rng.uniform(size=n)
    frame["y_true"] = (rng.uniform(size=n) < frame["y_score"]).astype(int)
    frame["y_pred"] = (frame["y_score"] > 0.5).astype(int)
    return frame


@pytest.mark.parametrize("check", sorted(CATALOGUE))
def test_the_aggregates_of_two_halves_merge_into_those_of_the_whole(check, table, tmp_path):
    roles = {"features": ["x", "c"], "slices": ["c"]}
    whole = compute_on(tmp_path, check, table, table, **roles)["content"]
    one, two = (
        from_json(compute_on(tmp_path, check, half, table, **roles)["content"]["current"])
        for half in (table[:1200], table[1200:])
    )
    assert merge(one, two) == from_json(whole["current"])


@pytest.mark.parametrize("check", sorted(CATALOGUE))
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32 - 1))
def test_judging_stored_aggregates_again_gives_the_same_findings(check, seed, table, tmp_path):
    answer = compute_on(tmp_path, check, table, table, seed=seed, features=["x", "c"], slices=["c"])
    again = judged(unpack(pack(json.loads(json.dumps(answer["content"])))))
    for name in ("findings", "headline", "verdict", "code_hash"):
        assert again[name] == answer[name]


def test_the_stored_content_holds_no_row_of_the_table(table, tmp_path):
    content = compute_on(tmp_path, "calibration", table)["content"]
    assert len(content["current"]["bins"]["columns"]["b"]) <= 3000
    assert "y_score" not in json.dumps(content["current"])


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("check", sorted(CATALOGUE))
def test_every_plan_compiles_for_warehouses_too(check, dialect):
    schema = {
        "y_true": "integer",
        "y_pred": "integer",
        "y_score": "number",
        "x": "number",
        "c": "text",
    }
    roles = Roles("y_true", "y_pred", "y_score", "1", ("x", "c"), ("c",))
    frozen = {
        "drift": {
            "grids": {"x": {"centre": 0.0, "scale": 1.0, "atoms": [0.0]}},
            "levels": {"c": {"levels": ["a"], "complete": True}},
        },
        "slice.performance": {"c": {"cuts": [], "levels": ["a"]}},
    }
    spec = CATALOGUE[check]
    plans = load_check(check).plan(schema, roles, spec.with_defaults({}), frozen.get(check, {}))
    compiler = getattr(compilers, f"{dialect}Compiler")()
    for plan in plans.values():
        assert "SELECT" in compiler.to_sqlglot(plan.expression).sql()


def test_a_check_that_does_not_exist_is_not_loaded():
    with pytest.raises(UnknownCheck):
        load_check("astrology")
