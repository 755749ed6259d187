"""One story, played line by line: the loop, the turns, and what is said of them."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from game.engine import Machine, Run
from game.language import _, p_
from game.plain import front, runs, slots
from game.plain.console import Console, heard
from game.plain.front import Front
from game.plain.hints import PlainHints
from game.plain.runs import Runs
from game.plain.slots import Slots
from game.present import COMMANDS, Line, ending_roll, transcript
from game.present.commands import command_of, words_of
from game.present.ending import courses, share, share_words
from game.present.map import map_sentences, map_view
from game.present.notes import contains, passing
from game.present.reading import ever_taken, page_lines, taken_before
from game.present.speaking import Speak
from game.present.spoken import describe, remembered, spoken
from game.present.view import chosen_text, status, status_line, view
from game.present.wording import player_name
from game.saves import Saves
from game.saves.settings import Settings
from game.story.times import hour_text

ANYTIME = ("help", "quit", *front.ANYTIME, *runs.ANYTIME, *slots.ANYTIME)
"""The commands that need no run."""


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
        self.commands: dict[str, Callable[[str], None]] = {
            "look": lambda rest: self.look(),
            "undo": self.undo,
            "redo": lambda rest: self.redo(),
            "map": lambda rest: self.map(),
            "people": self.people,
            "inventory": lambda rest: self.hands(),
            "journal": self.journal,
            "goto": self.go_to,
            "help": lambda rest: self.help(),
            "quit": lambda rest: self.leave(),
        }
        self.front, self.runs = Front(self), Runs(self)
        self.slots, self.hints = Slots(self), PlainHints(self)
        for room in (self.front, self.runs, self.slots, self.hints):
            self.commands.update(room.commands)

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
        self.slots.begin(slot, played)
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
            self.slots.warned = self.slots.warned and command.id in slots.LEAVING
            self.commands[command.id](rest.strip())

    # --- what happens ---

    def choose(self, choice: str) -> None:
        self.slots.warned = False
        self.run_ = self.run.choose(choice)
        self.slots.write()
        self.show(self.run.turn)
        self.hints.watch()

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
        self.slots.write()
        self.console.say(_("Turn {turn} of {all}.", turn=turn, all=len(self.run.steps)))
        self.look()
        self.hints.watch()

    def leave(self) -> None:
        if not self.slots.stays(p_("word", "quit")):
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

    def help(self) -> None:
        self.console.say(_("Say the number of a choice. Or:"))
        for command in COMMANDS:
            if command.id in self.commands:
                word = _(" or ").join(words_of(command)) + (f" {_(command.argument)}" if command.argument else "")
                self.console.say(f"{word}: {command.help}.", "   ")
