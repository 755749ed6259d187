"""What is too much is refused, and soon: nothing a writer can write makes the loader or the engine run for long."""

from __future__ import annotations

import time

import pytest

from game.engine import Machine, Run
from game.story import load_sources
from game.story.times import parse_length, parse_moment
from tests.stories.building import HEAD, files, load, story

GO = "choices: {go: {text: Go., goto: end}}"


def codes(sources: dict[str, str]) -> set[str]:
    began = time.process_time()
    found = load_sources(sources)
    assert time.process_time() - began < 2
    return {d.code for d in found.diagnostics}


def text(written: str, passages: str = "") -> dict[str, str]:
    return files(f"passages:\n  none_here: x\n{passages}scenes:\n  first:\n    text: |\n      {written}\n    {GO}\n")


def test_passages_that_multiply_are_refused():
    doubling = "".join(f"  p{n}: |\n    {{% include p{n + 1} %}}\n    {{% include p{n + 1} %}}\n" for n in range(6))
    wide = "  q: |\n" + "    {% include none_here %}\n" * 101

    assert codes(text("{% include p0 %}", doubling + "  p6: '.'\n")) == {"H007"}
    assert codes(text("{% include q %}", wide)) == {"H007"}


def test_passages_deep_inside_each_other_are_refused():
    chain = "".join(f"  p{n}: '{{% include p{n + 1} %}}'\n" for n in range(40)) + "  p40: '.'\n"

    assert codes(text("{% include p0 %}", chain)) == {"H007"}
    assert codes(text("{% include p33 %}", chain)) == {"H007"}  # those before it are too deep, wherever they are used


@pytest.mark.parametrize(
    "written",
    [
        "{% " * 6000,
        "{{ " * 6000,
        "{% if " * 3000,
        "*" * 19_000,
        "@" * 19_000,
        " " * 19_000 + ".",
        "{% if x %}" * 1900,
        "\\" * 19_000,
        "{% if x" + " " * 18_000 + "y %}",
    ],
    ids=["tags", "values", "ifs", "stars", "ats", "spaces", "open ifs", "backslashes", "spaces in a tag"],
)
def test_a_text_of_nothing_but_signs_is_read_soon(written):
    codes(text(written))


def test_a_quoted_text_of_many_paragraphs_is_read_soon():
    quoted = "a\\n\\n" * 6000

    assert codes(files(f'scenes:\n  first:\n    text: "{quoted}"\n    {GO}\n')) == set()


def test_a_mistake_in_every_scene_is_told_soon_until_it_is_enough():
    scenes = "".join(f"  s{n}: {{text: A., colour: red, {GO}}}\n" for n in range(2000))

    assert codes(files(f"scenes:\n  first: {{text: A., {GO}}}\n{scenes}")) == {"H010", "H002"}


@pytest.mark.parametrize(
    "written",
    [
        *(sign * 100_000 for sign in ("[", "{", "- ", "? ", "a: ", "!", "'", '"', "\x00", "-", "[? ", "{a: ", "- - ")),
        *(sign * 1000 for sign in ("&a ", "*a ", "%", "\ud800", "🧟")),
        *(sign * 500_000 for sign in ("#", "\n", "x", "|\n" + " ")),
        "{a: " * 20_000 + "b" + "}" * 20_000,
    ],
)
def test_a_file_of_nothing_but_signs_is_refused_soon(written):
    assert codes(files(f"scenes: {{first: {{text: A., {GO}}}}}\n", more=written))


@pytest.mark.parametrize(
    "declared",
    [
        "fates: {" + ", ".join(f"f{n}: {{}}" for n in range(300)) + "}\n",
        "flags: {x: {one of: [" + ", ".join(f"w{n}" for n in range(300)) + "]}}\n",
        "meters: {m: {range: 0..3}}\nexposure: {meter: m, sites: ["
        + ", ".join(f"s{n}" for n in range(300))
        + "], sources: [z]}\n",
    ],
    ids=["fates", "words", "wounds"],
)
def test_more_values_than_a_state_can_hold_are_refused(declared):
    assert codes(files(f"scenes: {{first: {{text: A., {GO}}}}}\n", declare=declared)) == {"H014"}


