"""Pairs of any form, to be marked."""

from __future__ import annotations

from dreamgen.core.pairs import Form, InstructionPair, Program


def pair(name: str, form: Form, *texts: str, options: tuple[str, ...] = (), **more: object) -> InstructionPair:
    """Human and assistant in turn; of a choice the last text is the right option."""
    roles = ("human", "assistant") * (len(texts) // 2)
    turns = [{"role": role, "text": text} for role, text in zip(roles, texts, strict=True)]
    told = {"turns": turns, "options": options, "answer_index": options.index(texts[-1]) if options else None, **more}
    return InstructionPair.model_validate(
        {"id": name, "clip": "c", "task": "t", "form": form, "claims": ("x",), "program": Program(name="p"), **told}
    )
