"""How likely endings and lives are, for kinds of players, and which choices are better than others for every goal.

Exact where all states fit, as far as anything matters in them; from many plays where they do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from game.prove.cells import Partitions
from game.prove.limits import Limits, OutOfLimits
from game.prove.model import Model
from game.prove.odds_graph import Ahead, Flow, Graph, chance_of, explore, pairs
from game.prove.odds_plays import PLAYERS, Play, Ways, plays
from game.prove.report import Better, Chance, Goal
from game.prove.values import Values, live

MOST = 200_000
"""States that are kept at most."""

RUNS = 20_000
"""Plays of one kind of player at most."""

MORE = 3
"""How many times as many, and as much time, where plays must tell which choices are better."""

COUNTING = 0.5
"""The part of the time in which all states must have been counted out; what is left is for plays."""

Z = 1.96
"""Standard deviations of a 95 % interval."""

SURE = 3.3
"""The same for saying that a choice is better: there are many choices and goals, and one may well be off by two."""

EQUAL = 1e-9
"""How much less likely a goal may be with a better choice, when it was counted out: what reckoning is off by."""

CLEARLY = 0.01
"""How much more likely a goal must be to be clearly more likely, when it was counted out."""

SLACK, GAIN = 0.01, 0.02
"""When it was sampled: how much less likely a goal might be, and how much more likely one must be at least."""


@dataclass(frozen=True, slots=True)
class Odds:
    """`chances` are by goal and kind of player; `unended` how likely it is that a play comes to no ending.

    `states` is how many states there are, None if they were not all counted. `runs` is how many plays were made by
    each kind of player, and `limits` the limits that stopped something, in words.
    """

    chances: Mapping[Goal, Mapping[str, Chance]]
    unended: Mapping[str, Chance]
    better: tuple[Better, ...]
    states: int | None
    runs: Mapping[str, int]
    limits: tuple[str, ...]


def odds(
    model: Model,
    goals: Sequence[Goal],
    limits: Limits,
    seed: int = 0,
    *,
    players: Sequence[str] = tuple(PLAYERS),
    most: int = MOST,
    runs: int = RUNS,
) -> Odds:
    """How likely `goals` are. A choice is better than another if it is for all of them."""
    ways = Ways(model)
    reached = _reached(model, goals)
    exact: dict[str, tuple[dict[int, float], float]] = {}
    better: tuple[Better, ...] | None = None
    states: int | None = None
    stopped: list[str] = []
    within = limits.within(round(limits.left * COUNTING, 1))
    try:
        graph = explore(model, ways, _cells(model, goals), reached, within, most)
        states = len(graph.scenes)
        flow = Flow(graph, within)
        for player in players:
            if player != "curious":
                visits, lost = flow.visits(player)
                exact[player] = _sums(graph, visits), lost
        better = _compared(model, graph, flow, set(pairs(graph, Ahead(model, graph))), goals)
    except OutOfLimits as out:
        stopped.append(out.limit)
    sampled: dict[str, _Sample] = {}
    left = [player for player in players if player not in exact]
    if better is None and "random" not in left:
        left.insert(0, "random")
    parts = [MORE if player == "random" and better is None else 1 for player in left]
    for n, player in enumerate(left):
        share = limits.within(limits.left * parts[n] / sum(parts[n:]))
        sampled[player] = _sample(plays(model, seed, player, ways=ways), reached, share, runs * parts[n])
    if better is None:
        better = _parted(model, sampled["random"], goals)
    chances: dict[Goal, dict[str, Chance]] = {goal: {} for goal in goals}
    unended: dict[str, Chance] = {}
    for player in players:
        for i, goal in enumerate(goals):
            chances[goal][player] = (
                _exact(sum(share for mask, share in exact[player][0].items() if mask >> i & 1))
                if player in exact
                else sampled[player].chance(i)
            )
        unended[player] = _exact(exact[player][1]) if player in exact else sampled[player].unended()
    done = {player: sample.runs for player, sample in sampled.items()}
    return Odds(chances, unended, better, states, done, tuple(stopped))


def _exact(value: float) -> Chance:
    value = min(max(value, 0.0), 1.0)
    return Chance(value, value, value, True)


def wilson(hits: int, runs: int) -> Chance:
    """How likely something is that happened in `hits` of `runs` plays."""
    if not runs:
        return Chance(0.0, 0.0, 1.0, False)
    low, high = _interval(hits, runs, Z)
    if hits == 0:
        low, high = 0.0, max(high, min(1.0, 3 / runs))
    if hits == runs:
        low, high = min(low, max(0.0, 1 - 3 / runs)), 1.0
    return Chance(hits / runs, low, high, False, runs)


def _interval(hits: int, runs: int, z: float) -> tuple[float, float]:
    """Wilson's interval of `z` standard deviations."""
    share, more = hits / runs, z * z / runs
    middle = (share + more / 2) / (1 + more)
    wide = z / (1 + more) * sqrt(share * (1 - share) / runs + more / (4 * runs))
    return max(0.0, middle - wide), min(1.0, middle + wide)


