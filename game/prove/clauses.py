"""Clauses for a SAT solver: variables of several values, the conditions on them, and how one follows from another.

A variable stands in the order encoding (Crawford and Baker 1994; Tamura et al. 2006): a literal for each value but the
lowest, true when the variable has at least that value. Conditions are only ever implied by something, never the other
way round, so half of each equivalence is left out (Plaisted and Greenbaum 1986).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TypeAlias

from game.prove.model import numbers
from game.story.conditions import All, Any, At, Cond, Constant, Count, Test

YES, NO = 1, -1
"""The literals that always and never hold."""

Numbers: TypeAlias = "Mapping[int, Number]"


class TooManyClauses(Exception):
    """A formula has grown larger than was allowed."""


@dataclass(frozen=True, slots=True)
class Number:
    """A variable of several values, those in `mask`. `least[r]` is true when it has at least the r-th of them."""

    mask: int
    least: Sequence[int]


# --- what depends on the values alone -----------------------------------------------------------------


@cache
def _rank(mask: int) -> Mapping[int, int]:
    return {value: r for r, value in enumerate(numbers(mask))}


@cache
def _runs(inside: int, among: int, of: int) -> tuple[tuple[int, int], ...]:
    """The values `inside`, of those `among` that can be, as ranks from and below which they lie in a variable `of`."""
    rank = _rank(of)
    known = [v for v in numbers(of) if among >> v & 1]
    out: list[tuple[int, int]] = []
    start = -1
    for i, value in enumerate(known):
        if inside >> value & 1:
            start = i if start < 0 else start
        elif start >= 0:
            out.append((rank[known[start]] if start else 0, rank[value]))
            start = -1
    if start >= 0:
        out.append((rank[known[start]] if start else 0, len(rank)))
    return tuple(out)


@cache
def _moves(table: bytes, among: int, source: int, target: int) -> tuple[tuple[int, int, int, bool], ...]:
    """For the values `among` of a source: from and below which ranks a target has at least a rank, or has not."""
    out: list[tuple[int, int, int, bool]] = []
    for r, value in enumerate(numbers(target)):
        if r:
            above = sum(1 << i for i in numbers(among) if table[i] >= value)
            out += [(low, high, r, True) for low, high in _runs(above, among, source)]
            out += [(low, high, r, False) for low, high in _runs(among & ~above, among, source)]
    return tuple(out)


# --- clauses ------------------------------------------------------------------------------------------


class Clauses:
    """Adds clauses to a solver. `most` bounds their number."""

    def __init__(self, sink: Callable[[list[int]], object], most: int) -> None:
        self._sink = sink
        self._most = most
        self.count = 0
        self.top = YES
        self.add([YES], fixed=True)

    def new(self) -> int:
        self.top += 1
        return self.top

    def add(self, literals: list[int], fixed: bool = False) -> None:
        """One of these holds."""
        if not fixed:
            if YES in literals:
                return
            if NO in literals:
                literals = [literal for literal in literals if literal != NO]
        self.count += 1
        if self.count > self._most:
            raise TooManyClauses
        self._sink(literals or [NO])

    def number(self, mask: int) -> Number:
        """A new variable with the values in `mask`."""
        least = [YES, *(self.new() for _ in range(mask.bit_count() - 1)), NO]
        for lower, higher in pairwise(least):
            self.add([lower, -higher])
        return Number(mask, least)

    def at_most_one(self, literals: Sequence[int]) -> None:
        """At most one of these holds."""
        if len(literals) <= 5:
            for i, one in enumerate(literals):
                for other in literals[:i]:
                    self.add([-one, -other])
            return
        # The sequential encoding: whether one of the first so many holds (Sinz 2005).
        before = literals[0]
        for literal in literals[1:-1]:
            so_far = self.new()
            self.add([-before, -literal])
            self.add([-before, so_far])
            self.add([-literal, so_far])
            before = so_far
        self.add([-before, -literals[-1]])

    def transfer(self, unless: list[int], source: Number, among: int, table: bytes, target: Number) -> None:
        """`target` is what `table` makes of `source`, unless one of the literals holds. `among` is what can be."""
        for low, high, r, least in _moves(table, among & source.mask, source.mask, target.mask):
            reached = target.least[r] if least else -target.least[r]
            self.add([*unless, -source.least[low], source.least[high], reached])

    def set(self, unless: list[int], value: int, target: Number) -> None:
        """`target` has `value`, unless one of the literals holds."""
        r = _rank(target.mask).get(value)
        if r is None:
            self.add(unless)
            return
        self.add([*unless, target.least[r]])
        self.add([*unless, -target.least[r + 1]])


class Transfers:
    """What becomes of some variables in one step. What several ways do alike is told to the solver once."""

    def __init__(self, clauses: Clauses) -> None:
        self._clauses = clauses
        self._known: dict[tuple[int, int, bytes, int], int] = {}

    def take(self, way: int, into: int, target: Number, base: int, source: Number, among: int, table: bytes) -> None:
        """A way makes of variable `base` another, `into`."""
        if target.mask.bit_count() <= 2:
            self._clauses.transfer([-way], source, among, table, target)
            return
        key = base, into, bytes(to if among >> i & 1 else 0 for i, to in enumerate(table)), among
        literal = self._known.get(key)
        if literal is None:
            literal = self._known[key] = self._clauses.new()
            self._clauses.transfer([-literal], source, among, table, target)
        self._clauses.add([-way, literal])


class Conditions:
    """Conditions on some variables. What is asked more than once is told to the solver once."""

    def __init__(self, clauses: Clauses, numbers: Numbers) -> None:
        self._clauses = clauses
        self._numbers = numbers
        self._known: dict[Cond, int] = {}
        self._exact: dict[Test, int] = {}
        self._counted: dict[tuple[Test, ...], list[int]] = {}

    def require(self, unless: list[int], cond: Cond) -> None:
        """`cond` holds, unless one of the literals does."""
        match cond:
            case Constant(value):
                if not value:
                    self._clauses.add(unless)
            case Test():
                for clause in self._test(cond):
                    self._clauses.add(unless + clause)
            case All(parts):
                for part in parts:
                    self.require(unless, part)
            case Any(parts):
                self._clauses.add([*unless, *(literal for part in parts for literal in self._either(part))])
            case Count(tests, allowed):
                counted = self._count(tests)
                self._clauses.add([*unless, *(literal for n, literal in enumerate(counted) if allowed >> n & 1)])
            case At():
                raise ValueError("where the player is was answered before")

    def _test(self, test: Test) -> list[list[int]]:
        """A test as clauses: for each run of values it forbids, the variable is below or above."""
        number = self._numbers[test.var]
        runs = _runs(number.mask & ~test.mask, number.mask, number.mask)
        return [[-number.least[low], number.least[high]] for low, high in runs]

    def _either(self, cond: Cond) -> list[int]:
        """Literals of which each implies `cond`, and one holds if it may."""
        if isinstance(cond, Test):
            clauses = self._test(cond)
            if len(clauses) == 1:
                return clauses[0]
        if isinstance(cond, Constant):
            return [YES] if cond.value else []
        if cond not in self._known:
            literal = self._known[cond] = self._clauses.new()
            self.require([-literal], cond)
        return [self._known[cond]]

    def _literal(self, test: Test) -> int:
        """A literal that holds exactly when a test does."""
        found = self._exact.get(test)
        if found is None:
            clauses = self._test(test)
            real = [literal for clause in clauses for literal in clause if literal not in (YES, NO)]
            if len(clauses) == 1 and len(real) == 1:
                found = real[0]
            else:
                found = self._clauses.new()
                self.require([-found], test)
                self.require([found], Test(test.var, ~test.mask))
            self._exact[test] = found
        return found

    def _count(self, tests: tuple[Test, ...]) -> list[int]:
        """For each number a literal that implies that so many of the tests hold."""
        found = self._counted.get(tests)
        if found is not None:
            return found
        counted = [YES]
        for test in tests:
            holds = self._literal(test)
            before = counted
            counted = [self._clauses.new() for _ in range(len(before) + 1)]
            for n, literal in enumerate(counted):
                self._clauses.add([-literal, holds, before[n] if n < len(before) else NO])
                self._clauses.add([-literal, -holds, before[n - 1] if n else NO])
        self._counted[tests] = counted
        return counted
