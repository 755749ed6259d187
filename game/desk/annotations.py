"""GitHub's annotations: workflow commands that it shows beside the lines of a pull request."""

from __future__ import annotations

from pathlib import Path

from game.story.diagnostics import Where, printable


def annotation(level: str, path: Path, where: Where, title: str, text: str) -> str:
    """One workflow command. `level` is "error" or "warning"; `path` is that of the file that `where` is in."""
    at = [f"file={_property(printable(from_here(path)))}"]
    if where.line:
        at.append(f"line={where.line}")
        if where.column:
            at.append(f"col={where.column},endColumn={where.column + where.width - 1}")
    return f"::{level} {','.join(at)},title={_property(title)}::{_data(text)}"


def from_here(path: Path) -> str:
    """Where a file is, seen from the working directory if it lies below."""
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
