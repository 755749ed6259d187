"""The prover against every state counted out."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings

from game.engine import Dice, Machine, Run
from game.prove.limits import Limits
from game.prove.prover import Prover
from tests.engine.worlds import models
from tests.prove.enumerate import Truth, enumerate_story
from tests.stories.building import load

STORIES = int(os.environ.get("HYOSAN_STORIES", "40"))


def proved(machine: Machine, seconds: float = 60) -> Prover:
    prover = Prover(machine, Limits(seconds))
    prover.answer()
    return prover


def check(machine: Machine, truth: Truth, prover: Prover) -> None:
    """Every verdict is what there is, and every playthrough shows what it claims."""
    told = {(a.question.kind, a.question.subject): a for a in prover.all_answers()}
    assert not [a for a in told.values() if a.verdict == "open"]
    refuted = {key for key, a in told.items() if a.verdict == "refuted"}
    assert refuted == truth.faults
    for (kind, _), answer in told.items():
        if answer.witness is None:
            continue
        run = Run.new(machine, 0, dice=Dice(0, answer.witness.dice)).replay(answer.witness.log)
        if kind in ("scene", "ending", "stuck", "stranded"):
            assert run.state.scene == answer.question.subject
        if kind == "choice" and answer.question.subject.count(".") == 1:
            scene, choice = answer.question.subject.split(".")
            if run.state.scene == scene:
                assert choice in [o.choice.id for o in run.options() if o.open]


@settings(max_examples=STORIES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(models())
def test_every_verdict_is_what_counting_every_state_comes_to(model):
    machine = Machine(load(model.sources()))
    truth = enumerate_story(machine, 3_000)
    if truth is not None:
        check(machine, truth, proved(machine))
