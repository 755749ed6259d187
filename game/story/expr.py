"""Conditions as writers write them: read, checked against what is declared, and turned into tests on variables.

An own small grammar rather than Python's: exact columns, day times (`D1 13:00`), bounded size, nothing to escape from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from game.story.conditions import FALSE, TRUE, At, Cond, Count, Test, conjunction, disjunction, negation, test
from game.story.diagnostics import Where, did_you_mean
from game.story.names import Scope
from game.story.times import clock_text, parse_moment
from game.story.variables import Value, Variable

MAX_LENGTH = 500
MAX_TOKENS = 160
MAX_DEPTH = 16
MAX_EXPANSION = 4096

Locate: TypeAlias = "Callable[[int, int], Where]"
"""(offset in the expression, width) -> where that is in the file."""

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<moment>D\d{1,3}\s+\d{1,2}:\d{2})|(?P<int>[+-]?\d{1,9}(?![\w.]))"
    r"|(?P<name>[A-Za-z_]\w*(?:\.\w+)*)|(?P<string>'[^']*'|\"[^\"]*\")|(?P<op>==|!=|<=|>=|<|>|\(|\)|,)|(?P<bad>.)",
    re.ASCII | re.DOTALL,
)
_INSTEAD = {
    "=": "write == to compare",
    "&": "write and",
    "|": "write or",
    "!": "write not",
    "+": "conditions do not calculate",
    ":": "a time is written D1 13:00",
}

_OPS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_FLIP = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _matching(values: Sequence[Value], op: str, value: Value) -> int:
    """The mask of the `values` for which `op` holds against `value`, which is of their kind."""
    return sum(1 << i for i, v in enumerate(values) if _OPS[op](v, value))


class _Fault(Exception):
    """Reading stops at the first fault of a condition; it has been reported."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class _Var:
    var: Variable


@dataclass(frozen=True, slots=True)
class _Living:
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class _Clock:
    var: Variable


@dataclass(frozen=True, slots=True)
class _Literal:
    value: Value
    token: _Token
    bare: bool = False


@dataclass(frozen=True, slots=True)
class _Moment:
    minutes: int


_Operand: TypeAlias = "Cond | _Var | _Living | _Clock | _Literal | _Moment"


def parse_condition(text: str, locate: Locate, scope: Scope) -> Cond:
    """The condition `text` says. Faults are reported, and TRUE stands in for what could not be read."""
    if not text.strip():
        scope.problems.add("H030", locate(0, 1), "an empty condition", "write what must hold, or leave the key out")
        return TRUE
    if len(text) > MAX_LENGTH:
        scope.problems.add(
            "H032", locate(0, 1), f"a condition of more than {MAX_LENGTH} characters", "split it with a flag"
        )
        return TRUE
    reader = _Reader(text, locate, scope)
    try:
        return reader.read()
    except _Fault:
        return TRUE


