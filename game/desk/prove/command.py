"""`hyosan prove`: the command line of the prover."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from game.desk import formats as problems
from game.desk.arguments import add_budget, add_folder, seed, whole
from game.desk.prove.corpus import kept, save_plays
from game.desk.prove.engine import NEEDED, Prove, engine
from game.desk.prove.formats import as_github, as_json
from game.desk.prove.kept import proved
from game.desk.prove.playthrough import Playthroughs
from game.desk.prove.progress import ProgressLine
from game.desk.prove.summary import summary
from game.desk.prove.tested import Tested
from game.desk.prove.tests_out import save_tests
from game.desk.prove.wording import at, many, statement, unsettled
from game.desk.terminal import show
from game.desk.unwritten import unwritten
from game.engine import Machine, Run
from game.prove.limits import NODE
from game.prove.parallel import cores
from game.prove.report import Answer, Report
from game.story import load_story
from game.story.collecting import uncollected
from game.story.diagnostics import printable
from game.story.model import Story
from game.story.shipped import shipped

if TYPE_CHECKING:
    from game.prove.prove import Plan

OK, FAILED, OPEN = 0, 1, 3

SECONDS = 60.0
MEMORY, LEAST, MOST = 1000, 300, 1_000_000
"""Megabytes: unless said, at least, and at most."""

MEGABYTES = whole(LEAST, MOST, f"a number of megabytes is {LEAST} to {MOST:,}")
NUMBER = whole(1, 10**9, "the number of a problem, 1 or more")

CORES = whole(1, 64, "a number of cores is 1 to 64")

BASE = 250
"""Megabytes without any diagrams."""

EPILOG = """\
exit codes: 0 all that was asked is proved; 1 something is refuted, or the story has errors;
2 the command line was not understood; 3 nothing is refuted, but something stays open

what cannot be decided within the budget stays open. docs/writing/proving.md says what is
asked, how to read the answers, and what to do about them.
"""


def main(arguments: list[str]) -> int:
    """Prove a story and show what came of it. Returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.open is not None and options.format != "text":
        parser.error("--open goes with --format text")
    if options.cells and (options.save_tests is None or options.no_matrix or options.quick):
        parser.error("--cells goes with --save-tests, and needs the matrix")
    folder: Path = options.dir or shipped()
    prove = engine()
    if options.stay and prove is not None:
        from game.desk.prove.stay import stay

        return stay(folder, plan_of(options), prove)
    loaded = load_story(folder)
    if loaded.story is None:
        print(problems.FORMATS[options.format](loaded.diagnostics, folder))
        return FAILED
    if prove is None:
        print(NEEDED, file=sys.stderr)
        return FAILED
    machine = Machine(loaded.story)
    # From the story to the answers about it, nearly all that is made stays: nobody need look through it again.
    with uncollected():
        plan, report = _proved(folder, machine, prove, options)
        gc.freeze()
    if options.open is not None:
        return _open(report, machine, options.open)
    _show(report, loaded.story, folder, options)
    return code_of(report) if _write(report, machine, options, plan) else FAILED


def _proved(folder: Path, machine: Machine, prove: Prove, options: argparse.Namespace) -> tuple[Plan, Report]:
    """What is asked about a story, and what is answered."""
    line = ProgressLine(sys.stderr)
    corpus, said = kept(folder)
    for each in said:
        print(each, file=sys.stderr)
    try:
        plan = replace(plan_of(options), plays=Tested(folder, machine), corpus=corpus)
        if options.slim:
            plan = replace(plan, partly=lambda report: _soon(report, machine.story, line))
        return plan, proved(machine, plan, line, prove, options.fresh, options.save_plays)
    finally:
        line.clear()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hyosan prove",
        description="Look at every state a story can come to, and prove what holds in all of them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add_folder(parser)
    add_budget(parser, SECONDS)
    add("--memory", type=MEGABYTES, default=MEMORY, metavar="MB", help=f"how much it may hold at once ({MEMORY})")
    add("--cores", type=CORES, default=cores(), metavar="N", help=f"how many it may work on at once ({cores()} here)")
    add("--quick", action="store_true", help="only what can be wrong: no fates, no goals, no odds")
    add("--no-matrix", action="store_true", help="leave out who can have which fate at which ending")
    add("--seed", type=seed, default=0, metavar="N", help="what decides which plays are tried (0)")
    add("--fresh", action="store_true", help="prove everything anew; what was proved before is not used")
    add("--format", choices=("text", "json", "github"), default="text", help="what is printed (text)")
    # For who shows the problems beside an editor: the other playthroughs are most of what is printed.
    add("--slim", action="store_true", help=argparse.SUPPRESS)
    add("--stay", action="store_true", help=argparse.SUPPRESS)
    add("--verbose", action="store_true", help="list everything")
    add("--report", type=Path, metavar="FILE", help="write all of it to FILE as a page (HTML)")
    add("--save-tests", type=Path, metavar="DIR", help="write playthroughs into DIR as story tests")
    add("--cells", action="store_true", help="with --save-tests: one for each fate of the matrix as well")
    add("--save-plays", action="store_true", help="write playthroughs beside the story, for its next proof")
    add("--open", type=NUMBER, metavar="N", help="play problem number N, one choice before it shows")
    return parser


