"""What must never reach a terminal: refused where a story is read, and taken out where text is shown."""

from __future__ import annotations

import re
from typing import Any, TextIO

# Control characters, bidirectional overrides, what is invisible, tag characters, line separators, lone surrogates and
# non-characters. A tab and a line's end are not among them.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_OURS = re.compile(f"(\x1b\\[[0-9;:]*m|\r\x1b\\[K|\r\n)|{FORBIDDEN.pattern}")


def clean(text: str) -> str:
    """`text` without anything a terminal could act on: each such character is shown as U+FFFD, a tab as a space."""
    return FORBIDDEN.sub("\ufffd", text).replace("\t", " ")


class Cleaned:
    """A stream to a terminal, through which no text of a stranger's can reach it as anything but text.

    Colours pass, and a line being written anew: nothing of a story has them, as every way in refuses the escape
    character, and neither can do harm.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(_OURS.sub(lambda found: found[1] or "\ufffd", text))

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
