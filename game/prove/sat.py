"""Looking for a play with a SAT solver, for what is too large to be held as sets: it finds, it hardly ever proves.

Bounded model checking (Biere, Cimatti, Clarke and Zhu 1999). A formula says that something shows in a play of a certain
shape, and whoever satisfies it has found one. The shape is a row of slots for one choice each. The parts of the graph
of scenes come in order, so each part has slots of its own, and one with a loop more and more of them: a slot holds only
what its part may do. Variables that do not change there are the same before and after. For the shortest play, all slots
hold all scenes that may be stood in by then. What holds is implied backwards only, from what shows to the beginning.

Needs python-sat, which is needed for nothing else and imported only when something is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from typing import TYPE_CHECKING

from game.engine import Dice, NotOffered
from game.prove.clauses import NO, Clauses, TooManyClauses
from game.prove.formula import Formula, Goal
from game.prove.limits import Limits, OutOfLimits
from game.prove.model import Edge, Model
from game.prove.play import follow
from game.prove.questions import Site
from game.prove.values import Values
from game.story.conditions import TRUE

if TYPE_CHECKING:
    from pysat.solvers import Solver

SOLVER = "minisat22"
"""One that can be interrupted."""

LONGEST = 3_000
"""Choices of a play that is to be the shortest."""

STAY = 32
"""How often all scenes of a loop are stayed in, at most."""

CLAUSES = 12_000_000
"""About 100 bytes each."""


@dataclass(frozen=True, slots=True)
class Found:
    """A play: `edges` from the story's beginning on, the last of them on the way of a site with an edge.

    `shortest` is whether it is known that none is shorter.
    """

    edges: tuple[Edge, ...]
    shortest: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing was found, and a limit was reached: `limit` says which.

    There is no play of up to `steps` choices; -1 when nobody counted.
    """

    limit: str
    steps: int


def search(
    model: Model,
    values: Values,
    sites: Sequence[Site],
    limits: Limits,
    *,
    shortest: bool = False,
    most_steps: int = LONGEST,
    most_clauses: int = CLAUSES,
    solver: str = SOLVER,
) -> Found | Unknown | None:
    """A play in which one of the sites shows, or None if there is none.

    With `shortest` it is as short as can be, if the time allows, and only plays of up to `most_steps` choices count;
    that takes much longer. `values` must know the variables that the sites ask about. Raises `ImportError` without
    python-sat.
    """
    import pysat.solvers  # noqa: F401

    look = _Search(model, limits, most_clauses, solver)
    try:
        goal = Goal(model, values, sites, limits)
        if model.start.scene not in goal.away:
            return None
        return look.shortest(goal, most_steps) if shortest else look.any(goal)
    except OutOfLimits as out:
        return look.found or Unknown(out.limit, look.none)
    except TooManyClauses:
        return look.found or Unknown(f"{most_clauses:,} clauses", look.none)


def search_each(
    model: Model,
    values: Values,
    wanted: Sequence[Sequence[Site]],
    limits: Limits,
    each: float,
    skip: Callable[[int], bool] = lambda number: False,
    along: Callable[[int], Iterable[int]] = lambda number: (),
    *,
    most_clauses: int = CLAUSES,
    solver: str = SOLVER,
) -> Iterator[tuple[int, Found]]:
    """For each of `wanted`, by its number, a play in which one of its sites shows, if one is found soon.

    One formula does for all of them, in which no scene of a loop is stayed in for long; `each` is how many seconds one
    may take. Those that `skip` names when it is their turn are not looked for; those that `along` names for one show
    in the same play, as many as soon go together. Raises `ImportError` without python-sat.
    """
    import pysat.solvers  # noqa: F401

    look = _Search(model, limits, most_clauses, solver)
    with suppress(OutOfLimits, TooManyClauses):
        goal = Goal(model, values, [site for sites in wanted for site in sites], limits)
        if model.start.scene in goal.away:
            yield from look.each(goal, wanted, each, skip, along)


