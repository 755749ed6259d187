"""`hyosan check`: exit codes, formats, ignores, and mends that change nothing but what is certain."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from game.cli import run
from game.desk import formats, mend
from game.desk.check import check
from game.desk.mend import mended, mends
from game.story.diagnostics import CODES, Diagnostic, Where, report
from tests.desk.diagnostic_pages import HOUSE, SMALL
from tests.stories.building import files

LONG = "Go up the stairs very quietly and hope that nobody hears."


def house(hall: str = "", base: dict[str, str] = SMALL, **others: str) -> dict[str, str]:
    """The texts of a house; `hall` is a scene's choices, `others` are put at the ends of files."""
    sources = dict(base)
    if hall:
        sources["02-part.yaml"] = f"chapter: house\nscenes:\n  hall:\n    text: Dark.\n    choices:\n{hall}"
    for name, text in others.items():
        file = name.replace("_yaml", ".yaml")
        sources[file] = sources.get(file, "") + text
    return {n: sources[n].replace("NEXT", "hall" if hall else "morning") for n in sorted(sources)}


def folder(tmp_path: Path, sources: dict[str, str]) -> Path:
    home = tmp_path / "my story"
    home.mkdir()
    for name, text in sources.items():
        (home / name).write_bytes(text.encode())
    return home


def codes(sources: dict[str, str]) -> list[str]:
    return [d.code for d in check(sources)]


# --- exit codes ---------------------------------------------------------------------------------------


def test_the_exit_code_says_whether_something_was_found(tmp_path, capsys):
    good = folder(tmp_path, house())
    assert run(["check", str(good)]) == 0
    assert capsys.readouterr().out == "no problems\n"

    (good / "01-house.yaml").write_text(house(base=SMALL)["01-house.yaml"].replace("Sit down.", LONG))
    assert run(["check", str(good)]) == 1
    assert capsys.readouterr().out.endswith("\n1 warning\n\nhyosan explain H109 tells more\n")
    assert run(["check", str(good), "--errors"]) == 0
    assert run(["check", str(tmp_path / "nowhere")]) == 1
    assert "H001" in capsys.readouterr().out
    assert run(["check", str(good), "--write"]) == 2
    assert run(["check", "--format", "xml"]) == 2


def test_an_unreadable_folder_stays_a_problem_whatever_is_mended(tmp_path, capsys):
    broken = folder(tmp_path, {"01-house.yaml": "chapter: house\n"})
    assert run(["check", str(broken), "--fix"]) == 1
    assert capsys.readouterr().out == "nothing can be mended for certain, 1 left\n"


# --- formats ------------------------------------------------------------------------------------------

BAD = house("      up: {text: Go up., goto: mornign}\n      on: {tekst: On.}\n")


def test_text_ends_with_where_to_read_on():
    found = check(BAD)
    assert formats.text(found, Path("x")) == f"{report(found)}\n\nhyosan explain {found[0].code} tells more"
    assert formats.text([], Path("x")) == "no problems"


def test_json_is_flat():
    told = json.loads(formats.as_json(check(BAD), Path("a story")))
    assert told["story"] == "a story"
    assert told["problems"][0] == {
        "code": "H020",
        "severity": "error",
        "file": "02-part.yaml",
        "line": 6,
        "column": 32,
        "width": 7,
        "message": "there is no scene 'mornign'",
        "hint": "did you mean 'morning'?",
    }
    assert json.loads(formats.as_json([], Path("a"))) == {"story": "a", "problems": []}


def test_github_shows_a_problem_beside_its_line(tmp_path, monkeypatch, capsys):
    home = folder(tmp_path, BAD)
    monkeypatch.chdir(tmp_path)
    for name in (str(home), home.name):
        assert run(["check", name, "--format", "github"]) == 1
        first = capsys.readouterr().out.split("\n")[0]
        assert first == (
            "::error file=my story/02-part.yaml,line=6,col=32,endColumn=38,title=H020%3A an unknown scene"
            "::there is no scene 'mornign' (did you mean 'morning'?)"
        )


