"""What a PDF holds: signatures with what they cover, and the embedded files. Child only.

No difference analysis between revisions: it takes minutes, and who keeps every revision by its
digest (see ``reports.signing.verdict``) does not need it.
"""

import asyncio
import hashlib
import io
import logging
from typing import Any

import pikepdf
from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

NOT_READABLE = (
    pikepdf.PdfError,
    PdfError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    RuntimeError,
)
SNAPSHOT, CHECKPOINT = "snapshot.json", "checkpoint.txt"
MAX_EMBEDDED = 64 * 1024 * 1024


def read(pdf: bytes, roots: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """The head and the two embedded bodies (empty where there is none)."""
    # What is wrong with a hostile file is told in the answer.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL + 1)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = len(opened.pages)
        bodies = [_embedded(opened, SNAPSHOT), _embedded(opened, CHECKPOINT)]
    signatures = asyncio.run(_signatures(pdf, [x509.Certificate.load(one) for one in roots]))
    head = {"pages": pages, "sizes": [len(b) for b in bodies], "signatures": signatures}
    return head, bodies


def _embedded(pdf: pikepdf.Pdf, name: str) -> bytes:
    if name not in pdf.attachments:
        return b""
    body = bytes(pdf.attachments[name].get_file().read_bytes())
    if len(body) > MAX_EMBEDDED:
        raise ValueError(f"{name} is too large")
    return body


async def _signatures(pdf: bytes, roots: list[x509.Certificate]) -> list[dict[str, Any]]:
    reader = PdfFileReader(io.BytesIO(pdf))
    found = []
    for signature in reader.embedded_regular_signatures:
        end = _covered_to(signature.byte_range, len(pdf))
        found.append(
            {
                "field": str(signature.field_name),
                "name": str(signature.sig_object.get("/Name", "")),
                "statement": str(signature.sig_object.get("/Reason", "")),
                "end": end,
                "digest": hashlib.sha256(pdf[:end]).hexdigest(),
                **await _judged(signature, roots),
            }
        )
    return found


def _covered_to(byte_range: Any, size: int) -> int:
    """Where the covered bytes end; 0 when something beside the signature itself is left out."""
    start, first, second, length = (int(n) for n in byte_range)
    whole = start == 0 and 0 < first < second and second + length <= size
    return second + length if whole else 0


async def _judged(signature: Any, roots: list[x509.Certificate]) -> dict[str, Any]:
    try:
        status = await async_validate_pdf_signature(
            signature, signer_validation_context=_context(roots), skip_diff=True
        )
    except (*NOT_READABLE, Exception) as error:  # noqa: BLE001  any way to be broken is broken
        return {"intact": False, "valid": False, "trusted": False, "why": str(error)[:200]}
    stamp = status.timestamp_validity
    return {
        "intact": bool(status.intact),
        "valid": bool(status.valid),
        "trusted": bool(status.trusted),
        "subject": status.signing_cert.subject.human_friendly,
        "certificate": status.signing_cert.sha256.hex(),
        "at": status.signer_reported_dt.isoformat() if status.signer_reported_dt else None,
        "stamp": stamp.timestamp.isoformat() if stamp else None,
        "stamp_trusted": bool(stamp and stamp.trusted),
        "locks": _locks(signature),
    }


def _locks(signature: Any) -> bool:
    """Whether this signature forbids every later change (DocMDP level 1)."""
    level = signature.docmdp_level
    return level is not None and level.value == 1


def _context(roots: list[x509.Certificate]) -> ValidationContext:
    return ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")
