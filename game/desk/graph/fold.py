"""Where a drawing that is too wide goes on in the next line."""

from __future__ import annotations

from game.desk.graph.boxes import Box, Wire

MOST = 14
"""Columns in one line."""


def fold(boxes: list[Box], wires: list[Wire], most: int = MOST) -> list[int]:
    """Make room for columns at which to fold, where few wires run, and return which they are."""
    count = max(b.column for b in boxes) + 1
    lines = -(-count // most)
    if lines == 1:
        return []
    passing = _passing(boxes, wires, count)
    cuts: list[int] = []
    for line in range(1, lines):
        wanted = round(count * line / lines)
        near = range(max(wanted - 2, cuts[-1] + 3 if cuts else 2), min(wanted + 3, count - 1))
        if near:
            cuts.append(min(near, key=lambda c: (passing[c], abs(c - wanted), c)))
    for box in boxes:
        box.column += sum(cut <= box.column for cut in cuts)
    return [cut + i for i, cut in enumerate(cuts)]


def _passing(boxes: list[Box], wires: list[Wire], count: int) -> list[int]:
    """For each column how many bundles of wires run between it and the one before."""
    at = {b.id: b.column for b in boxes}
    bundles: list[set[str]] = [set() for _ in range(count + 1)]
    for wire in wires:
        a, b = sorted((at[wire.source], at[wire.target]))
        for column in range(a + 1, b + 1):
            bundles[column].add(wire.bundle)
    return [len(b) for b in bundles]
