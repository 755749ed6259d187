"""Saves by name, made of a run itself: what a save in numbers has to come to in names."""

from __future__ import annotations

from game.engine import Run
from game.engine.migrate import moments
from game.present.view import people, status_line
from game.saves.capture import pack
from game.saves.format import Save
from game.saves.strict import clean


def by_name(run: Run) -> Save:
    """A run as a save of schema 2, in a slot that nobody has named."""
    story, state = run.machine.story, run.state
    states = [run.state_at(turn) for turn in range(len(run.steps) + 1)]
    chapters: list[tuple[int, str]] = []
    for turn, chapter in enumerate(story.scenes[state.scene].chapter for state in states):
        if chapter and (not chapters or chapters[-1][1] != chapter):
            chapters.append((turn, chapter))
    begun = [] if run.first == run.machine.start() else [0]
    return Save(
        pack(run, title="", auto=True, played=0, order=1).header,
        run.seed,
        dict(run.dice.loaded),
        clean(run.player),
        run.gentle,
        (*run.log, *run.future),
        run.turn,
        state.scene,
        {v.name: v.values[i] for v, i in zip(story.variables, state.values, strict=True)},
        "",
        True,
        0,
        clean(status_line(run)),
        tuple(clean(person.short) for person in people(run) if person.presence == "here"),
        run.over,
        tuple(moments(run)),
        frozenset(begun + [turn for turn, step in enumerate(run.steps, 1) if step.kept]),
        tuple(chapters),
    )
