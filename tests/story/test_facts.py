"""Claims of small films whose truth is drawn here as plain boxes."""

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
import pytest
from pycocotools import mask as coco

from dreamgen.core import claims as c
from dreamgen.core.claims import Claim
from dreamgen.core.layout import Box, Camera, Layout, Placement
from dreamgen.core.media import Brush, Clip, MaskFrame, Masklet, MediaRef, Span, Style
from dreamgen.core.story import Act, Character, Event, Location, Prop, Scene, Shot, Story, Trait
from dreamgen.core.twins import false_twins
from dreamgen.story.directions import misdirected
from dreamgen.story.facts import claims_of, film_claims

SIZE, FPS = (256, 144), 8
FILE = MediaRef(path="clips/scene.mp4", sha256="0" * 64)
TITLE_FRAMES = 16

MARA = Character(
    id="mara",
    name="Mara",
    kind="woman",
    traits=(
        Trait(slot="top", value="coat", colour="red"),
        Trait(slot="bottom", value="trousers", colour="navy"),
        Trait(slot="shoes", value="boots", colour="brown"),
        Trait(slot="hair", value="grey"),
        Trait(slot="hairstyle", value="bob"),
        Trait(slot="glasses", value="glasses"),
    ),
)
TOM = Character(
    id="tom",
    name="Tom",
    kind="boy",
    traits=(Trait(slot="hat", value="cap", colour="green"), Trait(slot="hair", value="black")),
)
REX = Character(
    id="rex", name="the dragon", kind="dog", stand_in_for="dragon",
    traits=(Trait(slot="coat", value="spotted", colour="brown"),),
)  # fmt: skip
LAMP = Prop(id="lamp", name="a lamp", kind="lantern", colour="yellow")

C = TypeVar("C", bound=Claim)


def box(x: float, width: float = 0.06, feet: float = 0.9, height: float = 0.4) -> Box:
    return Box(x0=x - width / 2, y0=feet - height, x1=x + width / 2, y1=feet)


def at(who: str, x: float, **more: Any) -> Placement:
    shape = {key: more.pop(key) for key in ("width", "feet", "height") if key in more}
    to = more.pop("to", None)
    end = None if to is None else box(to, **shape)
    return Placement(who=who, box=box(x, **shape), end_box=end, **more)


def window(x: float, y: float, width: float) -> Box:
    return Box(x0=x - width / 2, y0=y - width / 2, x1=x + width / 2, y1=y + width / 2)


def still(framing: str, x: float, y: float, width: float) -> Camera:
    where = window(x, y, width)
    return Camera.model_validate({"framing": framing, "start": where, "end": where})


def shot(number: int, *placements: Placement, where: str = "wood", **more: Any) -> Shot:
    events = tuple(
        Event.model_validate({"id": f"e{number}{n}", "action": "act", "end": 2.0, **event})
        for n, event in enumerate(more.pop("events", ()))
    )
    fields = {"id": f"shot-{number}", "location": where, "layout": Layout(placements=placements), "seconds": 2.0}
    return Shot.model_validate(fields | {"events": events} | more)


def tale(*scenes: tuple[Shot, ...]) -> Story:
    told = tuple(Scene(id=f"scene-{n}", title="A scene", shots=shots) for n, shots in enumerate(scenes))
    return Story(
        id="tale", title="A tale", overview="Mara looks for Tom.", plot="A tale.", seed=1, cast=(MARA, TOM, REX),
        props=(LAMP,), acts=(Act(id="act-1", title="All", scenes=told),),
        locations=(
            Location(id="wood", name="the wood", set="forest"),
            Location(id="home", name="home", set="room"),
            Location(id="cave", name="the cave", set="forest", stand_in_for="cave"),
        ),
    )  # fmt: skip


