"""Lines of text without styles: what a choice says, or why it cannot be made."""

from __future__ import annotations

from collections.abc import Iterable

from game.language.particles import settle
from game.story.model import Span, Words


def one_line(parts: Iterable[str]) -> str:
    """The parts as one line, with its spaces folded and its Korean particles chosen."""
    return settle(" ".join("".join(parts).split()))


def fixed_line(spans: tuple[Span, ...]) -> str | None:
    """What a line says in every state; None where that depends on the state."""
    words = [span.text for span in spans if isinstance(span, Words)]
    return one_line(words) if len(words) == len(spans) else None
