"""The play screen: the story so far, the choices, and how things stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from game.engine import NotOffered, Run, Step
from game.language import N_, _
from game.present import View
from game.present.chronicle import shared
from game.present.view import view
from game.saves import SaveError
from game.tui import blocks, noting
from game.tui.actions import bindings, commands, key_name
from game.tui.patience import Patience
from game.tui.render import Block, say
from game.tui.retrace import Retracing
from game.tui.reveal import Reveal
from game.tui.rows import entry
from game.tui.screens.base import Leaf, Reading
from game.tui.session import Session
from game.tui.widgets.bars import Bar, Hint, More
from game.tui.widgets.book import Book, Side, Spread
from game.tui.widgets.page import Menu, Page

ENDED = (
    ("new", N_("Begin a new run.")),
    ("journal", N_("Go back to a choice, in the journal.")),
    ("title", N_("To the title page.")),
    ("undo", N_("Take the last choice back.")),
    ("picture", N_("Keep a picture of this ending.")),
    ("chapters", N_("Go back to the beginning of a chapter.")),
    ("endings", N_("See all endings, and the memorial wall.")),
    ("transcript", N_("Keep this run as a document.")),
)
KEPT = 50
"""How many turns stay on the page at least; a page of everything would grow with the run."""

LEFT_OUT = {"load": 7, "map": 3, "save": 6, "inventory": 5, "people": 3, "journal": 2, "undo": 4}
"""Which keys are left out first where not all fit: the highest."""


class PlayScreen(Retracing, Leaf[None]):
    """Plays a session. Shows a run and asks for the next; decides nothing about the story."""

    ended: ClassVar[Sequence[tuple[str, str]]] = ENDED
    """What can be done at an ending: commands, and how they are offered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("play"),
        *(Binding(str(n), f"pick({n or 10})", show=False) for n in range(10)),
    ]

    def __init__(self, session: Session, note: str = "") -> None:
        super().__init__()
        self.session = session
        session.on_saved = self._saved
        self.note = note
        self.text = Page(id="transcript", measure=70)
        self.choices = Menu(id="choices", measure=70)
        self.status_line = Bar(id="status")
        self.side = Side(id="side")
        self.book = Book(self.text, More(self.text, self.choices, id="more"), self.choices)
        self.view: View = view(session.run)
        self._steps: tuple[Step, ...] = ()
        self._first = 0
        """The first turn on the page."""
        self._ends: list[int] = []
        """How many blocks there are after each turn that is on the page."""
        self._common = ""
        self.reveal = Reveal(self.text, self.renew)
        self._resolving = False
        self.patience = Patience()

    def sheet(self) -> Iterable[Widget]:
        yield self.status_line
        with Spread(id="spread"):
            yield self.book
            yield self.side

    @property
    def page(self) -> Page:
        return self.text

    @property
    def menu(self) -> Menu:
        return self.choices

    def fill(self) -> None:
        self.show_run()
        self.renew(self.note)

    # --- showing ---

    def show_run(self) -> None:
        """Show the session's run as it stands; what is on the page already stays."""
        self.reveal.finish()
        run = self.session.run = noting.as_read(self.session, self.game.settings)
        self.view = view(run)
        self._common = self._common or next(iter(run.machine.story.fates.values())).word
        self._tell(run)
        self.choices.cursor = None
        self.choices.put(self._choices())
        only = self.choices.items
        if len(only) == 1:
            self.choices.cursor = only[0]
        self.side.show(self.view, self._common)
        self.status_line.put(blocks.status_content(self.view, self._common))

    def _tell(self, run: Run) -> None:
        """The last turns up to now: only those that are not on the page yet are laid out."""
        made = run.steps[: run.turn]
        same = shared(self._steps, made)
        self._steps = made
        if same < self._first or run.turn - self._first > 2 * KEPT:
            self._first = max(0, run.turn - KEPT)
            self._ends.clear()
        del self._ends[same + 1 - self._first :]
        keep = self._ends[-1] if self._ends else 0
        more: list[Block] = []
        if self._first and not keep:
            more.append(Block(say((_("What came before is in the journal: "), "dim"), ("j", "key"))))
        for turn in range(self._first + len(self._ends), run.turn + 1):
            more.extend(self.told(run, turn))
            self._ends.append(keep + len(more))
        before = run.turn - 1 - self._first
        more = self.reveal.begin(more, self.game.settings.speed)
        self.text.put(more, self._ends[before] if before >= 0 else 0, keep)

    def show_again(self) -> None:
        """Show the run anew: what was on the page may read otherwise now."""
        self.reveal.finish()
        self._steps, self._first = (), 0
        self._ends.clear()
        self.show_run()
        self.renew()

    def _choices(self) -> list[Block]:
        if self.view.over:
            return [b for n, (item, label) in enumerate(self.ended, 1) for b in entry(str(n), _(label), item)]
        if self.view.stranded:
            words = _("The story offers no way on from here: a mistake in the story. Take the last choice back with u.")
            return [Block(say((words, "bad"))), *blocks.choice_blocks(self.view.options)]
        return blocks.choice_blocks(self.view.options, self.taken())

    def hints(self) -> Sequence[Hint]:
        can = {"undo": self.view.can_undo, "redo": self.view.can_redo}
        return [
            *([Hint(N_("Space"), N_("Read on"), "screen.page(1)")] if self.reveal.waiting else []),
            *self.hints_again(),
            *(
                Hint(
                    key_name(c.keys[0]),
                    c.label,
                    f"{'app' if c.where == 'all' else 'screen'}.{c.id}",
                    LEFT_OUT.get(c.id, 0),
                )
                for c in commands("play", "all")
                if (c.footer or c.id == "redo") and can.get(c.id, True)
            ),
        ]

    # --- playing ---

    def on_menu_picked(self, message: Menu.Picked) -> None:
        self.take(str(message.item))

    def take(self, item: str) -> None:
        """Make a choice. Keys that come before its result is on the screen are dropped."""
        if self._resolving:
            return
        if self.view.over:
            getattr(self if hasattr(self, f"action_{item}") else self.game, f"action_{item}")()
            return
        try:
            run = self.session.run.choose(item)
        except NotOffered:
            return
        self.go_on(run)

    def go_on(self, run: Run, note: str = "") -> None:
        """The run has moved: keep it, then show it."""
        self._resolving = True
        if self.game.settings.polite:
            self.game.hinting.give_up()
        if self.patience:
            self.patience.turned()
        self.session.move(run)
        self.show_run()
        self.renew(note)
        self.call_after_refresh(self.drawn)

    def _saved(self) -> None:
        """The disk has answered, later than one waits for it; whatever screen is up says so. Any thread may call."""
        if self.is_attached:
            self.app.call_later(self._tell_saved)

    def _tell_saved(self) -> None:
        if isinstance(self.app.screen, Leaf):
            self.app.screen.renew()

    def drawn(self) -> None:
        self._resolving = False
        super().drawn()
        if self.game.settings.polite:
            self.game.hinting.watch(self)
        noting.ask(self)

    def action_pick(self, number: int) -> None:
        items = (
            [o.id for o in self.view.options if o.open] if not self.view.over else [item for item, _label in self.ended]
        )
        if not self._resolving and number <= len(items):
            self.take(items[number - 1])

    def action_enter(self) -> None:
        """Pick what the cursor is on; a single choice is taken only when its text has been read to the end."""
        if self._resolving:
            return
        if (self.text.below or self.reveal.waiting) and (self.choices.cursor is None or len(self.choices.items) == 1):
            self.action_page(1)
        else:
            super().action_enter()

    def action_page(self, by: int) -> None:
        """A page on or back; where more of the passage is to come, that first."""
        if by > 0 and self.reveal.waiting and not self.text.below:
            self.reveal.next()
        else:
            super().action_page(by)

    def action_undo(self) -> None:
        if not self._resolving and self.view.can_undo:
            self.go_on(self.session.run.undo(), _("Taken back. r makes the choice again."))

    def action_redo(self) -> None:
        if not self._resolving and self.view.can_redo:
            self.go_on(self.session.run.redo())

    def action_title(self) -> None:
        self.game.show_title()

    # --- other screens ---

    def action_people(self) -> None:
        from game.tui.screens.people import PeopleScreen

        self.app.push_screen(PeopleScreen(self.view.status.people, self._common))

    def action_map(self) -> None:
        from game.present.map import map_view
        from game.tui.screens.map import MapScreen

        self.app.push_screen(MapScreen(map_view(self.session.run)))

    def action_picture(self) -> None:
        """Keep a picture of the whole last page, whatever part of it is on the screen."""
        if not self.view.over:
            self.renew(_("There is a picture to keep once you have come to an ending."))
            return
        from game.tui.ending import picture

        first = self._ends[-2] if len(self._ends) > 1 else 0
        svg = picture(self.text.strips(first), self.text.size.width, f"{self.view.story}: {self.view.ending}")
        try:
            self.renew(_("Kept as {file}", file=self.game.saves.documents.keep_picture(self.view.ending, svg)))
        except (SaveError, OSError) as error:
            self.renew(_("NOT KEPT: {why}", why=error))

    def action_inventory(self) -> None:
        found = blocks.hands_blocks(self.view.status)
        self.app.push_screen(Reading(_("Hands"), found, _("what you carry, and how you are"), "i"))

    def action_journal(self) -> None:
        from game.tui.screens.journal import JournalScreen

        self.app.push_screen(JournalScreen(self.session.run), self.went_back)

    def action_hint(self) -> None:
        from game.present.gallery import gallery
        from game.tui.screens.hint import HintScreen

        run = self.session.run
        try:
            reached = self.game.saves.endings().endings
        except (SaveError, OSError):
            # The page of endings says what is wrong with them; hints are given all the same.
            reached = ()
        # What polite mode was looking for was given up for what was asked there.
        again = self.game.hinting.watch
        self.app.push_screen(HintScreen(run, gallery(run.machine.story, reached)), lambda _: again(self))

    def action_save(self) -> None:
        from game.tui.screens.slots import SaveScreen

        self.app.push_screen(SaveScreen(self.session), lambda note: self.renew(note or ""))
