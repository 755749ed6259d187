"""The endings a player has reached, and whom each cost: kept apart from the runs, and never lost with one.

    folder/<story id>/.endings/<key>.json    one run that came to an ending, as one sealed line of JSON

A file's name follows from what the run did, so a run that comes to the same ending again adds nothing, and two folders
are put together by having the files of both. Where both have a file, the one that says more is kept, and of two that
say as much always the same one: it does not matter who brings in whom, or how often.
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
from game.present.gallery import Fellow, Reached
from game.present.view import PersonView, people
from game.saves import disk
from game.saves.errors import Damaged, Newer
from game.saves.strict import TIME, Fields, check_seal, clean, parse, sealed
from game.story.model import Story

FOLDER = ".endings"
MAGIC = "hyosan-ending"
SCHEMA = 2
_FIRST = (
    *("magic", "schema", "story", "version", "ending", "title", "lost", "player", "seed", "turns", "played", "at"),
    "check",
)
_PARTS = {1: {*_FIRST}, 2: {*_FIRST, "people"}}
_OF_PEOPLE = ("id", "fate", "decided", "with", "memories")
_MOST = 10_000
_NAME = re.compile(r"[0-9a-f]{32}\.json\Z", re.ASCII)


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

    def entry(self, run: Run, played: int) -> tuple[str, bytes] | None:
        """What is to be kept of a run that is over; None for one that is not, or that is known. Writes nothing."""
        if not run.over or (key := _key(run)) in self._kept:
            return None
        return key, _line(run, played)

    def keep(self, entry: tuple[str, bytes] | None) -> None:
        """Remember the run of an `entry`; it is on disk when this returns."""
        if entry is None:
            return
        key, line = entry
        path = self.folder / f"{key}.json"
        if self._standing(path)[0] < SCHEMA:
            self._write(path, line)
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
                theirs = self._rank(disk.read_file(path), story)
                before = self._standing(mine)
                if before < theirs:
                    self._write(mine, theirs[1])
                    new += not before[0]
        return new

    def _rank(self, data: bytes, story: Story) -> tuple[int, bytes]:
        """How much a file of another folder says. Raises `Damaged`, and `Newer`."""
        decode(data, story)
        return _fields(data).number("schema", 1, SCHEMA), data

    def _standing(self, path: Path) -> tuple[int, bytes]:
        """How much a file of ours says: its schema, and its bytes; the schema is 0 where there is no whole one."""
        try:
            data = disk.read_file(path)
            return _fields(data).number("schema", 1, SCHEMA), data
        except (FileNotFoundError, Damaged):
            return 0, b""
        except Newer:
            return SCHEMA + 1, b""

    def _files(self) -> Iterable[Path]:
        try:
            names = os.listdir(self.folder)
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [self.folder / name for name in sorted(names) if _NAME.match(name)]

    def _write(self, path: Path, data: bytes) -> None:
        for above in (self.folder.parent, self.folder):
            disk.make_folder(above)
        temporary = disk.write_temporary(self.folder, data)
        os.replace(temporary, path)
        disk.flush_folder(self.folder)
        disk.sweep(self.folder, 0)


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
        "people": [_person(run, person) for person in people(run)],
    }
    return sealed(header) + b"\n"


def _person(run: Run, met: PersonView) -> dict[str, object]:
    known = [m for m in run.machine.story.people[met.id].memories if run.value(f"memory.{m}")]
    fate = run.value(f"fate.{met.id}")
    return dict(zip(_OF_PEOPLE, (met.id, fate, clean(met.decided), met.where == "with", known), strict=True))


def _fields(data: bytes) -> Fields:
    line, end, rest = data.partition(b"\n")
    fields = Fields(parse(line, "line"))
    if fields.data.get("magic") != MAGIC:
        raise Damaged("it is not an ending of hyosan")
    check_seal(line)
    if (schema := fields.number("schema", 1, 10**6)) > SCHEMA:
        raise Newer("")
    fields.only(_PARTS[schema])
    if not end or rest:
        raise Damaged("it is cut off, or too long")
    return fields


def decode(data: bytes, story: Story) -> Reached:
    """What a file says, in the names of a story. Raises `Damaged`, and `Newer` when only a newer hyosan can know."""
    fields = _fields(data)
    if fields.text("story") != story.id:
        raise Damaged("it is of another story")
    names = Renaming(story)
    lost = [names.variable(f"fate.{id}").removeprefix("fate.") for id in fields.texts("lost", _MOST)]
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
        tuple(_fellows(fields, names)),
    )


def _fellows(fields: Fields, names: Renaming) -> Iterable[Fellow]:
    """The people a file speaks of, without those who are no longer in the story."""
    if "people" not in fields.data:
        return
    for entry in fields.items("people", _MOST):
        if not isinstance(entry, dict):
            fields.refuse("people")
        person = Fields(entry)
        person.only({*_OF_PEOPLE})
        id, fate, decided = (person.text(key) for key in ("id", "fate", "decided"))
        together, memories = person.yes_no("with"), person.texts("memories", _MOST)
        variable = names.variable(f"fate.{id}")
        known = (names.variable(f"memory.{m}").removeprefix("memory.") for m in memories)
        if variable:
            now = names.said.values.get(variable, {}).get(fate, fate)
            yield Fellow(variable.removeprefix("fate."), str(now), decided, together, tuple(m for m in known if m))
