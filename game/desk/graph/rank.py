"""Which column a box stands in: to the right of whatever leads to it, as far as circles allow."""

from __future__ import annotations

from collections import deque

from game.desk.graph.boxes import Box, Wire


def rank(boxes: list[Box], wires: list[Wire]) -> None:
    """Set every box's column, from 0. Wires that would close a circle are left to run back."""
    order = {b.id: i for i, b in enumerate(boxes)}
    loose: dict[tuple[str, str], bool] = {(b.after, b.id): False for b in boxes if b.after in order}
    weight: dict[tuple[str, str], int] = dict.fromkeys(loose, 0)
    for wire in wires:
        if wire.source != wire.target:
            pair = wire.source, wire.target
            weight[pair] = weight.get(pair, 0) + 1
            loose[pair] = wire.loose and loose.get(pair, True)
    ways: dict[str, set[str]] = {}
    for a, b in weight:
        ways.setdefault(a, set()).add(b)
    group = _circles([b.id for b in boxes], ways)
    level = _levels(boxes, ways, group)

    def forward(a: str, b: str) -> bool:
        if group[a] != group[b] or level[a] != level[b]:
            return group[a] != group[b] or level[a] < level[b]
        return not loose[a, b] and order[a] < order[b]

    ahead = {pair: n for pair, n in weight.items() if forward(*pair)}
    columns = _longest(boxes, ahead)
    _tighten(boxes, ahead, columns)
    _pin(boxes, columns)
    for box in boxes:
        box.column = columns[box.id]


def _circles(ids: list[str], ways: dict[str, set[str]]) -> dict[str, int]:
    """For each box the number of its circle: boxes that can be reached from each other share one (Kosaraju)."""
    after: list[str] = []
    seen: set[str] = set()
    for id in ids:
        if id not in seen:
            after.extend(_depth_first(id, ways, seen))
    reverse: dict[str, set[str]] = {}
    for a, targets in ways.items():
        for b in targets:
            reverse.setdefault(b, set()).add(a)
    group: dict[str, int] = {}
    found: set[str] = set()
    for number, id in enumerate(reversed(after)):
        if id not in found:
            group.update(dict.fromkeys(_depth_first(id, reverse, found), number))
    return group


def _depth_first(start: str, ways: dict[str, set[str]], seen: set[str]) -> list[str]:
    """What can be reached and was not seen yet, each after all that follows it."""
    out: list[str] = []
    seen.add(start)
    stack = [(start, iter(sorted(ways.get(start, ()))))]
    while stack:
        id, targets = stack[-1]
        for target in targets:
            if target not in seen:
                seen.add(target)
                stack.append((target, iter(sorted(ways.get(target, ())))))
                break
        else:
            out.append(id)
            stack.pop()
    return out


def _levels(boxes: list[Box], ways: dict[str, set[str]], group: dict[str, int]) -> dict[str, int]:
    """How many steps each box is from where its circle is entered, not from a weak box if there is another."""
    weak = {b.id for b in boxes if b.weak}
    entered: dict[int, list[str]] = {}
    for a, targets in sorted(ways.items(), key=lambda way: way[0] in weak):
        for b in sorted(targets):
            if group[a] != group[b] and (a not in weak or group[b] not in entered):
                entered.setdefault(group[b], []).append(b)
    for box in boxes:
        entered.setdefault(group[box.id], [box.id])
    level: dict[str, int] = {}
    for starts in entered.values():
        waiting = deque(dict.fromkeys(starts))
        level.update(dict.fromkeys(waiting, 0))
        while waiting:
            a = waiting.popleft()
            for b in sorted(ways.get(a, ())):
                if b not in level and group[b] == group[a]:
                    level[b] = level[a] + 1
                    waiting.append(b)
    return level


def _longest(boxes: list[Box], weight: dict[tuple[str, str], int]) -> dict[str, int]:
    """Each box one column right of the rightmost that leads to it."""
    ways: dict[str, set[str]] = {}
    for a, b in weight:
        ways.setdefault(a, set()).add(b)
    seen: set[str] = set()
    after: list[str] = []
    for box in boxes:
        if box.id not in seen:
            after.extend(_depth_first(box.id, ways, seen))
    columns = {b.id: 0 for b in boxes}
    # Whatever follows a box stands before it in `after`, so that the other way round each comes before what follows.
    for a in reversed(after):
        for b in ways.get(a, ()):
            columns[b] = max(columns[b], columns[a] + 1)
    return columns


def _tighten(boxes: list[Box], weight: dict[tuple[str, str], int], columns: dict[str, int]) -> None:
    """Move boxes within their freedom so that wires get shorter."""
    before: dict[str, list[tuple[str, int]]] = {}
    behind: dict[str, list[tuple[str, int]]] = {}
    for (a, b), n in weight.items():
        before.setdefault(b, []).append((a, n))
        behind.setdefault(a, []).append((b, n))
    for _ in range(12):
        moved = False
        for box in sorted(boxes, key=lambda b: -columns[b.id]):
            pull = sum(n for _, n in behind.get(box.id, ())) - sum(n for _, n in before.get(box.id, ()))
            if pull <= 0 or box.id not in behind:
                continue
            best = min(columns[b] for b, _ in behind[box.id]) - 1
            moved |= best != columns[box.id]
            columns[box.id] = best
        if not moved:
            return


def _pin(boxes: list[Box], columns: dict[str, int]) -> None:
    """Hold pinned boxes in columns of their own at the edges."""
    free = [columns[b.id] for b in boxes if not b.pin]
    low, high = (min(free), max(free)) if free else (0, 0)
    first = any(b.pin == "first" for b in boxes)
    for box in boxes:
        if box.pin == "first":
            columns[box.id] = 0
        elif box.pin == "last":
            columns[box.id] = high - low + 1 + first
        else:
            columns[box.id] += first - low
