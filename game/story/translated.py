"""A story in another language: the same story, state by state, with other words.

Every text a player reads has an id. One walk over the story (`reworded`) hands each of them to whoever asks: to be
written down for translators, or to be replaced. What is not translated, or not as the story is now, stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from game.language.particles import MARK, PAIRS
from game.language.po import Malformed, Message, messages
from game.story.clean import FORBIDDEN
from game.story.conditions import TRUE, Cond
from game.story.diagnostics import Problems, Where, quotable
from game.story.model import (
    Block,
    Chapter,
    Choice,
    Fate,
    InlineIf,
    Item,
    Meter,
    Outcome,
    Para,
    Person,
    Place,
    Scene,
    Slot,
    Span,
    Story,
    Words,
)
from game.story.nodes import MAX_SCALAR, Node
from game.story.notation import Source
from game.story.prose import parse_translation

SHARED, ENDINGS, EPILOGUES = "story", "endings", "epilogues"
"""The parts of a catalogue besides the chapters: what has no chapter, endings outside of them, what became of whom."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A text with an id. `part` is the chapter it counts to, or one of the parts above; `about` helps a translator.

    `source` is its text with marks; `plain` says that it can hold none.
    """

    id: str
    source: str
    part: str
    about: str
    plain: bool
    where: Where | None


class Rewords(Protocol):
    """Is asked for every text of a story, and says how it reads."""

    def text(self, unit: Unit) -> str:
        """A name or a sentence without marks."""

    def spans(self, id: str, spans: tuple[Span, ...], at: _At, about: str, where: Where) -> tuple[Span, ...]:
        """A line with marks."""


@dataclass(frozen=True, slots=True)
class _At:
    """Where a text stands: the part it counts to, and the chapter whose flags and clock it reads ("" for none)."""

    part: str
    chapter: str = ""


def reworded(story: Story, by: Rewords) -> Story:
    """The story with every text as `by` says."""
    walk = _Walk(story, by)
    return replace(
        story,
        title=walk.plain("story:title", story.title, "the story's title"),
        about=walk.plain("story:about", story.about, "what the story is about, on the title page"),
        notice=walk.plain("story:notice", story.notice, "the notice; an empty line parts paragraphs"),
        player=replace(
            story.player,
            name=walk.plain("story:player", story.player.name, "the player's name"),
            original=story.player.name,
        ),
        notes={id: walk.plain(f"note:{id}", text, "a content note") for id, text in story.notes.items()},
        meters={id: walk.meter(meter) for id, meter in story.meters.items()},
        fates={id: walk.fate(fate) for id, fate in story.fates.items()},
        people={id: walk.person(person) for id, person in story.people.items()},
        items={id: walk.item(item) for id, item in story.items.items()},
        places={id: walk.place(place) for id, place in story.places.items()},
        chapters={id: walk.chapter(chapter) for id, chapter in story.chapters.items()},
        scenes={id: walk.scene(scene) for id, scene in story.scenes.items()},
        rules=tuple(
            replace(
                r,
                then=walk.blocks(r.then, _At(SHARED), f"rule {r.id}"),
                gentle=walk.softer(r.gentle, _At(SHARED), f"rule {r.id}, gentle"),
            )
            for r in story.rules
        ),
    )


class _Walk:
    """Goes through the texts of a story in the order they were declared."""

    def __init__(self, story: Story, by: Rewords) -> None:
        self.story = story
        self.by = by
        self.exits: dict[str, tuple[Span, ...]] = {}
        """The words of the ways on the map, by id: rooms of several chapters offer the same way."""

    def plain(self, id: str, text: str, about: str, part: str = SHARED, where: Where | None = None) -> str:
        return self.by.text(Unit(id, text, part, about, True, where)) if text else text

    def meter(self, meter: Meter) -> Meter:
        def words(what: str, found: tuple[tuple[int, str], ...]) -> tuple[tuple[int, str], ...]:
            about = f"{meter.label}: {'from this on' if what == 'word' else 'what a choice costs, from this on'}"
            return tuple((low, self.plain(f"meter:{meter.id}.{what}.{low}", w, f"{about} {low}")) for low, w in found)

        label = self.plain(f"meter:{meter.id}.label", meter.label, "a meter")
        return replace(meter, label=label, words=words("word", meter.words), price=words("price", meter.price))

    def fate(self, fate: Fate) -> Fate:
        return replace(fate, word=self.plain(f"fate:{fate.id}", fate.word, "what has become of somebody"))

    def person(self, person: Person) -> Person:
        def say(what: str, text: str, about: str) -> str:
            return self.plain(f"person:{person.id}.{what}", text, f"{person.name}: {about}", where=person.where)

        return replace(
            person,
            name=say("name", person.name, f"the full name ({person.hangul})" if person.hangul else "the full name"),
            short=say("short", person.short, "the name in speech"),
            class_=say("class", person.class_, "class or role"),
            about=say("about", person.about, "what you know at first"),
            promises={id: say(f"promise.{id}", text, "a promise") for id, text in person.promises.items()},
            memories={id: say(f"memory.{id}", text, "a memory") for id, text in person.memories.items()},
            epilogue={
                fate: self.blocks(blocks, _At(EPILOGUES), f"{person.name}, {fate}")
                for fate, blocks in person.epilogue.items()
            },
        )

    def item(self, item: Item) -> Item:
        def say(what: str, text: str, about: str) -> str:
            return self.plain(f"item:{item.id}.{what}", text, f"{item.name}: {about}", where=item.where)

        return replace(
            item,
            name=say("name", item.name, "what it is called"),
            one=say("one", item.one, "one of it, as in `taken: …`"),
            many=say("many", item.many, "several of it, after a number"),
            about=say("about", item.about, "what one sees, holding it"),
        )

    def place(self, place: Place) -> Place:
        name = self.plain(f"place:{place.id}.name", place.name, "a place", where=place.where)
        short = self.plain(f"place:{place.id}.short", place.short, "the place in `Go to …`", where=place.where)
        return replace(place, name=name, short=short)

    def chapter(self, chapter: Chapter) -> Chapter:
        title = self.plain(f"chapter:{chapter.id}", chapter.title, "a chapter's title", chapter.id, chapter.where)
        at = _At(chapter.id, chapter.id)
        bells = tuple(
            replace(
                b,
                then=self.blocks(b.then, at, f"bell {b.id}"),
                gentle=self.softer(b.gentle, at, f"bell {b.id}, gentle"),
            )
            for b in chapter.bells
        )
        return replace(chapter, title=title, bells=bells)

    def scene(self, scene: Scene) -> Scene:
        at = _At(scene.chapter or ENDINGS, scene.chapter)
        about = f"{scene.kind} {scene.id}"
        return replace(
            scene,
            title=self.plain(f"{scene.id}.title", scene.title, f"{about}: its title", at.part, scene.where),
            hint=self.plain(f"{scene.id}.hint", scene.hint, f"{about}: a hint how it is reached", at.part, scene.where),
            text=self.blocks(scene.text, at, about),
            gentle=self.softer(scene.gentle, at, f"{about}, gentle"),
            summary=self.softer(scene.summary, at, f"{about}, for who skips it"),
            choices=tuple(self.choice(scene, choice, at) for choice in scene.choices),
        )

    def choice(self, scene: Scene, choice: Choice, at: _At) -> Choice:
        id = f"{scene.id}.{choice.id}"

        def then(outcome: Outcome) -> Outcome:
            about = f"after the choice {id}{f', {outcome.id}' if outcome.id else ''}"
            softer = self.softer(outcome.gentle, at, f"{about}, gentle")
            return replace(outcome, then=self.blocks(outcome.then, at, about), gentle=softer)

        def line(what: str, spans: tuple[Span, ...], about: str) -> tuple[Span, ...]:
            if not spans:
                return spans
            if choice.kind == "exit":
                way = f"place:{scene.place}.{choice.place}.{what}"
                if self.exits.setdefault(way, spans) == spans:
                    about = f"{about} from {scene.place} to {choice.place}"
                    return self.by.spans(way, spans, _At(SHARED), about, choice.where)
            return self.by.spans(f"{id}.{what}", spans, at, about, choice.where)

        return replace(
            choice,
            text=line("text", choice.text, "a choice"),
            locked=line("locked", choice.locked, "why a choice is locked"),
            outcomes=tuple(then(outcome) for outcome in choice.outcomes),
        )

    def softer(self, blocks: tuple[Block, ...] | None, at: _At, about: str) -> tuple[Block, ...] | None:
        """A text that may be missing."""
        return self.blocks(blocks, at, about) if blocks is not None else None

    def blocks(self, blocks: tuple[Block, ...], at: _At, about: str) -> tuple[Block, ...]:
        out: list[Block] = []
        for block in blocks:
            if isinstance(block, Para):
                said = f"{about}: {block.speaker} says" if block.speaker else about
                # A passage of the whole story is nobody's chapter, whichever scene it is first met in.
                stands = _At(SHARED) if block.id.startswith("/") else at
                out.append(replace(block, spans=self.by.spans(block.id, block.spans, stands, said, block.where)))
            else:
                inner = tuple((cond, self.blocks(b, at, about), where) for cond, b, where in block.branches)
                out.append(replace(block, branches=inner))
        return tuple(out)


# --- what there is to translate -------------------------------------------------------------------


def units(story: Story) -> list[Unit]:
    """Every text of a story with its id, each once, in the order it was declared."""
    recorder = _Recorder(story)
    reworded(story, recorder)
    return list(recorder.found.values())


class _Recorder:
    def __init__(self, story: Story) -> None:
        self.source = Source(story)
        self.found: dict[str, Unit] = {}

    def text(self, unit: Unit) -> str:
        self.found.setdefault(unit.id, unit)
        return unit.source

    def spans(self, id: str, spans: tuple[Span, ...], at: _At, about: str, where: Where) -> tuple[Span, ...]:
        if id not in self.found:
            self.found[id] = Unit(id, self.source.line(spans, at.chapter), at.part, about, False, where)
        return spans


# --- translating ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """A translation and the catalogue it stands in."""

    file: str
    message: Message

    @property
    def where(self) -> Where:
        return Where(self.file, self.message.line, 1)


@dataclass(frozen=True, slots=True)
class Fault:
    """A translation that cannot be used: where, the id of its text ("" for a whole catalogue), why, what to do."""

    where: Where
    id: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        of = f"{quotable(self.id)}: " if self.id else ""
        hint = f" ({quotable(self.hint)})" if self.hint else ""
        return f"{quotable(str(self.where))}: {of}{quotable(self.message)}{hint}"


def entries(catalogues: Mapping[str, str], faults: list[Fault]) -> dict[str, Entry]:
    """The translations of catalogues (by name, their text), by id. A catalogue that is none is one of the `faults`."""
    out: dict[str, Entry] = {}
    for file, text in catalogues.items():
        try:
            for message in messages(text):
                if message.context:
                    out.setdefault(message.context, Entry(file, message))
        except Malformed as error:
            faults.append(Fault(Where(file, error.line, 1), "", "this cannot be read as a catalogue", HOW))
    return out


HOW = 'every line is msgctxt, msgid or msgstr and a text in "quotes", or begins with #'


@dataclass(frozen=True, slots=True)
class Translated:
    """What came of translating. `faults` are entries that cannot be used; `stale` ids whose original is another now.

    `done` are the ids that read in the other language.
    """

    story: Story
    faults: tuple[Fault, ...]
    stale: frozenset[str]
    done: frozenset[str]


def translate(story: Story, catalogues: Mapping[str, str], language: str) -> Translated:
    """The story as far as the catalogues say it in `language`. Their faults leave a text as it was."""
    faults: list[Fault] = []
    found = entries(catalogues, faults)
    by = _Translator(story, found, faults, language)
    told = reworded(story, by)
    return Translated(told, tuple(faults), frozenset(by.stale), frozenset(by.done))


class _Translator:
    def __init__(self, story: Story, found: Mapping[str, Entry], faults: list[Fault], language: str) -> None:
        self.found = found
        self.source = Source(story)
        self.faults = faults
        self.language = language
        self.stale: set[str] = set()
        self.done: set[str] = set()
        self.read: dict[str, tuple[Span, ...]] = {}

    def text(self, unit: Unit) -> str:
        entry = self._usable(unit.id, unit.source)
        if entry is None:
            return unit.source
        self.done.add(unit.id)
        return entry.message.translation.strip()

    def spans(self, id: str, spans: tuple[Span, ...], at: _At, about: str, where: Where) -> tuple[Span, ...]:
        if id not in self.read:
            # What is not in the catalogue need not be written out to be compared.
            entry = self._usable(id, self.source.line(spans, at.chapter)) if id in self.found else None
            self.read[id] = self._parsed(id, spans, at, entry) if entry is not None else spans
        return self.read[id]

    def _usable(self, id: str, source: str) -> Entry | None:
        """The translation of a text, if there is one, of the text as it is now, that can be shown."""
        entry = self.found.get(id)
        if entry is None or not entry.message.translation.strip():
            return None
        if entry.message.fuzzy or entry.message.source != source:
            self.stale.add(id)
            return None
        text = entry.message.translation
        if len(text) > MAX_SCALAR:
            self.faults.append(Fault(entry.where, id, f"more than {MAX_SCALAR:,} characters in one text"))
            return None
        if bad := FORBIDDEN.search(text):
            what = f"U+{ord(bad[0]):04X} must not reach a terminal"
            self.faults.append(Fault(entry.where, id, what, "take the character out"))
            return None
        if self.language == "ko" and (odd := next((m for m in MARK.finditer(text) if m[1] not in PAIRS), None)):
            hint = "one of " + ", ".join(list(PAIRS)[::2])
            self.faults.append(Fault(entry.where, id, f"there is no particle {odd[0]}", hint))
            return None
        return entry

    def _parsed(self, id: str, spans: tuple[Span, ...], at: _At, entry: Entry) -> tuple[Span, ...]:
        slots: dict[str, Slot] = {}
        conditions: dict[str, Cond] = {}
        for span in _marks(spans):
            if isinstance(span, Slot):
                slots.setdefault(self.source.value(span, at.chapter), span)
            else:
                conditions.update((self.source.asking(c, at.chapter), c) for c, _ in span.branches if c != TRUE)
        problems = Problems()
        where = entry.where
        node = Node("text", entry.message.translation, where.file, where.line, where.column)
        read = parse_translation(node, problems, slots, conditions)
        self.faults.extend(Fault(where, id, fault.message, fault.hint) for fault in problems)
        if problems.has_errors() or not read:
            return spans
        self.done.add(id)
        return read


def _marks(spans: Iterable[Span]) -> Iterator[Slot | InlineIf]:
    """The values and conditions in a line, however deep."""
    for span in spans:
        if isinstance(span, InlineIf):
            yield span
            for _, inner in span.branches:
                yield from _marks(inner)
        elif not isinstance(span, Words):
            yield span
