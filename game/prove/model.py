"""A story as a graph of scenes: the flow of every outcome of every choice, laid out flat to be reckoned with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from game.engine import Machine, State
from game.prove.items import Arrive as Arrive
from game.prove.items import Assign as Assign
from game.prove.items import Did as Did
from game.prove.items import Edge as Edge
from game.prove.items import Item as Item
from game.prove.items import Said as Said
from game.prove.items import Split as Split
from game.prove.items import bits as bits
from game.prove.items import flatten
from game.prove.items import numbers as numbers
from game.prove.items import tests as tests
from game.prove.limits import Limits
from game.prove.transfers import Transfer, constant, transfer
from game.story.conditions import All, Any, At, Cond, Constant, Test, conjunction, disjunction
from game.story.model import Scene

if TYPE_CHECKING:
    from game.prove.fields import Edges, Fields

CHAPTER = 12
"""Who sets more variables than this at once ends a chapter, which decides over nothing."""


@dataclass(eq=False)
class Model:
    """`edges` are by scene; `order` are the strongly connected parts of the graph of scenes, from the start on.

    Of scenes that `edges` has already nothing is laid out again. Raises `OutOfLimits`, if there are `limits`; then
    `edges` has what was done.
    """

    machine: Machine
    edges: dict[str, tuple[Edge, ...]] = field(default_factory=dict)
    limits: InitVar[Limits | None] = None
    _transfers: dict[Edge, Transfer] = field(default_factory=dict, repr=False)

    def __post_init__(self, limits: Limits | None) -> None:
        story = self.machine.story
        self.story = story
        self.sizes = [v.size for v in story.variables]
        flows = self.machine.flows
        flows.remember()
        for scene in story.scenes.values():
            if scene.id in self.edges:
                continue
            if limits is not None:
                limits.check()
            edges = []
            for choice in scene.choices:
                guard = conjunction([choice.shown, choice.when])
                for outcome in choice.outcomes:
                    items = flatten(flows.choice(scene, choice, outcome))
                    edges.append(Edge(scene.id, choice, outcome, guard, items))
            self.edges[scene.id] = tuple(edges)
        # In the order of the story, whatever was laid out before.
        self.edges = {scene: self.edges[scene] for scene in story.scenes}
        self.start = self.machine.start()
        self.beginning = flatten(flows.entering(story.start, ""))

    def take_over(self, before: Model) -> None:
        """Take what another model of the same variables knows of edges that both have."""
        assert self.sizes == before.sizes
        known = before._transfers
        self._transfers |= {edge: known[edge] for edges in self.edges.values() for edge in edges if edge in known}
        self.__dict__ |= {name: before.__dict__[name] for name in ("fields", "flows") if name in before.__dict__}

    def lay_out(self, scene: str) -> None:
        """Make, ahead of time, what is made of the edges of a scene when they are first asked for."""
        self.machine.options(State(scene, self.start.values))
        for edge in self.edges[scene]:
            self.transfer(edge)
            self.flows.of(edge)

    @cached_property
    def fields(self) -> Fields:
        """Where the values of the variables lie in one number."""
        from game.prove.fields import Fields

        return Fields(self.sizes, (v.start for v in self.story.variables))

    @cached_property
    def flows(self) -> Edges:
        """The edges as they are gone through with such numbers."""
        from game.prove.fields import Edges

        return Edges(self.fields)

    @cached_property
    def order(self) -> list[list[str]]:
        after = {scene: [end for edge in edges for end in edge.ends] for scene, edges in self.edges.items()}
        return components(self.start.scene, after)

    @cached_property
    def part(self) -> dict[str, int]:
        """The number of the part each scene is in, by `order`; scenes nothing leads to are left out."""
        return {scene: i for i, part in enumerate(self.order) for scene in part}

    @cached_property
    def into(self) -> dict[str, list[Edge]]:
        """The edges that may lead to each scene."""
        out: dict[str, list[Edge]] = {scene: [] for scene in self.edges}
        for scene in self.part:
            for edge in self.edges[scene]:
                for end in edge.ends:
                    out[end].append(edge)
        return out

    def leading_to(self, scenes: Iterable[str]) -> frozenset[str]:
        """The scenes from which one of `scenes` may be come to, these included."""
        found = {s for s in scenes if s in self.part}
        waiting = list(found)
        while waiting:
            for edge in self.into[waiting.pop()]:
                if edge.scene not in found:
                    found.add(edge.scene)
                    waiting.append(edge.scene)
        return frozenset(found)

    def far(self, start: Iterable[int], most: int | None = None) -> dict[int, int]:
        """How far each variable is from some, up to `most` steps: what decides over them is one step away."""
        out: dict[int, int] = {}
        now = set(start)
        steps = 0
        while now:
            out |= dict.fromkeys(now, steps)
            if steps == most:
                break
            now = {v for var in now for v in self.decides.get(var, ())} - set(out)
            steps += 1
        return out

    @cached_property
    def decides(self) -> dict[int, set[int]]:
        """For each variable what decides whether it changes: what a choice asks, and the forks it comes after."""
        out: dict[int, int] = {}
        for edges in self.edges.values():
            for edge in edges:
                for var, read in deciding(edge).items():
                    out[var] = out.get(var, 0) | read
        return {var: set(numbers(read)) for var, read in out.items()}

    def transfer(self, edge: Edge) -> Transfer:
        """What an edge asks of each variable and does to it."""
        found = self._transfers.get(edge)
        if found is None:
            found = self._transfers[edge] = transfer(edge, self.sizes)
        return found

    @property
    def knows_changes(self) -> bool:
        """Whether what the edges ask and change was looked at already."""
        return "asking" in self.__dict__

    @cached_property
    def asking(self) -> dict[int, list[tuple[Edge, frozenset[int]]]]:
        """For each variable the edges that ask for it, and what for."""
        out: dict[int, list[tuple[Edge, frozenset[int]]]] = {}
        for scene in self.part:
            for edge in self.edges[scene]:
                for var, masks in self.transfer(edge).asks.items():
                    out.setdefault(var, []).append((edge, masks))
        return out

    @cached_property
    def changing(self) -> dict[int, dict[tuple[str, str], list[tuple[Edge, frozenset[bytes]]]]]:
        """For each variable what may become of it from one scene to another, by the edges that may change it."""
        out: dict[int, dict[tuple[str, str], list[tuple[Edge, frozenset[bytes]]]]] = {}
        for scene in self.part:
            for edge in self.edges[scene]:
                for end, changed in self.transfer(edge).ends.items():
                    for var, tables in changed.items():
                        out.setdefault(var, {}).setdefault((scene, end), []).append((edge, tables))
        return out

    def overwritten(self, edge: Edge, end: str) -> int:
        """The variables whose values nothing is left of where an edge ends, as a mask."""
        changed = self.transfer(edge).ends[end]
        return sum(1 << var for var, tables in changed.items() if all(map(constant, tables)))

    def looping(self, part: list[str]) -> bool:
        """Whether one can come again to a scene of a part of `order`."""
        return len(part) > 1 or any(part[0] in edge.ends for edge in self.edges[part[0]])

    def scene(self, id: str) -> Scene:
        return self.story.scenes[id]

    def here(self, person: str) -> Cond:
        """Somebody's fate lets them be here."""
        who = self.story.people[person]
        mask = sum(1 << i for i, fate in enumerate(self.story.fates.values()) if fate.presence == "here")
        return Test(who.fate, mask)

    def present(self, person: str, scene: str) -> Cond:
        """Somebody is there when the player stands in `scene`."""
        if person in self.scene(scene).cast:
            return self.here(person)
        return conjunction([self.here(person), Test(self.story.people[person].company, 2)])


