"""Everything a story remembers, as variables with finite domains.

A state of a run is one small number per variable: the index of its value. Conditions are masks over those numbers and
effects are tables from number to number, so that the engine and any prover read the same thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from game.story.diagnostics import Where

MAX_DOMAIN = 256
MAX_TICKS = MAX_DOMAIN - 1

Value: TypeAlias = "str | int | bool"

PROMISE = ("none", "made", "kept", "broken")
ARRIVED = ("early", "on_time", "late")
BOOL: tuple[Value, ...] = (False, True)


def value_text(value: Value) -> str:
    """A value as a writer writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(slots=True)
class Variable:
    """One thing a story remembers.

    `name` is unique and stable: saves use it. `kind` is one of flag, meter, item, fate, with, bond, memory, promise,
    seen, chosen, once, lock, site, source, clock, arrived. `values` has 1 to 256 entries; `start` is an index into it.
    `chapter` is the id of the chapter that forgets it at its end, or "" when it lasts for the whole story.
    """

    index: int
    name: str
    kind: str
    values: tuple[Value, ...]
    start: int = 0
    chapter: str = ""
    where: Where | None = None
    """Where it is declared; None for what no writer declares."""

    @property
    def size(self) -> int:
        return len(self.values)

    @property
    def full(self) -> int:
        """The mask with every value in it."""
        return (1 << len(self.values)) - 1

    def index_of(self, value: Value) -> int | None:
        """The index of `value`, or None. True and 1 are different values."""
        for i, v in enumerate(self.values):
            if v == value and isinstance(v, bool) == isinstance(value, bool):
                return i
        return None


class Table:
    """The variables of a story while it is being read."""

    def __init__(self) -> None:
        self.all: list[Variable] = []
        self.by_name: dict[str, Variable] = {}
        self._sizes: list[int] = []

    def add(
        self,
        name: str,
        kind: str,
        values: Sequence[Value],
        start: int = 0,
        chapter: str = "",
        where: Where | None = None,
    ) -> Variable:
        variable = Variable(len(self.all), name, kind, tuple(values), start, chapter, where)
        self.all.append(variable)
        self.by_name[name] = variable
        return variable

    def sizes(self) -> list[int]:
        """How many values each variable has, by index."""
        # It is asked for when all that is declared is known; from then on variables are only added.
        self._sizes += [v.size for v in self.all[len(self._sizes) :]]
        return self._sizes

    def get(self, name: str) -> Variable | None:
        return self.by_name.get(name)

    def need(self, name: str, kind: str, chapter: str, reader: str) -> Variable:
        """A yes-or-no variable made when first read (`seen`, `chosen`, `once`).

        It is forgotten with `chapter` as long as every reader is in that chapter.
        """
        variable = self.by_name.get(name) or self.add(name, kind, BOOL, 0, chapter)
        if reader != chapter:
            variable.chapter = ""
        return variable
