"""What a sentence says was not done: never ran, stopped running, no dog barked, sat without looking."""

from __future__ import annotations

from collections.abc import Sequence

from dreamgen.story.writers.phrases import Chunk, VerbGroup

_NONE = frozenset({"no", "neither"})
_ENDS_DOING = frozenset({"stop", "cease", "quit", "avoid", "skip", "miss", "escape", "resist", "refuse"})
"""What follows as a participle is not, or no longer, done."""
_NOT_TO_DO = frozenset({"refuse", "cease", "fail", "decline", "forget", "neglect"})
"""The same, as an infinitive."""
_KEEPS_FROM = frozenset({"keep", "stop", "prevent", "refrain", "hinder", "save", "hold", "abstain"})


def is_none(chunk: Chunk) -> bool:
    """Whether a phrase says that there is none: no dog."""
    if chunk.who is not None:
        return chunk.who.determiner in _NONE
    return chunk.thing is not None and chunk.thing.determiner in _NONE and bool(chunk.thing.head)


def is_denied(
    group: VerbGroup,
    governor: VerbGroup | None,
    before: Sequence[Chunk],
    subjects: Sequence[Chunk],
    objects: Sequence[Chunk],
) -> bool:
    """Whether the text says that a deed was not done.

    Args:
        group: its verb.
        governor: the verb that it hangs on, if any: `stopped` of `stopped running`.
        before: the chunks of the sentence before the verb and its subject.
        subjects: who or what does it.
        objects: to whom or what it is done.
    """
    if group.negated:
        return True
    if any(is_none(chunk) for chunk in [*subjects, *objects]):
        return True
    last = [chunk.low for chunk in before[-2:]]
    if last[-1:] == ["nor"] or (group.form == "ing" and (last[-1:] == ["without"] or last == ["instead", "of"])):
        return True
    if governor is None or governor.negated:
        return False
    if group.form == "ing":
        return governor.lemma in _ENDS_DOING or (governor.lemma in _KEEPS_FROM and last[-1:] == ["from"])
    return group.form == "inf" and governor.lemma in _NOT_TO_DO
