"""A story's catalogues brought up to date: what stayed, what moved, what changed, what is new, what is gone."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from babel.messages.catalog import Catalog, Message

from game.desk.translate.books import empty, entries
from game.story.translated import Unit

ALIKE = 0.75
"""How much of a text must be as it was, for its translation to be shown to a translator again."""
FUZZY = "fuzzy"


@dataclass(slots=True)
class Renewed:
    """The catalogues by part, and how many texts are kept, moved, changed (and marked fuzzy), new, gone."""

    books: dict[str, Catalog] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def renew(
    units: Iterable[Unit],
    old: Mapping[str, Catalog],
    language: str,
    title: str,
    known: Mapping[str, str] | None = None,
) -> Renewed:
    """New catalogues for `units`, with what the `old` ones (by part) have for them.

    A translation stays with its text when that only gets another id. Where the text itself changed, its translation is
    kept and marked fuzzy: it is not shown to players before somebody looked at it. `known` are translations by id for
    texts that have none yet.
    """
    wanted = list(units)
    left: dict[str, Message] = {}
    for book in old.values():
        # What is used before what was put aside.
        for message in [*entries(book), *book.obsolete.values()]:
            if message.context:
                left.setdefault(str(message.context), message)
    found = _matched(wanted, left)
    out = Renewed()
    for part, book in old.items():
        out.books[part] = empty(language, f"{title}: {part}")
        out.books[part].header_comment = book.header_comment
    for unit in wanted:
        fresh = out.books.setdefault(unit.part, empty(language, f"{title}: {unit.part}"))
        entry, how = found.get(unit.id, (None, "new"))
        out.counts[how if entry is not None and entry.string else "new"] += 1
        _put(fresh, unit, entry, how, (known or {}).get(unit.id, ""))
    used = {id(message) for message, _ in found.values()}
    for part, book in old.items():
        for message in [*entries(book), *book.obsolete.values()]:
            if message.string and message.context and id(message) not in used:
                out.counts["gone"] += 1
                message.locations, message.auto_comments = [], []
                out.books[part].obsolete[(str(message.id), str(message.context))] = message
    return out


def _matched(wanted: list[Unit], left: Mapping[str, Message]) -> dict[str, tuple[Message, str]]:
    """For each text by its id: the entry that has its translation, and whether it was kept, moved or changed."""
    found: dict[str, tuple[Message, str]] = {}
    free = dict(left)
    for unit in wanted:
        entry = free.get(unit.id)
        if entry is not None and entry.id == unit.source:
            found[unit.id] = free.pop(unit.id), "kept"
    by_text: dict[str, list[str]] = {}
    for id, entry in free.items():
        by_text.setdefault(str(entry.id), []).append(id)
    for unit in wanted:
        if unit.id not in found and (ids := by_text.get(unit.source)):
            found[unit.id] = free.pop(ids.pop(0)), "moved"
    # A paragraph may have changed and moved: the nearest of its own text, before whatever has its number now.
    rest = [unit for unit in wanted if unit.id not in found]
    for unit in rest:
        near = {str(e.id): id for id, e in free.items() if _owner(id) == _owner(unit.id)}
        if close := difflib.get_close_matches(unit.source, near, 1, ALIKE):
            found[unit.id] = free.pop(near[close[0]]), "changed"
    for unit in rest:
        if unit.id not in found and unit.id in free:
            found[unit.id] = free.pop(unit.id), "changed"
    return found


def _owner(id: str) -> str:
    return id.rpartition(".")[0]


def _put(book: Catalog, unit: Unit, entry: Message | None, how: str, known: str) -> None:
    translated = entry is not None and bool(entry.string)
    flags = {FUZZY} if translated and (how == "changed" or (entry is not None and entry.fuzzy)) else set()
    previous: tuple[str, ...] = (str(entry.id),) if entry is not None and translated and how == "changed" else ()
    message = book.add(
        unit.source,
        str(entry.string) if entry is not None and translated else known,
        locations=[(unit.where.file, 0)] if unit.where else [],
        flags=flags,
        auto_comments=[unit.about],
        user_comments=list(entry.user_comments) if entry is not None else [],
        previous_id=previous,
        context=unit.id,
    )
    # `{% if … %}` is no directive of printf.
    message.flags = flags
