"""Two approved versions with their files, and what served when; made by the usual actions."""

import datetime as dt
import io
import json
from pathlib import Path

from django.utils import timezone

from accounts.models import Unit, User
from models_registry.actions import edit_version, move_version, register_version_from_card
from models_registry.actions.artifacts import add_artifact
from models_registry.actions.deployments import deploy, promote, record_rollback_check
from models_registry.actions.parents import add_parent
from models_registry.models import AISystem, Deployment, Model, ModelVersion
from models_registry.queries.rollback import reasons_about

SCHEMA = {
    "inputs": [
        {"name": "income", "type": "double"},
        {"name": "utilisation", "type": "double"},
        {"name": "late_payments_24m", "type": "long"},
        {"name": "loan_amount", "type": "double"},
        {"name": "term_months", "type": "long"},
        {"name": "purpose", "type": "string", "optional": True},
    ],
    "outputs": [{"name": "score", "type": "double"}],
}
LOCK = "numpy==2.1.3\npandas==2.2.3\nscikit-learn==1.5.2\n"
ENVIRONMENT = "prod-eu"


def serving_history(
    people: dict[str, User], unit: Unit, system: AISystem, card: Path
) -> ModelVersion:
    """2.1 served for half a year, then 2.2 by way of a canary. Returns 2.2.

    One could go back to 2.1: its file was read again and its interface compared.
    """
    engineer, now = people["ada"], timezone.now()
    first = _approved(people, unit, system, card, "2.1", None)
    second = _approved(people, unit, system, card, "2.2", first)
    deploy(
        by=engineer, version=first, environment=ENVIRONMENT, stage=Deployment.Stage.PRODUCTION,
        system=system, reason="First release.", since=now - dt.timedelta(days=196),
    )  # fmt: skip
    canary = deploy(
        by=engineer, version=second, environment=ENVIRONMENT, stage=Deployment.Stage.CANARY,
        share=10, system=system, since=now - dt.timedelta(days=24),
    )  # fmt: skip
    made = promote(
        by=engineer, deployment=canary, at=now - dt.timedelta(days=17),
        reason="A week at a tenth of the applications without an unexplained refusal.",
    )  # fmt: skip
    record_rollback_check(
        by=engineer,
        deployment=made,
        target=first,
        reasons=reasons_about(made, first, lambda percent, words: None),
    )
    return second


def _approved(
    people: dict[str, User],
    unit: Unit,
    system: AISystem,
    card: Path,
    number: str,
    parent: ModelVersion | None,
) -> ModelVersion:
    engineer = people["ada"]
    version = register_version_from_card(
        by=engineer,
        unit=unit,
        card=card.read_bytes().replace(b"2.3", number.encode()),
        file_name=f"lantern-credit-scoring-{number}.md",
        number=number,
        model_type=Model.Kind.ML,
        system=system,
    )
    describe(engineer, version, parent)
    weights = json.dumps({"version": number, "trees": 400, "seed": 7}).encode()
    add_artifact(
        by=engineer, version=version, stream=io.BytesIO(weights), path="model.json", role="weights"
    )
    for verb, by in (
        ("submit", engineer),
        ("start_validation", people["tomas"]),
        ("approve", people["tomas"]),
    ):
        reason = "Calibration and slices hold on the second half of 2024."
        version = move_version(by=by, version=version.reloaded(), verb=verb, reason=reason)
    return version


def describe(engineer: User, version: ModelVersion, parent: ModelVersion | None) -> None:
    """Interface, environment, run and parent of a draft."""
    values = {
        "io_schema": SCHEMA,
        "environment_lock": LOCK,
        "run_id": f"credit-scoring-{version.number}",
    }
    base = {name: getattr(version, name) for name in values}
    edit_version(by=engineer, version=version, base=base, values=values)
    if parent is not None:
        add_parent(by=engineer, version=version, relation="retrain", parent=parent)
