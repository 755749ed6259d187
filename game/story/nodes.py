"""YAML text becomes a tree of nodes that know where they stand.

PyYAML's event stream (the C parser where there is one) is composed here, iteratively: the stock composer lets a later
duplicate key win in silence, and the C one can be crashed by deep nesting. Scalars stay text; what a value means is
decided by whoever asks for it, so `no`, `on` and `12:30` are never anything but what the writer typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import yaml

from game.story.clean import FORBIDDEN
from game.story.diagnostics import Problems, Where
from game.story.limits import LARGER, MAX_VALUES, at_most

MAX_DEPTH = 24
MAX_NODES = 200_000
MAX_SCALAR = 20_000
MAX_REPORTED = 20

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALAR, _MAP, _LIST = yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent

_ESCAPED = re.compile(f"{FORBIDDEN.pattern}|\t")


class Node:
    """A YAML value. `kind` is "text", "map" or "list".

    `value` is a str, a dict of key -> (key node, value node), or a list of nodes. `line` and `column` count from 1.
    """

    __slots__ = ("column", "file", "kind", "line", "style", "value")

    def __init__(self, kind: str, value: Any, file: str, line: int, column: int, style: str = "") -> None:
        self.kind = kind
        self.value = value
        self.file = file
        self.line = line
        self.column = column
        self.style = style

    @property
    def where(self) -> Where:
        if self.kind == "text":
            if self.style in ("|", ">"):
                return Where(self.file, self.line, self.column)
            quote = 1 if self.style in ("'", '"') else 0
            first = self.value.split("\n", 1)[0] if "\n" in self.value else self.value
            return Where(self.file, self.line, self.column + quote, len(first) or 1)
        return Where(self.file, self.line, self.column)

    def items(self) -> list[tuple[Node, Node]]:
        """The (key, value) pairs of a map, in the order they were written."""
        return list(self.value.values()) if self.kind == "map" else []


@dataclass(slots=True)
class Budget:
    """How many more values a story may hold."""

    left: int = field(default_factory=lambda: at_most(MAX_VALUES))


@dataclass(slots=True)
class _Frame:
    node: Node
    key: Node | None = None


_REFUSED = Node("text", "", "", 0, 0)  # a key that cannot be one: its value is left out


def _events(text: str) -> Iterator[Any]:
    """What `yaml.parse` yields, with one call an event in place of two."""
    loader = _LOADER(text)
    try:
        next_event = loader.get_event
        while True:
            event = next_event()
            yield event
            if type(event) is yaml.StreamEndEvent:
                return
    finally:
        loader.dispose()


def compose(text: str, file: str, problems: Problems, budget: Budget | None = None) -> Node | None:
    """The root of a YAML document, or None when it cannot be read; problems tell why.

    Its values are taken from the `budget` of the story it belongs to.
    """
    budget = budget or Budget()
    if budget.left < 0:
        return None  # which has been told
    most = min(MAX_NODES, budget.left)
    before = len(problems)
    root: Node | None = None
    stack: list[_Frame] = []
    count = 0
    documents = 0
    words: dict[str, str] = {}
    line = 0
    skip = 0  # depth inside a value we refused (a list used as a key, say)
    event: Any  # PyYAML's classes of events do not share what they carry
    try:
        for event in _events(text):
            kind = type(event)
            if kind is _SCALAR or kind is _MAP or kind is _LIST:
                mark = event.start_mark
                column = mark.column + 1
                if line != mark.line + 1:  # the same number is kept once
                    line = mark.line + 1
                if kind is not _SCALAR and len(stack) + skip >= MAX_DEPTH:
                    problems.add("H007", Where(file, line, column), f"more than {MAX_DEPTH} levels deep")
                    return None
                if skip:
                    skip += kind is not _SCALAR
                    continue
                count += 1
                if count > most:
                    where = Where(file, mark.line + 1, 1)
                    if most == MAX_NODES:
                        problems.add("H002", where, f"more than {MAX_NODES:,} values in one file")
                    else:
                        problems.add("H002", where, f"more than {at_most(MAX_VALUES):,} values in one story", LARGER)
                    budget.left = budget.left - count if most == MAX_NODES else -1
                    return None
                if not count & 63 and problems.full:
                    return None
                if event.anchor is not None:
                    problems.add(
                        "H005",
                        Where(file, line, column, len(event.anchor) + 1),
                        f"an anchor (&{event.anchor})",
                        "write the value out where it is needed; text used twice can be a passage",
                    )
                if event.tag is not None:
                    problems.add(
                        "H005",
                        Where(file, line, column),
                        "a tag (!…)",
                        "write the value alone; text with ! needs quotes",
                    )
                if kind is _SCALAR:
                    value = event.value
                    if len(value) < 32:  # so is a word
                        value = words.setdefault(value, value)
                    node = Node("text", value, file, line, column, event.style or "")
                    if node.style == '"' or len(node.value) > MAX_SCALAR:
                        _check_scalar(node, problems)
                elif kind is _MAP:
                    node = Node("map", {}, file, line, column, "{" if event.flow_style else "")
                else:
                    node = Node("list", [], file, line, column, "[" if event.flow_style else "")
                if not stack:
                    root = node
                elif not _place(stack[-1], node, problems):
                    skip = kind is not _SCALAR
                    continue
                if kind is not _SCALAR:
                    stack.append(_Frame(node))
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                if skip:
                    skip -= 1
                else:
                    stack.pop()
            elif kind is yaml.AliasEvent and not skip:
                mark = event.start_mark
                where = Where(file, mark.line + 1, mark.column + 1, len(event.anchor) + 1)
                problems.add(
                    "H005",
                    where,
                    f"an alias (*{event.anchor})",
                    "text that starts with * needs quotes, or | above it",
                )
                if stack and stack[-1].node.kind == "map" and stack[-1].key is None:
                    stack[-1].key = _REFUSED
                elif stack:
                    _place(stack[-1], Node("text", "", file, where.line, where.column, "*"), problems)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                mark = event.start_mark
                if event.version or event.tags:
                    problems.add("H005", Where(file, mark.line + 1, 1), "a directive (%…)", "delete the line")
                if documents > 1:
                    problems.add(
                        "H005", Where(file, mark.line + 1, 1, 3), "a second document (---)", "one file, one document"
                    )
                    break
    except yaml.YAMLError as error:
        _report(error, text, file, problems, stack[-1].node if stack else None)
        return None
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:
        problems.add("H003", Where(file), f"this file cannot be read as YAML ({type(error).__name__})")
        return None
    budget.left -= count
    if root is None and len(problems) == before:
        problems.add("H003", Where(file, 1, 1), "the file is empty")
    return root


def _place(frame: _Frame, node: Node, problems: Problems) -> bool:
    """Put `node` into the open map or list. False when it was refused."""
    into = frame.node
    if into.kind == "list":
        into.value.append(node)
        return True
    if frame.key is None:
        if node.kind != "text" or not node.value:
            quoted = node.kind != "text" and node.style
            hint = "quote a text that starts with { or [" if quoted else "a key is one word followed by ':'"
            problems.add("H005", node.where, "a key that is not a word", hint)
            frame.key = _REFUSED
            return False
        frame.key = node
        if node.value == "<<":
            problems.add("H005", node.where, "a merge key (<<)", "write the keys out")
        elif node.value in into.value:
            first = into.value[node.value][0]
            problems.add(
                "H004",
                node.where,
                f"'{node.value}' is written twice; the first is at line {first.line}",
                "keep one of them",
            )
        return True
    key, frame.key = frame.key, None
    if into.style == "{" and key is not _REFUSED and node.kind == "text" and not node.value and not node.style:
        message = f"'{key.value}' stands between commas without a value"
        problems.add("H012", key.where, message, "a text with a comma inside { } needs quotes")
        return True
    if key is not _REFUSED and key.value != "<<" and key.value not in into.value:
        into.value[key.value] = (key, node)
    return True


def _check_scalar(node: Node, problems: Problems) -> None:
    value = node.value
    if len(value) > MAX_SCALAR:
        problems.add("H002", Where(node.file, node.line, node.column), f"a text of more than {MAX_SCALAR:,} characters")
        node.value = value[:MAX_SCALAR]
    # The raw file was checked already; only an escape in double quotes can bring in something new.
    if node.style == '"' and (bad := _ESCAPED.search(value)):
        problems.add(
            "H006",
            Where(node.file, node.line, node.column),
            f"the character U+{ord(bad.group()):04X} is not allowed in a story",
            "leave the escape out",
        )
        node.value = _ESCAPED.sub("\ufffd", node.value)


def check_characters(text: str, file: str, problems: Problems) -> bool:
    """Report characters that stories may not contain, as far as that helps. True when there are none."""
    ok = True
    for bad in islice(FORBIDDEN.finditer(text), MAX_REPORTED):
        ok = False
        line = text.count("\n", 0, bad.start()) + 1
        column = bad.start() - text.rfind("\n", 0, bad.start())
        problems.add(
            "H006",
            Where(file, line, column),
            f"the character U+{ord(bad.group()):04X} is not allowed in a story",
            "it is invisible or can act on a terminal; delete it",
        )
    tab = text.find("\t")
    if tab >= 0:
        ok = False
        line = text.count("\n", 0, tab) + 1
        problems.add(
            "H006",
            Where(file, line, tab - text.rfind("\n", 0, tab)),
            "a tab",
            "use spaces; YAML does not indent with tabs",
        )
    return ok


_QUOTE_IT = "put the text in quotes, or write | and the text on the next line"

# The parser's words for the faults writers make, and ours. Matched in order, in libyaml's and PyYAML's wording.
_REWORDED = (
    ("mapping values are not allowed", "a ':' inside a text", _QUOTE_IT),
    ("while scanning an alias", "a text cannot start with * here", _QUOTE_IT),
    ("while scanning an anchor", "a text cannot start with & here", _QUOTE_IT),
    ("while scanning a tag", "a text cannot start with ! here", _QUOTE_IT),
    ("while scanning a block scalar", "words on the line of a | or >", "write the text on the next lines, indented"),
    ("found character '@'", "a text cannot start with @ here", "write | and the speech on the next line"),
    ("cannot start any token", "a text cannot start with this character", _QUOTE_IT),
    ("could not find expected ':'", "a key without ':'", "write 'key: value', and indent what belongs to it"),
    (
        "unknown escape character",
        "a backslash that means nothing",
        "use ' quotes, or write | and the text on the next line",
    ),
    (
        "while scanning a quoted scalar",
        "a quote that is not closed",
        "close it, or double a ' that belongs to the text",
    ),
    ("',' or ']'", "a list [ … ] that is not closed", "close it with ], and put commas between its parts"),
    ("',' or '}'", "a map { … } that is not closed", "close it with }, and put commas between its parts"),
    ("expected node content", "a value is expected here", _QUOTE_IT),
    ("did not find expected key", "this cannot follow on the same line", _QUOTE_IT),
    ("block sequence entries are not allowed", "a '-' where no list can start", "put the list on the next line"),
    ("unexpected end of stream", "the file ends too early", "is a quote, [ or { not closed?"),
)
_INDENTED = ("expected <block end>", "did not find expected key", "did not find expected '-'")
_OPENED = ("quoted scalar", "flow", "alias", "anchor", "tag", "block scalar", "simple key")


def _report(error: yaml.YAMLError, text: str, file: str, problems: Problems, inside: Node | None) -> None:
    """Tell why a file is not YAML. `inside` is the map or list that was being read."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    opened = getattr(error, "context_mark", None)
    context = getattr(error, "context", "") or ""
    problem = getattr(error, "problem", "") or str(error).split("\n", 1)[0]
    full = f"{context} {problem}"
    # Something never closed is noticed at the end of the file; where it was opened helps more.
    if opened is not None and "escape" not in problem and any(what in context for what in _OPENED):
        mark = opened
    if mark is not None:
        where = Where(file, mark.line + 1, mark.column + 1)
    else:
        position = getattr(error, "position", 0) or 0
        where = Where(file, text.count("\n", 0, position) + 1, 1)
    if "expected node content" in problem and inside is not None and inside.style and where.line > inside.line:
        where, full = inside.where, {"[": "',' or ']'", "{": "',' or '}'"}[inside.style]
    # A text that starts with * is told as what YAML takes it for; that the line then makes no sense follows from it.
    if any(d.where.file == file and d.where.line == where.line for d in problems):
        return
    before = "".join(problems.lines(file)[where.line - 1 : where.line])[: where.column - 1]
    # `  key: …` in a line too far to the right is taken for the text above it going on.
    misplaced = "mapping values" in full and re.match(r"\s+\w+\Z", before)
    if misplaced or (any(part in full for part in _INDENTED) and not before.strip()):
        message = "this line is indented differently from the ones it belongs with"
        problems.add("H003", where, message, "line it up with its neighbours")
        return
    for part, message, hint in _REWORDED:
        if part in full:
            problems.add("H003", where, message, hint)
            return
    problems.add("H003", where, problem)