def filmed(story: Story, first: int = 0) -> tuple[Clip, dict[str, Masklet]]:
    """The clip of all shots, and its truth: every body fills its box, nearer ones hide farther ones."""
    spans, masks = [], dict[str, list[MaskFrame]]()
    for told in story.shots:
        length = round(told.seconds * FPS)
        spans.append(Span(shot=told.id, first=first, stop=first + length))
        for frame in range(length):
            for who, pixels, visible in drawn(told, frame / FPS / told.seconds):
                rows, columns = np.nonzero(pixels)
                masks.setdefault(who, []).append(
                    MaskFrame(
                        frame=first + frame,
                        rle=coco.encode(np.asfortranarray(pixels.astype(np.uint8)))["counts"].decode(),
                        box=Box(
                            x0=columns.min() / SIZE[0], x1=(columns.max() + 1) / SIZE[0],
                            y0=rows.min() / SIZE[1], y1=(rows.max() + 1) / SIZE[1],
                        ),
                        visible=visible,
                    )
                )  # fmt: skip
        first += length
    clip = Clip(id="clip", video=FILE, fps=FPS, size=SIZE, frames=first, spans=tuple(spans), masklets=FILE)
    return clip, {who: Masklet(entity=who, size=SIZE, frames=tuple(found)) for who, found in masks.items()}


def drawn(told: Shot, u: float) -> list[tuple[str, np.ndarray[Any, Any], float]]:
    numbers = np.zeros((SIZE[1], SIZE[0]), int)
    placements, whole = told.layout.placements, {}
    for number, placement in sorted(enumerate(placements, start=1), key=lambda entry: -entry[1].depth):
        seen = told.layout.frame_box(placement.who, told.camera, u)
        assert seen is not None
        rows = slice(max(0, round(seen.y0 * SIZE[1])), max(0, round(seen.y1 * SIZE[1])))
        columns = slice(max(0, round(seen.x0 * SIZE[0])), max(0, round(seen.x1 * SIZE[0])))
        numbers[rows, columns] = number
        whole[number] = numbers[rows, columns].size
    return [
        (placement.who, numbers == number, float((numbers == number).sum()) / whole[number])
        for number, placement in enumerate(placements, start=1)
        if (numbers == number).any()
    ]


def told(story: Story, style: Style | None = None) -> tuple[Claim, ...]:
    clip, masklets = filmed(story)
    return claims_of(story, clip, masklets, style)


def only(kind: type[C], claims: tuple[Claim, ...]) -> list[C]:
    return [claim for claim in claims if isinstance(claim, kind)]


def spans(claims: list[Any]) -> list[tuple[float, float]]:
    return [(claim.start, claim.end) for claim in claims]


def test_who_is_seen_is_present_and_who_is_not_is_absent() -> None:
    claims = told(tale((shot(1, at("mara", 0.5)),)))
    (mara,) = only(c.Presence, claims)
    assert (mara.entity, mara.what, mara.category, mara.name) == ("mara", "woman", "person", "Mara")
    assert {(gone.entity, gone.start, gone.end) for gone in only(c.Absence, claims)} == {("tom", 0, 2), ("rex", 0, 2)}


def test_a_stand_in_is_described_as_what_is_drawn_and_not_by_its_name() -> None:
    (rex,) = only(c.Presence, told(tale((shot(1, at("rex", 0.5)),))))
    assert (rex.what, rex.category, rex.name) == ("dog", "animal", None)


def test_who_is_tiny_is_neither_present_nor_absent_nor_counted() -> None:
    claims = told(tale((shot(1, at("mara", 0.3), at("tom", 0.7, width=0.02, height=0.02)),)))
    assert [claim.entity for claim in only(c.Presence, claims)] == ["mara"]
    assert "tom" not in {claim.entity for claim in only(c.Absence, claims)}
    assert not [count for count in only(c.Count, claims) if count.what == "people"]


def test_who_is_hidden_is_neither_present_nor_absent() -> None:
    hidden = shot(1, at("mara", 0.5, depth=0.2), at("tom", 0.53, depth=0.8))
    claims = told(tale((hidden,)))
    assert "tom" not in {claim.entity for claim in only(c.Presence, claims)}
    assert "tom" not in {claim.entity for claim in only(c.Absence, claims)}


