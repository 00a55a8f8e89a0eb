"""Sizes of files, and of all that is counted in bytes, in words."""

from __future__ import annotations


def size_words(count: float) -> str:
    """`840 bytes`, `15.2 kB`, `340 MB`, `12.3 GB`, `1.2 TB`.

    Args:
        count: bytes.
    """
    for unit, of in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= of:
            return f"{count / of:.1f} {unit}" if count < 100 * of else f"{count / of:.0f} {unit}"
    return "1 byte" if count == 1 else f"{count:.0f} bytes"
