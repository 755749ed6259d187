"""Where a story's files come from: a folder, or a pack (a .zip, read where it lies and never unpacked).

Both may be from strangers. Whoever reads a story asks for names and bytes; what may be read is decided here, once.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from game.story.diagnostics import Problems, Where, printable

if TYPE_CHECKING:
    import zipfile

MAX_FILE = 1_000_000
MAX_PACK = 20_000_000
"""Bytes of all that is in a pack, and of the pack."""
MAX_FILES = 500
MAX_LOOKED_AT = 20_000
"""Files of any kind in a folder: one with more is no story's, and only walking through it would take long."""
MAX_RATIO = 100
MAX_REPORTED = 20
MAX_DIRECTORY = 400 * MAX_FILES
"""Bytes of a pack's table of contents."""

SKIPPED_FOLDERS = ("tests", "locales")
PACK = ".zip"
_ENTRY = re.compile(r"(?=.{1,120}\Z)[A-Za-z0-9_][A-Za-z0-9_./-]*\.(?:ya?ml|md|txt|po)\Z")
_PACK_FOLDER = re.compile(r"(?=.{1,120}\Z)(?:[A-Za-z0-9_][A-Za-z0-9_.-]*/)+\Z")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?\Z", re.IGNORECASE)
_END, _END_SIZE, _MAX_COMMENT = b"PK\5\6", 22, 65_535
_LARGE_END, _LARGE_END_SIZE = b"PK\6\7", 20
_ENCRYPTED = 1
_MAKE_ONE = "make the pack with: hyosan pack FOLDER"


class Unreadable(Exception):
    """A file that cannot be had: the code of the problem, what is wrong, and what to do."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


class Missing(Unreadable):
    """A file that is not there."""


class Source(Protocol):
    """Files by name: relative, with / between folders."""

    shown: str
    """What problems call the whole of it."""

    def names(self) -> list[str]:
        """The names of the story's own files, in the order they are read. Raises `Unreadable`."""

    def inside(self, folder: str) -> list[str]:
        """The names of the files in a folder, none when it is not there; hidden ones left out. Raises `Unreadable`."""

    def read(self, name: str, most: int = MAX_FILE) -> bytes:
        """What is in a file, of which at most one byte more than `most` is read. Raises `Unreadable` or `Missing`."""


def is_pack(path: Path) -> bool:
    """Whether a story is to be looked for inside of the file `path`."""
    return path.suffix.lower() == PACK and not path.is_dir()


@contextmanager
def opened(path: Path, problems: Problems) -> Iterator[Source | None]:
    """The story at `path`; None, with the reason in `problems`, when none can be read there."""
    shown = printable(str(path))
    try:
        there = path.exists()
        if path.is_dir():
            yield Folder(path)
            return
    except OSError as error:
        problems.add("H001", Where(shown), f"the folder cannot be read: {error.strerror}")
        yield None
        return
    if not there or not is_pack(path):
        what = "is not a folder" if there else "does not exist"
        hint = "name a folder with a story.yaml in it, or a pack (.zip)"
        problems.add("H001", Where(shown), f"the story folder '{shown}' {what}", hint)
        yield None
        return
    try:
        pack = Pack(path)
    except Unreadable as refused:
        problems.add(refused.code, Where(shown), refused.message, refused.hint)
        yield None
        return
    with pack:
        for wrong in pack.refused[:MAX_REPORTED]:
            problems.add(wrong.code, Where(shown), wrong.message, wrong.hint)
        yield None if pack.refused else pack


def beside(path: Path) -> tuple[Path, str]:
    """Where a single file lies: the folder or the pack, and its name in there. A path may lead into a pack."""
    for parent in path.parents:
        if parent.suffix.lower() == PACK and parent.is_file():
            return parent, path.relative_to(parent).as_posix()
    return path.parent, path.name


# --- folders --------------------------------------------------------------------------------------


