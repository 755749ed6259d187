"""What the first page of a story says of it: all that is wanted before the story itself is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from game.story.model import Story


class Front(NamedTuple):
    """The words of a title page. Each is as in `Story`; `player` is the name a player has without another."""

    id: str
    title: str
    version: str
    about: str
    notice: str
    language: str
    player: str
    notes: tuple[str, ...]
    """The content notes, in their order."""


def front_of(story: Story) -> Front:
    """What the first page of `story` says."""
    return Front(
        story.id,
        story.title,
        story.version,
        story.about,
        story.notice,
        story.language,
        story.player.name,
        tuple(story.notes.values()),
    )


def parsed(data: object) -> Front:
    """The front that `list(front)` was, as JSON has it. Raises ValueError for anything else."""
    match data:
        case [str(id), str(title), str(version), str(about), str(notice), str(language), str(player), list(notes)]:
            if all(isinstance(note, str) for note in notes):
                return Front(id, title, version, about, notice, language, player, tuple(notes))
    raise ValueError("this is no front")
