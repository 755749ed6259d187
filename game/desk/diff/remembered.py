"""Variables whose range changed, and what that means for saves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from game.story.model import Story


@dataclass(frozen=True, slots=True)
class Variable:
    """Something remembered whose range changed, and what that means for a save."""

    name: str
    old: str
    new: str
    meaning: str


def variables(old: Story, new: Story) -> Iterator[Variable]:
    for var in old.variables:
        other = new.by_name.get(var.name)
        if other is None or var.kind in ("clock", "seen", "chosen", "once"):
            continue
        was, now = span(var.values), span(other.values)
        if was != now:
            gone = [str(v) for v in var.values if v not in other.values]
            come = [str(v) for v in other.values if v not in var.values]
            yield Variable(var.name, was, now, _meaning(gone, come, isinstance(other.values[0], int)))
        elif var.values[var.start] != other.values[other.start]:
            first, then = str(var.values[var.start]), str(other.values[other.start])
            meaning = f"a saved run begins with {then} instead of {first} when it is played again"
            yield Variable(var.name, f"{was}, first {first}", f"{now}, first {then}", meaning)


def span(values: tuple[object, ...]) -> str:
    if values == (False, True):
        return "yes or no"
    if isinstance(values[0], int):
        return f"{values[0]}..{values[-1]}"
    return ", ".join(str(v) for v in values)


def _meaning(gone: list[str], come: list[str], number: bool) -> str:
    """What a changed range does to a save, which holds choices and is played again with them."""
    if not gone:
        return "saved runs are played again as they were, unless they come to one of the new values"
    if number:
        return f"a saved run in which it was {_listed(gone)} is played again within the new range, and may go elsewhere"
    more = "" if not come else f"; {_listed(come)} did not exist then"
    return f"a saved run in which it was {_listed(gone)} turns out differently when it is played again{more}"


def _listed(values: list[str]) -> str:
    if len(values) > 4:
        return f"{values[0]} to {values[-1]}"
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"
