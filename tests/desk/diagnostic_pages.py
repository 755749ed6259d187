"""The pages of `hyosan explain` as examples: stories that are wrong, with what hyosan says, and stories that are right.

A yaml block begins with the name of its file (`# 02-night.yaml`) and is a file of the house below; the kitchen's first
choice leads to the first scene it holds. Comments that a reader does not see say more:

    <!-- in: small -->          the example stands in the house without people, items, places, flags and meters;
                                so do those with a story.yaml of their own
    <!-- also: 03-more.yaml …   one more file for this example, until -->
    <!-- folder -->             the next block is the list of a folder's files; one with a size is made that large.
                                If its first line is x.zip, that is a pack; without any files it is damaged

The first text block after a wrong example is what hyosan says, the right one is followed by none.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from game.desk import explain
from game.desk.check import check
from game.desk.storytest.play import play
from game.desk.storytest.read import read_tests
from game.engine import Machine
from game.story import load_sources
from game.story.asking import names_of
from game.story.diagnostics import Diagnostic, Problems
from game.story.load import read_files

STORY = "story: {id: house, title: The House, version: 1.0.0, start: kitchen}\n"
CHAPTER = """\
chapter: {id: house, title: The House, from: D1 21:00, until: D1 23:00, start: kitchen}
scenes:
  kitchen:
    text: The clock ticks.
    choices:
      go_on: {text: Go on., goto: NEXT}
      sit_down: {text: Sit down., then: The chair is cold., goto: kitchen}
endings:
  morning: {title: Morning, text: It is light.}
"""
SMALL = {"story.yaml": STORY, "01-house.yaml": CHAPTER}
HOUSE = {
    "story.yaml": STORY
    + """\
meters: {noise: {range: 0..5, words: {0: quiet, 3: loud}, price: {1: some noise}}}
flags: {lamp_lit: false, mood: {one of: [calm, afraid]}}
notes: {grief: Grief}
""",
    "people.yaml": "mara: {name: Mara Lind, short: Mara, about: Your sister., bond: 0..3}\n",
    "items.yaml": "torch: {name: a torch}\ncoins: {name: coins, max: 6}\n",
    "places.yaml": """\
kitchen: {name: The kitchen, floor: 1, at: [0, 0], exits: {hall: {}}}
hall: {name: The hall, floor: 1, at: [1, 0], exits: {kitchen: {}}}
""",
    "01-house.yaml": CHAPTER.replace(
        "    choices:\n",
        """\
    place: kitchen
    cast: [mara]
    choices:
      tidy_up:
        text: Tidy up.
        when: not (has.torch and count.coins >= 1 and lamp_lit and mood == afraid and bond.mara >= 1 and noise >= 1)
        do:
          - {take: [torch, coins], bond: {mara: +1}, add: {noise: 1}, set: {lamp_lit: true, mood: afraid}}
        goto: kitchen
""",
    ),
}

_FILE = re.compile(r"# ([\w/-]+\.ya?ml)\Z")
_FIRST = re.compile(r"^(?:scenes|rooms):\n(?: +#.*\n)*  (\w+):", re.MULTILINE)
_PART = re.compile(r"<!--(?P<comment>.*?)-->|^```(?P<kind>\w+)\n(?P<body>.*?)^```$|^## (?P<head>\w+)", re.S | re.M)
_LISTED = re.compile(r"  (\S+(?: \S+)*)(?: {2,}([\d,]+) bytes)?\Z")


@dataclass(slots=True)
class Example:
    """A story of a page. `message` is what hyosan says about it, as the page has it; `at` is where that stands."""

    wrong: bool
    own: dict[str, str] = field(default_factory=dict)
    also: dict[str, str] = field(default_factory=dict)
    listing: str = ""
    small: bool = False
    message: str = ""
    at: tuple[int, int] = (0, 0)

    def sources(self) -> dict[str, str]:
        """The files of the story, without its tests."""
        house = SMALL if self.small or "story.yaml" in self.own else HOUSE
        found = house | self.also | self.own
        first = next((m[1] for text in self.own.values() if (m := _FIRST.search(text))), "morning")
        ordered = {name: found[name] for name in sorted(found) if not name.startswith("tests/")}
        return {name: text.replace("NEXT", first) for name, text in ordered.items()}


def examples(code: str) -> list[Example]:
    """The examples of a page, in order."""
    text = path(code).read_text(encoding="utf-8")
    out: list[Example] = []
    folder = False
    for part in _PART.finditer(text):
        match part["comment"], part["kind"], part["head"]:
            case None, None, head:
                out.append(Example(head == "Wrong"))
            case str(comment), _, _:
                word, _, rest = comment.strip().partition(":")
                name, _, body = rest.strip().partition("\n")
                assert word in ("in", "also", "folder"), f"{code}: what does '{word}' mean?"
                folder = word == "folder"
                if word == "in":
                    out[-1].small = name == "small"
                elif word == "also":
                    out[-1].also[name] = body + "\n"
            case _, "yaml", _:
                named = _FILE.match(part["body"].partition("\n")[0])
                assert named, f"{code}: a block that does not say its file"
                out[-1].own[named[1]] = part["body"]
            case _, "text", _ if folder:
                out[-1].listing, folder = part["body"], False
            case _:
                out[-1].message, out[-1].at = part["body"], part.span("body")
    return out


def path(code: str) -> Path:
    return explain.folder() / f"{code}.md"


def found(example: Example, work: Path) -> list[Diagnostic]:
    """Everything hyosan says about an example."""
    if example.listing:
        return _of_folder(example.listing, work)
    sources = example.sources()
    said = list(check(sources))
    for name, text in example.own.items():
        if name.startswith("tests/") and not said:
            said += _of_test(sources, name, text, work)
    return said


def _of_folder(listing: str, work: Path) -> list[Diagnostic]:
    """What is said of a folder with these files, as `hyosan check` is called beside it."""
    head, *files = listing.rstrip("\n").split("\n")
    folder = work / head.rstrip("/").removesuffix(".zip")
    folder.mkdir()
    for line in files:
        listed = _LISTED.match(line)
        assert listed, line
        name, size = listed.groups()
        known = {"story": STORY, "01-house": CHAPTER.replace("NEXT", "morning")}
        content = known.get(name.partition(".")[0], "chapter: house\n")
        rest = max(0, int((size or "0").replace(",", "")) - len(content))
        (folder / name).write_bytes((content + "# more\n" * (rest // 7) + "#" * (rest % 7)).encode())
    if head.endswith(".zip"):
        packed = work / head
        packed.write_bytes(b"")
        if files:
            with zipfile.ZipFile(packed, "w") as pack:
                for file in sorted(folder.iterdir()):
                    pack.write(file, file.name)
    problems = Problems()
    return list(check(read_files(Path(head.rstrip("/")), problems), problems))


def _of_test(sources: Mapping[str, str], name: str, text: str, work: Path) -> list[Diagnostic]:
    """What is said of a story test."""
    story = load_sources(sources).story
    assert story is not None
    file = work / "a-test.yaml"
    file.write_text(text, encoding="utf-8")
    (read,) = read_tests([(file, name)], story)
    played = [play(test, Machine(story), names_of(story, Problems())) for test in read.tests]
    return [*read.diagnostics, *(failure.problem for result in played for failure in result.failures)]
