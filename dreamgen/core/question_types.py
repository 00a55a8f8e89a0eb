"""The twelve types of fine-grained questions of PLM-FGQA, and which of them a question can be of.

The types are those of PerceptionLM (arXiv 2504.13180, appendix on PLM-FGQA); the words by which a question is held to
be of one are ours. The words decide little: most questions fit several types, and then whoever wrote them says which.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal, get_args

from dreamgen.core.pairs import InstructionPair

QuestionType = Literal[
    "Action Recognition", "Action Sequence", "Counting", "Movement Direction", "Object Attributes", "Object Location",
    "Object Recognition", "Object State", "Pose", "Spatial Relations", "Speed/Force", "Other",
]  # fmt: skip
QUESTION_TYPES: Final[tuple[QuestionType, ...]] = get_args(QuestionType)
"""All of them, in the paper's order."""

BENCHMARK: Final = "PLM-FGQA/"
"""How a pair's `benchmarks` name them: PLM-FGQA/Counting."""

OTHER: Final[QuestionType] = "Other"

_NUMBER: Final = re.compile(
    r"\d|\b(?:no|none|nobody|zero|one|once|two|twice|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|"
    r"several|both|single|pair)\b",
    re.IGNORECASE,
)
_WAY: Final = re.compile(
    r"\b(?:left|right|up|down|upwards?|downwards?|forwards?|backwards?|sideways|towards?|away|into|out|past|across|"
    r"through|around|round|(?:anti|counter)?-?clockwise|in place|one place|still|nowhere|back)\b",
    re.IGNORECASE,
)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


_SURELY: Final[tuple[tuple[QuestionType, re.Pattern[str]], ...]] = (
    ("Counting", _words(r"how many|how often|(?:what|which) number of|what is the number of")),
    ("Movement Direction", _words(r"(?:which|what) (?:way|direction)|toward what|towards what")),
    ("Speed/Force", _words(r"how (?:fast|quick|quickly|slow|slowly|hard|firmly|gently|strongly|forcefully)"
                           r"|(?:what|which) (?:speed|pace|force|pressure)")),
    ("Object Attributes", _words(r"(?:what|which) colou?rs?|made of what|(?:what|which) (?:material|pattern|shape)")),
    ("Spatial Relations", _words(r"(?:which|what) side|relative to|seen from|from the viewer")),
    ("Action Sequence", _words(r"in (?:which|what) order|(?:what|which) sequence")),
    ("Object State", _words(r"(?:what|which) (?:state|condition)")),
    ("Pose", _words(r"(?:what|which) (?:pose|posture|stance|position)")),
)  # fmt: skip
"""Words that leave one type alone."""

_MAYBE: Final[tuple[tuple[QuestionType, re.Pattern[str]], ...]] = (
    ("Counting", _words(r"count|number")),
    ("Movement Direction", _words(r"direction|where (?:do|does|is|are|did) .*(?:go|going|move|moving|head|heading|"
                                  r"walk|walking|run|running|turn|turning)")),
    ("Speed/Force", _words(r"speed|pace|force|pressure|faster|slower|harder|quickly|slowly|gently|fast|slow")),
    ("Action Sequence", _words(r"before|after|first|next|last|then|finally|later|earlier|afterwards|begins?|starts?|"
                               r"ends?|steps?|once|until")),
    ("Object Attributes", _words(r"colou?rs?|shape|size|material|pattern|kind|sort|type|look|looks|wear|wears|wearing|"
                                 r"worn|dressed|hair|big|large|small|long|tall|has on|have on")),
    ("Spatial Relations", _words(r"left|right|behind|in front|next to|beside|between|above|below|under|underneath|"
                                 r"closer|closest|nearer|nearest|opposite|on top of|over|near|inside|side")),
    ("Pose", _words(r"pose|posture|stance|position|sit|sits|sitting|seated|stand|stands|standing|lie|lies|lying|"
                    r"kneel|kneels|kneeling|crouching|bent|leaning|body|arms?|legs?|hands?|head|held|hold|doing")),
    ("Object State", _words(r"state|condition|open|opened|closed|shut|full|empty|broken|folded|lit|wet|dry|raw|cooked|"
                            r"peeled|cut|on or off|switched|turned|become|becomes|happens to|changes?|like")),
    ("Object Location", _words(r"where|(?:in|on|into|onto|from|under|at) (?:what|which)|(?:what|which) (?:place|room|"
                               r"part|corner)|put|puts|placed|located|location")),
    ("Action Recognition", _words(r"doing|do|does|did|done|happens?|happening|action|activity|perform|performs|how")),
    ("Object Recognition", _words(r"what|which|who|whom|whose|name|object|thing|tool|item")),
)  # fmt: skip
"""Words that allow a type, in the order in which a question that nobody has typed is taken to be of one."""

_LIKELY: Final[tuple[tuple[QuestionType, re.Pattern[str]], ...]] = (
    ("Movement Direction", _words(r"direction|where (?:do|does|is|are) .*(?:going|moving|heading)")),
    ("Action Sequence", _words(r"(?:do|does|doing|happens?) .*(?:before|after|first|next|last|then|finally|afterwards)"
                               r"|(?:before|after|first|next|last|then) .*(?:do|doing|happens?)")),
    ("Object Attributes", _words(r"colou?rs?|wear|wears|wearing|worn|look like|looks? like|hair")),
    ("Spatial Relations", _words(r"(?:left|right) of|behind|in front of|next to|beside")),
    ("Pose", _words(r"pose|posture")),
    ("Object Location", _words(r"where is the|where are the|where is a")),
    ("Action Recognition", _words(r"what .*(?:doing|do|happening|happens)")),
    ("Object Recognition", _words(r"(?:what|which) (?:object|thing|tool|item|animal)|what .*(?:holding|hold|carrying|"
                                  r"carry|using|use)")),
)  # fmt: skip

