"""The game in a real terminal: a run from the title to the end, signals, and what the environment says."""

from __future__ import annotations

import re

import pytest

from tests.ptys import Terminal, terminals


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


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (60, 20), (140, 45)])
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
    made = terminal(NO_COLOR="1")
    made.until("New run")
    assert not re.search(rb"[34]8;[25];", made.raw), "no colour of our own: only the terminal's"


def test_a_dumb_terminal_gets_the_game_line_by_line(terminal):
    made = terminal("--seed", "1", TERM="dumb")
    assert "\x1b[" not in made.until("Moon Ye-rin is waiting")
