"""Few plays that between them show all that is known to be possible: a corpus, made as small as is soon done.

The smallest set of plays that shows everything is hard to find. Taking, time and again, the play that shows most for
what it adds to those taken makes one that is not much larger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from game.engine import Machine, State
from game.engine.checks import Check
from game.prove.corpus import Line, Moves, Replay, folded, words_of
from game.prove.limits import Limits
from game.prove.model import Edge, Model
from game.prove.play import Eyes, Player, follow, way_of
from game.prove.questions import Asked, Site, ask
from game.prove.report import Answer
from game.prove.trails import Step

PATIENCE = 60.0
"""Seconds that playing an earlier corpus again may take."""


def renewed(machine: Machine, answers: Iterable[Answer], corpus: Iterable[Line]) -> tuple[Line, ...]:
    """A corpus that shows what the playthroughs of answers show. Of an earlier `corpus` stays what has its use."""
    model = Model(machine)
    known = {a.question: a.witness for a in answers if a.witness is not None}
    shown = _Shown(model, [one for one in ask(model) if one.question in known])
    moves = Moves(Player(model))
    found = {id(each.log): each for each in known.values()}.values()
    old = _plays(shown, moves, _gone(moves, corpus))
    new = _plays(shown, moves, [tuple(way_of(each)) for each in found])
    lines: tuple[Line, ...] = ()
    plays = [*old, *_chosen(old, new)]
    # A line goes on where there is nothing to choose, and may show more than what it was made of.
    while lines != (lines := _lines(moves, _needed(plays))):
        plays = _plays(shown, moves, _gone(moves, lines))
    return lines


def _gone(moves: Moves, lines: Iterable[Line]) -> list[tuple[Step, ...]]:
    replay = Replay(moves, Eyes(moves.player.model, ()))
    return [tuple(way) for way in replay.play(lines, Limits(PATIENCE))]


def _lines(moves: Moves, plays: Iterable[_Play]) -> tuple[Line, ...]:
    return folded(words_of(moves, play.way) for play in plays)


# --- what plays show ----------------------------------------------------------------------------------


class _Shown:
    """What shows where, as numbers of questions."""

    def __init__(self, model: Model, asked: Iterable[Asked]) -> None:
        self.eyes = Eyes(model, ())
        self._states: dict[str, list[tuple[int, Check]]] = {}
        self._steps: dict[Edge, list[tuple[int, Site]]] = {}
        for number, one in enumerate(asked):
            for site in one.sites:
                if site.edge is None:
                    self._states.setdefault(site.scene, []).append((number, model.machine.check(site.cond)))
                else:
                    self._steps.setdefault(site.edge, []).append((number, site))

    def after(self, edge: Edge | None, before: State, state: State) -> set[int]:
        """What is shown by an edge that is gone from one state to another, and there."""
        out = {number for number, check in self._states.get(state.scene, ()) if check(state.values)}
        sites = self._steps.get(edge, ()) if edge is not None else ()
        if edge is not None and sites:
            came = dict(follow(self.eyes.machine, edge.items, before.values))
            end = max(came)
            out |= {number for number, site in sites if self.eyes.shows(site, before.values, came, end)}
        return out


@dataclass(slots=True, eq=False)
class _Node:
    """A step of plays that begin alike. `shows` is what no step before it does; `step` is None at the beginning."""

    step: Step | None
    shows: frozenset[int]
    taken: bool = False


@dataclass(slots=True, eq=False)
class _Play:
    """A play from the beginning, and what it shows, as a mask of numbers."""

    nodes: Sequence[_Node]
    shows: int
    taken: int = 0

    @property
    def way(self) -> tuple[Step, ...]:
        return tuple(node.step for node in self.nodes if node.step is not None)

    def cost(self) -> int:
        """How many steps it adds to those that are taken, and one for being a play."""
        while self.taken < len(self.nodes) and self.nodes[self.taken].taken:
            self.taken += 1
        return 1 + len(self.nodes) - self.taken

    def take(self, wanted: int) -> _Play:
        """Take it as far as it shows what is `wanted`; what is taken."""
        length = len(self.nodes)
        while length > 1 and not any(wanted >> number & 1 for number in self.nodes[length - 1].shows):
            length -= 1
        nodes, shows = self.nodes[:length], 0
        for node in nodes:
            node.taken = True
            shows |= _mask(node.shows)
        return _Play(nodes, shows)


def _mask(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in numbers)


def _plays(shown: _Shown, moves: Moves, ways: Iterable[tuple[Step, ...]]) -> list[_Play]:
    """Some ways as plays, each as far as it goes; without those that only go as far as another does."""
    start = moves.player.model.start
    path = [(_Node(None, frozenset(shown.after(None, start, start))), start)]
    masks = [_mask(path[0][0].shows)]
    out: list[_Play] = []
    order = sorted(set(ways))
    for way, after in pairwise([*order, ()]):
        if after[: len(way)] == way:
            continue
        same = 0
        while same < min(len(way), len(path) - 1) and path[same + 1][0].step == way[same]:
            same += 1
        del path[same + 1 :], masks[same + 1 :]
        for step in way[same:]:
            before = path[-1][1]
            move = moves.made(before, step)
            if move is None:
                break
            state = moves.after(before, move)
            shows = frozenset(n for n in shown.after(moves.edge(move), before, state) if not masks[-1] >> n & 1)
            path.append((_Node(step, shows), state))
            masks.append(masks[-1] | _mask(shows))
        out.append(_Play([node for node, _ in path], masks[-1]))
    return out


# --- which of them are taken --------------------------------------------------------------------------


def _chosen(old: Iterable[_Play], new: Iterable[_Play]) -> list[_Play]:
    """Those of some new plays that show what the old ones do not, as far as they do."""
    shown = 0
    for play in old:
        shown |= play.take(play.shows).shows
    out: list[_Play] = []
    left = list(new)
    while left := [play for play in left if play.shows & ~shown]:
        best = max(left, key=lambda play: (play.shows & ~shown).bit_count() / play.cost())
        out.append(best.take(best.shows & ~shown))
        shown |= best.shows
    return out


def _needed(plays: Sequence[_Play]) -> list[_Play]:
    """Some plays without those that show nothing that no other shows; the longest are the first to go."""
    numbers = {id(play): frozenset().union(*(node.shows for node in play.nodes)) for play in plays}
    times = Counter(number for play in plays for number in numbers[id(play)])
    out = []
    for play in sorted(plays, key=lambda play: -len(play.nodes)):
        if all(times[number] > 1 for number in numbers[id(play)]):
            times.subtract(numbers[id(play)])
        else:
            out.append(play)
    return out
