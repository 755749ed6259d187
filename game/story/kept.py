"""A story's files, and where the story made of them is kept: what its title page is painted from, before the rest of
it is read, or what reads a story is even imported.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from game import __version__
from game.story.catalogues import catalogues_for
from game.story.diagnostics import Problems
from game.story.files import Loaded, digest_of, read_files
from game.story.front import Front, parsed
from game.story.limits import at_most

FORMAT = 2

MOST_FRONT = 1 << 20
"""Bytes of a line about a story that is looked at."""


class Texts:
    """The files of the story at `place` as they are on disk, read once, and what is wrong with that."""

    def __init__(self, place: Path) -> None:
        self.problems = Problems()
        self.sources = read_files(place, self.problems)

    @cached_property
    def digest(self) -> str:
        return digest_of(self.sources)


class Files:
    """The story at `place`, still in its files. One that was kept is looked for, and put, in `folder`.

    `language` and `catalogues` are what it is told in; one that is told as it is written has neither.
    """

    def __init__(
        self,
        place: Path | str,
        folder: Path | None = None,
        *,
        written: Files | None = None,
        language: str = "",
        catalogues: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.place = Path(place)
        self.folder = folder
        self.written: Files = written or self
        """The same as it is written."""
        self.texts: Texts = written.texts if written else Texts(self.place)
        self.language = language
        self.catalogues = catalogues

    def told(self, own: str, language: str) -> Files:
        """The same in `language`, as far as it is translated. `own` is the story's language, as the story says it."""
        catalogues = catalogues_for(own, self.place, language)
        if not catalogues:
            return self.written
        return Files(self.place, self.folder, written=self.written, language=language, catalogues=catalogues)

    @cached_property
    def path(self) -> Path:
        """Where the story is kept, if it is."""
        return (self.folder or cache_folder("stories")) / f"{_key(self)}.json"

    def front(self) -> Front | None:
        """What the title page says, of a story that is kept and so without any problem; None where that is not known.

        Only the first lines of what is kept are looked at. Should the rest be damaged, `load` reads the files.
        """
        if len(self.texts.problems):
            return None
        with suppress(OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            with open(self.path, "rb") as file:
                first, line = file.readline(MOST_FRONT), file.readline(MOST_FRONT)
            head = json.loads(first)
            if head["key"] == self.path.stem and head["front"] == _sum(line):
                return parsed(json.loads(line))
        return None

    def load(self) -> Loaded:
        """The story, from where it is kept, or from its files; and keep it."""
        return self._loaded

    @cached_property
    def _loaded(self) -> Loaded:
        # Imported here, since a title page is painted without.
        from game.story.cache import load_files

        return load_files(self)


def head_of(path: Path, rest: bytes) -> dict[str, str]:
    """The first line of a story that is kept at `path`: its key, and the SHA-256 of all that follows and of its front.

    `rest` are the lines after it, the front first.
    """
    front = rest[: rest.find(b"\n") + 1]
    return {"key": path.stem, "sha256": _sum(rest), "front": _sum(front)}


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def cache_folder(name: str) -> Path:
    """Where things of a kind are kept: in HYOSAN_CACHE, or the platform's place for what may be thrown away."""
    if own := os.environ.get("HYOSAN_CACHE"):
        return Path(own) / name
    from platformdirs import user_cache_path

    return user_cache_path("hyosan", appauthor=False) / name


def _key(files: Files) -> str:
    """What a kept story is called: by its text and its translation, by what read them, and by how much that takes."""
    program: list[tuple[str, int, int]] = []
    for part in ("story", "language"):
        with os.scandir(Path(__file__).parents[1] / part) as room:
            program += sorted((f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in room if f.name.endswith(".py"))
    told = (files.language, digest_of(files.catalogues))
    return _sum(repr((FORMAT, __version__, program, at_most(1), files.texts.digest, told)).encode())
