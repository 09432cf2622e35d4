"""A registry is imported from a real MLflow server, which this test starts."""

import json
import socket
import sys
import urllib.error
import urllib.request
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from jobs.testing import run_all
from ledger.errors import Refused
from models_registry.actions.imports import request_apply, start_import
from models_registry.importing import mlflow_server
from models_registry.models import Model, ModelVersion, RegistryImport
from tests.services import Server

pytestmark = pytest.mark.slow


class MLflow(Server):
    """``mlflow server`` on the loopback with a database of its own."""

    family = True
    patience = 120.0  # It imports for seconds, and all the longer beside other tests.

    def __init__(self) -> None:
        super().__init__("mlflow")
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = taken.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        store = f"sqlite:///{self.folder}/mlflow.db"
        words = ["--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        quiet = ["env", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false", "MLFLOW_DISABLE_TELEMETRY=true"]
        command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", store]
        return [*quiet, *command, *words]

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/health", timeout=2) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def post(self, path: str, **body: Any) -> None:
        """What MLflow's own client would send."""
        request = urllib.request.Request(  # noqa: S310  our own server
            f"{self.address}/api/2.0/mlflow/{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            assert answer.status == 200

    def version(self, name: str, n: int, **more: Any) -> None:
        source = f"s3://models/{name}/{n}"
        self.post("model-versions/create", name=name, source=source, **more)


@pytest.fixture(scope="module")
def server():
    with MLflow() as mlflow:
        mlflow.post("registered-models/create", name="churn", description="Who may leave.")
        commit = {"key": "mlflow.source.git.commit", "value": "4f2a9d0c6b1e8375"}
        mlflow.version("churn", 1, description="First.", tags=[commit])
        mlflow.version("churn", 2)
        mlflow.version("churn", 3)
        mlflow.post("registered-models/create", name="fraud")
        mlflow.version("fraud", 1)
        prompt = {"key": "mlflow.prompt.is_prompt", "value": "true"}
        mlflow.post("registered-models/create", name="greeting", tags=[prompt])
        yield mlflow


@pytest.fixture(autouse=True)
def listed(server, settings, monkeypatch):
    settings.MLFLOW_SERVERS = [server.address]
    # Four versions and three names are then several pages.
    monkeypatch.setattr(mlflow_server, "PAGE", 2)


def command(server, world, *words):
    said = StringIO()
    who = ("--unit", world.lending.name, "--as", world.engineer.email)
    call_command("import_models", server.address, *who, *words, stdout=said)
    return said.getvalue()


def test_the_command_takes_every_page_once_and_again_changes_nothing(server, world):
    assert "6 records would be" in command(server, world, "--dry-run")
    assert not Model.objects.filter(name="churn").exists()

    assert "6 records written" in command(server, world)
    numbers = ModelVersion.objects.filter(model__name="churn").values_list("number", flat=True)
    assert sorted(numbers) == ["1", "2", "3"]
    first = ModelVersion.objects.get(external_id="churn/1")
    assert (first.source_system, first.git_commit) == ("mlflow", "4f2a9d0c6b1e8375")
    assert Model.objects.get(name="churn").description == "Who may leave."
    assert not Model.objects.filter(name="greeting").exists()  # a prompt is no model

    assert "Nothing to change" in command(server, world)


def test_the_job_of_the_page_keeps_what_the_server_said_and_writes_it_when_applied(server, world):
    asked = {"source": "mlflow_server", "server": server.address, "stream": None, "label": ""}
    found = start_import(by=world.engineer, unit=world.lending, **asked)
    run_all()
    found = found.reloaded()
    assert found.plan["counts"] == {"add": 6}
    assert found.original is not None

    request_apply(by=world.engineer, found=found)
    run_all()
    assert found.reloaded().state == RegistryImport.State.APPLIED
    assert ModelVersion.objects.filter(source_system="mlflow").count() == 4


def test_a_server_that_is_not_listed_or_is_no_mlflow_is_refused(server, world, settings):
    settings.MLFLOW_SERVERS = []
    with pytest.raises(CommandError, match="not on the list"):
        command(server, world)
    settings.MLFLOW_SERVERS = [f"{server.address}/static-files"]
    with pytest.raises(Refused, match=r"status 404|no JSON"):
        mlflow_server.fetch(settings.MLFLOW_SERVERS[0])
