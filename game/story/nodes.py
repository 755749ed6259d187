"""YAML text becomes a tree of nodes that know where they stand.

PyYAML's event stream (the C parser where there is one) is composed here, iteratively: the stock composer lets a later
duplicate key win in silence, and the C one can be crashed by deep nesting. Scalars stay text; what a value means is
decided by whoever asks for it, so `no`, `on` and `12:30` are never anything but what the writer typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from game.story.diagnostics import Problems, Where

MAX_DEPTH = 24
MAX_NODES = 200_000
MAX_SCALAR = 20_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What must never reach a terminal or hide in a text: control characters, bidirectional overrides, invisible and tag
# characters, line separators, lone surrogates, non-characters. A tab has its own message.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)


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
            quote = 1 if self.style in ("'", '"') else 0
            first = self.value.split("\n", 1)[0] if self.style not in ("|", ">") else " "
            return Where(self.file, self.line, self.column + quote, max(1, len(first)))
        return Where(self.file, self.line, self.column)

    def items(self) -> list[tuple[Node, Node]]:
        """The (key, value) pairs of a map, in the order they were written."""
        return list(self.value.values()) if self.kind == "map" else []


@dataclass(slots=True)
class _Frame:
    node: Node
    key: Node | None = None


def compose(text: str, file: str, problems: Problems) -> Node | None:
    """The root of a YAML document, or None when it cannot be read; problems tell why."""
    before = len(problems)
    root: Node | None = None
    stack: list[_Frame] = []
    count = 0
    documents = 0
    skip = 0  # depth inside a value we refused (a list used as a key, say)
    event: Any  # PyYAML's classes of events do not share what they carry
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            kind = type(event)
            if kind is yaml.ScalarEvent or kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                mark = event.start_mark
                if skip:
                    skip += kind is not yaml.ScalarEvent
                    continue
                count += 1
                if count > MAX_NODES:
                    problems.add("H002", Where(file, mark.line + 1, 1), f"more than {MAX_NODES:,} values in one file")
                    return None
                line, column = mark.line + 1, mark.column + 1
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
                if kind is yaml.ScalarEvent:
                    node = Node("text", event.value, file, line, column, event.style or "")
                    _check_scalar(node, problems)
                elif kind is yaml.MappingStartEvent:
                    node = Node("map", {}, file, line, column, "{" if event.flow_style else "")
                else:
                    node = Node("list", [], file, line, column, "[" if event.flow_style else "")
                if not stack:
                    root = node
                elif not _place(stack[-1], node, problems):
                    skip = kind is not yaml.ScalarEvent
                    continue
                if kind is not yaml.ScalarEvent:
                    if len(stack) >= MAX_DEPTH:
                        problems.add("H007", Where(file, line, column), f"more than {MAX_DEPTH} levels deep")
                        return None
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
                if stack:
                    _place(stack[-1], Node("text", "", file, where.line, where.column), problems)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    mark = event.start_mark
                    problems.add(
                        "H005", Where(file, mark.line + 1, 1, 3), "a second document (---)", "one file, one document"
                    )
                    break
    except yaml.YAMLError as error:
        _report(error, text, file, problems)
        return None
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:
        problems.add("H003", Where(file), f"this file cannot be read as YAML ({type(error).__name__})")
        return None
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
        if node.kind != "text":
            hint = "quote a text that starts with { or [" if node.style else "a key is one word followed by ':'"
            problems.add("H005", node.where, "a key that is not a word", hint)
            frame.key = Node("text", "", node.file, node.line, node.column)
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
    if key.value and key.value != "<<" and key.value not in into.value:
        into.value[key.value] = (key, node)
    return True


def _check_scalar(node: Node, problems: Problems) -> None:
    value = node.value
    if len(value) > MAX_SCALAR:
        problems.add("H002", Where(node.file, node.line, node.column), f"a text of more than {MAX_SCALAR:,} characters")
        node.value = value[:MAX_SCALAR]
    # The raw file was checked already; only an escape in double quotes can bring in something new.
    if node.style == '"' and (bad := FORBIDDEN.search(value)):
        problems.add(
            "H006",
            Where(node.file, node.line, node.column),
            f"the character U+{ord(bad.group()):04X} is not allowed in a story",
            "leave the escape out",
        )
        node.value = FORBIDDEN.sub("\ufffd", value)


def check_characters(text: str, file: str, problems: Problems) -> bool:
    """Report characters that stories may not contain. True when there are none."""
    ok = True
    for bad in FORBIDDEN.finditer(text):
        ok = False
        line = text.count("\n", 0, bad.start()) + 1
        column = bad.start() - text.rfind("\n", 0, bad.start())
        problems.add(
            "H006",
            Where(file, line, column),
            f"the character U+{ord(bad.group()):04X} is not allowed in a story",
            "it is invisible or can act on a terminal; delete it",
        )
        if line > 1000:
            break
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


# The parser's words for the faults writers make, and ours. Matched in order, in libyaml's and PyYAML's wording.
_REWORDED = (
    (
        "mapping values are not allowed",
        "a ':' inside a text",
        "put the text in quotes, or write | and the text on the next line",
    ),
    ("found character '@'", "a text cannot start with @ here", "write | and the speech on the next line"),
    (
        "cannot start any token",
        "a text cannot start with this character",
        "put the text in quotes, or write | and the text on the next line",
    ),
    ("could not find expected ':'", "a key without ':'", "write 'key: value', and indent what belongs to it"),
    (
        "while scanning a quoted scalar",
        "a quote that is not closed",
        "close it, or double a ' that belongs to the text",
    ),
    ("',' or ']'", "a list [ … ] that is not closed", "close it with ], and put commas between its parts"),
    ("',' or '}'", "a map { … } that is not closed", "close it with }, and put commas between its parts"),
    (
        "expected <block end>",
        "this line is indented differently from the ones it belongs with",
        "line it up with its neighbours",
    ),
    (
        "did not find expected key",
        "this line is indented differently from the ones it belongs with",
        "line it up with its neighbours",
    ),
    (
        "did not find expected '-'",
        "this line is indented differently from the list it stands in",
        "line it up, or start it with -",
    ),
    ("block sequence entries are not allowed", "a '-' where no list can start", "put the list on the next line"),
    ("unexpected end of stream", "the file ends too early", "is a quote, [ or { not closed?"),
)


def _report(error: yaml.YAMLError, text: str, file: str, problems: Problems) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    context = getattr(error, "context", "") or ""
    problem = getattr(error, "problem", "") or str(error).split("\n", 1)[0]
    full = f"{context} {problem}"
    if mark is not None:
        where = Where(file, mark.line + 1, mark.column + 1)
        opened = getattr(error, "context_mark", None)
        # Something never closed is noticed at the end of the file; where it was opened helps more.
        if opened is not None and ("quoted scalar" in context or "flow" in context):
            where = Where(file, opened.line + 1, opened.column + 1)
    else:
        position = getattr(error, "position", 0) or 0
        where = Where(file, text.count("\n", 0, position) + 1, 1)
    for part, message, hint in _REWORDED:
        if part in full:
            problems.add("H003", where, message, hint)
            return
    problems.add("H003", where, problem)
