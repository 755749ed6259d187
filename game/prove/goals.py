"""What a player may want: whether it takes luck, and where it is lost for good."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from oxidd.util import DDMemoryError

from game.engine import Dice, State, Step
from game.engine.pages import Reader
from game.prove.limits import Limits, OutOfLimits
from game.prove.model import Edge, Model
from game.prove.play import Eyes, Player, Way, states, witness
from game.prove.reach import Space
from game.prove.report import Goal, Loss, Luck, Matrix
from game.prove.sets import Set
from game.prove.values import Values, live
from game.story.conditions import Cond, Test
from game.story.diagnostics import Where
from game.story.model import Block, Para

LARGE = 60
"""Variables that ever change, beyond which a story is first looked at by what is yes or no in it."""

PLAYS = 150
"""Plays along which the other choices are looked at, at most."""


NO_RETURN = "points of no return were not looked for to the end"

Games: TypeAlias = "Callable[[Sequence[Goal]], dict[Goal, bool]]"


def goals(model: Model) -> list[Goal]:
    """The endings that count, and everybody's life."""
    story = model.story
    out = [Goal("ending", s.id, f"the ending '{s.title or s.id}'") for s in story.endings]
    for person in story.people.values():
        out.append(Goal("life", person.id, f"{person.short} alive at the end"))
    return out


def reaches(model: Model, goal: Goal, end: State) -> bool:
    """Whether an ending is what a goal asks for."""
    if goal.kind == "ending":
        return end.scene == goal.id
    person = model.story.people[goal.id]
    return bool(_here(model) >> end.values[person.fate] & 1)


def _here(model: Model) -> int:
    return sum(1 << i for i, fate in enumerate(model.story.fates.values()) if fate.presence == "here")


@dataclass(slots=True, eq=False)
class Known:
    """The plays that reach a goal: any, and one without a roll."""

    way: Way | None = None
    free: Way | None = None


