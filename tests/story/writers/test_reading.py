"""Raw text becomes clean sentences."""

from __future__ import annotations

from time import process_time

import pytest

from dreamgen.story.writers.reading import clean, read


def sentences(text: str) -> list[str]:
    return [sentence.text for sentence in read(text).sentences]


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("A dog barks.[2] A cat[citation needed] runs.[a]", "A dog barks. A cat runs."),
        ("“Go,” she said. It’s late…", '"Go," she said. It\'s late...'),
        ("One\r\nTwo\rThree", "One\nTwo\nThree"),
        ("\ufeffA\u00a0dog\u200b barks", "A dog barks"),
        ("The **big** dog _ran_ to [Mara](http://x.org/a).", "The big dog ran to Mara."),
        ("A dog <b>barks</b> at https://example.org now.", "A dog barks at now."),
        ("A d\0og\x07 barks", "A dog barks"),
        ("He ran—fast.", "He ran - fast."),
    ],
)
def test_marks_that_are_not_words_are_cleaned_away(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Smith met Dr. J. R. Jones. They ran.", ["Mr. Smith met Dr. J. R. Jones.", "They ran."]),
        ('"Run. Hide. Now," he said. She left.', ['"Run. Hide. Now," he said.', "She left."]),
        ('"Spare me!" begged the Mouse. "Please."', ['"Spare me!" begged the Mouse.', '"Please."']),
        ("It cost 3.50 euros. Really?! Yes.", ["It cost 3.50 euros.", "Really?!", "Yes."]),
        ("He waited... and waited. Then he left.", ["He waited... and waited.", "Then he left."]),
        ("A wrapped line\nthat goes on. End.", ["A wrapped line that goes on.", "End."]),
        ("An old silent pond\nA frog jumps in", ["An old silent pond", "A frog jumps in"]),
        ("- A dog runs\n- A cat sleeps", ["A dog runs", "A cat sleeps"]),
    ],
)
def test_a_text_is_cut_into_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "# The Tale\n\nA dog runs.",
        "The Tale\n========\nA dog runs.",
        "The Tale\n\nA dog runs.",
        "Title: The Tale\nA dog runs.",
    ],
)
def test_the_first_heading_is_the_title(text: str) -> None:
    reading = read(text)
    assert reading.title == "The Tale"
    assert [sentence.text for sentence in reading.sentences] == ["A dog runs."]


def test_chapters_are_headings_of_sections() -> None:
    reading = read("Chapter One\n\nA dog runs.\n\nChapter Two\n\nA cat sleeps.")
    assert reading.title is None
    assert reading.headings == ("Chapter One", "Chapter Two")
    assert [sentence.section for sentence in reading.sentences] == [0, 1]


def test_a_text_in_capitals_is_lowered_but_for_names() -> None:
    assert sentences("THE OLD KEEPER MET TOM. HE WAS HAPPY.") == ["The old keeper met Tom.", "He was happy."]


@pytest.mark.parametrize("gap", [" ", "\n", "\n\n"])
def test_a_book_is_read_in_seconds(gap: str) -> None:
    told = ("Mara walks to the old harbour.", '"Only two?" she asked.', "Mr. Hart waits by the sea.")
    began = process_time()
    assert [one.text for one in read(gap.join(told * 1500)).sentences] == list(told * 1500)
    assert process_time() - began < 10
