"""Playing two versions of a story at once: whatever is chosen in the old one is chosen in the new one, too.

A pair is where a run stands in the old story, and where the same choices lead in the new one. A roll is made once in a
run, and chapters are not come back to; so what a roll comes to need not be remembered, and every way through the pairs
is that of a save.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from game.engine import Dice, Diverged, Machine, Run, State
from game.engine.migrate import Landing, cross, follow, moments
from game.prove.paired import Paired, Pairs
from game.prove.play import LONGEST, Way, states
from game.prove.report import Witness
from game.story.conditions import TRUE, Cond, Test
from game.story.model import Outcome

Pair: TypeAlias = "tuple[State, State]"

Made: TypeAlias = "tuple[str, str, str]"
"""A choice as `scene.choice`, and what its roll comes to in the old story and in the new one."""

SEEDS = 100_000
"""Seeds that are tried for a save in which rolls turn out as they should."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A save of the old story: its playthrough, and the seed of what its dice do not say."""

    play: Witness
    seed: int = 0

    def run(self, machine: Machine) -> Run:
        """The run it is a save of. Raises `Diverged` in a story that does not allow it."""
        return Run.new(machine, self.seed, dice=Dice(self.seed, dict(self.play.dice))).replay(self.play.log)


def migrate(run: Run, machine: Machine) -> tuple[Run, Diverged | None]:
    """What becomes of a run of one story in another, as when a save is loaded.

    Where the new story has `migrations:` it is carried over, if its moment can be said there; otherwise its choices
    are made again, as far as that goes.
    """
    begun = Run.new(machine, run.seed, run.player, run.gentle, run.dice)
    if machine.story.migrations is not None and (carried := cross(begun, moments(run), run.turn)) is not None:
        return carried, None
    return follow(begun, (*run.log, *run.future), run.turn)


class Lockstep:
    """Two stories played at once.

    Where the new one has `migrations:`, a save keeps its moment: the state of the new story is then what the player
    had, in its names, and what only it knows is as the choices, made again, leave it.
    """

    def __init__(self, paired: Paired) -> None:
        self.paired = paired
        self.old = paired.old.machine
        self.new = paired.new.machine
        self.landing = Landing(self.new)
        self._placed = [
            [paired.names.placed(var.name, value) for value in var.values] for var in paired.old.story.variables
        ]
        self._rolls: dict[str, Pairs] = {
            f"{scene}.{choice.id}": paired.together(scene, choice, other)
            for scene, choice, other in paired.choices()
            if other is not None
        }
        begun = self._landed(paired.old.start, self.landing.begin.values) if paired.declared else None
        self.begin: Pair = (paired.old.start, begun or paired.new.start)

    def otherwise(self) -> list[str]:
        """The rolls that can come to something else in the new story."""
        out = []
        for name, pairs in self._rolls.items():
            now = self.paired.names.choice(name)
            if any(self.paired.names.outcome(now, o.id) != n.id for o, n in pairs):
                out.append(name)
        return out

    def open(self, state: State) -> list[str]:
        """The choices that the old story offers in a state."""
        return [option.choice.id for option in self.old.options(state) if option.open]

    def offered(self, pair: Pair, choice: str) -> bool:
        """Whether the new story lets a choice of the old one be made again; or need not, since the moment is kept."""
        return self.paired.declared or self._remade(pair, choice)

    def _remade(self, pair: Pair, choice: str) -> bool:
        old, new = pair
        if self.paired.names.scene(old.scene) != new.scene:
            return False
        return self.landing.offers(new, self.paired.names.choice(f"{old.scene}.{choice}")) is not None

    def choose(self, pair: Pair, choice: str) -> list[tuple[Made, Pair | None]]:
        """What can come of a choice that both offer. None stands for a moment that cannot be said in the new story."""
        old, new = pair
        name = f"{old.scene}.{choice}"
        now = self.paired.names.choice(name)
        before = {outcome.id: step.after for outcome, step in self.old.outcomes(old, choice)}
        if not self._remade(pair, choice):
            return [((name, o, o), self._kept(pair, now or name, state, None)) for o, state in before.items()]
        after = {outcome.id: step.after for outcome, step in self.new.outcomes(new, now.rpartition(".")[2])}
        out: list[tuple[Made, Pair | None]] = []
        for o, n in self._rolls[name]:
            same = self.paired.declared and self.paired.names.outcome(now, o.id) == n.id
            there: Pair | None = (before[o.id], after[n.id])
            if self.paired.declared:
                there = self._kept(pair, now, before[o.id], after[n.id])
            out.append(((name, o.id, o.id if same else n.id), there))
        return out

    def _kept(self, pair: Pair, now: str, old: State, made: State | None) -> Pair | None:
        """Where a save stands after a choice, called `now`; `made` is where it leads when it is made again."""
        scene = self.paired.names.scene(old.scene)
        if scene not in self.paired.new.story.scenes:
            return None
        near = made.values if made is not None and made.scene == scene else self.landing.passed(pair[1], now, scene)
        landed = self._landed(old, near)
        return None if landed is None else (old, landed)

    def _landed(self, old: State, near: bytes) -> State | None:
        """A state of the old story in the names of the new one; None where it cannot be said."""
        scene = self.paired.names.scene(old.scene)
        if scene not in self.paired.new.story.scenes:
            return None
        known: dict[int, int] = {}
        for values, index in zip(self._placed, old.values, strict=True):
            at = values[index]
            if isinstance(at, str):
                return None
            if at is not None:
                known[at[0]] = at[1]
        return self.landing.land(scene, known, near)

    def as_long(self) -> bool:
        """Whether every chapter lasts as long as before at least: otherwise a clock may be set back to its end."""
        names, new = self.paired.names, self.paired.new.story.chapters
        old = self.paired.old.story.chapters.values()
        return all((now := new.get(names.chapter(c.id))) is None or now.ticks >= c.ticks for c in old)

    def unsaid(self) -> list[tuple[str, Cond]]:
        """The states of the old story that cannot be said in the new one: a scene ("": any), and when."""
        known = self.paired.new.story.scenes
        out: list[tuple[str, Cond]] = [
            (s, TRUE) for s in self.paired.old.part if self.paired.names.scene(s) not in known
        ]
        for var, placed in enumerate(self._placed):
            if mask := sum(1 << i for i, at in enumerate(placed) if isinstance(at, str)):
                out.append(("", Test(var, mask)))
        return out

    def differing(self, pair: Pair) -> list[str]:
        """What both stories have and what is not the same: variables by name, and "" for the scene."""
        old, new = pair
        names = self.paired.differing(old.values, new.values)
        return names if self.paired.names.scene(old.scene) == new.scene else ["", *names]

    def saved(self, way: Iterable[Made]) -> Saved | None:
        """A save that comes this way; None when no seed is found: dice that fall like this are rare."""
        way = tuple(way)
        # What the new story makes of a roll's outcome may be in the save where that is what has to come of it there.
        dice = {name: o for name, o, n in way if o and (o == n or o not in self._known(name))}
        play = Witness(tuple(name for name, _, _ in way), dice)
        thrown = [made for made in way if made[1] != made[2]]
        for seed in range(SEEDS if thrown else 1):
            if all(self._falls(Dice(seed, dice), *made) for made in thrown):
                return Saved(play, seed)
        return None

    def _falls(self, dice: Dice, name: str, old: str, new: str) -> bool:
        now = self.paired.names.choice(name)
        before, after = _outcomes(self.old, name), _outcomes(self.new, now)
        return dice.pick(name, before).id == old and dice.pick(now, after).id == new

    def _known(self, name: str) -> set[str]:
        return {n.id for _, n in self._rolls.get(name, ())}


