"""The machine: a story compiled for stepping. States are immutable values; every step is a pure function.

A state is a scene and one small number per variable of the story. Nothing here knows of files, screens, clocks of the
real world, or chance: what a roll comes to is decided by `Dice`, from the run's seed and the roll's id alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from game.engine.expand import Expander, flatten
from game.story.conditions import All, Any, At, Cond, Constant, Count, Test
from game.story.model import AdvanceTo, Block, Branch, Change, Choice, Goto, Jump, Op, Outcome, Ring, Rule, Scene, Story
from game.story.variables import MAX_TICKS

Values: TypeAlias = bytes
"""One number per variable: the index of its value."""

Check: TypeAlias = "Callable[[Values], bool]"
Action: TypeAlias = "Callable[[bytearray, _Trace], None]"


@dataclass(frozen=True, slots=True)
class State:
    """Where a run stands. Hashable; equal states behave the same."""

    scene: str
    values: Values


@dataclass(frozen=True, slots=True)
class Dice:
    """What rolls come to. `loaded` maps a roll's id (`scene.choice`) to an outcome's id and wins over the seed."""

    seed: int
    loaded: Mapping[str, str] = field(default_factory=dict)

    def pick(self, roll: str, outcomes: tuple[Outcome, ...]) -> Outcome:
        """The outcome of a roll: the same for the same seed and roll, however often it is asked."""
        wanted = self.loaded.get(roll)
        for outcome in outcomes:
            if outcome.id == wanted:
                return outcome
        digest = hashlib.blake2b(f"{self.seed}/{roll}".encode(), digest_size=8).digest()
        point = int.from_bytes(digest, "big") % sum(o.weight for o in outcomes)
        for outcome in outcomes:
            point -= outcome.weight
            if point < 0:
                return outcome
        raise AssertionError("weights are positive")


@dataclass(frozen=True, slots=True)
class Option:
    """A choice as it stands in a state: `open`, or shown with the reason why not."""

    choice: Choice
    open: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Words that belong to a step rather than to a scene. `kind` is choice, bell or rule; `id` says whose they are."""

    kind: str
    id: str
    blocks: tuple[Block, ...]
    values: Values
    """As the words are to be read: after the effects of the choice or rule; for a bell, as it rings."""
    chapter: str
    """Whose clock they read; "" for none."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a choice did: the state before and after, the outcome of its roll ("" without one), and what was told."""

    before: State
    choice: str
    outcome: str
    told: tuple[Told, ...]
    after: State


class NotOffered(ValueError):
    """A choice was made that the state does not offer."""


@dataclass(slots=True)
class _Trace:
    jump: str = ""
    rung: list[tuple[str, str, Values]] = field(default_factory=list)


@dataclass(slots=True)
class _Move:
    """One outcome of a choice, compiled."""

    outcome: Outcome
    act: Action
    goto: Callable[[Values], str]


@dataclass(slots=True)
class _Choice:
    choice: Choice
    shown: Check | None
    open: Check | None
    moves: tuple[_Move, ...]
    by_outcome: dict[str, _Move]
    visible_when_shut: bool


