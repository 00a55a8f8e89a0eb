"""A shot in words for a text-to-image model: the prompt, what to avoid, and words for every character's own place.

SDXL's text encoders read 77 tokens at once, two of which are theirs. What matters most comes first, and where every
character has a region of its own, the prompt for the whole picture tells fewer looks and less of the place until it
fits; a region must fit, and does without some of the style's words first. Nothing else is cut off: the engine encodes a
longer prompt in pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from dreamgen.core.layout import Placement
from dreamgen.core.media import Style
from dreamgen.core.naming import unnamed
from dreamgen.core.story import Character, Event, Shot, Story
from dreamgen.core.tokens import LIMIT, clip_tokens
from dreamgen.illustrator import set_names, stage_of
from dreamgen.render.looks import a, counted, is_person, listed, thing, who, words
from dreamgen.render.templates import filled

_ALL = 12  # more traits than anybody has

Plan = Literal["staged", "plot"]
"""staged: what the plan shows, in our words; plot: the plot's own words, with looks for names, and no more."""

Count = Callable[[str], int]
"""How many tokens a text has."""

_WORD = 8
"""Tokens that a learned word may take beyond its one: it may have several vectors."""


@dataclass(frozen=True)
class Phrase:
    """One picture in words."""

    prompt: str
    negative: str
    regions: tuple[tuple[str, str], ...] = ()
    """Entity id, and the words for its own place."""


def phrase(
    story: Story, shot: Shot, style: Style, seen: Collection[str], *, plan: Plan = "staged", regions: bool = False,
    learned: bool = True, count: Count = clip_tokens,
) -> Phrase:  # fmt: skip
    """What a picture of the middle of a shot shows.

    Args:
        story: has the cast, the props and the places.
        shot: staged.
        style: its learned word, or else its words.
        seen: ids of everybody and everything that the picture shows.
        plan: where the words come from.
        regions: whether every character has a place of its own for its words.
        learned: False leaves the style's learned word unused.
        count: how many tokens a text has for the model.
    """
    look = style_words(style, learned)
    cast = [character for character in story.cast if character.id in seen]
    people = any(is_person(character) for character in cast)
    negative = _negative(style, "" if people else "people")
    if plan == "plot":
        told = unnamed(shot.description or story.location(shot.location).name, story.cast, seen)
        return Phrase(joined(look, told), negative)
    at = shot.seconds / 2
    room = LIMIT - (_WORD if look.endswith(":") else 0)
    slots = {
        **_surroundings(story, shot, people), "things": _things(story, shot, seen), "style": look,
        "count": counted(cast),
    }  # fmt: skip
    if not regions:
        return Phrase(_prompt(story, shot, cast, slots, at, _ALL), negative)
    plain = {**slots, "place": slots["place"].partition(" with ")[0]}
    shorter = ((slots, _ALL), (slots, 5), (slots, 3), (plain, 3), (plain, 2), (plain, 1))
    prompts = (_prompt(story, shot, cast, told, at, most) for told, most in shorter)
    word = style.learned.word if style.learned is not None and learned else ""
    short = f"in {word} style" if word else look
    own = tuple((one.id, _fitting(_regions(story, shot, one, short, at), room, count)) for one in cast)
    return Phrase(_fitting(prompts, room, count), negative, own)


def _fitting(texts: Iterator[str], room: int, count: Count) -> str:
    """The first of some texts, from the longest to the shortest, that has room; else the last."""
    text = ""
    for text in texts:
        if count(text) <= room:
            break
    return text


def _prompt(story: Story, shot: Shot, cast: list[Character], slots: dict[str, str], t: float, most: int) -> str:
    """The words for the whole picture, with at most so many traits a character."""
    told = [f"{who(one, shot.camera.framing, most)}, {_doing(story, shot, one, t)}" for one in cast]
    return filled("keyframe", {**slots, "cast": "; ".join(told)})


def phrase_portrait(character: Character, style: Style, learned: bool = True) -> Phrase:
    """Somebody alone, from head to feet, on a plain grey ground."""
    look = style_words(style, learned)
    return Phrase(
        filled("portrait", {"style": look, "who": who(character)}), _negative(style, "scenery, several views")
    )


