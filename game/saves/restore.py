"""From a save to a run.

What comes back is played again, choice by choice, never taken on trust: of a save of schema 3 when somebody asks for
what it has been through, of any other at once. When the story is another than it was, there is a ladder, and the player
is told which rung it was (docs/writing/compat.md):

1. The very same story: the run is the very same.
2. A story with `migrations:` in which the moment can be said: the player has what they had, at every turn.
3. Otherwise the choices are made again, as far as that goes.
4. Where that does not come to the last chapter they had reached, its beginning is one redo away.
5. Where nothing is left, the run begins anew; endings reached are kept apart from runs (`memorial`).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from game import __version__
from game.engine import Dice, Diverged, Machine, NotOffered, Run, State, Step
from game.engine.migrate import Renaming, chapter_start, cross, follow, moments
from game.engine.moment import Moment
from game.present.view import status_line
from game.saves.errors import Damaged
from game.saves.format import Save
from game.saves.history import Reader
from game.saves.named import in_names, names_of, nothing_beside, same_values
from game.saves.numbers import Names
from game.saves.packed import Packed
from game.saves.resume import ASTRAY, resumed
from game.story.diagnostics import printable
from game.story.model import Story
from game.story.variables import Value


class Came(NamedTuple):
    """A run that came back. `note` is what the player should know ("" for nothing); `rung` is the ladder's."""

    run: Run
    note: str = ""
    rung: int = 1
    whole: bool = True
    """Whether nothing is lost: the run may go on where it was kept."""


def restore(save: Save | Packed, machine: Machine, reader: Reader = nothing_beside) -> Came:
    """The run a save of this story holds, and what the player should know about it. `reader` has what is beside it.

    Raises `Damaged` when the story and the game are the very same, yet the choices lead somewhere else. Of a save of
    schema 3 the run itself raises it, when it is asked for its steps.
    """
    story = machine.story
    if isinstance(save, Packed):
        return _unpacked(save, machine, reader)
    begun = Run.new(machine, save.seed, save.player, save.gentle, Dice(save.seed, dict(save.loaded)))
    if save.header.digest == story.digest:
        run = _same(save, begun)
        if run is not None:
            return Came(run)
        if save.header.game == __version__:
            raise Damaged(ASTRAY)
        return _followed("hyosan", save, begun)
    if story.migrations is not None and (run := _crossed(save, begun)) is not None:
        return _carried(save, run)
    return _followed("The story", save, begun)


# --- in numbers ---


def _unpacked(save: Packed, machine: Machine, reader: Reader) -> Came:
    own = Names.of(machine)
    if save.past.names == own.id:
        run = resumed(save, machine, own)
        if save.header.game == __version__:
            return Came(run)
        with suppress(Damaged):
            return Came(run.made())  # another hyosan may do otherwise than this one
    names = names_of(save, own, reader)
    with suppress(Damaged):
        return restore(in_names(save, names, reader), machine)
    # Where it stood is in the save itself.
    begun = Run.new(machine, save.seed, save.player, save.gentle, Dice(save.seed, dict(save.loaded)))
    state = names.stood(save.at)
    here = cross(begun, [Moment("", "", state.scene, names.all_values(state))], 0)
    if here is None:
        raise Damaged("what led up to it is damaged, and the story has changed")
    text = "The story has changed since this save, and what led up to it is damaged; you are where you were, with what"
    return Came(here, f"{text} you had: {status_line(here)}. Nothing can be taken back.", 2, False)


# --- the very same story ---


def _same(save: Save, begun: Run) -> Run | None:
    """The run, if the choices lead to just what the save says."""
    if not save.trail:
        try:
            run = begun.replay(save.log).go_to(save.turn)
        except Diverged:
            return None
        same = run.state.scene == save.scene and same_values(_named_values(begun.machine.story, run.state), save.values)
        return run if same else None
    values: dict[str, Value] = {}
    state = begun.first
    steps: list[Step] = []
    for turn, moment in enumerate(save.trail):
        values.update(moment.changed)
        choice = moment.entry.rpartition(".")[2]
        if turn in save.kept:
            stood = _stated(begun.machine, moment.scene, values)
            if stood is None:
                return None
            if turn:
                steps.append(Step(state, choice, moment.outcome, (), stood, True))
            else:
                begun = replace(begun, first=stood)
            state = stood
        elif turn:
            try:
                steps.append(begun.machine.choose(state, choice, begun.dice))
            except (NotOffered, KeyError):
                return None
            state = steps[-1].after
    run = replace(begun, steps=tuple(steps), turn=save.turn)
    if [*run.log, *run.future] != list(save.log) or frozenset(_kept(run)) != save.kept:
        return None
    same = all(
        (a.outcome, a.scene) == (b.outcome, b.scene) and same_values(a.changed, b.changed)
        for a, b in zip(moments(run), save.trail, strict=True)
    )
    return run if same else None


