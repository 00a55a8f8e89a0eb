"""What `dreamgen doctor` looks at for a language model: libraries, name, key and server, and what it really does."""

from __future__ import annotations

import os
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field

from dreamgen.cli.doctor_models import Check
from dreamgen.core.base import Explained
from dreamgen.engines.accelerators import installed, version_of
from dreamgen.engines.chat.asking import Request
from dreamgen.engines.chat.ledger import usage
from dreamgen.engines.chat.model import ChatModel, Method
from dreamgen.engines.chat.places import Folder, Hosted, Server, key_name, place_of, ready
from dreamgen.engines.chat.secrets import scrub
from dreamgen.engines.chat.structured import LADDER
from dreamgen.errors import DreamgenError

PATIENCE = 5.0
"""Seconds for a server to say anything at all."""
SHORT = 256
"""Tokens of an answer to a probe."""

_TRACING = ("LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING", "LANGCHAIN_TRACING")
"""Where LangSmith looks whether it is told of calls; the first one that says anything counts."""


class Weather(Explained):
    """What a probe asks for: small, with a number, a choice and a list, as the real shapes have them."""

    sky: Literal["clear", "rain", "snow", "fog"]
    """What it is like."""
    degrees: int = Field(ge=-40, le=50)
    """Celsius."""
    advice: tuple[str, ...] = Field(min_length=2, max_length=2)
    """Two pieces of advice, a few words each."""


def libraries(wanted: bool) -> Check:
    """What speaks with models.

    Args:
        wanted: whether the recipe that was asked about needs it.
    """
    number = version_of("langchain")
    missing = [name for name in ("langchain", "langchain_openai", "json_repair") if not installed(name)]
    if number and not missing:
        local = "" if installed("llguidance") else "; for models in this process: pip install 'dreamgen[local-llm]'"
        return Check(name="language model", ok=True, found=f"langchain {number}{local}")
    found = "not installed" if not number else f"without {', '.join(missing)}"
    hint = 'Only language models, and models behind a server, need it: pip install "dreamgen[llm]"'
    return Check(name="language model", ok=not wanted, found=found, hint=hint)


def model_checks(chat: ChatModel, probe: bool) -> Iterator[Check]:
    """The model of a recipe: what it is, whether it can be opened and reached, and what it does.

    Args:
        chat: how it is named.
        probe: whether to ask it something, one small call for each way to ask for a shape; that may cost money.
    """
    try:
        place = place_of(chat)
    except DreamgenError as error:
        yield Check(name="model", ok=False, found=error.message, hint=error.hint)
        return
    yield Check(name="model", ok=True, found=_named(place))
    if told := traced():
        yield told
    key = key_name(chat, place)
    try:
        ready(chat)
    except DreamgenError as error:
        yield Check(
            name="key" if key and key in error.message else "model", ok=False, found=error.message, hint=error.hint
        )
        return
    if key:
        yield Check(name="key", ok=True, found=f"in the environment variable {key}")
    if isinstance(place, Server):
        server = reached(place, "chat.base_url")
        yield server
        if not server.ok:
            return
    if not probe:
        yield Check(name="probe", ok=True, found="not asked; --probe makes a few small calls")
        return
    yield from _probed(chat)


def _named(place: Folder | Server | Hosted) -> str:
    if isinstance(place, Folder):
        return f"in this process, from {place.path}"
    if isinstance(place, Server):
        return f"{place.name} at {scrub(place.address)}"
    return f"{place.name} at {place.provider}, through LangChain"


def traced() -> Check | None:
    """Whether LangChain tells LangSmith of every call; None when it does not."""
    said = ((name, os.environ.get(name, "")) for name in _TRACING)
    name, value = next(((name, value) for name, value in said if value.strip()), ("", ""))
    if value != "true":
        return None
    hint = f"Set {name}=false where plots and stories must stay between you and the model."
    found = f"{name}=true: LangChain sends every prompt and answer to LangSmith as well"
    return Check(name="tracing", ok=True, found=found, hint=hint)


def reached(place: Server, option: str) -> Check:
    """Whether anything answers at the address. No key is sent, and no model is asked.

    Args:
        place: where it is.
        option: of the recipe, that says so.
    """
    address = f"{place.address}/models"
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as reply:
            found = f"answers with status {reply.status}"
    except urllib.error.HTTPError as error:
        # a refusal is an answer: the key is not sent along
        found = f"answers with status {error.code}"
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", error)
        hint = f"Is the server running, and is {option} right?"
        return Check(name="server", ok=False, found=f"{scrub(place.address)} can't be reached: {why}", hint=hint)
    return Check(name="server", ok=True, found=found)


def _probed(chat: ChatModel) -> Iterator[Check]:
    """One small call for each way to ask for a shape; it is enough when one of them works."""
    wanted = LADDER if chat.method == "auto" else (chat.method,)
    checks = [_asked(chat, method) for method in wanted]
    good = [check for check in checks if check.ok]
    # a way that does not work is a failure only where there is no other
    yield from (check if check.ok or not good else check.model_copy(update={"ok": True}) for check in checks)


def _asked(chat: ChatModel, method: Method) -> Check:
    from dreamgen.engines.chat.opening import open_chat

    once = {"method": method, "asks": 1, "tries": 1, "max_calls": 0, "max_tokens": 0, "concurrency": 1}
    model = chat.model_copy(update={**once, "max_output_tokens": min(SHORT, chat.max_output_tokens)})
    request = Request(
        purpose="doctor/probe", where=method, shape=Weather,
        system="You answer in JSON with the keys sky, degrees and advice, and nothing else.",
        user="What is the weather like on a mountain in March? Two pieces of advice of three words each.",
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        try:
            (reply,) = open_chat(model, Path(folder)).ask([request])
        except DreamgenError as error:
            return Check(name=method, ok=False, found=error.message, hint=error.hint)
        spent = usage(Path(folder))
    tokens, seconds = sum(one.tokens_out for one in spent), sum(one.seconds for one in spent)
    pace = f"{tokens} tokens in {seconds:.1f} s, {tokens / seconds:.1f} a second" if seconds else "no time measured"
    if reply.answer is None:
        failure = (reply.failure or "wrong").replace("_", " ")
        return Check(name=method, ok=False, found=f"no answer of the right shape: {failure}; {pace}")
    return Check(name=method, ok=True, found=f"an answer of the right shape; {pace}")
