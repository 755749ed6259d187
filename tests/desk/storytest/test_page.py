"""docs/writing/testing.md: what it shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

from game.desk.storytest.given import FROM
from game.desk.storytest.read import EXPECT, FILE, MOVE, TEST

FAILS = "test: Cold hands give it away\nchoose: [hold_her_hands]\nexpect: {that: bond.i_sak == 2}\n"
PAGE = (Path(__file__).parents[3] / "docs" / "writing" / "testing.md").read_text(encoding="utf-8")


def test_the_examples_of_the_page_hold(folder, hyosan, put):
    examples = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) >= 3
    put(**{f"example-{i}": text for i, text in enumerate(examples)})

    code, printed, _ = hyosan(folder)

    assert code == 0, printed


def test_the_output_on_the_page_is_what_is_printed(folder, hyosan, put):
    shown = PAGE.split("    $ hyosan test my-story\n")[1].split("\n## ")[0]
    shown = "\n".join(line.removeprefix("    ") for line in shown.rstrip().split("\n"))
    put(**{"cold-hands": FAILS})

    assert hyosan(folder)[1].rstrip() == shown


def test_every_key_is_on_the_page():
    for shape in (FROM, EXPECT, FILE, MOVE, TEST):
        for key in shape.keys:
            assert re.search(rf"\b{key}:|\b{key}`", PAGE), key
