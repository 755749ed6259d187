"""What a choice does, from the moment it is made to the moment the player stands in a scene again.

Effects, the bells of passing time, where it leads, the rules of the story, the way out of one chapter and into the
next, and what arriving does: one small graph without cycles for each outcome of each choice. Play steps through it,
and so does whoever asks about every state there is. Nothing about what a choice does is written down anywhere else.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from game.engine.expand import Expander, flatten
from game.story.conditions import TRUE, Cond, Test, conjunction
from game.story.model import (
    Advance,
    AdvanceTo,
    Bell,
    Block,
    Branch,
    Change,
    Choice,
    Deed,
    Jump,
    Op,
    Outcome,
    Ring,
    Scene,
    Story,
)


@dataclass(frozen=True, slots=True, eq=False)
class Do:
    """Variables change, one after the other; then it goes on."""

    changes: tuple[Change, ...]
    then: Node


@dataclass(frozen=True, slots=True, eq=False)
class Fork:
    cond: Cond
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True, eq=False)
class Tell:
    """Words are said, as things stand here. `kind` is choice, bell or rule; `id` says whose they are.

    `gentle` are those that gentle runs read instead, where there are such. `chapter` is the one whose clock they read.
    What a choice says is told before the bells that rang while it was made.
    """

    kind: str
    id: str
    blocks: tuple[Block, ...]
    chapter: str
    then: Node
    gentle: tuple[Block, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Act:
    """Somebody does something: see `Deed`."""

    deed: Deed
    then: Node


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """The player stands in `scene`."""

    scene: str


Node: TypeAlias = "Do | Fork | Tell | Act | End"


@dataclass(frozen=True, slots=True)
class _Led:
    """A bell leads to `scene`, and the clock reads its tick."""

    scene: str
    clock: int


_Then: TypeAlias = "Callable[[_Led | None], Node]"
_ANY = -1
"""The clock may read anything."""


DEEP = 20_000
"""How deep bells, ifs and effects may lie in each other while they are laid out. Python's own measure is 1,000."""


class deep:  # noqa: N801 (it is used as a function would be)
    """Lets what is inside call itself DEEP times. The limit is every thread's: the last to leave puts it back."""

    _lock = threading.Lock()
    _inside = 0
    _before = 0

    def __enter__(self) -> None:
        with deep._lock:
            if not deep._inside:
                deep._before = sys.getrecursionlimit()
                sys.setrecursionlimit(max(deep._before, DEEP))
            deep._inside += 1

    def __exit__(self, *raised: object) -> None:
        with deep._lock:
            deep._inside -= 1
            if not deep._inside:
                sys.setrecursionlimit(deep._before)


