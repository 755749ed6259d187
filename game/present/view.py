"""A run as rows: what any screen, or no screen, shows of it. Values only; no Textual, no terminal."""

from __future__ import annotations

from dataclasses import dataclass

from game.engine import Paragraph, Piece, Run
from game.engine.pages import level
from game.language import N_, _
from game.present import wording
from game.present.chronicle import chronicle
from game.story.times import DAY, hour_text


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of the transcript.

    `kind` is heading (chapter, place or time), chosen (what the player picked), text, speech, changes or ending.
    `speaker` is the name to show before speech.
    """

    kind: str
    pieces: tuple[Piece, ...]
    speaker: str = ""

    @property
    def text(self) -> str:
        return "".join(p.text for p in self.pieces)


@dataclass(frozen=True, slots=True)
class OptionView:
    """A choice to show. `number` counts the open ones from 1 and is 0 for a locked one, which has a `reason`."""

    id: str
    number: int
    text: str
    price: str
    reason: str

    @property
    def open(self) -> bool:
        return self.number > 0


@dataclass(frozen=True, slots=True)
class PersonView:
    """What the player knows of somebody. `presence` is here, away or gone; `where` is with, present, elsewhere or gone.

    `bond` is (now, lowest, highest) or None. `decided` tells when and by what their fate last changed, or "".
    """

    id: str
    name: str
    short: str
    hangul: str
    class_: str
    about: str
    fate: str
    presence: str
    where: str
    bond: tuple[int, int, int] | None
    promises: tuple[tuple[str, str], ...]
    memories: tuple[str, ...]
    decided: str


@dataclass(frozen=True, slots=True)
class Ended:
    """Somebody at the end of a run: their fate, what decided it (or ""), and what became of them, if that is told."""

    name: str
    fate: str
    decided: str
    words: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class MeterView:
    """A meter: its name, its word now, its number and its range, and all its words from low to high."""

    id: str
    label: str
    word: str
    value: int
    low: int
    high: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """The column beside the text. `day` and `time` are 0 and "" where no clock has run."""

    chapter: str
    day: int
    time: str
    place: str
    meters: tuple[MeterView, ...]
    hands: tuple[tuple[str, str], ...]
    """(what is carried, what one sees of it)"""
    people: tuple[PersonView, ...]

    def at(self, *where: str) -> tuple[PersonView, ...]:
        """The people who are `with` the player, `present`, `elsewhere` or `gone`."""
        return tuple(p for p in self.people if p.where in where)


@dataclass(frozen=True, slots=True)
class View:
    """Everything the play screen shows of a run besides the transcript."""

    story: str
    turn: int
    status: Status
    options: tuple[OptionView, ...]
    over: bool
    ending: str
    """The ending's title, or ""."""
    can_undo: bool
    can_redo: bool
    stranded: bool
    """The story offers nothing here although it is no ending: a mistake in the story."""


def view(run: Run) -> View:
    story = run.machine.story
    scene = story.scenes[run.state.scene]
    options = _options(run)
    return View(
        story.title,
        run.turn,
        status(run),
        options,
        scene.is_ending,
        scene.title if scene.is_ending else "",
        run.turn > 0,
        run.turn < len(run.steps),
        not scene.is_ending and not any(o.open for o in options),
    )


def _options(run: Run) -> tuple[OptionView, ...]:
    out, number = [], 0
    story = run.machine.story
    for option in run.options():
        choice = option.choice
        number += option.open
        out.append(
            OptionView(
                choice.id,
                number if option.open else 0,
                wording.option_text(run, option),
                wording.price(story, choice),
                "" if option.open else run.line(choice.locked),
            )
        )
    return tuple(out)


def status(run: Run, turn: int | None = None) -> Status:
    """How things stand at `turn` (now, unless given)."""
    turn = run.turn if turn is None else turn
    story = run.machine.story
    minutes = run.minutes(turn)
    chapter = story.chapters.get(run.chapter_at(turn))
    meters = tuple(
        MeterView(
            meter.id,
            meter.label,
            level(meter.words, value),
            value,
            meter.low,
            meter.high,
            tuple(word for _, word in meter.words),
        )
        for meter in story.meters.values()
        for value in (int(str(run.value(meter.id, turn))),)
    )
    hands = tuple(
        (wording.items(story, item.id, count), item.about)
        for item in story.items.values()
        if (count := int(str(run.value(f"count.{item.id}", turn))))
    )
    return Status(
        chapter.title if chapter else "",
        minutes // DAY + 1 if minutes is not None else 0,
        hour_text(minutes) if minutes is not None else "",
        _place(run, turn),
        meters,
        hands,
        people(run, turn),
    )


def _place(run: Run, turn: int) -> str:
    """The place the player is at; a scene without one happens where the last one did."""
    place = chronicle(run).place(turn)
    return run.machine.story.places[place].name if place else ""


def people(run: Run, turn: int | None = None) -> tuple[PersonView, ...]:
    """Everybody the player has met, in the story's order."""
    turn = run.turn if turn is None else turn
    story = run.machine.story
    known = chronicle(run)
    here = story.scenes[run.state_at(turn).scene].cast
    return tuple(_person(run, turn, p, here) for p in story.people if known.met(p, turn))


