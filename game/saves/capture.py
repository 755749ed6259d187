"""From a run to a save, as a slot has it."""

from __future__ import annotations

import time
from functools import partial

from game import __version__
from game.engine import Run
from game.present.view import people, status_line
from game.saves.history import beside, written
from game.saves.numbers import Names
from game.saves.packed import Header, Packed
from game.saves.strict import clean


def pack(run: Run, *, title: str, auto: bool, played: int, order: int) -> Packed:
    """Everything there is to keep of a run in a slot, and what a list of saves shows of it."""
    played = max(0, int(played))
    if run.held is not None and isinstance(run.held.packed, Packed):  # it has just come out of a save
        was = run.held.packed
        header = was.header._replace(game=__version__, saved=_now(), order=order)
        return was._replace(header=header, title=title, auto=auto, played=played, beside=partial(beside, run))
    names = Names.of(run.machine)
    return Packed(
        _header(run, order),
        run.seed,
        dict(run.dice.loaded),
        clean(run.player),
        run.gentle,
        run.turn,
        written(run),
        names.standing(run.state),
        title,
        auto,
        played,
        clean(status_line(run)),
        _living(run),
        run.over,
        partial(beside, run),
    )


def _header(run: Run, order: int) -> Header:
    story = run.machine.story
    return Header(story.id, clean(story.version), story.digest, __version__, _now(), order)


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _living(run: Run) -> tuple[str, ...]:
    return tuple(clean(p.short) for p in people(run) if p.presence == "here")
