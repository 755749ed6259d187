"""Plays that come to an ending with what is asked of many people at once.

For each person, and each fate that is asked about, it is looked back from the ending by that person alone: if nothing
leads there from the beginning, it cannot be. A play that never leaves the states from which each of some people may
still end as asked mostly has all of them end so; if it fails, fewer are asked for at once. See `apart`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from oxidd.util import DDMemoryError

from game.engine import State
from game.prove import lookback
from game.prove.apart import Walk, piece, related
from game.prove.backwards import Backwards, Search
from game.prove.drops import larger_than, nothing
from game.prove.limits import Limits, OutOfLimits
from game.prove.model import Model
from game.prove.near import WIDE, leading_there
from game.prove.play import Eyes, Player, Way
from game.prove.values import Values
from game.story.conditions import TRUE, Cond, Test

PIECE = 0.3
"""Seconds that one piece may take, or that it may take to look back from one person's fate."""

BRIEFLY = 0.15
"""The same without what has many values."""

WALKS = 2
"""Plays for the same people at once, before there are fewer of them."""

FEW = 4
"""Variables that decide over coming to an ending, at most, for each person to be looked back from with all there is."""

FAILURES = 4
"""Plays in vain for one person, after which it is left to others."""


@dataclass(slots=True)
class Sought:
    """What somebody's fate should be at an ending, and from where it may be so as far as they tell."""

    test: Test
    piece: Search
    failed: int = 0


class Together:
    """Plays into endings. `note` hears of each that came to one. Raises `OutOfLimits` and `DDMemoryError` when made."""

    def __init__(
        self, model: Model, values: Values, player: Player, limits: Limits, note: Callable[[State, Way], None]
    ) -> None:
        self.model = model
        self.player = player
        self.limits = limits
        self.note = note
        self.back = Backwards(model, values, nothing, limits.nodes, limits)
        self.rough = Backwards(model, values, larger_than(model.sizes, WIDE), limits.nodes >> 1, limits)
        self.kin = related(model)
        self.chance = random.Random(0)

    def come(self, ending: str, never: Callable[[Test], None], asked: Mapping[Test, Callable[[], bool]]) -> None:
        """Come to an ending in plays in which each of some tests holds, and say which `never` do.

        `asked` says of each whether it is still to be looked for.
        """
        ways = self._ways(ending)
        if ways is None:
            for test in asked:
                never(test)
            return
        sought: list[Sought] = []
        for test in asked:
            found = self._piece(ending, test, self.kin.get(test.var, 1 << test.var))
            if found is None:
                continue
            if found.begins():
                sought.append(Sought(test, found))
            else:
                never(test)
        few = 0
        for way in ways:
            few |= way.only
        if few.bit_count() > FEW:
            self._play(ending, ways, sought, asked)
            return
        # Where little decides over coming there, one comes there from anywhere: each is looked back from by itself.
        for back, seconds in ((self.rough, BRIEFLY), (self.back, PIECE)):
            for one in sought:
                if asked[one.test]():
                    self._look_back(back, seconds, ending, one.test, never)

    def _look_back(
        self, back: Backwards, seconds: float, ending: str, test: Test, never: Callable[[Test], None]
    ) -> None:
        """Look back from one fate at an ending."""
        self.limits.check()
        limits = lookback.limits(min(seconds, self.limits.left))
        search = Search(back, {ending: back.sets.cond(test)}, limits, self.player.moments)
        shows = self._shows(ending, [test])
        with suppress(OutOfLimits):
            way = lookback.meet(self.player, back, search, shows, Eyes(self.model, ()), self.chance)
            if way is None and search.finished and not search.begins():
                never(test)
        back.sets.tidy()

    def numbers(self, ending: str, may: Iterable[Test], counts: Sequence[Cond]) -> list[int]:
        """Which of some conditions, by their numbers, may hold at an ending, by the choices that come to it alone.

        `may` says which fates each person may have there.
        """
        sets, values = self.back.sets, self.back.values
        fates = sets.all
        for test in may:
            fates &= sets.cond(test)
        out = []
        for number, count in enumerate(counts):
            goal = sets.cond(count) & fates
            zone = {ending: (goal, self.back.support(goal))}
            for edge in self.model.into[ending]:
                self.limits.check()
                if edge.scene in values.at and values.alive(edge):
                    before = self.back.before(edge, zone)
                    before &= self.back.can_be(edge.scene, self.back.support(before))
                    if before.satisfiable():
                        out.append(number)
                        break
        return out

    def extreme(self, ending: str, tests: Sequence[Test]) -> None:
        """Play into an ending so that as many tests hold as go together."""
        ways = self._ways(ending)
        found = [(test, self._piece(ending, test, self.kin.get(test.var, 1 << test.var))) for test in tests]
        sought = [Sought(test, one) for test, one in found if one is not None and one.begins()]
        many = len(sought)
        while ways is not None and many and self.limits.left > 0:
            self.chance.shuffle(sought)
            if self._walk(ending, ways, sought[:many]):
                return
            many = many - 1 if many > len(sought) * 2 // 3 else 0

    def _ways(self, ending: str) -> list[Search] | None:
        """From where one comes to an ending, by what decides over coming there, piece by piece; None if never."""
        out: list[Search] = []
        for only in dict.fromkeys(self.kin.get(var, 1 << var) for var in sorted(leading_there(self.model, [ending]))):
            found = self._piece(ending, TRUE, only)
            if found is not None:
                if not found.begins():
                    return None
                out.append(found)
        return out

    def _piece(self, ending: str, cond: Cond, only: int) -> Search | None:
        self.limits.check()
        try:
            return piece(
                self.back, {ending: self.back.sets.cond(cond)}, only, self.limits.within(min(PIECE, self.limits.left))
            )
        except DDMemoryError:
            self.back.sets.manager.gc()
            return None

    def _play(
        self, ending: str, ways: list[Search], sought: list[Sought], asked: Mapping[Test, Callable[[], bool]]
    ) -> None:
        """Play for as many people at once as go together."""
        many = len(self.model.story.people)
        while True:
            sought = [one for one in sought if asked[one.test]() and one.failed < FAILURES]
            if not sought or self.limits.left <= 0:
                return
            some = self._some(sought, many)
            if self._walk(ending, ways, some):
                many += 1
                continue
            for one in some:
                one.failed += 1 if len(some) == 1 else 0
            if len(some) == 1:
                some[0].failed += WALKS
            many = max(1, min(many, len(some)) * 2 // 3)

    def _some(self, sought: list[Sought], many: int) -> list[Sought]:
        """Some of what is sought, of no person two: what failed least, first."""
        out: dict[int, Sought] = {}
        for one in sorted(sought, key=lambda one: (one.failed, self.chance.random())):
            out.setdefault(one.test.var, one)
        return list(out.values())[:many]

    def _walk(self, ending: str, ways: list[Search], some: list[Sought]) -> bool:
        shows = self._shows(ending, [one.test for one in some])
        pieces = [one.piece for one in some] + ways
        walk = Walk(self.player, pieces, frozenset([ending]), shows, Eyes(self.model, ()), self.chance.getrandbits(32))
        return any(walk.go() is not None for _ in range(WALKS) if self.limits.left > 0)

    def _shows(self, ending: str, tests: list[Test]) -> Callable[[State, Way], bool]:
        story = self.model.story

        def shows(state: State, way: Way) -> bool:
            if story.scenes[state.scene].is_ending:
                self.note(state, way)
            return state.scene == ending and all(test.mask >> state.values[test.var] & 1 for test in tests)

        return shows
