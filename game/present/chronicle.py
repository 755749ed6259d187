"""What the past of a run comes to, kept from turn to turn: nobody walks through all of it again for each view."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.engine import Run, State, Step


def shared(old: Sequence[Step], new: Sequence[Step]) -> int:
    """How many steps two runs have in common, from their beginning.

    A step is made once, from the state before it, and shared by all runs that go on from there: two runs that share a
    step share all before it.
    """
    return bisect_left(range(min(len(old), len(new))), True, key=lambda n: old[n] is not new[n])


class Chronicle:
    """What is known of each turn of a run: where it was, whom one has met by then, when fates changed.

    It follows a run: what later runs have in common with the one before is not looked at again.
    """

    def __init__(self, first: State) -> None:
        self.first = first
        self._steps: tuple[Step, ...] = ()
        self._places: list[str] = []
        self._met: dict[str, int] = {}
        """The turn at which each person was first met."""
        self._fated: dict[str, list[int]] = {}
        """The turns at which each person's fate changed, in order."""

    def follow(self, run: Run) -> None:
        """Know all that `run` has made, its undone steps too."""
        old, new = self._steps, run.steps
        if old is new and self._places:
            return
        same = shared(old, new)
        if same < len(old):
            self._forget(same)
        self._steps = new
        if not self._places:
            self._begin(run)
        for turn in range(same + 1, len(new) + 1):
            self._add(run, turn)

    def _forget(self, turn: int) -> None:
        """Forget everything after `turn`."""
        del self._places[turn + 1 :]
        self._met = {id: at for id, at in self._met.items() if at <= turn}
        for turns in self._fated.values():
            del turns[bisect_right(turns, turn) :]

    def _begin(self, run: Run) -> None:
        story = run.machine.story
        scene = story.scenes[self.first.scene]
        self._places.append(scene.place)
        self._met.update((id, 0) for id in story.people if id in scene.cast or run.value(f"with.{id}", 0))

    def _add(self, run: Run, turn: int) -> None:
        story = run.machine.story
        step = self._steps[turn - 1]
        before, after = step.before.values, step.after.values
        scene = story.scenes[step.after.scene]
        self._places.append(scene.place or self._places[-1])
        for id in scene.cast:
            self._met.setdefault(id, turn)
        if before == after:
            return
        for id, person in story.people.items():
            if before[person.fate] != after[person.fate]:
                self._fated.setdefault(id, []).append(turn)
            if id not in self._met and any(
                before[v] != after[v] for v in (person.fate, person.company, person.bond) if v >= 0
            ):
                self._met[id] = turn

    def place(self, turn: int) -> str:
        """The id of the place at `turn`, "" for none yet: a scene without one happens where the last one did."""
        return self._places[turn]

    def met(self, id: str, turn: int) -> bool:
        """Whether somebody had been met by `turn`."""
        return self._met.get(id, turn + 1) <= turn

    def fated(self, id: str, turn: int) -> int:
        """The last turn up to `turn` at which somebody's fate changed; 0 for none."""
        turns = self._fated.get(id, [])
        at = bisect_right(turns, turn)
        return turns[at - 1] if at else 0


def chronicle(run: Run) -> Chronicle:
    """The chronicle of a run: nearly always the same one as before, a turn on."""
    known: Chronicle | None = run.machine.made.get(Chronicle)
    if known is None or known.first != run.first:
        known = run.machine.made[Chronicle] = Chronicle(run.first)
    known.follow(run)
    return known