class Machine:
    """A compiled story. Scenes are compiled when they are first entered."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self._choices: dict[str, tuple[_Choice, ...]] = {}
        self._arrivals: dict[str, tuple[Action | None, Action | None]] = {}
        self._leaves: dict[tuple[str, str], Action] = {}
        self._expanders: dict[str, Expander] = {}
        self._checks: dict[Cond, Check] = {}
        self._actions: dict[int, tuple[Op, Action]] = {}

    # --- stepping ---

    def start(self) -> State:
        """The state every run begins in."""
        values = bytearray(v.start for v in self.story.variables)
        return self._enter(self.story.start, "", values, [])

    def arrive(self, scene: str, values: Values) -> State:
        """The state of somebody who comes to `scene` with `values`, for whoever puts a state together.

        The scene's own effects have happened. Its `time:` has not moved the clock, so no bell takes them elsewhere.
        """
        now = bytearray(values)
        _, enter = self._arrival(scene)
        if enter is not None:
            enter(now, _Trace())
        return State(scene, bytes(now))

    def options(self, state: State) -> tuple[Option, ...]:
        """The choices a state shows, in the order they were written. Empty at an ending."""
        values = state.values
        out = []
        for c in self._compiled(state.scene):
            if c.shown is not None and not c.shown(values):
                continue
            if c.open is None or c.open(values):
                out.append(Option(c.choice, True))
            elif c.visible_when_shut:
                out.append(Option(c.choice, False))
        return tuple(out)

    def choose(self, state: State, choice: str, dice: Dice) -> Step:
        """Make a choice. Raises `NotOffered` if the state does not offer it."""
        values = state.values
        for c in self._compiled(state.scene):
            if c.choice.id == choice:
                break
        else:
            raise NotOffered(f"{state.scene} has no choice {choice}")
        if (c.shown is not None and not c.shown(values)) or (c.open is not None and not c.open(values)):
            raise NotOffered(f"{state.scene}.{choice} is not open")
        if len(c.moves) == 1:
            move = c.moves[0]
        else:
            move = c.by_outcome[dice.pick(f"{state.scene}.{choice}", c.choice.outcomes).id]
        return self._take(state, c, move)

    def outcomes(self, state: State, choice: str) -> tuple[tuple[Outcome, Step], ...]:
        """Every way a choice can turn out in a state, for whoever must look at them all."""
        c = next(c for c in self._compiled(state.scene) if c.choice.id == choice)
        return tuple((move.outcome, self._take(state, c, move)) for move in c.moves)

    def _take(self, state: State, c: _Choice, move: _Move) -> Step:
        now = bytearray(state.values)
        trace = _Trace()
        move.act(now, trace)
        chapter = self.story.scenes[state.scene].chapter
        told: list[Told] = []
        if move.outcome.then:
            told.append(Told("choice", f"{state.scene}.{c.choice.id}", move.outcome.then, bytes(now), chapter))
        told.extend(self._heard(trace))
        scene = trace.jump or move.goto(bytes(now))
        if not self.story.scenes[scene].is_ending:
            scene = self._rules(scene, state.scene, now, told)
        after = self._enter(scene, chapter, now, told)
        return Step(state, c.choice.id, move.outcome.id, tuple(told), after)

    def _heard(self, trace: _Trace) -> list[Told]:
        """The words of the bells that rang, as things stood when each rang."""
        found = []
        for chapter, id, values in trace.rung:
            bell = next(b for b in self.story.chapters[chapter].bells if b.id == id)
            if bell.then:
                found.append(Told("bell", id, bell.then, values, chapter))
        return found

    def _rules(self, scene: str, here: str, values: bytearray, told: list[Told]) -> str:
        for rule, check, act in self._compiled_rules:
            if rule.goto == here or (rule.once >= 0 and values[rule.once]) or not check(bytes(values)):
                continue
            act(values, _Trace())
            if rule.once >= 0:
                values[rule.once] = 1
            if rule.then:
                told.append(Told("rule", rule.id, rule.then, bytes(values), self.story.scenes[here].chapter))
            if rule.goto:
                return rule.goto
        return scene

    def _enter(self, scene: str, chapter: str, values: bytearray, told: list[Told]) -> State:
        """Arrive at a scene, coming from `chapter`; a bell may ring on the way."""
        for _ in range(MAX_TICKS * len(self.story.chapters) + 1):
            target = self.story.scenes[scene]
            if target.chapter and target.chapter != chapter:
                if chapter:
                    self._leave(chapter, target.chapter)(values, _Trace())
                chapter = target.chapter
            arrive, enter = self._arrival(scene)
            if arrive is not None:
                trace = _Trace()
                arrive(values, trace)
                told.extend(self._heard(trace))
                if trace.jump and trace.jump != scene:
                    scene = trace.jump
                    continue
            if enter is not None:
                enter(values, _Trace())
            return State(scene, bytes(values))
        raise AssertionError("each bell rings later than the one before, or in a later chapter")

    # --- compiling ---

    def check(self, cond: Cond) -> Check:
        """`cond` as a function of a state's values. `At` is not one: see `holds`."""
        found = self._checks.get(cond)
        if found is None:
            found = self._checks[cond] = compile_condition(cond, [v.size for v in self.story.variables])
        return found

    def holds(self, cond: Cond, state: State) -> bool:
        """Whether a condition holds in a state; may also ask where the player is."""
        match cond:
            case At(scenes, negated):
                return (state.scene in scenes) != negated
            case All(parts):
                return all(self.holds(p, state) for p in parts)
            case Any(parts):
                return any(self.holds(p, state) for p in parts)
            case _:
                return self.check(cond)(state.values)

    def expander(self, chapter: str) -> Expander:
        """What expands the effects of a chapter into plain changes."""
        if chapter not in self._expanders:
            self._expanders[chapter] = Expander(self.story, chapter)
        return self._expanders[chapter]

    def program(self, scene: Scene, choice: Choice, outcome: Outcome) -> tuple[Op, ...]:
        """Everything an outcome of a choice does before the player goes on, in plain changes and branches."""
        ops = self.expander(scene.chapter).expand((*flatten(choice.do), *flatten(outcome.do)))
        by_name = self.story.by_name
        marks = [by_name.get(f"chosen.{scene.id}.{choice.id}"), by_name.get(f"seen.{scene.id}")]
        return (*(Change(v.index, b"\1\1") for v in marks if v is not None), *ops)

    def arrival(self, scene: Scene) -> tuple[tuple[Op, ...], tuple[Op, ...]]:
        """What arriving at a scene does: the clock moving up, and the scene's own effects."""
        expander = self.expander(scene.chapter)
        return expander.expand((AdvanceTo(scene.arrive),)), expander.expand(flatten(scene.do))

    def leaving(self, chapter: str, to: str) -> tuple[Op, ...]:
        """What going from one chapter to another does."""
        return self.expander(chapter).leave(to)

    @cached_property
    def _compiled_rules(self) -> list[tuple[Rule, Check, Action]]:
        return [
            (rule, self.check(rule.when), self._action(self.expander("").expand(flatten(rule.do))))
            for rule in self.story.rules
        ]

    def _compiled(self, scene: str) -> tuple[_Choice, ...]:
        found = self._choices.get(scene)
        if found is None:
            found = self._choices[scene] = tuple(
                self._choice(self.story.scenes[scene], c) for c in self.story.scenes[scene].choices
            )
        return found

    def _choice(self, scene: Scene, choice: Choice) -> _Choice:
        moves = tuple(
            _Move(outcome, self._action(self.program(scene, choice, outcome)), self._goto(outcome.goto))
            for outcome in choice.outcomes
        )
        return _Choice(
            choice,
            None if choice.shown == Constant(True) else self.check(choice.shown),
            None if choice.when == Constant(True) else self.check(choice.when),
            moves,
            {move.outcome.id: move for move in moves},
            bool(choice.locked),
        )

    def _goto(self, goto: Goto) -> Callable[[Values], str]:
        if len(goto.branches) == 1:
            only = goto.branches[0][1]
            return lambda values: only
        branches = [(self.check(cond), scene) for cond, scene in goto.branches]

        def pick(values: Values) -> str:
            for check, scene in branches:
                if check(values):
                    return scene
            raise AssertionError("the last branch of a goto always holds")

        return pick

    def _arrival(self, scene: str) -> tuple[Action | None, Action | None]:
        found = self._arrivals.get(scene)
        if found is None:
            arrive, enter = self.arrival(self.story.scenes[scene])
            found = (self._action(arrive) if arrive else None, self._action(enter) if enter else None)
            self._arrivals[scene] = found
        return found

    def _leave(self, chapter: str, to: str) -> Action:
        if (chapter, to) not in self._leaves:
            self._leaves[chapter, to] = self._action(self.leaving(chapter, to))
        return self._leaves[chapter, to]

    def _action(self, ops: tuple[Op, ...]) -> Action:
        parts = tuple(self._op(op) for op in ops)
        if len(parts) == 1:
            return parts[0]

        def run(values: bytearray, trace: _Trace) -> None:
            for part in parts:
                part(values, trace)

        return run

    def _op(self, op: Op) -> Action:
        # Cases of passing time share what follows them: kept by identity, and with the operation so that it stays one.
        found = self._actions.get(id(op))
        if found is None:
            found = self._actions[id(op)] = (op, self._compile_op(op))
        return found[1]

    def _compile_op(self, op: Op) -> Action:
        match op:
            case Change(var, table):

                def change(values: bytearray, trace: _Trace) -> None:
                    values[var] = table[values[var]]

                return change
            case Branch(cond, then, otherwise):
                check, yes, no = self.check(cond), self._action(then), self._action(otherwise)

                def branch(values: bytearray, trace: _Trace) -> None:
                    (yes if check(values) else no)(values, trace)  # type: ignore[arg-type]

                return branch
            case Jump(scene):

                def jump(values: bytearray, trace: _Trace) -> None:
                    trace.jump = trace.jump or scene

                return jump
            case Ring(bell, chapter):

                def ring(values: bytearray, trace: _Trace) -> None:
                    trace.rung.append((chapter, bell, bytes(values)))

                return ring
        raise AssertionError(f"{op} was not expanded")


def compile_condition(cond: Cond, sizes: list[int]) -> Check:
    """A condition as a closure over its tests. `sizes[v]` is how many values variable v has."""
    match cond:
        case Constant(value):
            return lambda values: value
        case Test(var, mask):
            if mask & (mask - 1) == 0:
                only = mask.bit_length() - 1
                return lambda values: values[var] == only
            table = bytes(mask >> i & 1 for i in range(sizes[var]))
            return lambda values: table[values[var]] == 1
        case All(parts):
            checks = tuple(compile_condition(p, sizes) for p in parts)
            if len(checks) == 2:
                first, second = checks
                return lambda values: first(values) and second(values)
            return lambda values: all(check(values) for check in checks)
        case Any(parts):
            checks = tuple(compile_condition(p, sizes) for p in parts)
            if len(checks) == 2:
                first, second = checks
                return lambda values: first(values) or second(values)
            return lambda values: any(check(values) for check in checks)
        case Count(tests, allowed):
            checks = tuple(compile_condition(t, sizes) for t in tests)
            return lambda values: bool(allowed >> sum(check(values) for check in checks) & 1)
        case At():
            raise ValueError("where the player is can only be asked of a state")
