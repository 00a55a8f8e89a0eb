"""The `fgqa` synthesizer: fine-grained questions after PLM-FGQA, with follow-ups and one-detail wrong answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from pydantic import Field, PrivateAttr, computed_field

from dreamgen.core.base import Record
from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.question_types import QUESTION_TYPES, QuestionType
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.asking import Asks
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import ready
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.sharing import Opened
from dreamgen.qa.drafting.facts import Facts, facts_of
from dreamgen.qa.finegrained import asking_domains, confirming, negatives, questions
from dreamgen.qa.finegrained.asking_domains import domain_asked
from dreamgen.qa.finegrained.confirming import Confirming
from dreamgen.qa.finegrained.drafts import DraftFollowUp
from dreamgen.qa.finegrained.negatives import Negative, Negatives, from_claims
from dreamgen.qa.finegrained.pairs import SGQA, binary_pairs, open_pair
from dreamgen.qa.finegrained.questions import Questions, Wanted, grounds_of
from dreamgen.qa.synthesizers.chat import FILM

_LEAST_FACTS: Final = 2
"""Of a clip that is worth asking about."""

Asked = tuple[InstructionPair, DraftFollowUp]
"""A question as a pair, and as it was drafted."""


class FgqaSynthesizer(Record):
    """Fine-grained questions that a language model writes from standing claims; see `[chat]` for which one and how.

    The claims are what PLM calls privileged information: the model sees them and not the video. Every answer names the
    claims that it rests on and says nothing besides. Each question is an open pair, and as many choices between two
    answers as there are wrong ones; those share its id, so that only who chooses right in all of them has answered it.
    """

    chat: ChatModel
    """The model."""
    pairs: int = Field(default=6, ge=1, le=40)
    """Questions that are asked for of a clip in the first place."""
    follow_ups: int = Field(default=3, ge=0, le=40)
    """Questions that are asked for once the first ones are answered, each deeper than one of them."""
    glasses: int = Field(default=0, ge=0, le=40)
    """Questions besides as somebody asks them who wears the camera, with answers in few words, as in PLM's SGQA."""
    negatives: int = Field(default=3, ge=0, le=6)
    """Wrong answers to a question, each with one detail changed; 0 for open pairs alone."""
    sheet: int = Field(default=3, ge=1, le=20)
    """Questions that are asked for, or given wrong answers, at once; the sheets of a clip are in flight together."""
    rounds: int = Field(default=2, ge=1, le=5)
    """How often something is asked for in the place of what was dropped, the first time included."""
    facts: int = Field(default=80, ge=5, le=400)
    """Claims that the model is given of a clip, at most."""
    film: bool = False
    """Whether the whole film is asked about too."""
    types: tuple[QuestionType, ...] = ()
    """Which of the twelve types it asks; empty for all."""
    confirm: bool = True
    """Whether the model is shown each question once more with all its answers, and asked which the facts bear out; what
    it does not agree with is dropped, and so is what it says nothing readable of."""
    domain: bool = False
    """Whether the model says to which domain of activities a clip belongs; else the words of its labels, its title and
    its descriptions do."""
    weight: float = Field(default=0.5, gt=0.0, le=1.0)
    """Trust in a pair whose words agree with its claims and whose meaning nobody has checked: chosen, not measured."""

    _opened: Opened = PrivateAttr(default_factory=Opened)

    @property
    def together(self) -> int:
        """How many clips are at work at once where the model is served, so that its calls in flight are used."""
        return self._opened.at_once(self.chat, -(-self.pairs // self.sheet))

    @computed_field  # type: ignore[prop-decorator]
    @property
    def prompts(self) -> tuple[tuple[str, str], ...]:
        """Name and fingerprint of every prompt in use: they are in the receipt, with the options."""
        used = {
            questions.PROMPT: True, negatives.PROMPT: self.negatives > 0, confirming.PROMPT: self.confirm,
            asking_domains.PROMPT: self.domain,
        }  # fmt: skip
        return tuple((name, read_prompt(name).fingerprint) for name, wanted in used.items() if wanted)

    def ready(self) -> None:
        """Says what is missing before anything is asked.

        Raises:
            UsageError: when no model is named, or a prompt is missing or wrong.
            MissingExtra: when the library that talks to the model is not installed.
            ModelError: when a local folder holds no model, or the key is missing.
        """
        for prompt in (questions.PROMPT, negatives.PROMPT, confirming.PROMPT, asking_domains.PROMPT):
            read_prompt(prompt)
        ready(self.chat)

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
        if len(facts.facts) < _LEAST_FACTS or (clip.id == FILM and not self.film):
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
