"""What plain mode says outside a run: the title page, the content notes, the settings, and the language."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from game.engine import Machine
from game.language import _, p_, use
from game.present.speaking import offered, respoken
from game.saves.settings import change, listed

if TYPE_CHECKING:
    from game.plain import PlainGame

ANYTIME = ("settings", "set", "language", "notes", "credits", "new", "continue", "title")
"""The commands that need no run."""


class Front:
    """The commands of a plain game that ask for no run, and its title page."""

    def __init__(self, game: PlainGame) -> None:
        self.game = game
        self.say = game.console.say
        self.commands: dict[str, Callable[[str], None]] = {
            "settings": lambda rest: self.settings(),
            "set": self.set,
            "language": self.language,
            "notes": lambda rest: self.notes(),
            "credits": lambda rest: self.credits(),
            "new": lambda rest: self.new(),
            "title": lambda rest: self.to_title(),
            "continue": lambda rest: self.go_on(),
        }

    def page(self) -> None:
        """What is to be known before a run: title, notice, content notes."""
        self.credits()
        if self.game.story.notes:
            self.notes()

    def credits(self) -> None:
        """Whose the story is, and what it owes."""
        story = self.game.story
        self.say(story.title)
        if story.about:
            self.say(story.about)
        for paragraph in story.notice.split("\n\n"):
            self.say(" ".join(paragraph.split()))

    def notes(self) -> None:
        """What the story contains."""
        notes = self.game.story.notes
        if not notes:
            self.say(_("This story has no content notes."))
            return
        self.say(_("This story contains: {notes}.", notes="; ".join(notes.values())))
        self.say(_("Stop when you like; if it stirs something real, talk to someone you trust."))

    def settings(self) -> None:
        settings = self.game.settings
        for sentence in listed(settings):
            self.say(sentence, "   ")
        self.say(_("Say set, a name and a value: set gentle on. For the language, say language."))
        if settings.folder:
            self.say(_("Kept in {folder}", folder=settings.folder))

    def set(self, rest: str) -> None:
        self.say(change(self.game.settings, rest))

    def language(self, rest: str) -> None:
        """Go on in another language; nothing said tells which there are."""
        game = self.game
        codes = [code for code, _name in offered() if code]
        if rest not in codes:
            self.say(_("Say language and one of: {codes}.", codes=", ".join(codes)))
            return
        use(rest)
        if game.speak is not None:
            game.machine = Machine(game.speak(rest))
            game.story = game.machine.story
        if game.run_ is None:
            self.page()
            return
        game.run_ = respoken(game.run_, game.machine)
        game.look()

    # --- into a run and out of it ---

    def title(self) -> None:
        """The title page, until a run has begun."""
        game = self.game
        if not self._offer():
            self.new()
        while game.run_ is None:
            answer = game.listen()
            if answer == "1":
                self.go_on()
            elif answer == "2":
                self.new()
            elif answer:
                game.command(answer)

    def _offer(self) -> bool:
        """Say the title page, and what to begin with. Returns whether there is a choice."""
        self.page()
        self.say()
        slots = [s for s in self.game.saves.slots() if not s.problem]
        if slots:
            self.say(_("1. Continue: {summary}", summary=slots[0].summary))
            if slots[0].instead:
                self.say(slots[0].instead)
            self.say(_("2. New run"))
        return bool(slots)

    def new(self) -> None:
        """Another run from the first page."""
        game = self.game
        if game.run_ is not None and game.slots.stays(p_("word", "new")):
            return
        name = game.ask_name()
        game.saves.release()
        game.answered.clear()
        game.begin(game.new_run(secrets.randbelow(2**32), name))

    def to_title(self) -> None:
        """Leave the run for the title page."""
        game = self.game
        if game.run_ is None:
            self._offer()
        elif not game.slots.stays(p_("word", "title")):
            game.run_ = None
            game.slots.left()
            game.answered.clear()
            game.saves.release()
            self.title()

    def go_on(self) -> None:
        """Go on with the last run."""
        game = self.game
        if game.run_ is not None:
            self.say(_("You are in it."))
            return
        slots = [s for s in game.saves.slots() if not s.problem]
        if slots:
            game.slots.load(slots[0].id)
        else:
            self.say(_("There is no run to go on with."))
