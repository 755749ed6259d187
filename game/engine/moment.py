"""A turn of a run in the names of its story, and what differs between two states. Needs no story to be imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.engine.checks import Values
    from game.story.variables import Value


@dataclass(frozen=True, slots=True)
class Moment:
    """A turn of a run. `entry` is the choice that led here as `scene.choice`, `outcome` that of its roll ("" for none).

    `changed` are the values that differ from those of the moment before; at the first, all of them.
    """

    entry: str
    outcome: str
    scene: str
    changed: Mapping[str, Value]


def differing(before: Values, after: Values) -> list[int]:
    """The numbers of the variables that differ, ascending. Few of many do: all are compared at once, as one number."""
    if len(before) < 64:
        return [var for var, value in enumerate(before) if value != after[var]]
    left = int.from_bytes(before, "little") ^ int.from_bytes(after, "little")
    out = []
    while left:
        var = (left & -left).bit_length() - 1 >> 3
        out.append(var)
        left &= -1 << 8 * (var + 1)
    return out
