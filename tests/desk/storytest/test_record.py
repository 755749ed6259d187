"""A run becomes a story test, and a story test a run that can be played on."""

from __future__ import annotations

import io
import os
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game import cli
from game.desk.storytest import load_test
from game.desk.storytest.blessed import words
from game.desk.storytest.record import as_test, name_of
from game.engine import Machine, Run
from game.present.wording import player_name

HOLDS = "test: Cold hands\nchoose: [hold_her_hands]\nexpect: {that: bond.i_sak == 1}\n"
FAILS = "test: Warm hands\nchoose: [hold_her_hands]\nexpect: {that: bond.i_sak == 2}\n"
BROKEN = "test: No hands\nexpect: {scene: nowhere}\n"
GIVEN = "test: On the roof\nfrom: {scene: c3_01_roof}\nchoose: [wait]\nexpect: {ending: e02_roll_call}\n"


def played(machine: Machine, choices: list[int], seed: int, name: str, gentle: bool) -> Run:
    """The run that always takes the n-th of the open choices."""
    run = Run.new(machine, seed, player_name(name, ""), gentle)
    for number in choices:
        open_ = [o.choice.id for o in run.options() if o.open]
        if not open_:
            break
        run = run.choose(open_[number % len(open_)])
    return run


@settings(max_examples=int(os.environ.get("HYOSAN_EXAMPLES", "15")), deadline=None)
@given(
    st.lists(st.integers(0, 11), max_size=30),
    st.integers(0, 10**18 - 1),
    st.text(max_size=30),
    st.booleans(),
    st.text(max_size=30),
)
def test_a_recorded_run_replays_to_the_same_state_and_text(machine, choices, seed, name, gentle, title):
    run = played(machine, choices, seed, name, gentle)

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "run.yaml"
        file.write_text(as_test(run, name_of(Path(f"{title.replace('/', '')}.yaml"))), encoding="utf-8", newline="\n")
        replayed = load_test(file, machine)

    assert replayed.diagnostics == ()
    assert replayed.run is not None
    assert (replayed.run.state, replayed.run.log) == (run.state, run.log)
    assert words(replayed.run) == words(run)


@pytest.mark.parametrize(
    ("answers", "choices", "scene"),
    [
        ("", 0, "{scene: c2_03_cold_hands}"),
        ("1\n1\n", 2, "{scene: r2_class}"),
        ("1\nundo\n2\nquit\n", 1, "{scene: c2_03b_the_window}"),
        ("1\n1\n4\n2\n", 4, "{ending: e02_roll_call}"),
        ("1\nsave here\n1\nload here\n", 1, "{scene: c2_03b_the_window}"),
    ],
    ids=["nothing", "two choices", "one taken back", "to an ending", "with a save"],
)
def test_what_is_played_is_recorded_and_holds(folder, hyosan, tmp_path, answers, choices, scene):
    file = tmp_path / "new" / "my-first_run.yaml"

    code, printed, _ = hyosan(folder, "--record", file, "--seed", 3, "--name", "Mi'n", answers=answers)
    recorded = file.read_text(encoding="utf-8")

    assert code == 0
    assert f"{choices} choice" in printed
    assert recorded.startswith("test: 'My first run'\nseed: 3\nplayer: 'Mi''n'\n")
    assert recorded.count("\n  - ") == choices
    assert f"expect: {scene}" in recorded
    assert hyosan(folder, file)[0] == 0


def test_rolls_are_recorded_as_they_fell(folder, hyosan, tmp_path):
    hyosan(folder, "--record", tmp_path / "x.yaml", "--seed", 1, "--gentle", answers="2\n")

    recorded = (tmp_path / "x.yaml").read_text(encoding="utf-8")

    assert re.search(r"gentle: true\ndice:\n  c2_03_cold_hands.say_what_you_saw: (listened|panicked)\n", recorded)


def test_nothing_is_recorded_over_without_being_told(folder, hyosan, tmp_path):
    file = tmp_path / "x.yaml"
    file.write_text("mine", encoding="utf-8")

    code, printed, complained = hyosan(folder, "--record", file, answers="1\n")
    assert (code, printed, file.read_text(encoding="utf-8")) == (1, "", "mine")
    assert "x.yaml is there already" in complained

    assert hyosan(folder, "--record", file, "--force", answers="1\n")[0] == 0
    assert "hold_her_hands" in file.read_text(encoding="utf-8")


def test_interrupting_keeps_what_was_played(folder, hyosan, tmp_path, monkeypatch):
    def interrupt(game: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("game.plain.PlainGame.listen", interrupt)

    assert hyosan(folder, "--record", tmp_path / "x.yaml")[0] == 0
    assert "expect: {scene: c2_03_cold_hands}" in (tmp_path / "x.yaml").read_text(encoding="utf-8")


def test_a_test_is_read_as_the_player_does_and_goes_on(folder, hyosan, put):
    put(a=HOLDS, b=GIVEN)

    code, printed, _ = hyosan(folder, "--replay", folder / "tests" / "a.yaml", answers="1\n")
    assert code == 0
    assert "I-sak keeps her hands in her sleeves.\n\nNobody takes them.\n\n> Take her hands in yours." in printed
    assert "The test ends here." in printed
    assert printed.rstrip().endswith(">")
    assert "The room waits." in printed

    assert "Nam-ra reads the names." in hyosan(folder, "--replay", folder / "tests" / "b.yaml")[1]


def test_a_test_that_does_not_hold_is_replayed_as_far_as_it_goes(folder, hyosan, put):
    put(a="test: It\nchoose: [hold_her_hands, leave_her]\n", b=BROKEN)

    code, printed, complained = hyosan(folder, "--replay", folder / "tests" / "a.yaml")
    assert code == 1
    assert "The window is bare" in printed
    assert "expected leave_her to be offered" in complained

    code, printed, complained = hyosan(folder, "--replay", folder / "tests" / "b.yaml")
    assert (code, printed) == (1, "")
    assert "there is no scene 'nowhere'" in complained


def test_of_several_tests_the_named_one_is_replayed(folder, hyosan, put):
    put(a="tests:\n  - {test: One, choose: [hold_her_hands]}\n  - {test: Two, gentle: true, choose: []}\n")
    file = folder / "tests" / "a.yaml"

    assert "I-sak is cold." in hyosan(folder, "--replay", file, "-k", "two")[1]
    code, _, complained = hyosan(folder, "--replay", file, "-k", "three")
    assert (code, "no story test here has 'three' in its name" in complained) == (1, True)


@pytest.mark.parametrize(
    ("text", "code", "printed", "complained"),
    [
        (HOLDS, 0, "1. Come away.", ""),
        (FAILS, 0, "1. Come away.", "expected bond.i_sak == 2"),
        (BROKEN, 1, "", "there is no scene 'nowhere'"),
        (GIVEN, 1, "", "To play on from it without saves: hyosan test --replay"),
    ],
    ids=["holds", "fails", "broken", "given"],
)
def test_a_test_can_be_played_on_in_the_game(
    folder, capsys, monkeypatch, tmp_path, text, code, printed, complained, put
):
    put(a=text)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    saves = str(tmp_path / "saves")

    assert cli.run(["play", str(folder), "--replay", str(folder / "tests" / "a.yaml"), "--saves", saves]) == code
    said = capsys.readouterr()

    assert printed in said.out
    assert complained in said.err
    if code == 0:
        assert cli.run(["play", str(folder), "--load", "run-1", "--saves", saves]) == 0
        assert "The window is bare" in capsys.readouterr().out
