"""What is said of what can still be: never wrong, by every state of small stories; and soon, in the shipped one."""

from __future__ import annotations

import os
import random
from collections import Counter

from hypothesis import HealthCheck, given, settings

from game.engine import Machine, Run
from game.prove.ahead import Goal
from game.prove.hints import Answer, Hints
from tests.engine.worlds import Model as World
from tests.engine.worlds import models
from tests.prove.enumerate import Truth, enumerate_story
from tests.stories import building

EXAMPLES = int(os.environ.get("HYOSAN_EXAMPLES", "10"))
laws = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


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


def judged(machine: Machine, truth: Truth, run: Run, answers: dict[Goal, Answer]) -> None:
    """Compare answers with what every state shows."""
    story = machine.story
    can = {
        own: {
            goal
            for goal in answers
            if any(goal.met(story, truth.states[i].scene, truth.states[i].values) for i in reached(truth, run, own))
        }
        for own in (False, True)
    }
    for goal, answer in answers.items():
        if answer.verdict == "possible":
            after = run
            for entry in answer.way:
                scene, _, choice = entry.rpartition(".")
                assert after.state.scene == scene
                after = after.choose(choice)
            assert goal.met(story, after.state.scene, after.state.values)
        elif answer.verdict == "impossible":
            assert goal not in can[False]
        elif answer.verdict == "unlucky":
            assert goal not in can[True]


SEEN: Counter[str] = Counter()


@laws
@given(models())
def test_no_answer_is_wrong(world: World):
    machine = Machine(building.load(world.sources()))
    truth = enumerate_story(machine, 600)
    if truth is None:
        SEEN["too many states"] += 1
        return
    SEEN["stories"] += 1
    chance = random.Random(len(truth.states))
    hints = Hints(machine.story, clock=Ticks())
    for _ in range(3):
        run = some_run(machine, chance)
        answers = hints.ask(run, goals_of(machine), short=chance.random() < 0.5)
        judged(machine, truth, run, answers)
        SEEN.update(answer.verdict for answer in answers.values())


def test_the_law_was_not_empty():
    assert SEEN["stories"] >= EXAMPLES // 2
    assert min(SEEN["possible"], SEEN["impossible"]) >= EXAMPLES
