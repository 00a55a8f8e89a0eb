"""The limit on what a run's folder may cost: it is never passed, whatever comes back."""

from __future__ import annotations

from threading import Condition, Event
from typing import Final

from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.engines.chat.ledger import Ledger
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.pace import Stopped
from dreamgen.errors import DreamgenError

_SHORTEST: Final = 16
"""Tokens of an answer that a recipe may allow at least."""

_POLL: Final = 0.2
"""Seconds after which somebody who waits for tokens looks whether all is called off."""


class BudgetSpent(DreamgenError):
    """The next call could pass the limit. Nothing that was answered is lost."""


class Budget:
    """Lets calls begin while there is budget for them, and takes down what they cost. For several threads.

    What every call can cost at most is set aside before it is made; when it is answered, what it really cost takes
    its place. A call that nothing came back from keeps what was set aside: it may have cost as much.

    Args:
        model: whose `max_calls` and `max_tokens` hold.
        ledger: the account of the folder, earlier tries included.
    """

    def __init__(self, model: ChatModel, ledger: Ledger) -> None:
        self._model, self._ledger = model, ledger
        self._settled = Condition()
        self._calls = len(ledger.before)
        self._spent = sum(call.tokens for call in ledger.before)
        self._away = 0
        self._reserved: Final[dict[int, int]] = {}

    def reserve(
        self, purpose: str, where: str, prompt_bytes: int, max_output_tokens: int, stop: Event | None = None
    ) -> int:
        """Sets aside what one call can cost, right before it is made, and writes in the ledger that it begins.

        Every try of a call is a call of its own. While there would be tokens enough if the calls in flight cost
        little, it waits for them.

        Args:
            purpose: the prompt: story/outline.
            where: the id of the story's part that it is for.
            prompt_bytes: all that is sent, schema included, in bytes of UTF-8. A tokeniser that works on bytes makes
                no more tokens than that.
            max_output_tokens: most tokens of the answer.
            stop: set when all is called off; without it nothing is waited for.

        Returns:
            The call's number, to be handed to `answered` or `failed`.

        Raises:
            BudgetSpent: when the call could pass a limit. It must not be made.
            Stopped: when all is called off while it waits.
            DreamgenError: when the ledger can't be written.
        """
        most = prompt_bytes + max_output_tokens
        with self._settled:
            while self._away and stop is not None and self._may_fit(most):
                self._settled.wait(_POLL)
                if stop.is_set():
                    raise Stopped
            self._check(prompt_bytes, max_output_tokens)
            self._calls += 1
            self._away += most
        # outside the lock: the disk takes its time
        number = self._ledger.begin(self._model.model, purpose, where, most)
        self._reserved[number] = most
        return number

    def answered(self, call: int, raw: RawAnswer) -> None:
        """The call was answered: what it cost takes the place of what was set aside."""
        self._ledger.answered(call, raw)
        self._settle(call, raw.tokens_in + raw.tokens_out)

    def failed(self, call: int, error: type[BaseException], seconds: float, *, unpaid: bool = False) -> None:
        """The call came back with an error.

        Args:
            call: its number.
            error: what sort of error.
            seconds: how long it took.
            unpaid: whether it surely cost nothing, since the server turned it away. Where it may have been at work,
                as after a timeout or behind a gateway that gave up, what was set aside stays spent.
        """
        # only what is computed in this process is called off at work
        unpaid = unpaid or issubclass(error, Stopped)
        tokens = 0 if unpaid else self._reserved.get(call, 0)
        self._ledger.failed(call, error, seconds, tokens)
        self._settle(call, tokens)

    def _settle(self, call: int, tokens: int) -> None:
        with self._settled:
            self._away -= self._reserved.pop(call)
            self._spent += tokens
            self._settled.notify_all()

    def _may_fit(self, most: int) -> bool:
        """Whether it depends on the calls in flight if there are tokens for so many more."""
        limit, calls = self._model.max_tokens, self._model.max_calls
        if not limit or (calls and self._calls >= calls):
            return False
        return self._spent + most <= limit < self._spent + self._away + most

    def _check(self, prompt_bytes: int, max_output_tokens: int) -> None:
        limit = self._model.max_calls
        if limit and self._calls + 1 > limit:
            what = f"the budget for the language model is spent: --max-calls (chat.max_calls) = {limit} are used up"
            raise self._over(what, f"Raise --max-calls above {limit}")
        limit, gone = self._model.max_tokens, self._spent + self._away
        most = prompt_bytes + max_output_tokens
        if limit and gone + most > limit:
            in_flight = f" and {self._away} set aside for calls in flight" if self._away else ""
            what = (
                f"--max-tokens (chat.max_tokens) = {limit} will not do for the next call: {self._spent} are spent"
                f"{in_flight}, and it sets aside {most}, {prompt_bytes} for the prompt (a token a byte at most) and "
                f"{max_output_tokens} for the answer (chat.max_output_tokens)"
            )
            shorter = _shorter(limit - gone - prompt_bytes)
            raise self._over(what, f"Raise --max-tokens to {gone + most} or more{shorter}")

    def _over(self, what: str, move: str) -> BudgetSpent:
        spent = f"So far: {self._calls} call{'s' * (self._calls != 1)}, {self._spent} tokens."
        return BudgetSpent(
            what,
            f"{spent} All that was answered is kept. {move}, and run it again with the same --out: it goes on from "
            "there.",
        )


def _shorter(room: int) -> str:
    """The other way to make the next call fit, where the room for its answer is one that a recipe may name."""
    if room < _SHORTEST:
        return ""
    return f", or allow shorter answers: --set chat.max_output_tokens={room} (which asks anew what was answered)"
