"""Whether fates and numbers change as declared: of sound stories, and of models that were laid out wrongly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from game.desk.prove.wording import statement
from game.engine import Machine
from game.prove import declared as module
from game.prove.declared import declared, questions
from game.prove.limits import Limits
from game.prove.model import Arrive, Assign, Item, Model
from game.prove.prover import Prover
from game.prove.report import Answer
from game.story import load_story
from game.story.shipped import shipped
from tests.prove.planted import PLANTED
from tests.stories.building import story

FOLDER = Path(__file__).parents[1] / "stories"
STORIES = [
    pytest.param(shipped(), id="shipped", marks=pytest.mark.slow),
    FOLDER / "every-word",
    *(FOLDER / "defects" / name for name in sorted(PLANTED)),
    *sorted(path for path in (FOLDER / "no-defects").iterdir() if path.is_dir()),
]

CHAPTER = """
flags: {knocks: {range: 0..3}, day: false, night: false, never: false}
scenes:
  first:
    text: A roof.
    choices:
      let_go: {text: Let go., do: [{fate: {ana: dead}}], goto: second}
      hold: {text: Hold on., do: [{set: {day: true}}], goto: second}
      sleep: {text: Sleep., do: [{set: {night: true}}, {add: {noise: 1}}], goto: second}
  second:
    text: A street.
    choices:
      on: {text: On., goto: end}
      both: {text: By both., when: day and night, goto: end}
      no: {text: By none., when: never or knocks >= 1, goto: end}