def test_what_goes_on_over_a_cut_is_one_claim() -> None:
    claims = told(tale((shot(1, at("mara", 0.5)), shot(2, at("mara", 0.4), at("tom", 0.6)))))
    assert spans([claim for claim in only(c.Presence, claims) if claim.entity == "mara"]) == [(0, 4)]
    assert spans([claim for claim in only(c.Absence, claims) if claim.entity == "tom"]) == [(0, 2)]
    assert spans(only(c.Place, claims)) == [(0, 4)]
    assert spans(only(c.Cut, claims)) == [(2, 2)]


def test_who_comes_back_is_present_twice() -> None:
    claims = told(tale((shot(1, at("mara", 0.5)), shot(2, at("tom", 0.5)), shot(3, at("mara", 0.5)))))
    assert spans([claim for claim in only(c.Presence, claims) if claim.entity == "mara"]) == [(0, 2), (4, 6)]


def test_counts_are_of_people_and_animals() -> None:
    claims = told(tale((shot(1, at("mara", 0.2), at("tom", 0.5), at("rex", 0.8)), shot(2, at("tom", 0.5)))))
    counts = {(count.what, count.start, count.end, count.number) for count in only(c.Count, claims)}
    assert counts == {("people", 0, 2, 2), ("people", 2, 4, 1), ("animals", 0, 2, 1)}


def test_a_wide_shot_shows_large_garments_and_a_full_one_shoes() -> None:
    wide = told(tale((shot(1, at("mara", 0.5)),)))
    full = told(tale((shot(1, at("mara", 0.5), camera=still("full", 0.5, 0.7, 0.5)),)))
    slots = [{look.slot for look in only(c.Attribute, claims)} for claims in (wide, full)]
    assert {"top", "bottom"} <= slots[0] and "glasses" not in slots[0]
    assert {"top", "bottom", "shoes", "hair", "glasses"} <= slots[1]


def test_a_close_up_shows_no_legs_and_no_shoes() -> None:
    claims = told(tale((shot(1, at("mara", 0.5), camera=still("close", 0.5, 0.56, 0.18)),)))
    slots = {look.slot for look in only(c.Attribute, claims)}
    assert {"hair", "glasses"} <= slots
    assert slots.isdisjoint({"bottom", "shoes"})
    assert not only(c.Place, claims)


def test_a_look_keeps_value_and_colour() -> None:
    looks = {look.slot: look for look in only(c.Attribute, told(tale((shot(1, at("mara", 0.5)),))))}
    assert (looks["top"].value, looks["top"].colour) == ("coat", "red")


def test_hair_under_a_cap_is_not_told() -> None:
    claims = told(tale((shot(1, at("tom", 0.5), camera=still("full", 0.5, 0.7, 0.5)),)))
    assert {look.slot for look in only(c.Attribute, claims)} == {"hat"}


def test_an_animal_has_a_coat() -> None:
    (coat,) = only(c.Attribute, told(tale((shot(1, at("rex", 0.5)),))))
    assert (coat.slot, coat.value, coat.colour) == ("coat", "spotted", "brown")


def test_walking_is_told_only_of_those_who_are_seen_to_move() -> None:
    goes = told(tale((shot(1, at("mara", 0.3, to=0.6, pose="walk")),)))
    stays = told(tale((shot(1, at("mara", 0.3, pose="walk")),)))
    assert [act.action for act in only(c.Action, goes)] == ["walk"]
    assert [move.direction for move in only(c.Movement, goes)] == ["right"]
    assert only(c.Action, stays) == []


