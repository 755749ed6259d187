"""The machine: a story compiled for stepping. States are immutable values; every step is a pure function.

A state is a scene and one small number per variable of the story. Nothing here knows of files, screens, clocks of the
real world, or chance: what a roll comes to is decided by `Dice`, from the run's seed and the roll's id alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any as Anything
from typing import Protocol, TypeAlias

from game.engine.flow import Act, Do, End, Flows, Fork, Node, Tell, deep, following, walk
from game.story.conditions import All, Any, At, Cond, Constant, Count, Test
from game.story.model import Block, Change, Choice, Outcome, Scene, Story

Values: TypeAlias = bytes
"""One number per variable: the index of its value."""

Check: TypeAlias = "Callable[[Values], bool]"


class Carried(Protocol):
    """Carries out a flow on values, adds what is told on the way to `told`, if given, and says where it ends."""

    def __call__(self, values: bytearray, told: list[Told] | None = None, /) -> str: ...


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
    gentle: tuple[Block, ...] | None = None
    """What gentle runs read instead of `blocks`."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a choice did: the state before and after, the outcome of its roll ("" without one), and what was told.

    A `kept` step is of an older version of the story: `after` is what the player had, whatever the choice, which may
    be gone, would do today.
    """

    before: State
    choice: str
    outcome: str
    told: tuple[Told, ...]
    after: State
    kept: bool = False


class NotOffered(ValueError):
    """A choice was made that the state does not offer."""


@dataclass(slots=True)
class _Move:
    """One outcome of a choice, compiled."""

    outcome: Outcome
    act: Carried


@dataclass(slots=True)
class _Choice:
    choice: Choice
    shown: Check | None
    open: Check | None
    moves: tuple[_Move, ...]
    by_outcome: dict[str, _Move]
    when_open: Option
    when_shut: Option | None
    """None where a choice that is not open is hidden."""


class Machine:
    """A compiled story. Scenes are compiled when they are first entered."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.flows = Flows(story)
        self._sizes = [v.size for v in story.variables]
        self._choices: dict[str, tuple[_Choice, ...]] = {}
        self._checks: dict[Cond, Check] = {}
        self._acts: dict[int, tuple[Node, Carried]] = {}
        self._depths: dict[int, int] = {}
        self.texts: dict[int, tuple[object, Anything]] = {}
        """What readers have made of the story's texts, by the `id` of each text; with it, so that it stays one."""

    # --- stepping ---

    def start(self) -> State:
        """The state every run begins in."""
        values = bytearray(v.start for v in self.story.variables)
        scene = self._act(self.flows.entering(self.story.start, ""))(values)
        return State(scene, bytes(values))

    def arrive(self, scene: str, values: Values) -> State:
        """The state of somebody who comes to `scene` with `values`, for whoever puts a state together.

        The scene's own effects have happened. Its `time:` has not moved the clock, so no bell takes them elsewhere.
        """
        now = bytearray(values)
        self._act(self.flows.doing(self.story.scenes[scene]))(now)
        return State(scene, bytes(now))

    def options(self, state: State) -> tuple[Option, ...]:
        """The choices a state shows, in the order they were written. Empty at an ending."""
        values = state.values
        out = []
        for c in self._compiled(state.scene):
            if c.shown is not None and not c.shown(values):
                continue
            if c.open is None or c.open(values):
                out.append(c.when_open)
            elif c.when_shut is not None:
                out.append(c.when_shut)
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

    def acts(self, scene: str, choice: str) -> tuple[Carried, ...]:
        """What the outcomes of a choice do to values, for whoever plays without states or words."""
        return tuple(move.act for c in self._compiled(scene) if c.choice.id == choice for move in c.moves)

    def _take(self, state: State, c: _Choice, move: _Move) -> Step:
        now = bytearray(state.values)
        told: list[Told] = []
        scene = move.act(now, told)
        return Step(state, c.choice.id, move.outcome.id, tuple(told), State(scene, bytes(now)))

    # --- compiling ---

    def check(self, cond: Cond) -> Check:
        """`cond` as a function of a state's values. `At` is not one: see `holds`."""
        found = self._checks.get(cond)
        if found is None:
            found = self._checks[cond] = compile_condition(cond, self._sizes)
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

    def _compiled(self, scene: str) -> tuple[_Choice, ...]:
        found = self._choices.get(scene)
        if found is None:
            found = self._choices[scene] = tuple(
                self._choice(self.story.scenes[scene], c) for c in self.story.scenes[scene].choices
            )
        return found

    def _choice(self, scene: Scene, choice: Choice) -> _Choice:
        moves = tuple(
            _Move(outcome, self._act(self.flows.choice(scene, choice, outcome))) for outcome in choice.outcomes
        )
        return _Choice(
            choice,
            None if choice.shown == Constant(True) else self.check(choice.shown),
            None if choice.when == Constant(True) else self.check(choice.when),
            moves,
            {move.outcome.id: move for move in moves},
            Option(choice, True),
            Option(choice, False) if choice.locked else None,
        )

    def _act(self, node: Node) -> Carried:
        # Flows share what follows them: kept by identity, and with the node so that it stays one.
        if id(node) not in self._acts:
            # What comes after a node is carried out by it, and so made before it.
            for at in reversed([*walk(node, self._acts)]):
                self._acts[id(at)] = (at, self._compile(at))
                self._depths[id(at)] = 1 + max((self._depths[id(after)] for after in following(at)), default=0)
        act = self._acts[id(node)][1]
        return act if self._depths[id(node)] < SHALLOW else _deeply(act)

    def _compile(self, node: Node) -> Carried:
        match node:
            case Do(changes, then):
                return _change(changes, self._acts[id(then)][1])
            case Fork():
                return self._forked(node)
            case Tell(kind, whose, blocks, chapter, then, gentle):
                on = self._acts[id(then)][1]

                def tell(values: bytearray, told: list[Told] | None = None) -> str:
                    if told is not None:
                        words = Told(kind, whose, blocks, bytes(values), chapter, gentle)
                        # A choice is read before the bells that rang while it was made.
                        told.insert(0 if kind == "choice" else len(told), words)
                    return on(values, told)

                return tell
            case Act(_, then):
                return self._acts[id(then)][1]
            case End(scene):
                return lambda values, told=None: scene

    def _forked(self, node: Fork) -> Carried:
        cases = []
        at: Node = node
        while isinstance(at, Fork):
            cases.append((self.check(at.cond), self._acts[id(at.yes)][1]))
            at = at.no
        last = self._acts[id(at)][1]
        return _forks(cases, last) if len(cases) > 1 else _fork(*cases[0], last)