def _negative(style: Style, absent: str) -> str:
    """What not to show, each thing once."""
    pieces = filled("negative", {"style": style.negative, "absent": absent}).split(", ")
    return ", ".join(dict.fromkeys(piece.strip() for piece in pieces))


def style_words(style: Style, learned: bool = True) -> str:
    """How pictures of a style are asked for; with a learned word, as DreamFrame does."""
    if style.learned is not None and learned:
        return f"generate an image in {style.learned.word} style:"
    return style.words.strip(" ,")


def joined(look: str, rest: str) -> str:
    """The style's words before others."""
    return " ".join(filter(None, (look if look.endswith(":") or not look else f"{look},", rest.strip())))


def entity_words(story: Story, entity: str) -> str:
    """What somebody or something is called when it is looked for in a picture: `a woman`, `a red lantern`."""
    character, prop = story.character(entity), story.prop(entity)
    if character is not None:
        return a(character.kind)
    assert prop is not None, "a story refers to its own cast and props only"
    return thing(prop)


def _surroundings(story: Story, shot: Shot, people: bool) -> dict[str, str]:
    place = story.location(shot.location).set
    indoor = place in set_names() and stage_of(place).indoor
    return {
        "place": words()["sets"].get(place, f"in {a(place)}"),
        "time": words()["time_indoors" if indoor else "time"][shot.time_of_day],
        "weather": "" if indoor else words()["weather"][shot.weather],
        "framing": words()["framing" if people else "framing_of_animals"][shot.camera.framing],
    }


def _things(story: Story, shot: Shot, seen: Collection[str]) -> str:
    """What stands on the stage; what is in a hand goes with who holds it."""
    held = {placement.holds for placement in shot.layout.placements}
    props = [prop for prop in story.props if prop.id in seen and prop.id not in held]
    return listed([thing(prop) for prop in props]) if props else ""


def _doing(story: Story, shot: Shot, one: Character, t: float) -> str:
    """`walking, facing left, with a sad face`."""
    placement = shot.layout.of(one.id)
    if placement is None:  # seen without a place of its own
        return str(words()["doing"]["stand"])
    doing: str = words()["doing"][placement.pose]
    if not is_person(one):
        doing = words()["doing_animal"].get(one.kind, {}).get(placement.pose, doing)
    other = _towards(story, shot, one.id, placement, t)
    held = story.prop(placement.holds) if placement.holds else None
    parts = (
        f"{doing} {other}".strip(),
        f"holding {thing(held)}" if held is not None else "",
        f"facing {placement.facing}",
        words()["feeling"][placement.expression],
    )
    return ", ".join(filter(None, parts))


def _towards(story: Story, shot: Shot, one: str, placement: Placement, t: float) -> str:
    """`to the old man`: whom or what the pose is about, when that is in the plan."""
    event = _event(shot, one, placement, t)
    aim = placement.partner or (event.whom if event is not None else None)
    link = words()["towards"].get(placement.pose)
    if aim is None or link is None or aim == one:
        return ""
    character, prop = story.character(aim), story.prop(aim)
    noun = character.kind if character else prop.kind if prop else ""
    return f"{link} the {noun}".strip() if noun else ""


def _event(shot: Shot, one: str, placement: Placement, t: float) -> Event | None:
    """What it does at that time, if that is what its body shows."""
    own = [event for event in shot.events if event.who == one and event.does == placement.pose]
    now = [event for event in own if event.start <= t <= event.end]
    return next(iter(now or own), None)


def _regions(story: Story, shot: Shot, one: Character, look: str, t: float) -> Iterator[str]:
    """Somebody's own words, with ever fewer of the style's, then with fewer looks, then with nothing but the kind."""
    doing, framing, parts = _doing(story, shot, one, t), shot.camera.framing, look.split(", ")
    text = f"{who(one, framing)}, {doing}"
    for kept in range(len(parts), -1, -1):
        yield filled("region", {"who": text, "style": ", ".join(parts[:kept])})
    for most in (5, 3, 2, 1):
        yield f"{who(one, framing, most)}, {doing}"
    yield who(one, framing, 1)
    yield a(one.kind)
