"""Approved versions with files, and what is done with them, made by the real actions."""

import io
from typing import Any

from ledger.actions import action
from models_registry.actions import edit_version, move_version
from models_registry.actions.deployments import deploy
from models_registry.actions.parents import add_parent
from models_registry.models import Artifact, Deployment, ModelVersion
from tests.builders.models_registry import new_version
from tests.world import World
from vault.actions import store

SCHEMA = {
    "inputs": [
        {"name": "income", "type": "double"},
        {"name": "purpose", "type": "string", "optional": True},
    ],
    "outputs": [{"name": "score", "type": "double"}],
}


def add_file(world: World, version: ModelVersion, data: bytes, **values: Any) -> Artifact:
    """A file of a draft version, kept in the vault."""
    stored = store(
        io.BytesIO(data),
        media_type="application/octet-stream",
        by=world.engineer,
        why="A file of a version",
        max_bytes=1_000_000,
    )
    artifact = Artifact(
        model_version=version,
        path="model.safetensors",
        role="weights",
        file=stored,
        digest=stored.digest,
        size=stored.size,
        added_by=world.engineer,
        **values,
    )
    with action("models_registry.artifact.added", by=world.engineer) as act:
        act.save(artifact)
    return artifact


def approved_version(
    world: World,
    number: str,
    *,
    schema: dict[str, Any] | None = None,
    parent_outside: str = "",
    **artifact: Any,
) -> ModelVersion:
    """A version of Lantern credit scoring with one file, approved by the approver."""
    made = new_version(world, number)
    edit_version(
        by=world.engineer,
        version=made,
        base={"io_schema": {}},
        values={"io_schema": SCHEMA if schema is None else schema},
    )
    if parent_outside:
        add_parent(by=world.engineer, version=made, relation="finetune", outside=parent_outside)
    add_file(world, made, f"weights of {number}".encode(), **artifact)
    for verb, by in (
        ("submit", world.engineer),
        ("start_validation", world.approver),
        ("approve", world.approver),
    ):
        made = move_version(by=by, version=made.reloaded(), verb=verb, reason="Read and tried.")
    return made


def in_production(world: World, number: str, **values: Any) -> Deployment:
    """That version, approved and put into production of prod-eu."""
    wanted: dict[str, Any] = {"environment": "prod-eu", "stage": "production", **values}
    return deploy(by=world.engineer, version=approved_version(world, number), **wanted)


def deployment(world: World) -> Deployment:
    """Version 3.1 in production of prod-eu, after 3.0, which one could go back to."""

    def make() -> Deployment:
        in_production(world, "3.0")
        return in_production(world, "3.1", reason="Fewer false alarms.")

    return world.once("deployment", make)


def shadow(world: World) -> Deployment:
    """Version 3.2 in the shadow of prod-eu."""
    return world.once("shadow", lambda: in_production(world, "3.2", stage="shadow", share=0))
