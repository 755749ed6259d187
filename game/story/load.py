"""A folder or a pack of YAML becomes one typed story, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from game.story import declare, things
from game.story.chapters import ChapterReader
from game.story.collecting import uncollected
from game.story.declare import Declared
from game.story.diagnostics import Problems, Where
from game.story.fields import text
from game.story.files import Loaded, digest_of, no_story_file, read_files, text_of
from game.story.headers import ChapterFile, read_header, read_names
from game.story.migrations import read_migrations
from game.story.model import Story
from game.story.names import Names, Scope
from game.story.nodes import Budget, Node, check_characters, compose
from game.story.source import beside, opened
from game.story.weigh import weigh

EMPTY_OK = ("people.yaml", "items.yaml", "places.yaml")
DECLARATIONS = ("story.yaml", *EMPTY_OK)

__all__ = ["Loaded", "load_names", "load_sources", "load_story", "read_files", "read_tree"]


Trees: TypeAlias = "dict[str, tuple[str, Node]]"
"""For each file its text, and the tree that was made of it: for whoever reads a story again after an edit."""


def load_story(place: Path | str, trees: Trees | None = None) -> Loaded:
    """Read the story in a folder or a pack. Never raises for what a writer wrote; every problem is a diagnostic.

    Files that are as they were when `trees` was last given are not parsed again.
    """
    problems = Problems()
    sources = read_files(Path(place), problems)
    return load_sources(sources, problems, trees)


def load_sources(sources: Mapping[str, str], problems: Problems | None = None, trees: Trees | None = None) -> Loaded:
    """Read a story from the texts of its files, by name."""
    if problems is None:
        problems = Problems()
        if "story.yaml" not in sources:
            no_story_file(".", sources, problems)
    # The tree of a large story is all live objects.
    with uncollected():
        story = _build(sources, problems, trees)
    return Loaded(None if problems.has_errors() else story, problems.sorted())


def read_tree(path: Path, name: str, problems: Problems) -> Node | None:
    """The tree of a file that stands beside a story, such as a story test; None when it cannot be read.

    `name` is what problems call the file; the text is remembered, so that they show the line they point at.
    """
    place, inner = beside(path)
    with opened(place, problems) as source:
        content = text_of(source, inner, name, problems) if source is not None else None
    if content is None:
        return None
    problems.remember_source(name, content)
    if not content.strip():
        problems.add("H003", Where(name, 1, 1), "the file is empty", "delete it, or write what belongs in it")
        return None
    return compose(content, name, problems) if check_characters(content, name, problems) else None


def load_names(place: Path | str) -> tuple[Names, Declared]:
    """What the story in `place` declares, as far as that can be read: for whoever helps to write it.

    Its faults are in `names.problems`; `names.complete` is False when a name that is missing may stand where they are.
    """
    problems = Problems()
    sources = read_files(Path(place), problems)
    names = Names(problems, complete=not problems.has_errors())
    trees = _trees(sources, names)
    trees.setdefault("story.yaml", Node("map", {}, "story.yaml", 1, 1))
    declared, _ = _declarations(trees, names)
    return names, declared


def _build(sources: Mapping[str, str], problems: Problems, known: Trees | None) -> Story | None:
    # What could not be read may hold any name.
    names = Names(problems, complete=not problems.has_errors())
    trees = _trees(sources, names, known)
    if known is not None:
        known.clear()
        known |= {file: (sources[file], tree) for file, tree in trees.items()}
    if "story.yaml" not in trees:
        return None
    declared, files = _declarations(trees, names)
    return _scenes(files, names, declared, digest_of(sources), dropping=known is None)


def _trees(sources: Mapping[str, str], names: Names, known: Trees | None = None) -> dict[str, Node]:
    """The tree of every file that can be read."""
    problems = names.problems
    trees: dict[str, Node] = {}
    budget = Budget()
    for file, content in sources.items():
        problems.remember_source(file, content)
        if known is not None and file in known and known[file][0] == content:
            trees[file] = known[file][1]
            continue
        if not content.strip():
            if file in EMPTY_OK:
                continue
            problems.add("H003", Where(file, 1, 1), "the file is empty", "delete it, or write a chapter in it")
        elif check_characters(content, file, problems) and (tree := compose(content, file, problems, budget)):
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


def _scenes(files: list[ChapterFile], names: Names, declared: Declared, digest: str, dropping: bool) -> Story | None:
    problems = names.problems
    reader = ChapterReader(names, declared)
    reader.promises(declared.root, Scope(names))
    scenes = {}
    migrating = "migrations" in declared.root
    for file in files:
        for entry in file.scenes:
            scenes[entry.id] = reader.scene(entry)
            # The trees of a large story, if nobody keeps them, are most of the room it takes while it is read. Rooms
            # read the offers, too, and migrations the rolls.
            if dropping and not migrating and "offer" not in entry.body.value:
                entry.body.value = {}
        if file.chapter in names.chapters:
            chapter = names.chapters[file.chapter]
            names.chapters[file.chapter] = replace(chapter, bells=reader.bells(file))
            if file.root["chapter"].kind == "map":
                reader.starts(chapter, file.root)
    rules = reader.rules(declared.root.get("rules"))
    reader.unused()
    reader.epilogues()
    migrations = read_migrations(declared.root.get("migrations"), names)

    meta = declared.meta
    start = text(meta.get("start"), problems, "the first scene")
    if start and start not in scenes:
        names.unknown("H020", meta["start"].where, "scene", start, names.scenes)
    if not scenes and names.complete:
        problems.add(
            "H064", Where("story.yaml", 1, 1), "the story has no scenes", "write a chapter file such as 01-first.yaml"
        )
    story = Story(
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
    if not problems.has_errors():
        weigh(story, problems)
    return story
