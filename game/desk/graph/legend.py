"""What the signs, lines and colours of the picture mean."""

from __future__ import annotations

from dataclasses import dataclass

from game.desk.graph.markup import icon, number, tag, text
from game.desk.graph.metrics import width
from game.desk.graph.nodes import Graph
from game.desk.wander import HOW

LINE = 22.0


@dataclass(frozen=True, slots=True)
class _Item:
    """A sample, how wide it is, and what it means."""

    sample: str
    wide: float
    words: str


def legend(graph: Graph, room: float) -> tuple[str, float]:
    """The legend in lines of at most `room`, and how high it is. It starts at 0, 0."""
    parts: list[str] = []
    y = 0.0
    groups = [_boxes(), _lines(), _signs()]
    if graph.heat.plays:
        groups.append(_heat())
    for group in groups:
        x = 0.0
        for item in group:
            long = item.wide + 8 + width(item.words, 11) * 1.08 + 22
            if x and x + long > room:
                x, y = 0.0, y + LINE
            words = text(item.wide + 8, 15, item.words, "meta")
            parts.append(tag("g", item.sample + words, transform=f"translate({number(x)} {number(y)})"))
            x += long
        y += LINE
    for line in _wrap(_sentence(graph), room):
        parts.append(text(0, y + 14, line, "meta"))
        y += 17.0
    return tag("g", "".join(parts), class_="legend"), y


def _boxes() -> list[_Item]:
    def box(kind: str, more: str = "") -> str:
        head = tag("path", class_="head", d="M0 9q0 -5 5 -5h20q5 0 5 5v2h-30z")
        outline: dict[str, float] = {"x": 0, "y": 4, "width": 30, "height": 15, "rx": 5}
        inner = tag("rect", class_="body", **outline) + head + tag("rect", class_="edge", **outline)
        return tag("g", inner, class_=f"card {kind} {more}")

    return [
        _Item(box("scene"), 30, "scene"),
        _Item(box("room"), 30, "room, come back to"),
        _Item(box("ending"), 30, "ending"),
        _Item(box("scene", "lost"), 30, "nothing leads here"),
    ]


def _lines() -> list[_Item]:
    def line(kind: str, more: str = "") -> str:
        return tag("path", class_=f"line {kind} {more}", d="M0 11H34", marker_end=f"url(#a-{kind})")

    def door() -> str:
        ends = {"marker_start": "url(#a-exit)", "marker_end": "url(#a-exit)"}
        return tag("path", class_="line exit door", d="M0 11H34", **ends)

    def sign(name: str, x: float = 40) -> str:
        return icon(name, x, 5, 12, name)

    return [
        _Item(line("choice"), 34, "choice"),
        _Item(line("choice", "asks"), 34, "open only under a condition"),
        _Item(line("roll") + sign("roll"), 54, "outcome of a roll, with its odds"),
        _Item(line("offer") + sign("offer"), 54, "a scene that a room offers"),
        _Item(door() + sign("exit"), 54, "exit, both ways"),
        _Item(line("bell") + sign("bell"), 54, "bell: from wherever one is then"),
        _Item(line("rule") + sign("rule"), 54, "rule, looked at after every choice"),
    ]


def _signs() -> list[_Item]:
    return [
        _Item(icon("lock", 0, 5, 13), 13, "shown with its reason while shut"),
        _Item(icon("hidden", 0, 5, 13), 13, "hidden while shut"),
        _Item(icon("once", 0, 5, 13), 13, "offered once"),
        _Item(icon("stay", 0, 5, 13), 13, "stays here"),
    ]


def _heat() -> list[_Item]:
    names = ("never", "up to 5%", "20%", "50%", "80%", "more")
    out = []
    for i, name in enumerate(names):
        head = tag("path", class_="head", d="M0 4h30v15h-30z")
        line = tag("path", class_=f"line choice w{i}", d="M36 11H62")
        edge = tag("rect", class_="edge", x=0, y=4, width=30, height=15)
        out.append(_Item(tag("g", head + edge, class_=f"card scene h{i}") + line, 62, name))
    return out


def _sentence(graph: Graph) -> str:
    heat = graph.heat
    if not heat.plays:
        return "Without heat; --coverage N colours the picture by N random plays."
    return (
        f"Heat: in how many of {heat.plays:,} random plays (seeds 0 to {heat.plays - 1:,}) a scene was come to "
        f"or a choice made; {HOW}. {heat.ended:,} of them came to an ending."
    )


def _wrap(words: str, room: float) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, 11) * 1.08 > room and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
