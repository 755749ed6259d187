"""What `hyosan diff` tells of a change: ids, words, what choices do, what saves and translations make of it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from game.desk.diff.alike import compare, likeness, word_diff
from game.desk.diff.compare import difference
from game.desk.diff.markdown import markdown
from game.desk.diff.po import stale
from game.language.po import Malformed, messages
from game.story import Story
from tests.desk.diff_stories import BASE, METERS, PEOPLE, PO, base, changed, replaced, told
from tests.stories.building import story

# --- ids ------------------------------------------------------------------------------------------


def test_nothing_changed_is_said():
    found = changed()
    assert not any(found.ids.values())
    assert (found.reworded, found.rewired, found.texts, found.variables) == ((), (), (), ())
    assert "No difference" in told()


def test_scenes_that_came_and_went():
    found = changed(("  gate:\n", "  roof: {text: Wind., choices: {jump: {text: Jump., goto: end}}}\n  gate:\n"))
    assert found.ids["scenes"].gained == ("roof",)
    assert found.ids["scenes"].lost == ()


def test_a_scene_with_another_id_and_the_same_words_is_likely_renamed():
    found = changed(("goto: gate", "goto: main_gate"), ("  gate:", "  main_gate:"))

    (renamed,) = found.ids["scenes"].renamed
    assert (renamed.old, renamed.new, renamed.likeness) == ("gate", "main_gate", 1.0)
    # What leads there leads to the same place still, and its choices are the same.
    assert found.rewired == ()
    assert not found.ids["choices"]


def test_a_condition_that_asks_for_a_renamed_scene_did_not_change():
    asks = ("when: not taped", "when: not seen.gate")
    old = story(replaced(asks), declare=METERS, people=PEOPLE)
    renamed = replaced(asks).replace("goto: gate", "goto: main_gate").replace("  gate:", "  main_gate:")
    new = story(renamed.replace("seen.gate", "seen.main_gate"), declare=METERS, people=PEOPLE)
    assert difference(old, new).rewired == ()


def test_choices_and_outcomes_are_known_again_by_what_they_say():
    found = changed(("      wait:", "      stay:"), ("quiet: {weight: 2", "silence: {weight: 2"))

    assert [(r.old, r.new) for r in found.ids["choices"].renamed] == [("first.wait", "first.stay")]
    assert [(r.old, r.new) for r in found.ids["outcomes"].renamed] == [("first.wait.quiet", "first.stay.silence")]


def test_a_choice_that_moved_into_a_new_scene_is_known_again():
    walk = "      on: {text: Walk on past them., then: They let you pass., goto: end}"
    found = changed(
        (walk, "      up: {text: Up., goto: car}"),
        ("  gate:\n", f"  car:\n    text: A car.\n    choices:\n{walk}\n  gate:\n"),
    )
    assert [(r.old, r.new) for r in found.ids["choices"].renamed] == [("gate.on", "car.on")]


def test_people_flags_and_items_are_told():
    found = changed(
        ("taped: false,", "window_taped: false,"),
        ("taped: true", "window_taped: true"),
        ("not taped", "not window_taped"),
        declare=f"flags: {{copied: false}}\n{METERS}",
        people=PEOPLE.replace("ra:", "nam_ra:"),
    )

    assert [(r.old, r.new) for r in found.ids["people"].renamed] == [("ra", "nam_ra")]
    assert [(r.old, r.new) for r in found.ids["flags"].renamed] == [("day/taped", "day/window_taped")]
    assert found.ids["flags"].gained == ("copied",)


# --- words ----------------------------------------------------------------------------------------


def test_a_reworded_choice_shows_which_words():
    swap = ("Go down to the gate.", "Run down to the gate.")
    assert [(r.id, r.old, r.new) for r in changed(swap).reworded] == [("first.go", *swap)]
    assert "- `first.go`: <del>Go</del> <ins>Run</ins> down to the gate." in told(swap)


def test_a_changed_paragraph_is_a_word_diff_in_a_details_block_with_its_speaker():
    out = told(("Has anybody rung her mother?", "Has anybody called her mother yet?"))

    assert "<details><summary><code>first text</code> 17 → 18 words</summary>" in out
    assert (
        "<b>Jo</b> Has anybody <del>rung</del> <ins>called</ins> her <del>mother?</del> <ins>mother yet?</ins></p>"
        in out
    )
    assert "| Day | 39 | 40 | +1 |" in out


def test_paragraphs_that_came_or_went_and_tags_around_them():
    block = "      {% if taped %}\n      The tape holds.\n      {% endif %}\n\n"
    (text,) = changed(("      @jo: Has", f"{block}      @jo: Has")).texts
    assert [p.new for p in text.paragraphs] == ["{% if taped %}", "The tape holds.", "{% endif %}"]
    assert {p.old for p in text.paragraphs} == {""}


def test_a_passage_that_changed_is_told_once():
    text = BASE.replace("scenes:", "passages: {sign: A sign on the wall.}\nscenes:", 1)
    text = text.replace("      @jo:", "      {% include sign %}\n\n      @jo:")
    text = text.replace("text: At the gate", "text: |\n      {% include sign %}\n\n      At the gate")
    old = story(text, declare=METERS, people=PEOPLE)
    new = story(text.replace("A sign on the wall", "A sign on the door"), declare=METERS, people=PEOPLE)
    assert [t.name for t in difference(old, new).texts] == ["first text"]


def test_long_stretches_of_the_same_are_cut():
    words = " ".join(f"w{i}" for i in range(60))
    pieces = word_diff(f"{words} old", f"{words} new")
    assert pieces[0][1].startswith("… w52")
    assert [what for what, _ in pieces] == ["same", "gone", "come"]


def test_tags_are_compared_as_one_word():
    assert word_diff("a {% if x %}b{% endif %}.", "a {% if y %}b{% endif %}.") == (
        ("same", "a "), ("gone", "{% if x %}"), ("come", "{% if y %}"), ("same", "b{% endif %}."),
    )  # fmt: skip


# --- what choices do, and saves -------------------------------------------------------------------


def test_conditions_targets_odds_and_effects_that_changed():
    found = changed(
        ("when: not taped", "when: knocks >= 1"),
        ("weight: 2", "weight: 3"),
        ("{set: {taped: true}}", "{set: {taped: true}}, {pass: 10 min}"),
        ("pass., goto: end", "pass., goto: first"),
    )
    assert {(r.id, r.what): (r.old, r.new) for r in found.rewired} == {
        ("first.wait", "when"): ("not taped", "knocks >= 1"),
        ("first.wait", "odds"): ("quiet 2, heard 1", "quiet 3, heard 1"),
        ("first.go", "effects"): ("taped = True", "taped = True; pass 10 min"),
        ("gate.on", "goto"): ("end", "first"),
    }


def test_a_wider_range_alone_changes_no_choice():
    def noisy(high: int) -> Story:
        declare = f"meters: {{noise: {{range: 0..{high}}}}}"
        return story(replaced(("{set: {taped: true}}", "{add: {noise: 2}}")), declare=declare, people=PEOPLE)

    assert difference(noisy(10), noisy(12)).rewired == ()


@pytest.mark.parametrize(
    ("swap", "name", "old", "new", "meaning"),
    [
        (("range: 0..3", "range: 0..2"), "day/knocks", "0..3", "0..2", "in which it was 3 is played again"),
        (("range: 0..3", "range: 0..5"), "day/knocks", "0..3", "0..5", "played again as they were"),
        (
            ("taped: false", "taped: true"),
            "day/taped",
            "yes or no, first False",
            "yes or no, first True",
            "begins with True",
        ),
    ],
)
def test_a_range_that_changed_says_what_that_means_for_saves(swap, name, old, new, meaning):
    (variable,) = changed(swap).variables
    assert (variable.name, variable.old, variable.new) == (name, old, new)
    assert meaning in variable.meaning


def test_ids_that_saves_hold_are_pointed_out():
    out = told(("      wait:", "      stay:"))
    assert "#### Saves" in out
    assert "1 choice that a save may hold" in out


# --- translations ---------------------------------------------------------------------------------


def test_a_catalogue_is_read_by_its_contexts():
    header, first, second = messages(PO)
    assert (header.context, header.source) == ("", "")
    assert (first.context, first.translation, first.line) == ("first.text.1", "복도는 조용하다.", 6)
    assert first.source == "The corridor is quiet, and the windows are shut against the rain."
    assert second.context == "first.text.2"


@pytest.mark.parametrize("bad", ["msgid x", '"loose"', 'msgctxt "a', "nonsense"])
def test_a_catalogue_that_is_none_says_where(bad):
    with pytest.raises(Malformed) as found:
        list(messages(f"\n{bad}\n"))
    assert found.value.line == 2


@pytest.mark.parametrize(
    ("swap", "expected"),
    [
        (("rung her mother", "called her mother"), [("first.text.2", "changed", "Has anybody called her mother?")]),
        (("      @jo: Has anybody rung her mother?\n", "\n"), [("first.text.2", "vanished", "")]),
        (("      @jo: Has", "      New.\n\n      @jo: Has"), [("first.text.2", "moved", "first.text.3")]),
        (("Go down to the gate.", "Run."), []),
    ],
)
def test_translations_whose_source_changed_vanished_or_moved(swap, expected):
    new = story(replaced(swap), declare=METERS, people=PEOPLE)
    assert [(s.id, s.what, s.now) for s in stale("locales/ko.po", PO, base(), new)] == expected


def test_a_translation_that_was_brought_up_to_date_is_not_stale():
    new = story(replaced(("rung her mother", "called her mother")), declare=METERS, people=PEOPLE)
    assert stale("ko.po", PO.replace("rung", "called"), base(), new) == ()


# --- Markdown -------------------------------------------------------------------------------------


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)


def test_story_text_is_no_markup_in_markdown_and_mentions_nobody():
    nasty = "<img src=x> *b* [a](http://x) `c` | @octocat #12 :tada: </details>"
    out = told(
        ("Go down to the gate.", json.dumps(nasty.replace("*", "\\*"))),
        ("The corridor is quiet", nasty.replace("*", "\\*").replace("@", "\\@")),
    )

    assert Tags(out).tags <= {"details", "summary", "code", "p", "b", "del", "ins"}
    (reworded,) = [line for line in out.splitlines() if line.startswith("- `first.go`")]
    assert not set("*[]|`") & set(reworded.partition(": ")[2])
    for reference in ("@octocat", "#12", ":tada:"):
        assert not re.search(f"(?<!&){reference}", out)
        assert reference.replace(reference[0], reference[0] + "\u2060", 1) in out


def test_what_is_too_long_for_a_pull_request_is_named_instead():
    new = story(replaced(("The corridor is quiet", "It is loud")), declare=METERS, people=PEOPLE)
    short = markdown(difference(base(), new), (), (), base(), new, room=300)
    assert "<details>" not in short
    assert "Not written out for their length: `first text`" in short


# --- likeness -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "least", "most"),
    [
        ("", "", 0, 0),
        ("a b c d", "a b c d", 1, 1),
        ("a b c d e", "a b c d x", 0.8, 0.8),
        ("one two three four", "x y z w", 0, 0),
    ],
)
def test_likeness_is_the_share_of_common_words(a, b, least, most):
    assert least <= likeness(a, b) <= most


def test_the_most_alike_are_paired_first_and_each_only_once():
    found = compare({"a": "one two three four", "b": "one two three nine"}, {"c": "one two three four", "d": "x"})
    assert [(r.old, r.new) for r in found.renamed] == [("a", "c")]
    assert found.lost == ("b",)
    assert found.gained == ("d",)