# --- goals ------------------------------------------------------------------------------------------


def _reached(model: Model, goals: Sequence[Goal]) -> Callable[[str, bytes], int]:
    """The goals that are reached at an ending with some values, as a mask of their numbers."""
    ends: dict[str, int] = {}
    lives: list[tuple[int, Callable[[bytes], bool]]] = []
    for i, goal in enumerate(goals):
        if goal.kind == "ending":
            ends[goal.id] = ends.get(goal.id, 0) | 1 << i
        else:
            lives.append((1 << i, model.machine.check(model.here(goal.id))))
    fates = [person.fate for person in model.story.people.values()]
    known: dict[bytes, int] = {}

    def reached(scene: str, values: bytes) -> int:
        key = bytes([values[fate] for fate in fates])
        alive = known.get(key)
        if alive is None:
            alive = known[key] = sum(bit for bit, lives in lives if lives(values))
        return ends.get(scene, 0) | alive

    return reached


def _cells(model: Model, goals: Sequence[Goal]) -> Partitions:
    """Which values matter when only the goals are asked."""
    lives = [model.here(goal.id) for goal in goals if goal.kind == "life"]
    watched = {scene: lives for scene in model.part if model.scene(scene).is_ending}
    return Partitions(model, Values(model, live(model, watched)), watched)


def _sums(graph: Graph, visits: Sequence[float]) -> dict[int, float]:
    """How likely each set of goals is to be reached."""
    out: dict[int, float] = {}
    for often, mask in zip(visits, graph.ends, strict=True):
        if mask >= 0:
            out[mask] = out.get(mask, 0.0) + often
    return out


# --- from plays -------------------------------------------------------------------------------------


class _Sample:
    """What came of some plays. `ends` counts sets of goals; `forks` the same by a choice and another that was open."""

    def __init__(self) -> None:
        self.runs = 0
        self.endless = 0
        self.ends: Counter[int] = Counter()
        self.forks: Counter[tuple[str, str, int]] = Counter()

    def add(self, play: Play, mask: int) -> None:
        self.runs += 1
        self.endless += not play.ended
        self.ends[mask] += 1
        for way, there in play.forks:
            for other in there:
                if other is not way and other.away:
                    self.forks[way.name, other.name, mask] += 1

    def chance(self, goal: int) -> Chance:
        return wilson(sum(n for mask, n in self.ends.items() if mask >> goal & 1), self.runs)

    def unended(self) -> Chance:
        return wilson(self.endless, self.runs)


def _sample(each: Iterator[Play], reached: Callable[[str, bytes], int], limits: Limits, most: int) -> _Sample:
    out = _Sample()
    for play in each:
        out.add(play, reached(play.end.scene, play.end.values) if play.ended else 0)
        if out.runs >= most or not limits.left:
            break
    return out


