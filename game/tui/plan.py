"""A floor of the map as lines of boxes: where each place stands, and the lines of the ways between them.

Signs, not colours, tell what is what: `@` and a double frame where you are, `?` and a dotted frame where you have not
been, `x` on a locked way, an arrow and a number where a way leads to another floor. The ways of the selected place are
drawn heavy, and its frame too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from textual._cells import cell_len
from textual.content import Content

from game.language import N_
from game.present.map import MapView, PlaceView
from game.tui.render import line, say, wrap

INNER = 12
"""Columns of text in a box."""
LEAST, MOST = 2, 3
"""Lines of text in the boxes of a floor: as many as its longest name needs."""
WIDE = INNER + 4
ACROSS = WIDE + 3
"""From one box to the next: there is room for ways between them."""

Point = tuple[int, int]
"""Column, row: cells of the drawing."""

NORTH, EAST, SOUTH, WEST = 1, 2, 4, 8
STEPS = {(0, -1): NORTH, (1, 0): EAST, (0, 1): SOUTH, (-1, 0): WEST}
LIGHT = " ╵╶└╷│┌├╴┘─┴┐┤┬┼"
HEAVY = " ╹╺┗╻┃┏┣╸┛━┻┓┫┳╋"
"""A line by the directions it goes in."""

FRAMES = {"here": "╔═╗║╚╝", "been": "┌─┐│└┘", "new": "┌┄┐┆└┘", "picked": "┏━┓┃┗┛"}
"""Corners and sides of a box."""

LEGEND = (("@", N_("you")), ("?", N_("not been there")), ("x", N_("locked")), ("↑↓", N_("other floors")))


@dataclass(frozen=True, slots=True)
class Cell:
    """A character of the drawing; "" to the right of one that takes two columns."""

    text: str
    style: str = ""


class Plan:
    """One floor, drawn. Every place known on it has one box; no two boxes overlap."""

    def __init__(self, known: MapView, floor: int, picked: str = "") -> None:
        self.places = known.floor(floor)
        self._labels = {place.id: _label(place.name) for place in self.places}
        self.high = 2 + max(LEAST, *map(len, self._labels.values()), 0)
        """Rows of a box, its frame included. Below it there is one more, for ways."""
        self.boxes = _boxes(self.places, self.high + 1)
        """By place: the column and row of its box's upper left corner."""
        self.picked = picked
        self._cells: dict[Point, Cell] = {}
        self._ways()
        for place in self.places:
            self._box(place)
        self.width = max((x + 1 for x, _ in self._cells), default=0)
        self.height = max((y + 1 for _, y in self._cells), default=0)

    def centre(self, id: str) -> Point:
        x, y = self.boxes[id]
        return x + WIDE // 2, y + self.high // 2

    def at(self, x: int, y: int) -> str:
        """The place whose box is there, or ""."""
        for id, (left, top) in self.boxes.items():
            if left <= x < left + WIDE and top <= y < top + self.high:
                return id
        return ""

    def row(self, y: int, left: int, width: int) -> Content:
        """Row `y` from column `left`, exactly `width` columns; half a wide character is left out."""
        parts: list[tuple[str, str]] = []
        x = left
        while x < left + width:
            cell = self._cells.get((x, y), Cell(" "))
            wide = max(1, cell_len(cell.text))
            if not cell.text or x + wide > left + width:
                cell, wide = Cell(" "), 1
            parts.append((cell.text, cell.style))
            x += wide
        return say(*parts)

    # --- ways ---

    def _ways(self) -> None:
        """The lines between places of this floor, those of the picked place heavy and above the others."""
        routes: dict[frozenset[str], tuple[list[Point], bool]] = {}
        for place in self.places:
            for way in place.ways:
                if way.to in self.boxes and way.to != place.id:
                    ends = frozenset((place.id, way.to))
                    path, shut = routes.get(ends, ([], True))
                    # A way that is open from one side is open.
                    routes[ends] = (
                        path or _route(self.boxes[place.id], self.boxes[way.to], self.high),
                        shut and not way.open,
                    )
        use: dict[Point, int] = {}
        for path, _ in routes.values():
            for point in path:
                use[point] = use.get(point, 0) + 1
        for heavy in (False, True):
            masks: dict[Point, int] = {}
            for ends, (path, _) in routes.items():
                if not heavy or self.picked in ends:
                    _trace(path, masks)
            for point, mask in masks.items():
                self._cells[point] = Cell((HEAVY if heavy else LIGHT)[mask], "" if heavy else "dim")
        for path, shut in routes.values():
            if shut:
                own = [point for point in path[1:-1] if use[point] == 1] or path[1:-1]
                self._cells[own[len(own) // 2]] = Cell("x", "strong")

    # --- boxes ---

    def _box(self, place: PlaceView) -> None:
        left, top = self.boxes[place.id]
        kind = "here" if place.here else "been" if place.been else "new"
        picked = place.id == self.picked
        nw, across, ne, side, sw, se = (*FRAMES["picked" if picked and not place.here else kind],)
        style = "strong" if picked else "" if place.been else "dim"
        sign = "@" if place.here else across if place.been else "?"
        self._put(left, top, nw + across + sign + across * (WIDE - 4) + ne, style)
        rows = self._labels[place.id]
        for n in range(self.high - 2):
            text = rows[n] if n < len(rows) else ""
            text += " " * (INNER - cell_len(text))
            lead, end = (">", "<") if picked and n == 0 else (" ", " ")
            self._put(left, top + 1 + n, f"{side}{lead}{text}{end}{side}", style)
        foot = _stairs(place)
        space = WIDE - 2 - cell_len(foot)
        self._put(left, top + self.high - 1, sw + across * (space - 1) + foot + across + se, style)

    def _put(self, x: int, y: int, text: str, style: str) -> None:
        for char in text:
            wide = cell_len(char)
            if not wide:
                continue
            self._cells[x, y] = Cell(char, style)
            if wide == 2:
                self._cells[x + 1, y] = Cell("")
            x += wide


def _boxes(places: Sequence[PlaceView], down: int) -> dict[str, Point]:
    """Where each place's box stands, `down` rows from one to the next.

    Columns and rows nobody knows a place in are left out. Places that a story puts in the same spot stand side by side.
    """
    spots: dict[str, tuple[tuple[int, int], int]] = {}
    taken: dict[tuple[int, int], int] = {}
    for place in places:
        nth = taken[place.at] = taken.get(place.at, -1) + 1
        spots[place.id] = ((place.at[0], nth), place.at[1])
    columns = {column: n for n, column in enumerate(sorted({column for column, _ in spots.values()}))}
    rows = {row: n for n, row in enumerate(sorted({row for _, row in spots.values()}))}
    return {id: (columns[column] * ACROSS, rows[row] * down) for id, (column, row) in spots.items()}


def _label(name: str) -> list[str]:
    """A name in the lines of a box; cut with … where it is too long."""
    text = line(name)
    spans = wrap(text, INNER)
    rows = [text[start:end] for start, end in spans]
    if len(rows) > MOST:
        last = text[spans[MOST - 1][0] :]
        while cell_len(last) > INNER - 1:
            last = last[:-1]
        rows[MOST - 1 :] = [last.rstrip() + "…"]
    return rows


def _stairs(place: PlaceView) -> str:
    """`↑5↓3` for ways to other floors; an x before one that is locked."""
    ways = sorted({(w.floor, w.open) for w in place.ways if w.floor != place.floor}, reverse=True)
    # Of an open and a locked way to one floor, the open one counts.
    best = {floor: (floor, open) for floor, open in reversed(ways)}
    signs = [f"{'' if open else 'x'}{'↑' if floor > place.floor else '↓'}{floor}" for floor, open in best.values()]
    foot = "".join(signs[::-1])
    return foot if len(foot) <= INNER else "↑↓"


def _route(a: Point, b: Point, high: int) -> list[Point]:
    """The cells of a line from box to box of `high` rows, both frames included, through the room between boxes."""
    (ax, ay), (bx, by) = sorted((a, b), key=lambda p: (p[1], p[0]))
    middle_a, middle_b = ax + WIDE // 2, bx + WIDE // 2
    if ay == by and bx - ax == ACROSS:
        return list(_line((ax + WIDE - 1, ay + 1), (bx, ay + 1)))
    below = ay + high
    out = list(_line((middle_a, below - 1), (middle_a, below)))
    if ay == by:
        corners = [(middle_b, below), (middle_b, below - 1)]
    elif by - ay == high + 1:
        corners = [(middle_b, below), (middle_b, by)]
    else:
        # Down beside the column of the lower one: between its boxes and those to the left or right of it.
        lane = bx - 2 if bx > 0 else bx + WIDE + 1
        corners = [(lane, below), (lane, by - 1), (middle_b, by - 1), (middle_b, by)]
    for corner in corners:
        out.extend([*_line(out[-1], corner)][1:])
    return out


def _line(start: Point, end: Point) -> Iterable[Point]:
    """The cells from `start` to `end`, which are in one row or one column."""
    (x, y), (to_x, to_y) = start, end
    yield x, y
    while (x, y) != (to_x, to_y):
        x += (to_x > x) - (to_x < x)
        y += (to_y > y) - (to_y < y)
        yield x, y


def _trace(path: Sequence[Point], masks: dict[Point, int]) -> None:
    """Add a line to the directions in which each cell is left."""
    for (x, y), (to_x, to_y) in pairwise(path):
        step = STEPS[to_x - x, to_y - y]
        masks[x, y] = masks.get((x, y), 0) | step
        masks[to_x, to_y] = masks.get((to_x, to_y), 0) | STEPS[x - to_x, y - to_y]


# --- moving about ---------------------------------------------------------------------------------


def neighbour(plan: Plan, id: str, across: int, down: int) -> str:
    """The nearest place of the floor in a direction (one of `across` and `down` is 0), or `id` where there is none."""
    x, y = plan.boxes[id]
    best, least = id, None
    rows = plan.high + 1
    for other, (to_x, to_y) in plan.boxes.items():
        ahead = (to_x - x) * across // ACROSS + (to_y - y) * down // rows
        aside = abs(to_x - x) // ACROSS * abs(down) + abs(to_y - y) // rows * abs(across)
        if ahead > 0 and (least is None or (ahead + 2 * aside, aside) < least):
            best, least = other, (ahead + 2 * aside, aside)
    return best


def landing(known: MapView, id: str, floor: int) -> str:
    """The place to select on another floor: where a known way leads from `id`, else the one nearest to it."""
    here, places = known.place(id), known.floor(floor)
    if here is None:
        return places[0].id
    linked = {way.to for way in here.ways}

    def far(place: PlaceView) -> tuple[bool, int]:
        away = abs(place.at[0] - here.at[0]) + abs(place.at[1] - here.at[1])
        return (place.id not in linked, away)

    return min(places, key=far).id
