"""The fate matrix: who can end how, and how few and how many are left alive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cached_property, partial
from itertools import count

from oxidd.util import DDMemoryError

from game.engine import State
from game.prove.guide import find
from game.prove.limits import Limits, OutOfLimits
from game.prove.model import Model
from game.prove.near import BESIDES, ONE
from game.prove.play import Eyes, Player, Way, states, way_of, witness
from game.prove.questions import Site
from game.prove.reach import Space
from game.prove.refine import LONG, refine
from game.prove.report import Alive, Answer, Cell, Matrix
from game.prove.sat import search_each
from game.prove.sets import Set
from game.prove.together import Together
from game.prove.values import Values, live
from game.story.conditions import Cond, Count, Test
from game.story.model import Person

Key = tuple[str, str, str]
"""(ending, person, fate)"""


FAILURES = 4
"""Cells that took too long, after which the rest are not tried by themselves."""


EXTREMES = 5.0
"""Seconds that may be spent on the fewest and most alive."""


class Fates:
    """What is known about the endings' cells. `seen` has the shortest way known to each that can be."""

    def __init__(self, model: Model, limits: Limits, player: Player, least: int = 400) -> None:
        self.model = model
        self.story = model.story
        self.limits = limits
        self.player = player
        self.least = least
        self.fates = list(self.story.fates)
        self.endings = [s.id for s in self.story.scenes.values() if s.is_ending]
        self.people = list(self.story.people.values())
        self.asked = self.people
        """Those whose cells are looked for here."""
        self.counts = True
        """Whether it is looked for here how few and how many can live."""
        self.seen: dict[Key, Way] = {}
        self.never: set[Key] = set()
        self.alive: dict[str, dict[int, Way]] = {}
        self.bounds: dict[str, tuple[int, int]] = {}
        here = sum(1 << i for i, fate in enumerate(self.story.fates.values()) if fate.presence == "here")
        self.here = here
        self.living = living = tuple(Test(person.fate, here) for person in self.people)
        self._counts = [Count(living, 1 << n) for n in range(len(living) + 1)]

    def all(self) -> list[Key]:
        return [(e, p.id, f) for e in self.endings for p in self.people for f in self.fates]

    def open(self, ending: str) -> list[Key]:
        """The cells of an ending that are not known yet."""
        return [
            (ending, p.id, f)
            for p in self.asked
            for f in self.fates
            if (ending, p.id, f) not in self.seen and (ending, p.id, f) not in self.never
        ]

    def note(self, state: State, way: Way) -> None:
        """Somebody came to an ending."""
        alive = 0
        for person in self.people:
            value = state.values[person.fate]
            alive += self.here >> value & 1
            key = (state.scene, person.id, self.fates[value])
            if key not in self.seen or len(way) < len(self.seen[key]):
                self.seen[key] = way
        known = self.alive.setdefault(state.scene, {})
        if alive not in known or len(way) < len(known[alive]):
            known[alive] = way

    def learn(self, answers: Iterable[Answer]) -> None:
        """Take over what is known about the endings themselves."""
        for answer in answers:
            if answer.question.kind != "ending":
                continue
            if answer.verdict == "refuted":
                self.never.update(self.open(answer.question.subject))
            elif answer.witness is not None:
                way = way_of(answer.witness)
                if went := states(self.model.machine, way):
                    self.note(went[-1], way)

    # --- deciding ---

    def decide(self) -> Matrix:
        """Decide as many cells as the limits allow."""
        if self.people:
            self.rule_out()
            self.play()
            self.look()
        return self.matrix()

    @cached_property
    def values(self) -> Values:
        """What can be, as far as the cells ask for it."""
        return Values(self.model, live(self.model, self._watched(self.people)))

    def _watched(self, people: Iterable[Person]) -> dict[str, list[Cond]]:
        fates = [Test(person.fate, 1 << i) for person in people for i in range(len(self.fates))]
        return {e: [*self.living, *fates] if self.counts else list(fates) for e in self.endings}

    def rule_out(self) -> None:
        """Rule out what values can never be."""
        for key in self.all():
            masks = self.values.at.get(key[0])
            if masks is None or not masks[self.story.people[key[1]].fate] >> self.fates.index(key[2]) & 1:
                self.never.add(key)

    def play(self, hands: int = 1) -> None:
        """Play into cells, a part of the time where as many `hands` as this do so at once."""
        self._play(hands)
        self._cross()

    def look(self) -> None:
        """Look for what playing has not shown, and count who can live."""
        values = self.values
        self._one_by_one(values, 0)
        # What finds soon in a long story takes long to find nothing in a short one.
        ways: list[Callable[[Values], None]] = [
            self._by_search,
            partial(self._one_by_one, steps=1),
            self._together,
            self._step_by_step,
        ]
        for look in ways if len(self.model.edges) > LONG else reversed(ways):
            look(values)
        if self.counts:
            self.count()
        sizes = values.widths
        asked = self.people if self.counts else self.asked
        watched = self._watched(asked)
        kept = {person.fate for person in asked}
        loosely = values.loosely(5)
        ladder: list[tuple[Callable[[int], bool], float, bool, Callable[[str, int], bool] | None]] = [
            (lambda v: v not in kept and sizes[v] > 5, 0.3, False, None),
            (lambda v: False, 0.3, False, lambda scene, v: v not in kept and loosely(scene, v)),
            (lambda v: v not in kept and sizes[v] > 8, 0.5, True, None),
            (lambda v: False, 0.7, False, None),
        ]
        for drop, share, people_last, forget in ladder:
            if not any(self.open(e) for e in self.endings):
                break
            if self.limits.left <= 0:
                break
            limits = self.limits.within(self.limits.left * share)
            try:
                self._climb(values, watched, drop, limits, people_last, forget)
            except (OutOfLimits, DDMemoryError):
                continue

    def _together(self, values: Values) -> None:
        """Play for the fates of as many people at once as go together."""
        limits = self.limits.within(self.limits.left * 0.6)
        with suppress(OutOfLimits, DDMemoryError):
            plays = Together(self.model, values, self.player, limits, self.note)
            for ending in self.endings:
                keys = {self._test(key): key for key in self.open(ending)}
                if keys:
                    plays.come(
                        ending,
                        lambda test, keys=keys: self.never.add(keys[test]),  # type: ignore[misc]
                        {test: partial(self._unseen, key) for test, key in keys.items()},
                    )

    def count(self) -> None:
        """The fewest and most alive at each ending as far as each person and the last choice say, and plays to them."""
        limits = self.limits.within(min(EXTREMES, self.limits.left * 0.4))
        with suppress(OutOfLimits, DDMemoryError):
            plays = Together(self.model, self.values, self.player, limits, self.note)
            for ending, known in self.alive.items():
                may = []
                for person in self.people:
                    mask = sum(1 << i for i, f in enumerate(self.fates) if (ending, person.id, f) not in self.never)
                    may.append(Test(person.fate, mask))
                numbers = plays.numbers(ending, may, self._counts)
                if not known or not numbers:
                    continue
                self.bounds[ending] = numbers[0], numbers[-1]
                for number, mask in ((numbers[0], ~self.here), (numbers[-1], self.here)):
                    if number not in known:
                        tests = [Test(test.var, test.mask & mask) for test in may if test.mask & mask]
                        plays.extreme(ending, tests)

    def _unseen(self, key: Key) -> bool:
        return key not in self.seen and key not in self.never

    def _one_by_one(self, values: Values, steps: int) -> None:
        """Each person by themselves, with what decides over their fate: few variables are soon looked at."""
        for person in self.people:
            keys = [key for e in self.endings for key in self.open(e) if key[1] == person.id]
            ends = {key[0] for key in keys}
            far = self.model.far({person.fate, person.company})
            kept = {var for var, away in far.items() if away <= steps}
            if not keys or len(kept) > BESIDES:
                continue
            watched: dict[str, list[Cond]] = {
                e: [Test(person.fate, 1 << i) for i in range(len(self.fates))] for e in ends
            }
            limits = self.limits.within(min(ONE, self.limits.left * 0.1))
            with suppress(OutOfLimits, DDMemoryError):
                self._ask(values, watched, kept, keys, limits)

    def _step_by_step(self, values: Values) -> None:
        """Each cell by itself, and as many variables as it takes."""
        failed = 0
        for key in [key for e in self.endings for key in self.open(e)]:
            if key in self.seen or failed >= FAILURES or self.limits.left <= 0:
                continue
            try:
                self._refine(values, key, self.limits.within(min(4 * ONE, self.limits.left * 0.15)))
            except (OutOfLimits, DDMemoryError):
                failed += 1

    def _refine(self, values: Values, key: Key, limits: Limits) -> None:
        ending, test = key[0], self._test(key)
        within = self.model.leading_to([ending])

        def look(kept: set[int]) -> tuple[Space, dict[str, Set]]:
            drop = partial(_not_among, kept)
            space = Space(self.model, values, {ending: [test]}, drop=drop, limits=limits, within=within)
            space.run()
            return space, {ending: space.reached[ending] & self._cell(space, key)}

        def shows(state: State, way: Way) -> bool:
            return state.scene == ending and bool(test.mask >> state.values[test.var] & 1)

        person = self.story.people[key[1]]
        way = refine({person.fate, person.company}, look, shows, limits)
        if way is None:
            self.never.add(key)
        elif went := states(self.model.machine, way):
            self.note(went[-1], way)

    def _by_search(self, values: Values) -> None:
        """Look for plays into the open cells as answers to one large formula."""
        keys = [key for e in self.endings for key in self.open(e)]
        if not keys or self.limits.left <= 0:
            return
        wanted = [[Site(key[0], self._test(key))] for key in keys]
        limits = self.limits.within(self.limits.left * 0.5)

        def known(number: int) -> bool:
            return keys[number] in self.seen

        def along(number: int) -> list[int]:
            """A fate for everybody else at the same ending."""
            ending, person, _ = keys[number]
            others = (i for i, key in enumerate(keys) if key[0] == ending and key[1] != person and not known(i))
            return list({keys[i][1]: i for i in others}.values())

        with suppress(ImportError):
            for _, found in search_each(self.model, values, wanted, limits, ONE, known, along):
                way = tuple((edge.roll, edge.outcome.id) for edge in found.edges)
                went = states(self.model.machine, way)
                assert went is not None
                self.note(went[-1], way)

    def _ask(
        self, values: Values, watched: Mapping[str, list[Cond]], kept: set[int], keys: list[Key], limits: Limits
    ) -> None:
        within = self.model.leading_to(watched)
        space = Space(self.model, values, watched, drop=lambda v: v not in kept, limits=limits, within=within)
        space.run()
        for key in keys:
            reached = space.reached.get(key[0], space.sets.none)
            if not (reached & self._cell(space, key)).satisfiable():
                self.never.add(key)

    def _play(self, hands: int) -> None:
        eyes = Eyes(self.model, ())
        limits = self.limits.within(max(0.3, min(4.0, self.limits.left * 0.15) / hands))
        news = last = 0
        for number in count():
            if limits.left <= 0 or (number >= self.least and number > 3 * last):
                return
            ended = self.player.play(eyes, curious=number % 2 == 1)
            if ended is not None:
                self.note(*ended)
            known = len(self.seen) + sum(map(len, self.alive.values()))
            if known != news:
                news, last = known, number

    def _cross(self) -> None:
        """Plays that end like one that is known, and do with somebody what another known one did."""
        limits = self.limits.within(self.limits.left * 0.25)
        player = self.player
        for stray in (0.0, 0.01, 0.03, 0.1):
            for ending in self.endings:
                for key in self.open(ending):
                    others = [way for (_, p, f), way in self.seen.items() if (p, f) == key[1:]]
                    same = [way for e, known in self.alive.items() if e == ending for way in known.values()]
                    if key in self.seen or not others or not same:
                        continue
                    if limits.left <= 0:
                        return
                    wanted = self._mixed(player.chance.choice(same), player.chance.choice(others), key[1])
                    ended = player.like(wanted, stray)
                    if ended is not None:
                        self.note(*ended)

    def _mixed(self, way: Way, other: Way, person: str) -> dict[str, list[tuple[str, str]]]:
        """What is chosen in each scene: as in `way`, but as in the `other` where it has to do with somebody's fate."""
        fate = 1 << self.story.people[person].fate
        edges = self.player.edges
        out: dict[str, list[tuple[str, str]]] = {}
        for step in way:
            out.setdefault(step[0].rpartition(".")[0], []).append(step)
        for step in other:
            scene, _, choice = step[0].rpartition(".")
            if edges[scene, choice, step[1]].writes & fate:
                out.setdefault(scene, []).insert(0, step)
        return out

    def _climb(
        self,
        values: Values,
        watched: dict[str, list[Cond]],
        drop: Callable[[int], bool],
        limits: Limits,
        people_last: bool,
        forget: Callable[[str, int], bool] | None,
    ) -> None:
        space = Space(self.model, values, watched, drop=drop, limits=limits, people_last=people_last, forget=forget)
        space.run()
        may: list[tuple[str, Set]] = []
        for ending in self.endings:
            reached = space.reached.get(ending)
            if reached is None or not reached.satisfiable():
                self.never.update(self.open(ending))
                continue
            may.append((ending, reached))
            for key in self.open(ending):
                if not (reached & self._cell(space, key)).satisfiable():
                    self.never.add(key)
            if self.counts:
                self._bound(space, ending, reached)
        for number, (ending, reached) in enumerate(may):
            share = limits.within(limits.left / (len(may) - number) * 1.5)
            with suppress(OutOfLimits):
                if self.counts:
                    self._extremes(space, ending, reached, share)
                self._guide(space, ending, reached, share)

    def _cell(self, space: Space, key: Key) -> Set:
        return space.asked(key[0], self._test(key))

    def _test(self, key: Key) -> Test:
        return Test(self.story.people[key[1]].fate, 1 << self.fates.index(key[2]))

    def _guide(self, space: Space, ending: str, reached: Set, limits: Limits) -> None:
        """Play into the cells that may be, as many at once as go together."""
        hopeless: set[Key] = set()
        while True:
            waiting = [key for key in self.open(ending) if key not in hopeless]
            if not waiting:
                return
            goal, together = reached, []
            for key in waiting:
                both = goal & self._cell(space, key)
                if both.satisfiable():
                    goal = both
                    together.append(key)
            if not self._walk(space, ending, goal, limits) and len(together) > 1:
                self._walk(space, ending, reached & self._cell(space, together[0]), limits)
            hopeless.update(key for key in together[:1] if key in self.open(ending))
            if len(together) > 1 and all(key in self.open(ending) for key in together):
                hopeless.update(together)

    def _walk(self, space: Space, ending: str, goal: Set, limits: Limits) -> bool:
        limits.check()

        def passing(state: State, way: Way) -> None:
            if state.scene in self.endings:
                self.note(state, way)

        def shows(state: State, way: Way) -> bool:
            return state.scene == ending and space.sets.holds(goal, space.told(ending, state.values))

        time = limits.within(limits.left * 0.3 if not space.dropped else 2.0)
        return find(space, {ending: goal}, shows, time, passing) is not None

    def _bound(self, space: Space, ending: str, reached: Set) -> None:
        """The fewest and most alive that may be."""
        numbers = [n for n in range(len(self.people) + 1) if self._number(space, ending, reached, n).satisfiable()]
        low, high = self.bounds.get(ending, (0, len(self.people)))
        self.bounds[ending] = (max(low, numbers[0]), min(high, numbers[-1]))

    def _number(self, space: Space, ending: str, reached: Set, alive: int) -> Set:
        return reached & space.asked(ending, self._counts[alive])

    def _extremes(self, space: Space, ending: str, reached: Set, limits: Limits) -> None:
        """Play to as few and as many alive as may be."""
        known = self.alive.setdefault(ending, {})
        for n in self.bounds[ending]:
            if n not in known:
                self._walk(space, ending, self._number(space, ending, reached, n), limits)

    def _each(self, ending: str) -> tuple[int, int]:
        """The fewest and most alive that may be, as far as each person's own fates say."""
        here = {fate for i, fate in enumerate(self.fates) if self.here >> i & 1}
        may = [{f for f in self.fates if (ending, person.id, f) not in self.never} for person in self.people]
        return sum(fates <= here for fates in may), sum(bool(fates & here) for fates in may)

    # --- what came of it ---

    def matrix(self) -> Matrix:
        cells: dict[Key, Cell] = {}
        for key in self.all():
            if key in self.seen:
                cells[key] = Cell("proved", witness(self.seen[key]))
            else:
                cells[key] = Cell("refuted" if key in self.never else "open")
        alive = {}
        for ending, known in self.alive.items():
            if not known:
                continue
            low, high = min(known), max(known)
            fewest, most = self._each(ending)
            if bounds := self.bounds.get(ending):
                fewest, most = max(fewest, bounds[0]), min(most, bounds[1])
            exact = (fewest, most) == (low, high)
            alive[ending] = Alive(fewest, most, exact, witness(known[low]), witness(known[high]))
        people = tuple(person.id for person in self.people)
        return Matrix(tuple(self.endings), people, tuple(self.fates), cells, alive)


def _not_among(kept: set[int], var: int) -> bool:
    return var not in kept
