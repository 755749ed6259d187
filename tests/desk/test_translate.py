"""`hyosan translate`: catalogues begun, brought up to date, looked at."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from game import cli, language
from game.desk.translate import main
from game.desk.translate.books import opened
from game.language import FOLDER
from game.language.particles import PAIRS, settle
from game.language.po import messages

STORY = {
    "story.yaml": """
story: {id: small, title: Small, version: 1.0.0, start: hall}
player: {name: Do-ha, hangul: 도하}
""",
    "endings.yaml": "endings: {end: {title: Outside, text: Air.}}",
    "people.yaml": "ann: {name: Kim Ann, hangul: 김안}\n",
    "01.yaml": """
chapter: {id: one, title: One, from: D1 10:00, until: D1 12:00, start: hall}
scenes:
  hall:
    cast: [ann]
    text: |
      The hall is cold and the lamps are out.

      @ann: Did you hear that, {{ player }}?

      Something falls upstairs.
    choices: {out: {text: Go out., goto: end}}
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in STORY.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> int:
    return main([str(folder), *arguments, "--language", "ko"])


def catalogue(folder: Path, part: str = "one") -> Path:
    return folder / "locales" / "ko" / f"{part}.po"


def translate(folder: Path, translations: dict[str, str], part: str = "one") -> None:
    """Do a translator's work, with an editor."""
    text = catalogue(folder, part).read_text("utf-8")
    for id, words in translations.items():
        text, found = re.subn(
            rf'(msgctxt "{re.escape(id)}"\n(?:msgid |").*\n(?:".*\n)*?)msgstr ""', rf'\1msgstr "{words}"', text
        )
        assert found == 1, id
    catalogue(folder, part).write_text(text, encoding="utf-8")


def edit(folder: Path, old: str, new: str) -> None:
    text = (folder / "01.yaml").read_text("utf-8")
    assert old in text
    (folder / "01.yaml").write_text(text.replace(old, new), encoding="utf-8")


def read(folder: Path, part: str = "one") -> dict[str, tuple[str, bool]]:
    """(translation, fuzzy) by id."""
    found = messages(catalogue(folder, part).read_text("utf-8"))
    return {m.context: (m.translation, m.fuzzy) for m in found if m.context}


def test_extract_writes_a_catalogue_for_each_part(folder, capsys):
    assert run(folder, "extract") == 0
    assert sorted(path.name for path in catalogue(folder).parent.iterdir()) == ["endings.po", "one.po", "story.po"]
    text = catalogue(folder).read_text("utf-8")
    assert (
        '#. scene hall: ann says\n#: 01.yaml\nmsgctxt "hall.text.2"\nmsgid "Did you hear that, {{ player }}?"' in text
    )
    # Names that the story has in hangul are there already.
    assert read(folder, "story") == {"story:player": ("도하", False), "person:ann.name": ("김안", False)}


def test_extract_leaves_alone_what_is_there(folder):
    run(folder, "extract", "--part", "one")
    translate(folder, {"hall.text.3": "위층에서 뭔가 떨어진다."})
    before = catalogue(folder).read_bytes()
    assert run(folder, "extract") == 0
    assert catalogue(folder).read_bytes() == before
    assert catalogue(folder, "story").exists()


def test_nothing_changed_changes_no_byte(folder, capsys):
    run(folder, "extract")
    translate(folder, {"hall.text.3": "위층에서 뭔가 떨어진다."})
    run(folder, "update")
    before = {p: p.read_bytes() for p in catalogue(folder).parent.iterdir()}
    assert run(folder, "update") == 0
    assert {p: p.read_bytes() for p in catalogue(folder).parent.iterdir()} == before
    assert "0 files changed" in capsys.readouterr().out


def test_a_changed_text_is_marked_and_shows_what_it_was(folder, capsys):
    run(folder, "extract")
    translate(folder, {"hall.text.3": "위층에서 뭔가 떨어진다.", "hall.text.1": "복도는 춥고 등이 꺼져 있다."})
    edit(folder, "Something falls upstairs.", "Something heavy falls upstairs.")
    assert run(folder, "check") == 1
    assert "stale: hall.text.3" in capsys.readouterr().out
    assert run(folder, "update") == 0
    assert read(folder)["hall.text.3"] == ("위층에서 뭔가 떨어진다.", True)
    assert '#| msgid "Something falls upstairs."' in catalogue(folder).read_text("utf-8")
    assert read(folder)["hall.text.1"] == ("복도는 춥고 등이 꺼져 있다.", False)
    assert run(folder, "check") == 1


def test_a_translation_goes_along_with_a_text_that_moved(folder):
    run(folder, "extract")
    translate(folder, {"hall.text.3": "위층에서 뭔가 떨어진다.", "hall.text.1": "복도는 춥고 등이 꺼져 있다."})
    edit(folder, "The hall is cold", "Nobody is here yet.\n\n      The hall is cold")
    run(folder, "update")
    assert read(folder) == {
        "hall.text.2": ("복도는 춥고 등이 꺼져 있다.", False),
        "hall.text.4": ("위층에서 뭔가 떨어진다.", False),
    }
    assert run(folder, "check") == 0


def test_a_text_that_moved_and_changed_keeps_its_own_translation(folder):
    run(folder, "extract")
    translate(folder, {"hall.text.3": "위층에서 뭔가 떨어진다."})
    edit(folder, "The hall is cold", "Nobody is here yet.\n\n      The hall is cold")
    edit(folder, "Something falls upstairs.", "Something falls down upstairs.")
    run(folder, "update")
    assert read(folder) == {"hall.text.4": ("위층에서 뭔가 떨어진다.", True)}


