"""Whether a story can be laid out and played within a moment: what is too much is refused before anybody plays it.

A story that can be read may still ask for endless work: a hundred bells passed by each of a hundred waits, under a
hundred rules. The work is estimated from above, in steps of the flow that `game.engine.flow` would lay out.
"""

from __future__ import annotations

from collections.abc import Iterable

from game.story.conditions import All, Any, Cond, Count
from game.story.diagnostics import Problems, Where
from game.story.limits import LARGER, MAX_ASKED, MAX_SCENES, MAX_STORY_STEPS, MAX_VARIABLES, at_most
from game.story.model import Advance, AdvanceTo, Branch, Chapter, Choice, Effect, Op, Scene, Story

MAX_PEOPLE = 400
MAX_METERS = 40
MAX_CHOICES = 100
"""Choices of one scene, outcomes of one roll, branches of one goto."""
MAX_OPS = 500
"""Effects of a scene, of a choice, of all that happens at one bell."""
MAX_TOGETHER = 1_000
"""Effects of all bells of a chapter; of all rules."""
MAX_STEPS = 130_000
"""Steps of all choices of a scene."""


def weigh(story: Story, problems: Problems) -> None:
    """Report what makes a story more than can be played within a moment."""
    top = Where("story.yaml", 1, 1)
    for many, most, what in (
        (len(story.variables), at_most(MAX_VARIABLES), "things to remember (flags, items, people, seen scenes)"),
        (len(story.people), MAX_PEOPLE, "people"),
        (len(story.meters), MAX_METERS, "meters"),
        (len(story.scenes), at_most(MAX_SCENES), "scenes"),
    ):
        if many > most:
            problems.add("H002", top, f"{many:,} {what}; a story has at most {most:,}", LARGER)
    if not problems.has_errors():
        _Scales(story, problems).weigh()


