"""People: a list of whom the player has met, and a card for the one selected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from game.language import N_, _
from game.present import PersonView
from game.present.view import PROMISE, WHERE
from game.present.wording import bond_words
from game.tui.blocks import SIGNS, group_of
from game.tui.render import Block, cells, line, padded, say
from game.tui.screens.base import Above
from game.tui.widgets.bars import Bar, Hint, More
from game.tui.widgets.drawn import Column
from game.tui.widgets.page import Menu, Page

LABEL = 10
"""Columns of what stands before the lines of a card."""


class Names(Menu):
    """The list; who is selected shows at once."""

    def point(self, item: object) -> None:
        super().point(item)
        if isinstance(self.screen, PeopleScreen):
            self.screen.show(item)

    def on_mouse_move(self, event: object) -> None:
        """Passing over a name is not choosing it: the card stays."""


class PeopleScreen(Above[None]):
    """Everybody met, grouped by where they are."""

    opened_by = "p"

    def __init__(self, people: Sequence[PersonView], common: str = "") -> None:
        super().__init__()
        self.people = {p.id: p for where in SIGNS for p in people if group_of(p) == where}
        self.common = common
        self.names = Names(id="names")
        self.card = Page(id="card", measure=72)

    def sheet(self) -> Iterable[Widget]:
        met = _("{n} you have met", n=len(self.people))
        yield Bar(say((_("People"), "strong"), (f"  {met}" if self.people else "", "dim")), id="heading")
        with Column(id="cards"):
            yield self.names
            yield self.card
        yield More(self.card, id="more")

    def fill(self) -> None:
        self.names.put(name_blocks(list(self.people.values()), self.common))
        if self.people:
            first = next(iter(self.people))
            self.names.cursor = first
            self.show(first)
        else:
            self.card.put([Block(say((_("You have met nobody yet."), "dim")))])
        self.renew()

    def show(self, id: object) -> None:
        """Put somebody's card up."""
        if isinstance(id, str):
            self.card.put(card_blocks(self.people[id]))

    @property
    def page(self) -> Page:
        return self.card

    @property
    def menu(self) -> Menu:
        return self.names

    def on_menu_picked(self, message: Menu.Picked) -> None:
        self.show(message.item)

    def hints(self) -> Sequence[Hint]:
        return (
            *([Hint(N_("Up/Down"), N_("Who"))] if self.people else []),
            *super().hints(),
        )


def name_blocks(people: Sequence[PersonView], common: str) -> list[Block]:
    """A row for each: the sign of where they are, the name, and the fate unless it is the `common` one."""
    out = []
    for person in people:
        fate = f"  {person.fate}" if person.fate != common else ""
        lead = say((f"{SIGNS[group_of(person)]} ", "dim"))
        out.append(Block(say(line(person.name), (fate, "em")), lead, 2, item=person.id))
    return out


def card_blocks(person: PersonView) -> list[Block]:
    """All that is known of somebody, a matter a line, in two columns that keep apart at any width."""
    names = say((line(person.name), "strong"), f"  {line(person.hangul)}" if person.hangul else "")
    out = [Block(names)]
    place = f", {_(WHERE[person.where])}" if group_of(person) not in ("away", "gone") else ""
    rows: list[tuple[str, str]] = []
    if person.class_:
        rows.append((_("class"), person.class_))
    rows.append((_("fate"), f"{person.fate}{place}"))
    if person.decided:
        rows.append((_("since"), person.decided))
    if person.bond:
        now, low, high = person.bond
        dots = "●" * (now - low) + "○" * (high - now)
        told = _("{words} ({now} of {most})", words=bond_words(*person.bond), now=now, most=high)
        rows.append((_("bond"), f"{dots}  {told}"))
    out.extend(_row(label, text) for label, text in rows)
    if person.about:
        out.append(Block(say(person.about), gap=1))
    for heading, texts in (
        (_("promises"), [(_(PROMISE[state]), text) for text, state in person.promises]),
        (_("you remember"), [("", text) for text in person.memories]),
    ):
        if texts:
            out.append(Block(say((heading, "label")), gap=1))
        for state, text in texts:
            out.append(_row(state, text) if state else Block(say(text), say(("- ", "dim")), 2))
    return out


def _row(label: str, text: str) -> Block:
    assert cells(label) < LABEL
    return Block(say(text), say((padded(label, LABEL), "dim")), LABEL)
