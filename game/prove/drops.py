"""Which variables are left out of a state, as functions of their numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence


def nothing(var: int) -> bool:
    return False


def other_than(kept: Collection[int]) -> Callable[[int], bool]:
    return lambda var: var not in kept


def larger_than(sizes: Sequence[int], most: int) -> Callable[[int], bool]:
    return lambda var: sizes[var] > most
