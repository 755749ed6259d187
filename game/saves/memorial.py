"""The endings a player has reached, and whom each cost: kept apart from the runs, and never lost with one.

    folder/<story id>/.endings/<key>.json    one run that came to an ending, as one sealed line of JSON

A file is written once and never changed, and its name follows from what the run did. So two folders are put together
by having the files of both, and a run that comes to the same ending again adds nothing.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from game.engine import Run
from game.engine.migrate import Renaming
from game.saves import disk
from game.saves.errors import Damaged, Newer
from game.saves.strict import TIME, Fields, check_seal, clean, parse, sealed
from game.story.model import Story

FOLDER = ".endings"
MAGIC = "hyosan-ending"
SCHEMA = 1
_PARTS = (
    *("magic", "schema", "story", "version", "ending", "title", "lost", "player", "seed", "turns", "played", "at"),
    "check",
)
_NAME = re.compile(r"[0-9a-f]{32}\.json\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reached:
    """An ending that was reached. `ending` and `lost` (who was gone for good) are ids of the story as it is now."""

    ending: str
    title: str
    """What the ending was called then."""
    lost: tuple[str, ...]
    player: str
    seed: int
    turns: int
    played: int
    """Seconds."""
    at: str
    """UTC, ISO 8601; to be shown, never to be compared."""
    version: str
    """Of the story, then."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """Everything that is known of endings, the earliest first; `damaged` are the names of files that are not whole."""

    endings: tuple[Reached, ...] = ()
    damaged: tuple[str, ...] = ()


class Memorial:
    """The endings of one story, in `folder`. Besides what is said, every method may raise OSError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER
        self._kept: set[str] = set()

    def keep(self, run: Run, played: int) -> None:
        """Remember a run that is over; it is on disk when this returns. Nothing happens for one that is known."""
        if not run.over or (key := _key(run)) in self._kept:
            return
        path = self.folder / f"{key}.json"
        if not self._is_whole(path):
            for above in (self.folder.parent, self.folder):
                disk.make_folder(above)
            self._write(path, _line(run, played))
        self._kept.add(key)

    def all(self, story: Story) -> Remembered:
        """Everything remembered, in the names of the story as it is."""
        found: dict[str, Reached] = {}
        damaged: list[str] = []
        for path in self._files():
            try:
                found[path.name] = decode(disk.read_file(path), story)
            except FileNotFoundError:
                continue
            except Damaged:
                damaged.append(path.name)
            except Newer:
                continue
        # The time is only for show; but where nothing else says which came first, it will do.
        ordered = sorted(found.items(), key=lambda entry: (entry[1].at, entry[0]))
        return Remembered(tuple(reached for _, reached in ordered), tuple(damaged))

    def bring_in(self, other: Path, story: Story) -> int:
        """Remember what another folder of endings does, too. Returns how many there were that were not known."""
        new = 0
        for path in Memorial(other)._files():
            mine = self.folder / path.name
            with suppress(Damaged, Newer):
                data = disk.read_file(path)
                decode(data, story)
                if not self._is_whole(mine):
                    for above in (self.folder.parent, self.folder):
                        disk.make_folder(above)
                    self._write(mine, data)
                    new += 1
        return new

    def _files(self) -> Iterable[Path]:
        try:
            names = os.listdir(self.folder)
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [self.folder / name for name in sorted(names) if _NAME.match(name)]

    def _write(self, path: Path, data: bytes) -> None:
        temporary = disk.write_temporary(self.folder, data)
        os.replace(temporary, path)
        disk.flush_folder(self.folder)
        disk.sweep(self.folder, 0)

    def _is_whole(self, path: Path) -> bool:
        try:
            _fields(disk.read_file(path))
        except (FileNotFoundError, Damaged):
            return False
        except Newer:
            return True
        return True


def _key(run: Run) -> str:
    said = "\n".join((run.machine.story.id, clean(run.player), str(run.seed), run.state.scene, *run.log))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _line(run: Run, played: int) -> bytes:
    story = run.machine.story
    fates = list(story.fates.values())
    gone = [p.id for p in story.people.values() if fates[run.state.values[p.fate]].presence == "gone"]
    now = datetime.datetime.now(datetime.UTC)
    header = {
        "magic": MAGIC,
        "schema": SCHEMA,
        "story": story.id,
        "version": clean(story.version),
        "ending": run.state.scene,
        "title": clean(story.scenes[run.state.scene].title),
        "lost": gone,
        "player": clean(run.player),
        "seed": run.seed,
        "turns": run.turn,
        "played": max(0, int(played)),
        "at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return sealed(header) + b"\n"


def _fields(data: bytes) -> Fields:
    line, end, rest = data.partition(b"\n")
    fields = Fields(parse(line, "line"))
    if fields.data.get("magic") != MAGIC:
        raise Damaged("it is not an ending of hyosan")
    check_seal(fields.data, line)
    if fields.number("schema", 1, 10**6) > SCHEMA:
        raise Newer("")
    fields.only(_PARTS)
    if not end or rest:
        raise Damaged("it is cut off, or too long")
    return fields


def decode(data: bytes, story: Story) -> Reached:
    """What a file says, in the names of a story. Raises `Damaged`, and `Newer` when only a newer hyosan can know."""
    fields = _fields(data)
    if fields.text("story") != story.id:
        raise Damaged("it is of another story")
    names = Renaming(story)
    lost = [names.variable(f"fate.{id}").removeprefix("fate.") for id in fields.texts("lost", 10_000)]
    return Reached(
        names.scene(fields.text("ending")),
        fields.text("title"),
        tuple(id for id in lost if id),
        fields.text("player"),
        fields.number("seed", -(2**64), 2**64),
        fields.number("turns", 0, 10**6),
        fields.number("played", 0, 2**40),
        fields.text("at", TIME),
        fields.text("version"),
    )
