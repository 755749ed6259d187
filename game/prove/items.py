"""What a choice does, laid out flat: a list in which each item comes before those that it leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from game.engine.flow import Do, End, Fork, Node, Tell
from game.prove.transfers import after, constant
from game.story.conditions import All, Any, Cond, Count, Test
from game.story.model import Change, Choice, Deed, Outcome


@dataclass(slots=True, eq=False)
class Assign:
    """Variables change at once: variable -> table.

    `writes` are all of them, and `fixed` those of which it does not matter what they were, as masks of their numbers.
    """

    tables: Mapping[int, bytes]
    then: int
    writes: int = field(init=False)
    fixed: int = field(init=False)

    def __post_init__(self) -> None:
        writes = fixed = 0
        for var, table in self.tables.items():
            writes |= 1 << var
            if constant(table):
                fixed |= 1 << var
        self.writes, self.fixed = writes, fixed


@dataclass(slots=True, eq=False)
class Split:
    cond: Cond
    yes: int
    no: int


@dataclass(slots=True, eq=False)
class Said:
    """Words are said here."""

    tell: Tell
    then: int


@dataclass(slots=True, eq=False)
class Did:
    """Somebody does something here."""

    deed: Deed
    then: int


@dataclass(slots=True, eq=False)
class Arrive:
    scene: str


Item: TypeAlias = "Assign | Split | Said | Did | Arrive"


@dataclass(slots=True, eq=False)
class Edge:
    """One outcome of one choice of `scene`: open while `guard` holds. `items` each come before those they lead to.

    `ends` are the scenes it may lead to; `asks`, `reads` and `writes` the variables its guard asks for, and those it
    asks for at all and changes, as masks of their numbers; `told` the words and deeds on the way.
    """

    scene: str
    choice: Choice
    outcome: Outcome
    guard: Cond
    items: tuple[Item, ...]
    ends: tuple[str, ...] = field(init=False)
    asks: int = field(init=False)
    reads: int = field(init=False)
    writes: int = field(init=False)
    told: tuple[Said | Did, ...] = field(init=False)

    def __post_init__(self) -> None:
        ends: dict[str, None] = {}
        told: list[Said | Did] = []
        self.asks = reads = bits(self.guard)
        writes = 0
        for item in self.items:
            kind = type(item)
            if kind is Split:
                reads |= bits(item.cond)  # type: ignore[union-attr]
            elif kind is Assign:
                writes |= item.writes  # type: ignore[union-attr]
            elif kind is Arrive:
                ends[item.scene] = None  # type: ignore[union-attr]
            else:
                told.append(item)  # type: ignore[arg-type]
        self.ends, self.told = tuple(ends), tuple(told)
        self.reads, self.writes = reads, writes

    @property
    def roll(self) -> str:
        """The id that dice know its choice by."""
        return f"{self.scene}.{self.choice.id}"

    @property
    def name(self) -> str:
        tail = f".{self.outcome.id}" if self.outcome.id else ""
        return f"{self.scene}.{self.choice.id}{tail}"


def flatten(root: Node) -> tuple[Item, ...]:
    """A flow as a list."""
    # What comes after is made first: the numbers run backwards till all are known.
    out: list[Item] = []
    at: dict[int, int] = {}
    waiting = [root]
    while waiting:
        node = waiting[-1]
        if id(node) in at:
            waiting.pop()
            continue
        kind = type(node)
        made: Item
        if kind is Fork:
            yes, no = at.get(id(node.yes), -1), at.get(id(node.no), -1)  # type: ignore[union-attr]
            if yes < 0 or no < 0:
                if no < 0:
                    waiting.append(node.no)  # type: ignore[union-attr]
                if yes < 0:
                    waiting.append(node.yes)  # type: ignore[union-attr]
                continue
            made = Split(node.cond, yes, no)  # type: ignore[union-attr]
        elif kind is End:
            made = Arrive(node.scene)  # type: ignore[union-attr]
        else:
            then = at.get(id(node.then), -1)  # type: ignore[union-attr]
            if then < 0:
                waiting.append(node.then)  # type: ignore[union-attr]
                continue
            if kind is Do:
                made = Assign(_together(node.changes), then)  # type: ignore[union-attr]
            elif kind is Tell:
                made = Said(node, then)  # type: ignore[arg-type]
            else:
                made = Did(node.deed, then)  # type: ignore[union-attr]
        waiting.pop()
        at[id(node)] = len(out)
        out.append(made)
    last = len(out) - 1
    for item in out:
        sort = type(item)
        if sort is Split:
            item.yes, item.no = last - item.yes, last - item.no  # type: ignore[union-attr]
        elif sort is not Arrive:
            item.then = last - item.then  # type: ignore[union-attr]
    out.reverse()
    return tuple(out)


def _together(changes: Iterable[Change]) -> dict[int, bytes]:
    """Changes that come one after the other, as one table for each variable."""
    tables: dict[int, bytes] = {}
    for change in changes:
        before = tables.get(change.var)
        tables[change.var] = after(before, change.table) if before else change.table
    return tables


def tests(cond: Cond) -> Iterable[Test]:
    """Every test in a condition."""
    match cond:
        case Test():
            yield cond
        case Count(inner, _):
            yield from inner
        case All(parts) | Any(parts):
            for part in parts:
                yield from tests(part)


_known: dict[int, tuple[Cond, int]] = {}
"""By identity, and with the condition, so that it stays its own: many flows ask the same."""


def bits(cond: Cond) -> int:
    """The variables of a condition, as a mask of their numbers."""
    if type(cond) is Test:
        return 1 << cond.var
    found = _known.get(id(cond))
    if found is None:
        out = 0
        for test in tests(cond):
            out |= 1 << test.var
        found = _known[id(cond)] = (cond, out)
    return found[1]


LONG: Final = 1 << 512
"""A mask that is taken apart as it is written, rather than bit by bit."""


def numbers(mask: int) -> list[int]:
    """The numbers in a mask."""
    out = []
    if mask >= LONG:
        # Taking the lowest from a long number again and again costs its length each time.
        written = f"{mask:b}"[::-1]
        at = written.find("1")
        while at >= 0:
            out.append(at)
            at = written.find("1", at + 1)
        return out
    while mask:
        low = mask & -mask
        out.append(low.bit_length() - 1)
        mask ^= low
    return out
