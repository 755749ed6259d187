"""Looking for a play with a SAT solver, for what is too large to be held as sets: it finds, it hardly ever proves.

Bounded model checking (Biere, Cimatti, Clarke and Zhu 1999). A formula says that something shows within so many
choices; whoever satisfies it has found a play, and the bound grows until somebody does. In each step there is one
scene, one choice and one way through what it does; what a way does not change stays as it is (explanatory frame
axioms, Haas 1987). All of it is implied backwards only, from what shows to the beginning: what comes after is free.

Needs python-sat, which is not needed for anything else and is imported only when it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from game.engine import Dice, NotOffered
from game.prove.clauses import NO, Clauses, Conditions, Number, TooManyClauses
from game.prove.limits import Limits, OutOfLimits
from game.prove.model import Arrive, Assign, Did, Edge, Model, Said, Split, tests
from game.prove.play import Eyes, follow
from game.prove.questions import Asked, OnTheWay, Site, watched
from game.prove.report import Question
from game.prove.values import Masks, Partitions, Values, image, join, narrowed
from game.story.conditions import FALSE, TRUE, All, Any, Cond, Constant, Count, Test, conjunction, disjunction

if TYPE_CHECKING:
    from pysat.solvers import Solver  # type: ignore[import-untyped]

SOLVER = "cadical195"
CONFLICTS = 2_000
"""Conflicts after which the solver looks at the clock."""

LONGEST = 3_000
CLAUSES = 12_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """A play: `edges` from the story's beginning on, the last of them on the way of a site with an edge.

    `shortest` is whether none is shorter; `steps` are the choices within which something was found at first.
    """

    edges: tuple[Edge, ...]
    shortest: bool
    steps: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing was found, and a limit was reached: `limit` says which. There is no play of up to `steps` choices."""

    limit: str
    steps: int


# --- what an edge does --------------------------------------------------------------------------------

Read: TypeAlias = "tuple[int, bytes]"
"""A value as it can be read: what a table makes of a variable. Of none (-1): a constant, the table's only entry."""

Changed: TypeAlias = "dict[int, Read]"


@dataclass(frozen=True, slots=True, eq=False)
class Arc:
    """A way through an edge, from the junction `tail` on: `conds` hold, and variables were `changed` by then."""

    tail: int
    conds: tuple[Cond, ...]
    changed: Changed


