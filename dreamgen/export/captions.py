"""Captions in one schema, whatever they come from: a JSON array, the same as lines, and a map from videos to ids.

As ShareGemini publishes its captions, with what is missing there: every row has the same columns, so that any loader
takes rows of several sources together, and says whose words it is, asked with which prompt, and under which licence.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, StrictUndefined
from pydantic import Field

from dreamgen.core.base import Record, fingerprint
from dreamgen.core.found import Source
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.errors import DreamgenError
from dreamgen.export.card import card_text, config_name
from dreamgen.export.checks import check
from dreamgen.export.conversations import messages
from dreamgen.export.media import bring, used
from dreamgen.shelf import find

ROWS: Final = "captions.json"
LINES: Final = "captions.jsonl"
NAMES: Final = "videoname2id.json"
PROMPTS: Final = "prompts.json"
UNKNOWN: Final = "unknown"
"""Stands for a licence that nobody has told."""
_ROLES: Final = {"human": "human", "assistant": "gpt"}
_IDENTIFIER: Final = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
"""How the hub writes a licence: cc-by-4.0."""
_PROMPT: Final = re.compile(r"[a-z0-9_]+(?:/[a-z0-9_]+)*")
"""How prompts are called: annotate/fuse."""
_WHOLE: Final = 0.9
"""Share of a clip from which on a caption is one of all of it."""


class CaptionsExporter(Record):
    """Writes captions.json, captions.jsonl, videoname2id.json, prompts.json, README.md and `clips/`.

    A row is one caption of one clip. What a model described and what programs computed from the claims of a dreamed
    film have the same columns; where one does not apply, it holds an empty text.
    """

    parts: bool = False
    """Whether captions of single shots and stretches are rows too, besides those of whole clips."""
    dataset: str = "dreamgen"
    """The set to which videos belong of which nobody said another."""
    licence: str = UNKNOWN
    """Of what was made here; whoever publishes it decides. Videos that were found keep their own."""
    sources: tuple[Source, ...] = Field(default=(), exclude=True)
    """The videos that were found; filled in by the run."""

    def export(self, pairs: Iterable[InstructionPair], clips: Sequence[Clip], media: Path, into: Path) -> Path:
        """The path of captions.json.

        Raises:
            DreamgenError: when no pair is a caption.
        """
        by_id = {clip.id: clip for clip in clips}
        every = tuple(pairs)
        known = tuple(pair for pair in every if pair.form == "caption" and self._wanted(pair, by_id.get(pair.clip)))
        if every and not known:
            raise DreamgenError(
                f"captions has nothing to write: none of {len(every)} pairs is a caption of a whole clip",
                "Have clips described by the annotator captions; docs/annotating.md has the command.",
            )
        check(known, clips, media)
        videos = bring(used(known, clips), media, into)
        found = {source.id: source for source in self.sources}
        rows = [self._row(pair, by_id[pair.clip], videos[pair.clip], found) for pair in known]
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        target = into / ROWS
        target.write_text("[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n", "utf-8")
        (into / LINES).write_text("".join(f"{line}\n" for line in lines), "utf-8")
        names = json.dumps(_names(rows), ensure_ascii=False, indent=1)
        (into / NAMES).write_text(f"{names}\n", "utf-8")
        prompts = json.dumps(_prompts(rows), ensure_ascii=False, indent=1)
        (into / PROMPTS).write_text(f"{prompts}\n", "utf-8")
        (into / "README.md").write_text(_card(rows), "utf-8")
        return target

    def _wanted(self, pair: InstructionPair, clip: Clip | None) -> bool:
        start, end = pair.span or (0.0, 0.0)
        return self.parts or clip is None or pair.span is None or end - start >= _WHOLE * clip.seconds

    def _row(self, pair: InstructionPair, clip: Clip, video: str, found: dict[str, Source]) -> dict[str, Any]:
        source = found.get(clip.excerpt.source) if clip.excerpt else None
        turns = [{"from": _ROLES[role], "value": text} for role, text in messages(pair)]
        turns[0]["value"] = f"<video>\n{turns[0]['value']}"
        begin = clip.excerpt.start if clip.excerpt else 0.0
        start, end = pair.span or (0.0, clip.seconds)
        by = _by(pair)
        return {
            "id": pair.id,
            "video": video,
            "set": (source.dataset if source else "") or self.dataset,
            "source": source.name if source else Path(clip.video.path).name,
            "start": float(round(begin + start, 4)),
            "end": float(round(begin + end, 4)),
            "title": source.title if source else "",
            "caption": turns[-1]["value"],
            "program": pair.program.name,
            "model": "; ".join(dict.fromkeys(model for model, _ in by)),
            "prompt": "; ".join(dict.fromkeys(prompt for _, prompt in by)),
            "weight": float(pair.weight),
            "claims": list(pair.claims),
            "licence": (source.licence or UNKNOWN) if source else self.licence if clip.origin == "dreamed" else UNKNOWN,
            "url": source.url if source else "",
            "conversations": turns,
        }


def _by(pair: InstructionPair) -> list[tuple[str, str]]:
    """Model and prompt of each that had a part in a caption; nothing where a program computed it."""
    arguments = dict(pair.program.arguments)
    told = (one.rpartition(" ") for one in arguments.get("by", "").split("; ") if one)
    return [(model, prompt) for model, _, prompt in told]


def _card(rows: Sequence[dict[str, Any]]) -> str:
    """The text of README.md: without it the hub's viewer would take the map of names for rows."""
    licences = sorted(Counter(card_text(row["licence"]) for row in rows).items())
    only = rows[0]["licence"].lower() if len(licences) == 1 else ""
    template = files("dreamgen.export").joinpath("captions.md.jinja").read_text("utf-8")
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    return environment.from_string(template).render(
        rows=rows,
        config=config_name(rows),
        videos=len({row["video"] for row in rows}),
        licences=licences,
        license=only if _IDENTIFIER.fullmatch(only) else "other",
    )


def _prompts(rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Name and fingerprint to the text of each prompt; empty for one that has been changed since."""
    asked = sorted({one for row in rows for one in row["prompt"].split("; ") if one})
    found = {}
    for one in asked:
        name, _, mark = one.partition("@")
        # what a claim says of its prompt is a text from a file, and no path but that of a prompt follows from it
        path = find("prompts", f"{name}.md") if _PROMPT.fullmatch(name) else None
        text = path.read_text("utf-8") if path else ""
        found[one] = text if mark and fingerprint(text).startswith(mark) else ""
    return found


def _names(rows: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """The name of each video, as it was found, to the ids of its rows."""
    names: dict[str, list[str]] = {}
    for row in rows:
        names.setdefault(row["source"], []).append(row["id"])
    return names