def _named_values(story: Story, state: State) -> dict[str, Value]:
    """The values of a state by the names of their variables, where they are not what the story starts with."""
    return {
        var.name: var.values[index]
        for var, index in zip(story.variables, state.values, strict=True)
        if index != var.start
    }


def _kept(run: Run) -> list[int]:
    """The turns whose states do not follow from the choices."""
    begun = [] if run.first == run.machine.start() else [0]
    return begun + [turn for turn, step in enumerate(run.steps, 1) if step.kept]


def _stated(machine: Machine, scene: str, values: Mapping[str, Value]) -> State | None:
    """A state by names, if it is one of this story, with nothing left out and nothing besides."""
    story = machine.story
    if scene not in story.scenes or set(values) != set(story.by_name):
        return None
    found = [var.index_of(values[var.name]) for var in story.variables]
    return None if None in found else State(scene, bytes(i for i in found if i is not None))


# --- another story ---


def _crossed(save: Save, begun: Run) -> Run | None:
    """The run with what the player had, in the names of the story as it is."""
    if save.trail:
        return cross(begun, save.trail, save.turn)
    # What was not saved at that time can only be had by playing it again.
    run, lost = follow(begun, save.log, save.turn)
    if lost is None and cross(begun, (Moment("", "", save.scene, save.values),), 0) is not None:
        names = Renaming(begun.machine.story)
        if run.state.scene == names.scene(save.scene) and _agrees(names, save, run.state):
            return run
    return cross(begun, (Moment("", "", save.scene, save.values),), 0)


def _agrees(names: Renaming, save: Save, state: State) -> bool:
    """Whether a state has every value of a save that the story still knows of."""
    story = names.story
    said = {at[0]: at[1] for name, value in save.values.items() if isinstance(at := names.placed(name, value), tuple)}
    if not save.trail:  # what it does not speak of was as at the start
        said = {v.index: v.start for v in story.variables} | said
    lost = any(isinstance(names.placed(name, value), str) for name, value in save.values.items())
    return not lost and all(state.values[var] == index for var, index in said.items())


def _carried(save: Save, run: Run) -> Came:
    kept = bool(_kept(run))
    changed = "The story has changed since this save"
    if not kept and (run.turn, len(run.steps)) == (save.turn, len(save.log)):
        return Came(run, _note("The story", save, run, None, True), 2)
    text = f"{changed}; you are where you were, with what you had: {status_line(run)}."
    if run.turn < save.turn:
        last = "the last choice" if run.turn == 1 else f"the last {run.turn} choices"
        text += f" Only {last} can be taken back." if run.turn else " Nothing can be taken back."
    lost = len(save.log) - save.turn - (len(run.steps) - run.turn)
    if lost:
        text += " What was taken back cannot all be made again."
    return Came(run, text, 2, run.turn == save.turn and not lost)


def _followed(what: str, save: Save, begun: Run) -> Came:
    """The choices, made again as far as that goes; and how to come to the last chapter, if they do not."""
    run, lost = follow(begun, save.log, save.turn)
    names = Renaming(begun.machine.story)
    same = lost is None and run.state.scene == names.scene(save.scene) and _agrees(names, save, run.state)
    if same and what == "hyosan":
        return Came(run)
    text = _note(what, save, run, lost, same)
    if lost is None or lost.at >= save.turn:
        return Came(run, text, 3, lost is None)
    rung = 3 if run.turn else 5
    reached = [(turn, id) for turn, id in save.chapters if turn <= save.turn]
    if save.trail and reached and lost.at < reached[-1][0]:
        turn, id = reached[-1]
        further = chapter_start(run, save.trail, turn, id)
        if further is not None:
            chapter = further.chapter_at(len(further.steps))
            title = printable(begun.machine.story.chapters[chapter].title)
            return Came(further, f"{text} Redo takes you to the beginning of {title}, which you had reached.", 4, False)
    return Came(run, text, rung, False)


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
