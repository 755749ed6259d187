"""Every state a small story can come to, and what must hold in all of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from game.engine import Machine, State, Step
from game.engine.pages import Reader
from game.story import Story
from game.story.model import Block, Branches, Outcome, Para

MOST = 60_000


@dataclass(slots=True)
class Seen:
    """What came up while looking. `before` has, for every state, the states that lead to it."""

    before: dict[State, list[State]] = field(default_factory=dict)
    choices: set[str] = field(default_factory=set)
    paragraphs: set[str] = field(default_factory=set)
    speaking: set[str] = field(default_factory=set)
    """Faults: who says something without being there."""


def look_everywhere(machine: Machine, starts: Iterable[State]) -> Seen:
    """All states that can be reached from `starts`, whatever is chosen and whatever the dice come to."""
    seen = Seen()
    reader = Reader(machine, "")
    queue = deque(starts)
    seen.before |= {state: [] for state in queue}
    read: set[tuple[object, ...]] = set()
    while queue:
        state = queue.popleft()
        _read_scene(machine, reader, state, seen)
        for option in machine.options(state):
            if not option.open:
                continue
            for outcome, step in machine.outcomes(state, option.choice.id):
                seen.choices.update(_names(state, option.choice.id, outcome))
                _read_told(machine, reader, step, seen, read)
                if step.after not in seen.before:
                    seen.before[step.after] = []
                    queue.append(step.after)
                    assert len(seen.before) <= MOST, f"more than {MOST} states"
                seen.before[step.after].append(state)
    return seen


def _names(state: State, choice: str, outcome: Outcome) -> tuple[str, ...]:
    name = f"{state.scene}.{choice}"
    return (name, f"{name}.{outcome.id}") if outcome.id else (name,)


def _read_scene(machine: Machine, reader: Reader, state: State, seen: Seen) -> None:
    story = machine.story
    scene = story.scenes[state.scene]
    chapter = scene.chapter or next(iter(story.chapters))
    for blocks in (scene.text, scene.gentle or ()):
        for paragraph in reader.paragraphs(blocks, state.values, chapter):
            seen.paragraphs.add(paragraph.id)
            if paragraph.speaker and not _here(story, state, paragraph.speaker):
                seen.speaking.add(f"{paragraph.speaker} in {scene.id}: {paragraph.text}")


def _read_told(machine: Machine, reader: Reader, step: Step, seen: Seen, read: set[tuple[object, ...]]) -> None:
    """What is told on the way. Somebody who has just left, or just died, may say a last word."""
    for told in step.told:
        key = (told.id, told.values)
        if key in read:
            continue
        read.add(key)
        after = State(step.before.scene, told.values)
        for paragraph in reader.paragraphs(told.blocks, told.values, told.chapter):
            seen.paragraphs.add(paragraph.id)
            who = paragraph.speaker
            if who and not any(_here(machine.story, state, who) for state in (step.before, after, step.after)):
                seen.speaking.add(f"{who} after {told.id}: {paragraph.text}")


def _here(story: Story, state: State, person: str) -> bool:
    who = story.people[person]
    fate = list(story.fates.values())[state.values[who.fate]]
    here = person in story.scenes[state.scene].cast or state.values[who.company] == 1
    return fate.presence == "here" and here


def stuck(machine: Machine, seen: Seen) -> list[State]:
    """The states from which no ending can be reached any more."""
    reaching = {s for s in seen.before if machine.story.scenes[s.scene].is_ending}
    queue = deque(reaching)
    while queue:
        for state in seen.before[queue.popleft()]:
            if state not in reaching:
                reaching.add(state)
                queue.append(state)
    return [s for s in seen.before if s not in reaching]


def broken_promises(machine: Machine, seen: Seen) -> Iterator[str]:
    """The always, never and reachable of a story that do not hold, and the `bug` that can be reached."""
    for promise in machine.story.properties:
        states = [s for s in seen.before if promise.scene in ("", s.scene)]
        kept = [machine.holds(promise.cond, s) for s in states]
        good = {"always": all(kept), "never": not any(kept), "reachable": any(kept)}[promise.kind]
        if not good or not states:
            yield f"{promise.where}: {promise.kind}: {promise.source}"
    for scene in machine.story.scenes.values():
        for choice in scene.choices:
            name = f"{scene.id}.{choice.id}"
            yield from (f"{name} is taken" for _ in [0] if choice.bug and name in seen.choices)
            yield from (f"{name}.{o.id} happens" for o in choice.outcomes if o.bug and f"{name}.{o.id}" in seen.choices)


def unused(story: Story, seen: Seen) -> Iterator[str]:
    """The scenes, choices, outcomes and paragraphs of a story that nobody ever comes to."""
    scenes = {state.scene for state in seen.before}
    yield from (scene for scene in story.scenes if scene not in scenes)
    for scene in story.scenes.values():
        for choice in scene.choices:
            name = f"{scene.id}.{choice.id}"
            if not choice.bug and name not in seen.choices:
                yield name
            for outcome in choice.outcomes:
                if outcome.id and not outcome.bug and f"{name}.{outcome.id}" not in seen.choices:
                    yield f"{name}.{outcome.id}"
                yield from (p for p in _paragraphs(outcome.then) if p not in seen.paragraphs)
        yield from (p for p in _paragraphs((*scene.text, *(scene.gentle or ()))) if p not in seen.paragraphs)
    told = [bell.then for chapter in story.chapters.values() for bell in chapter.bells]
    told += [rule.then for rule in story.rules]
    yield from (p for blocks in told for p in _paragraphs(blocks) if p not in seen.paragraphs)


def _paragraphs(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Para(id=id):
                yield id
            case Branches(branches=branches):
                for _, inner, _ in branches:
                    yield from _paragraphs(inner)
