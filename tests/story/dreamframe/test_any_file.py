"""Whatever stands in a file of the right shape, it becomes a story and comes out as it came in."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dreamgen.story.dreamframe.exporting import info_of
from dreamgen.story.dreamframe.file import Piece, StoryInfo, parse, written
from dreamgen.story.dreamframe.importing import story_of
from dreamgen.story.staging import stage

WORDS = st.sampled_from(
    [
        "Darius", "Rigby\u2019s", "rose", "Rose", "a man looks like Sean Bean in green", "a guard", "two women", "they",
        "is standing", "walks", "holding a sword", "is hugging", "In the hall,", "At the Town Square,", "in her hand",
        "looking sad", ",", ".", "(", "*", "\\1", "\u201chello\u201d", "[/red]", "<b>", "\u0000", "naïve", "# Title",
        "\n\n",
    ]
)  # fmt: skip
TEXT = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
FRAME = st.tuples(st.sampled_from(["generate an image in Dark style: ", "generate an image on ", ""]), TEXT).map(
    "".join
)
LOOKS = st.dictionaries(
    st.sampled_from(["Darius", "Rose", "Baron Rigby", "(Bob)", "the King", "王"]),
    st.sampled_from(["a man looks like Sean Bean in green", "a woman in blue", "a dog", "an old man (tall) in red*"]),
    max_size=4,
)
PIECES = st.lists(
    st.builds(Piece, sort=st.just("frame"), text=FRAME) | st.builds(Piece, sort=st.just("dialogue"), text=TEXT),
    max_size=6,
)


@settings(max_examples=25)
@given(LOOKS, PIECES, FRAME, st.integers(0, 9))
def test_any_frames_become_shots_and_come_out_again(
    looks: dict[str, str], pieces: list[Piece], last: str, questions: int
) -> None:
    kept = [piece for piece in pieces if piece.text.strip()]
    info = StoryInfo(
        looks=tuple(looks.items()),
        pieces=(*kept, Piece(sort="frame", text=last if last.strip() else "x")),
        questions=(("Who?", "He."),) * questions,
        overview="'It' is so.",
    )
    assert parse(written(info), "file") == info
    story = story_of(info, "untitled")
    assert len(story.shots) == len(info.frames) == len(stage(story).shots)
    assert info_of(story) == info
