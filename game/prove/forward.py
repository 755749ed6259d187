"""Playing on from one state of a run, with the run's own dice, to see what can still be come to.

What is found is a way that comes true when it is followed choice by choice.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from game.engine import Dice, Machine, State
from game.engine.checks import Check
from game.engine.state import Carried
from game.prove.ahead import Goal, Open, here_fates
from game.story.conditions import TRUE, conjunction
from game.story.model import Story

LONGEST = 3_000
"""Choices after which a play is given up: it does not end."""

Move = tuple[str, "Check | None", "Carried"]
"""A choice's id, whether it is open (None: always), and what it does."""


class Board(dict[str, "tuple[Move, ...]"]):
    """The choices of each scene as the dice let them fall, made ready when it is first entered."""

    def __init__(self, machine: Machine, dice: Dice) -> None:
        self.machine = machine
        self.dice = dice

    def __missing__(self, scene: str) -> tuple[Move, ...]:
        moves: list[Move] = []
        for choice in self.machine.story.scenes[scene].choices:
            guard = conjunction([choice.shown, choice.when])
            acts = self.machine.acts(scene, choice.id)
            which = 0
            if choice.is_roll:
                which = choice.outcomes.index(self.dice.pick(f"{scene}.{choice.id}", choice.outcomes))
            moves.append((choice.id, None if guard == TRUE else self.machine.check(guard), acts[which]))
        found = self[scene] = tuple(moves)
        return found


class Forward:
    """Plays from `begin` on.

    `ways` has for each goal that a play came to the best way there was: that with most people alive at its end, and of
    these the shortest.
    """

    def __init__(self, board: Board, begin: State, goals: Iterable[Goal], seed: int = 0) -> None:
        self.board = board
        self.story = board.machine.story
        self.begin = begin
        self.goals = tuple(goals)
        self.ways: dict[Goal, list[str]] = {}
        self._best: dict[Goal, tuple[int, int]] = {}
        self.plays = 0
        self.chance = random.Random(seed)
        self._taken: Counter[tuple[str, str]] = Counter()

    def play(self, within: Sequence[Open] = (), stop: Callable[[], bool] = lambda: False) -> None:
        """One play; with `within`, never out of the states that one of these leaves open."""
        self.plays += 1
        # Some plays look for what is new, others take what comes.
        curious = self.plays % 2 == 0
        taken = self._taken
        scene, values = self.begin.scene, bytearray(self.begin.values)
        log: list[str] = []
        while len(log) < LONGEST:
            if len(log) % 64 == 63 and stop():
                return
            moves = [move for move in self.board[scene] if move[1] is None or move[1](values)]  # type: ignore[arg-type]
            if not moves:
                self._note(scene, values, log)
                return
            if len(moves) > 1:
                self.chance.shuffle(moves)
                if curious:
                    moves.sort(key=lambda move: taken[scene, move[0]])
            for id, _, act in moves:
                after = bytearray(values)
                to = act(after)
                if not within or any(open(to, after) for open in within):
                    taken[scene, id] += 1
                    log.append(f"{scene}.{id}")
                    scene, values = to, after
                    break
            else:
                return

    def _note(self, scene: str, values: bytearray, log: list[str]) -> None:
        found = (-alive(self.story, values), len(log))
        for goal in self.goals:
            had = self._best.get(goal)
            if (had is None or found < had) and goal.met(self.story, scene, values):
                self.ways[goal], self._best[goal] = log, found


def alive(story: Story, values: bytes | bytearray) -> int:
    """How many people live and are there."""
    here = here_fates(story)
    return sum(here >> values[person.fate] & 1 for person in story.people.values())
