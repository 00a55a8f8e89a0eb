import shutil
from pathlib import Path

import numpy as np
import pytest

from dreamgen.core.claims import (
    CameraMove,
    Cause,
    Claim,
    Cut,
    Duration,
    Narration,
    Order,
    Place,
    Presence,
    Speech,
)
from dreamgen.core.media import Footage
from dreamgen.engines.imaging import resized
from dreamgen.engines.video import encode_segment
from dreamgen.errors import DreamgenError
from dreamgen.illustrator import caption
from dreamgen.verify.verifiers.pixels import PixelsVerifier

SIZE, FPS = (512, 288), 12
WORDS, LATER = "Where is my lantern?", "It is under the old bridge"


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """Two seconds that stand still and two that pan to the right, with a caption in each; nobody is there."""
    lot = np.random.default_rng(2)
    still, wide = (resized(lot.integers(0, 255, (30, 60, 3), np.uint8), 660, 330) for _ in range(2))
    frames = [_captioned(still[:288, :512], WORDS if i > 5 else "") for i in range(24)]
    frames += [_captioned(wide[:288, 4 * i : 4 * i + 512], LATER if i > 5 else "") for i in range(24)]
    video = tmp_path_factory.mktemp("film") / "film.mp4"
    video.write_bytes(encode_segment(frames, FPS, SIZE))
    return Footage("film", video, {})


def _captioned(image: np.ndarray, words: str) -> np.ndarray:
    if not words:
        return np.ascontiguousarray(image)
    strip = caption(words, *SIZE)
    share = strip[..., 3:] / 255
    return (image * (1 - share) + strip[..., 2::-1] * share).astype(np.uint8)


def outcomes(footage: Footage, *claims: Claim) -> list[str]:
    return [verdict.outcome for verdict in PixelsVerifier().verify(footage, claims, Path())]


def test_a_cut_is_seen_where_it_is_and_nowhere_else(footage: Footage) -> None:
    assert outcomes(footage, Cut(start=2.0, end=2.0), Cut(start=1.0, end=1.0)) == ["supported", "refuted"]


def test_each_camera_move_is_told_from_the_others(footage: Footage) -> None:
    moves = ("static", "pan_right", "pan_left", "zoom_in")
    first = outcomes(footage, *(CameraMove(start=0, end=2, move=move) for move in moves))
    second = outcomes(footage, *(CameraMove(start=2, end=4, move=move) for move in moves))
    assert first == ["supported", "refuted", "refuted", "refuted"]
    assert second == ["refuted", "supported", "refuted", "refuted"]


def test_other_words_and_words_at_another_time_are_refuted(footage: Footage) -> None:
    said = (
        Speech(start=0.5, end=2, entity="mara", words="Where is my umbrella?"),
        Speech(start=2.5, end=4, entity="mara", words=WORDS),
    )
    assert outcomes(footage, *said) == ["refuted", "refuted"]


def test_the_right_words_leave_open_who_speaks_where_nobody_is_known(footage: Footage) -> None:
    (verdict,) = PixelsVerifier().verify(footage, [Speech(start=0.5, end=2, entity="mara", words=WORDS)], Path())
    assert (verdict.outcome, verdict.reason) == ("unsure", "no_portrait")


def test_captions_come_in_the_order_in_which_they_are_read(footage: Footage) -> None:
    one = Speech(start=0.5, end=2, entity="mara", words=WORDS)
    two = Speech(start=2.5, end=4, entity="tom", words=LATER)
    right = Order(start=0, end=4, first=one.id, second=two.id)
    wrong = Order(start=0, end=4, first=two.id, second=one.id)
    assert outcomes(footage, one, wrong, two, right)[1::2] == ["refuted", "supported"]


def test_what_no_picture_shows_is_left_open(footage: Footage) -> None:
    cut = Cut(start=2, end=2)
    told = (
        Narration(start=0, end=4, text="Once upon a time."),
        Cause(start=2, end=2, effect=cut.id, because="it was late"),
        Duration(start=0, end=4, of=cut.id, seconds=1),
        Presence(start=0, end=4, entity="mara", what="woman", category="person"),
    )
    assert outcomes(footage, *told) == ["unsure"] * 4


def test_there_is_one_verdict_a_claim_in_their_order(footage: Footage) -> None:
    claims = (Place(start=0, end=2, place="forest"), Cut(start=2, end=2), Narration(start=0, end=1, text="So."))
    verdicts = list(PixelsVerifier().verify(footage, claims, Path()))
    assert [verdict.about for verdict in verdicts] == [claim.id for claim in claims]
    assert {verdict.by for verdict in verdicts} == {"pixels"}
    assert verdicts[1].evidence


def test_neither_the_name_of_the_file_nor_a_second_look_changes_anything(footage: Footage, tmp_path: Path) -> None:
    claims = (Place(start=0, end=2, place="forest"), Cut(start=2, end=2), CameraMove(start=2, end=4, move="pan_right"))
    renamed = tmp_path / "a red coat in the forest.mp4"
    shutil.copy(footage.video, renamed)
    first = list(PixelsVerifier().verify(footage, claims, Path()))
    assert first == list(PixelsVerifier().verify(footage, claims, Path()))
    assert first == list(PixelsVerifier().verify(Footage("other", renamed, {}), claims, Path()))


def test_claims_after_the_end_of_the_film_are_not_supported(footage: Footage) -> None:
    assert "supported" not in outcomes(
        footage, Place(start=50, end=52, place="forest"), Speech(start=50, end=51, entity="mara", words=WORDS)
    )


def test_a_file_that_is_no_film_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    with pytest.raises(DreamgenError, match=r"broken\.mp4"):
        list(PixelsVerifier().verify(Footage("x", tmp_path / "broken.mp4", {}), [Cut(start=1, end=1)], Path()))