"""
PEOPLE = "ana: {name: Ana Lima, short: Ana, about: Climbs., bond: 0..3}\n"
ITEMS = "rope: {name: rope, one: a rope, many: ropes, max: 3}\nlamp: {name: lamp}\n"
DECLARE = """
meters: {noise: {range: 2..5}}
fates: {alive: {becomes: [dead, lost]}, lost: {is: away, becomes: [alive, dead]}, dead: {is: gone}}
"""
ALIVE, LOST, DEAD = range(3)


def proving() -> Prover:
    return Prover(Machine(story(CHAPTER, people=PEOPLE, items=ITEMS, declare=DECLARE)), Limits(10))


def corrupt(model: Model, scene: str, choice: str, name: str, table: bytes) -> None:
    """Let a choice change a variable by `table`, first of all."""
    tables = {model.story.by_name[name].index: table}
    model.edges[scene] = tuple(
        replace(edge, items=first(tables, edge.items)) if edge.choice.id == choice else edge
        for edge in model.edges[scene]
    )


def first(tables: Mapping[int, bytes], items: tuple[Item, ...]) -> tuple[Item, ...]:
    """A flow with something done before it."""

    def later(item: Item) -> Item:
        if isinstance(item, Arrive):
            return item
        moved = {key: getattr(item, key) + 1 for key in ("then", "yes", "no") if hasattr(item, key)}
        return replace(item, **moved)

    return (Assign(tables, 1), *map(later, items))


def answered(change: Callable[[Model], None]) -> dict[str, Answer]:
    """The answers about a story whose model was changed, by what they are about."""
    prover = proving()
    change(prover.model)
    return {answer.question.subject: answer for answer in declared(prover.model, prover.values)}


@pytest.mark.parametrize("folder", STORIES, ids=lambda folder: folder.name)
def test_whatever_a_story_does_it_keeps_to_what_it_declares(folder):
    loaded = load_story(folder)
    assert loaded.story is not None
    prover = Prover(Machine(loaded.story), Limits(10))

    answers = declared(prover.model, prover.values)

    assert [answer.question for answer in answers] == questions(prover.model)
    assert {(answer.verdict, answer.how) for answer in answers} <= {("proved", "values")}
    assert {a.question.subject for a in answers if a.question.kind == "fates"} == set(loaded.story.people)


def test_fates_and_whatever_is_counted_are_asked_about():
    prover = proving()
    asked = {(q.kind, q.subject, q.words) for q in questions(prover.model)}
    assert asked == {
        ("fates", "ana", "the fate of Ana"),
        ("ranges", "noise", "the meter 'noise'"),
        ("ranges", "day/knocks", "the number 'knocks'"),
        ("ranges", "bond.ana", "the bond with Ana"),
        ("ranges", "count.rope", "the number of ropes"),
    }
    assert all(q.where.line for q in questions(prover.model))


def test_a_fate_that_does_not_become_another_is_refuted_by_choices_that_show_it():
    found = answered(lambda model: corrupt(model, "second", "on", "fate.ana", bytes([ALIVE] * 3)))

    answer = found["ana"]
    assert answer.verdict == "refuted"
    assert answer.witness is not None
    assert answer.witness.log == ("first.let_go", "second.on")
    assert "second.on makes 'dead' into 'alive'" in answer.because
    assert statement(answer) == "the fate of Ana can change as `becomes` does not allow"
    assert {a.verdict for subject, a in found.items() if subject != "ana"} == {"proved"}


def test_what_becomes_allows_is_no_fault_wherever_it_is_done():
    found = answered(lambda model: corrupt(model, "second", "on", "fate.ana", bytes([LOST, ALIVE, DEAD])))
    assert {answer.verdict for answer in found.values()} == {"proved"}


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("noise", bytes([1, 4, 2, 3])),
        ("day/knocks", bytes([200, 1, 2, 3])),
        ("bond.ana", b""),
        ("count.rope", b"\x04\1\2\3"),
    ],
)
def test_a_table_that_leads_out_of_a_range_is_refuted(name, table):
    answer = answered(lambda model: corrupt(model, "second", "on", name, table))[name]

    assert answer.verdict == "refuted"
    assert answer.witness is not None
    assert answer.witness.log[-1] == "second.on"
    assert any("something it cannot be" in line for line in answer.because)


def test_a_table_without_the_values_that_never_are_is_no_fault():
    # Nobody ever knocks: nothing is there but 0.
    found = answered(lambda model: corrupt(model, "first", "hold", "day/knocks", b"\0"))
    assert found["day/knocks"].verdict == "proved"


def test_of_what_nothing_asks_for_nothing_is_known():
    # The values of what is never read again are not followed: no claim is made from what they were.
    found = answered(lambda model: corrupt(model, "first", "hold", "bond.ana", b"\0"))
    assert found["bond.ana"].verdict == "open"


def test_what_nobody_can_do_is_no_fault():
    found = answered(lambda model: corrupt(model, "second", "no", "day/knocks", b"\xff\xff\xff\xff"))
    assert found["day/knocks"].verdict == "proved"


def test_what_only_might_be_done_is_open_and_nobody_is_accused():
    # By day and by night can each be, but never at once: that takes more than values to see.
    found = answered(lambda model: corrupt(model, "second", "both", "day/knocks", b"\xff\1\2\3"))

    answer = found["day/knocks"]
    assert (answer.verdict, answer.witness) == ("open", None)
    assert answer.because == ("second.both makes '0' into something it cannot be",)
    assert statement(answer) == "not known whether the number 'knocks' keeps to its range"


def test_what_is_too_far_away_to_be_looked_at_is_open(monkeypatch):
    monkeypatch.setattr(module, "LOOKED", 0)
    found = answered(lambda model: corrupt(model, "second", "on", "day/knocks", b"\xff\1\2\3"))
    assert found["day/knocks"].verdict == "open"


def test_a_beginning_that_goes_wrong_is_refuted_by_no_choice_at_all():
    def change(model: Model) -> None:
        model.beginning = first({model.story.by_name["noise"].index: b"\x09\1\2\3"}, model.beginning)

    answer = answered(change)["noise"]
    assert answer.verdict == "refuted"
    assert answer.witness is not None
    assert answer.witness.log == ()
    assert answer.because == ("the beginning makes '2' into something it cannot be",)


def test_of_several_wrong_changes_each_is_followed_through():
    def change(model: Model) -> None:
        corrupt(model, "first", "sleep", "noise", b"\x09\1\2\3")
        corrupt(model, "second", "on", "noise", b"\0\0\0\0\0")
        corrupt(model, "second", "on", "fate.ana", bytes([DEAD, DEAD, LOST]))

    found = answered(change)
    assert {subject for subject, answer in found.items() if answer.verdict == "refuted"} == {"noise", "ana"}
    assert found["ana"].witness is not None
    assert found["ana"].witness.log == ("first.let_go", "second.on")