def decided_by(edge: Edge, items: int | Sequence[bool]) -> set[int]:
    """What decides over coming to some of an edge's items: its guard, and forks of which one side comes to them."""
    out = set(numbers(edge.asks))
    if edge.reads == edge.asks:
        return out
    comes = [i == items for i in range(len(edge.items))] if isinstance(items, int) else list(items)
    for i in range(len(comes) - 1, -1, -1):
        match edge.items[i]:
            case Split(cond, yes, no):
                comes[i] = comes[i] or comes[yes] or comes[no]
                if comes[yes] != comes[no]:
                    out |= {test.var for test in tests(cond)}
            case Assign(_, then) | Said(_, then) | Did(_, then):
                comes[i] = comes[i] or comes[then]
            case Arrive():
                pass
    return out


def deciding(edge: Edge) -> dict[int, int]:
    """For each variable that an edge may change what decides over that, as a mask: see `decided_by`."""
    out: dict[int, int] = {}
    # The items that change a variable, and those that come after an item, as masks of their numbers.
    changes: dict[int, int] = {}
    ahead = [0] * len(edge.items)
    for i in range(len(edge.items) - 1, -1, -1):
        match edge.items[i]:
            case Assign(tables, then):
                ahead[i] = ahead[then]
                if len(tables) <= CHAPTER:
                    ahead[i] |= 1 << i
                    for var in tables:
                        changes[var] = changes.get(var, 0) | 1 << i
                        out.setdefault(var, edge.asks)
            case Split(cond, yes, no):
                ahead[i] = ahead[yes] | ahead[no]
                apart = ahead[yes] ^ ahead[no]
                if apart:
                    read = bits(cond)
                    for var, which in changes.items():
                        if apart & which:
                            out[var] |= read
            case Said(_, then) | Did(_, then):
                ahead[i] = ahead[then]
            case Arrive():
                pass
    return out


def standing(cond: Cond, scene: str) -> Cond:
    """`cond` as it reads for somebody in `scene`: no longer asking where they are."""
    match cond:
        case At(scenes, negated):
            return Constant((scene in scenes) != negated)
        case All(parts):
            return conjunction([standing(part, scene) for part in parts])
        case Any(parts):
            return disjunction([standing(part, scene) for part in parts])
        case _:
            return cond


def components(start: str, after: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The strongly connected parts of what can be reached from `start`, each before those it leads to (Tarjan)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on: set[str] = set()
    out: list[list[str]] = []
    work = [(start, iter(after[start]))]
    number[start] = low[start] = 0
    stack.append(start)
    on.add(start)
    while work:
        at, following = work[-1]
        for to in following:
            if to not in number:
                number[to] = low[to] = len(number)
                stack.append(to)
                on.add(to)
                work.append((to, iter(after[to])))
                break
            if to in on:
                low[at] = min(low[at], number[to])
        else:
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[at])
            if low[at] == number[at]:
                part: list[str] = []
                while True:
                    scene = stack.pop()
                    on.discard(scene)
                    part.append(scene)
                    if scene == at:
                        break
                out.append(sorted(part, key=number.__getitem__))
    return out[::-1]
