"""What all runs have come to: the gallery of endings and the memorial wall."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from game.language import _, n_
from game.present.gallery import EndingRow, NameRow, damaged_words, gallery, tally, wall
from game.saves import Reached, SaveError
from game.tui.render import Block, cells, line, padded, say
from game.tui.screens.base import Above
from game.tui.widgets.bars import Bar, Hint, More
from game.tui.widgets.page import Page

KEYS = {"endings": "g", "wall": "w"}


class EndingsScreen(Above[None]):
    """Two pages of one book: `showing` is "endings" or "wall"."""

    def __init__(self, showing: str) -> None:
        super().__init__()
        self.showing = showing
        self.heading = Bar(id="heading")
        self.text = Page(id="text", measure=72)
        self.reached: tuple[Reached, ...] = ()

    def sheet(self) -> Iterable[Widget]:
        yield self.heading
        yield self.text
        yield More(self.text, id="more")

    @property
    def page(self) -> Page:
        return self.text

    def fill(self) -> None:
        note = ""
        try:
            found = self.game.saves.endings()
        except (SaveError, OSError) as error:
            note = _("The endings cannot be read: {why}", why=error)
        else:
            self.reached = found.endings
            if found.damaged:
                note = damaged_words(len(found.damaged))
        self.show(self.showing, note)

    def show(self, showing: str, note: str = "") -> None:
        """Turn to one of the two pages."""
        self.showing = showing
        self.opened_by = KEYS[showing]
        story = self.game.machine.story
        if showing == "endings":
            rows = gallery(story, self.reached)
            self.heading.put(say((_("Endings"), "strong"), (f"  {tally(rows)}", "dim")))
            self.text.put(gallery_blocks(rows))
        else:
            names = wall(story, self.reached)
            runs = n_("in {n} run that ended", "in {n} runs that ended", len(self.reached))
            met = n_("{n} name, {runs}", "{n} names, {runs}", len(names), runs=runs)
            self.heading.put(say((_("Memorial wall"), "strong"), (f"  {met}", "dim")))
            self.text.put(wall_blocks(names))
        self.renew(note)

    def hints(self) -> Sequence[Hint]:
        other = Hint("w", "Wall", "app.wall") if self.showing == "endings" else Hint("g", "Endings", "app.endings")
        return (other, *super().hints())


def gallery_blocks(rows: Sequence[EndingRow]) -> list[Block]:
    """The endings: what was found, and the outline of what was not."""
    if not rows:
        return [Block(say((_("This story has no endings that count."), "dim")))]
    out: list[Block] = []
    for row in rows:
        if row.found:
            out.append(Block(say((line(row.title), "strong")), say(("* ", "key")), 2, gap=1))
            out.extend(Block(say(told), say("  "), 2) for told in row.about)
        else:
            out.append(Block(say(("?" * 8, "dim"), ("  " + _("not found yet"), "dim")), say("  "), 2, gap=1))
        if row.hint and not row.found:
            out.append(Block(say((_("hint: "), "label"), line(row.hint)), say("  "), 2))
    return out


def wall_blocks(rows: Sequence[NameRow]) -> list[Block]:
    """The names, with what became of each, over all runs."""
    if not rows:
        return [Block(say((_("No run has come to an end yet. Whoever you meet by then will be named here."), "dim")))]
    width = max(cells(line(row.name)) for row in rows) + 2
    out: list[Block] = []
    for row in rows:
        out.append(Block(say((padded(line(row.name), width), "name"), line(row.hangul)), gap=1))
        out.extend(Block(say(told), say("  "), 2) for told in row.about)
        out.extend(Block(say((_("you remember") + "  ", "dim"), text), say("  "), 4) for text in row.memories)
    return out
