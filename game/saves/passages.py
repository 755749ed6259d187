"""What has been read on this machine: passages, and choices that were taken, in any run.

    folder/<story id>/.read/seen.txt    a line of sixteen hex digits for each

It is a convenience and nothing more. The file is only ever added to, lines that make no sense are passed by, and
nothing here ever raises: what cannot be read or written is forgotten. Two files are put together by having the lines of
both.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from game.saves import disk
from game.saves.errors import Damaged

FOLDER, NAME = ".read", "seen.txt"
MOST = 200_000
"""Of what is remembered: fifty times what a long story has."""

_LINE = re.compile(rb"^[0-9a-f]{16}$", re.MULTILINE)


class Passages:
    """What has been read of one story, in `folder`. May be used from several threads."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FOLDER / NAME
        self._guard = threading.Lock()
        self._seen: set[bytes] | None = None

    def __contains__(self, key: object) -> bool:
        with self._guard:
            return _mark(str(key)) in self._known()

    def add(self, keys: Iterable[str]) -> None:
        """Remember `keys`, whatever strings they are."""
        with self._guard:
            self._add(_mark(key) for key in keys)

    def bring_in(self, folder: Path) -> None:
        """Remember what another folder does, too."""
        theirs = _read(folder / FOLDER / NAME)
        with self._guard:
            self._add(sorted(theirs))

    def _known(self) -> set[bytes]:
        if self._seen is None:
            self._seen = _read(self.path)
        return self._seen

    def _add(self, marks: Iterable[bytes]) -> None:
        known = self._known()
        new = [mark for mark in dict.fromkeys(marks) if mark not in known][: max(0, MOST - len(known))]
        if not new:
            return
        known.update(new)
        with suppress(OSError):
            for above in (self.path.parent.parent, self.path.parent):
                disk.make_folder(above)
            # A line that somebody could not finish is ended by the empty one.
            disk.append(self.path, b"\n" + b"\n".join(new) + b"\n")


def _read(path: Path) -> set[bytes]:
    try:
        return set(_LINE.findall(disk.read_file(path))[:MOST])
    except (OSError, Damaged):
        return set()


def _mark(key: str) -> bytes:
    return hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).hexdigest().encode()
