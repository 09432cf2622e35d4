"""One definition, any engine: the same numbers on each, and SQL that changes only on purpose."""

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import pytest
from django.db import connection
from ibis.backends.sql import compilers

from evaluations.checks.catalogue import CATALOGUE
from evaluations.engine.aggregates import from_json, normalised
from evaluations.engine.dialects import portable
from evaluations.engine.expressions import rows_of
from evaluations.engine.protocol import Roles
from evaluations.engine.registry import load_check
from tests.evaluations.running import compute_on
from tests.evaluations.wide import WIDE_ROLES, wide_table

GOLDEN = Path(__file__).with_name("golden")
WAREHOUSES = ("BigQuery", "Snowflake", "Trino", "Databricks")
# One check of each kind of aggregate: grid, levels, confusion counts, score bins, groups, sums.
CHECKS = ("drift", "perf.classification", "perf.ranking", "calibration", "slice.performance",
          "fairness.parity", "perf.regression", "imbalance", "ops.latency_cost")  # fmt: skip
KINDS = {
    "x": "number", "z": "number", "c": "text", "y_score": "number", "y_true": "integer",
    "y_pred": "integer", "group": "text", "age": "integer", "ms": "number", "cents": "number",
    "broke": "integer",
}  # fmt: skip
ROLES = {**WIDE_ROLES, "id": "", "time": "", "label_time": "", "member": "", "answer": "",
         "expected": "", "canary": "", "raters": [], "perturbed": [], "y_base": ""}  # fmt: skip
Ask = Callable[[Any], dict[str, list[Any]]]


@pytest.fixture(scope="module")
def table():
    return wide_table(300)[list(KINDS)]


def plans_of(check: str, content: dict[str, Any]) -> dict[str, Any]:
    roles = Roles.from_json(content["roles"])
    return load_check(check).plan(KINDS, roles, content["params"], content["baseline"])


def same_as_duckdb(table, folder: Path, ask: Ask) -> None:
    """Every aggregate of every check, cell by cell, to 1e-9 relative."""
    for check in CHECKS:
        content = compute_on(folder, check, table, table, **ROLES)["content"]
        wanted = from_json(content["current"])
        for name, plan in plans_of(check, content).items():
            got = normalised(plan.keys, ask(plan.expression))
            assert list(got.columns) == list(wanted[name].columns), (check, name)
            for column, values in wanted[name].columns.items():
                pairs = zip(values, got.columns[column], strict=True)
                assert all(_close(a, b) for a, b in pairs), (check, name, column)


def _close(one: Any, two: Any) -> bool:
    if isinstance(one, float) or isinstance(two, float):
        return bool(one == pytest.approx(two, rel=1e-9, abs=1e-12))
    return bool(one == two)


def _fetched(backend: Any) -> Ask:
    def ask(expression: Any) -> dict[str, list[Any]]:
        frame = backend.to_pyarrow(portable(expression)).to_pydict()
        return {str(name): list(values) for name, values in frame.items()}

    return ask


# Ibis sets an option of pandas that pandas 3 warns of.
@pytest.mark.filterwarnings("ignore:The 'future.infer_string' option")
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_postgresql_gives_the_numbers_of_the_built_in_engine(table, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("NOT RUN: this test needs the tests' PostgreSQL")
    known = connection.settings_dict
    backend = ibis.postgres.connect(
        host=known["HOST"], port=int(known["PORT"] or 5432), user=known["USER"],
        password=known["PASSWORD"], database=known["NAME"],
    )  # fmt: skip
    try:
        backend.create_table("rows", table, schema=rows_of(KINDS).schema(), temp=True)
        same_as_duckdb(table, tmp_path, _fetched(backend))
    finally:
        backend.disconnect()


@pytest.mark.slow
def test_spark_gives_the_numbers_of_the_built_in_engine(table, tmp_path):
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("NOT RUN: PySpark or Java is not here")
    backend = ibis.pyspark.connect()
    backend.create_view("rows", ibis.memtable(table, schema=rows_of(KINDS).schema()))
    same_as_duckdb(table, tmp_path, _fetched(backend))


def golden(check: str, content: dict[str, Any]) -> str:
    """The SQL of one plan of each kind, in every warehouse's words."""
    plans: dict[str, Any] = {}
    for name, plan in plans_of(check, content).items():
        plans.setdefault(name.partition(":")[0], plan)
    written = []
    for dialect in WAREHOUSES:
        compiler = getattr(compilers, f"{dialect}Compiler")()
        for name, plan in plans.items():
            sql = compiler.to_sqlglot(plan.expression).sql(dialect=dialect.lower(), pretty=True)
            written.append(f"-- {dialect}, {name}\n{sql};\n")
    return "\n".join(written)


@pytest.mark.parametrize("check", ["drift", "perf.classification", "calibration"])
def test_the_sql_of_warehouses_is_the_recorded_one(check, table, tmp_path):
    """After a change on purpose: delete the file, run this test twice and read the difference."""
    content = compute_on(tmp_path, check, table, table, **ROLES)["content"]
    # Parameters of one machine's table are no part of the definition.
    content["baseline"] = PARAMETERS.get(check, content["baseline"])
    path = GOLDEN / f"{check}.sql"
    if not path.exists():
        path.write_text(golden(check, content))
        pytest.fail(f"{path.name} was written: read it and run the test again")
    assert golden(check, content) == path.read_text()


PARAMETERS = {
    "drift": {
        "grids": {"x": {"centre": 0.5, "scale": 1.25, "atoms": [0.0]}},
        "levels": {"c": {"levels": ["a", "b"], "complete": True}},
    },
    "calibration": {},
}


def test_every_check_of_a_table_is_held_to_one_definition():
    assert set(CHECKS) <= {name for name, spec in CATALOGUE.items() if spec.reads == "table"}
