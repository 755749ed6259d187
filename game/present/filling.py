"""Paragraphs in lines of a given width, where wide characters take two columns."""

from __future__ import annotations

import textwrap

from game.story.diagnostics import cells


def filled(text: str, width: int, indent: str = "") -> str:
    """`text` in lines of at most `width` columns; those after the first begin with `indent`."""
    if cells(text) == len(text):
        return textwrap.fill(text, width, subsequent_indent=indent, break_on_hyphens=False)
    lines, line, used = [], "", 0
    for word in text.split():
        wide = cells(word)
        if line.strip() and used + 1 + wide > width:
            lines.append(line)
            line, used = indent, cells(indent)
        between = " " if line.strip() else ""
        while used + len(between) + wide > width and len(word) > 1:
            # A word that no line can hold is broken where the line is full.
            room = width - used - len(between)
            fits = next((n for n in range(1, len(word)) if cells(word[: n + 1]) > room), len(word))
            lines.append(line + between + word[:fits])
            word, line, used, between = word[fits:], indent, cells(indent), ""
            wide = cells(word)
        line, used = line + between + word, used + len(between) + wide
    return "\n".join([*lines, line])
