"""A run: its log, going back and forth in it, playing it again, and what each turn changed."""

from __future__ import annotations

import pytest

from game.engine import Change, Diverged, Machine, NotOffered, Run
from tests.stories.building import story

STORY = """
flags: {open: false}
scenes:
  first:
    text: A.
    choices:
      a: {text: A., do: [{set: {open: true}}, {take: rope}, {join: on_jo}, {bond: {on_jo: 2}}], goto: second}
      b: {text: B., do: [{pass: 20 min}, {add: {noise: 2}}, {fate: {on_jo: dead}}], goto: second}
  second:
    text: B.
    choices:
      back: {text: Back., goto: first}
      try: {text: Try., roll: {well: {goto: first}, badly: {goto: first}}}
      go: {text: Go., goto: end}
"""


@pytest.fixture(scope="module")
def machine() -> Machine:
    return Machine(
        story(
            STORY,
            declare="meters: {noise: {range: 0..9}}\n",
            people="on_jo: {name: Nam On-jo, bond: 0..5}\n",
            items="rope: {name: a rope}\n",
        )
    )


def test_a_run_is_its_seed_and_its_log(machine):
    run = Run.new(machine, 7)

    for choice in ("a", "try", "b", "back"):
        run = run.choose(choice)

    assert (run.seed, run.log) == (7, ("first.a", "second.try", "first.b", "second.back"))
    assert Run.new(machine, 7).replay(run.log) == run


def test_choosing_leaves_the_run_before_as_it_was(machine):
    run = Run.new(machine, 1)

    run.choose("a")

    assert (run.turn, run.log, run.state.scene) == (0, (), "first")


def test_undo_goes_back_a_turn_and_redo_forward_again(machine):
    run = Run.new(machine, 1).choose("a").choose("back")

    back = run.undo()

    assert (back.turn, back.state.scene, back.log, back.future) == (1, "second", ("first.a",), ("second.back",))
    assert back.redo() == run
    assert back.undo().undo().undo().turn == 0
    assert run.redo() == run


def test_the_same_choice_again_is_the_way_that_was_undone(machine):
    run = Run.new(machine, 1).choose("a").choose("back").choose("b")

    again = run.go_to(0).choose("a")

    assert again.future == ("second.back", "first.b")
    assert again.redo().redo() == run


def test_another_choice_replaces_what_was_undone(machine):
    run = Run.new(machine, 1).choose("a").choose("back")

    other = run.go_to(0).choose("b")

    assert (other.log, other.future) == (("first.b",), ())


def test_a_log_is_played_on_from_where_the_run_stands(machine):
    run = Run.new(machine, 1).choose("a").choose("back").go_to(1)

    again = run.replay(["second.back", "first.b"])

    assert (again.log, again.turn, again.future) == (("first.a", "second.back", "first.b"), 3, ())


@pytest.mark.parametrize("turn", [-1, 3])
def test_there_is_no_turn_before_the_first_or_after_the_last(machine, turn):
    with pytest.raises(ValueError, match="no turn"):
        Run.new(machine, 1).choose("a").choose("back").go_to(turn)


@pytest.mark.parametrize(
    ("log", "at"),
    [
        (["first.a", "second.none", "first.a"], 1),
        (["second.back"], 0),
        (["first.a", "first.a"], 1),
        (["first.a", "second.go", "end.go"], 2),
        (["nonsense"], 0),
        ([""], 0),
        (["first.a", "nowhere.go"], 1),
    ],
)
def test_a_log_that_does_not_fit_tells_how_far_it_went(machine, log, at):
    with pytest.raises(Diverged) as caught:
        Run.new(machine, 1).replay(log)

    assert (caught.value.at, caught.value.choice) == (at, log[at])
    assert caught.value.run.log == tuple(log[:at])


def test_what_is_not_offered_cannot_be_chosen(machine):
    with pytest.raises(NotOffered):
        Run.new(machine, 1).choose("go")


def test_a_turn_tells_what_it_changed_besides_the_clock_and_secrets(machine):
    run = Run.new(machine, 1).choose("a").choose("back").choose("b")

    assert run.changes(0) == ()
    assert run.changes(1) == (
        Change("with", "on_jo", False, True),
        Change("bond", "on_jo", 0, 2),
        Change("item", "rope", 0, 1),
    )
    assert run.changes(2) == ()
    assert set(run.changes()) == {
        Change("meter", "noise", 0, 2),
        Change("fate", "on_jo", "alive", "dead"),
        Change("with", "on_jo", True, False),
        Change("bond", "on_jo", 2, 0),
    }


def test_time_and_values_can_be_asked_of_any_turn(machine):
    run = Run.new(machine, 1).choose("b").choose("go")

    assert [run.minutes(t) for t in (0, 1, 2)] == [600, 620, 620]
    assert [run.value("noise", t) for t in (0, 1)] == [0, 2]
    assert [run.chapter_at(t) for t in (0, 1, 2)] == ["day", "day", "day"]


def test_a_run_is_over_at_an_ending(machine):
    run = Run.new(machine, 1).choose("a")

    assert not run.over
    assert run.choose("go").over
