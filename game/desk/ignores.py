"""`# hyosan: ignore H109 because …` beside or above a line: the writer has seen the finding, and means it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from game.story.diagnostics import CODES, Diagnostic, Problems, Severity, Where

_COMMENT = re.compile(r"(?:^|\s)(?P<sign>#)\s*hyosan:(?P<rest>.*)$")
_IGNORE = re.compile(r"\s*ignore\s+(?P<codes>H\d{3}(?:\s*,\s*H\d{3})*)(?P<reason>.*)$")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class _Ignore:
    """A code to keep quiet about, from line `first` to line `last`; `where` is the comment."""

    code: str
    where: Where
    first: int
    last: int
    used: bool = False

    def covers(self, d: Diagnostic) -> bool:
        return d.code == self.code and d.where.file == self.where.file and self.first <= d.where.line <= self.last


@dataclass(frozen=True, slots=True)
class _Text:
    """A value of several characters in a file, from (line, column) to (line, column), counted from 0."""

    start: tuple[int, int]
    end: tuple[int, int]
    block: bool

    def holds(self, line: int, column: int) -> bool:
        # The line of a | is YAML's own: what follows the sign there is a comment.
        begin = (self.start[0] + 1, 0) if self.block else self.start
        return begin <= (line, column) < self.end


def apply(
    found: Iterable[Diagnostic], sources: Mapping[str, str], problems: Problems, whole: bool = True
) -> list[Diagnostic]:
    """`found` without what is ignored. A fault of an ignore itself is added to `problems`.

    Only warnings can be ignored: with an error a story cannot be played. Unless the story is `whole`, nobody can tell
    what an ignore would have been for, and nothing is said of those that ignore nothing.
    """
    ignores = [i for file, content in sources.items() for i in _ignores(file, content, problems)]
    kept = []
    for d in found:
        quiet = [i for i in ignores if i.covers(d)] if d.severity is Severity.WARNING else []
        for ignore in quiet:
            ignore.used = True
        if not quiet:
            kept.append(d)
    for ignore in ignores:
        if whole and not ignore.used:
            problems.add("H112", ignore.where, f"there is no {ignore.code} here to ignore", "delete the comment")
    return kept


def _ignores(file: str, content: str, problems: Problems) -> Iterator[_Ignore]:
    """The ignores of a file; those that cannot be are told."""
    if "hyosan:" not in content:
        return
    lines = content.split("\n")
    texts = _texts(content)
    for number, line in enumerate(lines, 1):
        match = _COMMENT.search(line)
        if match is None or any(text.holds(number - 1, match.start("sign")) for text in texts):
            continue
        where = Where(file, number, match.start("sign") + 1, len(line) - match.start("sign"))
        said = _IGNORE.match(match["rest"])
        if said is None:
            hint = "write # hyosan: ignore H109 and the reason"
            problems.add("H112", where, "this comment does not say what to ignore", hint)
            continue
        codes = re.findall(r"H\d{3}", said["codes"])
        if not any(c.isalnum() for c in said["reason"]):
            hint = f"say why: # hyosan: ignore {', '.join(codes)} and the reason"
            problems.add("H112", where, "this ignore gives no reason", hint)
        # A comment on a line of its own speaks of the next line that holds something.
        first = number if line[: match.start("sign")].strip() else _next(lines, number)
        # Inside a text there is no room for comments: beside its first line they speak of all of it.
        last = max((t.end[0] + (t.end[1] > 0) for t in texts if t.start[0] + 1 == first), default=first)
        for code in codes:
            if CODES.get(code, (Severity.WARNING, ""))[0] is Severity.ERROR:
                problems.add("H112", where, f"{code} is an error and cannot be ignored", "mend it")
            else:
                yield _Ignore(code, where, first, last)


def _next(lines: list[str], number: int) -> int:
    for following in range(number + 1, len(lines) + 1):
        line = lines[following - 1].strip()
        if line and not line.startswith("#"):
            return following
    return number


def _texts(content: str) -> list[_Text]:
    """Where the texts of a file stand: in them a # is a character like any other."""
    out = []
    event: Any  # PyYAML's classes of events do not share what they carry
    try:
        for event in yaml.parse(content, Loader=_LOADER):
            if isinstance(event, yaml.ScalarEvent):
                start: Any = event.start_mark
                end: Any = event.end_mark
                out.append(_Text((start.line, start.column), (end.line, end.column), event.style in ("|", ">")))
    except yaml.YAMLError:
        pass  # told by the loader; what stands before the fault is enough
    return out
