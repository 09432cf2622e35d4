"""Assessments at 10 and at 5,000 (360,000 answers): ``name | measured | budget | ratio``.

    python -m bench.governance [ASSESSMENTS]

On SQLite, then on a PostgreSQL server of its own where one is installed. Each figure is taken
with few and with many assessments: counts must be the same. Server time of the whole request
through Django, in process; p95 of 30 requests after two to warm up. Beside it stands the time of
the processor that this process had for it, which a busy machine does not lengthen; PostgreSQL
computes in processes of its own, which it leaves out. Last, two people on one
question in 1,000 random orders (SQLite only): no word may be lost.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from statistics import quantiles
from typing import Any

_FOLDER = tempfile.TemporaryDirectory(prefix="assay-bench-")
os.environ["ASSAY_HOME"] = _FOLDER.name
os.environ["REDIS_URL"] = "memory://localhost/"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["ASSAY_HOSTS"] = "testserver"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from governance.assessments.actions import open_next_period  # noqa: E402
from governance.assessments.models import Answer  # noqa: E402
from tests.builders.assessments import answer, assessment, cheap, submitted  # noqa: E402
from tests.builders.interleaving import lost  # noqa: E402
from tests.services import Postgres, ServerFailed  # noqa: E402
from tests.world import World, build_world  # noqa: E402

FEW, MANY, ORDERS, ROUNDS = 10, 5000, 1000, 30
KEY, SLUG = "MEASURE 2.11", "measure-2.11"
INSIDE = "ASSAY_BENCH_INSIDE"


def main() -> int:
    """Both databases; 1 when a budget is broken on either."""
    many = int(sys.argv[1]) if sys.argv[1:] else MANY
    if INSIDE in os.environ:
        return measure(os.environ[INSIDE], many)
    broken = again("SQLite", {}, many)
    try:
        with Postgres() as server:
            broken += again("PostgreSQL", {"DATABASE_URL": server.url}, many)
    except ServerFailed as failed:
        print(f"governance: PostgreSQL left out ({str(failed).splitlines()[-1]})", flush=True)
    return 1 if broken else 0


def again(database: str, environ: dict[str, str], many: int) -> int:
    """The measurements in a process of their own, on this database."""
    kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    command = [sys.executable, "-m", "bench.governance", str(many)]
    found = {**kept, INSIDE: database, **environ}
    return subprocess.run(command, env=found, check=False).returncode


def measure(database: str, many: int) -> int:
    """Every line for one database."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        call_command("load_catalogue", verbosity=0)
    kept = [
        line(f"{database}: catalogue loaded", time.perf_counter() - started, 1, "s"),
        line(f"{database}: catalogue loaded", len(queries), 20, "queries"),
    ]
    world = build_world()
    answer(world, level=2, text="Tested each quarter.")
    found: list[dict[str, float]] = []
    for count in (FEW, many):
        fill(world, count)
        found.append(figures(world))
        for name, value in found[-1].items():
            budget = BUDGETS[name]
            kept.append(line(f"{database}: {name}, {count:,}", value, budget, name.split()[-1]))
        for name, value in computed.items():
            print(f"{database}: {name}, {count:,} | {value:.4g} ms of CPU, p95", flush=True)
    for name in BUDGETS:
        if name.endswith("queries") and found[0][name] != found[1][name]:
            print(f"{database}: {name} grow with the number of assessments", flush=True)
            kept.append(False)
    if database == "SQLite":
        target = assessment(world)
        gone = [word for seed in range(ORDERS) for word in lost(world, target, seed)]
        kept.append(line(f"words lost in {ORDERS:,} orders of two people", len(gone), 0, "words"))
    return 0 if all(kept) else 1


BUDGETS = {
    "hub queries": 12.0,
    "answers queries": 12.0,
    "table queries": 12.0,
    "save queries": 15.0,
    "next period queries": 25.0,
    "answers ms": 150.0,
    "list ms": 150.0,
    "save ms": 60.0,
}


