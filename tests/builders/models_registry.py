"""Systems, versions and tables, made by the real actions."""

import io
from typing import Any

from django.conf import settings

from accounts.models import Unit, User
from models_registry.actions import (
    register_system,
    register_version_from_card,
    submit_version,
    upload_dataset,
)
from models_registry.models import AISystem, DatasetVersion, ModelVersion
from tests.world import World

CARDS = settings.BASE_DIR / "fixtures" / "demo"
LANTERN = "lantern-credit-scoring-2.3.md"
BEACON = "beacon-reply-drafts-0.4.md"
TABLE = b"y_true,y_score,age_band\n" + b"".join(
    f"{i % 2},{(i * 37 % 100) / 100},{'under 25' if i % 3 else '25 or more'}\n".encode()
    for i in range(60)
)


def card_bytes(name: str = LANTERN) -> bytes:
    """One of the demonstration cards."""
    return (CARDS / name).read_bytes()


def new_system(
    world: World, name: str, *, by: User | None = None, unit: Unit | None = None, **values: Any
) -> AISystem:
    """A system of lending, registered by the engineer."""
    wanted: dict[str, Any] = {
        "purpose": "Helps credit officers to decide on consumer loans.",
        "decision_role": "recommends",
        **values,
    }
    return register_system(by=by or world.engineer, unit=unit or world.lending, name=name, **wanted)


def system(world: World) -> AISystem:
    """Consumer loan decisions, the one system of most tests."""
    return world.once("system", lambda: new_system(world, "Consumer loan decisions"))


def new_version(world: World, number: str, **values: Any) -> ModelVersion:
    """A draft of Lantern credit scoring under that number, used in ``system(world)``."""
    wanted: dict[str, Any] = {"card": card_bytes(), "file_name": LANTERN, **values}
    return register_version_from_card(
        by=world.engineer, unit=world.lending, number=number, system=system(world), **wanted
    )


def version(world: World) -> ModelVersion:
    """Lantern credit scoring 2.3, a draft."""
    return world.once("version", lambda: new_version(world, "2.3"))


def submitted_version(world: World) -> ModelVersion:
    """Lantern credit scoring 2.2, submitted."""
    return world.once(
        "submitted_version",
        lambda: submit_version(by=world.engineer, version=new_version(world, "2.2")),
    )


def new_dataset(world: World, label: str, *, table: bytes = TABLE, **values: Any) -> DatasetVersion:
    """A small table of lending under that label."""
    wanted: dict[str, Any] = {"name": "Loans", "role": "test", "file_name": "loans.csv", **values}
    return upload_dataset(
        by=world.engineer, unit=world.lending, label=label, stream=io.BytesIO(table), **wanted
    )


def dataset(world: World) -> DatasetVersion:
    """Loans 2024-H2, 60 rows."""
    return world.once("dataset", lambda: new_dataset(world, "2024-H2"))
