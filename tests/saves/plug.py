"""A disk that remembers what it was told to keep, for pulling its plug."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest


@dataclass
class File:
    """What a file is sure to hold, and what it holds if the disk has written all it was given."""

    kept: bytes = b""
    given: bytes = b""

    def after_power_loss(self) -> list[bytes]:
        if self.kept == self.given:
            return [self.kept]
        half = self.given[: len(self.given) // 2]
        return list(dict.fromkeys([self.kept, half, bytes(len(self.given)), self.given]))


@dataclass
class Disk:
    """Every name below `root`: a file, or None for a folder. `loose` are the changes that may yet be lost, in order."""

    root: Path
    names: dict[str, File | None] = field(default_factory=dict)
    loose: list[tuple[str, File | None, str]] = field(default_factory=list)
    """(name, what it now names, name that is gone)"""
    fds: dict[int, str] = field(default_factory=dict)
    seen: dict[tuple[tuple[str, bytes | None], ...], tuple[int, int]] = field(default_factory=dict)
    acknowledged: int = -1
    tried: int = -1

    def now(self) -> dict[str, File | None]:
        """What a process sees."""
        return self._with(self.loose)

    def _with(self, changes) -> dict[str, File | None]:
        out = dict(self.names)
        for name, file, gone in changes:
            out.pop(gone, None)
            if name:
                out[name] = file
        return out

    def flush_folder(self, folder: str) -> None:
        flushed = [c for c in self.loose if os.path.dirname(c[0] or c[2]) == folder]
        self.names = self._with(flushed)
        self.loose = [c for c in self.loose if c not in flushed]

    def states(self) -> Iterator[dict[str, bytes | None]]:
        """Everything the disk may hold if the power goes now."""
        assert len(self.loose) < 14, "hardly any name is ever flushed"
        for chosen in itertools.product((False, True), repeat=len(self.loose)):
            names = self._with(itertools.compress(self.loose, chosen))
            names = {n: file for n, file in names.items() if all(str(p) in names for p in Path(n).parents[:-1])}
            choices = [[None] if file is None else file.after_power_loss() for file in names.values()]
            for contents in itertools.product(*choices):
                yield dict(zip(names, contents, strict=True))

    def look(self) -> None:
        """Remember what the disk may hold now, with the turns between which it then has to be."""
        for state in self.states():
            key = tuple(sorted(state.items()))
            least, most = self.seen.get(key, (-1, self.tried))
            self.seen[key] = max(least, self.acknowledged), min(most, self.tried)

    def afterwards(self, folder: Path) -> Iterator[tuple[Path, int, int]]:
        """What the disk may hold, each in a folder in `folder`, with the turns between which it then has to be."""
        for number, (state, (least, most)) in enumerate(self.seen.items()):
            place = folder / str(number)
            place.mkdir(parents=True)
            for name, content in state:
                path = place / name
                path.mkdir() if content is None else path.write_bytes(content)
            yield place, least, most


def recorded(root: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """A disk that records what is done below `root`."""
    disk = Disk(root)
    disk.root.mkdir()
    real = {name: getattr(os, name) for name in ("open", "write", "close", "replace", "unlink", "mkdir")}

    def name_of(path) -> str | None:
        path = Path(path)
        return path.relative_to(disk.root).as_posix() if disk.root in path.parents else None

    def open_(path, flags, *rest, **options):
        fd = real["open"](path, flags, *rest, **options)
        if (name := name_of(path)) is not None:
            disk.fds[fd] = name
            if flags & os.O_CREAT and name not in disk.now():
                disk.loose.append((name, File(), ""))
            elif flags & os.O_TRUNC and (file := disk.now()[name]):
                file.given = b""
        elif Path(path) == disk.root:
            disk.fds[fd] = ""
        return fd

    def write(fd, data):
        done = real["write"](fd, data)
        if fd in disk.fds and (file := disk.now()[disk.fds[fd]]):
            file.given += bytes(data)[:done]
            disk.look()
        return done

    def fsync(fd):
        name = disk.fds[fd]
        file = disk.now().get(name) if name else None
        disk.look()
        if file is None:
            disk.flush_folder(name)
        else:
            file.kept = file.given

    def close(fd):
        disk.fds.pop(fd, None)
        real["close"](fd)

    def replace(a, b):
        real["replace"](a, b)
        disk.loose.append((str(name_of(b)), disk.now()[str(name_of(a))], str(name_of(a))))
        disk.look()

    def unlink(path):
        real["unlink"](path)
        disk.loose.append(("", None, str(name_of(path))))
        disk.look()

    def mkdir(path, mode=0o777):
        real["mkdir"](path, mode)
        if (name := name_of(path)) is not None:
            disk.loose.append((name, None, ""))
            disk.look()

    stand_ins = {"open": open_, "write": write, "fsync": fsync, "close": close}
    stand_ins |= {"replace": replace, "unlink": unlink, "mkdir": mkdir}
    for name, stand_in in stand_ins.items():
        monkeypatch.setattr(os, name, stand_in)
    return disk
