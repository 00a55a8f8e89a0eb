"""The verbs that teach from a film: claims, verdicts, pairs, datasets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from dreamgen.clip.truth import read_masklets
from dreamgen.core.base import Record
from dreamgen.core.claims import Claim
from dreamgen.core.contracts import Exporter, QASynthesizer, Screener, Verifier
from dreamgen.core.media import Clip, MediaRef, Style
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.core.receipts import Reject
from dreamgen.core.story import Story
from dreamgen.engines.files import refer
from dreamgen.export.card import Calibrated
from dreamgen.export.huggingface import HuggingfaceExporter
from dreamgen.qa.balance import balance_letters
from dreamgen.run import standing
from dreamgen.run.blind import Judged, ask
from dreamgen.run.books import Books
from dreamgen.run.carrying import REFERENCES, carry
from dreamgen.run.filming import Desk, visible
from dreamgen.run.journal import ClaimLine, VerdictLine, lines
from dreamgen.run.registry import BACKENDS
from dreamgen.run.store import references
from dreamgen.story.facts import claims_of, film_claims
from dreamgen.verify.calibration import Calibration, calibrate

PAIRS: TypeAdapter[tuple[InstructionPair, ...]] = TypeAdapter(tuple[InstructionPair, ...])
VERDICTS: TypeAdapter[tuple[Verdict, ...]] = TypeAdapter(tuple[Verdict, ...])

Pairs = tuple[InstructionPair, ...]
Claims = dict[str, tuple[Claim, ...]]
"""Clip to what is said of it."""

CALIBRATION: TypeAdapter[tuple[Calibration, ...]] = TypeAdapter(tuple[Calibration, ...])
"""Reads and writes calibration.json."""

FILM = "film"
"""The id of the clip that joins all scenes."""


class Exported(Record):
    """A dataset in one form."""

    files: tuple[MediaRef, ...]
    """All of it."""


def state(desk: Desk, story: Story, style: Style, clips: Sequence[Clip]) -> Claims:
    """What is known of every clip, as claims."""
    parts = {clip.id: story if clip.id == FILM else visible(story, (clip.id,)) for clip in clips}

    def make(items: tuple[str, ...], into: Path) -> Iterator[tuple[str, tuple[Claim, ...]]]:
        for clip in clips:
            if clip.id in items:
                known = read_masklets(into / clip.masklets.path) if clip.masklets else ()
                masklets = {masklet.entity: masklet for masklet in known}
                speak = film_claims if clip.id == FILM else claims_of
                yield clip.id, speak(parts[clip.id], clip, masklets, style)

    inputs = {clip.id: [parts[clip.id], style, clip] for clip in clips}
    given = [clip.masklets for clip in clips if clip.masklets]
    shape: TypeAdapter[tuple[Claim, ...]] = TypeAdapter(tuple[Claim, ...])
    claims = desk.store.each(desk.step("claims", room="story"), inputs, shape, make, given)
    told = (ClaimLine(clip=clip, claim=claim) for clip, known in claims.items() for claim in known)
    desk.store.write("claims.jsonl", lines(told))
    return claims


def verify(desk: Desk, clips: Sequence[Clip], claims: Claims) -> dict[str, Judged]:
    """What the pixels say of every claim, asked blind. The film is asked only what its scenes do not answer."""
    *scenes, film = clips
    judged = _judge(desk, "verify", scenes, claims, claims)
    known = carry(scenes, film, claims, {clip: found.verdicts for clip, found in judged.items()})
    left = _with_referred([claim for claim in claims[film.id] if claim.id not in known], claims[film.id])
    found = _judge(desk, "verify-film", [film], {film.id: left}, claims)[film.id]
    known = {verdict.about: verdict for verdict in found.verdicts} | known
    judged[film.id] = Judged(verdicts=tuple(known[claim.id] for claim in claims[film.id]), twins=found.twins)
    _write_down(desk, claims, judged)
    return judged


def _judge(desk: Desk, stage: str, clips: Sequence[Clip], claims: Claims, world: Claims) -> dict[str, Judged]:
    verifier: Verifier = desk.recipe.build("verify")
    footage = {clip.id: clip for clip in clips}

    def make(items: tuple[str, ...], into: Path) -> Iterator[tuple[str, Judged]]:
        # the folder `into` holds the videos and the portraits and nothing else: that is all there is to look at
        for item in items:
            yield item, ask(verifier, footage[item].footage(into), claims[item], world[item], desk.recipe.seed)

    inputs = {clip.id: [clip.video, clip.portraits, claims[clip.id], world[clip.id]] for clip in clips}
    given = [ref for clip in clips for ref in (clip.video, *references(clip.portraits))]
    return desk.store.each(desk.step(stage, verifier, "verify"), inputs, TypeAdapter(Judged), make, given)


def _with_referred(some: Sequence[Claim], claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Claims together with all those that they speak of."""
    wanted = {claim.id for claim in some}
    by_id = {claim.id: claim for claim in claims}
    waiting = list(some)
    while waiting:
        claim = waiting.pop()
        for name in (getattr(claim, field, None) for field in REFERENCES):
            if name and name not in wanted:
                wanted.add(name)
                waiting.append(by_id[name])
    return tuple(claim for claim in claims if claim.id in wanted)


def measure(claims: Claims, judged: dict[str, Judged]) -> tuple[Calibration, ...]:
    """How well the verifier told true claims from false ones. What the film has from its scenes counts once, there."""
    kinds = {claim.id: claim.kind for clip, known in claims.items() if clip != FILM for claim in known}
    found = [judgement for clip, judgement in judged.items() if clip != FILM]
    true = [(kinds[v.about], True, v.outcome) for judgement in found for v in judgement.verdicts]
    false = [(line.twin.kind, False, line.verdict.outcome) for judgement in found for line in judgement.twins]
    return calibrate([*true, *false])


