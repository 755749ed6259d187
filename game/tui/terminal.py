"""The terminal, with the edges of Textual's driver taken off that end a game."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from textual.driver import Driver

WIDEST, HIGHEST = 1000, 500
"""A terminal that claims to be larger is not believed: laying out its screen would take for ever."""


def driver_class() -> type[Driver] | None:
    """Our driver for Unix terminals; None, for Textual's own choice, elsewhere."""
    if sys.platform == "win32":
        return None
    from textual.drivers import linux_driver

    # A terminal may send bytes that are no UTF-8 (old mouse reports, a stray paste): read them as U+FFFD. The driver
    # makes its decoder by this name, without a say in what happens to such bytes.
    strict = vars(linux_driver)["getincrementaldecoder"]

    def lenient(encoding: str) -> Any:
        return partial(strict(encoding), errors="replace")

    if getattr(strict, "__name__", "") != "lenient":
        vars(linux_driver)["getincrementaldecoder"] = lenient

    class UnixDriver(linux_driver.LinuxDriver):
        def _sigcont_application(self, *args: object) -> None:
            # Continued without having been stopped by us (SIGSTOP, a service manager): there is nothing to resume,
            # and resuming would start a second reader of the same terminal.
            if self._must_signal_resume:
                super()._sigcont_application(*args)

        def _get_terminal_size(self) -> tuple[int, int]:
            width, height = super()._get_terminal_size()
            return min(width, WIDEST), min(height, HIGHEST)

    return UnixDriver
