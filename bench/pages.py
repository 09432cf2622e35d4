"""How long pages and API calls take with 5,000 assessments: ``name | measured | budget | ratio``.

    python -m bench.pages [ASSESSMENTS]

Server time of the whole request through Django, in process, on a SQLite file of its own; p95 of
30 requests after two to warm up. Budgets are those of the design (docs/adr/0009-budgets.md).
"""

import os
import resource
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
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from frameworks.models import Node  # noqa: E402
from tests.builders.assessments import assessment, cheap  # noqa: E402
from tests.builders.models_registry import system  # noqa: E402
from tests.world import World, build_world  # noqa: E402

ROUNDS = 30


def main() -> int:
    """Measure each line once; 1 when a budget is broken."""
    count = int(sys.argv[1]) if sys.argv[1:] else 5000
    started = time.perf_counter()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    line("pages: empty database made", time.perf_counter() - started, 30, "s")
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        call_command("load_catalogue", verbosity=0)
    kept = [
        line("pages: catalogue loaded", time.perf_counter() - started, 1, "s"),
        line("pages: catalogue loaded", len(queries), 20, "queries"),
    ]
    world = build_world()
    cheap(world, count, answered=2)
    kept += [line(*measured) for measured in requests(world, count)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kept.append(line("pages: memory of this process", peak, 300, "MiB"))
    return 0 if all(kept) else 1


def requests(world: World, count: int) -> list[tuple[str, float, float, str]]:
    """p95 in milliseconds of the requests that the design has budgets for."""
    officer, api = world.client(world.officer), world.api(world.officer)
    one = assessment(world).pk
    key = Node.objects.filter(assessable=True).order_by("order").values_list("key", flat=True)[3]
    answer = f"/assessments/{one}/answers/{key}/"
    texts = [""]

    def save() -> Any:
        texts.append(f"Watched {len(texts)}")
        data = {"text": texts[-1], "base-text": texts[-2]}
        return officer.post(answer, {**data, "applicability": "applicable", "level": ""})

    def get(path: str, client: Any = officer) -> Callable[[], Any]:
        return lambda: client.get(path)

    pages = {
        f"pages: list of {count:,} assessments": get("/assessments/"),
        "pages: one assessment": get(f"/assessments/{one}/"),
        "pages: its 72 answers": get(f"/assessments/{one}/results/"),
        "pages: one question": get(answer),
        "pages: a system": get(system(world).get_absolute_url()),
        "pages: the ledger": get("/ledger/"),
        "pages: home": get("/"),
        "pages: API list of systems": get("/api/v1/systems/", api),
    }
    timed = [(name, p95(request), 150.0, "ms p95") for name, request in pages.items()]
    return [*timed, ("pages: an answer saved", p95(save), 60.0, "ms p95")]


def p95(request: Callable[[], Any]) -> float:
    """The 95th percentile of ``ROUNDS`` requests in milliseconds; each must succeed."""
    took = []
    for turn in range(ROUNDS + 2):
        started = time.perf_counter()
        answer = request()
        if turn > 1:
            took.append((time.perf_counter() - started) * 1000)
        if answer.status_code >= 400:
            raise SystemExit(f"{answer.request['PATH_INFO']} answered {answer.status_code}")
    return quantiles(took, n=20)[-1]


def line(name: str, measured: float, budget: float, unit: str) -> bool:
    """Print one line; whether the budget holds."""
    print(
        f"{name} | {measured:.4g} {unit} | {budget:g} {unit} | {measured / budget:.2f}", flush=True
    )
    return measured <= budget


if __name__ == "__main__":
    sys.exit(main())