class Folder:
    """A story as a folder of files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.shown = printable(str(path))

    def names(self) -> list[str]:
        def fail(error: OSError) -> None:
            raise error

        found: list[str] = []
        looked_at = 0
        try:
            for root, folders, files in os.walk(self.path, onerror=fail, followlinks=False):
                looked_at += len(files) + len(folders)
                if looked_at > MAX_LOOKED_AT:
                    raise Unreadable("H002", f"more than {MAX_LOOKED_AT:,} files below this folder", "is it a story's?")
                inner = Path(root).relative_to(self.path)
                folders[:] = [f for f in folders if not f.startswith(".") and (inner.parts or f not in SKIPPED_FOLDERS)]
                found.extend(name for f in files if _of_story(name := (inner / f).as_posix()))
        except OSError as error:
            raise Unreadable("H001", f"the folder cannot be read: {error.strerror}") from None
        return sorted(found)

    def inside(self, folder: str) -> list[str]:
        try:
            found = os.listdir(self.path / folder)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise Unreadable("H001", f"the folder cannot be read: {error.strerror}") from None
        return sorted(f"{folder}/{name}".lstrip("/") for name in found if not name.startswith("."))

    def read(self, name: str, most: int = MAX_FILE) -> bytes:
        # Looked at after it is open, so that nothing can be put in its place between; a pipe is not waited for.
        flags = os.O_RDONLY | sum(
            getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
        )
        no_file = Unreadable("H001", "this is not a plain file", "links and devices are not read")
        path = self.path / name
        try:
            if not stat.S_ISREG(path.lstat().st_mode):
                raise no_file
            with open(os.open(path, flags), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise no_file
                return file.read(most + 1)
        except FileNotFoundError as error:
            raise Missing("H001", f"this file cannot be read: {error.strerror}") from None
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise no_file from None
            raise Unreadable("H001", f"this file cannot be read: {error.strerror}") from None


def _of_story(name: str) -> bool:
    parts = name.split("/")
    hidden = any(part.startswith(".") for part in parts)
    return name.endswith((".yaml", ".yml")) and not hidden and (len(parts) == 1 or parts[0] not in SKIPPED_FOLDERS)


# --- packs ----------------------------------------------------------------------------------------


class Pack:
    """A story as a .zip. `refused` says what it holds that no pack may: then nothing is read out of it.

    A pack may hold the story's files themselves, or one folder with them in it.
    """

    def __init__(self, path: Path) -> None:
        """Opens it. Raises `Unreadable` when it is no pack at all."""
        import zipfile  # here and below: a story in a folder starts without

        self.shown = printable(str(path))
        self.total = 0
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                raise Unreadable("H008", "a pack is a plain file", _MAKE_ONE)
            if path.stat().st_size > MAX_PACK + MAX_DIRECTORY:
                raise Unreadable("H002", f"more than {MAX_PACK:,} bytes in one pack", "is it a story's?")
            _check_table(path)
            self.zip = zipfile.ZipFile(path)
        except OSError as error:
            raise Unreadable("H008", f"this pack cannot be read: {error.strerror}") from None
        except (zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError, OverflowError):
            raise Unreadable("H008", "this is not a .zip, or it is damaged", _MAKE_ONE) from None
        entries = self.zip.infolist()
        self.refused = _refusals(entries)
        self.entries = {entry.filename: entry for entry in entries if not entry.is_dir()}
        self.root = _root(self.entries)

    def __enter__(self) -> Pack:
        return self

    def __exit__(self, *_: object) -> None:
        self.zip.close()

    def all(self) -> list[str]:
        """The name of every file there is."""
        return sorted(name.removeprefix(self.root) for name in self.entries)

    def names(self) -> list[str]:
        return [name for name in self.all() if _of_story(name)]

    def inside(self, folder: str) -> list[str]:
        return [name for name in self.all() if name.rpartition("/")[0] == folder]

    def read(self, name: str, most: int = MAX_FILE) -> bytes:
        import zipfile
        import zlib

        entry = self.entries.get(self.root + name)
        if entry is None:
            raise Missing("H001", "the pack has no such file")
        try:
            with self.zip.open(entry) as file:
                data = file.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
            raise Unreadable("H008", "this part of the pack is damaged", "get the pack anew") from None
        self.total += len(data)
        if self.total > MAX_PACK:
            raise Unreadable(
                "H002", f"more than {MAX_PACK:,} bytes in one pack", "leave out what is no text of the story"
            )
        if len(data) > MAX_RATIO * max(1, entry.compress_size):
            raise Unreadable("H002", f"this grows more than {MAX_RATIO} times when it is read", "no text does that")
        return data


def _check_table(path: Path) -> None:
    """Refuse a table of contents that is too long before all of it is read. Raises `Unreadable`."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        start = max(0, size - _END_SIZE - _MAX_COMMENT - _LARGE_END_SIZE)
        file.seek(start)
        tail = file.read()
    # Where zipfile looks: at the very end, or before a comment.
    at = len(tail) - _END_SIZE
    if tail[at : at + 4] != _END or tail[-2:] != b"\0\0":
        at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_SIZE:
        raise Unreadable("H008", "this is not a .zip, or it is damaged", _MAKE_ONE)
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    count = int.from_bytes(tail[at + 10 : at + 12], "little")
    if tail[max(0, at - _LARGE_END_SIZE) : at].startswith(_LARGE_END) or length == 0xFFFFFFFF:
        raise Unreadable("H008", "this pack is written for files larger than a story has", _MAKE_ONE)
    if length > MAX_DIRECTORY or count > MAX_FILES:
        raise Unreadable("H002", f"more than {MAX_FILES} files in one pack", "leave out what is no text of the story")


