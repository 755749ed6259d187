"""Pieces of HTML: whatever is not made here is text, and is escaped."""

from __future__ import annotations

from collections.abc import Iterable

from game.desk.graph.markup import escape

VOID = {"meta", "br"}


class Html(str):
    """Markup that was made by `el`. Every other string is text."""

    __slots__ = ()


def el(name: str, /, *children: str, **attributes: str | float | bool) -> Html:
    """An element. `class_` is class, `_` in a name stands for `-`; True is an attribute alone, False is none."""
    out = [f"<{name}"]
    for key, value in attributes.items():
        if value is False:
            continue
        shown = key.rstrip("_").replace("_", "-")
        if value is True:
            out.append(f" {shown}")
        else:
            out.append(f' {shown}="{escape(value if isinstance(value, str) else f"{value:g}")}"')
    out.append(">")
    if name not in VOID:
        out.append(f"{joined(children)}</{name}>")
    return Html("".join(out))


def joined(children: Iterable[str], between: str = "") -> Html:
    """Pieces one after the other; those that are no markup are escaped."""
    return Html(escape(between).join(child if isinstance(child, Html) else escape(child) for child in children))


def raw(text: str) -> Html:
    """Markup, style or script of our own."""
    return Html(text)


def table(head: Iterable[str], rows: Iterable[Html], caption: str = "", **attributes: str) -> Html:
    """A table with a row of column heads; the rows are made already."""
    heads = el("thead", el("tr", *(el("th", text, scope="col") for text in head)))
    said = [el("caption", caption)] if caption else []
    return el("table", *said, heads, el("tbody", *rows), **attributes)


def scroll(inner: Html, label: str) -> Html:
    """Something wide, to be moved sideways by finger, wheel or keys."""
    return el("div", inner, class_="scroll", role="region", aria_label=label, tabindex="0")
