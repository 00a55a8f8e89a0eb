"""A question about frames on its way to a server and the message that comes back, in LangChain's words."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

from dreamgen.engines.chat.wire import PER_MESSAGE, raw_answer
from dreamgen.engines.vision.choosing import Look, Token
from dreamgen.engines.vision.manners import Manners
from dreamgen.engines.vision.seeing import Frames, Query
from dreamgen.engines.vision.small_film import small_film

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

BRIEF: Final = 16
"""Tokens of an answer that is a choice: room for "The answer is B." """

_QUALITY: Final = 92
"""Of the JPEGs, whose colours are not thinned out: a question may be about a small red thing."""
_PATCH: Final = 14 * 14
"""Pixels that a model makes at least one token of."""
_TILED: Final = 3500
"""Tokens that a model which enlarges and tiles every picture makes of it at most, be it as small as it likes."""
_LOWEST: Final = -100.0
"""Logarithm of a probability that is as good as none."""

Part = Mapping[str, Any]
"""One part of a message: a text or a picture."""


@dataclass(frozen=True)
class Wire:
    """An opened model, and what it understands."""

    client: Callable[[int, frozenset[str]], BaseChatModel]
    """The model, held to so many tokens, without the parameters that are named."""
    native: bool
    """Whether it takes OpenAI's logprobs; LangChain has no word for them that others understand."""


def shown_parts(frames: Frames | None, *, film: bool = False) -> tuple[Part, ...]:
    """The frames as parts of a message; byte for byte the same for all questions about them.

    Args:
        frames: what is shown.
        film: whether they are one small film, after their times; else each is a picture after its time.
    """
    if frames is None:
        return ()
    close = len(frames.times) > 1 and np.diff(frames.times).min() < 0.1
    told = [f"{time:.{2 if close else 1}f} s" for time in frames.times]
    if film:
        words = {"type": "text", "text": f"A video of {frames.seconds:.1f} s, by its frames at {', '.join(told)}:"}
        return words, {"type": "video_url", "video_url": {"url": _data("video/mp4", small_film(frames))}}
    parts: list[Part] = []
    for time, pixels in zip(told, frames.pixels, strict=True):
        parts.append({"type": "text", "text": f"{time}:"})
        parts.append({"type": "image_url", "image_url": {"url": _data("image/jpeg", _jpeg(pixels))}})
    return tuple(parts)


def _data(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _jpeg(pixels: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=_QUALITY, subsampling=0)
    return buffer.getvalue()


def length(frames: Frames | None, query: Query) -> tuple[int, int]:
    """Most tokens that go out, and a fair guess of them in bytes, for servers that don't count."""
    words = len(f"{query.system}{query.text}".encode("utf-8", "replace")) + 2 * PER_MESSAGE
    if frames is None:
        return words, words
    count, height, width, _ = frames.pixels.shape
    patches = height * width // _PATCH
    return words + count * (max(patches, _TILED) + PER_MESSAGE), words + count * patches


def post(wire: Wire, parts: Sequence[Part], query: Query, manners: Manners, most: int) -> Any:
    """Makes one call and gives LangChain's message. Raises whatever a provider's library raises.

    The frames come first, and after them the standing instructions with the question: all that is asked about one
    clip begins with the same bytes, which a server need read only once.
    """
    from langchain_core.messages import HumanMessage

    task = f"{query.system}\n\n{query.text}".strip().encode("utf-8", "replace").decode("utf-8")
    content: list[Any] = [*parts, {"type": "text", "text": task}]
    how: dict[str, Any] = {}
    client = wire.client(most, frozenset(manners.without))
    told = wire.native and not getattr(client, "use_responses_api", False)
    if told and query.choices and manners.tops:
        how = {"logprobs": True, "top_logprobs": manners.tops}
    return client.invoke([HumanMessage(content=content if parts else task)], **how)


def look_of(message: Any, seconds: float, guess: int, most: int) -> Look:
    """What came back, before anything is made of it."""
    raw = raw_answer(message, seconds, guess)
    told = (message.response_metadata.get("logprobs") or {}).get("content") or ()
    return Look(**raw.model_dump(), tokens=tuple(_token(one) for one in told), most=most)


def _token(one: Mapping[str, Any]) -> Token:
    tops = {str(top["token"]): _logarithm(top["logprob"]) for top in one.get("top_logprobs") or ()}
    # some leave out the one that was said, where others were likelier
    tops.setdefault(str(one["token"]), _logarithm(one.get("logprob")))
    return Token(text=_whole(str(one["token"])), tops=tuple((_whole(text), value) for text, value in tops.items()))


def _logarithm(value: Any) -> float:
    number = float(value) if isinstance(value, int | float) else _LOWEST
    return min(0.0, max(_LOWEST, number)) if number == number else _LOWEST


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
