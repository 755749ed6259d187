"""Running an app to its end, whatever the end: a signal, a terminal that is gone, or a fault of the program."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

from game import __version__
from game.story.clean import FORBIDDEN

if TYPE_CHECKING:
    from textual.driver import Driver

    from game.tui.app import HyosanApp

CRASHED = 70
"""The exit code after a fault of the program (EX_SOFTWARE)."""

DEADLINE = 3.0
"""Seconds to leave in, once told to. A terminal that reads nothing can keep a program waiting for ever."""

TWICE = 0.2
"""Seconds after which another signal means that the first was not enough. A closing terminal sends two at once."""

REPORTS = 10
"""How many crash reports are kept."""

SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")


def driver_class() -> type[Driver] | None:
    """Our driver for Unix terminals; None, for Textual's own choice, elsewhere."""
    if sys.platform == "win32":
        return None
    from game.tui.terminal import UnixDriver

    return UnixDriver


class Told:
    """A context in which signals tell an app to end: the first one in good order, the second at once."""

    def __init__(self, app: HyosanApp) -> None:
        self.app = app
        self.number = 0
        """The signal that came, or 0."""
        self._since = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Told:
        for name in SIGNALS:
            number = getattr(signal, name, None)
            # Whoever started us with a signal ignored (nohup) wants it ignored.
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                with suppress(ValueError, OSError):
                    # A handler of asyncio's would wait for the loop, and the loop may wait for the terminal.
                    self._before[number] = signal.signal(number, self._signalled)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def listening(self, loop: asyncio.AbstractEventLoop) -> None:
        """The app runs, in `loop`: what came before is told now."""
        self._loop = loop
        if self.number:
            self.app.leave_for(self.number)

    def _signalled(self, number: int, _: FrameType | None) -> None:
        now = time.monotonic()
        if self.number:
            if now - self._since >= TWICE:
                self.give_up(number)
            return
        self.number, self._since = number, now
        self.hurry(number)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.app.leave_for, number)

    def hurry(self, number: int) -> None:
        """End within the deadline."""
        timer = threading.Timer(DEADLINE, self.give_up, (number,))
        timer.daemon = True
        timer.start()

    def give_up(self, number: int) -> None:
        """End now. Nothing is lost: a turn is on disk before anybody sees it."""
        abandon: Callable[[], None] | None = getattr(self.app.driver, "abandon", None)
        if abandon is not None:
            abandon()
        os._exit(128 + number)


def run(app: HyosanApp, mouse: bool = True) -> int:
    """Run an app until the player leaves.

    Returns the exit code: 0; 128 and the signal's number; or `CRASHED`, with a report written and the player told.
    """
    with Told(app) as told:
        app.told = told
        try:
            app.run(mouse=mouse)
            error = app.crash
        except Exception as outside:
            error = outside
        if app.session is not None:
            # The terminal is given back already: a slow disk may have a little longer, unless the system is waiting.
            app.session.settle(0.5 if (app.return_code or 0) >= 128 else 5.0)
    if error is None:
        return app.return_code or 0
    print(explain(app, error), file=sys.__stderr__)
    return CRASHED


def explain(app: HyosanApp, error: Exception) -> str:
    """Write a report of a crash. Returns what to tell the player."""
    kept = app.session is not None and bool(app.session.slot) and not app.session.problem
    safe = "\nYour run is saved up to the last choice." if kept else ""
    said = f"hyosan: something went wrong in the program ({type(error).__name__}).{safe}"
    try:
        file = write_report(report(app, error))
    except OSError as problem:
        return f"{said}\nNo report could be written ({problem.strerror or problem})."
    return f"{said}\nA report that helps to mend it:\n{file}"


def report(app: HyosanApp, error: Exception) -> str:
    """All that is needed to see a crash again: versions, terminal, the run without the player's name, and where."""
    import platform
    import traceback
    from importlib.metadata import version

    lines = [
        f"hyosan {__version__}, Textual {version('textual')}, Python {platform.python_version()}",
        f"system: {platform.platform()}",
        f"terminal: TERM={os.environ.get('TERM', '')} {app.size.width}x{app.size.height}",
        f"story: {app.front.id} {app.front.version}",
        f"screens: {' '.join(app.crash_on)}",
    ]
    if app.session is not None:
        run = app.session.run
        lines.append(f"seed: {run.seed}, turn {run.turn} of {len(run.steps)}")
        lines.append(f"choices: {' '.join(run.log)}")
    text = "\n".join(lines) + "\n\n" + "".join(traceback.format_exception(error))
    # What an error quotes may act on the terminal the report is read in.
    return FORBIDDEN.sub(lambda found: ascii(found.group())[1:-1], text)


def reports_folder() -> Path:
    """Where crash reports are kept: HYOSAN_LOGS, or the platform's place for logs."""
    if folder := os.environ.get("HYOSAN_LOGS"):
        return Path(folder)
    from platformdirs import user_log_path

    return user_log_path("hyosan")


def write_report(text: str) -> Path:
    """Write a report to a file of its own, and take the oldest ones away. Raises `OSError`."""
    from datetime import UTC, datetime

    folder = reports_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stem = f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    for number in range(1, 1000):
        file = folder / (f"{stem}.txt" if number == 1 else f"{stem}-{number}.txt")
        with suppress(FileExistsError):
            with open(file, "x", encoding="utf-8") as out:
                out.write(text)
            break
    else:
        raise FileExistsError(17, "too many reports", str(folder))
    for old in sorted(folder.glob("crash-*.txt"))[:-REPORTS]:
        with suppress(OSError):
            old.unlink()
    return file
