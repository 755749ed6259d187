"""The terminal, with the edges of Textual's driver taken off that end a game.

Each thing that is done otherwise than Textual does it stands for a fault of its driver; tests/test_upstream.py shows
that the fault is still there, and fails when it is not, so that the workaround can go.
"""

from __future__ import annotations

import os
import queue
import selectors
import signal
import sys
import termios
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, cast

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from game.tui import tap
from game.tui.typed import TypedDriver

if TYPE_CHECKING:
    from textual.app import App

WIDEST, HIGHEST = 1000, 500
"""A terminal that claims to be larger is not believed: laying out its screen would take for ever."""

SETTLE = 0.02
"""Seconds in which several changes of size count as one."""

RESTORE = "\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l\x1b[0m"
"""What leaves a terminal as it was, whatever was being drawn."""


class Leaving(Protocol):
    """An app that can be told to end, from its own loop, for the reason that a signal's number gives."""

    def leave_for(self, number: int) -> None: ...

    def crashed(self, error: Exception) -> None: ...


class UnixDriver(TypedDriver, LinuxDriver):
    """Textual's driver for Unix terminals; what a terminal can do to it ends no game."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        assert sys.__stdout__ is not None
        if self._file is None or not self._file.isatty():
            # Messages go elsewhere (2>log); the screens do not.
            self._file = sys.__stdout__
        encoding = getattr(self._file, "encoding", "")
        if encoding.lower().replace("-", "") != "utf8" and hasattr(self._file, "reconfigure"):
            # Keys are read as UTF-8 whatever the locale says; so is what is drawn.
            self._file.reconfigure(encoding="utf-8", errors="replace")
        self._told_size = False
        """Whether the app is about to be told of a new size."""
        self._tapped = bool(os.environ.get("HYOSAN_TAP"))

    # --- how large it is ---

    def _get_terminal_size(self) -> tuple[int, int]:
        return believed(*super()._get_terminal_size())

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]
        # Textual's handler of a change of size can be interrupted by the next one, and so on: a window that is dragged
        # fast enough is a RecursionError. Ours does nothing while a change is waiting to be told. (The loop's own
        # handlers would do as little, but their wake-up pipe fills, and Python then waits for itself.)
        signal.signal(signal.SIGWINCH, self._resized)

    def _resized(self, *args: object) -> None:
        if not self._told_size:
            self._told_size = True
            self._loop.call_soon_threadsafe(self._loop.call_later, SETTLE, self._tell_size)

    def _tell_size(self) -> None:
        self._told_size = False
        if self._in_band_window_resize:
            return
        size = Size(*self._get_terminal_size())
        self.send_message(events.Resize(size, size))

    # --- stopped and continued ---

    def _sigcont_application(self, *args: object) -> None:
        # Continued without having been stopped by us (SIGSTOP, a service manager): there is nothing to resume, and
        # resuming would start a second reader of the same terminal.
        if self._must_signal_resume:
            super()._sigcont_application(*args)

    # --- what comes in ---

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Resize) and message.size != (size := Size(*believed(*message.size))):
            message = events.Resize(size, size)
        super().process_message(message)

    def run_input_thread(self) -> None:
        """Read keys until the driver is told to stop, or the terminal is gone."""
        try:
            self._read_input()
        except Exception as error:
            self._loop.call_soon_threadsafe(cast(Leaving, self._app).crashed, error)

    def _read_input(self) -> None:
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if not selector.select(self.patience):
                    self.silence()
                elif data := self._read():
                    self.typed(data)
                else:
                    # Nobody will ever type here again. Textual would go on reading nothing, as fast as it can.
                    self._loop.call_soon_threadsafe(cast(Leaving, self._app).leave_for, int(signal.SIGHUP))
                    return

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 65536)
        except OSError:
            return b""

    # --- what goes out ---

    def write(self, data: str) -> None:
        if self._tapped:
            tap.check(data)
        self._put(data)

    def _put(self, data: str | None) -> None:
        """Hand over to the writer, as long as there is one: with a terminal that is gone it ends."""
        writer = self._writer_thread
        assert writer is not None, "Driver must be in application mode"
        while writer.is_alive():
            with suppress(queue.Full):
                writer._queue.put(data, timeout=0.2)
                return

    def close(self) -> None:
        if self._writer_thread is not None:
            self._put(None)
            self._writer_thread.join()

    def abandon(self) -> None:
        """Leave the terminal as it was, at once, even if it takes nothing any more. The process ends after this."""
        with suppress(OSError, ValueError, termios.error):
            if self.attrs_before is not None:
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
            # A way of our own to the terminal: on the one we were given, not waiting would hold for the shell as well.
            own = os.open(os.ttyname(self.fileno), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
            for _ in range(50):
                self._interrupt_writer()
                termios.tcflush(own, termios.TCOFLUSH)
                with suppress(BlockingIOError):
                    os.write(own, RESTORE.encode())
                    return
                time.sleep(0.005)

    def _interrupt_writer(self) -> None:
        """Get the writer out of a write that the terminal does not take: until then nobody else can write."""
        writer = self._writer_thread
        if writer is None or not writer.is_alive() or writer.ident is None:
            return
        # Not through the queue's own methods: we may have been called in the middle of one.
        writer._queue.queue.clear()
        # Any signal that has a handler does; this one has had one since the driver was made.
        signal.pthread_kill(writer.ident, signal.SIGCONT)
        out = time.perf_counter() + 0.002
        while time.perf_counter() < out:
            # It is on its way out, and cannot begin again while this thread does not let go of the interpreter.
            pass


def believed(width: int, height: int) -> tuple[int, int]:
    """The size of a terminal that says it has this one."""
    return max(1, min(width, WIDEST)), max(1, min(height, HIGHEST))
