"""Help: every command, from the registry, and the keys for reading."""

from __future__ import annotations

from game.language import _
from game.present import COMMANDS
from game.tui.actions import READING_HELP, key_name
from game.tui.render import Block, cells, padded, say
from game.tui.screens.base import Reading


class HelpScreen(Reading):
    """All there is to press."""

    def __init__(self) -> None:
        super().__init__(_("Help"), help_blocks(), _("every command, by its key"), "question_mark")


def help_blocks() -> list[Block]:
    """The commands by where they are offered, then the keys for reading."""
    sections: list[tuple[str, list[tuple[str, str]]]] = [
        (_("Reading and choosing"), [(_(keys), _(about)) for keys, about in READING_HELP])
    ]
    for heading, where in ((_("While you play"), "play"), (_("Everywhere"), "all"), (_("On the title page"), "title")):
        rows = [
            (", ".join(key_name(key) for key in c.keys), f"{c.label}: {c.help}")
            for c in COMMANDS
            if c.where == where and c.keys
        ]
        sections.append((heading, rows))
    width = max(cells(keys) for _, rows in sections for keys, _ in rows) + 3
    out: list[Block] = []
    for heading, rows in sections:
        out.append(Block(say((heading, "label")), gap=2))
        out.extend(Block(say(about), say((padded(f"  {keys}", width + 2), "key")), width + 2) for keys, about in rows)
    return out
