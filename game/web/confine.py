"""What a game behind a server may do on the machine: nearly nothing. For the process of one visitor, once it is loaded.

The rules of this module are not what makes a story safe (docs/safety.md says what does): they are a second wall. An
audit hook (PEP 578) sees every file that is opened, whoever opens it and in whatever way.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

MEMORY = 512 * 1024**2
"""Bytes of address space. A game takes 200 million, of which a quarter is really used."""

FILE = 8 * 1024**2
"""Bytes that a file may grow to; a save is at most four million."""

SECONDS = 3600
"""Of processor time, in a whole session. A key costs a hundredth of one."""

CHANGES = (
    *("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown"),
    *("os.utime", "shutil."),
)
NEVER = (
    *("subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile", "pty."),
    *("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostby"),
    *("urllib.", "http.", "webbrowser.", "ftplib.", "smtplib."),
)
HARMLESS = (os.devnull, "/dev/urandom", "/etc/localtime")
LOOKED_UP = ("/proc/self", "/usr/share/zoneinfo")


def limit() -> None:
    """Have the system end this process when it takes more than a game can need."""
    if sys.platform == "win32":
        return
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        # Where the system allows less already, or knows of no such limit (macOS and its address space), that stays.
        with suppress(ValueError, OSError):
            _, hard = resource.getrlimit(kind)
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (least, least))


def confine(writable: Iterable[Path], readable: Iterable[Path]) -> None:
    """From now on and for good: files are changed below `writable` alone, and read there, below `readable` and in
    Python's own folders; no process is begun and nobody is spoken with. Anything else is a PermissionError.
    """
    own = {sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    own |= {sys.prefix, sys.base_prefix, str(Path(__file__).parents[1])}
    change = _roots(writable)
    sys.addaudithook(Walls(change, (*change, *_roots(readable), *_roots(own), *_roots(LOOKED_UP))))


def _roots(folders: Iterable[Path | str]) -> tuple[str, ...]:
    return tuple(os.path.realpath(folder) for folder in folders)


class Walls:
    """The audit hook. It raises PermissionError for what is not allowed."""

    def __init__(self, writable: tuple[str, ...], readable: tuple[str, ...]) -> None:
        self._writable = writable
        self._readable = readable

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = args
            if isinstance(path, int):
                return
            changes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
            name = os.fsdecode(path)
            if name not in HARMLESS and not _below(name, self._writable if changes else self._readable):
                raise PermissionError(13, "not allowed in a game that is served")
        elif event.startswith(CHANGES):
            if not all(_below(os.fsdecode(p), self._writable) for p in args[:2] if isinstance(p, str | bytes)):
                raise PermissionError(13, "not allowed in a game that is served")
        elif event.startswith(NEVER):
            raise PermissionError(1, "not allowed in a game that is served")


def _below(path: str, folders: tuple[str, ...]) -> bool:
    name = os.path.realpath(path)
    return any(name == folder or name.startswith(folder + os.sep) for folder in folders)
