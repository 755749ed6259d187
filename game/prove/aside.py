"""Fates, luck, losses and odds, each looked into by processes of their own: see `parallel`.

What they find is put together here. A playthrough counts when it was gone again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from game.prove.fates import Fates
from game.prove.goals import NO_RETURN, Goals, Lost
from game.prove.limits import Limits
from game.prove.model import Edge
from game.prove.odds import Odds
from game.prove.packed import pack, unpack
from game.prove.parallel import Said, Task, Tasks
from game.prove.play import Eyes, Player, Way
from game.prove.report import Goal, Loss, Luck, Matrix
from game.prove.sharing import GRACE, WRONG, Steps
from game.story.model import Person

MATRIX, GOALS = 0.7, 0.85
"""How much of the time left there is for fates, and then for what can be won and lost beside them."""

Likely: TypeAlias = "Callable[[Limits], Odds]"
"""Finds out how likely goals are, within some limits."""


@dataclass(slots=True)
class Found:
    """What was found. For each goal whether it takes luck, and whether it is known to need no roll at all."""

    matrix: Matrix | None = None
    luck: dict[Goal, tuple[Luck, bool]] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()
    odds: Odds | None = None


class Aside:
    """Has other processes look into things. `limited` says what was not done to its end, in words."""

    def __init__(self, tasks: Tasks, steps: Steps, limits: Limits, tell: Callable[[str], None]) -> None:
        self.tasks = tasks
        self.tell = tell
        self.steps = steps
        self.limits = limits
        self.limited: list[str] = []

    def look(self, fates: Fates | None, goals: Goals | None, likely: Likely) -> Found:
        """Look into all of it. What takes long and waits for nothing is begun first."""
        out = Found()
        if goals:
            within = self._share(self.limits)
            odds = self.tasks.begin(lambda: pack(likely(within)))
            plays = self.tasks.begin(partial(self._played, goals))
        if fates and fates.people:
            fates.limits = self.limits.within(self.limits.left * MATRIX)
            fates.rule_out()
            self._put_together(fates, self._playing(fates))
        if goals:
            self._take(goals, plays)
            noted = dict.fromkeys(fates.seen.values() if fates else ())
            for way in noted:
                goals.note(way)
        if fates and fates.people:
            looking = self._looking(fates)
        if goals:
            goals.limits = self.limits.within(self.limits.left * GOALS)
            losing = self._losing(goals)
            gambles = self._gambles(goals, goals.gambles())
        if fates:
            if fates.people:
                self._put_together(fates, looking)
                # Of how many can live, most is known when it is known who can.
                counting = self.tasks.begin(partial(self._find, fates, fates.count, fates.people))
                self._put_together(fates, [counting])
            out.matrix = fates.matrix()
        if goals:
            self.tell("what can be won and lost")
            goals.matrix = out.matrix
            for way in dict.fromkeys(fates.seen.values()) if fates else ():
                if way not in noted:
                    goals.note(way)
            out.luck = goals.luck(partial(self._games, goals, gambles))
            out.losses = self._lost(goals, losing)
            self.tell("how likely it is")
            out.odds = self._odds(odds, likely)
        return out

    def _after(self, limits: Limits) -> Callable[[], float]:
        """Seconds in which others may still say what they found within limits."""
        return lambda: limits.left + GRACE

    def _share(self, limits: Limits) -> Limits:
        """The same limits for one of all who work at once."""
        return limits.among(self.tasks.most)

    # --- fates ---

    def _playing(self, fates: Fates) -> list[Task]:
        return [self.tasks.begin(partial(self._play, fates, number)) for number in range(self.tasks.most)]

    def _looking(self, fates: Fates) -> list[Task]:
        shares = _shares(fates, self.tasks.most)
        return [self.tasks.begin(partial(self._find, fates, fates.look, people)) for people in shares]

    def _play(self, fates: Fates, number: int) -> Said:
        _anew(fates.player, number)
        known = _ways(fates)
        fates.play(hands=self.tasks.most)
        return self._found(fates, known, ())

    def _find(self, fates: Fates, look: Callable[[], None], people: list[Person]) -> Said:
        fates.player.plays = 0
        fates.asked, fates.counts = people, False
        fates.limits = self._share(fates.limits)
        known, never = _ways(fates), set(fates.never)
        look()
        return self._found(fates, known, fates.never - never)

    def _found(self, fates: Fates, known: dict[int, Way], never: Iterable[tuple[str, str, str]]) -> Said:
        ways = [self.steps.packed(way) for key, way in _ways(fates).items() if key not in known]
        return ways, list(never), fates.bounds, fates.player.plays

    def _put_together(self, fates: Fates, begun: list[Task]) -> None:
        """Take over what others find about fates."""
        eyes = Eyes(fates.model, ())
        for task in self.tasks.ended(begun, self._after(fates.limits)):
            self.tell("who can live")
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

    def _played(self, goals: Goals) -> Said:
        _anew(goals.player, -1)
        goals.play()
        return goals.player.plays, [self.steps.packed(way) for _, way in goals.plays]

    def _take(self, goals: Goals, begun: Task) -> None:
        """Take over plays for goals."""
        eyes = Eyes(goals.model, ())
        for task in self.tasks.ended([begun], self._after(self.limits)):
            plays, ways = task.said or (0, ())
            goals.player.plays += plays
            for packed in ways:
                way = self.steps.way(packed)
                end = goals.player.follow(eyes, way)
                if end is not None and goals.model.scene(end.scene).is_ending:
                    goals.noted(end, way)

    def _gambles(self, goals: Goals, asked: Sequence[Goal]) -> dict[Task, Sequence[Goal]]:
        """Begin to find out whether goals can be had whatever the dice."""

        def job(share: Sequence[Goal]) -> Said:
            goals.limits = self._share(goals.limits)
            return [(goals.goals.index(goal), sure) for goal, sure in goals.games(share).items()]

        shares = [asked[i :: self.tasks.most] for i in range(min(self.tasks.most, len(asked)))]
        return {self.tasks.begin(partial(job, share)): share for share in shares}

    def _games(self, goals: Goals, begun: Mapping[Task, Sequence[Goal]], asked: Sequence[Goal]) -> dict[Goal, bool]:
        """Whether goals can be had whatever the dice; one that is left out is not decided."""
        known = {goal for share in begun.values() for goal in share}
        tasks = [*begun, *self._gambles(goals, [goal for goal in asked if goal not in known])]
        out: dict[Goal, bool] = {}
        for task in self.tasks.ended(tasks, self._after(goals.limits)):
            if task.ended:
                self.limited.append(f"what takes luck ({task.ended})")
            else:
                out.update((goals.goals[number], sure) for number, sure in task.said)
        return out

    def _losing(self, goals: Goals) -> list[Task]:
        """Begin to find out which choices lose goals."""

        def job(share: Collection[Goal]) -> Said:
            goals.limits, goals.limited = self._share(goals.limits), []
            found = [
                (self.steps.packed(lost.way), [goals.goals.index(goal) for goal in lost.goals], lost.always)
                for lost in goals.lost(share).values()
            ]
            return found, goals.limited

        most = min(self.tasks.most, len(goals.goals))
        return [self.tasks.begin(partial(job, goals.goals[i::most])) for i in range(most)]

    def _lost(self, goals: Goals, begun: list[Task]) -> tuple[Loss, ...]:
        """What choices lose, as soon as it is found."""
        eyes = Eyes(goals.model, ())
        for _ in self.tasks.ended(begun, self._after(goals.limits)):
            pass
        all: dict[Edge, Lost] = {}
        # In the order in which they were begun, so that it does not tell who was first.
        for found, limited in (task.said if not task.ended else ([], [NO_RETURN]) for task in begun):
            self.limited += limited
            for packed, numbers, always in found:
                way = self.steps.way(packed)
                if goals.player.follow(eyes, way) is None:
                    self.limited.append(WRONG)
                    continue
                scene, _, choice = way[-1][0].rpartition(".")
                edge = goals.player.edges[scene, choice, way[-1][1]]
                lost = all.setdefault(edge, Lost(way, always=True))
                lost.goals.update((goals.goals[number], None) for number in numbers)
                lost.always = lost.always and always
        return goals.told(all)

    def _odds(self, begun: Task, likely: Likely) -> Odds:
        """How likely goals are, as soon as that is found out; by next to no plays, where it was not."""
        for task in self.tasks.ended([begun], self._after(self.limits)):
            if not task.ended:
                return unpack(Odds, task.said)  # type: ignore[no-any-return]
            self.limited.append(f"how likely it is ({task.ended})")
        return likely(self.limits.within(0.0))


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
