from __future__ import annotations

from typing import Literal

from dreamgen.core.claims import Action, Claim, Cut, Duration, Order, Presence, Relation
from dreamgen.core.layout import Box
from dreamgen.core.media import Clip, MaskFrame, Masklet, MediaRef
from dreamgen.core.pairs import InstructionPair, Program, Turn, Verdict
from dreamgen.run.standing import split, weigh

WOMAN = Presence(start=0, end=4, entity="mara", what="woman", category="person")
DOG = Presence(start=2, end=4, entity="dog", what="dog", category="animal")
FIRST = Order(start=0, end=4, first=WOMAN.id, second=DOG.id)
LONG = Duration(start=0, end=4, of=WOMAN.id, seconds=4)
WAVE = Action(start=0, end=4, entity="mara", action="wave")


CLIP = Clip(id="scene-01", video=MediaRef(path="clips/scene-01.mp4", sha256="0"), fps=8, size=(64, 36), frames=32)
GENERATED = CLIP.model_copy(update={"pictures": "generated"})


def verdict(claim: Claim, outcome: Literal["supported", "refuted", "unsure"], reason: str = "") -> Verdict:
    return Verdict(about=claim.id, outcome=outcome, confidence=0.9, by="eye", evidence="looked", reason=reason)


def pair(name: str, *claims: Claim, weight: float = 1.0) -> InstructionPair:
    return InstructionPair(
        id=name,
        clip="scene-01",
        task="who",
        form="open",
        turns=(Turn(role="human", text="Who?"), Turn(role="assistant", text="She.")),
        claims=tuple(claim.id for claim in claims),
        program=Program(name="who"),
        weight=weight,
    )


def test_supported_and_unsure_claims_stand_and_a_refuted_one_falls() -> None:
    verdicts = [verdict(WOMAN, "supported"), verdict(DOG, "refuted", "not_visible"), verdict(WAVE, "unsure")]
    standing, rejects = split(CLIP, [WOMAN, DOG, WAVE], verdicts)
    assert standing == (WOMAN, WAVE)
    assert [(reject.what, reject.clip, reject.reason) for reject in rejects] == [(DOG.id, "scene-01", "not_visible")]


def test_a_claim_falls_with_the_claim_that_it_speaks_of() -> None:
    verdicts = [verdict(WOMAN, "refuted"), verdict(FIRST, "supported"), verdict(LONG, "supported")]
    standing, rejects = split(CLIP, [WOMAN, DOG, FIRST, LONG], verdicts)
    assert standing == (DOG,)
    assert {(r.what, r.reason) for r in rejects} == {
        (WOMAN.id, "refuted"),
        (FIRST.id, "rests_on_refuted_claim"),
        (LONG.id, "rests_on_refuted_claim"),
    }


def masklet(entity: str, intended: tuple[tuple[int, int], ...] = ()) -> Masklet:
    whole = MaskFrame(frame=0, rle="0", box=Box(x0=0, y0=0, x1=1, y1=1), visible=1.0)
    return Masklet(entity=entity, size=(64, 36), frames=(whole,), intended=intended)


def test_of_generated_pictures_only_what_was_seen_stands() -> None:
    verdicts = [verdict(WOMAN, "supported"), verdict(DOG, "unsure")]
    standing, rejects = split(GENERATED, [WOMAN, DOG, WAVE], verdicts)
    assert standing == (WOMAN,)
    assert {(r.what, r.reason) for r in rejects} == {(DOG.id, "unconfirmed"), (WAVE.id, "unconfirmed")}


def test_a_look_of_somebody_who_is_not_there_is_chance() -> None:
    verdicts = [verdict(WOMAN, "refuted"), verdict(WAVE, "supported"), verdict(DOG, "supported")]
    standing, rejects = split(GENERATED, [WOMAN, WAVE, DOG], verdicts)
    assert standing == (DOG,)
    assert {(r.what, r.reason) for r in rejects} == {(WOMAN.id, "refuted"), (WAVE.id, "unconfirmed")}
    assert split(CLIP, [WOMAN, WAVE, DOG], verdicts)[0] == (WAVE, DOG), "drawn pictures show what was planned"


def test_a_cut_is_true_whatever_a_model_drew() -> None:
    cut = Cut(start=1, end=1)
    assert split(GENERATED, [cut], [verdict(cut, "unsure")])[0] == (cut,)


def test_who_was_found_in_its_place_is_there_and_nothing_more() -> None:
    left = Relation(start=0, end=4, entity="mara", relation="left of", other="dog")
    standing, _ = split(GENERATED, [WOMAN, DOG, left, WAVE], [], [masklet("mara"), masklet("dog", ((24, 32),))])
    assert standing == (WOMAN,)
    behind = left.model_copy(update={"relation": "behind"})
    standing, _ = split(GENERATED, [WOMAN, DOG, left, behind, WAVE], [], [masklet("mara"), masklet("dog")])
    assert standing == (WOMAN, DOG, left)


def test_a_pair_is_right_when_all_that_it_rests_on_is() -> None:
    right = {("scene-01", WOMAN.id): 0.99, ("scene-01", WAVE.id): 0.9}
    pairs = [pair("a", WOMAN), pair("b", WOMAN, WAVE), pair("c", WOMAN, weight=0.5), pair("d", WAVE, WAVE)]
    kept, _ = weigh(pairs, right, {"scene-01": {WOMAN.id, WAVE.id}})
    assert [one.weight for one in kept] == [0.99, 0.891, 0.495, 0.9]


def test_a_pair_that_rests_on_a_fallen_claim_goes_with_it() -> None:
    kept, rejects = weigh(
        [pair("a", WOMAN, DOG), pair("b", WOMAN)], {("scene-01", WOMAN.id): 1.0}, {"scene-01": {WOMAN.id}}
    )
    assert [one.id for one in kept] == ["b"]
    assert [(reject.what, reject.reason) for reject in rejects] == [("a", "rests_on_refuted_claim")]
    assert DOG.id in rejects[0].detail
