"""`hyosan diff`: what became of a story between two versions."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from game.desk.diff.compare import difference
from game.desk.diff.markdown import ROOM, markdown
from game.desk.diff.po import Stale, stale
from game.desk.diff.sources import Side, both
from game.language.po import Malformed
from game.story.diagnostics import Severity, printable
from game.story.model import Story

EPILOG = """\
OLD and NEW are story folders or git revisions: main, HEAD~3, v1.0.0:scenes. A folder wins where there is both. The
folder of a revision alone is that of the other side, or `scenes`.

exit codes: 0 compared, whether different or not; 1 a story cannot be read; 2 the command line was not understood
"""


def main(arguments: list[str]) -> int:
    """Print what changed. Returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    sides = both(parser, options)
    if sides is None:
        return 1
    old, new = sides
    before, after = _story(old), _story(new)
    if before is None or after is None:
        return 1
    found = difference(before, after)
    translations, notes = _translations(new, before, after)
    if options.format == "json":
        told = {**asdict(found), "stale_translations": [asdict(s) for s in translations], "notes": notes}
        del told["scenes"]
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print(markdown(found, translations, notes, before, after, 10**9 if options.full else ROOM).rstrip())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hyosan diff",
        description="Compare two versions of a story: what was gained, lost, renamed and rewritten.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("old", metavar="OLD", help="a story folder, or a git revision (REV or REV:PATH)")
    parser.add_argument("new", metavar="NEW", help="likewise")
    parser.add_argument("--format", choices=("markdown", "json"), default="markdown")
    parser.add_argument("--full", action="store_true", help="write out all changed texts, however long that gets")
    return parser


def _story(side: Side) -> Story | None:
    """The story of a side; None, with the first thing that is wrong with it printed, when it cannot be read."""
    if side.loaded.story is None:
        errors = [d for d in side.loaded.diagnostics if d.severity is Severity.ERROR]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        first = f"{printable(str(errors[0].where))}: {errors[0].message}{more}"
        print(f"hyosan diff: the story '{printable(side.name)}' cannot be read: {first}", file=sys.stderr)
    return side.loaded.story


def _translations(side: Side, old: Story, new: Story) -> tuple[tuple[Stale, ...], tuple[str, ...]]:
    """The stale translations of all catalogues, and a note for each that cannot be read."""
    found: list[Stale] = []
    notes: list[str] = []
    for file, text in side.catalogues.items():
        try:
            found.extend(stale(file, text, old, new))
        except Malformed as error:
            notes.append(f"{file}:{error.line} cannot be read as a catalogue, so its translations were not looked at.")
    return tuple(found), tuple(notes)
