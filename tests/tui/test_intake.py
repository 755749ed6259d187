"""Pastes, taken out of what a terminal sends before it is read as keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.tui.intake import LONGEST_PASTE, PASTE_BEGINS, PASTE_ENDS, PATIENCE, Intake, Pasted


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def all_of(text: str, *cuts: int) -> list[str | Pasted]:
    """What comes of `text`, sent in pieces; neighbouring keys as one."""
    intake = Intake(Clock())
    out: list[str | Pasted] = []
    for start, end in zip((0, *cuts), (*cuts, len(text)), strict=True):
        out.extend(intake.feed(text[start:end]))
    out.extend(intake.rest())
    joined: list[str | Pasted] = []
    for piece in out:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


@given(st.data())
def test_it_does_not_matter_how_the_terminal_cuts_what_it_sends(data):
    text = f"ab\x1b[A{PASTE_BEGINS}one\x1b[20{PASTE_ENDS}c\x1b{PASTE_BEGINS}two\0{PASTE_ENDS}\x1b[2"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    assert all_of(text, *cuts) == ["ab\x1b[A", Pasted("one\x1b[20"), "c\x1b", Pasted("two"), "\x1b[2"]


@pytest.mark.parametrize("size", [0, 1, LONGEST_PASTE, LONGEST_PASTE + 1, 100_000])
def test_a_paste_that_is_too_long_is_dropped_whole(size):
    found = all_of(f"{PASTE_BEGINS}{'x' * size}{PASTE_ENDS}q")
    assert found == ([Pasted("x" * size), "q"] if size <= LONGEST_PASTE else ["q"])


def test_a_paste_without_an_end_is_over_after_a_while_and_types_nothing():
    clock = Clock()
    intake = Intake(clock)
    assert list(intake.feed(f"{PASTE_BEGINS}quit\x11\x1b[20")) == []
    clock.now = PATIENCE * 0.9
    assert list(intake.rest()) == []
    assert list(intake.feed("more")) == []
    clock.now += 1.5 * PATIENCE
    assert list(intake.rest()) == []
    assert list(intake.feed("q")) == ["q"]


def test_escape_alone_is_not_kept_for_long():
    intake = Intake(Clock())
    assert list(intake.feed("\x1b")) == []
    assert intake.patience < 0.05
    assert list(intake.rest()) == ["\x1b"]
