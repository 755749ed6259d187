"""Files that are either there and whole, or not there. Knows nothing of what is in them.

Every call goes through `os.` by name, so that a test can let any of them fail.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from contextlib import suppress
from pathlib import Path

from game.saves.errors import Damaged

MAX_SIZE = 4_000_000
"""Bytes in a save; a run of thousands of choices needs a tenth of it."""

_BESIDE = re.compile(r"[nt]-[0-9a-f]{16}\.json\Z", re.ASCII)
_GENERATION = re.compile(r"g(\d{9,15})\.json\Z", re.ASCII)
_TEMPORARY = "tmp-"
# What some systems lack does nothing there.
_CLOEXEC = getattr(os, "O_CLOEXEC", 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)


def generation_name(number: int) -> str:
    return f"g{number:09d}.json"


def generations(folder: Path) -> list[int]:
    """The numbers of the generations in a slot, newest first; none when there is no such folder."""
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted({int(m[1]) for name in names if (m := _GENERATION.match(name))}, reverse=True)


def beside(folder: Path) -> set[str]:
    """The names of the files that generations refer to; none when there is no such folder."""
    try:
        return {name for name in os.listdir(folder) if _BESIDE.match(name)}
    except (FileNotFoundError, NotADirectoryError):
        return set()


def read_file(path: Path, follow: bool = False) -> bytes:
    """The bytes of a plain file of at most `MAX_SIZE`. Raises `Damaged` for any other, OSError when it cannot be read.

    Links are read only with `follow`; a pipe or a device never blocks.
    """
    try:
        fd = _open(path, os.O_RDONLY | _NONBLOCK | (0 if follow else _NOFOLLOW))
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Damaged("it is a link") from None
        raise
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise Damaged("it is not a plain file")
        parts: list[bytes] = []
        left = MAX_SIZE + 1
        while left > 0 and (part := os.read(fd, min(left, 1 << 16))):
            parts.append(part)
            left -= len(part)
    finally:
        os.close(fd)
    if left <= 0:
        raise Damaged("it is larger than a save can be")
    return b"".join(parts)


def write_temporary(folder: Path, data: bytes) -> Path:
    """Write `data` to a file beside the generations and wait until it is on disk. Nobody reads such a file."""
    path = folder / f"{_TEMPORARY}{os.getpid()}"
    write_file(path, data, os.O_TRUNC)
    return path


def write_file(path: Path, data: bytes, flag: int) -> None:
    """Create a file and wait until its bytes are on disk; one that cannot be completed is taken away again.

    `flag` is O_TRUNC, or O_EXCL for a file that must not be there yet.
    """
    fd = _open(path, os.O_WRONLY | os.O_CREAT | flag | _NOFOLLOW)
    try:
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(fd, left) :]
            _flush(fd)
        except OSError:
            with suppress(OSError):
                os.close(fd)
            raise
        os.close(fd)
    except OSError:
        with suppress(OSError):
            os.unlink(path)
        raise


def append(path: Path, data: bytes) -> None:
    """Add `data` to the end of a file, which is made if need be. It need not be on disk when this returns."""
    fd = _open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NONBLOCK | _NOFOLLOW)
    try:
        os.write(fd, data)
    finally:
        os.close(fd)


def put_in_place(temporary: Path, folder: Path, number: int) -> None:
    """Make a written file the generation `number`, and wait until its name is on disk."""
    os.replace(temporary, folder / generation_name(number))
    flush_folder(folder)


def put_beside(temporary: Path, folder: Path, name: str) -> None:
    """Give a written file its name beside the generations. The name is not on disk before the folder is flushed."""
    os.replace(temporary, folder / name)


def flush_folder(folder: Path) -> None:
    """Wait until the names in `folder` are on disk."""
    if os.name == "nt":  # folders cannot be opened there, and their names are written in order
        return
    fd = _open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        _flush(fd)
    except OSError as error:
        # Some network and FUSE filesystems have no such call; there is nothing better to do on them.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS):
            raise
    finally:
        os.close(fd)


def make_folder(folder: Path) -> None:
    """Create a folder and those above it, if need be, and wait until they are on disk."""
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        return
    except FileNotFoundError:
        if folder.parent == folder:
            raise
        make_folder(folder.parent)
        with suppress(FileExistsError):
            os.mkdir(folder, 0o700)
    flush_folder(folder.parent)


def sweep(folder: Path, keep_from: int) -> None:
    """Take away the generations below `keep_from` and what crashed writers left. What cannot be removed stays."""
    with suppress(OSError):
        for name in os.listdir(folder):
            match = _GENERATION.match(name)
            if (match and int(match[1]) < keep_from) or name.startswith(_TEMPORARY):
                with suppress(OSError):
                    os.unlink(folder / name)


def remove_beside(folder: Path, names: set[str]) -> None:
    """Take away files that no generation refers to, once it is on disk that those that did are gone."""
    with suppress(OSError):
        flush_folder(folder)
        for name in sorted(names):
            os.unlink(folder / name)


def is_folder(path: Path) -> bool:
    """Whether a folder is there. Raises OSError when that cannot be known."""
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def remove_contents(folder: Path, keep: str = "") -> None:
    """Take away the files in `folder`, the oldest generation first, except the one called `keep`."""
    for name in sorted(os.listdir(folder)):
        if name != keep:
            os.unlink(folder / name)


def remove_folder(folder: Path) -> None:
    """Take away a folder of files, as far as that goes."""
    with suppress(OSError):
        remove_contents(folder)
        os.rmdir(folder)


def _open(path: Path, flags: int) -> int:
    try:
        return os.open(path, flags | _CLOEXEC | _BINARY, 0o600)
    except ValueError:  # a NUL or half a character in the name
        raise OSError(errno.EINVAL, "this cannot be the name of a file") from None


def _flush(fd: int) -> None:
    os.fsync(fd)
    if sys.platform == "darwin":  # fsync stops at the drive's own cache there
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
