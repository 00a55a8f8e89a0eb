"""Random worlds of claims for property tests."""

from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from dreamgen.core import claims as c
from dreamgen.core.claims import Claim
from dreamgen.core.colours import COLOURS

PEOPLE = (("mara", "woman"), ("tom", "boy"), ("jon", "old man"))
ANIMALS = (("rex", "dog"), ("leo", "lion"))
SAID = ("Who is there?", "Come home.", "I saw it first.")
ID = st.sampled_from(("c000000000001", "c000000000002", "c000000000003"))
SPANS = st.tuples(st.integers(0, 20), st.integers(1, 12)).map(lambda at: {"start": at[0] / 4, "end": sum(at) / 4})


def _who(*, animals: bool = True) -> st.SearchStrategy[str]:
    return st.sampled_from([who for who, _ in (*PEOPLE, *(ANIMALS if animals else ()))])


def _identity(pair: tuple[str, str]) -> dict[str, str]:
    category = "person" if pair in PEOPLE else "animal"
    return {"entity": pair[0], "what": pair[1], "category": category, "name": pair[0].title()}


def _pairs() -> st.SearchStrategy[dict[str, str]]:
    two = st.permutations([who for who, _ in (*PEOPLE, *ANIMALS)])
    return two.map(lambda order: {"entity": order[0], "other": order[1]})


