"""What the map, the chart and the share of the story say, and that they say nothing a player cannot know."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.engine import Machine, Run
from game.present.ending import BARS, Course, Share, courses, share, share_words, sparkline
from game.present.map import map_sentences, map_view
from game.present.wording import bond_words
from tests.stories.building import story

CHAPTER = """
rooms:
  first:
    place: hall
    text: The hall.
    choices:
      shout: {text: Shout., do: [{add: {noise: 5}}]}
      key: {text: Find the key., do: [{unlock: hall.vault}]}
      fall: {text: Fall., goto: pit}
  second: {place: stairs, text: Stairs.}
  third: {place: vault, text: Vault., choices: {end: {text: Leave., goto: end}}}
  attic: {place: attic, text: Attic.}
scenes:
  pit: {place: cellar, text: Dark., choices: {up: {text: Climb., goto: first}}}
"""
PLACES = """
hall:
  name: The Hall
  short: the hall
  floor: 1
  at: [0, 0]
  exits: {stairs: {time: 20 min, noise: 2}, vault: {locked: It has a lock.}, attic: {when: has.rope}}
stairs: {name: Back stairs, short: the back stairs, floor: 1, at: [1, 0], exits: {hall: {}}}
vault: {name: Vault, short: the vault, floor: 2, at: [0, 0], exits: {hall: {}}}
attic: {name: Attic, short: the attic, floor: 3, at: [0, 0], exits: {hall: {}}}
cellar: {name: Cellar, short: the cellar, floor: 0, at: [0, 0]}
"""
DECLARE = "meters: {noise: {range: 0..9, words: {0: silent, 3: restless}, price: {1: some noise, 3: loud}}}"


@pytest.fixture(scope="module")
def machine() -> Machine:
    return Machine(story(CHAPTER, declare=DECLARE, places=PLACES, items="rope: {name: a rope}"))


def after(machine: Machine, *choices: str) -> Run:
    run = Run.new(machine, 1)
    for choice in choices:
        run = run.choose(choice)
    return run


def test_only_what_was_seen_is_on_the_map(machine):
    known = map_view(after(machine))
    assert [p.id for p in known.places] == ["hall", "stairs", "vault"]
    assert known.floors == (2, 1)
    hall, stairs, _ = known.places
    assert (hall.here, hall.been, stairs.been) == (True, True, False)
    assert [(w.to, w.open, w.reason, w.price) for w in hall.ways] == [
        ("stairs", True, "", "about 20 min, some noise"),
        ("vault", False, "It has a lock.", ""),
    ]
    assert stairs.ways == ()


def test_a_way_is_as_it_was_last_seen(machine):
    hall = map_view(after(machine, "key")).place("hall")
    assert hall is not None
    assert [(w.to, w.open) for w in hall.ways] == [("stairs", True), ("vault", True)]


def test_who_has_walked_a_way_knows_both_its_ends_and_undoing_forgets(machine):
    run = after(machine, "key", "go_vault")
    known = map_view(run)
    assert known.here == "vault"
    vault = known.place("vault")
    assert vault is not None
    assert [w.to for w in vault.ways] == ["hall"]
    before = map_view(run.undo()).place("vault")
    assert before is not None
    assert (before.been, before.ways) == (False, ())


def test_a_place_without_a_way_to_it_is_known_once_one_was_there(machine):
    known = map_view(after(machine, "fall"))
    assert known.here == "cellar"
    assert known.floors == (2, 1, 0)


def test_the_map_in_sentences(machine):
    said = map_sentences(map_view(after(machine, "shout")))
    assert said[0] == (
        "You are at the hall, on floor 1. "
        "Ways: the back stairs (about 20 min, some noise), the vault (up on floor 2; locked: It has a lock)."
    )
    assert said[1] == "Noise: restless."
    assert said[2:] == [
        "Floor 2:",
        "Vault. You have not been here. What leads on from here you do not know.",
        "Floor 1:",
        "Back stairs. You have not been here. What leads on from here you do not know.",
    ]


@given(st.lists(st.integers(0, 9), max_size=12))
@settings(max_examples=40, deadline=None)
def test_every_place_is_there_once_and_every_way_leads_to_one_that_is_there(machine, picks):
    run = Run.new(machine, 1)
    for pick in picks:
        if offered := [o for o in run.options() if o.open]:
            run = run.choose(offered[pick % len(offered)].choice.id)
    known = map_view(run)
    ids = [p.id for p in known.places]
    assert len(ids) == len(set(ids))
    assert sorted(p.id for floor in known.floors for p in known.floor(floor)) == sorted(ids)
    assert {w.to for p in known.places for w in p.ways} <= set(ids)
    assert [p.id for p in known.places if p.here] == [known.here]


# --- the end --------------------------------------------------------------------------------------


def test_the_course_of_a_meter_in_bars_and_in_words(machine):
    (noise,) = courses(after(machine, "shout"))
    assert noise.values == (0, 5)
    assert noise.words.startswith("Noise was silent at the beginning, and restless at the end, which was the worst")
    assert sparkline(noise, 40) == BARS[0] + BARS[3]


@given(st.lists(st.integers(-3, 6), min_size=1, max_size=90), st.integers(1, 50))
def test_a_chart_fits_and_shows_the_highest_and_nothing_higher(values, width):
    bars = sparkline(Course("x", tuple(values), -3, 6, ""), width)
    assert len(bars) == min(width, len(values))
    assert max(map(BARS.index, bars)) == (max(values) + 3) * 7 // 9


def test_the_share_counts_each_scene_once_and_what_other_runs_took(machine):
    run = after(machine, "shout", "shout", "go_stairs")
    assert share(run) == Share(2, None, len(machine.story.scenes))
    seen = share(run, took={"pit.up", "first.fall"}.__contains__)
    assert seen.ever == 3
    assert share_words(Share(1, None, 1000)) == "This run saw 1 of the story's 1000 scenes (1%)."
    both = share_words(Share(2, 3, 4))
    assert both == "This run saw 2 of the story's 4 scenes (50%). All your runs together saw 3 (75%)."


@pytest.mark.parametrize(("low", "high"), [(0, 5), (-2, 2), (0, 1), (0, 9)])
def test_a_bond_in_words_only_rises(low, high):
    from game.present.wording import BOND

    levels = [BOND.index(bond_words(now, low, high)) for now in range(low, high + 1)]
    assert levels == sorted(levels)
    assert (levels[0], levels[-1]) == (0, len(BOND) - 1)
