"""What a terminal sends, before it is read as keys: pastes are taken out whole, or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"

LONGEST_PASTE = 4096
"""Characters. A longer paste is no name anybody means to type: it is dropped whole."""

PATIENCE = 1.0
"""Seconds without a character after which a paste that was never ended is over."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """Text that was pasted, at most `LONGEST_PASTE` characters."""

    text: str


class Intake:
    """Splits what comes in into keys (plain strings, for Textual's parser) and pastes.

    Textual's own parser collects a paste for as long as it takes: without its end every later key is swallowed, and a
    large one costs seconds and memory.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held = ""
        """What may be the beginning of a mark, of which the rest has not come yet."""
        self._pasting = False
        self._parts: list[str] = []
        self._size = 0
        self._last = clock()

    @property
    def patience(self) -> float:
        """How many seconds to wait for more before `rest` is called."""
        return 0.02 if self._held and not self._pasting else 0.1

    def feed(self, text: str) -> Iterator[str | Pasted]:
        """What has come, and what came before and was held back."""
        self._last = self._clock()
        text, self._held = self._held + text, ""
        while text:
            mark = PASTE_ENDS if self._pasting else PASTE_BEGINS
            at = text.find(mark)
            if at < 0:
                whole = len(text) - _begun(text, mark)
                text, self._held = text[:whole], text[whole:]
                if self._pasting:
                    self._keep(text)
                elif text:
                    yield text
                return
            before, text = text[:at], text[at + len(mark) :]
            if not self._pasting:
                if before:
                    yield before
                self._pasting = True
            else:
                self._keep(before)
                if self._size <= LONGEST_PASTE:
                    yield Pasted("".join(self._parts).replace("\0", ""))
                self._end()

    def rest(self) -> Iterator[str | Pasted]:
        """To be called when nothing has come for `patience` seconds."""
        if not self._pasting:
            if self._held:
                held, self._held = self._held, ""
                yield held
        elif self._clock() - self._last >= PATIENCE:
            # What was meant cannot be known: nothing is typed in the player's name.
            self._held = ""
            self._end()

    def _keep(self, text: str) -> None:
        self._size += len(text)
        if self._size <= LONGEST_PASTE:
            self._parts.append(text)
        else:
            self._parts.clear()

    def _end(self) -> None:
        self._pasting = False
        self._parts.clear()
        self._size = 0


def _begun(text: str, mark: str) -> int:
    """How many characters at the end of `text` are the beginning of `mark`."""
    return next((n for n in range(min(len(mark) - 1, len(text)), 0, -1) if text.endswith(mark[:n])), 0)
