"""The saves of plain mode: the slot that is played in, and the commands that save, load, list and export."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from game.language import _
from game.plain.console import heard
from game.present.wording import duration
from game.saves import SaveError

if TYPE_CHECKING:
    from game.plain import PlainGame

ANYTIME = ("load", "saves")
"""The commands that need no run."""
LEAVING = ("quit", "load", "new", "title")
"""The commands that leave a run, and so ask where turns would be lost by it."""


class Slots:
    """The commands of a plain game that save and load, and where its run is kept."""

    def __init__(self, game: PlainGame) -> None:
        self.game = game
        self.say = game.console.say
        self.slot = ""
        """That of the run; "" while it has none."""
        self.unsaved = False
        """Whether the last turn is not on disk."""
        self.warned = False
        """Whether the player has just been told that turns would be lost."""
        self._played = 0
        self._since = time.monotonic()
        self.commands: dict[str, Callable[[str], None]] = {
            "save": self.save,
            "load": self.load,
            "saves": lambda rest: self.list_saves(),
            "export": self.export,
        }

    def begin(self, slot: str, played: int) -> None:
        """A run is taken up that was played for so many seconds; in a slot of its own unless one is given."""
        self.slot = slot
        self._played = played
        self._since = time.monotonic()
        if not slot:
            self.write()

    def left(self) -> None:
        """The run is left for the title page; what of it is not on disk is given up."""
        self.slot = ""
        self.unsaved = self.warned = False

    def seconds(self) -> int:
        return self._played + int(time.monotonic() - self._since)

    def write(self) -> None:
        """Put the turn on disk before it is read. What cannot be saved is said, every time."""
        try:
            if not self.slot:
                self.slot = self.game.saves.new_slot()
                self.game.saves.hold(self.slot)
            self.game.saves.write(self.slot, self.game.run, played=self.seconds())
            self.unsaved = False
        except SaveError as error:
            self.unsaved = True
            self.say(_("NOT SAVED: {why}", why=error))

    def stays(self, what: str) -> bool:
        """Whether the player stays because turns would be lost, after trying once more to save them; asks once."""
        if self.unsaved and not self.warned:
            self.write()
            if self.unsaved:
                self.say(_("The last turns would be lost. Say {what} again to do it all the same.", what=what))
        self.warned = self.unsaved and not self.warned
        return self.warned

    def save(self, name: str) -> None:
        if not name:
            self.say(_("Say save and a name for this moment."))
            return
        try:
            slot = self.game.saves.new_slot(name)
            self.game.saves.write(slot, self.game.run, title=name, played=self.seconds())
            self.say(_("Saved as {name}.", name=slot))
        except SaveError as error:
            self.say(_("NOT SAVED: {why}", why=error))

    def load(self, name: str) -> None:
        if not name:
            self.list_saves()
            return
        if self.stays(_("that")):
            return
        try:
            wanted = self.game.saves.find(name)
            slot = next((s for s in self.game.saves.slots() if s.id == wanted), None)
            restored = self.game.saves.read(wanted, self.game.machine)
        except SaveError as error:
            self.say(str(error))
            return
        for note in restored.notes:
            self.say(note)
        going_on, why = self.game.saves.go_on(slot, restored) if slot is not None else ("", "")
        if why:
            self.say(_("{why} This run goes on in a slot of its own.", why=why))
        self.game.begin(restored.run, going_on, restored.played)

    def export(self, rest: str) -> None:
        """Write a save to a file of its own, which `--load FILE` brings in again."""
        name, file = ("", *rest.rsplit(" ", 1))[-2:]
        if not name or not file:
            self.say(_("Say export, the name of a save, and a file to write."))
            return
        try:
            self.game.saves.export(self.game.saves.find(name), Path(file).expanduser())
            self.say(
                _("Written to {file}. On any machine, hyosan --load and that file goes on from it.", file=heard(file))
            )
        except SaveError as error:
            self.say(str(error))

    def list_saves(self) -> None:
        try:
            slots = self.game.saves.slots()
        except SaveError as error:
            self.say(str(error))
            return
        if not slots:
            self.say(_("Nothing is saved yet."))
        for slot in slots:
            name = slot.title or _("autosave")
            if slot.problem:
                self.say(f"{slot.id}: {slot.problem}", "   ")
            else:
                played = duration(slot.played // 60) or _("under a minute")
                said = _(
                    "{id}: {name}. {summary}. Turn {turn}, {played} played.",
                    id=slot.id,
                    name=name,
                    summary=slot.summary,
                    turn=slot.turn,
                    played=played,
                )
                said = f"{said} {slot.instead}"
                self.say(said.rstrip(), "   ")