def plan_of(options: argparse.Namespace) -> Plan:
    """What is asked, and within which limits."""
    from game.prove.prove import Plan

    return Plan(
        seconds=options.budget,
        nodes=(options.memory - BASE) * 1_000_000 // NODE,
        seed=options.seed,
        matrix=not (options.quick or options.no_matrix),
        goals=not options.quick,
        cores=options.cores,
    )


def code_of(report: Report) -> int:
    """The exit code that says what came of it."""
    if report.of("refuted"):
        return FAILED
    return OPEN if report.of("open") or any(unsettled(report)) else OK


# --- showing ------------------------------------------------------------------------------------------


def _soon(report: Report, story: Story, line: ProgressLine) -> None:
    """Print what is known before the rest is."""
    line.clear()
    print(as_json(report, story, slim=True, ended=False), flush=True)


def _show(report: Report, story: Story, folder: Path, options: argparse.Namespace) -> None:
    if options.format == "json":
        print(as_json(report, story, slim=options.slim))
    elif options.format == "github":
        if printed := as_github(report, story, folder):
            print(printed)
    else:
        show(lambda width: summary(report, story, width, options.verbose))


def _write(report: Report, machine: Machine, options: argparse.Namespace, plan: Plan) -> bool:
    """Write what is to be written; False when something could not be."""
    well = True
    if options.report is not None:
        from game.desk.prove.page import page

        well = _tried(lambda: _page(page(report, machine.story), options.report))
    if options.save_tests is not None:
        well = _tried(lambda: save_tests(report, machine, options.save_tests, options.cells)) and well
    if options.save_plays:
        well = _tried(lambda: save_plays(report, machine, options.dir or shipped(), plan.corpus)) and well
    return well


def _page(text: str, path: Path) -> list[str]:
    path.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    return [f"the report is in {printable(str(path))}"]


def _tried(do: Callable[[], list[str]]) -> bool:
    try:
        for said in do():
            # Beside the report, which may be data.
            print(said, file=sys.stderr)
    except OSError as error:
        print(f"hyosan prove: {unwritten(error)}", file=sys.stderr)
        return False
    return True


# --- playing ------------------------------------------------------------------------------------------


def _open(report: Report, machine: Machine, number: int) -> int:
    """Play a problem, from one choice before it shows."""
    wrong = report.of("refuted")
    if number > len(wrong):
        found = "no problem was found" if not wrong else f"there {'is' if len(wrong) == 1 else 'are'}"
        print(found if not wrong else f"{found} only {many(len(wrong), 'problem')}", file=sys.stderr)
        return FAILED
    answer = wrong[number - 1]
    run = before(answer, machine)
    said = f"{at(answer.question.where)}: {statement(answer)}"
    if run is None:
        print(f"{said}: it has no playthrough, as it is about what never happens", file=sys.stderr)
        return FAILED
    print(said, file=sys.stderr)
    return _play(machine, run)


def before(answer: Answer, machine: Machine) -> Run | None:
    """The run of a playthrough, one choice before its end; that choice can be made again. None without one."""
    run = Playthroughs(machine).run(answer.witness) if answer.witness is not None else None
    return run.undo() if run is not None else None


def _play(machine: Machine, run: Run) -> int:
    from game.plain import Console, PlainGame
    from game.saves import SaveError, Saves, default_folder

    saves = Saves(default_folder(), machine.story)
    try:
        if os.environ.get("TERM") == "dumb" or not (sys.stdin.isatty() and sys.stdout.isatty()):
            return PlainGame(machine, saves, Console.of(sys.stdin, sys.stdout)).play(run)
        from game.desk.watch import main_inspecting

        return main_inspecting(machine, saves, start=run)
    except SaveError as error:
        print(error, file=sys.stderr)
        return FAILED
    finally:
        saves.release()
