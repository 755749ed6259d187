"""The comment at the head of a story file that tells a text editor which schema it follows."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

FOLDER = ".hyosan/schema"
"""Where the schemas of a story are, from its folder. The loader passes over folders that begin with a dot."""

_OWN = {"story.yaml": "story", "people.yaml": "people", "items.yaml": "items", "places.yaml": "places"}
_BOM = b"\xef\xbb\xbf"
_MODELINE = re.compile(rb"#[ ]*yaml-language-server[ ]*:[^\r\n]*\$schema=(\S*)")


def kind_of(name: str) -> str:
    """The kind of a story's file, which is the name of its schema. `name` has / and is from the story's folder on."""
    return _OWN.get(name) or ("test" if name.startswith("tests/") else "chapter")


def modeline(name: str) -> str:
    """The comment for the head of a file."""
    up = "../" * (len(PurePosixPath(name).parts) - 1)
    return f"# yaml-language-server: $schema={up}{FOLDER}/{kind_of(name)}.schema.json"


def missing(folder: Path, names: Iterable[str]) -> list[str]:
    """The files whose head does not name their schema."""
    return [name for name in names if (data := (folder / name).read_bytes()) != with_modeline(data, name)]


def with_modeline(data: bytes, name: str) -> bytes:
    """The bytes of a file with its modeline as line 1, and nothing else changed.

    A modeline that stands among the comments at the head already is renewed where it is. One that names a schema of
    somebody else's stays, and so does a file with nothing in it: even a comment would make more of it than it was.
    """
    if not data.strip():
        return data
    wanted = modeline(name).encode()
    head = len(_BOM) if data.startswith(_BOM) else 0
    at = head
    for line in data[head:].splitlines(keepends=True):
        if found := _MODELINE.match(line):
            ours = FOLDER.encode() in found[1]
            return data[:at] + wanted + data[at + len(line.rstrip(b"\r\n")) :] if ours else data
        if line.strip() and not line.lstrip().startswith(b"#"):
            break
        at += len(line)
    first = data.find(b"\n")
    end = b"\r\n" if first > 0 and data[first - 1 : first] == b"\r" else b"\n"
    return data[:head] + wanted + end + data[head:]


def replace(path: Path, data: bytes) -> bool:
    """Make a file hold `data`, whole or not at all. Returns whether it was changed. Raises OSError."""
    there = path.is_file()
    if there and path.read_bytes() == data:
        return False
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        if there:
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return True
