"""The game in a real terminal: a pty, a real process, and the screen as a terminal would draw it."""

from __future__ import annotations

import os
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
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "game", *arguments],
            cwd=str(ROOT),
            dimensions=(rows, columns),
            timeout=20,
            env={
                **os.environ,
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
                self.stream.feed(self.child.read_nonblocking(65536, timeout=0.05))
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
        return self.child.exitstatus if self.child.signalstatus is None else -self.child.signalstatus


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
