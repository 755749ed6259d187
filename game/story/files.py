"""The texts of a story's files, as they are on disk, before anybody has looked into them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from game.story.diagnostics import Diagnostic, Problems, Where
from game.story.limits import LARGER, MAX_STORY, at_most
from game.story.source import MAX_FILE, MAX_FILES, Source, Unreadable, opened

if TYPE_CHECKING:
    from game.story.model import Story


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of reading a story. `story` is None when there are errors."""

    story: Story | None
    diagnostics: tuple[Diagnostic, ...]


def digest_of(sources: Mapping[str, str]) -> str:
    """Hex SHA-256 over the texts of a story's files, by name and in their order."""
    digest = hashlib.sha256()
    for file, content in sources.items():
        digest.update(f"{file}\0{len(content)}\0".encode("utf-8", "surrogatepass"))
        digest.update(content.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()


def read_files(place: Path, problems: Problems) -> dict[str, str]:
    """The texts of a story's files, in the order they are read. Names use / and are relative to the folder or pack."""
    with opened(place, problems) as source:
        return _texts(source, problems) if source is not None else {}


def _texts(source: Source, problems: Problems) -> dict[str, str]:
    try:
        names = source.names()
    except Unreadable as refused:
        problems.add(refused.code, Where(source.shown), refused.message, refused.hint)
        return {}
    if len(names) > MAX_FILES:
        problems.add("H002", Where(source.shown), f"more than {MAX_FILES} files in one story")
        return {}
    out: dict[str, str] = {}
    total = 0
    for name in names:
        content = text_of(source, name, name, problems)
        if content is None:
            continue
        total += len(content)
        if total > (most := at_most(MAX_STORY)):
            problems.add("H002", Where(source.shown), f"more than {most:,} bytes in one story", LARGER)
            return {}
        out[name] = content
    if "story.yaml" not in names:
        no_story_file(source.shown, out, problems)
    return out


def no_story_file(folder: str, files: Iterable[str], problems: Problems) -> None:
    known = "every story has one; see docs/writing/language.md"
    hint = "rename story.yml to story.yaml" if "story.yml" in files else known
    problems.add("H001", Where(folder), f"there is no story.yaml in '{folder}'", hint)


def text_of(source: Source, name: str, shown: str, problems: Problems) -> str | None:
    """The text of a file, called `shown` in problems; None when it cannot be read."""
    try:
        data = source.read(name)
    except Unreadable as refused:
        problems.add(refused.code, Where(shown), refused.message, refused.hint)
        return None
    if len(data) > MAX_FILE:
        problems.add(
            "H002", Where(shown), f"more than {MAX_FILE:,} bytes in one file", "split the chapter over several files"
        )
        return None
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8").split("\n")
        where = Where(shown, len(before), len(before[-1]) + 1)
        problems.add("H001", where, "this file is not UTF-8 text", "save it as UTF-8 in your editor")
        return None
    return content.removeprefix("\ufeff").replace("\r\n", "\n")
