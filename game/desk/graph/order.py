"""The order of boxes and slots within their columns, so that few wires cross."""

from __future__ import annotations

from bisect import bisect_right, insort

from game.desk.graph.boxes import Box, Columns, Seam

SWEEPS = 24


def arrange(columns: Columns) -> None:
    """Order every column: sweeps of barycentres, then swaps of neighbours; the best order found is kept."""
    seams = [list(between.values()) for between in columns.seams]
    best = [list(c) for c in columns.columns]
    least = crossings(columns.columns, seams)
    for sweep in range(SWEEPS):
        if least == 0:
            break
        _sweep(columns.columns, seams, right=sweep % 2 == 0)
        _swap(columns.columns, seams)
        count = crossings(columns.columns, seams)
        if count < least:
            least, best = count, [list(c) for c in columns.columns]
    for column, kept in zip(columns.columns, best, strict=True):
        column[:] = kept


def crossings(columns: list[list[Box]], seams: list[list[Seam]]) -> int:
    """How often seams cross, all columns together."""
    at = {box.id: i for column in columns for i, box in enumerate(column)}
    return sum(_crossings(at, between) for between in seams)


def _crossings(at: dict[str, int], seams: list[Seam]) -> int:
    ordered = sorted(((at[s.left.id], s.low), (at[s.right.id], s.high)) for s in seams)
    seen: list[tuple[int, float]] = []
    count = 0
    for _, end in ordered:
        count += len(seen) - bisect_right(seen, end)
        insort(seen, end)
    return count


def _sweep(columns: list[list[Box]], seams: list[list[Seam]], right: bool) -> None:
    """Order each column by where its neighbours on one side stand."""
    if right:
        for i in range(1, len(columns)):
            _by_neighbours(columns[i], _centres(columns[i - 1], seams[i - 1], right=True))
    else:
        for i in range(len(columns) - 2, -1, -1):
            _by_neighbours(columns[i], _centres(columns[i + 1], seams[i], right=False))


def _centres(other: list[Box], seams: list[Seam], right: bool) -> dict[str, float]:
    """The mean place of each box's neighbours in the column `other`; ends lower on a box count as further down."""
    at = {box.id: float(i) for i, box in enumerate(other)}
    total: dict[str, float] = {}
    weight: dict[str, float] = {}
    for seam in seams:
        here, there, port = (seam.right, seam.left, seam.low) if right else (seam.left, seam.right, seam.high)
        place = at[there.id] + port / (there.height + 1.0)
        total[here.id] = total.get(here.id, 0.0) + place * seam.weight
        weight[here.id] = weight.get(here.id, 0.0) + seam.weight
    return {id: total[id] / weight[id] for id in total}


def _by_neighbours(column: list[Box], centres: dict[str, float]) -> None:
    """Sort a column by its centres; a box without neighbours stays where it is."""
    moving = sorted((b for b in column if b.id in centres), key=lambda b: centres[b.id])
    rest = iter(moving)
    column[:] = [next(rest) if b.id in centres else b for b in column]


def _swap(columns: list[list[Box]], seams: list[list[Seam]]) -> None:
    """Swap neighbours of a column where that takes crossings away."""
    left: dict[str, list[Seam]] = {}
    right: dict[str, list[Seam]] = {}
    for between in seams:
        for seam in between:
            left.setdefault(seam.right.id, []).append(seam)
            right.setdefault(seam.left.id, []).append(seam)
    at = {box.id: i for column in columns for i, box in enumerate(column)}

    def ends(box: Box) -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
        before = [(at[s.left.id], s.low) for s in left.get(box.id, ())]
        behind = [(at[s.right.id], s.high) for s in right.get(box.id, ())]
        return before, behind

    for _ in range(3):
        improved = False
        for column in columns:
            for i in range(len(column) - 1):
                a, b = column[i], column[i + 1]
                if _gain(ends(a), ends(b)) > 0:
                    column[i], column[i + 1] = b, a
                    at[a.id], at[b.id] = i + 1, i
                    improved = True
        if not improved:
            return


def _gain(
    a: tuple[list[tuple[int, float]], list[tuple[int, float]]],
    b: tuple[list[tuple[int, float]], list[tuple[int, float]]],
) -> int:
    """How many crossings fewer there are with b above a than with a above b."""
    gain = 0
    for mine, others in zip(a, b, strict=True):
        for x in mine:
            for y in others:
                gain += (x > y) - (x < y)
    return gain
