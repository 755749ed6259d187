"""Who is held, and who is stranded long before they notice: questions about parts of a story, not about one state."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from oxidd.util import DDMemoryError

from game.engine import State
from game.prove import lookback, sharing, subjects, traps
from game.prove.backwards import Search
from game.prove.drops import larger_than, nothing, other_than
from game.prove.guide import find
from game.prove.limits import Limits, OutOfLimits
from game.prove.near import guarding
from game.prove.play import Eyes, Way, lately, states, way_of, witness
from game.prove.reach import Space
from game.prove.report import Answer, Question, Verdict
from game.prove.sets import Set

if TYPE_CHECKING:
    from game.prove.prover import Prover


PATIENCE = 10.0
"""Seconds that a part may take to be looked at again, of which few are left by then."""

ROUGHLY = 1.0
"""Seconds that it may take to look back to where all is lost, without what has many values."""

SOON = 1.5
"""Seconds that a part may take to be looked at by itself."""


@dataclass(slots=True, eq=False)
class Trap:
    """A scene in which one might be held: a question about a part of the story rather than about one state."""

    scene: str
    part: list[str]


class Stranded:
    """Finds out who can be held or stranded. `answers` are by scene; `traps` are those not decided yet."""

    def __init__(self, prover: Prover) -> None:
        self.prover = prover
        self.model = prover.model
        self.machine = prover.machine
        self.values = prover.values
        self.answers: dict[str, Answer] = {}
        self.traps: list[Trap] = []
        self.searched = False
        """Whether `traps` are all there are, as far as is known."""
        self._looks: sharing.Looks | None = None
        self._decided = False
        self._looked: dict[int, frozenset[str]] = {}
        """For each part that was looked at, by its identity, the scenes of which it was known that none is stuck."""
        self.kept: dict[str, Answer] = {}
        """What was known of another version, and is known of this one."""
        self.known = False
        """Whether all is known already."""

    @property
    def limits(self) -> Limits:
        """What is left for the proof as a whole."""
        return self.prover.limits

    def keep(self, answers: Iterable[Answer]) -> None:
        """Take answers about another version of the story for this one's."""
        known = {a.question.scene: a for a in answers if a.verdict != "open"}
        scenes = [s.id for s in self.model.story.scenes.values() if not s.is_ending]
        self.kept = {s: replace(known[s], question=self._question(s)) for s in scenes if s in known}
        if len(self.kept) == len(scenes):
            self.answers, self.known, self.searched = self.kept, True, True

    def so_far(self, because: tuple[str, ...]) -> list[Answer]:
        """What is known by now of each scene but endings; all else is open."""
        scenes = [s.id for s in self.model.story.scenes.values() if not s.is_ending]
        known = self.kept | self.answers
        return [known.get(s) or Answer(self._question(s), "open", "", None, because) for s in scenes]

    def suspects(self) -> list[list[Trap]]:
        """The parts that might hold somebody as far as single conditions say: each as its scenes that might."""
        if self.known:
            return []
        loose = traps.free(self.model, self.values)
        found = ((part, [s for s in part if s in self.values.at and s not in loose]) for part in self.model.order)
        return [[Trap(scene, part) for scene in held] for part, held in found if held]

    def suspected(self) -> list[list[Trap]]:
        """The same, without those of which somebody has found by now that they hold nobody."""
        if not self.searched:
            return self.suspects()
        parts: dict[int, list[Trap]] = {}
        for trap in self.traps:
            parts.setdefault(id(trap.part), []).append(trap)
        return list(parts.values())

    def find_traps(self, suspects: Iterable[list[Trap]]) -> None:
        """Find the parts that might hold somebody, by what they are in themselves.

        Those of which it is not known yet whether one can be stuck there are left till it is: they are soon looked at
        then, and take long before.
        """
        self.searched, self.traps = True, []
        stuck = self._stuck()
        unsure = {scene for scene, verdict in stuck.items() if verdict == "open"}
        for held in suspects:
            self.traps += held
            if unsure.isdisjoint(held[0].part):
                self._look_at(held[0].part, stuck, SOON, 0.1)

    def look_again(self) -> None:
        """Look at the parts that still might, where more is known of who can be stuck in them."""
        stuck = self._stuck()
        for part in {id(trap.part): trap.part for trap in self.traps}.values():
            self._look_at(part, stuck, PATIENCE, 0.3)

    def _look_at(self, part: list[str], stuck: Mapping[str, str], seconds: float, share: float) -> None:
        never = frozenset(scene for scene in part if stuck.get(scene) == "proved")
        if self._looked.get(id(part)) == never:
            return
        self._looked[id(part)] = never
        held = [trap.scene for trap in self.traps if trap.part is part]
        left = set(self._held(part, held, never, seconds, share))
        self.traps = [trap for trap in self.traps if trap.part is not part or trap.scene in left]

    def _stuck(self) -> dict[str, str]:
        """For each scene what is known of whether somebody can be without a choice there: proved if nobody can."""
        answers = self.prover.answers
        stuck = (one for one in self.prover.asked if one.question.kind == "stuck")
        return {one.question.scene: answers[one].verdict if one in answers else "open" for one in stuck}

    def _held(
        self, part: list[str], held: list[str], never_stuck: Collection[str], seconds: float, share: float
    ) -> list[str]:
        """Those of some scenes of a part that might hold somebody; for a share of the time left, or so many seconds."""
        # What the choices ask does for most; what else decides where they lead, for the rest.
        for drop in (other_than(guarding(self.model, part)), nothing):
            if not held:
                break
            try:
                limits = replace(lookback.limits(min(seconds, self.limits.left * share)), nodes=1 << 21)
                watched = {s: [traps.any_open(self.model, s)] for s in part if s in never_stuck}
                small = Space(self.model, self.values, watched, drop=drop, within=frozenset(part), limits=limits)
                found = traps.trap(small, part, never_stuck)
                held = [s for s in held if self._meets(small, s, found[s])]
            except (OutOfLimits, DDMemoryError):
                break
            if not small.dropped:
                break
        return held

    def _meets(self, space: Space, scene: str, where: Set) -> bool:
        return (where & space.can_be(scene)).satisfiable()

    def spring(self, space: Space, trap: Trap, limits: Limits, play: int) -> None:
        """Whether a trap holds anybody."""
        where = traps.trap(space, trap.part)[trap.scene] & space.reached[trap.scene]
        if not where.satisfiable():
            self.traps.remove(trap)
            return
        if not play and space.dropped:
            return

        def shows(state: State, way: Way) -> bool:
            # Another scene of the part may hold somebody, too; but that says nothing of this one.
            return state.scene == trap.scene and self._holds(state)

        share = limits.within(limits.left * 0.3 if not space.dropped else 1.0)
        found = find(space, {trap.scene: where}, shows, share)
        if found is not None:
            self.traps.remove(trap)
            self._strand(trap.scene, found, not space.dropped)

    def _holds(self, state: State, most: int = 20_000) -> bool:
        """Whether nobody who stands here can leave this part of the story, by trying everything."""
        part = self.model.part[state.scene]
        known = {state}
        waiting = [state]
        while waiting:
            now = waiting.pop()
            for option in self.machine.options(now):
                if not option.open:
                    continue
                for _, step in self.machine.outcomes(now, option.choice.id):
                    if self.model.part[step.after.scene] != part:
                        return False
                    if step.after not in known:
                        if len(known) >= most:
                            return False
                        known.add(step.after)
                        waiting.append(step.after)
        return True

    def _strand(self, scene: str, way: Way, shortest: bool) -> None:
        went = states(self.machine, way)
        assert went is not None
        if not any(option.open for option in self.machine.options(went[-1])):
            return
        self.answers[scene] = Answer(self._question(scene), "refuted", "search", witness(way, shortest))

    def _question(self, scene: str) -> Question:
        found = self.model.scene(scene)
        return Question("stranded", scene, f"the scene {scene}", found.where, scene)

    def sure(self) -> bool:
        """Whether it is known of all scenes whether one can be stuck or held there."""
        return not self.traps and not any(one.question.kind == "stuck" for one in self.prover.open)

    def decide(self) -> None:
        """Whether an ending is within reach from everywhere, now that it is known who can be stuck or held."""
        if self._decided or self.known:
            return
        self._decided = self.sure()
        model = self.model
        stuck = {one.question.scene: a for one, a in self.prover.answers.items() if one.question.kind == "stuck"}
        bad = {s for s, answer in stuck.items() if answer.verdict == "refuted"} | set(self.answers)
        unsure = {one.question.scene for one in self.prover.open if one.question.kind == "stuck"}
        unsure |= {trap.scene for trap in self.traps}
        scenes = [s for s in model.story.scenes if not model.scene(s).is_ending]
        doomed = model.leading_to(bad)
        doubtful = model.leading_to(unsure)
        if bad:
            self._doomed(doomed | doubtful, bad | unsure, stuck.values())
        for scene in scenes:
            if scene in self.answers:
                continue
            verdict: Verdict = "open" if scene in doubtful or scene in doomed else "proved"
            how = "sets" if scene in self.values.at else "values"
            if scene not in self.values.at:
                verdict = "proved"
            found = Answer(self._question(scene), verdict, how)
            self.answers[scene] = self.kept.get(scene, found) if verdict == "open" else found

    def _doomed(self, part: frozenset[str], bad: set[str], stuck: Iterable[Answer]) -> None:
        """Who is stranded long before they notice. From outside of `part` an ending can be reached in any case."""
        ways = [way_of(a.witness) for a in (*stuck, *self.answers.values()) if a.witness is not None]
        sizes, widths = self.model.sizes, self.values.widths
        drops = [larger_than(sizes, 2), larger_than(sizes, 5), larger_than(widths, 8), nothing]
        looks = [partial(self._look_back, part, bad, ways), *(partial(self._find_doomed, part, drop) for drop in drops)]
        if len(self.model.edges) >= subjects.LONG:
            looks = looks[:1]
        elif self.prover.states is not None:
            # All of it is soon looked at, and the shortest way is known then.
            looks.insert(0, looks[-1])
        if self.prover.shares:
            # What the first leaves open is little, so it goes before the others; these go on beside what comes next.
            first, *rest = looks
            for some in ([[first]], [rest[:-1], rest[-1:]]):
                self.finish()
                if self._perhaps_doomed(part):
                    self._looks = sharing.Looks(self.prover, some, lambda: self._undecided(part))
            return
        for look in looks:
            if not self._perhaps_doomed(part):
                return
            try:
                look(self.limits.within(self.limits.left * 0.4))
            except (OutOfLimits, DDMemoryError):
                self.prover.limited.append(sharing.BEFORE)

    def finish(self) -> None:
        """Wait for what is looked for elsewhere."""
        if self._looks is not None:
            self._looks.finish()
            self._looks = None

    def _undecided(self, part: frozenset[str]) -> bool:
        """Whether of any scene that may be come to in `part` it is open if an ending is within reach."""
        return any(s in self.values.at and (s not in self.answers or self.answers[s].verdict == "open") for s in part)

    def _perhaps_doomed(self, part: frozenset[str]) -> list[str]:
        return [s for s in sorted(part) if s in self.values.at and s not in self.answers]

    def _look_back(self, part: frozenset[str], bad: set[str], ways: Iterable[Way], limits: Limits) -> None:
        """Look from the ends backwards, whatever may be: where all can still end, or those who went a way cannot."""
        space = Space(self.model, self.values, {}, limits=limits, within=part)
        can = traps.ending(space, bad)
        lost = {
            s: space.sets.none if can[s] == space.sets.all else ~can[s] & space.asked(s, traps.any_open(self.model, s))
            for s in self._perhaps_doomed(part)
        }
        for scene, where in lost.items():
            if not where.satisfiable() or not self._meets(space, scene, where):
                self.answers[scene] = Answer(self._question(scene), "proved", "sets")
        for way in ways:
            for i, state in enumerate(states(self.machine, way) or ()):
                if state.scene in lost and self._stands_in(space, state.scene, lost[state.scene])(state, way[:i]):
                    self._all_doomed(state, way[:i], limits)
                    break
        for scene in self._perhaps_doomed(part):
            if limits.left > 0:
                self._look_back_further(space, scene, lost[scene], limits)

    def _look_back_further(self, space: Space, scene: str, lost: Set, limits: Limits) -> None:
        """Look on back from the states of a scene that no ending can be reached from: whether one comes there."""
        # Of values that nothing ahead tells apart one stands for all.
        where = space.sets.before(lost, {var: space.parts.standing_for(scene, var) for var in space.matter[scene]})
        for make, seconds in ((self.prover.roughly, ROUGHLY), (self.prover.exactly, PATIENCE)):
            back = make()
            goal = {scene: back.sets.taken_over(where, space.sets)}
            search = Search(back, goal, limits.within(seconds), self.prover.player.moments)
            shows = self._stands_in(space, scene, lost)
            way = None
            eyes = Eyes(self.model, self.prover.open)
            with suppress(OutOfLimits):
                way = lookback.meet(self.prover.player, back, search, shows, eyes, random.Random(len(scene)))
            lookback.settle(self.prover, eyes)
            if way is not None:
                went = lately(self.machine, way)
                assert went is not None
                self._all_doomed(went[-1], way, limits)
            elif search.finished and not search.begins():
                self.answers[scene] = Answer(self._question(scene), "proved", "sets")
            if scene in self.answers:
                return

    def _all_doomed(self, state: State, way: Way, limits: Limits, most: int = 5_000) -> None:
        """From a state that no ending can be reached from, neither can one be from wherever it leads."""
        known = {state}
        waiting: deque[tuple[State, Way]] = deque([(state, way)])
        while waiting and limits.left > 0:
            now, way = waiting.popleft()
            options = [option for option in self.machine.options(now) if option.open]
            if options and now.scene not in self.answers:
                self.answers[now.scene] = Answer(self._question(now.scene), "refuted", "sets", witness(way))
            for option in options:
                for outcome, step in self.machine.outcomes(now, option.choice.id):
                    if step.after not in known and len(known) < most:
                        known.add(step.after)
                        name = f"{now.scene}.{option.choice.id}"
                        waiting.append((step.after, (*way, (name, outcome.id))))

    def _find_doomed(self, part: frozenset[str], drop: Callable[[int], bool], limits: Limits) -> None:
        last = drop is not nothing
        space = Space(self.model, self.values, {}, drop=drop, limits=limits, within=part, people_last=last)
        space.run()
        can = traps.ending(space)
        for scene in self._perhaps_doomed(part):
            lost = space.reached[scene] & ~can[scene] & space.asked(scene, traps.any_open(self.model, scene))
            if not lost.satisfiable():
                self.answers[scene] = Answer(self._question(scene), "proved", "sets")
            elif not space.dropped:
                way = find(space, {scene: lost}, self._stands_in(space, scene, lost), limits)
                if way is not None:
                    self.answers[scene] = Answer(self._question(scene), "refuted", "sets", witness(way, True))

    def _stands_in(self, space: Space, scene: str, lost: Set) -> Callable[[State, Way], bool]:
        def shows(state: State, way: Way) -> bool:
            if state.scene != scene or not any(option.open for option in self.machine.options(state)):
                return False
            return space.sets.holds(lost, space.told(scene, state.values))

        return shows