def test_large_domains_and_long_chapters_can_be_played():
    """255 ticks, 256 values, flags set to each other: nothing in a step is deep."""
    declare = "meters: {a: {range: 0..255, decays: 1 per 7 min}}\nflags: {b: {range: 0..63}, c: {range: 0..63}}\n"
    head = HEAD.replace("until: D1 16:00", "until: D3 04:30")
    chapter = f"""
    scenes:
      first:
        text: 'A {{{{ a }}}}.'
        choices:
          wait: {{text: W., do: [{{pass: 40 h}}, {{set: {{b: c}}}}, {{set: {{c: b}}}}, {{pass: 2 h}}], goto: first}}
          last: {{text: L., goto: last}}
      last: {{time: D3 04:30, text: L., {GO}}}
    bells: {{late: {{at: D3 04:00, goto: last}}}}
    """

    run = Run.new(Machine(story(chapter, head=head, declare=declare)), 1)

    assert run.choose("wait").state.scene == "last"
    assert run.choose("last").minutes() == 2 * 1440 + 4 * 60


def test_many_ifs_that_may_pass_time_can_be_played():
    waits = ", ".join("{if: x, do: [{pass: 10 min}], else: [{pass: 20 min}]}" for _ in range(30))
    chapter = f"""
    flags: {{x: false}}
    scenes:
      first: {{text: A., choices: {{wait: {{text: W., do: [{waits}], goto: first}}}}}}
    bells: {{noon: {{at: D1 12:00, when: x, goto: first}}}}
    """

    began = time.process_time()
    run = Run.new(Machine(story(chapter)), 1).choose("wait")

    assert run.minutes() == 16 * 60
    assert time.process_time() - began < 2


def test_more_bells_than_one_chapter_can_hold_may_follow_each_other():
    """Each bell leads to a scene that waits for the end of the chapter, and so for the next bell."""

    def chapter(name: str, begins: int, last: str) -> str:
        bells = "".join(
            f"  {name}_{n}: {{at: D1 {begins + n // 60}:{n % 60:02}, goto: {name}_{'ab'[n % 2]}}}\n"
            for n in range(1, 180)
        )
        scenes = "".join(f"  {name}_{which}: {{time: D1 {begins + 3}:00, text: A., {GO}}}\n" for which in "ab")
        return (
            f"chapter: {{id: {name}, title: T, from: D1 {begins}:00, until: D1 {begins + 3}:00, tick: 1 min, "
            f"start: {name}_a}}\nscenes:\n{scenes}bells:\n{bells}  {name}_z: {{at: D1 {begins + 3}:00, goto: {last}}}\n"
        )

    sources = files("", head=chapter("one", 10, "two_a"), next=chapter("two", 13, "end"))
    sources["story.yaml"] = sources["story.yaml"].replace("start: first", "start: one_a")

    assert Machine(load(sources)).start().scene == "end"


def test_a_large_story_is_read_within_a_second():
    scenes = "".join(
        f"  s{n}:\n    text: |\n      Scene {n}. {{% if seen.s{max(0, n - 1)} %}}Again.{{% endif %}}\n\n      More.\n"
        f"    choices:\n      on: {{text: On., when: not chosen.s{n}.back or x, goto: s{n + 1}}}\n"
        f"      back: {{text: Back., do: [{{add: {{y: 1}}}}, {{pass: 10 min}}], goto: s{max(0, n - 1)}}}\n"
        for n in range(1000)
    )
    chapter = "flags: {x: false, y: {range: 0..9}}\nscenes:\n" + scenes + f"  s1000: {{text: Z., {GO}}}\n"
    sources = files(chapter, head=HEAD.replace("start: first", "start: s0"))
    sources["story.yaml"] = sources["story.yaml"].replace("start: first", "start: s0")

    began = time.process_time()
    load(sources)

    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("D1 00:00", 0),
        ("D1 12:40", 760),
        ("D2 00:10", 1450),
        (" D1  9:05 ", 545),
        ("D0 12:00", None),
        ("D1 24:00", None),
        ("D1 12:60", None),
        ("D1", None),
        ("12:40", None),
        ("D1 12:4", None),
        ("d1 12:40", None),
        ("D1 1２:40", None),
        ("D1 12:40 x", None),
        ("D1 12:40\n", 760),
    ],
)
def test_moments(written, minutes):
    assert parse_moment(written) == minutes


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("10 min", 10),
        ("1 h", 60),
        ("1 h 30 min", 90),
        ("1h30min", 90),
        ("0 min", None),
        ("0 h 0 min", None),
        ("", None),
        ("10", None),
        ("-10 min", None),
        ("1.5 h", None),
        ("30 min 1 h", None),
        ("an hour", None),
        ("10 minutes", None),
    ],
)
def test_lengths(written, minutes):
    assert parse_length(written) == minutes
