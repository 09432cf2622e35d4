"""Compute a check on tables, or judge its stored aggregates again."""

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
import scipy

from evaluations.engine.aggregates import FORMAT, Aggregates, as_json, from_json, normalised
from evaluations.engine.expressions import MIXED, NUMERIC, TYPES
from evaluations.engine.findings import Decision, Outcome, decided, unknown
from evaluations.engine.protocol import MANY, Baseline, Check, Evidence, Expression, Roles
from evaluations.engine.registry import code_hash, load_check
from models_registry.reading.duck import connect, load
from models_registry.reading.inspecting import kinds_in
from models_registry.reading.kinds import quoted
from models_registry.reading.problem import TableProblem

Progress = Callable[[int, str], None]
MAX_COLUMNS = 500
SQL_TYPES = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "text": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}


@dataclass(frozen=True)
class Source:
    """One loaded table: its name in the database, its kinds, its rows."""

    table: str
    schema: dict[str, str]
    rows: int


class Session:
    """Checks on one or two tables with the same roles, in one private database."""

    def __init__(self, con: duckdb.DuckDBPyConnection, roles: Roles) -> None:
        self.con = con
        self.roles = roles
        self.compiled: dict[Any, str] = {}
        # What was asked already, by the tables that `rows` and `base_rows` meant then.
        self.known: dict[tuple[str, ...], dict[str, list[Any]]] = {}
        self.faced = {"rows": "", "base_rows": ""}
        self.opened: dict[str, Source] = {}

    def open(self, path: Path, media_type: str, name: str) -> Source:
        """Load a table, once. Raises TableProblem when it is unusable or has no rows."""
        if name not in self.opened:
            self.opened[name] = self._open(path, media_type, name)
        return self.opened[name]

    def _open(self, path: Path, media_type: str, name: str) -> Source:
        load(self.con, path, media_type, name, stream=True)
        kinds = {c: k for c, k in kinds_in(self.con, name).items() if k in TYPES}
        wanted: dict[str, str] = {c: kinds[c] for c in self.roles.columns() if c in kinds}
        counted = self.con.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()  # noqa: S608
        rows = int(counted[0]) if counted else 0
        if not rows:
            raise TableProblem("no_rows", columns=len(kinds))
        return Source(name, wanted, rows)

    def face(self, source: Source, view: str = "rows") -> None:
        """Make `rows` mean this source, with the types that plans are written for.

        The view `base_rows` is the reference table, for plans that hold rows against it.
        """
        self.faced[view] = source.table
        casts = ", ".join(
            f"CAST({quoted(c)} AS {SQL_TYPES[kind]}) AS {quoted(c)}"
            for c, kind in source.schema.items()
        )
        self.con.execute(
            f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT {casts} FROM {quoted(source.table)}"  # noqa: S608
        )

    def query(self, expression: Expression) -> dict[str, list[Any]]:
        """Run an Ibis expression over `rows`; columns as lists, all rows fetched.

        Compiling costs more than counting on small tables, so each definition is compiled
        once for both tables and asked once of each.
        """
        definition = expression.op()
        if definition not in self.compiled:
            self.compiled[definition] = str(ibis.to_sql(expression, dialect="duckdb"))
        sql = self.compiled[definition]
        key = (*self.faced.values(), sql)
        if key not in self.known:
            cursor = self.con.execute(sql)
            names = [str(column[0]) for column in cursor.description or []]
            found = cursor.fetchall()
            self.known[key] = {name: [row[i] for row in found] for i, name in enumerate(names)}
        return self.known[key]


def _aggregate(
    session: Session,
    check: Check,
    source: Source,
    params: Mapping[str, Any],
    baseline: Baseline,
    tell: Callable[[int, int], None],
) -> Aggregates:
    plans = check.plan(source.schema, session.roles, params, baseline)
    result: Aggregates = {}
    for index, (name, plan) in enumerate(plans.items()):
        tell(index, len(plans))
        result[name] = normalised(plan.keys, session.query(plan.expression))
    return result


def _missing(check: Check, roles: Roles, schema: Mapping[str, str], which: str) -> str:
    """Why the check cannot be applied to a table; empty when it can."""
    spec = check.spec
    lists = set(MANY)
    needed = spec.reference_requires if which == "reference" else spec.requires
    if which == "reference" and spec.reference == "optional":
        needed = tuple(role for role in spec.requires if role not in lists)
    for role in needed:
        if not any(column in schema for column in roles.named(role)):
            named = ", ".join(roles.named(role)[:3])
            what = f"no usable column “{named}” ({role})" if named else f"no column for {role}"
            return f"The {which} table has {what}, so the check does not apply"
    given = [column for role in spec.one_of for column in roles.named(role)]
    if which == "current" and spec.one_of and not any(column in schema for column in given):
        return f"The table has none of the roles {', '.join(spec.one_of)}"
    score = roles.y_score
    if "y_score" in needed and schema[score] not in NUMERIC:
        return f"Column “{score}” holds no numbers in the {which} table, so it is no score"
    return ""


def _skipped(roles: Roles, current: Source, reference: Source | None) -> dict[str, str]:
    """Why a chosen column cannot be compared."""
    reasons: dict[str, str] = {}
    for column in (column for role in MANY for column in roles.named(role)):
        if column not in current.schema:
            reasons[column] = "the current table has no such column of a usable type"
        elif reference is not None and column not in reference.schema:
            reasons[column] = "the reference table has no such column of a usable type"
        elif reference is not None and (current.schema[column] in NUMERIC) != (
            reference.schema[column] in NUMERIC
        ):
            reasons[column] = MIXED
        elif reference is not None:
            reasons[column] = "it has no value in the reference table, or dates, which need a unit"
    return reasons


