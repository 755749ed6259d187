"""`from:` in a story test: a state put together by a writer rather than reached by choices."""

from __future__ import annotations

from game.desk.storytest.model import Given
from game.story.diagnostics import did_you_mean
from game.story.effects import ticks_of
from game.story.fields import Key, Shape, expect, pairs, read, words
from game.story.headers import moment
from game.story.locate import Locator
from game.story.model import Scene, Story
from game.story.names import Names, Scope
from game.story.nodes import Node
from game.story.times import clock_text
from game.story.variables import Variable

FROM = Shape(
    "'from'",
    {
        "scene": Key("scene", "the scene the test begins in", True),
        "time": Key("moment", "the clock; unless said, the scene's `time:` or the chapter's beginning"),
        "with": Key("people", "who goes with the player"),
        "set": Key("values", "flags and meters, as {flag: value}"),
        "has": Key("items", "what is carried: rope, or {water: 2}"),
        "fate": Key("values", "what has become of people, as {person: fate}"),
        "bond": Key("values", "bonds, as {person: number}"),
        "promise": Key("values", "promises, as {promise: made}"),
        "memory": Key("words", "memories that are the player's"),
        "seen": Key("scenes", "scenes the player has been to and left"),
        "chosen": Key("choices", "choices made, as scene.choice"),
        "unlocked": Key("exits", "exits that are open, as place.place"),
        "exposed": Key("values", "how the player was exposed, as {site: limb, source: zombie}"),
        "arrived": Key("word", "how the last chapter ended: early, on_time or late"),
    },
)
# Key -> what its names begin with in the table of variables, the code for one that is not there, and what it is called.
_LISTS = {
    "with": ("with.", "H022", "person"),
    "has": ("count.", "H021", "item"),
    "memory": ("memory.", "H027", "memory"),
}
_MAPS = {
    "has": ("count.", "H021", "item"),
    "fate": ("fate.", "H022", "person"),
    "bond": ("bond.", "H022", "person with a bond"),
    "promise": ("promise.", "H027", "promise"),
    "exposed": ("exposed.", "H027", "part of exposure"),
}


def read_given(node: Node, story: Story, names: Names) -> Given | None:
    """The state that `node` describes; None when its scene is not known. Problems go to those of `names`."""
    got = read(node, FROM, names.problems, node.where)
    if "scene" not in got or not expect(got["scene"], "text", "a scene is named", names.problems):
        return None
    scene = story.scenes.get(got["scene"].value)
    if scene is None:
        names.unknown("H020", got["scene"].where, "scene", got["scene"].value, names.scenes)
        return None
    giver = _Giver(story, names, scene)
    for key, value in got.items():
        giver.take(key, value)
    for word in words(got.get("with"), names.problems, "'with'"):
        giver.check_company(word)
    return Given(scene.id, bytes(giver.values), frozenset(giver.marks))


def check_choice(node: Node, names: Names, bare: bool) -> bool:
    """Whether `scene.choice` names a choice of the story; `bare` takes a choice alone, of whatever scene."""
    before = len(names.problems)
    at = Locator(node, names.problems)
    scene, dot, choice = node.value.rpartition(".")
    if not dot and bare:
        known = {c for entry in names.scenes.values() for c in entry.choices}
        if choice not in known:
            names.unknown("H027", at(0, len(choice)), "choice", choice, known)
    elif not dot:
        names.problems.add("H012", node.where, "a scene and a choice are expected", "write scene.choice")
    elif scene not in names.scenes:
        names.unknown("H020", at(0, len(scene)), "scene", scene, names.scenes)
    elif choice not in names.scenes[scene].choices:
        where = at(len(scene) + 1, len(choice))
        names.unknown("H027", where, f"choice in {scene} called", choice, names.scenes[scene].choices)
    return len(names.problems) == before


