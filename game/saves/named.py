"""A save in numbers as one by name, which needs nothing beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from game.engine import Machine
from game.saves.errors import Damaged
from game.saves.format import Save
from game.saves.history import Reader, beside, names_file, told
from game.saves.numbers import Names
from game.saves.packed import Packed
from game.saves.resume import resumed
from game.story.variables import Value


def nothing_beside(name: str) -> bytes:
    """The reader of a save that is alone."""
    raise Damaged(f"{name} is not beside it")


def names_of(save: Packed, own: Names, reader: Reader) -> Names:
    """The names for a save's numbers, which may be the story's own. Raises `Damaged` when they are not to be had."""
    if save.past.names == own.id:
        return own
    names = Names.parsed(reader(names_file(save.past.names)))
    if names.digest != save.header.digest:
        raise Damaged("the names beside it are not its own")
    return names


def in_names(save: Packed, names: Names, reader: Reader) -> Save:
    """A save as one of schema 2, which needs nothing beside it. Raises `Damaged` when what is beside it is damaged."""
    trail = told(names, save.past, reader)
    now = names.stood(save.at)
    values: dict[str, Value] = {}
    for moment in trail[: save.turn + 1]:
        values.update(moment.changed)
    if trail[save.turn].scene != now.scene or not same_values(values, names.all_values(now)):
        raise Damaged("what led up to it is not what it says")
    return Save(
        save.header,
        save.seed,
        save.loaded,
        save.player,
        save.gentle,
        tuple(moment.entry for moment in trail[1:]),
        save.turn,
        now.scene,
        values,
        save.title,
        save.auto,
        save.played,
        save.summary,
        save.living,
        save.over,
        tuple(trail),
        frozenset(turn for turn, *_ in save.past.kept),
        tuple(_beginnings(names.scenes[moment.scene].chapter for moment in trail)),
    )


def _beginnings(chapters: Iterable[str]) -> list[tuple[int, str]]:
    """Each chapter come to, with the turn at which it began, from the one of each turn ("" for none)."""
    out: list[tuple[int, str]] = []
    for turn, chapter in enumerate(chapters):
        if chapter and (not out or out[-1][1] != chapter):
            out.append((turn, chapter))
    return out


def portable(save: Save | Packed, machine: Machine, reader: Reader) -> Save:
    """A save that needs nothing beside it. Raises `Damaged`."""
    if isinstance(save, Save):
        return save
    own = Names.of(machine)
    names = names_of(save, own, reader)
    try:
        return in_names(save, names, reader)
    except Damaged:
        if names is not own:
            raise
    # The choices lead to all that was beside it.
    made = beside(resumed(save, machine, own))
    return in_names(save, names, lambda name: made[name]())


def same_values(a: Mapping[str, Value], b: Mapping[str, Value]) -> bool:
    """Whether these are the same names with the very same values."""
    # True == 1, and a flag is not a number.
    return a == b and all(type(value) is type(b[name]) for name, value in a.items())
