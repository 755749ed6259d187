"""Conditions as writers write them: read, checked against what is declared, and turned into tests on variables.

An own small grammar rather than Python's: exact columns, day times (`D1 13:00`), bounded size, nothing to escape from.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from game.story import limits
from game.story.conditions import FALSE, TRUE, Cond, Count, conjunction, disjunction, negation, test
from game.story.diagnostics import did_you_mean
from game.story.limits import MAX_COMPARED, at_most
from game.story.names import Scope
from game.story.operands import Clock, Fault, Literal, Living, Locate, Moment, Named, Operand, Token, Var
from game.story.times import clock_text, parse_moment
from game.story.variables import Value, Variable

MAX_LENGTH = 500
MAX_TOKENS = 160
MAX_DEPTH = 16
MAX_EXPANSION = 4096

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


@lru_cache(maxsize=2048)
def _matching(values: tuple[Value, ...], op: str, value: Value) -> int:
    """The mask of the `values` for which `op` holds against `value`, which is of their kind."""
    holds = _OPS[op]
    return sum([1 << i for i, v in enumerate(values) if holds(v, value)])


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
    except Fault:
        return TRUE


class _Reader(Named):
    def __init__(self, text: str, locate: Locate, scope: Scope) -> None:
        super().__init__(locate, scope)
        self.text = text
        self.tokens: list[Token] = []
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
                self.tokens.append(Token(kind, match.group(), match.start()))
        if len(self.tokens) > MAX_TOKENS:
            self.fault(0, 1, "a condition of too many parts", "split it with a flag", "H032")
        self.names.tokens += len(self.tokens) + 4
        tokens = self.names.tokens
        if tokens > limits.MAX_TOKENS and tokens > (most := at_most(limits.MAX_TOKENS)):
            self.fault(0, 1, f"more than {most:,} words in all conditions of a story", limits.LARGER, "H032")
        cond = self.either()
        if self.next < len(self.tokens):
            token = self.tokens[self.next]
            hint = "join conditions with and / or" if token.kind in ("name", "int", "string") else ""
            self.fault(token.at, len(token.text), f"'{token.text}' is not expected here", hint)
        return cond

    def peek(self) -> str:
        """The next token if it is a keyword or an operator."""
        if self.next < len(self.tokens):
            token = self.tokens[self.next]
            if token.kind == "op" or token.text in ("and", "or", "not", "in"):
                return token.text
        return ""

    def take(self, what: str) -> Token:
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

    def deeper(self, token: Token) -> None:
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

    def member(self, left: Operand, token: Token) -> Cond:
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

    def operand(self) -> Operand:
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
            return Literal(int(token.text), token)
        if token.kind == "string":
            return Literal(token.text[1:-1], token)
        if token.kind == "moment":
            minutes = parse_moment(token.text)
            if minutes is None:
                self.fault(token.at, len(token.text), f"'{token.text}' is not a time of day")
                return FALSE
            return Moment(minutes)
        if token.kind == "name" and token.text not in ("and", "or", "not", "in"):
            return self.name(token)
        self.fault(token.at, len(token.text), f"'{token.text}' is not expected here")
        return FALSE

    # --- meaning ---

    def truth(self, operand: Operand, token: Token) -> Cond:
        match operand:
            case Var(var):
                if isinstance(var.values[0], bool):
                    return test(var.index, 0b10, var.full)
                example = (
                    f"{token.text} >= 1" if isinstance(var.values[0], int) else f"{token.text} == {var.values[-1]}"
                )
                self.fault(
                    token.at, len(token.text), f"'{token.text}' is not yes or no", f"compare it: {example}", "H031"
                )
            case Living() | Clock() | Moment():
                self.fault(
                    token.at, len(token.text), f"'{token.text}' is not yes or no", "compare it with >= or <", "H031"
                )
            case Literal(value, _, bare):
                if isinstance(value, bool):
                    return TRUE if value else FALSE
                if bare:
                    self.unknown_name(token)
                self.fault(token.at, len(token.text), f"'{token.text}' is not a condition", code="H031")
            case _:
                return operand
        return FALSE

    def compare(self, left: Operand, op: str, right: Operand, token: Token) -> Cond:
        if isinstance(left, Literal | Moment) and not isinstance(right, Literal | Moment):
            left, right, op = right, left, _FLIP[op]
        match left, right:
            case Var(var), Literal():
                return self.against(var, op, right, token)
            case Var(a), Var(b):
                return self.pairwise(a, op, b, token)
            case Clock(var), Moment(minutes):
                return self.when(var, op, minutes, token)
            case Living(tests), Literal(value) if isinstance(value, int) and not isinstance(value, bool):
                allowed = sum(1 << n for n in range(len(tests) + 1) if _OPS[op](n, value))
                if allowed in (0, (1 << (len(tests) + 1)) - 1):
                    self.fault(
                        token.at,
                        len(op),
                        f"this is always {allowed != 0}: the group has {len(tests)}".lower(),
                        code="H031",
                    )
                return Count(tests, allowed)
            case Clock(), _:
                self.fault(
                    token.at, len(op), "time is compared with a day and an hour", "write time >= D1 13:00", "H031"
                )
            case (Literal(_, unknown, True), _) | (_, Literal(_, unknown, True)):
                self.unknown_name(unknown)
            case _:
                self.fault(
                    token.at, len(op), "these two cannot be compared", "compare a flag or a number with a value", "H031"
                )
        return FALSE

    def against(self, var: Variable, op: str, literal: Literal, token: Token) -> Cond:
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

    def pairwise(self, a: Variable, op: str, b: Variable, token: Token) -> Cond:
        ordered = isinstance(a.values[0], int) and not isinstance(a.values[0], bool)
        if type(a.values[0]) is not type(b.values[0]) or (not ordered and op not in ("==", "!=")):
            self.fault(token.at, len(op), "these two are of different kinds", code="H031")
        if a.size * b.size > MAX_EXPANSION:
            self.fault(
                token.at, len(op), "both sides have too many values to compare", "compare each with a number", "H032"
            )
        self.names.compared += a.size * b.size
        if self.names.compared > at_most(MAX_COMPARED):
            message = "this story compares flags with each other more often than can be read"
            self.fault(token.at, len(op), message, "compare with numbers, or use smaller ranges", "H032")
        masks = [_matching(a.values, op, value) for value in b.values]
        if set(masks) in ({0}, {a.full}):
            self.fault(token.at, len(op), f"this {'always' if masks[0] else 'never'} holds", code="H031")
        cases = [test(b.index, 1 << j, b.full) for j in range(b.size)]
        return disjunction(
            [conjunction([case, test(a.index, mask, a.full)]) for case, mask in zip(cases, masks, strict=True)]
        )

    def when(self, var: Variable, op: str, minutes: int, token: Token) -> Cond:
        chapter = self.names.chapters[self.scope.chapter]
        if chapter.id in self.names.clockless:
            raise Fault
        end = chapter.opens + chapter.tick * chapter.ticks
        if not chapter.opens <= minutes <= end:
            last = self.tokens[self.next - 1]
            hint = f"it runs from {clock_text(chapter.opens)} to {clock_text(end)}"
            self.fault(last.at, len(last.text), f"this time is outside the chapter '{chapter.id}'", hint, "H063")
        mask = sum(1 << i for i in range(chapter.ticks + 1) if _OPS[op](chapter.opens + i * chapter.tick, minutes))
        return test(var.index, mask, var.full)
