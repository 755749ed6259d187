"""What a choice has cost for good: who cannot live to an ending any more, and from which turn they still can."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from game.engine import Run, State
from game.prove.ahead import Goal
from game.prove.hints import Answer, Hints

SECONDS = 1.5
"""How long it may take to find out what is lost; and as long again, to find the turn to go back to."""

ONCE = 0.6
"""How long one turn may be looked at then."""

PLAYS = 60
"""Plays towards a goal before it is left alone for this turn."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Goals that are lost for good, and the last turn from which they are not.

    `known` says whether it is known that they can be come to from that `turn`; else it is only not known that they
    cannot. `turn` is None where there is neither. `dice` says that they are lost as the dice of this run fall.
    """

    goals: tuple[Goal, ...]
    turn: int | None
    known: bool
    dice: bool


class Polite:
    """Watches runs of one story, turn by turn. What is lost is told once, until it is undone."""

    def __init__(self, hints: Hints, clock: Callable[[], float] = time.monotonic, seconds: float = SECONDS) -> None:
        self.hints = hints
        self.seconds = seconds
        self._clock = clock
        self._told: dict[Goal, tuple[int, State]] = {}
        """The turn at which a goal was told to be lost, or was known to be, and the state then."""
        self._seen: dict[State, None] = {}
        """The states of which it has been found out what is lost."""

    def check(self, run: Run, people: Sequence[str], stop: Callable[[], bool] = lambda: False) -> tuple[Lost, ...]:
        """What the choices since the last check have cost. `people` are those who are known and lived before.

        Stops soon after `stop` says so; then nothing is told, and the next check looks at these choices as well.
        """
        self._told = {
            goal: (turn, state)
            for goal, (turn, state) in self._told.items()
            if turn <= run.turn and run.state_at(turn) == state
        }
        if not run.turn:
            return ()
        endings = tuple(scene.id for scene in self.hints.story.scenes.values() if scene.is_ending)
        every = Goal("life", tuple(people))
        goals = [
            Goal("ending", endings),
            *(Goal("life", (id,)) for id in people),
            *([every] if len(people) > 1 else []),
        ]
        goals = [goal for goal in goals if goal not in self._told]
        now = self.hints.ask(run, goals, self.seconds, stop, plays=PLAYS)
        lost = {goal: answer for goal, answer in now.items() if answer.lost}
        found = self._since(run, lost, every, stop)
        if stop():
            return ()
        self._seen[run.state] = None
        for goal in lost:
            self._told[goal] = (run.turn, run.state)
        return found

    def _since(self, run: Run, lost: dict[Goal, Answer], every: Goal, stop: Callable[[], bool]) -> tuple[Lost, ...]:
        """What of all that is lost has been lost since the last check, or by the last choice."""
        if not lost or stop():
            return ()
        before = next((turn for turn in range(run.turn - 1, -1, -1) if run.state_at(turn) in self._seen), run.turn - 1)
        earlier = self.hints.ask(run.go_to(before), lost, self.seconds, stop, plays=PLAYS)
        fresh = {goal: answer for goal, answer in lost.items() if not earlier[goal].lost}
        if every in fresh:
            # Whoever it is, it is said in one line.
            fresh = {goal: answer for goal, answer in fresh.items() if goal.kind == "ending" or goal == every}
        return self._looked_back(run, fresh, stop)

    def _looked_back(self, run: Run, lost: dict[Goal, Answer], stop: Callable[[], bool]) -> tuple[Lost, ...]:
        until = self._clock() + self.seconds
        together: dict[tuple[int | None, bool, bool], list[Goal]] = {}
        for goal, answer in lost.items():
            turn, known = self._last(run, goal, until, stop)
            together.setdefault((turn, known, answer.verdict == "unlucky"), []).append(goal)
        return tuple(Lost(tuple(goals), *found) for found, goals in together.items())

    def _last(self, run: Run, goal: Goal, until: float, stop: Callable[[], bool]) -> tuple[int | None, bool]:
        """The last turn from which a goal can be come to, as far as that is found out, and whether it is known to be.

        What can be from a turn can be from all before it, and what cannot be cannot be from any after it.
        """
        lost = run.turn
        known = -1
        top = run.turn
        """From here on nothing is known, or worse."""
        step = 1
        while known < 0 < top and self._clock() < until and not stop():
            turn = max(0, top - step)
            step *= 2
            answer = self._ask(run, turn, goal, until, stop)
            if answer.verdict == "possible":
                known = turn
            else:
                top = turn
                lost = turn if answer.lost else lost
        while known >= 0 and top - known > 1 and self._clock() < until and not stop():
            turn = (known + top) // 2
            answer = self._ask(run, turn, goal, until, stop)
            if answer.verdict == "possible":
                known = turn
            else:
                top = turn
                lost = min(lost, turn) if answer.lost else lost
        if known >= 0:
            return known, True
        return (lost - 1, False) if lost else (None, False)

    def _ask(self, run: Run, turn: int, goal: Goal, until: float, stop: Callable[[], bool]) -> Answer:
        return self.hints.ask(run.go_to(turn), [goal], min(ONCE, max(0.0, until - self._clock())), stop)[goal]