def test_github_escapes_what_has_a_meaning_there():
    odd = Diagnostic("H010", "50% of\nit: a, b", Where("a,b:c%.yaml", 2, 3), "so\r")
    assert formats.github([odd], Path("st")) == (
        "::error file=st/a%2Cb%3Ac%25.yaml,line=2,col=3,endColumn=3,title=H010%3A an unknown key"
        "::50%25 of%0Ait: a, b (so%0D)"
    )
    assert formats.github([], Path("st")) == ""
    assert formats.github([Diagnostic("H001", "gone", Where("st"))], Path("st")).startswith("::error file=st,title")
    assert "file=st/x.yaml,title" in formats.github([Diagnostic("H001", "gone", Where("x.yaml"))], Path("st"))


def test_sarif_has_its_parts(tmp_path):
    odd = Diagnostic("H001", "gone", Where("x y.yaml"))
    found = [*check(BAD), odd]
    log = json.loads(formats.sarif(found, Path("my story")))

    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run_,) = log["runs"]
    rules = run_["tool"]["driver"]["rules"]
    assert run_["tool"]["driver"]["name"] == "hyosan"
    assert [rule["id"] for rule in rules] == sorted({d.code for d in found})
    for rule in rules:
        assert rule["shortDescription"]["text"] == CODES[rule["id"]][1]
        assert rule["help"]["markdown"].startswith(f"# {rule['id']}")
        assert "<!--" not in rule["help"]["markdown"]
    for d, result in zip(found, run_["results"], strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == d.code
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"].startswith(d.message)
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert " " not in place["artifactLocation"]["uri"]
        if d.where.line:
            region = place["region"]
            assert region["startLine"] == d.where.line
            assert 1 <= region["startColumn"] < region["endColumn"]
        else:
            assert "region" not in place
    assert json.loads(formats.sarif([], Path("x")))["runs"][0]["results"] == []
    far = json.loads(formats.sarif([odd], tmp_path))["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert far["artifactLocation"]["uri"].startswith("file:///")


def test_every_format_bears_every_problem_of_the_forty():
    from tests.desk.test_forty import sources

    found = check(sources("forty-errors"))
    assert len(json.loads(formats.as_json(found, Path("f")))["problems"]) == len(found)
    assert len(formats.github(found, Path("f")).split("\n")) == len(found)
    assert len(json.loads(formats.sarif(found, Path("f")))["runs"][0]["results"]) == len(found)


# --- ignores ------------------------------------------------------------------------------------------


def up(comment: str = "", above: str = "", text: str = LONG) -> str:
    above = f"      {above}\n" if above else ""
    return f"{above}      up: {{text: {text}, goto: morning}}{comment and '  ' + comment}\n"


@pytest.mark.parametrize(
    ("hall", "left"),
    [
        (up(), ["H109"]),
        (up("# hyosan: ignore H109 she counts"), []),
        (up(above="# hyosan: ignore H109 she counts"), []),
        (up(above="# hyosan: ignore H109 she counts\n\n      # another comment"), []),
        (up("# hyosan: ignore H109, because she counts"), []),
        (up("#hyosan:ignore H109 she counts"), []),
        (up("# hyosan: ignore H109, H100 she counts"), ["H112"]),
        (up("# hyosan: ignore H105 she counts"), ["H109", "H112"]),
        (up("# hyosan: ignore H999 she counts"), ["H109", "H112"]),
        (up("# hyosan: ignore H109"), ["H112"]),
        (up("# hyosan: ignore H109 —"), ["H112"]),
        (up("# hyosan: ignore"), ["H109", "H112"]),
        (up("# hyosan: hush"), ["H109", "H112"]),
        (up("# hyosan: ignore H020 it is there"), ["H109", "H112"]),
        (up("# ignore H109 she counts"), ["H109"]),
        # A comment above speaks of the next line alone.
        ("      # hyosan: ignore H109 she counts\n      down: {text: Down., then: D., goto: morning}\n" + up(),
         ["H112", "H109"]),
    ],
)  # fmt: skip
def test_an_ignore(hall, left):
    assert codes(house(hall)) == left


TEXTS = [
    "|\n          # hyosan: ignore H109 x",
    ">-\n          so\n\n          # hyosan: ignore H109 x",
    '"said # hyosan: ignore H109 x"',
    '"said\n          # hyosan: ignore H109 x"',
    "'it''s # hyosan: ignore H109 x'",
]


@pytest.mark.parametrize("text", TEXTS)
def test_in_a_text_a_hash_is_a_hash(text):
    hall = f"      up:\n        goto: morning\n        then: {text}\n        text: {LONG}\n"
    assert codes(house(hall)) == ["H109"]
    # Nor does it hide what it says: the words are the player's.
    assert codes(house(hall.replace(LONG, "Up."))) == []


HIDDEN = """\
      up:
        text: Up.
        goto: morning
        then: |HEAD
          So.

          {% if true %}
          a
          {% else %}
          b
          {% endif %}
        ELSE
"""


def test_beside_the_start_of_a_text_it_speaks_of_all_of_the_text():
    plain = HIDDEN.replace("ELSE", "once: false")
    assert codes(house(plain.replace("HEAD", ""))) == ["H108"]
    assert codes(house(plain.replace("HEAD", "  # hyosan: ignore H108 kept for the translators"))) == []
    above = plain.replace("HEAD", "").replace("        then", "        # hyosan: ignore H108 kept\n        then")
    assert codes(house(above)) == []
    # Not of what follows it.
    after = HIDDEN.replace("ELSE", "once: false\n" + up("", text=LONG).rstrip("\n"))
    assert codes(house(after.replace("HEAD", "  # hyosan: ignore H108, H109 kept").replace("up:", "on:", 1))) == [
        "H112",
        "H109",
    ]


def test_with_errors_an_ignore_still_hides_and_is_not_called_unused():
    wait = "      wait: {text: Wait., do: [{pass: 25 min}], goto: nowhere}  # hyosan: ignore H065, H109 it is long\n"
    assert codes(house(wait)) == ["H020"]


# --- mends --------------------------------------------------------------------------------------------

WRONG = """\
      # a comment with mornign in it
      up: {text: Go up., goto: mornign}   # keep me
      on: {text: On., whn: has.torhc, once: yes, goto: morning}
      back: {text: "Back, {{ plyer }}.", then: Back., goto: kitchen}
"""
RIGHT = (
    WRONG.replace("goto: mornign", "goto: morning")
    .replace("whn", "when")
    .replace("torhc", "torch")
    .replace("yes", "true")
    .replace("plyer", "player")
)


def fixed(sources: dict[str, str]) -> dict[str, str]:
    """`sources` with everything mended that is certain."""
    while todo := mends(check(sources), sources, check):
        sources = {file: mended(text, file, todo) for file, text in sources.items()}
    return sources


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_mend_changes_its_word_and_not_a_byte_more(tmp_path, capsys, end, mark):
    part = f"chapter: house\nscenes:\n  hall:\n    text: Dark.\n    choices:\n{WRONG}"
    sources = house("      x: X\n", HOUSE) | {"02-part.yaml": mark + part.replace("\n", end)}
    home = folder(tmp_path, sources)
    before = {path: path.read_bytes() for path in home.iterdir()}

    assert run(["check", str(home), "--fix"]) == 1
    shown = capsys.readouterr().out
    assert {path: path.read_bytes() for path in home.iterdir()} == before
    assert "02-part.yaml:7:32: 'mornign' -> 'morning'" in shown
    assert "5 can be mended (--write does it), 0 left" in shown

    assert run(["check", str(home), "--fix", "--write"]) == 0
    wanted = (mark + part.replace(WRONG, RIGHT).replace("\n", end)).encode()
    assert {p: p.read_bytes() for p in home.iterdir()} == before | {home / "02-part.yaml": wanted}
    assert capsys.readouterr().out == shown.replace("can be mended (--write does it)", "mended")

    assert run(["check", str(home), "--fix", "--write"]) == 0
    assert {p: p.read_bytes() for p in home.iterdir()} == before | {home / "02-part.yaml": wanted}
    assert capsys.readouterr().out == "nothing can be mended for certain, 0 left\n"


def test_mixed_line_ends_stay_mixed(tmp_path):
    part = f"chapter: house\r\nscenes:\n  hall:\r\n    text: Dark.\n    choices:\n{WRONG}"
    home = folder(tmp_path, house("      x: X\n", HOUSE) | {"02-part.yaml": part})
    assert run(["check", str(home), "--fix", "--write"]) == 0
    assert (home / "02-part.yaml").read_bytes() == part.replace(WRONG, RIGHT).encode()


GARDEN = """\
chapter: {id: garden, title: G, from: D1 23:00, until: D2 01:00, start: gate}
scenes:
  gate: {text: G., choices: {g: {text: G., goto: dusk_and_dawn}}}
  dusk_and_dawn: {text: G., choices: {g: {text: G., goto: gate}}}
"""


@pytest.mark.parametrize(
    "sources",
    [
        # Two words are as near: nobody can tell which was meant.
        house("      a: {text: A., goto: room_3}\n  room_1: {text: R., choices: {x: {text: X., goto: morning}}}\n"
              "  room_2: {text: R., choices: {x: {text: X., goto: morning}}}\n"),
        house("      a: {text: A., hen: has.torch, goto: morning}\n", HOUSE),
        # The nearest word is not near enough.
        house("      a: {text: A., goto: evening}\n"),
        house("      a: {text: A., goto: end}\n"),
        # The word would then be there twice.
        house("      a: {text: A., textt: B., goto: morning}\n"),
        house("      a: {text: A., goto: morning, goto: mornign}\n"),
        # It would lead where no way is open.
        house("      a: {text: A., goto: dusk_and_dwan}\n", garden_yaml=GARDEN),
        # A tab among spaces may stand for any number of them.
        house("      a:\n\ttext: A.\n        goto: morning\n"),
        house("      a:\n        then: |\n          one\n\n\t  two\n        text: A.\n        goto: morning\n"),
        # What is no misspelt word.
        house("      a: {text: A., once: maybe, goto: morning}\n"),
        house("      a: {text: A., when: mood = afraid, goto: morning}\n", HOUSE),
    ],
)  # fmt: skip
def test_what_is_uncertain_is_left_to_the_writer(sources):
    assert check(sources)
    assert fixed(sources) == sources


def test_a_file_that_indents_with_tabs_gets_spaces():
    part = "chapter: house\nscenes:\n\thall:\n\t\ttext:\tDark.\n\t\tchoices:\n\t\t\ta: {text: A., goto: morning}\n"
    after = fixed(house("      x: X\n") | {"02-part.yaml": part})["02-part.yaml"]
    assert after == part.replace("text:\tDark", "text: Dark").replace("\t", "  ")


def test_mends_of_mends_are_made_too():
    # The misspelt key hides the misspelt scene in it.
    sources = house("      up: {text: Up., gotto: mornign}\n")
    assert fixed(sources)["02-part.yaml"].endswith("up: {text: Up., goto: morning}\n")


def test_a_file_that_cannot_be_written_is_said_and_left(tmp_path, capsys, monkeypatch):
    home = folder(tmp_path, house(WRONG, HOUSE))
    before = (home / "02-part.yaml").read_bytes()

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    assert run(["check", str(home), "--fix", "--write"]) == 1
    told = capsys.readouterr()
    assert "02-part.yaml: not mended" in told.err
    assert "5 left" in told.out
    assert (home / "02-part.yaml").read_bytes() == before
    assert sorted(p.name for p in home.iterdir()) == sorted(house(WRONG, HOUSE))


def test_a_file_changed_meanwhile_is_left(tmp_path, capsys):
    home = folder(tmp_path, house(WRONG, HOUSE))
    todo = mends(check(house(WRONG, HOUSE)), house(WRONG, HOUSE), check)
    (home / "02-part.yaml").write_text("chapter: house\n")
    assert not mend.write(home, "02-part.yaml", [todo])
    assert "changed meanwhile" in capsys.readouterr().err
    assert (home / "02-part.yaml").read_text() == "chapter: house\n"


def test_the_mode_of_a_file_stays(tmp_path):
    if os.name != "posix":
        pytest.skip("modes are a matter of POSIX")
    home = folder(tmp_path, house(WRONG, HOUSE))
    (home / "02-part.yaml").chmod(0o640)
    assert run(["check", str(home), "--fix", "--write"]) == 0
    assert (home / "02-part.yaml").stat().st_mode & 0o777 == 0o640


def test_the_shipped_story_has_no_findings_and_check_is_there_at_once(capsys):
    """Well under a second for the whole of the shipped story."""
    took: list[float] = []
    while len(took) < 3 and min(took, default=9) >= 3:  # generous: other tests run beside it
        began = time.process_time()
        assert run(["check"]) == 0
        took.append(time.process_time() - began)
        assert capsys.readouterr().out == "no problems\n"
    assert min(took) < 3, took


def test_small_stories_from_elsewhere_still_check():
    assert codes(files("scenes: {first: {text: F., choices: {go: {text: Go., goto: end}}}}\n")) == []
