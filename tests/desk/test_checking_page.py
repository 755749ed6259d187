"""docs/writing/checking.md: its story is written and changed as the page says, and its commands print what it shows."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from game.cli import run

PAGE = Path(__file__).parents[2] / "docs" / "writing" / "checking.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"# ([\w-]+\.yaml)\n")


def test_what_the_page_shows_is_what_happens(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "my-story"
    home.mkdir()
    commands = 0
    for kind, body in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "yaml":
            name = _FILE.match(body)
            assert name, body
            (home / name[1]).write_text(body, encoding="utf-8")
        elif kind == "console":
            for shown in re.split(r"^\$ hyosan ", body, flags=re.MULTILINE)[1:]:
                command, _, output = shown.partition("\n")
                code = run(command.split())
                printed = capsys.readouterr().out
                assert printed.strip() == output.strip()
                assert code == (0 if printed == "no problems\n" else 1)
                commands += 1
        else:
            assert kind == "yml", kind
            steps = yaml.safe_load(body)["jobs"]["story"]["steps"]
            checked = [s["run"].split()[1:] for s in steps if s.get("run", "").startswith("hyosan check")]
            assert [run(command) for command in checked] == [0]
    assert commands == 5


def test_it_is_one_screen_and_its_links_lead_somewhere():
    text = PAGE.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    for link in re.findall(r"\]\(([^)#\s]+)\)", text):
        assert (PAGE.parent / link).exists(), link
