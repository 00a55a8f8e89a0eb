"""The solver's promises, checked on random stories through `Layout.frame_box` alone."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamgen.core.layout import Box, Placement
from dreamgen.core.story import Act, Character, Event, Location, Prop, Scene, Shot, Story, Trait
from dreamgen.illustrator import set_names, stage_of
from dreamgen.illustrator.measure import dangle, feet_in
from dreamgen.story.staging import stage

PEOPLE = ("man", "woman", "boy", "girl", "old man", "old woman")
ANIMALS = ("dog", "cat", "horse", "lion", "mouse", "bird")
POSES = (
    "stand", "walk", "run", "sit", "talk", "hold", "hug", "wave", "point", "look", "lie", "kneel", "dance", "fall"
)  # fmt: skip
MOMENTS = (0.0, 0.5, 1.0)
LIMITS = Box(x0=-0.15, y0=-0.15, x1=1.15, y1=1.15)


def character(name: str, kind: str) -> Character:
    return Character(id=name, name=name.title(), kind=kind, traits=(Trait(slot="top", value="tee", colour="red"),))


@st.composite
def events(draw: st.DrawFn, shot: str, who: list[str], props: list[str]) -> tuple[Event, ...]:
    made = []
    for number in range(draw(st.integers(0, 3))):
        actor = draw(st.sampled_from(who))
        made.append(
            Event(
                id=f"{shot}-{number}",
                who=actor,
                does=draw(st.sampled_from(POSES)),
                action=draw(st.sampled_from(("go", "chase", "say"))),
                whom=draw(st.none() | st.sampled_from([*who, *props])),
                using=draw(st.none() | st.just("lamp")),
                feels=draw(st.none() | st.sampled_from(("happy", "sad", "angry"))),
                says=draw(st.none() | st.sampled_from(("Stop!", "Who was it that came here in the night?"))),
            )
        )
    return tuple(made)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    # few different characters, since measuring one is slow
    kinds = draw(st.lists(st.sampled_from((*PEOPLE, *ANIMALS)), min_size=1, max_size=6, unique=True))
    cast = tuple(character(kind.replace(" ", "-"), kind) for kind in kinds)
    props = (Prop(id="lamp", name="a lamp", kind="lantern"), Prop(id="seat", name="a bench", kind="bench"))
    places = tuple(Location(id=name, name=name, set=name) for name in set_names())
    scenes = []
    where = places[0].id
    for number in range(draw(st.integers(1, 2))):
        if number == 0 or draw(st.booleans()):
            where = draw(st.sampled_from(places)).id
        shots = []
        for take in range(draw(st.integers(1, 4))):
            name = f"shot-{number}{take}"
            told = draw(events(name, [one.id for one in cast], ["lamp", "seat"]))
            shots.append(Shot(id=name, location=where, events=told, seconds=draw(st.sampled_from((2.0, 3.0, 4.1)))))
        scenes.append(Scene(id=f"scene-{number}", title="A scene", shots=tuple(shots)))
    return Story(
        id="tale", title="A tale", overview="", plot="A tale.", seed=draw(st.integers(0, 10**6)), cast=cast,
        props=props, locations=places, acts=(Act(id="act-1", title="All", scenes=tuple(scenes)),),
    )  # fmt: skip


def placed(story: Story) -> Iterator[tuple[Shot, Placement]]:
    for shot in story.shots:
        for placement in shot.layout.placements:
            yield shot, placement


def frame_box(shot: Shot, who: str, u: float) -> Box:
    box = shot.layout.frame_box(who, shot.camera, u)
    assert box is not None
    return box


def feet(story: Story, placement: Placement) -> float:
    found = story.character(placement.who)
    assert found is not None
    return feet_in(placement.box, found, placement.pose, placement.facing)[0]


def rests_on(shot: Shot, placement: Placement) -> bool:
    """Whether somebody who sits or lies does so on the bench of the story."""
    seat = shot.layout.of("seat")
    apart = seat is None or placement.box.centre[0] < seat.box.x0 or placement.box.centre[0] > seat.box.x1
    return not apart and placement.who != "seat" and placement.pose in ("sit", "lie")


def is_person(story: Story, who: str) -> bool:
    found = story.character(who)
    return found is not None and found.kind in PEOPLE


def everybody_is_in_the_picture_as_far_as_the_framing_promises(staged: Story) -> None:
    for shot, placement in placed(staged):
        if placement.who == "seat" and shot.camera.framing in ("medium", "close"):
            continue  # furniture is there for those who sit on it
        upright = is_person(staged, placement.who) and placement.pose not in ("lie", "fall")
        shares = {"wide": 1.0, "full": 1.0, "medium": 0.6 if upright else 1.0, "close": 0.33 if upright else 0.0}
        share = shares[shot.camera.framing]
        for u in MOMENTS:
            box = frame_box(shot, placement.who, u)
            assert box.y0 >= 0
            assert box.y0 + share * box.height <= 1
            if shot.camera.framing != "close" or upright:
                assert box.x0 >= 0 and box.x1 <= 1
            else:
                # of an animal the head's side
                head = box.x1 if placement.facing == "right" else box.x0
                assert 0 <= head <= 1


def a_caption_hides_nobody(staged: Story) -> None:
    for shot, placement in placed(staged):
        if not any(event.says for event in shot.events) or placement.who == "seat":
            continue
        bare = is_person(staged, placement.who) and shot.camera.framing in ("medium", "close")
        share = {"medium": 0.6, "close": 0.33}[shot.camera.framing] if bare else 0.7
        for u in MOMENTS:
            box = frame_box(shot, placement.who, u)
            assert box.y0 + share * box.height <= 0.84


def nobody_is_hidden_or_crowded(staged: Story) -> None:
    for shot in staged.shots:
        for one, other in combinations(shot.layout.placements, 2):
            if one.partner == other.who or rests_on(shot, one) or rests_on(shot, other):
                continue
            for u in MOMENTS:
                gap = max(one.at(u).x0 - other.at(u).x1, other.at(u).x0 - one.at(u).x1)
                assert gap >= 0.019


def two_who_hug_touch_and_both_can_be_seen(staged: Story) -> None:
    for shot, placement in placed(staged):
        if placement.pose == "hug":
            other = shot.layout.of(placement.partner or "")
            assert other is not None and other.partner == placement.who and other.pose == "hug"
            # arms reach around, so the boxes say little: the feet stand face to face
            mine, theirs = (feet(staged, one) for one in (placement, other))
            assert 0.01 < (theirs - mine if placement.facing == "right" else mine - theirs) < 0.1
            assert placement.depth == other.depth


def feet_are_on_the_ground(staged: Story) -> None:
    """The feet of children who sit on a seat for grown people dangle over it."""
    for shot, placement in placed(staged):
        ground, found = stage_of(staged.location(shot.location).set), staged.character(placement.who)
        sits = placement.pose == "sit" and found is not None
        level = placement.box.y1 + (dangle(found) if sits and found else 0.0) * ground.scale_at(placement.depth)
        on_seat = any(level == pytest.approx(y) for _, y in ground.seats)
        assert ground.far_ground - 1e-9 <= level <= ground.near_ground + 1e-9 or (sits and on_seat)
        if sits and is_person(staged, placement.who):
            assert on_seat or rests_on(shot, placement)
        assert placement.end_box is None or placement.end_box.y1 == placement.box.y1


def who_goes_looks_where_it_goes_at_a_believable_speed(staged: Story) -> None:
    for shot, placement in placed(staged):
        if placement.end_box is None:
            assert placement.pose not in ("walk", "run")
            continue
        way = placement.end_box.x0 - placement.box.x0
        assert placement.facing == ("right" if way > 0 else "left")
        ground = stage_of(staged.location(shot.location).set)
        speed = abs(way) / shot.seconds / ground.scale_at(placement.depth)
        slow, fast = {"walk": (0.1, 0.16), "run": (0.2, 0.26)}[placement.pose]
        # two that move together go at the pace of one of them
        assert slow * 0.8 <= speed <= fast * 1.2


def left_stays_left_all_through_a_scene(staged: Story) -> None:
    for scene in staged.scenes:
        for before, after in pairwise(scene.shots):
            both = {p.who for p in before.layout.placements} & {p.who for p in after.layout.placements}
            moving = [(shot, p) for shot in (before, after) for p in shot.layout.placements]
            if any(p.partner or rests_on(shot, p) for shot, p in moving):
                continue  # whoever hugs or sits down must come over
            if any(sum(event.action == "chase" for event in shot.events) > 1 for shot in (before, after)):
                continue  # of two who chase one, neither runs towards that one
            for one, other in combinations(sorted(both), 2):
                sides = []
                for shot in (before, after):
                    mine, theirs = shot.layout.of(one), shot.layout.of(other)
                    assert mine is not None and theirs is not None
                    sides.append(mine.box.x0 < theirs.box.x0)
                assert sides[0] == sides[1]


def camera_windows_keep_the_aspect_and_stay_on_the_painted_stage(staged: Story) -> None:
    for shot in staged.shots:
        for window in (shot.camera.start, shot.camera.end):
            assert window.width == pytest.approx(window.height)
            assert window.x0 >= LIMITS.x0 - 1e-9 and window.x1 <= LIMITS.x1 + 1e-9
            assert window.y0 >= LIMITS.y0 - 1e-9 and window.y1 <= LIMITS.y1 + 1e-9


def a_camera_move_is_what_it_is_called_and_large_enough_to_be_seen(staged: Story) -> None:
    for shot in staged.shots:
        start, end = shot.camera.start, shot.camera.end
        slide, ratio = (end.centre[0] - start.centre[0]) / start.width, end.width / start.width
        match shot.camera.move:
            case "static":
                assert start == end
            case "pan_right":
                assert slide >= 0.12 and ratio == pytest.approx(1)
            case "pan_left":
                assert slide <= -0.12 and ratio == pytest.approx(1)
            case "zoom_in":
                assert ratio <= 1 / 1.15
            case "zoom_out":
                assert ratio >= 1.15


def no_jump_cuts(staged: Story) -> None:
    """Whoever is seen again at the same place is seen in another framing or in another part of it."""
    for before, after in pairwise(staged.shots):
        subjects = [{p.who for p in shot.layout.placements} for shot in (before, after)]
        if before.location != after.location or not subjects[0] & subjects[1]:
            continue
        different = before.camera.framing != after.camera.framing
        assert different or before.camera.end.iou(after.camera.start) < 0.55


def nobody_leaves_in_silence(staged: Story) -> None:
    for shot in staged.shots:
        if shot.camera.framing in ("wide",):
            crowded = {note.what for note in staged.notes if note.where == shot.id and note.reason == "crowded"}
            there = {placement.who for placement in shot.layout.placements}
            assert {who for who in shot.present if staged.character(who)} <= there | crowded


def events_happen_during_their_shot_and_captions_one_at_a_time(staged: Story) -> None:
    for shot in staged.shots:
        assert (shot.seconds * 4) % 1 == 0
        assert all(0 <= event.start < event.end <= shot.seconds + 1e-9 for event in shot.events)
        assert [event.start for event in shot.events] == sorted(event.start for event in shot.events)
        spoken = sorted((event.start, event.end) for event in shot.events if event.says)
        assert all(before[1] < after[0] for before, after in pairwise(spoken))


PROMISES = (
    everybody_is_in_the_picture_as_far_as_the_framing_promises,
    a_caption_hides_nobody,
    nobody_is_hidden_or_crowded,
    two_who_hug_touch_and_both_can_be_seen,
    feet_are_on_the_ground,
    who_goes_looks_where_it_goes_at_a_believable_speed,
    left_stays_left_all_through_a_scene,
    camera_windows_keep_the_aspect_and_stay_on_the_painted_stage,
    a_camera_move_is_what_it_is_called_and_large_enough_to_be_seen,
    no_jump_cuts,
    nobody_leaves_in_silence,
    events_happen_during_their_shot_and_captions_one_at_a_time,
)


@settings(max_examples=80)
@given(stories())
def test_all_promises_hold_for_any_story(story: Story) -> None:
    staged = stage(story)
    for promise in PROMISES:
        promise(staged)


@settings(max_examples=15)
@given(stories())
def test_the_same_story_is_staged_the_same_way_and_staging_changes_nothing_else(story: Story) -> None:
    staged = stage(story)
    assert staged == stage(story)
    assert staged.cast == story.cast
    assert [scene.id for scene in staged.scenes] == [scene.id for scene in story.scenes]
    for before, after in zip(story.shots, staged.shots, strict=True):
        assert sorted(event.id for event in before.events) == sorted(event.id for event in after.events)


def tale(*shots: dict[str, Any], cast: tuple[Character, ...] = (), where: str = "forest", seed: int = 1) -> Story:
    made = []
    for number, fields in enumerate(shots):
        told = [
            Event.model_validate({"id": f"e{number}{at}", "action": "act", **event})
            for at, event in enumerate(fields.get("events", ()))
        ]
        made.append(Shot(id=f"shot-{number}", location="here", events=tuple(told)))
    return Story(
        id="tale", title="A tale", overview="", plot="A tale.", seed=seed,
        cast=cast or (character("mara", "woman"), character("tom", "boy"), character("rex", "dog")),
        props=(Prop(id="lamp", name="a lamp", kind="lantern"), Prop(id="table", name="a table", kind="table")),
        locations=(Location(id="here", name="here", set=where),),
        acts=(Act(id="a", title="A", scenes=(Scene(id="scene", title="S", shots=tuple(made)),)),),
    )  # fmt: skip


def test_words_that_no_caption_can_show_are_in_the_notes() -> None:
    lines = ("Zoë!", "Ask 花子.", "🗝️", "Come home.")
    plan = tale(*({"events": [{"who": "mara", "does": "talk", "says": words}]} for words in lines))
    story = stage(plan.model_copy(update={"title": "灯台"}))
    assert [(note.where, note.what, note.reason, note.shown_as, note.remark) for note in story.notes] == [
        ("plot", "灯台", "sign_not_drawable", "", False),
        (story.shots[0].id, "Zoë!", "spelled_otherwise", "Zoe!", True),
        (story.shots[1].id, "Ask 花子.", "sign_not_drawable", "Ask ….", False),
        (story.shots[2].id, "🗝️", "sign_not_drawable", "", False),
    ]
    assert [shot.events[0].says for shot in story.shots] == list(lines)
    assert stage(story) == story


def test_a_new_place_is_shown_whole_first() -> None:
    story = stage(tale({"events": [{"who": "mara", "does": "talk", "says": "Here we are."}]}))
    assert story.shots[0].camera.framing == "wide"


@pytest.mark.parametrize("seed", range(5))
def test_those_who_talk_face_each_other(seed: int) -> None:
    talk = {"events": [{"who": "mara", "does": "talk", "whom": "tom"}]}
    shot = stage(tale(talk, seed=seed)).shots[0]
    mara, tom = shot.layout.of("mara"), shot.layout.of("tom")
    assert mara is not None and tom is not None
    left, right = sorted((mara, tom), key=lambda placement: placement.box.x0)
    assert (left.facing, right.facing) == ("right", "left")


def test_what_is_used_is_in_the_hand() -> None:
    shot = stage(tale({"events": [{"who": "mara", "does": "stand", "using": "lamp"}]})).shots[0]
    mara = shot.layout.of("mara")
    assert mara is not None and mara.holds == "lamp" and mara.pose == "hold"
    assert shot.layout.of("lamp") is None


def test_a_table_stands_on_the_ground_beside_people() -> None:
    shot = stage(tale({"events": [{"who": "mara", "does": "look", "whom": "table"}]})).shots[0]
    table, mara = shot.layout.of("table"), shot.layout.of("mara")
    assert table is not None and mara is not None
    assert (mara.facing == "right") == (table.box.x0 > mara.box.x0)


def test_nobody_hugs_a_dog_like_a_person() -> None:
    shot = stage(tale({"events": [{"who": "mara", "does": "hug", "whom": "rex"}]})).shots[0]
    mara = shot.layout.of("mara")
    assert mara is not None and mara.pose == "kneel" and mara.partner is None


def runs_after(shot: Shot, last: str, first: str) -> bool:
    """Whether both go one way, look that way, and `first` is ahead."""
    back, front = shot.layout.of(last), shot.layout.of(first)
    assert back is not None and front is not None and back.end_box is not None and front.end_box is not None
    ways = [one.end_box.x0 > one.box.x0 for one in (back, front) if one.end_box is not None]
    ahead = all((front.at(u).centre[0] > back.at(u).centre[0]) == (back.facing == "right") for u in MOMENTS)
    return ways[0] == ways[1] == (back.facing == "right") == (front.facing == "right") and ahead


@pytest.mark.parametrize("main", ["rex", "tom"])
@pytest.mark.parametrize("text", ["", "Rex runs to the left.", "Rex runs to the right."])
@pytest.mark.parametrize(
    ("verb", "does", "last", "first"),
    [
        ("chase", "run", "rex", "tom"), ("follow", "walk", "rex", "tom"), ("lead", "walk", "tom", "rex"),
        ("flee", "run", "tom", "rex"),
    ],
)  # fmt: skip
def test_who_is_chased_or_followed_goes_ahead(
    verb: str, does: str, last: str, first: str, text: str, main: str
) -> None:
    deed = {"who": "rex", "does": does, "action": verb, "whom": "tom", "text": text}
    answer = {"who": "tom", "does": does, "action": "run"}
    before = {"events": [{"who": "tom", "does": "talk", "whom": "mara"}]}
    for seed in range(3):
        for told in ([deed, answer], [answer, deed]):
            story = tale({"events": told}, before, {"events": told}, seed=seed)
            cast = tuple(one.model_copy(update={"role": "main"} if one.id == main else {}) for one in story.cast)
            staged = stage(story.model_copy(update={"cast": cast}))
            assert all(runs_after(shot, last, first) for shot in (staged.shots[0], staged.shots[2]))
            ways = {f"Rex runs to the {shot.layout.placements[0].facing}." for shot in staged.shots[::2]}
            assert not text or ways == {text}


@pytest.mark.parametrize("verb", ["chase", "follow"])
def test_who_does_nothing_else_goes_ahead_of_those_who_come_after(verb: str) -> None:
    both = [{"who": who, "does": "run", "action": verb, "whom": "rex"} for who in ("mara", "tom")]
    for seed in range(6):
        shot = stage(tale({"events": both}, seed=seed)).shots[0]
        assert runs_after(shot, "mara", "rex") and runs_after(shot, "tom", "rex")


@pytest.mark.parametrize(
    ("does", "words", "way"),
    [
        ("walk", "Mara walks to the left", "left"), ("run", "Mara runs from left to right", "right"),
        ("walk", "Mara comes in from the right", "left"), ("point", "Mara points to the right", "right"),
        ("look", "Mara looks leftwards", "left"), ("walk", "Mara goes out to the left of the picture", "left"),
        ("wave", "Mara waves right, and laughs", "right"),
    ],
)  # fmt: skip
def test_who_is_told_to_go_or_point_to_a_side_does(does: str, words: str, way: str) -> None:
    for seed in range(4):
        told = {"events": [{"who": "mara", "does": does, "text": words}, {"who": "tom", "does": "stand"}]}
        story = stage(tale(told, {"events": [{"who": "tom", "does": "walk"}]}, told, seed=seed))
        for shot in (story.shots[0], story.shots[2]):
            mara = shot.layout.of("mara")
            assert mara is not None and mara.facing == way
            assert mara.end_box is None or (mara.end_box.x0 > mara.box.x0) == (way == "right")
        assert story.notes == ()


@pytest.mark.parametrize(
    ("does", "words", "noted"),
    [
        ("stand", "Mara stands to the left of Tom.", True), ("sit", "Mara sits on the right.", True),
        ("walk", "Mara walks to the left and to the right.", True), ("walk", "Mara does not go to the left.", True),
        ("look", "Mara looks to her left.", True), ("walk", "Mara left.", False),
        ("walk", "Mara walks right into the house.", False), ("talk", 'Mara says: "To the left!"', False),
        ("hold", "Mara holds a lamp in her left hand.", False), ("walk", "Mara comes to the right place.", False),
    ],
)  # fmt: skip
def test_a_side_that_no_shot_shows_is_in_the_notes(does: str, words: str, noted: bool) -> None:
    plan = tale({"events": [{"who": "mara", "does": does, "text": words}]})
    act, scene = plan.acts[0], plan.scenes[0]
    shots = tuple(shot.model_copy(update={"description": words}) for shot in scene.shots)
    acts = (act.model_copy(update={"scenes": (scene.model_copy(update={"shots": shots}),)}),)
    story = stage(plan.model_copy(update={"acts": acts}))
    assert [(note.what, note.reason, note.remark) for note in story.notes if note.where == "shot-0"] == (
        [(words, "direction_not_drawable", False)] if noted else []
    )
    assert stage(story) == story


def test_a_feeling_lasts_until_the_next_one() -> None:
    story = stage(
        tale(
            {"events": [{"who": "mara", "does": "stand", "feels": "sad"}]},
            {"events": [{"who": "mara", "does": "walk"}]},
        )
    )
    assert [shot.layout.placements[0].expression for shot in story.shots] == ["sad", "sad"]


def test_a_shot_without_events_shows_those_whom_the_scene_is_about() -> None:
    story = stage(tale({}, {"events": [{"who": "tom", "does": "wave"}]}))
    assert {placement.who for placement in story.shots[0].layout.placements} == {"tom"}


def test_too_many_people_are_left_out_with_a_note() -> None:
    crowd = tuple(character(f"man{number}", "man") for number in range(14))
    story = stage(tale({"events": [{"who": man.id, "does": "stand"} for man in crowd]}, cast=crowd))
    left_out = [note.what for note in story.notes if note.reason == "crowded"]
    there = [placement.who for placement in story.shots[0].layout.placements]
    assert left_out and len(there) >= 4
    assert sorted([*left_out, *there]) == sorted(man.id for man in crowd)


def test_longer_speeches_get_longer_shots() -> None:
    short, long = (
        stage(tale({"events": [{"who": "mara", "does": "talk", "says": words}]})).shots[0].seconds
        for words in ("No.", "I have been waiting here all night long for somebody who never came to see me again.")
    )
    assert short < long


def test_most_cameras_stand_still() -> None:
    talk = {"events": [{"who": "mara", "does": "talk", "whom": "tom", "says": "And then?"}]}
    moves = [shot.camera.move for seed in range(12) for shot in stage(tale(talk, talk, talk, seed=seed)).shots]
    assert 0.35 <= moves.count("static") / len(moves) <= 0.8
