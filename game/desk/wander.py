"""Random plays through the real engine: what a story does when nobody in particular plays it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from game.engine import Dice, Machine, State, Step

MOST_TURNS = 1000
"""A play that has not ended after so many choices is given up."""

HOW = "each turn any open choice, one already made in the same play less often"


@dataclass(frozen=True, slots=True)
class Play:
    """A random play. `options` says for the beginning and after each step how many choices were open.

    `over` is False for a play that was given up, or that came to where nothing is offered.
    """

    seed: int
    first: State
    steps: tuple[Step, ...]
    options: tuple[int, ...]
    over: bool


def wander(machine: Machine, plays: int, seed: int = 0) -> Iterator[Play]:
    """`plays` random plays, with the seeds `seed`, `seed` + 1 and so on. The same story and seed is the same play."""
    for number in range(seed, seed + plays):
        yield _play(machine, number)


def _play(machine: Machine, seed: int) -> Play:
    chance = random.Random(seed)
    dice = Dice(seed)
    made: dict[tuple[str, str], int] = {}
    state = first = machine.start()
    steps: list[Step] = []
    counts: list[int] = []
    while True:
        offered = [option for option in machine.options(state) if option.open]
        counts.append(len(offered))
        if not offered or len(steps) == MOST_TURNS:
            over = machine.story.scenes[state.scene].is_ending
            return Play(seed, first, tuple(steps), tuple(counts), over)
        # Nobody makes the same choice again and again, and a play that does would never leave a room.
        scene = state.scene
        times = [made.get((scene, option.id), 0) for option in offered]
        at = _pick(times, chance.random())
        option = offered[at]
        made[scene, option.id] = times[at] + 1
        step = machine.take(state, option, dice)
        steps.append(step)
        state = step.after


def _pick(times: list[int], point: float) -> int:
    """The number of one of several, each picked the less the more often it was before. `point` is 0 to below 1."""
    if not any(times):
        return int(point * len(times))
    weights = [1 / (1 + many) ** 2 for many in times]
    left = point * sum(weights)
    for at, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return at
    return len(weights) - 1