class _Scales:
    def __init__(self, story: Story, problems: Problems) -> None:
        self.story = story
        self.problems = problems
        self.asked = 0
        self.rules = sum(1 + self.ops(rule.do) + self.questions(rule.when) for rule in story.rules)
        self.bells = {chapter.id: self.of_bells(chapter) for chapter in story.chapters.values()}
        self.decaying = sum(meter.decay is not None for meter in story.meters.values())
        self.rings = {chapter.id: self.of_rings(chapter) for chapter in story.chapters.values()}
        self.leading = {c.id: sum(bool(bell.goto) for bell in c.bells) for c in story.chapters.values()}

    def refuse(self, where: Where, message: str, hint: str = "") -> None:
        self.problems.add("H002", where, message, hint)

    def weigh(self) -> None:
        if self.rules > MAX_TOGETHER and self.story.rules:
            self.refuse(self.story.rules[0].where, f"more than {MAX_TOGETHER:,} effects and questions in all rules")
        for chapter in self.story.chapters.values():
            if self.bells[chapter.id] > MAX_TOGETHER:
                message = f"more than {MAX_TOGETHER:,} effects and questions in all bells of a chapter"
                self.refuse(chapter.bells[0].where, message, "ring fewer of them, or split the chapter")
        if self.problems.has_errors():
            return
        steps = 0
        for scene in self.story.scenes.values():
            steps += self.scene(scene)
        top = Where("story.yaml", 1, 1)
        if steps > at_most(MAX_STORY_STEPS):
            self.refuse(top, "this story takes too long to lay out", f"fewer bells, rules and waits; {LARGER}")
        if self.asked > (most := at_most(MAX_ASKED)):
            self.refuse(top, f"the conditions of this story ask {self.asked:,} things; at most {most:,}", LARGER)

    def scene(self, scene: Scene) -> int:
        """The steps of all choices of a scene."""
        if len(scene.choices) > MAX_CHOICES:
            self.refuse(scene.where, f"{len(scene.choices):,} choices; a scene has at most {MAX_CHOICES}")
            return 0
        if self.ops(scene.do) > MAX_OPS:
            self.refuse(scene.where, f"more than {MAX_OPS} effects", "spread them over several scenes")
            return 0
        steps = self.ops(scene.do) + sum(self.choice(choice, scene.chapter) for choice in scene.choices)
        if steps > MAX_STEPS:
            hint = "fewer bells, rules, or waits that pass them"
            self.refuse(scene.where, "what the choices here do takes too long to lay out", hint)
        return steps

    def choice(self, choice: Choice, chapter: str) -> int:
        """The steps of a choice: its effects, the bells they pass, and the rules asked wherever it may lead."""
        self.questions(choice.when)
        if len(choice.outcomes) > MAX_CHOICES:
            self.refuse(choice.where, f"{len(choice.outcomes):,} outcomes; a roll has at most {MAX_CHOICES}")
            return 0
        ops = self.ops(choice.do)
        steps = 0
        for outcome in choice.outcomes:
            own = ops + self.ops(outcome.do)
            targets = len(outcome.goto.branches)
            if own > MAX_OPS or targets > MAX_CHOICES:
                what = f"{MAX_OPS} effects" if own > MAX_OPS else f"{MAX_CHOICES} branches"
                self.refuse(choice.where, f"more than {what} in one choice", "split it into several")
                return 0
            waits = [*waits_of(choice.do), *waits_of(outcome.do)]
            led = self.leading.get(chapter, 0) if waits else 0
            steps += own * (1 + led) + sum(self.passing(chapter, wait) for wait in waits)
            steps += sum(self.arriving(target) for _, target in outcome.goto.branches)
            steps += (targets + led) * (1 + self.rules)
            for cond, _ in outcome.goto.branches:
                self.questions(cond)
        return steps

    def arriving(self, scene: str) -> int:
        """The steps of the clock moving up to the hour of a scene, if it has one."""
        found = self.story.scenes.get(scene)
        return self.passing(found.chapter, AdvanceTo(found.arrive)) if found is not None and found.arrive else 0

    def of_bells(self, chapter: Chapter) -> int:
        return sum(1 + self.ops(bell.do) + self.questions(bell.when) for bell in chapter.bells)

    def of_rings(self, chapter: Chapter) -> list[tuple[int, int]]:
        """For each bell of a chapter its tick, and the steps of passing it."""
        return [
            (bell.at, 2 + bool(bell.then) + 2 * bool(bell.goto) + self.ops(bell.do) + self.decaying)
            for bell in chapter.bells
        ]

    def passing(self, chapter: str, wait: Advance | AdvanceTo) -> int:
        """The steps of time going by once: from each tick there is, past the bells that ring on the way."""
        rings = self.rings.get(chapter, [])
        if isinstance(wait, AdvanceTo):
            return sum(at * steps for at, steps in rings if at <= wait.tick)
        calm = self.story.chapters[chapter].ticks * self.decaying if chapter else 0
        return calm + sum(min(at, wait.ticks) * steps for at, steps in rings)

    def ops(self, effects: Iterable[Effect]) -> int:
        return sum(self.within(effect.ops) for effect in effects)

    def within(self, ops: Iterable[Op]) -> int:
        found = 0
        waiting = [*ops]
        while waiting:
            op = waiting.pop()
            found += 1
            if isinstance(op, Branch):
                found += self.questions(op.cond)
                waiting += [*op.then, *op.otherwise]
        return found

    def questions(self, cond: Cond) -> int:
        """How many things a condition asks."""
        found = asked(cond)
        self.asked += found
        return found


def asked(cond: Cond) -> int:
    match cond:
        case All(parts) | Any(parts):
            return sum(asked(part) for part in parts)
        case Count(tests, _):
            return len(tests)
        case _:
            return 1


def waits_of(effects: Iterable[Effect]) -> list[Advance | AdvanceTo]:
    """Wherever effects let time go by, whatever they ask before."""
    found: list[Advance | AdvanceTo] = []
    waiting: list[Op] = [op for effect in effects for op in effect.ops]
    while waiting:
        op = waiting.pop()
        if isinstance(op, Advance | AdvanceTo):
            found.append(op)
        elif isinstance(op, Branch):
            waiting += [*op.then, *op.otherwise]
    return found
