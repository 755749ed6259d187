"""Before a run: the content notes, once, and the player's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget
from textual.widgets import Input

from game.language import N_, _
from game.present.wording import player_name
from game.tui.patience import Patience
from game.tui.render import Block, say
from game.tui.screens.base import Prompt, Reading
from game.tui.screens.title import notes_blocks
from game.tui.widgets.bars import Hint
from game.tui.widgets.field import Field
from game.tui.widgets.page import Page


class NotesScreen(Reading):
    """The content notes, before a first run. Closes with None either way; `read` says whether to go on."""

    def __init__(self, notes: Iterable[str]) -> None:
        super().__init__(_("Content notes"), notes_blocks(notes), _("before you begin"))
        self.patience = Patience()
        self.read = False

    def hints(self) -> Sequence[Hint]:
        return (Hint("Enter", "Go on", "screen.enter"), Hint("Esc", "Not now", "screen.close"))

    def action_enter(self) -> None:
        if self.text.below:
            self.text.page_by(1)
        else:
            self.read = True
            self.dismiss(None)


class NameScreen(Prompt):
    """Asks who is playing. Closes with the name, or None."""

    enter = N_("Begin")

    def __init__(self, default: str) -> None:
        super().__init__()
        # Enter alone takes the story's own name: not the Enter that went before.
        self.patience = Patience(("enter",))
        self.default = default
        self.field = Field(placeholder=default, most=24)
        self.text = Page(id="words", measure=60)

    def sheet(self) -> Iterable[Widget]:
        yield self.text
        yield self.field

    def fill(self) -> None:
        self.text.put(
            [
                Block(say((_("What is your name?"), "strong"))),
                Block(say((_("Enter alone: {name}.", name=self.default), "dim")), gap=1),
            ]
        )
        self.renew()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self.on_top:
            self.dismiss(player_name(event.value, self.default))
