"""The verbs that teach from a film: claims, verdicts, pairs, datasets."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from dreamgen.clip.truth import read_masklets
from dreamgen.core.amounts import amount
from dreamgen.core.base import Record
from dreamgen.core.claims import Claim
from dreamgen.core.contracts import QASynthesizer, Screener
from dreamgen.core.found import Source
from dreamgen.core.media import Clip, Masklet, Style
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.core.receipts import Reject, Tally
from dreamgen.core.story import Story
from dreamgen.core.streaming import PairStream
from dreamgen.core.trusted import Trusted
from dreamgen.engines.chat.flight import in_order
from dreamgen.qa.balance import balance_letters
from dreamgen.run import standing, verifying
from dreamgen.run.about import about_of
from dreamgen.run.assembling import Share, assemble, fell, rests_on
from dreamgen.run.blind import Judged, nameless_all
from dreamgen.run.books import Books
from dreamgen.run.calibrating import Checked
from dreamgen.run.carrying import FILM
from dreamgen.run.filming import Desk, visible
from dreamgen.run.forming import Exported, told_of, write_form
from dreamgen.run.journal import ClaimLine, lines, read_lines
from dreamgen.run.masked import held_by, with_masks, with_subjects
from dreamgen.run.opened import SOURCES
from dreamgen.run.pruned import without_pruned
from dreamgen.run.reviewed import review
from dreamgen.run.store import references
from dreamgen.run.twinned import contrasts, told_of_each_other
from dreamgen.run.verifying import Claims, who_is_who
from dreamgen.story.facts import claims_of, film_claims

PAIRS: TypeAdapter[tuple[InstructionPair, ...]] = TypeAdapter(tuple[InstructionPair, ...])
VERDICTS: TypeAdapter[tuple[Verdict, ...]] = TypeAdapter(tuple[Verdict, ...])

Pairs = tuple[InstructionPair, ...]


class Drafted(Record):
    """What a synthesizer made of one clip."""

    pairs: tuple[InstructionPair, ...]
    """All that it asks."""
    rejects: tuple[Reject, ...] = ()
    """What it drafted and dropped."""


def state(desk: Desk, story: Story, style: Style, clips: Sequence[Clip], plans: Mapping[str, Story]) -> Claims:
    """What is known of every clip, as claims; `plans` has the story of every clip that is none of the story's own."""
    parts = {clip.id: story if clip.id == FILM else _noted(plans.get(clip.id, story), clip.id) for clip in clips}

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


def _noted(story: Story, scene: str) -> Story:
    """What there is to see in a scene, with the notes that say what its shots don't show of their text."""
    seen = visible(story, (scene,))
    shots, texts = {shot.id for shot in seen.shots}, [shot.description.casefold() for shot in seen.shots]
    told = {note.what for note in story.notes if note.what and any(note.what.casefold() in text for text in texts)}
    notes = (note for note in story.notes if note.where in shots or note.what in told)
    return seen.model_copy(update={"notes": tuple(notes)})


def rule(desk: Desk, clips: Sequence[Clip], claims: Claims, judged: dict[str, Judged], books: Books) -> Claims:
    """The claims that stand; the others go to the rejects."""
    left: Claims = {}
    for clip in clips:
        found: tuple[Masklet, ...] = ()
        if clip.pictures != "drawn" and clip.masklets:
            found = read_masklets(desk.store.folder / clip.masklets.path)
        left[clip.id], rejects = standing.split(clip, claims[clip.id], judged[clip.id].verdicts, found)
        books.reject(rejects)
    books.count("claims", sum(map(len, claims.values())))
    return left


