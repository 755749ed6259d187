"""What is said of a file that could not be written: which, why, and what to do."""

from __future__ import annotations

import errno
from pathlib import Path

from game.story.diagnostics import printable

ADVICE = {
    errno.ENOENT: "make its folder first",
    errno.ENOTDIR: "what should be its folder is a file; name another place",
    errno.EISDIR: "a folder is in its place; name another file",
    errno.EEXIST: "something is in its place; name another file",
    errno.EACCES: "name a place where you may write",
    errno.EPERM: "name a place where you may write",
    errno.EROFS: "name a place where you may write",
    errno.ENOSPC: "free some space and try again",
}


def unwritten(error: OSError, path: Path | None = None) -> str:
    """A sentence without a stop, and safe to print. `path` is what was to be written, unless the error says it."""
    shown = printable(str(path or error.filename or "a file"))
    why = printable(error.strerror or str(error))
    advice = ADVICE.get(error.errno or 0)
    return f"{shown} cannot be written: {why}{f'; {advice}' if advice else ''}"
