"""The commands of `hyosan`. Each imports what it needs when it runs, so that --version and --help stay instant."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from game import __version__

if TYPE_CHECKING:
    from game.engine import Machine, Run
    from game.saves import Saves
    from game.story import Story
    from game.story.kept import Files
    from game.tui.coming import Coming

OK, FAILED, USAGE = 0, 1, 2

EPILOG = """\
without a command, hyosan plays Four Floors.

exit codes: 0 all is well; 1 a story or a save has a problem; 2 the command line was not understood;
70 a fault of the program; 128 and its number after a signal
"""


# Players' records and the writer's desk: modules with `main(arguments) -> exit code`, imported when they run.
DESK = {
    "endings": ("game.desk.endings", "the endings you have found, in all runs; bring in those of another machine"),
    "transcript": ("game.desk.transcript", "a run as a document to keep: txt, md or html"),
    "new": ("game.desk.new", "begin a story, or add a scene, person, item or place"),
    "check": ("game.desk.check", "list every problem of a story"),
    "explain": ("game.desk.explain", "what a problem means, and what to write instead"),
    "watch": ("game.desk.watch", "play a story while you write it: every save of a file shows at once"),
    "test": ("game.desk.storytest", "play a story's tests; record one"),
    "prove": ("game.desk.prove", "prove that nobody can be stranded, and who can live and how"),
    "schema": ("game.desk.schema", "let a text editor complete, explain and check a story"),
    "graph": ("game.desk.graph", "draw a story as a picture"),
    "stats": ("game.desk.stats", "a story in numbers"),
    "diff": ("game.desk.diff", "compare two versions of a story"),
    "pack": ("game.desk.pack", "put a story into one file to give away"),
    "translate": ("game.desk.translate", "a story in another language: begin, update, check"),
    "compat": ("game.desk.compat", "what happens to players' saves when a story changes"),
}

# All commands that read a command line of their own.
OWN = {**DESK, "serve": ("game.web.serve", "let others play a story in their browsers")}


def parser() -> argparse.ArgumentParser:
    """The command line. Options of `play` may stand before or after the command."""
    from game.desk import arguments, standing

    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--plain", action="store_true", help="line by line: for screen readers and pipes")
    common.add_argument("--seed", type=arguments.seed, metavar="N", help="begin a new run with this seed (0 or more)")
    common.add_argument("--name", metavar="NAME", help="your name in a new run")
    common.add_argument("--load", metavar="SAVE", help="go to a save, by its name, or an exported file")
    common.add_argument("--replay", metavar="FILE", type=Path, help="begin where a story test ends")
    common.add_argument("--gentle", action="store_true", help="a softer text where the story has one")
    common.add_argument("--language", metavar="LANGUAGE", help="play in this language (ko), where there is one")
    common.add_argument("--saves", metavar="DIR", type=Path, help="keep saves in this folder")
    common.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    top = argparse.ArgumentParser(
        prog="hyosan",
        description="Four Floors: a text-adventure survival game for the terminal.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common],
    )
    top.add_argument("--version", action="version", version=f"hyosan {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    play = commands.add_parser(
        "play", help="play a story", parents=[common], description="Play the story in a folder or a pack."
    )
    arguments.add_folder(play)
    standing.add_options(play)
    play.add_argument("--inspect", action="store_true", help="for writers: v shows every variable and every guard")
    for name, (_, what) in OWN.items():
        commands.add_parser(name, help=what, add_help=False)
    commands.add_parser("where", help="print where saves and settings are kept", parents=[common])
    return top


def run(argv: list[str]) -> int:
    """Carry out a command line. Returns the exit code."""
    _speak_utf8()
    try:
        if argv and argv[0] in OWN:
            main: Callable[[list[str]], int] = import_module(OWN[argv[0]][0]).main
            return main(argv[1:])
        # Most often nothing is asked for: then the parsers of all commands need not be made.
        options = parser().parse_args(argv) if argv else argparse.Namespace(command=None)
        return where(options) if options.command == "where" else play(options)
    except SystemExit as leaving:
        return int(leaving.code or 0)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; do not complain about it again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return OK


def _speak_utf8() -> None:
    """Have all three streams, even where a shell closed them (`<&-`); never fail for a character they lack."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _story(files: Files, language: str) -> Story | None:
    """The story to play; None, with everything that is wrong with it printed, when it cannot be."""
    loaded = files.load()
    if loaded.story is not None:
        loaded = files.told(loaded.story.language, language).load()
    if loaded.story is None:
        from game.story.diagnostics import report

        print(report(loaded.diagnostics), file=sys.stderr)
    return loaded.story


