"""A folder of YAML becomes one typed story, or everything that is wrong with it."""

from __future__ import annotations

import gc
import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from game.story import declare, things
from game.story.chapters import ChapterReader
from game.story.declare import Declared
from game.story.diagnostics import Diagnostic, Problems, Where, printable
from game.story.fields import text
from game.story.headers import ChapterFile, read_header, read_names
from game.story.migrations import read_migrations
from game.story.model import Story
from game.story.names import Names, Scope
from game.story.nodes import Node, check_characters, compose

MAX_FILE = 1_000_000
MAX_STORY = 20_000_000
MAX_FILES = 500

SKIPPED_FOLDERS = ("tests", "locales")
EMPTY_OK = ("people.yaml", "items.yaml", "places.yaml")
DECLARATIONS = ("story.yaml", *EMPTY_OK)


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
    if problems is None:
        problems = Problems()
        if "story.yaml" not in sources:
            _no_story_file(".", sources, problems)
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
    try:
        if not folder.is_dir():
            what = "is not a folder" if folder.exists() else "does not exist"
            problems.add(
                "H001", Where(shown), f"the story folder '{shown}' {what}", "name a folder with a story.yaml in it"
            )
            return {}
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
        content = _read_file(path, name, problems)
        if content is None:
            continue
        total += len(content)
        if total > MAX_STORY:
            problems.add("H002", Where(shown), f"more than {MAX_STORY:,} bytes in one story")
            return {}
        out[name] = content
    if folder / "story.yaml" not in paths:
        _no_story_file(shown, out, problems)
    return out


def _no_story_file(folder: str, files: Iterable[str], problems: Problems) -> None:
    known = "every story has one; see docs/writing/language.md"
    hint = "rename story.yml to story.yaml" if "story.yml" in files else known
    problems.add("H001", Where(folder), f"there is no story.yaml in '{folder}'", hint)


def _yaml_files(folder: Path) -> list[Path]:
    def fail(error: OSError) -> None:
        raise error

    found: list[Path] = []
    for root, folders, files in os.walk(folder, onerror=fail, followlinks=False):
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
        before = data[: error.start].decode("utf-8").split("\n")
        where = Where(name, len(before), len(before[-1]) + 1)
        problems.add("H001", where, "this file is not UTF-8 text", "save it as UTF-8 in your editor")
        return None
    return content.removeprefix("\ufeff").replace("\r\n", "\n")


def read_tree(path: Path, name: str, problems: Problems) -> Node | None:
    """The tree of a file that stands beside a story, such as a story test; None when it cannot be read.

    `name` is what problems call the file; the text is remembered, so that they show the line they point at.
    """
    content = _read_file(path, name, problems)
    if content is None:
        return None
    problems.remember_source(name, content)
    if not content.strip():
        problems.add("H003", Where(name, 1, 1), "the file is empty", "delete it, or write what belongs in it")
        return None
    return compose(content, name, problems) if check_characters(content, name, problems) else None


def load_names(folder: Path | str) -> tuple[Names, Declared]:
    """What the story in `folder` declares, as far as that can be read: for whoever helps to write it.

    Its faults are in `names.problems`; `names.complete` is False when a name that is missing may stand where they are.
    """
    problems = Problems()
    sources = read_folder(Path(folder), problems)
    names = Names(problems, complete=not problems.has_errors())
    trees = _trees(sources, names)
    trees.setdefault("story.yaml", Node("map", {}, "story.yaml", 1, 1))
    declared, _ = _declarations(trees, names)
    return names, declared


def _build(sources: Mapping[str, str], problems: Problems) -> Story | None:
    # What could not be read may hold any name.
    names = Names(problems, complete=not problems.has_errors())
    digest = hashlib.sha256()
    for file, content in sources.items():
        digest.update(f"{file}\0{len(content)}\0{content}\0".encode("utf-8", "surrogatepass"))
    trees = _trees(sources, names)
    if "story.yaml" not in trees:
        return None
    declared, files = _declarations(trees, names)
    return _scenes(files, names, declared, digest.hexdigest())


def _trees(sources: Mapping[str, str], names: Names) -> dict[str, Node]:
    """The tree of every file that can be read."""
    problems = names.problems
    trees: dict[str, Node] = {}
    for file, content in sources.items():
        problems.remember_source(file, content)
        if not content.strip():
            if file in EMPTY_OK:
                continue
            problems.add("H003", Where(file, 1, 1), "the file is empty", "delete it, or write a chapter in it")
        elif check_characters(content, file, problems) and (tree := compose(content, file, problems)) is not None:
            trees[file] = tree
            continue
        names.complete = False
    return trees


def _declarations(trees: Mapping[str, Node], names: Names) -> tuple[Declared, list[ChapterFile]]:
    """Read every name into `names`, so that anything can refer to anything."""
    declared = Declared()
    declare.read_story_file(trees["story.yaml"], names, declared)
    if "people.yaml" in trees:
        things.read_people(trees["people.yaml"], names, declared)
    things.read_groups(declared.root.get("groups"), names)
    if "items.yaml" in trees:
        things.read_items(trees["items.yaml"], names, declared)
    if "places.yaml" in trees:
        things.read_places(trees["places.yaml"], names, declared)

    files = [read_header(tree, names, declared) for name, tree in trees.items() if name not in DECLARATIONS]
    assert declared.clock is not None
    longest = max((c.ticks for c in names.chapters.values()), default=1)
    declared.clock.values = tuple(range(longest + 1))
    for chapter_file in files:
        read_names(chapter_file, names)
    return declared, files


def _scenes(files: list[ChapterFile], names: Names, declared: Declared, digest: str) -> Story | None:
    problems = names.problems
    reader = ChapterReader(names, declared)
    reader.promises(declared.root, Scope(names))
    scenes = {}
    for file in files:
        for entry in file.scenes:
            scenes[entry.id] = reader.scene(entry)
        if file.chapter in names.chapters:
            chapter = names.chapters[file.chapter]
            names.chapters[file.chapter] = replace(chapter, bells=reader.bells(file))
            if file.root["chapter"].kind == "map":
                reader.starts(chapter, file.root)
    rules = reader.rules(declared.root.get("rules"))
    reader.unused()
    migrations = read_migrations(declared.root.get("migrations"), names)

    meta = declared.meta
    start = text(meta.get("start"), problems, "the first scene")
    if start and start not in scenes:
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
        migrations,
    )
