"""What is said of what can still be: never wrong, by every state of small stories; and soon, in the shipped one."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence

from hypothesis import given

from game.engine import Machine, Run
from game.prove.ahead import Goal
from game.prove.hints import SECONDS, Answer, Hints
from game.prove.polite import Lost, Polite
from tests import floors
from tests.engine.worlds import Model as World
from tests.engine.worlds import models
from tests.laws import examples, laws
from tests.prove.enumerate import Truth, enumerate_story
from tests.stories import building

EXAMPLES = examples(5)
"""How many stories are tried. At least 100 are wanted now and then: HYOSAN_EXAMPLES=150."""


class Ticks:
    """A clock that goes on a millisecond whenever it is looked at: what is done in a time is always the same."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


def goals_of(machine: Machine) -> list[Goal]:
    story = machine.story
    endings = [scene.id for scene in story.scenes.values() if scene.is_ending]
    people = tuple(story.people)
    some = [Goal("ending", tuple(endings)), *([Goal("life", people)] if people else [])]
    return [*some, *(Goal("ending", (id,)) for id in endings), *(Goal("life", (id,)) for id in people)]


def reached(truth: Truth, run: Run, own_dice: bool) -> list[int]:
    """The states, by number, that can be come to from a run: as its own dice fall, or however dice fall."""
    number = {state: i for i, state in enumerate(truth.states)}
    seen = {number[run.state]: None}
    waiting = list(seen)
    for i in waiting:
        scene = run.machine.story.scenes[truth.states[i].scene]
        for id, outcomes in truth.moves[i]:
            choice = next(choice for choice in scene.choices if choice.id == id)
            fallen = run.dice.pick(f"{scene.id}.{id}", choice.outcomes).id
            for outcome, _, to in outcomes:
                if (not own_dice or outcome == fallen) and to not in seen:
                    seen[to] = None
                    waiting.append(to)
    return waiting


def some_run(machine: Machine, chance: random.Random) -> Run:
    run = Run.new(machine, chance.randrange(1000))
    for _ in range(chance.randrange(8)):
        options = [option.choice.id for option in run.options() if option.open]
        if not options:
            break
        run = run.choose(chance.choice(options))
    return run


def judged(machine: Machine, truth: Truth, run: Run, hints: Hints, answers: dict[Goal, Answer]) -> None:
    """Compare answers with what every state shows."""
    story = machine.story

    def can(run: Run, own_dice: bool, goal: Goal) -> bool:
        states = (truth.states[i] for i in reached(truth, run, own_dice))
        return any(goal.met(story, state.scene, state.values) for state in states)

    for goal, answer in answers.items():
        if answer.verdict == "possible":
            after = followed(run, answer.way)
            assert goal.met(story, after.state.scene, after.state.values)
            turning = hints.turning(run, goal, answer.way)
            if turning is not None:
                there = followed(run, answer.way[:turning])
                others = [
                    o.choice.id for o in there.options() if o.open and not answer.way[turning].endswith(o.choice.id)
                ]
                assert not all(can(there.choose(id), True, goal) for id in others)
                SEEN["turns"] += 1
        elif answer.verdict == "impossible":
            assert not can(run, False, goal)
        elif answer.verdict == "unlucky":
            assert not can(run, True, goal)


def followed(run: Run, way: Sequence[str]) -> Run:
    """The run after the choices of a way, one by one."""
    for entry in way:
        scene, _, choice = entry.rpartition(".")
        assert run.state.scene == scene
        run = run.choose(choice)
    return run


SEEN: Counter[str] = Counter()
"""What came up in the laws."""


@laws(EXAMPLES)
@given(models())
def no_answer_is_wrong(world: World) -> None:
    machine = Machine(building.load(world.sources()))
    truth = enumerate_story(machine, 300)
    if truth is None:
        return
    SEEN["stories"] += 1
    chance = random.Random(len(truth.states))
    hints = Hints(machine.story, clock=Ticks())
    for _ in range(2):
        run = some_run(machine, chance)
        answers = hints.ask(run, goals_of(machine), short=chance.random() < 0.5)
        judged(machine, truth, run, hints, answers)
        SEEN.update(answer.verdict for answer in answers.values())


def test_no_answer_is_wrong():
    no_answer_is_wrong()
    # A law about nothing holds of anything.
    assert SEEN["stories"] >= EXAMPLES // 2
    assert min(SEEN["possible"], SEEN["impossible"]) >= EXAMPLES
    assert SEEN["turns"] >= EXAMPLES // 20


@laws(EXAMPLES)
@given(models())
def what_polite_mode_says_is_so(world: World) -> None:
    machine = Machine(building.load(world.sources()))
    truth = enumerate_story(machine, 300)
    if truth is None:
        return
    story = machine.story
    chance = random.Random(len(truth.states))
    clock = Ticks()
    hints = Hints(story, clock)

    def can(run: Run, goal: Goal, own_dice: bool = True) -> bool:
        states = (truth.states[i] for i in reached(truth, run, own_dice))
        return any(goal.met(story, state.scene, state.values) for state in states)

    for _ in range(4):
        # Whoever has just taken up a run hears of its last choice alone.
        run = some_run(machine, chance)
        for lost in Polite(hints, clock).check(run, tuple(story.people)):
            for goal in lost.goals:
                assert not can(run, goal, lost.dice)
                if lost.known:
                    assert lost.turn is not None
                    assert can(run.go_to(lost.turn), goal)
                    SEEN["known turns"] += 1
                elif lost.turn is not None:
                    assert lost.turn < run.turn
        SEEN["checks"] += 1


