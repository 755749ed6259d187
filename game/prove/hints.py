"""What a player can still come to from where they stand, and by which way. Never a wrong answer.

`possible` is only said with a way that the real engine went, with the run's own dice. `impossible` is only said where
more than can be was looked at, and it was not in it (see `ahead`). Where neither comes of it in the time there is, the
answer is `unknown`. Needs neither diagrams nor a solver, so whoever only plays can ask.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from typing import Literal, TypeAlias

from game.engine import Dice, Diverged, Machine, Run, State
from game.engine.checks import Values
from game.engine.flow import deep
from game.prove.ahead import Ahead, Goal, Open, asking
from game.prove.find import without_loops
from game.prove.forward import Board, Forward, alive
from game.prove.limits import Limits, OutOfLimits
from game.prove.model import Edge, Model
from game.prove.target import Part, Target
from game.story.model import Story

Verdict: TypeAlias = Literal["possible", "impossible", "unlucky", "unknown"]
"""`impossible` is so whatever the dice; `unlucky` only as the dice of this run fall."""

SECONDS = 3.0
"""How long an answer may take."""

FREE = 0.25
"""Seconds of plays, at most, without any knowledge of what is open. They find most of what can be."""

GUIDED = 24
"""Plays towards each goal by what is open whatever the dice, before it is asked what these dice leave open."""

CUTTING = 1.0
"""Seconds that must be left for a way to be made shorter by leaving out what it does not need."""

PREPARING = 60.0
"""Seconds that may be taken to lay a story out beforehand."""

KEPT = 400
"""Answers that are remembered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a goal can still be come to. `way` are the choices to it, as `scene.choice`, if it is possible.

    `plays` were tried, in `seconds`.
    """

    verdict: Verdict
    way: tuple[str, ...] = ()
    plays: int = 0
    seconds: float = 0.0

    @property
    def lost(self) -> bool:
        """Whether it is known that the goal cannot be come to in this run."""
        return self.verdict in ("impossible", "unlucky")


class Hints:
    """Answers for the runs of one story. Not to be asked by two threads at once."""

    def __init__(self, story: Story, clock: Callable[[], float] = time.monotonic) -> None:
        self.story = story
        # A machine of its own: what it makes ready is made by whoever asks, and play goes on meanwhile.
        self.machine = Machine(story)
        self._clock = clock
        self._model: Model | None = None
        self._edges: dict[str, tuple[Edge, ...]] = {}
        self._living: Mapping[str, int] = {}
        self._board: Board | None = None
        self._answers: dict[tuple[State, Goal], Answer] = {}
        self._ahead: dict[tuple[State, bool], Ahead] = {}

    # --- asking ---

    def prepare(self, stop: Callable[[], bool] = lambda: False) -> None:
        """Do beforehand what is done once for a story. Stops soon after `stop` says so, and can be gone on with."""
        with deep(), suppress(OutOfLimits):
            self._laid_out(self._within(PREPARING, stop))

    def _within(self, seconds: float, stop: Callable[[], bool]) -> Limits:
        return Limits(seconds, clock=lambda: inf if stop() else self._clock(), started=self._clock())

    def ask(
        self,
        run: Run,
        goals: Iterable[Goal],
        seconds: float = SECONDS,
        stop: Callable[[], bool] = lambda: False,
        short: bool = False,
        plays: int | None = None,
    ) -> dict[Goal, Answer]:
        """What can still be come to in `run`, for each goal. With `short`, time is given to find a shorter way.

        With `plays`, a goal is given up after so many towards it, even if there is time left. Stops soon after `stop`
        says so, or after `seconds`; what is not decided then is `unknown`.
        """
        limits = self._within(seconds, stop)
        wanted = tuple(dict.fromkeys(goals))
        with deep():
            return self._ask(run, wanted, limits, short, plays)

    def _ask(
        self, run: Run, goals: Sequence[Goal], limits: Limits, short: bool, plays: int | None
    ) -> dict[Goal, Answer]:
        begin = run.state
        self._throw(run.dice)
        out = {goal: self._answers[begin, goal] for goal in goals if (begin, goal) in self._answers}
        left = [goal for goal in goals if goal not in out]
        if not left:
            return out
        assert self._board is not None
        forward = Forward(self._board, begin, left, run.turn)
        lost: dict[Goal, Verdict] = {}
        with suppress(OutOfLimits):
            self._look(run, forward, left, lost, limits, short, plays)
        for goal in left:
            answer = Answer(lost.get(goal, "unknown"), (), forward.plays, min(limits.spent, limits.seconds))
            if goal in forward.ways:
                answer = self._told(run, goal, forward, limits, short)
            out[goal] = answer
            self._remember(begin, goal, answer)
        return out

    def _look(
        self,
        run: Run,
        forward: Forward,
        goals: list[Goal],
        lost: dict[Goal, Verdict],
        limits: Limits,
        short: bool,
        most: int | None,
    ) -> None:
        """Look for a way to each goal, and for what shows that there is none. Raises `OutOfLimits`."""

        def out_of_time() -> bool:
            return limits.left <= 0

        def open_goals() -> list[Goal]:
            return [goal for goal in goals if goal not in lost and goal not in forward.ways]

        free = limits.within(FREE)
        while (open_goals() or (short and free.left > 0)) and (free.left > 0 or forward.plays < 2):
            limits.check()
            forward.play(stop=out_of_time)
        if not open_goals():
            return
        ways: dict[Goal, tuple[Open, ...]] = {}
        whatever: tuple[tuple[Dice | None, Verdict, int | None], ...] = (
            (None, "impossible", GUIDED),
            (run.dice, "unlucky", most),
        )
        for dice, verdict, plays in whatever:
            ahead = self._what_is_ahead(run.state, dice, limits)
            if ahead is None:
                return
            for goal in open_goals():
                ways[goal] = ahead.open(goal)
                if not ways[goal]:
                    lost[goal] = verdict
            tried = 0
            while open_goals() and (plays is None or tried < plays):
                tried += 1
                for goal in open_goals():
                    limits.check()
                    if goal not in forward.ways:
                        forward.play(ways[goal], out_of_time)
            if not open_goals():
                return

    def _told(self, run: Run, goal: Goal, forward: Forward, limits: Limits, short: bool) -> Answer:
        """A way that was found, gone once more by the run itself before anybody hears of it."""
        way = forward.ways[goal]
        if short and limits.left >= CUTTING:
            way = self._shorter(run, goal, way)
        after = self._on_from(run).replay(way)
        if not goal.met(self.story, after.state.scene, after.state.values):
            raise Diverged(after, len(way), "")
        return Answer("possible", tuple(way), forward.plays, min(limits.spent, limits.seconds))

    def _shorter(self, run: Run, goal: Goal, way: list[str]) -> list[str]:
        after = self._on_from(run).replay(way).state
        end, living = after.scene, alive(self.story, after.values)

        def lacks(values: Values) -> float:
            return 0.0 if goal.met(self.story, end, values) and alive(self.story, values) >= living else 1.0

        part = Part("", lacks)
        target = Target(end, "", (part,), {}, frozenset())
        return without_loops(self.machine, target, run.dice, way, run.state)

    # --- where the way turns ---

    def turning(
        self,
        run: Run,
        goal: Goal,
        way: Sequence[str],
        seconds: float = SECONDS,
        stop: Callable[[], bool] = lambda: False,
    ) -> int | None:
        """The number of the first choice on a way beside which another open one loses the goal for good.

        None where none is known to.
        """
        limits = self._within(seconds, stop)
        try:
            with deep():
                self._throw(run.dice)
                ahead = self._what_is_ahead(run.state, run.dice, limits)
                if ahead is None:
                    return None
                ways = ahead.open(goal)
        except OutOfLimits:
            return None
        after = self._on_from(run).replay(way)
        for number in range(len(way)):
            state = after.state_at(number)
            chosen = way[number].rpartition(".")[2]
            for option in self.machine.options(state):
                if option.open and option.choice.id != chosen:
                    to = self.machine.choose(state, option.choice.id, run.dice).after
                    if not any(open(to.scene, to.values) for open in ways):
                        return number
        return None

    # --- what is kept ---

    def _on_from(self, run: Run) -> Run:
        """A run that begins where another stands, on the machine of our own."""
        return Run(self.machine, run.dice, run.player, run.gentle, run.state)

    def _throw(self, dice: Dice) -> None:
        """These are the dice from now on; what was found with others is forgotten."""
        if self._board is None or self._board.dice != dice:
            self._board = Board(self.machine, dice)
            self._answers.clear()
            self._ahead.clear()

    def _what_is_ahead(self, begin: State, dice: Dice | None, limits: Limits) -> Ahead | None:
        """What can be from `begin` on; None where nothing in the story leads there."""
        key = (begin, dice is not None)
        found = self._ahead.get(key)
        if found is None:
            model = self._laid_out(limits)
            if begin.scene not in model.part:
                return None
            found = Ahead(model, self._living, begin, limits, dice)
            while len(self._ahead) >= 4:
                del self._ahead[next(iter(self._ahead))]
            self._ahead[key] = found
        found.limits = limits
        return found

    def _laid_out(self, limits: Limits) -> Model:
        """The story as a graph. What was done when the time was up need not be done again."""
        if self._model is None:
            self._model = Model(self.machine, self._edges, limits)
        if not self._living:
            self._living = asking(self._model, limits)
        return self._model

    def _remember(self, begin: State, goal: Goal, answer: Answer) -> None:
        if answer.verdict == "unknown":
            return
        while len(self._answers) >= KEPT:
            del self._answers[next(iter(self._answers))]
        self._answers[begin, goal] = answer