def test_the_camera_s_own_motion_is_taken_off() -> None:
    pan = Camera(move="pan_right", start=window(0.4, 0.6, 0.6), end=window(0.6, 0.6, 0.6), framing="full")
    stands = told(tale((shot(1, at("mara", 0.5), camera=pan),)))
    follows = told(tale((shot(1, at("mara", 0.4, to=0.6, pose="walk"), camera=pan),)))
    assert [move.direction for move in only(c.Movement, stands)] == ["none"]
    assert [move.direction for move in only(c.Movement, follows)] == ["right"]
    assert [move.move for move in only(c.CameraMove, stands)] == ["pan_right"]


def test_a_move_that_is_too_small_to_be_seen_is_not_told() -> None:
    nudge = Camera(move="pan_right", start=window(0.5, 0.6, 0.6), end=window(0.53, 0.6, 0.6), framing="full")
    assert only(c.CameraMove, told(tale((shot(1, at("mara", 0.5), camera=nudge),)))) == []


def test_legs_that_are_cut_off_do_not_walk() -> None:
    medium = still("medium", 0.5, 0.6, 0.3)
    claims = told(tale((shot(1, at("mara", 0.45, to=0.55, pose="walk"), camera=medium),)))
    assert only(c.Action, claims) == []


def test_a_feeling_is_told_where_the_face_is_large() -> None:
    sad = at("mara", 0.5, expression="sad")
    wide, close = told(tale((shot(1, sad),))), told(tale((shot(1, sad, camera=still("close", 0.5, 0.56, 0.18)),)))
    assert only(c.Expression, wide) == []
    assert [claim.feeling for claim in only(c.Expression, close)] == ["sad"]


def test_those_who_talk_to_each_other_face_each_other() -> None:
    talk = ({"who": "mara", "does": "talk", "whom": "tom"},)
    camera = still("full", 0.5, 0.7, 0.5)

    def spoken(facing: str) -> list[tuple[str, str, str]]:
        mara = at("mara", 0.4, pose="talk", facing=facing)
        claims = told(tale((shot(1, mara, at("tom", 0.6), events=talk, camera=camera),)))
        return [(claim.entity, claim.action, claim.other) for claim in only(c.Interaction, claims)]

    assert spoken("right") == [("mara", "talk to", "tom")]
    assert spoken("left") == []


def test_a_chase_has_two_who_run_one_way() -> None:
    chase = ({"who": "rex", "does": "run", "action": "chase", "whom": "tom"},)
    rex, tom = at("rex", 0.2, to=0.5, pose="run"), at("tom", 0.4, to=0.7, pose="run")
    claims = told(tale((shot(1, rex, tom, events=chase),)))
    assert [(claim.entity, claim.action) for claim in only(c.Interaction, claims)] == [("rex", "chase")]
    behind = at("tom", 0.1, to=0.4, pose="run")
    claims = told(tale((shot(1, at("rex", 0.4, to=0.7, pose="run"), behind, events=chase),)))
    assert only(c.Interaction, claims) == []
    other_way = at("tom", 0.7, to=0.4, pose="run")
    claims = told(tale((shot(1, at("rex", 0.2, to=0.35, pose="run"), other_way, events=chase),)))
    assert only(c.Interaction, claims) == []


def test_left_and_right_need_a_clear_distance_all_the_time() -> None:
    def sides(*placements: Placement) -> list[tuple[str, str, str]]:
        claims = told(tale((shot(1, *placements),)))
        return [(claim.entity, claim.relation, claim.other) for claim in only(c.Relation, claims)]

    assert sides(at("mara", 0.3), at("tom", 0.6)) == [("mara", "left of", "tom")]
    assert sides(at("tom", 0.3), at("mara", 0.6)) == [("mara", "right of", "tom")]
    assert sides(at("mara", 0.45), at("tom", 0.55)) == []
    assert sides(at("mara", 0.2, to=0.5, pose="walk"), at("tom", 0.6)) == []


