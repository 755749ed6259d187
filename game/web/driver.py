"""The driver of a game that is played in a browser: textual-serve's, less what a page could do with it."""

from __future__ import annotations

import json
import os
import selectors
import signal
import sys
from typing import Any, cast

from textual import events
from textual.app import App
from textual.drivers._byte_stream import ByteStream
from textual.drivers.web_driver import WebDriver
from textual.message import Message

from game.tui import tap
from game.tui.terminal import Leaving
from game.tui.typed import TypedDriver

FROM_THE_SERVER = frozenset(("resize", "quit"))
"""What the server tells a game. Whether the page has the focus does not matter: it has nothing else to look at."""


class ServedDriver(TypedDriver, WebDriver):
    """Speaks packets with the server: see `textual.drivers.web_driver`. Delivers no files and opens no pages."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        assert sys.__stdin__ is not None
        self._in = sys.__stdin__.fileno()
        self._tapped = bool(os.environ.get("HYOSAN_TAP"))

    def run_input_thread(self) -> None:
        """Read until the driver is told to stop, or the server is gone."""
        try:
            self._read_packets()
        except Exception as error:
            self._loop.call_soon_threadsafe(cast(Leaving, self._app).crashed, error)

    def _read_packets(self) -> None:
        packets = ByteStream()
        with selectors.SelectSelector() as selector:
            selector.register(self._in, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if not selector.select(self.patience):
                    self.silence()
                    continue
                data = os.read(self._in, 65536)
                if not data:
                    self._loop.call_soon_threadsafe(cast(Leaving, self._app).leave_for, int(signal.SIGHUP))
                    return
                for kind, payload in packets.feed(data):
                    if kind == "D":
                        self.typed(payload)
                    elif (told := json.loads(payload)).get("type") in FROM_THE_SERVER:
                        self.on_meta(told["type"], told)

    def process_message(self, message: Message) -> None:
        # How large it is, a game hears from the server, which has looked at it; not from what is typed.
        if not isinstance(message, events.Resize):
            super().process_message(message)

    def write(self, data: str) -> None:
        if self._tapped:
            tap.check(data)
        super().write(data)

    def open_url(self, url: str, new_tab: bool = True) -> None:
        """Nothing opens."""

    def _deliver_file(self, *args: object, **options: object) -> None:
        """Nothing is delivered."""
