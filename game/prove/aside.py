"""Fates, luck, losses and odds, each looked into by processes of their own: see `parallel`.

What they find is put together here. A playthrough counts when it was gone again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from game.prove.fates import Fates
from game.prove.goals import NO_RETURN, Goals
from game.prove.limits import Limits
from game.prove.odds import Odds, odds
from game.prove.packed import pack, unpack
from game.prove.parallel import Said, Task, Tasks
from game.prove.play import Eyes, Player, Way, way_of
from game.prove.report import Goal, Loss, Luck, Matrix
from game.prove.sharing import GRACE, Steps
from game.story.model import Person


@dataclass(slots=True)
class Begun:
    """What is looked for already: plays for goals, and how likely these are, within some limits and from a seed."""

    plays: Task
    odds: Task
    limits: Limits
    seed: int


class Aside:
    """Has other processes look into things. `limited` says what was not done to its end, in words."""

    def __init__(self, tasks: Tasks, steps: Steps) -> None:
        self.tasks = tasks
        self.steps = steps
        self.limited: list[str] = []

    def _after(self, limits: Limits) -> Callable[[], float]:
        """Seconds in which others may still say what they found within limits."""
        return lambda: limits.left + GRACE

    def _share(self, limits: Limits) -> Limits:
        """The same limits for one of all who work at once."""
        return replace(limits, nodes=limits.nodes // self.tasks.most)

    # --- fates ---

    def decide(self, fates: Fates) -> Matrix:
        """Decide as many cells of the fate matrix as the limits allow."""
        if fates.people:
            fates.rule_out()
            self._put_together(fates, [partial(self._play, fates, number) for number in range(self.tasks.most)])
            jobs = [partial(self._look, fates, people) for people in _shares(fates, self.tasks.most)]
            self._put_together(fates, [partial(self._look, fates, [], counts=True), *jobs])
        return fates.matrix()

    def _play(self, fates: Fates, number: int) -> Said:
        _anew(fates.player, number)
        known = _ways(fates)
        fates.play(hands=self.tasks.most)
        return self._found(fates, known, ())

    def _look(self, fates: Fates, people: list[Person], counts: bool = False) -> Said:
        fates.player.plays = 0
        fates.asked, fates.counts = people, counts
        fates.limits = self._share(fates.limits)
        known, never = _ways(fates), set(fates.never)
        fates.look()
        return self._found(fates, known, fates.never - never)

    def _found(self, fates: Fates, known: dict[int, Way], never: Iterable[tuple[str, str, str]]) -> Said:
        ways = [self.steps.packed(way) for key, way in _ways(fates).items() if key not in known]
        return ways, list(never), fates.bounds, fates.player.plays

    def _put_together(self, fates: Fates, jobs: Iterable[Callable[[], Said]]) -> None:
        eyes = Eyes(fates.model, ())
        begun = [self.tasks.begin(job) for job in jobs]
        for task in self.tasks.ended(begun, self._after(fates.limits)):
            if task.ended:
                self.limited.append(f"fates at the endings ({task.ended})")
                continue
            ways, never, bounds, plays = task.said
            for packed in ways:
                way = self.steps.way(packed)
                end = fates.player.follow(eyes, way)
                if end is not None and end.scene in fates.endings:
                    fates.note(end, way)
            fates.never.update((ending, person, fate) for ending, person, fate in never)
            fates.bounds.update((ending, (low, high)) for ending, (low, high) in bounds.items())
            fates.player.plays += plays

    # --- goals ---

    def begin(self, goals: Goals, limits: Limits, seconds: float, seed: int, runs: int) -> Begun:
        """Begin to play for goals, and to find out how likely they are."""

        def likely() -> Said:
            within = self._share(limits).within(min(limits.left, seconds))
            return pack(odds(goals.model, goals.goals, within, seed, runs=runs))

        def plays() -> Said:
            _anew(goals.player, -1)
            goals.play()
            return goals.player.plays, [self.steps.packed(way) for _, way in goals.plays]

        return Begun(self.tasks.begin(plays), self.tasks.begin(likely), limits, seed)

    def look(self, goals: Goals, begun: Begun) -> tuple[dict[Goal, tuple[Luck, bool]], tuple[Loss, ...], Odds]:
        """Whether goals take luck, what is lost for good, and how likely goals are."""
        eyes = Eyes(goals.model, ())
        for task in self.tasks.ended([begun.plays], self._after(goals.limits)):
            plays, ways = task.said or (0, ())
            goals.player.plays += plays
            for packed in ways:
                way = self.steps.way(packed)
                end = goals.player.follow(eyes, way)
                if end is not None and goals.model.scene(end.scene).is_ending:
                    goals.noted(end, way)
        losses = self.tasks.begin(partial(self._losses, goals))
        luck = goals.luck(partial(self._games, goals))
        return luck, self._lost(goals, losses), self._likely(goals, begun)

    def _games(self, goals: Goals, asked: Sequence[Goal]) -> dict[Goal, bool]:
        """Whether goals can be had whatever the dice; one that is left out is not decided."""

        def job(share: Sequence[Goal]) -> Said:
            goals.limits = self._share(goals.limits)
            return [(goals.goals.index(goal), sure) for goal, sure in goals.games(share).items()]

        most = min(self.tasks.most, len(asked))
        begun = [self.tasks.begin(partial(job, asked[i::most])) for i in range(most)]
        out: dict[Goal, bool] = {}
        for task in self.tasks.ended(begun, self._after(goals.limits)):
            if task.ended:
                self.limited.append(f"what takes luck ({task.ended})")
            else:
                out.update((goals.goals[number], sure) for number, sure in task.said)
        return out

    def _losses(self, goals: Goals) -> Said:
        goals.limits, goals.limited = self._share(goals.limits), []
        return pack(goals.losses()), goals.limited

    def _lost(self, goals: Goals, begun: Task) -> tuple[Loss, ...]:
        """The losses, as soon as they are found."""
        eyes = Eyes(goals.model, ())
        for task in self.tasks.ended([begun], self._after(goals.limits)):
            if not task.ended:
                losses: tuple[Loss, ...] = unpack(tuple[Loss, ...], task.said[0])
                goals.limited += task.said[1]
                return tuple(o for o in losses if o.witness and goals.player.follow(eyes, way_of(o.witness)))
        self.limited.append(NO_RETURN)
        return ()

    def _likely(self, goals: Goals, begun: Begun) -> Odds:
        """How likely the goals are, as soon as that is found out; by next to no plays, where it was not."""
        for task in self.tasks.ended([begun.odds], self._after(begun.limits)):
            if not task.ended:
                return unpack(Odds, task.said)  # type: ignore[no-any-return]
            self.limited.append(f"how likely it is ({task.ended})")
        return odds(goals.model, goals.goals, begun.limits.within(0.0), begun.seed)


def _anew(player: Player, number: int) -> None:
    """Have a player play as nobody else does, who is forked from it under another number."""
    player.chance = random.Random(f"{number}/{player.chance.random()}")
    player.plays = 0


def _ways(fates: Fates) -> dict[int, Way]:
    """The ways that are known to endings, each once."""
    ways = [*fates.seen.values(), *(way for known in fates.alive.values() for way in known.values())]
    return {id(way): way for way in ways}


def _shares(fates: Fates, most: int) -> list[list[Person]]:
    """Everybody of whom cells are open, in at most so many shares, of about as many cells each."""
    often = {person.id: 0 for person in fates.people}
    for ending in fates.endings:
        for _, person, _ in fates.open(ending):
            often[person] += 1
    shares: list[list[Person]] = [[] for _ in range(most)]
    for one in sorted(fates.people, key=lambda person: -often[person.id]):
        if often[one.id]:
            min(shares, key=lambda share: sum(often[person.id] for person in share)).append(one)
    return [share for share in shares if share]
