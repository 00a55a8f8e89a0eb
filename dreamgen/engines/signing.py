"""Signs films with C2PA (https://spec.c2pa.org), through `c2pa-python`: who says that software made them, and of what.

A signature is not reproducible and lies in the file, so it comes last, in a copy; sums taken before stay comparable.
The signer's key is read when it is needed and is in no message, log or file of ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from dreamgen.core.base import Record
from dreamgen.errors import DreamgenError, MissingExtra, UsageError, first_line

_WANTED_BY: Final = "signing with C2PA"
CONTENT: Final = "org.dreamgen.content"
"""The label of our own assertion: the sha256 of the file as it was before it was signed."""


class Credentials(Record):
    """Who signs. Only places of files are in it, never what they hold."""

    chain: Path
    """PEM: the signer's certificate, then those that lead up to a root."""
    key: Path
    """PEM: the private key of the first of them, not protected by a password."""
    timestamp_url: str = ""
    """A time-stamping authority (RFC 3161) that is asked over the network; empty for none."""


class Content(Record):
    """What is said of a film."""

    title: str
    """The file's name."""
    sha256: str
    """Of its bytes before it is signed, in hex."""
    source_type: str
    """IPTC's digital source type."""
    made_by: tuple[str, ...]
    """The software and the models that made it."""
    version: str = ""
    """Of dreamgen."""


class Signature(Record):
    """What a reader finds."""

    valid: bool
    """Whether the file is what was signed, by the key of the certificate that is in it."""
    trusted: bool
    """Whether the reader knows a root that vouches for the signer; without a list of roots it knows none."""
    signer: str
    """The name in the certificate."""
    source_type: str
    """What the manifest says of how the file came about."""
    content_sha256: str
    """Of its bytes before it was signed, as the manifest says."""
    problems: tuple[str, ...] = ()
    """Codes of the specification for what is wrong; signingCredential.untrusted is one."""


class Signer:
    """Signs any number of films.

    Args:
        credentials: who signs.

    Raises:
        MissingExtra: without c2pa-python.
        UsageError: when a file of the credentials can't be read, or is not what it should be.
    """

    def __init__(self, credentials: Credentials) -> None:
        self._library = _library()
        chain, key = (_read(path) for path in (credentials.chain, credentials.key))
        algorithm = _algorithm(key, credentials.key)
        with _ours(f"{credentials.key} and {credentials.chain} can't sign"):
            info = self._library.C2paSignerInfo(algorithm, chain, key, credentials.timestamp_url or None)
            self._signer = self._library.Signer.from_info(info)

    def sign(self, source: Path, target: Path, content: Content) -> Signature:
        """Writes a signed copy, and reads it back.

        Raises:
            DreamgenError: when the library can't sign it, or the copy does not bear the signature out.
        """
        target.unlink(missing_ok=True)
        try:
            with _ours(f"{source} can't be signed"), self._library.Builder(_manifest(content)) as builder:
                builder.sign_file(str(source), str(target), self._signer)
            found = read_signature(target)
            if found is None or not found.valid:
                problems = ", ".join(found.problems) if found else "no signature is there"
                raise DreamgenError(f"the signature of {source} is not valid: {problems}", "Check the certificates.")
        except DreamgenError:
            target.unlink(missing_ok=True)
            raise
        return found


def read_signature(path: Path) -> Signature | None:
    """The signature of a film; None where it has none.

    Raises:
        MissingExtra: without c2pa-python.
        DreamgenError: when the file can't be read.
    """
    library = _library()
    with _ours(f"{path} can't be read"):
        reader = library.Reader.try_create(str(path))
        if reader is None:
            return None
        with reader:
            found = json.loads(reader.json())
    manifest = found["manifests"][found["active_manifest"]]
    assertions = {one["label"]: one["data"] for one in manifest.get("assertions", ())}
    actions = assertions.get("c2pa.actions.v2", {}).get("actions", [{}])
    problems = tuple(dict.fromkeys(one["code"] for one in found.get("validation_status", ())))
    state = found.get("validation_state", "")
    return Signature(
        valid=state in ("Valid", "Trusted"), trusted=state == "Trusted",
        signer=manifest.get("signature_info", {}).get("common_name", ""),
        source_type=actions[0].get("digitalSourceType", ""),
        content_sha256=assertions.get(CONTENT, {}).get("sha256", ""), problems=problems,
    )  # fmt: skip


def _manifest(content: Content) -> dict[str, Any]:
    created = {
        "action": "c2pa.created",
        "digitalSourceType": content.source_type,
        "softwareAgent": {"name": ", ".join(content.made_by)},
    }
    return {
        "claim_generator_info": [{"name": "dreamgen", "version": content.version or "0"}],
        "title": content.title,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [created]}},
            {"label": CONTENT, "data": {"sha256": content.sha256}},
        ],
    }


def _algorithm(key: bytes, path: Path) -> str:
    """What the key can sign with, in C2PA's words (section 13.2 of the specification)."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(key, None)
    except TypeError:
        raise UsageError(f"the key in {path} is protected by a password", "Give one that is not.") from None
    except (ValueError, UnsupportedAlgorithm):  # its message may quote the key
        raise UsageError(f"{path} holds no private key in PEM", "Name the key's own file.") from None
    if isinstance(found, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(found, rsa.RSAPrivateKey):
        return "ps256"
    sizes = {256: "es256", 384: "es384", 521: "es512"}
    if isinstance(found, ec.EllipticCurvePrivateKey) and found.key_size in sizes:
        return sizes[found.key_size]
    raise UsageError(f"the key in {path} is of a sort that C2PA does not sign with", "Ed25519, RSA, P-256, 384 or 521.")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}", "Check the path.") from None


@contextmanager
def _ours(what: str) -> Iterator[None]:
    """The library's errors as ours."""
    try:
        yield
    except _library().C2paError as error:
        raise DreamgenError(f"{what}: {first_line(error)}", "Check the certificates and the key.") from None


def _library() -> Any:
    try:
        import c2pa
    except ImportError as error:
        raise MissingExtra("c2pa-python", "c2pa", _WANTED_BY) from error
    return c2pa
