"""Where a character of a text stands in its file, whatever way the YAML was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, islice

from game.story.diagnostics import Problems, Where
from game.story.nodes import Node

# What stands for one character of the text in a quoted one.
_ESCAPE = {
    "'": re.compile(r"''|.", re.DOTALL),
    '"': re.compile(r"\\x.{2}|\\u.{4}|\\U.{8}|\\.|.", re.DOTALL),
}
_BLANK = ("\\n", "\\ ", "\\")  # in double quotes; a \ at the end of a line joins it to the next


class Locator:
    """Maps offsets in `node.value` to places in the file."""

    def __init__(self, node: Node, problems: Problems) -> None:
        self.node = node
        self.lines = problems.lines(node.file)
        self.seen: list[tuple[int, int]] | None = None
        self.before: list[int] = []

    def __call__(self, offset: int, width: int = 1) -> Where:
        node = self.node
        text: str = node.value
        offset = min(offset, len(text))
        if node.style == "|":
            return self.in_block(text, offset, width)
        quote = 1 if node.style in ("'", '"') else 0
        column = node.column - 1 + quote
        if "\n" not in text and self.line(node.line)[column : column + len(text)] == text:
            return Where(node.file, node.line, column + 1 + offset, max(1, width))
        return self.folded(text, offset, width)

    def line(self, number: int) -> str:
        return self.lines[number - 1] if number <= len(self.lines) else ""

    def in_block(self, text: str, offset: int, width: int) -> Where:
        """Under a |, the lines of the text are lines of the file."""
        start = text.rfind("\n", 0, offset) + 1
        end = text.find("\n", start)
        number = self.node.line + 1 + text.count("\n", 0, offset)
        indent = self.line(number).find(text[start : end if end >= 0 else len(text)].rstrip())
        return Where(self.node.file, number, max(indent, 0) + 1 + offset - start, max(1, width))

    def folded(self, text: str, offset: int, width: int) -> Where:
        """Elsewhere YAML folds lines and quotes hide characters: what is no space is counted in both."""
        if self.seen is None:
            self.before = [0, *accumulate(not c.isspace() for c in text)]
            self.seen = list(islice(self.visible(), self.before[-1]))
        wanted, past = self.before[offset], 0
        if 0 < wanted == self.before[-1]:  # only spaces follow: just after the last that is none
            wanted, past, width = wanted - 1, 1, 1
        if wanted >= len(self.seen):
            return Where(self.node.file, self.node.line, self.node.column)
        line, column = self.seen[wanted]
        return Where(self.node.file, line, column + past, max(1, width))

    def visible(self) -> Iterator[tuple[int, int]]:
        """The line and column of each character that is no space, from where the text begins to the file's end."""
        node = self.node
        number = node.line + (node.style == ">")
        column = 0 if node.style == ">" else node.column - 1 + len(node.style)
        unit = _ESCAPE.get(node.style)
        while number <= len(self.lines):
            line = self.lines[number - 1]
            while column < len(line):
                match = unit.match(line, column) if unit else None
                piece = match[0] if match else line[column]
                if not piece.isspace() and not (node.style == '"' and piece in _BLANK):
                    yield number, column + 1
                column += len(piece)
            number, column = number + 1, 0
