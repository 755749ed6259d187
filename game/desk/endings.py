"""`hyosan endings`: the endings found in all runs, and the memorial wall; those of another machine brought in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from game.desk import arguments
from game.language import n_
from game.plain.console import Console
from game.plain.runs import say_endings, say_wall
from game.saves import SaveError, Saves, default_folder
from game.story import load_story
from game.story.diagnostics import printable, report
from game.story.shipped import shipped

OK, FAILED = 0, 1

EPILOG = """\
FOLDER is a folder of saves, as `hyosan where` names it on the other machine. Bringing it in twice does no harm,
and it does not matter which machine brings in which. What was read there counts as read here, too.

exit codes: 0 all is well; 1 something cannot be read or written; 2 the command line was not understood
"""


def main(arguments_given: list[str]) -> int:
    """List the endings, or bring some in. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="hyosan endings",
        description="The endings found so far, and the memorial wall.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    arguments.add_folder(parser)
    parser.add_argument("--import", dest="other", type=Path, metavar="FOLDER", help="bring in those of another machine")
    parser.add_argument("--wall", action="store_true", help="the memorial wall instead of the endings")
    parser.add_argument("--saves", metavar="DIR", type=Path, help="the folder of saves")
    options = parser.parse_args(arguments_given)
    loaded = load_story(options.dir or shipped())
    if loaded.story is None:
        print(report(loaded.diagnostics), file=sys.stderr)
        return FAILED
    story = loaded.story
    saves = Saves(options.saves or default_folder(), story)
    console = Console.of(sys.stdin, sys.stdout)
    try:
        if options.other is not None:
            if not (options.other / story.id).is_dir():
                name = printable(str(options.other))
                print(f"hyosan endings: {name} is no folder with saves of {printable(story.title)}.", file=sys.stderr)
                return FAILED
            console.say(n_("{n} new ending.", "{n} new endings.", saves.bring_in_endings(options.other)))
        (say_wall if options.wall else say_endings)(console, story, saves.endings())
    except SaveError as error:
        print(error, file=sys.stderr)
        return FAILED
    return OK
