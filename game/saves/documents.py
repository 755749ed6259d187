"""Transcripts of runs, and pictures of endings: files for the player, beside the saves of each story."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from game.saves import disk
from game.saves.errors import SaveError, explained, shown
from game.saves.places import slug

MOST = 1000
"""Files of one name, each with a number of its own."""


class Documents:
    """The documents of one story, in folders of `folder` that all stories share. Nothing is ever overwritten.

    Every method gives the path of the new file, and raises `SaveError` when it cannot be written.
    """

    def __init__(self, folder: Path, story: str) -> None:
        self._folder = folder
        self._story = story

    def keep_transcript(self, name: str, suffix: str, text: str) -> Path:
        """Write a transcript of a run of `name` to a new file in `transcripts`."""
        return self._keep("transcript", slug(name) or "run", suffix, text)

    def keep_picture(self, name: str, svg: str) -> Path:
        """Write a picture of the ending `name` to a new file in `pictures`."""
        return self._keep("picture", slug(name) or "ending", "svg", svg)

    def _keep(self, what: str, name: str, suffix: str, text: str) -> Path:
        folder = self._folder / f"{what}s"
        stem = f"{self._story}-{name}"
        with explained(f"write a {what} in", folder):
            disk.make_folder(folder)
            for number in range(1, MOST + 1):
                path = folder / f"{stem}{f'-{number}' if number > 1 else ''}.{suffix}"
                with suppress(FileExistsError):
                    disk.write_file(path, text.encode("utf-8", "replace"), os.O_EXCL)
                    return path
        raise SaveError(f"There are {MOST} {what}s called {stem} in {shown(folder)}; move some away.")
