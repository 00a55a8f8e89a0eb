"""Tar files whose bytes follow from what is in them: no times, no owners, nothing of the machine."""

from __future__ import annotations

import hashlib
import os
import tarfile
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from dreamgen.errors import DreamgenError

_CHUNK: Final = 1 << 20
"""Bytes that are copied at once."""


class DamagedFile(DreamgenError):
    """A file does not have the bytes that its record names."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is damaged", "Run the same command again: it is then made anew.")
        self.path = path


class Tar:
    """Writes a tar file in the form of POSIX 1003.1-1988 (ustar), from its first byte to its last.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            # two empty blocks end a tar file, and it is as long as a multiple of a tape's record
            self._write(b"\0" * (2 * tarfile.BLOCKSIZE))
            self._write(b"\0" * (-self._size % tarfile.RECORDSIZE))
            self._file.flush()
            os.fsync(self._file.fileno())
        self._file.close()

    def add(self, name: str, data: bytes) -> None:
        """Adds a file.

        Args:
            name: at most 100 letters of ASCII.
            data: its content.
        """
        self._begin(name, len(data))
        self._write(data)
        self._pad()

    def add_file(self, name: str, path: Path, sha256: str) -> None:
        """Adds a copy of a file, piece by piece.

        Raises:
            DamagedFile: when it is missing, or its bytes are not those with this sha256; the tar is then of no use.
        """
        digest = hashlib.sha256()
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                self._begin(name, size)
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    self._write(chunk)
        except FileNotFoundError:
            raise DamagedFile(path) from None
        if digest.hexdigest() != sha256:
            raise DamagedFile(path)
        self._pad()

    def _begin(self, name: str, size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o644
        self._write(entry.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict"))

    def _pad(self) -> None:
        self._write(b"\0" * (-self._size % tarfile.BLOCKSIZE))

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._size += len(data)
