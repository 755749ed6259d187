"""What can be written in a story test."""

from __future__ import annotations

from collections.abc import Callable

from game.desk.schema.ids import Ids, flag_line
from game.desk.schema.lists import Lists
from game.desk.schema.shapes import VALUES, of_shape
from game.desk.schema.values import (
    ANYTHING,
    Definitions,
    Schema,
    mapping,
    number,
    one_of,
    or_nothing,
    value_of,
)
from game.desk.storytest.given import FROM
from game.desk.storytest.read import EXPECT, FILE, MOVE, TEST
from game.story.variables import ARRIVED, PROMISE, Variable


class Tests:
    """The schema of a file of story tests, which may name anything of the whole story."""

    def __init__(self, ids: Ids, definitions: Definitions) -> None:
        self.ids = ids
        self.definitions = definitions
        self.lists = Lists(ids, definitions)

    def file(self) -> Schema:
        """One test, or a list of them under `tests`."""
        test = self.definitions.ref("-map", "test", lambda: of_shape(TEST, self.kind, {"choose": self.moves()}))
        several = of_shape(FILE, lambda _: {"type": "array", "items": test, "minItems": 1})
        return {"if": {"required": ["tests"]}, "then": several, "else": test}

    def kind(self, kind: str) -> Schema:
        """The schema of a kind of value in a test."""
        if kind in VALUES:
            return VALUES[kind]
        made: dict[str, Callable[[], Schema]] = {
            "scene": lambda: self.lists.one("scene"),
            "scenes": lambda: self.lists.some("scene"),
            "ending": lambda: self.lists.one("ending"),
            "people": lambda: self.lists.some("person"),
            "exits": lambda: self.lists.some("locked exit"),
            "word": lambda: one_of({str(word): "" for word in ARRIVED}, "word"),
            "choice": self.choice,
            "choices": lambda: {"anyOf": [self.choice(), {"type": "array", "items": self.choice()}]},
            "expectations": lambda: self.definitions.ref("-map", "expectations", self.expectations),
            "outcomes": self.dice,
            "state": self.state,
            "items": self.items,
        }
        return made[kind]()

    def choice(self) -> Schema:
        """A choice alone, or with its scene."""
        return {"anyOf": [self.lists.one("choice"), self.lists.one("choice of a scene")]}

    def moves(self) -> Schema:
        move = {"anyOf": [self.choice(), of_shape(MOVE, self.kind)]}
        return {"anyOf": [self.choice(), {"type": "array", "items": move}]}

    def expectations(self) -> Schema:
        """What must hold. Everything there can be a list; the player is in one scene only."""
        lists = ((key, self.lists.one(key)) for key in ("scene", "ending"))
        more = {key: {"anyOf": [one, {"type": "array", "items": one, "maxItems": 1}]} for key, one in lists}
        return of_shape(EXPECT, self.kind, more)

    def dice(self) -> Schema:
        rolls = self.ids.rolls().items()
        known = {roll: one_of(outcomes, "outcome", self.ids.complete) for roll, outcomes in rolls}
        return or_nothing(mapping(known, self.ids.complete))

    # --- the state a test begins in ---

    def state(self) -> Schema:
        more = {
            "set": self.map({name: self.flag(name, found) for name, found in self.ids.all_flags().items()}),
            "fate": self.map({id: self.about(line, self.lists.one("fate")) for id, line in self.ids.people().items()}),
            "bond": self.map({id: self.about(line, self.bond(id)) for id, line in self.ids.bonds().items()}),
            "promise": self.map({id: self.about(line, self.promise()) for id, line in self.ids.promises().items()}),
            "memory": self.lists.some("memory"),
            "chosen": self.lists.some("choice of a scene"),
            "exposed": self.map({part: self.lists.one(part) for part in ("site", "source")}),
        }
        return of_shape(FROM, self.kind, more)

    def map(self, known: dict[str, Schema]) -> Schema:
        return or_nothing(mapping(known, self.ids.complete))

    def about(self, line: str, schema: Schema) -> Schema:
        return {"description": line, **schema}

    def bond(self, person: str) -> Schema:
        var = self.ids.names.table.by_name[f"bond.{person}"]
        return ANYTHING if self.ids.vague(var) else value_of(var, (), {})

    def promise(self) -> Schema:
        return one_of({str(word): "" for word in PROMISE}, "word")

    def flag(self, name: str, found: list[Variable]) -> Schema:
        """What a flag can be set to; chapters may have flags of the same name."""
        if any(self.ids.vague(var) for var in found):
            return ANYTHING
        values = [value_of(var, (), self.ids.levels(name)) for var in found]
        return self.about(flag_line(found[0]), values[0] if len(values) == 1 else {"anyOf": values})

    def items(self) -> Schema:
        known = self.ids.items()
        carried = {i.id: self.about(known[i.id], number(0, self.ids.most(i))) for i in self.ids.declared.items.values()}
        return {"anyOf": [*self.lists.some("item")["anyOf"], mapping(carried, self.ids.complete)]}
