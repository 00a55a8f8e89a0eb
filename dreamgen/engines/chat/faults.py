"""What goes wrong with a call: whether to try again, and what to tell people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal

from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.secrets import scrub
from dreamgen.errors import ModelError, first_line

Sort = Literal[
    "busy", "down", "timeout", "unreadable", "key", "quota", "absent", "context", "blocked", "request", "other"
]
"""The server has too much to do or fails; can't be reached; takes too long; answers nonsense; refuses the key; wants
to be paid; knows no such model; finds the messages too long; refuses what they are about; can't do what was asked for;
anything else."""

Miss = Literal["", "name", "refused", "silent"]
"""Nobody knows the host's name; nothing listens at its port; it does not take up the connection. Empty for anything
else, or when the library does not say."""

LONGEST_WAIT: Final = 900.0
"""Seconds that a server may tell us to wait; one that wants more has run out of what it sells."""

_RETRYABLE: Final = frozenset({"busy", "down", "timeout", "unreadable"})
_SORTS: Final[Mapping[int, Sort]] = {401: "key", 402: "quota", 403: "key", 404: "absent", 408: "timeout", 409: "busy",
                                     429: "busy", 501: "request"}  # fmt: skip
_IDLE: Final = frozenset({501, 503, 529})
"""A server that can't, or is too busy to begin."""
_CONTEXT: Final = re.compile(
    r"context.?(length|window|size)|maximum context|prompt is too long|too many (input )?tokens"
    r"|exceeds? .{0,40}(context|maximum .{0,20}tokens)", re.IGNORECASE)  # fmt: skip
_QUOTA: Final = re.compile(
    r"insufficient_quota|current quota|billing|out of credits|insufficient balance", re.IGNORECASE
)
_BLOCKED: Final = re.compile(r"content.?(filter|policy|management)|responsible.?ai", re.IGNORECASE)
_UNFIT: Final = re.compile(r"validation error|literal_error", re.IGNORECASE)
"""llama-cpp-python's server answers 500 to a request that it can't read."""
_READ: Final = 4000
"""Characters of a server's words that are looked at: some answer with a whole page."""
_SAID: Final = 300
"""Characters of them that are handed on."""


@dataclass(frozen=True)
class Fault:
    """One call that came back with an error."""

    sort: Sort
    """What it is."""
    error: type[BaseException]
    """The library's class."""
    said: str
    """What the server or the library said: one line, without keys."""
    status: int = 0
    """HTTP's number; 0 when there was no reply."""
    wait: float | None = None
    """Seconds after which the server wants to be asked again."""
    unpaid: bool = False
    """Whether the server surely did no work for it."""
    miss: Miss = ""
    """Why it can't be reached."""

    @property
    def retryable(self) -> bool:
        """Whether the same call may be answered another time."""
        return self.sort in _RETRYABLE and (self.wait or 0.0) <= LONGEST_WAIT


def fault_of(error: Exception, key_env: str = "") -> Fault:
    """What an exception of LangChain, a provider's library or HTTP means.

    Args:
        error: as it was raised.
        key_env: the environment variable with the key, which must not come through.
    """
    answered = _answered(error)
    status = answered or _inside(error)
    miss, below = _miss(error)
    said = scrub((below or _said(error))[:_READ], key_env)[:_SAID]
    names = " ".join(kind.__name__ for one in _chain(error) for kind in type(one).__mro__)
    sort = _sort(error, status, said, names)
    return Fault(
        sort=sort,
        error=type(error),
        said=said,
        status=status,
        miss=miss,
        wait=_wait(error),
        unpaid=_unpaid(answered, sort) or "ConnectError" in names or "ConnectionRefused" in names,
    )


def model_error(fault: Fault, model: ChatModel, key: str, tries: int = 1) -> ModelError:
    """What people are told about a call that is given up.

    Args:
        fault: the last one.
        model: who was asked.
        key: the environment variable with the key; empty where none is sent.
        tries: how often it was tried.
    """
    who = f"{model.model} at {scrub(model.base_url, key)}" if model.base_url else model.model
    number = f" ({fault.status})" if fault.status else ""
    often = f", {tries} times" if tries > 1 else ""
    what, hint = _words(fault, model, key)
    return ModelError(f"{who} {what}{number}{often}: {fault.said}", hint)


def _words(fault: Fault, model: ChatModel, key: str) -> tuple[str, str]:
    """What happened, and the next move."""
    again = "What was answered is kept: run it again with the same --out."
    if fault.sort == "down" or fault.miss:
        return "can't be reached", f"{_LOOK[fault.miss] if model.base_url else 'Is there a connection?'} {again}"
    if fault.sort == "key":
        return _key_words(fault, model, key)
    if fault.sort == "absent":
        address = ", and at --base-url (chat.base_url), which often ends in /v1" if model.base_url else ""
        return "is not known there", f"Look at --model (chat.model){address}."
    if fault.sort == "request":
        hint = "" if model.method == "auto" else "Set chat.method = auto, which finds a way that it can."
        return "can't do what was asked for", hint
    if fault.wait is not None and fault.wait > LONGEST_WAIT:
        return "has no more to give for now", f"It wants to be asked again in {fault.wait / 60:.0f} minutes. {again}"
    if fault.sort == "timeout":
        return "did not answer in time", f"Raise chat.timeout, now {model.timeout:g} s without a word. {again}"
    return _WORDS.get(fault.sort, ("failed", again))


def _key_words(fault: Fault, model: ChatModel, key: str) -> tuple[str, str]:
    if key:
        return "refuses the key", f"Look at the key in the environment variable {key}."
    if not model.base_url:
        return "refuses the key", "Name its variable: --set chat.key_env=MY_KEY."
    what = "wants a key" if fault.status == 401 else "refuses the call"
    hint = "Put its key into a variable MY_KEY, and add --set chat.key_env=MY_KEY."
    return f"{what}, and none was sent (a key of the environment is not sent to other addresses)", hint


