"""A draft as a good model would write it: two acts of two scenes of four shots."""

from __future__ import annotations

import pytest

from dreamgen.core.brief import Brief
from dreamgen.core.story import Writing
from dreamgen.story.expansion.drafts import (
    ActDraft,
    ActWork,
    Carried,
    LineDraft,
    PersonDraft,
    PlaceDraft,
    Premise,
    PropDraft,
    QuestionDraft,
    SceneDraft,
    ScenePlan,
    SceneWork,
    ShotDraft,
    StepDraft,
    StoryDraft,
)

BRIEF = Brief(text="a lost letter", sort="theme", genre="drama")
WRITING = Writing(model="scripted", prompts=())

_PREMISE = Premise(
    title="The Keeper's Letter",
    overview=(
        "Mara keeps the lighthouse of a small harbour. When the postwoman Ines brings a letter for a man who left "
        "forty years ago, Mara and her dog Biscuit set out to find old Anton, and the three of them bring him home."
    ),
    genre="Drama",
    tone="((tender)), windswept, hopeful",
    style_word="Wistful",
    cast=(
        PersonDraft(name="Mara", kind="woman", looks="a tall woman with a red coat, glasses and long black hair",
                    top="coat", colour="red", hair="black", hairstyle="long", glasses=True),
        PersonDraft(name="Anton", kind="old man", looks="a stout old man with a white beard and a green sweater",
                    top="sweater", colour="green", hair="white", beard=True),
        PersonDraft(name="Ines", kind="postwoman", looks="a slim woman with short blonde hair, a blue jacket and cap",
                    top="jacket", colour="blue", hair="blonde", hairstyle="short", hat="cap"),
        PersonDraft(name="Pepe", kind="boy", looks="a freckled boy with curly red hair and a yellow raincoat",
                    top="raincoat", colour="yellow", hair="red", hairstyle="curly"),
        PersonDraft(name="Biscuit", kind="dog", looks="a small spotted brown terrier", colour="brown"),
    ),
    places=(
        PlaceDraft(name="old harbour", set="harbour"),
        PlaceDraft(name="lamp room", set="room"),
        PlaceDraft(name="pine forest", set="forest"),
        PlaceDraft(name="hill farm", set="field"),
    ),
    props=(
        PropDraft(name="letter", kind="letter"),
        PropDraft(name="brass lantern", kind="lantern", colour="yellow"),
        PropDraft(name="bench", kind="bench"),
        PropDraft(name="apple basket", kind="basket"),
    ),
    questions=(QuestionDraft(question="Why does Mara look for Anton?", answer="A letter came forty years late."),),
)  # fmt: skip


def _step(
    who: str, does: str, whom: str | None = None, using: str | None = None, feels: str | None = None
) -> StepDraft:
    return StepDraft.model_validate({"who": who, "does": does, "whom": whom, "using": using, "feels": feels})


def _shot(text: str, framing: str, *steps: StepDraft) -> ShotDraft:
    return ShotDraft.model_validate({"text": text, "framing": framing, "steps": steps})


def _scene(
    title: str, content: str, place: str, day: int, time: str, weather: str, cast: tuple[str, ...],
    shots: tuple[ShotDraft, ...], dialogue: tuple[LineDraft, ...], carried: tuple[Carried, ...] = (),
) -> SceneWork:  # fmt: skip
    draft = SceneDraft.model_validate(
        {
            "title": title, "content": content, "place": place, "day": day, "time_of_day": time, "weather": weather,
            "cast": cast, "carried": carried, "gone": (), "questions": (),
        }
    )  # fmt: skip
    asked = QuestionDraft(question=f"What happens in {title}?", answer=content)
    return SceneWork(draft=draft, plan=ScenePlan(shots=shots, dialogue=dialogue, questions=(asked,)))


def _act(title: str, content: str, *scenes: SceneWork) -> ActWork:
    where = tuple(dict.fromkeys(scene.draft.place for scene in scenes))
    cast = tuple(dict.fromkeys(who for scene in scenes for who in scene.draft.cast))
    asked = QuestionDraft(question=f"How does {title} end?", answer=content)
    draft = ActDraft(title=title, content=content, places=where, cast=cast, gone=(), questions=(asked,))
    return ActWork(draft=draft, scenes=scenes)


