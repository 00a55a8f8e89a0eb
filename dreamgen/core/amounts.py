"""How many there are of something, in words."""

from __future__ import annotations


def amount(count: int, what: str, several: str = "") -> str:
    """`1 shot`, `3 shots`, `2 stories`.

    Args:
        count: how many.
        what: one of them.
        several: more of them, where that is not `what` with an s.
    """
    return f"{count} {what if count == 1 else several or f'{what}s'}"
