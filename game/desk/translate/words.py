"""The game's own words: gathered from its code by Babel, and kept in `game/locales`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file

from game.desk.translate.books import empty, filled
from game.language import CATALOGUE, FOLDER
from game.present import COMMANDS

REGISTRY = "present/commands.py"
CODE = Path(__file__).parents[2]
SPOKEN = ("present", "tui", "plain", "saves/settings.py")
"""What of the game speaks to players."""
KEYWORDS = {"_": None, "N_": None, "n_": (1, 2), "p_": ((1, "c"), 2), "Hint": (2,)}
"""Which arguments of which calls are words: what is marked, and the labels of keys."""
PLACE = re.compile(r"\{(\w*)\}")


def path(language: str) -> Path:
    """Where the words of a language are kept."""
    return FOLDER / language / CATALOGUE


def gathered() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    """(file, words, context) of all there is to translate, by file; (one, many) where a number decides."""
    found: dict[tuple[str | tuple[str, ...], str | None], str] = {}
    for path in sorted(path for part in SPOKEN for path in _files(CODE / part)):
        for _, words, _, context in extract_from_file("python", path, keywords=KEYWORDS):
            if words:
                found.setdefault((words, context), path.relative_to(CODE).as_posix())
    for command in COMMANDS:
        for told in (command.english, command.english_help, command.argument):
            if told:
                found.setdefault((told, None), REGISTRY)
        if command.words:
            found.setdefault((command.words[0], "word"), REGISTRY)
    for (words, context), file in sorted(found.items(), key=lambda entry: entry[1]):
        yield file, words, context


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else list(place.rglob("*.py"))


def renewed(language: str, old: Catalog | None) -> tuple[Catalog, Counter[str]]:
    """The catalogue of all words, with what the `old` one has for them."""
    book = empty(language, "The words of hyosan")
    if old is not None:
        book.header_comment = old.header_comment
    counts: Counter[str] = Counter()
    used: set[tuple[str, str]] = set()
    aside = {(_key(m.id), m.context or ""): m for m in old.obsolete.values()} if old is not None else {}
    for file, words, context in gathered():
        known = old.get(words, context) if old is not None else None
        if old is not None and (known is None or not filled(known)):
            # What was put aside comes back with the word.
            known = aside.get((_key(words), context or ""), known)
        if known is not None:
            used.add((_key(words), context or ""))
        counts["kept" if known is not None and filled(known) else "new"] += 1
        book.add(
            words,
            known.string if known is not None else "",
            locations=[(file, 0)],
            flags=(known.flags - {"python-format", "python-brace-format"}) if known is not None else (),
            user_comments=list(known.user_comments) if known is not None else [],
            context=context,
        )
    for message in [*(old or ()), *aside.values()]:
        if message.id and filled(message) and (_key(message.id), message.context or "") not in used:
            counts["gone"] += 1
            book.obsolete[(_key(message.id), str(message.context or ""))] = message
    return book, counts


def _key(words: object) -> str:
    return str(words[0] if isinstance(words, (list, tuple)) else words)


def faulty(message: Message) -> str:
    """What is wrong with a translation, or "": places in it that the original does not have."""
    originals = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
    forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    places = {place for text in originals for place in PLACE.findall(str(text))}
    odd = sorted({p for text in forms for p in PLACE.findall(str(text)) if p not in places})
    return f"there is no {{{odd[0]}}} in the original" if odd else ""
