"""docs/writing/proving.md: its story is written and changed as the page says, and its commands print what it shows."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from game.cli import run

PAGE = Path(__file__).parents[2] / "docs" / "writing" / "proving.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"# ([\w-]+\.yaml)\n")
_MORE = re.compile(r"^\.\.\.\n", re.MULTILINE)


def test_what_the_page_shows_is_what_happens(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HYOSAN_CACHE", str(tmp_path / "cache"))
    home = tmp_path / "my-story"
    home.mkdir()
    codes = []
    for kind, body in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "yaml":
            name = _FILE.match(body)
            assert name, body
            (home / name[1]).write_text(body, encoding="utf-8")
        elif kind == "console":
            command, _, output = body.removeprefix("$ hyosan ").partition("\n")
            codes.append(run(command.split()))
            printed = capsys.readouterr()
            # A line of three dots stands for any lines.
            shown = ".*".join(re.escape(part) for part in _MORE.split(output))
            assert re.fullmatch(shown, printed.out + printed.err, re.DOTALL), printed.out
        else:
            assert kind == "yml", kind
            steps = yaml.safe_load(body)["jobs"]["story"]["steps"]
            proved = [s["run"].split()[1:] for s in steps if s.get("run", "").startswith("hyosan prove")]
            assert [run(command) for command in proved] == [0]
    assert codes == [1, 1, 0]


def test_it_is_short_and_its_links_lead_somewhere():
    text = PAGE.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 160
    for link in re.findall(r"\]\(([^)#\s]+)\)", text):
        assert (PAGE.parent / link).exists(), link
