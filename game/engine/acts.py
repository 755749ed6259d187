"""Flows, compiled: what a choice does, as one function of a state's values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

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
        cases = []
        at: Node = node
        while isinstance(at, Fork):
            cases.append((at.cond, self._acts[id(at.yes)][1]))
            at = at.no
        last = self._acts[id(at)][1]
        shared = Counter(test.var for cond, _ in cases for test in _tests(cond)).most_common(1)
        if shared and shared[0][1] >= WORTH:
            return self._switched(cases, last, shared[0][0])
        return self._in_turn(cases, last)

    def _in_turn(self, cases: Sequence[tuple[Cond, Carried]], last: Carried) -> Carried:
        checked = []
        for cond, act in cases:
            if cond == TRUE:
                last = act
                break
            checked.append((self._check(cond), act))
        if not checked:
            return last
        return _forks(checked, last) if len(checked) > 1 else _fork(*checked[0], last)

    def _switched(self, cases: Sequence[tuple[Cond, Carried]], last: Carried, var: int) -> Carried:
        """Forks of which several ask for one variable: for each of its values only those are left that it allows."""
        masks = tuple(test.mask for cond, _ in cases for test in _tests(cond) if test.var == var)
        classes, first = _classes(masks, self._sizes[var])
        made = []
        for value in first:
            left = [(_known(cond, var, value), act) for cond, act in cases]
            made.append(self._in_turn([(cond, act) for cond, act in left if cond != FALSE], last))
        return _switch(var, tuple([made[at] for at in classes]))


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
    known: dict[tuple[int, ...], int] = {}
    first: list[int] = []
    out = []
    for value in range(size):
        within = tuple([mask >> value & 1 for mask in masks])
        if within not in known:
            known[within] = len(known)
            first.append(value)
        out.append(known[within])
    return tuple(out), tuple(first)
