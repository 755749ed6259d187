"""Plain mode and the command line: endings, the wall, chapters, transcripts, what was read before."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from game.cli import run as hyosan
from game.engine import Machine, Run
from game.plain import Console, PlainGame
from game.present.view import view
from game.saves import Saves
from game.story import load_sources
from game.tui.blocks import turn_blocks
from tests.again import STORY, machine, run


def play(folder: Path, *answers: str, start: Run | None = None) -> str:
    """What a player reads who gives these answers."""
    out = io.StringIO()
    saves = Saves(folder, machine().story)
    game = PlainGame(machine(), saves, Console(io.StringIO("".join(a + "\n" for a in answers)), out))
    assert game.play(start if start is not None else run()) == 0
    saves.release()
    return out.getvalue()


GO, LOSE, STAY = "1", "2", "3"
OUT = "1"


def test_endings_and_wall_come_from_the_runs_before(tmp_path):
    assert "0 of 3 endings found." in play(tmp_path, "endings")
    assert "No run has come to an end yet." in play(tmp_path, "wall")
    play(tmp_path, LOSE, OUT)

    said = play(tmp_path, "endings", "wall")

    assert "1 of 3 endings found.\nBy the Gate. Reached once on 20" in said
    assert "Not found yet. Hint: Some doors lead up." in said
    assert "Lee Cheong-san. Met in 1 run: lived in 0, lost in 1. Decided last on" in said
    assert "Nam On-jo (남온조). Met in 1 run: lived in 1, lost in 0." in said


def test_they_can_be_asked_for_before_any_run(tmp_path):
    play(tmp_path, LOSE, OUT)
    out = io.StringIO()
    saves = Saves(tmp_path, machine().story)
    game = PlainGame(machine(), saves, Console(io.StringIO("endings\nwall\nchapters\nquit\n"), out))
    game.play()
    assert "1 of 3 endings found." in out.getvalue()
    assert "Lee Cheong-san." in out.getvalue()


def test_a_chapter_is_restarted_and_what_came_after_is_kept(tmp_path):
    said = play(tmp_path, STAY, GO, "3", "chapters", "restart the noon", "restart 1", "redo", "restart", "restart 7")

    assert "1. The Morning: turn 0, day 1, 10:00 — The hall." in said
    assert "2. The Noon: turn 2, day 1, 12:00 — The hall. You are in it." in said
    assert "Turn 2 of 3." in said
    assert "Turn 0 of 3." in said
    assert "Turn 1 of 3." in said
    assert said.count("one of the chapters of this run: 1 The Morning; 2 The Noon.") == 2


def test_the_journal_finds_turns_by_their_words(tmp_path):
    said = play(tmp_path, STAY, LOSE, "journal NOON", "journal zzz")
    assert "2. It is noon." in said or "2. The Noon — day 1" in said
    assert "Found in 1 turn." in said
    assert "Not found." in said


@pytest.mark.parametrize("suffix", ["txt", "md", "html"])
def test_a_transcript_is_written_and_its_place_is_told(tmp_path, suffix):
    said = play(tmp_path, LOSE, OUT, f"transcript {suffix}", "transcript pdf")
    path = tmp_path / "transcripts" / f"again-do-ha.{suffix}"
    assert f"Written to {path}" in said
    assert "By the Gate" in path.read_text("utf-8")
    assert "Say transcript and one of txt, md, html." in said


def test_what_was_read_is_shortened_only_when_asked(tmp_path):
    play(tmp_path, STAY)

    plain = play(tmp_path, STAY)
    short = play(tmp_path, "shorten", STAY, "full", "shorten off", STAY)

    assert "read before" not in plain
    assert "taken before" not in plain
    page, rest = short.split("> full")
    assert "The corridor is full of people who are pretending that it" in page
    assert "2 paragraphs read before" in page.split(f"> {STAY}")[1]
    assert "3. Stay. (about 10 min, taken before)" in page
    assert "1. Go on. (about 10 min)\n" in page
    assert "2 paragraphs read before" not in rest
    assert "somebody wrote a letter about it." in rest


# --- the command line ---


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "story"
    place.mkdir()
    for name, text in STORY.items():
        (place / name).write_text(text, "utf-8")
    return place


def test_endings_of_another_machine_are_brought_in_once(tmp_path, folder, capsys):
    there, here = tmp_path / "there", tmp_path / "here"
    play(there, LOSE, OUT)
    play(here, GO, "2")

    for said in ("1 new ending.", "0 new endings."):
        assert hyosan(["endings", str(folder), "--saves", str(here), "--import", str(there)]) == 0
        out = capsys.readouterr().out
        assert out.startswith(f"{said}\n2 of 3 endings found.")
    assert hyosan(["endings", str(folder), "--saves", str(here), "--wall"]) == 0
    assert "Met in 2 runs: lived in 1, lost in 1." in capsys.readouterr().out


def test_a_folder_without_saves_of_the_story_is_said_so(tmp_path, folder, capsys):
    assert hyosan(["endings", str(folder), "--saves", str(tmp_path), "--import", str(tmp_path / "no")]) == 1
    assert "is no folder with saves of Again & <Again>" in capsys.readouterr().err


def test_a_transcript_of_a_save_is_written(tmp_path, folder, capsys):
    home = tmp_path / "home"
    play(home, STAY, "save the gate", LOSE, OUT)
    for slot, end in ((["the gate"], False), ([], True)):
        assert hyosan(["transcript", *slot, "--story", str(folder), "--saves", str(home), "--format", "md"]) == 0
        path = Path(capsys.readouterr().out.strip())
        assert path.parent == home / "transcripts"
        assert ("By the Gate" in path.read_text("utf-8")) is end


def test_a_transcript_of_nothing_is_refused(tmp_path, folder, capsys):
    where = ["--story", str(folder), "--saves", str(tmp_path / "none")]
    assert hyosan(["transcript", *where]) == 1
    assert hyosan(["transcript", "nobody", *where]) == 1
    said = capsys.readouterr().err
    assert "nothing is saved" in said
    assert "There is no save called 'nobody'" in said
    assert not (tmp_path / "none").exists()


def test_the_end_says_what_all_runs_together_have_seen(tmp_path):
    chapter = STORY["01.yaml"].replace("not there any more., goto: noon", "not there any more., goto: side")
    chapter += "  side: {place: hall, text: A side door., choices: {on: {text: On., goto: noon}}}\n"
    story = load_sources({**STORY, "01.yaml": chapter}).story
    assert story is not None
    for answers, told in ((f"{LOSE}\n1\n{OUT}\n", False), (f"{GO}\n{OUT}\n", True)):
        out = io.StringIO()
        saves = Saves(tmp_path, story)
        own = Machine(story)
        PlainGame(own, saves, Console(io.StringIO(answers), out)).play(Run.new(own, 1))
        assert "This run saw" in out.getvalue()
        assert ("All your runs together saw 4 (66%)" in out.getvalue()) is told
        page = ScreenText.of(Run.new(own, 1), answers.split(), saves)
        assert ("All your runs together saw 4 (66%)" in page) is told
        saves.release()


class ScreenText:
    """The ending's page as the app lays it out."""

    @staticmethod
    def of(run: Run, answers: list[str], saves: Saves) -> str:
        for number in answers:
            run = run.choose(view(run).options[int(number) - 1].id)
        laid = turn_blocks(run, run.turn, ever=saves.passages)
        return "\n".join(str(block.text) for block in laid)
