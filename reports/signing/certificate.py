"""The certificate that the organisation signs reports with: a PKCS#12 file, or a token."""

import datetime as dt
import os
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

# It says in its own name that it proves nothing, so that no reader takes it for more.
SELF_MADE = "Assay demonstration seal (self-made, proves no identity)"
_LIFE = dt.timedelta(days=3650)


class NoCertificate(Exception):
    """There is nothing to sign with; the text says why and what to do."""


def is_self_made(certificate: x509.Certificate) -> bool:
    """Whether this is the certificate that Assay made for the demonstration."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return [name.value for name in names] == [SELF_MADE]


def pkcs12_file() -> tuple[bytes, bytes | None]:
    """The bytes of the PKCS#12 file and its passphrase.

    Without a configured file one is made once. Raises NoCertificate when it cannot be read,
    lacks its key, has expired or is not valid yet.
    """
    configured = settings.REPORT_SEAL_FILE
    path = Path(configured) if configured else settings.REPORT_SEAL_OWN
    if not configured and not path.exists():
        _make(path)
    try:
        body = path.read_bytes()
    except OSError as error:
        said = _("The certificate file %(path)s cannot be read: %(why)s.")
        raise NoCertificate(said % {"path": path, "why": error.strerror}) from error
    passphrase = settings.REPORT_SEAL_PASSPHRASE.encode() or None
    _check(body, passphrase if configured else None, path)
    return body, passphrase if configured else None


def trusted() -> list[bytes]:
    """The certificates (DER) that a signature here may rest on: roots, and the own one.

    An own file that cannot be read adds nothing: verifying must work while signing does not.
    """
    found = []
    if settings.REPORT_SEAL_ROOTS:
        pem = Path(settings.REPORT_SEAL_ROOTS).read_bytes()
        found = [_der(one) for one in x509.load_pem_x509_certificates(pem)]
    try:
        body, passphrase = pkcs12_file()
    except NoCertificate:
        return found
    loaded = pkcs12.load_pkcs12(body, passphrase)
    chain = [loaded.cert, *loaded.additional_certs]
    return [*found, *(_der(one.certificate) for one in chain if one is not None)]


def _check(body: bytes, passphrase: bytes | None, path: Path) -> None:
    try:
        loaded = pkcs12.load_pkcs12(body, passphrase)
    except ValueError as error:
        said = _("%(path)s is not a PKCS#12 file that this passphrase opens.")
        raise NoCertificate(said % {"path": path}) from error
    if loaded.key is None or loaded.cert is None:
        said = _("%(path)s lacks its certificate or its private key. Export both together.")
        raise NoCertificate(said % {"path": path})
    certificate, now = loaded.cert.certificate, timezone.now()
    if now > certificate.not_valid_after_utc:
        said = _("The certificate in %(path)s expired on %(day)s. Get a new one.")
        day = certificate.not_valid_after_utc.date().isoformat()
        raise NoCertificate(said % {"path": path, "day": day})
    if now < certificate.not_valid_before_utc:
        raise NoCertificate(_("The certificate in %(path)s is not valid yet.") % {"path": path})


def _make(path: Path) -> None:
    """A self-made certificate; of two processes that do this at once the first one wins."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SELF_MADE)])
    now = timezone.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + _LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_for_signatures(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    body = pkcs12.serialize_key_and_certificates(b"seal", key, made, None, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fd, temporary = tempfile.mkstemp(dir=path.parent, prefix=".seal-")  # mode 0600
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(body)
        os.link(temporary, path)
    except FileExistsError:
        return
    finally:
        Path(temporary).unlink()


def _for_signatures() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