class _Reader:
    def __init__(self, text: str, locate: Locate, scope: Scope) -> None:
        self.text = text
        self.locate = locate
        self.scope = scope
        self.names = scope.names
        self.tokens: list[_Token] = []
        self.next = 0
        self.depth = 0

    # --- tokens ---

    def read(self) -> Cond:
        for match in _TOKEN.finditer(self.text):
            kind = match.lastgroup or "bad"
            if kind == "bad":
                c = match.group()
                self.fault(match.start(), 1, f"'{c}' has no meaning in a condition", _INSTEAD.get(c, ""))
            if kind != "space":
                self.tokens.append(_Token(kind, match.group(), match.start()))
        if len(self.tokens) > MAX_TOKENS:
            self.fault(0, 1, "a condition of too many parts", "split it with a flag", "H032")
        cond = self.either()
        if self.next < len(self.tokens):
            token = self.tokens[self.next]
            hint = "join conditions with and / or" if token.kind in ("name", "int", "string") else ""
            self.fault(token.at, len(token.text), f"'{token.text}' is not expected here", hint)
        return cond

    def fault(self, at: int, width: int, message: str, hint: str = "", code: str = "H030") -> None:
        self.scope.problems.add(code, self.locate(at, width), message, hint)
        raise _Fault

    def peek(self) -> str:
        """The next token if it is a keyword or an operator."""
        if self.next < len(self.tokens):
            token = self.tokens[self.next]
            if token.kind == "op" or token.text in ("and", "or", "not", "in"):
                return token.text
        return ""

    def take(self, what: str) -> _Token:
        if self.next >= len(self.tokens):
            self.fault(len(self.text.rstrip()), 1, f"{what} is missing at the end")
        token = self.tokens[self.next]
        self.next += 1
        return token

    # --- grammar ---

    def either(self) -> Cond:
        parts = [self.both()]
        while self.peek() == "or":
            self.next += 1
            parts.append(self.both())
        return disjunction(parts)

    def both(self) -> Cond:
        parts = [self.unary()]
        while self.peek() == "and":
            self.next += 1
            parts.append(self.unary())
        return conjunction(parts)

    def unary(self) -> Cond:
        if self.peek() != "not":
            return self.comparison()
        token = self.take("a condition")
        self.deeper(token)
        cond = negation(self.unary(), self.names.table.sizes())
        self.depth -= 1
        return cond

    def deeper(self, token: _Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fault(token.at, 1, "too many parentheses", "split it with a flag", "H032")

    def comparison(self) -> Cond:
        first = self.tokens[self.next] if self.next < len(self.tokens) else None
        left = self.operand()
        op = self.peek()
        if op in _OPS:
            token = self.take("")
            right = self.operand()
            if self.peek() in _OPS:
                second = self.tokens[self.next]
                self.fault(second.at, len(second.text), "one comparison at a time", "write a >= 1 and a <= 3")
            return self.compare(left, op, right, token)
        if op == "in":
            return self.member(left, self.take(""))
        assert first is not None
        return self.truth(left, first)

    def member(self, left: _Operand, token: _Token) -> Cond:
        if self.peek() != "(":
            self.fault(token.at, 2, "'in' wants a list in parentheses", "write club in (track, archery)")
        self.next += 1
        parts = []
        while True:
            parts.append(self.compare(left, "==", self.operand(), token))
            if self.peek() == ",":
                self.next += 1
                continue
            close = self.take("')'")
            if close.text != ")":
                self.fault(close.at, len(close.text), "expected , or )")
            return disjunction(parts)

    def operand(self) -> _Operand:
        token = self.take("a condition")
        if token.text == "(":
            self.deeper(token)
            cond = self.either()
            self.depth -= 1
            close = self.take("')'")
            if close.text != ")":
                self.fault(close.at, len(close.text), "expected )")
            return cond
        if token.kind == "int":
            return _Literal(int(token.text), token)
        if token.kind == "string":
            return _Literal(token.text[1:-1], token)
        if token.kind == "moment":
            minutes = parse_moment(token.text)
            if minutes is None:
                self.fault(token.at, len(token.text), f"'{token.text}' is not a time of day")
                return FALSE
            return _Moment(minutes)
        if token.kind == "name" and token.text not in ("and", "or", "not", "in"):
            return self.name(token)
        self.fault(token.at, len(token.text), f"'{token.text}' is not expected here")
        return FALSE

    # --- meaning ---

    def truth(self, operand: _Operand, token: _Token) -> Cond:
        match operand:
            case _Var(var):
                if isinstance(var.values[0], bool):
                    return test(var.index, 0b10, var.full)
                example = (
                    f"{token.text} >= 1" if isinstance(var.values[0], int) else f"{token.text} == {var.values[-1]}"
                )
                self.fault(
                    token.at, len(token.text), f"'{token.text}' is not yes or no", f"compare it: {example}", "H031"
                )
            case _Living() | _Clock() | _Moment():
                self.fault(
                    token.at, len(token.text), f"'{token.text}' is not yes or no", "compare it with >= or <", "H031"
                )
            case _Literal(value, _, bare):
                if isinstance(value, bool):
                    return TRUE if value else FALSE
                if bare:
                    self.unknown_name(token)
                self.fault(token.at, len(token.text), f"'{token.text}' is not a condition", code="H031")
            case _:
                return operand
        return FALSE

    def compare(self, left: _Operand, op: str, right: _Operand, token: _Token) -> Cond:
        if isinstance(left, _Literal | _Moment) and not isinstance(right, _Literal | _Moment):
            left, right, op = right, left, _FLIP[op]
        match left, right:
            case _Var(var), _Literal():
                return self.against(var, op, right, token)
            case _Var(a), _Var(b):
                return self.pairwise(a, op, b, token)
            case _Clock(var), _Moment(minutes):
                return self.when(var, op, minutes, token)
            case _Living(tests), _Literal(value) if isinstance(value, int) and not isinstance(value, bool):
                allowed = sum(1 << n for n in range(len(tests) + 1) if _OPS[op](n, value))
                if allowed in (0, (1 << (len(tests) + 1)) - 1):
                    self.fault(
                        token.at,
                        len(op),
                        f"this is always {allowed != 0}: the group has {len(tests)}".lower(),
                        code="H031",
                    )
                return Count(tests, allowed)
            case _Clock(), _:
                self.fault(
                    token.at, len(op), "time is compared with a day and an hour", "write time >= D1 13:00", "H031"
                )
            case (_Literal(_, unknown, True), _) | (_, _Literal(_, unknown, True)):
                self.unknown_name(unknown)
            case _:
                self.fault(
                    token.at, len(op), "these two cannot be compared", "compare a flag or a number with a value", "H031"
                )
        return FALSE

    def against(self, var: Variable, op: str, literal: _Literal, token: _Token) -> Cond:
        sample, value, written = var.values[0], literal.value, literal.token
        shown = var.name.split("/")[-1]
        if isinstance(sample, str):
            if not isinstance(value, str) or value not in var.values:
                hint = did_you_mean(written.text, [str(v) for v in var.values])
                self.fault(written.at, len(written.text), f"'{shown}' is never '{written.text}'", hint, "H031")
            if op not in ("==", "!="):
                self.fault(token.at, len(op), "words are compared with == or !=", code="H031")
        elif isinstance(sample, bool):
            if not isinstance(value, bool) or op not in ("==", "!="):
                self.fault(token.at, len(op), "this flag is yes or no", "write it alone, or with not before it", "H031")
        elif not isinstance(value, int) or isinstance(value, bool):
            if literal.bare:
                self.unknown_name(written)
            self.fault(written.at, len(written.text), "a number is expected here", code="H031")
        mask = _matching(var.values, op, value)
        if mask in (0, var.full) and var.size > 1:
            always = "always" if mask else "never"
            message = f"this {always} holds: '{shown}' goes from {sample} to {var.values[-1]}"
            self.fault(token.at, len(op), message, code="H031")
        return test(var.index, mask, var.full)

    def pairwise(self, a: Variable, op: str, b: Variable, token: _Token) -> Cond:
        ordered = isinstance(a.values[0], int) and not isinstance(a.values[0], bool)
        if type(a.values[0]) is not type(b.values[0]) or (not ordered and op not in ("==", "!=")):
            self.fault(token.at, len(op), "these two are of different kinds", code="H031")
        if a.size * b.size > MAX_EXPANSION:
            self.fault(
                token.at, len(op), "both sides have too many values to compare", "compare each with a number", "H032"
            )
        masks = [_matching(a.values, op, value) for value in b.values]
        if set(masks) in ({0}, {a.full}):
            self.fault(token.at, len(op), f"this {'always' if masks[0] else 'never'} holds", code="H031")
        cases = [test(b.index, 1 << j, b.full) for j in range(b.size)]
        return disjunction(
            [conjunction([case, test(a.index, mask, a.full)]) for case, mask in zip(cases, masks, strict=True)]
        )

    def when(self, var: Variable, op: str, minutes: int, token: _Token) -> Cond:
        chapter = self.names.chapters[self.scope.chapter]
        if chapter.id in self.names.clockless:
            raise _Fault
        end = chapter.opens + chapter.tick * chapter.ticks
        if not chapter.opens <= minutes <= end:
            last = self.tokens[self.next - 1]
            hint = f"it runs from {clock_text(chapter.opens)} to {clock_text(end)}"
            self.fault(last.at, len(last.text), f"this time is outside the chapter '{chapter.id}'", hint, "H063")
        mask = sum(1 << i for i in range(chapter.ticks + 1) if _OPS[op](chapter.opens + i * chapter.tick, minutes))
        return test(var.index, mask, var.full)

    # --- names ---

    def unknown_name(self, token: _Token) -> None:
        known = self.names.flag_names(self.scope.chapter)
        if not self.names.complete:
            raise _Fault
        hint = did_you_mean(token.text, known)
        self.fault(token.at, len(token.text), f"there is no flag or meter '{token.text}'", hint, "H024")

    def pick(self, token: _Token, part: int, known: Iterable[str], code: str, what: str) -> str:
        """The part of a dotted name, counted from 0, if it is known; else a fault that points at it."""
        before = token.text.split(".")[: part + 1]
        name = before.pop()
        if name in (known := list(known)):
            return name
        if not self.names.complete:
            raise _Fault
        at = token.at + sum(len(p) + 1 for p in before)
        self.fault(at, len(name), f"there is no {what} '{name}'", did_you_mean(name, known), code)
        return name

    def name(self, token: _Token) -> _Operand:
        if token.text in ("true", "false"):
            return _Literal(token.text == "true", token)
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

    def known(self, var: Variable) -> _Var:
        """A variable to compare, unless what it can be is not known."""
        if var.index in self.names.vague:
            raise _Fault
        return _Var(var)

    def plain_name(self, token: _Token, name: str) -> _Operand:
        table = self.names.table
        if name == "time":
            if not self.scope.chapter:
                self.fault(token.at, 4, "there is no clock outside a chapter", code="H063")
            return _Clock(table.by_name["clock"])
        if name == "arrived":
            return _Var(table.by_name["arrived"])
        var = self.names.flag(name, self.scope.chapter)
        if var is None:
            return _Literal(name, token, bare=True)
        return self.known(var)

    def named(self, prefix: str, name: str) -> Variable:
        return self.names.table.by_name[f"{prefix}.{name}"]

    def read_item(self, token: _Token, rest: list[str]) -> _Operand:
        var = self.named("count", self.pick(token, 1, self.names.items, "H021", "item"))
        return self.known(var) if token.text.startswith("count.") else test(var.index, var.full & ~1, var.full)

    def person(self, token: _Token, rest: list[str]) -> str:
        return self.pick(token, 1, self.names.people, "H022", "person")

    def read_alive(self, token: _Token, rest: list[str]) -> _Operand:
        var = self.named("fate", self.person(token, rest))
        return test(var.index, self.names.here_mask(), var.full)

    def read_fate(self, token: _Token, rest: list[str]) -> _Operand:
        return _Var(self.named("fate", self.person(token, rest)))

    def read_with(self, token: _Token, rest: list[str]) -> _Operand:
        person = self.person(token, rest)
        if person in self.scope.cast:
            return self.read_alive(token, rest)
        var = self.named("with", person)
        return test(var.index, 0b10, var.full)

    def read_bond(self, token: _Token, rest: list[str]) -> _Operand:
        person = self.person(token, rest)
        var = self.names.table.get(f"bond.{person}")
        if var is None:
            self.fault(
                token.at, len(token.text), f"{person} has no bond", "give them `bond: 0..5` in people.yaml", "H024"
            )
        assert var is not None
        return self.known(var)

    def read_promise(self, token: _Token, rest: list[str]) -> _Operand:
        return _Var(self.named("promise", self.pick(token, 1, self.names.promises, "H027", "promise")))

    def read_memory(self, token: _Token, rest: list[str]) -> _Operand:
        var = self.named("memory", self.pick(token, 1, self.names.memories, "H027", "memory"))
        return test(var.index, 0b10, var.full)

    def read_seen(self, token: _Token, rest: list[str]) -> _Operand:
        scene = self.pick(token, 1, self.names.scenes, "H020", "scene")
        home = self.names.scenes[scene].chapter
        var = self.names.table.need(f"seen.{scene}", "seen", home, self.scope.chapter)
        return test(var.index, 0b10, 0b11)

    def read_chosen(self, token: _Token, rest: list[str]) -> _Operand:
        scene = self.pick(token, 1, self.names.scenes, "H020", "scene")
        entry = self.names.scenes[scene]
        choice = self.pick(token, 2, entry.choices, "H027", f"choice in {scene} called")
        var = self.names.table.need(f"chosen.{scene}.{choice}", "chosen", entry.chapter, self.scope.chapter)
        return test(var.index, 0b10, 0b11)

    def read_lock(self, token: _Token, rest: list[str]) -> _Operand:
        for part in (1, 2):
            self.pick(token, part, self.names.places, "H023", "place")
        a, b = sorted(rest)
        if (a, b) not in self.names.locks:
            self.fault(token.at, len(token.text), f"no exit between {a} and {b} is locked", code="H027")
        var = self.named("unlocked", f"{a}.{b}")
        return test(var.index, 0b10, var.full)

    def read_exposed(self, token: _Token, rest: list[str]) -> _Operand:
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
        return _Var(var)

    def read_living(self, token: _Token, rest: list[str]) -> _Operand:
        group = self.pick(token, 1, self.names.groups, "H027", "group")
        here = self.names.here_mask()
        return _Living(tuple(Test(self.named("fate", p).index, here) for p in self.names.groups[group]))

    def read_place(self, token: _Token, rest: list[str]) -> _Operand:
        scene = self.pick(token, 1, self.names.scenes, "H020", "scene")
        if not self.scope.control:
            self.fault(
                token.at, len(token.text), "where the player is cannot be asked here", "ask seen.… or set a flag"
            )
        if token.text.startswith("ending.") and self.names.scenes[scene].kind != "ending":
            self.fault(token.at, len(token.text), f"'{scene}' is no ending", f"write scene.{scene}", "H031")
        return At(frozenset((scene,)))


_READERS: dict[str, Callable[[_Reader, _Token, list[str]], _Operand]] = {
    "has": _Reader.read_item,
    "count": _Reader.read_item,
    "alive": _Reader.read_alive,
    "fate": _Reader.read_fate,
    "with": _Reader.read_with,
    "bond": _Reader.read_bond,
    "promise": _Reader.read_promise,
    "memory": _Reader.read_memory,
    "seen": _Reader.read_seen,
    "chosen": _Reader.read_chosen,
    "unlocked": _Reader.read_lock,
    "exposed": _Reader.read_exposed,
    "living": _Reader.read_living,
    "scene": _Reader.read_place,
    "ending": _Reader.read_place,
}
