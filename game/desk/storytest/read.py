"""Reading story tests: strict YAML, checked word by word against the story they are of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from game.desk.arguments import SEED_DIGITS
from game.desk.storytest.given import check_choice, read_given
from game.desk.storytest.model import Move, StoryTest, Wanted
from game.present.wording import player_name
from game.story import Diagnostic, Severity, Where
from game.story.asking import names_of
from game.story.diagnostics import Problems
from game.story.expr import parse_condition
from game.story.fields import Key, Shape, expect, pairs, read, text, words, yes_no
from game.story.load import read_tree
from game.story.locate import Locator
from game.story.model import Story
from game.story.names import Names, Scope
from game.story.nodes import Node
from game.story.source import Unreadable, opened

FOLDER = "tests"
TRANSCRIPTS = "transcripts"

FILE = Shape("a file of story tests", {"tests": Key("tests", "story tests, as a list", True)})
TEST = Shape(
    "a story test",
    {
        "test": Key("text", "what it shows, in a few words", True),
        "seed": Key("number", "the run's seed; 0 unless said"),
        "player": Key("text", "the player's name; the story's own unless said"),
        "gentle": Key("yes", "true: the softer texts"),
        "dice": Key("outcomes", "what rolls come to, as {scene.choice: outcome}"),
        "from": Key("state", "where it begins, unless it is the story's beginning"),
        "choose": Key("choices", "the choices, by id, in order"),
        "expect": Key("expectations", "what must hold at the end"),
        "transcript": Key("yes", "true: every word must be as it was blessed"),
    },
)
MOVE = Shape(
    "an entry of 'choose'",
    {"do": Key("choice", "the choice made"), "expect": Key("expectations", "what must hold then")},
)
EXPECT = Shape(
    "'expect'",
    {
        "scene": Key("scene", "where the player is"),
        "ending": Key("ending", "the ending the run came to"),
        "that": Key("conditions", "conditions that hold"),
        "not": Key("conditions", "conditions that do not"),
        "says": Key("words", "words in the passage last read"),
        "silent": Key("people", "who does not speak in it"),
        "offered": Key("choices", "choices the player can make now"),
        "locked": Key("choices", "choices shown, with the reason why not"),
        "gone": Key("choices", "choices of this scene that are not shown"),
    },
)


@dataclass(frozen=True, slots=True)
class FileOfTests:
    """What came of reading a file: its tests, none when it has an error."""

    name: str
    tests: tuple[StoryTest, ...]
    diagnostics: tuple[Diagnostic, ...]


def files_in(place: Path) -> list[tuple[Path, str]]:
    """The files of story tests of the story in a folder or a pack, by name, each with what messages call it.

    A path into a pack is one that only `game.story.source.beside` understands. Raises OSError.
    """
    found = [name for name in listed(place, FOLDER) if name.endswith((".yaml", ".yml"))]
    return [(place / name, name) for name in found]


def listed(place: Path, folder: str) -> list[str]:
    """The names of the files in a folder of a story; none of a pack that is not read."""
    with opened(place, Problems()) as source:
        try:
            return source.inside(folder) if source is not None else []
        except Unreadable as refused:
            raise OSError(None, refused.message, str(place / folder)) from None


def read_tests(files: Iterable[tuple[Path, str]], story: Story) -> list[FileOfTests]:
    """The tests of a story in several files. Never raises for what a writer wrote.

    Two tests whose blessed words would be in one file are a mistake of the later one.
    """
    names = names_of(story, Problems())
    found: list[FileOfTests] = []
    taken: dict[Path, StoryTest] = {}
    for path, name in files:
        problems = Problems()
        root = read_tree(path, name, problems)
        tests = _Reader(story, replace(names, problems=problems), path).file(root) if root is not None else ()
        for test in tests:
            first = taken.setdefault(test.transcript, test) if test.transcript else test
            if first is not test:
                message = f"the words of this test and of '{first.name}' ({first.file}) would be in one file"
                problems.add("H015", test.transcript_at, message, "give one of them another name")
        found.append(FileOfTests(name, () if problems.has_errors() else tests, problems.sorted()))
    return found


class _Reader:
    """Reads one file."""

    def __init__(self, story: Story, names: Names, path: Path) -> None:
        self.story = story
        self.names = names
        self.problems = names.problems
        self.path = path

    def file(self, root: Node) -> tuple[StoryTest, ...]:
        """The tests of a file: it is one test, or holds a list of them under `tests`."""
        if root.kind != "map" or "tests" not in root.value:
            return (self.test(root, f"{self.path.stem}.txt"),)
        nodes = read(root, FILE, self.problems, Where(root.file, 1, 1)).get("tests")
        if nodes is None or not expect(nodes, "list", "'tests' is a list", self.problems):
            return ()
        found: list[StoryTest] = []
        for number, node in enumerate(nodes.value, 1):
            name = node.value["test"][1].value if node.kind == "map" and "test" in node.value else ""
            slug = re.sub(r"[^a-z0-9]+", "-", name.lower() if isinstance(name, str) else "").strip("-")
            test = self.test(node, f"{self.path.stem}.{slug[:60] or number}.txt")
            if any(test.name == other.name for other in found):
                self.problems.add("H015", test.where, f"there is a test '{test.name}' in this file already")
            found.append(test)
        if not found:
            self.problems.add("H011", nodes.where, "the list has no tests in it", "write - test: and what it shows")
        return tuple(found)

    def test(self, node: Node, transcript: str) -> StoryTest:
        got = read(node, TEST, self.problems, node.where)
        if got and not {"choose", "expect", "transcript"} & set(got):
            self.problems.add("H011", node.where, "a story test needs 'choose' or 'expect'", TEST.keys["choose"].doc)
        wanted = yes_no(got.get("transcript"), self.problems, "'transcript'", False)
        dice = self.dice(got.get("dice"))
        return StoryTest(
            text(got.get("test"), self.problems, "what a test shows"),
            self.path,
            node.file,
            got["test"].where if "test" in got else node.where,
            "\n".join(self.problems.lines(node.file)),
            self.seed(got.get("seed")),
            self.player(got.get("player")),
            yes_no(got.get("gentle"), self.problems, "'gentle'", False),
            {roll: outcome for roll, (outcome, _) in dice.items()},
            {roll: where for roll, (_, where) in dice.items()},
            read_given(got["from"], self.story, self.names) if "from" in got else None,
            self.moves(got.get("choose")),
            self.expectations(got.get("expect")),
            self.path.parent / TRANSCRIPTS / transcript if wanted else None,
            got["transcript"].where if wanted else node.where,
        )

    def seed(self, node: Node | None) -> int:
        if node is None:
            return 0
        if node.kind == "text" and node.value.isascii() and node.value.isdigit() and len(node.value) <= SEED_DIGITS:
            return int(node.value)
        self.problems.add("H012", node.where, f"a seed is a whole number, 0 or more, of at most {SEED_DIGITS} digits")
        return 0

    def player(self, node: Node | None) -> str:
        name = text(node, self.problems, "the player's name")
        if node is not None and name and player_name(name, "") != name:
            self.problems.add("H012", node.where, "the game takes no such name", "at most 24 columns wide")
        return name

    def dice(self, node: Node | None) -> dict[str, tuple[str, Where]]:
        out = {}
        for roll, outcome in pairs(node, self.problems, "dice are a map of rolls and outcomes"):
            if not check_choice(roll, self.names, bare=False):
                continue
            scene, _, id = roll.value.rpartition(".")
            choice = next(c for c in self.story.scenes[scene].choices if c.id == id)
            known = [o.id for o in choice.outcomes]
            if not choice.is_roll:
                self.problems.add("H041", roll.where, f"'{roll.value}' is no roll", "take it out of 'dice'")
            elif expect(outcome, "text", "an outcome is named", self.problems):
                if outcome.value not in known:
                    self.names.unknown("H027", outcome.where, "outcome", outcome.value, known)
                out[roll.value] = (outcome.value, roll.where)
        return out

    def moves(self, node: Node | None) -> tuple[Move, ...]:
        if node is None:
            return ()
        if node.kind == "map":
            expect(node, "list", "'choose' is a list", self.problems)
            return ()
        out: list[Move] = []
        for part in node.value if node.kind == "list" else [node]:
            if part.kind != "map":
                out.append(Move(self.choice(part)))
                continue
            got = read(part, MOVE, self.problems, part.where)
            if not got:
                self.problems.add("H011", part.where, "this does nothing", "write {do: choice, expect: {…}}")
            made = self.choice(got["do"]) if "do" in got else None
            out.append(Move(made, self.expectations(got.get("expect"))))
        return tuple(out)

    def choice(self, node: Node) -> Node | None:
        if not expect(node, "text", "a choice is one id", self.problems):
            return None
        return node if check_choice(node, self.names, bare=True) else None

    def expectations(self, node: Node | None) -> tuple[Wanted, ...]:
        if node is None:
            return ()
        out: list[Wanted] = []
        for kind, value in read(node, EXPECT, self.problems, node.where).items():
            parts = words(value, self.problems, f"'{kind}'")
            if kind in ("scene", "ending") and len(parts) > 1:
                self.problems.add("H012", value.where, f"the player is in one {kind} only", "name one")
            for part in parts:
                self.check(kind, part)
                out.append(Wanted(kind, part))
        return tuple(out)

    def check(self, kind: str, node: Node) -> None:
        """Report what cannot be expected."""
        if kind in ("scene", "ending"):
            self.place(kind, node)
        elif kind in ("that", "not"):
            self.condition(node)
        elif kind == "silent":
            if node.value not in self.names.people:
                self.names.unknown("H022", node.where, "person", node.value, self.names.people)
        elif kind == "says":
            text(node, self.problems, "what is said")
        else:
            check_choice(node, self.names, bare=True)

    def place(self, kind: str, node: Node) -> None:
        endings = [s.id for s in self.story.scenes.values() if s.is_ending]
        if node.value not in self.story.scenes:
            known = endings if kind == "ending" else list(self.story.scenes)
            self.names.unknown("H020", node.where, kind, node.value, known)
        elif kind == "ending" and node.value not in endings:
            self.problems.add("H020", node.where, f"'{node.value}' is not an ending", "write scene: instead")

    def condition(self, node: Node) -> None:
        """Report a condition that can be read in no chapter; in which one it will be asked is known when it is."""
        tried: list[tuple[Diagnostic, ...]] = []
        for chapter in self.story.chapters or ("",):
            problems = Problems()
            scope = Scope(replace(self.names, problems=problems), chapter, control=True)
            parse_condition(node.value, Locator(node, self.problems), scope)
            if not len(problems):
                return
            tried.append(problems.sorted())
        # The chapter that was meant is likely the one with a name like the one that was written.
        best = max(tried, key=lambda found: any(d.hint.startswith("did you mean") for d in found))
        for problem in best:
            if problem.severity is Severity.ERROR:
                self.problems.add(problem.code, problem.where, problem.message, problem.hint)