def _language(options: argparse.Namespace) -> str:
    """The language that is asked for, set, or the environment's: the game speaks it from now on."""
    from game import language
    from game.tui.settings import Settings

    chosen = getattr(options, "language", None) or Settings.load().language or language.by_locale()
    language.use(chosen)
    return chosen


def where(options: argparse.Namespace) -> int:
    """`hyosan where`: the folders this installation reads and writes."""
    from game.saves import default_folder
    from game.story.shipped import shipped

    print(f"story: {shipped()}")
    print(f"saves: {getattr(options, 'saves', None) or default_folder()}")
    from platformdirs import user_config_path

    print(f"settings: {os.environ.get('HYOSAN_CONFIG') or user_config_path('hyosan')}")
    return OK


def play(options: argparse.Namespace) -> int:
    """`hyosan` and `hyosan play DIR`."""
    from game.desk import standing
    from game.language import is_code
    from game.story.shipped import shipped

    wrong = standing.misused(options)
    if not wrong and getattr(options, "inspect", False) and _plain(options):
        wrong = "--inspect needs a terminal for its screens"
    if wrong:
        print(f"hyosan play: {wrong}", file=sys.stderr)
        return USAGE
    if (code := getattr(options, "language", None)) is not None and not is_code(code):
        print(f"hyosan: '{code}' is not the code of a language, such as en or ko", file=sys.stderr)
        return USAGE
    from game.story.kept import Files

    files = Files(getattr(options, "dir", None) or shipped())
    chosen = _language(options)
    if (coming := _coming(options, files, chosen)) is not None:
        return _title(options, coming, files)
    story = _story(files, chosen)
    if story is None:
        return FAILED
    from game.engine import Machine
    from game.saves import SaveError, Saves, default_folder

    speak = partial(_spoken, files)
    machine = Machine(story)
    saves = Saves(getattr(options, "saves", None) or default_folder(), story)
    try:
        begun = _begin(options, machine, saves)
        if _plain(options):
            from game.plain import Console, PlainGame
            from game.saves.settings import Settings

            console, gentle = Console.of(sys.stdin, sys.stdout), getattr(options, "gentle", False)
            game = PlainGame(machine, saves, console, gentle, speak, Settings.load())
            return game.play(*begun)
        run, slot, played = begun
        mouse = not getattr(options, "no_mouse", False)
        if getattr(options, "inspect", False):
            from game.desk.watch import main_inspecting

            return main_inspecting(machine, saves, start=run, slot=slot, played=played, mouse=mouse)
        from game.tui.app import main

        return main(machine, saves, start=run, slot=slot, played=played, mouse=mouse, speak=speak)
    except SaveError as error:
        print(error, file=sys.stderr)
        return FAILED
    finally:
        saves.release()


def _spoken(files: Files, language: str) -> Story:
    """The story in another language, as far as it is translated."""
    written = files.load().story
    assert written is not None  # it is being played
    told = files.told(written.language, language).load().story
    return told or written


