"""The game's own words in another language."""

from __future__ import annotations

import pytest

from game import language
from game.language import _, by_locale, n_, p_
from game.language.po import messages

PO = """
msgid ""
msgstr "Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\\n"

msgid "Undo"
msgstr "Cofnij"

#, fuzzy
msgid "Redo"
msgstr "Powtórz"

#. a comment
msgctxt "word"
msgid "undo"
msgstr "wstecz"

msgid "{n} turn"
msgid_plural "{n} turns"
msgstr[0] "{n} tura"
msgstr[1] "{n} tury"
msgstr[2] "{n} tur"

msgid "Saved as {name}."
msgstr "{nmae}!"

#~ msgid "Old"
#~ msgstr "Stary"

msgid "No"
msgstr "Nie"
"""


@pytest.fixture(autouse=True)
def polish(tmp_path, monkeypatch):
    (tmp_path / "pl").mkdir()
    (tmp_path / "pl" / language.CATALOGUE).write_text(PO, encoding="utf-8")
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    language.use("pl")
    yield
    monkeypatch.undo()
    language.use("en")


def test_a_word_is_said_in_the_language_in_use():
    assert _("Undo") == "Cofnij"
    assert p_("word", "undo") == "wstecz"
    assert _("No") == "Nie"
    language.use("en")
    assert _("Undo") == "Undo"


def test_what_is_fuzzy_missing_or_put_aside_is_said_in_english():
    assert [_("Redo"), _("Save"), _("Old"), p_("word", "redo")] == ["Redo", "Save", "Old", "redo"]


@pytest.mark.parametrize(("n", "said"), [(1, "1 tura"), (3, "3 tury"), (5, "5 tur"), (22, "22 tury")])
def test_the_rule_of_the_language_decides_by_a_number(n, said):
    assert n_("{n} turn", "{n} turns", n) == said


@pytest.mark.parametrize("rule", ["n n", "__import__('os')", "("])
def test_a_rule_that_cannot_be_read_leaves_the_first_form(rule):
    broken = PO.replace("(n==1 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2)", rule)
    assert broken != PO
    (language.FOLDER / "pl" / language.CATALOGUE).write_text(broken, encoding="utf-8")
    language.use("pl")
    assert [n_("{n} turn", "{n} turns", n) for n in (1, 3, 5)] == ["1 tura", "3 tura", "5 tura"]


def test_numbers_in_english():
    language.use("en")
    assert [n_("{n} turn", "{n} turns", n) for n in (1, 2)] == ["1 turn", "2 turns"]


def test_a_translation_with_a_place_that_is_none_falls_back():
    assert _("Saved as {name}.", name="x") == "Saved as x."


def test_braces_in_what_is_put_in_stay():
    assert _("Undo {what}", what="{0.__class__}") == "Undo {0.__class__}"


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "ko"}, "ko"),
        ({"LC_ALL": "", "LC_MESSAGES": "ko_KR", "LANG": "fr_FR"}, "ko"),
        ({"LANGUAGE": "ko:en", "LANG": "en_GB.UTF-8"}, "ko"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "../../etc"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_of_the_environment(environment, code):
    assert by_locale(environment) == code


@pytest.mark.parametrize("broken", ["msgid", 'msgid "x" y', "\0"])
def test_a_catalogue_that_cannot_be_read_leaves_english(broken):
    (language.FOLDER / "pl" / language.CATALOGUE).write_text(broken, encoding="utf-8")
    language.use("pl")
    assert _("Undo") == "Undo"


def test_what_is_put_aside_marks_nothing_fuzzy():
    text = '#, fuzzy\n#~ msgid "a"\n#~ msgstr "b"\n\nmsgid "c"\nmsgstr "d"\n'
    assert [(m.source, m.fuzzy) for m in messages(text)] == [("c", False)]
