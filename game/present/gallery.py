"""What all runs together have come to: the gallery of endings, and the wall of everybody who was ever met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from game.language import _, n_
from game.story.model import Story


@dataclass(frozen=True, slots=True)
class Fellow:
    """Somebody who had been met when a run ended. `id`, `fate` and `memories` are ids of the story as it is now."""

    id: str
    fate: str
    decided: str
    """When and by what their fate last changed, as it was told then; "" when it never did."""
    together: bool
    """Whether they were with the player."""
    memories: tuple[str, ...]
    """What had been learnt of them."""


@dataclass(frozen=True, slots=True)
class Reached:
    """An ending that was reached. `ending` and `lost` (who was gone for good) are ids of the story as it is now."""

    ending: str
    title: str
    """What the ending was called then."""
    lost: tuple[str, ...]
    player: str
    seed: int
    turns: int
    played: int
    """Seconds."""
    at: str
    """UTC, ISO 8601; to be shown, never to be compared."""
    version: str
    """Of the story, then."""
    people: tuple[Fellow, ...] = ()
    """Everybody met; empty for one that an older hyosan kept."""


@dataclass(frozen=True, slots=True)
class EndingRow:
    """An ending in the gallery. One that was `found` has a title; one that was not has at most its hint.

    `about` are whole sentences: how often, and the last time when, with whom and in how many turns.
    """

    id: str
    found: bool
    title: str
    hint: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameRow:
    """Somebody on the wall. They were met in `met` of the runs that ended, and lived in `lived` of them.

    In `lost` of them they were gone for good; those who were missing are in neither. `about` are whole sentences.
    """

    id: str
    name: str
    hangul: str
    met: int
    lived: int
    lost: int
    memories: tuple[str, ...]
    about: tuple[str, ...]


def gallery(story: Story, reached: Sequence[Reached]) -> tuple[EndingRow, ...]:
    """Every ending that counts, in the story's order; last, what was reached and is no longer in the story.

    `reached` is in the order in which it happened.
    """
    by_id: dict[str, list[Reached]] = {}
    for one in reached:
        by_id.setdefault(one.ending, []).append(one)
    rows = [
        EndingRow(e.id, e.id in by_id, e.title, e.hint, _endings_told(story, by_id.get(e.id, ())))
        for e in story.endings
    ]
    rows.extend(
        EndingRow(id, True, times[-1].title, "", (*_endings_told(story, times), _("The story no longer has it.")))
        for id, times in by_id.items()
        if id not in story.scenes
    )
    return tuple(rows)


def tally(rows: Iterable[EndingRow]) -> str:
    """`2 of 3 endings found`."""
    rows = list(rows)
    found = sum(row.found for row in rows)
    return n_("{found} of {n} ending found", "{found} of {n} endings found", len(rows), found=found)


def _endings_told(story: Story, times: Sequence[Reached]) -> tuple[str, ...]:
    if not times:
        return ()
    last = times[-1]
    told = [
        n_(
            "Reached once on {day}, by {player}, in {turns}.",
            "Reached {n} times, last on {day}, by {player}, in {turns}.",
            len(times),
            day=day(last.at),
            player=last.player,
            turns=n_("{n} turn", "{n} turns", last.turns),
        )
    ]
    company = [story.people[p.id].short for p in last.people if p.together and p.id in story.people]
    if company:
        told.append(_("With {names}.", names=listed(company)))
    elif last.people:
        told.append(_("Alone."))
    if lost := [story.people[id].short for id in last.lost if id in story.people]:
        told.append(_("Lost: {names}.", names=listed(lost)))
    return tuple(told)


def wall(story: Story, reached: Sequence[Reached]) -> tuple[NameRow, ...]:
    """Everybody who had been met in a run that came to an ending, in the story's order."""
    rows = []
    for id, person in story.people.items():
        there = [(one, next((p for p in one.people if p.id == id), None)) for one in reached]
        met = [(one, fellow) for one, fellow in there if fellow is not None or id in one.lost]
        if not met:
            continue
        lost = sum(id in one.lost for one, _ in met)
        lived = sum(_lived(story, fellow) for _, fellow in met)
        known = {m for _, fellow in met if fellow is not None for m in fellow.memories}
        memories = tuple(text for m, text in person.memories.items() if m in known)
        told = (
            n_(
                "Met in {n} run: lived in {lived}, lost in {lost}.",
                "Met in {n} runs: lived in {lived}, lost in {lost}.",
                len(met),
                lived=lived,
                lost=lost,
            ),
            *_decided_told(story, met),
        )
        rows.append(NameRow(id, person.name, person.hangul, len(met), lived, lost, memories, told))
    return tuple(rows)


def _lived(story: Story, fellow: Fellow | None) -> bool:
    return fellow is not None and (fate := story.fates.get(fellow.fate)) is not None and fate.presence == "here"


def _decided_told(story: Story, met: Sequence[tuple[Reached, Fellow | None]]) -> Iterable[str]:
    """What decided somebody's fate the last time that anything did."""
    for one, fellow in reversed(met):
        if fellow is not None and fellow.decided:
            fate = story.fates.get(fellow.fate)
            word = fate.word if fate is not None else fellow.fate
            yield _("Decided last on {day}: {fate}, {decided}.", day=day(one.at), fate=word, decided=fellow.decided)
            return


def damaged_words(number: int) -> str:
    """That some of what was kept of endings cannot be read."""
    return n_(
        "{n} ending cannot be read: the file is damaged.", "{n} endings cannot be read: the file is damaged.", number
    )


def day(at: str) -> str:
    """The day of a time as it is kept."""
    return at[:10]


def listed(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    if len(names) < 2:
        return "".join(names)
    return _("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])
