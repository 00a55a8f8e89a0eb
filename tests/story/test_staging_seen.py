"""Staged shots are drawn, and the pixels are asked whether staging and facts told the truth."""

from collections.abc import Iterator

import numpy as np
import pytest

from dreamgen.core.claims import Absence, Action, Movement, Presence, Relation
from dreamgen.core.layout import Box
from dreamgen.core.media import Clip, MaskFrame, Masklet, MediaRef, Span, Style
from dreamgen.core.story import Act, Character, Event, Location, Prop, Scene, Shot, Story
from dreamgen.engines.masks import regions
from dreamgen.illustrator import Frame, Picture
from dreamgen.story.facts import claims_of
from dreamgen.story.staging import stage

SIZE, FPS = (256, 144), 2
FLAT = Style(name="flat", words="flat shapes", painter="flat")
FILE = MediaRef(path="clips/scene.mp4", sha256="0" * 64)


def event(number: int, who: str, does: str, **more: object) -> Event:
    return Event.model_validate({"id": f"e{number}", "who": who, "does": does, "action": does, **more})


def shot(number: int, *events: Event) -> Shot:
    return Shot(id=f"shot-{number}", location="here", events=events)


@pytest.fixture(scope="module", params=["forest", "room"])
def story(request: pytest.FixtureRequest) -> Story:
    shots = (
        shot(1, event(1, "mara", "walk")),
        shot(2, event(2, "mara", "talk", whom="tom", says="Where is the dog?")),
        shot(3, event(3, "tom", "sit", whom="bench"), event(4, "mara", "hold", using="lamp")),
        shot(4, event(5, "rex", "run", whom="tom"), event(6, "tom", "wave", whom="rex")),
        shot(5, event(7, "mara", "hug", whom="tom", feels="happy")),
        shot(6, event(8, "tom", "lie"), event(9, "mara", "kneel", whom="tom")),
    )
    return stage(
        Story(
            id="tale", title="A tale", overview="", plot="A tale.", seed=11,
            cast=(
                Character(id="mara", name="Mara", kind="woman", role="main"),
                Character(id="tom", name="Tom", kind="boy"),
                Character(id="rex", name="Rex", kind="dog"),
            ),
            props=(Prop(id="lamp", name="a lamp", kind="lantern"), Prop(id="bench", name="a bench", kind="bench")),
            locations=(Location(id="here", name="here", set=str(request.param)),),
            acts=(Act(id="act-1", title="All", scenes=(Scene(id="scene-1", title="One", shots=shots),)),),
        )
    )  # fmt: skip


def frames(story: Story) -> Iterator[tuple[Shot, float, Picture, Frame]]:
    for told in story.shots:
        picture = Picture(story, told, FLAT, SIZE)
        for index in range(round(told.seconds * FPS)):
            yield told, index / FPS, picture, picture.frame(index / FPS)


@pytest.mark.slow
def test_everybody_who_is_staged_can_be_seen(story: Story) -> None:
    for told, t, picture, frame in frames(story):
        assert frame.entities is not None
        for placement in told.layout.placements:
            if story.prop(placement.who):
                continue  # somebody may sit on it
            visible = int((frame.entities == picture.numbers[placement.who]).sum())
            least = 0.4 if placement.pose == "hug" else 0.8
            assert visible >= least * picture.amodal_area(t, placement.who), (told.id, placement.who, t)


@pytest.mark.slow
def test_bodies_are_drawn_where_they_are_staged(story: Story) -> None:
    for told, t, picture, frame in frames(story):
        assert frame.entities is not None
        for placement in told.layout.placements:
            planned = told.layout.frame_box(placement.who, told.camera, t / told.seconds)
            assert planned is not None
            rows, columns = np.nonzero(frame.entities == picture.numbers[placement.who])
            assert columns.min() / SIZE[0] >= planned.x0 - 0.03 and (columns.max() + 1) / SIZE[0] <= planned.x1 + 0.03
            assert rows.min() / SIZE[1] >= planned.y0 - 0.04 and (rows.max() + 1) / SIZE[1] <= planned.y1 + 0.04


@pytest.mark.slow
def test_claims_agree_with_the_pixels(story: Story) -> None:
    clip, masklets = filmed(story)
    claims = claims_of(story, clip, masklets)
    assert {"presence", "absence", "action", "relation", "movement"} <= {claim.kind for claim in claims}
    for claim in claims:
        for frame in range(round(claim.start * FPS), round(claim.end * FPS)):
            if isinstance(claim, Presence):
                assert masklets[claim.entity].at(frame)
            if isinstance(claim, Absence):
                assert claim.entity not in masklets or not masklets[claim.entity].at(frame)
            if isinstance(claim, Relation) and claim.relation in ("left of", "right of"):
                mine, theirs = masklets[claim.entity].at(frame), masklets[claim.other].at(frame)
                assert mine and theirs
                assert (mine.box.centre[0] < theirs.box.centre[0]) == (claim.relation == "left of")
    moving = {
        (claim.start, claim.entity) for claim in claims if isinstance(claim, Movement) and claim.direction != "none"
    }
    gaits = {
        (claim.start, claim.entity) for claim in claims if isinstance(claim, Action) and claim.action in ("walk", "run")
    }
    assert gaits and gaits <= moving


def filmed(story: Story) -> tuple[Clip, dict[str, Masklet]]:
    found: dict[str, list[MaskFrame]] = {}
    spans: list[Span] = []
    for number, (told, _, picture, frame) in enumerate(frames(story)):
        if not spans or spans[-1].shot != told.id:
            spans.append(Span(shot=told.id, first=number, stop=number))
        spans[-1] = spans[-1].model_copy(update={"stop": number + 1})
        names = {value: name for name, value in picture.numbers.items()}
        assert frame.entities is not None
        for value, region in regions(frame.entities).items():
            x0, y0, x1, y1 = region.box
            box = Box(x0=x0 / SIZE[0], y0=y0 / SIZE[1], x1=x1 / SIZE[0], y1=y1 / SIZE[1])
            found.setdefault(names[value], []).append(MaskFrame(frame=number, rle=region.rle, box=box, visible=1.0))
    clip = Clip(
        id="scene-1", video=FILE, fps=FPS, size=SIZE, frames=spans[-1].stop, spans=tuple(spans), masklets=FILE
    )  # fmt: skip
    return clip, {who: Masklet(entity=who, size=SIZE, frames=tuple(masks)) for who, masks in found.items()}
