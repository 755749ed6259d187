"""`hyosan transcript`: a saved run as a document to keep."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from game.engine import Machine
from game.present.export import FORMATS, written
from game.saves import SaveError, Saves, default_folder
from game.story import load_story
from game.story.diagnostics import printable, report
from game.story.shipped import shipped

OK, FAILED = 0, 1

EPILOG = """\
the document goes into a new file in the folder "transcripts" among the saves; nothing is ever overwritten.

exit codes: 0 it is written; 1 the run cannot be read, or the document cannot be written;
2 the command line was not understood
"""


def main(arguments: list[str]) -> int:
    """Write the transcript of a save. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="hyosan transcript",
        description="Write a run as a document: the run last played, unless a save is named.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("slot", nargs="?", metavar="SLOT", help="a save, by its name (plain mode's `saves` lists them)")
    parser.add_argument("--format", choices=tuple(FORMATS), default="txt", help="what to write (txt)")
    parser.add_argument("--story", type=Path, metavar="DIR", help="a story folder or pack (Four Floors if left out)")
    parser.add_argument("--saves", metavar="DIR", type=Path, help="the folder of saves")
    options = parser.parse_args(arguments)
    loaded = load_story(options.story or shipped())
    if loaded.story is None:
        print(report(loaded.diagnostics), file=sys.stderr)
        return FAILED
    saves = Saves(options.saves or default_folder(), loaded.story)
    try:
        restored = saves.read(_slot(saves, options.slot), Machine(loaded.story))
        for note in restored.notes:
            print(note, file=sys.stderr)
        path = saves.documents.keep_transcript(
            restored.run.player, options.format, written(restored.run, options.format)
        )
    except SaveError as error:
        print(error, file=sys.stderr)
        return FAILED
    print(printable(str(path)))
    return OK


def _slot(saves: Saves, named: str | None) -> str:
    """The save that is meant: the newest one where none is named."""
    if named is not None:
        return saves.find(named)
    slots = [slot for slot in saves.slots() if not slot.problem]
    if not slots:
        raise SaveError("There is no run to write down yet: nothing is saved.")
    return slots[0].id
