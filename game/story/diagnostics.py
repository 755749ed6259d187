"""Problems in a story, as values: what is wrong, where, and what to write instead.

A problem is collected, never raised, so that a writer sees all of them at once.
"""

from __future__ import annotations

import bisect
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum

from game.story.clean import FORBIDDEN
from game.story.records import value

MAX_MESSAGE = 300
MAX_ERRORS = 300
"""Errors of one story that are told. Whoever has more mends these first; a stranger with more wants us busy."""
MAX_COMPARED = 40
"""Names that an unknown one is compared with, to guess what was meant."""


class Severity(StrEnum):
    """`ERROR` keeps a story from being played; `WARNING` does not."""

    ERROR = "error"
    WARNING = "warning"


# Each code has a page in docs/diagnostics, which `hyosan explain` reads; the title is its headline.
CODES: dict[str, tuple[Severity, str]] = {
    "H001": (Severity.ERROR, "a file or folder cannot be read"),
    "H002": (Severity.ERROR, "larger than a story needs"),
    "H003": (Severity.ERROR, "this is not YAML"),
    "H004": (Severity.ERROR, "a key is written twice"),
    "H005": (Severity.ERROR, "YAML that stories do not use"),
    "H006": (Severity.ERROR, "a character that must not reach a terminal"),
    "H007": (Severity.ERROR, "nested too deeply"),
    "H008": (Severity.ERROR, "a pack that cannot be read"),
    "H009": (Severity.ERROR, "a file that a pack cannot hold"),
    "H010": (Severity.ERROR, "an unknown key"),
    "H011": (Severity.ERROR, "a key is missing"),
    "H012": (Severity.ERROR, "another kind of value is expected"),
    "H013": (Severity.ERROR, "not an id"),
    "H014": (Severity.ERROR, "a range that cannot be"),
    "H015": (Severity.ERROR, "an id is used twice"),
    "H020": (Severity.ERROR, "an unknown scene"),
    "H021": (Severity.ERROR, "an unknown item"),
    "H022": (Severity.ERROR, "an unknown person"),
    "H023": (Severity.ERROR, "an unknown place"),
    "H024": (Severity.ERROR, "an unknown flag or meter"),
    "H025": (Severity.ERROR, "an unknown passage"),
    "H026": (Severity.ERROR, "an unknown content note"),
    "H027": (Severity.ERROR, "an unknown name"),
    "H030": (Severity.ERROR, "a condition that cannot be read"),
    "H031": (Severity.ERROR, "a comparison that makes no sense"),
    "H032": (Severity.ERROR, "a condition that is too large"),
    "H040": (Severity.ERROR, "an unknown effect"),
    "H041": (Severity.ERROR, "an effect that cannot work"),
    "H042": (Severity.ERROR, "a fate that nothing leads to"),
    "H050": (Severity.ERROR, "a text tag that cannot be read"),
    "H051": (Severity.ERROR, "passages that include each other"),
    "H060": (Severity.ERROR, "a choice that leads nowhere"),
    "H061": (Severity.ERROR, "a way between chapters that is not open"),
    "H062": (Severity.ERROR, "a bell that cannot ring"),
    "H063": (Severity.ERROR, "a time outside the chapter"),
    "H064": (Severity.ERROR, "a scene without a choice"),
    "H065": (Severity.WARNING, "a time that falls between two ticks"),
    "H070": (Severity.ERROR, "a story test that does not hold"),
    "H080": (Severity.ERROR, "a migration of what is still there"),
    "H081": (Severity.ERROR, "a migration to a value that is none"),
    # What `hyosan check` finds in a story that can be played.
    "H100": (Severity.WARNING, "nothing leads here"),
    "H101": (Severity.WARNING, "no way out"),
    "H102": (Severity.WARNING, "set and never read"),
    "H103": (Severity.WARNING, "read and never set"),
    "H104": (Severity.WARNING, "an item that is never used"),
    "H105": (Severity.WARNING, "two choices that do the same"),
    "H106": (Severity.WARNING, "a flag that could be forgotten sooner"),
    "H107": (Severity.WARNING, "speech by somebody who cannot be there"),
    "H108": (Severity.WARNING, "a text nobody can see"),
    "H109": (Severity.WARNING, "a choice that is too long"),
    "H110": (Severity.WARNING, "a content note is missing"),
    "H111": (Severity.WARNING, "a choice that is never open"),
    "H112": (Severity.WARNING, "an ignore without anything to ignore"),
}


@value
class Where:
    """A place in a story file. `line` and `column` count from 1; `width` is in characters."""

    file: str
    line: int = 0
    column: int = 0
    width: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@value
