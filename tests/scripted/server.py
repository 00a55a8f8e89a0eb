"""A server with OpenAI's protocol on 127.0.0.1, whose answers follow from the questions alone."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any

from tests.scripted.asked import Asked
from tests.scripted.author import write
from tests.scripted.behaving import Behave, spoilt
from tests.scripted.told import Told

MODEL = "scripted"
"""The name that it gives itself; it answers to any."""

Reply = Callable[[Asked], Any]
"""Gives the value to answer with, or text that was `Told`, or None to leave it to the author."""


class ScriptedServer:
    """Answers chat completions while the block lasts.

    Args:
        behaviours: how it misbehaves; for each request the first one that is meant and not used up.
        reply: answers of the test's own.
        delay: seconds that every answer takes.
        crowd: so many must have been in flight at once before any but the very first is answered.
        key: the only key that it takes; empty takes any.
    """

    def __init__(
        self,
        behaviours: Sequence[Behave] = (),
        *,
        reply: Reply | None = None,
        delay: float = 0.0,
        crowd: int = 1,
        key: str = "",
    ) -> None:
        self.asked: list[Asked] = []
        """Every request for a completion, in the order in which they came in."""
        self.statuses: list[int] = []
        """What was answered, in the order in which the answers went out; 0 where none did."""
        self.peak = 0
        """Most requests that were in flight at once."""
        self._behaviours, self._reply, self._delay, self._key = tuple(behaviours), reply, delay, key
        self._crowd, self._crowded = crowd, Event()
        self._lock, self._closing = Lock(), Event()
        self._used: Counter[tuple[int, str]] = Counter()
        self._in_flight = 0
        self._http = _Http(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """The base URL, with /v1."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    @property
    def answered(self) -> int:
        """How many requests got a good answer."""
        return self.statuses.count(200)

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _take(self, path: str, headers: dict[str, str], body: Any) -> tuple[Asked, Behave | None]:
        with self._lock:
            self._in_flight += 1
            self.peak = max(self.peak, self._in_flight)
            if self.peak >= self._crowd:
                self._crowded.set()
            asked = Asked(index=len(self.asked), path=path, headers=headers, body=body)
            self.asked.append(asked)
        return asked, self._habit(asked)

    def _habit(self, asked: Asked) -> Behave | None:
        for number, behave in enumerate(self._behaviours):
            if behave.meant(asked):
                use = (number, asked.digest if behave.each else "")
                with self._lock:
                    self._used[use] += 1
                    if behave.times is None or self._used[use] <= behave.times:
                        return behave
        return None

    def _done(self, status: int) -> None:
        with self._lock:
            self._in_flight -= 1
            self.statuses.append(status)

    def _answer(self, asked: Asked, habit: Behave | None) -> tuple[int, dict[str, str], Any] | None:
        """Status, headers and body; None for no answer at all."""
        if asked.index:
            self._crowded.wait(60)
        wait = self._delay + (habit.seconds if habit and habit.habit == "slow" else 0.0)
        if wait:
            self._closing.wait(wait)
        if self._key and asked.key != self._key:
            return 401, {}, _error(401, f"Incorrect API key provided: {asked.key}")
        if habit is None:
            return 200, {}, self._completion(asked, None)
        if habit.habit == "status":
            headers = {} if habit.retry_after is None else {"retry-after": f"{habit.retry_after:g}"}
            return habit.status, headers, _error(habit.status, habit.message)
        if habit.habit in ("hang", "drop"):
            # a client that has gone is not noticed here, and its thread ends with the server
            self._closing.wait(3600.0 if habit.habit == "hang" else 0.0)
            return None
        return 200, {}, self._completion(asked, habit)

    def _completion(self, asked: Asked, habit: Behave | None) -> dict[str, Any]:
        told = self._reply(asked) if self._reply else None
        if isinstance(told, Told):
            return _told(asked, told, habit.habit if habit else "")
        if told is None and asked.schema is not None:
            told = write(asked.schema, asked.user, asked.digest)
        text = told if isinstance(told, str) else json.dumps(told or "Nothing to say.", ensure_ascii=False)
        if habit is not None:
            text = spoilt(habit.habit, told, random.Random(asked.digest)) if not isinstance(told, str) else text
        return _completion(asked, text, habit.habit if habit else "")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(_Handler):
            def do_GET(self) -> None:
                if self.path.rstrip("/") == "/v1/models":
                    self.send(200, {}, {"object": "list", "data": [{"id": MODEL, "object": "model"}]})
                else:
                    self.send(404, {}, _error(404, "there is nothing here"))

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                if self.path.rstrip("/") != "/v1/chat/completions":
                    self.send(404, {}, _error(404, "there is nothing here"))
                    return
                asked, habit = server._take(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                status = 0
                try:
                    answer = server._answer(asked, habit)
                    status = answer[0] if answer else 0
                finally:
                    # counted before it goes out: whoever has the answer may ask again at once
                    server._done(status)
                if answer:
                    self.send(*answer)
                else:
                    self.close_connection = True

        return Handler


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""

    def send(self, status: int, headers: dict[str, str], body: Any) -> None:
        """One answer, in one piece."""
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self._headers_buffer.append(b"\r\n")  # type: ignore[attr-defined]
        self._headers_buffer.append(data)  # type: ignore[attr-defined]
        self.flush_headers()


def _told(asked: Asked, told: Told, habit: str) -> dict[str, Any]:
    text, finish, logprobs = told.choice(asked.body)
    whole = _completion(asked, text, habit)
    (choice,) = whole["choices"]
    if not habit:
        choice |= {"finish_reason": finish, "logprobs": logprobs}
    return whole


def _completion(asked: Asked, text: str, habit: str) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    finish = {"cut": "length", "filtered": "content_filter"}.get(habit, "stop")
    if habit in ("refuse", "filtered"):
        words = "I'm sorry, but I can't help with that."
        message |= {"content": "" if habit == "filtered" else words, "refusal": words if habit == "refuse" else None}
    elif asked.how == "function_calling" and habit not in ("empty", "not_json"):
        call = {"name": asked.body["tools"][0]["function"]["name"], "arguments": text}
        message |= {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": call}]}
        finish = "length" if finish == "length" else "tool_calls"
    tokens_in, tokens_out = len(json.dumps(asked.body)) // 4, len(text) // 4 + 1
    usage = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}
    return {
        "id": f"chatcmpl-{asked.digest}", "object": "chat.completion", "created": int(time.time()),
        "model": asked.body.get("model", MODEL),
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        **({} if habit == "nameless" else {"usage": usage}),
    }  # fmt: skip


def _error(status: int, message: str) -> dict[str, Any]:
    kind = {401: "invalid_request_error", 429: "rate_limit_error"}.get(status, "server_error")
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}
