"""What of the words a film writes into its pictures can't be written as they are spelled."""

from __future__ import annotations

from collections.abc import Iterator

from dreamgen.core.story import Note, Story
from dreamgen.illustrator.lettering import written


def unwritten(story: Story) -> Iterator[Note]:
    """A note for each caption, and the title, that lacks a word or a sign: `sign_not_drawable`.

    Where every word is there and only its spelling is not, as in `Zoe` for `Zoë`, it is a remark: `spelled_otherwise`.
    """
    lines = [(shot.id, event.says) for shot in story.shots for event in shot.events if event.says]
    for where, words in (("plot", story.title), *lines):
        shown = written(words)
        if shown.words != words:
            reason = "spelled_otherwise" if shown.whole else "sign_not_drawable"
            yield Note(where=where, what=words, reason=reason, shown_as=shown.words, remark=shown.whole)
