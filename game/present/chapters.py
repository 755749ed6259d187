"""The chapters of a run, and their first pages."""

from __future__ import annotations

from dataclasses import dataclass

from game.engine import Run


@dataclass(frozen=True, slots=True)
class ChapterView:
    """A chapter that a run has been in, from `turn` to `last`. `here` says that the run stands in it.

    `undone` says that its first page lies beyond the turn the run stands at.
    """

    id: str
    title: str
    turn: int
    last: int
    here: bool
    undone: bool


def chapters(run: Run) -> tuple[ChapterView, ...]:
    """The chapters of a run in the order they were read, with those that were taken back; one can come twice."""
    story = run.machine.story
    found: list[tuple[str, int]] = []
    for turn in range(len(run.steps) + 1):
        id = story.scenes[run.state_at(turn).scene].chapter
        if id and (not found or found[-1][0] != id):
            found.append((id, turn))
    ends = [turn - 1 for _, turn in found[1:]] + [len(run.steps)]
    return tuple(
        ChapterView(
            id,
            story.chapters[id].title,
            turn,
            last,
            turn <= run.turn <= last,
            turn > run.turn,
        )
        for (id, turn), last in zip(found, ends, strict=True)
    )


def chapter_called(name: str, known: tuple[ChapterView, ...]) -> ChapterView | None:
    """The chapter a player means: its number in the list from 1, or its title, its id, or the beginning of one."""
    wanted = name.casefold().strip()
    if wanted.isascii() and wanted.isdigit():
        number = int(wanted[:6])
        return known[number - 1] if 1 <= number <= len(known) else None
    for match in (str.__eq__, str.startswith):
        for chapter in known:
            if wanted and (match(chapter.title.casefold(), wanted) or match(chapter.id.casefold(), wanted)):
                return chapter
    return None
