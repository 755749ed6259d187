"""What is still known after an edit: never anything but what a proof of the story as it is now says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, reject

from game.engine import Machine
from game.prove.again import Before, Changes, basis
from game.prove.limits import Limits
from game.prove.model import Model
from game.prove.prove import Plan, prove
from game.prove.prover import Prover
from game.prove.questions import ask
from game.prove.report import Answer, Report
from game.story import load_sources
from tests.laws import examples, laws
from tests.prove.edits import edits, machines
from tests.prove.enumerate import enumerate_story

EXAMPLES = examples(4)
"""How many edits are tried. At least 200 are wanted now and then: HYOSAN_EXAMPLES=200."""

QUICK = Plan(seconds=1.0, matrix=False, goals=False)
SEEN: Counter[str] = Counter()


def before(report: Report) -> Before:
    assert report.basis is not None
    return Before(report.answers, report.basis)


@given(edits())
@laws(EXAMPLES)
def after_an_edit_every_verdict_is_what_all_states_show(pair) -> None:
    earlier, machine = machines(pair)
    truth = enumerate_story(machine)
    if truth is None:
        reject()
    known = before(prove(earlier, QUICK))

    prover = Prover(machine, Limits(QUICK.seconds))
    so_far: list[tuple[Answer, ...]] = []
    prover.answer(known, partly=lambda: so_far.append(prover.all_answers()))
    report = prove(machine, replace(QUICK, known=known))

    fresh = {(a.question.kind, a.question.subject): a.verdict for a in prove(machine, QUICK).answers}
    for answers in (*so_far, prover.all_answers(), report.answers):
        verdicts = {(a.question.kind, a.question.subject): a.verdict for a in answers}
        # What is told before the end leaves out what has not been asked yet.
        assert verdicts.keys() == fresh.keys() or (answers in so_far and verdicts.keys() < fresh.keys())
        for asked, verdict in verdicts.items():
            if verdict != "open":
                assert (verdict == "refuted") == (asked in truth.faults), asked
                assert fresh[asked] in (verdict, "open")
    SEEN["kept"] += prover.reused
    SEEN["told at once"] += sum(answer.verdict != "open" for answer in so_far[0])
    changes = Changes(prover.model, known.basis, basis(prover.model))
    SEEN["known"] += changes.known


def test_after_an_edit_every_verdict_is_what_all_states_show():
    after_an_edit_every_verdict_is_what_all_states_show()
    # A law about nothing holds of anything.
    assert SEEN["kept"] >= 8 * EXAMPLES
    assert SEEN["told at once"] >= 8 * EXAMPLES
    assert SEEN["known"] >= EXAMPLES // 4


# --- what counts as a change -----------------------------------------------------------------------------

STORY = """\
story: {id: small, title: Small, version: 1.0.0, start: first}
meters: {noise: {range: 0..9}}
"""
PEOPLE = "mara: {name: Mara Lind}\n"
DAY = """\
chapter: {id: day, title: Day, from: D1 10:00, until: D1 18:00, start: first}
flags: {lit: false, shut: false}
scenes:
  first:
    text: It rains.
    choices:
      on: {text: Go on., do: [{set: {lit: true}}], goto: second}
  second:
    text: "{% if lit %}It burns.{% endif %}"
    choices:
      stay: {text: Stay., when: not shut, do: [{add: {noise: 1}}], then: You wait., goto: third}
      leave: {text: Leave., goto: end}
  third:
    do: [{set: {shut: true}}]
    text: "It is over.{% if not lit %} It is dark.{% endif %}"
    choices:
      back: {text: Back., goto: second}
      leave: {text: Leave., goto: end}
