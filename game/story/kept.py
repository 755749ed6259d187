"""A story's files, and where the story made of them is kept: what its title page is painted from, before the rest of
it is read, or what reads a story is even imported.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from game import __version__
from game.story.diagnostics import Problems
from game.story.files import Loaded, digest_of, read_files
from game.story.front import Front, parsed
from game.story.limits import at_most

FORMAT = 2

MOST_FRONT = 1 << 20
"""Bytes of a line about a story that is looked at."""


class Files:
    """The files of the story at `place`, read once. A story that was kept is looked for, and put, in `folder`."""

    def __init__(self, place: Path | str, folder: Path | None = None) -> None:
        self.problems = Problems()
        self.sources = read_files(Path(place), self.problems)
        self._folder = folder

    @cached_property
    def digest(self) -> str:
        return digest_of(self.sources)

    @cached_property
    def path(self) -> Path:
        """Where the story is kept, if it is."""
        return (self._folder or default_folder()) / f"{_key(self.digest)}.json"

    def front(self) -> Front | None:
        """What the title page says, of a story that is kept and so without any problem; None where that is not known.

        Only the first lines of what is kept are looked at. Should the rest be damaged, `load` reads the files.
        """
        if len(self.problems):
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


def default_folder() -> Path:
    """Where stories are kept: HYOSAN_CACHE, or the platform's place for what may be thrown away."""
    if own := os.environ.get("HYOSAN_CACHE"):
        return Path(own) / "stories"
    from platformdirs import user_cache_path

    return user_cache_path("hyosan", appauthor=False) / "stories"


def _key(digest: str) -> str:
    """What a kept story is called: by its text, by what read it, and by how much that takes."""
    with os.scandir(Path(__file__).parent) as room:
        program = sorted((f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in room if f.name.endswith(".py"))
    return _sum(repr((FORMAT, __version__, program, at_most(1), digest)).encode())
