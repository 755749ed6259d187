"""Mends that are certain: a misspelt word whose right spelling is plain, a tab where spaces belong."""

from __future__ import annotations

import difflib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from game.story import declare, shapes
from game.story.diagnostics import Diagnostic, printable
from game.story.fields import Shape
from game.story.source import MAX_FILE

CERTAIN = 0.8
"""How alike two words are, 0 to 1, for the one to be a misspelling of the other."""
CLEAR = 0.1
"""How much less alike every other word must be for there to be no doubt which one was meant."""

_SUGGESTION = re.compile(r"\bdid you mean '([^']+)'\?")
_NAME = re.compile(r"[\w-]+(?=\s*:)|(?<=[\[,])\s*[\w-]+(?=\s*[,\]])")  # what can be a name: a key, a word in a list
_YES = ("True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON")
_NO = ("False", "FALSE", "no", "No", "NO", "off", "Off", "OFF")
_INSTEAD = dict.fromkeys(_YES, "true") | dict.fromkeys(_NO, "false")


@dataclass(frozen=True, slots=True)
class Mend:
    """Replace `width` characters at `line`:`column` (from 1) of `file`, which read `old`, by `new`."""

    file: str
    line: int
    column: int
    width: int
    old: str
    new: str

    def touches(self, d: Diagnostic) -> bool:
        """Whether a problem points into what this mend has written."""
        at = d.where
        here = at.file == self.file and at.line == self.line
        return here and at.column < self.column + max(1, len(self.new)) and self.column < at.column + at.width


Look = Callable[[Mapping[str, str]], Sequence[Diagnostic]]
"""Finds the problems of texts by file name."""


def mends(found: Sequence[Diagnostic], sources: Mapping[str, str], look: Look) -> list[Mend]:
    """The mends that are certain, none overlapping another."""
    todo: list[Mend] = []
    for mend in _possible(found, sources):
        if not any(m.file == mend.file and m.line == mend.line and _overlap(m, mend) for m in todo):
            todo.append(mend)
    if todo and not _helps(todo, found, sources, look):
        todo = [mend for mend in todo if _helps([mend], found, sources, look)]
        # Each may be right alone and wrong beside another.
        if len(todo) > 1 and not _helps(todo, found, sources, look):
            return todo[:1]
    return todo


def _overlap(a: Mend, b: Mend) -> bool:
    return a.column < b.column + b.width and b.column < a.column + a.width


def _helps(todo: list[Mend], found: Sequence[Diagnostic], sources: Mapping[str, str], look: Look) -> bool:
    """Whether the mends leave no problem where they write, make no file unreadable, and no id one of two."""
    after = look({file: mended(content, file, todo) for file, content in sources.items()})
    worse = [sum(d.code in ("H003", "H004", "H015") for d in problems) for problems in (found, after)]
    moved = _moved(todo)
    return worse[1] <= worse[0] and not any(m.touches(d) for m in moved for d in after)


def _moved(todo: list[Mend]) -> list[Mend]:
    """The mends where they stand once all of them are made."""
    out = []
    for m in todo:
        before = [o for o in todo if o.file == m.file and o.line == m.line and o.column < m.column]
        shift = sum(len(o.new) - o.width for o in before)
        out.append(Mend(m.file, m.line, m.column + shift, m.width, m.old, m.new))
    return out


def _possible(found: Iterable[Diagnostic], sources: Mapping[str, str]) -> Iterator[Mend]:
    for d in found:
        lines = sources.get(d.where.file, "").split("\n")
        if not 0 < d.where.line <= len(lines):
            continue
        line, start = lines[d.where.line - 1], d.where.column - 1
        old = line[start : start + d.where.width]
        if d.code == "H006" and old == "\t":
            yield from _tabs(d.where.file, lines)
        elif (new := _instead(d, old, sources)) is not None:
            yield Mend(d.where.file, d.where.line, d.where.column, len(old), old, new)


def _tabs(file: str, lines: list[str]) -> Iterator[Mend]:
    """Every tab of a file. How deep a tab at the start of a line was meant is plain only where all lines use tabs."""
    margins = [line[: len(line) - len(line.lstrip())] for line in lines if line.strip()]
    if any("\t" in margin for margin in margins) and any(" " in margin for margin in margins):
        return
    for number, line in enumerate(lines, 1):
        for match in re.finditer(r"\t+", line):
            tabs = match[0]
            new = "  " * len(tabs) if match.start() == 0 else " "
            yield Mend(file, number, match.start() + 1, len(tabs), tabs, new)


def _instead(d: Diagnostic, old: str, sources: Mapping[str, str]) -> str | None:
    """What to write in place of `old`, if there is no doubt."""
    if d.code == "H012" and "true or false" in d.message:
        return _INSTEAD.get(old)
    match = _SUGGESTION.search(d.hint)
    # What the finding points at must be the very word the suggestion is for.
    if match is None or not re.fullmatch(r"[\w.-]+", old) or f"'{old}'" not in d.message:
        return None
    new = match[1]
    likeness = _likeness(old, new)
    if likeness < CERTAIN:
        return None
    rivals = {name.strip() for text in sources.values() for name in _NAME.findall(text)} | _language()
    limit = likeness - CLEAR
    if any(_likeness(old, rival, limit) > limit for rival in rivals - {old, new}):
        return None
    return new


def _likeness(a: str, b: str, least: float = 0.0) -> float:
    matcher = difflib.SequenceMatcher(None, a, b)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    return matcher.ratio()


@cache
def _language() -> frozenset[str]:
    """The words of the language itself that stand as keys."""
    known = [shape for module in (declare, shapes) for shape in vars(module).values() if isinstance(shape, Shape)]
    return frozenset(key for shape in known for key in shape.keys)


def mended(content: str, file: str, wanted: Iterable[Mend]) -> str:
    """`content` of `file` with the mends that belong to it."""
    lines = content.split("\n")
    for m in sorted(wanted, key=lambda m: (m.line, m.column), reverse=True):
        if m.file == file:
            line = lines[m.line - 1]
            lines[m.line - 1] = line[: m.column - 1] + m.new + line[m.column - 1 + m.width :]
    return "\n".join(lines)


def write(folder: Path, file: str, rounds: Iterable[Iterable[Mend]]) -> bool:
    """Make the mends of a file, round after round: whole or not at all, every other byte as it was."""
    path = folder / file
    try:
        with path.open("rb") as opened:
            text = opened.read(MAX_FILE + 1).decode("utf-8")
        # The mark at the start of a file is no character of its first line.
        mark = "\ufeff" if text.startswith("\ufeff") else ""
        new = text.removeprefix(mark)
        for todo in rounds:
            if any(m.file == file and not _stands(m, new) for m in todo):
                print(f"{printable(file)}: not mended: it has changed meanwhile", file=sys.stderr)
                return False
            new = mended(new, file, todo)
        _replace(path, (mark + new).encode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        print(f"{printable(file)}: not mended: {error}", file=sys.stderr)
        return False
    return True


def _stands(m: Mend, text: str) -> bool:
    lines = text.split("\n")
    return m.line <= len(lines) and lines[m.line - 1][m.column - 1 :].startswith(m.old)


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(data)
        shutil.copymode(path, name)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
