"""`hyosan check`: every problem of a story, in one go."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from game.desk import findings, ignores
from game.desk.formats import FORMATS
from game.desk.mend import Mend, mended, mends
from game.story import load_sources
from game.story.diagnostics import Diagnostic, Problems, Severity
from game.story.load import read_folder
from game.story.shipped import shipped

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
    parser.add_argument("dir", nargs="?", type=Path, metavar="DIR", help="a story folder (Four Floors if left out)")
    parser.add_argument("--format", choices=sorted(FORMATS), default="text", help="how to print them (text)")
    parser.add_argument("--fix", action="store_true", help="show what can be mended for certain")
    parser.add_argument("--write", action="store_true", help="with --fix: write the mends into the files")
    parser.add_argument("--errors", action="store_true", help="only what keeps the story from being played")
    options = parser.parse_args(arguments)
    if options.write and not options.fix:
        parser.error("--write goes with --fix")
    folder = options.dir or shipped()
    problems = Problems()
    sources = read_folder(folder, problems)
    if options.fix:
        return _fix(folder, sources, problems, options.write)
    found = check(sources, problems, static=not options.errors)
    print(FORMATS[options.format](found, folder))
    return PROBLEMS if found else OK


def check(sources: Mapping[str, str], problems: Problems | None = None, static: bool = True) -> Sequence[Diagnostic]:
    """Every problem of a story given as texts by file name; with `static`, also what is probably not meant.

    A story with errors is not looked into further: what seems unused may be used in the part that could not be read.
    """
    problems = problems or Problems()
    loaded = load_sources(sources, problems)
    if loaded.story is not None and static:
        findings.find(loaded.story, problems)
    if not static:
        return [d for d in problems.sorted() if d.severity is Severity.ERROR]
    late = Problems()
    for file, content in sources.items():
        late.remember_source(file, content)
    kept = ignores.apply(problems.sorted(), sources, late) if loaded.story is not None else problems.sorted()
    return sorted((*kept, *late.sorted()), key=lambda d: (d.where.file, d.where.line, d.where.column, d.code))


def _fix(folder: Path, sources: Mapping[str, str], problems: Problems, write: bool) -> int:
    """Mend what is certain, again and again until nothing more is; print each mend."""
    texts = dict(sources)
    done: list[Mend] = []
    for _ in range(20):
        found = check(texts, Problems() if done else problems)
        todo = mends(found, texts)
        if not todo:
            break
        done.extend(todo)
        texts = {file: mended(content, file, todo) for file, content in texts.items()}
    for m in done:
        print(f"{m.file}:{m.line}:{m.column}: {m.old!r} -> {m.new!r}")
    changed = [file for file in texts if texts[file] != sources[file]]
    if write:
        for file in changed:
            _replace(folder / file, sources[file], texts[file])
    left = len(check(texts, Problems()))
    verb = "mended" if write else "can be mended (--write does it)"
    print(f"{len(done)} {verb}, {left} left" if done else f"nothing can be mended for certain, {left} left")
    return PROBLEMS if left or (done and not write) else OK


def _replace(path: Path, old: str, new: str) -> None:
    """Write a file whole or not at all, with the line ends and mark it had."""
    raw = path.read_bytes()
    text = raw.decode("utf-8")
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    if "\r\n" in text:
        new = new.replace("\n", "\r\n")
    temporary = path.with_name(path.name + ".new")
    temporary.write_bytes((mark + new).encode("utf-8"))
    os.replace(temporary, path)
