"""The gallery of endings and the memorial wall are what the runs that ended come to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from game.engine import Run
from game.present.gallery import EndingRow, NameRow, gallery, listed, tally, wall
from game.saves import Reached, Saves
from tests.again import machine, run

STORY = machine().story


@pytest.fixture
def saves(tmp_path) -> Saves:
    return Saves(tmp_path, STORY)


def endings(saves: Saves, *runs: Run) -> tuple[Reached, ...]:
    """What is remembered of these runs, in their order."""
    for number, made in enumerate(runs):
        saves.write(f"run-{number}", made)
    return tuple(sorted(saves.endings().endings, key=lambda one: one.seed))


def row(rows: tuple[EndingRow, ...], id: str) -> EndingRow:
    return next(r for r in rows if r.id == id)


def name(rows: tuple[NameRow, ...], id: str) -> NameRow:
    return next(r for r in rows if r.id == id)


def test_before_any_run_there_are_only_outlines_and_no_names():
    rows = gallery(STORY, ())
    assert [(r.id, r.found, r.about) for r in rows] == [(e, False, ()) for e in ("out", "roof", "under")]
    assert row(rows, "roof").hint == "Some doors lead up."
    assert tally(rows) == "0 of 3 endings found"
    assert wall(STORY, ()) == ()


def test_an_ending_tells_how_often_when_with_whom_and_in_how_many_turns(saves):
    found = endings(saves, run("lose", "out", seed=1), run("stay", "go", "out", seed=2, player="Ha-ri"))
    last = replace(found[1], at="2031-05-06T07:08:09Z")

    rows = gallery(STORY, (found[0], last))

    assert row(rows, "out").about == (
        "Reached 2 times, last on 2031-05-06, by Ha-ri, in 3 turns.",
        "With On-jo.",
    )
    assert tally(rows) == "1 of 3 endings found"


def test_an_ending_reached_once_and_alone(saves):
    (found,) = endings(saves, run("lose", "out"))
    about = row(gallery(STORY, (replace(found, at="2031-05-06T07:08:09Z"),)), "out").about
    assert about == ("Reached once on 2031-05-06, by Do-ha, in 2 turns.", "Alone.", "Lost: Cheong-san.")


def test_an_ending_that_the_story_no_longer_has_stays_in_the_gallery(saves):
    (found,) = endings(saves, run("lose", "out"))
    old = gallery(STORY, (replace(found, ending="gone", title="As It Was"),))[-1]
    assert (old.title, old.found, old.about[-1]) == ("As It Was", True, "The story no longer has it.")


def test_the_wall_counts_the_runs_people_lived_in_and_were_lost_in(saves):
    found = endings(saves, run("lose", "out", seed=1), run("go", "out", seed=2), run("go", "up", seed=3))

    rows = wall(STORY, found)

    san, jo = name(rows, "san"), name(rows, "jo")
    assert (san.met, san.lived, san.lost) == (3, 2, 1)
    assert (jo.met, jo.lived, jo.lost) == (3, 3, 0)
    assert jo.memories == ("She walked home in the rain.",)
    assert san.memories == ()
    assert san.about[0] == "Met in 3 runs: lived in 2, lost in 1."
    assert san.about[1].endswith(": dead, day 1, 12:00, after “Look away.”.") or "dead" in san.about[1]
    assert "Look away." in san.about[1]
    assert [r.id for r in rows] == ["jo", "san"]  # nobody has met Mi-jin


def test_an_ending_kept_before_people_were_counts_those_who_were_lost(saves):
    (found,) = endings(saves, run("lose", "out"))
    rows = wall(STORY, (replace(found, people=()),))
    assert [(r.id, r.met, r.lived, r.lost) for r in rows] == [("san", 1, 0, 1)]


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
)
def test_a_list_of_names(names, said):
    assert listed(names) == said