class Diagnostic:
    """One problem. `source` is the text of the line it points at, without its end."""

    code: str
    message: str
    where: Where
    hint: str = ""
    source: str = ""

    @property
    def severity(self) -> Severity:
        return CODES[self.code][0]

    @property
    def title(self) -> str:
        """The headline of its code."""
        return CODES[self.code][1]

    @property
    def start(self) -> tuple[str, int, int]:
        return self.where.file, self.where.line, self.where.column

    def render(self) -> str:
        """The problem as plain text: position, message, the line with a caret under it, the hint."""
        lines = [f"{printable(str(self.where))}: {self.severity} {self.code}: {self.message}"]
        if self.source and self.where.line:
            number = str(self.where.line)
            start = min(self.where.column - 1, len(self.source))
            # A very long line is shown around the fault only.
            cut = max(0, start - 60)
            shown = self.source[cut : start + 60]
            pad = cells(self.source[cut:start])
            carets = max(1, cells(self.source[start : start + self.where.width][:60]))
            lines.append(f"  {number} | {shown}")
            lines.append(f"  {' ' * len(number)} | {' ' * pad}{'^' * carets}")
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class Problems:
    """Collects diagnostics while a story is read."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []
        self._files: set[str] = set()
        self._errors = 0
        self._lines: dict[str, list[str]] = {}
        self._shown: dict[tuple[str, int], str] = {}

    def remember_source(self, file: str, text: str) -> None:
        """Let later problems in `file` show the line they point at."""
        self._lines[file] = text.split("\n")

    def lines(self, file: str) -> list[str]:
        """The lines of a file that was remembered, or none."""
        return self._lines.get(file, [])

    @property
    def full(self) -> bool:
        """Whether so much is wrong that no more of it is told."""
        return self._errors >= MAX_ERRORS

    def add(self, code: str, where: Where, message: str, hint: str = "") -> None:
        error = CODES[code][0] is Severity.ERROR
        if error and self.full:
            return
        self._errors += error
        self._files.add(where.file)
        # Messages and hints quote what a writer wrote, and that may hold anything.
        self._found.append(Diagnostic(code, quotable(message), where, quotable(hint), self._line(where)))
        if error and self.full:
            more = f"more than {MAX_ERRORS - 1} errors; no more are told"
            self._found.append(Diagnostic("H002", more, Where(where.file, where.line), "mend these, and look again"))

    def _line(self, where: Where) -> str:
        """The text of a line, fit to be shown. A line of a million characters may hold many problems."""
        key = (where.file, where.line)
        if key not in self._shown:
            lines = self.lines(where.file)
            self._shown[key] = printable(lines[where.line - 1]) if 0 < where.line <= len(lines) else ""
        return self._shown[key]

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All problems, in the order of the files and lines, each once."""
        # Whatever else is wrong with a value that YAML's own rules refuse follows from that.
        refused = {d.start for d in self._found if d.code == "H005"}
        unique = dict.fromkeys(d for d in self._found if d.code == "H005" or d.start not in refused)
        return tuple(sorted(unique, key=lambda d: (*d.start, d.code)))

    def any_in(self, file: str) -> bool:
        """Whether anything has been found in `file` so far."""
        return file in self._files

    def has_errors(self) -> bool:
        return self._errors > 0

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.sorted())


def report(diagnostics: Iterable[Diagnostic]) -> str:
    """All problems as text, and how many there are."""
    found = list(diagnostics)
    errors = sum(d.severity is Severity.ERROR for d in found)
    counts = ((errors, "error"), (len(found) - errors, "warning"))
    summary = ", ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts if n)
    return "\n\n".join([*(d.render() for d in found), summary or "no problems"])


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean 'take'?` for the closest of `known`, or what there is when that is short, or nothing."""
    # Imported here: only a story with a mistake has a use for it.
    import difflib

    names = set(known)
    close = difflib.get_close_matches(word, _near(word, names), n=1, cutoff=0.6) if len(word) <= 64 else []
    if close:
        return f"did you mean '{close[0]}'?"
    if 0 < len(names) <= 8:
        return "known here: " + ", ".join(sorted(names))
    return ""


def _near(word: str, names: set[str]) -> list[str]:
    """Of many names those that a slip may have made of `word`: of about its length, and the same at one end."""
    if len(names) <= MAX_COMPARED:
        return sorted(names)
    begins, ends, length = word[:2], word[-2:], len(word)
    alike = [n for n in names if -4 <= len(n) - length <= 4 and (n.startswith(begins) or n.endswith(ends))]
    if len(alike) > MAX_COMPARED:
        # Those with the longest common beginning stand next to it.
        alike.sort()
        at = bisect.bisect(alike, word)
        alike = alike[max(0, at - MAX_COMPARED // 2) : at + MAX_COMPARED // 2]
    return sorted(alike)


def cells(text: str) -> int:
    """How many terminal columns `text` takes (wide characters take two)."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text if not unicodedata.combining(c))


def quotable(text: str) -> str:
    """`text` fit to stand in a message: printable, and not longer than one can read."""
    return printable(text if len(text) <= MAX_MESSAGE else f"{text[:MAX_MESSAGE]} …")


def printable(text: str) -> str:
    """`text` with everything a terminal might act on shown as `?`, one for one so that columns stay."""
    if text.isprintable() and (text.isascii() or not FORBIDDEN.search(text)):
        return text
    return "".join(c if c.isprintable() else " " if c == "\t" else "?" for c in FORBIDDEN.sub("\0", text))
