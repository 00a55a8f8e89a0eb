"""The verb that looks: every claim is judged by the pixels, blind, on all CPUs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dreamgen.core.calibration import Outcomes
from dreamgen.core.claims import Absence, Attribute, Claim, Presence
from dreamgen.core.media import Clip
from dreamgen.core.trusted import Trusted
from dreamgen.run import calibrating
from dreamgen.run.blind import Judged
from dreamgen.run.books import CALIBRATION, read_receipt
from dreamgen.run.calibrating import Checked, first_hearing
from dreamgen.run.carrying import FILM, carried, carry
from dreamgen.run.filming import Desk
from dreamgen.run.journal import VerdictLine, lines
from dreamgen.run.measuring import countable, judged_rows, measure
from dreamgen.run.reference import Reference, find_reference
from dreamgen.run.voices import Asked, Heard, hear, with_referred
from dreamgen.verify.voting import vote

Claims = dict[str, tuple[Claim, ...]]
"""Clip to what is said of it."""


def verify(desk: Desk, clips: Sequence[Clip], claims: Claims) -> tuple[dict[str, Judged], Checked]:
    """What the pixels say of every claim, and how far to trust that.

    The film is asked only what its scenes do not answer.

    Raises:
        UsageError: when the run is unattended and nobody knows how often the verifiers err.
    """
    asked, reference = asked_of(clips, claims), find_reference(desk.recipe, clips)
    if desk.recipe.trust.unattended:
        calibrating.refuse_few(desk.recipe, reference, countable(clips, claims))
    heard = [hear(desk, number, asked, reference) for number in range(len(desk.recipe.verify))]
    judged = {clip.id: together([one.judged[clip.id] for one in heard], desk.recipe.trust.votes) for clip in clips}
    said = {(clip, verdict.about): verdict for clip, found in judged.items() for verdict in found.verdicts}
    if FILM in judged:
        answered = carry(carried(clips, claims), said)
        known = {verdict.about: verdict for verdict in judged[FILM].verdicts} | answered
        whole = tuple(known[claim.id] for claim in claims[FILM])
        judged[FILM] = judged[FILM].model_copy(update={"verdicts": whole})
    checked = _checked(desk, clips, claims, judged, heard, reference)
    _write_down(desk, judged, checked.trusted)
    calibrating.refuse_unknown(desk.recipe, reference, checked.trusted.vote)
    return judged, checked


def asked_of(clips: Sequence[Clip], claims: Claims) -> Asked:
    """What verifiers are asked: everything of the scenes, and of the film what these do not answer."""
    answered = carried(clips, claims)
    everybody = who_is_who(claims)
    # nobody knows whether the woman of one found clip is that of another
    cast = {one.id: everybody if one.origin == "dreamed" else who_is_who({one.id: claims[one.id]}) for one in clips}
    if FILM not in claims:
        return Asked(clips, claims, claims, cast)
    left = with_referred([claim for claim in claims[FILM] if claim.id not in answered], claims[FILM])
    return Asked(clips, {**claims, FILM: left}, claims, cast)


def write_trust(desk: Desk, trusted: Trusted) -> None:
    """Writes down what calibration found, once the pairs are known too."""
    desk.store.write(CALIBRATION, trusted.model_dump_json(indent=1) + "\n")


def together(voices: Sequence[Judged], votes: int) -> Judged:
    """One judgement from those of several verifiers about the same clip, who were asked the same."""
    verdicts = zip(*(voice.verdicts for voice in voices), strict=True)
    twins = zip(*(voice.twins for voice in voices), strict=True)
    return Judged(
        verdicts=tuple(vote(some, votes) for some in verdicts),
        twins=tuple(
            lines[0].model_copy(update={"verdict": vote([line.verdict for line in lines], votes)}) for lines in twins
        ),
    )


def _checked(
    desk: Desk,
    clips: Sequence[Clip],
    claims: Claims,
    judged: dict[str, Judged],
    heard: Sequence[Heard],
    reference: Reference,
) -> Checked:
    """How wrong the claims still are by what all verifiers said together."""
    trust, seed = desk.recipe.trust, desk.recipe.seed
    said = Counter((row.kind, row.true, row.verdict.outcome) for row in judged_rows(clips, claims, judged))
    counts = [
        {
            kind: Outcomes(**{word: said[kind, true, word] for word in ("supported", "refuted", "unsure")})
            for kind in dict.fromkeys(kind for kind, which, _ in said if which == true)
        }
        for true in (True, False)
    ]
    past = reference.vote([one.hearing for one in heard], trust.votes)
    checked = calibrating.check(counts[0], measure(clips, claims, judged), counts[1], past, seed)
    voices = tuple(one.voice for one in heard)
    same = {
        (FILM, name): (parts[0].clip, parts[0].claim)
        for name, parts in carried(clips, claims).items()
        if len(parts) == 1
    }
    told = {"voices": voices, "reference": past, "provided": reference.provided}
    # of a filter in which somebody is heard otherwise than on those films nobody counted what it finds
    if all(one.hearing == first_hearing(desk.recipe, reference, number) for number, one in enumerate(heard)):
        told["recalls"] = reference.recalls(trust)
    return Checked(checked.trusted.model_copy(update=told), checked.errors, same)


def who_is_who(claims: Claims) -> tuple[Presence | Attribute, ...]:
    """What everybody in a story is called and looks like, for a verifier that is asked in words.

    Without any times, and for everybody alike: who is in which clip, and when, must be seen in the pixels.
    """
    every = [claim for known in claims.values() for claim in known]
    nouns = {claim.entity: claim for claim in every if isinstance(claim, Presence | Absence)}
    cast = [Presence(start=0, end=0, entity=who, what=one.what, category=one.category) for who, one in nouns.items()]
    looks = [one.model_copy(update={"start": 0.0, "end": 0.0}) for one in every if isinstance(one, Attribute)]
    known: list[Presence | Attribute] = [*cast, *looks]
    return tuple(sorted({one.id: one for one in known}.values(), key=lambda one: (one.entity, one.id)))


def _write_down(desk: Desk, judged: dict[str, Judged], trusted: Trusted) -> None:
    told = (VerdictLine(clip=clip, verdict=verdict) for clip, found in judged.items() for verdict in found.verdicts)
    desk.store.write("verdicts.jsonl", lines(told))
    desk.store.write("twins.jsonl", lines(line for found in judged.values() for line in found.twins))
    # what is there of an earlier run says how many pairs are wrong, too, and stands until the pairs are known
    old = read_receipt(desk.store.folder / CALIBRATION, Trusted)
    if old is None or old.model_copy(update={"pairs": None}) != trusted:
        write_trust(desk, trusted)
