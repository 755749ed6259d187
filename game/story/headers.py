"""What chapter files declare and hold, by name, so that anything in them can refer to anything."""

from __future__ import annotations

from dataclasses import dataclass, field

from game.story.declare import Declared, entries, length, read_flag, top
from game.story.diagnostics import Where
from game.story.fields import check_id, expect, read, text, words
from game.story.model import (
    Chapter,
)
from game.story.names import Names, SceneName
from game.story.nodes import Node
from game.story.shapes import (
    CHAPTER,
    CHAPTER_FILE,
    KINDS,
)
from game.story.times import parse_moment
from game.story.variables import MAX_TICKS


@dataclass(slots=True)
class ChapterFile:
    """A file of a chapter, or of none (""). Of a `lost` file it cannot be told which chapter it belongs to."""

    root: dict[str, Node]
    chapter: str
    where: Where
    scenes: list[SceneName] = field(default_factory=list)
    lost: bool = False


# --- names ----------------------------------------------------------------------------------------


def read_header(node: Node, names: Names, declared: Declared) -> ChapterFile:
    """The chapter a file declares or adds to; its bells are read later."""
    problems = names.problems
    where = Where(node.file, 1, 1)
    root = top(node, CHAPTER_FILE, names)
    head = root.get("chapter")
    if head is None:
        return ChapterFile(root, "", where)
    if head.kind == "text":
        return ChapterFile(root, head.value, head.where)
    got = read(head, CHAPTER, problems, head.where)
    if "id" not in got or not expect(got["id"], "text", "an id is a word", problems):
        return ChapterFile(root, "", where, lost=True)
    key = got["id"]
    if not check_id(key, problems, "a chapter"):
        return ChapterFile(root, "", where, lost=True)
    if key.value in names.chapters:
        problems.add(
            "H015", key.where, f"there is a chapter '{key.value}' already", "a second file writes chapter: " + key.value
        )
        return ChapterFile(root, key.value, key.where)
    tick = length(got.get("tick"), names, declared.tick)
    opens, ticks = _span(key.value, got, tick, names)
    early, late = (_bound(got.get(name), key.value, opens, ticks, tick, names) for name in ("early", "late"))
    if early is not None and late is not None and late < early:
        problems.add("H063", got["late"].where, "late begins before early ends")
    names.chapters[key.value] = Chapter(
        key.value,
        text(got.get("title"), problems, "a title", key.value),
        opens,
        tick,
        ticks,
        early or 0,
        256 if late is None else late,
        tuple(n.value for n in words(got.get("start"), problems, "'start'")),
        (),
        len(names.chapters),
        key.where,
    )
    return ChapterFile(root, key.value, key.where)


