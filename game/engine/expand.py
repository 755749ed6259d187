"""The passing of time, expanded into plain changes and branches.

Time going by moves the clock, lets meters decay and rings the bells it passes. Which bells those are depends on the
clock alone, so it is expanded by cases on the clock. What is left is `Change`, `Branch`, `Jump` and `Ring`: the form
that play and proof both step through.
"""

from __future__ import annotations

from game.story.conditions import Cond, Test
from game.story.conditions import test as test_of
from game.story.model import Advance, AdvanceTo, Bell, Branch, Change, Chapter, Effect, Jump, Op, Ring, Story


def flatten(effects: tuple[Effect, ...]) -> tuple[Op, ...]:
    return tuple(op for effect in effects for op in effect.ops)


class Expander:
    """Expands the effects of one chapter ("" for what stands outside of chapters, where no time passes)."""

    def __init__(self, story: Story, chapter: str) -> None:
        self.story = story
        self.chapter: Chapter | None = story.chapters.get(chapter)
        self.clock = story.by_name["clock"]
        self.bells: tuple[Bell, ...] = self.chapter.bells if self.chapter else ()
        self._advances: dict[int, tuple[Op, ...]] = {}
        self._decays: dict[int, tuple[Op, ...]] = {}

    def expand(self, ops: tuple[Op, ...]) -> tuple[Op, ...]:
        """`ops` without `Advance` and `AdvanceTo`. After a bell has interrupted, no further time passes."""
        out: list[Op] = []
        for i, op in enumerate(ops):
            match op:
                case Advance(ticks):
                    passed = self.advance(ticks)
                case AdvanceTo(tick):
                    passed = self.advance_to(tick)
                case Branch(cond, then, otherwise):
                    rest = ops[i + 1 :]
                    if _passes(rest) and _passes((op,)):
                        # Whether more time may pass depends on what happened in the branch: carry the rest into it.
                        out.append(Branch(cond, self.expand((*then, *rest)), self.expand((*otherwise, *rest))))
                        return tuple(out)
                    out.append(Branch(cond, self.expand(then), self.expand(otherwise)))
                    continue
                case _:
                    out.append(op)
                    continue
            rest = ops[i + 1 :]
            if _passes(rest) and _jumps(passed):
                calm = self.expand(rest)
                interrupted = self.expand(_timeless(rest))
                out.extend(_continue(passed, calm, interrupted))
                return tuple(out)
            out.extend(passed)
        return tuple(out)

    def advance(self, ticks: int) -> tuple[Op, ...]:
        """`ticks` go by."""
        if self.chapter is None or ticks <= 0:
            return ()
        if ticks not in self._advances:
            end = self.chapter.ticks
            ringing: list[Op] = []
            quiet = 0
            for now in range(end + 1):
                then = min(now + ticks, end)
                if any(now < bell.at <= then for bell in self.bells):
                    ringing.append(Branch(Test(self.clock.index, 1 << now), self.walk(now, then)))
                else:
                    quiet |= 1 << now
            calm: list[Op] = []
            table = bytes(min(now + ticks, end) if now <= end else now for now in range(self.clock.size))
            calm.append(Change(self.clock.index, table))
            calm.extend(self.decay(ticks))
            self._advances[ticks] = _cases(ringing, quiet, tuple(calm), self.clock.index, self.clock.full)
        return self._advances[ticks]

    def advance_to(self, tick: int) -> tuple[Op, ...]:
        """The clock moves up to `tick`, if it is earlier."""
        if self.chapter is None or tick <= 0:
            return ()
        cases: list[Op] = [
            Branch(Test(self.clock.index, 1 << now), self.walk(now, min(tick, self.chapter.ticks)))
            for now in range(min(tick, self.chapter.ticks))
        ]
        return _cases(cases, 0, (), self.clock.index, self.clock.full)

    def walk(self, now: int, then: int) -> tuple[Op, ...]:
        """From the tick `now` to the tick `then`, ringing what lies between."""
        assert self.chapter is not None
        for bell in self.bells:
            if now < bell.at <= then:
                rest = self.walk(bell.at, then)
                rung: tuple[Op, ...] = (Ring(bell.id, self.chapter.id), *flatten(bell.do))
                rung = (*rung, Jump(bell.goto, bell.id)) if bell.goto else (*rung, *rest)
                reached = self.step(now, bell.at)
                # Bells at the same tick: the one that comes first has been heard once the clock is there.
                same = [b for b in self.bells if b.at == bell.at]
                if len(same) > 1:
                    return (*reached, *self.together(same, then))
                return (*reached, Branch(bell.when, rung, rest))
        return self.step(now, then)

    def together(self, bells: list[Bell], then: int) -> tuple[Op, ...]:
        """Bells of one tick: all are heard, and one of them may lead somewhere."""
        assert self.chapter is not None
        out: list[Op] = []
        leading = None
        for bell in bells:
            if bell.goto:
                leading = bell
            else:
                out.append(Branch(bell.when, (Ring(bell.id, self.chapter.id), *flatten(bell.do))))
        rest = self.walk(bells[0].at, then)
        if leading is None:
            return (*out, *rest)
        rung = (Ring(leading.id, self.chapter.id), *flatten(leading.do), Jump(leading.goto, leading.id))
        return (*out, Branch(leading.when, rung, rest))

    def step(self, now: int, then: int) -> tuple[Op, ...]:
        """The clock goes from `now` to `then` with no bell between."""
        if then <= now:
            return ()
        return (Change(self.clock.index, bytes([then]) * self.clock.size), *self.decay(then - now))

    def decay(self, ticks: int) -> tuple[Op, ...]:
        """What `ticks` do to the meters that fall with time."""
        assert self.chapter is not None
        if ticks not in self._decays:
            out: list[Op] = []
            for meter in self.story.meters.values():
                if meter.decay:
                    amount, minutes = meter.decay
                    lost = amount * ticks * self.chapter.tick // minutes
                    size = self.story.variables[meter.var].size
                    if lost:
                        out.append(Change(meter.var, bytes(max(i - lost, 0) for i in range(size))))
            self._decays[ticks] = tuple(out)
        return self._decays[ticks]

    def leave(self, to: str) -> tuple[Op, ...]:
        """What going on to the chapter `to` does: the word for when this one ended, and forgetting."""
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


