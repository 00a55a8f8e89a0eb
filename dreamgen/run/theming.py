"""A file of themes for many stories, from a recipe's chat model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dreamgen.core.receipts import Usage
from dreamgen.engines.chat.ledger import usage
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import open_chat, ready
from dreamgen.errors import UsageError
from dreamgen.run import disk
from dreamgen.run.journal import lines
from dreamgen.run.listening import heard
from dreamgen.run.lock import locked
from dreamgen.run.watch import SILENT, Watch
from dreamgen.story.genres import Share, quotas
from dreamgen.story.theming import GenreCount, calls_for, invent


def write_themes(
    count: int, shares: Sequence[Share], chat: ChatModel, seed: int, out: Path, watch: Watch = SILENT
) -> tuple[tuple[GenreCount, ...], tuple[Usage, ...]]:
    """Writes `count` themes, or as many as the model finds, into a JSON Lines file.

    What it answers is kept in `answers_beside(out)`, so a try that was stopped goes on where it was.

    Args:
        count: how many in all.
        shares: genres and weights.
        chat: who invents.
        seed: decides what the model starts from, and the seeds of the stories.
        out: the file; replaced when it is there.
        watch: hears how it goes.

    Returns:
        Every genre against its quota, and what the calls came to, all tries together.

    Raises:
        UsageError: for no themes at all, or a model that is not named.
        ModelError: when the model can't be reached.
        BudgetSpent: when the budget does not reach; what was answered stays.
    """
    wanted = tuple((genre, number) for genre, number in quotas(count, shares))
    if count < 1:
        raise UsageError("there is nothing to invent", "Ask for one theme or more.")
    ready(chat)
    kept = answers_beside(out)
    kept.mkdir(parents=True, exist_ok=True)
    with locked(kept):
        watch.begins("themes", 1, 0)
        try:
            with heard("themes", kept, calls_for(wanted), watch):
                themes, counts = invent(open_chat(chat, kept), wanted, seed)
            disk.write_whole(out, lines(themes))
            watch.made("themes", "themes")
        finally:
            watch.ends("themes")
    return counts, usage(kept)


def answers_beside(out: Path) -> Path:
    """The folder of the model's answers, beside the file that is made of them: themes.answers for themes.jsonl."""
    return out.with_name(f"{out.stem}.answers")
