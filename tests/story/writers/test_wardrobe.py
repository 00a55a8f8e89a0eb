from __future__ import annotations

import pytest

from dreamgen.core.story import Trait
from dreamgen.core.vocabulary import Colour
from dreamgen.story.writers.looks import Said
from dreamgen.story.writers.wardrobe import Model, dress


def worn(top: Colour, seed: int) -> dict[str, str]:
    """What a woman whose top has this colour looks like."""
    said = Said({"top": Trait(slot="top", value="tee", colour=top, source="text")})
    (traits,) = dress([Model("petra", "woman", "main", said)], seed).values()
    return {trait.slot: trait.value for trait in traits}


@pytest.mark.parametrize(("top", "bare"), [("brown", {"brown", "dark"}), ("beige", {"pale", "light", "tan"})])
def test_nobody_looks_undressed(top: Colour, bare: set[str]) -> None:
    assert not {worn(top, seed)["skin"] for seed in range(40)} & bare


def test_other_clothes_go_with_every_skin() -> None:
    assert {worn("blue", seed)["skin"] for seed in range(60)} == {"pale", "light", "tan", "brown", "dark"}


def test_a_skin_that_the_plot_tells_stays() -> None:
    said = Said(
        {
            "top": Trait(slot="top", value="coat", colour="brown", source="text"),
            "skin": Trait(slot="skin", value="dark", source="text"),
        }
    )
    (traits,) = dress([Model("petra", "woman", "main", said)], 1).values()
    assert next(trait for trait in traits if trait.slot == "skin").value == "dark"
