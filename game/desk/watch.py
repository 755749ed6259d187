"""`hyosan watch`: play a story while you write it. Also what `hyosan play --inspect` needs of the desk."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from game.desk import standing
from game.desk.arguments import add_folder, seed
from game.engine import Machine, Run
from game.saves import Saves
from game.story.diagnostics import printable
from game.story.shipped import shipped
from game.story.source import is_pack

if TYPE_CHECKING:
    from game.tui.tools import Proving, Tools
    from game.tui.watch import WatchApp

OK, FAILED, USAGE = 0, 1, 2

EPILOG = """\
save a file and the scene shows its new words; break one and you see what is wrong, while the last good story plays on.
nothing is saved. --at begins in a scene, by choices that lead there; --where asks for more.

    hyosan watch my-story --at c2_03_cold_hands --where "with.on_jo and noise >= 2"
"""


def main(arguments: list[str]) -> int:
    """Play until the writer leaves. 1 when there is no way to --at, 2 when there is no terminal."""
    parser = argparse.ArgumentParser(
        prog="hyosan watch",
        description="Play a story beside its files, which are read again whenever one of them changes.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_folder(parser)
    standing.add_options(parser)
    parser.add_argument("--seed", type=seed, metavar="N", default=0, help="what decides the rolls (0)")
    parser.add_argument("--gentle", action="store_true", help="a softer text where the story has one")
    parser.add_argument("--no-prove", action="store_true", help="do not prove the story after every change")
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    options = parser.parse_args(arguments)
    if wrong := standing.misused(options):
        parser.error(wrong)
    folder = options.dir or shipped()
    if is_pack(folder) and folder.exists():
        shown = printable(str(folder))
        print(f"{shown} is a pack, which nobody writes in: hyosan play {shown}, or watch its folder", file=sys.stderr)
        return FAILED
    if not folder.is_dir():
        print(
            f"the story folder '{folder}' {'is not a folder' if folder.exists() else 'does not exist'}", file=sys.stderr
        )
        return FAILED
    if os.environ.get("TERM") == "dumb" or not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("hyosan watch needs a terminal; hyosan check lists a story's problems without one.", file=sys.stderr)
        return USAGE
    return _watch(folder, options)


def _watch(folder: Path, options: argparse.Namespace) -> int:
    def begin(machine: Machine) -> Run | str:
        if options.at is not None:
            return standing.run_at(machine, options, gentle=options.gentle)
        return Run.new(machine, options.seed, gentle=options.gentle)

    from game.desk.prove.beside import Beside
    from game.tui import leaving

    beside = Beside()
    app = watching(folder, begin, None if options.no_prove else beside)
    if isinstance(app, str):
        print(app, file=sys.stderr)
        return FAILED
    try:
        return leaving.run(app, not options.no_mouse)
    finally:
        app.proofs.stop()
        beside.close()


def watching(
    folder: Path, begin: Callable[[Machine], Run | str], prove: Callable[[Path], Proving] | None = None
) -> WatchApp | str:
    """The app that plays the story in `folder` from where `begin` says; or why it cannot begin there.

    A story that cannot be read yet is waited for. If it is said how to `prove` it, every version of it is.
    """
    from game.tui.reload import read, stamps
    from game.tui.watch import WatchApp

    seen = stamps(folder)
    reading = read(folder)
    start = begin(reading.machine) if reading.machine is not None else None
    return start if isinstance(start, str) else WatchApp(folder, tools(prove), begin, seen, reading, start)


def tools(prove: Callable[[Path], Proving] | None = None) -> Tools:
    """What the desk lends to the screens; and how a story is proved, if it is to be."""
    from game.desk.check import check
    from game.desk.uses import uses
    from game.story.notation import Asking
    from game.tui.tools import Tools

    return Tools(uses, Asking, check, prove)


def main_inspecting(
    machine: Machine,
    saves: Saves,
    *,
    start: Run | None = None,
    slot: str = "",
    played: int = 0,
    mouse: bool = True,
) -> int:
    """`hyosan play --inspect`."""
    from game.tui.inspecting import main

    return main(machine, saves, tools(), start=start, slot=slot, played=played, mouse=mouse)
