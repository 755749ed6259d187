"""Boxes to place, wires to draw between them, and the columns both stand in."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]

GAP_BOX, GAP_SLOT, GAP_MIXED = 22.0, 9.0, 14.0
"""Least distance between two boxes, two slots, a box and a slot, one above the other."""

SLOT = 2.0


@dataclass(slots=True)
class Box:
    """Something to place. `pin` may be "first" or "last" to hold it in the outermost column.

    A `weak` box does not decide where a circle it leads into begins. `after` is a box that should stand further left.

    `x`, `y` are its top left corner once it is laid out; `width` is 0 for a slot, which a wire passes through.
    """

    id: str
    width: float
    height: float
    pin: str = ""
    weak: bool = False
    after: str = ""
    x: float = 0.0
    y: float = 0.0
    column: int = 0

    @property
    def is_slot(self) -> bool:
        return self.width == 0.0


@dataclass(slots=True)
class Wire:
    """A line from a box to another. `out` and `into` are distances of its ends from the boxes' tops.

    `bundle` names wires that may share slots. A `loose` wire does not ask its target to stand further right.
    `curve` is what came of it: a start, then three points for each cubic curve.
    """

    source: str
    target: str
    out: float
    into: float
    bundle: str
    loose: bool = False
    curve: list[Point] = field(default_factory=list)


@dataclass(slots=True)
class Seam:
    """A piece of wire between neighbouring columns: two boxes, where it meets them, and how many wires it carries."""

    left: Box
    right: Box
    low: float
    high: float
    weight: float = 0.0


@dataclass(slots=True)
class Columns:
    """Boxes and slots column by column, from top to bottom, and the seams between a column and the next."""

    columns: list[list[Box]]
    seams: list[dict[tuple[str, str, float, float], Seam]]
    slots: dict[tuple[str, str, int], Box]
    folds: list[int] = field(default_factory=list)
    """Columns of slots alone, at which the drawing goes on in the next line."""


def course(wire: Wire, by_id: dict[str, Box]) -> str:
    """Which way a wire runs: forward, back, or flat (within one column)."""
    a, b = by_id[wire.source].column, by_id[wire.target].column
    return "forward" if a < b else "back" if a > b else "flat"


def slot(boxes: list[Box], wires: list[Wire]) -> Columns:
    """The columns with a slot wherever a wire passes one, and the seams of all wires."""
    by_id = {b.id: b for b in boxes}
    count = max(b.column for b in boxes) + 1
    out = Columns([[] for _ in range(count)], [{} for _ in range(count)], {})
    for box in boxes:
        out.columns[box.column].append(box)
    for wire in wires:
        stops = stations(wire, by_id, out)
        for left, right in pairwise(stops):
            _seam(out, wire, left, right, by_id)
    return out


def stations(wire: Wire, by_id: dict[str, Box], columns: Columns) -> list[Box]:
    """What a wire passes, from left to right: its leftmost box, slots (made when first needed), its rightmost box."""
    way = course(wire, by_id)
    if way == "flat":
        return []
    ends = [by_id[wire.source], by_id[wire.target]]
    if way == "back":
        ends.reverse()
    passed = []
    for column in range(ends[0].column + 1, ends[1].column):
        key = (wire.bundle, way, column)
        if key not in columns.slots:
            slot = Box(f"{way}/{wire.bundle}/{column}", 0.0, SLOT, column=column)
            columns.slots[key] = slot
            columns.columns[column].append(slot)
        passed.append(columns.slots[key])
    return [ends[0], *passed, ends[1]]


def _seam(columns: Columns, wire: Wire, left: Box, right: Box, by_id: dict[str, Box]) -> None:
    def end(box: Box) -> float:
        if box.is_slot:
            return SLOT / 2
        return wire.out if box.id == wire.source else wire.into

    key = (left.id, right.id, end(left), end(right))
    seams = columns.seams[left.column]
    if key not in seams:
        seams[key] = Seam(left, right, key[2], key[3])
    seams[key].weight += 1.0


def distance(upper: Box, lower: Box) -> float:
    """The least distance between two neighbours of a column."""
    if upper.is_slot and lower.is_slot:
        return GAP_SLOT
    return GAP_MIXED if upper.is_slot or lower.is_slot else GAP_BOX
