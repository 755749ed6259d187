"""Asked as a long story is, a short one is told no wrong: what is not left open is what counting states comes to."""

from __future__ import annotations

import pytest
from hypothesis import given

from game.engine import Machine
from game.prove import play, subjects
from game.prove.play import Eyes
from game.prove.prover import Prover
from tests.engine.worlds import models
from tests.prove.enumerate import enumerate_story
from tests.prove.test_prover import gone, laws, proved
from tests.stories.building import load


@laws
@given(models())
def test_a_story_that_is_asked_subject_by_subject_is_told_nothing_wrong(model):
    machine = Machine(load(model.sources()))
    truth = enumerate_story(machine, 3_000)
    if truth is None:
        return

    def one_play(prover: Prover, briefly: bool = False) -> None:
        # What it showed is not told: everything is left to be asked, with moments to go on from.
        prover.player.play(Eyes(prover.model, ()), curious=False)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subjects, "LONG", 0)
        patch.setattr(play, "APART", 1)
        patch.setattr(Prover, "_by_playing", one_play)
        prover = proved(machine)

    for answer in prover.all_answers():
        subject = (answer.question.kind, answer.question.subject)
        # Who is stranded before they notice is looked for among few variables only.
        assert answer.verdict != "open" or answer.question.kind == "stranded"
        if answer.verdict != "open":
            assert (answer.verdict == "refuted") == (subject in truth.faults)
        if answer.witness is not None:
            run = gone(machine, answer.witness)

            if answer.question.kind in ("scene", "ending", "stuck", "stranded"):
                assert run.state.scene == answer.question.subject
