"""The signing key of the ledger: a file outside the database, made once."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from ledger.errors import LedgerDamaged
from ledger.verifier import Note, VerifierKey, note_text


@dataclass(frozen=True)
class Signer:
    """Signs checkpoints under the name ``settings.LEDGER_ORIGIN``."""

    private: Ed25519PrivateKey
    key: VerifierKey

    def sign(self, size: int, root: bytes) -> str:
        """The signed note for a tree of ``size`` events."""
        note = Note(self.key.name, size, root)
        return note_text(note, self.key, self.private.sign(note.text.encode()))


def signer() -> Signer:
    """The ledger's signer; its key is made at the first call.

    Raises ``LedgerDamaged`` when the key file does not hold an Ed25519 key.
    """
    path = Path(settings.LEDGER_KEY_FILE)
    if not path.exists():
        _make(path)
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise LedgerDamaged(f"{path} is not a key: restore it from your backup") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise LedgerDamaged(f"{path} holds another kind of key than Ed25519")
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key = VerifierKey(settings.LEDGER_ORIGIN, public)
    if key not in known_keys():
        _remember(key)
    return Signer(private, key)


def known_keys() -> list[VerifierKey]:
    """Every key that signed here, oldest first, as kept in ``<key file>.pub``."""
    path = _public_file()
    if not path.exists():
        return []
    return [VerifierKey.parse(line) for line in path.read_text().splitlines() if line]


def _public_file() -> Path:
    path = Path(settings.LEDGER_KEY_FILE)
    return path.with_name(f"{path.name}.pub")


def _remember(key: VerifierKey) -> None:
    with _public_file().open("a") as file:
        file.write(f"{key.text}\n")


def _make(path: Path) -> None:
    """Write a new key; of two processes that do this at once the first one wins."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fd, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")  # mode 0600
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        return
    finally:
        Path(name).unlink()
