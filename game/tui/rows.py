"""Rows of a menu: what the title page is made of, which comes before any run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from game.language import _
from game.tui.render import EMPTY, Block, line, padded, say

if TYPE_CHECKING:
    from game.saves import SlotInfo


def entry(key: str, label: str, item: object, about: Content = EMPTY, gap: int = 0, wide: int = 3) -> list[Block]:
    """A row of a menu: its key, its label, and a quieter line below."""
    rows = [Block(say(label), say((padded(key, wide), "key")), wide, gap=gap, item=item)]
    if about:
        rows.append(Block(about, say(" " * wide), wide, item=item))
    return rows


def living_words(slot: SlotInfo, most: int = 6) -> str:
    """Who lives, by name, `most` of them."""
    names = [line(name) for name in slot.living]
    if not names:
        return ""
    told = ", ".join(names[:most])
    if len(names) > most:
        return _("alive: {names} and {n} more", names=told, n=len(names) - most)
    return _("alive: {names}", names=told)
