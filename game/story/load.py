"""A folder of YAML becomes one typed story, or everything that is wrong with it."""

from __future__ import annotations

import gc
import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from game.story import declare
from game.story.chapters import ChapterFile, SceneReader, read_header, read_names
from game.story.declare import Declared
from game.story.diagnostics import Diagnostic, Problems, Where, did_you_mean, printable
from game.story.fields import text
from game.story.model import Story
from game.story.names import Names, Scope
from game.story.nodes import Node, check_characters, compose

MAX_FILE = 1_000_000
MAX_STORY = 20_000_000
MAX_FILES = 500

SKIPPED_FOLDERS = ("tests", "locales")
DECLARATIONS = ("story.yaml", "people.yaml", "items.yaml", "places.yaml")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of reading a story. `story` is None when there are errors."""

    story: Story | None
    diagnostics: tuple[Diagnostic, ...]


def load_story(folder: Path | str) -> Loaded:
    """Read the story in `folder`. Never raises for what a writer wrote; every problem is a diagnostic."""
    problems = Problems()
    sources = read_folder(Path(folder), problems)
    return load_sources(sources, problems)


def load_sources(sources: Mapping[str, str], problems: Problems | None = None) -> Loaded:
    """Read a story from the texts of its files, by name."""
    problems = problems or Problems()
    # The tree of a large story is all live objects: collecting cycles while it grows is three quarters of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        story = _build(sources, problems)
    finally:
        if collecting:
            gc.enable()
    return Loaded(None if problems.has_errors() else story, problems.sorted())


def read_folder(folder: Path, problems: Problems) -> dict[str, str]:
    """The texts of a story's files, in the order they are read. Names use / and are relative to `folder`."""
    shown = printable(str(folder))
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        problems.add(
            "H001", Where(shown), f"the story folder '{shown}' {what}", "name a folder with a story.yaml in it"
        )
        return {}
    try:
        paths = _yaml_files(folder)
    except OSError as error:
        problems.add("H001", Where(shown), f"the folder cannot be read: {error.strerror}")
        return {}
    if len(paths) > MAX_FILES:
        problems.add("H002", Where(shown), f"more than {MAX_FILES} files in one story")
        return {}
    out: dict[str, str] = {}
    total = 0
    for path in paths:
        name = path.relative_to(folder).as_posix()
        content = _read_file(path, printable(name), problems)
        if content is None:
            out[name] = ""
            continue
        total += len(content)
        if total > MAX_STORY:
            problems.add("H002", Where(shown), f"more than {MAX_STORY:,} bytes in one story")
            return {}
        out[name] = content
    if "story.yaml" not in out:
        near = did_you_mean("story.yaml", [n for n in out if "/" not in n]) if out else ""
        problems.add(
            "H001",
            Where(shown),
            f"there is no story.yaml in '{shown}'",
            near or "every story has one; see docs/writing/language.md",
        )
    return out


def _yaml_files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for root, folders, files in os.walk(folder, followlinks=False):
        if Path(root) == folder:
            folders[:] = [f for f in folders if f not in SKIPPED_FOLDERS]
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        found.extend(Path(root) / f for f in sorted(files) if f.endswith((".yaml", ".yml")) and not f.startswith("."))
    return sorted(found, key=lambda p: p.relative_to(folder).as_posix())


def _read_file(path: Path, name: str, problems: Problems) -> str | None:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            problems.add("H001", Where(name), "this is not a plain file", "links and devices are not read")
            return None
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        problems.add("H001", Where(name), f"this file cannot be read: {error.strerror}")
        return None
    if len(data) > MAX_FILE:
        problems.add(
            "H002", Where(name), f"more than {MAX_FILE:,} bytes in one file", "split the chapter over several files"
        )
        return None
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.add("H001", Where(name, line, 1), "this file is not UTF-8 text", "save it as UTF-8 in your editor")
        return None
    return content.removeprefix("\ufeff").replace("\r\n", "\n")


def _build(sources: Mapping[str, str], problems: Problems) -> Story | None:
    names = Names(problems)
    digest = hashlib.sha256()
    trees: dict[str, Node] = {}
    for file, content in sources.items():
        digest.update(f"{file}\0{len(content)}\0{content}\0".encode("utf-8", "surrogatepass"))
        problems.remember_source(file, content)
        before = len(problems)
        tree = (
            compose(content, file, problems) if content.strip() and check_characters(content, file, problems) else None
        )
        if tree is not None:
            trees[file] = tree
        elif file in ("people.yaml", "items.yaml", "places.yaml") and not content.strip():
            continue
        else:
            names.complete = False
            if not content.strip() and len(problems) == before and not any(d.where.file == file for d in problems):
                problems.add("H003", Where(file, 1, 1), "the file is empty", "delete it, or write a chapter in it")
    if "story.yaml" not in trees:
        return None

    declared = Declared()
    declare.read_story_file(trees["story.yaml"], names, declared)
    if "people.yaml" in trees:
        declare.read_people(trees["people.yaml"], names, declared)
    declare.read_groups(declared.root.get("groups"), names)
    if "items.yaml" in trees:
        declare.read_items(trees["items.yaml"], names, declared)
    if "places.yaml" in trees:
        declare.read_places(trees["places.yaml"], names, declared)

    files = [read_header(tree, names, declared) for name, tree in trees.items() if name not in DECLARATIONS]
    assert declared.clock is not None
    longest = max((c.ticks for c in names.chapters.values()), default=1)
    declared.clock.values = tuple(range(longest + 1))
    for chapter_file in files:
        read_names(chapter_file, names)
    return _scenes(files, names, declared, digest.hexdigest())


def _scenes(files: list[ChapterFile], names: Names, declared: Declared, digest: str) -> Story | None:
    problems = names.problems
    reader = SceneReader(names, declared)
    reader.promises(declared.root, Scope(names))
    scenes = {}
    for file in files:
        for entry in file.scenes:
            scenes[entry.id] = reader.scene(entry)
        if file.chapter in names.chapters:
            chapter = names.chapters[file.chapter]
            bells = sorted((*chapter.bells, *reader.bells(file)), key=lambda b: b.at)
            for a, b in pairwise(bells):
                if a.at == b.at and a.goto and b.goto:
                    problems.add(
                        "H062",
                        b.where,
                        f"'{a.id}' and '{b.id}' ring at the same time, and each leads somewhere",
                        "move one of them a tick",
                    )
            names.chapters[file.chapter] = replace(chapter, bells=tuple(bells))
            if file.root["chapter"].kind == "map":
                reader.starts(chapter, file.root)
    rules = reader.rules(declared.root.get("rules"))
    reader.passages()

    meta = declared.meta
    start = text(meta.get("start"), problems, "the first scene")
    if "start" in meta and start not in scenes:
        names.unknown("H020", meta["start"].where, "scene", start, names.scenes)
    if not scenes and names.complete:
        problems.add(
            "H064", Where("story.yaml", 1, 1), "the story has no scenes", "write a chapter file such as 01-first.yaml"
        )
    return Story(
        text(meta.get("id"), problems, "an id"),
        text(meta.get("title"), problems, "a title"),
        text(meta.get("version"), problems, "a version"),
        text(meta.get("language"), problems, "a language", "en"),
        text(meta.get("about"), problems, "'about'"),
        declare.notice(meta.get("notice"), names),
        declared.player,
        start,
        names.notes,
        names.meters,
        names.fates,
        names.groups,
        declared.people,
        declared.items,
        declared.places,
        names.chapters,
        scenes,
        rules,
        tuple(reader.properties),
        tuple(names.table.all),
        digest,
        names.table.by_name,
    )
