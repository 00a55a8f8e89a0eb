"""How a language model wrote a story: what it was asked, what that came to, and what had to be mended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dreamgen.core.base import Record
from dreamgen.core.receipts import Usage
from dreamgen.core.story import Mend, Story
from dreamgen.engines.chat.ledger import usage
from dreamgen.run.filming import ANSWERS


@dataclass(frozen=True)
class Written:
    """The account of one story."""

    model: str
    """Its name, of a folder with weights the folder's own name alone; or where the story comes from, when it was
    written elsewhere."""
    usage: tuple[Usage, ...]
    """By prompt, all tries of the run's folder together."""
    prompts: tuple[tuple[str, str], ...]
    """File and fingerprint."""
    mends: tuple[Mend, ...]
    """Steps that could not happen as written, in the order of the story."""
    likenesses: tuple[str, ...]
    """Real persons whom somebody of the cast was made to look like."""
    questions: int
    """Questions with answers that the model drafted; nothing has checked them."""

    @property
    def elsewhere(self) -> bool:
        """Whether no prompt of ours had a part in it: it was brought in."""
        return not self.prompts

    @property
    def calls(self) -> int:
        """Calls that were answered."""
        return sum(one.calls for one in self.usage)

    @property
    def failed(self) -> int:
        """Calls that came back with an error, or not at all."""
        return sum(one.failed for one in self.usage)

    @property
    def tokens_in(self) -> int:
        """Of the answered calls."""
        return sum(one.tokens_in for one in self.usage)

    @property
    def tokens_out(self) -> int:
        """Of the answered calls."""
        return sum(one.tokens_out for one in self.usage)

    @property
    def outcomes(self) -> tuple[int, int]:
        """How many steps were repaired, and how many dropped."""
        counted = Counter(mend.outcome for mend in self.mends)
        return counted["repaired"], counted["dropped"]


class Authors(Record):
    """Who wrote stories, as a dataset's card says; each name once."""

    writers: tuple[str, ...] = ()
    """Language models."""
    sources: tuple[str, ...] = ()
    """Where those come from that were written elsewhere."""
    likenesses: tuple[str, ...] = ()
    """Real persons whom somebody of the cast was made to look like."""

    def with_story(self, story: Story) -> Authors:
        """And of one more story."""
        by = story.writing
        return self + Authors(
            writers=(model_name(by.model),) if by and by.prompts else (),
            sources=(by.model,) if by and not by.prompts else (),
            likenesses=likenesses(story),
        )

    def __add__(self, other: Authors) -> Authors:
        """Of both together."""
        mine, others = self.model_dump(), other.model_dump()
        return Authors(**{what: tuple(dict.fromkeys((*mine[what], *others[what]))) for what in mine})

    def told(self) -> dict[str, Any]:
        """As fields of a card."""
        return {
            "writer": ", ".join(self.writers), "source": ", ".join(self.sources), "likenesses": self.likenesses,
        }  # fmt: skip


def written(story: Story, run: Path) -> Written | None:
    """The account of a story; None where no model wrote it.

    Args:
        story: the plan.
        run: the run's folder, with the ledger.
    """
    if story.writing is None:
        return None
    spent = usage(run / ANSWERS) if story.writing.prompts else ()
    return Written(
        model=model_name(story.writing.model),
        usage=tuple(one.model_copy(update={"model": model_name(one.model)}) for one in spent),
        prompts=story.writing.prompts,
        mends=story.writing.mends,
        likenesses=likenesses(story),
        questions=len(story.questions),
    )


def likenesses(story: Story) -> tuple[str, ...]:
    """Real persons whom somebody of the cast was made to look like, each once."""
    return tuple(dict.fromkeys(one.likeness for one in story.cast if one.likeness))


def model_name(model: str) -> str:
    """What a model is called where others read it: of a folder on this machine its last part alone."""
    local = model.startswith(("/", "./", "../", "~")) or "\\" in model or Path(model).is_dir()
    return Path(model.replace("\\", "/")).name if local else model
