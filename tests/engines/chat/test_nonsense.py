"""Servers that answer with status 200 and something that is no chat completion, or half of one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from dreamgen.engines.chat import pace
from dreamgen.engines.chat.asking import Reply, Request
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import open_chat
from dreamgen.errors import ModelError
from dreamgen.story.expansion.drafts import QuestionDraft

GOOD = json.dumps({"question": "Why does Rex run?", "answer": "He hears an owl."})


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long after a failure."""
    monkeypatch.setattr(pace, "FIRST_WAIT", 0.01)


@contextmanager
def saying(body: bytes) -> Iterator[str]:
    """The base URL of a server that answers everything with the same body."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-type", "text/html" if body.startswith(b"<") else "application/json")
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


def asked(body: bytes, kept: Path) -> Reply[QuestionDraft]:
    with saying(body) as url:
        model = ChatModel(model="odd", base_url=url, tries=2, asks=2)
        (reply,) = open_chat(model, kept).ask([Request("a/b", "x", "You ask.", "Ask.", QuestionDraft)])
    return reply


def completion(choice: dict[str, Any] | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": GOOD}, "finish_reason": "stop", **(choice or {})}
    return json.dumps({"id": "1", "object": "chat.completion", "created": 1, "choices": [choice], **more}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Welcome</body></html>",
        b"",
        b'{"id": ',
        b"[]",
        b"null",
        b'"hi"',
        b"{}",
        b'{"choices": null}',
        b'{"choices": []}',
        b'{"choices": [{"index": 0}]}',
        b'{"choices": [{"message": {"role": "assistant", "content": "\xff\xfe"}}]}',
        b'{"error": "Unexpected endpoint"}',
    ],
)
def test_what_is_no_answer_is_tried_again_and_then_told(body: bytes, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="answers what is no answer of a chat model, 2 times") as error:
        asked(body, tmp_path)
    assert "/v1" in error.value.hint


def test_an_error_within_a_good_status_is_taken_for_what_it_says(tmp_path: Path) -> None:
    busy = json.dumps({"error": {"message": "slow down", "code": 429}}).encode()
    with pytest.raises(ModelError, match=r"too much to do, or fails \(429\), 2 times: slow down"):
        asked(busy, tmp_path)
    wrong = json.dumps({"error": {"message": "no such key", "code": 401}}).encode()
    with pytest.raises(ModelError, match=r"wants a key, .* \(401\): no such key"):
        asked(wrong, tmp_path)


@pytest.mark.parametrize(
    "body",
    [
        completion(),
        completion({"finish_reason": None}),
        completion({"message": {"role": "assistant", "content": [{"type": "text", "text": GOOD}]}}),
        completion({"message": {"role": "assistant", "content": GOOD, "reasoning_content": "Hm."}}),
        completion(usage={"prompt_tokens": -7, "completion_tokens": -1, "total_tokens": 0}),
        completion(usage=None),
    ],
)
def test_what_is_only_odd_is_an_answer(body: bytes, tmp_path: Path) -> None:
    reply = asked(body, tmp_path)
    assert reply.answer is not None and reply.asks == 1


def test_no_words_at_all_are_an_empty_reply(tmp_path: Path) -> None:
    reply = asked(completion({"message": {"role": "assistant", "content": None}}), tmp_path)
    assert (reply.failure, reply.detail) == ("malformed", "The reply was empty.")


@pytest.mark.parametrize("text", ['{"question": "\ud83d", "answer": "x"}', '{"question": "\\ud83d", "answer": "x"}'])
def test_half_a_character_gets_nowhere(text: str, tmp_path: Path) -> None:
    reply = asked(completion({"message": {"role": "assistant", "content": text}}), tmp_path)
    if reply.answer is not None:
        reply.answer.question.encode("utf-8")
    else:
        assert reply.failure == "malformed"
