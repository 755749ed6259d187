"""What a name in a condition stands for: which variable it asks, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from game.story.conditions import At, Cond, Test, test
from game.story.diagnostics import Where, did_you_mean
from game.story.names import Scope
from game.story.variables import Value, Variable

Locate: TypeAlias = "Callable[[int, int], Where]"
"""(offset in the expression, width) -> where that is in the file."""


class Fault(Exception):
    """Reading stops at the first fault of a condition; it has been reported."""


class Token(NamedTuple):
    """A word of a condition. `at` is where it begins in it."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Var:
    """The value of a variable."""

    var: Variable


@dataclass(frozen=True, slots=True)
class Living:
    """How many of a group are there: as many as there are `tests` that hold."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, by the chapter's clock."""

    var: Variable


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it is written; `bare` without quotes, so that it may have been meant as a name."""

    value: Value
    token: Token
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and an hour, as minutes since D1 00:00."""

    minutes: int


Operand: TypeAlias = "Cond | Var | Living | Clock | Literal | Moment"


class Named:
    """Reads names, by what is declared where the condition stands."""

    def __init__(self, locate: Locate, scope: Scope) -> None:
        self.locate = locate
        self.scope = scope
        self.names = scope.names

    def fault(self, at: int, width: int, message: str, hint: str = "", code: str = "H030") -> None:
        self.scope.problems.add(code, self.locate(at, width), message, hint)
        raise Fault

    def unknown_name(self, token: Token) -> None:
        if not self.names.complete:
            raise Fault
        hint = did_you_mean(token.text, self.names.flag_names(self.scope.chapter))
        self.fault(token.at, len(token.text), f"there is no flag or meter '{token.text}'", hint, "H024")

    def pick(self, token: Token, part: int, known: Iterable[str], code: str, what: str) -> str:
        """The part of a dotted name, counted from 0, if it is known; else a fault that points at it."""
        before = token.text.split(".")[: part + 1]
        name = before.pop()
        if name in (known := list(known)):
            return name
        if not self.names.complete:
            raise Fault
        at = token.at + sum(len(p) + 1 for p in before)
        self.fault(at, len(name), f"there is no {what} '{name}'", did_you_mean(name, known), code)
        return name

    def name(self, token: Token) -> Operand:
        if token.text in ("true", "false"):
            return Literal(token.text == "true", token)
        head, *rest = token.text.split(".")
        if not rest:
            return self.plain_name(token, head)
        wanted = {"chosen": 2, "unlocked": 2}.get(head, 1)
        if head not in _READERS:
            self.fault(token.at, len(head), f"'{head}.' has no meaning", did_you_mean(head, _READERS))
        if len(rest) != wanted:
            shape = ".".join([head, *("a", "b")[:wanted]])
            self.fault(token.at, len(token.text), f"'{token.text}' has the wrong number of parts", f"write {shape}")
        return _READERS[head](self, token, rest)

    def known(self, var: Variable) -> Var:
        """A variable to compare, unless what it can be is not known."""
        if var.index in self.names.vague:
            raise Fault
        return Var(var)

    def plain_name(self, token: Token, name: str) -> Operand:
        table = self.names.table
        if name == "time":
            if not self.scope.chapter:
                self.fault(token.at, 4, "there is no clock outside a chapter", code="H063")
            return Clock(table.by_name["clock"])
        if name == "arrived":
            return Var(table.by_name["arrived"])
        var = self.names.flag(name, self.scope.chapter)
        if var is None:
            return Literal(name, token, bare=True)
        return self.known(var)

    def named(self, prefix: str, name: str) -> Variable:
        return self.names.table.by_name[f"{prefix}.{name}"]

    def read_item(self, token: Token, rest: list[str]) -> Operand:
        var = self.named("count", self.pick(token, 1, self.names.items, "H021", "item"))
        return self.known(var) if token.text.startswith("count.") else test(var.index, var.full & ~1, var.full)

    def person(self, token: Token, rest: list[str]) -> str:
        return self.pick(token, 1, self.names.people, "H022", "person")

    def read_alive(self, token: Token, rest: list[str]) -> Operand:
        var = self.named("fate", self.person(token, rest))
        return test(var.index, self.names.here_mask(), var.full)

    def read_fate(self, token: Token, rest: list[str]) -> Operand:
        return Var(self.named("fate", self.person(token, rest)))

    def read_with(self, token: Token, rest: list[str]) -> Operand:
        person = self.person(token, rest)
        if person in self.scope.cast:
            return self.read_alive(token, rest)
        var = self.named("with", person)
        return test(var.index, 0b10, var.full)

    def read_bond(self, token: Token, rest: list[str]) -> Operand:
        person = self.person(token, rest)
        var = self.names.table.get(f"bond.{person}")
        if var is None:
            self.fault(
                token.at, len(token.text), f"{person} has no bond", "give them `bond: 0..5` in people.yaml", "H024"
            )
        assert var is not None
        return self.known(var)

    def read_promise(self, token: Token, rest: list[str]) -> Operand:
        return Var(self.named("promise", self.pick(token, 1, self.names.promises, "H027", "promise")))

    def read_memory(self, token: Token, rest: list[str]) -> Operand:
        var = self.named("memory", self.pick(token, 1, self.names.memories, "H027", "memory"))
        return test(var.index, 0b10, var.full)

    def read_seen(self, token: Token, rest: list[str]) -> Operand:
        scene = self.pick(token, 1, self.names.scenes, "H020", "scene")
        home = self.names.scenes[scene].chapter
        var = self.names.table.need(f"seen.{scene}", "seen", home, self.scope.chapter)
        return test(var.index, 0b10, 0b11)

    def read_chosen(self, token: Token, rest: list[str]) -> Operand:
        scene = self.pick(token, 1, self.names.scenes, "H020", "scene")
        entry = self.names.scenes[scene]
        choice = self.pick(token, 2, entry.choices, "H027", f"choice in {scene} called")
        var = self.names.table.need(f"chosen.{scene}.{choice}", "chosen", entry.chapter, self.scope.chapter)
        return test(var.index, 0b10, 0b11)

    def read_lock(self, token: Token, rest: list[str]) -> Operand:
        for part in (1, 2):
            self.pick(token, part, self.names.places, "H023", "place")
        a, b = sorted(rest)
        if (a, b) not in self.names.locks:
            self.fault(token.at, len(token.text), f"no exit between {a} and {b} is locked", code="H027")
        var = self.named("unlocked", f"{a}.{b}")
        return test(var.index, 0b10, var.full)

    def read_exposed(self, token: Token, rest: list[str]) -> Operand:
        var = self.names.table.get(f"exposed.{rest[0]}")
        if var is None:
            self.fault(
                token.at,
                len(token.text),
                f"'{token.text}' is not known",
                "exposed.site or exposed.source, with `exposure:` in story.yaml",
                "H027",
            )
        assert var is not None
        return Var(var)

    def read_living(self, token: Token, rest: list[str]) -> Operand:
        group = self.pick(token, 1, self.names.groups, "H027", "group")
        return Living(self.names.living(group))

    def read_place(self, token: Token, rest: list[str]) -> Operand:
        scene = self.pick(token, 1, self.names.scenes, "H020", "scene")
        if not self.scope.control:
            self.fault(
                token.at, len(token.text), "where the player is cannot be asked here", "ask seen.… or set a flag"
            )
        if token.text.startswith("ending.") and self.names.scenes[scene].kind != "ending":
            self.fault(token.at, len(token.text), f"'{scene}' is no ending", f"write scene.{scene}", "H031")
        return At(frozenset((scene,)))


_READERS: dict[str, Callable[[Named, Token, list[str]], Operand]] = {
    "has": Named.read_item,
    "count": Named.read_item,
    "alive": Named.read_alive,
    "fate": Named.read_fate,
    "with": Named.read_with,
    "bond": Named.read_bond,
    "promise": Named.read_promise,
    "memory": Named.read_memory,
    "seen": Named.read_seen,
    "chosen": Named.read_chosen,
    "unlocked": Named.read_lock,
    "exposed": Named.read_exposed,
    "living": Named.read_living,
    "scene": Named.read_place,
    "ending": Named.read_place,
}
