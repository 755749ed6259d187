"""The program's own words about a run."""

from __future__ import annotations

import pytest

from game.engine import Change, Machine, Run
from game.present import wording
from game.present.commands import BY_ID, BY_WORD, COMMANDS
from game.story.diagnostics import cells
from tests.present.test_view import DECLARE, ITEMS, PEOPLE, PLACES
from tests.stories.building import story


@pytest.fixture(scope="module")
def run() -> Run:
    chapter = "scenes: {first: {text: A., choices: {go: {text: Go., goto: end}}}}\n"
    return Run.new(Machine(story(chapter, declare=DECLARE, people=PEOPLE, places=PLACES, items=ITEMS)), 1)


@pytest.mark.parametrize(
    ("minutes", "words"), [(10, "10 min"), (60, "1 h"), (90, "1 h 30 min"), (180, "3 h"), (1450, "24 h 10 min")]
)
def test_lengths_of_time(minutes, words):
    assert wording.duration(minutes) == words


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (Change("item", "water", 0, 1), "taken: a cup of water"),
        (Change("item", "water", 1, 4), "taken: 3 cups of water"),
        (Change("item", "water", 4, 0), "gone: 4 cups of water"),
        (Change("item", "rope", 1, 0), "gone: a rope"),
        (Change("meter", "noise", 0, 3), "noise: restless"),
        (Change("meter", "noise", 3, 9), ""),
        (Change("meter", "noise", 9, 2), "noise: silent"),
        (Change("meter", "fear", 0, 3), ""),
        (Change("lock", "hall.roof", False, True), "a way is open that was shut"),
        (Change("promise", "walk_home", "none", "made"), "promised: Walk home."),
        (Change("promise", "walk_home", "made", "kept"), "promise kept: Walk home."),
        (Change("promise", "walk_home", "made", "broken"), "promise broken: Walk home."),
        (Change("memory", "umbrella", False, True), "you will remember, of On-jo: An umbrella."),
        (Change("fate", "on_jo", "alive", "missing"), "On-jo: lost to you"),
        (Change("with", "on_jo", False, True), "On-jo comes with you"),
        (Change("with", "on_jo", True, False), "On-jo is no longer with you"),
        (Change("bond", "on_jo", 1, 2), "On-jo trusts you more"),
        (Change("bond", "on_jo", 2, 0), "On-jo trusts you less"),
    ],
)
def test_what_a_turn_changed(run, what, words):
    assert wording.change(run, what) == words


def test_what_follows_from_somebodys_loss_is_not_told_again():
    chapter = """
    scenes:
      first: {text: A., choices: {call: {text: C., do: [{join: on_jo}, {bond: {on_jo: 2}}], goto: second}}}
      second: {text: B., choices: {lose: {text: L., do: [{fate: {on_jo: missing}}], goto: first}}}
    """
    run = Run.new(Machine(story(chapter, declare=DECLARE, people=PEOPLE)), 1).choose("call")

    assert wording.changes(run) == ("On-jo comes with you", "On-jo trusts you more")
    assert wording.changes(run.choose("lose")) == ("On-jo: lost to you",)


@pytest.mark.parametrize(
    ("name", "within"),
    [
        ("The Hall", "the Hall"),
        ("A yard", "a yard"),
        ("An office", "an office"),
        ("Class 2-5", "Class 2-5"),
        ("PE hall", "PE hall"),
    ],
)
def test_a_place_within_a_sentence(name, within):
    assert wording.lower_first(name) == within


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Nam-ra", "Nam-ra"),
        ("  Nam   ra \n", "Nam ra"),
        ("", "Do-ha"),
        (" \t", "Do-ha"),
        ("\x1b[31mRed\x1b[0m", "[31mRed[0m"),
        ("\u202eevil\u200b", "evil"),
        ("\x00\x7f\x9b", "Do-ha"),
        ("x" * 30, "x" * 24),
        ("한" * 20, "한" * 12),
        ("한" * 11 + "abc", "한" * 11 + "ab"),
    ],
)
def test_a_name_a_player_types_is_made_fit_to_be_shown(typed, name):
    assert wording.player_name(typed, "Do-ha") == name


@pytest.mark.parametrize("typed", ["x" * 10**6, "e" + "\u0301" * 10**6, " " * 10**6, "한" * 10**6])
def test_a_name_of_any_length_is_cut_at_once(typed):
    name = wording.player_name(typed, "Do-ha")

    assert cells(name) <= 24
    assert len(name) <= 100


def test_every_command_has_a_way_to_be_asked_for_and_none_shares_it():
    asked = [(c.where, key) for c in COMMANDS for key in c.keys] + [
        ("word", word) for c in COMMANDS for word in c.words
    ]

    assert len(set(asked)) == len(asked)
    assert all(c.keys or c.words for c in COMMANDS)
    assert len(BY_ID) == len(COMMANDS)
    assert all(word in (*command.words, *command.keys) for word, command in BY_WORD.items())


def test_a_key_of_everywhere_is_no_other_screens_key():
    everywhere = {key for c in COMMANDS if c.where == "all" for key in c.keys}

    assert not everywhere & {key for c in COMMANDS if c.where != "all" for key in c.keys}