def _write_down(desk: Desk, claims: Claims, judged: dict[str, Judged]) -> None:
    told = (VerdictLine(clip=clip, verdict=verdict) for clip, found in judged.items() for verdict in found.verdicts)
    desk.store.write("verdicts.jsonl", lines(told))
    twins = [line for found in judged.values() for line in found.twins]
    desk.store.write("twins.jsonl", lines(twins))
    desk.store.write("calibration.json", CALIBRATION.dump_json(measure(claims, judged), indent=1).decode() + "\n")


def rule(desk: Desk, claims: Claims, judged: dict[str, Judged], books: Books) -> Claims:
    """The claims that stand; the others go to the rejects."""
    left: Claims = {}
    for clip, known in claims.items():
        left[clip], rejects = standing.split(clip, known, judged[clip].verdicts)
        books.reject(rejects)
    books.count("claims", sum(map(len, claims.values())))
    return left


def ask_pairs(desk: Desk, clips: Sequence[Clip], left: Claims, judged: dict[str, Judged], books: Books) -> Pairs:
    """Questions with answers about every clip, each trusted as far as its claims are."""
    synthesizer: QASynthesizer = desk.recipe.build("qa")

    def make(items: tuple[str, ...], into: Path) -> Iterator[tuple[str, Pairs]]:
        for clip in clips:
            if clip.id in items:
                yield clip.id, tuple(synthesizer.synthesize(clip, left[clip.id], desk.recipe.seed))

    inputs = {clip.id: [clip, left[clip.id]] for clip in clips}
    made = desk.store.each(desk.step("qa", synthesizer), inputs, PAIRS, make)
    verdicts = {(clip, verdict.about): verdict for clip, found in judged.items() for verdict in found.verdicts}
    ids = {clip: {claim.id for claim in claims} for clip, claims in left.items()}
    pairs, rejects = standing.weigh((pair for some in made.values() for pair in some), verdicts, ids)
    books.reject(rejects)
    books.count("pairs", sum(map(len, made.values())))
    return tuple(pairs)


def screen(desk: Desk, pairs: Pairs, books: Books) -> Pairs:
    """The pairs that no screener finds fault with."""
    for name, screener in desk.recipe.build_all("screen"):
        verdicts = desk.store.once(
            desk.step(f"screen-{name}", screener, "verify"), pairs, VERDICTS, partial(_screened, screener, pairs)
        )
        found = {verdict.about: verdict for verdict in verdicts}
        books.reject(
            Reject(what=pair.id, kind="pair", stage="screen", reason=why.reason, clip=pair.clip, detail=why.evidence)
            for pair in pairs
            if (why := found.get(pair.id))
        )
        pairs = tuple(pair for pair in pairs if pair.id not in found)
    # last, since every pair that is dropped could make one letter right more often than another
    pairs = balance_letters(pairs, desk.recipe.seed)
    desk.store.write("pairs.jsonl", lines(pairs))
    return pairs


def _screened(screener: Screener, pairs: Pairs, into: Path) -> tuple[Verdict, ...]:
    return tuple(screener.screen(pairs))


def export(run: Desk, story: Story, pairs: Pairs, clips: Sequence[Clip], measured: Sequence[Calibration]) -> None:
    """The dataset, in every form that the recipe asks for, under dataset/ in the run's folder."""
    rooted = [in_run(clip, story.id) for clip in clips]
    named = [
        pair.model_copy(update={"id": f"{story.id}-{pair.id}", "clip": f"{story.id}-{pair.clip}"}) for pair in pairs
    ]
    wanted = [(name, informed(exporter, measured)) for name, exporter in run.recipe.build_all("export")]
    for name, exporter in wanted:
        make = partial(_exported, exporter, name, named, rooted, run.store.folder)
        run.store.once(run.step(f"export-{name}", exporter, "export"), [named, rooted], TypeAdapter(Exported), make)
    for name in BACKENDS["export"].keys() - {name for name, _ in wanted}:
        run.store.forget(f"export-{name}")


def _exported(
    exporter: Exporter, name: str, pairs: Sequence[InstructionPair], clips: Sequence[Clip], media: Path, into: Path
) -> Exported:
    folder = into / "dataset" / name.rpartition(":")[2]
    folder.mkdir(parents=True)
    exporter.export(pairs, clips, media, folder)
    return Exported(files=tuple(refer(path, into) for path in sorted(folder.rglob("*")) if path.is_file()))


def informed(exporter: Exporter, measured: Sequence[Calibration]) -> Exporter:
    """The exporter, told how good the verifier was, when it has a place to say so."""
    if not isinstance(exporter, HuggingfaceExporter):
        return exporter
    rows = tuple(
        Calibrated(kind=row.kind, sensitivity=sure.value, specificity=sharp.value, claims=row.true.n + row.false.n)
        for row in measured
        if (sure := row.sensitivity) and (sharp := row.specificity)
    )
    return exporter.model_copy(update={"calibration": rows})


def in_run(clip: Clip, story: str) -> Clip:
    """The same clip as seen from the run's folder, with a name that is its own there."""

    def moved(ref: MediaRef) -> MediaRef:
        return ref.model_copy(update={"path": f"stories/{story}/{ref.path}"})

    portraits = tuple(portrait.model_copy(update={"image": moved(portrait.image)}) for portrait in clip.portraits)
    return clip.model_copy(
        update={
            "id": f"{story}-{clip.id}",
            "video": moved(clip.video),
            "portraits": portraits,
            "masklets": clip.masklets and moved(clip.masklets),
        }
    )
