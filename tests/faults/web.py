"""A real gunicorn, and a browser that only posts forms."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.test import Client

from tests.faults.worker import ROOT, eventually
from tests.services import end_with_parent

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@contextmanager
def gunicorn(env: dict[str, str], *, workers: int = 1, threads: int = 4) -> Iterator[int]:
    """Serves Assay on a loopback port while the block runs. Gives the port."""
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        check=True,
    )
    port = free_port()
    log = Path(env["ASSAY_HOME"]) / "web.log"
    words = ["--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--threads", str(threads)]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "config.wsgi", *words, "--timeout", "120"],
            cwd=ROOT,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent(),
        )
    try:
        assert eventually(lambda: answers(port), 60, step=0.2), log.read_text()[-3000:]
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def answers(port: int) -> bool:
    """Whether a web server takes connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


class Poster:
    """One person's browser: it keeps the session and the form's token."""

    def __init__(self, port: int, client: Client) -> None:
        self.port = port
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.cookies = {settings.SESSION_COOKIE_NAME: session}
        self.token = ""

    def request(self, method: str, path: str, form: dict[str, str] | None = None) -> int:
        """The status; on a GET the token of the form is remembered."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        body = urllib.parse.urlencode(
            (form or {}) | {"csrfmiddlewaretoken": self.token}, doseq=True
        )
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body if form is not None else None, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
            for header in response.headers.get_all("Set-Cookie") or []:
                name, _equals, value = header.partition(";")[0].partition("=")
                self.cookies[name] = value
        finally:
            connection.close()
        if found := _TOKEN.search(text):
            self.token = found[1]
        return response.status