def _cases(cases: list[Op], quiet: int, calm: tuple[Op, ...], clock: int, full: int) -> tuple[Op, ...]:
    """The first case that holds, or `calm`. `quiet` is the mask of clock values without a case, 0 for "the others"."""
    if not cases:
        return calm
    out: tuple[Op, ...] = calm
    for case in reversed(cases):
        assert isinstance(case, Branch)
        out = (Branch(case.cond, case.then, out),)
    # The common case first: most of a chapter no bell is near.
    if quiet:
        ringing = out
        out = (Branch(Test(clock, quiet & full), calm, ringing),)
    return out


def _passes(ops: tuple[Op, ...]) -> bool:
    """Whether time can go by in `ops`."""
    return any(
        isinstance(op, Advance | AdvanceTo) or (isinstance(op, Branch) and (_passes(op.then) or _passes(op.otherwise)))
        for op in ops
    )


def _jumps(ops: tuple[Op, ...]) -> bool:
    return any(
        isinstance(op, Jump) or (isinstance(op, Branch) and (_jumps(op.then) or _jumps(op.otherwise))) for op in ops
    )


def _timeless(ops: tuple[Op, ...]) -> tuple[Op, ...]:
    """`ops` in which no time passes."""
    return tuple(
        Branch(op.cond, _timeless(op.then), _timeless(op.otherwise)) if isinstance(op, Branch) else op
        for op in ops
        if not isinstance(op, Advance | AdvanceTo)
    )


def _continue(ops: tuple[Op, ...], calm: tuple[Op, ...], interrupted: tuple[Op, ...]) -> tuple[Op, ...]:
    """`ops`, then `interrupted` where they jumped and `calm` where they did not."""
    for i, op in enumerate(ops):
        if isinstance(op, Jump):
            return (*ops, *interrupted)
        if isinstance(op, Branch) and _jumps((op,)):
            rest = ops[i + 1 :]
            then = _continue((*op.then, *rest), calm, interrupted)
            otherwise = _continue((*op.otherwise, *rest), calm, interrupted)
            return (*ops[:i], Branch(op.cond, then, otherwise))
    return (*ops, *calm)
