"""All pairs of two stories played at once, counted out; and the states of one story, as far as one must look."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping

from game.engine import Machine, State
from game.prove.limits import Limits
from game.prove.lockstep import Found, Lockstep, Made, Pair, Thrown

PAIRS = 200_000
"""Pairs that are counted out before one goes over to samples."""


class Counted:
    """Every pair there is, the nearest first. `complete` when none is missing, `whole` when what comes after a player
    is thrown back was counted out, too."""

    def __init__(
        self,
        lock: Lockstep,
        found: Found,
        held: Mapping[int, Callable[[State], bool]],
        limits: Limits,
        most: int = PAIRS,
    ) -> None:
        self.lock = lock
        self.found = found
        self.held = held
        self.limits = limits
        self.pairs: list[Pair] = [lock.begin]
        self.came: list[tuple[int, Made | None]] = [(-1, None)]
        self.thrown: dict[str, list[tuple[int, frozenset[str]]]] = {}
        """The pairs in which a choice throws back, with the outcomes that do."""
        self.complete = self._count(most)
        self.beyond: dict[State, list[State]] = {}
        self.whole = self.complete and self._beyond(most)
        for name, at in self.thrown.items():
            self._note(name, at)

    def way(self, number: int) -> tuple[Made, ...]:
        """How one comes to a pair."""
        out: list[Made] = []
        while (made := self.came[number][1]) is not None:
            out.append(made)
            number = self.came[number][0]
        return tuple(reversed(out))

    def _count(self, most: int) -> bool:
        lock = self.lock
        number = {lock.begin: 0}
        at = 0
        while at < len(self.pairs):
            pair = self.pairs[at]
            self._look(at, pair)
            for choice in lock.open(pair[0]):
                name = f"{pair[0].scene}.{choice}"
                if not lock.offered(pair, choice):
                    every = frozenset(outcome.id for outcome, _ in lock.old.outcomes(pair[0], choice))
                    self.thrown.setdefault(name, []).append((at, every))
                    continue
                found = lock.choose(pair, choice)
                if unsaid := frozenset(made[1] for made, there in found if there is None):
                    self.thrown.setdefault(name, []).append((at, unsaid))
                for made, there in found:
                    if there is not None and there not in number:
                        if len(number) >= most or self.limits.left <= 0:
                            return False
                        number[there] = len(self.pairs)
                        self.pairs.append(there)
                        self.came.append((at, made))
            at += 1
        return True

    def _look(self, at: int, pair: Pair) -> None:
        for name in self.lock.differing(pair):
            if name not in self.found.differs:
                self.found.differs[name] = self.way(at)
        for key, holds in self.held.items():
            if key not in self.found.held and holds(pair[0]):
                self.found.held[key] = self.way(at)

    def _after(self, name: str, where: tuple[int, frozenset[str]]) -> list[tuple[Made, State]]:
        """What comes of a choice in the old story that throws back in the new one."""
        at, lost = where
        outcomes = self.lock.old.outcomes(self.pairs[at][0], name.rpartition(".")[2])
        return [((name, outcome.id, outcome.id), step.after) for outcome, step in outcomes if outcome.id in lost]

    def _beyond(self, most: int) -> bool:
        """Count out what there is of the old story after a choice that throws back whoever made it."""
        ways: dict[State, tuple[int, tuple[Made, ...]]] = {}
        for name, where in self.thrown.items():
            for one in where:
                for made, state in self._after(name, one):
                    ways.setdefault(state, (one[0], (made,)))
        came: dict[State, tuple[State, Made]] = {}
        graph = states_from(self.lock.old, ways, self.limits, most, came)
        if graph is None:
            return False
        self.beyond = graph
        for key, holds in self.held.items():
            if key in self.found.held:
                continue
            for state in graph:
                if holds(state):
                    tail: list[Made] = []
                    while state in came:
                        state, made = came[state]
                        tail.append(made)
                    at, first = ways[state]
                    self.found.held[key] = (*self.way(at), *first, *reversed(tail))
                    break
        return True

    def _note(self, name: str, where: list[tuple[int, frozenset[str]]]) -> None:
        far = longest(self.beyond) if self.whole else {}
        back: int | None = 1
        for one in where:
            for _, state in self._after(name, one):
                more = far.get(state, 0)
                back = None if more is None or back is None else max(back, 1 + more)
        made, _ = self._after(name, where[0])[0]
        first = where[0][0]
        thrown = Thrown((*self.way(first), made), self.pairs[first], back, self.whole)
        self.found.thrown[name] = thrown


# --- states of one story ------------------------------------------------------------------------------


def states_from(
    machine: Machine,
    starts: Iterable[State],
    limits: Limits,
    most: int = PAIRS,
    came: dict[State, tuple[State, Made]] | None = None,
) -> dict[State, list[State]] | None:
    """The states that can come after some, each with those right after it; None when there are too many.

    `came` is told how each was first come to.
    """
    waiting = deque(dict.fromkeys(starts))
    out: dict[State, list[State]] = {state: [] for state in waiting}
    while waiting:
        state = waiting.popleft()
        after: dict[State, None] = {}
        for option in machine.options(state):
            if not option.open:
                continue
            for outcome, step in machine.outcomes(state, option.choice.id):
                after[step.after] = None
                if step.after not in out:
                    if len(out) >= most or limits.left <= 0:
                        return None
                    out[step.after] = []
                    waiting.append(step.after)
                    if came is not None:
                        came[step.after] = (state, (f"{state.scene}.{option.choice.id}", outcome.id, outcome.id))
        out[state] = list(after)
    return out


def longest(graph: Mapping[State, list[State]]) -> dict[State, int | None]:
    """How many choices can be made from each state on; None for any number."""
    before = reversed_graph(graph)
    left = {state: len(after) for state, after in graph.items()}
    out: dict[State, int | None] = dict.fromkeys(graph)
    waiting = [state for state, count in left.items() if not count]
    while waiting:
        state = waiting.pop()
        out[state] = max((1 + (out[after] or 0) for after in graph[state]), default=0)
        for earlier in before[state]:
            left[earlier] -= 1
            if not left[earlier]:
                waiting.append(earlier)
    return out


def reversed_graph(graph: Mapping[State, list[State]]) -> dict[State, list[State]]:
    out: dict[State, list[State]] = {state: [] for state in graph}
    for state, after in graph.items():
        for there in after:
            out[there].append(state)
    return out


def held_for_good(machine: Machine, graph: Mapping[State, list[State]]) -> set[State]:
    """The states from which no ending can be come to any more."""
    scenes = machine.story.scenes
    before = reversed_graph(graph)
    fine = {state for state in graph if scenes[state.scene].is_ending}
    waiting = list(fine)
    while waiting:
        for earlier in before[waiting.pop()]:
            if earlier not in fine:
                fine.add(earlier)
                waiting.append(earlier)
    return set(graph) - fine


def endings_from(machine: Machine, state: State, limits: Limits, most: int = 20_000) -> frozenset[str] | None:
    """The endings that can be come to from a state; None when there are too many states to say."""
    graph = states_from(machine, [state], limits, most)
    if graph is None:
        return None
    return frozenset(s.scene for s in graph if machine.story.scenes[s.scene].is_ending)
