"""Where the columns stand, and the curves of the wires between them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from game.desk.graph.boxes import Box, Columns, Point, Wire, course, stations

NARROW, WIDE = 72.0, 190.0
"""The least and the most room between two columns."""

LANE = 7.0
EDGE = 14.0
"""Room between a line's end and the first of the wires that are folded there."""

ROUND = 8.0
BELOW = 34.0


@dataclass(slots=True)
class _Lines:
    """The lines of a drawing. `spans` are the left and right edges of each column in its line; `drop` how far a line
    was moved down; `bottom` its lower edge. A fold stands at the end of one line and at the beginning of the next.
    """

    spans: list[dict[int, Point]]
    drop: list[float]
    bottom: list[float]


def draw(columns: Columns, boxes: list[Box], wires: list[Wire]) -> tuple[float, float]:
    """Set every box's x, move lines below each other, set every wire's curve. Returns the width and height of all."""
    by_id = {b.id: b for b in boxes}
    lines = _lines(columns, wires, by_id)
    sources = {w.source for w in wires}
    targets = {w.target for w in wires}
    for box in boxes:
        line = _line_of(columns, box.column)
        left, right = lines.spans[line][box.column]
        # What only leads on stands close to where it leads, everything else close to where it is led to from.
        box.x = right - box.width if box.id in sources and box.id not in targets else left
    for wire in wires:
        wire.curve = _curve(wire, by_id, columns, lines)
    for box in boxes:
        box.y += lines.drop[_line_of(columns, box.column)]
    width = max(right for spans in lines.spans for _, right in spans.values())
    lanes = max((len(columns.columns[f]) for f in columns.folds), default=0)
    return width + (EDGE + lanes * LANE if lanes else 0.0), lines.bottom[-1]


def _line_of(columns: Columns, column: int) -> int:
    return sum(fold < column for fold in columns.folds)


def _lines(columns: Columns, wires: list[Wire], by_id: dict[str, Box]) -> _Lines:
    """The columns of every line from left to right, and the lines from top to bottom."""
    flat = [by_id[w.source].column for w in wires if course(w, by_id) == "flat"]
    lanes = max((len(columns.columns[f]) for f in columns.folds), default=0)
    begin = EDGE + lanes * LANE if lanes else 0.0
    edges = [*columns.folds, len(columns.columns) - 1]
    out = _Lines([], [], [])
    first, down = 0, 0.0
    for line, last in enumerate(edges):
        spans: dict[int, Point] = {}
        x = begin
        for i in range(first, last + 1):
            right = x + max((b.width for b in columns.columns[i]), default=0.0)
            spans[i] = (x, right)
            x = right + _room(columns, i, flat.count(i))
        inside = [b for i in range(first, last + 1) for b in columns.columns[i]]
        top = min(b.y for b in inside)
        out.spans.append(spans)
        out.drop.append(down - top)
        out.bottom.append(max(b.y + b.height for b in inside) - top + down)
        if line < len(columns.folds):
            down = out.bottom[-1] + BELOW + len(columns.columns[last]) * LANE
        first = last
    return out


def _room(columns: Columns, i: int, flat: int) -> float:
    """How far the next column stands from column `i`: further where wires climb steeply."""
    climbs = [abs(s.left.y + s.low - s.right.y - s.high) for s in columns.seams[i].values()]
    room = NARROW + 0.16 * max(climbs, default=0.0) + 1.5 * len(climbs) + 6.0 * flat
    return float(round(min(room, WIDE)))


def _curve(wire: Wire, by_id: dict[str, Box], columns: Columns, lines: _Lines) -> list[Point]:
    source, target = by_id[wire.source], by_id[wire.target]
    way = course(wire, by_id)
    if way == "flat":
        drop = lines.drop[_line_of(columns, source.column)]
        return _aside(source.x + source.width, source.y + wire.out + drop, target.y + wire.into + drop)
    stops = stations(wire, by_id, columns)
    left, right = stops[0], stops[-1]
    low, high = (wire.out, wire.into) if way == "forward" else (wire.into, wire.out)
    line = _line_of(columns, left.column)
    pen = [(left.x + left.width, left.y + low + lines.drop[line])]
    _to(pen, lines.spans[line][left.column][1], pen[0][1])
    for stop in stops[1:-1]:
        y = stop.y + stop.height / 2 + lines.drop[line]
        start, end = lines.spans[line][stop.column]
        _to(pen, start, y)
        if stop.column in columns.folds:
            _turn(pen, stop, columns, lines, line)
            line += 1
        else:
            _to(pen, end, y)
    _to(pen, right.x, right.y + high + lines.drop[line])
    return pen if way == "forward" else pen[::-1]


def _aside(x: float, start: float, end: float) -> list[Point]:
    """From one box to another of the same column, round on the right."""
    reach = x + min(30.0 + 0.12 * abs(end - start), NARROW * 0.8)
    return [(x, start), (reach, start), (reach, end), (x, end)]


def _to(pen: list[Point], x: float, y: float) -> None:
    """Go on to a point, level here and level there."""
    x0, y0 = pen[-1]
    if (x0, y0) != (x, y):
        middle = (x0 + x) / 2
        pen += [(middle, y0), (middle, y), (x, y)]


def _turn(pen: list[Point], stop: Box, columns: Columns, lines: _Lines, line: int) -> None:
    """From the end of one line to the beginning of the next, each wire in a lane of its own so that none cross."""
    slots = columns.columns[stop.column]
    place = next(i for i, s in enumerate(slots) if s is stop)
    outer = (len(slots) - 1 - place) * LANE
    x, y = pen[-1]
    start = lines.spans[line + 1][stop.column][0]
    below = lines.bottom[line] + BELOW / 2 + outer
    left = start - EDGE - place * LANE
    end = stop.y + stop.height / 2 + lines.drop[line + 1]
    corners = [(x + EDGE + outer, y), (x + EDGE + outer, below), (left, below), (left, end)]
    _corners(pen, [*corners, (start, end)])


def _corners(pen: list[Point], points: list[Point]) -> None:
    """Straight pieces from where the pen is through `points`, with round corners."""
    for at, after in pairwise(points):
        before = pen[-1]
        a, b = _near(at, before), _near(at, after)
        pen += [before, a, a, _mid(a, at), _mid(b, at), b]
    pen += [pen[-1], points[-1], points[-1]]


def _near(at: Point, other: Point) -> Point:
    """The point `ROUND` away from a corner towards another, or half of the way."""
    dx, dy = other[0] - at[0], other[1] - at[1]
    length = abs(dx) + abs(dy)
    step = min(ROUND, length / 2) / length if length else 0.0
    return at[0] + dx * step, at[1] + dy * step


def _mid(a: Point, b: Point) -> Point:
    # Not halfway but a little more: that is how a cubic curve comes closest to a quarter of a circle.
    return a[0] + (b[0] - a[0]) * 0.55, a[1] + (b[1] - a[1]) * 0.55
