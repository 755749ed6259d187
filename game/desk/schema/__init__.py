"""`hyosan schema`: what a text editor needs to know of a story, so that it can offer, explain and check every word."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from game.desk.schema.files import schemas
from game.desk.schema.ids import Ids
from game.desk.schema.modelines import FOLDER, missing, modeline, replace, with_modeline
from game.desk.schema.values import Schema
from game.desk.storytest.read import files_in
from game.desk.unwritten import unwritten
from game.story.diagnostics import Problems, printable, report
from game.story.load import load_names, read_files
from game.story.shipped import shipped
from game.story.source import is_pack

OK, FAILED = 0, 1


def main(arguments: list[str]) -> int:
    """Print the schemas, or write them beside the story. 0 when that was done, 1 when there is no story to read.

    A story with faults has schemas too: they know what could be read.
    """
    parser = argparse.ArgumentParser(
        prog="hyosan schema",
        description="Make JSON Schemas of a story, with which a text editor completes, explains and checks its files. "
        "Without an option they are printed as one JSON object.",
    )
    parser.add_argument("dir", nargs="?", type=Path, metavar="DIR", help="a story folder (Four Floors if left out)")
    parser.add_argument("--write", action="store_true", help=f"put them into DIR/{FOLDER}")
    parser.add_argument("--modelines", action="store_true", help="name them in line 1 of every file; writes them too")
    options = parser.parse_args(arguments)
    folder = options.dir or shipped()
    if is_pack(folder) and folder.exists():
        shown = printable(str(folder))
        print(f"{shown} is a pack; an editor works in the story's folder: name that one", file=sys.stderr)
        return FAILED
    problems = Problems()
    files = [*read_files(folder, problems), *(name for _, name in files_in(folder))]
    if not (folder / "story.yaml").is_file():
        print(report(problems), file=sys.stderr)
        return FAILED
    names, declared = load_names(folder)
    if names.problems.has_errors():
        print("this story has problems; the schemas know what could be read. See: hyosan check", file=sys.stderr)
    made = schemas(Ids(names, declared))
    if not (options.write or options.modelines):
        print(json.dumps(made, ensure_ascii=False, indent=1))
        return OK
    try:
        return _write(folder, made, files, options.modelines)
    except OSError as error:
        print(f"hyosan schema: {unwritten(error)}", file=sys.stderr)
        return FAILED


def _write(folder: Path, made: dict[str, Schema], files: list[str], modelines: bool) -> int:
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for name, schema in made.items():
        replace(target / f"{name}.schema.json", (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode())
    print(f"{printable(str(target))}: {len(made)} schemas")
    for name in missing(folder, files):
        if modelines:
            path = folder / name
            replace(path, with_modeline(path.read_bytes(), name))
            print(f"{printable(name)}: {modeline(name)}")
    if left := missing(folder, files):
        print("\nThe first line of a file tells an editor which schema it follows. --modelines writes these:")
        width = max(len(name) for name in left)
        for name in left:
            print(f"  {printable(name):{width}}  {modeline(name)}")
    return OK
