"""Every state of a story as far as it matters, and how likely what follows is: exact where all of them fit.

States that nothing ahead can tell apart are one: see `Partitions`. That changes no odds. Dice have no memory here, and
need none: a roll is offered once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from game.prove.cells import Partitions
from game.prove.limits import Limits, OutOfLimits
from game.prove.model import Model, components
from game.prove.odds_plays import Way, Ways, shares

OFTEN = 512
"""After how many states the clock is looked at."""

SETTLED = 1e-13
"""What may be left going round in a loop, of what came into it, when it is left at that."""

WHOLE = 1e-9
"""How far from 1 the odds of everything together may be."""


@dataclass(slots=True)
class Graph:
    """The states, the first one first. `open` are the choices open in each, `leads` the states they lead to.

    A choice leads to one state for each of its outcomes. `ends` has, for a state that is an ending, the goals reached
    there, as a mask of their numbers; -1 for all others.
    """

    scenes: list[str] = field(default_factory=list)
    open: list[tuple[Way, ...]] = field(default_factory=list)
    leads: list[tuple[tuple[int, ...], ...]] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def after(self) -> list[list[int]]:
        """The states that may come after each."""
        return [[to for each in leads for to in each] for leads in self.leads]


def explore(
    model: Model, ways: Ways, cells: Partitions, reached: Callable[[str, bytes], int], limits: Limits, most: int
) -> Graph:
    """All states, told apart as `cells` say. `reached` are the goals reached at an ending."""
    graph = Graph()
    telling: dict[str, list[tuple[int, bytes]]] = {}
    known: dict[str, dict[bytes, int]] = {}
    values: list[bytes] = []

    def number(scene: str, now: bytes | bytearray) -> int:
        pairs = telling.get(scene)
        if pairs is None:
            pairs = telling[scene] = [(var, cells.standing_for(scene, var)) for var in sorted(cells.at[scene])]
            known[scene] = {}
        key = bytes([table[now[var]] for var, table in pairs])
        there = known[scene]
        found = there.get(key)
        if found is None:
            if len(values) >= most:
                raise OutOfLimits(f"{most:,} states")
            found = there[key] = len(values)
            values.append(bytes(now))
            graph.scenes.append(scene)
        return found

    number(model.start.scene, model.start.values)
    for i, at in enumerate(values):  # grows
        if i % OFTEN == 0:
            limits.check()
        scene = graph.scenes[i]
        there = ways.open(scene, at)
        leads = []
        for way in there:
            to = []
            for act in way.acts:
                now = bytearray(at)
                to.append(number(act(now), now))
            leads.append(tuple(to))
        graph.open.append(there)
        graph.leads.append(tuple(leads))
        graph.ends.append(reached(scene, at) if model.story.scenes[scene].is_ending else -1)
        values[i] = b""
    return graph


class Ahead:
    """Which choices may still be made from each state, of those in scenes that can be come to again."""

    def __init__(self, model: Model, graph: Graph) -> None:
        self.bits: dict[str, int] = {}
        looping = {scene for part in model.order if model.looping(part) for scene in part}
        own = []
        for scene, there in zip(graph.scenes, graph.open, strict=True):
            mask = 0
            if scene in looping:
                for way in there:
                    mask |= 1 << self.bits.setdefault(way.name, len(self.bits))
            own.append(mask)
        after = graph.after()
        self.at = [0] * len(own)
        for knot in reversed(knots(after)):
            mask = 0
            for i in knot:
                mask |= own[i]
                for to in after[i]:
                    mask |= self.at[to]
            for i in knot:
                self.at[i] = mask

    def bit(self, way: Way) -> int:
        """The bit of a choice in the masks; 0 if its scene is come to once at most."""
        number = self.bits.get(way.name)
        return 0 if number is None else 1 << number

    def later(self, leads: tuple[int, ...]) -> int:
        """The choices that may be made after one that leads to these states."""
        mask = 0
        for to in leads:
            mask |= self.at[to]
        return mask


def knots(after: list[list[int]]) -> list[list[int]]:
    """The states in groups that lead to each other, each before those it leads to."""
    return components(0, after)  # type: ignore[arg-type, return-value]


class Flow:
    """How likely states are to follow each other, and what comes of it."""

    def __init__(self, graph: Graph, limits: Limits) -> None:
        self.graph = graph
        self.limits = limits
        self.after = graph.after()
        self.knots = knots(self.after)

    @cached_property
    def ending(self) -> list[bool]:
        """Whether an ending can be reached from each state. All players take any open choice now and then."""
        out = [end >= 0 for end in self.graph.ends]
        for knot in reversed(self.knots):
            if any(out[i] or any(out[to] for to in self.after[i]) for i in knot):
                for i in knot:
                    out[i] = True
        return out

    def steps(self, player: str) -> list[dict[int, float]]:
        """For each state how likely the states after it are, for a kind of player."""
        out = []
        for there, leads in zip(self.graph.open, self.graph.leads, strict=True):
            step: dict[int, float] = {}
            for share, way, each in zip(shares(player, there) if there else (), there, leads, strict=True):
                for part, to in zip(way.shares, each, strict=True):
                    step[to] = step.get(to, 0.0) + share * part
            out.append(step)
        return out

    def visits(self, player: str) -> tuple[list[float], float]:
        """How often each state is come to on average, but for those without an end; and how likely one of these is."""
        steps = self.steps(player)
        coming = [0.0] * len(steps)
        coming[0] = 1.0
        visits = [0.0] * len(steps)
        lost = 0.0
        for n, knot in enumerate(self.knots):
            if n % OFTEN == 0:
                self.limits.check()
            came = sum(coming[i] for i in knot)
            if not self.ending[knot[0]]:
                lost += came
                continue
            left = came
            while left > came * SETTLED:
                for i in knot:
                    mass = coming[i]
                    if not mass:
                        continue
                    coming[i] = 0.0
                    step = steps[i]
                    mass /= 1.0 - step.get(i, 0.0)
                    visits[i] += mass
                    for to, share in step.items():
                        if to != i:
                            coming[to] += mass * share
                if len(knot) == 1:
                    break
                left = sum(coming[i] for i in knot)
                self.limits.check()
        ended = sum(often for often, end in zip(visits, self.graph.ends, strict=True) if end >= 0)
        if abs(ended + lost - 1.0) > WHOLE:
            raise OutOfLimits("loops that are hardly ever left")
        return visits, lost

    def values(self, goal: int, steps: Sequence[dict[int, float]]) -> list[float]:
        """How likely a goal is to be reached from each state."""
        out = [float(end >= 0 and end >> goal & 1) for end in self.graph.ends]
        for n, knot in enumerate(reversed(self.knots)):
            if n % OFTEN == 0:
                self.limits.check()
            if not self.ending[knot[0]] or not steps[knot[0]]:
                continue
            change = 1.0
            while change > SETTLED:
                change = 0.0
                for i in reversed(knot):
                    step = steps[i]
                    new = sum(share * out[to] for to, share in step.items() if to != i) / (1.0 - step.get(i, 0.0))
                    change = max(change, abs(new - out[i]))
                    out[i] = new
                if len(knot) == 1:
                    break
                self.limits.check()
        return out


def chance_of(way: Way, leads: tuple[int, ...], values: Sequence[float]) -> float:
    """How likely something is after a choice, when it is so likely from each state."""
    return sum(part * values[to] for part, to in zip(way.shares, leads, strict=True))


def pairs(graph: Graph, ahead: Ahead) -> Iterator[tuple[str, str]]:
    """Choices that are open together somewhere, and after one of which the other can never be made."""
    found: dict[tuple[str, str], bool] = {}
    for there, leads in zip(graph.open, graph.leads, strict=True):
        later = [ahead.later(each) for each in leads]
        for i, one in enumerate(there):
            for j, other in enumerate(there[:i]):
                free = not (later[i] & ahead.bit(other) or later[j] & ahead.bit(one))
                key = (other.name, one.name)
                found[key] = found.get(key, True) and free
    return (pair for pair, free in found.items() if free)
