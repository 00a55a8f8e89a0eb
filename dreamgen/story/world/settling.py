"""Acts and scenes of a draft are put in order: who can be in them, where and when they are.

The level above decides: a scene gives way to its act, an act to the premise, what comes later to what came before. So
there is always one right answer, and it needs no model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dreamgen.story.expansion.drafts import ActDraft, ActWork, SceneDraft, StoryDraft
from dreamgen.story.expansion.ids import act_id, scene_id
from dreamgen.story.world.hours import follow_clock
from dreamgen.story.world.known import Known, known_of
from dreamgen.story.world.state import Break, Rule

_MOST_PLACES_OF_AN_ACT = 6


@dataclass
class Books:
    """What is found while a draft is read from its beginning."""

    known: Known
    """The premise."""
    breaks: list[Break] = field(default_factory=list)
    """Found so far."""
    gone: set[str] = field(default_factory=set)
    """Who is in the story no more."""

    def note(self, rule: Rule, detail: str, act: int, scene: int | None = None) -> None:
        """Writes a break down."""
        where = act_id(act + 1) if scene is None else scene_id(act + 1, scene + 1)
        self.breaks.append(Break(where=where, rule=rule, detail=detail, act=act, scene=scene))

    @property
    def living(self) -> tuple[str, ...]:
        """Who is still in the story."""
        return tuple(one for one in self.known.cast if one not in self.gone)


def settle(draft: StoryDraft) -> tuple[StoryDraft, tuple[Break, ...]]:
    """A draft whose acts and scenes can be as they are, and what was wrong with them.

    Shots and lines are left as they are, and so is what is carried, which depends on them.
    """
    acts, wrong = settle_acts(known_of(draft.premise), tuple(act.draft for act in draft.acts))
    works = tuple(work.model_copy(update={"draft": act}) for work, act in zip(draft.acts, acts, strict=True))
    settled, more = _settle_scenes(known_of(draft.premise), works)
    return draft.model_copy(update={"acts": settled}), (*wrong, *more)


def settle_acts(known: Known, acts: Sequence[ActDraft]) -> tuple[tuple[ActDraft, ...], tuple[Break, ...]]:
    """The acts of an outline as they can be, and what was wrong with them."""
    books, found = Books(known), []
    for a, act in enumerate(acts):
        places = tuple(_known_only(books, act.places, known.places, "place", a)) or (next(iter(known.places)),)
        cast = tuple(_cast(books, act.cast, a)) or books.living[:1]
        gone = tuple(_going(books, act.gone, cast, a, None, frozenset(), last=a == len(acts) - 1))
        books.gone |= set(gone)
        found.append(act.model_copy(update={"places": places, "cast": cast, "gone": gone}))
    return tuple(found), tuple(books.breaks)


def _settle_scenes(known: Known, acts: Sequence[ActWork]) -> tuple[tuple[ActWork, ...], list[Break]]:
    books, found = Books(known), []
    last = max(((a, s) for a, act in enumerate(acts) for s in range(len(act.scenes))), default=(0, 0))
    for a, work in enumerate(acts):
        needed = frozenset(one for later in acts[a + 1 :] for one in later.draft.cast)
        act, scenes = work.draft, []
        for s, scene in enumerate(work.scenes):
            draft, act = _placed(books, scene.draft, act, a, s)
            draft = _peopled(books, draft, act, (a, s), needed, is_last=(a, s) == last)
            scenes.append(scene.model_copy(update={"draft": draft}))
        books.gone |= set(act.gone)
        found.append(work.model_copy(update={"draft": act, "scenes": tuple(scenes)}))
    timed, wrong = follow_clock(known, tuple(scene.draft for work in found for scene in work.scenes))
    places = [(a, s) for a, work in enumerate(found) for s in range(len(work.scenes))]
    for at, rule, detail in wrong:
        books.note(rule, detail, *places[at])
    drafts = iter(timed)
    acted = tuple(
        work.model_copy(
            update={"scenes": tuple(scene.model_copy(update={"draft": next(drafts)}) for scene in work.scenes)}
        )
        for work in found
    )
    return acted, books.breaks


def _placed(books: Books, scene: SceneDraft, act: ActDraft, a: int, s: int) -> tuple[SceneDraft, ActDraft]:
    """A scene in a place of its act; the act gets another place where it has room for one."""
    place, known = scene.place, books.known
    if place in act.places:
        return scene, act
    if place not in known.places:
        books.note("unknown_id", f"{known.name(place)} is no place of this story", a, s)
    else:
        books.note("place_not_in_act", f"{known.name(place)} is not among the places of the act", a, s)
        if len(act.places) < _MOST_PLACES_OF_AN_ACT:
            return scene, act.model_copy(update={"places": (*act.places, place)})
    return scene.model_copy(update={"place": act.places[0]}), act


def _peopled(
    books: Books, scene: SceneDraft, act: ActDraft, at: tuple[int, int], needed: frozenset[str], *, is_last: bool
) -> SceneDraft:
    """A scene with people who can be in it."""
    a, s = at
    cast = tuple(_cast(books, scene.cast, a, s))
    if not cast:
        cast = (*(one for one in act.cast if one in books.living), *books.living)[:1]
    gone = tuple(_going(books, scene.gone, cast, a, s, needed - set(act.gone), last=is_last))
    books.gone |= set(gone)
    return scene.model_copy(update={"cast": cast, "gone": gone})


def _cast(books: Books, cast: Sequence[str], a: int, s: int | None = None) -> Iterator[str]:
    for one in _known_only(books, cast, books.known.cast, "member of the cast", a, s):
        if one in books.gone:
            books.note("gone", f"{books.known.name(one)} is dead or has left the story before", a, s)
        else:
            yield one


def _going(
    books: Books,
    gone: Sequence[str],
    cast: Sequence[str],
    a: int,
    s: int | None,
    needed: frozenset[str],
    *,
    last: bool,
) -> Iterator[str]:
    """Who really goes: those who are there, are not needed later, and leave somebody behind."""
    staying = set(books.living)
    for one in _known_only(books, gone, books.known.cast, "member of the cast", a, s):
        name = books.known.name(one)
        if one not in cast:
            books.note("not_here", f"{name} can't die or leave for good where they are not", a, s)
        elif one in needed:
            books.note("needed_later", f"{name} can't die or leave for good, a later act still has them", a, s)
        elif staying == {one} and not last:
            books.note("nobody_left", f"{name} is the last who is left, and the story goes on", a, s)
        else:
            staying.discard(one)
            yield one


def _known_only(
    books: Books, ids: Sequence[str], among: object, what: str, a: int, s: int | None = None
) -> Iterator[str]:
    for one in dict.fromkeys(ids):
        if one in among:  # type: ignore[operator]
            yield one
        else:
            books.note("unknown_id", f"{books.known.name(one)} is no {what} of this story", a, s)
