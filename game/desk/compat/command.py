"""`hyosan compat`: whether the saves of one version of a story load in another, and what they lose."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from game.desk import formats as problems
from game.desk.arguments import add_budget
from game.desk.compat.keep import save_tests
from game.desk.compat.show import as_json, summary
from game.desk.diff.sources import Side, both
from game.desk.terminal import show
from game.desk.unwritten import unwritten
from game.engine import Machine
from game.prove.compat import NO_SETS, Compat, Plan, compat
from game.story.diagnostics import Severity, printable
from game.story.model import Story

OK, FAILED, OPEN = 0, 1, 3
EXITS = {"proved": OK, "refuted": FAILED, "open": OPEN}

SECONDS = 60.0
NEEDED = 'what is open here may be proved with the proof engine: pip install "hyosan[writer]"'

EPILOG = """\
OLD and NEW are story folders or git revisions, as for hyosan diff: v1.0.0 scenes compares the
release v1.0.0 with the folder.

exit codes: 0 no save loses anything: proved; 1 some saves do, or a story has errors;
2 the command line was not understood; 3 nothing was found that is lost, but something stays open

docs/writing/compat.md says what is asked, and what to do about it.
"""


def main(arguments: list[str]) -> int:
    """Compare two versions of a story and show what becomes of saves. Returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    sides = both(parser, options)
    if sides is None:
        return FAILED
    old, new = (_story(side, options.format) for side in sides)
    if old is None or new is None:
        return FAILED
    before = Machine(old)
    found = compat(before, Machine(new), Plan(options.budget))
    _show(found, before, options.format)
    if options.save_tests is not None and not _kept(found, before, options.save_tests):
        return FAILED
    return EXITS[found.verdict]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hyosan compat",
        description="Prove that every save of an old version of a story loads in a new one, or say what is lost.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("old", metavar="OLD", help="the version that players have: a story folder, or a git revision")
    add("new", metavar="NEW", help="the version that they get")
    add_budget(parser, SECONDS)
    add("--format", choices=("text", "json"), default="text", help="what is printed (text)")
    add("--save-tests", type=Path, metavar="DIR", help="write the saves that lose something into DIR as story tests")
    return parser


def _story(side: Side, format: str) -> Story | None:
    """The story of a side; None, with its errors printed, when it cannot be played."""
    if side.loaded.story is None:
        errors = [d for d in side.loaded.diagnostics if d.severity is Severity.ERROR]
        print(f"hyosan compat: the story '{printable(side.name)}' has errors", file=sys.stderr)
        print(problems.FORMATS[format](errors, Path(side.name)))
    return side.loaded.story


def _show(found: Compat, before: Machine, format: str) -> None:
    if format == "json":
        print(as_json(found))
        return
    show(lambda width: summary(found, before, width))
    if any(NO_SETS in fact.note for fact in found.facts):
        print(NEEDED, file=sys.stderr)


def _kept(found: Compat, before: Machine, folder: Path) -> bool:
    try:
        for said in save_tests(found, before, folder):
            print(said, file=sys.stderr)
    except OSError as error:
        print(f"hyosan compat: {unwritten(error)}", file=sys.stderr)
        return False
    return True
