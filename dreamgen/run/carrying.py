"""What was found out about the scenes holds for the film too, in which the same pixels come later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


FILM = "film"
"""The id of the clip that joins all scenes."""


def carried(clips: Sequence[Clip], claims: Mapping[str, Sequence[Claim]]) -> dict[str, list[Source]]:
    """What the film has from its scenes, see `sources`; nothing where the last clip is no film."""
    *scenes, last = clips
    return sources(scenes, last, claims) if last.id == FILM else {}


class Source(NamedTuple):
    """A scene's claim, in the film's time."""

    start: float
    """Seconds from the start of the film."""
    end: float
    """Seconds from the start of the film."""
    clip: str
    """The scene's id."""
    claim: str
    """The claim's id."""


def sources(scenes: Sequence[Clip], film: Clip, claims: Mapping[str, Sequence[Claim]]) -> dict[str, list[Source]]:
    """The film's claims that say what claims of scenes say over the same time, and those claims.

    What only the film can tell (a cut between scenes, an order of things from different scenes) is not among them.

    Args:
        scenes: clips that the film joins.
        film: all of them.
        claims: by clip.
    """
    scenes = [scene for scene in scenes if not scene.twin_of]
    starts = _starts(scenes, film)
    names: dict[tuple[str, str], str] = {}
    found: dict[str, list[Source]] = {}
    # claims that speak of other claims come second, when the others' new names are known
    for pointing in (False, True):
        told: dict[str, list[Source]] = {}
        for scene in scenes:
            shift = starts[scene.id]
            for claim in claims[scene.id]:
                if points(claim) == pointing and (said := _said(claim, scene.id, names)):
                    told.setdefault(said, []).append(Source(claim.start + shift, claim.end + shift, scene.id, claim.id))
        for claim in claims[film.id]:
            if points(claim) == pointing and (parts := _covering(claim, told.get(_said(claim) or "", ()))):
                found[claim.id] = parts
                names.update({(part.clip, part.claim): claim.id for part in parts})
    return found


def carry(parts: Mapping[str, Sequence[Source]], verdicts: Mapping[tuple[str, str], Verdict]) -> dict[str, Verdict]:
    """Verdicts on the film's claims: refuted when one of their sources is, supported when all are.

    Args:
        parts: as `sources` finds them.
        verdicts: by scene and claim.
    """
    return {name: _together(name, [(part.clip, verdicts[part.clip, part.claim]) for part in found])
            for name, found in parts.items()}  # fmt: skip


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


def _covering(claim: Claim, told: Iterable[Source]) -> list[Source]:
    """The sources that fill the claim's span without a gap; none when they don't."""
    inside = [part for part in told if claim.start - _CLOSE <= part.start and part.end <= claim.end + _CLOSE]
    inside.sort(key=lambda part: part.start)
    if not inside or abs(inside[0].start - claim.start) > _CLOSE or abs(inside[-1].end - claim.end) > _CLOSE:
        return []
    return inside if all(abs(a.end - b.start) <= _CLOSE for a, b in pairwise(inside)) else []


def _together(name: str, found: Sequence[tuple[str, Verdict]]) -> Verdict:
    outcomes = {verdict.outcome for _, verdict in found}
    outcome = next(one for one in ("refuted", "unsure", "supported") if one in outcomes)
    decisive = [verdict for _, verdict in found if verdict.outcome == outcome]
    evidence = (f"{clip}: {verdict.evidence or verdict.reason or verdict.outcome}" for clip, verdict in found)
    return Verdict(
        about=name,
        outcome=outcome,
        confidence=min(verdict.confidence for verdict in decisive),
        by=decisive[0].by,
        evidence="; ".join(evidence),
        reason=decisive[0].reason,
    )
