#!/usr/bin/env python3
"""Verify an exported Assay ledger without Assay.

    python3 verifier.py BUNDLE [--key NAME+HASH+KEY]... [--checkpoint NOTE]...

BUNDLE is what ``manage.py export_ledger`` wrote. ``--key`` is a verifier key that you got on
another way than with the bundle, ``--checkpoint`` a signed note that you kept earlier: only what
you kept outside can show that a ledger was cut back or rewritten as a whole.

This file needs nothing but Python's standard library; with the ``cryptography`` package it also
checks the signatures. Exit code 0: intact. 1: damaged. 2: not readable. 3: nothing wrong was
found, but the signatures could not be checked.

Formats: RFC 9162 §2.1 (tree), C2SP signed-note and tlog-checkpoint.
"""

import argparse
import base64
import binascii
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    CAN_CHECK_SIGNATURES = True
except ImportError:  # pragma: no cover  the server always has it
    CAN_CHECK_SIGNATURES = False

FORMAT = 1
EMPTY_ROOT = hashlib.sha256(b"").digest()
_ED25519 = b"\x01"
_DASH = "— "


class Unreadable(ValueError):
    """The text is not what it should be; the message says where."""


# The tree (RFC 9162 §2.1.1)


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class CompactRange:
    """A growing tree of which only the roots of its perfect subtrees are kept (log2 n hashes)."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise Unreadable(f"A tree of {size} entries does not have {len(hashes)} subtrees")
        self.size = size
        self.hashes = list(hashes)

    def append(self, leaf: bytes) -> None:
        """Add the hash of one more entry."""
        self.hashes.append(leaf)
        size = self.size
        while size & 1:
            right = self.hashes.pop()
            self.hashes[-1] = node_hash(self.hashes[-1], right)
            size >>= 1
        self.size += 1

    def root(self) -> bytes:
        """The root hash of everything appended so far."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root


