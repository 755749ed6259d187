"""Every state of a small story, one by one through the real engine: what a proof must come to as well.

Nothing here is clever. Each state is stood in, each open choice is taken with each outcome of its dice, and whatever
is asked about the story is read off the states and steps that came up. What the answers are called:

| kind | subject | it is among `faults` when |
|---|---|---|
| `scene`, `ending` | its id | no run stands there |
| `choice` | `scene.choice` | nobody can ever take it |
| `outcome` | `scene.choice.outcome` | the dice never come to it (a roll that nobody can take) |
| `text` | `file:line` of a paragraph, or of the tag that begins a branch | nobody can ever read it |
| `text` | `file:line#k.j` | the same of the j-th branch of the k-th `{% if %}` inside the paragraph at file:line |
| `stuck` | the scene's id | a run can stand there with nothing open, and it is no ending |
| `stranded` | the scene's id | a run can stand there with a choice, and no ending can be reached any more |
| `speaks` | `person@file:line` | somebody says the paragraph there who is not there to say it |
| `acts` | `person@file:line` | a `join` or `bond` there finds somebody whose fate is not `is: here` |
| `always`, `never`, `reachable` | `file:line` | the promise there does not hold |
| `bug` | `scene.choice` or `scene.choice.outcome` | what is marked `bug: true` can be taken |

In detail:

- Everything that is true is listed, not its cause alone: in a scene nobody comes to, no choice and no text is reached.
- Subjects with the same name are one: a passage put into two scenes is read when either shows it; two texts or two
  promises on one line of a file are told apart only if each has a line to itself.
- A paragraph is read when the branches around it lead to it, whether or not the ifs inside it leave any words. But it
  is *said* only when words are left. `k` counts the ifs inside a paragraph in the order in which they begin, those
  inside others included; `j` counts an if's branches. Both begin at 1. An `else` that is not written is no branch.
- What is marked `bug: true` is meant never to be reached: it, its outcomes and its `then` are not asked for.
- An exit that several rooms offer (rooms of different chapters at one place) is one exit: it is taken when it is taken
  from one of them, and has its name from the first. A locked exit that no effect of the whole story unlocks is
  scenery, and not asked for.
- `stuck` and `stranded` exclude each other in a state, not in a scene. What leads only to a stuck state is stranded.
- The words of a bell that rings before the first scene stands are not shown to anybody: that is not reading them.
- `always` and `never` beside a scene that nobody comes to hold; `reachable` there does not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

from game.engine import Machine, State
from game.story.conditions import Test
from game.story.diagnostics import Where
from game.story.model import (
    Block,
    Branch,
    Change,
    Choice,
    Deed,
    Effect,
    InlineIf,
    Op,
    Para,
    Scene,
    Slot,
    Span,
    Story,
)
from game.story.variables import BOOL, Variable

Fault: TypeAlias = "tuple[str, str]"
"""(kind, subject), as in the table above."""

Move: TypeAlias = "tuple[str, tuple[tuple[str, int, int], ...]]"
"""An open choice: its id, and (outcome, weight, number of the state it leads to) of every outcome."""


@dataclass(frozen=True, slots=True)
class Ended:
    """All the ways one ending can be come to. `fates` are the (person, fate) that occur there, each with the fewest
    choices to it; `fewest` and `most` are how many people can be left whose fate is `is: here`."""

    choices: int
    fates: Mapping[tuple[str, str], int]
    fewest: int
    most: int


@dataclass(frozen=True)
class Truth:
    """What is so about a story. Numbers of choices are the fewest that come to a thing: 0 for the first scene; for a
    choice or an outcome they count itself."""

    faults: frozenset[Fault]
    scenes: Mapping[str, int]
    """Every scene, room and ending that can be stood in."""
    choices: Mapping[str, int]
    """Every `scene.choice` that can be taken, those marked as a bug included."""
    outcomes: Mapping[str, int]
    """Every `scene.choice.outcome` likewise."""
    endings: Mapping[str, Ended]
    """The endings that can be reached, those that do not count included."""
    states: Sequence[State]
    """In the order of their distance; the first is where every run begins."""
    moves: Sequence[tuple[Move, ...]]
    """For each state what is open there."""
    story: Story = field(repr=False)

    @cached_property
    def guaranteed_endings(self) -> frozenset[str]:
        """The counted endings that somebody who knows the way comes to, whatever the dice."""
        return frozenset(e.id for e in self.story.endings if self._forced([s.scene == e.id for s in self.states]))

    @cached_property
    def guaranteed_lives(self) -> frozenset[str]:
        """The people whom somebody who knows the way brings to some ending alive (`is: here`), whatever the dice."""
        here = _here_fates(self.story)
        over = [self.story.scenes[s.scene].is_ending for s in self.states]
        return frozenset(
            p.id
            for p in self.story.people.values()
            if self._forced([end and s.values[p.fate] in here for s, end in zip(self.states, over, strict=True)])
        )

    @cached_property
    def chances(self) -> Mapping[str, float]:
        """How likely each ending is for somebody who takes any open choice alike; what is missing to 1 never ends."""
        return _chances(self)

    def _forced(self, won: list[bool]) -> bool:
        """Whether from the first state some way of choosing leads to one that is `won`, whatever the dice."""
        # For each choice how many of the states it can lead to are not won yet; and which choices lead to a state.
        left: list[int] = []
        owner: list[int] = []
        before: list[list[int]] = [[] for _ in self.states]
        for i, moves in enumerate(self.moves):
            for _, outcomes in moves:
                targets = {to for _, _, to in outcomes}
                for to in targets:
                    before[to].append(len(left))
                left.append(len(targets))
                owner.append(i)
        waiting = [i for i, good in enumerate(won) if good]
        while waiting and not won[0]:
            for choice in before[waiting.pop()]:
                left[choice] -= 1
                if left[choice] == 0 and not won[owner[choice]]:
                    won[owner[choice]] = True
                    waiting.append(owner[choice])
        return won[0]


def enumerate_story(machine: Machine, most: int = 3_000, more: Iterable[State] = ()) -> Truth | None:
    """Everything that is so about the story of `machine`; None if it has more than `most` states.

    With `more` as if runs could begin in those states as well.
    """
    return _Look(machine.story, most).look(more)


class _Look:
    def __init__(self, story: Story, most: int) -> None:
        self.story = story
        self.most = most
        told, self.marks = _marked(story)
        self.machine = Machine(told)
        self.first = len(story.variables)
        self.clean = bytes(len(self.marks))
        self.here = _here_fates(story)
        self.read: set[str] = set()
        self.faults: set[Fault] = set()
        self.speaking: dict[int, tuple[tuple[Block, ...], bool]] = {}
        self.told: set[tuple[object, ...]] = set()
        self.kept: list[bool] = []
        self.met: list[bool] = []

    def look(self, more: Iterable[State]) -> Truth | None:
        story, machine = self.story, self.machine
        begun = [State(state.scene, state.values + self.clean) for state in more]
        states = list(dict.fromkeys([self._unmarked(machine.start()), *begun]))
        number = {state: i for i, state in enumerate(states)}
        depth, moves = [0] * len(states), []
        scenes: dict[str, int] = {}
        choices: dict[str, int] = {}
        outcomes: dict[str, int] = {}
        for at, state in enumerate(states):  # grows
            scenes.setdefault(state.scene, depth[at])
            self._stand(state)
            found: list[Move] = []
            for option in machine.options(state):
                if not option.open:
                    continue
                name = f"{state.scene}.{option.choice.id}"
                choices.setdefault(name, depth[at] + 1)
                ways = []
                for outcome, step in machine.outcomes(state, option.choice.id):
                    if outcome.id:
                        outcomes.setdefault(f"{name}.{outcome.id}", depth[at] + 1)
                    after = self._unmarked(step.after)
                    for told in step.told:
                        then = State(state.scene, told.values)
                        for words in (told.blocks, told.gentle or ()):
                            self._hear(words, told.values, (state, then, after))
                    if after not in number:
                        if len(states) == self.most:
                            return None
                        number[after] = len(states)
                        states.append(after)
                        depth.append(depth[at] + 1)
                    ways.append((outcome.id, outcome.weight, number[after]))
                found.append((option.choice.id, tuple(ways)))
            moves.append(tuple(found))
        self._unreached(scenes, choices, outcomes)
        self._dead_ends(states, moves)
        self._promises(states)
        first = len(story.variables)
        plain = [State(s.scene, s.values[:first]) for s in states]
        endings = self._endings(states, depth)
        return Truth(frozenset(self.faults), scenes, choices, outcomes, endings, plain, moves, story)

    def _unmarked(self, state: State) -> State:
        """`state` without its marks, after telling whom they are about."""
        marks = state.values[self.first :]
        if marks == self.clean:
            return state
        self.faults.update(("acts", name) for name, mark in zip(self.marks, marks, strict=True) if mark)
        return State(state.scene, state.values[: self.first] + self.clean)

    # --- reading ---

    def _stand(self, state: State) -> None:
        scene = self.story.scenes[state.scene]
        for blocks in (scene.text, scene.gentle or (), scene.summary or ()):
            self._hear(blocks, state.values, (state,))

    def _hear(self, blocks: tuple[Block, ...], values: bytes, present: Iterable[State]) -> None:
        """Read `blocks`. Who speaks must be there in one of the states `present`."""
        if not blocks:
            return
        _, speech = self.speaking.setdefault(id(blocks), (blocks, _has_speech(blocks)))
        if not speech:  # then it is read alike whoever is there
            if (id(blocks), values) in self.told:
                return
            self.told.add((id(blocks), values))
        for para in self._shown(blocks, values):
            if para.speaker and not any(self._present(state, para.speaker) for state in present):
                self.faults.add(("speaks", f"{para.speaker}@{_at(para.where)}"))

    def _present(self, state: State, person: str) -> bool:
        who = self.story.people[person]
        near = person in self.story.scenes[state.scene].cast or state.values[who.company] == 1
        return near and state.values[who.fate] in self.here

    def _shown(self, blocks: Iterable[Block], values: bytes) -> Iterator[Para]:
        """The paragraphs that are said, in order; all that is read on the way is noted."""
        for block in blocks:
            if isinstance(block, Para):
                self.read.add(_at(block.where))
                if self._words(block.spans, values, _at(block.where), _Counter()):
                    yield block
                continue
            for cond, inner, where in block.branches:
                if self.machine.check(cond)(values):
                    self.read.add(_at(where))
                    yield from self._shown(inner, values)
                    break

    def _words(self, spans: Iterable[Span], values: bytes, at: str, counter: _Counter) -> bool:
        """Whether `spans` leave any words; the branches that are read are noted."""
        words = False
        for span in spans:
            if not isinstance(span, InlineIf):
                words = words or isinstance(span, Slot) or bool(span.text.strip())
                continue
            k = counter.next()
            taken = False
            for j, (cond, inner) in enumerate(span.branches, 1):
                if not taken and self.machine.check(cond)(values):
                    taken = True
                    self.read.add(f"{at}#{k}.{j}")
                    words = self._words(inner, values, at, counter) or words
                else:
                    counter.skip(inner)
        return words

    # --- what there is to find ---

    def _unreached(self, scenes: Mapping[str, int], choices: Mapping[str, int], outcomes: Mapping[str, int]) -> None:
        texts: set[str] = set()
        exits = {c.where for s in self.story.scenes.values() for c in s.choices if f"{s.id}.{c.id}" in choices}
        unlocked = _unlocked(self.story)
        for scene in self.story.scenes.values():
            if scene.id not in scenes:
                self.faults.add(("ending" if scene.is_ending else "scene", scene.id))
            texts.update(_subjects((*scene.text, *(scene.gentle or ()), *(scene.summary or ()))))
            for choice in scene.choices:
                name = f"{scene.id}.{choice.id}"
                if choice.kind == "exit":
                    if choice.where not in exits and not _scenery(self.story, scene, choice, unlocked):
                        self.faults.add(("choice", name))
                        exits.add(choice.where)
                elif (name in choices) == choice.bug:
                    self.faults.add(("bug" if choice.bug else "choice", name))
                for outcome in choice.outcomes:
                    bug = outcome.bug or choice.bug
                    if outcome.id and (outcome.bug or not bug) and (f"{name}.{outcome.id}" in outcomes) == bug:
                        self.faults.add(("bug" if bug else "outcome", f"{name}.{outcome.id}"))
                    if not bug:
                        texts.update(_subjects((*outcome.then, *(outcome.gentle or ()))))
        for chapter in self.story.chapters.values():
            for bell in chapter.bells:
                texts.update(_subjects((*bell.then, *(bell.gentle or ()))))
        for rule in self.story.rules:
            texts.update(_subjects((*rule.then, *(rule.gentle or ()))))
        self.faults.update(("text", subject) for subject in texts - self.read)

    def _dead_ends(self, states: Sequence[State], moves: Sequence[tuple[Move, ...]]) -> None:
        ended = _ended(self.story, states, moves)
        for i, state in enumerate(states):
            if not ended[i]:
                self.faults.add(("stranded" if moves[i] else "stuck", state.scene))

    def _promises(self, states: Sequence[State]) -> None:
        for promise in self.story.properties:
            held = [self.machine.holds(promise.cond, s) for s in states if promise.scene in ("", s.scene)]
            kept = {"always": all(held), "never": not any(held), "reachable": any(held)}[promise.kind]
            if not kept:
                self.faults.add((promise.kind, _at(promise.where)))

    def _endings(self, states: Sequence[State], depth: Sequence[int]) -> dict[str, Ended]:
        fates = list(self.story.fates)
        out: dict[str, Ended] = {}
        for state, choices in zip(states, depth, strict=True):
            if not self.story.scenes[state.scene].is_ending:
                continue
            people = self.story.people.values()
            here = sum(state.values[p.fate] in self.here for p in people)
            known = out.setdefault(state.scene, Ended(choices, {}, here, here))
            found = {(p.id, fates[state.values[p.fate]]): choices for p in people}
            # The states come nearest first.
            out[state.scene] = Ended(
                known.choices, {**found, **known.fates}, min(known.fewest, here), max(known.most, here)
            )
        return out


# --- words --------------------------------------------------------------------------------------------


class _Counter:
    """Numbers the ifs inside one paragraph, in the order in which they begin."""

    def __init__(self) -> None:
        self.count = 0

    def next(self) -> int:
        self.count += 1
        return self.count

    def skip(self, spans: Iterable[Span]) -> None:
        for span in spans:
            if isinstance(span, InlineIf):
                self.next()
                for _, inner in span.branches:
                    self.skip(inner)


def _subjects(blocks: Iterable[Block]) -> Iterator[str]:
    """The name of everything in `blocks` that can be read."""
    for block in blocks:
        if isinstance(block, Para):
            yield _at(block.where)
            yield from _inside(block.spans, _at(block.where), _Counter())
        else:
            for _, inner, where in block.branches:
                yield _at(where)
                yield from _subjects(inner)


def _inside(spans: Iterable[Span], at: str, counter: _Counter) -> Iterator[str]:
    for span in spans:
        if isinstance(span, InlineIf):
            k = counter.next()
            for j, (_, inner) in enumerate(span.branches, 1):
                yield f"{at}#{k}.{j}"
                yield from _inside(inner, at, counter)


def _has_speech(blocks: Iterable[Block]) -> bool:
    for block in blocks:
        if isinstance(block, Para):
            if block.speaker:
                return True
        elif any(_has_speech(inner) for _, inner, _ in block.branches):
            return True
    return False


def _at(where: Where) -> str:
    return f"{where.file}:{where.line}"


def _here_fates(story: Story) -> frozenset[int]:
    """The numbers of the fates in which somebody can be present."""
    return frozenset(i for i, fate in enumerate(story.fates.values()) if fate.presence == "here")


# --- effects ------------------------------------------------------------------------------------------


def _effects(story: Story) -> Iterator[Effect]:
    """Every effect of a story."""
    for scene in story.scenes.values():
        yield from scene.do
        for choice in scene.choices:
            yield from choice.do
            for outcome in choice.outcomes:
                yield from outcome.do
    for chapter in story.chapters.values():
        for bell in chapter.bells:
            yield from bell.do
    for rule in story.rules:
        yield from rule.do


def _changed(ops: Iterable[Op]) -> Iterator[int]:
    for op in ops:
        if isinstance(op, Change):
            yield op.var
        elif isinstance(op, Branch):
            yield from _changed((*op.then, *op.otherwise))


def _unlocked(story: Story) -> set[str]:
    """The names of the locks that some effect opens."""
    changed = {var for effect in _effects(story) for var in _changed(effect.ops)}
    return {v.name for v in story.variables if v.kind == "lock" and v.index in changed}


def _scenery(story: Story, scene: Scene, choice: Choice, unlocked: set[str]) -> bool:
    lock = "unlocked." + ".".join(sorted((scene.place, choice.place)))
    return lock in story.by_name and lock not in unlocked


def _marked(story: Story) -> tuple[Story, list[str]]:
    """`story` with a mark more for every join and bond, which is set when it finds somebody who is not there.

    The marks are variables of their own after the story's, in the order of the names that are returned.
    """
    marks: dict[str, int] = {}
    first = len(story.variables)
    away = sum(1 << i for i in range(len(story.fates)) if i not in _here_fates(story))

    def looked(op: Op) -> Op:
        match op:
            case Deed(person, _, where):
                mark = first + marks.setdefault(f"{person}@{_at(where)}", len(marks))
                return Branch(Test(story.people[person].fate, away), (Change(mark, b"\1\1"),))
            case Branch(cond, then, otherwise):
                return Branch(cond, tuple(map(looked, then)), tuple(map(looked, otherwise)))
            case _:
                return op

    def look(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
        return tuple(replace(effect, ops=tuple(map(looked, effect.ops))) for effect in effects)

    def of_choice(choice: Choice) -> Choice:
        outcomes = tuple(replace(outcome, do=look(outcome.do)) for outcome in choice.outcomes)
        return replace(choice, do=look(choice.do), outcomes=outcomes)

    scenes = {s.id: replace(s, do=look(s.do), choices=tuple(map(of_choice, s.choices))) for s in story.scenes.values()}
    chapters = {
        c.id: replace(c, bells=tuple(replace(bell, do=look(bell.do)) for bell in c.bells))
        for c in story.chapters.values()
    }
    rules = tuple(replace(rule, do=look(rule.do)) for rule in story.rules)
    more = tuple(Variable(first + i, f"acts.{name}", "mark", BOOL) for i, name in enumerate(marks))
    told = replace(story, scenes=scenes, chapters=chapters, rules=rules, variables=(*story.variables, *more))
    return told, list(marks)


# --- the graph ----------------------------------------------------------------------------------------


def _ended(story: Story, states: Sequence[State], moves: Sequence[tuple[Move, ...]]) -> list[bool]:
    """For each state whether an ending can be reached from it."""
    before: list[list[int]] = [[] for _ in states]
    for i, ways in enumerate(moves):
        for _, outcomes in ways:
            for _, _, to in outcomes:
                before[to].append(i)
    ended = [story.scenes[s.scene].is_ending for s in states]
    queue = deque(i for i, good in enumerate(ended) if good)
    while queue:
        for i in before[queue.popleft()]:
            if not ended[i]:
                ended[i] = True
                queue.append(i)
    return ended


def _chances(truth: Truth) -> dict[str, float]:
    """How often each ending is come to, by how often each state is stood in on average."""
    ended = _ended(truth.story, truth.states, truth.moves)
    steps: list[dict[int, float]] = []
    for moves in truth.moves:
        after: dict[int, float] = {}
        for _, outcomes in moves:
            total = sum(weight for _, weight, _ in outcomes)
            for _, weight, to in outcomes:
                after[to] = after.get(to, 0.0) + weight / total / len(moves)
        # What never ends is left out: all that is left is left again in the end.
        steps.append({to: share for to, share in after.items() if ended[to]})
    visits = [0.0] * len(steps)
    visits[0] = 1.0
    for knot in _knots(steps):
        inside = set(knot)
        arriving = {i: visits[i] for i in knot}
        if len(knot) == 1:
            visits[knot[0]] /= 1.0 - steps[knot[0]].get(knot[0], 0.0)
        else:
            into: dict[int, list[tuple[int, float]]] = {i: [] for i in knot}
            for i in knot:
                for to, share in steps[i].items():
                    if to in inside:
                        into[to].append((i, share))
            for _ in range(100_000):
                change = 0.0
                for i in knot:
                    new = arriving[i] + sum(visits[j] * share for j, share in into[i])
                    change = max(change, abs(new - visits[i]))
                    visits[i] = new
                if change < 1e-14:
                    break
        for i in knot:
            for to, share in steps[i].items():
                if to not in inside:
                    visits[to] += visits[i] * share
    out = {scene.id: 0.0 for scene in truth.story.scenes.values() if scene.is_ending}
    for state, often in zip(truth.states, visits, strict=True):
        if state.scene in out:
            out[state.scene] += often
    return out


def _knots(steps: Sequence[Mapping[int, float]]) -> list[list[int]]:
    """The states in groups that lead to each other (Tarjan), every group before those it leads to."""
    order: list[int] = [-1] * len(steps)
    low = [0] * len(steps)
    on = [False] * len(steps)
    stack: list[int] = []
    out: list[list[int]] = []
    count = 0
    work: list[tuple[int, Iterator[int]]] = []
    if steps:
        order[0] = low[0] = 0
        count, on[0] = 1, True
        stack.append(0)
        work.append((0, iter(steps[0])))
    while work:
        i, following = work[-1]
        for to in following:
            if order[to] < 0:
                order[to] = low[to] = count
                count += 1
                stack.append(to)
                on[to] = True
                work.append((to, iter(steps[to])))
                break
            if on[to]:
                low[i] = min(low[i], order[to])
        else:
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[i])
            if low[i] == order[i]:
                knot = [stack.pop()]
                while knot[-1] != i:
                    knot.append(stack.pop())
                for member in knot:
                    on[member] = False
                out.append(knot[::-1])
    return out[::-1]
