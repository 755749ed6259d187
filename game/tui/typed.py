"""What every driver of ours does with what is typed, wherever it comes from: a terminal, or a page in a browser."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import Any

from textual import events
from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.message import Message

from game.tui.intake import Intake, Pasted

MOST_PENDING = 256
"""Keys and moves of the mouse that may wait to be handled. More is nobody typing: all is dropped until it is quiet."""

ALWAYS = frozenset(("ctrl+q", "ctrl+c"))
"""Keys that are taken however many wait."""


class TypedDriver(Driver):
    """Mixed into a driver: bytes become messages for the app, whatever bytes they are and however many."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._sent = 0
        self._taken = 0
        self._flooded = False
        """Whether more came than anybody types, and still comes."""
        self._intake = Intake()
        self._parser = XTermParser(self._debug)
        # Somebody may send bytes that are no UTF-8 (old mouse reports, a stray paste): they are read as U+FFFD.
        self._decode = getincrementaldecoder("utf-8")("replace").decode

    @property
    def patience(self) -> float:
        """How many seconds to wait for more before `silence` is called."""
        return self._intake.patience

    def took(self) -> None:
        """The app has begun to handle a key or a move of the mouse."""
        self._taken += 1

    def send_message(self, message: Message) -> None:
        if isinstance(message, events.InputEvent):
            self._flooded = self._flooded or self._sent - self._taken >= MOST_PENDING
            if self._flooded and not (isinstance(message, events.Key) and message.key in ALWAYS):
                return
            # One thread counts what is sent, the other what is taken: neither waits for the other.
            self._sent += 1
        super().send_message(message)

    def typed(self, data: bytes) -> None:
        """Hand on what has come."""
        self._hand_on(self._intake.feed(self._decode(data)))

    def silence(self) -> None:
        """Nothing has come for `patience` seconds."""
        pieces = self._intake.rest()
        self._flooded = False
        self._hand_on(pieces)

    def _hand_on(self, pieces: Iterator[str | Pasted]) -> None:
        for piece in pieces:
            if isinstance(piece, Pasted):
                self.process_message(events.Paste(piece.text))
                continue
            if self._flooded and "\x1b" not in piece:
                # A flood: what would be dropped is not even looked at, but for the keys that leave.
                piece = "".join(c for c in piece if c in "\x03\x11")
            try:
                for message in self._parser.feed(piece) if piece else ():
                    self.process_message(message)
            except (ValueError, OverflowError):
                # A sequence that names a key there cannot be. The parser does not get over it.
                self._parser = XTermParser(self._debug)
        for message in self._parser.tick():
            self.process_message(message)