class Goals:
    """Plays for goals, and finds out what stands between them and a player."""

    def __init__(self, model: Model, limits: Limits, player: Player, matrix: Matrix | None = None) -> None:
        self.model = model
        self.limits = limits
        self.player = player
        self.matrix = matrix
        self.goals = goals(model)
        self.known = {goal: Known() for goal in self.goals}
        self.plays: list[tuple[State, Way]] = []
        self.limited: list[str] = []
        """What there was no time for, in words."""

    # --- playing ---

    def play(self) -> None:
        """Play, mostly without rolling, until nothing new comes of it."""
        eyes = Eyes(self.model, ())
        limits = self.limits.within(max(0.3, min(3.0, self.limits.left * 0.2)))
        news = number = 0
        while limits.left > 0 and number < max(PLAYS, 3 * news):
            number += 1
            ended = self.player.play(eyes, curious=number % 2 == 1, safe=number % 3 != 0)
            if ended is not None:
                news = number if self._note(*ended) else news
                if len(self.plays) < PLAYS or news == number:
                    self.plays.append(ended)

    def note(self, way: Way) -> None:
        """A way that is known from elsewhere."""
        end = self.player.follow(Eyes(self.model, ()), way)
        if end is not None and self.model.scene(end.scene).is_ending and self._note(end, way):
            self.plays.append((end, way))

    def noted(self, end: State, way: Way) -> None:
        """A play that was played elsewhere, and the ending that it came to."""
        if self._note(end, way) or len(self.plays) < PLAYS:
            self.plays.append((end, way))

    def _note(self, end: State, way: Way) -> bool:
        free = not any(outcome for _, outcome in way)
        news = False
        for goal, known in self.known.items():
            if not reaches(self.model, goal, end):
                continue
            news = news or known.way is None or (free and known.free is None)
            if known.way is None or len(way) < len(known.way):
                known.way = way
            if free and (known.free is None or len(way) < len(known.free)):
                known.free = way
        return news

    # --- luck ---

    def luck(self, games: Games | None = None) -> dict[Goal, tuple[Luck, bool]]:
        """For each goal whether it takes luck, and whether it is known to need no roll at all.

        `games` says which can be had whatever the dice, in the place of `self.games`.
        """
        out: dict[Goal, tuple[Luck, bool]] = {}
        for goal, known in self.known.items():
            if known.free is not None:
                out[goal] = ("sure", True)
            elif known.way is None:
                out[goal] = ("never" if self._impossible(goal) else "open", False)
        if asked := self.gambles():
            sure = (games or self.games)(asked)
            for goal in asked:
                answer = sure.get(goal)
                out[goal] = ("open" if answer is None else "sure" if answer else "luck", False)
        return {goal: out[goal] for goal in self.goals}

    def gambles(self) -> list[Goal]:
        """The goals that are only known to be reached with rolls."""
        return [goal for goal, known in self.known.items() if known.way is not None and known.free is None]

    def _impossible(self, goal: Goal) -> bool:
        if self.matrix is None:
            return False
        here = {id for id, fate in self.model.story.fates.items() if fate.presence == "here"}
        cells = [
            cell
            for (ending, person, fate), cell in self.matrix.cells.items()
            if (goal.kind == "ending" and ending == goal.id)
            or (goal.kind == "life" and person == goal.id and fate in here)
        ]
        return bool(cells) and all(cell.verdict == "refuted" for cell in cells)

    def games(self, asked: Sequence[Goal]) -> dict[Goal, bool]:
        """Whether a goal can be had whatever the dice; a goal that is left out is not decided."""
        out: dict[Goal, bool] = {}
        for space in self._spaces(0.4):
            for goal in asked:
                if goal in out:
                    continue
                try:
                    if self._wins(space, goal, must=True):
                        out[goal] = True
                    elif not self._wins(space, goal, must=False):
                        out[goal] = False
                except (OutOfLimits, DDMemoryError):
                    break
            if len(out) == len(asked):
                break
        return out

    def _wins(self, space: Space, goal: Goal, must: bool) -> bool:
        """Whether choices alone may (or must be able to) bring about a goal, against all dice."""
        model, sets = self.model, space.sets
        can = {s: w & space.reached[s] for s, w in self._goal(space, goal, must).items()}
        for part in reversed(space.order):
            changed = True
            while changed:
                changed = False
                for scene in reversed(part):
                    now = can.get(scene, sets.none)
                    before = now
                    for edges in _by_choice(model.edges[scene]):
                        whatever = space.reached[scene]
                        for edge in edges:
                            ready = space.ready(edge)
                            space.limits.check()
                            whatever = whatever & space.back(ready, can, must) if ready is not None else sets.none
                        now = now | whatever
                    if now != before:
                        can[scene] = now
                        changed = model.looping(part)
        start = model.start
        here = can.get(start.scene)
        return here is not None and sets.holds(here, space.told(start.scene, start.values))

    def _goal(self, space: Space, goal: Goal, must: bool = False) -> dict[str, Set]:
        if goal.kind == "ending":
            return {goal.id: space.sets.all} if goal.id in space.matter else {}
        alive = Test(self.model.story.people[goal.id].fate, _here(self.model))
        return {s: space.asked(s, alive, must) for s in space.matter if self.model.scene(s).is_ending}

    def _spaces(self, share: float) -> Iterable[Space]:
        """The states there are, with what the goals ask, from those that are soon found to all."""
        model = self.model
        alive: list[Cond] = [Test(person.fate, _here(model)) for person in model.story.people.values()]
        watched = {s.id: alive for s in model.story.scenes.values() if s.is_ending}
        values = Values(model, live(model, watched))
        kept = {person.fate for person in model.story.people.values()}
        loosely = values.loosely(4)
        widths = values.widths

        def forget(scene: str, var: int) -> bool:
            return var not in kept and loosely(scene, var)

        def drop(var: int) -> bool:
            return var not in kept and widths[var] > 5

        def drop_more(var: int) -> bool:
            return var not in kept and model.sizes[var] > 2

        plans: list[dict[str, Any]] = [{}, {"drop": drop}, {"forget": forget}]
        if sum(width > 1 for width in widths) > LARGE:
            plans = [{"drop": drop_more}, {"drop": drop}]
        for plan in plans:
            if self.limits.left <= 0:
                return
            limits = self.limits.within(self.limits.left * share)
            try:
                space = Space(model, values, watched, limits=limits, **plan)
                space.run()
            except (OutOfLimits, DDMemoryError):
                continue
            space.limits = self.limits.within(self.limits.left * 0.7)
            yield space

    # --- losses ---

    def losses(self) -> tuple[Loss, ...]:
        """Choices that lose goals which were within reach, seen from plays that reached them."""
        return self.told(self.lost(self.goals))

    def lost(self, asked: Collection[Goal]) -> dict[Edge, Lost]:
        """What choices lose of some goals, before it is known how they tell it."""
        for space in self._spaces(0.5):
            try:
                return self._lost(space, asked)
            except (OutOfLimits, DDMemoryError):
                continue
        self.limited.append(NO_RETURN)
        return {}

    def told(self, found: Mapping[Edge, Lost]) -> tuple[Loss, ...]:
        """Losses, and how they are told; what is not told at all comes first."""
        out = [self._loss(edge, lost) for edge, lost in found.items()]
        order = {"cruel": 0, "nasty": 1, "tough": 2, "polite": 3}
        return tuple(sorted(out, key=lambda loss: (order[loss.telling], -len(loss.goals))))

    def _lost(self, space: Space, asked: Collection[Goal]) -> dict[Edge, Lost]:
        """From each state of a play that reaches goals: which other choices lose them for good."""
        within = self._within(space, asked)
        found: dict[Edge, Lost] = {}
        player = self.player
        all_of: dict[tuple[tuple[Goal, ...], str], Set] = {}
        for end, way in self.plays:
            had = tuple(goal for goal in within if reaches(self.model, goal, end))
            if not had:
                continue
            scene, values = self.model.start.scene, bytearray(self.model.start.values)
            for number, taken in enumerate(way):
                space.limits.check()
                ahead: tuple[str, bytearray] | None = None
                for choice in player.ways.open(scene, values):
                    for act, step in zip(choice.acts, choice.steps, strict=True):
                        after = bytearray(values)
                        to = act(after)
                        if step == taken:
                            ahead = to, after
                            continue
                        key = had, to
                        if key not in all_of:
                            all_of[key] = self._all_of(space, [within[goal] for goal in had], to)
                        if self._holds(space, all_of[key], to, after):
                            continue
                        edge = player.edges[scene, choice.choice.id, step[1]]
                        one = found.setdefault(edge, Lost((*way[:number], step)))
                        for goal in had:
                            if not self._holds(space, within[goal].get(to, space.sets.none), to, after):
                                one.goals[goal] = None
                assert ahead is not None
                scene, values = ahead
        for edge, lost in found.items():
            ready = space.ready(edge)
            lost.always = ready is not None and not any(
                (space.reached[edge.scene] & space.back(ready, within[goal])).satisfiable() for goal in lost.goals
            )
        return found

    def _within(self, space: Space, asked: Collection[Goal]) -> dict[Goal, dict[str, Set]]:
        """For the goals that some plays reach and others do not: from where they can be reached."""
        from game.prove.guide import zone

        return {
            goal: zone(space, self._goal(space, goal), space.limits)
            for goal, known in self.known.items()
            if goal in asked
            and known.way is not None
            and any(not reaches(self.model, goal, end) for end, _ in self.plays)
        }

    def _all_of(self, space: Space, zones: Iterable[Mapping[str, Set]], scene: str) -> Set:
        """The states of a scene from where each of some goals can be reached."""
        out = space.sets.all
        for zone in zones:
            out = out & zone.get(scene, space.sets.none)
        return out

    def _holds(self, space: Space, where: Set, scene: str, values: bytearray) -> bool:
        return where.satisfiable() and space.sets.holds(where, space.told(scene, values))

    def _loss(self, edge: Edge, lost: Lost) -> Loss:
        machine = self.model.machine
        went = states(machine, lost.way)
        assert went is not None
        name, outcome = lost.way[-1]
        step = machine.choose(went[-2], edge.choice.id, Dice(0, {name: outcome}))
        telling = Telling(self.model, step, edge, list(lost.goals))
        return Loss(
            tuple(lost.goals),
            edge.scene,
            edge.choice.id,
            edge.outcome.id,
            lost.always,
            telling.kind,
            telling.line,
            telling.quote,
            edge.choice.where,
            witness(lost.way),
        )