def figures(world: World) -> dict[str, float]:
    """Counts of queries and p95 in milliseconds, by the names of ``BUDGETS``."""
    officer, one = world.client(world.officer), assessment(world).pk
    texts = [Answer.objects.get(assessment=one, node__key=KEY).text]

    def save() -> Any:
        texts.append(f"Watched {len(texts)} {time.monotonic_ns()}")
        data = {"text": texts[-1], "base-text": texts[-2], "level": "2", "base-level": "2"}
        applies = {"applicability": "applicable", "base-applicability": "applicable"}
        headers = {"HX-Request": "true"}
        return officer.post(f"/assessments/{one}/answers/{SLUG}/", data | applies, headers=headers)

    def get(path: str) -> Callable[[], Any]:
        return lambda: officer.get(path)

    hub, answers = get(f"/assessments/{one}/"), get(f"/assessments/{one}/results/")
    every, table = get("/assessments/"), get(f"/assessments/{one}/table/")
    asked = {"answers ms": answers, "list ms": every, "save ms": save}
    timed = {name: p95(name, request) for name, request in asked.items()}
    return {
        "hub queries": counted(hub),
        "answers queries": counted(answers),
        "table queries": counted(table),
        "save queries": counted(save),
        "next period queries": next_period(world),
        **timed,
    }


def next_period(world: World) -> int:
    """Queries of opening the next period of a submitted assessment; undone afterwards."""
    with transaction.atomic():
        last = submitted(world)
        with CaptureQueriesContext(connection) as queries:
            carried = ["applicability", "level", "text", "owner", "evidence"]
            open_next_period(by=world.officer, assessment=last, title="Next", carried=carried)
        transaction.set_rollback(True)
    return len(queries)


def counted(request: Callable[[], Any]) -> int:
    """Queries of one request, asked twice before."""
    with CaptureQueriesContext(connection) as queries:
        request()
    return len(queries)


def fill(world: World, count: int) -> None:
    """``count`` assessments in all, each with an answer to every question; plain inserts."""
    have = assessment(world)._meta.model.objects.count()
    cheap(world, count - have)
    columns = [f.column for f in Answer._meta.concrete_fields if not f.primary_key]
    taken = ", ".join(
        {"assessment_id": "a.id", "node_id": "n.id"}.get(name, f"t.{name}") for name in columns
    )
    template = Answer.objects.get(assessment=assessment(world), node__key=KEY).pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO assessments_answer ({', '.join(columns)}) SELECT {taken}"  # noqa: S608
            " FROM assessments_answer t, assessments_assessment a, frameworks_node n"
            " WHERE t.id = %s AND n.assessable AND a.title LIKE 'Copy %%' AND NOT EXISTS"
            " (SELECT 1 FROM assessments_answer x WHERE x.assessment_id = a.id)",
            [template],
        )
        cursor.execute("ANALYZE")
    print(f"-- {count:,} assessments, {Answer.objects.count():,} answers", flush=True)


computed: dict[str, float] = {}


def p95(name: str, request: Callable[[], Any]) -> float:
    """The 95th percentile of ``ROUNDS`` requests in milliseconds; each must succeed.

    That of the processor's time goes to ``computed``.
    """
    took, used = [], []
    for turn in range(ROUNDS + 2):
        started, begun = time.perf_counter(), time.process_time()
        response = request()
        if turn > 1:
            took.append((time.perf_counter() - started) * 1000)
            used.append((time.process_time() - begun) * 1000)
        if response.status_code >= 400:
            raise SystemExit(f"{response.request['PATH_INFO']} answered {response.status_code}")
    computed[name] = quantiles(used, n=20)[-1]
    return quantiles(took, n=20)[-1]


def line(name: str, measured: float, budget: float, unit: str) -> bool:
    """Print one line; whether the budget holds."""
    ratio = measured / budget if budget else float(measured > 0)
    print(f"{name} | {measured:.4g} {unit} | {budget:g} {unit} | {ratio:.2f}", flush=True)
    return measured <= budget


if __name__ == "__main__":
    sys.exit(main())
