"""Conditions, typed: boolean combinations of tests on one variable each."""

from __future__ import annotations

from typing import TypeAlias

from game.story.records import value


@value
class Test:
    """Variable number `var` has one of the values in `mask` (bit i set: the i-th value)."""

    __test__ = False  # not a pytest class

    var: int
    mask: int


@value
class All:
    parts: tuple[Cond, ...]


@value
class Any:
    parts: tuple[Cond, ...]


@value
class Constant:
    value: bool


@value
class Count:
    """How many of the tests hold is one of the numbers in `allowed` (bit n set: n of them)."""

    tests: tuple[Test, ...]
    allowed: int


@value
class At:
    """The player is in one of these scenes (or, `negated`, in none)."""

    scenes: frozenset[str]
    negated: bool = False


Cond: TypeAlias = "Test | All | Any | Constant | Count | At"

TRUE = Constant(True)
FALSE = Constant(False)


def test(var: int, mask: int, full: int) -> Cond:
    """A test, or a constant when it always or never holds."""
    mask &= full
    if mask == 0:
        return FALSE
    return TRUE if mask == full else Test(var, mask)


def conjunction(parts: list[Cond]) -> Cond:
    kept: list[Cond] = []
    for part in parts:
        if part == FALSE:
            return FALSE
        if part == TRUE:
            continue
        kept.extend(part.parts if isinstance(part, All) else (part,))
    if not kept:
        return TRUE
    return kept[0] if len(kept) == 1 else All(tuple(kept))


def disjunction(parts: list[Cond]) -> Cond:
    kept: list[Cond] = []
    for part in parts:
        if part == TRUE:
            return TRUE
        if part == FALSE:
            continue
        kept.extend(part.parts if isinstance(part, Any) else (part,))
    if not kept:
        return FALSE
    return kept[0] if len(kept) == 1 else Any(tuple(kept))


def negation(cond: Cond, sizes: list[int]) -> Cond:
    """Not `cond`, pushed down to the tests. `sizes[v]` is how many values variable v has."""
    match cond:
        case Constant(value):
            return Constant(not value)
        case Test(var, mask):
            return Test(var, ((1 << sizes[var]) - 1) & ~mask)
        case Count(tests, allowed):
            return Count(tests, ((1 << (len(tests) + 1)) - 1) & ~allowed)
        case At(scenes, negated):
            return At(scenes, not negated)
        case All(parts):
            return disjunction([negation(p, sizes) for p in parts])
        case Any(parts):
            return conjunction([negation(p, sizes) for p in parts])


def variables(cond: Cond) -> set[int]:
    """The variables a condition reads."""
    match cond:
        case Test(var, _):
            return {var}
        case Count(tests, _):
            return {test.var for test in tests}
        case All(parts) | Any(parts):
            return set().union(*(variables(part) for part in parts))
        case _:
            return set()
