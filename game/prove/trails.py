"""Ways through a story that share their beginnings.

A play of a long story is thousands of choices long and answers thousands of questions, each by another of its
beginnings. So a way is a place in a log that only ever grows, and the log may go on from a place in another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import TypeAlias, overload

from game.engine import State

Step: TypeAlias = "tuple[str, str]"
"""A choice, as (`scene.choice`, outcome)."""

_NAME = itemgetter(0)


class Log:
    """Choices one after the other, `steps`, from the end of the way `before` on, which is `base` choices long.

    `start` is the state they start in.
    """

    __slots__ = ("base", "before", "start", "steps")

    def __init__(self, start: State, before: Trail | None = None) -> None:
        self.start = start
        self.before = before
        self.base = len(before) if before is not None else 0
        self.steps: list[Step] = []

    def here(self) -> Trail:
        """The way up to now."""
        return Trail(self, self.base + len(self.steps))


class Trail(Sequence[Step]):
    """The first `length` choices of a log."""

    __slots__ = ("_length", "_log")

    def __init__(self, log: Log, length: int) -> None:
        self._log: Log = log
        self._length: int = length
        while length <= self._log.base and self._log.before is not None:
            self._log = self._log.before._log

    def lately(self) -> tuple[State, list[Step]]:
        """A state that the way comes to, and the choices from there on."""
        return self._log.start, self._log.steps[: self._length - self._log.base]

    @property
    def log(self) -> Log:
        """The log that this is a place in."""
        return self._log

    def onward(self, step: Step) -> Trail:
        """This way and one choice more."""
        log = Log(self._log.start, self._log.before)
        log.steps = [*self._log.steps[: self._length - self._log.base], step]
        return log.here()

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Step]: ...
    def __getitem__(self, index: int | slice) -> Step | Sequence[Step]:
        if isinstance(index, slice):
            first, last, by = index.indices(self._length)
            return Trail(self._log, max(last, 0)) if (first, by) == (0, 1) else tuple(self)[index]
        at = index + self._length if index < 0 else index
        if not 0 <= at < self._length:
            raise IndexError(index)
        log = self._log
        while at < log.base:
            assert log.before is not None
            log = log.before._log
        return log.steps[at - log.base]

    def __iter__(self) -> Iterator[Step]:
        parts: list[list[Step]] = []
        log, length = self._log, self._length
        while True:
            parts.append(log.steps[: length - log.base])
            if log.before is None:
                break
            log, length = log.before._log, min(log.base, length)
        return chain.from_iterable(reversed(parts))

    def __eq__(self, other: object) -> bool:
        """The same place in the same log: what is as long and goes the same way need not be equal."""
        return isinstance(other, Trail) and (self._log, self._length) == (other._log, other._length)

    def __hash__(self) -> int:
        return hash((id(self._log), self._length))


class Names(Sequence[str]):
    """The choices of a way by their names alone. Equal to every sequence of the same names."""

    __slots__ = ("_way",)

    def __init__(self, way: Sequence[Step]) -> None:
        self._way = way

    @property
    def way(self) -> Sequence[Step]:
        """The way that these are the names of."""
        return self._way

    def __len__(self) -> int:
        return len(self._way)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return tuple(name for name, _ in self._way[index])
        return self._way[index][0]

    def __iter__(self) -> Iterator[str]:
        return map(_NAME, self._way)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Names | tuple):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


class Rolls(Mapping[str, str]):
    """What the rolls of a way come to, by their names; put together when first asked for."""

    __slots__ = ("_known", "_way")

    def __init__(self, way: Sequence[Step]) -> None:
        self._way = way
        self._known: dict[str, str] | None = None

    def _all(self) -> dict[str, str]:
        if self._known is None:
            self._known = {name: outcome for name, outcome in self._way if outcome}
        return self._known

    def __getitem__(self, name: str) -> str:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(self._all())
