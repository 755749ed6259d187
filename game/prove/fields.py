"""The values that variables can have, all in one number.

Each variable has as many bits as it has values. So what can be in either of two cases is `a | b`, and what is left of
many variables at once is `a & kept`. A number is 0 where nothing can be: every variable has a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from typing import TypeAlias

from game.prove.items import Arrive, Assign, Edge, Item, Split, numbers
from game.prove.transfers import constant, image
from game.story.conditions import All, Any, At, Cond, Constant, Count, Test, negation

Narrow: TypeAlias = "Callable[[int], int]"
"""What is left of values without those for which a condition cannot hold; 0 if nothing is."""

_Change: TypeAlias = "tuple[int, int, tuple[tuple[int, int, bytes], ...]]"
"""What an item changes: the bits to keep, those to set, and (offset, all its bits, table) of others."""

_Step: TypeAlias = "tuple[_Change | None, Narrow | None, Narrow | None, int, int]"


class Fields:
    """Where each variable's values lie: `offset` says from which bit on, and `full` has all its bits there."""

    def __init__(self, sizes: Sequence[int], starts: Iterable[int]) -> None:
        self.sizes = list(sizes)
        self.offset: list[int] = []
        self.full: list[int] = []
        at = 0
        for size in sizes:
            self.offset.append(at)
            self.full.append((1 << size) - 1 << at)
            at += size
        self.all = (1 << at) - 1
        self.start = self.having(enumerate(starts))
        # By identity, and with the condition, so that it stays its own.
        self._narrow: dict[int, tuple[Cond, Narrow]] = {}
        self._against: dict[int, tuple[Cond, Narrow]] = {}
        self._spread: dict[int, int] = {}
        self._last = (0, 0)
        # In a long story these numbers are long, and much the same is asked again and again.
        self._tests: dict[tuple[int, int], tuple[int, int]] = {}

    def having(self, values: Iterable[tuple[int, int]]) -> int:
        """Variables that have one value each."""
        return sum(1 << self.offset[var] + value for var, value in values)

    def of(self, masks: Iterable[tuple[int, int]]) -> int:
        """Variables that have the values in a mask each."""
        return sum(mask << self.offset[var] for var, mask in masks)

    def mask(self, values: int, var: int) -> int:
        """The values that one variable can have."""
        return (values & self.full[var]) >> self.offset[var]

    def spread(self, variables: int) -> int:
        """All bits of the variables in a mask of their numbers."""
        found = self._spread.get(variables)
        if found is None:
            # Scenes that are near each other remember much the same.
            last, found = self._last
            if (variables ^ last).bit_count() > variables.bit_count():
                last = found = 0
            for var in numbers(variables ^ last):
                found ^= self.full[var]
            self._spread[variables] = found
            self._last = variables, found
        return found

    def differing(self, values: int, others: int) -> dict[int, int]:
        """The variables whose values differ, and what they are in the first."""
        return {var: self.mask(values, var) for var in dict.fromkeys(map(self._whose, numbers(values ^ others)))}

    @cached_property
    def _whose(self) -> Callable[[int], int]:
        """The variable of a bit."""
        return [var for var, size in enumerate(self.sizes) for _ in range(size)].__getitem__

    def narrow(self, cond: Cond) -> Narrow:
        """What is left where a condition holds."""
        found = self._narrow.get(id(cond))
        if found is None:
            found = self._narrow[id(cond)] = (cond, self._narrowing(cond))
        return found[1]

    def against(self, cond: Cond) -> Narrow:
        """What is left where a condition does not hold."""
        found = self._against.get(id(cond))
        if found is None:
            found = self._against[id(cond)] = (cond, self._narrowing(negation(cond, self.sizes)))
        return found[1]

    def _narrowing(self, cond: Cond) -> Narrow:
        match cond:
            case Constant(value):
                return (lambda values: values) if value else (lambda values: 0)
            case Test(var, mask):
                kept, rest = self._tested(var, mask)
                return lambda values: values & rest if values & kept else 0
            case All(parts):
                if all(type(part) is Test for part in parts):
                    return _each([self._tested(part.var, part.mask) for part in parts])  # type: ignore[union-attr]
                return _in_turn([self.narrow(part) for part in parts])
            case Any(parts):
                return _either([self.narrow(part) for part in parts])
            case Count(tests, allowed):
                counted = [(test.mask << self.offset[test.var], self.full[test.var]) for test in tests]
                return _counted(counted, allowed)
            case At():
                raise ValueError("where the player is was answered before")

    def _tested(self, var: int, mask: int) -> tuple[int, int]:
        """The bits of which one must be, and all that may stay."""
        found = self._tests.get((var, mask))
        if found is None:
            kept = mask << self.offset[var] & self.full[var]
            found = self._tests[var, mask] = kept, self.all & ~self.full[var] | kept
        return found

    def changing(self, item: Assign) -> _Change:
        """What an item does."""
        clear, put, others = 0, 0, []
        for var, table in item.tables.items():
            full, offset = self.full[var], self.offset[var]
            clear |= full
            if not _within(table, self.sizes[var]):
                # Something is wrong with it, which others tell; nothing is known of what it makes.
                put |= full
            elif constant(table):
                put |= 1 << offset + table[0]
            else:
                others.append((offset, full, table))
        return self.all & ~clear, put, tuple(others)


