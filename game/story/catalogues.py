"""The catalogues beside a story: `locales/ko/story.po` and its like, in a folder or a pack."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from game.language import SOURCE, is_code
from game.story.diagnostics import Problems, Where
from game.story.source import MAX_FILE, Unreadable, opened

if TYPE_CHECKING:
    from game.story.model import Story

LOCALES = "locales"


def read_catalogues(place: Path, language: str, problems: Problems) -> dict[str, str]:
    """The texts of a language's catalogues, by name. What cannot be read is told in `problems`."""
    out: dict[str, str] = {}
    with opened(place, problems) as source:
        if source is None or not is_code(language):
            return out
        try:
            names = [name for name in source.inside(f"{LOCALES}/{language}") if name.endswith(".po")]
        except Unreadable as refused:
            problems.add(refused.code, Where(f"{LOCALES}/{language}"), refused.message, refused.hint)
            return out
        for name in names:
            try:
                data = source.read(name)
            except Unreadable as refused:
                problems.add(refused.code, Where(name), refused.message, refused.hint)
                continue
            if len(data) > MAX_FILE:
                problems.add("H002", Where(name), f"more than {MAX_FILE:,} bytes in one catalogue", "split it in two")
                continue
            try:
                out[name] = data.decode("utf-8")
            except UnicodeDecodeError:
                problems.add("H001", Where(name), "this file is not UTF-8 text", "save it as UTF-8")
    return out


def catalogues_for(own: str, place: Path, language: str) -> dict[str, str]:
    """What a story whose own language is `own` is translated with; nothing where it is told as it is."""
    return {} if language == (own or SOURCE) else read_catalogues(place, language, Problems())


def in_words_of(catalogues: Mapping[str, str], story: Story, language: str) -> Story:
    """The story in the words of these catalogues, which are in `language`; itself where there are none."""
    if not catalogues:
        return story
    # Imported here: it needs all that reads a story's texts, which a story in its own language starts without.
    from game.story.translated import translate

    return translate(story, catalogues, language).story
