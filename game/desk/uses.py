"""Who sets and who reads each thing a story remembers, and which values it can ever have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from game.engine import Machine
from game.engine.flow import Do, Node, walk
from game.story.conditions import All, Any, At, Cond, Constant, Count, Test, conjunction, negation, variables
from game.story.diagnostics import Where
from game.story.model import (
    Block,
    Branch,
    Change,
    Choice,
    Effect,
    InlineIf,
    Op,
    Outcome,
    Para,
    Scene,
    Slot,
    Span,
    Story,
)


@dataclass(frozen=True, slots=True)
class Use:
    """One place where variable number `var` is set (`sets`) or read.

    `scene` is "" for bells, rules and promises to the prover; `chapter` is "" outside of chapters. `what` is the
    effect's verb, or "condition", "text" or "promise".
    """

    var: int
    sets: bool
    what: str
    scene: str
    chapter: str
    where: Where


def uses(story: Story) -> list[Use]:
    """Every use of every variable, in the order of the story."""
    out: list[Use] = []
    for scene in story.scenes.values():
        out.extend(_of_scene(scene))
    for chapter in story.chapters.values():
        for bell in chapter.bells:
            place = ("", chapter.id, bell.where)
            out.extend(_read(bell.when, "condition", *place))
            out.extend(_of_effects(bell.do, "", chapter.id))
            out.extend(_of_blocks((*bell.then, *(bell.gentle or ())), "", chapter.id))
    for rule in story.rules:
        out.extend(_read(rule.when, "condition", "", "", rule.where))
        out.extend(_of_effects(rule.do, "", ""))
        out.extend(_of_blocks((*rule.then, *(rule.gentle or ())), "", ""))
    for person in story.people.values():
        for blocks in person.epilogue.values():
            out.extend(_of_blocks(blocks, "", ""))
    for promise in story.properties:
        chapter_id = story.scenes[promise.scene].chapter if promise.scene in story.scenes else ""
        out.extend(_read(promise.cond, "promise", promise.scene, chapter_id, promise.where))
    return out


def _of_scene(scene: Scene) -> Iterator[Use]:
    place = (scene.id, scene.chapter)
    yield from _of_effects(scene.do, *place)
    yield from _of_blocks(scene.text, *place)
    yield from _of_blocks((*(scene.gentle or ()), *(scene.summary or ())), *place)
    for choice in scene.choices:
        yield from _read(choice.when, "condition", *place, choice.where)
        for line in (choice.text, choice.locked):
            yield from _of_spans(line, *place, choice.where)
        yield from _of_effects(choice.do, *place)
        for outcome in choice.outcomes:
            yield from _of_effects(outcome.do, *place)
            yield from _of_blocks((*outcome.then, *(outcome.gentle or ())), *place)
            for cond, _ in outcome.goto.branches:
                yield from _read(cond, "condition", *place, outcome.goto.where)


def _of_effects(effects: Iterable[Effect], scene: str, chapter: str) -> Iterator[Use]:
    for effect in effects:
        # What an effect does besides (losing somebody ends their company) is not what the writer set there.
        main = effect.ops[:1] if effect.verb in ("fate", "join") else effect.ops
        yield from _of_ops(main, effect.verb, scene, chapter, effect.where)


def _of_ops(ops: Iterable[Op], verb: str, scene: str, chapter: str, where: Where) -> Iterator[Use]:
    for op in ops:
        if isinstance(op, Change):
            yield Use(op.var, True, verb, scene, chapter, where)
        elif isinstance(op, Branch):
            if verb in ("fate", "join"):
                yield from _of_ops(op.then[:1], verb, scene, chapter, where)
                continue
            yield from _read(op.cond, "condition", scene, chapter, where)
            yield from _of_ops((*op.then, *op.otherwise), verb, scene, chapter, where)


def _of_blocks(blocks: Iterable[Block], scene: str, chapter: str) -> Iterator[Use]:
    for block in blocks:
        if isinstance(block, Para):
            yield from _of_spans(block.spans, scene, chapter, block.where)
        else:
            for cond, inner, where in block.branches:
                yield from _read(cond, "condition", scene, chapter, where)
                yield from _of_blocks(inner, scene, chapter)


def _of_spans(spans: Iterable[Span], scene: str, chapter: str, where: Where) -> Iterator[Use]:
    for span in spans:
        if isinstance(span, Slot) and span.var >= 0:
            yield Use(span.var, False, "text", scene, chapter, where)
        elif isinstance(span, InlineIf):
            for cond, inner in span.branches:
                yield from _read(cond, "condition", scene, chapter, where)
                yield from _of_spans(inner, scene, chapter, where)


def _read(cond: Cond, what: str, scene: str, chapter: str, where: Where) -> Iterator[Use]:
    for var in sorted(variables(cond)):
        yield Use(var, False, what, scene, chapter, where)


def fate_of(effect: Effect) -> int:
    """The index of the fate that a `fate` effect sets."""
    first = effect.ops[0]
    assert isinstance(first, Branch)
    change = first.then[0]
    assert isinstance(change, Change)
    return change.table[0]


# --- which values can ever be -----------------------------------------------------------------------


class Attainable:
    """For each variable the values it can ever have, whatever the way there: more than can be, never fewer."""

    def __init__(self, machine: Machine) -> None:
        self.story = machine.story
        self.sizes = [v.size for v in self.story.variables]
        self.masks = [1 << v.start for v in self.story.variables]
        tables: dict[int, set[bytes]] = {}
        for change in _changes(machine):
            tables.setdefault(change.var, set()).add(change.table)
        for var, found in tables.items():
            self.masks[var] = _closed(self.masks[var], found)

    def possible(self, cond: Cond) -> bool:
        """False only if `cond` can never hold."""
        match cond:
            case Constant(value):
                return value
            case Test(var, mask):
                return bool(mask & self.masks[var])
            case Any(parts):
                return any(self.possible(part) for part in parts)
            case All(parts):
                return all(self.possible(part) for part in _merged(parts))
            case Count(tests, allowed):
                low = sum(not self.possible(negation(test, self.sizes)) for test in tests)
                high = sum(self.possible(test) for test in tests)
                return any(allowed >> n & 1 for n in range(low, high + 1))
            case At():
                return True

    def certain(self, cond: Cond) -> bool:
        """True only if `cond` always holds."""
        return not self.possible(negation(cond, self.sizes))

    def implies(self, a: Cond, b: Cond) -> bool:
        """True only if `b` holds whenever `a` does."""
        return a == b or not self.possible(conjunction([a, negation(b, self.sizes)]))

    def open(self, choice: Choice) -> bool:
        """False only if a choice can never be taken."""
        return self.possible(conjunction([choice.when, choice.shown]))


def _merged(parts: tuple[Cond, ...]) -> list[Cond]:
    """`parts` with the tests of one variable made into one."""
    masks: dict[int, int] = {}
    others: list[Cond] = []
    for part in parts:
        if isinstance(part, Test):
            masks[part.var] = masks.get(part.var, part.mask) & part.mask
        else:
            others.append(part)
    return [*(Test(var, mask) for var, mask in masks.items()), *others]


def _changes(machine: Machine) -> Iterator[Change]:
    """Everything that can change anything."""
    story, flows = machine.story, machine.flows
    seen: set[int] = set()
    roots: list[Node] = [flows.entering(story.start, "")]
    roots += [flows.choice(s, c, o) for s in story.scenes.values() for c in s.choices for o in c.outcomes]
    for root in roots:
        for node in walk(root, seen):
            seen.add(id(node))
            if isinstance(node, Do):
                yield from node.changes


_SAME = bytes(range(256))


def _closed(mask: int, tables: set[bytes]) -> int:
    """`mask` with everything that `tables` can make of it."""
    whole = [table + _SAME[len(table) :] for table in tables]
    have = {value for value in range(mask.bit_length()) if mask >> value & 1}
    fresh = bytes(have)
    while fresh:
        reached = {value for table in whole for value in fresh.translate(table)} - have
        have |= reached
        fresh = bytes(reached)
    return sum(1 << value for value in have)


# --- which scenes can ever be entered ---------------------------------------------------------------


def followers(story: Story, scene: Scene, attainable: Attainable) -> set[str]:
    """The scenes that can come directly after `scene`, as far as no condition on the way is impossible."""
    out: set[str] = set()
    for choice in scene.choices:
        if attainable.open(choice):
            for outcome in choice.outcomes:
                out |= _targets(outcome, attainable)
    if scene.choices:
        chapter = story.chapters.get(scene.chapter)
        bells = chapter.bells if chapter else ()
        out |= {bell.goto for bell in bells if bell.goto and attainable.possible(bell.when)}
        out |= {rule.goto for rule in story.rules if rule.goto and attainable.possible(rule.when)}
    # Arriving at a scene of another chapter can ring that chapter's bells.
    for target in list(out):
        chapter = story.chapters.get(story.scenes[target].chapter)
        if chapter and story.scenes[target].arrive:
            out |= {bell.goto for bell in chapter.bells if bell.goto and bell.at <= story.scenes[target].arrive}
    return out


def _targets(outcome: Outcome, attainable: Attainable) -> set[str]:
    return {scene for cond, scene in outcome.goto.branches if attainable.possible(cond)}


def reached(start: Iterable[str], edges: dict[str, set[str]]) -> set[str]:
    """Everything that can be reached from `start` along `edges`, `start` included."""
    found = set(start)
    waiting = list(found)
    while waiting:
        for after in edges.get(waiting.pop(), ()):
            if after not in found:
                found.add(after)
                waiting.append(after)
    return found


def choice_edges(story: Story, attainable: Attainable) -> dict[str, set[str]]:
    """For each scene the scenes that can follow it."""
    return {scene.id: followers(story, scene, attainable) for scene in story.scenes.values()}


def _ops(effects: Iterable[Effect]) -> tuple[Op, ...]:
    return tuple(op for effect in effects for op in effect.ops)


def same_effect(a: Choice, b: Choice) -> bool:
    """Whether two choices do exactly the same and say the same."""

    def essence(choice: Choice) -> object:
        turns = [(o.weight, _ops(o.do), _said(o.then), _said(o.gentle or ()), o.goto.branches) for o in choice.outcomes]
        return _ops(choice.do), tuple(turns)

    return essence(a) == essence(b)


def _said(blocks: Iterable[Block]) -> tuple[object, ...]:
    """What a text says to whom and when, without its ids and places in the file."""
    return tuple(
        (block.speaker, block.spans)
        if isinstance(block, Para)
        else tuple((cond, _said(inner)) for cond, inner, _ in block.branches)
        for block in blocks
    )
