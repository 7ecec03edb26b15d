"""Certificates of our own making for TLS on loopback: good, expired, for somebody else, from a stranger."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

REAL_NOW = datetime.now(UTC)
"""What TLS judges a certificate by is the computer's own clock."""


@dataclass(frozen=True)
class Files:
    cert: Path
    key: Path


class Authority:
    """Signs certificates; whoever trusts it trusts them."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._cert = self._build(self._name, self._key.public_key(), timedelta(days=30), is_ca=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self._cert.public_bytes(Encoding.PEM))

    def trusted(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.file))
        return context

    def issue(self, name: str, *, host: str = "127.0.0.1", lasts: timedelta = timedelta(days=1)) -> Files:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        cert = self._build(subject, key.public_key(), lasts, host=host)
        files = Files(self._folder / f"{name}.crt", self._folder / f"{name}.key")
        files.cert.write_bytes(cert.public_bytes(Encoding.PEM))
        files.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return files

    def _build(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        lasts: timedelta,
        *,
        is_ca: bool = False,
        host: str = "",
    ) -> x509.Certificate:
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(REAL_NOW - timedelta(days=60))
            .not_valid_after(REAL_NOW + lasts)
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=not is_ca,
                    key_cert_sign=is_ca,
                    crl_sign=is_ca,
                    content_commitment=False,
                    key_encipherment=False,
                    data_encipherment=False,
                    key_agreement=False,
                    encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if host:
            named: x509.GeneralName = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
            made = made.add_extension(x509.SubjectAlternativeName([named]), critical=False)
        return made.sign(self._key, hashes.SHA256())
