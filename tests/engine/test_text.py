"""What the player reads: paragraphs, speech, emphasis, conditions, values and passages, as they come out."""

from __future__ import annotations

from itertools import product
from textwrap import dedent, indent

import pytest

from game.engine import Machine, Piece
from game.engine.pages import LATELY, Reader
from tests.engine.playing import Play
from tests.stories.building import files, load, story

DECLARE = """
meters: {noise: {range: 0..10, words: {0: silent, 3: restless, 7: at the doors}}, cold: {range: 0..3}}
flags: {copied: false, club: {one of: [none, archery, track]}}
notes: {grief: Grief}
"""
PEOPLE = "on_jo: {name: Nam On-jo, bond: 0..5}\ni_sak: {name: Park I-sak, short: Miss Park}\n"
ITEMS = "water: {name: water, one: a cup of water, many: cups of water, max: 6}\n"


def written(text: str, more: str = "", do: str = "") -> dict[str, str]:
    """The files of a story whose first scene leads to one with this text, after some effects."""
    chapter = f"""\
passages:
  plan: The plan.
  long: |
    One.

    {{% if copied %}}
    Two.
    {{% endif %}}
    {{% include plan %}}
{more}
scenes:
  first: {{text: A., choices: {{go: {{text: Go., do: [{do}], goto: second}}}}}}
  second:
    cast: [i_sak]
    text: |
{indent(dedent(text), "      ")}
    choices: {{on: {{text: On., goto: end}}}}
"""
    return files(chapter, declare=DECLARE, people=PEOPLE, items=ITEMS)


def read(play, text: str, *effects: str, more: str = "") -> list[str]:
    run: Play = play(load(written(text, more, ", ".join(effects)))).choose("go")
    return run.text


SET = "{set: {copied: true}}"


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("One.", ["One."]),
        ("One\ntwo\n  three.", ["One two three."]),
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("One.\n\n\n\nTwo.\n\n", ["One.", "Two."]),
        ("One. \n   \nTwo.", ["One.", "Two."]),
        ("\\*Not\\* this.", ["*Not* this."]),
        ("\\@on_jo: no speech.", ["@on_jo: no speech."]),
        ("A \\\\ B \\{% C", ["A \\ B {% C"]),
        ("A \\n B", ["A \\n B"]),
        (
            "50 % of {x} and <b> & [red]no[/red] `code` #1 ~ $HOME",
            ["50 % of {x} and <b> & [red]no[/red] `code` #1 ~ $HOME"],
        ),
        ("me@school.kr", ["me@school.kr"]),
        ("최남라가 말했다. 👩", ["최남라가 말했다. 👩"]),
    ],
)
def test_paragraphs(play, text, paragraphs):
    assert read(play, text) == paragraphs


def pieces(text: str) -> list[tuple[tuple[str, str], ...]]:
    """(text, style) of every piece, by paragraph."""
    run = Play(load(written(text))).choose("go").run
    return [tuple((p.text, p.style) for p in paragraph.pieces) for paragraph in run.page().text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One *two* three.", (("One ", ""), ("two", "em"), (" three.", ""))),
        ("One **two** three.", (("One ", ""), ("two", "strong"), (" three.", ""))),
        ("*One*", (("One", "em"),)),
        ("*One\ntwo* three.", (("One two", "em"), (" three.", ""))),
        ("*{{ player }}*, **{{ noise }}**", (("Do-ha", "em"), (", ", ""), ("0", "strong"))),
        ("*One {% if copied %}no{% else %}yes{% endif %} two* three", (("One yes two", "em"), (" three", ""))),
        ("One{% if copied %} *two*{% endif %} three.", (("One three.", ""),)),
        ("*One *{% if copied %}no{% endif %} two", (("One ", "em"), ("two", ""))),
    ],
)
def test_emphasis(text, expected):
    assert pieces(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@on_jo: Hello.", [("on_jo", "Hello.")]),
        ("@on_jo: Hello\nthere.\nGo.", [("on_jo", "Hello there. Go.")]),
        ("@on_jo: Hello.\n\nShe goes.", [("on_jo", "Hello."), ("", "She goes.")]),
        ("@on_jo: Hello.\n@i_sak: Yes?", [("on_jo", "Hello."), ("i_sak", "Yes?")]),
        ("She says:\n@on_jo: Hello.", [("", "She says:"), ("on_jo", "Hello.")]),
        ("@on_jo:\nHello.", [("on_jo", "Hello.")]),
        ("  @on_jo:   Hello.", [("on_jo", "Hello.")]),
        ("@on_jo: {% if copied %}Yes.{% else %}No.{% endif %}", [("on_jo", "No.")]),
        ("@on_jo: {% if copied %}Yes.{% endif %}", []),
    ],
)
def test_speech_goes_up_to_the_next_blank_line_or_speaker(text, expected):
    run = Play(load(written(text))).choose("go").run

    assert [(p.speaker, p.text) for p in run.page().text] == expected


