"""A story's files while they are being written: what has changed, what it is now, and how far a run still fits.

Knows no screen: everything here may run in a thread.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from game.engine import Diverged, Machine, Run
from game.story import load_sources
from game.story.diagnostics import Diagnostic, Problems, Severity
from game.story.load import read_files
from game.story.source import SKIPPED_FOLDERS

Stamp: TypeAlias = "tuple[int, int, int]"
"""When a file was last written, how long it is, and which one it is on the disk."""


def stamps(folder: Path) -> dict[str, Stamp]:
    """The story's files as they are on the disk now. What cannot be looked at is left out."""
    out: dict[str, Stamp] = {}
    waiting = [(folder, "")]
    while waiting:
        path, prefix = waiting.pop()
        try:
            entries = list(os.scandir(path))
        except OSError:
            continue
        for entry in entries:
            try:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if prefix or entry.name not in SKIPPED_FOLDERS:
                        waiting.append((Path(entry.path), f"{prefix}{entry.name}/"))
                elif entry.name.endswith((".yaml", ".yml")):
                    found = entry.stat(follow_symlinks=False)
                    out[prefix + entry.name] = (found.st_mtime_ns, found.st_size, found.st_ino)
            except OSError:
                continue
    return out


def differing(old: Mapping[str, Stamp], new: Mapping[str, Stamp]) -> list[str]:
    """The names of the files that are not as they were."""
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading the files. `machine` is None when they are no story; then `faults` says why."""

    machine: Machine | None
    faults: tuple[Diagnostic, ...]
    sources: Mapping[str, str]


def read(folder: Path) -> Reading:
    """Read the story in `folder` as it is now."""
    problems = Problems()
    sources = read_files(folder, problems)
    loaded = load_sources(sources, problems)
    if loaded.story is None:
        return Reading(None, tuple(d for d in loaded.diagnostics if d.severity is Severity.ERROR), sources)
    return Reading(Machine(loaded.story), (), sources)


def blank() -> Machine:
    """A story that stands in while there is none that can be read."""
    chapter = "chapter: {id: none, title: None, from: D1 00:00, until: D1 01:00, start: none}"
    scenes = "scenes: {none: {text: Nothing yet., choices: {wait: {text: Wait., goto: none}}}}"
    story = "story: {id: none, title: A story, version: 0.0.0, start: none}"
    loaded = load_sources({"story.yaml": story, "none.yaml": f"{chapter}\n{scenes}\n"})
    assert loaded.story is not None
    return Machine(loaded.story)


@dataclass(slots=True)
class Course:
    """The whole way a writer has gone, kept while the story under it changes.

    `log` are all their choices, those they took back included; `turn` is how many they stand at. Where an edit takes
    away what they chose, the run ends there; the log does not, and so mending the edit brings them back.
    """

    log: tuple[str, ...] = ()
    turn: int = 0

    def follow(self, run: Run) -> None:
        """The writer has moved. Only another choice than the one they had made replaces what came after it."""
        known = run.log + run.future
        if self.log[: len(known)] != known:
            self.log = known
        self.turn = run.turn

    def again(self, run: Run, machine: Machine) -> Carried:
        """The same run on another story, as far as it goes."""
        own = run.machine.story.player.name
        player = "" if run.player == own else run.player
        fresh = Run.new(machine, run.seed, player, run.gentle, run.dice)
        try:
            carried = Carried(fresh.replay(self.log), len(self.log))
        except Diverged as diverged:
            carried = Carried(diverged.run, diverged.at, diverged.choice, _why(diverged))
        carried.run = carried.run.go_to(min(self.turn, carried.fits))
        return carried


@dataclass(slots=True)
class Carried:
    """A run on the new story. `fits` choices could be made; `choice` is the first that could not ("" for none)."""

    run: Run
    fits: int
    choice: str = ""
    why: str = field(default="")


def _why(diverged: Diverged) -> str:
    """Why a choice cannot be made any more."""
    story = diverged.run.machine.story
    scene, _, choice = diverged.choice.rpartition(".")
    if scene not in story.scenes:
        return "no such scene"
    if diverged.run.state.scene != scene:
        return f"the choice before it leads to {diverged.run.state.scene}"
    if all(known.id != choice for known in story.scenes[scene].choices):
        return "no such choice"
    return "not open there"


def told(files: list[str], carried: Carried, turn: int) -> str:
    """What a reload did, in a line. `turn` is where the writer stood before."""
    what = f"{files[0] if len(files) == 1 else f'{len(files)} files'} reloaded" if files else "reloaded"
    if carried.choice:
        if carried.fits >= turn:
            lost = f"{carried.choice}, which you had taken back, fits no more: {carried.why}"
            return f"{what}; {_counted(turn)} replayed; {lost}."
        number = carried.fits + 1
        where = f"the run diverged at choice {number}, {carried.choice}: {carried.why}"
        return f"{what}; {where}. You are where it still fits; what came after is kept."
    return f"{what}; {_counted(carried.run.turn)} replayed."


def _counted(choices: int) -> str:
    return f"{choices} choice{'' if choices == 1 else 's'}"
