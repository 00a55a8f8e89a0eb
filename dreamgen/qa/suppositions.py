"""A reason as something that might not have been: `her feet hurt`, `if her feet had not hurt`."""

from __future__ import annotations

import re
from typing import Final

from dreamgen.language.mentions import mention
from dreamgen.language.world import World

_SUBJECT: Final = (
    r"(?:it|he|she|they|we|you|i|there|everybody|everyone|(?:the|a|an|his|her|its|their|my|our|your) [a-z]+)"
)
_BE: Final = frozenset({"was", "were", "is", "are"})
_NOT: Final = re.compile(r"\b(?:not|never|no|nobody|nothing|none|and|but|or)\b|n't\b")
_PARTICIPLES: Final = {
    "began": "begun", "broke": "broken", "brought": "brought", "came": "come", "caught": "caught", "fell": "fallen",
    "felt": "felt", "found": "found", "gave": "given", "got": "got", "grew": "grown", "heard": "heard", "hurt": "hurt",
    "knew": "known", "left": "left", "lost": "lost", "made": "made", "met": "met", "rang": "rung", "ran": "run",
    "said": "said", "sang": "sung", "saw": "seen", "slept": "slept", "spoke": "spoken", "stood": "stood",
    "stole": "stolen", "thought": "thought", "told": "told", "took": "taken", "went": "gone", "won": "won",
}  # fmt: skip
"""Past tenses and the participles that go with `had`; what is neither here nor regular is put in another way."""


def reason_in(world: World, because: str) -> str | None:
    """The reason in words that need no introduction; None where it speaks of somebody who can't be pointed out.

    Names become descriptions: the picture shows no names.
    """
    text = because.strip().rstrip(".!")
    if re.search(r"[“”\"]", text):
        return None
    for who in world.entities.values():
        if who.name and re.search(rf"\b{re.escape(who.name)}\b", text):
            named = mention(world, who.id)
            if named is None:
                return None
            text = re.sub(rf"\b{re.escape(who.name)}\b", named.text, text)
    # what is still written with a capital inside the text is a name that nobody here bears
    return None if re.search(r"(?<=[a-z,] )[A-Z](?!\b)", text) or not text else text


def unless(reason: str, who: str) -> str | None:
    """What follows `if` where the reason is taken away; None for a reason that can't be put so.

    Args:
        reason: a clause of the story: `because it had started to rain`, `to get away`, `because of the noise`.
        who: whose reason it is, in words.
    """
    text = reason.strip()
    if purpose := re.match(r"(?:in order )?to (?=[a-z])", text):
        return f"{who} had not wanted to {text[purpose.end() :]}"
    if ground := re.match(r"(?:because of|due to) (?=[a-z])", text):
        return f"it had not been for {text[ground.end() :]}"
    clause = re.match(r"(?:because|since) (?=[a-zA-Z])", text)
    if clause is None:
        return None
    said = text[clause.end() :]
    said = f"{said[:1].lower()}{said[1:]}" if not said.startswith("I ") else said
    return _denied(said) or f"it had not been true that {said}"


def _denied(clause: str) -> str | None:
    """`it had not rained` for `it rained`, where the grammar is plain."""
    found = re.match(rf"({_SUBJECT}) ([a-z]+)(?: (.*))?$", clause, flags=re.IGNORECASE)
    if found is None or _NOT.search(clause):
        return None
    subject, verb, rest = found[1], found[2], found[3] or ""
    following = rest.split(" ")[0]
    if verb in _BE:
        done = f"been {rest}"
    elif verb in {"could", "can"}:
        done = f"been able to {rest}"
    elif verb in {"had", "has", "have"}:
        after = following in _PARTICIPLES.values() or following.endswith("ed") or following == "been"
        done = rest if after else f"had {rest}"
    elif verb.endswith("ed"):
        done = f"{verb} {rest}"
    elif verb in _PARTICIPLES:
        done = f"{_PARTICIPLES[verb]} {rest}"
    else:
        return None
    return f"{subject} had not {done}".strip()