class _Giver:
    """Fills in the values of a state, key by key. What a key does not say is as the story starts."""

    def __init__(self, story: Story, names: Names, scene: Scene) -> None:
        self.story = story
        self.names = names
        self.problems = names.problems
        self.chapter = scene.chapter
        self.values = bytearray(v.start for v in story.variables)
        self.values[story.by_name["clock"].index] = scene.arrive
        self.marks: set[str] = set()

    def take(self, key: str, node: Node) -> None:
        """Read one key of `from`."""
        if key == "time":
            self.clock(node)
        elif key == "arrived":
            self.put(self.story.by_name["arrived"], node, "arrived")
        elif key == "set":
            self.flags(node)
        elif key == "seen":
            self.seen(node)
        elif key == "chosen":
            for word in words(node, self.problems, "'chosen'"):
                if check_choice(word, self.names, bare=False):
                    self.mark(f"chosen.{word.value}")
        elif key == "unlocked":
            for word in words(node, self.problems, "'unlocked'"):
                self.unlock(word)
        elif key in _MAPS and (key not in _LISTS or node.kind == "map"):
            for name, to in pairs(node, self.problems, f"'{key}' is a map of names and values"):
                if var := self.named(name, *_MAPS[key]):
                    self.put(var, to, name.value)
        elif key in _LISTS:
            for word in words(node, self.problems, f"'{key}'"):
                if var := self.named(word, *_LISTS[key]):
                    self.values[var.index] = 1

    def named(self, name: Node, prefix: str, code: str, what: str) -> Variable | None:
        """The variable that is called by `prefix` and a name a writer wrote."""
        var = self.names.table.get(prefix + name.value)
        if var is None:
            known = [n.removeprefix(prefix) for n in self.names.table.by_name if n.startswith(prefix)]
            self.names.unknown(code, name.where, what, name.value, known)
        return var

    def put(self, var: Variable, to: Node, name: str) -> None:
        """Give a variable the value that is written at `to`."""
        if not expect(to, "text", "a value is one word or number", self.problems):
            return
        shown = [str(v).lower() if isinstance(v, bool) else str(v) for v in var.values]
        wanted = to.value.removeprefix("+")
        if wanted in shown:
            self.values[var.index] = shown.index(wanted)
            return
        number = isinstance(var.values[0], int) and not isinstance(var.values[0], bool)
        hint = f"it can be {shown[0]} to {shown[-1]}" if number else did_you_mean(wanted, shown)
        self.problems.add("H041", to.where, f"'{name}' cannot be '{to.value}'", hint)

    def flags(self, node: Node) -> None:
        for name, to in pairs(node, self.problems, "'set' is a map of flags and values"):
            if var := self.names.flag(name.value, self.chapter):
                self.put(var, to, name.value)
            else:
                known = self.names.flag_names(self.chapter)
                self.names.unknown("H024", name.where, "flag or meter", name.value, known)

    def seen(self, node: Node) -> None:
        for word in words(node, self.problems, "'seen'"):
            if word.value in self.names.scenes:
                self.mark(f"seen.{word.value}")
            else:
                self.names.unknown("H020", word.where, "scene", word.value, self.names.scenes)

    def mark(self, name: str) -> None:
        """Something has happened; the story has a variable for it only if it asks."""
        self.marks.add(name)
        if var := self.story.by_name.get(name):
            self.values[var.index] = 1

    def unlock(self, node: Node) -> None:
        var = self.story.by_name.get("unlocked." + ".".join(sorted(node.value.split("."))))
        if var is not None:
            self.values[var.index] = 1
            return
        hint = did_you_mean(node.value, [f"{a}.{b}" for a, b in self.names.locks])
        self.problems.add("H041", node.where, f"no exit '{node.value}' is locked", hint or "write place.place")

    def clock(self, node: Node) -> None:
        at = moment(node, self.names)
        chapter = self.story.chapters.get(self.chapter)
        if at is None:
            return
        if chapter is None:
            self.problems.add("H063", node.where, "there is no clock outside a chapter")
            return
        end = chapter.opens + chapter.tick * chapter.ticks
        if not chapter.opens <= at <= end:
            hint = f"it runs from {clock_text(chapter.opens)} to {clock_text(end)}"
            self.problems.add("H063", node.where, "this time is outside the chapter", hint)
            return
        ticks = ticks_of(at - chapter.opens, node, Scope(self.names, self.chapter))
        self.values[self.story.by_name["clock"].index] = ticks

    def check_company(self, name: Node) -> None:
        """Nobody goes with the player who is away or gone."""
        person = self.story.people.get(name.value)
        if person is None:
            return
        fate = list(self.story.fates.values())[self.values[person.fate]]
        if fate.presence != "here":
            message = f"{person.id} is {fate.id} and cannot go with the player"
            self.problems.add("H041", name.where, message, "take them out of 'with', or change their fate")
