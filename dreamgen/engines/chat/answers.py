"""What a model has answered, kept on the disk: it is asked the same thing once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final, Generic, Literal, TypeVar

from pydantic import Field, ValidationError, field_validator

from dreamgen.core.base import Record, fingerprint
from dreamgen.engines.chat.model import ChatModel, Method
from dreamgen.engines.chat.places import Folder, Server, place_of
from dreamgen.engines.diffusion.signature import signature
from dreamgen.engines.files import whole

Finish = Literal["stop", "length", "refused"]
"""Why a model stopped: it was done, it ran out of tokens, or it declined."""

_SHELVES: Final = 256
"""Folders that the answers are spread over: the first two hex digits of a key."""


class RawAnswer(Record):
    """An answer as it came, before anything was made of it."""

    text: str
    """What the model wrote."""
    tokens_in: int = Field(default=0, ge=0)
    """Of the messages, and the schema where it was sent along."""
    tokens_out: int = Field(default=0, ge=0)
    """Of the answer."""
    seconds: float = Field(default=0.0, ge=0.0)
    """From asking to the last token, of the try that was answered."""
    finish: Finish = "stop"
    """Why it stopped."""
    estimated: bool = False
    """Whether the tokens are our estimate, because the server named no number."""

    @field_validator("text", mode="before")
    @classmethod
    def _without_half_characters(cls, text: Any) -> Any:
        # JSON can spell half of a surrogate pair, which no file and no other string of ours can hold
        return text.encode("utf-8", "replace").decode("utf-8") if isinstance(text, str) else text


R = TypeVar("R", bound=RawAnswer)


class Answers(Generic[R]):
    """The answers in a folder, one small file each. Several threads may read and write at once.

    Args:
        folder: made when the first answer is kept.
        kind: what an answer is read into.
        paid: whether answers cost money, so that not even a machine that loses its power may lose one.
    """

    def __init__(self, folder: Path, kind: type[R], *, paid: bool = True) -> None:
        self._folder, self._kind, self._paid = folder, kind, paid
        # two threads that keep the same answer share a temporary name, so they take turns; others need not wait
        self._locks = tuple(Lock() for _ in range(_SHELVES))

    def get(self, key: str) -> R | None:
        """The answer with this key; None when there is none, or its file is damaged."""
        try:
            return self._kind.model_validate_json(self._path(key).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def put(self, key: str, raw: R) -> None:
        """Keeps an answer: when this returns it is on the disk, whole.

        Raises:
            DreamgenError: when the folder can't be written to, or the disk is full.
        """
        with self._locks[int(key[:2], 16)], whole(self._path(key), sure=self._paid) as unfinished:
            unfinished.write_text(raw.model_dump_json(indent=1) + "\n", "utf-8")

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"


def answer_key(
    model: ChatModel,
    method: Method,
    messages: Sequence[tuple[str, str]],
    schema: Mapping[str, object] | None,
    seed: int,
    ask: int,
) -> str:
    """The name of one answer: 32 hex digits that follow from exactly what shapes it.

    How many calls are in flight, how long one may take or who pays is not in it, nor where a server is: on a cluster
    it comes back on another node under the same name. A folder with weights counts by what it holds and how exactly it
    reckons: moved elsewhere it gives the same answers, with other weights in it others.

    Args:
        model: who is asked.
        method: how the shape is asked for; never auto, which is no method yet.
        messages: role and text, in order.
        schema: what the answer must look like; None where it is not sent.
        seed: of the request.
        ask: which ask of the request this is, from 1.

    Raises:
        UsageError: when no model is named.
        UsageError: for a folder that is not there.
    """
    shaping = {"temperature", "top_p", "max_output_tokens"}
    who, how = _who(model), model.model_dump(mode="json", include=shaping)
    return fingerprint([who, how, method, list(messages), schema, seed, ask])


def _who(model: ChatModel) -> tuple[str, ...]:
    """Who answers, in one way however it is written."""
    place = place_of(model)
    if isinstance(place, Folder):
        return ("here", weights_name(place.path), model.dtype)
    if isinstance(place, Server):
        return ("served", place.name)
    return ("hosted", place.provider, place.name)


def weights_name(folder: Path) -> str:
    """The name of the weights in a local folder: it follows from what is in the files, not from where they are."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    stamps = ((path.as_posix(), path.stat()) for path in files)
    return _hashed(str(folder), tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stamps))


@lru_cache(maxsize=8)
def _hashed(folder: str, stamps: tuple[tuple[str, int, int], ...]) -> str:
    """Read again only when a file in the folder has another size or time."""
    return fingerprint(signature(ChatModel(model=folder)))
