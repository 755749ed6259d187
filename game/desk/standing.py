"""`--at SCENE --where CONDITION`: begin in the middle, in a state that can really occur."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from game.desk.arguments import seconds

if TYPE_CHECKING:
    from game.engine import Machine, Run

HOUR = 60 * 60


def add_options(parser: argparse.ArgumentParser) -> None:
    """Let `parser` take --at, --where and --budget."""
    parser.add_argument("--at", metavar="SCENE", help="begin in this scene, by a way that leads there")
    parser.add_argument("--where", metavar="CONDITION", help="with --at: while this holds")
    parser.add_argument(
        "--budget",
        type=seconds(HOUR),
        metavar="SECONDS",
        help="with --at: give up after so long without finding a way (5)",
    )


def misused(options: argparse.Namespace) -> str:
    """What is wrong with how --at and its companions were given; "" when nothing is."""
    if getattr(options, "at", None) is None:
        for name in ("where", "budget"):
            if getattr(options, name, None) is not None:
                return f"--{name} goes with --at"
    return ""


def run_at(machine: Machine, options: argparse.Namespace, player: str = "", gentle: bool = False) -> Run | str:
    """A run that stands where `options` ask, or why there is none."""
    # Here, so that a command line can be read without them.
    from game.prove import NotFound, find, read_target
    from game.prove.find import BUDGET
    from game.story.diagnostics import report

    target, faults = read_target(machine.story, options.at, options.where)
    if target is None:
        return report(faults)
    seed = getattr(options, "seed", None) or 0
    found = find(machine, target, seed, options.budget or BUDGET, player=player, gentle=gentle)
    return found.line if isinstance(found, NotFound) else found.run