def test_depth_is_told_where_it_is_plain() -> None:
    near, far = at("mara", 0.3, depth=0.1), at("tom", 0.6, depth=0.9, feet=0.8)
    claims = told(tale((shot(1, near, far),)))
    assert "in front of" in {claim.relation for claim in only(c.Relation, claims)}
    level = told(tale((shot(1, at("mara", 0.3), at("tom", 0.6)),)))
    assert {claim.relation for claim in only(c.Relation, level)} == {"left of"}


def test_light_and_weather_are_told_outdoors_and_where_the_painter_shows_them() -> None:
    night: dict[str, Any] = {"time_of_day": "night", "weather": "rain"}
    wood, home = tale((shot(1, at("mara", 0.5), **night),)), tale((shot(1, at("mara", 0.5), where="home", **night),))
    noir = Style(name="noir", words="ink", painter="noir")
    assert [claim.time for claim in only(c.Time, told(wood))] == ["night"]
    assert [claim.weather for claim in only(c.WeatherIs, told(wood))] == ["rain"]
    assert not only(c.Time, told(home)) and not only(c.WeatherIs, told(home))
    assert only(c.Time, told(wood, noir)) == []
    brown = Style(name="brown", words="", painter="flat", brush=Brush(saturation=0.0, tones=("#301c10", "#f6e6c6")))
    assert only(c.Time, told(wood, brown)) == []
    assert [claim.place for claim in only(c.Place, told(home))] == ["room"]


def test_speech_has_the_time_of_its_caption() -> None:
    says = ({"who": "mara", "does": "talk", "says": "Come home.", "start": 0.25, "end": 1.5},)
    claims = told(tale((shot(1, at("tom", 0.5)), shot(2, at("mara", 0.5, pose="talk"), events=says))))
    (speech,) = only(c.Speech, claims)
    assert (speech.entity, speech.words, speech.start, speech.end) == ("mara", "Come home.", 2.25, 3.5)


@pytest.mark.parametrize(
    ("says", "read"),
    [("Où est la clé — 18 € 🗝️?", ["Ou est la cle - 18 EUR ?"]), ("Ask 花子.", ["Ask …."]), ("花子さん！", []),
     ("2 + 2 ≠ 5, Zoë.", ["2 + 2 … 5, Zoe."])],
)  # fmt: skip
def test_speech_has_the_words_that_can_be_read_in_the_picture(says: str, read: list[str]) -> None:
    event = ({"who": "mara", "does": "talk", "says": says, "start": 0.25, "end": 1.5, "because": "it is late"},)
    claims = told(tale((shot(1, at("mara", 0.5, pose="talk"), events=event),)))
    assert [claim.words for claim in only(c.Speech, claims)] == read
    assert len(only(c.Cause, claims)) == len(read)


def test_what_the_story_tells_has_the_spelling_of_the_plot_and_what_is_read_that_of_the_picture() -> None:
    event = ({"who": "mara", "does": "talk", "says": "Zoë!", "start": 0.25, "end": 1.5},)
    claims = told(tale((shot(1, at("mara", 0.5, pose="talk"), events=event, description="Mara calls Zoë."),)))
    assert [claim.text for claim in only(c.Narration, claims)] == ["Mara calls Zoë."]
    assert [claim.words for claim in only(c.Speech, claims)] == ["Zoe!"]


def test_speech_ends_where_its_caption_ends() -> None:
    event = ({"who": "mara", "does": "talk", "says": "Come home, dear. " * 30 + "Now!", "start": 0.25, "end": 1.5},)
    (speech,) = only(c.Speech, told(tale((shot(1, at("mara", 0.5, pose="talk"), events=event),))))
    assert speech.words.startswith("Come home, dear. Come home") and speech.words.endswith("...")
    assert len(speech.words) < 150


def test_nobody_speaks_from_outside_the_picture() -> None:
    says = ({"who": "mara", "does": "talk", "says": "Come home.", "start": 0.25, "end": 1.5},)
    assert only(c.Speech, told(tale((shot(1, at("tom", 0.5), events=says),)))) == []


