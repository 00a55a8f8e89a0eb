"""The errors that people see: what happened, where, and the next move; never a traceback."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class DreamgenError(Exception):
    """A failure that the user can mend.

    Args:
        message: what happened and where.
        hint: the next move, printed on its own line.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(DreamgenError):
    """The command, recipe or option is wrong; nothing was started."""

    exit_code = 2


class MissingExtra(DreamgenError):
    """An optional library is not installed."""

    exit_code = 3

    def __init__(self, library: str, extra: str, wanted_by: str) -> None:
        super().__init__(
            f"{wanted_by} needs {library}, which is not installed",
            f'pip install "dreamgen[{extra}]"',
        )


class NothingToWrite(DreamgenError):
    """A form of dataset holds pairs of a kind of which there are none here."""


class ModelError(DreamgenError):
    """A model failed, or its weights are missing or wrong."""

    exit_code = 4


class RejectsError(DreamgenError):
    """The run finished, but dropped something, and --strict was asked for."""

    exit_code = 5


def unknown_name(what: str, name: str, choices: Iterable[str]) -> UsageError:
    """The error for a name that is not one of `choices`; lists them and guesses the one meant."""
    known = sorted(choices)
    near = get_close_matches(name, known, n=1)
    guess = f"Did you mean {near[0]!r}? " if near else ""
    return UsageError(f"unknown {what} {name!r}", f"{guess}Choices: {', '.join(known)}" if known else "There are none.")


def first_line(error: BaseException) -> str:
    """What a library's error says, without the pages that some add; its name when it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
