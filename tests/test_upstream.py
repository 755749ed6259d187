"""The faults of Textual that game/tui/terminal.py and game/tui/leaving.py stand in for are still there.

A test that fails here is good news: the fault is mended upstream, and the workaround it names can go.
"""

from __future__ import annotations

import inspect
import os
import pty
import shutil
import sys
import threading
from types import SimpleNamespace

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver

if sys.platform == "win32":
    pytest.skip("the driver of Unix terminals", allow_module_level=True)

from textual.drivers.linux_driver import LinuxDriver


def reading(fileno: int) -> LinuxDriver:
    """Textual's driver as far as its input thread needs it, reading `fileno`."""
    driver = LinuxDriver.__new__(LinuxDriver)
    driver.fileno = fileno
    driver.exit_event = threading.Event()
    driver._debug = False
    driver._in_band_window_resize = False
    driver.process_message = lambda message: None  # type: ignore[method-assign]
    return driver


def test_a_byte_that_is_no_utf_8_still_ends_the_input_thread():
    """Workaround: `TypedDriver` decodes with errors="replace" (textual #6456, #6668)."""
    there, here = os.pipe()
    os.write(here, b"\xe9\xe9")
    with pytest.raises(UnicodeDecodeError):
        reading(there).run_input_thread()


def test_the_end_of_input_is_still_read_again_and_again(monkeypatch):
    """Workaround: `UnixDriver._read_input` leaves when there is nothing to read any more (textual PR 6690)."""
    there, here = os.pipe()
    os.close(here)
    driver = reading(there)
    reads = []
    read = os.read

    def count(fileno: int, size: int) -> bytes:
        reads.append(fileno)
        if len(reads) >= 1000:
            driver.exit_event.set()
        return read(fileno, size)

    monkeypatch.setattr("textual.drivers.linux_driver.os.read", count)
    driver.run_input_thread()
    assert len(reads) >= 1000


def test_being_continued_still_resumes_what_was_never_stopped():
    """Workaround: `UnixDriver._sigcont_application`."""
    resumed = []
    stands_in = SimpleNamespace(
        _auto_restart=True, _must_signal_resume=False, resume_application_mode=lambda: resumed.append(1)
    )
    LinuxDriver._sigcont_application(stands_in)  # type: ignore[arg-type]
    assert resumed


def test_coming_back_from_the_shell_still_draws_nothing():
    """Workaround: `HyosanApp.on_driver_signal_resume`."""
    assert "refresh" not in inspect.getsource(App._resume_signal)


def test_any_size_is_still_believed(monkeypatch):
    """Workaround: `UnixDriver._get_terminal_size`, and for sizes told in band `process_message`."""
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_: os.terminal_size((65535, 65535)))
    assert LinuxDriver._get_terminal_size(reading(0)) == (65535, 65535)
    (told,) = XTermParser().feed("\x1b[48;65535;65535;1;1t")
    assert isinstance(told, events.Resize)
    assert told.size == (65535, 65535)


def test_a_change_of_size_is_still_told_from_within_the_signal_handler():
    """Workaround: `UnixDriver.start_application_mode`. The handler does enough to be interrupted by the next signal."""
    source = inspect.getsource(LinuxDriver.start_application_mode)
    assert "signal.signal(signal.SIGWINCH, on_terminal_resize)" in source
    assert "add_signal_handler" not in source


def test_a_paste_without_an_end_still_swallows_every_key():
    """Workaround: `game.tui.intake`."""
    parser = XTermParser()
    assert list(parser.feed("\x1b[200~" + "x" * 100_000)) == []
    assert list(parser.feed("\x11")) == []


def test_a_key_there_cannot_be_still_ends_the_parser():
    """Workaround: `TypedDriver._hand_on` takes a new parser."""
    parser = XTermParser()
    with pytest.raises((ValueError, OverflowError)):
        list(parser.feed("\x1b[99999999999;1u"))


def test_writing_still_waits_for_a_writer_that_is_gone():
    """Workaround: `UnixDriver._put`."""
    from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread

    master, slave = pty.openpty()
    with open(slave, "w", closefd=False) as file:
        writer = WriterThread(file)
        for _ in range(MAX_QUEUED_WRITES):
            writer.write("x")
        waits = threading.Thread(target=writer.write, args=("x",), daemon=True)
        waits.start()
        waits.join(0.2)
        assert waits.is_alive(), "nobody reads the queue, and writing waits all the same"
        writer._queue.queue.clear()
        writer._queue.put("x")
    os.close(master)
    os.close(slave)


def test_no_signal_that_ends_a_process_is_handled():
    """Workaround: `game.tui.leaving.Told` (textual #5140)."""
    sources = inspect.getsource(LinuxDriver) + inspect.getsource(Driver) + inspect.getsource(App)
    assert "SIGTERM" not in sources
    assert "SIGHUP" not in sources


async def test_what_a_text_says_is_still_done_when_it_is_clicked():
    """Workaround: `HyosanApp._broker_event` and `run_action`."""
    from textual.widgets import Static

    class Stock(App[None]):
        done = 0

        def compose(self):
            yield Static("[@click=app.act]Open[/]")

        def action_act(self) -> None:
            self.done += 1

    app = Stock()
    async with app.run_test() as pilot:
        await pilot.click(Static)
        assert app.done == 1


def test_a_crash_is_still_shown_as_a_page_of_variables():
    """Workaround: `HyosanApp._handle_exception`."""
    assert "show_locals=True" in inspect.getsource(App._fatal_error)
