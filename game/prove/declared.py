"""Whether variables change only as they are declared to: fates as `becomes` says, numbers within their ranges.

The effects of the story language keep to both by themselves, so in nearly every story this is seen at once, for any
values whatever. Where a table is wrong for some value, it is asked whether that value can be there, and then whether
it is in one of the first states of the story; only that refutes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from game.prove.model import Arrive, Assign, Edge, Item, Model, numbers
from game.prove.play import Way, witness
from game.prove.report import Answer, Question
from game.prove.values import Masks, Values, narrowed
from game.story.diagnostics import Where
from game.story.variables import Variable

LOOKED = 1_000
"""States that are looked at, the nearest first, for one in which something goes wrong."""

TOLD = 3
"""Wrong changes that are told of a variable, at most."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """What is asked about a variable. `allowed` has, for each value, the values it may become, as a mask."""

    question: Question
    variable: Variable
    allowed: tuple[int, ...]

    def wrong(self, table: bytes) -> int:
        """The values that a table makes something of that they may not become, as a mask."""
        return sum(
            1 << value
            for value, may in enumerate(self.allowed)
            if value >= len(table) or not may >> table[value] & 1
        )  # fmt: skip

    def mended(self, table: bytes) -> bytes:
        """A table that goes on with values there are, for what comes after."""
        last = self.variable.size - 1
        return bytes(min(to, last) for to in table[: last + 1].ljust(last + 1, b"\0"))

    def told(self, edge: str, table: bytes, value: int) -> str:
        """What is wrong, as a line."""
        values = self.variable.values
        became = table[value] if value < len(table) else len(values)
        new = f"'{values[became]}'" if became < len(values) else "something it cannot be"
        return f"{edge or 'the beginning'} makes '{values[value]}' into {new}"


def questions(model: Model) -> list[Question]:
    """What `declared` answers, in the order of the story."""
    return [rule.question for rule in _rules(model)]


def declared(model: Model, values: Values) -> tuple[Answer, ...]:
    """An answer for every person's fate and every number there is. What is refuted comes with a playthrough."""
    rules = _rules(model)
    look = _Look(model, values, {rule.variable.index: rule for rule in rules})
    look.look()
    out = []
    for rule in rules:
        shown, told = look.shown.get(rule.variable.index), look.told.get(rule.variable.index, {})
        because = tuple(islice(told, TOLD))
        if shown is not None:
            out.append(Answer(rule.question, "refuted", "values", witness(shown, True), because))
        else:
            out.append(Answer(rule.question, "open" if told else "proved", "values", None, because))
    return tuple(out)


# --- what is declared ---------------------------------------------------------------------------------


def _rules(model: Model) -> list[_Rule]:
    story = model.story
    out = []
    fates = list(story.fates)
    becomes = tuple(
        1 << i | sum(1 << fates.index(other) for other in fate.becomes) for i, fate in enumerate(story.fates.values())
    )
    for id, person in story.people.items():
        asked = Question("fates", id, f"the fate of {person.short}", person.where, "")
        out.append(_Rule(asked, story.variables[person.fate], becomes))
    for variable, words, where in _numbers(model):
        asked = Question("ranges", variable.name, words, where, "")
        out.append(_Rule(asked, variable, (variable.full,) * variable.size))
    return out


def _numbers(model: Model) -> Iterator[tuple[Variable, str, Where]]:
    """Everything that is counted, with what it is called and where it is declared."""
    story = model.story
    for variable in story.variables:
        id = variable.name.rpartition("/")[2]
        if variable.kind == "meter" and variable.where is not None:
            yield variable, f"the meter '{id}'", variable.where
        elif variable.kind == "flag" and variable.where is not None and type(variable.values[0]) is int:
            yield variable, f"the number '{id}'", variable.where
    for person in story.people.values():
        if person.bond >= 0:
            yield story.variables[person.bond], f"the bond with {person.short}", person.where
    for item in story.items.values():
        if item.most > 1:
            yield story.variables[item.var], f"the number of {item.many or item.name}", item.where


