"""Conditions, compiled: each a function of a state's values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

from game.story.conditions import All, Any, At, Cond, Constant, Count, Test

Values: TypeAlias = bytes
"""One number per variable: the index of its value."""

Check: TypeAlias = "Callable[[Values], bool]"


def compile_condition(cond: Cond, sizes: list[int]) -> Check:
    """A condition as a closure over its tests. `sizes[v]` is how many values variable v has."""
    match cond:
        case Constant(value):
            return lambda values: value
        case Test(var, mask):
            if mask & (mask - 1) == 0:
                only = mask.bit_length() - 1
                return lambda values: values[var] == only
            table = _table(mask, sizes[var])
            return lambda values: table[values[var]]
        case All((Test(a, one), Test(b, two))):
            first, second = _table(one, sizes[a]), _table(two, sizes[b])
            return lambda values: first[values[a]] and second[values[b]]
        case Any((Test(a, one), Test(b, two))):
            first, second = _table(one, sizes[a]), _table(two, sizes[b])
            return lambda values: first[values[a]] or second[values[b]]
        case All(parts):
            return _by_halves([compile_condition(p, sizes) for p in parts], _both, True)
        case Any(parts):
            return _by_halves([compile_condition(p, sizes) for p in parts], _either, False)
        case Count(tests, allowed):
            checks = tuple(compile_condition(t, sizes) for t in tests)
            return lambda values: bool(allowed >> sum(check(values) for check in checks) & 1)
        case At():
            raise ValueError("where the player is can only be asked of a state")


@lru_cache(maxsize=4096)
def _table(mask: int, size: int) -> tuple[bool, ...]:
    """For each value of a variable whether it is in the mask."""
    return tuple(bool(mask >> i & 1) for i in range(size))


# A call for each of two is sooner made than a generator for all of several. Halves keep them shallow.


def _by_halves(checks: Sequence[Check], two: Callable[[Check, Check], Check], empty: bool) -> Check:
    if len(checks) < 2:
        return checks[0] if checks else lambda values: empty
    half = len(checks) // 2
    return two(_by_halves(checks[:half], two, empty), _by_halves(checks[half:], two, empty))


def _both(first: Check, second: Check) -> Check:
    return lambda values: first(values) and second(values)


def _either(first: Check, second: Check) -> Check:
    return lambda values: first(values) or second(values)
