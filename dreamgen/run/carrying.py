"""What was found out about the scenes holds for the film too, in which the same pixels come later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from dreamgen.core.base import fingerprint
from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import Verdict

_CLOSE = 0.01
"""Seconds; times in claims are rounded, frames are longer than this at any rate."""

REFERENCES = ("first", "second", "of", "effect")
"""Fields in which a claim names the claims that it speaks of."""


class _Part(NamedTuple):
    """What one scene's claim says in the film's time."""

    start: float
    end: float
    clip: str
    verdict: Verdict


def carry(
    scenes: Sequence[Clip], film: Clip, claims: Mapping[str, Sequence[Claim]], verdicts: Mapping[str, Sequence[Verdict]]
) -> dict[str, Verdict]:
    """Verdicts on the film's claims that follow from verdicts on the scenes' claims.

    A claim of the film that says what claims of scenes say, over the same time, has their verdict: refuted when one
    of them is, supported when all are. What only the film can tell (a cut between scenes, an order of things from
    different scenes) is not among the results.

    Args:
        scenes: clips that the film joins.
        film: all of them.
        claims: by clip.
        verdicts: by clip; those of the scenes are needed.
    """
    starts = _starts(scenes, film)
    names: dict[tuple[str, str], str] = {}
    carried: dict[str, Verdict] = {}
    # claims that speak of other claims come second, when the others' new names are known
    for pointing in (False, True):
        parts: dict[str, list[_Part]] = {}
        for scene in scenes:
            said_of = {verdict.about: verdict for verdict in verdicts[scene.id]}
            for claim in claims[scene.id]:
                if points(claim) == pointing and (said := _said(claim, scene.id, names)):
                    shift = starts[scene.id]
                    part = _Part(claim.start + shift, claim.end + shift, scene.id, said_of[claim.id])
                    parts.setdefault(said, []).append(part)
        for claim in claims[film.id]:
            if points(claim) == pointing:
                found = _covering(claim, parts.get(_said(claim) or "", ()))
                if found:
                    carried[claim.id] = _together(claim, found)
                    names.update({(part.clip, part.verdict.about): claim.id for part in found})
    return carried


def points(claim: Claim) -> bool:
    """Whether a claim speaks of other claims."""
    return any(getattr(claim, field, None) for field in REFERENCES)


def _starts(scenes: Sequence[Clip], film: Clip) -> dict[str, float]:
    """Seconds of the film at which each scene begins."""
    first = {span.shot: span.first for span in film.spans}
    return {scene.id: (first[scene.spans[0].shot] - scene.spans[0].first) / film.fps for scene in scenes}


def _said(claim: Claim, clip: str = "", names: Mapping[tuple[str, str], str] | None = None) -> str | None:
    """What a claim says, without its time and in the film's names; None when it speaks of what the film lacks."""
    content = claim.model_dump(mode="json", exclude={"id", "start", "end"})
    if names is not None:
        for field in REFERENCES:
            if content.get(field):
                content[field] = names.get((clip, content[field]))
                if content[field] is None:
                    return None
    return fingerprint(content)


def _covering(claim: Claim, parts: Iterable[_Part]) -> list[_Part]:
    """The parts that fill the claim's span without a gap; none when they don't."""
    inside = [part for part in parts if claim.start - _CLOSE <= part.start and part.end <= claim.end + _CLOSE]
    inside.sort(key=lambda part: part.start)
    if not inside or abs(inside[0].start - claim.start) > _CLOSE or abs(inside[-1].end - claim.end) > _CLOSE:
        return []
    return inside if all(abs(a.end - b.start) <= _CLOSE for a, b in pairwise(inside)) else []


def _together(claim: Claim, parts: Sequence[_Part]) -> Verdict:
    outcomes = {part.verdict.outcome for part in parts}
    outcome = next(o for o in ("refuted", "unsure", "supported") if o in outcomes)
    decisive = [part.verdict for part in parts if part.verdict.outcome == outcome]
    return Verdict(
        about=claim.id,
        outcome=outcome,
        confidence=min(verdict.confidence for verdict in decisive),
        by=decisive[0].by,
        evidence="; ".join(_lines(parts)),
        reason=decisive[0].reason,
    )


def _lines(parts: Sequence[_Part]) -> Iterator[str]:
    for part in parts:
        yield f"{part.clip}: {part.verdict.evidence or part.verdict.reason or part.verdict.outcome}"
