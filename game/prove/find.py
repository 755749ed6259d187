"""Looking for a run that stands in a scene while a condition holds.

Many plays through the real engine, each from a moment that an earlier one came to: moments nearer to the scene, with
more of the condition fulfilled, and seldom begun from, first. Nothing depends on the clock but when to give up: the
same story, target and seed find the same run.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from game.engine import Dice, Machine, NotOffered, Run, State
from game.prove.target import Target
from game.prove.ways import distances, followers

BUDGET = 5.0
"""Seconds after which a search that found nothing gives up."""

LONGEST = 60
"""Choices a play makes beyond the moment it begins at, and the way that is left from there."""

AFTER = 4_000, 20_000
"""Choices looked at, at least and at most, to find a shorter way once there is one."""

CUTTING = 20_000
"""Choices looked at, at most, to leave out of the way what it does not need."""

OFTEN = 6
"""Plays begun at one moment before another like it takes its place: the rest of the state may make the difference."""

NOWHERE = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """A run that ends where it was to. `runs` and `choices` say how many were tried."""

    run: Run
    runs: int
    choices: int


@dataclass(frozen=True, slots=True)
class NotFound:
    """Nothing was found; `line` says what was tried, in one line. `entered` is how many runs came to the scene.

    `never` are the parts of the condition that never held there.
    """

    line: str
    runs: int
    entered: int
    never: tuple[str, ...]


@dataclass(slots=True, eq=False)
class _Moment:
    """A state, and the way to it: the moment before and the choice made there."""

    state: State
    dice: Dice
    before: _Moment | None
    choice: str
    turn: int
    marks: int
    lacks: tuple[float, ...]
    begun: int = 0

    @property
    def lack(self) -> float:
        return sum(self.lacks)

    def log(self) -> list[str]:
        out: list[str] = []
        at = self
        while at.before is not None:
            out.append(f"{at.before.state.scene}.{at.choice}")
            at = at.before
        return out[::-1]


def find(
    machine: Machine,
    target: Target,
    seed: int = 0,
    budget: float = BUDGET,
    *,
    player: str = "",
    gentle: bool = False,
    clock: Callable[[], float] = time.monotonic,
) -> Found | NotFound:
    """A run that stands at `target`, by the shortest way that was found; its dice come from `seed` or one after it."""
    search = _Search(machine, target, seed)
    started = clock()
    if not search.hopeless:
        search.play_until(lambda: clock() - started >= budget)
    if search.best is None:
        return search.failure(clock() - started)
    search.improve()
    dice, log = search.best.dice, search.best.log()
    log = without_loops(machine, target, dice, log)
    run = Run.new(machine, dice.seed, player, gentle).replay(log)
    return Found(run, search.runs, search.choices)


class _Search:
    def __init__(self, machine: Machine, target: Target, seed: int) -> None:
        self.machine = machine
        self.target = target
        self.seed = seed
        self.chance = random.Random(seed)
        after = followers(machine.story)
        self.distance = distances(after, target.scene)
        self.reads = sorted(target.reads)
        self.best: _Moment | None = None
        self.runs = self.choices = self.entered = self.begun = 0
        self.held: set[int] = set()
        self.nearest = (NOWHERE, "")
        self.cells: dict[object, _Moment] = {}
        self.seen: Counter[object] = Counter()
        self.first = machine.start()
        self.hopeless = self.first.scene not in self.distance

    # --- playing ---

    def play_until(self, enough: Callable[[], bool]) -> None:
        """Play until something is found, or it is enough."""
        while self.best is None and not enough():
            self.play()

    def improve(self) -> None:
        """Go on for as long as it took, within bounds, for a shorter way."""
        least, most = AFTER
        until = self.choices + min(max(self.choices, least), most)
        while self.choices < until and self.best is not None and self.best.turn > self.distance[self.first.scene]:
            self.play()

    def play(self) -> None:
        """One play, from the beginning or from a moment known already."""
        self.runs += 1
        moment = self._begin()
        # Some plays make straight for the scene, others look around: what a condition asks may lie off the way.
        urge = self.chance.choice((1.0, 3.0, 8.0))
        most = LONGEST + self.distance.get(moment.state.scene, 0)
        came = self._arrived(moment)
        for _ in range(most):
            if self.best is not None and moment.turn + 1 >= self.best.turn:
                break
            following = self._step(moment, urge)
            if following is None:
                break
            moment = following
            came = self._arrived(moment) or came
        self.entered += came

    def _begin(self) -> _Moment:
        # Now and then with other dice: what a roll comes to decides which scenes there are to find.
        if not self.cells or self.chance.random() < 0.1:
            moment = self._moment(self.first, Dice(self.seed + self.begun), None, "")
            self.begun += 1
            return moment
        known = list(self.cells.values())
        sample = known if len(known) <= 12 else [known[self.chance.randrange(len(known))] for _ in range(12)]
        moment = min(sample, key=lambda m: (self._promise(m), m.turn))
        moment.begun += 1
        return moment

    def _promise(self, moment: _Moment) -> float:
        """How little there is to hope for from a moment; the lower the better."""
        return self.distance[moment.state.scene] + 4 * moment.lack + 2 * moment.begun

    def _step(self, moment: _Moment, urge: float) -> _Moment | None:
        """One choice on; None where there is none that may lead to the scene."""
        following: list[_Moment] = []
        weights: list[float] = []
        here = self.distance[moment.state.scene]
        for option in self.machine.options(moment.state):
            if not option.open:
                continue
            step = self.machine.choose(moment.state, option.choice.id, moment.dice)
            self.choices += 1
            away = self.distance.get(step.after.scene)
            if away is None:
                continue
            then = self._moment(step.after, moment.dice, moment, option.choice.id)
            closer = min(max(here - away, -2), 2)
            gained = moment.lack - then.lack
            following.append(then)
            weights.append(urge**closer * 4.0 ** max(-2.0, min(gained, 2.0)) / (1 + self.seen[self._cell(then)]) ** 2)
        if not following:
            return None
        chosen = self.chance.choices(following, weights)[0]
        cell = self._cell(chosen)
        self.seen[cell] += 1
        known = self.cells.get(cell)
        if known is None or chosen.turn < known.turn or (chosen.turn == known.turn and known.begun > OFTEN):
            chosen.begun = known.begun if known and chosen.turn < known.turn else 0
            self.cells[cell] = chosen
        return chosen

    def _moment(self, state: State, dice: Dice, before: _Moment | None, choice: str) -> _Moment:
        marks = before.marks if before else 0
        if before and self.target.marks:
            marks |= self._mark(f"seen.{before.state.scene}") | self._mark(f"chosen.{before.state.scene}.{choice}")
        lacks = self.target.lacks(_marked(state.values, marks, len(self.target.marks)))
        return _Moment(state, dice, before, choice, before.turn + 1 if before else 0, marks, lacks)

    def _mark(self, name: str) -> int:
        number = self.target.marks.get(name)
        return 0 if number is None else 1 << number

    def _cell(self, moment: _Moment) -> object:
        """What is told apart when looking for something new: the scene, and what the condition asks."""
        values = moment.state.values
        return moment.state.scene, moment.marks, bytes(values[i] for i in self.reads)

    def _arrived(self, moment: _Moment) -> bool:
        away = self.distance.get(moment.state.scene, NOWHERE)
        self.nearest = min(self.nearest, (away, moment.state.scene))
        if moment.state.scene != self.target.scene:
            return False
        self.held.update(i for i, lack in enumerate(moment.lacks) if not lack)
        if not moment.lack and (self.best is None or moment.turn < self.best.turn):
            self.best = moment
        return True

    # --- when there is nothing ---

    def failure(self, seconds: float) -> NotFound:
        """What was tried, in one line."""
        scene = self.target.scene
        tried = f"{self.runs:,} run{'' if self.runs == 1 else 's'} tried in {seconds:.1f} s"
        never = tuple(part.text for i, part in enumerate(self.target.parts) if i not in self.held)
        if self.hopeless:
            line = f"nothing leads to {scene} from the beginning of the story"
        elif not self.entered:
            away, nearest = self.nearest
            choices = f"{away} choice{'' if away == 1 else 's'}"
            line = f"{tried}: none came to {scene}; the nearest, {nearest}, is at least {choices} away"
        elif never:
            words = " and ".join(f"'{text}'" for text in never)
            came = f"{self.entered:,} came to {scene}"
            line = f"{tried}: {came}, and {words} never held there"
        else:
            came = f"{self.entered:,} came to {scene}"
            line = f"{tried}: {came}, and each part of '{self.target.where}' held there, but never all at once"
        return NotFound(line, self.runs, self.entered, never if self.entered else ())


def _marked(values: bytes, marks: int, count: int) -> bytes:
    return values + bytes(marks >> i & 1 for i in range(count)) if count else values


def without_loops(
    machine: Machine, target: Target, dice: Dice, log: list[str], first: State | None = None
) -> list[str]:
    """`log` without what can be left out between two stays in the same scene, and it still leads there.

    It begins in `first`, or where the story does.
    """
    way = _Way(machine, target, dice, first or machine.start())
    shorter: list[str] | None = log
    while shorter is not None:
        log, shorter = shorter, way.shorter(shorter)
    return log


class _Way:
    """Tries shorter ways. `left` is how many choices it may still look at."""

    def __init__(self, machine: Machine, target: Target, dice: Dice, first: State) -> None:
        self.machine = machine
        self.target = target
        self.dice = dice
        self.first = first
        self.left = CUTTING

    def shorter(self, log: list[str]) -> list[str] | None:
        """`log` without its longest part that can be spared, or None."""
        standing = [(self.first, 0)]
        for entry in log:
            after = self._after(*standing[-1], entry)
            assert after is not None
            standing.append(after)
        for length in range(len(log), 0, -1):
            for at in range(len(log) - length + 1):
                if standing[at][0].scene == standing[at + length][0].scene and self._leads(
                    standing[at], log, at + length
                ):
                    return log[:at] + log[at + length :]
        return None

    def _leads(self, standing: tuple[State, int], log: list[str], start: int) -> bool:
        """Whether the choices of `log` from `start` on lead there from another moment."""
        now: tuple[State, int] | None = standing
        for entry in log[start:]:
            assert now is not None
            now = self._after(*now, entry) if self.left > 0 else None
            if now is None:
                return False
        assert now is not None
        state, marks = now
        values = _marked(state.values, marks, len(self.target.marks))
        return state.scene == self.target.scene and not any(self.target.lacks(values))

    def _after(self, state: State, marks: int, entry: str) -> tuple[State, int] | None:
        scene, _, choice = entry.rpartition(".")
        if scene != state.scene:
            return None
        self.left -= 1
        try:
            state = self.machine.choose(state, choice, self.dice).after
        except NotOffered:
            return None
        for name in (f"seen.{scene}", f"chosen.{entry}"):
            if (number := self.target.marks.get(name)) is not None:
                marks |= 1 << number
        return state, marks
