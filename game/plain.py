"""The game line by line: for screen readers, braille, pipes, and anyone who likes it quiet.

No boxes, no cursor tricks, one prompt a turn. Everything the screens can do can be done here, by the words of the
command registry.
"""

from __future__ import annotations

import difflib
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from game import plain_front, plain_runs
from game.engine import Machine, Run
from game.language import _, p_
from game.plain_front import Front
from game.plain_hints import PlainHints
from game.plain_runs import Runs
from game.present import COMMANDS, Line, ending_roll, transcript
from game.present.commands import command_of, words_of
from game.present.ending import courses, share, share_words
from game.present.filling import filled
from game.present.map import map_sentences, map_view
from game.present.notes import contains, passing
from game.present.reading import ever_taken, page_lines, taken_before
from game.present.speaking import Speak
from game.present.spoken import describe, remembered, spoken
from game.present.view import chosen_text, status, status_line, view
from game.present.wording import duration, player_name
from game.saves import SaveError, Saves
from game.saves.settings import Settings
from game.story.clean import FORBIDDEN, clean
from game.story.times import hour_text

WIDTH = 72
ANYTIME = ("load", "saves", "help", "quit", *plain_front.ANYTIME, *plain_runs.ANYTIME)
"""The commands that need no run."""


@dataclass(slots=True)
class Console:
    """Where lines come from and go to. `width` is 0 for paragraphs that are not wrapped."""

    source: TextIO
    target: TextIO
    width: int = 0

    @classmethod
    def of(cls, source: TextIO, target: TextIO) -> Console:
        """A console that wraps for a reader at a terminal, and leaves paragraphs whole for a pipe."""
        width = min(WIDTH, shutil.get_terminal_size().columns) if target.isatty() else 0
        return cls(source, target, width)

    def say(self, text: str = "", indent: str = "") -> None:
        """One paragraph; following lines are indented by `indent`."""
        text = clean(text)
        if self.width and text:
            text = filled(text, self.width, indent)
        print(text, file=self.target)

    def ask(self, prompt: str) -> str | None:
        """A line of input without its end; None when there is no more."""
        print(clean(prompt), end="", file=self.target, flush=True)
        line = self.source.readline(1000)
        if not line:
            print(file=self.target)
            return None
        if not self.source.isatty():
            # In a transcript the answer belongs after its prompt.
            print(heard(line, len(line)), file=self.target)
        return line.strip()


class Leave(Exception):
    """The player goes."""


