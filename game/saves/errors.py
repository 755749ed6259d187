"""What can go wrong with a save, in words for a player, and the words themselves."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from game.story.diagnostics import printable


class SaveError(Exception):
    """A save could not be written, read or found. `str` of it is one line: what is wrong, where, what to do."""


class SaveLocked(SaveError):
    """Another process plays in this slot."""


class Damaged(Exception):
    """A file is not a whole and true save. `str` of it says how one sees that, without a capital or a full stop."""


class Newer(Exception):
    """A file was written by a newer hyosan. `str` of it is that version, or ""."""

    def __str__(self) -> str:
        return f"made by a newer hyosan ({self.args[0]})" if self.args and self.args[0] else "made by a newer hyosan"


_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_IN_THE_WAY = (errno.ENOTDIR, errno.EEXIST)
"""A file is where a folder should be."""


def shown(path: Path | str) -> str:
    """A path in a message: nothing in it can act on a terminal."""
    return printable(str(path))


def reason(error: OSError) -> str:
    """What the system said, in words."""
    if error.errno in _FULL:
        return "the disk is full"
    if error.errno == errno.EROFS:
        return "the disk is read-only"
    if error.errno in _FORBIDDEN:
        return "permission denied"
    return printable((error.strerror or str(error) or "an error of the system").lower())


ELSEWHERE = "name another folder with --saves or $HYOSAN_SAVES"


@contextmanager
def explained(verb: str, path: Path, elsewhere: str = ELSEWHERE) -> Iterator[None]:
    """What the system refuses inside becomes a `SaveError`: `cannot <verb> <path>: …`.

    `elsewhere` is what to do where the place itself is the trouble.
    """
    try:
        yield
    except OSError as error:
        advice = ""
        if error.errno in _FULL:
            advice = "; free some space and try again"
        elif error.errno in (*_FORBIDDEN, *_IN_THE_WAY):
            advice = f"; {elsewhere}"
        raise SaveError(f"Cannot {verb} {shown(path)}: {reason(error)}{advice}.") from error