@pytest.mark.parametrize(
    ("text", "effects", "paragraphs"),
    [
        ("{% if copied %}\nYes.\n{% endif %}\nEnd.", [], ["End."]),
        ("{% if copied %}\nYes.\n{% endif %}\nEnd.", [SET], ["Yes.", "End."]),
        ("{% if copied %}\nYes.\n{% else %}\nNo.\n{% endif %}", [], ["No."]),
        (
            "{% if copied %}\nA\n{% elif noise >= 3 %}\nB\n{% elif noise >= 1 %}\nC\n{% else %}\nD\n{% endif %}",
            [],
            ["D"],
        ),
        (
            "{% if copied %}\nA\n{% elif noise >= 3 %}\nB\n{% elif noise >= 1 %}\nC\n{% else %}\nD\n{% endif %}",
            ["{add: {noise: 2}}"],
            ["C"],
        ),
        (
            "{% if copied %}\nA\n{% elif noise >= 3 %}\nB\n{% elif noise >= 1 %}\nC\n{% endif %}",
            ["{add: {noise: 9}}", SET],
            ["A"],
        ),
        ("{% if cold: copied %}\nA\n\nB\n{% endif %}", [SET], ["A", "B"]),
        (
            "{% if noise >= 1 %}\n{% if copied %}\nA\n{% else %}\nB\n{% endif %}\nC\n{% endif %}",
            ["{add: {noise: 1}}"],
            ["B", "C"],
        ),
        ("One {% if copied %}two {% endif %}three.", [], ["One three."]),
        ("One {% if copied %}two {% endif %}three.", [SET], ["One two three."]),
        ("One{% if copied %}, two{% elif noise >= 1 %}, loud{% else %}, alone{% endif %}.", [], ["One, alone."]),
        ("One {% if copied %} two {% endif %} three.", [], ["One three."]),
        ("{% if copied %}A {% if noise >= 1 %}B{% else %}C{% endif %} D{% endif %}E", [SET], ["A C DE"]),
        ("{% if copied %}\n@on_jo: Hello.\n{% endif %}", [SET], ["Hello."]),
        ("{%if copied%}\nA\n{%else%}\nB\n{%endif%}", [], ["B"]),
        ("{%  if   copied  %}\nA\n{%  else  %}\nB\n{%  endif  %}", [], ["B"]),
        ("One {% if\ncopied %}two{% else %}three{% endif %}.", [], ["One three."]),
    ],
)
def test_conditions_in_a_text(play, text, effects, paragraphs):
    assert read(play, text, *effects) == paragraphs


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("{% include plan %}", ["The plan."]),
        ("A\n{% include plan %}\nB", ["A", "The plan.", "B"]),
        ("{% include long %}", ["One.", "The plan."]),
        ("{% if copied %}\n{% include plan %}\n{% else %}\n{% include own %}\n{% endif %}", ["Do-ha's own."]),
        ("{% include plan %}\n{% include plan %}", ["The plan.", "The plan."]),
    ],
)
def test_passages(play, text, paragraphs):
    assert read(play, text, more="  own: '{{ player }}''s own.'") == paragraphs