endings: {end: {title: End, text: End.}}
"""


def model_of(day: str = DAY, story: str = STORY) -> Model:
    loaded = load_sources({"story.yaml": story, "people.yaml": PEOPLE, "01-day.yaml": day})
    assert loaded.story is not None, loaded.diagnostics
    return Model(Machine(loaded.story))


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("It rains.", "It snows.\\n\\nVery much.", set()),
        ("{% if lit %}", "{% if not lit %}", set()),
        ("Go on.", "Go.", set()),
        ("You wait.", "You do not wait.", set()),
        ("then: You wait.", 'then: "{% if lit %}You wait.{% endif %}"', set()),
        ("then: You wait., ", "", {"second"}),
        ("when: not shut, ", "", {"second"}),
        ("add: {noise: 1}", "add: {noise: 2}", {"second"}),
        ("set: {shut: true}", "set: {shut: false}", {"second", "third"}),
        ("Back., goto: second", "Back., goto: end", {"third"}),
    ],
)
def test_a_choice_has_changed_if_anything_but_words_has(old, new, changed):
    assert old in DAY
    model = model_of(DAY.replace(old, new))
    changes = Changes(model, basis(model_of()), basis(model))
    assert changes.known
    assert changes.scenes == changed


@pytest.mark.parametrize(
    ("day", "story"),
    [
        (DAY.replace("lit: false, ", "lit: true, "), STORY),
        (DAY.replace("D1 18:00", "D1 17:00"), STORY),
        (DAY.replace("choices:\n      on:", "do: [{add: {noise: 1}}]\n    choices:\n      on:"), STORY),
        (DAY, STORY.replace("0..9", "0..8")),
    ],
)
def test_where_more_than_a_scene_has_changed_nothing_is_known(day, story):
    model = model_of(day, story)
    assert not Changes(model, basis(model_of()), basis(model)).known


def test_only_what_comes_after_a_change_is_asked_again():
    known = before(prove(model_of().machine, QUICK))
    model = model_of(DAY.replace("Back., goto: second", "Back., when: lit, goto: second"))
    changes = Changes(model, known.basis, basis(model))
    assert changes.after == {"second", "third", "end"}
    other = model_of(DAY.replace("{% if not lit %}", "{% if lit %}"))
    prover = Prover(other.machine, Limits(1.0))
    prover.answer(known)
    assert prover.stranded.known
    fresh = {(a.question, a.verdict) for a in prove(other.machine, QUICK).answers}
    assert {(a.question, a.verdict) for a in prover.all_answers()} == fresh


def test_what_is_said_on_the_way_of_a_choice_that_has_changed_is_asked_again():
    """Nothing leads back to the first scene: only the choice itself has changed."""
    told = 'then: "{% if shut %}It bangs.{% endif %}", goto'
    old = model_of(DAY.replace("do: [{set: {lit: true}}], goto", f"do: [{{set: {{lit: true}}}}], {told}"))
    new = model_of(DAY.replace("do: [{set: {lit: true}}], goto", f"do: [{{set: {{shut: true}}}}], {told}"))
    changes = Changes(new, basis(old), basis(new))
    sites = [site for one in ask(new) for site in one.sites if site.edge is not None and site.scene == "first"]
    assert changes.scenes == {"first"}
    assert "first" not in changes.after
    assert sites
    assert not any(changes.never_still([site]) for site in sites)


def test_what_is_kept_is_never_trusted_over_the_story():
    machine = model_of().machine
    report = prove(machine, QUICK)
    told = {a.question.subject for a in report.answers if a.witness is not None and a.witness.log}
    assert told
    # A play that nobody can make shows nothing.
    bent = tuple(
        replace(a, witness=replace(a.witness, log=("first.fly",) * len(a.witness.log))) if a.witness is not None else a
        for a in report.answers
    )
    assert report.basis is not None
    found = prove(machine, replace(QUICK, known=Before(bent, report.basis)))
    assert [(a.question, a.verdict) for a in found.answers] == [(a.question, a.verdict) for a in report.answers]
    assert all(a.witness is None or "first.fly" not in a.witness.log for a in found.answers)
