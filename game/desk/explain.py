"""`hyosan explain H012`: what a problem means, why it matters, and what to write instead."""

from __future__ import annotations

import argparse
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from game.story.diagnostics import CODES, Severity

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

OK, UNKNOWN = 0, 1
WIDEST = 100

AREAS = (
    ("H00", "Files"),
    ("H01", "Keys, values and ids"),
    ("H02", "Names that nothing has"),
    ("H03", "Conditions"),
    ("H04", "Effects"),
    ("H05", "Text"),
    ("H06", "Ways, bells and hours"),
    ("H07", "Story tests"),
    ("H08", "Saves of older versions"),
    ("H1", "What may not be meant, in a story that can be played"),
)

_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_FENCE = re.compile(r"(`{3,})\w*\s*\Z")


def main(arguments: list[str]) -> int:
    """Print the page of a code, or the list of all codes."""
    parser = argparse.ArgumentParser(
        prog="hyosan explain",
        description="What a problem means, why it matters, and what to write instead.",
        epilog="exit codes: 0 it was explained; 1 there is no such code",
    )
    parser.add_argument("code", nargs="?", metavar="CODE", help="such as H012, h12 or 12; all codes if left out")
    given = parser.parse_args(arguments).code
    console = _console()
    if given is None:
        _list(console)
        return OK
    code = _code(given)
    if code not in CODES:
        number = int(code[1:]) if code else 0
        near = min(CODES, key=lambda known: abs(int(known[1:]) - number))
        hint = f"did you mean {near}? " if code else ""
        console.print(_plain(f"there is no code '{given}'. {hint}hyosan explain lists them all"))
        return UNKNOWN
    for piece in pieces(page(code)):
        # A terminal folds a long line of an example by itself; cut or folded by us it could not be copied.
        console.print(_shown(piece), soft_wrap=piece.kind == "code")
    return OK


def page(code: str) -> str:
    """The page of a code as Markdown, without the comments that only tests read."""
    return _COMMENT.sub("", (folder() / f"{code}.md").read_text(encoding="utf-8"))


def folder() -> Path:
    """Where the pages lie: inside the installed package, or beside it in a checkout."""
    inside = Path(__file__).parents[1] / "docs" / "diagnostics"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "docs" / "diagnostics"


def _code(given: str) -> str:
    """`H012` for h012, h12 and 12; "" for what is no code at all."""
    match = re.fullmatch(r"[Hh]?(\d{1,3})", given.strip(), re.ASCII)
    return f"H{int(match[1]):03d}" if match else ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a page. `kind` is title, heading, item, text or code; of these only code keeps its lines."""

    kind: str
    text: str


def pieces(markdown: str) -> Iterator[Piece]:
    """The parts of a page: as much of Markdown as the pages use."""
    lines = iter(markdown.split("\n"))
    open_: list[str] = []
    kind = "text"
    for line in lines:
        fence, mark = _FENCE.match(line), line.split(" ", 1)[0]
        if open_ and (fence or not line.strip() or mark in ("#", "##", "-")):
            yield Piece(kind, " ".join(open_))
            open_, kind = [], "text"
        if fence:
            yield Piece("code", "\n".join(itertools.takewhile(fence[1].__ne__, lines)))
        elif mark in ("#", "##"):
            yield Piece("title" if mark == "#" else "heading", line.removeprefix(mark).strip())
        elif mark == "-":
            open_, kind = [line.removeprefix(mark).strip()], "item"
        elif line.strip():
            open_.append(line.strip())
    if open_:
        yield Piece(kind, " ".join(open_))


# --- showing ------------------------------------------------------------------------------------------


def _console() -> Console:
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    if console.width > WIDEST:
        console.width = WIDEST
    return console


def _plain(text: str) -> Text:
    from rich.text import Text

    return Text(text)


def _shown(piece: Piece) -> Text:
    from rich.text import Text

    if piece.kind == "code":
        lines = "\n".join(f"    {line}".rstrip() for line in piece.text.replace("\t", "  ").split("\n"))
        return Text(f"{lines}\n")
    if piece.kind in ("title", "heading"):
        return Text(f"{piece.text}\n", style="bold")
    margin = "- " if piece.kind == "item" else ""
    text = Text(margin)
    for i, part in enumerate(piece.text.split("`")):
        if i % 2:
            text.append(part if "'" in part else f"'{part}'", style="bold")
        else:
            text.append(_unlinked(part))
    text.append("\n" if not margin else "")
    return text


def _unlinked(text: str) -> str:
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)


def _list(console: Console) -> None:
    for start, area in AREAS:
        console.print(_shown(Piece("heading", area)))
        for code, (severity, title) in CODES.items():
            if code.startswith(start):
                kind = "" if severity is Severity.ERROR or start == "H1" else " (a warning)"
                console.print(_plain(f"  {code}  {title}{kind}"))
        console.print()
    console.print(_plain("hyosan explain H012 tells more about one of them"))