def _options(model: type, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[Claim]:
    parts = st.tuples(SPANS, st.fixed_dictionaries(fields))
    return parts.map(lambda both: model(**both[0], **both[1]))


def _spread(
    model: type, who: st.SearchStrategy[dict[str, str]], **fields: st.SearchStrategy[object]
) -> st.SearchStrategy[Claim]:
    return st.tuples(SPANS, who, st.fixed_dictionaries(fields)).map(lambda all_: model(**all_[0], **all_[1], **all_[2]))


LOOKS = st.sampled_from(
    [("top", "coat", True), ("top", "tee", True), ("hairstyle", "long", False), ("hat", "crown", True),
     ("glasses", "glasses", False), ("hair", "red", False)]
)  # fmt: skip

SIDES = st.sampled_from(("left of", "right of", "in front of", "behind"))
FEELINGS = st.sampled_from(("happy", "sad", "angry"))
IDENTITIES = st.sampled_from((*PEOPLE, *ANIMALS)).map(_identity)

CLAIMS: dict[str, st.SearchStrategy[Claim]] = {
    "presence": _spread(c.Presence, IDENTITIES),
    "absence": _spread(c.Absence, IDENTITIES),
    "attribute": st.tuples(SPANS, _who(animals=False), LOOKS, st.sampled_from(sorted(COLOURS))).map(
        lambda a: c.Attribute(**a[0], entity=a[1], slot=a[2][0], value=a[2][1], colour=a[3] if a[2][2] else None)
    ),
    "count": _options(c.Count, what=st.sampled_from(("people", "animals")), number=st.integers(1, 5)),
    "action": _options(c.Action, entity=_who(), action=st.sampled_from(("stand", "walk", "run", "sit", "lie"))),
    "interaction": _spread(c.Interaction, _pairs(), action=st.sampled_from(("hug", "talk to", "chase", "wave at"))),
    "expression": _options(c.Expression, entity=_who(animals=False), feeling=FEELINGS),
    "relation": _spread(c.Relation, _pairs(), relation=SIDES),
    "place": _options(c.Place, place=st.sampled_from(("forest", "room", "harbour", "moon"))),
    "time_of_day": _options(c.Time, time=st.sampled_from(("day", "sunset", "night"))),
    "weather": _options(c.WeatherIs, weather=st.sampled_from(("clear", "rain", "snow"))),
    "order": _options(c.Order, first=ID, second=ID),
    "duration": _options(c.Duration, of=ID, seconds=st.integers(4, 40).map(lambda quarters: quarters / 4)),
    "movement": _options(c.Movement, entity=_who(), direction=st.sampled_from(("left", "right", "none"))),
    "camera_move": _options(c.CameraMove, move=st.sampled_from(("static", "pan_left", "zoom_in"))),
    "cut": st.integers(2, 20).map(lambda at: c.Cut(start=at / 4, end=at / 4)),
    "speech": _options(c.Speech, entity=_who(animals=False), words=st.sampled_from(SAID)),
    "cause": _options(c.Cause, effect=ID, because=st.sampled_from(("it was late", "the sea rose", "he was alone"))),
    "narration": _options(c.Narration, text=st.sampled_from(("She waits.", "He goes.", "They meet."))),
    "description": _options(c.Description, text=st.sampled_from(("A red car stops.", "Two men wave.", "It is still."))),
    "shots": _options(c.Shots, number=st.integers(1, 6)),
    "light": _options(c.Light, level=st.sampled_from(("dark", "dim", "bright"))),
    "tint": _options(c.Tint, colour=st.sampled_from(sorted(COLOURS))),
    "motion": _options(c.Motion, amount=st.sampled_from(("none", "little", "much"))),
    "loudness": _options(c.Loudness, level=st.sampled_from(("silent", "quiet", "loud"))),
}  # fmt: skip


@pytest.fixture(scope="session")
def worlds() -> st.SearchStrategy[list[Claim]]:
    """Lists of claims as a clip of a few seconds may have them; not always free of contradictions."""
    return st.lists(st.one_of(*CLAIMS.values()), min_size=1, max_size=14)


@pytest.fixture(scope="session")
def claims_by_kind() -> dict[str, st.SearchStrategy[Claim]]:
    """Random claims of each kind."""
    return CLAIMS


@pytest.fixture
def small_world() -> Callable[[], list[Claim]]:
    """A clip of ten seconds in which every kind of claim is told at least once."""

    def make() -> list[Claim]:
        walk = c.Action(start=0, end=4, entity="mara", action="walk")
        talk = c.Action(start=4, end=10, entity="tom", action="sit")
        mara = {"entity": "mara", "what": "woman", "category": "person", "name": "Mara"}
        tom = {"entity": "tom", "what": "boy", "category": "person", "name": "Tom"}
        rex = {"entity": "rex", "what": "dog", "category": "animal", "name": "Rex"}
        return [
            walk,
            talk,
            c.Presence.model_validate({"start": 0, "end": 10, **mara}),
            c.Presence.model_validate({"start": 4, "end": 10, **tom}),
            c.Absence.model_validate({"start": 0, "end": 4, **tom}),
            c.Absence.model_validate({"start": 0, "end": 10, **rex}),
            c.Attribute(start=0, end=10, entity="mara", slot="top", value="coat", colour="red"),
            c.Attribute(start=0, end=10, entity="mara", slot="hairstyle", value="long"),
            c.Count(start=0, end=4, what="people", number=1),
            c.Count(start=4, end=10, what="people", number=2),
            c.Action(start=4, end=10, entity="mara", action="wave"),
            c.Interaction(start=4, end=10, entity="mara", action="wave at", other="tom"),
            c.Expression(start=4, end=10, entity="mara", feeling="happy"),
            c.Relation(start=4, end=10, entity="mara", relation="left of", other="tom"),
            c.Place(start=0, end=10, place="harbour"),
            c.Time(start=0, end=10, time="night"),
            c.WeatherIs(start=0, end=10, weather="rain"),
            c.Order(start=0, end=10, first=walk.id, second=talk.id),
            c.Duration(start=0, end=4, of=walk.id, seconds=4),
            c.Movement(start=0, end=4, entity="mara", direction="left"),
            c.CameraMove(start=0, end=4, move="pan_left"),
            c.CameraMove(start=4, end=10, move="static"),
            c.Cut(start=4, end=4),
            c.Speech(start=4.25, end=6, entity="mara", words="Come home."),
            c.Speech(start=7, end=9, entity="tom", words="Not yet, the tide is low."),
            c.Cause(start=0, end=4, effect=walk.id, because="it was late"),
            c.Cause(start=4, end=10, effect=talk.id, because="he was tired"),
            c.Narration(start=0, end=4, text="Mara walks along the pier."),
            c.Narration(start=4, end=10, text="Tom will not come."),
            c.Description(start=0, end=4, text="A woman in a red coat walks to the left."),
            c.Shots(start=0, end=10, number=2),
            c.Light(start=0, end=10, level="dark"),
            c.Tint(start=0, end=10, colour="navy"),
            c.Motion(start=0, end=4, amount="much", direction="left"),
            c.Loudness(start=0, end=10, level="silent"),
        ]

    return make
