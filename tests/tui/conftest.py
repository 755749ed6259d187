"""A small story, saves in a temporary folder, and ways to look at what is on the screen."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual._compositor import Compositor, visible_screen_stack
from textual.app import App
from textual.pilot import Pilot
from textual.screen import UPDATE_PERIOD

from game.engine import Machine, Run
from game.saves import SaveError, Saves
from game.story import load_story
from game.tui.app import HyosanApp
from game.tui.settings import Settings

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


PAINT = Compositor.render_update


def unpainted(self: Compositor, full: bool = False, screen_stack=None, simplify: bool = False) -> None:
    """Paint nothing: there is no terminal, and a test that asks what is on the screen has it painted (`screen_lines`).

    A third of the time; what is painted in a terminal, and when, is asked in test_snapshots and tests/test_terminal.
    """
    visible_screen_stack.set([] if screen_stack is None else screen_stack)
    self._dirty_regions.clear()


KNOWN = set(threading.enumerate())
"""The threads there are before any app."""


def working(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether a thread is at work for the app: one of its own, or one of the loop's, which stay when they are idle."""
    pool = loop._default_executor  # type: ignore[attr-defined]
    if pool is not None and (pool._work_queue.qsize() or pool._idle_semaphore._value < len(pool._threads)):
        return True
    return any(not thread.name.startswith("asyncio_") for thread in set(threading.enumerate()) - KNOWN)


async def quiet(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Wait until nothing is left to do: no task is ready, and none will be before the next picture would be drawn.

    Textual's own way looks at how much the process computes, in naps of 20 ms, three a key; on a busy machine, a
    process that is not let run looks as if it had nothing to do.
    """
    loop = asyncio.get_running_loop()
    end = time.monotonic() + max_sleep
    pictures = 0
    while time.monotonic() < end:
        await asyncio.sleep(0)
        if loop._ready:  # type: ignore[attr-defined]
            continue
        if working(loop):
            used = time.process_time()
            await asyncio.sleep(0.004)
            # A thread that computes nothing waits for another process, and may do so for long.
            if time.process_time() - used > 0.002:
                continue
        soon = [timer.when() for timer in loop._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
        wait = min(soon, default=end) - loop.time()
        # What comes again and again, such as a look at the story's files, is not waited for.
        if wait > 2 * UPDATE_PERIOD or pictures == 3:
            break
        pictures += 1
        await asyncio.sleep(max(0, wait))


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
    monkeypatch.setattr("textual.app.wait_for_idle", quiet)
    monkeypatch.setattr("textual.pilot.wait_for_idle", quiet)
    monkeypatch.setattr(Compositor, "render_update", unpainted)


@pytest.fixture
def painted(_own_folders, monkeypatch):
    """The app paints, as it does in a terminal."""
    monkeypatch.setattr(Compositor, "render_update", PAINT)


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
