"""Four Floors in Korean, as a player who reads no English meets it."""

from __future__ import annotations

import io
import re

import pytest

from game import language
from game.engine import Machine, Run
from game.plain import Console, PlainGame
from game.present import transcript
from game.present.filling import filled
from game.present.spoken import spoken
from game.saves import Saves
from game.story.diagnostics import cells
from tests import floors

LATIN = re.compile(r"[A-Za-z]{2,}")
PROLOGUE = "morning"


@pytest.fixture
def machine() -> Machine:
    return floors.korean()


@pytest.fixture(autouse=True)
def korean():
    language.use("ko")
    yield
    language.use("en")


def played(machine: Machine, saves, *answers: str, width: int = 0) -> str:
    out = io.StringIO()
    console = Console(io.StringIO("\n".join(answers) + "\n"), out, width)
    game = PlainGame(machine, Saves(saves, machine.story), console)
    assert game.play() == 0
    return out.getvalue()


@pytest.mark.parametrize("pick", range(5))
def test_the_prologue_in_plain_mode_holds_no_english(machine, tmp_path, pick):
    """Five runs that together make every choice of the prologue."""
    run, answers = Run.new(machine, 1, "도하"), []
    while machine.story.scenes[run.state.scene].chapter == PROLOGUE:
        options = [o.choice.id for o in run.options() if o.open]
        answers.append(str(1 + pick % len(options)))
        run = run.choose(options[pick % len(options)])
    assert len(answers) == 4
    # The last choice already shows a page of the next chapter: of that turn only what came of the choice.
    out = played(machine, tmp_path, "도하", *answers[:-1], "사람", "손", "일지", "도움말", "끝내기")
    # What is typed to the English commands is English: that they still work is asked elsewhere.
    lines = [re.sub(r"(또는 \w+)|--load", "", line) for line in out.splitlines()]
    lines += [spoken(line) for line in transcript(run) if line.kind != "heading"][: 2 + len(run.page().told)]
    assert len(lines) > 60
    assert [line for line in lines if LATIN.search(line)] == []


def test_the_prologue_names_the_player_with_the_right_particles(machine, tmp_path):
    for name in ("백도하", "김유진", "Tom", "7"):
        out = played(machine, tmp_path / name, name, "1", "1", "1", "2", "끝내기")
        assert f"다정하네, {name}." in out
        assert not re.search(r"\([가-힣]+/[가-힣]+\)", out)


def test_plain_mode_knows_the_english_words_too(machine, tmp_path):
    out = played(machine, tmp_path, "도하", "1", "undo", "무르기", "help", "language en", "look", "quit")
    assert "0턴." in out
    assert "Class 2-3" not in out


def test_lines_are_folded_by_columns(machine, tmp_path):
    out = played(machine, tmp_path, "도하", "1", "2", "끝내기", width=60)
    assert max(cells(line) for line in out.splitlines()) <= 60
    assert max(cells(line) for line in out.splitlines()) > 50


@pytest.mark.parametrize("width", [10, 11, 30])
def test_a_word_that_no_line_holds_is_broken(width):
    text = "아주" + "긴" * 40 + " 말"
    lines = filled(text, width, "  ").splitlines()
    assert max(cells(line) for line in lines) <= width
    assert "".join(line.strip() for line in lines).replace(" ", "") == text.replace(" ", "")
