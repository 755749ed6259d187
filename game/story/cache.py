"""Stories that were read before, kept in the user's cache, so that the next start is spared the reading.

What is kept is data, and of one story as it is on disk: its files are read and digested each time, and a cache of any
other text, or of another program, is not looked at. It holds a story that had no problems at all. Whatever is wrong
with a cache, the story is read from its files.

A file is a line that says what it is of and the SHA-256 of the rest, a line for the title page (see `kept`), a line for
the story as a whole, and a line for each scene, which is only looked into when somebody comes to it. Each line is JSON.
An object is a list that begins with its kind, see `_KINDS`; a negative kind is that of a plain Python value.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, cast

from game.story import conditions, model, variables
from game.story.catalogues import in_words_of
from game.story.collecting import uncollected
from game.story.diagnostics import Where
from game.story.files import Loaded
from game.story.front import front_of
from game.story.kept import Files, head_of
from game.story.model import Scene, Story

MOST = 8
"""Stories that are kept; the oldest give way."""

LARGEST = 1 << 27
"""Bytes of a story that is kept."""

_KINDS: tuple[type[Any], ...] = (
    *(model.Words, model.Slot, model.InlineIf, model.Para, model.Branches),
    *(model.Change, model.Branch, model.Advance, model.AdvanceTo, model.Jump, model.Ring, model.Deed, model.Effect),
    *(model.Goto, model.Outcome, model.Price, model.Choice, model.Scene, model.Bell, model.Rule, model.Chapter),
    *(model.Player, model.Meter, model.Fate, model.Person, model.Item, model.Exit, model.Place, model.Property),
    *(conditions.Test, conditions.All, conditions.Any, conditions.Constant, conditions.Count, conditions.At),
    *(model.Migrations, variables.Variable, model.Story),
)
_TUPLE, _BYTES, _SET, _MAP, _WHERE = -1, -2, -3, -4, -5


def load_kept(place: Path | str, folder: Path | None = None) -> Loaded:
    """Read a story as `load_story` does, from the cache where it is there; and keep it where it is not."""
    return load_files(Files(place, folder))


def load_files(files: Files) -> Loaded:
    """What `load_kept` does, with files that have been read, in the words they are told in."""
    readable = not len(files.texts.problems)
    if readable and (story := _find(files.path, files.texts.digest)) is not None:
        return Loaded(story, ())
    loaded = _told(files) if files.catalogues else _read(files)
    if readable and loaded.story is not None and not loaded.diagnostics:
        _keep(files.path, loaded.story)
    return loaded


def _told(files: Files) -> Loaded:
    written = files.written.load()
    if written.story is None:
        return written
    return replace(written, story=in_words_of(files.catalogues, written.story, files.language))


def _read(files: Files) -> Loaded:
    # Imported here, since what a story is read with takes longer to import than a kept one to find.
    from game.story.load import load_sources

    return load_sources(files.texts.sources, files.texts.problems)


def _find(path: Path, digest: str) -> Story | None:
    try:
        if path.stat().st_size > LARGEST:
            return None
        first, _, rest = path.read_bytes().partition(b"\n")
        if json.loads(first) != head_of(path, rest):
            return None
        story = decoded(rest)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    if story.digest != digest:
        return None
    with suppress(OSError):
        os.utime(path)
    return story


def _keep(path: Path, story: Story) -> None:
    """Write a story down, and drop the oldest where there are too many. Failing is no more than having none."""
    with suppress(OSError, RecursionError):
        with uncollected():
            rest = encoded(story)
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f".{path.stem}.{os.getpid()}")
        scratch.write_bytes(json.dumps(head_of(path, rest)).encode() + b"\n" + rest)
        scratch.replace(path)
        known = sorted(path.parent.glob("*.json"), key=lambda kept: kept.stat().st_mtime)
        for old in known[:-MOST]:
            old.unlink()


# --- a story as lines -------------------------------------------------------------------------------------


def encoded(story: Story) -> bytes:
    """A story as lines: its front, the whole of it but for its scenes, and each scene."""
    files: dict[str, int] = {}
    pack = _packer(files)
    scenes = [_line(pack(scene)) for scene in story.scenes.values()]
    # What a name means follows from the variables.
    whole = pack(replace(story, scenes={}, by_name={}))
    return b"\n".join([_line(front_of(story)), _line([list(story.scenes), whole, list(files)]), *scenes])


def _line(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def decoded(lines: bytes) -> Story:
    """The story that `encoded` made lines of. Raises what comes of it when they are something else."""
    _, first, *rest = lines.split(b"\n")
    ids, whole, files = json.loads(first)
    unpack = _unpacker(files)
    story = cast(Story, unpack(whole))
    scenes = Scenes(dict(zip(ids, rest, strict=True)), unpack)
    return replace(story, scenes=scenes, by_name={variable.name: variable for variable in story.variables})


class Scenes(Mapping[str, Scene]):
    """The scenes of a kept story by id, each made when it is first asked for."""

    def __init__(self, lines: Mapping[str, bytes], unpack: Callable[[Any], Any]) -> None:
        self._lines = lines
        self._unpack = unpack
        self._made: dict[str, Scene] = {}

    def __getitem__(self, id: str) -> Scene:
        made = self._made.get(id)
        if made is None:
            # Two threads may make a scene at once: one of them is the scene.
            made = self._made.setdefault(id, self._unpack(json.loads(self._lines[id])))
        return made

    def __contains__(self, id: object) -> bool:
        return id in self._lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


_ATOMS = frozenset((str, int, bool, type(None)))
_NUMBERS: dict[type[Any], int] = {kind: number for number, kind in enumerate(_KINDS)}
_FIELDS = tuple(tuple(field.name for field in fields(kind)) for kind in _KINDS)


def _packer(files: dict[str, int]) -> Callable[[Any], Any]:
    """Gives values as JSON. `files` are the names of files so far, which stand in it as numbers."""

    def pack(value: Any) -> Any:
        kind = type(value)
        number = _NUMBERS.get(kind)
        if number is not None:
            parts = [getattr(value, name) for name in _FIELDS[number]]
            return [number, *[part if type(part) in _ATOMS else pack(part) for part in parts]]
        if kind is tuple:
            return [_TUPLE, *[part if type(part) in _ATOMS else pack(part) for part in value]]
        if kind is Where:
            return [_WHERE, files.setdefault(value.file, len(files)), value.line, value.column, value.width]
        if kind is bytes:
            return [_BYTES, value.decode("latin-1")]
        if kind is frozenset:
            return [_SET, *sorted(value)]
        if isinstance(value, Mapping):
            return [_MAP, *[pack(part) for pair in value.items() for part in pair]]
        if kind in _ATOMS:
            return value
        raise TypeError(f"there is no kind for {kind}")

    return pack


def _unpacker(files: list[str]) -> Callable[[Any], Any]:
    def unpack(data: Any) -> Any:
        if not isinstance(data, list):
            return data
        kind = data[0]
        if kind >= 0:
            return _KINDS[kind](*[unpack(part) if isinstance(part, list) else part for part in data[1:]])
        if kind == _TUPLE:
            return tuple([unpack(part) if isinstance(part, list) else part for part in data[1:]])
        if kind == _WHERE:
            _, file, line, column, width = data
            return Where(files[file], line, column, width)
        if kind == _BYTES:
            return data[1].encode("latin-1")
        if kind == _SET:
            return frozenset(data[1:])
        if kind == _MAP:
            parts = [unpack(part) for part in data[1:]]
            return dict(zip(parts[::2], parts[1::2], strict=True))
        raise ValueError(f"there is no kind {kind}")

    return unpack
