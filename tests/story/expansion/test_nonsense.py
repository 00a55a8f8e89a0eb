"""Whatever has the right shape becomes a story in the end: nonsense is noted, and stops nothing."""

from __future__ import annotations

import random
from typing import Any

import pytest

from dreamgen.core.brief import Brief
from dreamgen.core.story import Story, Writing
from dreamgen.engines.chat.asking import Request
from dreamgen.story.composing.compose import compose
from dreamgen.story.expansion.calls import Manner
from dreamgen.story.expansion.drafts import StoryDraft
from dreamgen.story.expansion.factors import Factors
from dreamgen.story.expansion.faith import keep_faith
from dreamgen.story.expansion.levels import expand
from dreamgen.story.expansion.mending import mend
from dreamgen.story.expansion.telling import divided
from dreamgen.story.staging import stage

BRIEFS = (
    Brief(text="a promise", sort="theme"),
    Brief(text="Mara lit the lantern. The wind blew it out at night. Tom killed the dog, and Mara left."),
)
WORDS = (
    "", "a", "Mara", "mara", "the", "...", "……", "'s", "{x}", "((", "))", "</plot>", "\u200b", "🙂", "é", "walk",
    "hug", "die", "kill", "leave", "0", "\n", "None", "act-01", "the old man", "harbour", "night",
)  # fmt: skip


def nonsense(schema: dict[str, Any], root: dict[str, Any], lot: random.Random) -> Any:
    """Any value of a schema."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return nonsense(lot.choice(schema["anyOf"]), root, lot)
    if "enum" in schema:
        return lot.choice(schema["enum"])
    if "const" in schema:
        return schema["const"]
    if schema["type"] == "object":
        return {name: nonsense(part, root, lot) for name, part in schema["properties"].items()}
    if schema["type"] == "array":
        return [
            nonsense(schema["items"], root, lot)
            for _ in range(lot.randint(schema.get("minItems", 0), schema["maxItems"]))
        ]
    if schema["type"] == "string":
        text = " ".join(lot.choice(WORDS) for _ in range(lot.randint(1, 6)))[: schema["maxLength"]]
        return text if len(text) >= schema.get("minLength", 0) else "x"
    if schema["type"] == "integer":
        return lot.randint(schema["minimum"], schema.get("maximum", 60))
    return lot.random() < 0.5 if schema["type"] == "boolean" else None


@pytest.mark.parametrize("seed", range(10))
def test_nonsense_of_the_right_shape_becomes_a_story(player: Any, seed: int) -> None:
    lot = random.Random(seed)
    brief = BRIEFS[seed % 2]

    def answer(request: Request[Any], told: Any) -> Any:
        schema = request.shape.model_json_schema()
        return nonsense(schema, schema, lot)

    model = player(answer)
    manner = Manner(dialogues=lot.random(), questions=(1, 2, 2), likeness=seed % 3 == 0)
    factors = Factors(acts=lot.randint(1, 3), scenes=lot.randint(1, 3), shots=lot.randint(1, 4))
    made = expand(model, brief, seed, divided(brief, factors), manner)
    faithful, corrected = keep_faith(brief, made.draft)
    draft, mended = mend(faithful, model, seed, 1)
    assert StoryDraft.model_validate_json(draft.model_dump_json()) == draft
    writing = Writing(model="nonsense", prompts=(), mends=(*corrected, *mended))
    story = stage(compose(draft, brief, seed, writing, made.notes))
    assert Story.model_validate_json(story.model_dump_json()) == story
    assert len(story.shots) == factors.acts * factors.scenes * factors.shots
