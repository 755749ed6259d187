"""The two sides of a comparison: story folders, packs, or folders as they were at a git revision.

No work tree is touched.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from game.story import Loaded, load_story
from game.story.diagnostics import Problems, printable
from game.story.limits import MAX_STORY, at_most
from game.story.source import MAX_FILE, MAX_FILES, Source, is_pack, opened
from game.story.source import Unreadable as Refused

PATIENCE = 60
"""Seconds after which git is given up."""
SHIPPED = "scenes"
MAX_CATALOGUE = 4 * MAX_FILE
PLAIN_FILES = ("100644", "100755")


class Unreadable(Exception):
    """A side of the comparison that is not there. The message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Side:
    """One version of a story: what it was called on the command line, the story, its catalogues (name to PO text)."""

    name: str
    loaded: Loaded
    catalogues: Mapping[str, str]


def both(parser: argparse.ArgumentParser, options: argparse.Namespace) -> tuple[Side, Side] | None:
    """The stories that the arguments `old` and `new` name; None, with the reason printed, when one is not there."""
    for side in (options.old, options.new):
        if side.startswith("-"):
            parser.error(
                f"'{printable(side)}' looks like an option; write ./{printable(side)} for a folder of that name"
            )
    try:
        return read(options.old, options.new), read(options.new, options.old)
    except Unreadable as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return None


def read(wanted: str, other: str) -> Side:
    """The story that `wanted` names: a folder, a pack, `REV:PATH`, or `REV` alone. Raises `Unreadable`.

    For a revision alone the folder is that of `other`, if that is one in the same repository, otherwise `scenes`.
    """
    folder = Path(wanted)
    if wanted and (folder.is_dir() or (folder.exists() and is_pack(folder))):
        return _read(wanted, folder)
    if wanted and folder.exists():
        raise Unreadable(f"'{printable(wanted)}' is not a folder")
    revision, colon, path = wanted.partition(":")
    unknown = f"'{printable(wanted)}' is neither a story folder nor a git revision"
    if not revision or not wanted.isprintable():
        raise Unreadable(unknown)
    repository = _repository(other)
    if repository is None:
        raise Unreadable(f"{unknown} (this is no git repository)")
    try:
        commit = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except Unreadable:
        raise Unreadable(unknown) from None
    at = _clean(path) if colon else _same_folder(repository, other)
    return _revision(wanted, repository, commit.decode().strip(), at)


def _read(name: str, place: Path) -> Side:
    with opened(place, Problems()) as source:
        try:
            catalogues = _catalogues(source) if source is not None else {}
        except Refused as error:
            raise Unreadable(f"'{printable(name)}': {error.message}") from None
    return Side(name, load_story(place), catalogues)


def _catalogues(source: Source) -> dict[str, str]:
    found = {}
    for file in source.inside("locales"):
        if file.endswith(".po") and len(data := source.read(file, MAX_CATALOGUE)) <= MAX_CATALOGUE:
            found[file] = data.decode("utf-8", "replace").replace("\r\n", "\n")
    return found


# --- git ------------------------------------------------------------------------------------------


def _git(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """What git prints. Raises `Unreadable` when it is not there or refuses."""
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_LITERAL_PATHSPECS": "1", "LC_ALL": "C"}
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(
            command, input=stdin, capture_output=True, env={**os.environ, **quiet}, timeout=PATIENCE, check=False
        )
    except FileNotFoundError:
        raise Unreadable("git is not installed, so only folders can be compared") from None
    except (OSError, subprocess.SubprocessError):
        raise Unreadable("git could not be run") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Unreadable(f"git: {printable(said[-1])}" if said else "git failed")
    return done.stdout


def _repository(other: str) -> Path | None:
    """The top of the repository one is in, or else of the one that the other side is in."""
    for place in (Path.cwd(), Path(other)):
        if place.is_dir():
            try:
                return Path(os.fsdecode(_git(place, "rev-parse", "--show-toplevel").rstrip(b"\n")))
            except Unreadable as error:
                if "not installed" in str(error):
                    raise
    return None


def _clean(path: str) -> str:
    """A folder inside the repository, from its top, as git names it; "" for the top itself."""
    parts = [part for part in PurePosixPath(path.replace(os.sep, "/")).parts if part not in (".", "/")]
    if ".." in parts:
        raise Unreadable(f"'{printable(path)}' leads out of the repository")
    return "/".join(parts)


def _same_folder(repository: Path, other: str) -> str:
    """Where the other side lies in the repository, or where a story usually lies."""
    revision, colon, path = other.partition(":")
    if Path(other).is_dir():
        try:
            return _clean(Path(other).resolve().relative_to(repository.resolve()).as_posix())
        except ValueError:
            return SHIPPED
    return _clean(path) if revision and colon else SHIPPED


def _revision(name: str, repository: Path, commit: str, at: str) -> Side:
    """The story as it was. Its files are written to a folder of our own, so that the same loader reads them."""
    files = _files(repository, commit, at)
    if not any(path == "story.yaml" for path in files):
        raise Unreadable(f"there is no story in '{printable(at or '.')}' at '{printable(name.partition(':')[0])}'")
    asked = "".join(f"{blob}\n" for blob in files.values()).encode()
    contents = _contents(_git(repository, "cat-file", "--batch", stdin=asked))
    with tempfile.TemporaryDirectory(prefix="hyosan-diff-") as temporary:
        for path, content in zip(files, contents, strict=True):
            target = Path(temporary, *path.split("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return _read(name, Path(temporary))


def _files(repository: Path, commit: str, at: str) -> dict[str, str]:
    """The story's files at a commit, by their names within its folder: their blobs."""
    folder = [f"{at}/"] if at else []
    listed = _git(repository, "ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", *folder)
    found: dict[str, str] = {}
    total = 0
    for entry in listed.split(b"\0"):
        if not entry:
            continue
        facts, _, raw = entry.partition(b"\t")
        mode, _, blob, size = facts.decode().split()
        path = os.fsdecode(raw).removeprefix(f"{at}/" if at else "")
        if mode in PLAIN_FILES and _wanted(path):
            total += int(size)
            found[path] = blob
    if total > at_most(MAX_STORY) + 8 * MAX_FILE or len(found) > MAX_FILES + 50:
        raise Unreadable(f"'{printable(at or '.')}' at that revision is larger than a story can be")
    return found


def _wanted(path: str) -> bool:
    parts = path.split("/")
    if any(part in ("", ".", "..") or "\\" in part for part in parts):
        return False
    if parts[0] == "locales":
        return len(parts) == 2 and path.endswith(".po")
    return path.endswith((".yaml", ".yml"))


def _contents(batch: bytes) -> list[bytes]:
    """The contents in what `git cat-file --batch` prints: a line that ends with the size, the bytes, a newline."""
    out: list[bytes] = []
    at = 0
    while at < len(batch):
        end = batch.index(b"\n", at)
        size = int(batch[at:end].split()[-1])
        out.append(batch[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return out
