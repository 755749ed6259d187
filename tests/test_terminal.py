"""The game in a real terminal: a run from the title to the end, signals, and what the environment says."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.ptys import ROOT, STORY, Terminal, terminals

SMALL = ("play", str(STORY), "--seed", "1")
FIRST = "Walk up with her."
"""The small story, for what any story is good for, and what can be read on its first page."""


@pytest.fixture
def terminal(tmp_path):
    with terminals(tmp_path) as make:
        yield make


def begin(terminal, *arguments: str, **options) -> Terminal:
    """A terminal at the first scene of a new run."""
    made: Terminal = terminal(*arguments, **options)
    made.until("New run")
    made.press("n")
    made.until("This story contains")
    made.turn("\r")
    made.until_not("This story contains")
    made.until("name")
    made.turn("\r")
    made.until("Moon Ye-rin is waiting")
    return made


@pytest.mark.parametrize(
    ("columns", "rows"), [(60, 20), *(pytest.param(*size, marks=pytest.mark.slow) for size in ((80, 24), (140, 45)))]
)
def test_a_run_in_a_terminal_new_choose_undo_save_quit_continue(terminal, columns, rows):
    first = begin(terminal, columns=columns, rows=rows)
    first.turn("1")
    first.until("Tick archery")
    first.press("u")
    first.until_not("Tick archery")
    first.turn("3")
    first.until("Tick archery")
    first.press("s")
    first.until("name")
    first.press("before the form\r")
    first.until("Saved as before the form")
    first.press("q")
    assert first.ends() == 0

    again = terminal(columns=columns, rows=rows)
    again.until("Continue")
    again.press("\r")
    again.until("Tick archery")
    again.press("u")
    again.until_not("Tick archery")
    again.press("l")
    again.until("before the form")
    again.press("q")
    assert again.ends() == 0


def test_no_color_means_no_colour(terminal):
    made = terminal("play", str(STORY), NO_COLOR="1")
    made.until("New run")
    assert not re.search(rb"[34]8;[25];", made.raw), "no colour of our own: only the terminal's"


BLIND: list[dict[str, object]] = [{"TERM": ""}, {"unset": ("TERM",)}, {"TERM": "unknown"}]


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, *(pytest.param(env, marks=pytest.mark.slow) for env in BLIND)])
def test_a_terminal_that_cannot_place_text_gets_the_game_line_by_line(terminal, env):
    made = terminal(*SMALL, **env)
    made.until(FIRST)
    assert b"\x1b" not in made.raw


def test_a_terminal_nobody_has_heard_of_gets_the_screens(terminal):
    made = terminal(*SMALL, TERM="no-such-terminal")
    made.until(FIRST)
    made.press("q")
    assert made.ends() == 0
    made.check_restored()


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "ascii", "LANG": "C", "LC_ALL": "C"},
        pytest.param({"LANG": "C", "LC_ALL": "C"}, marks=pytest.mark.slow),
        pytest.param({"PYTHONIOENCODING": "latin-1", "LANG": "C"}, marks=pytest.mark.slow),
    ],
)
def test_the_screens_are_utf_8_whatever_the_environment_says(terminal, env):
    made = terminal(*SMALL, "--name", "남온조", **env)
    shown = made.until(FIRST)
    assert "—" in shown
    assert "남온조" in shown.replace(" ", "")
    assert b"\\u" not in made.raw
    made.press("q")
    assert made.ends() == 0


def test_messages_may_go_elsewhere_and_the_screens_stay(terminal, tmp_path):
    made = terminal(
        "-c", f'exec "$0" -m game "$@" 2>"{tmp_path / "messages"}"', sys.executable, *SMALL, program="/bin/sh"
    )
    made.until(FIRST)
    made.press("q")
    assert made.ends() == 0
    made.check_restored()
    assert (tmp_path / "messages").read_bytes() == b""


NOTHING = subprocess.DEVNULL


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"stdin": NOTHING, "stdout": subprocess.PIPE}, 0),
        ({"stdin": NOTHING, "stdout": NOTHING, "stderr": NOTHING}, 0),
        ({"stdout": subprocess.PIPE, "preexec_fn": lambda: os.close(0)}, 0),
        ({"stdin": NOTHING, "preexec_fn": lambda: os.close(1)}, 0),
    ],
    ids=["no keys", "nothing at all", "input closed", "output closed"],
)
def test_without_a_terminal_it_ends_and_does_not_spin(tmp_path, how, code):
    env = {**os.environ, "HYOSAN_SAVES": str(tmp_path), "HYOSAN_CONFIG": str(tmp_path), "TERM": "xterm"}
    before = os.times()
    done = subprocess.run([sys.executable, "-m", "game", *SMALL], cwd=ROOT, env=env, timeout=20, **how)
    after = os.times()
    assert done.returncode == code
    assert after.children_user - before.children_user < 5
