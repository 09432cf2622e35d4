"""Writes about signatures over the files of a version."""

import io
import json

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from jobs.actions import enqueue
from ledger.actions import action
from ledger.canonical import sha256_hex
from ledger.errors import Refused
from models_registry.actions.editing import locked
from models_registry.models import ModelVersion, Signature
from models_registry.scanning.signatures import Verification
from vault.actions import store

VERIFY_JOB = "models_registry.verify"
LARGEST_BUNDLE = 10 * 1024 * 1024
LARGEST_KEY = 16 * 1024
MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"


def add_signature(*, by: User, version: ModelVersion, bundle: bytes, key: bytes) -> Signature:
    """Keep a signature over the files of a version and ask for its verification.

    ``bundle`` is a Sigstore bundle as model-signing writes it in key mode, ``key`` the public key
    as PEM. Until the job has verified it the verdict is unverified. Raises ``Refused`` for a
    version without files, a bundle that is no JSON object, a key that is no elliptic-curve key.
    """
    require(by, Permission.VERSION_REGISTER, version.model.unit_id)
    fingerprint = key_fingerprint(key)
    _refuse_no_bundle(bundle)
    with action("models_registry.signature.added", by=by) as act:
        version = locked(version)
        if not version.artifact_set_digest:
            raise Refused(_("Add the files of this version before their signature."), code="empty")
        signature = Signature(
            model_version=version,
            bundle=store(
                io.BytesIO(bundle), media_type=MEDIA_TYPE, by=by, why=f"signature of {version}"
            ),
            key_fingerprint=fingerprint,
            verdict=Signature.Verdict.UNVERIFIED,
            detail=_("Not verified yet."),
            artifact_set_digest=version.artifact_set_digest,
            added_by=by,
        )
        act.save(signature)
        arguments = {"signature": signature.pk, "key": key.decode("ascii")}
        enqueue(VERIFY_JOB, arguments, by=by, key=f"signature:{signature.pk}")
    return signature


def record_verification(*, by: User, signature: Signature, said: Verification) -> Signature:
    """Write what verifying said."""
    require(by, Permission.VERSION_REGISTER, signature.model_version.model.unit_id)
    with action("models_registry.signature.checked", by=by) as act:
        signature = locked(signature)
        signature.verdict, signature.detail = said.verdict, said.detail
        act.save(signature)
    return signature


def key_fingerprint(pem: bytes) -> str:
    """SHA-256 of the public key in DER (SubjectPublicKeyInfo). Raises ``Refused``."""
    try:
        if len(pem) > LARGEST_KEY:
            raise ValueError("too long")
        pem.decode("ascii")
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, EllipticCurvePublicKey):
        raise Refused(
            _("Give the public key as PEM; signatures are verified for elliptic-curve keys."),
            code="key",
            field="key",
        )
    return sha256_hex(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _refuse_no_bundle(bundle: bytes) -> None:
    try:
        whole = len(bundle) <= LARGEST_BUNDLE and isinstance(json.loads(bundle), dict)
    except (ValueError, RecursionError):
        whole = False
    if not whole:
        raise Refused(
            _("Give the signature as model-signing writes it: a JSON bundle of at most 10 MB."),
            code="bundle",
            field="bundle",
        )
