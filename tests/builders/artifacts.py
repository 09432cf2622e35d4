"""Files of versions, their waivers and signatures, made by the real actions."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from model_signing import signing

from jobs.testing import run_all
from models_registry.actions.artifacts import add_artifact
from models_registry.actions.signatures import add_signature
from models_registry.actions.waivers import waive_artifact
from models_registry.models import Artifact, ModelVersion, ScanWaiver, Signature
from tests.builders.artifact_files import SYSTEM, safetensors
from tests.builders.models_registry import new_version, version
from tests.world import World

WEIGHTS = safetensors(w=np.ones((2, 2)))


def add(world: World, held: ModelVersion, path: str, data: bytes, **values: Any) -> Artifact:
    """A file that the engineer added to ``held``."""
    wanted: dict[str, Any] = {"role": "weights", "by": world.engineer, **values}
    return add_artifact(version=held, stream=io.BytesIO(data), path=path, **wanted)


def scanned(world: World, held: ModelVersion, path: str, data: bytes) -> Artifact:
    """A file of ``held`` after its scan."""
    made = add(world, held, path, data)
    run_all()
    return Artifact.objects.get(pk=made.pk)


def artifact(world: World) -> Artifact:
    """weights/model.safetensors of Lantern credit scoring 2.3, not scanned yet."""
    return world.once(
        "artifact", lambda: add(world, version(world), "weights/model.safetensors", WEIGHTS)
    )


def flagged(world: World) -> Artifact:
    """A pickle with findings in a version of its own."""
    return world.once(
        "flagged", lambda: scanned(world, new_version(world, "9.1"), "model.pkl", SYSTEM)
    )


def waive(world: World, held: Artifact, **values: Any) -> ScanWaiver:
    """The approver answers for ``held`` for thirty days."""
    wanted: dict[str, Any] = {
        "by": world.approver,
        "reason": "The vendor has no other format yet.",
        "control": "Loaded only in a sandbox without network.",
        "expires_at": timezone.now() + dt.timedelta(days=30),
        **values,
    }
    return waive_artifact(artifact=held, **wanted)


def waiver(world: World) -> ScanWaiver:
    """The waiver of ``flagged(world)``."""
    return world.once("waiver", lambda: waive(world, flagged(world)))


class Signer:
    """An elliptic-curve key pair and the bundles that it makes with model-signing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        key = ec.generate_private_key(ec.SECP256R1())
        plain = serialization.NoEncryption()
        pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        (folder / "key.pem").write_bytes(key.private_bytes(pem, form, plain))
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        self.public = key.public_key().public_bytes(pem, spki)

    def sign(self, files: dict[str, bytes]) -> bytes:
        """A bundle over exactly these files."""
        for path, data in files.items():
            target = self.folder / "model" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        config = signing.Config().use_elliptic_key_signer(private_key=self.folder / "key.pem")
        config.sign(self.folder / "model", self.folder / "model.sig")
        return (self.folder / "model.sig").read_bytes()


def public_key() -> bytes:
    """Somebody's public key as PEM."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, spki)


def signature(world: World) -> Signature:
    """A signature over ``artifact(world)`` that nobody has verified yet."""
    held = artifact(world).model_version
    return world.once(
        "signature",
        lambda: add_signature(by=world.engineer, version=held, bundle=b"{}", key=public_key()),
    )
