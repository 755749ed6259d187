"""`hyosan new`: a small story to begin with, and new parts for a story that is there.

New parts are put into the files as text, so that every comment and every space of the writer's stays where it was.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

from game.desk.unwritten import unwritten
from game.story import load_sources
from game.story.diagnostics import Problems, did_you_mean
from game.story.load import read_files
from game.story.model import Story
from game.story.names import ID, RESERVED
from game.story.nodes import Node, compose
from game.story.source import is_pack

TEMPLATE = Path(__file__).parent / "template"
PARTS = ("scene", "person", "item", "place")

OK, FAILED, USAGE = 0, 1, 2


class Refused(Exception):
    """What was asked for cannot be done; the text says why and what to do."""


def main(arguments: list[str]) -> int:
    """`new DIR`, or `new scene|person|item|place ID`. 0 when it was made, 1 when it was not."""
    try:
        if arguments and arguments[0] in PARTS:
            return _part(arguments)
        parser = argparse.ArgumentParser(
            prog="hyosan new",
            description="Make a small story to begin with: three rooms, somebody to talk to, one bell, one ending.",
            epilog="In a story's folder: hyosan new scene|person|item|place ID adds one of these.",
        )
        parser.add_argument("dir", type=Path, metavar="DIR", help="the folder to make; it must be new or empty")
        return _story(parser.parse_args(arguments).dir)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return FAILED
    except OSError as error:
        print(f"hyosan new: {unwritten(error)}", file=sys.stderr)
        return FAILED


# --- a new story ------------------------------------------------------------------------------------


def _story(folder: Path) -> int:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} is there already and not empty; name a new folder")
    title = " ".join(word.capitalize() for word in re.split(r"[\W_]+", folder.resolve().name) if word) or "A Story"
    id = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:60] or "a-story"
    for source in sorted(TEMPLATE.rglob("*.yaml")):
        target = folder / source.relative_to(TEMPLATE)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8").replace("STORY_ID", id).replace("STORY_TITLE", title)
        target.write_text(text, encoding="utf-8")
    print(f"{folder}: a story of three rooms. Now:")
    for command, why in (("play", "play it"), ("check", "look for mistakes"), ("test", "run its story tests")):
        print(f"  hyosan {command} {folder}".ljust(34) + f"# {why}")
    return OK


# --- a new part of a story --------------------------------------------------------------------------


def _part(arguments: list[str]) -> int:
    what = arguments[0]
    parser = argparse.ArgumentParser(prog=f"hyosan new {what}", description=f"Add a {what} to a story.")
    parser.add_argument("id", metavar="ID", help="its id: small letters, digits and _")
    parser.add_argument("--in", dest="dir", type=Path, default=Path(), metavar="DIR", help="the story (this folder)")
    if what == "scene":
        parser.add_argument("--file", metavar="FILE", help="the chapter's file (the last one, unless said)")
        parser.add_argument("--place", metavar="PLACE", help="where it is; the room there will offer it")
        parser.add_argument("--to", metavar="SCENE", help="where its choice leads (the room of its place, unless said)")
    options = parser.parse_args(arguments[1:])
    id = options.id
    if not ID.match(id) or id in RESERVED:
        raise Refused(f"'{id}' cannot be an id: small letters, digits and _, starting with a letter")
    problems = Problems()
    if is_pack(options.dir):
        raise Refused(f"{options.dir} is a pack, which is never written to; name the story's folder")
    sources = read_files(options.dir, problems)
    story = load_sources(sources, problems).story
    if story is None:
        raise Refused(f"the story in '{options.dir}' has mistakes; mend them first (hyosan check {options.dir})")
    if what == "scene":
        file, text = _scene(story, sources, options)
    else:
        file, text = _declared(what, id, story, sources)
    _write(options.dir / file, text)
    return OK


def _write(path: Path, text: str) -> None:
    """Replace a file's text whole, or not at all."""
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text, encoding="utf-8", newline="")
    os.replace(temporary, path)


def _declared(what: str, id: str, story: Story, sources: dict[str, str]) -> tuple[str, str]:
    known = {"person": story.people, "item": story.items, "place": story.places}[what]
    if id in known:
        raise Refused(f"there is already {'an' if what == 'item' else 'a'} {what} '{id}'")
    name = id.replace("_", " ")
    file, text = {
        "person": ("people.yaml", f"{id}:\n  name: {name.title()}\n  about: Who they are, in one line.\n"),
        "item": ("items.yaml", f"{id}: {{name: a {name}, about: What one sees when holding it.}}\n"),
        "place": ("places.yaml", f"{id}:\n  name: {name.capitalize()}\n  floor: 1\n  at: [0, 0]\n  exits: {{}}\n"),
    }[what]
    before = sources.get(file, "")
    if before.strip():
        root = compose(before, file, Problems())
        if root is None or root.style == "{":
            raise Refused(f"{file} is written in one line of {{ }}; write one {what} a line first")
        before = before.rstrip("\n") + "\n" + ("\n" if what != "item" else "")
    return _checked(file, before + text, sources, f"{what} '{id}'", before.count("\n") + 1)


