"""The playthroughs beside a story that show all that is known to be possible in it: a file that travels with it.

Whoever proves the story next, be it elsewhere, plays them again instead of looking for them: see `game.prove.corpus`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from game.desk.prove.wording import many
from game.engine import Machine
from game.prove.corpus import Line, parsed
from game.prove.report import Report
from game.story.diagnostics import Problems, printable
from game.story.files import text_of
from game.story.source import MAX_FILE, Unreadable, opened

FOLDER, FILE = "tests", "playthroughs.txt"
NAME = f"{FOLDER}/{FILE}"

ABOUT = """\
Playthroughs of this story which between them show all that is known to be possible in it. `hyosan prove` plays them
again before it looks for others; it believes none of them. It wrote this file, with --save-plays, and writes it anew.
A line is a playthrough: how many choices it has in common with the line above, and its others, each by as much of its
id as tells it from those beside it, and with what its roll comes to. Where there is nothing to choose, nothing is said.
Delete any line, or all.
"""


def kept(folder: Path) -> tuple[tuple[Line, ...], list[str]]:
    """The playthroughs kept beside a story, none if there is no such file; and why, in sentences, if it is not read."""
    problems = Problems()
    text = None
    with opened(folder, Problems()) as source:
        try:
            if source is not None and NAME in source.inside(FOLDER):
                text = text_of(source, NAME, NAME, problems)
        except Unreadable as refused:
            return (), [_unread(refused.message)]
    return parsed(text or ""), [_unread(found.message) for found in problems.sorted()]


def _unread(why: str) -> str:
    return f"{NAME} is not read: {why}; hyosan prove --save-plays writes it anew"


def save_plays(report: Report, machine: Machine, folder: Path, corpus: Sequence[Line]) -> list[str]:
    """Write playthroughs that show what those of a report do beside the story in a folder.

    `corpus` are those that are kept there already. Returns what was done, in sentences. Raises OSError.
    """
    from game.prove.covering import renewed

    if not folder.is_dir():
        return [f"no playthroughs written: {printable(str(folder))} is no folder; unpack the story first"]
    lines = renewed(machine, report.answers, corpus)
    text = "".join(f"# {line}\n" for line in ABOUT.splitlines())
    number = 0
    for line in lines:
        more = " ".join((str(line.shared), *line.words)) + "\n"
        # Names are ASCII: so many characters are so many bytes.
        if len(text) + len(more) > MAX_FILE:
            break
        text += more
        number += 1
    path = folder / NAME
    path.parent.mkdir(exist_ok=True)
    scratch = path.with_name(f".{FILE}.{os.getpid()}")
    try:
        scratch.write_text(text, encoding="utf-8", newline="\n")
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
    left = f"; there was no room for {many(len(lines) - number, 'other')}" if number < len(lines) else ""
    return [f"{many(number, 'playthrough')} written to {printable(str(path))} ({len(text):,} bytes){left}"]