def test_a_reason_belongs_to_a_deed_that_is_seen() -> None:
    because = ({"who": "mara", "does": "wave", "because": "she was glad"},)
    claims = told(tale((shot(1, at("mara", 0.5, pose="wave"), events=because),)))
    (cause,) = only(c.Cause, claims)
    assert cause.because == "she was glad"
    assert cause.effect in {act.id for act in only(c.Action, claims)}
    hidden = told(tale((shot(1, at("tom", 0.5), events=because),)))
    assert only(c.Cause, hidden) == []


def test_order_duration_and_cause_name_claims_that_exist() -> None:
    because = ({"who": "mara", "does": "sit", "because": "she was tired"},)
    claims = told(
        tale(
            (shot(1, at("mara", 0.3, to=0.6, pose="walk")), shot(2, at("mara", 0.5, pose="sit"), events=because)),
            (shot(3, at("tom", 0.5, pose="wave"), where="home"),),
        )
    )
    known = {claim.id: claim for claim in claims}
    orders, durations = only(c.Order, claims), only(c.Duration, claims)
    assert orders and durations
    for order in orders:
        assert known[order.second].start - known[order.first].start >= 0.5
    for duration in durations:
        lasting = known[duration.of]
        assert duration.seconds == pytest.approx(lasting.end - lasting.start)
    assert {cause.effect for cause in only(c.Cause, claims)} <= set(known)


def test_order_and_duration_are_told_of_the_whole_clip_so_that_their_span_gives_nothing_away() -> None:
    claims = told(
        tale(
            (shot(1, at("rex", 0.5)), shot(2, at("mara", 0.3, to=0.6, pose="walk"))),
            (shot(3, at("tom", 0.5, pose="wave"), where="home"), shot(4, at("mara", 0.5, pose="sit"))),
        )
    )
    known = {claim.id: claim for claim in claims}
    orders, durations = only(c.Order, claims), only(c.Duration, claims)
    assert len(orders) > 1 and len(durations) > 1
    assert {(claim.start, claim.end) for claim in (*orders, *durations)} == {(0, 8)}
    timed: tuple[Claim, ...] = (*orders, *durations)
    twins = tuple(twin for claim in timed for twin in false_twins(claim, claims))
    for order in (*orders, *only(c.Order, twins)):
        assert order.start != known[order.first].start
    for duration in (*durations, *only(c.Duration, twins)):
        assert duration.seconds < duration.end - duration.start


def test_what_is_done_twice_has_no_one_beginning() -> None:
    wave, sit = at("mara", 0.5, pose="wave"), at("tom", 0.5, pose="sit")
    claims = told(tale((shot(1, at("rex", 0.5)), shot(2, wave), shot(3, sit), shot(4, wave))))
    waves = {claim.id for claim in only(c.Action, claims) if claim.action == "wave"}
    assert len(waves) == 2 and not any({order.first, order.second} & waves for order in only(c.Order, claims))


def test_nothing_is_timed_that_fills_the_clip() -> None:
    assert only(c.Duration, told(tale((shot(1, at("mara", 0.5, pose="wave")),)))) == []


def test_nothing_is_timed_whose_end_is_in_doubt() -> None:
    tiny = at("mara", 0.5, width=0.02, height=0.02)
    claims = told(tale((shot(1, at("mara", 0.5)), shot(2, tiny))))
    presences = {claim.id for claim in only(c.Presence, claims)}
    assert presences and not any(claim.of in presences for claim in only(c.Duration, claims))


def test_words_of_the_plot_are_told_unless_something_else_is_drawn() -> None:
    here = told(tale((shot(1, at("mara", 0.5), description="Mara waits."),)))
    cave = told(tale((shot(1, at("mara", 0.5), where="cave", description="Mara waits in the cave."),)))
    unseen = ({"who": "mara", "does": "stand", "action": "wait", "seen": False},)
    other = told(tale((shot(1, at("mara", 0.5), events=unseen, description="Mara waits."),)))
    assert [claim.text for claim in only(c.Narration, here)] == ["Mara waits."]
    assert only(c.Narration, cave) == only(c.Narration, other) == []


