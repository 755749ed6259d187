"""Problems in the forms that people and tools read: text, JSON, GitHub's annotations, SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from game import __version__
from game.story.diagnostics import CODES, Diagnostic, Severity, report


def text(found: Sequence[Diagnostic], folder: Path) -> str:
    """For a person: each problem with its line and a hint, then how many."""
    return report(found)


def as_json(found: Sequence[Diagnostic], folder: Path) -> str:
    """One object: `story` (the folder) and `problems`, a list of flat objects; lines and columns count from 1."""
    problems = [
        {
            "code": d.code,
            "severity": str(d.severity),
            "file": d.where.file,
            "line": d.where.line,
            "column": d.where.column,
            "width": d.where.width,
            "message": d.message,
            "hint": d.hint,
        }
        for d in found
    ]
    return json.dumps({"story": str(folder), "problems": problems}, ensure_ascii=False, indent=2)


def github(found: Sequence[Diagnostic], folder: Path) -> str:
    """Workflow commands that GitHub shows beside the lines of a pull request."""
    return "\n".join(
        f"::{d.severity} file={_property(_path(d, folder))},line={d.where.line},col={d.where.column},"
        f"title={_property(f'{d.code}: {d.title}')}::{_data(d.message + (f' ({d.hint})' if d.hint else ''))}"
        for d in found
    )


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def _path(d: Diagnostic, folder: Path) -> str:
    """Where the file is, seen from here; a problem of the whole folder points at the folder."""
    return (folder / d.where.file).as_posix() if d.where.line else folder.as_posix()


def sarif(found: Sequence[Diagnostic], folder: Path) -> str:
    """SARIF 2.1.0, as code scanning services read it."""
    codes = sorted({d.code for d in found})
    rules = [{"id": code, "shortDescription": {"text": CODES[code][1]}} for code in codes]
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "hyosan", "version": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(d, folder, codes) for d in found],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _result(d: Diagnostic, folder: Path, codes: list[str]) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": _path(d, folder)}}
    if d.where.line:
        column = max(1, d.where.column)
        location["region"] = {
            "startLine": d.where.line,
            "startColumn": column,
            "endColumn": column + d.where.width,
        }
    return {
        "ruleId": d.code,
        "ruleIndex": codes.index(d.code),
        "level": "error" if d.severity is Severity.ERROR else "warning",
        "message": {"text": d.message + (f" ({d.hint})" if d.hint else "")},
        "locations": [{"physicalLocation": location}],
    }


FORMATS: dict[str, Callable[[Sequence[Diagnostic], Path], str]] = {
    "text": text,
    "json": as_json,
    "github": github,
    "sarif": sarif,
}