@dataclass(slots=True, eq=False)
class Lost:
    """The goals that a choice loses, at the end of `way` for the first time; `always` or only in some states."""

    way: Way
    goals: dict[Goal, None] = field(default_factory=dict)
    always: bool = False


class Telling:
    """Whether a text tells what a choice loses: before it is made, and after.

    Before, the choice or the scene it stands in names whom it is about. After, the words of the choice, or the scene
    it leads to, name them; or their fate changes, which the game announces. An ending is told of when anything is said.
    """

    def __init__(self, model: Model, step: Step, edge: Edge, lost: list[Goal]) -> None:
        self.model = model
        self.reader = Reader(model.machine, "")
        people = [model.story.people[goal.id] for goal in lost if goal.kind == "life"]
        self.names = [name for person in people for name in (person.short, person.name) if name]
        scenes = model.story.scenes
        before = scenes[step.before.scene]
        chapter = before.chapter or next(iter(model.story.chapters), "")
        self.line: Where | None = None
        self.quote = ""
        label = self.reader.line(edge.choice.text, step.before.values, chapter)
        said = self._names(label) and bool(self._keep(edge.choice.where, label))
        said = said or self._read(before.text, step.before.values, chapter)
        told = False
        for words in step.told:
            told = self._read(words.blocks, words.values, words.chapter or chapter, anything=not people) or told
        after = scenes[step.after.scene]
        told = told or self._read(after.text, step.after.values, after.chapter or chapter)
        told = told or any(step.before.values[p.fate] != step.after.values[p.fate] for p in people)
        self.kind = _SCALE[said, told]

    def _names(self, text: str) -> bool:
        return any(name in text for name in self.names)

    def _keep(self, where: Where, text: str) -> bool:
        if self.line is None:
            self.line, self.quote = where, text if len(text) <= 120 else text[:119].rstrip() + "…"
        return True

    def _read(self, blocks: tuple[Block, ...], values: bytes, chapter: str, anything: bool = False) -> bool:
        places = dict(_places(blocks))
        for paragraph in self.reader.paragraphs(blocks, values, chapter):
            speaks = paragraph.speaker and self._names(self.model.story.people[paragraph.speaker].short)
            if anything or speaks or self._names(paragraph.text):
                return self._keep(places[paragraph.id], paragraph.text)
        return False


_SCALE: dict[tuple[bool, bool], Literal["polite", "tough", "nasty", "cruel"]] = {
    (True, True): "polite",
    (True, False): "tough",
    (False, True): "nasty",
    (False, False): "cruel",
}


def _places(blocks: Iterable[Block]) -> Iterable[tuple[str, Where]]:
    for block in blocks:
        if isinstance(block, Para):
            yield block.id, block.where
        else:
            for _, inner, _ in block.branches:
                yield from _places(inner)


def _by_choice(edges: Iterable[Edge]) -> list[list[Edge]]:
    out: dict[str, list[Edge]] = {}
    for edge in edges:
        out.setdefault(edge.choice.id, []).append(edge)
    return list(out.values())
