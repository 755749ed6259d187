"""Hostile packs: each is made where it is wanted, and told by one code; ``""`` is a pack that does no harm."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.small import HOST


@dataclass(frozen=True, slots=True)
class HostilePack:
    name: str
    code: str
    make: Callable[[], bytes]


def zipped(
    *more: tuple[str | zipfile.ZipInfo, str | bytes], host: bool = True, how: int = zipfile.ZIP_DEFLATED, top: str = ""
) -> bytes:
    """A pack of the host's files, below the folder `top`, and `more`."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as pack:
        for name, text in HOST.items() if host else ():
            pack.writestr(top + name, text)
        for entry, content in more:
            pack.writestr(entry, content)
    return made.getvalue()


def named(name: str) -> Callable[[], bytes]:
    return lambda: zipped((name, "x: y\n"))


def twins(first: str, second: str) -> Callable[[], bytes]:
    return lambda: zipped((first, "passages: {p: x}\n"), (second, "passages: {q: x}\n"))


def entry(name: str, mode: int = 0, content: bytes = b"x: y\n") -> Callable[[], bytes]:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return lambda: zipped((info, content))


def patched(find: bytes, at: int, new: bytes, where: str = "central") -> Callable[[], bytes]:
    """A pack with bytes of its last entry's header written over. `find` is unused but for the header's signature."""

    def make() -> bytes:
        data = bytearray(zipped(("x.yaml", "passages: {p: x}\n")))
        header = data.rfind(find)
        data[header + at : header + at + len(new)] = new
        return bytes(data)

    return make


_CENTRAL, _LOCAL, _END = b"PK\1\2", b"PK\3\4", b"PK\5\6"


