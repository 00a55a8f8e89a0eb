"""Goes through a text sentence by sentence and tells who does what, where, to whom and with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dreamgen.core.vocabulary import Pose
from dreamgen.story.writers.beats import HURTING, Beat, Deed, feeling_in, feeling_of_verb, for_animal, pose_of
from dreamgen.story.writers.cast import Cast, animal_kind
from dreamgen.story.writers.clauses import clauses
from dreamgen.story.writers.lexicon import participle, places, things, verbs, words
from dreamgen.story.writers.looks import Said, colour_alone, described, worn
from dreamgen.story.writers.nouns import Names
from dreamgen.story.writers.parsing import parse
from dreamgen.story.writers.phrases import Chunk, Clause, Mention
from dreamgen.story.writers.props import Props
from dreamgen.story.writers.reading import Reading, Sentence
from dreamgen.story.writers.setting import Setting
from dreamgen.story.writers.speech import chunks_of_speech, speaker_of
from dreamgen.story.writers.tokens import Aside, tokenise

_WEARING = {"wear", "have", "dress", "wrap", "clothe"}
_NOBODY_DOES = {"be", "rain", "snow", "begin", "grow", "get", "happen", "seem", "pour"}
_HIDDEN_WITH = {"of", "like", "as", "about", "without", "than", "except", "from"}
_MOVING: frozenset[Pose] = frozenset({"walk", "run"})
_KEEPS: frozenset[Pose] = frozenset({"stand", "walk", "run", "talk", "look", "hold", "sit"})
_BODY = set(
    ["head", "hand", "hands", "arm", "arms", "leg", "legs", "foot", "feet", "face", "nose", "paw", "paws", "eye", "eyes", "ear", "ears", "hair", "shoulder", "shoulders", "back", "neck", "cheek", "tail", "knee", "knees", "finger", "fingers", "mouth", "lips", "side", "chest"]
)


@dataclass(slots=True)
class Parsed:
    """One sentence, taken apart."""

    sentence: Sentence
    chunks: list[Chunk]
    clauses: list[Clause]
    asides: tuple[Aside, ...]


@dataclass(slots=True)
class Plan:
    """What a text tells, ready to be cut into shots."""

    beats: list[Beat]
    cast: Cast
    props: Props
    setting: Setting
    said: dict[str, Said] = field(default_factory=dict)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    """Words, reason and stand-in of what is in no shot."""


def plan(reading: Reading) -> Plan:
    """The plan of a text; it is read twice, so that what it tells late (that the mouse is a she) is known early."""
    tokens = [tokenise(sentence.text) for sentence in reading.sentences]
    names = Names.of([found for found, _ in tokens])
    parsed = []
    for sentence, (found, asides) in zip(reading.sentences, tokens, strict=True):
        chunks = parse(found, names)
        parsed.append(Parsed(sentence, chunks, clauses(chunks, sentence.text), asides))
    first = _Planner(parsed, {})
    first.run()
    second = _Planner(parsed, first.cast.genders())
    return second.run()


class _Planner:
    def __init__(self, parsed: Sequence[Parsed], genders: Mapping[tuple[int, int], str]) -> None:
        self.parsed = parsed
        self.cast = Cast(genders)
        self.props = Props()
        self.setting = Setting()
        self.said: dict[str, Said] = {}
        self.beats: list[Beat] = []
        self.notes: list[tuple[str, str, str]] = []
        self.holding: dict[str, str] = {}
        self.speakers: list[str] = []
        self.resolved: dict[int, tuple[str, ...]] = {}

    def run(self) -> Plan:
        told = [(clause, item.chunks) for item in self.parsed for clause in item.clauses]
        people = any(
            chunk.who is not None and chunk.who.sort in {"person", "name", "group"}
            for item in self.parsed
            for chunk in item.chunks
        )
        self.setting.begin(told, animals_only=not people)
        for item in self.parsed:
            self._sentence(item)
        return Plan(self.beats, self.cast, self.props, self.setting, self.said, self.notes)

    # sentences

    def _sentence(self, item: Parsed) -> None:
        sentence = item.sentence
        self.cast.sentence = self.props.sentence = sentence.number
        self.notes += [(aside.text, aside.reason, "") for aside in item.asides]
        if self._is_film_talk(item):
            self.setting.weather_and_light(sentence.text)
            for clause in item.clauses:
                self.setting.update(clause)
            self.notes.append((sentence.text, "film_talk", ""))
            return
        self._elsewhere(item)
        self._sky(item)
        self._appositions(item)
        pieces: list[tuple[int, Beat]] = []
        heard = 0
        for clause in item.clauses:
            self.setting.weather_and_light(sentence.text[heard : clause.end])
            heard = max(heard, clause.end)
            self.setting.update(clause)
            beats = self._clause(item, clause)
            pieces += [(max(start, pieces[-1][0] if pieces else 0), beat) for start, beat in beats]
        self.setting.weather_and_light(sentence.text[heard:])
        self._looks(item)
        if not pieces:
            pieces = self._without_deeds(item)
        self._lay_out(sentence, pieces)

    def _lay_out(self, sentence: Sentence, pieces: list[tuple[int, Beat]]) -> None:
        """Cuts the sentence at the beats, so that their texts make it up again."""
        kept: list[tuple[int, Beat]] = []
        for start, beat in pieces:
            if kept and start <= kept[-1][0]:
                kept[-1][1].deeds += beat.deeds
                kept[-1][1].notes += beat.notes
                kept[-1][1].scenery = beat.scenery
            else:
                kept.append((start, beat))
        for number, (start, beat) in enumerate(kept):
            end = kept[number + 1][0] if number + 1 < len(kept) else len(sentence.text)
            beat.text = sentence.text[0 if number == 0 else start : end].strip()
            beat.section, beat.paragraph = sentence.section, sentence.paragraph
            self.beats.append(beat)

    def _is_film_talk(self, item: Parsed) -> bool:
        """A sentence about the film: nobody of the story acts in it, and its subject is a scene, a shot, a title."""
        if any(chunk.kind == "quote" for chunk in item.chunks):
            return False
        subjects = [chunk for clause in item.clauses for chunk in clause.subjects]
        if any(chunk.who is not None for chunk in subjects):
            return False
        film = words("words", "film_talk", "subjects")
        return any(chunk.thing is not None and chunk.thing.head in film for chunk in subjects)

    def _elsewhere(self, item: Parsed) -> None:
        if not any(chunk.low in {"meanwhile", "elsewhere"} for chunk in item.chunks[:3]):
            return
        for chunk in item.chunks:
            if chunk.thing is not None and chunk.thing.head in places() and not places()[chunk.thing.head].scenery:
                clause = Clause(item.clauses[0].verb, 0, 0, phrases=[("in", chunk)]) if item.clauses else None
                if clause is not None:
                    self.setting.update(clause)
                return

    def _appositions(self, item: Parsed) -> None:
        """`The fisherman, Karl Braun, ...` and `Maya, a scientist with glasses, ...` are one person each."""
        chunks = item.chunks
        for at in range(len(chunks) - 3):
            one, comma, other = chunks[at : at + 3]
            if one.who is None or comma.low != "," or other.who is None or not self._apposed(one.who, other.who):
                continue
            end = at + 3
            while end < len(chunks) and chunks[end].kind in {"prep", "thing"} or (end < len(chunks) and chunks[end].low == "and" and chunks[end - 1].kind == "thing"):
                end += 1
            if end >= len(chunks) or chunks[end].low not in {",", ".", ";"}:
                continue
            ids = self._ids(item, one, subject=True)
            if len(ids) != 1:
                continue
            if other.who.sort == "name" or other.who.name:
                self.cast.name(ids[0], other.who.name)
            self.cast.also(ids[0], other.who)
            animal = self.cast.members[ids[0]].sort == "animal"
            self.said.setdefault(ids[0], Said()).note(described(other.who.modifiers, animal))
            self.resolved[id(other)] = ids

    @staticmethod
    def _apposed(one: Mention, other: Mention) -> bool:
        if one.sort == "pronoun" or other.sort == "pronoun" or one.plural or other.plural:
            return False
        if other.sort == "name":
            return one.sort != "name" and other.owner is None
        return other.determiner in {"a", "an"} or (one.sort == "name" and other.determiner in {"the", "his", "her", "their", "my"})

    def _sky(self, item: Parsed) -> None:
        """`The moon's smile`: what is said of the moon is not said of the man."""
        for chunk in item.chunks:
            if chunk.thing is not None and chunk.thing.owner is not None and chunk.thing.owner.sort == "sky":
                self.cast.refer(chunk.thing.owner, (item.sentence.number, chunk.start), subject=True)

    def _without_deeds(self, item: Parsed) -> list[tuple[int, Beat]]:
        """A sentence that only speaks, or in which nobody acts."""
        quotes = [chunk.text for chunk in item.chunks if chunk.kind == "quote"]
        if quotes:
            speaker = speaker_of(self.speakers, item.sentence, self._previous_speech(), self._last_people())
            if speaker is not None:
                return self._speech(item, " ".join(quotes), speaker, self._listener(speaker), "say", True, None)
        people = self._mentioned(item)
        beat = Beat(item.sentence.number, item.sentence.text, self.setting.now)
        if people:
            beat.deeds = [Deed(who, "stand", "stand", True, text=item.sentence.text) for who in people]
            beat.deeds = [self._fit(deed) for deed in beat.deeds]
        else:
            beat.deeds = self._carried()
        reason = "action_not_drawable" if item.clauses else "unreadable_sentence"
        shown = ", ".join(dict.fromkeys(f"{deed.who} {deed.does}" for deed in beat.deeds)) or self.setting.now.place
        beat.notes.append((item.sentence.text, reason, shown))
        return [(0, beat)]

    def _mentioned(self, item: Parsed) -> tuple[str, ...]:
        """Whoever a sentence without deeds names, where nobody denies or supposes it."""
        if any(clause.told for clause in item.clauses):
            return ()
        found: list[str] = []
        for at, chunk in enumerate(item.chunks):
            before = item.chunks[at - 1].low if at else ""
            if chunk.who is not None and before not in _HIDDEN_WITH and chunk.who.sort != "pronoun":
                found += [who for who in self._ids(item, chunk, subject=True) if self.cast.members[who].drawn]
        return tuple(dict.fromkeys(found))[:4]

    def _carried(self) -> list[Deed]:
        """Those who were there just before stay where they are."""
        if not self.beats or self.beats[-1].scenery.place != self.setting.now.place:
            return []
        kept = []
        for deed in self.beats[-1].deeds[:2]:
            pose: Pose = deed.does if deed.does in {"sit", "lie", "stand"} else "stand"
            kept.append(Deed(deed.who, pose, pose, True, using=self.holding.get(deed.who) if pose != "lie" else None))
        return kept

    def _last_people(self) -> tuple[str, ...]:
        return tuple(deed.who for deed in self.beats[-1].deeds) if self.beats else ()

    def _previous_speech(self) -> int:
        """The paragraph in which somebody last spoke, or -1."""
        return next((beat.paragraph for beat in reversed(self.beats) if any(deed.says for deed in beat.deeds)), -1)

    # who is meant

    def _ids(self, item: Parsed, chunk: Chunk, subject: bool, avoid: Sequence[str] = ()) -> tuple[str, ...]:
        if id(chunk) in self.resolved:
            return self.resolved[id(chunk)]
        if chunk.who is None:
            return ()
        shut = list(avoid)
        if subject and (chunk.who.sort == "pronoun" or chunk.who.plural):
            shut += self._named_later(item, chunk)
        found = self.cast.refer(chunk.who, (item.sentence.number, chunk.start), subject, shut)
        self.resolved[id(chunk)] = found
        for who in found:
            person = self.cast.members[who]
            self.said.setdefault(who, Said()).note(described(chunk.who.modifiers, person.sort == "animal"))
        return found

    def _named_later(self, item: Parsed, chunk: Chunk) -> list[str]:
        """`He falls as Jack celebrates`: he isn't Jack."""
        if any(clause.leads and chunk in clause.subjects for clause in item.clauses):
            return []
        later = [other for other in item.chunks if other.start > chunk.start and other.who is not None]
        found: list[str] = []
        for other in later:
            mention = other.who
            if (
                mention is not None
                and mention.sort in {"name", "person", "animal"}
                and not mention.plural
                and mention.owner is None
            ):
                found += self.cast.known(mention)
        return found

    def _cataphora(self, item: Parsed, clause: Clause) -> None:
        """`When she woke, the girl...`: the noun of the main clause says who she is."""
        if (
            not clause.leads
            or not clause.subjects
            or clause.subjects[0].who is None
            or clause.subjects[0].who.sort != "pronoun"
        ):
            return
        pronoun = clause.subjects[0]
        for other in item.chunks[item.chunks.index(pronoun) + 1 :]:
            if other.who is not None and other.who.sort in {"name", "person", "animal"} and not other.who.plural:
                before = item.chunks[item.chunks.index(other) - 1]
                inside = any(other in (*own.objects,) for own in item.clauses if own is clause)
                if before.kind == "prep" or inside:
                    continue
                ids = self._ids(item, other, subject=True)
                if ids and self.cast.fits(ids[0], pronoun.who.pronoun if pronoun.who else ""):
                    self.resolved[id(pronoun)] = ids
                return

    # clauses

    def _clause(self, item: Parsed, clause: Clause) -> list[tuple[int, Beat]]:
        if clause.told or clause.verb.negated:
            return []
        self._cataphora(item, clause)
        subjects: list[str] = []
        for chunk in clause.subjects:
            if chunk.low == "it" and clause.verb.lemma in _NOBODY_DOES:
                continue
            subjects += [who for who in self._ids(item, chunk, subject=True) if who not in subjects]
        sky = [who for who in subjects if not self.cast.members[who].drawn]
        actors = tuple(who for who in subjects if self.cast.members[who].drawn)
        if len(actors) > 1:
            self.cast.join(actors)
        self._owners(clause)
        if self._is_naming(clause):
            return []
        text = item.sentence.text[clause.start : clause.end]
        if not actors:
            return self._nobody(item, clause, text, bool(sky))
        if self._names_somebody(item, clause, actors):
            return []
        partners = self._partners(item, clause, actors)
        if clause.speech is not None:
            self.speakers.append(actors[0])
            whom = partners[0] if partners else self._listener(actors[0])
            return self._speech(
                item,
                clause.speech,
                actors[0],
                whom,
                clause.verb.lemma,
                clause.verb.lemma in words("verbs", "talk", "shows"),
                clause,
            )
        if self._is_weak(item, clause, actors, partners):
            self.notes.append((text, "action_not_drawable", ""))
            return []
        beat = Beat(item.sentence.number, text, self.setting.now)
        beat.deeds = self._deeds(clause, actors, partners, text)
        unseen = [deed for deed in beat.deeds if deed.text and not deed.seen]
        if unseen:
            shown = ", ".join(f"{deed.who} {deed.does}" for deed in unseen)
            beat.notes.append((text, "action_not_drawable", shown))
        return [(clause.opens, beat)]

    def _owners(self, clause: Clause) -> None:
        """`his paw`, `her nose`: a pronoun before a thing also tells who is a he or a she."""
        for chunk in [*clause.objects, *(chunk for _, chunk in clause.phrases)]:
            if (
                chunk.thing is not None
                and chunk.thing.owner is not None
                and chunk.thing.owner.pronoun in {"his", "her"}
            ):
                self.cast.refer_owner(chunk.thing.owner)

    def _nobody(self, item: Parsed, clause: Clause, text: str, sky: bool) -> list[tuple[int, Beat]]:
        """A clause whose subject is a thing, or the moon."""
        for chunk in clause.subjects:
            found = self.props.refer(chunk.thing) if chunk.thing is not None else None
            if found is not None:  # what moves by itself is in nobody's hand
                self.holding = {who: prop for who, prop in self.holding.items() if prop != found[0]}
        others: list[str] = []
        for chunk in [*clause.objects, *(chunk for _, chunk in clause.phrases)]:
            if chunk.who is not None and chunk.who.pronoun not in {"it", "all"}:
                others += [who for who in self._ids(item, chunk, subject=False) if self.cast.members[who].drawn]
        if not clause.subjects and not others:
            return []
        beat = Beat(item.sentence.number, text, self.setting.now)
        beat.deeds = [
            self._fit(Deed(who, "stand", "stand", True, text="")) for who in dict.fromkeys(others)
        ] or self._carried()
        reason = "no_such_character" if sky else "thing_does_not_act"
        shown = ", ".join(deed.who for deed in beat.deeds) or self.setting.now.place
        beat.notes.append((text, reason, shown))
        return [(clause.opens, beat)]

    def _is_naming(self, clause: Clause) -> bool:
        """`His name was Aldo`: nothing that anybody does."""
        subject = clause.subjects[0].thing if clause.subjects else None
        if subject is None or clause.verb.lemma != "be" or subject.head != "name" or subject.owner is None:
            return False
        named = next((chunk.who for chunk in clause.objects if chunk.who is not None and chunk.who.sort == "name"), None)
        for who in self.cast.refer_owner(subject.owner)[:1] if named is not None else ():
            self.cast.name(who, named.name if named is not None else "")
        return named is not None

    def _names_somebody(self, item: Parsed, clause: Clause, actors: tuple[str, ...]) -> bool:
        """`Jack is the son of a king`, `the dog's name was Rex`: who somebody is, and nothing to be seen."""
        if clause.verb.lemma not in {"be", "become", "remain", "seem"} or len(actors) != 1 or clause.verb.passive:
            return False
        said = next(
            (chunk.who for chunk in clause.objects if chunk.who is not None and chunk.who.sort in {"person", "animal"}),
            None,
        )
        if said is None or said.plural:
            return False
        self.cast.also(actors[0], said)
        self.said.setdefault(actors[0], Said()).note(
            described(said.modifiers, self.cast.members[actors[0]].sort == "animal")
        )
        chunk = next(chunk for chunk in clause.objects if chunk.who is said)
        self.resolved[id(chunk)] = actors
        return any(other is not clause and not other.told for other in item.clauses)

    def _partners(self, item: Parsed, clause: Clause, actors: tuple[str, ...]) -> tuple[str, ...]:
        """Ids of the characters that a clause does something to or with."""
        found: list[str] = []
        for chunk in clause.objects:
            if chunk.who is not None and not self._means_thing(item, clause, chunk):
                found += self._ids(item, chunk, subject=False, avoid=() if chunk.low.endswith("sel") else actors)
            elif chunk.thing is not None and chunk.thing.head in _BODY and chunk.thing.owner is not None:
                found += self.cast.refer_owner(chunk.thing.owner)
        for preposition, chunk in clause.phrases:
            if preposition in _HIDDEN_WITH:
                continue
            if chunk.who is not None:
                found += self._ids(item, chunk, subject=False, avoid=actors)
            elif chunk.thing is not None and chunk.thing.head in _BODY and chunk.thing.owner is not None:
                found += self.cast.refer_owner(chunk.thing.owner)
        return tuple(who for who in dict.fromkeys(found) if who not in actors and self.cast.members[who].drawn)

    def _means_thing(self, item: Parsed, clause: Clause, chunk: Chunk) -> bool:
        """`them` and `it` right after a thing mean the thing."""
        if chunk.low not in {"it", "them"}:
            return False
        before = [other for other in item.chunks if other.start < chunk.start]
        for other in reversed(before):
            if other.thing is not None and other.thing.plural == (chunk.low == "them") and other.thing.head in things():
                return True
            if (
                other.who is not None
                and other.who.plural == (chunk.low == "them")
                and other.who.pronoun not in {"it", "them"}
            ):
                return False
        handled = clause.verb.lemma in words("verbs", "helpers", "keeping") | words("verbs", "helpers", "losing")
        if handled and self.props.last_named >= self.props.sentence - 1:
            return True
        return chunk.low == "it" and not self.cast.beast_near()

    def _is_weak(self, item: Parsed, clause: Clause, actors: tuple[str, ...], partners: tuple[str, ...]) -> bool:
        """Nothing to see, and the same people do something else in the sentence."""
        if not self._is_plain(clause) or partners:
            return False
        for other in item.clauses:
            if other is clause or other.told or other.verb.negated or self._is_plain(other):
                continue
            theirs = {who for chunk in other.subjects for who in self.resolved.get(id(chunk), ())}
            if other.subjects == clause.subjects or theirs & set(actors):
                return True
        return False

    def _is_plain(self, clause: Clause) -> bool:
        """Whether its verb is one that no body shows."""
        entry = verbs().get(clause.verb.lemma)
        lemma = clause.verb.lemma
        plain = entry is None or not entry.known_pose or lemma in words("verbs", "helpers", "thinking")
        moved = feeling_of_verb(lemma, "feels" if clause.verb.passive else "ways")
        return plain and not self._feeling(clause) and moved is None

    # looks

    def _looks(self, item: Parsed) -> None:
        """What a sentence says of clothes, hair and build."""
        for at, chunk in enumerate(item.chunks):
            ids = self.resolved.get(id(chunk), ())
            if chunk.kind == "who" and ids and at + 1 < len(item.chunks) and item.chunks[at + 1].low in {"in", "with"}:
                self._dress(ids, item.chunks[at + 2 :])
            if chunk.thing is not None and chunk.thing.owner is not None and worn(chunk.thing):
                self._note_looks(self.cast.refer_owner(chunk.thing.owner), chunk)
        for clause in item.clauses:
            ids = tuple(who for chunk in clause.subjects for who in self.resolved.get(id(chunk), ()))
            if clause.verb.lemma in _WEARING and ids:
                worn_here = [
                    *clause.objects,
                    *(chunk for preposition, chunk in clause.phrases if preposition in {"in", "with", "on"}),
                ]
                for chunk in worn_here:
                    self._note_looks(ids, chunk)

    def _dress(self, ids: tuple[str, ...], following: Sequence[Chunk]) -> None:
        for chunk in following:
            if chunk.thing is not None and chunk.thing.owner is None and (worn(chunk.thing) or colour_alone(chunk.thing)):
                self._note_looks(ids, chunk)
            elif chunk.low not in {"and", ",", "with", "in"}:
                return

    def _note_looks(self, ids: Sequence[str], chunk: Chunk) -> None:
        if chunk.thing is None:
            return
        for who in ids:
            said = self.said.setdefault(who, Said())
            said.note(worn(chunk.thing))
            said.loose_colour = said.loose_colour or colour_alone(chunk.thing)

    # deeds

    def _feeling(self, clause: Clause) -> str | None:
        around = list(clause.words)
        for chunk in clause.subjects:
            if chunk.who is not None:
                around = [*chunk.who.modifiers, *around]
        for preposition, chunk in clause.phrases:
            if (
                chunk.thing is not None
                and preposition in {"in", "with", "for", "from", "of"}
                and chunk.thing.owner is None
            ):
                around += chunk.thing.words
        if clause.verb.lemma in {"be", "feel", "become", "get", "look", "seem", "grow", "make"}:
            for chunk in clause.objects:
                around += chunk.thing.words if chunk.thing is not None else ()
        return feeling_in(around)

    def _deeds(self, clause: Clause, actors: tuple[str, ...], partners: tuple[str, ...], text: str) -> list[Deed]:
        lemma = clause.verb.lemma
        action = f"be {participle(lemma)}" if clause.verb.passive else lemma
        pose, seen = pose_of(clause)
        using, standing = self._things(clause)
        feels = self._feeling(clause) or (
            feeling_of_verb(lemma) if not clause.verb.passive else feeling_of_verb(lemma, "feels")
        )
        if lemma == "wear" and any(
            chunk.thing is not None and worn(chunk.thing) for chunk in [*clause.objects, *(chunk for _, chunk in clause.phrases)]
        ):
            seen = True
        if using and not clause.verb.passive:
            pose, seen = self._with_prop(lemma, pose, seen)
        elif pose == "hold":
            pose, seen = ("look" if lemma in words("verbs", "look", "stands_in") else "stand"), False
        empty_handed = pose_of(clause)[0] == "hold" and using is None
        mount = next((who for who in partners if self.cast.members[who].sort == "animal"), None)
        if lemma in {"ride", "mount"} and mount is not None:
            pose, seen = "walk", False
        deeds: list[Deed] = []
        for who in actors:
            whom = next(iter(partners), None) or standing
            if whom is None and len(actors) == 2 and lemma in words("verbs", "both_do", "words"):
                whom = next(other for other in actors if other != who)
            held = using or (None if empty_handed else self._kept(who, pose))
            if using is not None and who != actors[0]:
                held = self.props.another(using, actors.index(who) + 1) if self._each_has_one(clause) else None
            if using is not None and self.holding.get(who, "").startswith(using):
                held = self.holding[who]
            deeds.append(self._fit(Deed(who, pose, action, seen, whom, held, feels, None, clause.because, text)))  # type: ignore[arg-type]
        deeds += self._answers(clause, actors, partners, pose, mount)
        self._pass_on(lemma, actors, partners, using)
        if pose in {"fall", "lie"}:
            self.holding = {who: prop for who, prop in self.holding.items() if who not in actors}
        if standing is not None and partners:
            deeds = [
                replace(deed, whom=standing) if deed.whom is None and deed.who in partners and self.cast.members[deed.who].drawn else deed
                for deed in deeds
            ]
        return deeds

    @staticmethod
    def _each_has_one(clause: Clause) -> bool:
        """`bearing signs`: several things for several people."""
        return any(chunk.thing is not None and chunk.thing.plural for chunk in [*clause.objects, *(chunk for _, chunk in clause.phrases)])

    def _answers(
        self, clause: Clause, actors: tuple[str, ...], partners: tuple[str, ...], pose: Pose, mount: str | None
    ) -> list[Deed]:
        """What those do to whom, or with whom, it is done."""
        lemma = clause.verb.lemma
        companions = {
            who
            for preposition, chunk in clause.phrases
            if preposition == "with"
            for who in self.resolved.get(id(chunk), ())
        }
        found: list[Deed] = []
        for number, who in enumerate(partners):
            if lemma in words("verbs", "both_do", "words") and number == 0 and not clause.verb.passive:
                answer: Pose = "run" if lemma in {"chase", "pursue"} else pose
                found.append(
                    Deed(
                        who,
                        answer,
                        {"chase": "flee", "pursue": "flee"}.get(lemma, lemma),
                        True,
                        actors[0] if answer != "run" else None,
                    )
                )
            elif lemma in HURTING and number == 0 and clause.objects:
                found.append(Deed(who, "lie", "lie", True))
            elif who == mount and lemma in {"ride", "mount"}:
                found.append(Deed(who, "walk", "walk", True))
            elif who in companions and pose in _MOVING | {"sit", "dance"}:
                found.append(Deed(who, pose, pose, True))
            elif (feels := feeling_of_verb(lemma, "feels")) is not None and number == 0:
                found.append(Deed(who, "stand", "stand", True, feels=feels))
            elif number > 0:
                found.append(Deed(who, "stand", "stand", True))
        return [self._fit(deed) for deed in found]

    def _things(self, clause: Clause) -> tuple[str | None, str | None]:
        """The prop in the hand and the prop on the stage that a clause names."""
        using = standing = None
        for preposition, chunk in [("", chunk) for chunk in clause.objects] + clause.phrases:
            if chunk.low in {"it", "them"} and preposition == "" and clause.verb.lemma not in words("verbs", "look", "shows"):
                latest = self.props.latest(chunk.low == "them") if id(chunk) not in self.resolved else None
                using = using or (latest[0] if latest is not None and latest[1].held else None)
                continue
            if chunk.thing is None or worn(chunk.thing) or preposition in {"of", "like", "as", "about"}:
                continue
            if chunk.thing.head == "camera" and preposition in {"to", "toward", "towards"}:
                continue
            if preposition and chunk.thing.head in places() and chunk.thing.head not in things():
                continue
            found = self.props.refer(chunk.thing)
            if found is None:
                continue
            prop, entry = found
            if (
                entry.held
                and preposition in {"", "with", "using", "on", "for"}
                and not self._only_seen(clause, preposition)
            ):
                using = using or prop
            elif not entry.held and preposition != "from":
                standing = standing or prop
        return using, standing

    @staticmethod
    def _only_seen(clause: Clause, preposition: str) -> bool:
        """A thing that is looked at, wanted or lost is in nobody's hand."""
        lemma = clause.verb.lemma
        apart = (
            words("verbs", "look", "shows")
            | words("verbs", "helpers", "thinking")
            | {"search", "seek", "discover", "lose", "miss"}
        )
        return lemma in apart and preposition in {"", "for", "on"}

    @staticmethod
    def _with_prop(lemma: str, pose: Pose, seen: bool) -> tuple[Pose, bool]:
        if pose in {"hold", "stand"} or lemma == "leave":
            return "hold", lemma in words("verbs", "hold", "shows")
        return pose, seen

    def _kept(self, who: str, pose: Pose) -> str | None:
        return self.holding.get(who) if pose in _KEEPS else None

    def _pass_on(self, lemma: str, actors: tuple[str, ...], partners: tuple[str, ...], using: str | None) -> None:
        """Who has what in hand from now on."""
        if using is None:
            return
        for holder in [who for who, prop in self.holding.items() if prop == using]:
            del self.holding[holder]
        if lemma in words("verbs", "helpers", "giving") and partners and lemma != "show":
            self.holding[partners[0]] = using
        elif lemma in words("verbs", "helpers", "keeping"):
            self.holding[actors[0]] = using
            for number, who in enumerate(actors[1:], start=2):
                if f"{using}-{number}" in self.props.found:
                    self.holding[who] = f"{using}-{number}"

    def _fit(self, deed: Deed) -> Deed:
        """The deed as this body can do it: animals neither wave nor hold."""
        person = self.cast.members[deed.who]
        if person.sort != "animal":
            return deed
        kind = animal_kind(person.heads[0])
        pose, seen = for_animal(kind[0] if kind else "dog", deed.action, deed.does, deed.seen)
        return Deed(deed.who, pose, deed.action, seen, deed.whom, None, deed.feels, deed.says, deed.because, deed.text)

    # speech

    def _listener(self, speaker: str) -> str | None:
        """Whom somebody talks to when the text doesn't say: the last other one on stage."""
        for beat in reversed(self.beats[-3:]):
            if beat.scenery.place != self.setting.now.place:
                return None
            for who in beat.who:
                if who in self.cast.members and who != speaker:
                    return who
        return None

    def _speech(
        self, item: Parsed, quote: str, speaker: str, whom: str | None, action: str, shows: bool, clause: Clause | None
    ) -> list[tuple[int, Beat]]:
        found: list[tuple[int, Beat]] = []
        sentence = item.sentence
        if clause is None:
            self.speakers.append(speaker)
        feels = self._feeling(clause) if clause is not None else None
        feels = feels or feeling_of_verb(action)
        for words_said in chunks_of_speech(quote):
            start = sentence.text.find(words_said)
            if start > 0 and sentence.text[start - 1] in "\"'":
                start -= 1
            deed = Deed(
                speaker, "talk", action, shows, whom, self._kept(speaker, "talk"), feels, _closed(words_said),  # type: ignore[arg-type]
                clause.because if clause is not None else None, sentence.text,
            )  # fmt: skip
            beat = Beat(sentence.number, sentence.text, self.setting.now, [self._fit(deed)])
            found.append((max(0, start), beat))
        return found


def _closed(text: str) -> str:
    """Spoken words as a caption has them: without the comma that led on."""
    return text[:-1] + "." if text.endswith((",", ";", "-", ":")) else text