def _span(chapter: str, got: dict[str, Node], tick: int, names: Names) -> tuple[int, int]:
    """The minute at which a chapter begins, and its length in ticks."""
    opens, until = moment(got.get("from"), names), moment(got.get("until"), names)
    if opens is None or until is None or until <= opens:
        names.clockless.add(chapter)
        if opens is not None and until is not None:
            names.problems.add("H063", got["until"].where, "a chapter ends after it begins")
        return opens or 0, 1
    ticks = -(-(until - opens) // tick)
    if ticks > MAX_TICKS:
        names.clockless.add(chapter)
        message = f"{ticks} ticks in one chapter; at most {MAX_TICKS}"
        coarser = -(-(until - opens) // MAX_TICKS)
        names.problems.add("H014", got["until"].where, message, f"use a coarser tick: {coarser} min or more")
    elif (until - opens) % tick:
        names.problems.add("H065", got["until"].where, f"the end falls between two ticks of {tick} min")
    return opens, min(ticks, MAX_TICKS)


def _bound(node: Node | None, chapter: str, opens: int, ticks: int, tick: int, names: Names) -> int | None:
    """The first tick that is not before the moment at `node`."""
    at = moment(node, names)
    if node is None or at is None or chapter in names.clockless:
        return None
    if not opens <= at <= opens + ticks * tick:
        names.problems.add("H063", node.where, "this time is outside the chapter")
        return None
    return -(-(at - opens) // tick)


def moment(node: Node | None, names: Names) -> int | None:
    if node is None:
        return None
    at = parse_moment(node.value) if node.kind == "text" else None
    if at is None:
        names.problems.add("H012", node.where, "a day and an hour are expected", "write D1 12:40")
    return at


def read_names(file: ChapterFile, names: Names) -> None:
    """Register what a chapter file holds."""
    problems = names.problems
    chapter = file.chapter
    if file.lost or (chapter and chapter not in names.chapters):
        if not file.lost:
            names.unknown("H027", file.where, "chapter", chapter, names.chapters)
        names.complete = False
        return
    if not chapter:
        for name in ("flags", "scenes", "rooms", "bells"):
            if name in file.root:
                problems.add(
                    "H011",
                    file.where,
                    f"a file with {name} needs 'chapter'",
                    "write chapter: {id: …, title: …, from: D1 10:20, until: D1 12:40, start: …}",
                )
                names.complete = False
    for key, value in entries(file.root.get("flags") if chapter else None, names, "flags are a map of ids"):
        read_flag(key, value, names, chapter)
    for key, value in entries(file.root.get("passages"), names, "passages are a map of ids and texts"):
        if check_id(key, problems, "a passage"):
            if (chapter, key.value) in names.passages:
                problems.add("H015", key.where, f"there is a passage '{key.value}' already")
            names.passages[chapter, key.value] = value
    for group, kind in KINDS.items():
        if not chapter and kind != "ending":
            continue
        for key, value in entries(file.root.get(group), names, f"{group} are a map of ids"):
            if not check_id(key, problems, f"{'an' if kind == 'ending' else 'a'} {kind}"):
                continue
            if key.value in names.scenes:
                first = names.scenes[key.value].key.where
                problems.add(
                    "H015", key.where, f"there is a {names.scenes[key.value].kind} '{key.value}' already, at {first}"
                )
                continue
            place = value.value["place"][1] if value.kind == "map" and "place" in value.value else None
            at = place.value if place is not None and place.kind == "text" else ""
            entry = SceneName(key.value, kind, chapter, at, key, value)
            choices = value.value["choices"][1] if value.kind == "map" and "choices" in value.value else None
            if choices is not None and choices.kind == "map":
                entry.choices.update(choices.value)
            names.scenes[key.value] = entry
            file.scenes.append(entry)
            if kind == "room" and at:
                if (chapter, at) in names.rooms:
                    problems.add(
                        "H015", key.where, f"this chapter has a room at '{at}' already: {names.rooms[chapter, at]}"
                    )
                else:
                    names.rooms[chapter, at] = key.value


def offered(names: Names) -> dict[tuple[str, str], list[SceneName]]:
    """The scenes with an offer, by (chapter, place); each is also a choice of the room there."""
    found: dict[tuple[str, str], list[SceneName]] = {}
    for entry in names.scenes.values():
        if entry.kind != "scene" or entry.body.kind != "map" or "offer" not in entry.body.value:
            continue
        key = entry.body.value["offer"][0]
        room = names.rooms.get((entry.chapter, entry.place))
        if room is None:
            names.roomless(key.where, entry.place, "so nothing can offer this", "write a room there")
            continue
        if entry.id in names.scenes[room].choices:
            names.problems.add("H015", entry.key.where, f"the room '{room}' has a choice '{entry.id}' already")
            continue
        found.setdefault((entry.chapter, entry.place), []).append(entry)
        names.scenes[room].choices.add(entry.id)
    ways: dict[str, list[str]] = {}
    for here, there in names.exits:
        ways.setdefault(here, []).append(there)
    for (chapter, place), room in names.rooms.items():
        for b in ways.get(place, ()):
            if (chapter, b) in names.rooms:
                names.scenes[room].choices.add(f"go_{b}")
    return found
