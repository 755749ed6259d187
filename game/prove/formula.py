"""The formula that something shows in a play of a certain shape: whoever satisfies it has found one. See `sat`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from game.prove.cases import Arc, Case, Plan, Planner, decided
from game.prove.cells import Partitions
from game.prove.clauses import NO, YES, Clauses, Conditions, Number, Transfers
from game.prove.limits import Limits
from game.prove.model import Edge, Model
from game.prove.questions import Asked, OnTheWay, Site, watched
from game.prove.report import Question
from game.prove.values import Values
from game.story.conditions import FALSE, TRUE, Cond
from game.story.diagnostics import Where

Stage: TypeAlias = "list[list[str]]"
"""Slots for one choice each, one after the other, with the scenes where one may then be."""


class Goal:
    """Sites, and all that may lead to one."""

    def __init__(self, model: Model, values: Values, sites: Sequence[Site], limits: Limits) -> None:
        self.model = model
        self.sites = [site for site in sites if site.scene in values.at]
        within = model.leading_to({site.scene for site in self.sites})
        asked = [Asked(Question("search", "", "", Where("", 0, 0), ""), True, list(self.sites))]
        way = OnTheWay(asked)
        self.parts = Partitions(model, values, watched(asked), way, within)
        planner = Planner(model, values, self.parts)
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
            elif (cond := decided(site.cond, self.masks[site.scene])) != FALSE:
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

    def by_steps(self, steps: int) -> list[Stage]:
        """One stage: for each number of choices the scenes where one may then be, and still be in time."""
        now = [self.model.start.scene]
        out = []
        for k in range(steps + 1):
            now = [scene for scene in now if self.away.get(scene, steps + 1) <= steps - k]
            out.append(now)
            now = list(dict.fromkeys(to for scene in now for to in self.after[scene]))
        return [out]

    def by_parts(self, stay: int) -> tuple[list[Stage], bool]:
        """A stage for each part of the graph of scenes, and whether any has a loop: those have `stay` slots a scene."""
        out: list[Stage] = []
        loops = False
        entered = {self.model.start.scene}
        for part in self.model.order:
            inside = [scene for scene in part if scene in self.away]
            begin = [scene for scene in inside if scene in entered]
            if not begin:
                continue
            entered.update(to for scene in inside for to in self.after[scene])
            if not self.model.looping(part):
                out.append([begin])
                continue
            loops = True
            left = self._left(inside)
            steps = stay * (len(inside) + 2)
            stage, now = [], begin
            for k in range(steps):
                now = [scene for scene in now if left.get(scene, steps) < steps - k]
                stage.append(now)
                now = [to for to in dict.fromkeys(to for s in now for to in self.after[s]) if to in left]
            out.append(stage)
        return out, loops

    def _left(self, inside: list[str]) -> dict[str, int]:
        """How many choices it takes at least from scenes of a part until it is left or something shows."""
        part = set(inside)
        shown = {site.scene for site, _, _ in self.shows}
        out = {s: 0 for s in inside if s in shown or any(to in self.away and to not in part for to in self.after[s])}
        waiting = list(out)
        for scene in waiting:
            for edge in self.model.into[scene]:
                if edge.scene in part and edge.scene not in out and scene in self.after[edge.scene]:
                    out[edge.scene] = out[scene] + 1
                    waiting.append(edge.scene)
        return out


class Formula:
    """That something shows in a play through `stages`, one after the other; any but the first may be passed over."""

    def __init__(self, goal: Goal, stages: list[Stage], clauses: Clauses, limits: Limits) -> None:
        self.goal = goal
        self.clauses = clauses
        self.slots: list[list[tuple[int, Edge, str]]] = []
        self.shows: list[list[tuple[int, Site]]] = []
        self.by: list[int] = []
        """For each slot a literal that implies that something shows by then."""
        self.over = NO
        start = goal.model.start
        self.into: dict[str, list[int]] = {scene: [] for stage in stages for scene in stage[0]}
        self.into[start.scene].append(YES)
        self.numbers = {var: clauses.number(1 << value) for var, value in enumerate(start.values)}
        for stage in stages:
            stands = {scene: self._stands(self.into[scene]) for scene in stage[0]}
            for k in range(len(stage)):
                limits.check()
                after = dict[str, list[int]]((scene, []) for scene in stage[k + 1]) if k + 1 < len(stage) else {}
                if len(stands) > 1:
                    clauses.at_most_one(list(stands.values()))
                self._slot(stands, after)
                stands = {scene: self._stands(ways) for scene, ways in after.items() if ways}

    def _stands(self, ways: list[int]) -> int:
        """A literal that implies that one has come by one of `ways`."""
        literal = self.clauses.new()
        self.clauses.add([-literal, *ways])
        return literal

    def _slot(self, here: dict[str, int], after: dict[str, list[int]]) -> None:
        """One choice, by whoever is `here`. The ways by which one comes to the next slot go into `after`."""
        clauses = self.clauses
        now = dict(self.numbers)
        conditions, transfers = Conditions(clauses, now), Transfers(clauses)
        self._show(here, now, conditions)
        takes: list[tuple[int, Edge, str]] = []
        changes: list[tuple[int, Plan, Case]] = []
        for scene, at in here.items():
            edges: list[int] = []
            for plan in self.goal.plans[scene]:
                if not any(case.scene in after or case.scene in self.into for case in plan.cases):
                    continue
                edge = clauses.new()
                edges.append(edge)
                clauses.add([-edge, at])
                conditions.require([-edge], plan.guard)
                for way, case in self._ways(plan, edge, now, conditions):
                    ways = after.get(case.scene) if case.scene in after else self.into.get(case.scene)
                    if ways is not None:
                        ways.append(way)
                        takes.append((way, plan.edge, case.scene))
                        changes.append((way, plan, case))
            if len(edges) > 1:
                clauses.at_most_one(edges)
        self.slots.append(takes)
        self._change(changes, now, transfers)

    def _show(self, here: dict[str, int], now: dict[int, Number], conditions: Conditions) -> None:
        """What may show in this slot."""
        clauses = self.clauses
        shows: list[tuple[int, Site]] = []
        for site, plan, cond in self.goal.shows:
            if site.scene not in here:
                continue
            literal = clauses.new()
            clauses.add([-literal, here[site.scene]])
            if plan is None:
                conditions.require([-literal], cond)
            else:
                conditions.require([-literal], plan.guard)
                clauses.add([-literal, *(way for way, _ in self._ways(plan, literal, now, conditions))])
            shows.append((literal, site))
        self.shows.append(shows)
        self.by.append(self._either([self.over, *(literal for literal, site in shows if site.edge is None)]))
        self.over = self._either([self.by[-1], *(literal for literal, site in shows if site.edge is not None)])

    def _either(self, literals: list[int]) -> int:
        real = [literal for literal in literals if literal != NO]
        return self._stands(real) if len(real) > 1 else real[0] if real else NO

    def _change(self, changes: list[tuple[int, Plan, Case]], now: dict[int, Number], transfers: Transfers) -> None:
        """Variables change by the ways that are taken, and else stay as they are."""
        clauses = self.clauses
        ways: dict[int, list[int]] = {}
        masks: dict[int, int] = {}
        for way, _, case in changes:
            for var in case.sets:
                ways.setdefault(var, []).append(way)
                masks[var] = masks.get(var, self.numbers[var].mask) | self.goal.masks[case.scene][var]
        for var, mask in masks.items():
            before = self.numbers[var]
            number = self.numbers[var] = clauses.number(mask)
            moved = clauses.new()
            clauses.add([-moved, *ways[var]])
            clauses.transfer([moved], before, before.mask, _SAME[: before.mask.bit_length()], number)
        for way, plan, case in changes:
            for var, (base, table) in case.sets.items():
                number = self.numbers[var]
                if base < 0:
                    clauses.set([-way], table[0], number)
                else:
                    transfers.take(way, var, number, base, now[base], plan.masks[base], table)

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

    def showing(self, sites: Sequence[Site]) -> int:
        """A literal that implies that one of some sites shows."""
        return self._either([literal for shows in self.shows for literal, site in shows if site in sites])

    def play(self, model: Iterable[int], sites: Sequence[Site] = ()) -> tuple[Edge, ...]:
        """The edges that a solution takes until something shows: one of `sites`, if any are named."""
        holds = set(model)
        scene = self.goal.model.start.scene
        edges: list[Edge] = []
        for shows, takes in zip(self.shows, self.slots, strict=True):
            for literal, site in shows:
                if literal in holds and (not sites or site in sites):
                    return (*edges, site.edge) if site.edge is not None else tuple(edges)
            taken = next(((edge, to) for way, edge, to in takes if way in holds and edge.scene == scene), None)
            if taken is not None:
                edge, scene = taken
                edges.append(edge)
        raise AssertionError("something shows")


_SAME = bytes(range(256))