_ARRIVAL = _scene(
    "A late letter", "Ines brings Mara a letter.", "old-harbour", 1, "day", "clear", ("mara", "ines", "biscuit"),
    (
        _shot("Mara stands on the quay of the old harbour while Biscuit sits beside her.", "wide",
              _step("mara", "stand", feels="calm"), _step("biscuit", "sit")),
        _shot("Ines hurries along the harbour with a letter in her hand.", "full",
              _step("ines", "hurry", using="letter", feels="worried")),
        _shot("Ines gives Mara the letter.", "medium", _step("ines", "give", "mara", "letter")),
        _shot("Mara reads the letter, surprised.", "close", _step("mara", "read", "letter", feels="surprised")),
    ),
    (
        LineDraft(shot=2, who="ines", words="Mara! This one is forty years late."),
        LineDraft(shot=4, who="mara", words="It is for Anton. He used to keep my light."),
    ),
    carried=(Carried(who="ines", what="letter"),),
)  # fmt: skip
_NIGHT = _scene(
    "By the lamp", "Mara decides to go, and Pepe comes along.", "lamp-room", 1, "night", "rain", ("mara", "pepe"),
    (
        _shot("Mara sits on the bench in the lamp room.", "full", _step("mara", "sit", "bench", feels="sad")),
        _shot("Pepe runs into the lamp room with the brass lantern.", "full",
              _step("pepe", "run", using="brass-lantern", feels="happy")),
        _shot("Pepe points at the letter in Mara's hand.", "medium", _step("pepe", "point", "mara")),
        _shot("Mara hugs Pepe.", "medium", _step("mara", "hug", "pepe", feels="happy")),
    ),
    (
        LineDraft(shot=3, who="pepe", words="Anton lives on the hill farm. I can show you!"),
        LineDraft(shot=3, who="mara", words="Then we leave at dawn."),
    ),
    carried=(Carried(who="mara", what="letter"),),
)  # fmt: skip
_FOREST = _scene(
    "Through the pines", "The three walk through the forest in the fog.", "pine-forest", 2, "day", "fog",
    ("mara", "pepe", "biscuit"),
    (
        _shot("Mara and Pepe walk through the pine forest, and Biscuit runs ahead.", "wide",
              _step("mara", "walk", "pepe"), _step("pepe", "walk", using="brass-lantern")),
        _shot("Biscuit barks at the fog.", "full", _step("biscuit", "bark")),
        _shot("Pepe trips and falls in the forest.", "full", _step("pepe", "fall", feels="surprised")),
        _shot("Mara kneels beside Pepe.", "medium", _step("mara", "kneel", "pepe", feels="worried")),
    ),
    (LineDraft(shot=4, who="pepe", words="I am fine. Listen, Biscuit has found the path."),),
    carried=(Carried(who="pepe", what="brass-lantern"), Carried(who="mara", what="letter")),
)  # fmt: skip
_FARM = _scene(
    "Forty years", "Anton gets his letter.", "hill-farm", 2, "sunset", "clear", ("mara", "pepe", "anton", "biscuit"),
    (
        _shot("Anton carries an apple basket across the field of the hill farm.", "wide",
              _step("anton", "carry", using="apple-basket", feels="calm")),
        _shot("Mara gives Anton the letter because it is his.", "medium", _step("mara", "give", "anton", "letter")),
        _shot("Anton reads the letter and weeps.", "close",
              _step("anton", "read", using="letter"), _step("anton", "weep", feels="sad")),
        _shot("Mara, Pepe and Anton dance in the field while Biscuit sits.", "wide",
              _step("mara", "dance", feels="happy"), _step("pepe", "dance", feels="happy"),
              _step("anton", "dance", feels="happy")),
    ),
    (
        LineDraft(shot=1, who="anton", words="Visitors? Up here?"),
        LineDraft(shot=2, who="mara", words="It took the long way round."),
        LineDraft(shot=3, who="anton", words="She forgave me. All this time."),
        LineDraft(shot=4, who="pepe", words="Come home with us!"),
    ),
    carried=(Carried(who="mara", what="letter"),),
)  # fmt: skip

KEEPERS_LETTER = StoryDraft(
    premise=_PREMISE,
    acts=(
        _act("The letter", "A letter comes and a journey is planned.", _ARRIVAL, _NIGHT),
        _act("The way", "They find Anton and give him his letter.", _FOREST, _FARM),
    ),
)


@pytest.fixture
def letter() -> StoryDraft:
    """The draft of The Keeper's Letter."""
    return KEEPERS_LETTER
