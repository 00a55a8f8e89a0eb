"""Claims of films whose pictures stand still, are only intended, or were moved by a model."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pytest
from pycocotools import mask as coco

from dreamgen.core import claims as c
from dreamgen.core.claims import Claim
from dreamgen.core.layout import Box, Camera, Layout, Placement
from dreamgen.core.media import Clip, MaskFrame, Masklet, MediaRef, Span
from dreamgen.core.story import Act, Character, Event, Location, Prop, Scene, Shot, Story, Trait
from dreamgen.core.twins import false_twins
from dreamgen.story.facts import claims_of, film_claims

SIZE, FPS, LENGTH = (256, 144), 8, 16
FILE = MediaRef(path="clips/scene.mp4", sha256="0" * 64)

MARA = Character(id="mara", name="Mara", kind="woman", traits=(Trait(slot="top", value="coat", colour="red"),))
TOM = Character(id="tom", name="Tom", kind="boy", traits=(Trait(slot="top", value="shirt", colour="green"),))
REX = Character(id="rex", name="Rex", kind="dog", traits=(Trait(slot="coat", value="spotted", colour="brown"),))

NEAR = Camera(
    framing="full", start=Box(x0=0.25, y0=0.45, x1=0.75, y1=0.95), end=Box(x0=0.25, y0=0.45, x1=0.75, y1=0.95)
)


def at(who: str, x: float, **more: Any) -> Placement:
    return Placement(who=who, box=Box(x0=x - 0.04, y0=0.5, x1=x + 0.04, y1=0.9), **more)


def shot(number: int, *placements: Placement, **more: Any) -> Shot:
    events = tuple(
        Event.model_validate({"id": f"e{number}{n}", "action": "act", "end": 2.0, **event})
        for n, event in enumerate(more.pop("events", ()))
    )
    fields = {"id": f"shot-{number}", "location": "wood", "layout": Layout(placements=placements), "seconds": 2.0}
    return Shot.model_validate(fields | {"events": events} | more)


def tale(*shots: Shot) -> Story:
    return Story(
        id="tale", title="A tale", overview="Mara looks for Tom.", plot="A tale.", seed=1, cast=(MARA, TOM, REX),
        props=(Prop(id="bench", name="a bench", kind="bench", colour="green"),),
        locations=(Location(id="wood", name="the wood", set="forest"),),
        acts=(Act(id="act-1", title="All", scenes=(Scene(id="scene-1", title="A scene", shots=shots),)),),
    )  # fmt: skip


def filmed(
    story: Story, motion: Literal["still", "generated"] = "still", plans: Mapping[str, set[str]] | None = None
) -> tuple[Clip, dict[str, Masklet]]:
    """A clip of stills, in which every body fills its box in the middle of its shot.

    Args:
        story: its shots have 2 seconds each.
        motion: generated has the masks of the first frame of each shot alone.
        plans: shot to those whose masks there are only intended.
    """
    masks: dict[str, list[MaskFrame]] = {}
    intended: dict[str, list[tuple[int, int]]] = {}
    for first, told in zip(range(0, 1000, LENGTH), story.shots, strict=False):
        for placement in told.layout.placements:
            planned = placement.who in (plans or {}).get(told.id, ())
            if planned or motion == "generated":
                intended.setdefault(placement.who, []).append((first + (not planned), first + LENGTH))
            for index in range(LENGTH if motion == "still" else 1):
                mask = _mask(told, placement.who, first + index, index / LENGTH if motion == "still" else None)
                masks.setdefault(placement.who, []).extend(mask)
    spans = tuple(Span(shot=told.id, first=LENGTH * at, stop=LENGTH * (at + 1)) for at, told in enumerate(story.shots))
    clip = Clip(
        id="clip", video=FILE, fps=FPS, size=SIZE, frames=spans[-1].stop, spans=spans, masklets=FILE, motion=motion
    )
    found = {
        who: Masklet(entity=who, size=SIZE, frames=tuple(some), intended=tuple(intended.get(who, ())))
        for who, some in masks.items()
    }
    return clip, found


def _mask(told: Shot, who: str, frame: int, u: float | None) -> list[MaskFrame]:
    """The body's box in the keyframe, seen through the camera's way over it; nothing where it is out of the picture."""
    body = told.layout.frame_box(who, told.camera, 0.5)
    assert body is not None
    window = Box(x0=0, y0=0, x1=1, y1=1) if u is None else told.camera.over_still(u)
    pixels = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    x0, x1 = ((x - window.x0) / window.width * SIZE[0] for x in (body.x0, body.x1))
    y0, y1 = ((y - window.y0) / window.height * SIZE[1] for y in (body.y0, body.y1))
    pixels[max(0, round(y0)) : max(0, round(y1)), max(0, round(x0)) : max(0, round(x1))] = 1
    if not pixels.any():
        return []
    rows, columns = np.nonzero(pixels)
    box = Box(
        x0=columns.min() / SIZE[0], x1=(columns.max() + 1) / SIZE[0], y0=rows.min() / SIZE[1],
        y1=(rows.max() + 1) / SIZE[1],
    )  # fmt: skip
    rle = coco.encode(np.asfortranarray(pixels))["counts"].decode()
    return [MaskFrame(frame=frame, rle=rle, box=box, visible=1.0)]


def told(story: Story, **how: Any) -> tuple[Claim, ...]:
    return claims_of(story, *filmed(story, **how))


def kinds(claims: tuple[Claim, ...], who: str | None = None) -> set[str]:
    return {claim.kind for claim in claims if who is None or who in claim.about}


def actions(claims: tuple[Claim, ...]) -> dict[str, str]:
    return {claim.entity: claim.action for claim in claims if isinstance(claim, c.Action)}


def test_a_still_shows_who_is_there_how_they_look_and_where() -> None:
    claims = told(tale(shot(1, at("mara", 0.4), at("tom", 0.6), camera=NEAR)))
    seen = {(claim.kind, *claim.about) for claim in claims}

    assert {("presence", "mara"), ("presence", "tom"), ("absence", "rex"), ("relation", "mara", "tom")} <= seen
    assert {("attribute", "mara"), ("attribute", "tom"), ("count",), ("camera_move",)} <= seen
    assert not any(isinstance(claim, c.Movement) for claim in claims), "nobody moves, nor stays"


@pytest.mark.parametrize("pose", ["stand", "sit", "lie", "kneel", "point", "look"])
def test_a_still_shows_a_pose_that_is_held(pose: Any) -> None:
    assert actions(told(tale(shot(1, at("mara", 0.5, pose=pose), camera=NEAR)))) == {"mara": pose}


@pytest.mark.parametrize("pose", ["walk", "run", "dance", "wave", "fall", "talk"])
def test_a_still_shows_no_motion(pose: Any) -> None:
    event = {"who": "mara", "does": pose, "whom": "tom"}
    goes = at("mara", 0.4, pose=pose).model_copy(update={"end_box": at("mara", 0.5).box})
    claims = told(tale(shot(1, goes, at("tom", 0.6, pose=pose), events=(event,), camera=NEAR)))

    assert not actions(claims)
    assert kinds(claims).isdisjoint({"interaction", "movement"})
    assert {"presence", "attribute", "relation"} <= kinds(claims, "mara")


def test_those_who_look_at_each_other_do_so_in_a_still() -> None:
    event = {"who": "mara", "does": "look", "whom": "tom"}
    claims = told(tale(shot(1, at("mara", 0.4, pose="look"), at("tom", 0.6), events=(event,), camera=NEAR)))

    assert [(claim.action, *claim.about) for claim in claims if isinstance(claim, c.Interaction)] == [
        ("look at", "mara", "tom")
    ]


def test_the_camera_goes_over_a_still_and_shows_less_of_it_in_time() -> None:
    left = Camera(
        framing="full", move="pan_right", start=Box(x0=0.0, y0=0.4, x1=0.5, y1=0.9),
        end=Box(x0=0.3, y0=0.4, x1=0.8, y1=0.9),
    )  # fmt: skip
    claims = told(tale(shot(1, at("mara", 0.4), at("tom", 0.17), camera=left)))

    assert "presence" in kinds(claims, "mara")
    assert "tom" not in {claim.entity for claim in claims if isinstance(claim, c.Presence)}, "he leaves the picture"
    assert [claim.move for claim in claims if isinstance(claim, c.CameraMove)] == ["pan_right"]


def test_who_is_half_out_of_the_picture_at_first_is_not_told_of_a_still() -> None:
    def cut(x: float) -> set[str]:
        pan = Camera(
            framing="full", move="pan_right", start=Box(x0=0.1, y0=0.4, x1=0.6, y1=0.9),
            end=Box(x0=0.4, y0=0.4, x1=0.9, y1=0.9),
        )  # fmt: skip
        claims = told(tale(shot(1, at("mara", x), camera=pan)))
        return {claim.entity for claim in claims if isinstance(claim, c.Presence)}

    assert cut(0.5) == {"mara"}
    assert cut(0.58) == set(), "in the picture only by a shoulder when the shot begins"


def test_order_and_duration_over_cuts_hold_for_stills_too() -> None:
    story = tale(shot(1, at("rex", 0.5)), shot(2, at("mara", 0.5, pose="sit"), camera=NEAR), shot(3, at("tom", 0.5)))
    claims = told(story)
    by_id = {claim.id: claim for claim in claims}

    timed = [by_id[claim.of] for claim in claims if isinstance(claim, c.Duration)]
    assert {claim.kind for claim in timed} == {"presence", "action"}
    firsts = [by_id[claim.first].about + by_id[claim.second].about for claim in claims if isinstance(claim, c.Order)]
    assert ("mara", "tom") in firsts


def test_the_plots_words_are_told_of_a_still_that_shows_them() -> None:
    waits = ({"who": "mara", "does": "stand"}, {"who": "mara", "does": "talk", "says": "Tom!"})
    walks = ({"who": "mara", "does": "walk"},)
    first = shot(1, at("mara", 0.5), events=waits, description="Mara waits.")
    second = shot(2, at("mara", 0.5), events=walks, description="Mara walks home.")

    def texts(*shots: Shot) -> list[str]:
        story = tale(*shots)
        return [claim.text for claim in film_claims(story, *filmed(story)) if isinstance(claim, c.Narration)]

    assert texts(first) == ["Mara waits.", "Mara looks for Tom."]
    assert texts(first, second) == ["Mara waits."]


def test_what_is_said_in_a_still_has_the_time_of_its_caption() -> None:
    says = ({"who": "mara", "does": "talk", "says": "Come home.", "start": 0.5, "end": 1.5},)
    (speech,) = (claim for claim in told(tale(shot(1, at("mara", 0.5), events=says))) if isinstance(claim, c.Speech))
    assert (speech.entity, speech.start, speech.end) == ("mara", 0.5, 1.5)


def test_nothing_in_space_is_told_of_who_is_only_intended() -> None:
    sad = at("tom", 0.6, pose="sit", expression="sad")
    event = {"who": "mara", "does": "look", "whom": "tom"}
    story = tale(shot(1, at("mara", 0.4, pose="look"), sad, events=(event,), camera=NEAR, description="They wait."))

    sure, doubtful = told(story), told(story, plans={"shot-1": {"tom"}})

    assert {"relation", "interaction", "action", "presence", "attribute"} <= kinds(sure, "tom")
    assert kinds(doubtful, "tom") == {"presence", "attribute", "action"}, "for the verifier to decide"
    assert {"presence", "attribute", "action"} <= kinds(doubtful, "mara"), "she was found"
    lost = kinds(sure) - kinds(doubtful)
    assert {"relation", "interaction", "count", "absence", "narration"} <= lost


def test_a_thing_in_doubt_puts_nobody_in_doubt() -> None:
    bench = Placement(who="bench", box=Box(x0=0.55, y0=0.7, x1=0.7, y1=0.9), depth=0.8)
    story = tale(shot(1, at("mara", 0.4), bench, camera=NEAR))

    claims = told(story, plans={"shot-1": {"bench"}})

    assert {"presence", "attribute"} == kinds(claims, "bench")
    assert {claim.entity for claim in claims if isinstance(claim, c.Absence)} == {"tom", "rex"}
    assert [claim.number for claim in claims if isinstance(claim, c.Count)] == [1]


def test_a_thing_in_doubt_is_in_nobodys_hand() -> None:
    bench = Placement(who="bench", box=Box(x0=0.5, y0=0.6, x1=0.6, y1=0.75), depth=0.1)
    story = tale(shot(1, at("mara", 0.4, pose="hold", holds="bench"), bench, camera=NEAR))

    (holds,) = (claim for claim in told(story) if isinstance(claim, c.Action))
    assert (holds.action, holds.using) == ("hold", "bench")
    assert not actions(told(story, plans={"shot-1": {"bench"}}))


def test_only_a_body_of_its_own_is_told_of_who_is_only_intended() -> None:
    hug = (at("mara", 0.47, pose="hug", partner="tom"), at("tom", 0.53, pose="hug", partner="mara"))
    story = tale(shot(1, *hug, events=({"who": "mara", "does": "hug", "whom": "tom"},), camera=NEAR))

    assert {"action", "interaction"} <= kinds(told(story))
    assert kinds(told(story, plans={"shot-1": {"mara", "tom"}})).isdisjoint({"action", "interaction"})


def test_what_is_only_intended_stands_or_falls_alone() -> None:
    story = tale(shot(1, at("mara", 0.4)), shot(2, at("mara", 0.4)))

    def spans(**how: Any) -> list[tuple[float, float]]:
        return [(claim.start, claim.end) for claim in told(story, **how) if isinstance(claim, c.Presence)]

    assert spans() == [(0, 4)]
    assert spans(plans={"shot-2": {"mara"}}) == [(0, 2), (2, 4)]
    assert spans(plans={"shot-1": {"mara"}, "shot-2": {"mara"}}) == [(0, 2), (2, 4)]


def test_no_time_rests_on_who_is_only_intended() -> None:
    story = tale(shot(1, at("rex", 0.5)), shot(2, at("mara", 0.5)), shot(3, at("tom", 0.5)), shot(4, at("rex", 0.5)))

    def timed(**how: Any) -> tuple[set[str], set[tuple[str, ...]]]:
        claims = told(story, **how)
        by_id = {claim.id: claim for claim in claims}
        lasting = {by_id[claim.of].about[0] for claim in claims if isinstance(claim, c.Duration)}
        orders = (by_id[o.first].about + by_id[o.second].about for o in claims if isinstance(o, c.Order))
        return lasting, set(orders)

    assert timed() == ({"rex", "mara", "tom"}, {("mara", "tom")})
    assert timed(plans={"shot-2": {"mara"}}) == ({"rex"}, set()), "nor on who comes right after"


def test_the_people_of_a_film_are_not_counted_over_a_shot_in_doubt() -> None:
    story = tale(shot(1, at("mara", 0.5)), shot(2, at("tom", 0.5)))

    def totals(**how: Any) -> set[tuple[float, float, int]]:
        claims = film_claims(story, *filmed(story, **how))
        return {(n.start, n.end, n.number) for n in claims if isinstance(n, c.Count)}

    assert totals() == {(0, 2, 1), (2, 4, 1), (0, 4, 2)}
    assert totals(plans={"shot-2": {"tom"}}) == {(0, 2, 1)}


def test_of_motion_that_a_model_made_only_what_was_asked_for_is_told() -> None:
    says = ({"who": "mara", "does": "talk", "says": "Run!", "start": 0.5, "end": 1.5},)
    first = shot(
        1, at("mara", 0.4, pose="run", expression="happy"), at("tom", 0.6), camera=NEAR, description="They run."
    )
    story = tale(first, shot(2, at("mara", 0.5), events=says))

    claims = told(story, motion="generated")

    assert kinds(claims) == {"presence", "attribute", "action", "place", "time_of_day", "weather", "cut", "speech"}
    assert actions(claims)["mara"] in ("run", "stand")
    assert {claim.action for claim in claims if isinstance(claim, c.Action)} == {"run", "stand"}


def test_of_motion_that_a_model_made_who_starts_too_small_is_not_told() -> None:
    tiny = at("tom", 0.6).model_copy(update={"box": Box(x0=0.6, y0=0.5, x1=0.61, y1=0.52)})
    claims = told(tale(shot(1, at("mara", 0.4), tiny)), motion="generated")

    assert "tom" not in {who for claim in claims for who in claim.about}


def test_words_in_a_moving_clip_keep_their_order() -> None:
    def says(words: str) -> tuple[dict[str, Any], ...]:
        return ({"who": "mara", "does": "talk", "says": words, "start": 0.5, "end": 1.5},)

    story = tale(shot(1, at("mara", 0.4), events=says("Run!")), shot(2, at("mara", 0.5), events=says("Stop!")))
    claims = told(story, motion="generated")

    by_id = {claim.id: claim for claim in claims}
    orders = [claim for claim in claims if isinstance(claim, c.Order)]
    assert [(by_id[order.first].kind, by_id[order.second].kind) for order in orders] == [("speech", "speech")]


@pytest.mark.parametrize("motion", ["still", "generated"])
def test_no_false_twin_of_a_still_is_true_of_it(motion: Any) -> None:
    walks = at("mara", 0.35, pose="walk").model_copy(update={"end_box": at("mara", 0.45).box})
    story = tale(shot(1, walks, at("tom", 0.6, pose="sit"), at("rex", 0.5), camera=NEAR), shot(2, at("mara", 0.5)))
    claims = told(story, motion=motion)

    for claim in claims:
        for twin in false_twins(claim, claims):
            assert twin not in claims
            if isinstance(twin, c.Action):
                assert (twin.entity, twin.action) not in {("mara", "walk"), ("tom", "sit"), ("rex", "stand")}
