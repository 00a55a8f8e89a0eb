"""Drafts for tests: a small one that is right, and what the rules writer's stories would have been as drafts."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

from dreamgen.core.brief import Brief
from dreamgen.core.story import Character, Event, Shot
from dreamgen.story.expansion.drafts import (
    ActDraft,
    ActWork,
    Carried,
    LineDraft,
    PersonDraft,
    PlaceDraft,
    Premise,
    PropDraft,
    SceneDraft,
    ScenePlan,
    SceneWork,
    ShotDraft,
    StepDraft,
    StoryDraft,
)
from dreamgen.story.expansion.ids import ids_of
from dreamgen.story.expansion.telling import divided
from dreamgen.story.world.plot import bare
from dreamgen.story.writers.rules import RulesWriter

CAST = ("Mara", "Tom", "Aldo")


def premise(**changes: Any) -> Premise:
    """Mara, Tom and Aldo between the old harbour and the dark wood, with a lantern, a key and a bench."""
    given: dict[str, Any] = {
        "title": "The Lantern",
        "overview": "Mara looks for Tom.",
        "genre": "drama",
        "tone": "((quiet)), {Misty}",
        "style_word": "Misty",
        "cast": tuple(
            PersonDraft(name=name, kind=kind, looks=f"a {kind}")
            for name, kind in zip(CAST, ("woman", "man", "old man"), strict=True)
        ),
        "places": (PlaceDraft(name="old harbour", set="harbour"), PlaceDraft(name="dark wood", set="forest")),
        "props": (
            PropDraft(name="lantern", kind="lantern"),
            PropDraft(name="key", kind="key"),
            PropDraft(name="bench", kind="bench"),
        ),
        "questions": (),
    }
    return Premise(**(given | changes))


def step(text: str, **more: Any) -> StepDraft:
    """`mara give tom lantern`: who, does (`_` for a blank), whom and using; `-` for nobody."""
    who, does, *rest = text.split()
    whom, using = [*(None if one == "-" else one for one in rest), None, None][:2]
    return StepDraft(who=who, does=does.replace("_", " "), whom=whom, using=using, **more)


def shot(*steps: str, text: str = "They are seen.") -> ShotDraft:
    """A shot of these steps."""
    return ShotDraft(text=text, framing="full", steps=tuple(step(one) for one in steps))


def scene(*shots: ShotDraft, carried: str = "", lines: str = "", **changes: Any) -> SceneWork:
    """Mara and Tom at the harbour by day; `carried` is `mara=lantern`, `lines` is `1=tom 2=mara`."""
    given: dict[str, Any] = {
        "title": "At the Harbour",
        "content": "They meet.",
        "place": "old-harbour",
        "day": 1,
        "time_of_day": "day",
        "weather": "clear",
        "cast": ("mara", "tom"),
        "carried": tuple(Carried(who=one.split("=")[0], what=one.split("=")[1]) for one in carried.split()),
        "gone": (),
        "questions": (),
    }
    said = tuple(
        LineDraft(shot=int(one.split("=")[0]), who=one.split("=")[1], words="Look there!") for one in lines.split()
    )
    plan = ScenePlan(shots=shots, dialogue=said, questions=()) if shots else None
    return SceneWork(draft=SceneDraft(**(given | changes)), plan=plan)


def act(*scenes: SceneWork, **changes: Any) -> ActWork:
    """An act with everybody in both places."""
    given: dict[str, Any] = {
        "title": "One",
        "content": "They meet.",
        "places": ("old-harbour", "dark-wood"),
        "cast": ("mara", "tom", "aldo"),
        "gone": (),
        "questions": (),
    }
    return ActWork(draft=ActDraft(**(given | changes)), scenes=scenes)


def story(*parts: ActWork | SceneWork) -> StoryDraft:
    """Acts, or the scenes of one act."""
    acts = [part for part in parts if isinstance(part, ActWork)]
    scenes = [part for part in parts if isinstance(part, SceneWork)]
    return StoryDraft(premise=premise(), acts=(*acts, *([act(*scenes)] if scenes else [])))


def right_story() -> StoryDraft:
    """Nothing in it is impossible: things are taken, given, left behind; somebody comes, sleeps, dies."""
    return story(
        act(
            scene(
                shot("mara take lantern", "tom look mara"),
                shot("mara give tom lantern"),
                shot("tom hold lantern", "tom point mara lantern"),
                shot("tom sleep", "mara look tom"),
                shot("mara wake tom", "tom stand"),
                shot("aldo enter", "aldo hug mara"),
                lines="2=mara 6=aldo",
                cast=("mara", "tom", "aldo"),
            ),
            scene(
                shot("tom walk - lantern", text="In the moonlight Tom walks."),
                shot("tom drop lantern", "mara grab lantern"),
                shot("tom leave", "mara wave"),
                carried="tom=lantern",
                place="dark-wood",
                time_of_day="night",
            ),
        ),
        act(
            scene(
                shot("mara raise lantern", "aldo sit_down - -"),
                shot("aldo die", "mara hug aldo"),
                shot("aldo lie", "mara weep"),
                day=2,
                cast=("mara", "aldo"),
                gone=("aldo",),
            ),
            scene(shot("mara sit bench", "tom sit bench"), day=2, time_of_day="night", weather="rain"),
            gone=("aldo",),
        ),
    )


def as_draft(plot: str) -> StoryDraft:
    """What the rules writer's story of a plot would have been as a model's draft."""
    written = RulesWriter().write(Brief(text=plot), 1, Path())
    sentences = divided(Brief(text=plot), None).sentences
    made = Premise(
        title=written.title[:40],
        overview=written.overview[:600],
        genre="drama",
        tone="((plain)), {Plain}",
        style_word="Plain",
        cast=tuple(_person(one) for one in written.cast),
        places=tuple(PlaceDraft(name=one.name.removeprefix("the ")[:40], set=one.set) for one in written.locations),
        props=tuple(PropDraft(name=one.name[:40], kind=one.kind, colour=one.colour) for one in written.props),
        questions=(),
    )
    ids = ids_of(made)
    known = dict(zip([one.id for one in written.cast], ids.cast, strict=True))
    known |= dict(zip([one.id for one in written.props], ids.props, strict=True))
    places = dict(zip([one.id for one in written.locations], ids.places, strict=True))
    last, works = 1, []
    for _, row in groupby(written.shots, key=lambda one: (one.location, one.time_of_day, one.weather)):
        shots = [one for one in row if one.events]
        told = [number for one in shots if (number := _number(one, sentences, last))]
        if not shots:
            continue
        span = (min(told), max(told)) if told else None
        last = max([last, *told])
        works.append(_work(shots, known, places, span))
    return StoryDraft(premise=made, acts=(_whole(made, tuple(works)),))


def _whole(made: Premise, works: tuple[SceneWork, ...]) -> ActWork:
    ids = ids_of(made)
    draft = ActDraft(title="All", content="All.", places=ids.places[:6], cast=ids.cast[:8], gone=(), questions=())
    return ActWork(draft=draft, scenes=works)


def _person(one: Character) -> PersonDraft:
    told = {trait.slot: trait for trait in one.traits}
    animal = "coat" in told
    top = told.get("coat" if animal else "top")
    return PersonDraft(
        name=one.name[:40],
        kind=one.kind,
        looks=f"a {one.kind}",
        top=None if animal or top is None else top.value,
        colour=top.colour if top else None,
        hair=told["hair"].value if "hair" in told else None,
        hairstyle=told["hairstyle"].value if "hairstyle" in told else None,
        hat=told["hat"].value if "hat" in told else None,
        glasses="glasses" in told,
        beard="beard" in told,
    )


def _number(one: Shot, sentences: tuple[str, ...], last: int) -> int | None:
    """Which sentence a shot tells: the first from the last one on that shares its words."""
    row = set(bare(one.description))
    scored = [(len(row & set(bare(text))), -number) for number, text in enumerate(sentences, 1) if number >= last]
    best = max(scored, default=(0, 0))
    return -best[1] if best[0] >= max(1, len(row) // 2) else None


def _work(shots: list[Shot], known: dict[str, str], places: dict[str, str], told: tuple[int, int] | None) -> SceneWork:
    cast = tuple(dict.fromkeys(known[event.who] for one in shots for event in one.events))
    lines = tuple(
        LineDraft(shot=number, who=known[event.who], words=event.says[:200])
        for number, one in enumerate(shots, start=1)
        for event in one.events
        if event.says
    )
    drafts = tuple(
        ShotDraft(text="It is seen.", framing="full", steps=tuple(_step(event, known) for event in one.events[:3]))
        for one in shots
    )
    first = shots[0]
    draft = SceneDraft(
        title="Scene",
        content="It happens.",
        place=places[first.location],
        day=1,
        time_of_day=first.time_of_day,
        weather=first.weather,
        cast=cast[:6],
        carried=(),
        gone=(),
        questions=(),
    )
    return SceneWork(draft=draft, plan=ScenePlan(shots=drafts, dialogue=lines, questions=()), told=told)


def _step(event: Event, known: dict[str, str]) -> StepDraft:
    return StepDraft(
        who=known[event.who],
        does=event.action[:24],
        whom=known[event.whom] if event.whom else None,
        using=known[event.using] if event.using else None,
        feels=event.feels,
    )