@dataclass(frozen=True, slots=True, eq=False)
class Junction:
    """Where ways come together. `made` are the variables that stand for what differs between them, by their values."""

    arcs: tuple[Arc, ...]
    made: Mapping[int, int]
    takes: tuple[Mapping[int, Read], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A way that ends, in `scene`. `sets` are the variables that change, of those that matter there; others stay."""

    arc: Arc
    scene: str
    sets: Mapping[int, Read]


@dataclass(slots=True, eq=False)
class Plan:
    """What an edge does, as it is told to a solver. `masks` are the values of whatever is read."""

    edge: Edge
    guard: Cond
    masks: Masks
    junctions: list[Junction] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)


def _mapped(cond: Cond, change: Callable[[Test], Cond]) -> Cond:
    """`cond` with its tests changed."""
    match cond:
        case Test():
            return change(cond)
        case All(parts):
            return conjunction([_mapped(part, change) for part in parts])
        case Any(parts):
            return disjunction([_mapped(part, change) for part in parts])
        case Count(counted, allowed):
            left: list[Test] = []
            for one in map(change, counted):
                if isinstance(one, Test):
                    left.append(one)
                elif one == TRUE:
                    allowed >>= 1
            allowed &= (2 << len(left)) - 1
            if allowed in (0, (2 << len(left)) - 1):
                return Constant(allowed != 0)
            return Count(tuple(left), allowed)
        case _:
            return cond


def _decided(cond: Cond, masks: Masks) -> Cond:
    """`cond` without what `masks` decide."""

    def change(test: Test) -> Cond:
        had = masks.get(test.var)
        if had is None or (had & test.mask and had & ~test.mask):
            return test
        return Constant(had & test.mask != 0)

    return _mapped(cond, change)


class _Planner:
    """Makes the plans of a model's edges, for one goal."""

    def __init__(self, model: Model, values: Values, parts: Partitions) -> None:
        self.model = model
        self.values = values
        self.parts = parts
        self.masks = {scene: self._masks(scene) for scene in parts.at}
        self._made = len(model.sizes)
        self._interned: dict[Cond, Cond] = {}

    def _masks(self, scene: str) -> Masks:
        """The values that can be at a scene: of each cell one, and one alone of what does not matter."""
        cells = self.parts.at[scene]
        return {
            var: image(self.parts.standing_for(scene, var), mask) if var in cells else mask & -mask
            for var, mask in self.values.at[scene].items()
        }

    def plan(self, edge: Edge, site: Site | None = None) -> Plan | None:
        """What an edge does, or how a site shows on it; None if it cannot."""
        here = self.masks[edge.scene]
        guard = edge.guard if site is None else conjunction([edge.guard, site.before])
        first = narrowed(guard, here)
        guard = _decided(guard, here)
        if first is None or guard == FALSE:
            return None
        out = Plan(edge, guard, dict(first))
        need = self._needed(edge, site)
        arcs: list[list[Arc]] = [[] for _ in edge.items]
        masks: list[Masks | None] = [None] * len(edge.items)
        arcs[0], masks[0] = [Arc(0, (), {})], first
        for i, item in enumerate(edge.items):
            come, now = arcs[i], masks[i]
            if now is None or not come:
                if site is not None and i == site.item:
                    return None
                continue
            if site is not None and i == site.item:
                # Only ways by here count.
                arcs = [[] for _ in arcs]
                kept = narrowed(site.cond, now)
                if kept is None:
                    return None
                come, now = self._asked(out, come, _decided(site.cond, now)), kept
                if site.after is None:
                    out.cases = [Case(arc, "", {}) for arc in come]
                    break
            match item:
                case Assign(tables, then):
                    new = dict(now)
                    for var, table in tables.items():
                        if var in need[then]:
                            new[var] = image(table, new[var]) if var in new else 1 << table[0]
                    for arc in come:
                        changed = dict(arc.changed)
                        for var, table in tables.items():
                            if var in need[then]:
                                changed[var] = self._turned(out, changed.get(var), var, table)
                        arcs[then].append(Arc(arc.tail, arc.conds, changed))
                    self._join(masks, then, new)
                case Split(cond, yes, no):
                    if yes != no and (len(come) > 1 or len(come[0].conds) > 2):
                        come = [self._junction(out, come, need[i], now)]
                    for to, asked in ((yes, cond), (no, self.values.negated(cond))):
                        kept = narrowed(asked, now)
                        decided = _decided(asked, now)
                        if kept is not None and decided != FALSE:
                            arcs[to] += self._asked(out, come, decided)
                            self._join(masks, to, kept)
                case Said(_, then) | Did(_, then):
                    arcs[then] += come
                    self._join(masks, then, now)
                case Arrive(scene) if site is not None:
                    if i > site.item and site.after is not None:
                        asked = _decided(site.after[scene], now)
                        out.cases += [Case(arc, "", {}) for arc in self._asked(out, come, asked)]
                case Arrive(scene):
                    if scene in self.parts.at:
                        out.cases += [Case(arc, scene, self._sets(out, scene, arc)) for arc in come]
        return out if out.cases else None

    def _needed(self, edge: Edge, site: Site | None) -> list[set[int]]:
        """For each item the variables that are read there or later."""
        need: list[set[int]] = [set() for _ in edge.items]
        for i in range(len(edge.items) - 1, -1, -1):
            item = edge.items[i]
            match item:
                case Arrive(scene):
                    if site is None:
                        need[i] = set(self.parts.at.get(scene, ()))
                    elif site.after is not None:
                        need[i] = {test.var for test in tests(site.after[scene])}
                case Assign(tables, then):
                    need[i] = {v for v in need[then] if v not in tables or any(t != tables[v][0] for t in tables[v])}
                case Split(cond, yes, no):
                    need[i] = need[yes] | need[no] | {test.var for test in tests(cond)}
                case Said(_, then) | Did(_, then):
                    need[i] = need[then]
            if site is not None and i == site.item:
                need[i] = need[i] | {test.var for test in tests(site.cond)}
        return need

    @staticmethod
    def _join(masks: list[Masks | None], at: int, more: Masks) -> None:
        had = masks[at]
        masks[at] = more if had is None else join(had, more)

    def _turned(self, plan: Plan, read: Read | None, var: int, table: bytes) -> Read:
        base, first = read or (var, bytes(range(len(table))))
        return self._read(plan, base, bytes(table[i] for i in first))

    @staticmethod
    def _read(plan: Plan, base: int, table: bytes) -> Read:
        """A value to be read; a constant where it can be only one."""
        if base >= 0:
            found = image(table, plan.masks[base]) if base in plan.masks else 1 << table[0]
            if found & (found - 1) == 0:
                return -1, bytes([found.bit_length() - 1])
        return base, table

    def _value(self, plan: Plan, arc: Arc, var: int) -> Read:
        found = arc.changed.get(var)
        return found or self._read(plan, var, bytes(range(self.model.sizes[var])))

    def _asked(self, plan: Plan, arcs: list[Arc], cond: Cond) -> list[Arc]:
        """The ways on which `cond` holds."""
        if cond == TRUE:
            return arcs
        out = []
        for arc in arcs:

            def change(test: Test, arc: Arc = arc) -> Cond:
                base, table = self._value(plan, arc, test.var)
                if base < 0:
                    return Constant(test.mask >> table[0] & 1 == 1)
                had = plan.masks[base]
                hit = sum(1 << i for i, to in enumerate(table) if had >> i & 1 and test.mask >> to & 1)
                return Test(base, hit) if hit not in (0, had) else Constant(hit != 0)

            asked = _mapped(cond, change)
            if asked != FALSE:
                asked = self._interned.setdefault(asked, asked)
                out.append(arc if asked == TRUE else Arc(arc.tail, (*arc.conds, asked), arc.changed))
        return out

    def _junction(self, plan: Plan, arcs: list[Arc], need: set[int], masks: Masks) -> Arc:
        """What goes on where ways come together."""
        changed: Changed = {}
        made: dict[int, int] = {}
        takes: list[dict[int, Read]] = [{} for _ in arcs]
        for var in sorted({var for arc in arcs for var in arc.changed if var in need}):
            reads = [self._value(plan, arc, var) for arc in arcs]
            if all(read == reads[0] for read in reads):
                changed[var] = reads[0]
                continue
            new, self._made = self._made, self._made + 1
            made[new] = plan.masks[new] = masks[var]
            changed[var] = new, bytes(range(self.model.sizes[var]))
            for take, read in zip(takes, reads, strict=True):
                take[new] = read
        plan.junctions.append(Junction(tuple(arcs), made, tuple(takes)))
        return Arc(len(plan.junctions), (), changed)

    def _sets(self, plan: Plan, scene: str, arc: Arc) -> dict[int, Read]:
        out = {}
        here = self.parts.at[plan.edge.scene]
        for var in self.parts.at[scene]:
            standing = self.parts.standing_for(scene, var)
            base, table = arc.changed.get(var) or (var, bytes(range(self.model.sizes[var])))
            table = bytes(standing[i] for i in table)
            if var not in here or base not in (var, -1) or not _stays(base, table, plan.masks[var]):
                out[var] = self._read(plan, base, table)
        return out


def _stays(base: int, table: bytes, mask: int) -> bool:
    """Whether a variable with the values in `mask` is what it is read as."""
    if base < 0:
        return mask == 1 << table[0]
    return all(to == i for i, to in enumerate(table) if mask >> i & 1)


# --- the formula --------------------------------------------------------------------------------------


class _Goal:
    """Sites, and all that may lead to one."""

    def __init__(self, model: Model, values: Values, sites: Sequence[Site], limits: Limits) -> None:
        self.model = model
        self.sites = [site for site in sites if site.scene in values.at]
        within = model.leading_to({site.scene for site in self.sites})
        asked = [Asked(Question("sat", "", "", None, ""), True, list(self.sites))]  # type: ignore[arg-type]
        way = OnTheWay(asked)
        self.parts = Partitions(model, values, watched(asked), way.heard, way.ended, within)
        planner = _Planner(model, values, self.parts)
        self.masks = planner.masks
        self.plans: dict[str, list[Plan]] = {}
        for scene in self.masks:
            limits.check()
            plans = [planner.plan(edge) for edge in model.edges[scene]]
            self.plans[scene] = [plan for plan in plans if plan is not None]
        self.shows: list[tuple[Site, Plan | None, Cond]] = []
        for site in self.sites:
            if site.edge is not None:
                plan = planner.plan(site.edge, site)
                if plan is not None:
                    self.shows.append((site, plan, TRUE))
            elif (cond := _decided(site.cond, self.masks[site.scene])) != FALSE:
                self.shows.append((site, None, cond))
        self.after = {
            scene: list(dict.fromkeys(case.scene for plan in plans for case in plan.cases))
            for scene, plans in self.plans.items()
        }
        self.away = self._away()

    def _away(self) -> dict[str, int]:
        """How many choices it takes at least from a scene until something shows."""
        before: dict[str, list[str]] = {}
        for scene, following in self.after.items():
            for to in following:
                before.setdefault(to, []).append(scene)
        out: dict[str, int] = {}
        now = {site.scene for site, plan, _ in self.shows if plan is None}
        late = {site.scene for site, plan, _ in self.shows if plan is not None}
        steps = 0
        while now or late:
            new = {scene for scene in now if scene not in out}
            out |= dict.fromkeys(new, steps)
            now = {scene for to in new for scene in before.get(to, ())} | late
            late = set()
            steps += 1
        return out

    def layers(self, steps: int) -> list[list[str]]:
        """For each number of choices the scenes where one may then be, and still be in time."""
        now = [self.model.start.scene]
        out = []
        for k in range(steps + 1):
            now = [scene for scene in now if self.away.get(scene, steps + 1) <= steps - k]
            out.append(now)
            now = list(dict.fromkeys(to for scene in now for to in self.after[scene]))
        return out


class _Formula:
    """That something shows within `steps` choices."""

    def __init__(self, goal: _Goal, steps: int, clauses: Clauses, limits: Limits) -> None:
        self.goal = goal
        self.steps = steps
        self.clauses = clauses
        self.layers = goal.layers(steps)
        self.stands: list[dict[str, int]] = []
        self.takes: list[list[tuple[int, Edge, str]]] = []
        self.shows: list[list[tuple[int, Site]]] = []
        self.by: list[int] = []
        """For each number of choices a literal that implies that something shows by then."""
        self.over = NO
        """Implies that something has shown; whatever is choosen then is free."""
        here, numbers_now = self._layer(0)
        self.stands.append(here)
        start = goal.model.start
        for var, number in numbers_now.items():
            clauses.set([], goal.parts.standing_for(start.scene, var)[start.values[var]], number)
        for k in range(steps + 1):
            limits.check()
            last = k == steps
            stands, numbers = self._layer(k + 1) if not last else ({}, {})
            self._step(k, numbers_now, stands, numbers)
            self.stands.append(stands)
            numbers_now = numbers

    def _layer(self, k: int) -> tuple[dict[str, int], dict[int, Number]]:
        """Where one may be after k choices, and the variables that matter there."""
        clauses = self.clauses
        stands = {scene: clauses.new() for scene in self.layers[k]}
        if len(stands) > 1:
            clauses.at_most_one(list(stands.values()))
        masks: dict[int, int] = {}
        for scene in stands:
            here = self.goal.masks[scene]
            for var in self.goal.parts.at[scene]:
                masks[var] = masks.get(var, 0) | here[var]
        return stands, {var: clauses.number(mask) for var, mask in masks.items()}

    def _step(self, k: int, now: dict[int, Number], stands: dict[str, int], then: dict[int, Number]) -> None:
        """What may be chosen after k choices, and what comes of it."""
        clauses = self.clauses
        here = self.stands[k]
        numbers = dict(now)
        conditions = Conditions(clauses, numbers)
        shows: list[tuple[int, Site]] = []
        for site, plan, cond in self.goal.shows:
            at = here.get(site.scene)
            if at is None or (plan is not None and k == self.steps):
                continue
            literal = clauses.new()
            clauses.add([-literal, at])
            if plan is None:
                conditions.require([-literal], cond)
            else:
                conditions.require([-literal], plan.guard)
                ways = self._ways(plan, literal, numbers, conditions)
                clauses.add([-literal, *(way for way, _ in ways)])
            shows.append((literal, site))
        self.shows.append(shows)
        by = clauses.new()
        clauses.add([-by, self.over, *(literal for literal, site in shows if site.edge is None)])
        self.by.append(by)
        self.over = clauses.new()
        clauses.add([-self.over, by, *(literal for literal, site in shows if site.edge is not None)])
        takes: list[tuple[int, Edge, str]] = []
        into: dict[str, list[int]] = {scene: [] for scene in stands}
        changing: dict[int, list[int]] = {var: [] for var in then if var in now}
        for scene, at in here.items():
            edges: list[int] = []
            for plan in self.goal.plans[scene]:
                if not any(case.scene in stands for case in plan.cases):
                    continue
                edge = clauses.new()
                edges.append(edge)
                clauses.add([-edge, at])
                conditions.require([-edge], plan.guard)
                for way, case in self._ways(plan, edge, numbers, conditions):
                    if case.scene not in stands:
                        continue
                    into[case.scene].append(way)
                    takes.append((way, plan.edge, case.scene))
                    for var, (base, table) in case.sets.items():
                        if var in changing:
                            changing[var].append(way)
                        if base < 0:
                            clauses.set([-way], table[0], then[var])
                        else:
                            clauses.transfer([-way], numbers[base], plan.masks[base], table, then[var])
            if len(edges) > 1:
                clauses.at_most_one(edges)
        for scene, ways in into.items():
            clauses.add([-stands[scene], *ways])
        self.takes.append(takes)
        for var, ways in changing.items():
            # A variable stays as it is, unless a way changes it or it matters no longer.
            moved = clauses.new()
            gone = [at for scene, at in stands.items() if var not in self.goal.parts.at[scene]]
            clauses.add([-moved, self.over, *ways, *gone])
            clauses.transfer([moved], now[var], now[var].mask, _SAME[: now[var].mask.bit_length()], then[var])

    def _ways(
        self, plan: Plan, edge: int, numbers: dict[int, Number], conditions: Conditions
    ) -> list[tuple[int, Case]]:
        """The ways through an edge: literals of which each implies all that it takes."""
        clauses = self.clauses
        at = [edge]

        def way(arc: Arc) -> int:
            if not arc.conds:
                return at[arc.tail]
            literal = clauses.new()
            clauses.add([-literal, at[arc.tail]])
            for cond in arc.conds:
                conditions.require([-literal], cond)
            return literal

        for junction in plan.junctions:
            for new, mask in junction.made.items():
                numbers[new] = clauses.number(mask)
            come = []
            for arc, takes in zip(junction.arcs, junction.takes, strict=True):
                literal = way(arc)
                for new, (base, table) in takes.items():
                    if base < 0:
                        clauses.set([-literal], table[0], numbers[new])
                    else:
                        clauses.transfer([-literal], numbers[base], plan.masks[base], table, numbers[new])
                come.append(literal)
            if len(come) == 1:
                at.append(come[0])
            else:
                literal = clauses.new()
                clauses.add([-literal, *come])
                at.append(literal)
        return [(way(case.arc), case) for case in plan.cases]

    def play(self, model: Iterable[int]) -> tuple[Edge, ...]:
        """The edges that a solution takes."""
        holds = set(model)
        scene = self.goal.model.start.scene
        edges: list[Edge] = []
        for k in range(self.steps + 1):
            for literal, site in self.shows[k]:
                if literal in holds:
                    return (*edges, site.edge) if site.edge is not None else tuple(edges)
            edge, scene = next((e, to) for way, e, to in self.takes[k] if way in holds and e.scene == scene)
            edges.append(edge)
        raise AssertionError("something shows")


_SAME = bytes(range(256))


# --- the search ---------------------------------------------------------------------------------------


def search(
    model: Model,
    values: Values,
    sites: Sequence[Site],
    limits: Limits,
    *,
    most_steps: int = LONGEST,
    most_clauses: int = CLAUSES,
    shortest: bool = False,
    solver: str = SOLVER,
) -> Found | Unknown | None:
    """A play of up to `most_steps` choices in which one of the sites shows, or None if there is none.

    `values` must know the variables that the sites ask about. Raises `ImportError` without python-sat.
    """
    import pysat.solvers  # type: ignore[import-untyped]  # noqa: F401

    look = _Search(model, limits, most_clauses, solver)
    try:
        goal = _Goal(model, values, sites, limits)
        return look.find(goal, most_steps, shortest)
    except OutOfLimits as out:
        return look.given_up(out.limit)
    except TooManyClauses:
        return look.given_up(f"{most_clauses:,} clauses")


class _Search:
    def __init__(self, model: Model, limits: Limits, most: int, solver: str) -> None:
        self.model = model
        self.limits = limits
        self.most = most
        self.solver = solver
        self.none = -1
        """Nothing shows within so many choices."""
        self.found: Found | None = None

    def given_up(self, limit: str) -> Found | Unknown:
        return self.found or Unknown(limit, self.none)

    def find(self, goal: _Goal, most: int, shortest: bool) -> Found | Unknown | None:
        first = goal.away.get(self.model.start.scene)
        if first is None:
            return None
        self.none = min(first - 1, most)
        if first > most:
            return None
        steps, more = first, 2
        while True:
            done = self._within(goal, steps, steps == most, shortest)
            if self.found is not None:
                return self.found
            if steps == most:
                return None if done else self.given_up(f"{self.limits.seconds:g} s")
            steps, more = min(steps + more, most), more * 2

    def _within(self, goal: _Goal, steps: int, last: bool, shortest: bool) -> bool:
        """Look for a play of up to `steps` choices; whether that was answered."""
        from pysat.solvers import Solver

        limits = self.limits if last else self.limits.within(self.limits.left * 0.3)
        with Solver(name=self.solver) as solver:
            formula = _Formula(goal, steps, Clauses(solver.add_clause, self.most), self.limits)
            answer = self._solved(solver, formula.by[steps], limits)
            if not answer:
                if answer is False:
                    self.none = max(self.none, steps)
                return answer is not None
            self._take(formula, solver.get_model())
            # Somewhere between what there is not and what there is.
            while shortest and self.found is not None and not self.found.shortest:
                middle = (self.none + len(self.found.edges)) // 2
                answer = self._solved(solver, formula.by[middle], self.limits)
                if answer is None:
                    break
                if answer:
                    self._take(formula, solver.get_model())
                else:
                    self.none = middle
                    self.found = Found(self.found.edges, len(self.found.edges) == middle + 1, steps)
        return True

    def _take(self, formula: _Formula, model: list[int]) -> None:
        edges = formula.play(model)
        if not replay(self.model, edges, formula.goal.sites):
            raise OutOfLimits("what was found cannot be played")
        self.found = Found(edges, len(edges) == self.none + 1, formula.steps)

    def _solved(self, solver: Solver, goal: int, limits: Limits) -> bool | None:
        """Whether `goal` can hold; None when the time is up."""
        while limits.left > 0:
            solver.conf_budget(CONFLICTS)
            answer: bool | None = solver.solve_limited(assumptions=[goal])
            if answer is not None:
                return answer
        return None


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
    eyes = Eyes(model, ())
    for site in sites:
        if site.edge is None:
            if site.scene == states[-1].scene and machine.check(site.cond)(states[-1].values):
                return True
        elif edges and site.edge is edges[-1]:
            came = dict(follow(machine, site.edge, states[-2].values))
            if eyes.shows(site, states[-2], came, max(came)):
                return True
    return False
