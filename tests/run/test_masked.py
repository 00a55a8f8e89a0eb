from pathlib import Path

from dreamgen.core.layout import WHOLE
from dreamgen.core.media import Clip, MaskFrame, Masklet, MediaRef
from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.run.masked import held_by, with_masks, with_subjects
from tests.datasets import dataset

FILE = MediaRef(path="film.mp4", sha256="0" * 64)
CLIP = Clip(id="film", video=FILE, fps=8, size=(64, 36), frames=32)


def pair(*who: str, span: tuple[float, float] | None = (1.0, 2.0)) -> InstructionPair:
    turns = (Turn(role="human", text="Who is it?"), Turn(role="assistant", text="Mara."))
    return InstructionPair(
        id="p", clip="film", task="who", form="open", turns=turns, span=span, masklets=who, claims=("c1",),
        program=Program(name="who"),
    )  # fmt: skip


def seen(who: str, *frames: int, intended: tuple[tuple[int, int], ...] = ()) -> Masklet:
    masks = tuple(MaskFrame(frame=frame, rle="0", box=WHOLE, visible=1.0) for frame in frames)
    return Masklet(entity=who, size=(64, 36), frames=masks, intended=intended)


def test_a_pair_has_the_masks_of_those_who_are_seen_in_its_span() -> None:
    known = {"mara": seen("mara", 8, 9), "tom": seen("tom", 16)}

    assert with_masks(pair("mara", "tom", "rex"), CLIP, known).masklets == ("mara",)
    assert with_masks(pair("mara", "tom", "rex", span=None), CLIP, known).masklets == ("mara", "tom")


def test_a_pair_has_no_masks_that_are_only_a_plan() -> None:
    known = {
        "mara": seen("mara", *range(32), intended=((15, 20),)),
        "tom": seen("tom", *range(32), intended=((16, 20),)),
    }

    assert with_masks(pair("mara", "tom"), CLIP, known).masklets == ("tom",)


def test_nothing_else_of_a_pair_changes() -> None:
    whole = pair("mara")

    assert with_masks(whole, CLIP, {"mara": seen("mara", 8)}) is whole
    assert with_masks(whole, CLIP, {}) == whole.model_copy(update={"masklets": ()})


def test_a_marked_subject_whose_marks_are_only_a_plan_is_not_asked_about() -> None:
    region = pair("mara").model_copy(update={"form": "region_caption"})
    planned = with_masks(region, CLIP, {"mara": seen("mara", 8, intended=((0, 16),))})
    kept, rejects = with_subjects([with_masks(region, CLIP, {"mara": seen("mara", 8)}), planned, pair()])

    assert kept == [region, pair()]
    assert [(reject.what, reject.reason) for reject in rejects] == [("p", "subject_not_marked")]


def test_a_form_without_marks_has_no_pairs_about_marked_subjects() -> None:
    region = pair("mara").model_copy(update={"form": "region_dense"})

    class Marking:
        marks_subjects = True

    both = dataset([region, pair()], [CLIP], Path())
    assert tuple(held_by(object(), both).pairs) == (pair(),)
    assert held_by(Marking(), both) == both