def test_what_polite_mode_says_is_so():
    what_polite_mode_says_is_so()
    assert SEEN["checks"] >= EXAMPLES
    # Few of these stories have anything to lose by a choice; what is told then is asked by hand as well, below.


# --- by hand -----------------------------------------------------------------------------------------

PEOPLE = "mara: {name: Mara Lind, short: Mara}\njon: {name: Jon Berg, short: Jon}\n"
BRIDGE = """\
scenes:
  first:
    text: A bridge.
    choices:
      wait: {text: Wait., goto: second}
  second:
    text: It creaks.
    cast: [mara, jon]
    choices:
      hold: {text: Hold the rope., goto: third}
      leave: {text: Let go of it., do: [{take: stone}], goto: third}
  third:
    text: Wind.
    choices:
      on: {text: Go on., goto: fourth}
  fourth:
    text: The other side.
    choices:
      pull: {text: Pull., when: not has.stone, goto: end}
      fall: {text: Look down., do: [{fate: {mara: dead}}], goto: end}
      dice:
        text: Jump.
        roll:
          lands: {weight: 1, do: [{fate: {jon: dead}}], goto: end}
          slips: {weight: 1, do: [{fate: {mara: dead}}], goto: end}
"""
MARA, JON = Goal("life", ("mara",)), Goal("life", ("jon",))


def bridge() -> Machine:
    return Machine(building.story(BRIDGE, people=PEOPLE, items="stone: {name: a stone}\n"))


def seeds(machine: Machine) -> dict[str, int]:
    """A seed for each outcome of the roll."""
    choice = next(choice for choice in machine.story.scenes["fourth"].choices if choice.id == "dice")
    return {Run.new(machine, seed).dice.pick("fourth.dice", choice.outcomes).id: seed for seed in range(20)}


def test_dice_that_fall_badly_are_told_from_what_can_never_be():
    machine = bridge()
    for outcome, verdict in (("lands", "possible"), ("slips", "unlucky")):
        run = Run.new(machine, seeds(machine)[outcome]).choose("wait").choose("leave")
        assert Hints(machine.story).ask(run, [MARA])[MARA].verdict == verdict
        assert Hints(machine.story).ask(run.choose("on").choose("fall"), [MARA])[MARA].verdict == "impossible"


def test_the_way_turns_where_another_choice_loses_it():
    machine = bridge()
    run = Run.new(machine, seeds(machine)["slips"])
    hints = Hints(machine.story)
    way = hints.ask(run, [MARA])[MARA].way
    assert way == ("first.wait", "second.hold", "third.on", "fourth.pull")
    assert hints.turning(run, MARA, way) == 3
    assert hints.turning(run, JON, hints.ask(run, [JON])[JON].way) is None


def test_what_a_choice_cost_is_told_once_with_the_turn_before_it():
    machine = bridge()
    polite = Polite(Hints(machine.story))
    run = Run.new(machine, seeds(machine)["slips"]).choose("wait")
    assert polite.check(run, ["mara", "jon"]) == ()
    run = run.choose("leave")
    told = (Lost((MARA,), 1, True, True),)
    assert polite.check(run, ["mara", "jon"]) == told
    later = run.choose("on")
    assert polite.check(later, ["mara", "jon"]) == ()
    assert polite.check(run.undo(), ["mara", "jon"]) == ()
    assert polite.check(run.undo().choose("leave"), ["mara", "jon"]) == told


def after(often: int) -> Callable[[], bool]:
    """Says stop once it has been asked so often."""
    looks = iter(range(often))
    return lambda: next(looks, None) is None


def test_what_was_not_waited_for_is_told_at_the_next_choice():
    machine = bridge()
    polite = Polite(Hints(machine.story))
    run = Run.new(machine, seeds(machine)["slips"]).choose("wait")
    polite.check(run, ["mara"])
    run = run.choose("leave")
    # Given up at once, or while it is looked for when it was lost.
    for often in (0, 20, 200):
        assert polite.check(run, ["mara"], stop=after(often)) == ()
    assert polite.check(run.choose("on"), ["mara"]) == (Lost((MARA,), 1, True, True),)


def test_what_was_lost_before_a_run_was_taken_up_is_not_told():
    machine = bridge()
    run = Run.new(machine, seeds(machine)["slips"]).choose("wait").choose("leave").choose("on")
    assert Polite(Hints(machine.story)).check(run, ["mara", "jon"]) == ()


def test_when_there_is_no_time_nothing_is_claimed():
    machine = bridge()
    run = Run.new(machine, 0)
    found = Hints(machine.story).ask(run, [MARA, Goal("ending", ("end",))], stop=lambda: True)
    assert [answer.verdict for answer in found.values()] == ["unknown", "unknown"]


# --- the engine of proofs, and the shipped story -----------------------------------------------------


def test_whoever_only_plays_needs_neither_diagrams_nor_a_solver():
    asked = (
        "import sys; sys.modules.update(oxidd=None, pysat=None); import game.prove.hints, game.prove.polite;"
        "print(*(m for m in sys.modules if m.split('.')[0] in ('oxidd', 'pysat', 'textual') and sys.modules[m]))"
    )
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_a_hint_comes_within_its_time():
    run = Run.new(floors.machine(), 1)
    # The first answer of all, for which everything has to be made ready.
    began = time.process_time()
    goal = Goal("life", ("on_jo",))
    answer = Hints(floors.machine().story, clock=time.process_time).ask(run, [goal], short=True)[goal]
    assert time.process_time() - began < SECONDS + 1.0
    assert answer.verdict == "possible"