@cache
def _within(table: bytes, size: int) -> bool:
    """Whether a table makes one of `size` values of each of them."""
    return len(table) == size and max(table) < size


def _each(tests: Sequence[tuple[int, int]]) -> Narrow:
    rest = tests[0][1] if tests else -1
    for _, one in tests[1:]:
        rest &= one
    kept = [each for each, _ in tests]

    def narrow(values: int) -> int:
        values &= rest
        for each in kept:
            if not values & each:
                return 0
        return values

    return narrow


def _in_turn(parts: Sequence[Narrow]) -> Narrow:
    def narrow(values: int) -> int:
        for part in parts:
            values = part(values)
            if not values:
                return 0
        return values

    return narrow


def _either(parts: Sequence[Narrow]) -> Narrow:
    def narrow(values: int) -> int:
        out = 0
        for part in parts:
            found = part(values)
            if found == values:
                return values
            out |= found
        return out

    return narrow


def _counted(tests: Sequence[tuple[int, int]], allowed: int) -> Narrow:
    def narrow(values: int) -> int:
        low = high = 0
        for kept, full in tests:
            had = values & full
            if had & kept:
                high += 1
                low += had & kept == had
        # So many tests may hold: from `low` to `high` of them.
        return values if allowed >> low & (2 << high - low) - 1 else 0

    return narrow


def changed(values: int, change: _Change) -> int:
    """What an item makes of values."""
    keep, out, others = change
    for offset, full, table in others:
        out |= image(table, (values & full) >> offset) << offset
    return values & keep | out


class Flow:
    """The items of a flow, to be gone through with values in one number."""

    __slots__ = ("items", "steps")

    def __init__(self, items: Sequence[Item], fields: Fields) -> None:
        self.items = items
        self.steps: list[_Step] = []
        for item in items:
            if type(item) is Split:
                step: _Step = (None, fields.narrow(item.cond), fields.against(item.cond), item.yes, item.no)
            elif type(item) is Assign:
                step = (fields.changing(item), None, None, item.then, -1)
            elif type(item) is Arrive:
                step = (None, None, None, -1, -1)
            else:
                step = (None, None, None, item.then, -1)  # type: ignore[union-attr]
            self.steps.append(step)

    def along(self, values: int) -> list[int]:
        """For each item the values with which it can be come to; 0 where it cannot."""
        at = [0] * len(self.steps)
        at[0] = values
        for now, (change, yes, no, then, other) in zip(at, self.steps, strict=True):
            if not now:
                continue
            if yes is not None:
                at[then] |= yes(now)
                at[other] |= no(now)  # type: ignore[misc]
            elif then >= 0:
                at[then] |= now if change is None else changed(now, change)
        return at


class Edges:
    """The edges of a story as they are gone through with values in one number, each made when it is first asked for."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self._flows: dict[Edge, tuple[Narrow, Flow, int, tuple[tuple[int, str], ...]]] = {}

    def of(self, edge: Edge) -> tuple[Narrow, Flow, int, tuple[tuple[int, str], ...]]:
        """Its guard, its items, the bits of all that it reads or changes, and the numbers of where it ends."""
        found = self._flows.get(edge)
        if found is None:
            fields = self.fields
            ends = tuple((i, item.scene) for i, item in enumerate(edge.items) if type(item) is Arrive)
            touched = fields.spread(edge.reads | edge.writes)
            found = self._flows[edge] = (fields.narrow(edge.guard), Flow(edge.items, fields), touched, ends)
        return found
