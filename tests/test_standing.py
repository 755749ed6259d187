"""`--at`, `--where` and `hyosan watch`, as a writer runs them."""

from __future__ import annotations

import re
import shutil
import time

import pytest

from game.tui.watch import EVERY, SETTLE
from tests.commands import ROOT, hyosan
from tests.test_cli import story

try:
    from tests.ptys import Terminal
except ImportError:  # no pty here
    Terminal = None  # type: ignore[assignment,misc]

SHIPPED = str(ROOT / "scenes")
SMALL = str(ROOT / "tests" / "stories" / "defects" / "always-the-rope")


def at(*arguments: str, tmp_path, answers: str = ""):
    return hyosan("play", SHIPPED, "--at", *arguments, answers=answers, HYOSAN_SAVES=str(tmp_path / "saves"))


def test_a_run_begins_in_the_middle_and_its_way_there_can_be_taken_back(tmp_path):
    done = at("c2_03_cold_hands", "--where", "with.on_jo and not hid_bite", tmp_path=tmp_path, answers="goto 0\n")
    assert done.returncode == 0, done.stderr
    assert "Desks stand to the ceiling" in done.stdout
    assert "Moon Ye-rin is waiting" in done.stdout, "the way there begins at the beginning"


def test_the_same_seed_begins_the_same(tmp_path):
    first, second = (at("c2_05_broadcast_room", "--seed", "3", tmp_path=tmp_path / n) for n in "ab")
    assert first.stdout == second.stdout
    assert first.returncode == 0