_SUBTYPES: Final[dict[QuestionType, tuple[tuple[str, re.Pattern[str]], ...]]] = {
    "Action Recognition": (("manner", _words("how")), ("interaction", _words("to|with")),),
    "Action Sequence": (
        ("order", _words("order|sequence")), ("before", _words("before|earlier")),
        ("after", _words("after|afterwards|next|then|later|once")), ("first", _words("first|begins?|starts?")),
        ("last", _words("last|finally|ends?")),
    ),
    "Counting": (
        ("repetitions", _words("times|how often")), ("people", _words("people|persons?|men|women|boys|girls|children")),
        ("animals", _words("animals?|dogs|cats|horses|birds")), ("shots", _words("shots|scenes|cuts|places")),
    ),
    "Movement Direction": (("camera", _words("camera|picture|view")), ("hand", _words("hands?|arms?")),),
    "Object Attributes": (
        ("colour", _words("colou?rs?")), ("clothes", _words("wear|wears|wearing|worn|dressed|has on|have on")),
        ("hair", _words("hair")), ("size", _words("size|big|large|small|long|tall")),
        ("material", _words("material|made of")), ("shape", _words("shape|pattern")),
        ("kind", _words("kind|sort|type")),
    ),
    "Object Location": (("hand", _words("hands?")), ("container", _words("into|inside|in (?:what|which)")),),
    "Object Recognition": (("person", _words("who|whom|whose")), ("tool", _words("tool|use|uses|using")),),
    "Object State": (("change", _words("becomes?|changes?|happens to|after|end")),),
    "Pose": (("limbs", _words("arms?|legs?|hands?|head")),),
    "Spatial Relations": (
        ("left or right", _words("left|right|side")), ("depth", _words("behind|in front|closer|nearer")),
        ("above or below", _words("above|below|under|underneath|over|on top of")),
    ),
    "Speed/Force": (("force", _words("force|hard|harder|pressure|firmly|gently|strongly|forcefully")),),
    "Other": (
        ("reason", _words("why")), ("time", _words("when|how long")), ("feeling", _words("feels?|feeling|mood")),
    ),
}  # fmt: skip
_PLAIN: Final = {"Movement Direction": "body", "Pose": "body", "Object State": "state", "Speed/Force": "speed"}
GENERAL: Final = "general"
"""The subtype of a question that is of no other."""


_WHICH_PART: Final = re.compile(r"\b(?:in|of) the \w+ shot\b|\bfor the (?:first|last) time\b", re.IGNORECASE)
"""Says when something is asked, not what."""
_TEXTS: Final = frozenset({"caption", "dialogue", "region_caption", "region_localise", "region_dense"})
"""Forms that ask for whole texts, or for times."""


def named_type(pair: InstructionPair) -> QuestionType | None:
    """The type that a pair's `benchmarks` name; None where they name none, or several as those of a dialogue do."""
    named = [name.removeprefix(BENCHMARK) for name in pair.benchmarks if name.startswith(BENCHMARK)]
    return next((one for one in QUESTION_TYPES if one == named[0]), None) if len(named) == 1 else None


def type_of(pair: InstructionPair) -> QuestionType:
    """The type of a pair: the one that it names, else the one that its question's words tell, else Other."""
    told = OTHER if pair.form in _TEXTS else type_told(pair.turns[0].text)
    return named_type(pair) or told


def subtype_of(pair: InstructionPair) -> str:
    """What a pair asks for within its type: colour, before, people; `general` where no word tells."""
    return subtype_told(type_of(pair), pair.turns[0].text)


def type_told(question: str) -> QuestionType:
    """The type that the words of a question tell best; Other where they tell none."""
    what = _WHICH_PART.sub(" ", question)
    return next((kind for kind, words in (*_SURELY, *_LIKELY) if words.search(what)), OTHER)


def subtype_told(kind: QuestionType, question: str) -> str:
    """The subtype that the words of a question tell."""
    what = _WHICH_PART.sub(" ", question)
    found = (name for name, words in _SUBTYPES[kind] if words.search(what))
    return next(found, _PLAIN.get(kind, GENERAL))


def mistyped(kind: QuestionType, question: str, answer: str) -> str:
    """Why a question can't be of a type, in words; empty where it can.

    Args:
        kind: what whoever wrote it says.
        question: as it is asked.
        answer: the right one.
    """
    surely = [name for name, words in _SURELY if words.search(question)]
    if surely and kind not in surely:
        return f"the question asks for {surely[0]}, not for {kind}"
    maybe = any(words.search(question) for name, words in _MAYBE if name == kind)
    if kind != OTHER and not surely and not maybe:
        return f"no word of the question asks for {kind}"
    if kind == "Counting" and not _NUMBER.search(answer):
        return "the answer says no number"
    if kind == "Movement Direction" and not _WAY.search(answer):
        return "the answer says no direction"
    return ""


def histogram(pairs: Iterable[InstructionPair]) -> tuple[tuple[QuestionType, int], ...]:
    """How many questions there are of each type, zeros too, in the paper's order.

    Binary pairs of one question are one question.
    """
    asked = {pair.question or pair.id: type_of(pair) for pair in pairs}
    counts = Counter(asked.values())
    return tuple((kind, counts[kind]) for kind in QUESTION_TYPES)
