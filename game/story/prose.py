"""Story text: paragraphs, speech, emphasis, conditional blocks, values. Read once, typed, inert.

A tag that has a line for itself stands around paragraphs; a tag inside a line stands inside its paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from game.story.conditions import TRUE, Cond
from game.story.diagnostics import Problems, Where, did_you_mean
from game.story.expr import parse_condition
from game.story.limits import LARGER, MAX_INCLUDED, MAX_PIECES, at_most
from game.story.locate import Locator
from game.story.model import Block, Branches, InlineIf, Para, Slot, Span, Words
from game.story.names import Names, Scope
from game.story.nodes import Node

_LINE_TAG = re.compile(r"\s*\{%((?:(?!%\}).)*)%\}\s*\Z")
_SPEECH = re.compile(r"@([A-Za-z_]\w*):[ \t]*")
_INLINE = re.compile(r"\{%[^{}]*?%\}|\{\{[^{}]*\}\}|\\[*\\@{]|\*\*|\*|\{%|\{\{")
_PLAIN = re.compile(r"[^\n@{*\\\s][^\n{*\\]*\Z")
_TAG = re.compile(r"\s*(\S*)\s*")
_LABEL = re.compile(r"\s*([a-z]\w*)\s*:\s*(?=\S)")
_SPACE = re.compile(r"(?<!\s)\s*\n\s*")

MAX_NESTING = 8
MAX_INCLUDES = 100


@dataclass(slots=True)
class _Inline:
    """An `{% if %}` inside a paragraph that is not closed yet. `outer` is what it stands in."""

    at: int
    cond: Cond
    outer: list[Span]
    branches: list[tuple[Cond, tuple[Span, ...]]] = field(default_factory=list)
    has_else: bool = False


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
    if not node.value.strip():
        scope.problems.add("H012", node.where, "the text is empty", "write something, or leave the key out")
    return _Text(node, scope, prefix, including, []).read()


def parse_line(node: Node | None, scope: Scope, what: str) -> tuple[Span, ...]:
    """The spans of a text that is one paragraph without a speaker (a choice, a reason)."""
    if node is None:
        return ()
    names = scope.names
    if node.kind == "text" and _PLAIN.match(node.value) and not _too_many(names.pieces):
        # Most lines are words alone: what all of the reading below would make of them.
        names.pieces += 1
        return (Words(node.value.strip()),)
    blocks = parse_text(node, scope, "")
    if len(blocks) == 1 and isinstance(blocks[0], Para) and not blocks[0].speaker:
        return blocks[0].spans
    if blocks:
        scope.problems.add("H012", node.where, f"{what} is a single line of text")
    return ()


def paragraphs(blocks: Iterable[Block]) -> Iterator[Para]:
    """Every paragraph, whichever branch it stands in, in the order written."""
    for block in blocks:
        if isinstance(block, Para):
            yield block
        else:
            for _, inner, _ in block.branches:
                yield from paragraphs(inner)


def parse_translation(
    node: Node, problems: Problems, slots: Mapping[str, Slot], conditions: Mapping[str, Cond]
) -> tuple[Span, ...]:
    """The spans of a line in another language, which may show and ask only what its original does.

    `slots` and `conditions` are the original's, by what stands in their tags.
    """
    return _Translation(node, problems, slots, conditions).line()


def _too_many(pieces: int) -> bool:
    # Asking the environment takes longer than most texts.
    return pieces > MAX_PIECES and pieces > at_most(MAX_PIECES)


def _folded(text: str) -> str:
    """Lines of a paragraph as one."""
    return _SPACE.sub(" ", text) if "\n" in text else text


class _Text:
    def __init__(self, node: Node, scope: Scope, prefix: str, including: tuple[str, ...], included: list[str]) -> None:
        self.text: str = node.value
        self.scope = scope
        self.problems = scope.problems
        self.locate = Locator(node, scope.problems)
        self.prefix = prefix
        self.including = including
        self.included = included  # every passage put into the text so far, however deep
        self.labels: set[str] = set()
        self.blocks: list[Block] = []
        self.open: list[_Open] = []
        self.count = 0
        self.start = -1  # where the paragraph being gathered begins and ends
        self.end = -1

    def fault(self, offset: int, width: int, message: str, hint: str = "", code: str = "H050") -> None:
        self.problems.add(code, self.locate(offset, width), message, hint)

    def read(self) -> tuple[Block, ...]:
        if _too_many(self.scope.names.pieces):
            message = f"more than {at_most(MAX_PIECES):,} paragraphs, stresses and tags in all texts of a story"
            self.problems.add("H002", self.locate(0, 1), message, LARGER)
            return ()
        if self.problems.full:
            return ()
        offset = 0
        for line in self.text.split("\n"):
            bare = line.strip()
            if not bare:
                self.flush()
            elif bare.startswith("{%") and (tag := _LINE_TAG.match(line)):
                self.flush()
                self.block_tag(offset + tag.start(1) - 2, tag.group(1))
            else:
                if bare[0] == "@":
                    self.flush()
                begin = offset + line.index(bare)
                if self.start < 0:
                    self.start = begin
                self.end = begin + len(bare)
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

    def block_tag(self, at: int, body: str) -> None:
        """The tag at offset `at` that has a line for itself; `body` is what stands between its signs."""
        word, rest, begin = self.tag(at, body)
        if word == "if":
            name, skipped = self.label(rest, begin)
            cond = self.condition(rest[skipped:], begin + skipped)
            self.check_nesting(at, len(self.open))
            self.open.append(_Open(name, at, cond=cond, where=self.locate(at, 2), outer=self.blocks))
            self.blocks = []
        elif word in ("elif", "else", "endif"):
            if not self.open:
                self.fault(at, 2, f"{{% {word} %}} without an {{% if %}} before it")
                return
            top = self.open[-1]
            self.check_branch(at, word, rest, begin, top.has_else)
            if word == "endif":
                self.close()
                return
            top.branches.append((top.cond, tuple(self.blocks), top.where))
            top.cond = TRUE if word == "else" else self.condition(rest, begin)
            top.where = self.locate(at, 2)
            top.has_else = word == "else"
            self.blocks = []
        elif word == "include":
            self.include(rest, begin)
        else:
            self.unknown_tag(at, word)

    def tag(self, at: int, body: str) -> tuple[str, str, int]:
        """The first word of a tag, what follows, and the offset of that."""
        match = _TAG.match(body)
        assert match is not None
        return match[1], body[match.end() :].rstrip(), at + 2 + match.end()

    def label(self, rest: str, begin: int) -> tuple[str, int]:
        """The id of an `if` around paragraphs, and how much of the tag its name takes."""
        match = _LABEL.match(rest)
        if not match:
            return self.next_id(), 0
        label = match[1]
        if label in self.labels:
            self.fault(begin + match.start(1), len(label), f"this text has a block '{label}' already", code="H015")
        self.labels.add(label)
        return f"{self.prefix}.{label}", match.end()

    def check_nesting(self, at: int, depth: int) -> None:
        if depth == MAX_NESTING:
            self.fault(at, 2, f"more than {MAX_NESTING} {{% if %}} inside each other")

    def check_branch(self, at: int, word: str, rest: str, begin: int, after_else: bool) -> None:
        """Faults of an elif, else or endif besides its condition."""
        if after_else and word != "endif":
            self.fault(at, 2, f"{{% {word} %}} after {{% else %}}", "{% else %} comes last")
        elif rest and word != "elif":
            hint = "write {% elif … %} for another condition" if word == "else" else ""
            self.fault(begin, len(rest), f"{{% {word} %}} takes no condition", hint)

    def unknown_tag(self, at: int, word: str) -> None:
        hint = did_you_mean(word, ["if", "elif", "else", "endif", "include"])
        self.fault(at, 2, f"there is no tag {{% {word} %}}", hint)

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
            hint = "take one of the includes out"
            self.fault(offset, len(name), f"these passages include each other: {circle}", hint, "H051")
        elif len(self.including) >= MAX_NESTING or len(self.included) >= MAX_INCLUDES:
            most = f"{MAX_NESTING} passages inside each other, or {MAX_INCLUDES} in all"
            self.fault(offset, len(name), f"a text holds at most {most}", code="H007")
        elif passage.kind == "text":  # any other is reported where it stands
            self.included.append(name)
            names.included += len(passage.value)
            if names.included > (limit := at_most(MAX_INCLUDED)):
                message = f"all passages put into texts come to more than {limit:,} characters"
                self.fault(offset, len(name), message, "let a scene of its own hold the long one", "H002")
                return
            inner = _Text(passage, self.scope, f"{key[0]}/{name}", (*self.including, name), self.included)
            self.blocks.extend(inner.read())

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
        stack: list[_Inline] = []
        style, opened, at, tangled = "", start, start, False
        self.scope.names.pieces += 1
        for match in _INLINE.finditer(self.text, start, end):
            self.scope.names.pieces += 1
            if match.start() > at:
                out.append(Words(_folded(self.text[at : match.start()]), style))
            at = match.end()
            token = match.group()
            if token.startswith("\\"):
                out.append(Words(token[1:], style))
            elif token in ("*", "**"):
                kind = "em" if token == "*" else "strong"
                if style and style != kind:
                    if not tangled:
                        hint = "close the first one before"
                        self.fault(match.start(), len(token), "emphasis inside emphasis", hint)
                    tangled = True
                style, opened = ("" if style else kind), match.start()
            elif token in ("{%", "{{"):
                self.fault(match.start(), 2, f"a tag that is not closed: {token}", "write %} or }} at its end")
            elif token.startswith("{{"):
                out.append(self.slot(token[2:-2], match.start() + 2, style))
            else:
                out = self.inline_tag(match.start(), token[2:-2], out, stack)
        if end > at:
            out.append(Words(_folded(self.text[at:end]), style))
        if style and not tangled:
            self.fault(opened, 1, "emphasis that is not closed", "close it with the same stars; a plain star is \\*")
        for unclosed in reversed(stack):
            hint = "write {% endif %} in the same paragraph"
            self.fault(unclosed.at, 2, "this {% if %} is not closed in its paragraph", hint)
            out = unclosed.outer
        return tuple(out)

    def inline_tag(self, at: int, body: str, out: list[Span], stack: list[_Inline]) -> list[Span]:
        """The tag at offset `at` inside a paragraph. Gives the spans that are gathered after it."""
        word, rest, begin = self.tag(at, body)
        if word == "if":
            self.check_nesting(at, len(stack))
            stack.append(_Inline(at, self.condition(rest, begin), out))
            return []
        if word not in ("elif", "else", "endif"):
            if word == "include":
                self.fault(at, 2, "{% include %} stands on a line of its own")
            else:
                self.unknown_tag(at, word)
            return out
        if not stack:
            self.fault(at, 2, f"{{% {word} %}} without an {{% if %}} before it in this paragraph")
            return out
        top = stack[-1]
        self.check_branch(at, word, rest, begin, top.has_else)
        top.branches.append((top.cond, tuple(out)))
        if word == "endif":
            stack.pop()
            top.outer.append(InlineIf(tuple(top.branches)))
            return top.outer
        top.cond = TRUE if word == "else" else self.condition(rest, begin)
        top.has_else = word == "else"
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


class _Translation(_Text):
    """A line whose tags are looked up in its original."""

    def __init__(
        self, node: Node, problems: Problems, slots: Mapping[str, Slot], conditions: Mapping[str, Cond]
    ) -> None:
        super().__init__(node, Scope(Names(problems)), "", (), [])
        self.slots = slots
        self.conditions = conditions
        # A catalogue is told by its entries: where in one of them is not looked for.
        self.locate = lambda offset, width=1: node.where  # type: ignore[assignment]

    def line(self) -> tuple[Span, ...]:
        text = self.text.strip()
        if text.startswith("@"):
            self.fault(0, 1, "a translation names no speaker", "leave out @person: the game puts it there")
        return self.spans(self.text.index(text), self.text.index(text) + len(text)) if text else ()

    def condition(self, text: str, offset: int) -> Cond:
        asked = " ".join(text.split())
        if asked not in self.conditions:
            self.fault(offset, 1, f"the original does not ask '{asked}'", did_you_mean(asked, self.conditions))
        return self.conditions.get(asked, TRUE)

    def slot(self, body: str, offset: int, style: str) -> Span:
        shown = self.slots.get(body.strip())
        if shown is None:
            what = f"the original does not show '{body.strip()}'"
            self.fault(offset, 1, what, did_you_mean(body.strip(), self.slots))
            return Words("?", style)
        return Slot(shown.kind, shown.var, style)
