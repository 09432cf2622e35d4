"""Imports Assay once, then forks a Celery worker for each line on standard input."""

import os
import signal
import sys
from importlib import import_module
from typing import Any

import django

from tests.services import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

_WORKER = {
    "pool": "prefork",
    "concurrency": 1,
    "without_gossip": True,
    "without_mingle": True,
    "without_heartbeat": True,
    "loglevel": "WARNING",
}


def main() -> None:
    """Print the process group of each worker; the kernel reaps them."""
    django.setup()
    app = import_module("config.celery").app
    app.loader.import_default_modules()
    for module in sys.argv[1:]:
        import_module(module)
    app.finalize()
    _import_all(app)
    for _line in sys.stdin:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        if child := os.fork():
            os.write(1, f"{child}\n".encode())
        else:
            _be_a_worker(app)


def _import_all(app: Any) -> None:
    """Whatever a worker imports when it starts."""
    for module in ("celery.concurrency.prefork", "celery.worker.consumer", "billiard.heap"):
        import_module(module)
    assert app.connection_for_read().transport_cls
    app.Worker(hostname="never@started", **_WORKER)


def _be_a_worker(app: Any) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    if end := end_with_parent():
        end()
    os.dup2(2, 1)
    app.Worker(hostname=f"w{os.getpid()}@test", **_WORKER).start()
    os._exit(0)


if __name__ == "__main__":
    main()
