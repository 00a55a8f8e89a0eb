"""The same plot with one lock less at a time: what each is worth, measured alike.

It repeats the contrast of DreamFrame's Table 5 (without style, without story expansion) and adds the locks that
DreamFrame does not have. A lock that is off takes the check with it by which pictures are drawn again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dreamgen.core.base import Record
from dreamgen.core.media import Style
from dreamgen.errors import UsageError
from dreamgen.metrics.contrast import Contrast, Variant, markdown
from dreamgen.run import disk
from dreamgen.run.evaluating import Weights, evaluate, open_instruments
from dreamgen.run.opened import open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import Choice, Recipe
from dreamgen.run.watch import SILENT, Watch

ABLATION = "ablation.json"
"""In the ablation's folder, with the same as a table in ablation.md."""


class Switch(Record):
    """What is switched off together."""

    name: str
    """Short: no-style."""
    words: str
    """For the table."""
    options: tuple[tuple[str, Any], ...]
    """Options of the renderer; the first one decides whether it was on at all."""


SWITCHES = (
    Switch(name="no-style", words="without style lock", options=(("style_lock", False),)),
    Switch(name="no-identity", words="without identity lock", options=(("identity_lock", False), ("likeness", -1.0))),
    Switch(name="no-layout", words="without layout lock", options=(("layout_lock", False), ("check", ""))),
    Switch(name="no-expansion", words="without story expansion", options=(("phrasing", "plot"),)),
)
"""One lock each."""


class Plan(Record):
    """One variant to make."""

    name: str
    """Also its folder."""
    words: str
    """For the table."""
    recipe: Recipe
    """With the options that it changes."""


def plans(recipe: Recipe) -> tuple[tuple[Plan, ...], tuple[tuple[str, str], ...]]:
    """The variants to make, and those that would be the same as another, with the reason.

    Raises:
        UsageError: when the renderer has no locks, or all are off already.
    """
    renderer = recipe.build("render")
    fields = type(renderer).model_fields
    if not all(option in fields for switch in SWITCHES for option, _ in switch.options):
        raise UsageError(
            f"the renderer {recipe.render.backend!r} has no locks to switch off",
            "Choose a recipe that draws with a model: --recipe sdxl",
        )
    on = [switch for switch in SWITCHES if getattr(renderer, switch.options[0][0]) != switch.options[0][1]]
    if not on:
        raise UsageError("the recipe has every lock off already", "Leave one on: --set render.style_lock=true")
    off = [(switch.name, f"{switch.options[0][0]} is off in the recipe") for switch in SWITCHES if switch not in on]
    made = [Plan(name="all", words="everything on", recipe=recipe)]
    made += [_without(recipe, switch.name, switch.words, dict(switch.options)) for switch in on]
    if len(on) > 1:
        # words for parts of the picture put the cast in its place too
        everything = {key: value for switch in on for key, value in switch.options} | {"regions": False}
        made.append(_without(recipe, "none", "everything off, words for parts too", everything))
    return tuple(made), tuple(off)


def ablate(plot: Path, recipe: Recipe, out: Path, weights: Weights, watch: Watch = SILENT) -> Contrast:
    """Draws the plot's keyframes in every variant, each in a folder of its own, and measures them.

    A variant that is there already is kept, so an ablation that was stopped goes on where it was.

    Args:
        plot: a text file.
        recipe: with everything on that is to be compared.
        out: the folder; variants go to folders in it, the table to ablation.json and ablation.md.
        weights: what to measure with.
        watch: hears how it goes.

    Raises:
        DreamgenError: for a plot, recipe or folder that does not work.
    """
    made, left_out = plans(recipe)
    for plan in made:
        plan.recipe.check()
    instruments = open_instruments(weights)
    variants: list[Variant] = []
    for plan in made:
        first = open_run(out / made[0].name).story if variants else None
        if first and plan.name == "no-style" and _unlearned(first.style):
            left_out += ((plan.name, f"the style {first.style.name!r} brings nothing learned and no pictures"),)
            continue
        watch.says(f"{plan.name}: {plan.words}")
        dream(plot, plan.recipe, out / plan.name, "render", watch)
        measured = evaluate(open_run(out / plan.name).story, instruments, watch)
        variants.append(Variant(name=plan.name, words=plan.words, measured=measured))
    title = open_run(out / made[0].name).story.story.title
    found = Contrast(title=title, variants=tuple(variants), left_out=left_out)
    disk.write_whole(out / ABLATION, found.model_dump_json(indent=1) + "\n")
    disk.write_whole(out / ABLATION.replace(".json", ".md"), markdown(found))
    return found


def _unlearned(style: Style) -> bool:
    """Whether there is nothing about a style that a lock could hold to."""
    return not (style.learned or style.loras or style.references)


def _without(recipe: Recipe, name: str, words: str, options: dict[str, Any]) -> Plan:
    render = Choice(backend=recipe.render.backend, options=tuple(_merged(recipe.render.options, options)))
    return Plan(name=name, words=words, recipe=recipe.model_copy(update={"render": render}))


def _merged(given: tuple[tuple[str, Any], ...], changes: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from (pair for pair in given if pair[0] not in changes)
    yield from changes.items()
