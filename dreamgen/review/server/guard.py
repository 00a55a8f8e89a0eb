"""Who may ask: only who has the token, by a name of this machine, and with a body that is small."""

from __future__ import annotations

import hmac
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES: Final = 64 * 1024
"""Of a request's body: a decision with all its texts is far smaller."""

HEADERS: Final = (
    (b"content-security-policy", b"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
     b"object-src 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)  # fmt: skip
"""On every answer: nothing from elsewhere is loaded, no script in a text runs, no other page may show this one."""


def new_token() -> str:
    """256 bits that nobody can guess."""
    return secrets.token_urlsafe(32)


class Guard:
    """Stands before the application.

    Args:
        app: what it guards.
        token: opens it, in the address at first and in a cookie from then on.
        port: where it listens. A page elsewhere whose name was made to lead here has another name in `Host`.
    """

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app, self._token = app, token.encode()
        self._hosts = {f"{host}:{port}" for host in ("127.0.0.1", "localhost")}
        self._cookie = f"dreamgen-review-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        refusal = self._refusal(scope, headers, asked)
        if refusal:
            return await _refuse(send, *refusal)
        fresh = self._set_cookie() if asked else None

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS, *([fresh] if fresh else ())]
            await send(message)

        return await self._app(scope, receive, sending)

    def _refusal(self, scope: Scope, headers: dict[str, str], asked: str) -> tuple[int, str] | None:
        """Status and words; None for who may come in."""
        host = headers.get("host", "")
        if host not in self._hosts:
            return 421, "This is no name of the machine that dreamgen review runs on."
        if not (self._is_token(asked) or self._is_token(self._from_cookie(headers))):
            return 403, "Open the address that dreamgen review printed: the token in it is missing or wrong."
        if scope["method"] in ("GET", "HEAD"):
            return None
        if headers.get("origin", f"http://{host}") != f"http://{host}":
            return 403, "Another page may not decide."
        if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return 415, "Only JSON is read."
        return None

    def _is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode("utf-8", "surrogateescape"), self._token)

    def _from_cookie(self, headers: dict[str, str]) -> str:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return ""
        return found.value if found else ""

    def _set_cookie(self) -> tuple[bytes, bytes]:
        value = f"{self._cookie}={self._token.decode()}; HttpOnly; SameSite=Strict; Path=/"
        return b"set-cookie", value.encode()


async def _refuse(send: Send, status: int, words: str) -> None:
    body = words.encode()
    told = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