def _coming(options: argparse.Namespace, files: Files, language: str) -> Coming | None:
    """The story, still to be loaded, where only its title page is wanted at first and that is known already."""
    if _begins(options) or getattr(options, "inspect", False) or _plain(options):
        return None
    written = files.front()
    if written is None:
        return None
    told = files.told(written.language, language)
    front = told.front()
    if front is None:
        return None
    from game.tui.coming import Coming

    def make() -> Machine:
        from game.engine import Machine

        loaded = told.load()
        if loaded.story is None:
            # The very text that was read without a problem has one now: that is a fault of the program.
            raise RuntimeError(f"a story that was kept cannot be read: {loaded.diagnostics}")
        return Machine(loaded.story)

    return Coming(front, make)


def _title(options: argparse.Namespace, coming: Coming, files: Files) -> int:
    """Show the title page, and play what is begun there."""
    from game.saves import Saves, default_folder
    from game.saves.slots import Unread
    from game.tui.app import main

    unread = Unread(coming.front.id, lambda: coming.machine().story)
    saves = Saves(getattr(options, "saves", None) or default_folder(), unread)
    mouse = not getattr(options, "no_mouse", False)
    try:
        return main(coming, saves, mouse=mouse, speak=partial(_spoken, files))
    finally:
        saves.release()


def _begins(options: argparse.Namespace) -> bool:
    """Whether the command line asks for a run, and so for no title page."""
    return any(getattr(options, name, None) is not None for name in ("load", "replay", "at", "seed", "name"))


def _begin(options: argparse.Namespace, machine: Machine, saves: Saves) -> tuple[Run | None, str, int]:
    """The run the command line asks for, its slot and the seconds played; no run for the title screen."""
    if not _begins(options):
        return None, "", 0
    from game.engine import Run
    from game.present.wording import player_name

    if (wanted := getattr(options, "load", None)) is not None:
        slot = saves.bring_in(Path(wanted), machine) if os.path.isfile(wanted) else saves.find(wanted)
        restored = saves.read(slot, machine)
        for note in restored.notes:
            print(note, file=sys.stderr)
        return restored.run, "", restored.played
    if (test := getattr(options, "replay", None)) is not None:
        return _replayed(test, machine), "", 0
    seed, name = getattr(options, "seed", None), getattr(options, "name", None)
    if getattr(options, "at", None) is not None:
        return _standing(options, machine, player_name(name or "", machine.story.player.name)), "", 0
    if seed is None:
        import secrets

        seed = secrets.randbelow(2**32)
    from game.saves.settings import Settings

    gentle = getattr(options, "gentle", False) or Settings.load().gentle
    return Run.new(machine, seed, player_name(name or "", machine.story.player.name), gentle), "", 0


def _replayed(test: Path, machine: Machine) -> Run:
    """The run of a story test, to be played on. Leaves with a message when it cannot be a run of the game."""
    from game.desk.storytest import load_test
    from game.story.diagnostics import report

    replayed = load_test(test, machine)
    if replayed.diagnostics:
        print(report(replayed.diagnostics), file=sys.stderr)
    if replayed.run is None:
        raise SystemExit(FAILED)
    if replayed.given:
        print(f"{test}: this test begins in a state of its own, which no save can hold.", file=sys.stderr)
        print(f"To play on from it without saves: hyosan test --replay {test}", file=sys.stderr)
        raise SystemExit(FAILED)
    return replayed.run


def _standing(options: argparse.Namespace, machine: Machine, player: str) -> Run:
    """The run that stands at --at. Leaves, with the reason printed, when there is none."""
    from game.desk.standing import run_at

    run = run_at(machine, options, player, getattr(options, "gentle", False))
    if isinstance(run, str):
        print(run, file=sys.stderr)
        raise SystemExit(FAILED)
    return run


def _plain(options: argparse.Namespace) -> bool:
    """Plain mode when asked for, and by itself where there is no terminal for the screens."""
    if getattr(options, "plain", False):
        return True
    if sys.platform != "win32" and os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        # Nothing is known of the terminal, or that it can place no text.
        return True
    return not (sys.stdin.isatty() and sys.stdout.isatty())