# --- what happens -------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Look:
    """`told` says, for each variable, what may go wrong; `shown` has a way that ends with it."""

    model: Model
    values: Values
    rules: dict[int, _Rule]
    told: dict[int, dict[str, None]] = field(default_factory=dict)
    shown: dict[int, Way] = field(default_factory=dict)
    _wrong: dict[tuple[int, bytes], int] = field(default_factory=dict)

    def look(self) -> None:
        anything = Masks([variable.full for variable in self.model.story.variables])
        for scene in self.model.part:
            for edge in self.model.edges[scene]:
                if self._suspicious(edge.items) and any(self._goes_wrong(edge, anything)):
                    masks = self._at(scene, anything)
                    for var, line in self._goes_wrong(edge, masks) if masks is not None else ():
                        self.told.setdefault(var, {})[line] = None
        if self.told or self._suspicious(self.model.beginning):
            self._play()

    def _suspicious(self, items: Sequence[Item]) -> bool:
        """Whether a table is wrong for any value at all."""
        return any(
            self._of(var, table) for item in items if isinstance(item, Assign) for var, table in item.tables.items()
        )

    def _of(self, var: int, table: bytes) -> int:
        """The values that a table is wrong for, as a mask."""
        rule = self.rules.get(var)
        if rule is None:
            return 0
        found = self._wrong.get((var, table))
        if found is None:
            found = self._wrong[var, table] = rule.wrong(table)
        return found

    def _at(self, scene: str, anything: Masks) -> Masks | None:
        """The values there can be in a scene; anything for a variable that was not followed to there."""
        known = self.values.at.get(scene)
        if known is None:
            return None
        out = Masks(anything.start)
        for var in numbers(self.values.live[scene]):
            out.put(var, known[var])
        return out

    def _goes_wrong(self, edge: Edge, masks: Masks) -> Iterator[tuple[int, str]]:
        """What goes wrong on an edge with `masks`, as (variable, what is told of it)."""
        first = narrowed(edge.guard, masks)
        if first is not None:
            for item, found in self._along(edge.items, first):
                yield from self._at_item(edge.name, item, found)

    def _at_item(self, name: str, item: Item, masks: Masks) -> Iterator[tuple[int, str]]:
        for var, table in item.tables.items() if isinstance(item, Assign) else ():
            for value in numbers(self._of(var, table) & masks[var]):
                yield var, self.rules[var].told(name, table, value)

    def _along(self, items: Sequence[Item], masks: Masks) -> Iterator[tuple[Item, Masks]]:
        """The items that can be come to. After one that makes what cannot be, it goes on with something that can."""
        mended = [self._mended(item) for item in items]
        written = {id(new): old for new, old in zip(mended, items, strict=True)}
        for item, found in self.values.passing(mended, masks):
            yield written[id(item)], found

    def _mended(self, item: Item) -> Item:
        if not isinstance(item, Assign) or not any(self._of(var, table) for var, table in item.tables.items()):
            return item
        tables = {var: self.rules[var].mended(t) if self._of(var, t) else t for var, t in item.tables.items()}
        return Assign(tables, item.then)

    def _play(self) -> None:
        """Go through the first states there are, until all that may go wrong has."""
        model = self.model
        waiting: deque[tuple[Way, str, Masks]] = deque()
        seen: set[tuple[str, tuple[int, ...]]] = set()

        def go(way: Way, name: str, items: Sequence[Item], masks: Masks) -> None:
            for item, found in self._along(items, masks):
                for var, line in self._at_item(name, item, found):
                    self.told.setdefault(var, {})[line] = None
                    self.shown.setdefault(var, way)
                if isinstance(item, Arrive):
                    now = tuple(found[var] for var in range(len(model.sizes)))
                    if (item.scene, now) not in seen:
                        seen.add((item.scene, now))
                        waiting.append((way, item.scene, Masks(now)))

        # A state is the values there can be, where each variable has but one.
        go((), "", model.beginning, Masks([1 << variable.start for variable in model.story.variables]))
        while waiting and len(seen) <= LOOKED and not self.told.keys() <= self.shown.keys():
            way, scene, masks = waiting.popleft()
            for edge in model.edges[scene]:
                if narrowed(edge.guard, masks) is not None:
                    go((*way, (edge.roll, edge.outcome.id)), edge.name, edge.items, masks)
