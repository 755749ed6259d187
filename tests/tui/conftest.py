"""A small story, saves in a temporary folder, and ways to look at what is on the screen."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.app import App
from textual.pilot import Pilot

from game.engine import Machine, Run
from game.saves import SaveError, Saves
from game.story import load_story
from game.tui.app import HyosanApp
from game.tui.settings import Settings
from tests import pilots

STORY = Path(__file__).parent / "story"
SIZES = [(60, 20), (80, 24), (140, 45), (200, 60)]


@cache
def machine() -> Machine:
    loaded = load_story(STORY)
    assert loaded.story is not None, [d.render() for d in loaded.diagnostics]
    return Machine(loaded.story)


def screen_lines(app: App[int]) -> list[str]:
    """What stands on the screen, line by line."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips(app.size)]


def screen_text(app: App[int]) -> str:
    return "\n".join(screen_lines(app))


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys one after the other, each once what came before is on the screen."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


async def resize(pilot: Pilot[int], size: tuple[int, int]) -> None:
    """Change the size of the terminal, and wait until the screen has it."""
    await pilot.resize_terminal(*size)
    for _ in range(200):
        await pilot.pause()
        app = pilot.app
        if app.screen.size == size and [line for line in screen_lines(app) if cell_len(line) != size[0]] == []:
            await pilot.pause()
            return
    raise AssertionError(f"still {pilot.app.screen.size}")


class Faulty(Saves):
    """Saves on a disk that is full whenever `full` says so."""

    full = False

    def write(self, slot: str, run: Run, *, title: str = "", played: int = 0) -> None:
        if self.full:
            raise SaveError("No space left on the disk.")
        super().write(slot, run, title=title, played=played)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("HYOSAN_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv("NO_COLOR", raising=False)
    # Pilot presses keys faster than anybody reads; what comes of that is asked in tests/tui/test_patience.py.
    monkeypatch.setattr("game.tui.patience.Patience.early", lambda self, event: False)
    pilots.quick(monkeypatch)


@pytest.fixture
def painted(_own_folders, monkeypatch):
    """The app paints, as it does in a terminal."""
    pilots.paint(monkeypatch)


@pytest.fixture
def saves(tmp_path) -> Faulty:
    return Faulty(tmp_path / "saves", machine().story)


@pytest.fixture
def make(saves) -> Callable[..., HyosanApp]:
    """Makes an app on the title page, or in a run after the choices with these numbers."""

    def _make(*picks: int, play: bool = True, noted: bool = True) -> HyosanApp:
        run = None
        if play:
            run = Run.new(machine(), 1)
            for pick in picks:
                run = run.choose([o for o in run.options() if o.open][pick - 1].choice.id)
        settings = Settings.load()
        settings.noted = [machine().story.id] if noted else []
        return HyosanApp(machine(), saves, seed=1, start=run, settings=settings)

    return _make
