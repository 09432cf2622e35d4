"""How long lists of the registry take with 5,000 versions: ``name | measured | budget | ratio``.

    python -m bench.registry [VERSIONS]

As ``bench.pages``: server time of whole requests, p95 of 30, and the queries of one of them.
"""

import sys

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.pages import line, p95
from tests.builders.registry_cheap import cheap_versions
from tests.world import build_world

MILLISECONDS, QUERIES = 150, 12
LISTS = {
    "list of versions": "/systems/versions/",
    "versions, last page": "/systems/versions/?page=200",
    "versions by completeness": "/systems/versions/?sort=-completeness",
    "versions by model": "/systems/versions/?sort=model",
    "versions with a word": "/systems/versions/?q=model+77",
    "versions of a system": "/systems/versions/?system=System+77",
    "list of models": "/systems/models/",
    "models by versions": "/systems/models/?sort=-version_count",
    "list of systems": "/systems/",
    "systems with a word": "/systems/?q=system+77",
    "API list of versions": "/api/v1/versions/",
}


def main() -> int:
    """Measure each list once; 1 when a budget is broken."""
    count = int(sys.argv[1]) if sys.argv[1:] else 5000
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    world = build_world()
    cheap_versions(world, count)
    browser, api = world.client(world.officer), world.api(world.officer)
    kept = []
    for name, path in LISTS.items():
        client = api if path.startswith("/api/") else browser
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        label = f"registry: {name} ({count:,} versions)"
        kept.append(line(label, len(queries), QUERIES, "queries"))
        kept.append(line(label, p95(lambda c=client, p=path: c.get(p)), MILLISECONDS, "ms p95"))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
