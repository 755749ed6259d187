"""The story tests of Four Floors, and of the story that `hyosan new` makes, hold."""

from __future__ import annotations

from game.desk import new
from game.story.shipped import shipped


def test_four_floors_is_as_it_was_blessed(hyosan):
    """If a change of words is meant: `hyosan test --update`, and read what it shows."""
    code, printed, _ = hyosan(shipped())

    assert code == 0, printed
    assert "0 story tests" not in printed


def test_a_new_story_passes_its_own_test(hyosan, tmp_path):
    assert new.main([str(tmp_path / "mine")]) == 0

    code, printed, _ = hyosan(tmp_path / "mine")

    assert code == 0, printed
    assert "1 story test: 1 passed" in printed