def overlapping() -> bytes:
    """Every entry's content is the same million bytes: a few hundred bytes of table a file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("a.yaml", b"#" * 900_000)
    data = made.getvalue()
    start, end = data.find(_CENTRAL), data.rfind(_END)
    head, local = data[start:end], data[:start]
    table = b"".join(
        head.replace(b"a.yaml", b"%c%c.yaml" % (97 + n // 26, 97 + n % 26)).replace(b"\6\0", b"\7\0", 1)
        for n in range(400)
    )
    tail = _END + struct.pack("<HHHHIIH", 0, 0, 400, 400, len(table), len(local), 0)
    return local + table + tail


def many(count: int) -> bytes:
    return zipped(*((f"n{n:06}.txt", "") for n in range(count)))


def table_too_long() -> bytes:
    """The end says there are three files; the table has as many as it likes."""
    data = bytearray(many(20_000))
    at = data.rfind(_END)
    data[at + 8 : at + 12] = struct.pack("<HH", 3, 3)
    return bytes(data)


def bomb(size: int) -> Callable[[], bytes]:
    return lambda: zipped(("x.yaml", b"#" * size))


def lying_about_its_size() -> bytes:
    """The table says ten bytes; there are a million."""
    data = bytearray(zipped(("x.yaml", b"#" * 1_000_000)))
    for signature, at in ((_CENTRAL, 24), (_LOCAL, 22)):
        head = data.rfind(signature)
        data[head + at : head + at + 4] = struct.pack("<I", 10)
    return bytes(data)


def nested() -> bytes:
    return zipped(("inner.zip", zipped()))


def rotten() -> bytes:
    data = bytearray(zipped(("x.yaml", "passages: {p: word word word}\n"), how=zipfile.ZIP_STORED))
    data[data.find(b"word")] ^= 1
    return bytes(data)


PACKS = [
    HostilePack("a pack that is well", "", zipped),
    HostilePack("a story in a folder of its own", "", lambda: zipped(top="my-story/")),
    HostilePack("a program in front of it", "", lambda: b"#!/bin/sh\nexit 1\n" + zipped()),
    HostilePack("out of its folder", "H009", named("../x.yaml")),
    HostilePack("out of its folder, further on", "H009", named("a/../../x.yaml")),
    HostilePack("from the root", "H009", named("/etc/x.yaml")),
    HostilePack("from a drive", "H009", named("C:/x.yaml")),
    HostilePack("from a drive, with backslashes", "H009", named("C:\\x.yaml")),
    HostilePack("from a server", "H009", named("\\\\srv\\share\\x.yaml")),
    HostilePack("a name that sets a title", "H009", named("x\x1b]0;t\x07.yaml")),
    HostilePack("a name with a C1 control", "H009", named("x\x9d0;t\x9c.yaml")),
    HostilePack("a name written from the right", "H009", named("x\u202elmay.yaml")),
    HostilePack("a name with a line's end", "H009", named("x\nerror: y.yaml")),
    HostilePack("a name with markup", "H009", named("[@click=app.quit]x[/].yaml")),
    HostilePack("a name that ends early", "H009", patched(_CENTRAL, 46, b"x\0yaml")),
    HostilePack("a device", "H009", named("CON.yaml")),
    HostilePack("a device in a folder", "H009", named("aux/x.yaml")),
    HostilePack("a hidden file", "H009", named(".x.yaml")),
    HostilePack("what a Mac adds", "H009", named("__MACOSX/._x.yaml")),
    HostilePack("a hidden folder", "H009", named(".git/x.yaml")),
    HostilePack("a folder with a dot at its end", "H009", named("a./x.yaml")),
    HostilePack("a space at the end", "H009", named("x.yaml ")),
    HostilePack("a name of 300 letters", "H009", named("a" * 300 + ".yaml")),
    HostilePack("a program", "H009", named("run.py")),
    HostilePack("a program without an ending", "H009", named("run")),
    HostilePack("a pack in a pack", "H009", nested),
    HostilePack("two of one name", "H009", twins("x.yaml", "x.yaml")),
    HostilePack("two that differ by case", "H009", twins("x.yaml", "X.yaml")),
    HostilePack("two folders that differ by case", "H009", twins("ok/x.yaml", "OK/x.yaml")),
    HostilePack("two ways to write é", "H009", twins("caf\u00e9.yaml", "cafe\u0301.yaml")),
    HostilePack("a link", "H009", entry("x.yaml", stat.S_IFLNK | 0o777, b"/etc/passwd")),
    HostilePack("a device file", "H009", entry("x.yaml", stat.S_IFCHR | 0o666)),
    HostilePack("a pipe", "H009", entry("x.yaml", stat.S_IFIFO | 0o666)),
    HostilePack("a folder that is a link", "H009", entry("a/", stat.S_IFLNK | 0o777)),
    HostilePack("a password", "H008", patched(_CENTRAL, 8, b"\1\0")),
    HostilePack("another way of packing", "H008", lambda: zipped(how=zipfile.ZIP_LZMA)),
    HostilePack("an unknown way of packing", "H008", patched(_CENTRAL, 10, b"\x63\0")),
    HostilePack("another name inside", "H008", patched(_LOCAL, 30, b"y.yaml")),
    HostilePack("content that lies elsewhere", "H008", patched(_CENTRAL, 42, b"\xff\xff\xff\x7f")),
    HostilePack("bytes gone wrong", "H008", rotten),
    HostilePack("half of it", "H008", lambda: zipped()[:200]),
    HostilePack("an end and nothing else", "H001", lambda: _END + bytes(18)),
    HostilePack("nothing", "H008", lambda: b""),
    HostilePack("no pack at all", "H008", lambda: b"Rar!\x1a\7\0" + bytes(1000)),
    HostilePack("a table too long", "H002", table_too_long),
    HostilePack("a table that begins nowhere", "H008", patched(_END, 16, b"\xff\xff\xff\x7f")),
    HostilePack("made for larger files", "H008", patched(_END, 12, b"\xff\xff\xff\xff")),
    HostilePack("many files", "H002", lambda: many(3_000)),
    HostilePack("one file too many", "H002", lambda: many(498)),
    HostilePack("a thousand times as large", "H002", bomb(900_000)),
    HostilePack("larger than a file may be", "H002", bomb(50_000_000)),
    HostilePack("smaller than it says", "H008", lying_about_its_size),
    HostilePack("one content for many files", "H002", overlapping),
]


def write(pack: HostilePack, folder: Path) -> Path:
    path = folder / "pack.zip"
    path.write_bytes(pack.make())
    return path