class PlainGame:
    """One story, played through a console."""

    def __init__(
        self,
        machine: Machine,
        saves: Saves,
        console: Console,
        gentle: bool = False,
        speak: Speak | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.machine = machine
        self.story = machine.story
        self.saves = saves
        self.console = console
        self.settings = settings or Settings()
        self.gentle = gentle
        self.speak = speak
        self.answered: dict[str, bool] = {}
        """Scenes with content notes, and whether they are to be read."""
        self.run_: Run | None = None
        self.slot = ""
        self.unsaved = False
        self.warned = False
        self.played = 0
        self.since = time.monotonic()
        self.commands: dict[str, Callable[[str], None]] = {
            "look": lambda rest: self.look(),
            "undo": self.undo,
            "redo": lambda rest: self.redo(),
            "map": lambda rest: self.map(),
            "people": self.people,
            "inventory": lambda rest: self.hands(),
            "journal": self.journal,
            "goto": self.go_to,
            "save": self.save,
            "load": self.load,
            "saves": lambda rest: self.list_saves(),
            "export": self.export,
            "help": lambda rest: self.help(),
            "quit": lambda rest: self.leave(),
        }
        self.front, self.runs = Front(self), Runs(self)
        self.hints = PlainHints(self)
        self.commands.update(self.front.commands | self.runs.commands | self.hints.commands)

    # --- the loop ---

    def play(self, start: Run | None = None, slot: str = "", played: int = 0) -> int:
        """Play until the player leaves or the input ends. Returns an exit code."""
        try:
            if start is None:
                self.front.title()
            else:
                if start.turn == 0 and not slot:
                    self.front.page()
                self.begin(start, slot, played)
            while True:
                self.turn()
        except Leave:
            return 0

    def ask_name(self) -> str:
        """Who is to play, as typed; "" for the story's own name. Raises `Leave` where nobody answers."""
        name = self.console.ask(_("Your name [{name}]: ", name=self.story.player.name))
        if name is None:
            raise Leave
        return name

    def new_run(self, seed: int, name: str) -> Run:
        return Run.new(
            self.machine, seed, player_name(name, self.story.player.name), self.gentle or self.settings.gentle
        )

    def begin(self, run: Run, slot: str = "", played: int = 0) -> None:
        """Take up a run, new or restored."""
        self.run_ = run
        self.slot = slot
        self.played = played
        self.since = time.monotonic()
        if not slot:
            self.autosave()
        self.console.say()
        self.look()

    @property
    def run(self) -> Run:
        assert self.run_ is not None
        return self.run_

    def listen(self) -> str:
        answer = self.console.ask("> ")
        if answer is None:
            raise Leave
        return answer.strip()

    def turn(self) -> None:
        """One answer of the player."""
        answer = self.listen()
        options = [o for o in view(self.run).options if o.open]
        if answer.isdigit() and answer.isascii():
            number = int(answer)
            if 1 <= number <= len(options):
                self.choose(options[number - 1].id)
            elif options:
                self.console.say(_("There are choices 1 to {n}.", n=len(options)))
            else:
                self.console.say(_("There is no choice to make here; say undo, or quit."))
        elif answer:
            self.command(answer)

    def command(self, answer: str) -> None:
        word, rest = (*answer.split(" ", 1), "")[:2]
        command = command_of(word.lower())
        if command is None or command.id not in self.commands:
            known = [w for c in COMMANDS if c.id in self.commands for w in words_of(c)]
            close = difflib.get_close_matches(word.lower(), known, 1)
            hint = _("Did you mean {word}?", word=close[0]) if close else _("Say the number of a choice, or help.")
            self.console.say(_("“{word}” is no command. {hint}", word=heard(word), hint=hint))
        elif self.run_ is None and command.id not in ANYTIME:
            self.console.say(_("No run has begun yet."))
        else:
            self.warned = self.warned and command.id in ("quit", "load")
            self.commands[command.id](rest.strip())

    # --- what happens ---

    def choose(self, choice: str) -> None:
        self.warned = False
        self.run_ = self.run.choose(choice)
        self.autosave()
        self.show(self.run.turn)
        self.hints.watch()

    def seconds(self) -> int:
        return self.played + int(time.monotonic() - self.since)

    def autosave(self) -> None:
        """Put the turn on disk before it is read. What cannot be saved is said, every time."""
        try:
            if not self.slot:
                self.slot = self.saves.new_slot()
                self.saves.hold(self.slot)
            self.saves.write(self.slot, self.run, played=self.seconds())
            self.unsaved = False
        except SaveError as error:
            self.unsaved = True
            self.console.say(_("NOT SAVED: {why}", why=error))

    def stays(self, what: str) -> bool:
        """Whether the player stays because turns would be lost, after trying once more to save them; asks once."""
        if self.unsaved and not self.warned:
            self.autosave()
            if self.unsaved:
                self.console.say(_("The last turns would be lost. Say {what} again to do it all the same.", what=what))
        self.warned = self.unsaved and not self.warned
        return self.warned

    def undo(self, rest: str = "") -> None:
        count = int(rest) if rest.isascii() and rest.isdigit() else 1
        self.move_to(max(0, self.run.turn - count), _("There is nothing to take back."))

    def redo(self) -> None:
        self.move_to(min(len(self.run.steps), self.run.turn + 1), _("Nothing was taken back."))

    def go_to(self, rest: str) -> None:
        if not (rest.isascii() and rest.isdigit() and int(rest) <= len(self.run.steps)):
            self.console.say(_("Say goto and a turn from 0 to {n}; the journal lists them.", n=len(self.run.steps)))
            return
        self.move_to(int(rest), _("You are there."))

    def move_to(self, turn: int, same: str) -> None:
        if turn == self.run.turn:
            self.console.say(same)
            return
        self.run_ = self.run.go_to(turn)
        self.autosave()
        self.console.say(_("Turn {turn} of {all}.", turn=turn, all=len(self.run.steps)))
        self.look()
        self.hints.watch()

    def save(self, name: str) -> None:
        if not name:
            self.console.say(_("Say save and a name for this moment."))
            return
        try:
            slot = self.saves.new_slot(name)
            self.saves.write(slot, self.run, title=name, played=self.seconds())
            self.console.say(_("Saved as {name}.", name=slot))
        except SaveError as error:
            self.console.say(_("NOT SAVED: {why}", why=error))

    def load(self, name: str) -> None:
        if not name:
            self.list_saves()
            return
        if self.stays(_("that")):
            return
        try:
            wanted = self.saves.find(name)
            slot = next((s for s in self.saves.slots() if s.id == wanted), None)
            restored = self.saves.read(wanted, self.machine)
        except SaveError as error:
            self.console.say(str(error))
            return
        for note in restored.notes:
            self.console.say(note)
        # An autosave goes on in its slot; a named moment stays as it is, and a new autosave begins from it. So does one
        # that could not be taken up whole: what it holds besides would be overwritten.
        going_on = ""
        if slot is not None and slot.auto and not restored.notes:
            try:
                self.saves.hold(slot.id)
                going_on = slot.id
            except SaveError as error:
                self.console.say(_("{why} This run goes on in a slot of its own.", why=error))
        self.begin(restored.run, going_on, restored.played)

    def export(self, rest: str) -> None:
        """Write a save to a file of its own, which `--load FILE` brings in again."""
        name, file = ("", *rest.rsplit(" ", 1))[-2:]
        if not name or not file:
            self.console.say(_("Say export, the name of a save, and a file to write."))
            return
        try:
            self.saves.export(self.saves.find(name), Path(file).expanduser())
            self.console.say(
                _("Written to {file}. On any machine, hyosan --load and that file goes on from it.", file=heard(file))
            )
        except SaveError as error:
            self.console.say(str(error))

    def leave(self) -> None:
        if not self.stays(p_("word", "quit")):
            raise Leave

    # --- what is shown ---

    def ask_before(self) -> None:
        """Say what the scene contains, and ask whether to read it, where that is to be asked and has not been."""
        scene, line = self.run.state.scene, contains(self.run)
        if self.settings.notes == "ask" and line and scene not in self.answered:
            self.console.say(_("{notes} Say read or skip.", notes=line))
            while (answer := self.listen().lower()) not in ("read", "r", "skip", "s"):
                if answer in ("quit", "exit", "q"):
                    self.leave()
                self.console.say(_("Say read, or skip to be told what matters of it; or quit."))
            self.answered[scene] = answer.startswith("r")
        self.run_ = passing(self.run, self.settings.notes, frozenset(s for s, yes in self.answered.items() if yes))

    def look(self) -> None:
        """The scene again, without what led to it."""
        self.ask_before()
        lines = transcript(self.run)
        keep = [line for line in lines if line.kind in ("text", "speech", "ending")]
        self.console.say(status_line(self.run))
        self.console.say()
        self.lines(keep)
        self.options()

    def show(self, turn: int) -> None:
        """What a turn brought."""
        self.ask_before()
        self.console.say()
        lines = page_lines(self.run, turn, self.saves.passages) if self.settings.shorten else transcript(self.run, turn)
        self.lines([line for line in lines if line.kind != "chosen"])
        self.options()

    def lines(self, lines: list[Line]) -> None:
        for line in lines:
            self.console.say(spoken(line))
            self.console.say()

    def options(self) -> None:
        now = view(self.run)
        if now.over:
            self.roll()
            return
        if now.stranded:
            self.console.say(_("The story offers no way on from here: a mistake in the story. Say undo to go back."))
        taken = taken_before(self.run, now, self.saves.passages) if self.settings.shorten else ()
        for option in now.options:
            known = [part for part in (option.price, _("taken before") if option.id in taken else "") if part]
            price = f" ({', '.join(known)})" if known else ""
            if option.open:
                self.console.say(f"{option.number}. {option.text}{price}", "   ")
            else:
                self.console.say(
                    _("Locked: {choice} {reason}", choice=f"{option.text}{price}", reason=option.reason), "   "
                )

    def roll(self) -> None:
        """The end: who became what, and what can be done now."""
        for person in ending_roll(self.run):
            first, *more = remembered(person)
            self.console.say(first, "   ")
            for paragraph in more:
                self.console.say(f"   {paragraph}", "   ")
        self.console.say()
        for course in courses(self.run):
            self.console.say(course.words)
        self.console.say(share_words(share(self.run, ever_taken(self.saves.passages))))
        self.console.say()
        self.console.say(_("The run is over. Say undo, journal and goto to go back to a choice, or quit."))

    def map(self) -> None:
        for sentence in map_sentences(map_view(self.run)):
            self.console.say(sentence, "   ")

    def people(self, rest: str) -> None:
        now = status(self.run)
        wanted = rest.lower()
        found = [p for p in now.people if wanted in (p.short.lower(), p.name.lower(), p.id) or not wanted]
        if not found:
            self.console.say(
                _("You have met nobody called {name}.", name=heard(rest)) if wanted else _("You have met nobody yet.")
            )
        for person in found:
            self.console.say(describe(person), "   ")

    def hands(self) -> None:
        now = status(self.run)
        self.console.say(_("You carry:") if now.hands else _("You carry nothing."))
        for name, about in now.hands:
            self.console.say(f"{name}. {about}".strip(), "   ")
        for meter in now.meters:
            if meter.word:
                self.console.say(f"{meter.label.capitalize()}: {meter.word}.")

    def journal(self, words: str) -> None:
        """Every choice of the run; with `words`, the turns that have them."""
        run = self.run
        if words:
            self.runs.find(words)
            return
        for turn in range(1, len(run.steps) + 1):
            minutes = run.minutes(turn)
            hour = hour_text(minutes) if minutes is not None else ""
            mark = "" if turn <= run.turn else _(" (taken back)")
            self.console.say(f"{turn}. {hour} {chosen_text(run, turn)}{mark}", "   ")
        self.console.say(_("Say goto and a number to be there again; goto 0 is the beginning."))

    def list_saves(self) -> None:
        try:
            slots = self.saves.slots()
        except SaveError as error:
            self.console.say(str(error))
            return
        if not slots:
            self.console.say(_("Nothing is saved yet."))
        for slot in slots:
            name = slot.title or _("autosave")
            if slot.problem:
                self.console.say(f"{slot.id}: {slot.problem}", "   ")
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
                self.console.say(said.rstrip(), "   ")

    def help(self) -> None:
        self.console.say(_("Say the number of a choice. Or:"))
        for command in COMMANDS:
            if command.id in self.commands:
                word = _(" or ").join(words_of(command)) + (f" {_(command.argument)}" if command.argument else "")
                self.console.say(f"{word}: {command.help}.", "   ")


def heard(answer: str, most: int = 40) -> str:
    """A part of what the player typed, fit to be said back."""
    return "".join(c for c in FORBIDDEN.sub("", answer) if c.isprintable())[:most]


__all__ = ["Console", "PlainGame"]
