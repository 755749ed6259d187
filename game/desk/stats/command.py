"""`hyosan stats`: a story in numbers."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from game.desk.arguments import add_folder, plays
from game.desk.stats.count import measure
from game.desk.stats.lengths import PACE
from game.desk.stats.show import shown
from game.desk.wander import HOW
from game.story.cache import load_kept
from game.story.diagnostics import report
from game.story.shipped import shipped

PLAYS = 200
MOST_PLAYS = 20_000


def main(arguments: list[str]) -> int:
    """Print a story's numbers. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="hyosan stats", description="A story in numbers.")
    add_folder(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--plays",
        type=plays(MOST_PLAYS),
        default=PLAYS,
        metavar="N",
        help=f"random plays to measure a run by ({PLAYS} unless said)",
    )
    options = parser.parse_args(arguments)
    loaded = load_kept(options.dir or shipped())
    if loaded.story is None:
        print(report(loaded.diagnostics), file=sys.stderr)
        return 1
    stats = measure(loaded.story, options.plays)
    if options.format == "json":
        told = {**asdict(stats), "words_a_minute": PACE, "how": HOW}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print(shown(stats))
    return 0
