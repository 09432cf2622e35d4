"""One more signature on a PDF, as an incremental update (PAdES, ETSI EN 319 142-1).

Signatures are invisible: a visible one breaks PDF/UA-1 and needs a face of its own. All fields
are made before the first signature, since a certified document takes no new ones.
"""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec
from pyhanko.sign.timestamps import HTTPTimeStamper

from reports.signing.certificate import NoCertificate, pkcs12_file
from reports.signing.order import FIELDS


@dataclass(frozen=True)
class Signature:
    """What one signature says. `field` is one of `FIELDS`; `name` is the person's."""

    field: str
    name: str
    statement: str


@dataclass(frozen=True)
class Sealed:
    """The longer file, SHA-256 of the certificate, its subject, and whether it is time-stamped."""

    pdf: bytes
    certificate: str
    subject: str
    stamped: bool


def seal_pdf(pdf: bytes, signature: Signature) -> Sealed:
    """`pdf` with one more signature; the old bytes stay what they were.

    The first signature certifies the document and lets nothing but the other fields be filled;
    the last one locks all fields and every later change. With a configured time stamping service
    the signature carries an RFC 3161 stamp. Raises NoCertificate, and whatever the service of
    time stamps or the token raises.
    """
    signer = _signer()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    first, last = signature.field == FIELDS[0], signature.field == FIELDS[-1]
    if first:
        for name in FIELDS:
            fields.append_signature_field(writer, _field(name))
    stamper = HTTPTimeStamper(settings.REPORT_TIMESTAMP_URL) if _stamps() else None
    meta = signers.PdfSignatureMetadata(
        field_name=signature.field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=signature.name,
        reason=signature.statement,
        certify=first,
        docmdp_permissions=MDPPerm.NO_CHANGES if last else MDPPerm.FILL_FORMS,
    )
    maker = signers.PdfSigner(meta, signer=signer, timestamper=stamper)
    work = maker.async_sign_pdf(writer, existing_fields_only=True)
    with ThreadPoolExecutor(max_workers=1) as own:  # the caller may have a loop of his own
        made: Any = own.submit(asyncio.run, work).result()
    certificate = signer.signing_cert
    return Sealed(
        pdf=made.getvalue(),
        certificate=certificate.sha256.hex(),
        subject=certificate.subject.human_friendly,
        stamped=stamper is not None,
    )


def _field(name: str) -> SigFieldSpec:
    if name != FIELDS[-1]:
        return SigFieldSpec(name)
    everything = FieldMDPSpec(FieldMDPAction.ALL)
    return SigFieldSpec(name, field_mdp_spec=everything, doc_mdp_update_value=MDPPerm.NO_CHANGES)


def _stamps() -> bool:
    return bool(settings.REPORT_TIMESTAMP_URL)


def _signer() -> Any:
    if settings.REPORT_SEAL_PKCS11:
        return _token_signer()
    body, passphrase = pkcs12_file()
    return signers.SimpleSigner.load_pkcs12_data(body, other_certs=[], passphrase=passphrase)


def _token_signer() -> Any:
    """The signer on a PKCS#11 token: module, token label, certificate label and PIN are set."""
    try:
        from pyhanko.sign import pkcs11  # noqa: PLC0415  an extra that few need
    except ModuleNotFoundError as error:
        said = _("Signing with a token needs “pip install assay[pkcs11]” on this machine.")
        raise NoCertificate(said) from error
    module, token, label = settings.REPORT_SEAL_PKCS11
    session = pkcs11.open_pkcs11_session(
        module,
        token_criteria=TokenCriteria(label=token),
        user_pin=settings.REPORT_SEAL_PASSPHRASE or None,
    )
    return pkcs11.PKCS11Signer(session, cert_label=label, key_label=label)
