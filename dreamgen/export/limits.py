"""What a dataset is for, what it is not, and whom it may wrong: the same sentences on its card and in its Croissant."""

from __future__ import annotations

from collections.abc import Iterator

from dreamgen.core.amounts import amount
from dreamgen.core.dataset import About
from dreamgen.export.counts import Counts


def limitations(counts: Counts, about: About, *, part: bool = False) -> tuple[str, ...]:
    """Where it ends, and what it can't be used for.

    Args:
        counts: what is in it.
        about: what is known besides, with estimates.
        part: whether these are some of the pairs that the estimates are of, chosen by what they are.
    """
    return (*_wrong(about, part=part), *_limitations(counts))


def _wrong(about: About, *, part: bool) -> Iterator[str]:
    rate = about.trusted.pairs
    if rate is None:
        yield "How many of the pairs are wrong was not estimated."
        return
    yield (
        f"{'At most about' if about.trusted.at_most else 'About'} {percent(rate.value)} of the pairs"
        f"{' of the whole run, of which these are some,' if part else ''} are estimated "
        f"to be wrong (95 % interval {percent(rate.low)} to {percent(rate.high)})."
    )
    if part:
        yield "Of these alone it was not estimated; what rests on many claims is wrong oftener than what rests on few."


def _limitations(counts: Counts) -> Iterator[str]:
    if "dreamed" in counts.origins:
        if counts.generated < counts.dreamed:
            yield (
                "Pictures that the illustrator drew show a small vocabulary of people, animals, things and places: a "
                "model trained on them alone will not know what the world looks like."
            )
        if counts.generated:
            yield (
                "What a model was asked to draw and what it drew may differ, so nothing in its pictures is true by "
                "construction."
            )
    if "found" in counts.origins:
        yield (
            "Of found footage only what somebody measured or described was asked, and only what a verifier could check "
            "was kept: what no pair speaks of may be in the videos all the same."
        )
    yield "The texts are English, and the language of computed pairs is made from templates."
    yield "It is not made for judging people or for decisions about them, and nothing in it was tested for that."


def biases(counts: Counts, about: About) -> tuple[str, ...]:
    """What comes up more often than it should, and from where."""
    return tuple(_biases(counts, about))


def _biases(counts: Counts, about: About) -> Iterator[str]:
    if "dreamed" in counts.origins:
        yield (
            "Who appears, and what people look like, follows from the plots and from lots, not from any population: no "
            "share of looks, ages or trades in it says anything about the world."
        )
    if counts.generated:
        yield "A model that draws brings along the biases of the pictures that it was trained on."
    if about.writer:
        yield f"The stories bring along the biases of the language model that wrote them, {about.writer}."
    if about.source:
        yield "The stories were written elsewhere, and bring along the biases of whoever wrote them."
    if "found" in counts.origins:
        yield "Found footage shows what its makers chose to film and to share."
    yield (
        "Claims that the verifiers can check are kept oftener than others, so that kinds which they seldom can are "
        "rarer in the pairs than in the videos."
    )
    if about.shortcuts:
        yield f"Guessing without the video: {' '.join(about.shortcuts)}"
    else:
        yield "Whether its questions can be guessed without the video was not audited."


def sensitive(counts: Counts, about: About) -> tuple[str, ...]:
    """What it shows or says of real persons."""
    return tuple(_sensitive(counts, about))


def _sensitive(counts: Counts, about: About) -> Iterator[str]:
    if about.likenesses:
        yield (
            f"Contains likenesses of real persons: {', '.join(about.likenesses)}. Characters were made to look like "
            "them on purpose."
        )
    if counts.generated:
        yield (
            "A model that was trained on photographs drew people, and may have drawn some who look like somebody real."
        )
    if counts.generated < counts.dreamed and not about.likenesses:
        yield "The cast of drawn films is invented, and no photograph of anybody went into it."
    if "found" in counts.origins:
        yield (
            "Found footage may show real persons, their faces and what they do; nobody was asked and nothing was "
            "blurred here, which whoever publishes it answers for."
        )


def uses(splits: tuple[tuple[str, int], ...]) -> tuple[str, ...]:
    """What it is for."""
    held = [f"{split} ({amount(pairs, 'pair')})" for split, pairs in splits if split != "train"]
    told = [
        "Training and fine-tuning of models that answer questions about videos, describe them and find moments in them."
    ]
    if held:
        told.append(f"Evaluation and validation on what is held out: {', '.join(held)}.")
    told.append("Weighting or filtering of pairs by their weight, the estimated chance that an answer is right.")
    return tuple(told)


def impact(counts: Counts) -> str:
    """What may come of it, for good and for bad."""
    nobody = ", without footage of people who never agreed to be trained on" if "found" not in counts.origins else ""
    return (
        "Answers that were checked against the pixels may help to make models that look before they answer"
        f"{nobody}. A model that does well on it may be trusted with videos of the real world, on which it was not "
        "tested; and whatever describes what people do in videos can be used to watch them."
    )


def percent(value: float) -> str:
    """A share for people."""
    return f"{'<0.1' if 0 < value < 0.0005 else f'{100 * value:.1f}'} %"
