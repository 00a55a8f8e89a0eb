"""The `fgqa` synthesizer: fine-grained questions after PLM-FGQA, with follow-ups and one-detail wrong answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from pydantic import Field, computed_field

from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.question_types import QUESTION_TYPES, QuestionType
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.asking import Asks
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.qa.drafting.facts import Facts, facts_of
from dreamgen.qa.drafting.writing import Writing
from dreamgen.qa.finegrained import asking_domains, confirming, negatives, questions
from dreamgen.qa.finegrained.asking_domains import domain_asked
from dreamgen.qa.finegrained.confirming import Confirming
from dreamgen.qa.finegrained.drafts import DraftFollowUp
from dreamgen.qa.finegrained.negatives import Negative, Negatives, from_claims
from dreamgen.qa.finegrained.pairs import SGQA, binary_pairs, open_pair
from dreamgen.qa.finegrained.questions import Questions, Wanted, grounds_of

Asked = tuple[InstructionPair, DraftFollowUp]
"""A question as a pair, and as it was drafted."""


class FgqaSynthesizer(Writing):
    """Fine-grained questions that a language model writes from standing claims; see `[chat]` for which one and how.

    The claims are what PLM calls privileged information: the model sees them and not the video. Every answer names the
    claims that it rests on and says nothing besides. Each question is an open pair, and as many choices between two
    answers as there are wrong ones; those share its id, so that only who chooses right in all of them has answered it.
    """

    PROMPTS = (questions.PROMPT, negatives.PROMPT, confirming.PROMPT, asking_domains.PROMPT)

    follow_ups: int = Field(default=3, ge=0, le=40)
    """Questions that are asked for once the first ones are answered, each deeper than one of them."""
    glasses: int = Field(default=0, ge=0, le=40)
    """Questions besides as somebody asks them who wears the camera, with answers in few words, as in PLM's SGQA."""
    negatives: int = Field(default=3, ge=0, le=6)
    """Wrong answers to a question, each with one detail changed; 0 for open pairs alone."""
    types: tuple[QuestionType, ...] = ()
    """Which of the twelve types it asks; empty for all."""
    confirm: bool = True
    """Whether the model is shown each question once more with all its answers, and asked which the facts bear out; what
    it does not agree with is dropped, and so is what it says nothing readable of."""
    domain: bool = False
    """Whether the model says to which domain of activities a clip belongs; else the words of its labels, its title and
    its descriptions do."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def prompts(self) -> tuple[tuple[str, str], ...]:
        """Name and fingerprint of every prompt in use: they are in the receipt, with the options."""
        used = {
            questions.PROMPT: True, negatives.PROMPT: self.negatives > 0, confirming.PROMPT: self.confirm,
            asking_domains.PROMPT: self.domain,
        }  # fmt: skip
        return tuple((name, read_prompt(name).fingerprint) for name, wanted in used.items() if wanted)

    def synthesize(
        self, clip: Clip, claims: Sequence[Claim], seed: int, kept: Path
    ) -> Iterator[InstructionPair | Reject]:
        """Pairs that rest on `claims`, and a line for each question or wrong answer that was written and dropped.

        Args:
            clip: what they speak of.
            claims: what stands of it.
            seed: what is drawn by lot derives from it; a model that takes a seed gets one too.
            kept: where all answers and the account of all calls are kept.

        Raises:
            ModelError: when the model can't be reached.
            BudgetSpent: when the next call could pass a limit of `chat`; what was answered is kept.
        """
        world = sorted(claims, key=lambda claim: claim.id)
        facts = facts_of(clip, world, self.facts)
        if not self._worth(clip, facts):
            return
        work = _Work(self, clip, world, facts, seed, self._opened.chat(self.chat, kept))
        yield from work.ask()
        yield from work.answer_wrong()
        if self.confirm:
            yield from work.confirm()
        pairs = tuple(work.pairs())
        domain = domain_asked(work.asks, clip.id, facts, seed) if pairs and self.domain else ""
        yield from (pair.model_copy(update={"domain": domain}) for pair in pairs)


class _Work:
    """One clip at work."""

    def __init__(
        self, options: FgqaSynthesizer, clip: Clip, world: Sequence[Claim], facts: Facts, seed: int, asks: Asks
    ) -> None:
        self._options, self._clip, self._world, self._facts = options, clip, world, facts
        self._seed, self.asks = seed, asks
        self._asked: dict[str, Asked] = {}
        self._wrong: dict[str, tuple[Negative, ...]] = {}

    def ask(self) -> Iterator[Reject]:
        """The questions, then those that follow them, then those of somebody who wears the camera."""
        options = self._options
        first = self._questions(options.pairs)
        yield from self._take(first)
        if first.taken and options.follow_ups:
            yield from self._take(self._questions(options.follow_ups, first.taken))
        if options.glasses:
            yield from self._take(self._questions(options.glasses, glasses=True), glasses=True)

    def answer_wrong(self) -> Iterator[Reject]:
        """Wrong answers to all of them but those of somebody with glasses, which are answered in words alone."""
        each, grounds = self._options.negatives, grounds_of(self._facts)
        drafts = {name: draft for name, (pair, draft) in self._asked.items() if SGQA not in pair.benchmarks}
        if not each or not drafts:
            return
        for name, draft in drafts.items():
            given = from_claims(draft, self._facts, self._world, grounds, self._seed)
            self._wrong[name] = tuple(islice(given, each))
        lacking = {name: (draft, self._wrong[name]) for name, draft in drafts.items() if len(self._wrong[name]) < each}
        work = Negatives(self.asks, self._clip.id, self._facts, grounds, lacking, each, self._options.sheet, self._seed)
        for number in range(self._options.rounds):
            yield from work.round(number)
        self._wrong |= {name: (*self._wrong[name], *some) for name, some in work.written().items()}

    def confirm(self) -> Iterator[Reject]:
        """A second look at all of them."""
        told = {name: (draft, self._wrong.get(name, ())) for name, (_, draft) in self._asked.items()}
        work = Confirming(self.asks, self._clip.id, self._facts, told, self._seed)
        yield from work.look()
        self._asked = {name: one for name, one in self._asked.items() if name in work.left}
        self._wrong = {name: negatives for name, (_, negatives) in work.left.items()}

    def pairs(self) -> Iterator[InstructionPair]:
        """All that was taken, each question with its choices behind it."""
        for name, (pair, _) in self._asked.items():
            yield pair
            yield from binary_pairs(pair, self._wrong.get(name, ()), self._seed)

    def _questions(self, number: int, earlier: Sequence[DraftFollowUp] = (), *, glasses: bool = False) -> Questions:
        wanted = Wanted(number, self._options.sheet, self._options.types or QUESTION_TYPES, glasses)
        return Questions(wanted, self.asks, self._clip, self._facts, self._seed, earlier)

    def _take(self, some: Questions, *, glasses: bool = False) -> Iterator[Reject]:
        for number in range(self._options.rounds):
            yield from some.round(number)
        prompt = read_prompt(questions.PROMPT).fingerprint
        for draft in some.taken:
            name, before = some.name(draft), some.follows(draft)
            follows = some.name(before) if before else ""
            pair = open_pair(
                name, draft, self._clip, self._facts, prompt, self._options.weight, follows=follows, glasses=glasses
            )
            self._asked[name] = (pair, draft)
