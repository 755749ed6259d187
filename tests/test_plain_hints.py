"""Plain mode gives hints, no more than is asked for, and says what a choice has cost where that is wanted."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from game import language
from game.engine import Run
from game.plain import Console, PlainGame
from game.saves import Saves
from game.saves.settings import Settings
from tests.again import machine, run

LOST = "Nobody can save Cheong-san from here any more. Go back to turn 0, before “Look away.” (undo)."


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    # In a small story a few plays are enough; the rest of the time would be spent on a shorter way.
    monkeypatch.setattr("game.prove.hints.FREE", 0.03)


def play(folder: Path, *answers: str, polite: bool = False, start: Run | None = None) -> str:
    """What a player reads who gives these answers."""
    out = io.StringIO()
    saves = Saves(folder, machine().story)
    console = Console(io.StringIO("".join(f"{answer}\n" for answer in answers)), out)
    game = PlainGame(machine(), saves, console, settings=Settings(polite=polite))
    assert game.play(start if start is not None else run()) == 0
    saves.release()
    return out.getvalue()


def test_what_can_be_asked_for_names_no_ending_that_was_not_found(tmp_path):
    said = play(tmp_path, "hint")
    assert "1. On-jo lives to the end.\n2. Cheong-san lives to the end.\n3. Somebody you know lives to the end." in said
    assert "4. Any ending you have not found.\n5. An ending not found yet (1).\n" in said
    assert "6. An ending not found yet (2): Some doors lead up.\n" in said
    assert "By the Gate" not in said
    assert "Mi-jin" not in said, "nobody has met her"
    play(tmp_path, "2", "1")
    assert "The ending “By the Gate”." in play(tmp_path, "hint")


def test_a_nudge_a_step_and_the_way_come_each_when_they_are_asked_for(tmp_path):
    nudged = play(tmp_path, "hint 6")
    assert "It can still be, from here." in nudged
    assert "It leads by" not in nudged
    assert "A choice that must not be missed comes here: The Noon — day 1, 12:00 — The hall." in nudged
    assert "Climb." not in nudged

    said = play(tmp_path, "hint 6 step", start=run("go"))
    assert "Now choose 2: “Climb.”" in said
    assert "1. Climb." not in said.partition("hint 6 step")[2]

    said = play(tmp_path, "hint 6", "hint way")
    *_, first, second, last = said.strip().splitlines()[:-1]
    assert (second, last) == ("The Noon — day 1, 12:00 — The hall:", "2. Climb.")
    assert first.startswith("1. ")


def test_what_cannot_be_is_said_and_nothing_more(tmp_path):
    said = play(tmp_path, "hint 1", "hint step", start=run("go", "out"))
    assert said.count("It can still be, from here.") == 1
    assert "You are there." in said
    said = play(tmp_path, "hint 5", "hint way", start=run("go", "up"))
    cannot = "It cannot be any more from here, whatever you choose and however the rolls fall."
    assert said.count(cannot) == 2


def test_the_gone_are_not_listed_and_a_number_that_is_not_there_lists_again(tmp_path):
    said = play(tmp_path, "hint 99", start=run("lose"))
    assert "1. On-jo lives to the end." in said
    assert "Cheong-san lives" not in said
    assert "Somebody you know" not in said
    assert "Say hint and a number" in said


def test_polite_mode_says_it_once_and_only_when_it_is_on(tmp_path):
    said = play(tmp_path, "2", "4", "undo 2", "2", polite=True)
    assert said.count(LOST) == 2
    assert LOST in said.partition("\n> 4")[0]
    assert LOST not in play(tmp_path, "2", "4")


def test_it_speaks_the_language_that_is_set(tmp_path):
    language.use("ko")
    try:
        said = play(tmp_path, "귀띔", "귀띔 1", "귀띔 길", "2", polite=True)
    finally:
        language.use("en")
    assert "여기서 아직 이룰 수 있습니다." in said
    assert (
        "여기서는 더 아무도 Cheong-san을 구할 수 없습니다. 0번째 차례, “Look away.” 앞으로 돌아가세요 (무르기)." in said
    )


@pytest.mark.parametrize("answer", ["hint 0", "hint -1", "hint x y z", "hint ²", "hint 1 2 3", "hint step way"])
def test_whatever_is_typed_after_it_is_answered(tmp_path, answer):
    said = play(tmp_path, answer)
    assert "hint" in said.partition(answer)[2]
