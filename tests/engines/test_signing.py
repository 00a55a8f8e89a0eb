from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from dreamgen.engines.marking import SOURCE_TYPES, mark_video, source_type_of
from dreamgen.engines.signing import Content, Credentials, Signer, read_signature
from dreamgen.engines.video import read_frames, write_video
from dreamgen.errors import DreamgenError, MissingExtra, UsageError
from tests.engines.certificates import Files, certified

LIBRARY = "signs with a real library: pip install 'dreamgen[c2pa]'"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    write_video((np.full((64, 96, 3), 20 * n, np.uint8) for n in range(10)), path, 12, (96, 64))
    mark_video(path, "generated")
    return path


@pytest.fixture
def files(tmp_path: Path) -> Files:
    pytest.importorskip("c2pa", reason=LIBRARY)
    return certified(tmp_path)


def content_of(film: Path) -> Content:
    return Content(
        title=film.name, sha256=sha256(film.read_bytes()).hexdigest(), source_type=SOURCE_TYPES["generated"],
        made_by=("dreamgen", "owner/model"), version="0.1.0",
    )  # fmt: skip


def test_a_signed_copy_names_signer_and_source_type_and_still_plays(film: Path, files: Files, tmp_path: Path) -> None:
    before = film.read_bytes()
    found = Signer(Credentials(chain=files.chain, key=files.key)).sign(film, tmp_path / "signed.mp4", content_of(film))
    assert found == read_signature(tmp_path / "signed.mp4")
    assert found.valid and not found.trusted
    assert found.problems == ("signingCredential.untrusted",), "no root that the reader knows vouches for the test's CA"
    assert (found.signer, found.source_type) == ("A studio", SOURCE_TYPES["generated"])
    assert found.content_sha256 == sha256(before).hexdigest() and film.read_bytes() == before
    assert source_type_of(tmp_path / "signed.mp4") == SOURCE_TYPES["generated"]
    frames = [[picture.tobytes() for _, picture in read_frames(path)] for path in (film, tmp_path / "signed.mp4")]
    assert frames[0] == frames[1]


def test_a_film_that_was_changed_since_does_not_bear_its_signature_out(
    film: Path, files: Files, tmp_path: Path
) -> None:
    signed = tmp_path / "signed.mp4"
    Signer(Credentials(chain=files.chain, key=files.key)).sign(film, signed, content_of(film))
    data = bytearray(signed.read_bytes())
    data[data.index(b"mdat") + 40] ^= 1
    signed.write_bytes(data)
    found = read_signature(signed)
    assert found is not None and not found.valid and "assertion.bmffHash.mismatch" in found.problems


def test_a_film_that_nobody_signed_has_no_signature(film: Path, files: Files) -> None:
    assert read_signature(film) is None


def test_a_key_of_somebody_else_is_told_without_a_word_of_it(film: Path, files: Files, tmp_path: Path) -> None:
    (folder := tmp_path / "other").mkdir()
    other = certified(folder)
    with pytest.raises(DreamgenError) as caught:
        Signer(Credentials(chain=files.chain, key=other.key)).sign(film, tmp_path / "signed.mp4", content_of(film))
    secret = other.key.read_text().splitlines()[1]
    assert secret not in str(caught.value) and not (tmp_path / "signed.mp4").exists()


@pytest.mark.parametrize("data", [b"", b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_holds_no_key_is_told_and_not_quoted(data: bytes, files: Files) -> None:
    files.key.write_bytes(data)
    with pytest.raises(UsageError, match="holds no private key") as caught:
        Signer(Credentials(chain=files.chain, key=files.key))
    assert "c2VjcmV0" not in str(caught.value)


def test_a_key_that_is_protected_or_missing_is_told(files: Files, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization as pem

    found = pem.load_pem_private_key(files.key.read_bytes(), None)
    locked = pem.BestAvailableEncryption(b"word")
    files.key.write_bytes(found.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, locked))
    with pytest.raises(UsageError, match="protected by a password"):
        Signer(Credentials(chain=files.chain, key=files.key))
    with pytest.raises(UsageError, match=r"none\.pem can't be read"):
        Signer(Credentials(chain=files.chain, key=tmp_path / "none.pem"))


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "c2pa", None)
    with pytest.raises(MissingExtra, match="c2pa-python") as caught:
        Signer(Credentials(chain=tmp_path / "chain.pem", key=tmp_path / "key.pem"))
    assert caught.value.hint == 'pip install "dreamgen[c2pa]"'
