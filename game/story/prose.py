"""Story text: paragraphs, speech, emphasis, conditional blocks, values. Read once, typed, inert.

A tag that has a line for itself stands around paragraphs; a tag inside a line stands inside its paragraph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from game.story.conditions import TRUE, Cond
from game.story.diagnostics import Where, did_you_mean
from game.story.expr import parse_condition
from game.story.locate import Locator
from game.story.model import Block, Branches, InlineIf, Para, Slot, Span, Words
from game.story.names import Scope
from game.story.nodes import Node

_LINE_TAG = re.compile(r"\s*\{%((?:(?!%\}).)*)%\}\s*\Z")
_SPEECH = re.compile(r"@([A-Za-z_]\w*):[ \t]*")
_INLINE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\\[*\\@{]|\*\*|\*|\{%|\{\{", re.DOTALL)
_LABEL = re.compile(r"\s*([a-z]\w*)\s*:\s*(?=\S)")
_SPACE = re.compile(r"\s*\n\s*")

MAX_NESTING = 8


@dataclass(slots=True)
class _Open:
    """An `{% if %}` around paragraphs that is not closed yet."""

    id: str
    at: int
    branches: list[tuple[Cond, tuple[Block, ...], Where]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    cond: Cond = TRUE
    where: Where = field(default_factory=lambda: Where(""))
    outer: list[Block] = field(default_factory=list)
    has_else: bool = False


def parse_text(node: Node, scope: Scope, prefix: str, including: tuple[str, ...] = ()) -> tuple[Block, ...]:
    """The blocks of a text. `prefix` begins their ids; `including` are the passages it stands in."""
    if node.kind != "text":
        scope.problems.add("H012", node.where, "a text is expected here", "write | and the text on the next lines")
        return ()
    return _Text(node, scope, prefix, including).read()


def parse_line(node: Node | None, scope: Scope, what: str) -> tuple[Span, ...]:
    """The spans of a text that is one paragraph without a speaker (a choice, a reason)."""
    if node is None:
        return ()
    blocks = parse_text(node, scope, "")
    if len(blocks) == 1 and isinstance(blocks[0], Para) and not blocks[0].speaker:
        return blocks[0].spans
    if node.kind == "text":
        message = f"{what} is empty" if not blocks else f"{what} is a single line of text"
        scope.problems.add("H012", node.where, message)
    return ()


class _Text:
    def __init__(self, node: Node, scope: Scope, prefix: str, including: tuple[str, ...]) -> None:
        self.text: str = node.value
        self.scope = scope
        self.problems = scope.problems
        self.locate = Locator(node, scope.problems)
        self.prefix = prefix
        self.including = including
        self.blocks: list[Block] = []
        self.open: list[_Open] = []
        self.count = 0
        self.start = -1  # where the paragraph being gathered begins and ends
        self.end = -1

    def fault(self, offset: int, width: int, message: str, hint: str = "", code: str = "H050") -> None:
        self.problems.add(code, self.locate(offset, width), message, hint)

    def read(self) -> tuple[Block, ...]:
        offset = 0
        for line in self.text.split("\n"):
            tag = _LINE_TAG.match(line)
            if not line.strip():
                self.flush()
            elif tag:
                self.flush()
                self.block_tag(tag.group(1), offset + tag.start(1), offset + line.index("{%"))
            else:
                if line.lstrip().startswith("@"):
                    self.flush()
                if self.start < 0:
                    self.start = offset + len(line) - len(line.lstrip())
                self.end = offset + len(line.rstrip())
            offset += len(line) + 1
        self.flush()
        for unclosed in self.open:
            self.fault(unclosed.at, 2, "this {% if %} is not closed", "write {% endif %} after its text")
        while self.open:
            self.close()
        return tuple(self.blocks)

    def next_id(self) -> str:
        self.count += 1
        return f"{self.prefix}.{self.count}"

    # --- tags around paragraphs ---

    def block_tag(self, body: str, offset: int, at: int) -> None:
        word, _, rest = body.strip().partition(" ")
        begin = offset + body.index(rest) if rest else offset
        if word == "if":
            label = _LABEL.match(rest)
            name = f"{self.prefix}.{label.group(1)}" if label else self.next_id()
            if label:
                rest, begin = rest[label.end() :], begin + label.end()
            cond = self.condition(rest, begin)
            if len(self.open) >= MAX_NESTING:
                self.fault(at, 2, f"more than {MAX_NESTING} {{% if %}} inside each other")
            self.open.append(_Open(name, at, cond=cond, where=self.locate(at, 2), outer=self.blocks))
            self.blocks = []
        elif word in ("elif", "else"):
            if not self.open:
                self.fault(at, 2, f"{{% {word} %}} without an {{% if %}} before it")
                return
            top = self.open[-1]
            if top.has_else:
                self.fault(at, 2, f"{{% {word} %}} after {{% else %}}", "{% else %} comes last")
            top.branches.append((top.cond, tuple(self.blocks), top.where))
            top.cond = TRUE if word == "else" else self.condition(rest, begin)
            top.where = self.locate(at, 2)
            top.has_else = word == "else"
            self.blocks = []
        elif word == "endif":
            if self.open:
                self.close()
            else:
                self.fault(at, 2, "{% endif %} without an {% if %} before it")
        elif word == "include":
            self.include(rest.strip(), begin)
        else:
            self.unknown_tag(word, offset)

    def unknown_tag(self, word: str, offset: int) -> None:
        hint = did_you_mean(word, ["if", "elif", "else", "endif", "include"])
        self.fault(offset, max(1, len(word) + 1), f"there is no tag {{% {word} %}}", hint)

    def close(self) -> None:
        top = self.open.pop()
        top.branches.append((top.cond, tuple(self.blocks), top.where))
        self.blocks = top.outer
        self.blocks.append(Branches(top.id, tuple(top.branches)))

    def condition(self, text: str, offset: int) -> Cond:
        return parse_condition(text, lambda at, width: self.locate(offset + at, width), self.scope)

    def include(self, name: str, offset: int) -> None:
        names = self.scope.names
        key = (self.scope.chapter, name) if (self.scope.chapter, name) in names.passages else ("", name)
        passage = names.passages.get(key)
        if passage is None:
            known = [n for chapter, n in names.passages if chapter in ("", self.scope.chapter)]
            names.unknown("H025", self.locate(offset, len(name)), "passage", name, known)
        elif name in self.including:
            circle = " → ".join([*self.including[self.including.index(name) :], name])
            self.fault(
                offset,
                len(name),
                f"these passages include each other: {circle}",
                "take one of the includes out",
                "H051",
            )
        else:
            self.blocks.extend(parse_text(passage, self.scope, f"{key[0]}/{name}", (*self.including, name)))

    # --- paragraphs ---

    def flush(self) -> None:
        if self.start < 0:
            return
        start, end = self.start, self.end
        self.start = -1
        speaker = ""
        where = self.locate(start, 1)
        if self.text[start] == "@":
            match = _SPEECH.match(self.text, start, end)
            if not match:
                self.fault(
                    start, 1, "speech that names nobody", "write @person: and what they say; a plain @ needs \\@"
                )
            else:
                speaker = match.group(1)
                if speaker not in self.scope.names.people:
                    self.scope.names.unknown(
                        "H022", self.locate(start + 1, len(speaker)), "person", speaker, self.scope.names.people
                    )
                where = self.locate(start, len(speaker) + 1)
                start = match.end()
                if start >= end:
                    self.fault(start, 1, f"{speaker} says nothing", "write the words on the same line")
        self.blocks.append(Para(self.next_id(), speaker, self.spans(start, end), where))

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """The spans of text[start:end]: emphasis, values, conditions inside the line."""
        out: list[Span] = []
        stack: list[tuple[list[Span], list[tuple[Cond, tuple[Span, ...]]], Cond, int]] = []
        style, opened, at = "", start, start
        for match in _INLINE.finditer(self.text, start, end):
            if match.start() > at:
                out.append(Words(_SPACE.sub(" ", self.text[at : match.start()]), style))
            at = match.end()
            token = match.group()
            if token.startswith("\\"):
                out.append(Words(token[1:], style))
            elif token in ("*", "**"):
                kind = "em" if token == "*" else "strong"
                if style and style != kind:
                    self.fault(match.start(), len(token), "emphasis inside emphasis", "close the first one before")
                style, opened = ("" if style else kind), match.start()
            elif token in ("{%", "{{"):
                self.fault(match.start(), 2, f"a tag that is not closed: {token}", "write %} or }} at its end")
            elif token.startswith("{{"):
                out.append(self.slot(token[2:-2], match.start() + 2, style))
            else:
                out = self.inline_tag(token[2:-2], match.start() + 2, out, stack)
        if end > at:
            out.append(Words(_SPACE.sub(" ", self.text[at:end]), style))
        if style:
            self.fault(opened, 1, "emphasis that is not closed", "close it with the same stars; a plain star is \\*")
        for outer, branches, cond, tag_at in reversed(stack):
            self.fault(
                tag_at, 2, "this {% if %} is not closed in its paragraph", "write {% endif %} in the same paragraph"
            )
            outer.append(InlineIf((*branches, (cond, tuple(out)))))
            out = outer
        return tuple(out)

    def inline_tag(
        self,
        body: str,
        offset: int,
        out: list[Span],
        stack: list[tuple[list[Span], list[tuple[Cond, tuple[Span, ...]]], Cond, int]],
    ) -> list[Span]:
        word, _, rest = body.strip().partition(" ")
        begin = offset + body.index(rest) if rest else offset
        if word == "if":
            stack.append((out, [], self.condition(rest, begin), offset))
            return []
        if word not in ("elif", "else", "endif"):
            if word == "include":
                self.fault(offset, 7, "{% include %} stands on a line of its own")
            else:
                self.unknown_tag(word, offset)
            return out
        if not stack:
            self.fault(offset, len(word), f"{{% {word} %}} without an {{% if %}} before it in this paragraph")
            return out
        outer, branches, cond, tag_at = stack.pop()
        branches.append((cond, tuple(out)))
        if word == "endif":
            outer.append(InlineIf(tuple(branches)))
            return outer
        stack.append((outer, branches, TRUE if word == "else" else self.condition(rest, begin), tag_at))
        return []

    def slot(self, body: str, offset: int, style: str) -> Span:
        name = body.strip()
        at = offset + (body.index(name) if name else 0)
        names = self.scope.names
        if name == "player":
            return Slot("player", style=style)
        if name == "time":
            if not self.scope.chapter:
                self.fault(at, 4, "there is no clock outside a chapter", code="H063")
            return Slot("time", style=style)
        head, _, last = name.partition(".")
        if last == "word" and head in names.meters:
            return Slot("word", names.meters[head].var, style)
        variable = names.flag(name, self.scope.chapter) or (
            names.table.get(name) if head in ("count", "bond") else None
        )
        if variable is None:
            known = ["player", "time", *names.flag_names(self.scope.chapter), *(f"{m}.word" for m in names.meters)]
            known += [f"count.{item}" for item in names.items]
            if names.complete:
                hint = did_you_mean(name, known)
                self.fault(at, max(1, len(name)), f"there is nothing called '{name}' to show", hint, "H024")
            return Words("?", style)
        return Slot("value", variable.index, style)
