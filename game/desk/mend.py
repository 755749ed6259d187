"""Mends that are certain: a misspelt word whose right spelling is plain, a tab where spaces belong."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from game.story.diagnostics import Diagnostic

CERTAIN = 0.8
"""How alike two words are, 0 to 1, for the one to be a misspelling of the other."""

_SUGGESTION = re.compile(r"\bdid you mean '([^']+)'\?")
_INSTEAD = {"True": "true", "TRUE": "true", "yes": "true", "Yes": "true", "on": "true"} | {
    "False": "false",
    "FALSE": "false",
    "no": "false",
    "No": "false",
    "off": "false",
}


@dataclass(frozen=True, slots=True)
class Mend:
    """Replace `width` characters at `line`:`column` (from 1) of `file`, which read `old`, by `new`."""

    file: str
    line: int
    column: int
    width: int
    old: str
    new: str


def mends(found: Iterable[Diagnostic], sources: Mapping[str, str]) -> list[Mend]:
    """The mends that are certain, at most one for each place."""
    out: dict[tuple[str, int, int], Mend] = {}
    for d in found:
        lines = sources.get(d.where.file, "").split("\n")
        if not 0 < d.where.line <= len(lines):
            continue
        line, start = lines[d.where.line - 1], d.where.column - 1
        old = line[start : start + d.where.width]
        if (new := _mended(d, old)) is not None:
            out.setdefault((d.where.file, d.where.line, d.where.column), Mend(*_at(d), len(old), old, new))
    return list(out.values())


def _at(d: Diagnostic) -> tuple[str, int, int]:
    return d.where.file, d.where.line, d.where.column


def _mended(d: Diagnostic, old: str) -> str | None:
    if d.code == "H006" and old == "\t":
        return "  "
    if d.code == "H012" and "true or false" in d.message and old in _INSTEAD:
        return _INSTEAD[old]
    match = _SUGGESTION.search(d.hint)
    # What the finding points at must be the very word the suggestion is for.
    if match is None or not re.fullmatch(r"[\w.-]+", old) or f"'{old}'" not in d.message:
        return None
    return match[1] if difflib.SequenceMatcher(None, old, match[1]).ratio() >= CERTAIN else None


def mended(content: str, file: str, wanted: Iterable[Mend]) -> str:
    """`content` of `file` with the mends that belong to it."""
    lines = content.split("\n")
    for m in sorted(wanted, key=lambda m: (m.line, m.column), reverse=True):
        if m.file == file:
            line = lines[m.line - 1]
            lines[m.line - 1] = line[: m.column - 1] + m.new + line[m.column - 1 + m.width :]
    return "\n".join(lines)
