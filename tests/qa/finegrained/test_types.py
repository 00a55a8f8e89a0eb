from __future__ import annotations

from pathlib import Path

from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.question_types import QUESTION_TYPES, histogram, named_type
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer


def test_P1_every_pair_of_the_programs_has_a_type(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    pairs = list(ProgramsSynthesizer().synthesize(clip, small_world, 7, Path()))
    counts = histogram(pairs)
    assert [kind for kind, _ in counts] == list(QUESTION_TYPES)
    assert sum(count for _, count in counts) == len(pairs)
    assert all(f"PLM-FGQA/{named_type(one)}" in one.benchmarks for one in pairs if named_type(one))
    assert any(named_type(one) for one in pairs)
