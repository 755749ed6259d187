"""`# hyosan: ignore H109 because …` beside or above a line: the writer has seen the finding, and means it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from game.story.diagnostics import CODES, Diagnostic, Problems, Severity, Where

_COMMENT = re.compile(r"(?:^|\s)#\s*hyosan:\s*ignore\s+(?P<codes>H\d{3}(?:\s*,\s*H\d{3})*)(?P<reason>.*)$")


def apply(found: Iterable[Diagnostic], sources: Mapping[str, str], problems: Problems) -> list[Diagnostic]:
    """`found` without what is ignored. An ignore that ignores nothing, or gives no reason, is a finding itself.

    Only warnings can be ignored: with an error a story cannot be played.
    """
    asked: dict[tuple[str, int, str], tuple[int, int]] = {}
    for file, content in sources.items():
        if "hyosan:" not in content:
            continue
        lines = content.split("\n")
        for number, line in enumerate(lines, 1):
            if not (match := _COMMENT.search(line)):
                continue
            column = line.index("#", match.start()) + 1
            # A comment on a line of its own speaks of the next line that holds something.
            target = number if line[: column - 1].strip() else _next(lines, number)
            for code in re.findall(r"H\d{3}", match["codes"]):
                asked[file, target, code] = (number, column)
                if CODES.get(code, (Severity.WARNING, ""))[0] is Severity.ERROR:
                    problems.add(
                        "H112", Where(file, number, column), f"{code} is an error and cannot be ignored", "mend it"
                    )
                elif not match["reason"].strip():
                    hint = f"say why: # hyosan: ignore {code} and the reason"
                    problems.add("H112", Where(file, number, column), "this ignore gives no reason", hint)
    kept, used = [], set()
    for d in found:
        key = (d.where.file, d.where.line, d.code)
        if key in asked and d.severity is Severity.WARNING:
            used.add(key)
        else:
            kept.append(d)
    for key, (number, column) in asked.items():
        if key not in used and CODES.get(key[2], (Severity.WARNING, ""))[0] is Severity.WARNING:
            problems.add(
                "H112", Where(key[0], number, column), f"there is no {key[2]} here to ignore", "delete the comment"
            )
    return kept


def _next(lines: list[str], number: int) -> int:
    for following in range(number + 1, len(lines) + 1):
        line = lines[following - 1].strip()
        if line and not line.startswith("#"):
            return following
    return number