_LOOK: Final[Mapping[Miss, str]] = {
    "": "Is the server running, and is --base-url (chat.base_url) right?",
    "name": "Is the host in --base-url (chat.base_url) spelt right, and is there a connection?",
    "refused": "Is the server running, and is the port in --base-url (chat.base_url) right?",
    "silent": "Is the host in --base-url (chat.base_url) up, and does a firewall let calls through?",
}
"""Where to look when a server can't be reached."""

_WORDS: Final[Mapping[Sort, tuple[str, str]]] = {
    "busy": (
        "has too much to do, or fails",
        "What was answered is kept: run it again with the same --out. A smaller chat.concurrency, or "
        "chat.requests_per_minute, helps.",
    ),
    "unreadable": (
        "answers what is no answer of a chat model",
        "Is --base-url (chat.base_url) right? It often ends in /v1.",
    ),
    "quota": (
        "wants to be paid first",
        "Look at the provider's account. What was answered is kept: run it again with the same --out.",
    ),
    "context": (
        "finds the messages too long",
        "Take a model with a longer context, fewer shots a scene, or a smaller chat.max_output_tokens.",
    ),
}
"""What happened and the next move, where neither depends on the model."""


def _sort(error: Exception, status: int, said: str, names: str) -> Sort:
    code = f"{getattr(error, 'code', '')} {said}"
    if "ContextOverflow" in names or (status in (400, 413, 422, 500) and _CONTEXT.search(code)):
        return "context"
    if status in (402, 403, 429) and _QUOTA.search(code):
        return "quota"
    if status == 400 and _BLOCKED.search(code):
        return "blocked"
    if status in _SORTS:
        return _SORTS[status]
    if status == 500 and _UNFIT.search(code):
        return "request"
    if status:
        return "busy" if status >= 500 else "request"
    if isinstance(error, NotImplementedError):
        return "request"
    for word, sort in _BY_NAME:
        if word in names:
            return sort
    return "other"


_BY_NAME: Final[tuple[tuple[str, Sort], ...]] = (
    ("Timeout", "timeout"), ("ConnectionError", "down"), ("ConnectError", "down"), ("TransportError", "down"),
    # a body that is no JSON, or JSON without what a reply has
    ("ResponseValidationError", "unreadable"), ("ValueError", "unreadable"), ("LookupError", "unreadable"),
    ("TypeError", "unreadable"), ("AttributeError", "unreadable"),
)  # fmt: skip
"""Words in the names of classes, where a library raised without a status."""


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and what caused it."""
    one: BaseException | None = error
    for _ in range(8):
        if one is None:
            return
        yield one
        one = one.__cause__


def _answered(error: Exception) -> int:
    """The status that HTTP's reply had; 0 when there was none, or a good one."""
    direct = getattr(error, "status_code", None)
    return _bad(direct) or _bad(getattr(getattr(error, "response", None), "status_code", None))


def _inside(error: Exception) -> int:
    """Of gateways that answer 200 with an error inside, which LangChain raises as a ValueError around it."""
    return _bad(error.args[0].get("code") if error.args and isinstance(error.args[0], dict) else None)


def _bad(status: Any) -> int:
    return status if isinstance(status, int) and 400 <= status < 600 else 0


def _unpaid(answered: int, sort: Sort) -> bool:
    """Whether a server that answers so turned it away before it did anything.

    A gateway that waited in vain, or a server that broke down, may have had it written and charged for; some charge
    too for messages that they read and found too long or unfit.
    """
    refused = 400 <= answered < 500 and answered != 408 and sort not in ("blocked", "context")
    return refused or answered in _IDLE


def _said(error: Exception) -> str:
    body: Any = getattr(error, "body", None)
    inside = error.args[0] if error.args and isinstance(error.args[0], dict) else body
    if isinstance(inside, dict):
        inside = inside.get("error", inside)
        inside = inside.get("message", "") if isinstance(inside, dict) else inside
        if isinstance(inside, str) and inside.strip():
            return " ".join(inside.split())
    return first_line(error)


def _miss(error: Exception) -> tuple[Miss, str]:
    """Why nobody could be reached, and that in words; empty where the library does not say."""
    one: BaseException | None = error
    for _ in range(8):
        if one is None:
            break
        for miss, kinds, words in _MISSES:
            if type(one).__name__ in kinds:
                return miss, f"{words} ({first_line(one)})"
        # some name the system's error as the cause, others raise their own beside it
        one = one.__cause__ or one.__context__
    return "", ""


_MISSES: Final[tuple[tuple[Miss, tuple[str, ...], str], ...]] = (
    ("name", ("gaierror", "NameResolutionError"), "nobody knows a host of this name"),
    ("refused", ("ConnectionRefusedError",), "nothing listens at this port"),
    ("silent", ("ConnectTimeout", "ConnectTimeoutError"), "the host does not take up the connection"),
)
"""By the names of the classes, and in words."""


def _wait(error: Exception) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None)
    if headers is None:
        return None
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return max(0.0, float(milliseconds) / 1000)
        return _seconds(headers.get("retry-after") or "")
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None


def _seconds(said: str) -> float | None:
    """Of a Retry-After: a number of seconds, or a date."""
    if not said:
        return None
    if re.fullmatch(r"\s*\d+(\.\d+)?\s*", said):
        return float(said)
    then = parsedate_to_datetime(said)
    return max(0.0, (then.astimezone(UTC) - datetime.now(UTC)).total_seconds())
