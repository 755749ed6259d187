"""What is imported before the first screen: a list of modules, as milliseconds say little."""

from __future__ import annotations

import subprocess
import sys

LATER = (
    "textual.widgets._markdown",
    "textual.widgets._data_table",
    "textual.widgets._text_area",
    "textual.widgets._rich_log",
    "textual.pilot",
    "markdown_it",
    "filelock",
    "yaml",
    "game.story.load",
    "game.story.translated",
    "game.tui.screens.begin",
    "game.tui.screens.help",
    "game.tui.screens.journal",
    "game.tui.screens.settings",
    "game.tui.screens.slots",
    "game.tui.widgets.field",
    "game.desk",
    "game.plain",
    "game.prove",
    "game.tui.hinting",
    # What plays a story; the title page of one that is kept comes before.
    "game.story.model",
    "game.story.cache",
    "game.engine.machine",
    "game.engine.run",
    "game.present.view",
    "game.saves.memorial",
    "game.saves.capture",
    "game.saves.restore",
    "game.tui.blocks",
    "game.tui.screens.play",
    "zipfile",
)


FIRST = "game.tui.app, game.cli, game.story.kept, game.saves.slots"


def test_what_is_rarely_used_is_imported_later():
    asked = f"import {FIRST}, sys; print(*(m for m in {LATER!r} if m in sys.modules))"
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
