"""The layout of a chapter by Graphviz `dot`. It is told sizes and numbers only, never a word of the story."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

from game.desk.graph.boxes import Box, Point, Wire

PATIENCE = 60
"""Seconds after which dot is given up."""


class DotFailed(Exception):
    """Graphviz is not there, or did not do what was asked."""


def lay_out(boxes: list[Box], wires: list[Wire]) -> tuple[float, float]:
    """Place all boxes and draw all wires. Returns the width and height of the whole. Raises `DotFailed`."""
    if not boxes:
        return 0.0, 0.0
    dot = shutil.which("dot")
    if dot is None:
        raise DotFailed("Graphviz is not installed: there is no program 'dot'")
    try:
        done = subprocess.run(
            [dot, "-Tjson"], input=source(boxes, wires), capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        found = json.loads(done.stdout)
        return _read(found, boxes, wires)
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, IndexError) as error:
        raise DotFailed(f"Graphviz 'dot' failed ({type(error).__name__})") from None


def source(boxes: list[Box], wires: list[Wire]) -> str:
    """What dot is asked: a table of fixed size for each box, with a port for every height at which a wire leaves."""
    number = {b.id: i for i, b in enumerate(boxes)}
    ends: dict[str, set[float]] = {b.id: set() for b in boxes}
    for wire in wires:
        ends[wire.source].add(wire.out)
        ends[wire.target].add(wire.into)
    out = [
        "digraph {",
        "rankdir=LR nodesep=0.35 ranksep=1.1 splines=spline",
        "node [shape=plain margin=0]",
        "edge [arrowhead=none]",
    ]
    for box in boxes:
        rank = f" rank={'min' if box.pin == 'first' else 'max'}" if box.pin else ""
        out.append(f"{{{rank} n{number[box.id]} [label=<{_table(box, sorted(ends[box.id]))}>] }}")
    for i, wire in enumerate(wires):
        a, b = f"n{number[wire.source]}:p{wire.out:g}", f"n{number[wire.target]}:p{wire.into:g}"
        # A port's name may hold no dot.
        out.append(f"{_port(a)}:e -> {_port(b)}:w [id=w{i} weight={1 if wire.loose else 2}]")
    return "\n".join([*out, "}"]) + "\n"


def _port(name: str) -> str:
    return name.replace(".", "_")


def _table(box: Box, ends: list[float]) -> str:
    """Rows whose middles are at the heights of the ends."""
    rows: list[str] = []
    done = 0.0
    for i, end in enumerate(ends):
        bottom = min(2 * end - done, (end + ends[i + 1]) / 2) if i + 1 < len(ends) else 2 * end - done
        bottom = min(max(bottom, end + 1), box.height)
        rows.append(_cell(box.width, bottom - done, _port(f"p{end:g}")))
        done = bottom
    if done < box.height:
        rows.append(_cell(box.width, box.height - done, ""))
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{"".join(rows)}</TABLE>'


def _cell(width: float, height: float, port: str) -> str:
    name = f' PORT="{port}"' if port else ""
    return f'<TR><TD{name} FIXEDSIZE="TRUE" WIDTH="{width:.0f}" HEIGHT="{height:.0f}"></TD></TR>'


def _read(found: dict[str, Any], boxes: list[Box], wires: list[Wire]) -> tuple[float, float]:
    _, _, width, height = (float(n) for n in found["bb"].split(","))
    named = {o["name"]: o for o in found["objects"] if "pos" in o}
    for i, box in enumerate(boxes):
        x, y = (float(n) for n in named[f"n{i}"]["pos"].split(","))
        box.x, box.y = round(x - box.width / 2, 1), round(height - y - box.height / 2, 1)
    by_id = {b.id: b for b in boxes}
    drawn = {edge["id"]: edge for edge in found.get("edges", ())}
    for i, wire in enumerate(wires):
        edge = drawn[f"w{i}"]
        points: list[Point] = []
        for part in edge["pos"].split(";")[0].split():
            if part[:2] not in ("e,", "s,"):
                x, y = (float(n) for n in part.split(","))
                points.append((round(x, 1), round(height - y, 1)))
        # The ends exactly where the rows are: a table cell has whole numbers for its height.
        source, target = by_id[wire.source], by_id[wire.target]
        points[0] = (points[0][0], source.y + wire.out)
        points[-1] = (points[-1][0], target.y + wire.into)
        wire.curve = points
    return width, height
