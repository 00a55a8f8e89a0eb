from __future__ import annotations

from dreamgen.metrics.consistency import Consistency, Identity, Score
from dreamgen.metrics.contrast import Contrast, Variant, markdown, notes_of, rows_of
from dreamgen.metrics.resampling import Mean


def variant(name: str, by: str, value: float, of: str = "") -> Variant:
    mean = Mean(value=value, low=value - 0.1, high=value + 0.1, n=3)
    scores = (Score(what="pairs", by=by, model="", mean=mean), Score(what="change", by=by, model="", mean=mean))
    likeness = Mean(value=value / 2, low=None, high=None, n=1)
    identities = tuple(
        Identity(entity=who, by=by, model="", mean=likeness, worst=worst, worst_shot="shot-01")
        for who, worst in (("mara", 0.2), ("dog", 0.1))
    )
    measured = Consistency(keyframes=3, of=of or name, scores=scores, identities=identities, skipped=0)
    return Variant(name=name, words=f"the one called {name}", measured=measured)


def test_published_numbers_stand_beside_the_same_measure_only() -> None:
    by_clip = Contrast(title="Lost Dog", variants=(variant("all", "clip", 0.8), variant("no-layout", "clip", 0.7)))
    by_colours = Contrast(title="Lost Dog", variants=(variant("all", "colours", 0.8),))
    head, first, second = rows_of(by_clip)
    assert head[-1] == "DreamFrame CLIP"
    assert (first[-1], second[-1]) == ("0.8304", "–")
    assert not any("DreamFrame" in text for text in next(rows_of(by_colours)))
    assert any("neither CLIP nor LPIPS" in note for note in notes_of(by_colours))


def test_the_table_shows_intervals_where_there_is_room() -> None:
    contrast = Contrast(title="Lost Dog", variants=(variant("all", "clip", 0.8),))
    _, wide = rows_of(contrast)
    _, narrow = rows_of(contrast, intervals=False)
    assert wide[1:4] == ("0.8000 (0.7000–0.9000)", "0.8000 (0.7000–0.9000)", "0.4000 (worst 0.1000)")
    assert narrow[1:4] == ("0.8000", "0.8000", "0.4000")


def test_variants_with_the_same_pictures_are_told() -> None:
    same = Contrast(title="", variants=(variant("all", "clip", 0.8, "x"), variant("no-style", "clip", 0.8, "x")))
    assert any(note.startswith("no-style drew the very pictures of all") for note in notes_of(same))


def test_what_was_not_made_is_told_in_the_file() -> None:
    contrast = Contrast(
        title="Lost Dog", variants=(variant("all", "clip", 0.8),), left_out=(("no-style", "style_lock is off"),)
    )
    text = markdown(contrast)
    assert "- Not made: no-style, because style_lock is off." in text
    columns = {line.count("|") for line in text.splitlines() if line.startswith("|")}
    assert len(columns) == 1