def session_for(request: Mapping[str, Any]) -> Session:
    """A private database that can read the tables of a request."""
    paths = [Path(request[key]) for key in ("path", "reference_path") if request.get(key)]
    memory, threads = int(request["memory_mb"]), int(request["threads"])
    con = connect(Path(request["scratch"]), paths, memory_mb=memory, threads=threads)
    return Session(con, _bounded(Roles.from_json(request["roles"]))[0])


def compute(
    request: Mapping[str, Any], progress: Progress, session: Session | None = None
) -> dict[str, Any]:
    """Read the tables of a request, aggregate them, judge the aggregates.

    Checks that share a `session` share its tables and what was counted before. Raises
    TableProblem for tables that cannot be read at all; a table that lacks what the check needs
    gives the verdict "not applicable".
    """
    check = load_check(str(request["check"]))
    roles, left_out = _bounded(Roles.from_json(request["roles"]))
    content = {
        "format": FORMAT,
        "check": check.spec.id,
        "check_version": check.spec.version,
        "params": dict(request["params"]),
        "roles": roles.as_json(),
        "seed": request["seed"],
        "at": float(request.get("at", 0.0)),
        "left_out": left_out,
        "missing": "",
        "skipped": {},
        "baseline": {},
        "current": as_json({}),
        "reference": None,
    }
    if check.spec.reads != "table":
        rows = int(request.get("rows", 0))
        facts = from_json(request["facts"]) or {}
        content["current"] = as_json({n: normalised(a.keys, a.columns) for n, a in facts.items()})
    else:
        own = session or session_for(request)
        rows = _of_tables(content, request, check, own, progress)
        if session is None:
            own.con.close()
    progress(92, "Judging the aggregates")
    return {**judged(content), "content": content, "rows": rows}


def _bounded(roles: Roles) -> tuple[Roles, int]:
    """Roles with at most 500 features, and how many were left out."""
    extra = max(0, len(roles.features) - MAX_COLUMNS)
    return replace(roles, features=roles.features[:MAX_COLUMNS]), extra


def _of_tables(
    content: dict[str, Any],
    request: Mapping[str, Any],
    check: Check,
    session: Session,
    progress: Progress,
) -> int:
    """Fill in baseline and aggregates from the tables; the rows of the current one."""
    params, roles = request["params"], session.roles
    current, reference = _sources(session, check, request, progress)
    content["missing"] = _missing(check, roles, current.schema, "current")
    if reference is not None and not content["missing"]:
        content["missing"] = _missing(check, roles, reference.schema, "reference")
    if content["missing"]:
        return current.rows
    progress(35, "Freezing groups and levels")
    base = reference or current
    session.face(base, "base_rows")
    session.face(base)
    # Windows that are to be merged are counted in the groups that were frozen for the first.
    baseline = request.get("baseline") or check.prepare(session.query, base.schema, roles, params)
    for side, source, start in (("reference", reference, 50), ("current", current, 70)):
        if source is not None:
            if source is not base:
                session.face(source)
            tell = _counter(progress, start, side)
            aggregates = _aggregate(session, check, source, params, baseline, tell)
            content[side] = as_json(aggregates)
    content.update(baseline=baseline, skipped=_skipped(roles, current, reference))
    return current.rows


def _sources(
    session: Session, check: Check, request: Mapping[str, Any], progress: Progress
) -> tuple[Source, Source | None]:
    """The loaded current table, and the reference when the check looks at one."""
    progress(5, "Reading the current table")
    current = session.open(Path(request["path"]), request["media_type"], "current_table")
    if not request.get("reference_path") or check.spec.reference == "unused":
        return current, None
    progress(20, "Reading the reference table")
    path = Path(request["reference_path"])
    reference = session.open(path, request["reference_media_type"], "reference_table")
    return current, reference


def _counter(progress: Progress, start: int, side: str) -> Callable[[int, int], None]:
    def tell(index: int, count: int) -> None:
        progress(start + 20 * index // count, f"Counting part {index + 1} of {count}, {side} table")

    return tell


def judged(content: Mapping[str, Any]) -> dict[str, Any]:
    """Findings, headline and verdict from stored aggregates alone; touches no row."""
    check = load_check(str(content["check"]))
    evidence = Evidence(
        current=from_json(content["current"]) or {},
        reference=from_json(content["reference"]),
        baseline=content["baseline"],
        roles=Roles.from_json(content["roles"]),
        skipped=content["skipped"],
        at=float(content.get("at", 0.0)),
    )
    decision = _decision(check, evidence, content)
    return {
        "findings": [finding.as_json() for finding in decision.findings],
        "headline": decision.headline,
        "verdict": decision.verdict.value,
        "check_version": check.spec.version,
        "code_hash": code_hash(check.spec.implementation),
        "versions": {
            "python": platform.python_version(),
            "duckdb": duckdb.__version__,
            "ibis": ibis.__version__,
            "numpy": np.__version__,
            "scipy": scipy.__version__,
        },
    }


def _decision(check: Check, evidence: Evidence, content: Mapping[str, Any]) -> Decision:
    """The check's decision, or why there is none; columns beyond the limit are told."""
    if missing := str(content.get("missing", "")):
        told = unknown(check.spec.title[:60], "", 0, missing, Outcome.NOT_APPLICABLE)
        return decided([told], missing)
    decision = check.decide(evidence, content["params"], int(content["seed"]))
    if not content.get("left_out"):
        return decision
    reason = f"{content['left_out']:,} columns beyond the first {MAX_COLUMNS} were not looked at"
    extra = unknown("columns left out", "", 0, reason)
    return Decision([*decision.findings, extra], f"{decision.headline}; {reason}")