def ask_pairs(
    desk: Desk, clips: Sequence[Clip], left: Claims, judged: dict[str, Judged], checked: Checked, books: Books
) -> Pairs:
    """Questions with answers about every clip, each trusted as far as its claims are."""
    own = [clip for clip in clips if not clip.twin_of]
    drafted = [_drafted(desk, name, one, own, left) for name, one in desk.recipe.build_all("qa")]
    made = {clip.id: tuple(pair for some in drafted for pair in some[clip.id].pairs) for clip in own}
    made = contrasts(made, clips, left, desk.recipe.seed)
    for clip in clips:
        if clip.twin_of and not made[clip.id]:
            desk.store.watch.says(f"note: no question about {clip.twin_of} has another answer in {clip.id}")
    dropped = [reject for some in drafted for clip in own for reject in some[clip.id].rejects]
    books.reject(dropped)
    verdicts = {(clip, verdict.about): verdict for clip, found in judged.items() for verdict in found.verdicts}
    ids = {clip: {claim.id for claim in claims} for clip, claims in left.items()}
    masked = (with_masks(pair, clip, known) for clip, known in _with_truth(desk, clips) for pair in made[clip.id])
    right = {
        (clip, claim.id): checked.right(claim.kind, verdicts.get((clip, claim.id)))
        for clip, claims in left.items()
        for claim in claims
    }
    pairs, rejects = standing.weigh(masked, right, ids)
    books.reject(rejects)
    pairs, rejects = with_subjects(pairs)
    books.reject(rejects)
    books.count("pairs", sum(map(len, made.values())) + len(dropped))
    return tuple(pairs)


def _drafted(
    desk: Desk, name: str, synthesizer: QASynthesizer, clips: Sequence[Clip], left: Claims
) -> dict[str, Drafted]:
    """What one synthesizer makes of every clip."""
    by_id = {clip.id: clip for clip in clips}

    def draft(item: str) -> Drafted:
        found = tuple(synthesizer.synthesize(by_id[item], left[item], desk.recipe.seed, desk.kept))
        pairs = tuple(one for one in found if isinstance(one, InstructionPair))
        return Drafted(pairs=pairs, rejects=tuple(one for one in found if isinstance(one, Reject)))

    def make(items: tuple[str, ...], into: Path) -> Iterator[tuple[str, Drafted]]:
        with closing(_at_once(draft, items, getattr(synthesizer, "together", 1))) as found:
            yield from zip(items, found, strict=True)

    inputs = {clip.id: [clip, left[clip.id]] for clip in clips}
    return desk.store.each(desk.step(f"qa-{name}", synthesizer, "qa"), inputs, TypeAdapter(Drafted), make)


def _at_once(draft: Callable[[str], Drafted], items: Sequence[str], together: int) -> Generator[Drafted]:
    """What is asked of each clip, in order; who waits for a server can wait for several clips at once."""
    yield from in_order(lambda item, stop: draft(item), items, together) if together > 1 else map(draft, items)


def _with_truth(desk: Desk, clips: Sequence[Clip]) -> Iterator[tuple[Clip, dict[str, Masklet]]]:
    for clip in clips:
        known = read_masklets(desk.store.folder / clip.masklets.path) if clip.masklets else ()
        yield clip, {masklet.entity: masklet for masklet in known}


def screen(desk: Desk, pairs: Pairs, clips: Sequence[Clip], claims: Claims, books: Books) -> Pairs:
    """The pairs that no screener finds fault with."""
    given = [ref for clip in clips for ref in (clip.video, *references(clip.portraits))]
    for name, screener in desk.recipe.build_all("screen"):
        verdicts = desk.store.once(
            desk.step(f"screen-{name}", screener, "verify"),
            [pairs, [clip.video for clip in clips]],
            VERDICTS,
            partial(_screened, desk, screener, pairs, clips, claims),
            given,
        )
        found = {verdict.about: verdict for verdict in verdicts}
        books.reject(
            Reject(what=pair.id, kind="pair", stage="screen", reason=why.reason, clip=pair.clip, detail=why.evidence)
            for pair in pairs
            if (why := found.get(pair.id))
        )
        pairs = tuple(pair for pair in pairs if pair.id not in found)
    pairs, pruned = without_pruned(desk.store.folder, pairs)
    books.reject(pruned)
    pairs = review(desk, pairs, clips, books)
    # last, since every pair that is dropped could make one letter right more often than another
    pairs = told_of_each_other(balance_letters(pairs, desk.recipe.seed))
    desk.store.write("pairs.jsonl", lines(pairs))
    if not pairs:
        lost = ", ".join(f"{count} {reason}" for reason, count in books.reasons("pair")) or "none was asked"
        desk.store.watch.says(f"note: no pair is left to train on ({lost}); rejects.jsonl says more")
    return pairs


