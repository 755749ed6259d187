"""Korean particles, chosen by how the word before them ends when it is said."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.language.particles import MARK, NONE, OTHER, PAIRS, RIEUL, choose, ending, settle

SYLLABLES = st.characters(min_codepoint=ord("가"), max_codepoint=ord("힣"))
RIEUL_JAMO = "\u11af"
DIGITS = "영일이삼사오육칠팔구"


def spelled(number: int) -> str:
    """A number as it is read in Korean, up to 99999999."""
    if number == 0:
        return "영"
    high, low = divmod(number, 10_000)
    out = (spelled(high) if high > 1 else "") + "만" if high else ""
    for unit, name in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
        digit = low // unit % 10
        if digit:
            out += (DIGITS[digit] if digit > 1 or unit == 1 else "") + name
    return out


@given(st.text(SYLLABLES, min_size=1, max_size=8))
def test_hangul_ends_as_unicode_takes_its_last_syllable_apart(word):
    parts = unicodedata.normalize("NFD", word[-1])
    final = parts[2] if len(parts) == 3 else ""
    assert ending(word) == (NONE if not final else RIEUL if final == RIEUL_JAMO else OTHER)


@given(st.text(SYLLABLES, min_size=1, max_size=4))
def test_a_particle_follows_the_ending(word):
    closed = ending(word) != NONE
    assert settle(f"{word}(은/는)") == word + ("은" if closed else "는")
    assert settle(f"{word}(이/가)") == word + ("이" if closed else "가")
    assert settle(f"{word}(을/를)") == word + ("을" if closed else "를")
    assert settle(f"{word}(과/와)") == word + ("과" if closed else "와")
    assert settle(f"{word}(아/야)") == word + ("아" if closed else "야")
    assert settle(f"{word}(으로/로)") == word + ("으로" if ending(word) == OTHER else "로")


@given(st.integers(0, 99_999_999))
def test_a_number_ends_as_its_reading_does(number):
    assert ending(str(number)) == ending(spelled(number))
    assert ending(f"{number:,}") == ending(str(number))


@pytest.mark.parametrize(
    ("word", "end"),
    [
        ("L", RIEUL),
        ("R", RIEUL),
        ("M", OTHER),
        ("N", OTHER),
        ("A", NONE),
        ("CCTV", NONE),
        ("ATM", OTHER),
        ("Anna", NONE),
        ("Tom", OTHER),
        ("Ann", OTHER),
        ("Jane", OTHER),
        ("Paul", RIEUL),
        ("Michelle", RIEUL),
        ("Apple", RIEUL),
        ("Jack", OTHER),
        ("Robert", NONE),
        ("James", NONE),
        ("Do-ha", NONE),
        ("Ye-rin", OTHER),
        ("Su-hyeok", OTHER),
        ("Yeong", OTHER),
        ("Kate", NONE),
    ],
)
def test_latin_names_end_as_they_are_written_in_hangul(word, end):
    assert ending(word) == end


@pytest.mark.parametrize("text", ["“도하”(은/는)", "도하!(은/는)", "(도하)(은/는)", "도하 (은/는)"])
def test_quotes_and_stops_are_not_said(text):
    assert settle(text) == text.replace("(은/는)", "는")


@given(st.sampled_from(sorted(PAIRS)), st.text(SYLLABLES, min_size=1, max_size=4))
def test_either_order_says_the_same(pair, word):
    a, b = pair.split("/")
    assert choose(pair, word) == choose(f"{b}/{a}", word)
    assert MARK.fullmatch(f"({pair})")


@given(st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("()/은는이가")), max_size=30))
def test_only_marks_change(text):
    assert settle(text) == text or any(f"({pair})" in text for pair in PAIRS)


def test_what_stands_before_the_text_counts():
    assert settle("(은/는) 웃는다. 온조(이/가) 본다.", before="예린") == "은 웃는다. 온조가 본다."


def test_a_long_text_takes_no_longer_than_its_length():
    """Twenty thousand particles in a fraction of a second: each looks at its own word only."""
    assert settle("도하(은/는) " * 20_000) == "도하는 " * 20_000


def test_a_pair_that_is_none_stays():
    assert settle("도하(은/을)") == "도하(은/을)"
