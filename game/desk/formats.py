"""Problems in the forms that people and tools read: text, JSON, GitHub's annotations, SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from game import __version__
from game.desk.annotations import annotation, from_here
from game.desk.explain import page
from game.story.diagnostics import CODES, Diagnostic, Severity, printable, report


def text(found: Sequence[Diagnostic], folder: Path) -> str:
    """For a person: each problem with its line and a hint, then how many, and where to read on."""
    return f"{report(found)}\n\nhyosan explain {found[0].code} tells more" if found else report(found)


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
        annotation(str(d.severity), _path(d, folder), d.where, f"{d.code}: {d.title}", _said(d)) for d in found
    )


def _said(d: Diagnostic) -> str:
    return f"{d.message} ({d.hint})" if d.hint else d.message


def _path(d: Diagnostic, folder: Path) -> Path:
    """The file a problem is in; a problem of the whole folder points at the folder."""
    return folder if d.where.file == printable(str(folder)) else folder / d.where.file


def sarif(found: Sequence[Diagnostic], folder: Path) -> str:
    """SARIF 2.1.0, as code scanning services read it."""
    codes = sorted({d.code for d in found})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": CODES[code][1]},
            "help": {"text": f"hyosan explain {code} tells more", "markdown": page(code)},
        }
        for code in codes
    ]
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "hyosan", "version": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(d, folder, codes) for d in found],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _result(d: Diagnostic, folder: Path, codes: list[str]) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": _uri(from_here(_path(d, folder)))}}
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
        "message": {"text": _said(d)},
        "locations": [{"physicalLocation": location}],
    }


def _uri(path: str) -> str:
    return Path(path).as_uri() if Path(path).is_absolute() else quote(path)


FORMATS: dict[str, Callable[[Sequence[Diagnostic], Path], str]] = {
    "text": text,
    "json": as_json,
    "github": github,
    "sarif": sarif,
}