SHALLOW = 100
"""Steps of an act that are carried out, each by the one before, without asking Python for more room."""


def _deeply(act: Carried) -> Carried:
    def carried(values: bytearray, told: list[Told] | None = None) -> str:
        with deep():
            return act(values, told)

    return carried


def _change(changes: tuple[Change, ...], then: Carried) -> Carried:
    if len(changes) == 1:
        var, table = changes[0].var, changes[0].table

        def one(values: bytearray, told: list[Told] | None = None) -> str:
            values[var] = table[values[var]]
            return then(values, told)

        return one
    tables = tuple((change.var, change.table) for change in changes)

    def several(values: bytearray, told: list[Told] | None = None) -> str:
        for var, table in tables:
            values[var] = table[values[var]]
        return then(values, told)

    return several


def _fork(check: Check, yes: Carried, no: Carried) -> Carried:
    def fork(values: bytearray, told: list[Told] | None = None) -> str:
        return yes(values, told) if check(values) else no(values, told)  # type: ignore[arg-type]

    return fork


def _forks(cases: Sequence[tuple[Check, Carried]], last: Carried) -> Carried:
    """Several forks in a row, each asked when those before were answered with no."""
    asked = tuple(cases)

    def forks(values: bytearray, told: list[Told] | None = None) -> str:
        for check, yes in asked:
            if check(values):  # type: ignore[arg-type]
                return yes(values, told)
        return last(values, told)

    return forks


def compile_condition(cond: Cond, sizes: list[int]) -> Check:
    """A condition as a closure over its tests. `sizes[v]` is how many values variable v has."""
    match cond:
        case Constant(value):
            return lambda values: value
        case Test(var, mask):
            if mask & (mask - 1) == 0:
                only = mask.bit_length() - 1
                return lambda values: values[var] == only
            table = _table(mask, sizes[var])
            return lambda values: table[values[var]]
        case All((Test(a, one), Test(b, two))):
            first, second = _table(one, sizes[a]), _table(two, sizes[b])
            return lambda values: first[values[a]] and second[values[b]]
        case Any((Test(a, one), Test(b, two))):
            first, second = _table(one, sizes[a]), _table(two, sizes[b])
            return lambda values: first[values[a]] or second[values[b]]
        case All(parts):
            return _both([compile_condition(p, sizes) for p in parts])
        case Any(parts):
            return _either([compile_condition(p, sizes) for p in parts])
        case Count(tests, allowed):
            checks = tuple(compile_condition(t, sizes) for t in tests)
            return lambda values: bool(allowed >> sum(check(values) for check in checks) & 1)
        case At():
            raise ValueError("where the player is can only be asked of a state")


@lru_cache(maxsize=4096)
def _table(mask: int, size: int) -> tuple[bool, ...]:
    """For each value of a variable whether it is in the mask."""
    return tuple(bool(mask >> i & 1) for i in range(size))


# A call for each of two is sooner made than a generator for all of several. Halves keep them shallow.


def _both(checks: Sequence[Check]) -> Check:
    if len(checks) < 2:
        return checks[0] if checks else lambda values: True
    half = len(checks) // 2
    first, second = _both(checks[:half]), _both(checks[half:])
    return lambda values: first(values) and second(values)


def _either(checks: Sequence[Check]) -> Check:
    if len(checks) < 2:
        return checks[0] if checks else lambda values: False
    half = len(checks) // 2
    first, second = _either(checks[:half]), _either(checks[half:])
    return lambda values: first(values) or second(values)