def test_a_scene_that_is_not_there_is_a_diagnostic(tmp_path):
    done = at("c2_03_cold_hans", tmp_path=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("--at:1:1: error H020: there is no scene 'c2_03_cold_hans'\n")
    assert "^^^^" in done.stderr
    assert "did you mean 'c2_03_cold_hands'?" in done.stderr


def test_a_condition_that_makes_no_sense_is_a_diagnostic(tmp_path):
    done = at("c2_03_cold_hands", "--where", "alive.nam_ar and noise >= 4", tmp_path=tmp_path)
    assert done.returncode == 1
    assert "--where:1:7: error H022: there is no person 'nam_ar'" in done.stderr
    assert "did you mean 'nam_ra'?" in done.stderr


def test_what_is_not_found_is_one_line(tmp_path):
    done = at("c2_03_cold_hands", "--where", "noise >= 9 and alive.on_jo", "--budget", "0.5", tmp_path=tmp_path)
    assert done.returncode == 1
    assert re.fullmatch(
        r"[\d,]+ runs tried in \d\.\d s: [\d,]+ came to c2_03_cold_hands, and 'noise >= 9' never held there\n",
        done.stderr,
    )
    assert not list((tmp_path / "saves").rglob("g*.json"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["play", "--where", "noise >= 1"],
        ["play", "--budget", "3"],
        ["play", "--at", "x", "--budget", "0"],
        ["play", "--at", "x", "--budget", "soon"],
        ["play", "--inspect", "--plain"],
        ["watch", "--where", "noise >= 1"],
        ["watch"],
    ],
)
def test_what_cannot_be_is_usage(arguments, tmp_path):
    done = hyosan(*arguments, HYOSAN_SAVES=str(tmp_path / "saves"))
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_watch_says_that_it_needs_a_terminal(tmp_path):
    done = hyosan("watch", str(story(tmp_path / "s")))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "hyosan watch needs a terminal; hyosan check lists a story's problems without one.\n"


def test_watch_of_a_folder_that_is_not_there(tmp_path):
    done = hyosan("watch", str(tmp_path / "none"))
    assert done.returncode == 1
    assert "does not exist" in done.stderr


# --- in a terminal ----------------------------------------------------------------------------------


@pytest.mark.skipif(Terminal is None, reason="needs a pty")
@pytest.mark.parametrize(
    ("story", "file", "at", "line", "to", "seconds"),
    [
        (SMALL, "02-lane.yaml", "lane", "cart is in the ditch", "well", 1),
        pytest.param(
            *(SHIPPED, "02-doors.yaml", "c2_03_cold_hands", "Desks stand to", "c2_03b_the_window", 5),
            marks=pytest.mark.slow,
        ),
    ],
    ids=["small", "shipped"],
)
def test_an_edit_shows_in_the_terminal_within_a_second(tmp_path, story, file, at, line, to, seconds):
    # What is waited for besides the processor is a constant, and it is little.
    assert EVERY + SETTLE <= 0.5
    edited = f"now {line}"
    folder = tmp_path / "scenes"
    shutil.copytree(story, folder)
    cache = str(tmp_path / "cache")
    terminal = Terminal(tmp_path, "watch", str(folder), "--at", at, columns=100, rows=45, HYOSAN_CACHE=cache)
    try:
        terminal.until(line)
        chapter = folder / file
        text = chapter.read_text(encoding="utf-8")
        assert line in text
        assert f"goto: {to}" in text

        before = terminal.cpu
        chapter.write_text(text.replace(line, edited), encoding="utf-8")
        terminal.until(edited)
        took = terminal.cpu - before
        terminal.until(f"{file} reloaded")

        chapter.write_text(text.replace(f"goto: {to}", f"goto: {to}x"), encoding="utf-8")
        terminal.until(f"there is no scene '{to}x'")
        chapter.write_text(text, encoding="utf-8")
        terminal.until(line)
        terminal.press("v")
        terminal.until("Inspector")
        terminal.press("\x1b")
        terminal.until("v Inspect")
        terminal.press("q")
        assert terminal.ends() == 0
    finally:
        terminal.child.close(force=True)
    assert not (tmp_path / "saves").exists()
    # Of the processor, which other tests use as well: by the clock it is half a second on an idle machine.
    assert took < seconds, f"{took:.2f} s of the processor from saving to seeing"


@pytest.mark.skipif(Terminal is None, reason="needs a pty")
@pytest.mark.parametrize(
    ("story", "file", "at", "old", "new"),
    [
        (SMALL, "02-lane.yaml", "lane", "cart is in the ditch", "cart lies in the ditch"),
        pytest.param(
            SHIPPED, "02-doors.yaml", "c2_03_cold_hands", "Desks stand to", "Chairs stand to", marks=pytest.mark.slow
        ),
    ],
)
def test_a_changed_word_is_proved_again_in_the_terminal(tmp_path, story, file, at, old, new):
    folder = tmp_path / "scenes"
    shutil.copytree(story, folder)
    terminal = Terminal(
        tmp_path, "watch", str(folder), "--at", at, columns=140, rows=45, HYOSAN_CACHE=str(tmp_path / "cache")
    )
    try:
        terminal.wait_for(lambda: "proving…".encode() in terminal.raw, 60)
        terminal.until_not("proving…", 60)
        chapter = folder / file
        text = chapter.read_text(encoding="utf-8")
        assert old in text
        drawn = len(terminal.raw)
        chapter.write_text(text.replace(old, new), encoding="utf-8")
        saved = time.monotonic()
        terminal.until(new)
        # It may have come and gone before anybody looked at the screen.
        terminal.wait_for(lambda: "proving…".encode() in terminal.raw[drawn:], 60)
        terminal.until_not("proving…", 60)
        took = time.monotonic() - saved
        terminal.press("q")
        assert terminal.ends() == 0
    finally:
        terminal.child.close(force=True)
    print(f"{took:.2f} s from saving to the verdict")


@pytest.mark.skipif(Terminal is None, reason="needs a pty")
def test_a_problem_opens_in_the_terminal_with_all_of_its_undo(tmp_path):
    folder = ROOT / "tests" / "stories" / "defects" / "always-the-rope"
    terminal = Terminal(tmp_path, "prove", str(folder), "--open", "1", HYOSAN_CACHE=str(tmp_path / "cache"))
    try:
        terminal.until("Lend him the rope.")
        terminal.press("r")
        terminal.until("He waves with the whole arm.")
        terminal.press("u")
        terminal.until("Lend him the rope.")
        terminal.press("u")
        terminal.until_not("Lend him the rope.")
        terminal.press("q")
        assert terminal.ends() == 0
    finally:
        terminal.child.close(force=True)
