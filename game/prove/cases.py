"""What edges do, as it is told to a SAT solver: for each way through one, what must hold and what changes.

What comes after is read in terms of what was before: a condition on a changed variable is one on the unchanged
variable. Only where ways with different changes come together there is a variable more (static single assignment).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from game.prove.cells import Partitions
from game.prove.model import Arrive, Assign, Did, Edge, Model, Said, Split, tests
from game.prove.questions import Site
from game.prove.transfers import image
from game.prove.values import Masks, Values, join, narrowed
from game.story.conditions import FALSE, TRUE, All, Any, Cond, Constant, Count, Test, conjunction, disjunction

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


def decided(cond: Cond, masks: Masks) -> Cond:
    """`cond` without what `masks` decide."""

    def change(test: Test) -> Cond:
        had = masks[test.var]
        if had & test.mask and had & ~test.mask:
            return test
        return Constant(had & test.mask != 0)

    return _mapped(cond, change)


class Planner:
    """Makes the plans of a model's edges, for one goal."""

    def __init__(self, model: Model, values: Values, parts: Partitions) -> None:
        self.model = model
        self.values = values
        self.parts = parts
        self.masks = {scene: self._masks(scene) for scene in parts.at}
        self._made = len(model.sizes)
        self._interned: dict[Cond, Cond] = {}

    def _masks(self, scene: str) -> Masks:
        """The values that can be at a scene; of what does not matter there one alone."""
        matter = self.parts.at[scene]
        at = self.values.at[scene]
        return Masks(at.start, {var: mask if var in matter else mask & -mask for var, mask in at.items()})

    def plan(self, edge: Edge, site: Site | None = None) -> Plan | None:
        """What an edge does, or how a site shows on it; None if it cannot."""
        here = self.masks[edge.scene]
        guard = edge.guard if site is None else conjunction([edge.guard, site.before])
        first = narrowed(guard, here)
        guard = decided(guard, here)
        if first is None or guard == FALSE:
            return None
        out = Plan(edge, guard, Masks(first.start, first))
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
                come, now = self._asked(out, come, decided(site.cond, now)), kept
                if site.after is None:
                    out.cases = [Case(arc, "", {}) for arc in come]
                    break
            match item:
                case Assign(tables, then):
                    new = Masks(now.start, now)
                    for var, table in tables.items():
                        if var in need[then]:
                            new.put(var, image(table, new[var]))
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
                        left = decided(asked, now)
                        if kept is not None and left != FALSE:
                            arcs[to] += self._asked(out, come, left)
                            self._join(masks, to, kept)
                case Said(_, then) | Did(_, then):
                    arcs[then] += come
                    self._join(masks, then, now)
                case Arrive(scene) if site is not None:
                    if i > site.item and site.after is not None:
                        asked = decided(site.after[scene], now)
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
            found = image(table, plan.masks[base])
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
            base, table = arc.changed.get(var) or (var, bytes(range(self.model.sizes[var])))
            if var not in here or base not in (var, -1) or not _stays(base, table, plan.masks[var]):
                out[var] = self._read(plan, base, table)
        return out


def _stays(base: int, table: bytes, mask: int) -> bool:
    """Whether a variable with the values in `mask` is what it is read as."""
    if base < 0:
        return mask == 1 << table[0]
    return all(to == i for i, to in enumerate(table) if mask >> i & 1)
