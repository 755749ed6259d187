"""The game in a real terminal: a pty, a real process, and the screen as a terminal would draw it."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect")
pyte = pytest.importorskip("pyte")

ROOT = Path(__file__).parents[1]


class Terminal:
    """A process in a terminal of `columns` x `rows`, and what its screen shows."""

    def __init__(self, folder: Path, *arguments: str, columns: int = 80, rows: int = 24, **env: str) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "game", *arguments],
            cwd=str(ROOT),
            dimensions=(rows, columns),
            timeout=20,
            env={
                # A size in the environment would win over the terminal's own.
                **{name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")},
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "HYOSAN_SAVES": str(folder / "saves"),
                "HYOSAN_CONFIG": str(folder / "config"),
                **env,
            },
        )

    def read(self) -> str:
        """The screen as it is now."""
        try:
            while True:
                sent = self.child.read_nonblocking(65536, timeout=0.05)
                self.raw += sent
                self.stream.feed(sent)
        except (pexpect.TIMEOUT, pexpect.EOF):
            pass
        return "\n".join(self.screen.display)

    def until(self, text: str, seconds: float = 20) -> str:
        """The screen once it shows `text`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            shown = self.read()
            if text in shown:
                return shown
        raise AssertionError(f"{text!r} did not appear; the screen shows:\n{shown}")

    def until_not(self, text: str, seconds: float = 20) -> str:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            shown = self.read()
            if text not in shown:
                return shown
        raise AssertionError(f"{text!r} stayed; the screen shows:\n{shown}")

    def press(self, keys: str) -> None:
        self.child.send(keys)

    def ends(self) -> int | None:
        """Wait for the process to end; its exit code, negative for a signal."""
        self.read()
        self.child.expect(pexpect.EOF, timeout=20)
        self.child.close()
        ended: int | None = self.child.exitstatus if self.child.signalstatus is None else -self.child.signalstatus
        return ended


@pytest.fixture
def terminal(tmp_path):
    """Makes terminals whose processes do not outlive the test."""
    made: list[Terminal] = []

    def make(*arguments: str, **options) -> Terminal:
        made.append(Terminal(tmp_path, *arguments, **options))
        return made[-1]

    yield make
    for terminal in made:
        terminal.child.close(force=True)


def begin(terminal, *arguments: str, **options) -> Terminal:
    """A terminal at the first scene of a new run."""
    made: Terminal = terminal(*arguments, **options)
    made.until("New run")
    made.press("n")
    made.until("This story contains")
    made.press("\r")
    made.until_not("This story contains")
    made.until("name")
    made.press("\r")
    made.until("Moon Ye-rin is waiting")
    return made


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (60, 20), (140, 45)])
def test_a_run_in_a_terminal_new_choose_undo_save_quit_continue(terminal, columns, rows):
    first = begin(terminal, columns=columns, rows=rows)
    first.press("1")
    first.until("Tick archery")
    first.press("u")
    first.until_not("Tick archery")
    first.press("3")
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


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_leaves_the_terminal_as_it_was_and_loses_nothing(terminal, name, code):
    first = begin(terminal)
    first.press("1")
    first.until("Tick archery")
    first.child.kill(getattr(signal, name))
    assert first.ends() == code

    again = terminal()
    again.until("Continue")
    again.press("\r")
    again.until("Tick archery")


def test_no_color_means_no_colour(terminal):
    made = terminal(NO_COLOR="1")
    made.until("New run")
    assert not re.search(rb"[34]8;[25];", made.raw), "no colour of our own: only the terminal's"


def test_a_dumb_terminal_gets_the_game_line_by_line(terminal):
    made = terminal("--seed", "1", TERM="dumb")
    assert "\x1b[" not in made.until("Moon Ye-rin is waiting")
