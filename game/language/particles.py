"""Korean particles after inserted names: `{{ player }}(은/는)` becomes 은 or 는 by how the name ends when it is said.

Hangul ends as its last syllable does. Digits are read the Sino-Korean way, single letters and abbreviations by their
names, other Latin words as their last letters are usually written in hangul.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PAIRS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        f"{a}/{b}": pair
        for pair in (
            ("은", "는"),
            ("이", "가"),
            ("을", "를"),
            ("과", "와"),
            ("으로", "로"),
            ("아", "야"),
            ("이야", "야"),
            ("이랑", "랑"),
            ("이나", "나"),
            ("이라", "라"),
            ("이란", "란"),
            ("이라고", "라고"),
            ("이라는", "라는"),
            ("이었", "였"),
            ("이에요", "예요"),
            ("이여", "여"),
        )
        for a, b in (pair, pair[::-1])
    }
)
"""As written between the brackets, in either order: (after a final consonant, after a vowel)."""

MARK: Final = re.compile(r"\(([가-힣]{1,3}/[가-힣]{1,3})\)")
"""A particle that is still to be chosen, or something that looks like one."""

NONE, RIEUL, OTHER = "", "ㄹ", "other"
"""How a word ends: in a vowel, in ㄹ (which 으로/로 treats as a vowel), in another consonant."""

HEARD: Final = 64
"""How many characters before a particle can decide it."""

_DIGITS = {"0": OTHER, "1": RIEUL, "2": NONE, "3": OTHER, "4": NONE, "5": NONE, "6": OTHER, "7": RIEUL, "8": RIEUL}
_LETTERS = {"l": RIEUL, "r": RIEUL, "m": OTHER, "n": OTHER}
_CLOSING = "”’\"'」』》〉)]*_ \u00a0.,!?…"
_TENS = re.compile(r"[1-9]\d*?(0+)\Z")
_NUMBER = re.compile(r"\d[\d,]*\Z")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*\Z")
_STOPPED = re.compile(r"[aeiouyw](?:ck|[bckpt]{1,2})\Z")


def ending(text: str) -> str:
    """How `text` ends when it is said: `NONE`, `RIEUL` or `OTHER`. Closing quotes, stops and spaces are not said."""
    text = text.rstrip(_CLOSING)
    if not text:
        return NONE
    last = text[-1]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return NONE if not final else RIEUL if final == 8 else OTHER
    if number := _NUMBER.search(text):
        return _number(number[0].replace(",", ""))
    if word := _WORD.search(text):
        return _word(re.split(r"['’-]", word[0])[-1])
    return NONE


def _number(digits: str) -> str:
    """십, 백, 천 and 만 end in consonants; 조 alone of the larger ones does not."""
    zeros = _TENS.match(digits)
    if zeros:
        return NONE if 12 <= len(zeros[1]) < 16 else OTHER
    return _DIGITS.get(digits[-1], NONE)


def _word(word: str) -> str:
    if len(word) < 2 or word.isupper():
        return _LETTERS.get(word[-1:].lower(), NONE)
    word = word.lower()
    if re.search(r"[aeiou][lmn]e\Z", word) or word.endswith("lle"):
        word = word[:-1]  # Jane, Michelle: the e is not said
    if word.endswith("ng") or word[-1] in "mn":
        return OTHER
    if word[-1] == "l" or re.search(r"[^aeiou]le\Z", word):
        return RIEUL
    return OTHER if _STOPPED.search(word) else NONE


def choose(pair: str, before: str) -> str:
    """The particle of `pair` (as `은/는`) that follows `before`."""
    closed, opened = PAIRS[pair]
    end = ending(before)
    if closed == "으로" and end == RIEUL:
        return opened
    return closed if end else opened


def settle(text: str, before: str = "") -> str:
    """`text` with every marked particle chosen by what stands before it; `before` is what comes before `text`."""
    if "/" not in text:
        return text
    out, at = "", 0
    for mark in MARK.finditer(text):
        if mark[1] in PAIRS:
            out += text[at : mark.start()]
            # Only the last word matters, however long the text is.
            out += choose(mark[1], (before[-HEARD:] + out[-HEARD:])[-HEARD:])
            at = mark.end()
    return out + text[at:]
