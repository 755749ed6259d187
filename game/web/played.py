"""One visitor's game: `python -m game.web.played STORY REPORTS`, begun by the server and spoken with through pipes.

It reads the story and waits for a line that says where the visitor's folder is; packets follow, as textual-serve sends
them. All that it keeps lies in that folder and is named from there, so no message can tell where on the machine it is.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from textual import events
from textual.actions import ActionError, ActionParseResult, parse
from textual.dom import DOMNode

from game import tui
from game.engine import Machine
from game.present import Command
from game.saves import Saves
from game.story import load_story
from game.tui import leaving
from game.tui.app import HyosanApp
from game.web.confine import confine, limit
from game.web.driver import ServedDriver
from game.web.endings import UNREADABLE

SAVES, SETTINGS = Path("saves"), Path("settings")

OFF = frozenset(("export", "transcript", "picture"))
"""Commands that write files, which would lie where the visitor cannot get at them."""


class ServedApp(HyosanApp):
    """The app in a browser."""

    CSS_PATH = str(Path(tui.__file__).with_name("app.tcss"))

    def __init__(self, machine: Machine, saves: Saves) -> None:
        super().__init__(machine, saves)
        self.driver_class = ServedDriver

    async def _on_app_blur(self, event: events.AppBlur) -> None:
        # Textual's driver begins as if somebody had clicked beside the page.
        event.prevent_default()

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        if action_name(action) in OFF:
            self._note("There are no files in the browser: what you play is kept here, and Load brings it back.")
            return False
        return await super().run_action(action, default_namespace, namespaces)

    def _offered(self, command: Command, screen: object, where: object) -> bool:
        return command.id not in OFF and super()._offered(command, screen, where)  # type: ignore[arg-type]


def action_name(action: str | ActionParseResult) -> str:
    """The bare name of an action; "" for what is none."""
    try:
        return (parse(action) if isinstance(action, str) else action)[1]
    except ActionError:
        return ""


def main(arguments: list[str]) -> int:
    """Play until the visitor leaves. Returns the exit code of `leaving.run`, or `UNREADABLE`."""
    story, reports = (Path(argument).absolute() for argument in arguments)
    loaded = load_story(story)
    if loaded.story is None:
        return UNREADABLE
    machine = Machine(loaded.story)
    gc.disable()
    gc.freeze()
    if not (line := first_line(0)):
        return 0
    place = json.loads(line)
    home = Path(place["home"])
    os.chdir(home)
    os.umask(0o077)
    os.environ.update(
        HOME=str(home),
        COLUMNS=str(place["columns"]),
        ROWS=str(place["rows"]),
        HYOSAN_CONFIG=str(SETTINGS),
        HYOSAN_LOGS=str(reports),
    )
    limit()
    confine([home, reports], [story])
    saves = Saves(SAVES, machine.story)
    try:
        return leaving.run(ServedApp(machine, saves))
    finally:
        saves.release()


def first_line(fileno: int) -> bytes:
    """What comes before the first line's end, and not a byte more; b"" when nobody says anything any more."""
    line = b""
    while (byte := os.read(fileno, 1)) not in (b"", b"\n"):
        line += byte
    return line if byte else b""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
