"""Boxes and wires from left to right in columns: no two boxes overlap, and no wire runs across a box.

The way of Sugiyama and others: boxes are given columns, long wires a slot in every column they pass, each column an
order with few crossings, and at last everything a height. Wires to the same target share their slots, so that they
meet on the way as rivers do. What would get too wide is folded: it goes on below, as a long line of text does.
"""

from __future__ import annotations

from game.desk.graph.boxes import Box, Wire, slot
from game.desk.graph.curves import draw
from game.desk.graph.fold import fold
from game.desk.graph.order import arrange
from game.desk.graph.place import set_heights
from game.desk.graph.rank import rank


def lay_out(boxes: list[Box], wires: list[Wire]) -> tuple[float, float]:
    """Place all boxes and draw all wires. Returns the width and height of the whole.

    The same boxes and wires in the same order always come out the same.
    """
    if not boxes:
        return 0.0, 0.0
    rank(boxes, wires)
    folds = fold(boxes, wires)
    columns = slot(boxes, wires)
    columns.folds = folds
    arrange(columns)
    set_heights(columns)
    return draw(columns, boxes, wires)
