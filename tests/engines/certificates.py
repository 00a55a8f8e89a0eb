"""A certificate authority of our own and somebody whom it vouches for, made anew for every test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple


class Files(NamedTuple):
    """PEM files."""

    chain: Path
    key: Path


def certified(folder: Path, name: str = "A studio") -> Files:
    """The certificate of `name` with its authority's, and its private key; cryptography comes with c2pa-python."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives import serialization as pem
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    now = datetime.now(UTC)

    def called(who: str) -> Any:
        return x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, who), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test")]
        )

    def begun(who: str, by: str, key: Any, number: int, ca: bool) -> Any:
        return (
            x509.CertificateBuilder()
            .subject_name(called(who))
            .issuer_name(called(by))
            .public_key(key.public_key())
            .serial_number(number)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca, None), True)
            .add_extension(x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        )

    root, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = begun("Authority", "Authority", root, 1, True).sign(root, hashes.SHA256())
    leaf = (
        begun(name, "Authority", own, 2, False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), False)
        .sign(root, hashes.SHA256())
    )
    files = Files(folder / "chain.pem", folder / "key.pem")
    files.chain.write_bytes(b"".join(one.public_bytes(pem.Encoding.PEM) for one in (leaf, authority)))
    secret = own.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption())
    files.key.write_bytes(secret)
    return files
