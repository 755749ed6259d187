"""From a run to a save and back. What comes back has been played again, choice by choice, never taken on trust."""

from __future__ import annotations

import datetime

from game import __version__
from game.engine import Dice, Diverged, Machine, Run, State
from game.present.view import people, status_line
from game.saves.errors import Damaged
from game.saves.format import Save, clean
from game.story.diagnostics import printable
from game.story.model import Story
from game.story.variables import Value


def capture(run: Run, *, title: str, auto: bool, played: int, order: int) -> Save:
    """Everything there is to keep of a run, and what a list of saves shows of it."""
    story = run.machine.story
    now = datetime.datetime.now(datetime.UTC)
    return Save(
        story.id,
        clean(story.version),
        story.digest,
        __version__,
        now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        order,
        run.seed,
        dict(run.dice.loaded),
        clean(run.player),
        run.gentle,
        (*run.log, *run.future),
        run.turn,
        run.state.scene,
        named_values(story, run.state),
        title,
        auto,
        max(0, int(played)),
        clean(status_line(run)),
        tuple(clean(p.short) for p in people(run) if p.presence == "here"),
        run.over,
    )


def named_values(story: Story, state: State) -> dict[str, Value]:
    """The values of a state by the names of their variables, where they are not what the story starts with."""
    return {
        var.name: var.values[index]
        for var, index in zip(story.variables, state.values, strict=True)
        if index != var.start
    }


def restore(save: Save, machine: Machine) -> tuple[Run, tuple[str, ...]]:
    """The run a save of this story holds, and what the player should know about it.

    Raises `Damaged` when the story and the game are the very same, yet the choices lead somewhere else.
    """
    story = machine.story
    run = Run.new(machine, save.seed, save.player, save.gentle, Dice(save.seed, dict(save.loaded)))
    lost: Diverged | None = None
    try:
        run = run.replay(save.log)
    except Diverged as diverged:
        lost, run = diverged, diverged.run
    run = run.go_to(min(save.turn, run.turn))
    same = lost is None and run.state.scene == save.scene and _equal(named_values(story, run.state), save.values)
    if save.digest == story.digest:
        if same:
            return run, ()
        if save.game == __version__:
            raise Damaged("its choices do not lead to the moment it holds")
        return run, (_note("hyosan", save, run, lost, same),)
    return run, (_note("The story", save, run, lost, same),)


def _equal(a: object, b: object) -> bool:
    # As text, because True == 1 and a flag is not a number.
    return isinstance(a, dict) and isinstance(b, dict) and sorted(map(repr, a.items())) == sorted(map(repr, b.items()))


def _note(what: str, save: Save, run: Run, lost: Diverged | None, same: bool) -> str:
    """How much of a run is left now that `what` is not what it was."""
    changed = f"{what[0].upper()}{what[1:]} has changed since this save"
    made = _choices(save.turn)
    if lost is not None and lost.at < save.turn:
        gone = f"{printable(lost.choice)} is no longer offered there"
        if lost.at == 0:
            return f"{changed}; none of its {made} could be replayed, so the run is at its beginning ({gone})."
        return f"{changed}; replayed {lost.at} of {made}, up to {status_line(run)} ({gone})."
    replayed = f"its {made} {'was' if save.turn == 1 else 'were'} replayed"
    text = f"{changed}; {replayed}" if save.turn else f"{changed}; the run is at its beginning"
    if lost is not None:
        text += f", but what was taken back cannot all be made again ({printable(lost.choice)} is no longer offered)"
    elif not same:
        text += ", and some turned out differently" if save.turn else ", which is not what it was"
    return text + "."


def _choices(count: int) -> str:
    return "1 choice" if count == 1 else f"{count} choices"
