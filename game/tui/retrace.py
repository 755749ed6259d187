"""What the play screen does with what has been read before: shortening it, going back to a chapter, taking it along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from game.language import N_, _, n_
from game.present.reading import taken_before
from game.tui import blocks
from game.tui.render import Block
from game.tui.widgets.bars import Hint

if TYPE_CHECKING:
    from game.engine import Run
    from game.present import View
    from game.tui.app import HyosanApp
    from game.tui.screens.base import Leaf
    from game.tui.session import Session

    class _Screen(Leaf[None]):
        session: Session
        view: View
        go_on: Callable[..., None]
        show_run: Callable[[], None]
        _resolving: bool
        _ends: list[int]
        _first: int
else:
    _Screen = object


class Retracing(_Screen):
    """Mixed into the play screen."""

    unfolded = -1
    """The turn whose passages are shown whole although they have been read."""

    shortened = False
    """Whether something of this turn is."""

    def told(self, run: Run, turn: int) -> list[Block]:
        """What a turn adds to the page. Only the page one stands on is shortened: what was on it already stays."""
        game: HyosanApp = self.game
        passages = game.saves.passages
        whole = blocks.turn_blocks(run, turn, ever=passages)
        if turn != run.turn:
            return whole
        short = blocks.turn_blocks(run, turn, passages, passages) if game.settings.shorten else whole
        self.shortened = len(short) < len(whole)
        return whole if turn == self.unfolded else short

    def hints_again(self) -> Sequence[Hint]:
        """The key that shows what was shortened, or shortens it again."""
        if not self.shortened:
            return ()
        label = N_("Shorten") if self.unfolded == self.session.run.turn else N_("Full text")
        return (Hint("f", label, "screen.unfold"),)

    def taken(self) -> frozenset[str]:
        """The choices that were taken before."""
        return taken_before(self.session.run, self.view, self.game.saves.passages)

    def action_unfold(self) -> None:
        """Show the page whole, or shortened again; without the setting, say where it is."""
        run = self.session.run
        if not self.game.settings.shorten:
            self.renew(_("Nothing is shortened. Settings, on the title page: shorten what I have read."))
            return
        if not self.shortened:
            self.renew(_("You have not read this page before."))
            return
        self.unfolded = -1 if self.unfolded == run.turn else run.turn
        # This turn is laid out once more.
        del self._ends[run.turn - self._first :]
        self.show_run()
        self.renew("")

    def action_chapters(self) -> None:
        from game.tui.screens.again import ChaptersScreen

        self.app.push_screen(ChaptersScreen(self.session.run), self.went_back)

    def action_transcript(self) -> None:
        from game.tui.screens.again import TranscriptScreen

        self.app.push_screen(
            TranscriptScreen(self.session.run), lambda note: self.renew(note if isinstance(note, str) else "")
        )

    def went_back(self, turn: object) -> None:
        """Go to a turn that was picked somewhere; None for none."""
        run = self.session.run
        if not isinstance(turn, int) or turn == run.turn:
            return
        run = run.go_to(turn)
        told = n_(
            "You are back here. 1 later turn is kept until you choose anew; r makes them again.",
            "You are back here. {n} later turns are kept until you choose anew; r makes them again.",
            len(run.steps) - run.turn,
        )
        self.go_on(run, told)
