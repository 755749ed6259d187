"""A story in another language: ids, marks, fallbacks, faults."""

from __future__ import annotations

import pytest

from game.engine import Machine, Run
from game.present import transcript
from game.present.view import view
from game.story import Story, load_sources
from game.story.translated import reworded, translate, units

STORY = {
    "story.yaml": """
story: {id: small, title: Small, version: 1.0.0, start: hall, about: About., notice: A notice.}
player: {name: Do-ha}
meters: {noise: {range: 0..5, words: {0: silent, 2: loud}, price: {1: some noise}}}
fates: {alive: {becomes: [dead]}, dead: {is: gone, word: lost}}
notes: {dark: Darkness}
""",
    "people.yaml": """
ann: {name: Kim Ann, class: 2-3, about: Your neighbour., bond: 0..3, promises: {wait: Wait for Ann.},
  memories: {tea: Ann likes tea.}, epilogue: {alive: Ann went home.}}
""",
    "items.yaml": "key: {name: a key, one: one key, many: keys, max: 3, about: Cold.}",
    "places.yaml": """
hall: {name: The hall, short: the hall, floor: 1, at: [0, 0], exits: {yard: {text: Step out., noise: 1}}}
yard: {name: The yard, short: the yard, floor: 0, at: [0, 1], exits: {hall: {}}}
""",
    "passages.yaml": "passages: {wind: 'The *wind* is {{ noise.word }}.'}",
    "01.yaml": """
chapter: {id: one, title: One, from: D1 10:00, until: D1 12:00, start: hall}
bells: {noon: {at: D1 11:00, then: A bell.}}
rooms:
  hall:
    place: hall
    cast: [ann]
    text: |
      {{ player }} waits{% if has.key %} with a key{% else %} empty-handed{% endif %}.

      @ann: Well, {{ player }}?
      {% include wind %}
    choices:
      key: {text: Take the key., do: [{take: key}], then: It is cold.}
      fly: {text: Fly., when: has.key, locked: You cannot., goto: end}
  yard: {place: yard, text: "The yard. 2 \\\\* 2"}
endings:
  end: {title: Outside, hint: Fly., text: Air., epilogue: true}
""",
}
KEY = "{% if has.key %}열쇠를 들고 {% endif %}"
IDS = """
story:title story:about story:notice story:player note:dark
meter:noise.label meter:noise.word.0 meter:noise.word.2 meter:noise.price.1 fate:alive fate:dead
person:ann.name person:ann.short person:ann.class person:ann.about person:ann.promise.wait person:ann.memory.tea
item:key.name item:key.one item:key.many item:key.about
place:hall.name place:hall.short place:yard.name place:yard.short chapter:one one.noon.1
hall.text.1 hall.text.2 /wind.1 hall.key.text hall.key.then.1 hall.fly.text hall.fly.locked place:hall.yard.text
yard.text.1 end.title end.hint end.text.1 ann.epilogue.alive.1
"""


def small(**files: str) -> Story:
    loaded = load_sources(STORY | {name.replace("_", "."): text for name, text in files.items()})
    assert loaded.story is not None, [d.render() for d in loaded.diagnostics]
    return loaded.story