def _screened(
    desk: Desk, screener: Screener, pairs: Pairs, clips: Sequence[Clip], claims: Claims, into: Path
) -> tuple[Verdict, ...]:
    cast = who_is_who(claims)
    with nameless_all({clip.id: clip.footage(into, cast) for clip in clips}, desk.recipe.seed) as footage:
        return tuple(screener.screen(pairs, footage, desk.kept))


def sum_up(
    desk: Desk, pairs: Pairs, claims: Claims, judged: dict[str, Judged], checked: Checked, books: Books
) -> Trusted:
    """How far the dataset can be trusted, written down beside it."""
    known = {(clip, claim.id): claim for clip, some in claims.items() for claim in some}
    verdicts = {(clip, verdict.about): verdict for clip, found in judged.items() for verdict in found.verdicts}
    trusted = checked.with_pairs(pairs, known, verdicts)
    verifying.write_trust(desk, trusted)
    books.estimate(trusted.pairs)
    return trusted


def export(
    run: Desk, books: Books, pairs: Pairs, clips: Sequence[Clip], trusted: Trusted, story: Story | None = None
) -> None:
    """The dataset, in every form that the recipe asks for, under dataset/ in the run's folder."""
    subject = books.subject
    sources = read_lines(run.store.folder / subject.place / SOURCES, Source) if not story else ()
    shares = [Share(subject, PairStream.held(pairs), clips)]
    export_joined(run, shares, trusted, (story,) if story else (), sources, books.tallies())


def export_joined(
    run: Desk, shares: Sequence[Share], trusted: Trusted, stories: Sequence[Story] = (), sources: Sequence[Source] = (),
    tallies: Sequence[Tally] = (),
) -> None:  # fmt: skip
    """The dataset of any number of stories, in every form that the recipe asks for.

    Args:
        run: the run's folder and recipe.
        shares: what each story gives to it, or all videos.
        trusted: how far all of it can be trusted.
        stories: what it is made of.
        sources: or the videos that were found.
        tallies: the books of all of it.
    """
    every = assemble(run.store.folder, run.recipe, shares, sources)
    every = replace(every, about=about_of(run.store.folder, run.recipe, every, trusted, stories, tallies))
    grounds = rests_on(run.store.folder, shares)
    if words := fell(run.recipe, every):
        run.store.watch.says(words)
    for name, exporter in run.recipe.build_all("export"):
        held = held_by(exporter, every)
        if len(held.pairs) < len(every.pairs):
            left = amount(len(every.pairs) - len(held.pairs), "pair")
            run.store.watch.says(f"{name}: {left} about marked subjects left out, since this form has no marks")
        make = partial(write_form, exporter, name, held)
        inputs = [held.pairs, held.clips, held.groups, held.splits, held.sources, held.about, grounds]
        step, shape = run.step(f"export-{name}", exporter, "export"), TypeAdapter(Exported)
        for words in told_of(name, run.store.once(step, inputs, shape, make)):
            run.store.watch.says(words)


def drop_others(desk: Desk, *stages: str) -> None:
    """Clears away what backends made that the recipe does not name any more, of stages that may have several."""
    wanted = {f"{stage}-{choice.backend}" for stage in stages for choice in getattr(desk.recipe, stage)}
    for made in desk.store.stages():
        if made.partition("-")[0] in stages and made not in wanted:
            desk.store.forget(made)
