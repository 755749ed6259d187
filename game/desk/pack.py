"""`hyosan pack`: a story in one file, to give away. The same files make the same pack, byte for byte."""

from __future__ import annotations

import argparse
import os
import stat
import sys
import tempfile
import zipfile
from pathlib import Path

from game.desk.unwritten import unwritten
from game.story import load_story
from game.story.diagnostics import Problems, Where, printable, report
from game.story.model import Story
from game.story.source import (
    MAX_REPORTED,
    PACK,
    SKIPPED_FOLDERS,
    Folder,
    Unreadable,
    allowed,
)

OK, FAILED = 0, 1

BESIDE = (*SKIPPED_FOLDERS, "tests/transcripts", "")
"""The folders of which a pack also holds the texts; "" is the story's own."""
TEXTS = (".yaml", ".yml", ".md", ".txt", ".po")
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The date of every file in a pack: when it was made says nothing about a story."""

EPILOG = """\
packed are the story's files, its tests and translations, and texts beside them (.md, .txt); nothing else.
anybody can play the pack as it is: hyosan play FILE.zip

exit codes: 0 the pack is written; 1 the story has errors, or the pack cannot be written;
2 the command line was not understood
"""


class Refused(Exception):
    """The pack cannot be made; the text says why and what to do."""


def main(arguments: list[str]) -> int:
    """Write a story's pack. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="hyosan pack",
        description="Put a story into one file to give away.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("dir", type=Path, metavar="FOLDER", help="the story's folder")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write here (unless said: ID-VERSION.zip)")
    options = parser.parse_args(arguments)
    try:
        if options.output is not None and options.output.suffix.lower() != PACK:
            raise Refused(f"{printable(str(options.output))} does not end in {PACK}, by which a pack is known")
        story = _story(options.dir)
        file = options.output or Path(f"{story.id}-{story.version}{PACK}")
        if not allowed(f"{file.stem}.txt") and options.output is None:
            raise Refused("the story's id and version make no file name; say where to with -o FILE.zip")
        count = pack(options.dir, story, file)
    except Refused as error:
        print(f"hyosan pack: {error}", file=sys.stderr)
        return FAILED
    except OSError as error:
        print(f"hyosan pack: {unwritten(error, options.output)}", file=sys.stderr)
        return FAILED
    print(f"{printable(str(file))}: {count} files, {file.stat().st_size:,} bytes")
    return OK


def _story(folder: Path) -> Story:
    if not folder.is_dir():
        raise Refused(f"{printable(str(folder))} is not a folder")
    loaded = load_story(folder)
    if loaded.story is None:
        raise Refused(f"this story cannot be played yet\n\n{report(loaded.diagnostics)}")
    return loaded.story


def pack(folder: Path, story: Story, file: Path) -> int:
    """Write the pack of the story in `folder` to `file`; the number of files in it. Raises `Refused` and OSError."""
    source, problems = Folder(folder), Problems()
    try:
        names = sorted({*source.names(), *(n for f in BESIDE for n in source.inside(f) if _text(folder, n))})
    except Unreadable as error:
        raise Refused(error.message) from None
    wrong = [name for name in names if not allowed(name)]
    for name in wrong[:MAX_REPORTED]:
        problems.add(
            "H009",
            Where(source.shown),
            f"a pack cannot hold a file called {name!r}",
            "give it another name: letters, digits and _ . - only",
        )
    if wrong:
        raise Refused(f"nothing is packed\n\n{report(problems)}")
    # Beside its place and then into it, so that there is never half a pack; read once as whoever gets it will.
    handle, made = tempfile.mkstemp(prefix=f".{file.stem}-", suffix=PACK, dir=file.parent)
    try:
        with open(handle, "wb") as target, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
            for name in names:
                entry = zipfile.ZipInfo(name, EARLIEST)
                entry.create_system, entry.external_attr = 3, (stat.S_IFREG | 0o644) << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                out.writestr(entry, source.read(name))
        again = load_story(made)
        if again.story is None or again.story.digest != story.digest:
            raise Refused(f"this story cannot be a pack\n\n{report(again.diagnostics)}")
        os.chmod(made, 0o644)
        os.replace(made, file)
    except Unreadable as error:
        raise Refused(f"{error.message}: {printable(name)}") from None
    finally:
        if os.path.exists(made):
            os.unlink(made)
    return len(names)


def _text(folder: Path, name: str) -> bool:
    """Whether a file beside the story's own belongs into a pack: a text, and no link to one."""
    path = folder / name
    return name.endswith(TEXTS) and stat.S_ISREG(path.lstat().st_mode)
