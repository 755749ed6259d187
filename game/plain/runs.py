"""What plain mode says of all runs, and of the chapters and the words of this one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from game.language import _, n_
from game.present import transcript
from game.present.chapters import chapter_called, chapters
from game.present.export import FORMATS, written
from game.present.gallery import damaged_words, gallery, tally, wall
from game.present.view import status_line
from game.saves import Remembered, SaveError
from game.story.diagnostics import printable

if TYPE_CHECKING:
    from game.plain import Console, PlainGame
    from game.story.model import Story

ANYTIME = ("endings", "wall", "shorten")
"""The commands that need no run."""


class Runs:
    """The commands of a plain game that are about more than the turn it stands at."""

    def __init__(self, game: PlainGame) -> None:
        self.game = game
        self.commands: dict[str, Callable[[str], None]] = {
            "endings": lambda rest: self.endings(),
            "wall": lambda rest: self.wall(),
            "chapters": lambda rest: self.chapters(),
            "restart": self.restart,
            "transcript": self.transcript,
            "shorten": self.shorten,
            "unfold": lambda rest: game.look(),
        }

    def say(self, text: str = "", indent: str = "   ") -> None:
        self.game.console.say(text, indent)

    # --- all runs ---

    def endings(self) -> None:
        if (found := self._remembered()) is not None:
            say_endings(self.game.console, self.game.story, found)

    def wall(self) -> None:
        if (found := self._remembered()) is not None:
            say_wall(self.game.console, self.game.story, found)

    def _remembered(self) -> Remembered | None:
        try:
            return self.game.saves.endings()
        except SaveError as error:
            self.say(str(error))
            return None

    # --- this run ---

    def chapters(self) -> None:
        run = self.game.run
        for number, chapter in enumerate(chapters(run), 1):
            mark = _(" You are in it.") if chapter.here else _(" Taken back.") if chapter.undone else ""
            began = status_line(run, chapter.turn).removeprefix(f"{chapter.title} — ")
            told = _("{title}: turn {turn}, {began}.", title=chapter.title, turn=chapter.turn, began=began)
            self.say(f"{number}. {told}{mark}")
        self.say(_("Say restart and a number or a title to be at its first page again; what came after is kept."))

    def restart(self, name: str) -> None:
        known = chapters(self.game.run)
        chapter = chapter_called(name, known)
        if chapter is None:
            listed = "; ".join(f"{number} {chapter.title}" for number, chapter in enumerate(known, 1))
            self.say(_("Say restart and one of the chapters of this run: {listed}.", listed=listed))
            return
        self.game.move_to(chapter.turn, _("You are at its first page."))

    def find(self, words: str) -> None:
        """The turns whose text holds `words`."""
        run, wanted = self.game.run, words.casefold()
        hits = []
        for turn in range(len(run.steps) + 1):
            lines = transcript(run, turn)
            found = next((line.text for line in lines if wanted in line.text.casefold()), None)
            if found is not None:
                hits.append(turn)
                self.say(f"{turn}. {found}")
        if hits:
            self.say(
                n_(
                    "Found in {n} turn. Say goto and a number to be there again.",
                    "Found in {n} turns. Say goto and a number to be there again.",
                    len(hits),
                )
            )
        else:
            self.say(_("Not found."))

    def transcript(self, suffix: str) -> None:
        run = self.game.run
        suffix = suffix.lower() or "txt"
        if suffix not in FORMATS:
            self.say(_("Say transcript and one of {formats}.", formats=", ".join(FORMATS)))
            return
        try:
            path = self.game.saves.documents.keep_transcript(run.player, suffix, written(run, suffix))
        except SaveError as error:
            self.say(str(error))
        else:
            self.say(_("Written to {path}", path=printable(str(path))))

    # --- what was read before ---

    def shorten(self, rest: str) -> None:
        wanted, settings = rest.lower(), self.game.settings
        settings.shorten = wanted == "on" if wanted in ("on", "off") else not settings.shorten
        if settings.shorten:
            self.say(_("What you have read before is shortened from now on; full says all of it."))
        else:
            self.say(_("Everything is said in full."))


def say_endings(console: Console, story: Story, found: Remembered) -> None:
    """The gallery of endings, a paragraph each."""
    rows = gallery(story, found.endings)
    console.say(f"{tally(rows)}.")
    for row in rows:
        if row.found:
            console.say(" ".join((f"{row.title}.", *row.about)), "   ")
        else:
            hint = _("Hint: {hint}", hint=row.hint) if row.hint else ""
            console.say(" ".join((_("Not found yet."), hint)).rstrip(), "   ")
    _say_damaged(console, found)


def say_wall(console: Console, story: Story, found: Remembered) -> None:
    """The memorial wall, a paragraph each."""
    rows = wall(story, found.endings)
    if not rows:
        console.say(_("No run has come to an end yet. Whoever you meet by then will be named here."))
    for row in rows:
        name = f"{row.name} ({row.hangul})." if row.hangul else f"{row.name}."
        console.say(
            " ".join((name, *row.about, *(_("You remember: {text}", text=text) for text in row.memories))), "   "
        )
    _say_damaged(console, found)


def _say_damaged(console: Console, found: Remembered) -> None:
    if found.damaged:
        console.say(damaged_words(len(found.damaged)))
