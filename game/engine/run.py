"""A run: a seed, a name, and the log of choices. Everything else follows from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from game.engine.expand import changed
from game.engine.machine import Dice, Machine, NotOffered
from game.engine.pages import Paragraph, Reader
from game.engine.state import Option, State, Step
from game.story.model import Span


@dataclass(frozen=True, slots=True)
class Change:
    """A variable that a step changed, as values: `kind` and `name` are the variable's, `name` without its prefix.

    What changed `there` did so on coming to the scene, whose text tells of it; all else came of the choice.
    """

    kind: str
    name: str
    old: object
    new: object
    there: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What a turn shows. `told` belongs to the choice that led here, `text` to the scene."""

    scene: str
    told: tuple[Paragraph, ...]
    text: tuple[Paragraph, ...]


class Diverged(ValueError):
    """A log could not be replayed to its end. `run` is as far as it went; `at` is the index of the first one left."""

    def __init__(self, run: Run, at: int, choice: str) -> None:
        super().__init__(f"choice {at + 1}, {choice}, is not offered")
        self.run = run
        self.at = at
        self.choice = choice


class Held(NamedTuple):
    """What is known of a run before its choices have been made again: where it stands, and how to make them."""

    state: State
    play: Callable[[], tuple[State, tuple[Step, ...]]]
    """Gives the first state and all steps; raises what its maker says when they do not lead to `state`."""
    packed: object
    """What a save can be written from without them."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a story. Immutable: each choice makes a new one.

    `steps` are all the steps known; `turn` says how many of them have been made. Undoing only lowers `turn`: the steps
    beyond it are kept until another choice replaces them.
    """

    machine: Machine
    dice: Dice
    player: str
    gentle: bool = False
    first: State = field(default_factory=lambda: State("", b""))
    steps: tuple[Step, ...] = ()
    turn: int = 0
    skip: frozenset[str] = field(default=frozenset(), compare=False)
    """Scenes that the player does not read: their summaries stand for them. No part of what is saved."""
    held: Held | None = field(default=None, init=False, repr=False, compare=False)
    """Of a run that came out of a save, and of none that is made from it."""

    @classmethod
    def new(cls, machine: Machine, seed: int, player: str = "", gentle: bool = False, dice: Dice | None = None) -> Run:
        """A run at its beginning. `player` is the story's own name for the player unless given."""
        name = player or machine.story.player.name
        return cls(machine, dice or Dice(seed), name, gentle, machine.start())

    @classmethod
    def resumed(cls, machine: Machine, dice: Dice, player: str, gentle: bool, turn: int, held: Held) -> Run:
        """A run at `turn`, whose `first` and `steps` are played again when somebody first asks for them."""
        run = object.__new__(cls)
        put = object.__setattr__  # all but `first` and `steps`
        put(run, "machine", machine)
        put(run, "dice", dice)
        put(run, "player", player)
        put(run, "gentle", gentle)
        put(run, "turn", turn)
        put(run, "skip", frozenset())
        put(run, "held", held)
        return run

    if not TYPE_CHECKING:  # nothing else is an attribute by surprise

        def __getattr__(self, name: str) -> object:
            """`first` and `steps` of a resumed run: what has no value yet is looked for here."""
            if name not in ("first", "steps"):
                raise AttributeError(name)
            first, steps = self.held.play()
            object.__setattr__(self, "first", first)
            object.__setattr__(self, "steps", steps)
            return first if name == "first" else steps

    def made(self) -> Run:
        """This run, of which every choice has been made; raises what `held.play` does."""
        len(self.steps)
        return self

    @property
    def seed(self) -> int:
        return self.dice.seed

    @property
    def state(self) -> State:
        return self.state_at(self.turn)

    def state_at(self, turn: int) -> State:
        """The state after `turn` choices, 0 to len(steps)."""
        if self.held is not None and turn == self.turn:
            return self.held.state
        return self.steps[turn - 1].after if turn else self.first

    @property
    def log(self) -> tuple[str, ...]:
        """The choices made, as `scene.choice`."""
        return tuple(f"{s.before.scene}.{s.choice}" for s in self.steps[: self.turn])

    @property
    def future(self) -> tuple[str, ...]:
        """The choices that were undone and can be made again."""
        return tuple(f"{s.before.scene}.{s.choice}" for s in self.steps[self.turn :])

    @property
    def over(self) -> bool:
        return self.machine.story.scenes[self.state.scene].is_ending

    def options(self) -> tuple[Option, ...]:
        return self.machine.options(self.state)

    def choose(self, choice: str) -> Run:
        """Make a choice. Raises `NotOffered` if it is not offered now."""
        if self.turn < len(self.steps):
            known = self.steps[self.turn]
            # What a kept step led to is not what the choice does today.
            if known.choice == choice and not known.kept:
                return replace(self, turn=self.turn + 1)
        step = self.machine.choose(self.state, choice, self.dice)
        steps = (*self.steps[: self.turn], step)
        return Run(self.machine, self.dice, self.player, self.gentle, self.first, steps, self.turn + 1)

    def go_to(self, turn: int) -> Run:
        """Back (or forward again) to where `turn` choices had been made."""
        if not 0 <= turn <= len(self.steps):
            raise ValueError(f"there is no turn {turn}")
        return replace(self, turn=turn)

    def undo(self) -> Run:
        return self.go_to(max(0, self.turn - 1))

    def redo(self) -> Run:
        return self.go_to(min(len(self.steps), self.turn + 1))

    def replay(self, log: Iterable[str]) -> Run:
        """The run with `log` (as `scene.choice`) made from here. Raises `Diverged` where that stops being possible."""
        run = self
        steps = list(self.steps[: self.turn])
        state = self.state
        for i, entry in enumerate(log):
            scene, _, choice = entry.rpartition(".")
            try:
                if scene != state.scene:
                    raise NotOffered(entry)
                step = self.machine.choose(state, choice, self.dice)
            except NotOffered:
                raise Diverged(replace(run, steps=tuple(steps), turn=len(steps)), i, entry) from None
            steps.append(step)
            state = step.after
        return replace(run, steps=tuple(steps), turn=len(steps))

    # --- what it shows ---

    def chapter_at(self, turn: int) -> str:
        """The chapter whose clock runs at `turn`: an ending outside of chapters keeps the last one's."""
        scenes = self.machine.story.scenes
        for t in range(turn, -1, -1):
            if chapter := scenes[self.state_at(t).scene].chapter:
                return chapter
        return ""

    def page(self, turn: int | None = None) -> Page:
        """What was shown after `turn` choices (now, unless given)."""
        turn = self.turn if turn is None else turn
        reader = Reader(self.machine, self.player)
        state = self.state_at(turn)
        scene = self.machine.story.scenes[state.scene]
        told: list[Paragraph] = []
        if turn:
            for words in self.steps[turn - 1].told:
                blocks = words.gentle if self.gentle and words.gentle is not None else words.blocks
                told.extend(reader.paragraphs(blocks, words.values, words.chapter))
        blocks = scene.gentle if self.gentle and scene.gentle is not None else scene.text
        if scene.id in self.skip:
            blocks = scene.summary or ()
        return Page(scene.id, tuple(told), reader.paragraphs(blocks, state.values, self.chapter_at(turn)))

    def epilogue(self, person: str, turn: int | None = None) -> tuple[Paragraph, ...]:
        """What is told of somebody at an ending, by the fate they have at `turn`."""
        turn = self.turn if turn is None else turn
        blocks = self.machine.story.people[person].epilogue.get(str(self.value(f"fate.{person}", turn)), ())
        return Reader(self.machine, self.player).paragraphs(blocks, self.state_at(turn).values, self.chapter_at(turn))

    def line(self, spans: tuple[Span, ...], turn: int | None = None) -> str:
        """A line of the story (a choice, a reason) as it reads at `turn`."""
        turn = self.turn if turn is None else turn
        reader = Reader(self.machine, self.player)
        return reader.line(spans, self.state_at(turn).values, self.chapter_at(turn))

    def label(self, option: Option) -> str:
        """What a choice says that is offered now."""
        return Reader(self.machine, self.player).label(option, self.state.values, self.chapter_at(self.turn))

    def minutes(self, turn: int | None = None) -> int | None:
        """The time, in minutes since D1 00:00; None when no clock has run yet."""
        turn = self.turn if turn is None else turn
        chapter = self.chapter_at(turn)
        return Reader(self.machine, self.player).minutes(self.state_at(turn).values, chapter) if chapter else None

    def changes(self, turn: int | None = None) -> tuple[Change, ...]:
        """What the step to `turn` changed, besides the clock and what is only counted in secret."""
        turn = self.turn if turn is None else turn
        if not turn:
            return ()
        step = self.steps[turn - 1]
        story = self.machine.story
        there = changed(story.scenes[step.after.scene].do)
        choice = next((c for c in story.scenes[step.before.scene].choices if c.id == step.choice), None)
        if choice is not None:
            there -= changed(choice.do)
            there -= frozenset().union(*(changed(outcome.do) for outcome in choice.outcomes))
        out = []
        for var in story.variables:
            old, new = step.before.values[var.index], step.after.values[var.index]
            if old != new and var.kind in ("item", "fate", "with", "bond", "memory", "promise", "meter", "lock"):
                name = var.name.split(".", 1)[1] if "." in var.name else var.name
                out.append(Change(var.kind, name, var.values[old], var.values[new], var.index in there))
        return tuple(out)

    def value(self, name: str, turn: int | None = None) -> object:
        """The value of a variable by its full name, such as `fate.on_jo`."""
        var = self.machine.story.by_name[name]
        return var.values[self.state_at(self.turn if turn is None else turn).values[var.index]]
