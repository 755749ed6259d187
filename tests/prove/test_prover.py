"""The prover against every state counted out one by one."""

from __future__ import annotations

import os
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings

from game.desk.prove.wording import limits as limits_told
from game.engine import Dice, Machine, Run
from game.prove import lookback
from game.prove.fates import Fates
from game.prove.goals import Goals
from game.prove.limits import Limits
from game.prove.play import Player
from game.prove.prove import Plan, prove
from game.prove.prover import Prover
from game.prove.report import Matrix, Witness
from game.story import load_story
from tests.engine.worlds import models
from tests.prove.enumerate import Truth, enumerate_story
from tests.prove.planted import PLANTED
from tests.stories.building import load, story

STORIES = int(os.environ.get("HYOSAN_STORIES", "4"))
LOOP = "a-loop-the-bell-ends"
FOLDER = Path(__file__).parents[1] / "stories"
NEVER = {"stuck", "stranded", "speaks", "acts", "fates", "ranges", "always", "never", "bug"}
"""Kinds that ask whether something never happens: who refutes one shows it happen."""

laws = settings(max_examples=STORIES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def proved(machine: Machine, seconds: float = 60) -> Prover:
    prover = Prover(machine, Limits(seconds))
    prover.answer()
    return prover


def fates(prover: Prover) -> Matrix:
    return Fates(prover.model, Limits(60), Player(prover.model), least=20).decide()


def gone(machine: Machine, witness: Witness) -> Run:
    """The run that a playthrough is, through the real engine."""
    return Run.new(machine, 0, dice=Dice(0, witness.dice)).replay(witness.log)


def check(machine: Machine, truth: Truth, prover: Prover, hasty: bool = False) -> None:
    """Every verdict is what there is, and every playthrough shows what it claims. The `hasty` leave some open."""
    answers = prover.all_answers()
    left = {(a.question.kind, a.question.subject) for a in answers if a.verdict == "open"}
    assert hasty or not left
    assert {(a.question.kind, a.question.subject) for a in answers if a.verdict == "refuted"} == truth.faults - left
    first = {"scene": truth.scenes, "choice": truth.choices}
    for answer in answers:
        kind, subject = answer.question.kind, answer.question.subject
        possible = (answer.verdict == "refuted") == (kind in NEVER)
        assert (answer.witness is not None) == possible or kind == "text" or answer.verdict == "open"
        if answer.witness is None or answer.verdict == "open":
            continue
        run = gone(machine, answer.witness)
        if kind in ("scene", "ending", "stuck", "stranded"):
            assert run.state.scene == subject
            assert any(o.open for o in run.options()) == (kind in ("scene", "stranded") and not _stuck(run))
        if kind == "choice" and run.state.scene == answer.question.scene:
            assert subject.split(".")[1] in [o.choice.id for o in run.options() if o.open]
        if answer.witness.shortest and kind in first and subject in first[kind]:
            assert len(answer.witness.log) == first[kind][subject] - (kind == "choice")


def _stuck(run: Run) -> bool:
    return not any(option.open for option in run.options())


@laws
@given(models())
def test_verdicts_fates_and_luck_are_what_counting_every_state_comes_to(model):
    machine = Machine(load(model.sources()))
    truth = enumerate_story(machine, 3_000)
    if truth is None:
        return
    prover = proved(machine)
    check(machine, truth, prover)
    matrix = fates(prover)
    check_fates(machine, truth, matrix)
    check_luck(truth, prover, matrix)


@laws
@given(models())
def test_what_is_asked_of_a_large_story_is_no_less_so(model):
    machine = Machine(load(model.sources()))
    truth = enumerate_story(machine, 3_000)
    if truth is not None:
        # Whatever has so many questions is large, and nothing is small enough to be looked at whole.
        with mock.patch("game.prove.tiers.SOON", -1), mock.patch("game.prove.prover.SMALL", -1):
            check(machine, truth, proved(machine, 5), hasty=True)


def check_fates(machine: Machine, truth: Truth, matrix: Matrix) -> None:
    """The fate matrix is what counting every state comes to."""
    possible = {(ending, person, fate) for ending, ended in truth.endings.items() for person, fate in ended.fates}
    assert {key for key, cell in matrix.cells.items() if cell.verdict == "proved"} == possible
    assert all(cell.verdict != "open" for cell in matrix.cells.values())
    assert set(matrix.alive) == set(truth.endings)
    for ending, alive in matrix.alive.items():
        assert (alive.fewest, alive.most, alive.exact) == (
            truth.endings[ending].fewest,
            truth.endings[ending].most,
            True,
        )
    for (ending, person, fate), cell in matrix.cells.items():
        if cell.witness is not None:
            run = gone(machine, cell.witness)
            value = run.state.values[machine.story.people[person].fate]
            assert (run.state.scene, list(machine.story.fates)[value]) == (ending, fate)


def check_luck(truth: Truth, prover: Prover, matrix: Matrix) -> None:
    """What takes luck is what no way of choosing ensures."""
    goals = Goals(prover.model, Limits(60), prover.player, matrix)
    for cell in matrix.cells.values():
        if cell.witness is not None:
            goals.note(tuple((name, cell.witness.dice.get(name, "")) for name in cell.witness.log))
    goals.play()

    for goal, (luck, free) in goals.luck().items():
        sure = goal.id in (truth.guaranteed_endings if goal.kind == "ending" else truth.guaranteed_lives)
        assert (luck == "sure") == sure
        assert luck != "open"
        assert not free or sure
        known = goals.known[goal]
        assert (known.way is None) == (luck == "never")


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_every_planted_mistake_is_found_with_a_playthrough(name):
    loaded = load_story(FOLDER / "defects" / name)
    assert loaded.story is not None
    machine = Machine(loaded.story)

    prover = proved(machine)

    found = [a for a in prover.all_answers() if a.verdict != "proved"]
    assert {(a.question.kind, a.question.subject) for a in found} == PLANTED[name]
    for answer in found:
        # What nobody can come to has no playthrough.
        assert (answer.witness is not None) == (answer.question.kind in NEVER)
        if answer.witness is not None:
            gone(machine, answer.witness)


@pytest.mark.parametrize("folder", sorted(p.name for p in (FOLDER / "no-defects").iterdir() if p.is_dir()))
def test_nobody_is_accused_of_what_they_did_not_do(folder):
    loaded = load_story(FOLDER / "no-defects" / folder)
    assert loaded.story is not None

    prover = proved(Machine(loaded.story))

    assert [a for a in prover.all_answers() if a.verdict != "proved"] == []


@pytest.mark.parametrize("step", ["model", "questions", "live", "values"])
def test_a_budget_that_ends_while_the_story_is_laid_out_claims_nothing(step, monkeypatch):
    loaded = load_story(FOLDER / "defects" / sorted(PLANTED)[0])
    assert loaded.story is not None
    story = loaded.story
    # What is done before the step takes no time.
    first = ["model", "questions", "live", "values"].index(step)
    checks = iter([0.0] * (1 + len(story.scenes) * (0, 1, 3, 4)[first]))
    monkeypatch.setattr(Limits, "spent", property(lambda self: next(checks, 9.9)))

    report = prove(Machine(story), Plan(seconds=1.0))

    assert report.unasked
    assert {(a.question.subject, a.verdict) for a in report.answers} == {(id, "open") for id in story.scenes}
    assert all("the budget ended while the story was laid out" in a.because[0] for a in report.answers)


@pytest.mark.parametrize("folder", [*(f"defects/{name}" for name in sorted(PLANTED)), "no-defects/" + LOOP])
def test_a_budget_of_nothing_claims_nothing_but_what_values_show(folder, monkeypatch):
    # Else it would end while the story is laid out.
    monkeypatch.setattr("game.prove.prove.Prover", lambda *given, laying, **more: Prover(*given, **more))
    loaded = load_story(FOLDER / folder)
    assert loaded.story is not None
    faults: set[tuple[str, str]] = set(PLANTED.get(folder.removeprefix("defects/"), ()))

    report = prove(Machine(loaded.story), Plan(seconds=0.0))

    verdicts = {(a.question.kind, a.question.subject): a.verdict for a in report.answers}
    assert {asked for asked, verdict in verdicts.items() if verdict == "refuted"} <= faults
    assert not {asked for asked in faults if verdicts[asked] == "proved"}
    # Whether an ending stays within reach follows from whether anybody can be stuck.
    settled = [a for a in report.answers if a.verdict != "open" and a.question.kind != "stranded"]
    assert {a.how for a in settled} <= {"values", "played"}
    # No step was made, so all that was come to is the beginning.
    assert {verdicts[kind, id] for kind, id in verdicts if kind in ("scene", "ending")} <= {"open", "refuted"}
    assert not [a for a in report.answers if a.witness is not None and a.witness.log]
    assert report.matrix is not None
    assert not [cell for cell in report.matrix.cells.values() if cell.verdict == "proved"]
    assert {prospect.luck for prospect in report.prospects} <= {"open", "never"}
    assert not any(chance.exact for prospect in report.prospects for chance in prospect.odds.values())
    assert report.effort.limits
    assert any("Cut short: " in sentence for sentence in limits_told(report))


def test_a_choice_after_which_somebody_is_lost_is_told_of_as_it_is_told():
    chapter = """
        scenes:
          first:
            cast: [ana]
            text: |
              @ana: The rope is old.
            choices:
              let_go: {text: Let go of Ana., do: [{fate: {ana: dead}}], then: Ana falls., goto: end}
              hold: {text: Hold on., then: The rope holds., goto: end}
        """
    people = "ana: {name: Ana Lima, short: Ana, about: Climbs.}\n"
    report = prove(Machine(story(chapter, people=people)), Plan(seconds=20))

    (loss,) = report.losses
    assert [(g.kind, g.id) for g in loss.goals] == [("life", "ana")]
    assert (loss.scene, loss.choice, loss.always, loss.telling) == ("first", "let_go", True, "polite")
    assert loss.quote == "Let go of Ana."
    assert {p.goal.id: p.luck for p in report.prospects} == {"end": "sure", "ana": "sure"}
    chance = next(p for p in report.prospects if p.goal.id == "ana").odds["random"]
    assert (chance.value, chance.exact) == (0.5, True)


def test_who_merely_has_no_choice_is_stuck_and_not_stranded_as_well():
    # The choice that nobody can make asks something that the first, small look at the story leaves out.
    chapter = """
        flags: {lamp: false, asked: false, noise: {range: 0..9}}
        scenes:
          first:
            text: A hall.
            choices:
              light: {text: Light the lamp., do: [{set: {lamp: true}}, {add: {noise: 2}}], goto: second}
              wait: {text: Wait., goto: second}
          second:
            text: The stairs are steep.
            choices:
              up: {text: Go up., when: lamp, goto: third}
              ask: {text: Ask., when: asked or noise >= 4, locked: Nobody would hear., goto: first}
          third:
            text: An attic.
            choices:
              down: {text: Go down., goto: second}
              leave: {text: Leave., do: [{set: {asked: true}}], goto: end}
        """
    machine = Machine(story(chapter))
    truth = enumerate_story(machine)
    assert truth is not None

    check(machine, truth, proved(machine))

    assert ("stuck", "second") in truth.faults
    assert ("stranded", "second") not in truth.faults


@laws
@given(models())
def test_looking_back_alone_says_what_counting_every_state_comes_to(model):
    machine = Machine(load(model.sources()))
    truth = enumerate_story(machine, 3_000)
    if truth is None:
        return
    for roughly in (False, True):
        prover = Prover(machine, Limits(60))
        (lookback.roughly if roughly else lookback.exactly)(prover, 1.0)
        answers = prover.answers.values()
        faults = {(a.question.kind, a.question.subject) for a in answers if a.verdict == "refuted"}
        left = {(one.question.kind, one.question.subject) for one in prover.open}
        asked = {(one.question.kind, one.question.subject) for one in prover.asked}
        assert faults == truth.faults & asked - left
        assert roughly or not left
        for answer in answers:
            if answer.witness is not None and answer.question.kind in ("scene", "ending", "stuck"):
                assert gone(machine, answer.witness).state.scene == answer.question.subject
