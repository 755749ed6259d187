"""Which sequences the program may send to a terminal. Whatever else is found was smuggled in by a text."""

from __future__ import annotations

import re

from game.story.clean import FORBIDDEN

DRAWN = re.compile(r"\x1b\[(?:[0-9;]*m|[0-9]+;[0-9]+H)")
"""What text is drawn with: how it looks, and where it goes."""

ALONE = re.compile(
    r"\x1b\[(?:"
    r"\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]"  # the modes of a full screen
    r"|\?(?:2026|2048)\$p"  # which of them there are
    r"|>[0-9]+u|<u"  # keys told apart
    r")"
    r"|\x1b\]22;[a-z-]*\x07"  # the shape of the pointer
)
"""What is sent besides, always by itself and never among text. No titles, no clipboard, no links."""


class ForeignSequence(AssertionError):
    """Something was about to be sent to the terminal that is neither text nor one of the program's own sequences."""


def foreign(sent: str) -> list[str]:
    """What does not belong in `sent`, a single write.

    Each is a character that acts on a terminal or hides in a text, with what follows it.
    """
    if ALONE.fullmatch(sent):
        return []
    own = DRAWN.sub("\n", sent)
    return [own[found.start() : found.start() + 24] for found in FORBIDDEN.finditer(own)]


def check(sent: str) -> None:
    """Raise `ForeignSequence` if anything in `sent` does not belong."""
    if found := foreign(sent):
        raise ForeignSequence(f"sent to the terminal: {found[0]!r}")