def _refusals(entries: list[zipfile.ZipInfo]) -> list[Unreadable]:
    """What a pack holds that none may."""
    import zipfile

    out: list[Unreadable] = []
    if len(entries) > MAX_FILES:
        return [
            Unreadable("H002", f"more than {MAX_FILES} files in one pack", "leave out what is no text of the story")
        ]
    seen: dict[str, str] = {}
    for entry in entries:
        name = entry.orig_filename
        # Quoted by Python's rules: a control character is shown as \x1b, and a trailing space is seen.
        shown = repr(name if len(name) <= 150 else f"{name[:150]}…")
        # The names are ASCII by now, so that case is the only way for two of them to be one file elsewhere.
        key = name.casefold()
        if key in seen:
            same = f"there are two files called {shown}" if seen[key] == name else f"{shown} and {seen[key]!r} are one"
            why = "in some systems; keep one of them" if seen[key] != name else "keep one of them"
            out.append(Unreadable("H009", same, why))
        seen.setdefault(key, name)
        if entry.flag_bits & _ENCRYPTED:
            out.append(Unreadable("H008", f"{shown} is locked with a password", _MAKE_ONE))
        elif entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            out.append(Unreadable("H008", f"{shown} is packed in a way that is not read", _MAKE_ONE))
        elif not _plain(entry):
            out.append(Unreadable("H009", f"{shown} is a link or a device", "leave it out of the pack"))
        elif not allowed(name):
            hint = "letters, digits and _ . - only; ends in .yaml, .yml, .md, .txt or .po; " + _MAKE_ONE
            out.append(Unreadable("H009", f"a pack cannot hold a file called {shown}", hint))
        elif entry.file_size > MAX_FILE:
            out.append(Unreadable("H002", f"{shown} has more than {MAX_FILE:,} bytes", "split it over several files"))
        elif entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            out.append(Unreadable("H002", f"{shown} grows more than {MAX_RATIO} times when it is read", "no text does"))
    if sum(entry.file_size for entry in entries) > MAX_PACK and not out:
        out.append(
            Unreadable("H002", f"more than {MAX_PACK:,} bytes in one pack", "leave out what is no text of the story")
        )
    return out


def _plain(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a plain file or a folder. The upper bits are the mode where a Unix wrote the pack."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind == 0 or kind == (stat.S_IFDIR if entry.orig_filename.endswith("/") else stat.S_IFREG)


def allowed(name: str) -> bool:
    """Whether a pack may hold a file, or a folder (with / at its end), of this name."""
    if not (_PACK_FOLDER if name.endswith("/") else _ENTRY).match(name):
        return False
    parts = name.removesuffix("/").split("/")
    return all(part and part[0] != "." and part[-1] != "." and not _DEVICE.match(part) for part in parts)


def _root(names: dict[str, zipfile.ZipInfo]) -> str:
    """The one folder everything is in ("" when there is none), for a pack that was made of a folder as it stands."""
    first = next(iter(names), "").partition("/")[0] + "/"
    if "story.yaml" not in names and f"{first}story.yaml" in names and all(n.startswith(first) for n in names):
        return first
    return ""
