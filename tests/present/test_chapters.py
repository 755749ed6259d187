"""The chapters of a run and their first pages."""

from __future__ import annotations

import pytest

from game.present.chapters import chapter_called, chapters
from game.present.reading import page_lines, passage, read_by, taken, taken_before
from game.present.view import transcript, view
from tests.again import LONG, run

MADE = run("stay", "stay", "go", "on")


def test_each_chapter_has_its_first_page_and_its_last_turn():
    assert [(c.title, c.turn, c.last, c.here, c.undone) for c in chapters(MADE)] == [
        ("The Morning", 0, 2, False, False),
        ("The Noon", 3, 4, True, False),
    ]


def test_a_chapter_that_was_taken_back_is_still_there():
    assert [(c.turn, c.here, c.undone) for c in chapters(MADE.go_to(1))] == [(0, True, False), (3, False, True)]


@pytest.mark.parametrize("turn", range(5))
def test_one_chapter_is_the_one_we_are_in(turn):
    here = [c for c in chapters(MADE.go_to(turn)) if c.here]
    assert [c.id for c in here] == [MADE.chapter_at(turn)]


@pytest.mark.parametrize(
    ("name", "id"),
    [("1", "first"), ("2", "second"), ("the noon", "second"), ("The M", "first"), ("sec", "second")],
)
def test_a_chapter_is_called_by_number_title_or_beginning(name, id):
    found = chapter_called(name, chapters(MADE))
    assert found is not None
    assert found.id == id


@pytest.mark.parametrize("name", ["", "0", "3", "night", "99999999999999999999", "²"])
def test_nothing_else_is_a_chapter(name):
    assert chapter_called(name, chapters(MADE)) is None


# --- what was read ---


def test_what_was_read_is_shortened_to_its_first_words():
    made = run("stay")
    read = set(read_by(made))

    lines = page_lines(made, 1, read)

    (folded,) = [line for line in lines if line.kind == "folded"]
    assert LONG.startswith(folded.text.split(" …")[0])
    assert folded.text.endswith("(2 paragraphs read before)")
    assert len(folded.text) < 100
    assert [line.kind for line in lines if line.kind not in ("text", "speech", "folded")] == [
        line.kind for line in transcript(made, 1) if line.kind not in ("text", "speech")
    ]


def test_nothing_is_shortened_that_was_not_read():
    made = run("stay")
    assert page_lines(made, 1, set()) == transcript(made, 1)
    one = {key for key in read_by(made) if LONG[:20] in key}
    assert len(one) == 1
    kinds = [line.kind for line in page_lines(made, 1, one)]
    assert kinds.count("folded") == 1
    assert kinds.count("speech") == 1


def test_a_passage_is_known_whatever_the_numbers_in_it():
    assert passage("At 12:10, with 3 cups.", "Ha-ri") == passage("At 9:05, with 14 cups.", "Min")
    assert passage("At 12:10, with 3 cups.", "Ha-ri") != passage("At 12:10, with 3 bells.", "Ha-ri")


def test_a_passage_is_known_whatever_the_player_is_called():
    read = set(read_by(run("stay", player="Ha-ri")))
    made = run("stay", player="Min-jun")
    assert any(line.kind == "folded" and "2 paragraphs" in line.text for line in page_lines(made, 1, read))


def test_short_passages_and_endings_are_never_shortened():
    made = run("go", "on")
    assert page_lines(made, 2, set(read_by(made))) == transcript(made, 2)
    ended = run("go", "out")
    assert page_lines(ended, 2, set(read_by(ended))) == transcript(ended, 2)


def test_a_choice_is_known_to_have_been_taken():
    made = run("stay")
    assert taken_before(made, view(made), set(read_by(made))) == {"stay"}
    assert taken_before(made, view(made), {taken("noon.go")}) == frozenset()