class _Search:
    def __init__(self, model: Model, limits: Limits, most: int, solver: str) -> None:
        self.model = model
        self.limits = limits
        self.most = most
        self.solver = solver
        self.none = -1
        """Nothing shows within so many choices."""
        self.counts = False
        self.found: Found | None = None

    def any(self, goal: Goal) -> Found | None:
        """A play of any length: through every part of the story once, with longer and longer stays in each."""
        stay = 1
        while True:
            stages, loops = goal.by_parts(stay)
            with self._solver() as solver:
                formula = Formula(goal, stages, Clauses(solver.add_clause, self.most), self.limits)
                answer = self._solved(solver, formula.over, self.limits if not loops else self._share(0.4))
                if answer:
                    self._take(formula, solver.get_model())
                    return self.found
            if not loops and answer is False:
                return None
            self.limits.check()
            if stay >= STAY and answer is False:
                raise OutOfLimits(f"stays of {stay} choices for each scene")
            stay *= 2

    def each(
        self,
        goal: Goal,
        wanted: Sequence[Sequence[Site]],
        seconds: float,
        skip: Callable[[int], bool],
        along: Callable[[int], Iterable[int]],
    ) -> Iterator[tuple[int, Found]]:
        """Plays for each of `wanted`, by their numbers, with short stays."""
        stages, _ = goal.by_parts(1)
        with self._solver() as solver:
            formula = Formula(goal, stages, Clauses(solver.add_clause, self.most), self.limits)
            showing = [formula.showing(sites) for sites in wanted]
            for number, sites in enumerate(wanted):
                if showing[number] == NO or skip(number):
                    continue
                others = [showing[other] for other in along(number) if showing[other] != NO]
                if self._most(solver, showing[number], others, self.limits.within(seconds)):
                    edges = formula.play(solver.get_model(), sites)
                    if replay(self.model, edges, sites):
                        yield number, Found(edges, False)
                self.limits.check()

    def _most(self, solver: Solver, goal: int, others: list[int], limits: Limits) -> bool | None:
        """Whether `goal` can hold, with as many of the others as soon go together; None when the time is up."""
        while others:
            answer = self._solved(solver, goal, limits.within(limits.left / 2), others)
            if answer:
                return True
            if answer is None:
                others = others[: len(others) // 2]
                continue
            core = set(solver.get_core() or ())
            against = [other for other in others if other in core]
            if not against:
                return False
            others.remove(against[-1])
        return self._solved(solver, goal, limits)

    def shortest(self, goal: Goal, most: int) -> Found | None:
        """A play as short as any, of up to `most` choices."""
        steps, more = goal.away[self.model.start.scene], 2
        self.none, self.counts = min(steps - 1, most), True
        while self.none < most:
            with self._solver() as solver:
                formula = Formula(goal, goal.by_steps(steps), Clauses(solver.add_clause, self.most), self.limits)
                answer = self._solved(solver, formula.by[steps], self._share(0.3) if steps < most else self.limits)
                if answer:
                    self._take(formula, solver.get_model())
                    self._shorten(formula, solver)
                    return self.found
                if answer is False:
                    self.none = steps
            self.limits.check()
            steps, more = min(steps + more, most), more * 2
        return None

    def _shorten(self, formula: Formula, solver: Solver) -> None:
        """Somewhere between what there is not and what there is lies the shortest."""
        while self.found is not None and not self.found.shortest:
            middle = (self.none + len(self.found.edges)) // 2
            answer = self._solved(solver, formula.by[middle], self.limits)
            if answer is None:
                return
            if answer:
                self._take(formula, solver.get_model())
            else:
                self.none = middle
                self.found = Found(self.found.edges, len(self.found.edges) == middle + 1)

    def _solver(self) -> Solver:
        from pysat.solvers import Solver

        return Solver(name=self.solver)

    def _share(self, share: float) -> Limits:
        return self.limits.within(self.limits.left * share)

    def _take(self, formula: Formula, model: list[int]) -> None:
        edges = formula.play(model)
        if not replay(self.model, edges, formula.goal.sites):
            raise OutOfLimits("what was found cannot be played")
        # Only who counts choices knows what is shortest.
        self.found = Found(edges, self.counts and len(edges) == self.none + 1)

    def _solved(self, solver: Solver, goal: int, limits: Limits, others: Sequence[int] = ()) -> bool | None:
        """Whether `goal` can hold, and all `others`; None when the time is up."""
        if limits.left <= 0:
            return None
        timer = Timer(limits.left, solver.interrupt)
        timer.start()
        try:
            answer: bool | None = solver.solve_limited(assumptions=[goal, *others], expect_interrupt=True)
        finally:
            timer.cancel()
            timer.join()
        solver.clear_interrupt()
        return answer


def replay(model: Model, edges: Sequence[Edge], sites: Iterable[Site]) -> bool:
    """Whether the real engine plays `edges`, and one of the sites shows at the end."""
    machine = model.machine
    states = [model.start]
    for edge in edges:
        if edge.scene != states[-1].scene:
            return False
        try:
            step = machine.choose(states[-1], edge.choice.id, Dice(0, {edge.roll: edge.outcome.id}))
        except NotOffered:
            return False
        states.append(step.after)
    for site in sites:
        if site.edge is None:
            if site.scene == states[-1].scene and machine.check(site.cond)(states[-1].values):
                return True
        elif edges and site.edge is edges[-1] and machine.check(site.before)(states[-2].values):
            came = dict(follow(machine, site.edge.items, states[-2].values))
            asked = (site.after or {}).get(states[-1].scene, TRUE)
            shown = site.item in came and machine.check(site.cond)(came[site.item])
            if shown and machine.check(asked)(states[-1].values):
                return True
    return False
