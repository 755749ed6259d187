"""How wide text is when drawn, without a font at hand: the widths of Arial, which the usual sans-serif fonts share."""

from __future__ import annotations

import unicodedata

_BY_WIDTH = {
    0.19: "'",
    0.22: "ijl",
    0.26: "|",
    0.28: " !,./:;I[\\]ft’‘·",
    0.34: '()-`r{}“”"',
    0.39: "*",
    0.47: "^",
    0.50: "Jcksvxyz",
    0.56: "#$0123456789?L_abdeghnopqu–",
    0.58: "+<=>~",
    0.61: "FTZ",
    0.67: "&ABEKPSVXY",
    0.72: "CDHNRUw",
    0.78: "GOQ",
    0.83: "Mm",
    0.89: "%",
    0.94: "W",
    1.02: "@…—",
}
_WIDTHS = {char: width for width, chars in _BY_WIDTH.items() for char in chars}
BOLD = 1.1
MONO = 0.602


def width(text: str, size: float, style: str = "") -> float:
    """How wide `text` is at a font size, in the same unit. `style` is "", "bold" or "mono"."""
    if style == "mono":
        return size * sum(0.0 if unicodedata.combining(c) else max(MONO, _wide(c)) for c in text)
    return size * sum(_char(c) for c in text) * (BOLD if style == "bold" else 1.0)


def _wide(char: str) -> float:
    return 1.0 if unicodedata.east_asian_width(char) in "WF" else 0.0


def _char(char: str) -> float:
    known = _WIDTHS.get(char)
    if known is not None:
        return known
    return 0.0 if unicodedata.combining(char) else _wide(char) or 0.7


def fit(text: str, room: float, size: float, style: str = "") -> str:
    """`text`, or as much of it as has room, with … at its end."""
    if width(text, size, style) <= room:
        return text
    cut = len(text)
    while cut and width(text[:cut].rstrip() + "…", size, style) > room:
        cut -= 1
    return text[:cut].rstrip() + "…"
