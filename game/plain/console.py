"""Where the lines of plain mode come from and go to."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TextIO

from game.present.filling import filled
from game.story.clean import FORBIDDEN, clean

WIDTH = 72


@dataclass(slots=True)
class Console:
    """Where lines come from and go to. `width` is 0 for paragraphs that are not wrapped."""

    source: TextIO
    target: TextIO
    width: int = 0

    @classmethod
    def of(cls, source: TextIO, target: TextIO) -> Console:
        """A console that wraps for a reader at a terminal, and leaves paragraphs whole for a pipe."""
        width = min(WIDTH, shutil.get_terminal_size().columns) if target.isatty() else 0
        return cls(source, target, width)

    def say(self, text: str = "", indent: str = "") -> None:
        """One paragraph; following lines are indented by `indent`."""
        text = clean(text)
        if self.width and text:
            text = filled(text, self.width, indent)
        print(text, file=self.target)

    def ask(self, prompt: str) -> str | None:
        """A line of input without its end; None when there is no more."""
        print(clean(prompt), end="", file=self.target, flush=True)
        line = self.source.readline(1000)
        if not line:
            print(file=self.target)
            return None
        if not self.source.isatty():
            # In a transcript the answer belongs after its prompt.
            print(heard(line, len(line)), file=self.target)
        return line.strip()


def heard(answer: str, most: int = 40) -> str:
    """A part of what the player typed, fit to be said back."""
    return "".join(c for c in FORBIDDEN.sub("", answer) if c.isprintable())[:most]