def catalogue(*entries: tuple[str, str, str], fuzzy: bool = False) -> dict[str, str]:
    """A catalogue of (id, English, translation)."""
    mark = "#, fuzzy\n" if fuzzy else ""
    quoted = [['"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in entry] for entry in entries]
    return {"ko/a.po": "\n".join(f"{mark}msgctxt {i}\nmsgid {s}\nmsgstr {t}\n" for i, s, t in quoted)}


def sources(story: Story) -> dict[str, str]:
    return {unit.id: unit.source for unit in units(story)}


def test_every_text_has_an_id():
    assert sorted(sources(small())) == sorted(IDS.split())


def test_the_original_is_written_with_its_marks():
    known = sources(small())
    assert known["hall.text.1"] == ("{{ player }} waits{% if has.key %} with a key{% else %} empty-handed{% endif %}.")
    assert known["/wind.1"] == "The *wind* is {{ noise.word }}."


def test_every_text_read_back_from_its_own_words_is_the_same_story():
    story = small()
    told = translate(story, catalogue(*((id, text, text) for id, text in sources(story).items())), "ko")
    assert (told.faults, told.stale, told.done) == ((), frozenset(), frozenset(sources(story)))
    assert sources(told.story) == sources(story)


def test_nothing_of_a_story_is_left_out():
    """Every text in another alphabet: nothing a player reads is in the first one any more."""
    story = small()

    class Dots:
        def text(self, unit):
            return "·"

        def spans(self, id, spans, at, about, where):
            return ()

    assert {text for text in sources(reworded(story, Dots())).values() if text} == {"·"}


def test_a_translated_story_plays_the_same():
    story = small()
    english, korean = Machine(story), Machine(translate(story, catalogue(("story:title", "Small", "작다")), "ko").story)
    log = ["hall.key", "hall.go_yard", "yard.go_hall", "hall.fly"]
    assert Run.new(english, 1).replay(log).state == Run.new(korean, 1).replay(log).state
    assert english.story.digest == korean.story.digest


def test_what_is_translated_is_shown_and_the_rest_falls_back_line_by_line():
    entries = catalogue(
        (
            "hall.text.1",
            sources(small())["hall.text.1"],
            "{{ player }}(은/는) {% if has.key %}열쇠를 들고 {% endif %}기다린다.",
        ),
        ("person:ann.short", "Ann", "안"),
        ("hall.key.text", "Take the key.", "열쇠를 집는다."),
        ("fate:alive", "alive", "살아 있음"),
        ("/wind.1", "The *wind* is {{ noise.word }}.", "*바람*: {{ noise.word }}."),
        ("meter:noise.word.0", "silent", "고요"),
    )
    run = Run.new(Machine(translate(small(), entries, "ko").story), 1, "도하")
    lines = transcript(run)
    assert [line.text for line in lines[1:]] == ["도하는 기다린다.", "Well, 도하?", "바람: 고요."]
    assert lines[2].speaker == "안"
    assert [o.text for o in view(run).options] == ["열쇠를 집는다.", "Fly.", "Step out."]
    assert transcript(run.choose("key"))[-3].text == "도하는 열쇠를 들고 기다린다."


def test_who_has_the_storys_own_name_is_called_by_it_in_every_language():
    told = translate(small(), catalogue(("story:player", "Do-ha", "도하")), "ko").story
    said = {name: transcript(Run.new(Machine(told), 1, name))[2].text for name in ("Do-ha", "Ann", "")}
    assert said == {"Do-ha": "Well, 도하?", "Ann": "Well, Ann?", "": "Well, 도하?"}


def test_a_particle_after_stressed_words_is_chosen_by_them():
    entry = ("/wind.1", "The *wind* is {{ noise.word }}.", "*{{ noise.word }}*(이/가) 분다.")
    run = Run.new(Machine(translate(small(), catalogue(entry, ("meter:noise.word.0", "silent", "밤")), "ko").story), 1)
    assert transcript(run)[-1].text == "밤이 분다."


@pytest.mark.parametrize("fuzzy", [False, True])
def test_a_translation_of_another_text_is_stale(fuzzy):
    entry = ("end.text.1", "Air." if fuzzy else "Air, and light.", "공기.")
    told = translate(small(), catalogue(entry, fuzzy=fuzzy), "ko")
    assert told.stale == {"end.text.1"}
    assert sources(told.story)["end.text.1"] == "Air."


@pytest.mark.parametrize(
    ("id", "text", "why"),
    [
        ("hall.text.2", "{{ plaier }}?", "the original does not show 'plaier'"),
        ("hall.text.2", "{{ noise.word }}?", "the original does not show 'noise.word'"),
        ("hall.text.1", "{% if has.rope %}밧줄{% endif %}", "the original does not ask 'has.rope'"),
        ("hall.text.1", "{% if has.key %}열쇠", "not closed"),
        ("end.text.1", "*공기", "emphasis that is not closed"),
        ("hall.text.2", "@ann: 응?", "names no speaker"),
        ("end.text.1", "{% include wind %}", "stands on a line of its own"),
        ("end.text.1", "공기\x1b[31m", "U+001B"),
        ("person:ann.short", "안\u202e", "U+202E"),
        ("end.text.1", "공기(은/을)", "no particle (은/을)"),
        ("end.text.1", "공기" * 10_001, "more than 20,000 characters"),
    ],
)
def test_a_translation_that_cannot_be_shown_is_told_and_left_out(id, text, why):
    story = small()
    told = translate(story, catalogue((id, sources(story)[id], text)), "ko")
    assert [why in str(fault) for fault in told.faults] == [True]
    assert str(told.faults[0]).startswith(f"ko/a.po:1:1: {id}: ")
    assert sources(told.story) == sources(story)


def test_a_catalogue_that_is_none_is_told_and_the_others_are_read():
    good = catalogue(("end.text.1", "Air.", "공기."))
    told = translate(small(), {"ko/b.po": "what", **good}, "ko")
    assert sources(told.story)["end.text.1"] == "공기."
    assert str(told.faults[0]).startswith("ko/b.po:1:1: this cannot be read as a catalogue")


def test_one_way_of_the_map_is_one_text_for_all_rooms_there():
    second = """
chapter: {id: two, title: Two, from: D1 13:00, until: D1 14:00, start: hall_two}
rooms:
  hall_two: {place: hall, text: The hall again.}
  yard_two: {place: yard, text: The yard again.}
"""
    told = translate(small(**{"02_yaml": second}), catalogue(("place:hall.yard.text", "Step out.", "나간다.")), "ko")
    found = [c.text for s in ("hall", "hall_two") for c in told.story.scenes[s].choices if c.kind == "exit"]
    assert [spans[0].text for spans in found] == ["나간다.", "나간다."]  # type: ignore[union-attr]
