"""Flows, compiled: what a choice does, as one function of a state's values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

from game.engine.checks import Check
from game.engine.flow import Act, Do, End, Fork, Node, Tell, deep, following, walk
from game.engine.state import Carried, Told
from game.story.conditions import FALSE, TRUE, All, Cond, Test, conjunction
from game.story.model import Change


class Acts:
    """The acts of a story's flows, each made when it is first asked for. `sizes`: how many values a variable has."""

    def __init__(self, check: Callable[[Cond], Check], sizes: Sequence[int]) -> None:
        self._check = check
        self._sizes = sizes
        self._acts: dict[int, tuple[Node, Carried]] = {}
        self._depths: dict[int, int] = {}
        self._plans: dict[tuple[int, ...], tuple[list[Cond], _Plans]] = {}
        """By the `id`s of what is asked; with it, so that they stay what they are."""

    def of(self, node: Node) -> Carried:
        # Flows share what follows them: kept by identity, and with the node so that it stays one.
        if id(node) not in self._acts:
            # What comes after a node is carried out by it, and so made before it.
            for at in reversed([*walk(node, self._acts)]):
                self._acts[id(at)] = (at, self._compile(at))
                self._depths[id(at)] = 1 + max((self._depths[id(after)] for after in following(at)), default=0)
        act = self._acts[id(node)][1]
        return act if self._depths[id(node)] < SHALLOW else _deeply(act)

    def _compile(self, node: Node) -> Carried:
        match node:
            case Do(changes, then):
                return _change(changes, self._acts[id(then)][1])
            case Fork():
                return self._forked(node)
            case Tell(kind, whose, blocks, chapter, then, gentle):
                on = self._acts[id(then)][1]

                def tell(values: bytearray, told: list[Told] | None = None) -> str:
                    if told is not None:
                        words = Told(kind, whose, blocks, bytes(values), chapter, gentle)
                        # A choice is read before the bells that rang while it was made.
                        told.insert(0 if kind == "choice" else len(told), words)
                    return on(values, told)

                return tell
            case Act(_, then):
                return self._acts[id(then)][1]
            case End(scene):
                return lambda values, told=None: scene

    def _forked(self, node: Fork) -> Carried:
        """Forks in a row, each asked when those before were answered with no."""
        conds, acts = [], []
        at: Node = node
        while isinstance(at, Fork):
            conds.append(at.cond)
            acts.append(self._acts[id(at.yes)][1])
            at = at.no
        acts.append(self._acts[id(at)][1])
        if len(conds) == 1:
            return _fork(self._check(conds[0]), *acts)
        # The story's rules are asked after every choice, each time with something else to follow.
        key = tuple([id(cond) for cond in conds])
        if key not in self._plans:
            self._plans[key] = (conds, self._planned(conds))
        var, classes, plans = self._plans[key][1]
        made = [_by_plan(plan, acts) for plan in plans]
        return made[0] if var < 0 else _switch(var, tuple([made[at] for at in classes]))

    def _planned(self, conds: Sequence[Cond]) -> _Plans:
        shared = Counter(test.var for cond in conds for test in _tests(cond)).most_common(1)
        if not shared or shared[0][1] < WORTH:
            return -1, (), [self._plan(conds)]
        var = shared[0][0]
        masks = tuple(test.mask for cond in conds for test in _tests(cond) if test.var == var)
        classes, first = _classes(masks, self._sizes[var])
        return var, classes, [self._plan([_known(cond, var, value) for cond in conds]) for value in first]

    def _plan(self, conds: Sequence[Cond]) -> _Plan:
        asked: list[tuple[Check, int]] = []
        for at, cond in enumerate(conds):
            if cond == TRUE:
                return asked, at
            if cond != FALSE:
                asked.append((self._check(cond), at))
        return asked, len(conds)


_Plan: TypeAlias = "tuple[list[tuple[Check, int]], int]"
"""What is asked, in turn, each with the number of the act that a yes leads to; and of that where all say no."""
_Plans: TypeAlias = "tuple[int, tuple[int, ...], list[_Plan]]"
"""A variable, the number of a plan for each of its values, and the plans; or -1, nothing, and one plan."""


def _by_plan(plan: _Plan, acts: Sequence[Carried]) -> Carried:
    asked, last = plan
    if len(asked) < 2:
        return _fork(asked[0][0], acts[asked[0][1]], acts[last]) if asked else acts[last]
    return _forks([(check, acts[at]) for check, at in asked], acts[last])


WORTH = 3
"""So many forks in a row that ask for one variable are looked up by its value."""


def _tests(cond: Cond) -> tuple[Test, ...]:
    """The tests of which each must hold, where that is how a condition reads."""
    match cond:
        case Test():
            return (cond,)
        case All(parts):
            return tuple(part for part in parts if isinstance(part, Test))
        case _:
            return ()


def _known(cond: Cond, var: int, value: int) -> Cond:
    """What is left to ask of a condition when a variable has the value of that number."""
    match cond:
        case Test(v, mask) if v == var:
            return TRUE if mask >> value & 1 else FALSE
        case All(parts):
            return conjunction([_known(part, var, value) if isinstance(part, Test) else part for part in parts])
        case _:
            return cond


SHALLOW = 100
"""Steps of an act that are carried out, each by the one before, without asking Python for more room."""


def _deeply(act: Carried) -> Carried:
    def carried(values: bytearray, told: list[Told] | None = None) -> str:
        with deep():
            return act(values, told)

    return carried


def _change(changes: tuple[Change, ...], then: Carried) -> Carried:
    if len(changes) == 1:
        var, table = changes[0].var, changes[0].table

        def one(values: bytearray, told: list[Told] | None = None) -> str:
            values[var] = table[values[var]]
            return then(values, told)

        return one
    tables = tuple((change.var, change.table) for change in changes)
    if len(tables) == 2:
        (a, first), (b, second) = tables

        def two(values: bytearray, told: list[Told] | None = None) -> str:
            values[a] = first[values[a]]
            values[b] = second[values[b]]
            return then(values, told)

        return two

    def several(values: bytearray, told: list[Told] | None = None) -> str:
        for var, table in tables:
            values[var] = table[values[var]]
        return then(values, told)

    return several


def _fork(check: Check, yes: Carried, no: Carried) -> Carried:
    def fork(values: bytearray, told: list[Told] | None = None) -> str:
        return yes(values, told) if check(values) else no(values, told)  # type: ignore[arg-type]

    return fork


def _switch(var: int, table: tuple[Carried, ...]) -> Carried:
    def switch(values: bytearray, told: list[Told] | None = None) -> str:
        return table[values[var]](values, told)

    return switch


def _forks(cases: Sequence[tuple[Check, Carried]], last: Carried) -> Carried:
    """Several forks in a row, each asked when those before were answered with no."""
    asked = tuple(cases)

    def forks(values: bytearray, told: list[Told] | None = None) -> str:
        for check, yes in asked:
            if check(values):  # type: ignore[arg-type]
                return yes(values, told)
        return last(values, told)

    return forks


@lru_cache(maxsize=256)
def _classes(masks: tuple[int, ...], size: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """For each value of a variable its class, all of which are in the same masks; and one value of each class."""
    parts = [(1 << size) - 1]
    for mask in dict.fromkeys(masks):
        parts = [part for whole in parts for part in (whole & mask, whole & ~mask) if part]
    out = [0] * size
    first = []
    for number, part in enumerate(parts):
        first.append((part & -part).bit_length() - 1)
        if number:  # as all are to begin with
            for value in range(first[-1], part.bit_length()):
                if part >> value & 1:
                    out[value] = number
    return tuple(out), tuple(first)
