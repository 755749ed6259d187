"""Catalogues as translators keep them: read and written whole, with their comments, by Babel.

The same texts make the same file, byte for byte: no dates, no line numbers.
"""

from __future__ import annotations

import io
import os
from contextlib import suppress
from pathlib import Path

from babel.core import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from game.desk.unwritten import unwritten

WIDTH = 100
HEADER = "# {what}, in {language}.\n# See docs/writing/translating.md."


class Unwritable(Exception):
    """A catalogue that cannot be read or written; the text says which and why."""


class Book(Catalog):
    """A catalogue without dates."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Language", str(self.locale_identifier or "")),
            ("Plural-Forms", self.plural_forms),
        ]


def locale(language: str) -> Locale | None:
    """What Babel knows of a language; None when there is no such."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None


def empty(language: str, what: str) -> Book:
    """A catalogue without entries; `what` says in its first line what it translates."""
    known = locale(language)
    book = Book(locale=known, charset="utf-8", fuzzy=False)
    book.header_comment = HEADER.format(what=what, language=known.english_name if known else language)
    return book


def opened(path: Path, language: str) -> Catalog | None:
    """The catalogue at `path`; None when there is none. Raises `Unwritable` for one that cannot be read."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unwritable(f"{path}: {error.strerror}") from None
    try:
        book = read_po(io.BytesIO(data), locale=locale(language), charset="utf-8", abort_invalid=True)
    except PoFileError as error:
        raise Unwritable(f"{path}:{error.lineno + 1}: this cannot be read as a catalogue: {error}") from None
    except UnicodeDecodeError:
        raise Unwritable(f"{path}: this file is not UTF-8 text; save it as UTF-8") from None
    for message in [*book, *book.obsolete.values()]:
        # Babel takes what was the original before for a translator's comment.
        message.user_comments = [c for c in message.user_comments if not c.startswith("|")]
    return book


def filled(message: Message) -> bool:
    """Whether an entry has a translation."""
    return any(message.string or ())


def entries(book: Catalog) -> list[Message]:
    """The entries of a catalogue without its header."""
    return [message for message in book if message.id]


def written(book: Catalog, path: Path) -> bool:
    """Write a catalogue, all or nothing. Returns whether that changed the file. Raises `Unwritable`."""
    out = io.BytesIO()
    write_po(out, book, width=WIDTH, include_lineno=False, include_previous=True)
    data = out.getvalue().rstrip(b"\n") + b"\n"
    beside = path.with_name(f".{path.name}.new")
    try:
        if path.exists() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        os.replace(beside, path)
    except OSError as error:
        raise Unwritable(unwritten(error, path)) from None
    finally:
        with suppress(OSError):
            beside.unlink()
    return True
