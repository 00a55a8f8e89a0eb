"""A small run of found footage on disk, as people would review it: no picture in it has to be made."""

from __future__ import annotations

from pathlib import Path

from dreamgen.core.claims import Claim, Presence
from dreamgen.core.found import Excerpt, Source
from dreamgen.core.layout import Box
from dreamgen.core.media import Clip, MaskFrame, Masklet, MediaRef
from dreamgen.core.pairs import InstructionPair, Program, Segment, Turn, Verdict
from dreamgen.run.journal import ClaimLine, VerdictLine, lines
from dreamgen.run.recipe import read_recipe

CLIP = "park-001"
DOG = Presence(start=0.0, end=4.0, entity="dog", what="dog", category="animal")
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def pair_of(name: str = "where-1", **changes: object) -> InstructionPair:
    """An open question about the dog."""
    told = InstructionPair(
        id=name, clip=CLIP, task="location", form="open",
        turns=(Turn(role="human", text="Where is the dog?"), Turn(role="assistant", text="In a park.")),
        span=(1.0, 3.0), claims=(DOG.id,), program=Program(name="place_at"), weight=0.9, rationale="There is grass.",
    )  # fmt: skip
    return told.model_copy(update=changes)


def asked(question: str, answer: str) -> tuple[Turn, Turn]:
    """One question with its answer."""
    return Turn(role="human", text=question), Turn(role="assistant", text=answer)


PAIRS = (
    pair_of(),
    pair_of(
        "colour-1", task="attribute", form="choice", turns=asked("Which colour is the dog?", "Brown"),
        options=("Grey", "Brown", "White"), answer_index=1, weight=0.99,
    ),
    pair_of("seen-1", task="existence", form="yes_no", turns=asked("Is there a dog?", "Yes."), weight=0.5),
    pair_of(
        "region-1", task="region_dense", form="region_dense", masklets=("dog",),
        turns=asked("What happens within the red rectangles?", "[0, 9]: The dog sits.\n[10, 39]: It runs."),
        segments=(
            Segment(start=0.0, end=1.0, text="The dog sits."), Segment(start=1.0, end=4.0, text="It runs."),
        ),
    ),
    pair_of("odd-1", turns=asked(f"What does {SCRIPT} say?", SCRIPT)),
)  # fmt: skip


def clip_of(video: str = "clips/park.mp4") -> Clip:
    """Four seconds at ten frames a second."""
    return Clip(
        id=CLIP, video=MediaRef(path=video, sha256="0" * 64), fps=10, size=(64, 48), frames=40, origin="found",
        motion="found", pictures="found", excerpt=Excerpt(source="park", start=0.0, end=4.0),
        masklets=MediaRef(path="masklets/park.jsonl.gz", sha256="1" * 64),
    )  # fmt: skip


def write_run(folder: Path, pairs: tuple[InstructionPair, ...] = PAIRS, clip: Clip | None = None) -> Path:
    """Writes the run; its video is no film, but bytes that can be told apart."""
    from dreamgen.clip.truth import write_masklets

    videos = folder / "videos"
    (videos / "clips").mkdir(parents=True, exist_ok=True)
    (videos / "masklets").mkdir(exist_ok=True)
    (folder / "recipe.toml").write_text(read_recipe("annotate").toml(), "utf-8")
    source = Source(id="park", name="park.mp4", sha256="2" * 64, seconds=4.0, size=(64, 48), fps=10.0, licence="CC0")
    claims: tuple[Claim, ...] = (DOG,)
    verdict = Verdict(about=DOG.id, outcome="supported", confidence=0.8, by="pixels", evidence="4 frames")
    rows = {
        "sources": (source,),
        "clips": (clip or clip_of(),),
        "claims": [ClaimLine(clip=CLIP, claim=claim) for claim in claims],
        "verdicts": (VerdictLine(clip=CLIP, verdict=verdict),),
        "pairs": pairs,
        "rejects": (),
    }
    for name, records in rows.items():
        (videos / f"{name}.jsonl").write_text(lines(records), "utf-8")
    (videos / "clips" / "park.mp4").write_bytes(bytes(range(256)) * 40)
    frames = tuple(
        MaskFrame(frame=n, rle="", box=Box(x0=0.1, y0=0.2, x1=0.3, y1=0.4), visible=1.0) for n in range(40)
    )  # fmt: skip
    write_masklets([Masklet(entity="dog", size=(64, 48), frames=frames)], videos / "masklets" / "park.jsonl.gz")
    return folder