def test_a_passage_may_stand_in_a_file_without_a_chapter_and_a_chapters_own_goes_before_it(play):
    chapter = """
    passages: {mine: Mine.}
    scenes:
      first:
        text: |
          {% include mine %}
          {% include shared %}
        choices: {go: {text: Go., goto: end}}
    """

    run = play(story(chapter, more="passages: {mine: Not this., shared: Shared.}\n"))

    assert run.text == ["Mine.", "Shared."]


def test_in_a_passage_is_present_who_is_in_the_scene_that_includes_it(play):
    chapter = """
    passages: {p: '{% if with.on_jo %}With her.{% else %}Alone.{% endif %}'}
    scenes:
      first: {text: '{% include p %}', choices: {go: {text: Go., goto: second}}}
      second: {cast: [on_jo], text: '{% include p %}', choices: {go: {text: Go., goto: end}}}
    """

    run = play(story(chapter, people=PEOPLE))

    assert run.text == ["Alone."]
    assert run.choose("go").text == ["With her."]


@pytest.mark.parametrize(
    ("text", "effects", "expected"),
    [
        ("{{ player }}", [], "Do-ha"),
        ("{{player}}", [], "Do-ha"),
        ("{{ time }}", ["{pass: 20 min}"], "10:20"),
        ("{{ count.water }}", ["{take: {water: 2}}"], "2"),
        ("{{ noise }}", ["{add: {noise: 5}}"], "5"),
        ("{{ noise.word }}", [], "silent"),
        ("{{ noise.word }}", ["{add: {noise: 3}}"], "restless"),
        ("{{ noise.word }}", ["{add: {noise: 6}}"], "restless"),
        ("{{ noise.word }}", ["{add: {noise: 7}}"], "at the doors"),
        ("{{ cold.word }}", [], "0"),
        ("{{ club }}", ["{set: {club: track}}"], "track"),
        ("{{ copied }}", [], "false"),
        ("{{ bond.on_jo }}", ["{bond: {on_jo: 2}}"], "2"),
    ],
)
def test_values_in_a_text(play, text, effects, expected):
    assert read(play, f"It is {text}, now.", *effects) == [f"It is {expected}, now."]


def test_gentle_text_is_for_players_who_ask_for_it(play):
    told = story("""
    scenes:
      first: {text: Harsh., gentle: Soft., choices: {go: {text: Go., goto: second}}}
      second: {text: Plain., choices: {go: {text: Go., goto: end}}}
    """)

    assert play(told, gentle=True).text == ["Soft."]
    assert play(told).text == ["Harsh."]
    assert play(told, gentle=True).choose("go").text == ["Plain."]


def test_gentle_words_of_choices_outcomes_bells_and_rules(play):
    """Every kind of words on the way has its softer version; what there is none of is read as it is."""
    told = story(
        """
    bells:
      late: {at: D1 11:00, then: Harsh bell., gentle: Soft bell.}
    scenes:
      first:
        text: A.
        choices:
          go: {text: Go., then: Harsh choice., gentle: Soft choice., do: [{pass: 2 h}], goto: second}
      second:
        text: B.
        choices:
          throw:
            text: Throw.
            roll:
              a: {then: Harsh outcome., gentle: Soft outcome., goto: third}
              b: {then: Harsh outcome., gentle: Soft outcome., goto: third}
      third: {text: C., choices: {go: {text: Go., then: Only this., goto: end}}}
    """,
        declare="rules: {soon: {when: seen.second, once: true, then: Harsh rule., gentle: Soft rule.}}",
    )
    soft, harsh = play(told, gentle=True), play(told)
    heard: list[list[str]] = []
    for run in (soft, harsh):
        words = []
        for choice in ("go", "throw", "go"):
            run = run.choose(choice)
            words += run.told
        heard.append(words)

    assert heard[0] == ["Soft choice.", "Soft bell.", "Soft outcome.", "Soft rule.", "Only this."]
    assert heard[1] == [words.replace("Soft", "Harsh") for words in heard[0]]


