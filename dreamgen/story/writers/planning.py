"""Goes through a text sentence by sentence and tells who does what, where, to whom and with what."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dreamgen.story.writers.beats import Beat, Deed, feeling_of_verb, pose_of
from dreamgen.story.writers.cast import Cast
from dreamgen.story.writers.clauses import clauses
from dreamgen.story.writers.lexicon import places, words
from dreamgen.story.writers.looks import Said
from dreamgen.story.writers.meaning import Parsed
from dreamgen.story.writers.names import Names
from dreamgen.story.writers.onstage import OnStage
from dreamgen.story.writers.parsing import parse
from dreamgen.story.writers.phrases import Clause
from dreamgen.story.writers.props import Props
from dreamgen.story.writers.reading import Reading, Sentence
from dreamgen.story.writers.sentences import set_apart
from dreamgen.story.writers.setting import Setting, dawn_in
from dreamgen.story.writers.speech import chunks_of_speech, is_bare, speaker_of
from dreamgen.story.writers.tokens import tokenise

_NOBODY_DOES = {"be", "rain", "snow", "begin", "grow", "get", "happen", "seem", "pour"}
_HIDDEN_WITH = {"of", "like", "as", "about", "without", "than", "except", "from"}


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


class _Planner(OnStage):
    """Makes the beats of a text."""

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
        if not pieces:
            pieces = self._without_deeds(item)
        self._looks(item)
        self._lay_out(item, pieces)

    def _lay_out(self, item: Parsed, pieces: list[tuple[int, Beat]]) -> None:
        """Cuts the sentence at the beats, so that their texts make it up again."""
        sentence = item.sentence
        kept: list[tuple[int, Beat]] = []
        for start, beat in pieces:
            if kept and start <= kept[-1][0]:
                kept[-1][1].deeds += beat.deeds
                kept[-1][1].notes += beat.notes
                kept[-1][1].scenery = beat.scenery
            else:
                kept.append((start, beat))
        set_apart(kept, item.chunks, item.clauses)
        for number, (start, beat) in enumerate(kept):
            end = kept[number + 1][0] if number + 1 < len(kept) else len(sentence.text)
            beat.text = sentence.text[0 if number == 0 else start : end].strip()
            beat.section, beat.paragraph = sentence.section, sentence.paragraph
            if dawn := dawn_in(beat.text):
                beat.notes.append((dawn, "time_not_drawable", beat.scenery.time))
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

    def _without_deeds(self, item: Parsed) -> list[tuple[int, Beat]]:
        """A sentence that only speaks, or in which nobody acts."""
        quotes = [chunk.text for chunk in item.chunks if chunk.kind == "quote"]
        if quotes:
            replies = self._replies(item.sentence)
            present = self._addressed() if replies else self._last_people()
            speaker = speaker_of(self.speakers, item.sentence, self._previous_speech(), present, replies)
            if speaker is not None:
                return self._speech(item, " ".join(quotes), speaker, self._listener(speaker), None)
        people = () if any(clause.denied for clause in item.clauses) else self._mentioned(item)
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

    def _replies(self, sentence: Sentence) -> bool:
        """Whether two bare quotations stand side by side, so that two speak."""
        before = self.parsed[sentence.number - 1].sentence if sentence.number else None
        return before is not None and is_bare(before) and is_bare(sentence)

    def _addressed(self) -> tuple[str, ...]:
        """Whoever the last speaker talks to."""
        other = self._listener(self.speakers[-1]) if self.speakers else None
        return (other,) if other is not None else self._last_people()

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

    def _clause(self, item: Parsed, clause: Clause) -> list[tuple[int, Beat]]:
        """The beats of one clause, each with the place where the sentence may be cut before it."""
        plainly_not = clause.denied and clause.verb.modal and len(item.clauses) == 1  # the boy could not sleep
        if clause.told and not plainly_not:
            return []
        if clause.denied:
            return self._not_done(item, clause)
        actors, sky = self._actors(item, clause)
        if self._is_naming(clause):
            return []
        text = item.sentence.text[clause.start : clause.end]
        if not actors:
            return self._nobody(item, clause, text, sky)
        if self._names_somebody(item, clause, actors):
            return []
        partners = self._partners(item, clause, actors)
        if clause.speech is not None:
            whom = partners[0] if partners else self._listener(actors[0])
            return self._speech(item, clause.speech, actors[0], whom, clause)
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

    def _not_done(self, item: Parsed, clause: Clause) -> list[tuple[int, Beat]]:
        """A clause that says what did not happen: those who didn't do it are there, doing nothing."""
        text = item.sentence.text[clause.opens : clause.end]
        if any(not (other.told or other.denied) for other in item.clauses):
            self.notes.append((text if " " in text else item.sentence.text, "denied", ""))
            return []
        actors, _ = self._actors(item, clause)
        denied = pose_of(clause)[0]
        before = {deed.who: deed for deed in self._carried() if deed.does != denied}
        beat = Beat(item.sentence.number, text, self.setting.now)
        for who in actors:
            deed = before.get(who, Deed(who, "stand", "stand", False))
            beat.deeds.append(replace(deed, seen=False, text=text))
        beat.deeds = beat.deeds or self._carried()
        shown = ", ".join(f"{deed.who} {deed.does}" for deed in beat.deeds) or self.setting.now.place
        beat.notes.append((text, "denied", shown))
        return [(clause.opens, beat)]

    def _actors(self, item: Parsed, clause: Clause) -> tuple[tuple[str, ...], bool]:
        """Who acts in a clause, and whether it is the moon."""
        self._cataphora(item, clause)
        subjects: list[str] = []
        for chunk in clause.subjects:
            if chunk.low == "it" and clause.verb.lemma in _NOBODY_DOES:
                continue
            subjects += [who for who in self._ids(item, chunk, subject=True) if who not in subjects]
        actors = tuple(who for who in subjects if self.cast.members[who].drawn)
        if len(actors) > 1:
            self.cast.join(actors)
        self._owners(clause)
        return actors, len(actors) < len(subjects)

    def _nobody(self, item: Parsed, clause: Clause, text: str, sky: bool) -> list[tuple[int, Beat]]:
        """A clause whose subject is a thing, or the moon."""
        for chunk in clause.subjects:
            found = self.props.refer(chunk.thing) if chunk.thing is not None else None
            if found is not None:  # what moves by itself is in nobody's hand
                self.holding = {who: prop for who, prop in self.holding.items() if prop != found[0]}
        others: list[str] = []
        for chunk in clause.around:
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

    def _is_weak(self, item: Parsed, clause: Clause, actors: tuple[str, ...], partners: tuple[str, ...]) -> bool:
        """Nothing to see, and the same people do something else in the sentence."""
        if not self._is_plain(clause) or partners:
            return False
        for other in item.clauses:
            if other is clause or other.told or other.denied or self._is_plain(other):
                continue
            theirs = {who for chunk in other.subjects for who in self.resolved.get(id(chunk), ())}
            if other.subjects == clause.subjects or theirs & set(actors):
                return True
        return False

    def _speech(
        self, item: Parsed, quote: str, speaker: str, whom: str | None, clause: Clause | None
    ) -> list[tuple[int, Beat]]:
        """One beat for each piece of a quotation."""
        self.speakers.append(speaker)
        sentence = item.sentence
        action = clause.verb.lemma if clause is not None else "say"
        shows = action in words("verbs", "talk", "shows")
        feels = (self._feeling(clause) if clause is not None else None) or feeling_of_verb(action)
        because = clause.because if clause is not None else None
        found: list[tuple[int, Beat]] = []
        for piece in chunks_of_speech(quote):
            start = sentence.text.find(piece)
            if start > 0 and sentence.text[start - 1] in "\"'":
                start -= 1
            if clause is not None and not found:
                start = min(start, clause.opens)
            held = self._kept(speaker, "talk")
            deed = Deed(speaker, "talk", action, shows, whom, held, feels, _closed(piece), because, sentence.text)
            found.append((max(0, start), Beat(sentence.number, sentence.text, self.setting.now, [self._fit(deed)])))
        return found


def _closed(text: str) -> str:
    """Spoken words as a caption has them: without the comma that led on."""
    return text[:-1] + "." if text.endswith((",", ";", "-", ":")) else text
