"""Schemas of effects: the verbs of a `do:`, which no Shape declares."""

from __future__ import annotations

from collections.abc import Callable

from game.desk.schema.ids import flag_line, meter_line
from game.desk.schema.lists import Lists
from game.desk.schema.values import ANYTHING, LENGTH, TEXT, Schema, amount, mapping, number, value_of
from game.story.variables import Variable

VERBS = {
    "take": "into your hands: rope, or {water: 2}",
    "drop": "out of your hands: rope, {water: 1} or {water: all}",
    "set": "a flag or meter: {window_taped: true}",
    "add": "to a meter or a number flag: {noise: 3, knocks: -1}",
    "fate": "what becomes of somebody: {gyeong_su: missing}",
    "join": "who comes with you from now on",
    "leave": "who goes with you no longer",
    "bond": "how close you are: {on_jo: +1}",
    "promise": "you make this promise",
    "keep": "you keep this promise",
    "break": "you break this promise",
    "expose": "you, by which wound and from what: {site: blood, source: zombie}",
    "remember": "a memory that is yours from now on",
    "unlock": "an exit, by both its ends: c2c.roof_door",
    "pass": "time, in steps of the tick: 20 min",
}
IF = {"if": "a condition", "do": "what happens if it holds", "else": "what happens if it does not"}
"""Both tables: a word of the language, and a line about it for a writer."""


class Effects:
    """The schemas of effects in a chapter ("" for none). Where it is `open`, flags it does not know are no mistake."""

    def __init__(self, lists: Lists, chapter: str, open: bool) -> None:
        self.lists = lists
        self.ids = lists.ids
        self.chapter = chapter
        self.complete = self.ids.complete and not open

    def one(self, mark: str, effects: Schema, passes: bool) -> Schema:
        """One effect: any of the verbs, or an `if` with a `do` and perhaps an `else`, which hold `effects`.

        `mark` is the group of the definitions that depend on the chapter. Where `passes` is False no time may go by.
        """
        keys = {}
        for verb, make in self.verbs().items():
            if passes or verb != "pass":
                group = mark if verb in ("set", "add") else "-verb"
                keys[verb] = {"description": VERBS[verb], **self.lists.definitions.ref(group, verb, make)}
        for word, part in {"if": TEXT, "do": effects, "else": effects}.items():
            keys[word] = {"description": IF[word], **part}
        only = {"required": ["do"], "propertyNames": {"enum": list(IF)}}
        return {**mapping(keys), "dependencies": {"if": only, "do": ["if"], "else": ["if"]}}

    def verbs(self) -> dict[str, Callable[[], Schema]]:
        """What makes the schema of each verb's value."""
        some = self.lists.some
        made: dict[str, Callable[[], Schema]] = {
            "take": lambda: self.items(all=False),
            "drop": lambda: self.items(all=True),
            "set": self.set,
            "add": self.add,
            "fate": lambda: self.people(self.ids.people(), self.lists.one("later fate")),
            "join": lambda: some("person"),
            "leave": lambda: some("person"),
            "bond": lambda: self.people(self.ids.bonds(), amount()),
            "promise": lambda: some("promise"),
            "keep": lambda: some("promise"),
            "break": lambda: some("promise"),
            "expose": self.expose,
            "remember": lambda: some("memory"),
            "unlock": lambda: some("locked exit"),
            "pass": lambda: LENGTH,
        }
        if not self.ids.names.exposure and self.ids.complete:
            del made["expose"]
        return made

    def items(self, all: bool) -> Schema:
        known = self.ids.items()
        keys = {}
        for item in self.ids.declared.items.values():
            some = number(1, self.ids.most(item))
            if all:
                some.update(pattern="^([+-]?[0-9]{1,9}|all)$", patternErrorMessage="a whole number, or all")
            keys[item.id] = {"description": known[item.id], **some}
        return {"anyOf": [*self.lists.some("item")["anyOf"], mapping(keys, self.ids.complete)]}

    def people(self, known: dict[str, str], value: Schema) -> Schema:
        return mapping({id: {"description": line, **value} for id, line in known.items()}, self.ids.complete, value)

    def expose(self) -> Schema:
        parts = {part: self.lists.one(part) for part in ("site", "source")}
        return {**mapping(parts), "required": list(parts)}

    def set(self) -> Schema:
        keys = {}
        for name, var in self.ids.flags(self.chapter).items():
            copies = self.ids.sources(var, self.chapter) if self.complete else None
            values = value_of(var, copies, self.ids.levels(name))
            keys[name] = {"description": self.about(name, var), **(ANYTHING if self.ids.vague(var) else values)}
        return mapping(keys, self.complete)

    def add(self) -> Schema:
        keys = {}
        for name, var in self.ids.flags(self.chapter).items():
            counts = isinstance(var.values[0], int) and not isinstance(var.values[0], bool)
            if counts or self.ids.vague(var):
                keys[name] = {"description": self.about(name, var), **amount(zero=False)}
        return mapping(keys, self.complete)

    def about(self, name: str, var: Variable) -> str:
        meter = self.ids.names.meters.get(name)
        return meter_line(meter) if meter else flag_line(var)
