"""Heights for boxes and slots whose order is settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from game.desk.graph.boxes import Box, Columns, Seam, distance

SWEEPS = 40
STRAIGHT = 6.0
"""How much more a seam between two slots wants to be level than one between two boxes."""
LEVEL = 0.3
"""How much of the way to a level line two boxes go for each other: with all of it long chains would run downhill."""
CALM = 0.3
"""How much everything is drawn to the middle line."""


def set_heights(columns: Columns) -> None:
    """Give everything a height: as level with its neighbours as the order and the distances in its column allow."""
    seams = [list(between.values()) for between in columns.seams]
    around: dict[str, list[tuple[Seam, bool]]] = {}
    for between in seams:
        for seam in between:
            around.setdefault(seam.right.id, []).append((seam, True))
            around.setdefault(seam.left.id, []).append((seam, False))
    for column in columns.columns:
        _stack(column)
        middle = (column[-1].y + column[-1].height) / 2 if column else 0.0
        for box in column:
            box.y -= middle
    for sweep in range(SWEEPS):
        right = sweep % 2 == 0
        both = sweep >= SWEEPS // 2
        for column in columns.columns if right else reversed(columns.columns):
            wanted = [_wanted(box, around.get(box.id, ()), right, both) for box in column]
            for box, y in zip(column, _settle(column, wanted), strict=True):
                box.y = y
    top = min(box.y for column in columns.columns for box in column)
    for column in columns.columns:
        for box in column:
            box.y = round(box.y - top, 1)


def _stack(column: list[Box]) -> None:
    y = 0.0
    for i, box in enumerate(column):
        if i:
            y += distance(column[i - 1], box)
        box.y = y
        y += box.height


def _wanted(box: Box, around: Sequence[tuple[Seam, bool]], right: bool, both: bool) -> tuple[float, float]:
    """Where a box would like its top to be, from its neighbours, and how much."""
    total = weight = 0.0
    for seam, from_left in around:
        if from_left != right and not both:
            continue
        other, port, mine = (seam.left, seam.low, seam.high) if from_left else (seam.right, seam.high, seam.low)
        pull = min(seam.weight, 4.0) * (STRAIGHT if box.is_slot and other.is_slot else 1.0)
        boxes = not box.is_slot and not other.is_slot
        total += pull * (other.y + (port - mine) * (LEVEL if boxes else 1.0))
        weight += pull
    return (total - CALM * box.height / 2) / (weight + CALM), weight + CALM


@dataclass(slots=True)
class _Block:
    """Neighbours that touch and move as one."""

    total: float
    weight: float
    count: int

    @property
    def at(self) -> float:
        return self.total / self.weight


def _settle(column: list[Box], wanted: list[tuple[float, float]]) -> list[float]:
    """The heights closest to those wanted (least squares) that keep order and distances: pool adjacent violators."""
    offsets: list[float] = []
    for i, box in enumerate(column):
        above = column[i - 1] if i else None
        offsets.append(offsets[-1] + above.height + distance(above, box) if above else 0.0)
    blocks: list[_Block] = []
    for (y, weight), offset in zip(wanted, offsets, strict=True):
        blocks.append(_Block((y - offset) * weight, weight, 1))
        while len(blocks) > 1 and blocks[-2].at > blocks[-1].at:
            last = blocks.pop()
            blocks[-1] = _Block(
                blocks[-1].total + last.total, blocks[-1].weight + last.weight, blocks[-1].count + last.count
            )
    levels = [block.at for block in blocks for _ in range(block.count)]
    return [level + offset for level, offset in zip(levels, offsets, strict=True)]