class Flows:
    """The flows of a story, each made when it is first asked for."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self._expanders: dict[str, Expander] = {}
        self._bells = {(c.id, bell.id): bell for c in story.chapters.values() for bell in c.bells}
        self._chosen: dict[tuple[str, str, str], Node] | None = None
        self._entered: dict[tuple[str, str, int], Node] = {}
        self._rules: dict[tuple[str, str, str, int], Node] = {}
        self._led = {rule.goto for rule in story.rules}
        self._ends: dict[str, End] = {}

    def choice(self, scene: Scene, choice: Choice, outcome: Outcome) -> Node:
        """What one outcome of a choice does."""
        if self._chosen is None:
            return self._choose(scene, choice, outcome)
        key = (scene.id, choice.id, outcome.id)
        if key not in self._chosen:
            self._chosen[key] = self._choose(scene, choice, outcome)
        return self._chosen[key]

    def remember(self) -> None:
        """Keep what each choice does, for whoever asks of all of them twice. Who only plays asks once."""
        if self._chosen is None:
            self._chosen = {}

    def _choose(self, scene: Scene, choice: Choice, outcome: Outcome) -> Node:
        by_name = self.story.by_name
        marks = [by_name.get(f"chosen.{scene.id}.{choice.id}"), by_name.get(f"seen.{scene.id}")]
        done = tuple(Change(v.index, b"\1\1") for v in marks if v is not None)

        def goes_to(target: str, clock: int) -> Node:
            return self._ruled(target, scene, clock)

        def after(led: _Led | None) -> Node:
            if led is not None:
                node = goes_to(led.scene, led.clock)
            else:
                *others, (_, last) = outcome.goto.branches
                node = goes_to(last, _ANY)
                for cond, target in reversed(others):
                    node = _fork(cond, goes_to(target, _ANY), node)
            if outcome.then:
                node = Tell("choice", f"{scene.id}.{choice.id}", outcome.then, scene.chapter, node, outcome.gentle)
            return node

        with deep():
            return self._run((*done, *flatten(choice.do), *flatten(outcome.do)), scene.chapter, None, after)

    def entering(self, scene: str, chapter: str, clock: int = _ANY) -> Node:
        """Coming to `scene` out of `chapter` ("" at the story's beginning). `clock` is its tick, where it is known."""
        key = (scene, chapter, clock)
        if key not in self._entered:
            with deep():
                self._entered[key] = self._enter(scene, chapter, clock)
        return self._entered[key]

    def doing(self, scene: Scene) -> Node:
        """A scene's own effects alone."""
        return self._run(flatten(scene.do), scene.chapter, None, lambda _: self._end(scene.id))

    # --- the parts ---

    def _ruled(self, target: str, here: Scene, clock: int) -> Node:
        """Going from `here` to `target`, unless a rule of the story says otherwise."""
        # All scenes of a chapter go there alike, but those that rules lead to.
        key = (target, here.chapter, here.id if here.id in self._led else "", clock)
        if key not in self._rules:
            self._rules[key] = self._by_rules(target, here, clock)
        return self._rules[key]

    def _by_rules(self, target: str, here: Scene, clock: int) -> Node:
        node = self.entering(target, here.chapter, clock)
        if self.story.scenes[target].is_ending:
            return node
        for rule in reversed(self.story.rules):
            if rule.goto == here.id:
                continue
            inner = self.entering(rule.goto, here.chapter, clock) if rule.goto else node
            if rule.then:
                inner = Tell("rule", rule.id, rule.then, here.chapter, inner, rule.gentle)
            ops = flatten(rule.do)
            cond = rule.when
            if rule.once >= 0:
                ops = (*ops, Change(rule.once, b"\1\1"))
                cond = conjunction([Test(rule.once, 1), cond])
            node = _fork(cond, self._run(ops, "", None, lambda _, inner=inner: inner), node)  # type: ignore[misc]
        return node

    def _enter(self, scene: str, chapter: str, clock: int) -> Node:
        target = self.story.scenes[scene]
        left: tuple[Op, ...] = ()
        if target.chapter and target.chapter != chapter:
            if chapter:
                left, clock = self._expander(chapter).leave(), 0
            chapter = target.chapter
        expander = self._expander(target.chapter)
        passed = expander.advance_to(target.arrive) if clock == _ANY else expander.walk(clock, target.arrive)

        def arrived(led: _Led | None) -> Node:
            if led is not None and led.scene != scene:
                # The bell rang later than whatever led here, or in a later chapter: this comes to an end.
                return self.entering(led.scene, chapter, led.clock)
            return self.doing(target)

        return self._run((*left, *passed), target.chapter, None, arrived)

    def _end(self, scene: str) -> End:
        if scene not in self._ends:
            self._ends[scene] = End(scene)
        return self._ends[scene]

    def _expander(self, chapter: str) -> Expander:
        if chapter not in self._expanders:
            self._expanders[chapter] = Expander(self.story, chapter)
        return self._expanders[chapter]

    def _run(self, ops: tuple[Op, ...], chapter: str, led: _Led | None, then: _Then, first: int = 0) -> Node:
        """`ops` from number `first` on, and what `then` says comes after.

        Once a bell has led somewhere, no further time passes.
        """
        if first >= len(ops):
            return then(led)
        op, rest = ops[first], first + 1
        if rest == len(ops):
            on = then
        else:
            made: dict[_Led | None, Node] = {}

            def on(led: _Led | None) -> Node:
                if led not in made:
                    made[led] = self._run(ops, chapter, led, then, rest)
                return made[led]

        match op:
            case Change():
                changes = [op]
                for later in islice(ops, rest, None):
                    if not isinstance(later, Change):
                        break
                    changes.append(later)
                node = self._run(ops, chapter, led, then, first + len(changes))
                return Do((*changes, *node.changes), node.then) if isinstance(node, Do) else Do(tuple(changes), node)
            case Branch(cond, yes, no):
                return _fork(cond, self._run(yes, chapter, led, on), self._run(no, chapter, led, on))
            case Advance(ticks):
                passed = () if led else self._expander(chapter).advance(ticks)
                return self._run(passed, chapter, led, on)
            case AdvanceTo(tick):
                passed = () if led else self._expander(chapter).advance_to(tick)
                return self._run(passed, chapter, led, on)
            case Jump(scene, bell):
                return on(led or _Led(scene, self._bell(bell, chapter).at))
            case Ring(bell, rung):
                said = self._bell(bell, rung)
                node = on(led)
                return Tell("bell", bell, said.then, rung, node, said.gentle) if said.then else node
            case Deed():
                return Act(op, on(led))

    def _bell(self, id: str, chapter: str) -> Bell:
        return self._bells[chapter, id]


def _fork(cond: Cond, yes: Node, no: Node) -> Node:
    if yes is no or cond == TRUE:
        return yes
    return Fork(cond, yes, no)


def walk(node: Node, known: Container[int] = frozenset()) -> Iterator[Node]:
    """Every node of a flow once, each before those that come after it; without those whose `id` is in `known`."""
    order: list[Node] = []
    done: set[int] = set()
    waiting: list[tuple[Node, bool]] = [(node, False)]
    while waiting:
        at, seen = waiting.pop()
        if seen:
            order.append(at)
            continue
        if id(at) in done or id(at) in known:
            continue
        done.add(id(at))
        waiting.append((at, True))
        waiting += [(after, False) for after in reversed(following(at))]
    return reversed(order)


def following(node: Node) -> tuple[Node, ...]:
    """The nodes that may come right after one."""
    match node:
        case Fork(_, yes, no):
            return (yes, no)
        case Do(_, then) | Tell(then=then) | Act(_, then):
            return (then,)
        case End():
            return ()