def _scene(story: Story, sources: dict[str, str], options: argparse.Namespace) -> tuple[str, str]:
    if options.id in story.scenes:
        raise Refused(f"there is a {story.scenes[options.id].kind} '{options.id}' already")
    file = options.file or _last_chapter(sources)
    if file not in sources:
        raise Refused(f"there is no file '{file}'. {did_you_mean(str(file), sources)}")
    root = compose(sources[file], file, Problems())
    if root is None or root.kind != "map" or "chapter" not in root.value:
        raise Refused(f"{file} is not a chapter's file; name one with --file")
    chapter = _chapter_of(root)
    place, to = options.place, options.to
    if place and place not in story.places:
        raise Refused(f"there is no place '{place}'. {did_you_mean(place, story.places)}")
    if to and to not in story.scenes:
        raise Refused(f"there is no scene '{to}'. {did_you_mean(to, story.scenes)}")
    room = next(
        (s for s in story.scenes.values() if s.kind == "room" and s.chapter == chapter and s.place == place), None
    )
    lines = [f"{options.id}:"]
    if place:
        lines.append(f"  place: {place}")
    if room:
        lines.append(f"  offer: {{text: Go to the {options.id.replace('_', ' ')}.}}")
    lines += ["  text: |", "    Where you are, who is there, one sound.", "  choices:"]
    lines += [
        "    go_on:",
        "      text: Go on.",
        f"      goto: {to or ('here' if room else _somewhere(story, chapter))}",
    ]
    text, line = _into_scenes(sources[file], root, lines)
    made = _checked(file, text, sources, f"scene '{options.id}'", line)
    if not room:
        print(f"nothing leads there yet: write goto: {options.id} in a choice")
    return made


def _last_chapter(sources: dict[str, str]) -> str:
    found = [name for name, text in sources.items() if re.search(r"^chapter:", text, re.MULTILINE)]
    if not found:
        raise Refused("this story has no chapter yet")
    return found[-1]


def _chapter_of(root: Node) -> str:
    head: Node = root.value["chapter"][1]
    return str(head.value if head.kind == "text" else head.value["id"][1].value)


def _somewhere(story: Story, chapter: str) -> str:
    """A scene of the chapter that a choice can lead to until the writer says where."""
    own = [s for s in story.scenes.values() if s.chapter == chapter and not s.is_ending]
    return next((s.id for s in own if s.kind == "room"), own[-1].id)


def _into_scenes(text: str, root: Node, lines: list[str]) -> tuple[str, int]:
    """`text` with `lines` at the end of its `scenes:`, and the line they begin at."""
    rows = text.split("\n")
    if "scenes" not in root.value:
        block = ["", "scenes:", *("  " + line for line in lines)]
        body = text.rstrip("\n").split("\n")
        return "\n".join([*body, *block]) + "\n", len(body) + 3
    key, scenes = root.value["scenes"]
    if scenes.style == "{" and scenes.value:
        raise Refused("this chapter's scenes are written in one line of { }; write one scene a line first")
    after = [k.line for k, _ in root.items() if k.line > key.line]
    end = (after[0] - 1) if after else len(rows)
    # Blank lines and comments at the left margin before the next key belong to that key.
    while end > key.line and (not rows[end - 1].strip() or rows[end - 1].startswith("#")):
        end -= 1
    margin = " " * (scenes.items()[0][0].column - 1 if scenes.kind == "map" and scenes.value else 2)
    if scenes.kind != "map" or not scenes.value:
        rows[key.line - 1] = "scenes:"
        end = key.line
    block = [*([""] if end > key.line else []), *(margin + line for line in lines)]
    return "\n".join([*rows[:end], *block, *rows[end:]]), end + len(block) - len(lines) + 1


def _checked(file: str, text: str, sources: dict[str, str], what: str, line: int) -> tuple[str, str]:
    """The new text of a file, once it is sure that the story still loads with it."""
    loaded = load_sources(dict(sorted({**sources, file: text}.items())))
    if loaded.story is None:
        raise Refused(f"{what} could not be added: {loaded.diagnostics[0].message}")
    print(f"{file}:{line}: {what}")
    return file, text
