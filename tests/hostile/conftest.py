"""Ways to put a hostile file before the game, and to see that what it says is nothing but text."""

from __future__ import annotations

import gc
import io
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from game.cli import run
from game.story.clean import FORBIDDEN
from tests import pilots
from tests.hostile.small import HOST, Hostile

SECONDS = 2.0
RUBBISH = (50_000, 20, 50)
"""How often rubbish is looked for, as `game.__main__` has it."""


@pytest.fixture(autouse=True)
def _as_the_program_does() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*RUBBISH)
    yield
    gc.set_threshold(*before)


@pytest.fixture(autouse=True)
def _read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pilot presses keys faster than anybody reads; what comes of that is asked in tests/tui/test_patience.py."""
    monkeypatch.setattr("game.tui.patience.Patience.early", lambda self, event: False)
    pilots.quick(monkeypatch)


@contextmanager
def soon(seconds: float = SECONDS) -> Iterator[None]:
    """What is inside takes less than so many seconds of processor time."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds


def put(hostile: Hostile, folder: Path) -> Path:
    """A story that is well, with a hostile file in it."""
    home = folder / "story"
    home.mkdir()
    for name, text in HOST.items():
        (home / name).write_text(text, encoding="utf-8")
    (home / hostile.file).write_bytes(hostile.content)
    return home


def only_text(said: str) -> str:
    """What was printed, in which there is nothing a terminal could act on."""
    found = FORBIDDEN.search(said)
    assert found is None, f"U+{ord(found.group()):04X} in {said[max(0, found.start() - 60) : found.end() + 20]!r}"
    return said


Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(capsys, monkeypatch, tmp_path) -> Say:
    """Carries out a command with these answers: its exit code, and all it prints."""
    monkeypatch.setenv("HYOSAN_CONFIG", str(tmp_path / "config"))

    def _say(*arguments: object, answers: str = "") -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(answers))
        code = run([str(a) for a in arguments])
        captured = capsys.readouterr()
        return code, only_text(captured.out + captured.err)

    return _say
