"""What a story is about: people and groups of them, items and places."""

from __future__ import annotations

from game.story.declare import Declared, entries
from game.story.fields import Key, Shape, check_id, expect, number, pairs, read, span, text, words
from game.story.model import Exit, Item, Person, Place
from game.story.names import Names
from game.story.nodes import Node
from game.story.variables import BOOL, PROMISE

PERSON = Shape(
    "a person",
    {
        "name": Key("text", "the full name", True),
        "short": Key("text", "the name on the status line and in speech"),
        "hangul": Key("text", "the name in hangul"),
        "class": Key("text", "the class, such as 2-5, or a role"),
        "about": Key("text", "what the player knows at first"),
        "bond": Key("range", "how close you can grow, such as 0..5"),
        "fate": Key("fate", "what has become of them at the start"),
        "promises": Key("texts", "promises you can make them, by id"),
        "memories": Key("texts", "what they can let you know, by id"),
        "epilogue": Key("epilogue", "what became of them, by the fate they have at the end"),
    },
)
ITEM = Shape(
    "an item",
    {
        "name": Key("text", "what it is called", True),
        "one": Key("text", "one of it: a cup of water"),
        "many": Key("text", "several of it: cups of water"),
        "about": Key("text", "what one sees, holding it"),
        "max": Key("number", "how many one can carry; 1 unless said"),
    },
)
PLACE = Shape(
    "a place",
    {
        "name": Key("text", "what it is called", True),
        "short": Key("text", "a shorter name, for 'Go to …'"),
        "floor": Key("number", "the floor; 0 is the ground outside", True),
        "at": Key("position", "[column, row] on the map", True),
        "exits": Key("exits", "the places one can go to from here"),
    },
)


def read_people(node: Node, names: Names, out: Declared) -> None:
    problems = names.problems
    for key, value in entries(node, names, "people.yaml is a map of people by id"):
        if not check_id(key, problems, "a person"):
            continue
        got = read(value, PERSON, problems, key.where)
        name = text(got.get("name"), problems, "a name", key.value)
        fates = list(names.fates)
        first = 0
        if "fate" in got:
            given = text(got["fate"], problems, "a fate")
            if given in names.fates:
                first = fates.index(given)
            else:
                names.unknown("H027", got["fate"].where, "fate", given, fates)
        names.people[key.value] = key
        fate = names.table.add(f"fate.{key.value}", "fate", tuple(fates), first)
        company = names.table.add(f"with.{key.value}", "with", BOOL)
        bond = -1
        if "bond" in got:
            limits = span(got["bond"], problems, "a bond", 32)
            low, high = limits or (0, 1)
            start = min(max(0, -low), high - low)  # at 0, or as near to it as the range allows
            bond = names.table.add(f"bond.{key.value}", "bond", tuple(range(low, high + 1)), start).index
            if not limits:
                names.vague.add(bond)
        if "epilogue" in got:
            out.epilogues[key.value] = got["epilogue"]
        promises = _texts(got.get("promises"), names, "promise", names.promises, PROMISE, key.value)
        memories = _texts(got.get("memories"), names, "memory", names.memories, BOOL, key.value)
        out.people[key.value] = Person(
            key.value,
            name,
            text(got.get("short"), problems, "a short name", name.split(" ", 1)[-1]),
            text(got.get("hangul"), problems, "hangul"),
            text(got.get("class"), problems, "a class"),
            text(got.get("about"), problems, "'about'"),
            fate.index,
            company.index,
            bond,
            promises,
            memories,
            key.where,
        )


def _texts(
    node: Node | None, names: Names, kind: str, known: dict[str, str], values: tuple[object, ...], person: str
) -> dict[str, str]:
    found = {}
    for key, value in entries(node, names, f"a person's {kind} texts are a map of ids"):
        if not check_id(key, names.problems, f"a {kind}"):
            continue
        if key.value in known:
            names.problems.add("H015", key.where, f"{known[key.value]} has a {kind} '{key.value}' already")
            continue
        known[key.value] = person
        found[key.value] = text(value, names.problems, f"a {kind}")
        names.table.add(f"{kind}.{key.value}", kind, values, where=key.where)  # type: ignore[arg-type]
    return found


def read_groups(node: Node | None, names: Names) -> None:
    for key, value in entries(node, names, "groups are a map of ids and lists"):
        if not check_id(key, names.problems, "a group"):
            continue
        members = []
        for person in words(value, names.problems, "a group"):
            if person.value in names.people:
                members.append(person.value)
            else:
                names.unknown("H022", person.where, "person", person.value, names.people)
        names.groups[key.value] = tuple(dict.fromkeys(members))


def read_items(node: Node, names: Names, out: Declared) -> None:
    problems = names.problems
    for key, value in entries(node, names, "items.yaml is a map of items by id"):
        if not check_id(key, problems, "an item"):
            continue
        got = read(value, ITEM, problems, key.where)
        name = text(got.get("name"), problems, "a name", key.value)
        before = len(problems)
        most = number(got.get("max"), problems, "'max'", 1, 1, 99)
        names.items[key.value] = key
        var = names.table.add(f"count.{key.value}", "item", tuple(range(most + 1)))
        if len(problems) > before:
            names.vague.add(var.index)
        one = text(got.get("one"), problems, "'one'", name)
        many = text(got.get("many"), problems, "'many'", name)
        about = text(got.get("about"), problems, "'about'")
        out.items[key.value] = Item(key.value, name, one, many, about, most, var.index, key.where)


def read_places(node: Node, names: Names, out: Declared) -> None:
    problems = names.problems
    found: list[tuple[Node, dict[str, Node]]] = []
    for key, value in entries(node, names, "places.yaml is a map of places by id"):
        if check_id(key, problems, "a place"):
            names.places[key.value] = key
            found.append((key, read(value, PLACE, problems, key.where)))
    for key, got in found:
        exits = []
        for to, body in pairs(got.get("exits"), problems, "exits are a map of places"):
            if to.value not in names.places:
                names.unknown("H023", to.where, "place", to.value, names.places)
                continue
            locked = body.kind == "map" and "locked" in body.value and "when" not in body.value
            names.exits.add((key.value, to.value))
            out.exit_nodes[key.value, to.value] = body
            exits.append(Exit(to.value, locked, to.where))
            if locked:
                ends = tuple(sorted((key.value, to.value)))
                names.locks.add((ends[0], ends[1]))
        at = _position(got.get("at"), names)
        name = text(got.get("name"), problems, "a name", key.value)
        out.places[key.value] = Place(
            key.value,
            name,
            text(got.get("short"), problems, "a short name", name),
            number(got.get("floor"), problems, "a floor", 0, -9, 99),
            at,
            tuple(exits),
            key.where,
        )
    for a, b in sorted(names.locks):
        names.table.add(f"unlocked.{a}.{b}", "lock", BOOL)


def _position(node: Node | None, names: Names) -> tuple[int, int]:
    if node is None:
        return (0, 0)
    if expect(node, "list", "'at' is [column, row]", names.problems) and len(node.value) == 2:
        column, row = (number(n, names.problems, "a position", 0, 0, 99) for n in node.value)
        return (column, row)
    if node.kind == "list":
        names.problems.add("H012", node.where, "'at' is [column, row]", "write at: [4, 0]")
    return (0, 0)
