"""A real language model behind OpenAI's protocol on 127.0.0.1: it keeps to a schema as the large servers do.

The scripted server knows what to say and has no model; this one has a model and nothing to say.
"""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Any

from dreamgen.engines.chat.local import load_local
from dreamgen.engines.chat.model import ChatModel
from dreamgen.errors import DreamgenError

NAME = "tiny"
"""Of the model, as the server knows it."""

_PASSED = ("response_format", "tools", "seed", "temperature", "top_p", "max_tokens", "max_completion_tokens")
"""What of a request goes to the model as it is."""


class ServedModel:
    """Answers chat completions by a model while the block lasts.

    Args:
        folder: with the model.
        shaped: whether it heeds `response_format` and `tools`; some servers take them and do not.
    """

    def __init__(self, folder: Path, *, shaped: bool = True) -> None:
        self.asked: list[dict[str, Any]] = []
        """Every request for a completion."""
        self._chat: Any = load_local(ChatModel(model=str(folder), device="cpu"))
        self._shaped = shaped
        self._lock = Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """The base URL, with /v1."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> ServedModel:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def complete(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and body for one request."""
        with self._lock:
            self.asked.append(body)
        if body.get("model") != NAME:
            return 404, _error(f"The model {body.get('model')!r} does not exist.")
        options = {name: body[name] for name in _PASSED if body.get(name) is not None}
        if not self._shaped:
            options = {name: value for name, value in options.items() if name not in ("response_format", "tools")}
        try:
            answer = self._chat.invoke([(one["role"], one["content"]) for one in body["messages"]], **options)
        except DreamgenError as error:
            return 400, _error(error.message)
        return 200, _completion(answer)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

            def do_GET(self) -> None:
                self._send(200, {"object": "list", "data": [{"id": NAME, "object": "model"}]})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self._send(*server.complete(body))

            def _send(self, status: int, body: dict[str, Any]) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        return Handler


def _completion(answer: Any) -> dict[str, Any]:
    usage, finish = answer.usage_metadata, answer.response_metadata["finish_reason"]
    message: dict[str, Any] = {"role": "assistant", "content": answer.content}
    calls = [(call["name"], json.dumps(call["args"])) for call in answer.tool_calls]
    calls += [(call["name"], call["args"]) for call in answer.invalid_tool_calls]
    for name, arguments in calls:
        call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
        finish = "tool_calls" if finish == "stop" else finish
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": int(time.time()), "model": NAME,
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {
            "prompt_tokens": usage["input_tokens"],
            "completion_tokens": usage["output_tokens"],
            "total_tokens": usage["total_tokens"],
        },
    }  # fmt: skip


def _error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}
