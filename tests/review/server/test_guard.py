from __future__ import annotations

import json
from pathlib import Path

import pytest

from dreamgen.review.server.app import PAGE
from dreamgen.review.server.guard import MOST_BYTES, new_token
from dreamgen.run.decisions import DECISIONS
from tests.review.server.conftest import TOKEN, Client

EVERYTHING = ("/", "/review.js", "/review.css", "/api/run", "/api/pairs", "/api/pair?id=where-1", "/media/0")


def test_nothing_is_shown_without_the_token(stranger: Client) -> None:
    for path in EVERYTHING:
        for wrong in ("", TOKEN[:-1], TOKEN + "t", "é"):
            answer = stranger.get(path, Cookie=f"dreamgen-review-{stranger.port}={wrong}" if wrong.isascii() else "")
            assert answer.status == 403, path
            assert b"dreamgen review printed" in answer.body and b"where-1" not in answer.body
    assert stranger.get("/?token=wrong").status == 403
    assert stranger.get("/?token=%C3%A9%00").status == 403
    assert stranger.get("/", Cookie="]]]=;;=,").status == 403
    assert stranger.decide("where-1", verdict="accept").status == 403
    assert not (stranger.folder / DECISIONS).exists()


def test_the_token_in_the_address_becomes_a_cookie_that_no_script_and_no_other_site_can_use(stranger: Client) -> None:
    answer = stranger.get(f"/?token={TOKEN}")
    assert answer.status == 200
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert TOKEN.encode() not in answer.body
    assert stranger.get("/api/run", Cookie=cookie.partition(";")[0]).status == 200


def test_tokens_are_long_and_never_the_same() -> None:
    found = {new_token() for _ in range(100)}
    assert len(found) == 100 and min(map(len, found)) >= 43


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", "[::1]:{port}"]
)
def test_a_name_that_was_made_to_lead_here_is_refused(reviewer: Client, host: str) -> None:
    name = host.format(port=reviewer.port)
    assert reviewer.get("/api/run", Host=name).status in (400, 421)
    assert reviewer.get("/api/run", Host=f"localhost:{reviewer.port}").status == 200


def test_another_site_can_decide_nothing(reviewer: Client) -> None:
    body = json.dumps({"pair": "where-1", "version": 0, "change": {"verdict": "accept"}}).encode()
    for origin in ("http://evil.example", "null", f"http://127.0.0.1:{reviewer.port + 1}"):
        answer = reviewer.ask("POST", "/api/decision", body, Content_Type="application/json", Origin=origin)
        assert answer.status == 403
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert reviewer.ask("POST", "/api/decision", body, Content_Type=kind).status == 415
    assert not (reviewer.folder / DECISIONS).exists()
    own = f"http://127.0.0.1:{reviewer.port}"
    assert reviewer.ask("POST", "/api/decision", body, Content_Type="application/json", Origin=own).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/media/", "/media/1", "/media/-1", "/media/99999999999999999999", "/media/..%2f..%2frecipe.toml",
        "/media/0/..", "/media/../recipe.toml", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd",
        "/videos/pairs.jsonl", "/page/review.js", "/review.py", "/.well-known/x", "/api", "/api/", "/docs",
        "/recipe.toml", "/openapi.json", "/review.js%00", "/media/0%00", "/..\\..\\x",
    ],
)  # fmt: skip
def test_no_path_leads_anywhere_else(reviewer: Client, path: str) -> None:
    answer = reviewer.get(path)
    assert answer.status in (404, 307) and b"root:" not in answer.body and b"seed" not in answer.body


def test_only_the_methods_that_are_meant_are_heard(reviewer: Client) -> None:
    for path in EVERYTHING:
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
            assert reviewer.ask(method, path, b"{}", Content_Type="application/json").status == 405
    assert reviewer.get("/api/decision").status == 405
    assert reviewer.ask("HEAD", "/").body == b""


def test_a_body_that_is_too_large_is_refused_before_it_is_read(reviewer: Client) -> None:
    huge = b'{"pair": "' + b"x" * MOST_BYTES + b'"}'
    assert reviewer.ask("POST", "/api/decision", huge, Content_Type="application/json").status == 413


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"{", b"\xff\xfe", b"[" * 30_000, b'{"pair": "where-1"}',
        b'{"pair": "where-1", "version": -1, "change": {"verdict": "accept"}}',
        b'{"pair": "where-1", "version": 0, "change": {"verdict": "delete"}}',
        b'{"pair": "where-1", "version": 0, "change": {"verdict": "accept", "reviewer": "eve"}}',
        b'{"pair": "../../x", "version": 0, "change": {"verdict": "accept"}}',
        b'{"pair": "where-1", "version": 0, "change": {"verdict": "reject", "reason": "dull"}}',
        b'{"pair": "where-1", "version": 1e999, "change": {"verdict": "accept"}}',
        b'{"pair": "where-1", "version": 0, "change": {"verdict": "reject", "reason": "incorrect", "note": "'
        + b"n" * 3000 + b'"}}',
    ],
)  # fmt: skip
def test_what_is_no_decision_is_refused_in_words(reviewer: Client, body: bytes) -> None:
    answer = reviewer.ask("POST", "/api/decision", body, Content_Type="application/json")
    assert answer.status == 400 and answer.json["error"]
    assert not (reviewer.folder / DECISIONS).exists()


def test_every_answer_forbids_foreign_scripts_frames_and_guessing(reviewer: Client, stranger: Client) -> None:
    answers = [reviewer.get(path) for path in (*EVERYTHING, "/nothing")] + [stranger.get("/")]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert (
            policy.startswith("default-src 'self';") and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        )
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "server" not in answer.headers


def test_the_page_works_offline_and_puts_texts_nowhere_as_markup() -> None:
    folder = Path(__file__).parents[3] / "dreamgen" / "review" / "server" / "page"
    assert {path.name for path in folder.iterdir()} == set(PAGE)
    markup = ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", " style=", "onclick=", "<script>")
    for path in folder.iterdir():
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        found = [word for word in ("http:", "https:", "url(", "@import", *markup) if word in text]
        assert not found, path.name