def _person(run: Run, turn: int, id: str, here: tuple[str, ...]) -> PersonView:
    story = run.machine.story
    person = story.people[id]
    fate = story.fates[str(run.value(f"fate.{id}", turn))]
    if fate.presence != "here":
        where = "gone"
    elif run.value(f"with.{id}", turn):
        where = "with"
    else:
        where = "present" if id in here else "elsewhere"
    bond = None
    if person.bond >= 0:
        values = story.variables[person.bond].values
        bond = (int(str(run.value(f"bond.{id}", turn))), int(values[0]), int(values[-1]))
    promises = tuple(
        (text, str(run.value(f"promise.{p}", turn)))
        for p, text in person.promises.items()
        if run.value(f"promise.{p}", turn) != "none"
    )
    memories = tuple(text for m, text in person.memories.items() if run.value(f"memory.{m}", turn))
    return PersonView(
        id,
        person.name,
        person.short,
        person.hangul if person.hangul != person.name else "",
        person.class_,
        person.about,
        fate.word,
        fate.presence,
        where,
        bond,
        promises,
        memories,
        _decided(run, turn, id),
    )


def _decided(run: Run, turn: int, id: str) -> str:
    """When somebody's fate last changed, and after which choice."""
    at = chronicle(run).fated(id, turn)
    if not at:
        return ""
    minutes = run.minutes(at)
    when = moment_text(minutes) if minutes is not None else _("turn {n}", n=at)
    return _("{when}, after “{choice}”", when=when, choice=chosen_text(run, at))


def moment_text(minutes: int) -> str:
    """`D1 12:40`."""
    return _("D{day} {hour}", day=minutes // DAY + 1, hour=hour_text(minutes))


GONE = N_("A choice that the story no longer has.")
WHERE = {
    "with": N_("with you"),
    "present": N_("here"),
    "elsewhere": N_("elsewhere"),
    "away": N_("not to be found"),
    "gone": N_("gone"),
}
"""Where somebody is, for who reads it."""
PROMISE = {"made": N_("made"), "kept": N_("kept"), "broken": N_("broken")}
"""What has become of a promise."""


def chosen_text(run: Run, turn: int) -> str:
    """The words of the choice that led to `turn` (from 1)."""
    step = run.steps[turn - 1]
    for choice in run.machine.story.scenes[step.before.scene].choices:
        if choice.id == step.choice:
            return wording.choice_text(run, choice, turn - 1)
    return _(GONE)


def transcript(run: Run, turn: int | None = None) -> tuple[Line, ...]:
    """What a turn adds to the transcript: what was chosen, what came of it, where that led, the text there, and what
    changed there."""
    turn = run.turn if turn is None else turn
    story = run.machine.story
    page = run.page(turn)
    scene = story.scenes[page.scene]
    out: list[Line] = []
    if turn:
        out.append(_line("chosen", chosen_text(run, turn)))
    out.extend(_paragraph(run, p) for p in page.told)
    out.extend(_changes(run, turn, there=False))
    if heading := _heading(run, turn):
        out.append(_line("heading", heading))
    if scene.is_ending:
        out.append(_line("ending", scene.title))
    if scene.id in run.skip:
        out.append(
            _line("text", _("(Passed over: {title})", title=scene.title) if scene.title else _("(Passed over.)"))
        )
    out.extend(_paragraph(run, p) for p in page.text)
    # What happens where one comes to is told by the text there first.
    out.extend(_changes(run, turn, there=True))
    return tuple(out)


def _changes(run: Run, turn: int, there: bool) -> list[Line]:
    told = wording.changes(run, turn, there) if turn else ()
    return [_line("changes", " · ".join(told))] if told else []


def _heading(run: Run, turn: int) -> str:
    """Chapter, place and time where they are new at `turn`."""
    story = run.machine.story
    scene = story.scenes[run.state_at(turn).scene]
    if scene.is_ending and not scene.chapter:
        return ""
    if turn == 0 or run.chapter_at(turn - 1) != run.chapter_at(turn):
        return status_line(run, turn)
    if _place(run, turn) != _place(run, turn - 1) or run.minutes(turn) != run.minutes(turn - 1):
        return _standing("", run, turn)
    return ""


def status_line(run: Run, turn: int | None = None) -> str:
    """`Doors — day 1, 12:40 — Second-floor corridor`, as far as it is known."""
    turn = run.turn if turn is None else turn
    chapter = run.machine.story.chapters.get(run.chapter_at(turn))
    return _standing(chapter.title if chapter else "", run, turn)


def _standing(chapter: str, run: Run, turn: int) -> str:
    minutes = run.minutes(turn)
    time = day_text(minutes // DAY + 1, hour_text(minutes)) if minutes is not None else ""
    return " — ".join(part for part in (chapter, time, _place(run, turn)) if part)


def day_text(day: int, hour: str) -> str:
    """`day 1, 12:40`."""
    return _("day {day}, {hour}", day=day, hour=hour)


def _line(kind: str, text: str) -> Line:
    return Line(kind, (Piece(text),))


def _paragraph(run: Run, paragraph: Paragraph) -> Line:
    if not paragraph.speaker:
        return Line("text", paragraph.pieces)
    return Line("speech", paragraph.pieces, run.machine.story.people[paragraph.speaker].short)


def ending_roll(run: Run) -> tuple[Ended, ...]:
    """Everybody met, at the end; where the ending tells what became of people, also who has something to be told."""
    story = run.machine.story
    telling = story.scenes[run.state.scene].epilogue
    known = chronicle(run)
    here = story.scenes[run.state.scene].cast
    out = []
    for id, person in story.people.items():
        words = run.epilogue(id) if telling else ()
        if words or known.met(id, run.turn):
            shown = _person(run, run.turn, id, here)
            out.append(Ended(person.name, shown.fate, shown.decided, tuple(_paragraph(run, p) for p in words)))
    return tuple(out)