def _outcomes(machine: Machine, name: str) -> tuple[Outcome, ...]:
    scene, _, choice = name.rpartition(".")
    return next(c.outcomes for c in machine.story.scenes[scene].choices if c.id == choice)


@dataclass(slots=True)
class Thrown:
    """The earliest save found that is thrown back by a choice that is not offered: its way, this choice included.

    The choices before it replay, up to `pair`. `back` is how many choices a save can lose from here on: None for any
    number. Where not `exact`, it is at least that many.
    """

    way: tuple[Made, ...]
    pair: Pair
    back: int | None = 1
    exact: bool = False


@dataclass(slots=True)
class Found:
    """What was found so far: what throws players back (by `scene.choice`), what turns out differently (by the name of
    the variable, "" for the scene), and where what is gone was held (by its number)."""

    thrown: dict[str, Thrown] = field(default_factory=dict)
    differs: dict[str, tuple[Made, ...]] = field(default_factory=dict)
    held: dict[int, tuple[Made, ...]] = field(default_factory=dict)
    plays: int = 0


class Follower:
    """Follows plays of the old story in the new one."""

    def __init__(self, lock: Lockstep, found: Found, held: Mapping[int, Callable[[State], bool]], seed: int) -> None:
        self.lock = lock
        self.found = found
        self.held = held
        self.chance = random.Random(seed)

    def follow(self, way: Way) -> None:
        """See what becomes of one play, written down as (`scene.choice`, outcome)."""
        lock, found = self.lock, self.found
        pair = lock.begin
        old, together = pair[0], True
        made: list[Made] = []
        found.plays += 1
        self._look(pair, made)
        for name, outcome in way:
            choice = name.rpartition(".")[2]
            if together and not lock.offered(pair, choice):
                together = False
                self._thrown(name, Thrown((*made, (name, outcome, outcome)), pair, len(way) - len(made)))
            if together:
                made_now, there = self.chance.choice([m for m in lock.choose(pair, choice) if m[0][1] == outcome])
                if there is None:
                    together = False
                    self._thrown(name, Thrown((*made, (name, outcome, outcome)), pair, 1))
            if together:
                assert there is not None
                pair, old = there, there[0]
                made.append(made_now)
                self._look(pair, made)
            else:
                old = lock.old.choose(old, choice, Dice(0, {name: outcome})).after
                made.append((name, outcome, outcome))
                self._hold(old, made)

    def on(self, way: Way) -> Way:
        """A way, and some way on from there to an ending."""
        lock = self.lock
        went = states(lock.old, way)
        assert went is not None
        state, out = went[-1], list(way)
        while len(out) < LONGEST and (choices := lock.open(state)):
            choice = self.chance.choice(choices)
            outcome, step = self.chance.choice(lock.old.outcomes(state, choice))
            out.append((f"{state.scene}.{choice}", outcome.id))
            state = step.after
        return tuple(out)

    def _look(self, pair: Pair, made: list[Made]) -> None:
        for name in self.lock.differing(pair):
            known = self.found.differs.get(name)
            if known is None or len(made) < len(known):
                self.found.differs[name] = tuple(made)
        self._hold(pair[0], made)

    def _hold(self, state: State, made: list[Made]) -> None:
        for number, holds in self.held.items():
            if number not in self.found.held and holds(state):
                self.found.held[number] = tuple(made)

    def _thrown(self, name: str, thrown: Thrown) -> None:
        known = self.found.thrown.get(name)
        if known is None or len(thrown.way) < len(known.way):
            self.found.thrown[name] = thrown
        if known is not None:
            now = self.found.thrown[name]
            now.back = None if None in (known.back, thrown.back) else max(known.back or 0, thrown.back or 0)
