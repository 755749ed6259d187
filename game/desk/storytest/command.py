"""`hyosan test`: the command line of story tests."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from game.desk.arguments import seed
from game.desk.storytest.blessed import bless, compare, words
from game.desk.storytest.coverage import coverage
from game.desk.storytest.model import Report, Result, StoryTest
from game.desk.storytest.play import play
from game.desk.storytest.read import FOLDER, TRANSCRIPTS, FileOfTests, files_in, listed, read_tests
from game.desk.storytest.record import as_test, load_test, name_of, play_through
from game.desk.storytest.report import as_data, as_junit, as_text
from game.desk.unwritten import unwritten
from game.engine import Machine, Run
from game.plain.console import Console
from game.present.wording import player_name
from game.story import Severity, Story, load_story
from game.story.asking import names_of
from game.story.diagnostics import Problems, printable, report
from game.story.shipped import shipped
from game.story.source import is_pack

OK, FAILED, USAGE = 0, 1, 2
YAML = (".yaml", ".yml")

EPILOG = """\
a story's tests are the files in DIR/tests; docs/writing/testing.md says how to write one

exit codes: 0 every test holds; 1 one does not, or a file has a problem; 2 the command line was not understood
"""


def main(arguments: list[str]) -> int:
    """Run story tests, or record or replay one. Returns the exit code."""
    options = _parser().parse_args(arguments)
    folder, files = _places(options.paths)
    if options.update and is_pack(folder):
        shown = printable(str(folder))
        print(f"hyosan test: {shown} is a pack, which is never written to; --update needs its folder", file=sys.stderr)
        return USAGE
    loaded = load_story(folder)
    if loaded.story is None:
        broken = Report("", "", loaded.diagnostics, ())
        print(json.dumps(as_data(broken)) if options.format == "json" else report(loaded.diagnostics))
        return FAILED
    try:
        if options.record is not None:
            return _record(options, Machine(loaded.story))
        if options.replay is not None:
            return _replay(options, Machine(loaded.story))
        return _run(options, loaded.story, folder, files)
    except OSError as error:
        print(f"hyosan test: {unwritten(error)}", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hyosan test",
        description="Play a story's tests and say what does not hold.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="DIR or FILE",
        help="a story folder or pack (Four Floors if left out), then files of story tests (all of its own if left out)",
    )  # fmt: skip
    parser.add_argument("-k", metavar="WORD", default="", help="only tests with WORD in their name or file name")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what is printed")
    parser.add_argument("--junit", metavar="FILE", type=Path, help="write the results to FILE as JUnit XML")
    parser.add_argument("--coverage", action="store_true", help="say which scenes and choices no test comes by")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--update", action="store_true", help="bless transcripts as they are now, and show what changed")
    what.add_argument("--record", metavar="FILE", type=Path, help="play here, and write the run to FILE as a test")
    what.add_argument("--replay", metavar="FILE", type=Path, help="show a test as it is read, and play on from its end")
    parser.add_argument("--force", action="store_true", help="with --record: write over FILE if it is there")
    parser.add_argument("--seed", metavar="N", type=seed, help="with --record: the run's seed")
    parser.add_argument("--name", default="", help="with --record: your name in the run")
    parser.add_argument("--gentle", action="store_true", help="with --record: the softer texts")
    return parser


def _places(paths: list[Path]) -> tuple[Path, list[tuple[Path, str]]]:
    """The story folder and the files of tests that are asked for, each with what messages call it."""
    if paths and (paths[0].is_dir() or paths[0].suffix not in YAML):
        folder, rest = paths[0], paths[1:]
    else:
        # A file in the tests folder of a story is a test of that story.
        home = paths[0].absolute().parent if paths else Path()
        of_story = home.name == FOLDER and (home.parent / "story.yaml").is_file()
        folder, rest = home.parent if of_story else shipped(), paths
    files = []
    known = [path for path, _ in files_in(folder)] if rest else []
    for path in rest:
        inside = folder / FOLDER / path
        found = inside if not path.exists() and (inside in known or inside.exists()) else path
        own = found.absolute().parent == (folder / FOLDER).absolute()
        files.append((found, f"{FOLDER}/{found.name}" if own else printable(str(found))))
    return folder, files or files_in(folder)


# --- running --------------------------------------------------------------------------------------


def _run(options: argparse.Namespace, story: Story, folder: Path, files: list[tuple[Path, str]]) -> int:
    began = time.perf_counter()
    read = read_tests(files, story)
    chosen = [test for file in read for test in file.tests if _named(test, options.k)]
    results = tuple(_results(chosen, story, options.update))
    problems = tuple(problem for file in read for problem in file.diagnostics)
    notes = tuple(_notes(options, folder, read, results))
    done = Report(story.id, story.digest, problems, results, notes, time.perf_counter() - began)
    covered = coverage(story, (result.run for result in results)) if options.coverage else None
    if options.junit is not None:
        options.junit.write_bytes(as_junit(done))
    if options.format == "json":
        print(json.dumps(as_data(done, covered), ensure_ascii=False, indent=1))
    else:
        print(as_text(done, covered))
    return OK if done.passed and (chosen or not options.k) else FAILED


def _named(test: StoryTest, word: str) -> bool:
    return word.lower() in test.name.lower() or word.lower() in test.path.name.lower()


def _results(tests: Iterable[StoryTest], story: Story, update: bool) -> Iterable[Result]:
    machine, names = Machine(story), names_of(story, Problems())
    for test in tests:
        result = play(test, machine, names)
        yield bless(result) if update else compare(result)


def _notes(
    options: argparse.Namespace, folder: Path, read: list[FileOfTests], results: tuple[Result, ...]
) -> Iterable[str]:
    """What else whoever ran the tests should know."""
    if not read:
        yield f"there are no tests in {printable(str(folder / FOLDER))}; docs/writing/testing.md says how to write one"
    elif options.k and not results:
        yield f"no test has '{printable(options.k)}' in its name"
    for result in results:
        if options.update and result.failures and result.test.transcript:
            yield f"{result.test.transcript_name} stays as it was, because its test fails"
    given = sum(result.test.given is not None for result in results)
    if given:
        yield f"{given} of them begin{'s' if given == 1 else ''} in a given state, which no player may be able to reach"
    whole = {name for _, name in files_in(folder)} <= {file.name for file in read}
    if whole and not any(d.severity is Severity.ERROR for file in read for d in file.diagnostics):
        known = {test.transcript for file in read for test in file.tests}
        for name in listed(folder, f"{FOLDER}/{TRANSCRIPTS}"):
            if name.endswith(".txt") and folder / name not in known:
                yield f"{printable(name)} belongs to no test"


# --- recording and replaying ----------------------------------------------------------------------


def _record(options: argparse.Namespace, machine: Machine) -> int:
    file: Path = options.record
    shown = printable(str(file))
    refused = f"{shown} is there already; name another file, or add --force to write over it"
    if file.exists() and not options.force:
        print(refused, file=sys.stderr)
        return FAILED
    file.parent.mkdir(exist_ok=True)
    seed = secrets.randbelow(2**32) if options.seed is None else options.seed
    name = player_name(options.name, machine.story.player.name)
    print(f"Recording. What you have chosen when you say quit is written to {shown}; saves are not kept.\n")
    run = play_through(Run.new(machine, seed, name, options.gentle), Console.of(sys.stdin, sys.stdout))
    written = as_test(run, name_of(file))
    try:
        with file.open("w" if options.force else "x", encoding="utf-8", newline="\n") as target:
            target.write(written)
    except OSError as error:
        print(written)  # so that what was played is not lost
        print(refused if isinstance(error, FileExistsError) else unwritten(error, file), file=sys.stderr)
        return FAILED
    print(f"Written to {shown}: {run.turn} choice{'' if run.turn == 1 else 's'}.")
    return OK


def _replay(options: argparse.Namespace, machine: Machine) -> int:
    replayed = load_test(options.replay, machine, options.k)
    if replayed.diagnostics:
        print(report(replayed.diagnostics), file=sys.stderr)
    if replayed.run is None:
        return FAILED
    print(words(replayed.run))
    print("The test ends here. Play on, or say quit; nothing is saved.")
    play_through(replayed.run, Console.of(sys.stdin, sys.stdout))
    return FAILED if replayed.diagnostics else OK
