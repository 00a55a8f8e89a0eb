"""The words that the scripted author knows: all of them can be drawn."""

from __future__ import annotations

from typing import Final

PEOPLE: Final = (
    ("Mara", "woman"), ("Tomas", "old man"), ("Ines", "girl"), ("Jonas", "man"), ("Petra", "old woman"),
    ("Emil", "boy"), ("Clara", "woman"), ("Viktor", "man"), ("Greta", "girl"), ("Anton", "old man"),
    ("Nadia", "woman"), ("Felix", "boy"),
)  # fmt: skip
ANIMALS: Final = (("Rex", "dog"), ("Minka", "cat"), ("Bramble", "fox"), ("Juno", "horse"), ("Pip", "bird"))
PLACES: Final = (
    ("old harbour", "harbour"), ("pine forest", "forest"), ("market street", "street"), ("old house", "room"),
    ("city park", "park"), ("high mountain", "mountain"), ("wheat field", "field"), ("dusty workshop", "workshop"),
    ("castle hall", "castle hall"), ("quiet bedroom", "bedroom"), ("windy rooftop", "rooftop"),
    ("stone pier", "harbour"), ("birch wood", "forest"), ("narrow lane", "street"), ("green meadow", "field"),
    ("rose garden", "park"), ("cold summit", "mountain"), ("wooden barn", "workshop"),
)  # fmt: skip
PROPS: Final = (
    ("brass lantern", "lantern"), ("red book", "book"), ("old letter", "letter"), ("iron key", "key"),
    ("paper balloon", "balloon"), ("green umbrella", "umbrella"), ("straw basket", "basket"), ("long rope", "rope"),
)  # fmt: skip
TOPS: Final = ("coat", "raincoat", "jacket", "sweater", "shirt", "tee", "hoodie", "apron")
HATS: Final = ("hat", "straw hat", "beanie", "cap")
HAIR: Final = ("brown", "black", "blonde", "red", "grey")
HAIRSTYLES: Final = ("short", "bob", "long", "ponytail", "bun", "curly")
COLOURS: Final = ("red", "blue", "green", "yellow", "teal", "purple", "orange", "navy", "brown", "white")
COATS: Final = ("brown", "grey", "white", "black")
GENRES: Final = ("drama", "adventure", "comedy", "mystery", "fantasy")
TONES: Final = (
    "((quiet)), warm light, slow steps", "((playful)), bright colours, quick turns",
    "((tense)), long shadows, cold air", "((hopeful)), soft mornings, open skies",
)  # fmt: skip
STYLE_WORDS: Final = ("Dramatic", "Tender", "Whimsical", "Sombre", "Bright")
TITLE_HEADS: Final = ("Light", "Letter", "Winter", "Secret", "Promise", "Return", "Voice", "Road", "Storm", "Gift")
TITLE_TAILS: Final = ("Harbour", "Forest", "Old House", "Silent Town", "Last Train", "Hill", "River", "Morning")
SCENE_HEADS: Final = (
    "A search", "A meeting", "A quarrel", "A discovery", "A rest", "A plan", "A surprise", "A farewell", "A race",
    "A promise", "A question",
)  # fmt: skip
REASONS: Final = (
    "the others are waiting", "the night is near", "there is nobody else to ask", "the way home is long",
    "it was promised long ago", "nothing else has helped",
)  # fmt: skip
QUESTIONS: Final = (
    ("Why does {lead} go on?", "{lead} goes on because {reason}."),
    ("What does {lead} want?", "{lead} wants to find what is missing."),
    ("How does {lead} feel in the end?", "In the end {lead} is calm."),
    ("Where is {lead} when it begins?", "{lead} is where the others are."),
)
THEMES: Final = (
    "a lost dog", "the last train", "two friends and a storm", "a letter that comes too late", "a promise",
    "the key to an old house", "a race over the mountain", "a gift for nobody", "the lantern on the pier",
    "a fox who wants to dance", "an empty chair", "the longest night", "a borrowed coat", "the baker and the bear",
    "a song without words", "the wrong umbrella",
)  # fmt: skip
WORDS: Final = (
    "We should go on before it is dark.", "Have you seen the others?", "I will not leave without you.",
    "Look, there is somebody over there!", "It was here all the time.", "Tell me what you know.",
    "I never thought that we would come so far.", "Stay close to me.", "Who left this here?", "Thank you for waiting.",
    "That is not what I meant.", "Let us try it once more.",
)  # fmt: skip

SETS: Final = {
    "harbour": "harbour", "sea": "harbour", "forest": "forest", "wood": "forest", "woods": "forest",
    "street": "street", "town": "street", "village": "street", "market": "street", "house": "room", "kitchen": "room",
    "room": "room", "park": "park", "garden": "park", "field": "field", "meadow": "field", "farm": "field",
    "mountain": "mountain", "hill": "mountain", "workshop": "workshop", "barn": "workshop", "castle": "castle hall",
    "bedroom": "bedroom", "roof": "rooftop",
}  # fmt: skip
NO_NAMES: Final = frozenset(
    {
        "a", "an", "and", "are", "as", "at", "but", "do", "does", "every", "for", "has", "have", "he", "her", "his",
        "i", "if", "in", "is", "it", "its", "my", "no", "not", "of", "on", "once", "one", "she", "so", "some", "that",
        "the", "then", "there", "they", "this", "to", "we", "what", "when", "where", "who", "why", "with", "you",
    }
)  # fmt: skip

MOVES: Final = ("walk", "run", "stroll", "step", "hurry", "wander")
RESTS: Final = ("sit", "kneel", "stand", "wait", "dance")
TO_PEOPLE: Final = ("wave", "talk", "look", "hug", "watch", "greet", "point", "speak", "thank", "whisper")
TO_THINGS: Final = ("look", "watch", "point", "notice")
WITH_THINGS: Final = ("hold", "raise", "lift", "carry")
DONE_TO_THINGS: Final = (*WITH_THINGS, "take", "drop")
OF_ANIMALS: Final = ("walk", "run", "sit", "wait", "trot", "rest")
ALL_VERBS: Final = (
    *MOVES, *RESTS, *TO_PEOPLE, *WITH_THINGS, *OF_ANIMALS, "take", "give", "follow", "ask", "say", "tell", "see",
    "call", "return", "come", "go", "fall", "find", "sleep", "chase", "climb", "cross",
)  # fmt: skip
FEELINGS: Final = ("happy", "calm", "worried", "surprised", "sad", "neutral", "angry")
ADVERBS: Final = {
    "happy": "happily", "calm": "calmly", "worried": "anxiously", "surprised": "astonished", "sad": "sadly",
    "angry": "angrily", "neutral": "",
}  # fmt: skip
PREPOSITIONS: Final = {
    "wave": "to ", "talk": "to ", "look": "at ", "point": "at ", "speak": "to ", "whisper": "to ", "walk": "to ",
}  # fmt: skip


_THINGS: Final = frozenset(name for name, _ in (*PLACES, *PROPS))


def is_animal(who: str) -> bool:
    """Whether an id is an animal's, by its name."""
    return any(who.lower().split("-")[0] in (name.lower(), kind) for name, kind in ANIMALS)


def shown(one: str, *, thing: bool = False) -> str:
    """A name made of an id: mara is Mara, brass-lantern is the brass lantern."""
    words = one.replace("-", " ").split()
    if thing or " ".join(words) in _THINGS:
        return "the " + " ".join(words)
    return " ".join(word.capitalize() for word in words)


def conjugated(verb: str) -> str:
    """The form for he and she."""
    if verb.endswith(("sh", "ch", "s", "x", "o")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + "s"
