"""`hyosan check`: every problem of a story, in one go."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from game.desk import findings, ignores
from game.desk.arguments import add_folder
from game.desk.formats import FORMATS
from game.desk.mend import Mend, mended, mends, write
from game.story import load_sources
from game.story.collecting import uncollected
from game.story.diagnostics import Diagnostic, Problems, Severity, printable
from game.story.load import read_files
from game.story.shipped import shipped
from game.story.source import is_pack

OK, PROBLEMS = 0, 1

EPILOG = """\
exit codes: 0 nothing was found; 1 something was found; 2 the command line was not understood

a finding you mean is kept quiet by a comment on its line, or on the line above:
    # hyosan: ignore H109 the clock speaks in long sentences
"""


def main(arguments: list[str]) -> int:
    """Print every problem, then how many. 0 when there is none, 1 when there is one."""
    parser = argparse.ArgumentParser(
        prog="hyosan check",
        description="List every problem of a story, and what is probably not meant.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_folder(parser)
    parser.add_argument("--format", choices=sorted(FORMATS), default="text", help="how to print them (text)")
    parser.add_argument("--fix", action="store_true", help="show what can be mended for certain")
    parser.add_argument("--write", action="store_true", help="with --fix: write the mends into the files")
    parser.add_argument("--errors", action="store_true", help="only what keeps the story from being played")
    options = parser.parse_args(arguments)
    if options.write and not options.fix:
        parser.error("--write goes with --fix")
    folder = options.dir or shipped()
    if options.write and is_pack(folder):
        parser.error(f"{printable(str(folder))} is a pack, which is never written to; --write needs its folder")
    problems = Problems()
    sources = read_files(folder, problems)
    if options.fix:
        return _fix(folder, sources, problems.sorted(), options.write, static=not options.errors)
    found = check(sources, problems, static=not options.errors)
    if printed := FORMATS[options.format](found, folder):
        print(printed)
    return PROBLEMS if found else OK


def check(sources: Mapping[str, str], problems: Problems | None = None, static: bool = True) -> Sequence[Diagnostic]:
    """Every problem of a story given as texts by file name; with `static`, also what is probably not meant.

    A story with errors is not looked into further: what seems unused may be used in the part that could not be read.
    """
    if problems is None:
        problems = Problems()
    loaded = load_sources(sources, problems)
    if not static:
        return [d for d in problems.sorted() if d.severity is Severity.ERROR]
    if loaded.story is not None:
        with uncollected():
            findings.find(loaded.story, problems)
    late = Problems()
    for file, content in sources.items():
        late.remember_source(file, content)
    kept = ignores.apply(problems.sorted(), sources, late, whole=loaded.story is not None)
    return sorted((*kept, *late.sorted()), key=lambda d: (*d.start, d.code))


def _fix(folder: Path, sources: Mapping[str, str], unread: Sequence[Diagnostic], really: bool, static: bool) -> int:
    """Mend what is certain, again and again until nothing more is; print each mend.

    `unread` is what could not be read: no mend changes that.
    """

    def look(texts: Mapping[str, str]) -> Sequence[Diagnostic]:
        problems = Problems()
        for d in unread:
            problems.add(d.code, d.where, d.message, d.hint)
        return check(texts, problems, static)

    texts = dict(sources)
    rounds: list[list[Mend]] = []
    found = look(texts)
    while todo := mends(found, texts, look):
        rounds.append(todo)
        texts = {file: mended(content, file, todo) for file, content in texts.items()}
        found = look(texts)
    failed = [file for file in sources if texts[file] != sources[file] and really and not write(folder, file, rounds)]
    done = [m for todo in rounds for m in todo if m.file not in failed]
    for m in done:
        print(f"{printable(m.file)}:{m.line}:{m.column}: {m.old!r} -> {m.new!r}")
    verb = "mended" if really else "can be mended (--write does it)"
    left = len(found) + sum(m.file in failed for todo in rounds for m in todo)
    print(f"{len(done)} {verb}, {left} left" if done else f"nothing can be mended for certain, {left} left")
    return PROBLEMS if left or (done and not really) else OK
