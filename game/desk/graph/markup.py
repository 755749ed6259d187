"""Pieces of SVG. Whatever comes from a story goes through `escape`, as text or as an attribute, and is never markup."""

from __future__ import annotations

import re

from game.desk.graph.boxes import Point
from game.desk.graph.metrics import fit, width

# What XML cannot hold at all, not even as a reference.
_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

SIZES = {"title": (13.5, "bold"), "id": (10.5, "mono"), "meta": (11.0, ""), "row": (11.5, ""), "small": (10.0, "")}
"""Font size and style of the classes of text whose width matters. The style sheet says the same."""


def escape(text: str) -> str:
    """`text` as it may stand in XML and HTML, between tags or in quotes."""
    text = _ILLEGAL.sub("\ufffd", text)
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(char, entity)
    return text


def number(value: float) -> str:
    """A coordinate, to a tenth."""
    return f"{round(value, 1) + 0.0:g}" if abs(value) < 1e5 else f"{value:.1f}"


def tag(name: str, body: str = "", /, **attributes: str | float) -> str:
    """An element. `body` is markup already; attributes are escaped; `class_` is class and `_` stands for `-`."""
    out = [name]
    for key, value in attributes.items():
        shown = escape(value) if isinstance(value, str) else number(value)
        if shown != "" or key == "class_":
            out.append(f'{key.rstrip("_").replace("_", "-")}="{shown}"')
    return f"<{' '.join(out)}>{body}</{name}>" if body else f"<{' '.join(out)}/>"


def text(x: float, y: float, words: str, kind: str, room: float = 0.0, more: str = "", anchor: str = "") -> str:
    """A line of text that takes no more than `room`, if that is given. `more` are further classes."""
    size, style = SIZES[kind]
    shown = fit(words, room, size, style) if room else words
    attributes: dict[str, str | float] = {"x": x, "y": y, "class_": f"{kind} {more}".strip(), "text_anchor": anchor}
    if room and (wide := width(shown, size, style)) > room * 0.88:
        # In a font that runs wider than the one measured it would not fit: hold it to what was measured.
        attributes["textLength"] = wide
        attributes["lengthAdjust"] = "spacingAndGlyphs"
    return tag("text", escape(shown), **attributes)


def tip(words: str) -> str:
    """A tooltip for the element it stands in."""
    return tag("title", escape(words)) if words else ""


def icon(name: str, x: float, y: float, size: float = 12.0, more: str = "") -> str:
    """A sign from the picture's own set, by its top left corner."""
    classes = f"icon {more}".strip()
    return tag("use", href=f"#i-{name}", x=x, y=y, width=size, height=size, class_=classes)


def curve(points: list[Point]) -> str:
    """Path data for a start and three points for each cubic; level pieces as straight lines."""
    out = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for i in range(1, len(points) - 2, 3):
        a, b, end = points[i], points[i + 1], points[i + 2]
        if a[1] == b[1] == end[1] == points[i - 1][1]:
            out.append(f"H{number(end[0])}")
        else:
            out.append("C" + " ".join(f"{number(x)} {number(y)}" for x, y in (a, b, end)))
    return "".join(out)


def corners(points: list[Point], radius: float = 9.0) -> str:
    """Path data for straight pieces with round corners."""
    out = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        a, b = _towards(at, before, radius), _towards(at, after, radius)
        out.append(f"L{number(a[0])} {number(a[1])}Q{number(at[0])} {number(at[1])} {number(b[0])} {number(b[1])}")
    out.append(f"L{number(points[-1][0])} {number(points[-1][1])}")
    return "".join(out)


def _towards(at: Point, other: Point, most: float) -> Point:
    dx, dy = other[0] - at[0], other[1] - at[1]
    length = abs(dx) + abs(dy)
    step = min(most, length / 2) / length if length else 0.0
    return at[0] + dx * step, at[1] + dy * step
