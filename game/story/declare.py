"""The declarations of a story in story.yaml, and what all declarations have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from game.story.diagnostics import Where
from game.story.fields import Key, Shape, block, check_id, number, pairs, read, span, text, words, yes_no
from game.story.limits import LARGER, MAX_VARIABLES, at_most
from game.story.model import Fate, Item, Meter, Person, Place, Player
from game.story.names import Names
from game.story.nodes import Node
from game.story.times import parse_length
from game.story.variables import ARRIVED, BOOL, MAX_DOMAIN, Value, Variable

STORY_FILE = Shape(
    "story.yaml",
    {
        "story": Key("story", "id, title, version and the first scene", True),
        "player": Key("player", "who the player is"),
        "clock": Key("clock", "the smallest step of time"),
        "meters": Key("meters", "numbers with a range, shown as words"),
        "flags": Key("flags", "what is remembered from chapter to chapter"),
        "fates": Key("fates", "what can become of a person"),
        "groups": Key("groups", "named groups of people, to count the living"),
        "exposure": Key("exposure", "how the player can be infected"),
        "notes": Key("notes", "content notes, by id"),
        "rules": Key("rules", "what happens by itself after a choice"),
        "migrations": Key("migrations", "what older saves call otherwise; with it they keep their moment"),
        "always": Key("conditions", "conditions that hold in every state"),
        "never": Key("conditions", "conditions that hold in no state"),
        "reachable": Key("conditions", "conditions that hold in some state"),
    },
)
STORY = Shape(
    "story",
    {
        "id": Key("text", "a short id; saves refer to it", True),
        "title": Key("text", "the story's title", True),
        "version": Key("text", "the story's version, such as 1.0.0", True),
        "start": Key("scene", "the id of the first scene", True),
        "language": Key("text", "the language it is written in, such as en"),
        "about": Key("text", "one line for the title screen"),
        "notice": Key("text", "a notice for the title screen and the credits"),
    },
)
PLAYER = Shape(
    "player",
    {
        "name": Key("text", "the name, unless the player types another", True),
        "hangul": Key("text", "the name in hangul"),
    },
)
CLOCK = Shape("clock", {"tick": Key("length", "the smallest step of time, such as 10 min", True)})
METER = Shape(
    "a meter",
    {
        "range": Key("range", "such as 0..10", True),
        "start": Key("number", "where it begins; the low end unless said"),
        "words": Key("levels", "a word for each amount from which it holds: {0: silent, 3: restless}"),
        "price": Key("levels", "a word for each rise from which it holds: {1: some noise, 3: loud}"),
        "decays": Key("decay", "how it falls as time passes: 1 per 10 min"),
        "label": Key("text", "its name on the screen; its id unless said"),
    },
)
FLAG = Shape(
    "a flag",
    {
        "one of": Key("words", "the words it can be"),
        "range": Key("range", "the numbers it can be, such as 0..3"),
        "start": Key("text", "what it is at first"),
    },
)
FATE = Shape(
    "a fate",
    {
        "becomes": Key("fates", "the fates that can follow"),
        "is": Key("presence", "here (unless said), away or gone"),
        "word": Key("text", "how it is shown; its id unless said"),
    },
)
EXPOSURE = Shape(
    "exposure",
    {
        "meter": Key("meter", "the meter that rises", True),
        "sites": Key("words", "where: scratch, limb, …", True),
        "sources": Key("words", "from what: zombie, …", True),
    },
)
_DECAY = re.compile(r"(\d{1,3})\s+per\s+(.+)\Z", re.ASCII)


@dataclass(slots=True)
class Declared:
    """What the declaration files say, besides what `Names` holds."""

    meta: dict[str, Node] = field(default_factory=dict)
    root: dict[str, Node] = field(default_factory=dict)
    player: Player = field(default_factory=lambda: Player("You", ""))
    tick: int = 10
    people: dict[str, Person] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    epilogues: dict[str, Node] = field(default_factory=dict)
    exit_nodes: dict[tuple[str, str], Node] = field(default_factory=dict)
    clock: Variable | None = None


def top(node: Node, shape: Shape, names: Names) -> dict[str, Node]:
    """The parts of a file. A part that is not known may have been meant to declare anything."""
    if node.kind != "map" or set(node.value) - set(shape.keys):
        names.complete = False
    return read(node, shape, names.problems, Where(node.file, 1, 1))


def entries(node: Node | None, names: Names, message: str) -> list[tuple[Node, Node]]:
    """The (id, body) pairs of a map that declares things."""
    if node is not None and node.kind != "map" and node.value:
        names.complete = False
    return pairs(node, names.problems, message)


def read_story_file(node: Node, names: Names, out: Declared) -> None:
    problems = names.problems
    root = top(node, STORY_FILE, names)
    out.root = root
    # The size of the clock is known once the chapters' headers are.
    out.clock = names.table.add("clock", "clock", (0, 1))
    names.table.add("arrived", "arrived", ARRIVED, 1)
    if "story" in root:
        out.meta = read(root["story"], STORY, problems, root["story"].where)
        if (
            (given := out.meta.get("id"))
            and given.kind == "text"
            and not re.match(r"[a-z0-9][a-z0-9-]{0,59}\Z", given.value)
        ):
            problems.add("H013", given.where, "a story's id is small letters, digits and -")
    if "player" in root:
        got = read(root["player"], PLAYER, problems)
        out.player = Player(
            text(got.get("name"), problems, "a name", "You"), text(got.get("hangul"), problems, "hangul")
        )
    if "clock" in root:
        got = read(root["clock"], CLOCK, problems)
        out.tick = length(got.get("tick"), names, out.tick)
    for key, value in entries(root.get("meters"), names, "meters are a map of ids"):
        if check_id(key, problems, "a meter"):
            _meter(key, value, names)
    for key, value in entries(root.get("flags"), names, "flags are a map of ids"):
        read_flag(key, value, names, "")
    _fates(root.get("fates"), names)
    for key, value in entries(root.get("notes"), names, "notes are a map of ids and texts"):
        if check_id(key, problems, "a content note"):
            names.notes[key.value] = text(value, problems, "a content note")
    _exposure(root.get("exposure"), names)


def length(node: Node | None, names: Names, default: int) -> int:
    """A length of time in minutes."""
    if node is None:
        return default
    minutes = parse_length(node.value) if node.kind == "text" else None
    if minutes is None:
        names.problems.add("H012", node.where, "a length of time is expected", "write 10 min, or 1 h")
        return default
    return minutes


def _levels(node: Node | None, names: Names, what: str) -> tuple[tuple[int, str], ...]:
    found = []
    for key, value in pairs(node, names.problems, f"{what} is a map of numbers and words"):
        if re.match(r"-?\d{1,4}\Z", key.value):
            found.append((int(key.value), text(value, names.problems, "a word")))
        else:
            names.problems.add("H012", key.where, "a number is expected", "write {0: silent, 3: restless}")
    return tuple(sorted(found))


def _meter(key: Node, node: Node, names: Names) -> None:
    problems = names.problems
    got = read(node, METER, problems, key.where)
    limits = span(got["range"], problems, "a meter") if "range" in got else None
    low, high = limits or (0, MAX_DOMAIN - 1)
    start = number(got.get("start"), problems, "where a meter begins", low, low, high)
    decay = None
    if "decays" in got:
        match = _DECAY.match(got["decays"].value) if got["decays"].kind == "text" else None
        minutes = parse_length(match[2]) if match else None
        if match and minutes:
            decay = int(match[1]), minutes
        else:
            problems.add("H012", got["decays"].where, "how a meter falls is an amount and a time", "write 1 per 10 min")
    var = _declare(names, key, "meter", tuple(range(low, high + 1)), start - low, "")
    if not limits:
        names.vague.add(var.index)
    names.meters[key.value] = Meter(
        key.value,
        var.index,
        low,
        high,
        _levels(got.get("words"), names, "words"),
        _levels(got.get("price"), names, "price"),
        decay,
        text(got.get("label"), problems, "a label", key.value.replace("_", " ")),
    )


def _declare(names: Names, key: Node, kind: str, values: tuple[object, ...], start: int, chapter: str) -> Variable:
    name = f"{chapter}/{key.value}" if chapter else key.value
    if names.table.get(name) or names.table.get(key.value):
        names.problems.add("H015", key.where, f"there is a flag or meter '{key.value}' already", "choose another id")
        return names.table.get(name) or names.table.by_name[key.value]
    return names.table.add(name, kind, values, start, chapter, key.where)  # type: ignore[arg-type]


def read_flag(key: Node, node: Node, names: Names, chapter: str) -> None:
    """A flag of the story, or of `chapter`."""
    problems = names.problems
    if not check_id(key, problems, "a flag"):
        return
    if len(names.table.all) >= (most := at_most(MAX_VARIABLES)):
        problems.add("H002", key.where, f"more than {most:,} things to remember in one story", LARGER)
        return
    if node.kind == "text":
        start = int(yes_no(node, problems, "a flag that is yes or no", False))
        _declare(names, key, "flag", BOOL, start, chapter)
        return
    got = read(node, FLAG, problems, key.where)
    values = _flag_values(got, key, names)
    shown = [str(v) for v in values or ()] if "start" in got else []
    start = 0
    if values and "start" in got:
        if got["start"].kind == "text" and got["start"].value in shown:
            start = shown.index(got["start"].value)
        else:
            hint = "known here: " + ", ".join(shown[:12])
            problems.add("H014", got["start"].where, f"'{key.value}' cannot start like this", hint)
    var = _declare(names, key, "flag", values or BOOL, start, chapter)
    if not values:
        names.vague.add(var.index)


def _flag_values(got: dict[str, Node], key: Node, names: Names) -> tuple[Value, ...]:
    """The values of a flag that is more than yes or no; none when they cannot be told."""
    problems = names.problems
    if "range" in got and "one of" in got:
        problems.add("H010", got["range"].where, "a flag has 'one of' or 'range', not both", "take one of them out")
    if "one of" in got:
        named = [n.value for n in words(got["one of"], problems, "'one of'")]
        values = tuple(dict.fromkeys(named))
        if 2 <= len(named) == len(values) <= MAX_DOMAIN:
            return values
        problems.add("H014", got["one of"].where, f"a flag is one of 2 to {MAX_DOMAIN} different words")
    elif "range" in got:
        limits = span(got["range"], problems, "a flag")
        return tuple(range(limits[0], limits[1] + 1)) if limits else ()
    else:
        problems.add("H011", key.where, "a flag needs 'one of' or 'range'", "or write false for yes-or-no")
    return ()


def _fates(node: Node | None, names: Names) -> None:
    problems = names.problems
    nexts: dict[str, list[Node]] = {}
    for key, value in entries(node, names, "fates are a map of ids"):
        if not check_id(key, problems, "a fate", frozenset()):
            continue
        got = {"becomes": value} if value.kind == "list" else read(value, FATE, problems, key.where)
        presence = text(got.get("is"), problems, "'is'", "here")
        if presence not in ("here", "away", "gone"):
            problems.add("H012", got["is"].where, "somebody is here, away or gone")
            presence = "here"
        nexts[key.value] = words(got.get("becomes"), problems, "'becomes'")
        word = text(got.get("word"), problems, "a word", key.value.replace("_", " "))
        names.fates[key.value] = Fate(key.value, word, presence, frozenset(n.value for n in nexts[key.value]))
    if len(names.fates) > MAX_DOMAIN and node is not None:
        problems.add("H014", node.where, f"there are {len(names.fates)} fates; at most {MAX_DOMAIN}")
        names.fates = dict(list(names.fates.items())[:MAX_DOMAIN])
    for follow in nexts.values():
        for name in follow:
            if name.value not in names.fates:
                names.unknown("H027", name.where, "fate", name.value, names.fates)
    if not names.fates:
        names.fates = {
            "alive": Fate("alive", "alive", "here", frozenset(("dead",))),
            "dead": Fate("dead", "dead", "gone", frozenset()),
        }


def _exposure(node: Node | None, names: Names) -> None:
    if node is None:
        return
    got = read(node, EXPOSURE, names.problems)
    meter = text(got.get("meter"), names.problems, "a meter")
    if meter in names.meters:
        names.exposure = meter
    elif meter:
        names.unknown("H024", got["meter"].where, "meter", meter, names.meters)
    for kind, key in (("site", "sites"), ("source", "sources")):
        values = tuple(dict.fromkeys(["none", *(n.value for n in words(got.get(key), names.problems, f"'{key}'"))]))
        if len(values) > MAX_DOMAIN:
            names.problems.add("H014", got[key].where, f"{len(values)} {key}; at most {MAX_DOMAIN}")
        names.table.add(f"exposed.{kind}", kind, values[:MAX_DOMAIN])


def notice(node: Node | None, names: Names) -> str:
    return block(node, names.problems, "the notice")
