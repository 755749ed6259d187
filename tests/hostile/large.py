"""Stories that are large on purpose, each in another way. Made here, because nobody wants them in a repository."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

from tests.stories.building import HEAD, STORY, files

GO = "choices: {go: {text: Go., goto: end}}"
LONG = HEAD.replace("until: D1 16:00", "until: D2 04:20, tick: 5 min")

Files = dict[str, str]
LARGE: dict[str, Callable[[], Files]] = {}


def large(make: Callable[[], Files]) -> Callable[[], Files]:
    LARGE[make.__name__] = make
    return make


def scene(text: str = "text: A.", choices: str = "go: {text: Go., goto: end}", more: str = "") -> str:
    return f"{more}scenes:\n  first:\n    {text}\n    choices:\n      {choices}\n"


@large
def a_passage_included_by_every_scene() -> Files:
    passage = "passages:\n  long: |\n" + "    Word word word.\n\n" * 1000
    scenes = "".join(f"  s{n}: {{text: '{{% include long %}}', {GO}}}\n" for n in range(2000))
    return files(f"{passage}scenes:\n  first: {{text: A., {GO}}}\n{scenes}")


@large
def a_passage_included_a_hundred_times_by_every_scene() -> Files:
    passage = "passages:\n  long: |\n" + "    Word word word.\n\n" * 1000
    each = "      {% include long %}\n" * 100
    scenes = "".join(f"  s{n}:\n    text: |\n{each}    {GO}\n" for n in range(100))
    return files(f"{passage}scenes:\n  first: {{text: A., {GO}}}\n{scenes}")


@large
def passages_within_passages() -> Files:
    levels = "".join(f"  p{n}: |\n" + f"    {{% include p{n + 1} %}}\n" * 3 for n in range(4))
    passages = "passages:\n" + levels + "  p4: |\n" + "    Word.\n\n" * 3000
    scenes = "".join(f"  s{n}: {{text: '{{% include p0 %}}', {GO}}}\n" for n in range(200))
    return files(f"{passages}scenes:\n  first: {{text: A., {GO}}}\n{scenes}")


@large
def bells_that_lead_somewhere() -> Files:
    head = HEAD.replace("until: D1 16:00", "until: D1 14:10, tick: 1 min")
    bells = "".join(f"  b{n}: {{at: D1 {10 + n // 60}:{n % 60:02}, when: x, goto: first}}\n" for n in range(1, 250))
    return files(
        "flags: {x: false}\n" + scene(choices="wait: {text: Wait., do: [{pass: 4 h}], goto: end}") + "bells:\n" + bells,
        head=head,
    )


@large
def bells_at_one_time() -> Files:
    bells = "".join(
        f"  b{n}: {{at: D1 12:00, when: x, do: [{{set: {{x: true}}}}], then: Ring.}}\n" for n in range(9000)
    )
    wait = "wait: {text: Wait., do: [{pass: 4 h}], goto: end}"
    return files("flags: {x: false}\n" + scene(choices=wait) + "bells:\n" + bells)


@large
def bells_and_time_that_passes_again_and_again() -> Files:
    head = HEAD.replace("until: D1 16:00", "until: D1 14:10, tick: 1 min")
    bells = "".join(f"  b{n}: {{at: D1 {10 + n // 60}:{n % 60:02}, when: x, goto: first}}\n" for n in range(1, 250))
    passing = ", ".join(f"{{pass: {n} min}}" for n in range(1, 200))
    wait = f"wait: {{text: Wait., do: [{passing}], goto: end}}"
    return files("flags: {x: false}\n" + scene(choices=wait) + "bells:\n" + bells, head=head)


@large
def ifs_that_may_pass_time() -> Files:
    waits = ", ".join(f"{{if: x, do: [{{pass: {n} min}}], else: [{{pass: {n + 1}0 min}}]}}" for n in range(10, 400, 10))
    bells = "".join(f"  b{n}: {{at: D1 {10 + n // 6}:{n % 6}0, when: x, goto: first}}\n" for n in range(1, 36))
    wait = f"wait: {{text: Wait., do: [{waits}], goto: end}}"
    return files("flags: {x: false}\n" + scene(choices=wait) + "bells:\n" + bells)


@large
def effects() -> Files:
    many = ", ".join(["{set: {x: true}}"] * 20_000)
    return files("flags: {x: false}\n" + scene(choices=f"go: {{text: Go., do: [{many}], goto: end}}"))


@large
def effects_with_ifs() -> Files:
    many = ", ".join(["{if: x, do: [{add: {y: 1}}], else: [{add: {y: -1}}]}"] * 8_000)
    flags = "flags: {x: false, y: {range: 0..5}}\n"
    return files(flags + scene(choices=f"go: {{text: Go., do: [{many}], goto: end}}"))


@large
def choices() -> Files:
    many = "\n      ".join(f"c{n}: {{text: Go {n}., goto: end}}" for n in range(9_000))
    return files(scene(choices=many))


@large
def branches_of_a_goto() -> Files:
    many = ", ".join(["{when: x, to: end}"] * 9_000)
    return files("flags: {x: false}\n" + scene(choices=f"go: {{text: Go., goto: [{many}, {{to: end}}]}}"))


@large
def outcomes_of_a_roll() -> Files:
    many = ", ".join(f"o{n}: {{goto: end}}" for n in range(20_000))
    return files(scene(choices=f"go: {{text: Go., roll: {{{many}}}}}"))


@large
def rules() -> Files:
    many = "rules:\n" + "".join(f"  r{n}: {{when: x, do: [{{add: {{y: 1}}}}], goto: end}}\n" for n in range(8_000))
    declare = "flags: {x: false, y: {range: 0..5}}\n" + many
    return files(scene(), declare=declare)


@large
def flags() -> Files:
    many = ", ".join(f"f{n}: {{range: 0..255}}" for n in range(20_000))
    return files(f"flags: {{{many}}}\n" + scene())


@large
def unknown_names() -> Files:
    known = "".join(f"  scene_number_{n:04}: {{text: A., {GO}}}\n" for n in range(1500))
    wrong = "".join(
        f"  other_{n:04}: {{text: A., choices: {{go: {{text: Go., goto: scene_nomber_{n:04}}}}}}}\n"
        for n in range(1500)
    )
    return files(f"scenes:\n  first: {{text: A., {GO}}}\n{known}{wrong}")


@large
def unknown_flags_in_conditions() -> Files:
    known = ", ".join(f"flag_number_{n:04}: false" for n in range(1500))
    wrong = "".join(
        f"  s{n:04}: {{text: A., choices: {{go: {{text: Go., when: flag_nomber_{n:04}, goto: end}}}}}}\n"
        for n in range(1500)
    )
    return files(f"flags: {{{known}}}\nscenes:\n  first: {{text: A., {GO}}}\n{wrong}")


@large
def unknown_names_that_are_long() -> Files:
    wrong = ", ".join(f"{'ab' * 4000}{n}" for n in range(100))
    people = "".join(f"{'ba' * 25}{n}: {{name: N, short: S, about: A.}}\n" for n in range(190))
    return files(scene("text: A.\n    cast: [" + wrong + "]"), people=people)


@large
def unknown_keys() -> Files:
    return files(scene() + "".join(f"x{n}: y\n" for n in range(60_000)))


@large
def two_variables_compared_everywhere() -> Files:
    flags = "flags: {a: {range: 0..63}, b: {range: 0..63}}\n"
    asked = " or ".join(["a == b"] * 40)
    many = "".join(
        f"  s{n}: {{text: A., choices: {{go: {{text: G., when: {asked}, goto: end}}}}}}\n" for n in range(400)
    )
    return files(f"{flags}scenes:\n  first: {{text: A., {GO}}}\n{many}")


@large
def conditions() -> Files:
    flags = "flags: {" + ", ".join(f"f{n}: false" for n in range(40)) + "}\n"
    asked = "not (" + " or ".join(f"(f{n} and not f{n + 1})" for n in range(25)) + ")"
    many = "".join(
        f"  s{n}: {{text: A., choices: {{go: {{text: G., when: {asked}, goto: end}}}}}}\n" for n in range(1600)
    )
    return files(f"{flags}scenes:\n  first: {{text: A., {GO}}}\n{many}")


@large
def groups_counted_everywhere() -> Files:
    people = "".join(f"p{n}: {{name: N, short: S, about: A.}}\n" for n in range(400))
    groups = "groups: {all: [" + ", ".join(f"p{n}" for n in range(400)) + "]}\n"
    many = "".join(
        f"  s{n}: {{text: A., choices: {{go: {{text: G., when: living.all >= 7, goto: end}}}}}}\n" for n in range(2000)
    )
    return files(f"scenes:\n  first: {{text: A., {GO}}}\n{many}", declare=groups, people=people)


@large
def short_values() -> Files:
    return files(f"x: [{'a,' * 190_000}]\n" + scene())


@large
def twenty_files_of_values() -> Files:
    return files(scene(), **{f"more_{n}": f"x: [{'a,' * 190_000}]\n" for n in range(20)})


@large
def twenty_files_of_text() -> Files:
    def chapter(file: int) -> str:
        scenes = "".join(f"  s{file}_{n}:\n    text: |\n{'      Word and word.' * 40}\n    {GO}\n" for n in range(1000))
        return f"chapter: day\nscenes:\n{scenes}"

    return files(scene(), **{f"more_{n:02}": chapter(n) for n in range(20)})


@large
def texts_of_nothing_but_tags() -> Files:
    flags = "flags: {x: false}\n"
    texts = "".join(f"  s{n}:\n    text: |\n      {'{% if x %}a{% endif %}' * 850}\n    {GO}\n" for n in range(50))
    return files(f"{flags}scenes:\n  first: {{text: A., {GO}}}\n{texts}")


@large
def exits_between_all_places() -> Files:
    others = range(120)
    places = "".join(
        f"p{a}: {{name: P, floor: 1, at: [{a}, 0], exits: {{{', '.join(f'p{b}: {{}}' for b in others if b != a)}}}}}\n"
        for a in others
    )
    rooms = "rooms:\n" + "".join(f"  r{a}: {{place: p{a}, text: A., {GO}}}\n" for a in range(120))
    return files(scene() + rooms, places=places)


@large
def meters_that_decay() -> Files:
    meters = ", ".join(f"m{n}: {{range: 0..255, decays: 1 per 7 min}}" for n in range(400))
    return files(
        scene(choices="go: {text: G., do: [{pass: 4 h}], goto: end}"), declare=f"meters: {{{meters}}}\n", head=LONG
    )


@large
def keys_written_twice() -> Files:
    return files(scene() + "x: {" + ", ".join(["a: b"] * 90_000) + "}\n")


@large
def aliases() -> Files:
    return files(scene() + "x: [&a b, " + ", ".join(["*a"] * 100_000) + "]\n")


@large
def promises() -> Files:
    many = ", ".join(["x or seen.first"] * 20_000)
    return files("flags: {x: false}\n" + scene(), declare=f"never: [{many}]\n".replace("x or ", ""))


@large
def texts_in_stars() -> Files:
    return files(scene("text: '" + "*a* **b** " * 1900 + "'"))


@large
def a_story_of_one_word_titles() -> Files:
    return {
        "story.yaml": dedent(STORY),
        "day.yaml": HEAD + scene(),
        "ends.yaml": "endings: {"
        + ", ".join(f"e{n}: {{title: T, text: X.}}" for n in range(15_000))
        + ", end: {title: T, text: X.}}\n",
    }


@large
def short_paragraphs() -> Files:
    return _texts("a\n\n", 6_000)


@large
def short_stresses() -> Files:
    return _texts("*a* ", 4_500)


@large
def questions_in_texts() -> Files:
    return _texts("{% if x %}a{% endif %} ", 800)


@large
def long_conditions() -> Files:
    asked = " or ".join(["(x and y)"] * 31)
    many = "".join(
        f"  s{n}: {{text: A., choices: {{go: {{text: G., when: {asked}, goto: end}}}}}}\n" for n in range(2400)
    )
    return _spread("flags: {x: false, y: false}\n", many)


def _texts(piece: str, times: int) -> Files:
    """Nearly as many bytes as a story may have, of one text again and again."""
    text = (piece * times).replace("\n", "\n      ").rstrip()
    scenes = "".join(f"  s{n}:\n    text: |\n      {text}\n    {GO}\n" for n in range(3_500_000 // len(text)))
    return _spread("flags: {x: false}\n", scenes)


def _spread(head: str, scenes: str) -> Files:
    """Scenes over several files of a chapter, none larger than a file may be."""
    made = scenes.split("\n  s")
    out = files(head + f"scenes:\n  first: {{text: A., {GO}}}\n")
    part: list[str] = []
    for scene_ in [*made, ""]:
        if not scene_ or sum(map(len, part)) + len(scene_) > 900_000:
            body = "".join(f"  s{s.removeprefix('  s').rstrip()}\n" for s in part)
            out[f"more_{len(out):02}.yaml"] = f"chapter: day\nscenes:\n{body}"
            part = []
        part.append(scene_)
    return out