def test_a_piece_of_a_sentence_that_goes_on_in_the_next_shot_is_not_told() -> None:
    texts = ("Mara waits.", "Some days later, resting in the park", "she was found.", "She waved.")
    claims = told(tale(tuple(shot(n, at("mara", 0.5), description=text) for n, text in enumerate(texts, start=1))))
    assert [claim.text for claim in only(c.Narration, claims)] == ["Mara waits.", "She waved."]


def test_words_that_name_a_side_are_told_only_where_it_is_shown() -> None:
    def narrated(words: str) -> list[str]:
        walks = ({"who": "mara", "does": "walk", "text": words},)
        story = tale((shot(1, at("mara", 0.2, to=0.6, pose="walk"), events=walks, description=words),))
        return [claim.text for claim in only(c.Narration, told(noted(story)))]

    def noted(story: Story) -> Story:
        return story.model_copy(update={"notes": tuple(misdirected(story))})

    assert narrated("Mara walks to the right.") == ["Mara walks to the right."]
    assert narrated("Mara walks to the left.") == narrated("Mara walks on the right of Tom.") == []


def test_words_about_somebody_outside_of_the_picture_are_not_told() -> None:
    rests = ({"who": "tom", "does": "lie", "action": "rest", "text": "Tom rests."},)
    outside = told(tale((shot(1, at("mara", 0.5), events=rests, description="Tom rests."),)))
    inside = told(tale((shot(1, at("mara", 0.3), at("tom", 0.6), events=rests, description="Tom rests."),)))
    assert only(c.Narration, outside) == []
    assert [claim.text for claim in only(c.Narration, inside)] == ["Tom rests."]


def test_a_clip_without_masks_tells_nothing_of_anybody() -> None:
    story = tale((shot(1, at("mara", 0.5)), shot(2, at("tom", 0.5))))
    clip, _ = filmed(story)
    claims = claims_of(story, clip.model_copy(update={"masklets": None}), {})
    assert {claim.kind for claim in claims} <= {"place", "time_of_day", "weather", "cut", "camera_move"}


def test_claims_are_the_same_in_any_order_of_masklets_and_have_ids_of_their_own() -> None:
    story = tale((shot(1, at("mara", 0.3), at("tom", 0.6)), shot(2, at("tom", 0.5))))
    clip, masklets = filmed(story)
    backwards: Mapping[str, Masklet] = dict(reversed(masklets.items()))
    claims = claims_of(story, clip, masklets)
    assert claims == claims_of(story, clip, backwards)
    assert len({claim.id for claim in claims}) == len(claims)
    assert [claim.start for claim in claims] == sorted(claim.start for claim in claims)


def test_the_film_tells_what_its_scenes_tell_at_later_times_and_more() -> None:
    first, second = (shot(1, at("mara", 0.5, pose="wave")),), (shot(2, at("tom", 0.5, pose="sit"), where="home"),)
    story = tale(first, second)
    film, masklets = filmed(story, first=TITLE_FRAMES)
    claims = film_claims(story, film, masklets)
    presences = {(claim.entity, claim.start, claim.end) for claim in only(c.Presence, claims)}
    assert presences == {("mara", 2, 4), ("tom", 4, 6)}
    assert [cut.at for cut in only(c.Cut, claims)] == [2, 4]
    assert ("people", 2, 6, 2) in {(n.what, n.start, n.end, n.number) for n in only(c.Count, claims)}
    assert "Mara looks for Tom." in {claim.text for claim in only(c.Narration, claims)}
    known = {claim.id: claim for claim in claims}
    told_orders = {(known[o.first].kind, known[o.second].kind) for o in only(c.Order, claims)}
    assert {("place", "place"), ("presence", "presence"), ("action", "action")} <= told_orders
