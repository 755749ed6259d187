"""The passing of time, expanded into plain changes and branches.

Time going by moves the clock, lets meters decay and rings the bells it passes. Which bells those are depends on the
clock alone, so it is expanded by cases on the clock. What is left is `Change`, `Branch`, `Jump` and `Ring`: the form
that play and proof both step through.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from typing import TypeAlias

from game.story.conditions import Cond, Test
from game.story.conditions import test as test_of
from game.story.model import Bell, Branch, Change, Chapter, Effect, Jump, Op, Ring, Story

_Case: TypeAlias = "tuple[int, tuple[Op, ...]]"
"""(the clock's values in which it applies, as a mask; what is done)"""


def flatten(effects: tuple[Effect, ...]) -> tuple[Op, ...]:
    return tuple(op for effect in effects for op in effect.ops)


def changed(effects: Iterable[Effect]) -> frozenset[int]:
    """The variables that effects may change by themselves, and not by the time that they let pass."""
    out: set[int] = set()
    waiting = [op for effect in effects for op in effect.ops]
    while waiting:
        op = waiting.pop()
        if isinstance(op, Change):
            out.add(op.var)
        elif isinstance(op, Branch):
            waiting += (*op.then, *op.otherwise)
    return frozenset(out)


class Expander:
    """What the passing of time does in one chapter ("" for what stands outside of chapters, where no time passes)."""

    def __init__(self, story: Story, chapter: str) -> None:
        self.story = story
        self.chapter: Chapter | None = story.chapters.get(chapter)
        self.clock = story.by_name["clock"]
        self.bells: tuple[Bell, ...] = self.chapter.bells if self.chapter else ()
        self.at: dict[int, list[Bell]] = {}
        for bell in self.bells:
            self.at.setdefault(bell.at, []).append(bell)
        self.rung = sorted(self.at)
        """The ticks at which bells ring."""
        self._advances: dict[int, tuple[Op, ...]] = {}

    def advance(self, ticks: int) -> tuple[Op, ...]:
        """`ticks` go by."""
        if self.chapter is None or ticks <= 0:
            return ()
        if ticks not in self._advances:
            end = self.chapter.ticks
            table = bytes(min(now + ticks, end) if now <= end else now for now in range(self.clock.size))
            moved = Change(self.clock.index, table)
            calm: dict[tuple[Op, ...], int] = {}
            ringing: list[_Case] = []
            for now in range(end + 1):
                if bisect(self.rung, now) < bisect(self.rung, now + ticks):
                    ringing.append((1 << now, self.walk(now, now + ticks)))
                else:
                    decay = self.decay(now, now + ticks)
                    calm[decay] = calm.get(decay, 0) | 1 << now
            cases = [(mask, (moved, *decay)) for decay, mask in calm.items()]
            self._advances[ticks] = self.cases(cases, ringing)
        return self._advances[ticks]

    def advance_to(self, tick: int) -> tuple[Op, ...]:
        """The clock moves up to `tick`, if it is earlier."""
        if self.chapter is None or tick <= 0:
            return ()
        later = self.clock.full & ~((1 << tick) - 1)
        return self.cases([(later, ())], [(1 << now, self.walk(now, tick)) for now in range(tick)])

    def cases(self, first: list[_Case], others: list[_Case]) -> tuple[Op, ...]:
        """Operations by cases on the clock, which between them cover every time there is.

        `first` are the usual ones. Halving what is left keeps the branches shallow.
        """
        if not first or not others:
            both = first or others
            if len(both) == 1:
                return both[0][1]
            first, others = both[: len(both) // 2], both[len(both) // 2 :]
        times = 0
        for mask, _ in first:
            times |= mask
        return (Branch(Test(self.clock.index, times), self.cases(first, []), self.cases([], others)),)

    def walk(self, now: int, then: int) -> tuple[Op, ...]:
        """From the tick `now` to the tick `then`, ringing what lies between."""
        out: list[Op] = []
        for at in self.rung[bisect(self.rung, now) : bisect(self.rung, then)]:
            assert self.chapter is not None
            chapter = self.chapter.id
            out.extend(self.step(now, at))
            leading: Bell | None = None
            # All bells of a tick are heard; one of them may lead somewhere, and then no further time passes.
            for bell in self.at[at]:
                if bell.goto:
                    leading = bell
                else:
                    out.append(Branch(bell.when, (Ring(bell.id, chapter), *flatten(bell.do))))
            if leading is not None:
                rung = (Ring(leading.id, chapter), *flatten(leading.do), Jump(leading.goto, leading.id))
                return (*out, Branch(leading.when, rung, self.walk(at, then)))
            now = at
        return (*out, *self.step(now, then))

    def step(self, now: int, then: int) -> tuple[Op, ...]:
        """The clock goes from `now` to `then` with no bell between."""
        if self.chapter is None or then <= now:
            return ()
        at = min(then, self.chapter.ticks)
        return (Change(self.clock.index, bytes([at]) * self.clock.size), *self.decay(now, then))

    def decay(self, now: int, then: int) -> tuple[Op, ...]:
        """What the time from `now` to `then` does to the meters that fall with it.

        However the time is cut into steps, the meters lose the same.
        """
        assert self.chapter is not None
        out: list[Op] = []
        for meter in self.story.meters.values():
            if meter.decay:
                amount, minutes = meter.decay
                lost = amount * then * self.chapter.tick // minutes - amount * now * self.chapter.tick // minutes
                size = self.story.variables[meter.var].size
                if lost:
                    out.append(Change(meter.var, bytes(max(i - lost, 0) for i in range(size))))
        return tuple(out)

    def leave(self) -> tuple[Op, ...]:
        """What going on to another chapter does: the word for when this one ended, and forgetting."""
        out: list[Op] = []
        arrived = self.story.by_name["arrived"]
        if self.chapter is not None:
            early = (1 << self.chapter.early) - 1
            late = self.clock.full & ~((1 << min(self.chapter.late, self.clock.size)) - 1)
            out.append(Change(arrived.index, b"\1" * 3))
            if early:
                out.append(_when(test_of(self.clock.index, early, self.clock.full), Change(arrived.index, b"\0" * 3)))
            if late & ~early:
                out.append(
                    _when(test_of(self.clock.index, late & ~early, self.clock.full), Change(arrived.index, b"\2" * 3))
                )
        out.append(Change(self.clock.index, bytes(self.clock.size)))
        own = self.chapter.id if self.chapter else ""
        out.extend(Change(v.index, bytes([v.start]) * v.size) for v in self.story.variables if own and v.chapter == own)
        return tuple(out)


def _when(cond: Cond, op: Op) -> Op:
    return Branch(cond, (op,))
