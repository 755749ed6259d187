"""Apps without a terminal, which tests press keys in: what makes them quick."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.screen import UPDATE_PERIOD

PAINT = Compositor.render_update


def unpainted(self: Compositor, full: bool = False, screen_stack=None, simplify: bool = False) -> None:
    """Paint nothing: there is no terminal, and a test that asks what is on the screen has it painted (`screen_lines`).

    A third of the time; every screen is painted as in a terminal in tui/test_tap, and in a real one in test_terminal.
    """
    visible_screen_stack.set([] if screen_stack is None else screen_stack)
    self._dirty_regions.clear()


PARSED: dict[frozenset[tuple[str, str]], dict[tuple[object, ...], list[RuleSet]]] = {}
"""The rules of every style sheet read so far, by the colours they were read with: a fifth of the time of an app."""

BEGIN, COLOUR = Stylesheet.__init__, Stylesheet.set_variables


def begun(self: Stylesheet, *, variables: dict[str, str] | None = None) -> None:
    """Read no style sheet twice with the same colours, whichever app of a process it belongs to.

    Textual keeps what it has read too, but for one app and until the colours change.
    """
    BEGIN(self, variables=variables)
    self._parse_cache = PARSED.setdefault(frozenset((variables or {}).items()), {})  # type: ignore[assignment]


def coloured(self: Stylesheet, variables: dict[str, str]) -> None:
    self._parse_cache = {}  # type: ignore[assignment]
    COLOUR(self, variables)
    self._parse_cache = PARSED.setdefault(frozenset(variables.items()), {})  # type: ignore[assignment]


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


def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have apps paint nothing, read no style sheet twice, and Pilot wait no longer than there is something to do."""
    monkeypatch.setattr("textual.app.wait_for_idle", quiet)
    monkeypatch.setattr("textual.pilot.wait_for_idle", quiet)
    monkeypatch.setattr(Compositor, "render_update", unpainted)
    monkeypatch.setattr(Stylesheet, "__init__", begun)
    monkeypatch.setattr(Stylesheet, "set_variables", coloured)


def paint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have them paint after all."""
    monkeypatch.setattr(Compositor, "render_update", PAINT)