def _parted(model: Model, sample: _Sample, goals: Sequence[Goal]) -> tuple[Better, ...]:
    """Choices that are better by the plays of somebody who takes any open choice alike.

    Such a player comes to the two in the same states alike often, where both are open: nothing else tells the plays
    apart.
    """
    runs: Counter[tuple[str, str]] = Counter()
    hits: dict[tuple[str, str], list[int]] = {}
    for (one, other, mask), n in sample.forks.items():
        runs[one, other] += n
        counts = hits.setdefault((one, other), [0] * len(goals))
        for i in range(len(goals)):
            counts[i] += n * (mask >> i & 1)
    out = []
    for one, other in runs:
        if (other, one) not in runs:
            continue
        n, m = runs[one, other], runs[other, one]
        gains = {}
        for goal, with_it, with_other in zip(goals, hits[one, other], hits[other, one], strict=True):
            if _least(with_it, n, with_other, m, Z) < -SLACK:
                break
            if _least(with_it, n, with_other, m, SURE) > GAIN:
                gains[goal.id] = wilson(with_it, n), wilson(with_other, m)
        else:
            if gains:
                out.append(_better(model, one, other, False, gains))
    return _in_order(model, out)


def _least(hits: int, runs: int, others: int, rest: int, z: float) -> float:
    """How much more likely something is at least in one lot of plays than in another (Newcombe 1998, method 10)."""
    (low, _), (_, high) = _interval(hits, runs, z), _interval(others, rest, z)
    one, other = hits / runs, others / rest
    return one - other - sqrt((one - low) ** 2 + (high - other) ** 2)


# --- counted out ------------------------------------------------------------------------------------


def _compared(
    model: Model, graph: Graph, flow: Flow, free: set[tuple[str, str]], goals: Sequence[Goal]
) -> tuple[Better, ...]:
    """Choices of the pairs in `free` that are better in every state in which both are open."""
    if not free:
        return ()
    visits, _ = flow.visits("random")
    steps = flow.steps("random")
    met: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    for state, there in enumerate(graph.open):
        for i, one in enumerate(there):
            for j, other in enumerate(there[:i]):
                if (other.name, one.name) in free:
                    met.setdefault((other.name, one.name), []).append((state, j, i))
    met |= {(one, other): [(state, j, i) for state, i, j in at] for (other, one), at in met.items()}
    gains: dict[tuple[str, str], dict[str, tuple[Chance, Chance]]] = {pair: {} for pair in met}
    for number, goal in enumerate(goals):
        if not met:
            break
        values = flow.values(number, steps)
        for pair, at in list(met.items()):
            both = [0.0, 0.0]
            whole = 0.0
            for state, i, j in at:
                there, leads = graph.open[state], graph.leads[state]
                with_it = chance_of(there[i], leads[i], values)
                with_other = chance_of(there[j], leads[j], values)
                if with_it < with_other - EQUAL:
                    del met[pair]
                    break
                whole += visits[state]
                both[0] += visits[state] * with_it
                both[1] += visits[state] * with_other
            else:
                if whole and both[0] - both[1] > CLEARLY * whole:
                    gains[pair][goal.id] = _exact(both[0] / whole), _exact(both[1] / whole)
    return _in_order(model, [_better(model, *pair, True, gains[pair]) for pair in met if gains[pair]])


def _better(model: Model, one: str, other: str, exact: bool, gains: Mapping[str, tuple[Chance, Chance]]) -> Better:
    scene, _, worse = other.rpartition(".")
    where = next(choice.where for choice in model.scene(scene).choices if choice.id == worse)
    return Better(scene, one.rpartition(".")[2], worse, exact, gains, where)


def _in_order(model: Model, found: list[Better]) -> tuple[Better, ...]:
    """In the order of the story."""
    scenes = {scene: i for i, scene in enumerate(model.story.scenes)}
    return tuple(sorted(found, key=lambda b: (scenes[b.scene], b.where.line, b.better)))
