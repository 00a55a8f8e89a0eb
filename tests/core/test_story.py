import pytest
from pydantic import ValidationError

from dreamgen.core.layout import Box, Layout, Placement
from dreamgen.core.story import Act, Character, DraftQuestion, Event, Location, Note, Prop, Scene, Shot, Story, Trait

MARA = Character(
    id="mara",
    name="Mara",
    kind="woman",
    role="main",
    traits=(Trait(slot="top", value="coat", colour="red", source="text"), Trait(slot="hair", value="grey")),
)
BRUNO = Character(id="bruno", name="Bruno", kind="dog", stand_in_for="dragon")
LANTERN = Prop(id="lantern", name="an old lantern", kind="lantern")


def shot(name: str, *events: Event, **more: object) -> Shot:
    return Shot.model_validate({"id": name, "location": "pier", "events": events, **more})


def event(name: str, who: str, **more: object) -> Event:
    return Event.model_validate({"id": name, "who": who, "does": "stand", "action": "stand", **more})


def story(*shots: Shot, **more: object) -> Story:
    half = (len(shots) + 1) // 2
    scenes = (
        Scene(id="scene-01", title="One", shots=shots[:half]),
        Scene(id="scene-02", title="Two", shots=shots[half:]),
    )
    return Story.model_validate(
        {
            "id": "tale",
            "title": "A tale",
            "overview": "Mara waits.",
            "plot": "Mara waits.",
            "seed": 7,
            "cast": (MARA, BRUNO),
            "props": (LANTERN,),
            "locations": (Location(id="pier", name="the pier", set="harbour"),),
            "acts": (Act(id="act-1", title="All", scenes=scenes),),
            **more,
        }
    )


def test_a_story_survives_a_trip_through_json() -> None:
    placed = Layout(placements=(Placement(who="mara", box=Box(x0=0, y0=0, x1=1, y1=1), holds="lantern"),))
    told = story(
        shot("shot-01", event("e1", "mara", using="lantern", says="Who is there?")),
        shot("shot-02", event("e2", "bruno", whom="mara"), layout=placed),
        notes=(Note(where="bruno", what="a dragon", reason="no_such_animal", shown_as="dog"),),
    )
    assert Story.model_validate_json(told.model_dump_json()) == told


def test_everybody_and_everything_can_be_found() -> None:
    told = story(shot("shot-01"), shot("shot-02"))
    assert told.character("mara") == MARA
    assert told.character("lantern") is None
    assert told.prop("lantern") == LANTERN
    assert told.location("pier").set == "harbour"
    assert MARA.trait("top") is not None and MARA.trait("hat") is None
    with pytest.raises(KeyError):
        told.location("moon")


def test_a_shot_names_those_who_are_in_its_events_once() -> None:
    named = shot("shot-01", event("e1", "mara", whom="bruno"), event("e2", "bruno", whom="mara", using="lantern"))
    assert named.present == ("mara", "bruno", "lantern")


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"cast": (MARA, MARA)}, "share the id mara"),
        ({"props": (Prop(id="mara", name="a doll", kind="gift"),)}, "share the id mara"),
        ({"locations": (Location(id="hill", name="a hill", set="field"),)}, "'pier', which is not a location"),
    ],
)
def test_a_story_with_a_broken_reference_is_refused(broken: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        story(shot("shot-01"), shot("shot-02"), **broken)


def test_a_shot_can_not_name_strangers() -> None:
    with pytest.raises(ValidationError, match="shot-01 names"):
        story(shot("shot-01", event("e1", "nobody")))
    with pytest.raises(ValidationError, match="shot-02 names"):
        stranger = Placement(who="nobody", box=Box(x0=0, y0=0, x1=1, y1=1))
        story(shot("shot-01"), shot("shot-02", layout=Layout(placements=(stranger,))))


def test_two_events_can_not_share_an_id() -> None:
    with pytest.raises(ValidationError, match="events share the id e1"):
        story(shot("shot-01", event("e1", "mara")), shot("shot-02", event("e1", "mara")))


def test_a_story_can_be_cut_down_to_some_scenes() -> None:
    told = story(shot("shot-01"), shot("shot-02"), shot("shot-03"))
    part = told.only(["scene-02"])
    assert [scene.id for scene in part.scenes] == ["scene-02"]
    assert part.cast == told.cast
    assert told.only([]).acts == ()


def test_the_first_shots_keep_the_notes_that_speak_of_them() -> None:
    notes = tuple(
        Note(where=where, what="a dragon", reason="no_such_animal") for where in ("plot", "bruno", "shot-01", "shot-03")
    )
    whole = story(*(shot(f"shot-0{number}", event(f"e{number}", "mara")) for number in (1, 2, 3)), notes=notes)
    short = whole.first(1)
    assert [one.id for one in short.shots] == ["shot-01"]
    assert [note.where for note in short.notes] == ["plot", "shot-01"]
    assert whole.first(3) is whole


def test_the_first_shots_keep_those_whom_their_events_and_layouts_name() -> None:
    box = Box(x0=0, y0=0, x1=1, y1=1)
    held = Layout(placements=(Placement(who="mara", box=box, holds="lantern"),))
    whole = story(
        shot("shot-01", event("e1", "mara")),
        shot("shot-02", layout=held),
        shot("shot-03", event("e3", "mara", whom="bruno"), location="hill"),
        locations=(
            Location(id="pier", name="the pier", set="harbour"),
            Location(id="hill", name="a hill", set="meadow"),
        ),
    )
    assert (whole.first(1).cast, whole.first(1).props) == ((MARA,), ())
    assert (whole.first(2).cast, whole.first(2).props) == ((MARA,), (LANTERN,))
    assert [place.id for place in whole.first(2).locations] == ["pier"]
    assert whole.first(3).cast == (MARA, BRUNO)


def test_the_first_shots_keep_the_questions_about_them_and_the_whole() -> None:
    asked = tuple(
        DraftQuestion(node=node, level=level, question="Why?", answer="So.")
        for node, level in (("tale", "story"), ("scene-01", "scene"), ("scene-02", "scene"))
    )
    whole = story(shot("shot-01"), shot("shot-02"), questions=asked)
    assert [one.node for one in whole.first(1).questions] == ["tale", "scene-01"]
