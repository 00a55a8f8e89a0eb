"""The addresses behind the page: lists, one pair, its boxes, its video, and one that takes decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field, ValidationError

from dreamgen.core.base import Record
from dreamgen.errors import DreamgenError, MissingExtra
from dreamgen.review.server.bench import Bench, View, progress
from dreamgen.review.server.guard import MOST_BYTES, Guard
from dreamgen.review.server.telling import about_run, detail, rows
from dreamgen.run.decisions import Change, Overtaken

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PAGE: Final = {
    "review.html": "text/html; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "review.css": "text/css; charset=utf-8",
    "review.js": "text/javascript; charset=utf-8",
    "asking.js": "text/javascript; charset=utf-8",
    "deciding.js": "text/javascript; charset=utf-8",
    "listing.js": "text/javascript; charset=utf-8",
    "showing.js": "text/javascript; charset=utf-8",
    "watching.js": "text/javascript; charset=utf-8",
}
"""The files of the page, and their types. No other file can be asked for by name."""


class Posted(Record):
    """What the page sends when somebody decides."""

    pair: str = Field(max_length=500)
    """Its name."""
    version: int = Field(ge=0)
    """The number of the last decision about it that the page knows."""
    change: Change
    """What is wanted."""


def need() -> None:
    """Makes sure that what serves the page is installed.

    Raises:
        MissingExtra: when it is not.
    """
    from importlib.util import find_spec

    for library in ("starlette", "uvicorn"):
        if find_spec(library) is None:
            raise MissingExtra(library, "review", "dreamgen review")


def application(bench: Bench, token: str, port: int) -> Guard:
    """All of it, behind its guard."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    routes = [
        Route("/", _page("review.html")),
        *(Route(f"/{name}", _page(name)) for name in PAGE if name != "review.html"),
        Route("/api/run", _answer(bench, about_run)),
        Route("/api/pairs", _answer(bench, rows)),
        Route("/api/pair", _answer(bench, _pair)),
        Route("/api/boxes", _answer(bench, _boxes)),
        Route("/api/decision", _decide(bench), methods=["POST"]),
        Route("/media/{number:int}", _media(bench)),
    ]
    return Guard(Starlette(routes=routes), token, port)


def _page(name: str) -> Callable[[Request], Response]:
    from starlette.responses import Response

    content = files("dreamgen.review.server").joinpath("page", name).read_bytes()

    def send(_: Request) -> Response:
        return Response(content, media_type=PAGE[name], headers={"cache-control": "no-cache"})

    return send


def _json(value: Any, status: int = 200) -> Response:
    from starlette.responses import JSONResponse

    return JSONResponse(value, status, {"cache-control": "no-store"})


def _answer(bench: Bench, what: Callable[[Bench, View, Mapping[str, str]], Any]) -> Callable[[Request], Response]:
    def send(request: Request) -> Response:
        try:
            return _json(what(bench, bench.view(), request.query_params))
        except KeyError:
            return _json({"error": "there is no such pair in this run", "hint": ""}, 404)
        except ValueError:
            return _json({"error": "a number of the filter is none", "hint": ""}, 400)
        except DreamgenError as error:
            return _json({"error": error.message, "hint": error.hint}, 500)

    return send


def _pair(_: Bench, view: View, asked: Mapping[str, str]) -> dict[str, Any]:
    return detail(view, view.items[asked.get("id", "")])


def _boxes(bench: Bench, view: View, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    return bench.boxes(view.items[asked.get("id", "")])


def _media(bench: Bench) -> Callable[[Request], Response]:
    from starlette.responses import FileResponse, PlainTextResponse

    def send(request: Request) -> Response:
        videos, number = bench.view().media, request.path_params["number"]
        path = inside(videos[number], bench.folder) if number < len(videos) else None
        if path is None:
            return PlainTextResponse("There is no such video.", 404)
        return FileResponse(path, media_type="video/mp4", headers={"cache-control": "private, max-age=3600"})

    return send


def inside(path: Path, folder: Path) -> Path | None:
    """The file itself, if it lies in `folder`: records of a run from elsewhere may name any file, and so may links."""
    true = path.resolve()
    return true if true.is_relative_to(folder.resolve()) and true.is_file() else None


def _decide(bench: Bench) -> Callable[[Request], Any]:
    from starlette.concurrency import run_in_threadpool

    async def send(request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return _json({"error": "that is too much for a decision", "hint": ""}, 413)
        return await run_in_threadpool(_decided_by, bench, bytes(body))

    return send


def _decided_by(bench: Bench, body: bytes) -> Response:
    try:
        posted = Posted.model_validate_json(body)
        view = bench.decide(posted.pair, posted.change, posted.version)
    except ValidationError as error:
        return _json({"error": f"this is no decision: {error.errors(include_url=False)[0]['msg']}", "hint": ""}, 400)
    except Overtaken as error:
        now = bench.view()
        told = {"pair": detail(now, now.items[posted.pair]), "progress": progress(now, bench.percent)}
        return _json({"error": error.message, "hint": error.hint, **told}, 409)
    except DreamgenError as error:
        return _json({"error": error.message, "hint": error.hint}, 400)
    except OSError as error:
        why = error.strerror or type(error).__name__
        return _json({"error": f"the decision could not be written: {why}", "hint": ""}, 500)
    item = view.items[posted.pair]
    return _json({"pair": detail(view, item), "progress": progress(view, bench.percent)})
