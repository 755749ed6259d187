"""The chapters' boxes one below the other, and the ways from chapter to chapter in the room around them."""

from __future__ import annotations

from dataclasses import dataclass

from game.desk.graph import cards as size
from game.desk.graph.cards import Band, Drawing, Pill, Trunk
from game.desk.graph.nodes import Graph

LANE = 11.0
MARGIN = 30.0
BETWEEN = 26.0


@dataclass(slots=True)
class _Way:
    """A pill that leads out of band `a`, the pill by which its target in band `b` is entered, and the lanes taken."""

    a: int
    b: int
    out: Pill
    into: Pill
    right: int = 0
    corridor: int = 0
    left: int = 0


def connect(graph: Graph, bands: list[Band]) -> Drawing:
    """Stack the bands and draw a trunk for every way from one to another."""
    ways = _ways(bands)
    _lanes(ways)
    rights = max((w.right + 1 for w in ways), default=0)
    lefts = max((w.left + 1 for w in ways), default=0)
    wide = max((b.width for b in bands), default=640.0)
    left = MARGIN + (lefts * LANE + 8.0 if lefts else 0.0)
    corridors: list[float] = []
    y = MARGIN
    for i, band in enumerate(bands):
        lanes = max((w.corridor + 1 for w in ways if w.b == i), default=0)
        corridors.append(y)
        y += lanes * LANE + (10.0 if lanes else 0.0)
        band.move(left, y)
        y += band.height + BETWEEN
    edge = left + wide
    trunks = [_trunk(way, edge, left, corridors[way.b]) for way in ways]
    width = edge + MARGIN + (rights * LANE + 8.0 if rights else 0.0)
    return Drawing(graph, width, y - BETWEEN + MARGIN, bands, trunks)


def _ways(bands: list[Band]) -> list[_Way]:
    entries = {p.target: (i, p) for i, band in enumerate(bands) for p in band.pills if p.kind == "from"}
    return [
        _Way(i, entries[p.target][0], p, entries[p.target][1])
        for i, band in enumerate(bands)
        for p in band.pills
        if p.kind == "exit" and p.target in entries
    ]


def _lanes(ways: list[_Way]) -> None:
    """Lanes such that no two ways lie on each other; what goes furthest lies outermost."""
    taken: list[_Way] = []
    for way in sorted(ways, key=lambda w: (w.b - w.a, -w.out.y)):
        way.right = _free([t.right for t in taken if t.a < way.b and way.a < t.b])
        taken.append(way)
    for b in {w.b for w in ways}:
        ending = sorted((w for w in ways if w.b == b), key=lambda w: -w.right)
        for lane, way in enumerate(ending):
            # The outermost comes in lowest, and goes down nearest to the box, so that it crosses none of the others.
            way.corridor = len(ending) - 1 - lane
            way.left = lane


def _free(taken: list[int]) -> int:
    lane = 0
    while lane in taken:
        lane += 1
    return lane


def _trunk(way: _Way, edge: float, left: float, corridor: float) -> Trunk:
    start = (way.out.x + way.out.width, way.out.y + size.PILL / 2)
    x = edge + 14.0 + way.right * LANE
    across = corridor + way.corridor * LANE
    down = left - 14.0 - way.left * LANE
    end = (way.into.x, way.into.y + size.PILL / 2)
    points = [start, (x, start[1]), (x, across), (down, across), (down, end[1]), end]
    return Trunk(points, way.into.target, way.out.count)
