"""Playing a story test, and saying what does not hold."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from game.desk.storytest.ask import ask
from game.desk.storytest.model import Failure, Result, StoryTest, Wanted
from game.engine import Dice, Machine, NotOffered, Run
from game.present import ending_roll, transcript
from game.present.spoken import spoken
from game.story import Diagnostic, Where
from game.story.diagnostics import Problems, did_you_mean
from game.story.names import Names
from game.story.nodes import Node


def begin(test: StoryTest, machine: Machine) -> Run:
    """The run of a test before its first choice."""
    dice = Dice(test.seed, test.dice)
    if test.given is None:
        return Run.new(machine, test.seed, test.player, test.gentle, dice)
    first = machine.arrive(test.given.scene, test.given.values)
    return Run(machine, dice, test.player or machine.story.player.name, test.gentle, first)


def play(test: StoryTest, machine: Machine, names: Names) -> Result:
    """Make the choices of a test and look at everything it expects. `names` are the story's, see `names_of`."""
    began = time.perf_counter()
    player = _Player(test, begin(test, machine), names)
    finished = player.play()
    return Result(test, player.run, tuple(player.failures), time.perf_counter() - began, finished)


def passage(run: Run) -> tuple[str, ...]:
    """What was last read: what came of the last choice, the scene it led to, and at an end what became of people."""
    read = [line for line in transcript(run) if line.kind != "chosen"]
    became = [line for person in ending_roll(run) for line in person.words] if run.over else []
    return tuple(spoken(line) for line in (*read, *became))


def problem_of(test: StoryTest, code: str, where: Where, message: str, hint: str = "") -> Diagnostic:
    """A diagnostic in the file of a test, with the line it points at."""
    problems = Problems()
    problems.remember_source(test.file, test.source)
    problems.add(code, where, message, hint)
    return problems.sorted()[0]


def failure(test: StoryTest, run: Run, where: Where, expected: str, got: str, hint: str = "") -> Failure:
    """That something of a test does not hold at the end of `run`."""
    problem = problem_of(test, "H070", where, f"expected {expected}; got {got}", hint)
    return Failure(problem, expected, got, run.state.scene, run.turn, passage(run))


class _Player:
    """One test being played."""

    def __init__(self, test: StoryTest, run: Run, names: Names) -> None:
        self.test = test
        self.run = run
        self.names = names
        self.failures: list[Failure] = []

    def play(self) -> bool:
        """All of it, and whether it came to its end: after a choice that cannot be made there is nothing to look at."""
        for move in self.test.moves:
            if move.choice is not None and not self.choose(move.choice):
                return False
            self.check(move.expect)
        self.check(self.test.expect)
        rolled = {f"{s.before.scene}.{s.choice}" for s in self.run.steps if s.outcome}
        for roll, where in self.test.dice_at.items():
            if roll not in rolled:
                self.fail(where, f"the roll {roll} to be made", "a run without it")
        return True

    def fail(self, where: Where, expected: str, got: str, hint: str = "") -> None:
        self.failures.append(failure(self.test, self.run, where, expected, got, hint))

    # --- choosing ---

    def choose(self, node: Node) -> bool:
        scene, _, choice = str(node.value).rpartition(".")
        here = self.run.state.scene
        if scene and scene != here:
            self.fail(node.where, f"to be in {scene}, to choose {choice}", here)
            return False
        try:
            self.run = self.run.choose(choice)
        except NotOffered:
            known = [option.choice.id for option in self.run.options()]
            hint = "" if choice in known else did_you_mean(choice, known)
            got = f"{self.standing(choice)} in {here}{self.offers()}"
            self.fail(node.where, f"{choice} to be offered", got, hint)
            return False
        return True

    def standing(self, choice: str) -> str:
        """How a choice stands now: offered, locked (with its reason), hidden, or not one of this scene's."""
        for option in self.run.options():
            if option.choice.id == choice:
                return "offered" if option.open else f"locked (“{self.run.line(option.choice.locked)}”)"
        scene = self.run.machine.story.scenes[self.run.state.scene]
        return "hidden" if any(c.id == choice for c in scene.choices) else "no such choice"

    def offers(self) -> str:
        open_ = [option.choice.id for option in self.run.options() if option.open]
        return f", which offers {', '.join(open_)}" if open_ else ", which offers nothing"

    # --- looking ---

    def check(self, wanted: Iterable[Wanted]) -> None:
        for one in wanted:
            if one.kind in ("scene", "ending"):
                self.place(one)
            elif one.kind in ("that", "not"):
                self.condition(one)
            elif one.kind == "says":
                self.says(one)
            elif one.kind == "silent":
                self.silent(one)
            else:
                self.stands(one)

    def place(self, one: Wanted) -> None:
        here = self.run.machine.story.scenes[self.run.state.scene]
        if here.id != one.value:
            got = f"the {here.kind} {here.id}" if one.kind == "ending" or here.is_ending else here.id
            self.fail(one.node.where, f"the {one.kind} {one.value}", got)

    def condition(self, one: Wanted) -> None:
        problems = Problems()
        problems.remember_source(self.test.file, self.test.source)
        marks = self.test.given.marks if self.test.given else frozenset()
        answer = ask(one.node, self.run, marks, replace(self.names, problems=problems))
        expected = one.value if one.kind == "that" else f"not {one.value}"
        if len(problems):  # the story has what is asked for, but not in the chapter the run is in
            where = f"{self.run.state.scene}, where this cannot be asked"
            read = passage(self.run)
            found = Failure(problems.sorted()[0], expected, where, self.run.state.scene, self.run.turn, read)
            self.failures.append(found)
            return
        if answer.holds != (one.kind == "that"):
            self.fail(one.node.where, expected, answer.values)

    def says(self, one: Wanted) -> None:
        words = " ".join(one.value.split())
        if not any(words in paragraph for paragraph in passage(self.run)):
            low = words.lower()
            other = next((p for p in passage(self.run) if low in p.lower()), "")
            got = f"“{other}”" if other else "a passage without them"
            self.fail(one.node.where, f"the words “{words}”", got)

    def silent(self, one: Wanted) -> None:
        page = self.run.page()
        for paragraph in (*page.told, *page.text):
            if paragraph.speaker == one.value:
                self.fail(one.node.where, f"no word from {one.value}", f"“{paragraph.text}”")
                return

    def stands(self, one: Wanted) -> None:
        """`offered`, `locked` and `gone`."""
        scene, _, choice = one.value.rpartition(".")
        here = self.run.state.scene
        standing = self.standing(choice) if scene in ("", here) else f"the player in {here}"
        word = {"offered": "offered", "locked": "locked", "gone": "hidden"}[one.kind]
        if standing.split(" ")[0] != word:
            known = [c.id for c in self.run.machine.story.scenes[here].choices]
            hint = did_you_mean(choice, known) if standing == "no such choice" else ""
            self.fail(one.node.where, f"{choice} to be {word}", f"{standing} in {here}" if not hint else standing, hint)
