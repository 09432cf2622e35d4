"""Imports Assay once, then forks a Celery worker for each line on standard input."""

import os
import signal
import sys
from importlib import import_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django


def main() -> None:
    """Print the process group of each worker; the kernel reaps them."""
    django.setup()
    app = import_module("config.celery").app
    app.loader.import_default_modules()
    for module in sys.argv[1:]:
        import_module(module)
    app.finalize()
    for _line in sys.stdin:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        if child := os.fork():
            os.write(1, f"{child}\n".encode())
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        os.dup2(2, 1)
        app.worker_main(
            [
                "worker",
                "--pool=prefork",
                "--concurrency=1",
                "--without-gossip",
                "--without-mingle",
                "--without-heartbeat",
                "--loglevel=WARNING",
            ]
        )
        os._exit(0)


if __name__ == "__main__":
    main()
