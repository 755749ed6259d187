"""What a choice does to each variable by itself, on all the ways it may go taken together.

No test and no table is about two variables. So what is asked of one on a way, and what becomes of it, can be said of
the scene where the choice is made: a mask that is asked for after a table is the mask of what the table takes into it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from game.story.conditions import All, Any, Cond, Count, Test

if TYPE_CHECKING:
    from game.prove.model import Edge, Item

MANY = 200
"""Tables of one variable, at most, between the beginning of a way and one place on it."""

Changed: TypeAlias = "Mapping[int, frozenset[bytes]]"
"""For each variable that may have changed the tables that may have come of it; the others are as they were."""

UNCHANGED: Changed = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Transfer:
    """What an edge asks of variables and makes of them, all by the values they have where it begins.

    `asks` are masks by variable; `ends` say for each scene it may lead to what may have changed by then, and `told` the
    same for its words and deeds.
    """

    asks: Mapping[int, frozenset[int]]
    ends: Mapping[str, Changed]
    told: Mapping[Item, Changed]


@cache
def identity(size: int) -> bytes:
    """The table that changes nothing."""
    return bytes(range(size))


@cache
def after(first: bytes, then: bytes) -> bytes:
    """The table of one change and then another."""
    return bytes(then[value] for value in first)


@cache
def into(table: bytes, mask: int) -> int:
    """The values that a table takes into a mask."""
    return sum(1 << value for value, to in enumerate(table) if mask >> to & 1)


@cache
def image(table: bytes, mask: int) -> int:
    """What `table` makes of the values in `mask`."""
    out = 0
    while mask:
        low = mask & -mask
        out |= 1 << table[low.bit_length() - 1]
        mask ^= low
    return out


@cache
def constant(table: bytes) -> bool:
    """Whether all values become one."""
    return table.count(table[:1]) == len(table)


def asked(cond: Cond, changed: Changed, sizes: Sequence[int]) -> list[tuple[int, int]]:
    """What a condition asks for after changes, as masks of values before them; what tells nothing apart is left out."""
    out: list[tuple[int, int]] = []
    for var, mask in pairs(cond):
        tables = changed.get(var)
        if tables is None:
            out.append((var, mask))
            continue
        full = (1 << sizes[var]) - 1
        out += [(var, found) for table in tables if (found := into(table, mask) & full) and found != full]
    return out


def transfer(edge: Edge, sizes: Sequence[int]) -> Transfer:
    """What an edge asks and does."""
    from game.prove.model import Arrive, Assign, Did, Said, Split

    asks: dict[int, set[int]] = {}
    for var, mask in pairs(edge.guard):
        asks.setdefault(var, set()).add(mask)
    told: dict[Item, Changed] = {}
    ends: dict[str, Changed] = {}
    at: list[Changed | None] = [None] * len(edge.items)
    at[0] = UNCHANGED

    def come(to: int, changed: Changed) -> None:
        had = at[to]
        at[to] = changed if had is None else _either(had, changed, sizes)

    for i, item in enumerate(edge.items):
        now = at[i]
        assert now is not None
        at[i] = None
        match item:
            case Assign(tables, then):
                come(then, _changed(now, tables, asks, sizes))
            case Split(cond, yes, no):
                for var, mask in asked(cond, now, sizes):
                    asks.setdefault(var, set()).add(mask)
                come(yes, now)
                come(no, now)
            case Said(_, then) | Did(_, then):
                told[item] = now
                come(then, now)
            case Arrive(scene):
                ends[scene] = _either(ends[scene], now, sizes) if scene in ends else now
    return Transfer({var: frozenset(masks) for var, masks in asks.items()}, ends, told)


def _changed(now: Changed, tables: Mapping[int, bytes], asks: dict[int, set[int]], sizes: Sequence[int]) -> Changed:
    out = dict(now)
    for var, table in tables.items():
        had = now.get(var)
        found = frozenset([table]) if had is None else frozenset(after(first, table) for first in had)
        if len(found) > MANY:
            # All its values are told apart from the beginning: nothing that comes of them can tell more.
            asks.setdefault(var, set()).update(1 << value for value in range(sizes[var]))
            found = frozenset([identity(sizes[var])])
        out[var] = found
    return out


def _either(a: Changed, b: Changed, sizes: Sequence[int]) -> Changed:
    if a is b:
        return a
    out = dict(a)
    for var, tables in b.items():
        had = a.get(var)
        if had is None:
            had = frozenset([identity(sizes[var])])
        out[var] = had if had is tables else had | tables
    for var, tables in a.items():
        if var not in b:
            out[var] = tables | {identity(sizes[var])}
    return out


_known: dict[int, tuple[Cond, tuple[tuple[int, int], ...]]] = {}


def pairs(cond: Cond) -> tuple[tuple[int, int], ...]:
    """The tests of a condition as (variable, mask), each once."""
    found = _known.get(id(cond))
    if found is None or found[0] is not cond:
        found = _known[id(cond)] = (cond, tuple(dict.fromkeys(_pairs(cond))))
    return found[1]


def _pairs(cond: Cond) -> list[tuple[int, int]]:
    match cond:
        case Test(var, mask):
            return [(var, mask)]
        case Count(inner, _):
            return [(test.var, test.mask) for test in inner]
        case All(parts) | Any(parts):
            return [pair for part in parts for pair in pairs(part)]
        case _:
            return []