def test_a_player_may_have_another_name():
    from game.engine import Machine, Run

    told = story("scenes: {first: {text: 'I am {{ player }}.', choices: {go: {text: Go., goto: end}}}}\n")

    assert [p.text for p in Run.new(Machine(told), 1, "Nam-ra").page().text] == ["I am Nam-ra."]


def test_a_players_name_is_never_read_as_anything_else():
    from game.engine import Machine, Run

    told = story("scenes: {first: {text: 'I am {{ player }}.', choices: {go: {text: Go., goto: end}}}}\n")

    page = Run.new(Machine(told), 1, "*{% if %}* {{ x }} \\@").page()

    assert page.text[0].pieces == (Piece("I am *{% if %}* {{ x }} \\@."),)


def test_every_paragraph_has_an_id_of_its_own_that_names_stay_in():
    text = "One.\n\n{% if cold: copied %}\nTwo.\n{% else %}\nThree.\n{% endif %}\nFour."
    told = load(written(text))

    blocks = told.scenes["second"].text

    assert [b.id for b in blocks] == ["second.text.1", "second.text.cold", "second.text.4"]


@pytest.mark.parametrize("style", ["|", ">", '"', "'", ""])
def test_a_text_may_be_written_in_any_way_yaml_has(play, style):
    ways = {
        "|": "|\n      One two\n      *three*.\n",
        ">": ">\n      One two\n      *three*.\n",
        '"': '"One two\n      *three*."\n',
        "'": "'One two\n      *three*.'\n",
        "": "One two\n      *three*.\n",
    }
    chapter = f"scenes:\n  first:\n    text: {ways[style]}\n    choices: {{go: {{text: Go., goto: end}}}}\n"

    assert play(story(chapter)).text == ["One two three."]


def test_what_was_read_lately_reads_as_if_it_were_read_for_the_first_time():
    """More readings of a paragraph than are kept, in an order that comes back to the first ones."""
    text = "@i_sak: {{ noise }} *and {{ cold }}*{% if noise > 4 and cold < 2 %} of {{ noise }}{% endif %}, {{ late }}."
    declare = DECLARE.replace("cold: {range: 0..3}", "cold: {range: 0..3}, late: {range: 0..9}")
    told = load(written(text) | {"story.yaml": written(text)["story.yaml"].replace(DECLARE.strip(), declare.strip())})
    number = {v.name.split(".")[-1]: v.index for v in told.variables}
    start = bytes(v.start for v in told.variables)
    states = []
    for noise, cold, late in product(range(11), range(4), range(10)):
        values = bytearray(start)
        values[number["noise"]], values[number["cold"]], values[number["late"]] = noise, cold, late
        states.append(bytes(values))
    assert len(states) > LATELY
    machine, blocks = Machine(told), told.scenes["second"].text
    fresh = {state: Reader(Machine(told), "Jo").paragraphs(blocks, state, "day") for state in states}
    assert len(set(fresh.values())) == len(states)

    for state in (*states, *states[:9], *reversed(states)):
        assert Reader(machine, "Jo").paragraphs(blocks, state, "day") == fresh[state]


def test_what_only_decides_over_words_decides_over_what_was_read_lately():
    text = "It is {{ noise }}{% if cold > 1 %} and cold{% endif %}."
    told = load(written(text))
    number = {v.name.split(".")[-1]: v.index for v in told.variables}
    reader, blocks = Reader(Machine(told), "Jo"), told.scenes["second"].text
    values = bytearray(v.start for v in told.variables)
    for cold, end in ((0, "."), (2, " and cold."), (1, "."), (3, " and cold.")):
        values[number["cold"]] = cold
        assert [p.text for p in reader.paragraphs(blocks, bytes(values), "day")] == [f"It is 0{end}"]