def inclusion_holds(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether ``proof`` shows entry ``index`` in the tree of ``size`` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    first, last, node = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            node = node_hash(step, node)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            node = node_hash(node, step)
        first, last = first >> 1, last >> 1
    return last == 0 and node == root


def consistency_holds(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether ``proof`` shows that the new tree only appended to the old (RFC 9162 §2.1.4.2)."""
    if old_size == new_size:
        return not proof and old_root == new_root
    if not 0 < old_size < new_size:
        return old_size == 0 and old_root == EMPTY_ROOT and not proof
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    return bool(path) and _roots_of_path(old_size - 1, new_size - 1, path) == (old_root, new_root)


def _roots_of_path(first: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The roots of the old and the new tree that ``path`` leads to, ``None`` if it is too long."""
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return None
        if first & 1 or first == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            new = node_hash(new, step)
        first, last = first >> 1, last >> 1
    return (old, new) if last == 0 else None


# Signed notes


@dataclass(frozen=True)
class VerifierKey:
    """A public Ed25519 key with the name that it signs for."""

    name: str
    public: bytes

    @property
    def hash(self) -> bytes:
        """The first four bytes of the key's hash, which mark its signatures."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """The key as people pass it on: ``name+hash+key``."""
        return f"{self.name}+{self.hash.hex()}+{_b64(_ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read ``name+hash+key``. Raises ``Unreadable``."""
        name, _plus, rest = text.strip().partition("+")
        _hash, _plus, data = rest.partition("+")
        raw = _unb64(data)
        if not name or len(raw) != 33 or raw[:1] != _ED25519:
            raise Unreadable(f"Not an Ed25519 verifier key: {text.strip()[:80]!r}")
        key = cls(name, raw[1:])
        if key.text != text.strip():
            raise Unreadable(f"The verifier key of {name} is mistyped: its hash does not fit")
        return key

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether ``signature`` is by this key over ``text``. Needs ``cryptography``."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Note:
    """A signed checkpoint: who says that the tree of ``size`` entries has this ``root``."""

    origin: str
    size: int
    root: bytes
    signatures: tuple[tuple[str, bytes, bytes], ...] = field(default=())

    @property
    def text(self) -> str:
        """The signed text, with its last line break."""
        return f"{self.origin}\n{self.size}\n{_b64(self.root)}\n"

    @classmethod
    def parse(cls, note: str) -> "Note":
        """Read a signed note. Raises ``Unreadable``."""
        text, gap, tail = note.partition("\n\n")
        lines = text.split("\n")
        if not gap or len(lines) != 3 or not lines[1].isdecimal() or not lines[0]:
            raise Unreadable("This is not a checkpoint: it needs a name, a size and a root")
        signatures = tuple(_signature(line) for line in tail.split("\n") if line)
        parsed = cls(lines[0], int(lines[1]), _unb64(lines[2]), signatures)
        if parsed.text != f"{text}\n" or len(parsed.root) != 32:
            raise Unreadable("This is not a checkpoint: its root or size is badly written")
        return parsed

    def signed_by(self, keys: Iterable[VerifierKey]) -> bool:
        """Whether one of ``keys`` signed this note."""
        return any(
            key.name == name and key.hash == mark and key.signed(self.text, signature)
            for name, mark, signature in self.signatures
            for key in keys
        )


def note_text(unsigned: Note, key: VerifierKey, signature: bytes) -> str:
    """``unsigned`` as a signed note with one signature by ``key``."""
    return f"{unsigned.text}\n{_DASH}{key.name} {_b64(key.hash + signature)}\n"


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _space, data = line.removeprefix(_DASH).rpartition(" ")
    raw = _unb64(data)
    if not line.startswith(_DASH) or not name or len(raw) < 5:
        raise Unreadable(f"Not a signature line: {line[:80]!r}")
    return name, raw[:4], raw[4:]


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unb64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Unreadable(f"Not base64: {text[:80]!r}") from error


# A bundle


class BundleCheck:
    """Walks through a bundle once, in constant memory, and collects what is wrong with it."""

    def __init__(self, keys: Iterable[VerifierKey], outside: Iterable[Note]) -> None:
        self.keys = list(keys)
        self.outside = {(note.size, note.root): note for note in outside}
        self.tree = CompactRange()
        self.checkpoints = 0
        self.findings: list[str] = []

    def line(self, entry: dict[str, object]) -> None:
        """Take one line of the bundle: an event or a checkpoint."""
        if "body" in entry:
            if entry.get("index") != self.tree.size:
                self.findings.append(
                    f"Event {entry.get('index')} stands where event {self.tree.size} should be."
                )
            self.tree.append(leaf_hash(str(entry["body"]).encode()))
            self._compare_outside()
        elif "checkpoint" in entry:
            self._checkpoint(Note.parse(str(entry["checkpoint"])))

    def finish(self) -> None:
        """Say what is missing once the bundle has been read."""
        for size, _root in self.outside:
            self.findings.append(
                f"A checkpoint that you kept has {size} events; the bundle has only "
                f"{self.tree.size}. Events were removed."
            )
        if not self.checkpoints:
            self.findings.append("The bundle holds no checkpoint: nothing in it is signed.")

    def _checkpoint(self, note: Note) -> None:
        self.checkpoints += 1
        if (note.size, note.root) != (self.tree.size, self.tree.root()):
            self.findings.append(
                f"The checkpoint at {note.size} events does not fit the first {self.tree.size}."
            )
        if CAN_CHECK_SIGNATURES and not note.signed_by(self.keys):
            self.findings.append(f"The checkpoint at {note.size} events is not signed by the key.")

    def _compare_outside(self) -> None:
        for size, root in [known for known in self.outside if known[0] == self.tree.size]:
            note = self.outside.pop((size, root))
            if root != self.tree.root():
                self.findings.append(
                    f"A checkpoint that you kept at {size} events has another root: "
                    "events before it were changed."
                )
            if CAN_CHECK_SIGNATURES and not note.signed_by(self.keys):
                self.findings.append(f"The kept checkpoint at {size} is not signed by the key.")


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                entry = json.loads(line)
            except ValueError as error:
                raise Unreadable(f"Line {number} is not JSON") from error
            if not isinstance(entry, dict):
                raise Unreadable(f"Line {number} is not an object")
            yield entry


def verify_bundle(path: Path, keys: list[VerifierKey], outside: list[Note]) -> BundleCheck:
    """Verify the bundle at ``path``. Raises ``Unreadable`` and ``OSError``."""
    lines = _lines(path)
    head = next(lines, {})
    if head.get("assay-ledger") != FORMAT:
        raise Unreadable("This is not an Assay ledger export of a version that I know")
    own = head.get("keys")
    check = BundleCheck(
        keys or [VerifierKey.parse(str(k)) for k in (own if isinstance(own, list) else [])],
        outside,
    )
    for entry in lines:
        check.line(entry)
    check.finish()
    return check


def _report(check: BundleCheck, own_key: bool) -> int:
    say = sys.stdout.write
    for finding in check.findings:
        say(f"DAMAGED  {finding}\n")
    say(f"{check.tree.size} events, {check.checkpoints} checkpoints\n")
    say(f"root {check.tree.root().hex()}\n")
    if check.findings:
        return 1
    if not CAN_CHECK_SIGNATURES:
        say("Signatures NOT checked: install the Python package cryptography.\n")
        return 3
    for key in check.keys:
        say(f"signed by {key.text}\n")
    if not own_key:
        say("This key came with the bundle: compare it with one that you got elsewhere.\n")
    say("intact\n")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Verify an exported Assay ledger.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--key", action="append", default=[], help="verifier key name+hash+key")
    parser.add_argument("--checkpoint", action="append", default=[], type=Path)
    options = parser.parse_args(arguments)
    try:
        keys = [VerifierKey.parse(key) for key in options.key]
        outside = [Note.parse(path.read_text(encoding="utf-8")) for path in options.checkpoint]
        check = verify_bundle(options.bundle, keys, outside)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"Cannot read: {error}\n")
        return 2
    return _report(check, bool(keys))


if __name__ == "__main__":
    sys.exit(main())
