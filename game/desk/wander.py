"""Random plays through the real engine: what a story does when nobody in particular plays it."""

from __future__ import annotations

import random
from collections import Counter
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
    made: Counter[tuple[str, str]] = Counter()
    state = first = machine.start()
    steps: list[Step] = []
    counts: list[int] = []
    while True:
        offered = [o.choice.id for o in machine.options(state) if o.open]
        counts.append(len(offered))
        if not offered or len(steps) == MOST_TURNS:
            over = machine.story.scenes[state.scene].is_ending
            return Play(seed, first, tuple(steps), tuple(counts), over)
        # Nobody makes the same choice again and again, and a play that does would never leave a room.
        weights = [1 / (1 + made[state.scene, id]) ** 2 for id in offered]
        choice = _pick(offered, weights, chance.random())
        made[state.scene, choice] += 1
        step = machine.choose(state, choice, dice)
        steps.append(step)
        state = step.after


def _pick(offered: list[str], weights: list[float], point: float) -> str:
    left = point * sum(weights)
    for id, weight in zip(offered, weights, strict=True):
        left -= weight
        if left < 0:
            return id
    return offered[-1]
