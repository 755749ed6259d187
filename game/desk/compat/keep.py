"""The saves that lose something, as story tests of the old version: what they show there is what players had."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from game.desk.storytest.record import as_test
from game.engine import Machine
from game.prove.compat import Compat, Saved
from game.story.diagnostics import printable


def save_tests(found: Compat, before: Machine, folder: Path) -> list[str]:
    """Write one story test for each save that is told of. A file that is there already stays as it is.

    Returns what was done, in sentences. Raises OSError when a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    said = []
    for stem, name, save in _saves(found):
        path = folder / f"compat-{stem}.yaml"
        text = as_test(save.run(before), name)
        if path.exists():
            if path.read_text(encoding="utf-8", errors="replace") != text:
                said.append(f"{printable(str(path))} is there already and was left as it is")
            continue
        path.write_text(text, encoding="utf-8", newline="\n")
        written += 1
    noun = "story test" if written == 1 else "story tests"
    return [f"{written} {noun} written into {printable(str(folder))}", *said]


def _saves(found: Compat) -> Iterator[tuple[str, str, Saved]]:
    for lost in found.lost:
        if lost.save is not None:
            yield _stem(f"lost-{lost.choice}"), f"A save that made {lost.choice}", lost.save
    for one in found.differs:
        if one.save is not None:
            yield _stem(f"differs-{one.name or 'scene'}"), f"A save with another {one.name or 'scene'}", one.save
    ends = found.fact("ends")
    if ends.save is not None:
        yield "no-ending", "A save that comes to no ending", ends.save


def _stem(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80]
