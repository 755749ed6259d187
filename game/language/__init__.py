"""The game's own words in the language of whoever plays. English is the source; no catalogue is read for it.

`_("…")` is what every word of the program on a screen goes through, `n_` where a number decides, `N_` marks words that
are translated later, where they are shown. Story text has catalogues of its own: see `game.story.translated`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

SOURCE = "en"
FOLDER = Path(__file__).parents[1] / "locales"
CATALOGUE = "hyosan.po"
NAMES = {"en": "English", "ko": "한국어"}
"""What the languages call themselves."""

_CODE = re.compile(r"[a-z]{2,3}(?:[_-][A-Za-z]{2,4})?\Z")
_PLURAL = re.compile(r"plural\s*=\s*([^;\n]+)")


def _by_one(n: int) -> int:
    """Which of two forms a number takes, by the rule of English: one, and all others."""
    return int(n != 1)


class _Words:
    """The words in use: by (context, English) their forms, and which form a number takes."""

    def __init__(self) -> None:
        self.language = SOURCE
        self.forms: Mapping[tuple[str, str], tuple[str, ...]] = {}
        self.plural: Callable[[int], int] = _by_one


_WORDS = _Words()


def is_code(text: str) -> bool:
    """Whether `text` is written as the code of a language, such as `ko` or `pt_BR`."""
    return bool(_CODE.match(text))


def available() -> list[str]:
    """The languages the game's own words are in, English first."""
    found = sorted(path.parent.name for path in FOLDER.glob(f"*/{CATALOGUE}") if is_code(path.parent.name))
    return [SOURCE, *found]


def by_locale(environment: Mapping[str, str] | None = None) -> str:
    """The language the environment asks for, by the rules of gettext: `ko` of `LANG=ko_KR.UTF-8`; English if none."""
    env = os.environ if environment is None else environment
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := env.get(name):
            code = re.split(r"[.@_:]", value)[0].lower()
            return code if is_code(code) else SOURCE
    return SOURCE


def current() -> str:
    """The language in use."""
    return _WORDS.language


def use(language: str) -> None:
    """Speak `language` from now on. What is not translated, or cannot be read, is said in English."""
    _WORDS.language = language
    _WORDS.forms, plural = _read(language) if language != SOURCE and is_code(language) else ({}, "")
    _WORDS.plural = _rule(plural) if plural else _by_one


# What reads catalogues, and what chooses particles, is imported here: English starts without.


def _rule(plural: str) -> Callable[[int], int]:
    """The rule of a catalogue's header as a function; the first form for all where it cannot be read."""
    import gettext

    try:
        return gettext.c2py(plural)
    except ValueError:
        return lambda n: 0


def _read(language: str) -> tuple[dict[tuple[str, str], tuple[str, ...]], str]:
    """The forms of a language's catalogue, and the rule by which a number chooses among them."""
    from game.language.po import Malformed, messages

    found: dict[tuple[str, str], tuple[str, ...]] = {}
    plural = ""
    try:
        for message in messages((FOLDER / language / CATALOGUE).read_text("utf-8")):
            if not message.source:
                rule = _PLURAL.search(message.translation)
                plural = rule[1].strip() if rule else ""
            elif not message.fuzzy:
                found[message.context, message.source] = message.forms or (message.translation,)
    except (OSError, UnicodeDecodeError, Malformed):
        return {}, ""
    return found, plural


def _(text: str, /, **values: object) -> str:
    """`text` in the language in use, with `values` put into its `{places}` and Korean particles chosen after them."""
    return _filled(_WORDS.forms.get(("", text), (text,))[0], text, values)


def p_(context: str, text: str, /) -> str:
    """`text` in the language in use, where the same English word is another one elsewhere."""
    return _WORDS.forms.get((context, text), (text,))[0]


def n_(one: str, many: str, n: int, /, **values: object) -> str:
    """`one` or `many`, by the number `n`, which they can show as `{n}`."""
    source = one if n == 1 else many
    forms = _WORDS.forms.get(("", one))
    text = forms[min(_WORDS.plural(n), len(forms) - 1)] if forms else source
    return _filled(text, source, {"n": n, **values})


def N_(text: str, /) -> str:  # noqa: N802 - the name that gettext's tools and readers know
    """Marks words that are translated where they are shown."""
    return text


def _filled(text: str, source: str, values: Mapping[str, object]) -> str:
    if not values:
        return text
    try:
        filled = text.format_map(values)
    except (KeyError, IndexError, ValueError, AttributeError):
        # A translation with a place that is none: the English always fits.
        filled = source.format_map(values)
    if _WORDS.language == SOURCE:
        return filled
    from game.language.particles import settle

    return settle(filled)


__all__ = ["N_", "_", "available", "by_locale", "current", "is_code", "n_", "p_", "use"]
