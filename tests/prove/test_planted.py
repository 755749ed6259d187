"""Small stories with one mistake each, and their likes without: what is true of them, found by standing everywhere."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from game.desk.check import check
from game.engine import Machine
from game.story import Story, load_sources
from game.story.diagnostics import Problems
from game.story.load import read_files
from game.story.model import Branches, Para
from tests.prove.enumerate import Truth, enumerate_story
from tests.prove.planted import PLANTED
from tests.stories import building

STORIES = Path(__file__).parents[1] / "stories"
DEFECTS = sorted(p.name for p in (STORIES / "defects").iterdir())
LOOK_ALIKES = sorted(p.name for p in (STORIES / "no-defects").iterdir())
ALL = [*(f"defects/{name}" for name in DEFECTS), *(f"no-defects/{name}" for name in LOOK_ALIKES)]
KINDS = {
    *("scene", "ending", "choice", "outcome", "text", "stuck", "stranded"),
    *("speaks", "acts", "always", "never", "reachable", "bug"),
}


@cache
def sources(name: str) -> dict[str, str]:
    problems = Problems()
    found = read_files(STORIES / name, problems)
    assert not problems
    return found


@cache
def story(name: str) -> Story:
    found = load_sources(sources(name))
    assert found.story is not None, "\n".join(d.render() for d in found.diagnostics)
    return found.story


@cache
def truth(name: str) -> Truth:
    found = enumerate_story(Machine(story(name)))
    assert found is not None
    return found


# --- the planted ones -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_mistake_is_found_with_all_that_follows_from_it(name):
    assert PLANTED[name]
    assert truth(f"defects/{name}").faults == PLANTED[name]


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_nothing_is_found_where_nothing_is_wrong(name):
    assert truth(f"no-defects/{name}").faults == frozenset()


@pytest.mark.parametrize("name", ALL)
def test_looking_without_playing_finds_nothing(name):
    assert [d.render() for d in check(sources(name))] == []


@pytest.mark.parametrize("name", ALL)
def test_every_text_and_promise_has_a_name_of_its_own(name):
    found = defaultdict(set)
    waiting = []
    for scene in story(name).scenes.values():
        waiting += [*scene.text, *(scene.gentle or ()), *(scene.summary or ())]
        waiting += [block for c in scene.choices for o in c.outcomes for block in (*o.then, *(o.gentle or ()))]
    waiting += [
        block for c in story(name).chapters.values() for bell in c.bells for block in (*bell.then, *(bell.gentle or ()))
    ]
    waiting += [block for rule in story(name).rules for block in (*rule.then, *(rule.gentle or ()))]
    wheres = []
    for block in waiting:  # grows
        match block:
            case Para():
                wheres.append(block.where)
            case Branches():
                for _, inner, where in block.branches:
                    wheres.append(where)
                    waiting += inner
    for where in wheres:
        found["text", where.file, where.line].add(where.column)
    for promise in story(name).properties:
        found[promise.kind, promise.where.file, promise.where.line].add(promise.where.column)
    # Several promises may stand in one list; then at most one of them is broken, and the line is enough to say so.
    assert [key for key, columns in found.items() if len(columns) > 1 and key[0] == "text"] == []


def test_there_are_many_of_every_kind():
    assert set(PLANTED) == set(DEFECTS)
    assert len(DEFECTS) >= 30
    assert len(LOOK_ALIKES) >= 30
    assert {kind for faults in PLANTED.values() for kind, _ in faults} == KINDS
    assert sum(len(story(name).chapters) >= 3 for name in ALL) >= 20
    assert sum(len(story(name).scenes) >= 10 for name in ALL) >= 8


# --- what else is told about a story --------------------------------------------------------------------


def test_how_far_it_is_to_everything():
    found = truth("no-defects/halves-of-a-passage")

    assert found.scenes == {"left_door": 0, "inside": 1, "right_door": 1, "stayed": 2, "another_day": 2}
    assert found.choices == {
        "left_door.push": 1,
        "left_door.step_over": 1,
        "inside.stay": 2,
        "inside.out": 2,
        "right_door.push": 2,
    }
    assert found.outcomes == {"right_door.push.gives": 2, "right_door.push.sticks": 2}


def test_who_is_left_at_an_ending_and_who_can_be_for_certain():
    found = truth("no-defects/last-words")

    alone, two = found.endings["alone"], found.endings["two_lamps"]
    assert (alone.choices, alone.fewest, alone.most) == (2, 1, 1)
    assert alone.fates == {("rui", "dead"): 2, ("tia", "alive"): 2}
    assert (two.choices, two.fewest, two.most) == (2, 2, 2)
    assert found.guaranteed_endings == {"alone", "two_lamps"}
    assert found.guaranteed_lives == {"rui", "tia"}


def test_what_the_dice_decide_is_not_for_certain():
    assert truth("no-defects/a-loop-the-bell-ends").guaranteed_endings == frozenset()
    # The line may break; but each of the two can be fetched by hand.
    flood = truth("no-defects/the-flood-and-a-rope")
    assert flood.guaranteed_endings == {"apart"}
    assert flood.guaranteed_lives == {"ana", "ben"}
    assert (flood.endings["together"].fewest, flood.endings["apart"].most) == (2, 1)


def test_how_likely_an_ending_is():
    assert truth("no-defects/halves-of-a-passage").chances == pytest.approx({"stayed": 3 / 8, "another_day": 5 / 8})
    assert truth("no-defects/a-loop-the-bell-ends").chances == pytest.approx({"stamped": 1 / 5, "tomorrow": 4 / 5})
    # Three in four come across with the lamp, and nobody without it goes in.
    assert truth("defects/lamp-lost-at-the-ford").chances == pytest.approx({"goats": 7 / 8})


LOOP = """\
scenes:
  first:
    text: A crossroads.
    choices:
      wait: {text: Wait., goto: first}
      left: {text: Go left., goto: wood}
      right: {text: Go right., goto: end}
  wood:
    text: A wood.
    choices:
      back: {text: Go back., goto: first}
      on: {text: Go on., goto: lost}
endings:
  lost: {title: Lost, text: Trees.}
"""


def test_loops_are_gone_round_as_often_as_they_are():
    found = enumerate_story(Machine(building.story(LOOP)))

    assert found is not None
    assert found.chances == pytest.approx({"end": 2 / 3, "lost": 1 / 3})
    assert found.guaranteed_endings == {"end", "lost"}
    assert found.scenes == {"first": 0, "wood": 1, "end": 1, "lost": 2}


def test_a_story_with_too_many_states_is_given_up():
    machine = Machine(building.story(LOOP))

    assert enumerate_story(machine, most=3) is None
    assert enumerate_story(machine, most=4) is not None
