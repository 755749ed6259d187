"""Where a character of a text stands in its file, whatever way the YAML was written."""

from __future__ import annotations

from game.story.diagnostics import Problems, Where
from game.story.nodes import Node


class Locator:
    """Maps offsets in `node.value` to places in the file.

    Exact for text on one line and for `|` blocks. Text that YAML folds is searched for in the lines it came from.
    """

    def __init__(self, node: Node, problems: Problems) -> None:
        self.node = node
        self.lines = problems.lines(node.file)

    def __call__(self, offset: int, width: int = 1) -> Where:
        node = self.node
        text: str = node.value
        offset = min(offset, len(text))
        start = text.rfind("\n", 0, offset) + 1
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)]
        if node.style == "|":
            return self.found(node.line + 1 + text.count("\n", 0, offset), line, offset - start, width, 1)
        if node.style == ">" or "\n" in text or self.folded():
            return self.found(node.line, text[offset : offset + 16].split("\n")[0], 0, width, 80)
        quote = 1 if node.style in ("'", '"') else 0
        return Where(node.file, node.line, node.column + quote + offset, max(1, width))

    def folded(self) -> bool:
        """Whether a one-line text was written over several lines."""
        if self.node.line > len(self.lines):
            return False
        first = self.lines[self.node.line - 1][self.node.column - 1 :]
        return self.node.value[:60] not in first and self.node.style != '"'

    def found(self, line: int, text: str, offset: int, width: int, most: int) -> Where:
        """The place of `text` in one of `most` lines from `line` on."""
        wanted = text.rstrip()
        for number in range(line, min(line + most, len(self.lines) + 1)):
            column = self.lines[number - 1].find(wanted) if wanted else 0
            if column >= 0:
                return Where(self.node.file, number, column + 1 + offset, max(1, width))
        return Where(self.node.file, self.node.line, self.node.column)
