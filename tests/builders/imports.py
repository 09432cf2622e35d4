"""Imports, made by the real actions."""

import io
import zipfile

from django.conf import settings

from jobs.testing import run_all
from models_registry.actions.imports import request_apply, start_import
from models_registry.models import RegistryImport
from tests.world import World

FOLDER = settings.BASE_DIR / "fixtures" / "demo"
CARD = "complaint-classifier-1.10.md"
FILES = {CARD: (FOLDER / CARD).read_bytes()}
EXAMPLE = (FOLDER / "inventory.yaml").read_text()


def zipped(files: dict[str, bytes]) -> io.BytesIO:
    """A zip archive of ``files``."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return io.BytesIO(target.getvalue())


def inventory_zip(text: str = EXAMPLE) -> io.BytesIO:
    """The example manifest with its card."""
    return zipped({"inventory.yaml": text.encode(), **FILES})


def new_import(world: World, text: str = EXAMPLE) -> RegistryImport:
    """An import of the manifest ``text`` into lending, planned by its job."""
    found = start_import(
        by=world.engineer,
        unit=world.lending,
        source="manifest",
        stream=inventory_zip(text),
        label="inventory.zip",
    )
    run_all()
    return found.reloaded()


def planned_import(world: World) -> RegistryImport:
    """The example with one refused line, planned."""
    text = EXAMPLE.replace("kind: rules", "kind: ruled")
    return world.once("planned_import", lambda: new_import(world, text))


def applied_import(world: World) -> RegistryImport:
    """Another inventory, applied."""

    def make() -> RegistryImport:
        text = EXAMPLE.replace("id: ", "id: b-").replace("model: ", "model: b-")
        for name in ("Complaint", "Call", "Urgency", "Summary"):
            text = text.replace(f"name: {name}", f"name: Second {name.lower()}")
        found = new_import(world, text)
        request_apply(by=world.engineer, found=found)
        run_all()
        return found.reloaded()

    return world.once("applied_import", make)