def test_what_is_gone_is_put_aside_and_comes_back(folder):
    run(folder, "extract")
    translate(folder, {"hall.text.3": "위층에서 뭔가 떨어진다."})
    edit(folder, "Something falls upstairs.", "")
    run(folder, "update")
    assert read(folder) == {}
    assert '#~ msgstr "위층에서 뭔가 떨어진다."' in catalogue(folder).read_text("utf-8")
    edit(folder, "{{ player }}?", "{{ player }}?\n\n      Something falls upstairs.")
    run(folder, "update")
    assert read(folder) == {"hall.text.3": ("위층에서 뭔가 떨어진다.", False)}


def test_a_translators_comments_stay(folder):
    run(folder, "extract")
    path = catalogue(folder)
    path.write_text(
        path.read_text("utf-8").replace("#. scene hall: ann", "# 반말로\n#. scene hall: ann"), encoding="utf-8"
    )
    edit(folder, "Go out.", "Leave.")
    run(folder, "update")
    assert "# 반말로\n#. scene hall: ann says" in path.read_text("utf-8")


def test_check_counts_by_part_and_asks_for_what_must_be_complete(folder, capsys):
    run(folder, "extract")
    translate(folder, {"hall.text.1": "춥다.", "hall.text.2": "{{ plaier }}?"})
    assert run(folder, "check") == 1
    out = capsys.readouterr().out
    assert re.search(r"^one +5 +1 +3 +0 +1$", out, re.MULTILINE)
    assert "hall.text.2: the original does not show 'plaier' (did you mean 'player'?)" in out
    translated = {"chapter:one": "하나", "hall.text.3": "쿵.", "hall.out.text": "나간다."}
    path = catalogue(folder)
    path.write_text(path.read_text("utf-8").replace("plaier", "player"), encoding="utf-8")
    assert run(folder, "check") == 0
    assert run(folder, "check", "--complete", "one") == 1
    translate(folder, translated)
    assert run(folder, "check", "--complete", "one") == 0
    assert run(folder, "check", "--complete") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["check", "--part", "nine"], 2, "there is no part 'nine'; known: story, one, endings"),
        (["update"], 1, "begin with extract"),
    ],
)
def test_what_cannot_be_done_is_said(folder, capsys, arguments, code, told):
    assert run(folder, *arguments) == code
    out = capsys.readouterr()
    assert told in out.out + out.err


@pytest.mark.parametrize("code", ["../x", "Korean", ""])
def test_what_is_no_language(folder, capsys, code):
    with pytest.raises(SystemExit) as left:
        main([str(folder), "extract", "--language", code])
    assert left.value.code == 2
    assert "is not the code of a language" in capsys.readouterr().err


def test_a_broken_catalogue_is_left_as_it_is(folder, capsys):
    run(folder, "extract")
    catalogue(folder).write_text("nonsense\n", encoding="utf-8")
    assert run(folder, "update") == 1
    assert "one.po:1" in capsys.readouterr().err
    assert catalogue(folder).read_text("utf-8") == "nonsense\n"


# --- the page for translators ---------------------------------------------------------------------

PAGE = Path(__file__).parents[2] / "docs" / "writing" / "translating.md"


def test_the_commands_of_the_page_can_be_typed(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder.parent)
    monkeypatch.setenv("HYOSAN_SAVES", str(folder / "saves"))
    folder.rename(folder.with_name("my-story"))
    typed = re.findall(r"^hyosan (.*)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(typed) == 5
    for words in typed:
        monkeypatch.setattr("sys.stdin", io.StringIO())
        # The words of the game lie in the game itself.
        if "--ui" not in words:
            assert cli.run(words.split()) == 0, capsys.readouterr()
    language.use("en")


def test_the_entries_of_the_page_are_read():
    page = PAGE.read_text("utf-8")
    example, particle = (next(messages(block)) for block in re.findall(r"```po\n(.*?)```", page, re.DOTALL))
    assert (example.context, example.translation) == ("hall.text.2", "{{ player }}, 방금 들었어?")
    for name in ("백도하는", "김유진은", "7은", "2는", "Tom은", "Anna는", "CCTV는"):
        assert settle(particle.translation.replace("{{ player }}", name[:-1])) == f"{name} 기다린다."
        assert name in page
    assert set(re.findall(r"([가-힣]+/[가-힣]+)", page)) <= set(PAIRS)


# --- the game's own words -------------------------------------------------------------------------


def test_the_words_of_the_game_are_all_in_korean(capsys):
    assert main(["--ui", "check", "--language", "ko", "--complete"]) == 0, capsys.readouterr().out


def test_a_place_that_the_original_does_not_have_is_faulty():
    from game.desk.translate.words import faulty

    book = opened(FOLDER / "ko" / "hyosan.po", "ko")
    assert book is not None
    message = book.get("Saved as {name}.")
    assert message is not None
    assert faulty(message) == ""
    message.string = "{nmae}"
    assert faulty(message) == "there is no {nmae} in the original"


def test_a_word_that_is_gone_is_put_aside_and_comes_back(monkeypatch):
    from game.desk.translate import words

    every = list(words.gathered())
    book = opened(words.path("ko"), "ko")
    monkeypatch.setattr(words, "gathered", lambda: [entry for entry in every if entry[1] != "Undo"])
    without, counts = words.renewed("ko", book)
    assert without.get("Undo") is None
    assert counts["gone"] >= 1
    monkeypatch.setattr(words, "gathered", lambda: every)
    again, counts = words.renewed("ko", without)
    found = again.get("Undo")
    assert found is not None
    assert found.string == "무르기"
    assert counts["new"] == 0
