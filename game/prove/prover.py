"""Every question about a story, answered as far as time allows: the cheapest way first, and never more than is known.

1. What no values can ever be is ruled out at once.
2. The story is played: what is seen can be.
3. What is left is asked of sets of states: first of all there is of a state, for a short while; then of a part of it,
   the variables that have to do with what is left, which holds at least what can be. So "it cannot be" is final on
   every rung; "it may be" is played out, and only what was played counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias, TypeVar

from oxidd.util import DDMemoryError

from game.engine import Machine, State
from game.prove import apart, lookback, people, sat, sharing, subjects
from game.prove.again import Before, Changes, Sites, basis, never, replayed, unbroken
from game.prove.aim import towards
from game.prove.backwards import Backwards
from game.prove.because import Reasons
from game.prove.cells import Partitions
from game.prove.corpus import Line, Moves, Replay
from game.prove.declared import declared
from game.prove.drops import larger_than, nothing, other_than
from game.prove.guide import find
from game.prove.limits import Limits, OutOfLimits, Worth
from game.prove.model import Did, Edge, Model, tests
from game.prove.near import BESIDES, ONE, WIDE, about, groups, guarding, leading_there, tested
from game.prove.parallel import Tasks, can_fork
from game.prove.play import Eyes, Player, Way, follow, lately, onward, shortened, states, way_of, witness
from game.prove.questions import Asked, OnTheWay, Site, ask, at, watched
from game.prove.reach import Space, share
from game.prove.refine import LONG, refine
from game.prove.report import Answer, Effort, Question, Verdict, Witness
from game.prove.sets import Set
from game.prove.stranded import Stranded, Trap
from game.prove.values import Values, live

T = TypeVar("T")

Progress: TypeAlias = "Callable[[str, int, int], None]"
"""Told what is being done, how many questions are answered, and how many there are."""

PLAYS = 40
"""Plays at least, where the time allows."""

A_WHILE = 0.3
"""Seconds after which it is looked at whether playing is worth it; more in a long story, as a play takes longer."""

A_SECOND = 4_000
"""Scenes for which that is a second more."""

CORPUS = 0.5
"""How much of the time a corpus may take."""

WORTH = 25
"""Questions that playing must answer a second for it to go on: about as many as looking back from each does."""

TOGETHER = 14
"""Variables that questions are asked of together, at most, of which it is known that fewer answer each."""

EVERYTHING = "everything"

SOON = 60_000
"""Groups of questions times edges, at most, for each group to be asked by itself before all are asked of more."""

NEAR = ("what is asked about", "what decides over it")
"""What is kept of a state, by the number of steps from what is asked about."""

STEPS = "step by step"

OFTEN = 6
"""Variables that are kept from the start because they were needed before, at most."""

FAILURES = 4
"""Plays looked for in vain, one after the other, after which too little is kept of a state to find any."""

SMALL = 40
"""Variables that may matter at once, at most, in a story that is looked at whole first of all."""


def quiet(what: str, done: int, all: int) -> None:
    """Tells nobody."""


class Prover:
    """Answers the questions about one story.

    Raises `OutOfLimits` when laying the story out takes longer than `laying` allows, if that is given.
    """

    def __init__(
        self,
        machine: Machine,
        limits: Limits,
        *,
        seed: int = 0,
        progress: Progress = quiet,
        begin: Model | None = None,
        tasks: Tasks | None = None,
        laying: Limits | None = None,
    ) -> None:
        self.limits = limits
        self.tasks = tasks or Tasks(1)
        self.shared = False
        self.hands = 1
        """How many do as this one does, at the same time and about other questions."""
        self.progress = progress
        self.model = begin or Model(machine, limits=laying)
        self.machine = machine
        self.asked = ask(self.model, laying)
        self.answers: dict[Asked, Answer] = {}
        self._open = list(self.asked)
        self.player = Player(self.model, seed)
        self.limited: list[str] = []
        self.states: int | None = None
        self.reused = 0
        digests = Sites()
        self.sites = {one: digests.of(one) for one in self.asked}
        """The digest of each question's sites, as they are before any is ruled out."""
        way = OnTheWay(self.asked)
        self.live = live(self.model, watched(self.asked), way, laying)
        self.values = Values(self.model, self.live, limits=laying)
        self.reasons = Reasons(self.model, self.values)
        self.stranded = Stranded(self)
        self._exact: Backwards | None = None
        self._rough: Backwards | None = None
        self._stood: Counter[int] = Counter()
        """How often a variable had to be kept to answer a question that is not about it."""

    # --- all of it ---

    def answer(
        self,
        before: Before | None = None,
        plays: Iterable[Witness] = (),
        partly: Callable[[], None] | None = None,
        corpus: Collection[Line] = (),
    ) -> None:
        """Answer every question, as far as the limits allow.

        `before` is what is known of an earlier version; `plays` and the `corpus` are playthroughs that may show
        something; `partly` is told when all that is soon known is. Where there are `tasks`, all is answered only when
        it is waited for with `finish`.
        """
        self._by_values()
        self._tell("what can never be")
        known = before.answers if before is not None else ()
        if before is not None:
            self._by_what_is_unchanged(before, partly)
            self._tell("what an edit cannot have changed")

        def go() -> None:
            self._by_corpus(corpus)
            self._by_known_ways([*plays, *(answer.witness for answer in known if answer.witness is not None)])
            if self.shares and partly is not None:
                partly()

        def meanwhile() -> None:
            go()
            _ = self._declared

        if self.shares and corpus:
            self._share(known, meanwhile, 0.7)
        else:
            go()
        if self.shares and self.limits.left > 0:
            if self.open or not self.stranded.searched:
                self._share(known)
        else:
            self._by_playing(briefly=bool(known or corpus))
            if partly is not None:
                partly()
            if not self.stranded.searched:
                self.stranded.find_traps(self.stranded.suspects())
            if self.stranded.sure():
                self.stranded.decide()
                self._tell("what leads to an ending")
            self.look(known)
        self.stranded.decide()
        self._rest()

    def _share(
        self, known: tuple[Answer, ...], meanwhile: Callable[[], None] | None = None, share: float = 1.0
    ) -> None:
        """Have several processes answer what is open, for a share of the time left: see `sharing.answer`."""
        self.shared = True
        # All of them need it, and whoever is forked has it.
        _ = self.model.changing
        whole = self.limits
        self.limits = whole.within(whole.left * share)
        sharing.answer(self, known, briefly=bool(known) or self.stranded.searched, meanwhile=meanwhile)
        self.limits = whole

    def finish(self) -> None:
        """Wait for answers that are still looked for beside other things."""
        self.stranded.finish()

    def look(self, known: tuple[Answer, ...] = ()) -> None:
        """Answer what playing left open, as far as the limits allow."""
        self._by_known_sets(known)
        whole = self.limits
        self.limits = whole.within(whole.left * 0.85)
        self._by_sets()
        self._by_search(0.6, 5.0)
        self._try(EVERYTHING, self.open, self.stranded.traps, nothing, 0.8)
        self.limits = whole

    def _tell(self, what: str) -> None:
        self.progress(what, len(self.answers), len(self.asked))

    @property
    def open(self) -> list[Asked]:
        self._open = [one for one in self._open if one not in self.answers]
        return list(self._open)

    def ask(self, asked: list[Asked]) -> None:
        """Ask just these, or ask those of them again whose answer was taken back."""
        self.asked = asked
        self._open = list(asked)

    def exactly(self) -> Backwards:
        """All states, to look back in; made once."""
        if self._exact is None:
            self._exact = Backwards(self.model, self.values, nothing, self.limits.nodes, self.limits)
        return self._exact

    def roughly(self) -> Backwards:
        """The same without what has many values, as the clock does."""
        if self._rough is None:
            drop = larger_than(self.model.sizes, WIDE)
            self._rough = Backwards(self.model, self.values, drop, self.limits.nodes >> 1, self.limits)
        return self._rough

    def _settle(
        self,
        one: Asked,
        shows: bool,
        how: str,
        way: Way | None = None,
        shortest: bool = False,
        kept: tuple[str, ...] = (),
    ) -> None:
        """A question's answer is that its site shows (and `way` shows it), or that none can."""
        verdict: Verdict = "proved" if shows == one.wants else "refuted"
        because = () if shows else self.reasons.why_not(one) if one.wants else ()
        self.answers[one] = Answer(
            one.question, verdict, how, witness(way, shortest) if way is not None else None, because, kept
        )

    # --- 1: values ---

    def _by_values(self) -> None:
        along: dict[Edge, list[int]] = {}
        for one in self.asked:
            one.sites = [site for site in one.sites if self._may_show(site, along)]
            if not one.sites:
                self._settle(one, False, "values")
        for one in self._at_the_beginning():
            self._settle(one, True, "played", ())

    def _at_the_beginning(self) -> Iterable[Asked]:
        """Who acts, without being there, before the first choice is made."""
        model = self.model
        start = bytes(v.start for v in model.story.variables)
        for i, values in follow(self.machine, model.beginning, start):
            item = model.beginning[i]
            if isinstance(item, Did) and not self.machine.check(model.here(item.deed.person))(values):
                subject = f"{item.deed.person}@{at(item.deed.where)}"
                yield from (a for a in self.asked if a.question.kind == "acts" and a.question.subject == subject)

    def _may_show(self, site: Site, along: dict[Edge, list[int]]) -> bool:
        values = self.values
        here = values.packed.get(site.scene)
        if here is None:
            return False
        edge = site.edge
        if edge is None:
            return values.fields.narrow(site.cond)(here) != 0
        found = along.get(edge)
        if found is None:
            guard, flow, *_ = values.edges.of(edge)
            found = along[edge] = flow.along(guard(here))
        there = found[site.item]
        if not there or not values.fields.narrow(site.cond)(there):
            return False
        return values.fields.narrow(site.before)(here) != 0

    # --- 2: playing ---

    def _by_what_is_unchanged(self, before: Before, partly: Callable[[], None] | None) -> None:
        """Keep the answers that rest on nothing that has changed, and those whose plays still show them.

        What plays show that need not be played again for it to be so is told first: `partly`. Then they are played.
        """
        changes = Changes(self.model, before.basis, basis(self.model))
        open = [(one, self.sites[one]) for one in self.open]
        if changes.known:
            for one, answer in never(open, before, changes):
                self._settle(one, False, answer.how, kept=answer.kept)
                self.reused += 1
            if not changes.scenes:
                self.stranded.keep(a for a in before.answers if a.question.kind == "stranded")
            if partly is not None:
                believed = unbroken(open, before, changes)
                for one, answer in believed:
                    self.answers[one] = Answer(one.question, answer.verdict, answer.how, answer.witness)
                partly()
                for one, _ in believed:
                    del self.answers[one]
                self._open = list(self.asked)
        open = [(one, self.sites[one]) for one in self.open]
        limits = self.limits.within(self.limits.left * 0.6)
        for one, answer, way in replayed(self.player, open, before, way_of, limits):
            self._settle(one, True, answer.how, way)
            self.reused += 1

    def _by_corpus(self, corpus: Collection[Line]) -> None:
        """Play what shows most of what there is, if somebody has kept it."""
        if not corpus or not self.open:
            return
        eyes = Eyes(self.model, self.open)
        for _ in Replay(Moves(self.player), eyes).play(corpus, self.limits.within(self.limits.left * CORPUS)):
            if not eyes.open:
                break
        for one, seen in eyes.seen.items():
            self._settle(one, True, "played", seen)
        self._tell("playthroughs of the story")

    def _by_known_ways(self, known: Collection[Witness]) -> None:
        """Go ways that were found before, or that somebody knows, as far as they still go."""
        if not known:
            return
        eyes = Eyes(self.model, self.open)
        limits = self.limits.within(min(1.0, self.limits.left * 0.1))
        scenes = {site.scene for one in self.open for site in one.sites}
        found = {id(each.log): each for each in known}
        ways = sorted({tuple(way_of(each)) for each in found.values()})
        # Those that only go as far as another does need not be gone themselves, nor those that come by nothing open.
        longer = [way for way, after in zip(ways, [*ways[1:], ()], strict=False) if after[: len(way)] != way]
        for way in sorted(longer, key=len, reverse=True):
            if limits.left <= 0:
                break
            if not scenes.isdisjoint(name.rpartition(".")[0] for name, _ in way):
                self.player.follow(eyes, way)
        for one, seen in eyes.seen.items():
            self._settle(one, True, "played", seen)

    def _by_known_sets(self, known: Iterable[Answer]) -> None:
        """Ask what was decided by few variables of those few at once."""
        variables = self.model.story.by_name
        before = _in_order((a.question, a) for a in known)
        mattered: list[tuple[set[int], list[Asked]]] = []
        for place, one in _in_order((one.question, one) for one in self.asked).items():
            if one in self.answers or place not in before or not before[place].kept:
                continue
            kept = {variables[name].index for name in before[place].kept if name in variables}
            for group, asked in mattered:
                if len(group | kept) <= TOGETHER or kept <= group:
                    group |= kept
                    asked.append(one)
                    break
            else:
                mattered.append((kept, [one]))
        for group, asked in mattered:
            self._try("what mattered before", asked, [], other_than(group), 0.2, play=0)

    def _by_playing(self, briefly: bool = False) -> None:
        eyes = Eyes(self.model, self.open)
        most = A_WHILE + len(self.model.edges) / A_SECOND
        limits = self.limits.within(0.3 if briefly else max(0.3, self.limits.left * 0.25))
        player, news, last = self.player, 0, 0
        worth = Worth(lambda: len(eyes.seen), WORTH, most / self.hands)
        while limits.left > 0:
            player.play(eyes, curious=player.plays % 2 == 1)
            if len(eyes.seen) != news:
                news, last = len(eyes.seen), player.plays
            if player.plays >= PLAYS and (not eyes.open or player.plays > 3 * last):
                break
            # Playing goes on while it finds more than anything else would.
            if worth.lost() and player.plays >= PLAYS:
                break
        for one, way in eyes.seen.items():
            self._settle(one, True, "played", way)
        self._tell("playing")

    @property
    def small(self) -> bool:
        """Whether the story remembers so little that it is looked at whole."""
        return max((mask.bit_count() for mask in self.live.values()), default=0) <= SMALL

    @property
    def shares(self) -> bool:
        """Whether work is shared among processes: not if the story is looked at whole, or nobody can be forked."""
        return self.tasks.most > 1 and not self.small and can_fork()

    # --- 3: sets ---

    def _by_sets(self) -> None:
        sizes = self.values.widths
        if len(self.model.edges) >= subjects.LONG:
            self._named()
            # Each by itself is soon looked back from, as most of what matters for it is not far before it.
            lookback.soon(self, 0.6, lambda one: not one.wants)
            lookback.roughly(self, 0.4, last=lambda one: not one.wants)
            subjects.ask(self)
        # A story that remembers little is looked at whole. In others a part of what they remember does for most
        # questions; which part, and in which order it is laid out, differs so much that some are tried in turn.
        if self.small:
            self._try(EVERYTHING, self.open, self.stranded.traps, nothing, 0.5)
        few = self.hands * len(self._groups()) * sum(map(len, self.model.edges.values())) <= SOON
        people.ask(self)
        lookback.roughly(self, 0.2, wants=False, never=lookback.BRIEFLY)
        people.ask_arriving(self)
        lookback.roughly(self, 0.2, wants=False)
        self.stranded.look_again()
        self._named()
        apart.ask(self, 0.3, wants=False)
        self._by_aiming(0.3)
        lookback.roughly(self, 0.5)
        self.stranded.look_again()
        lookback.exactly(self, 0.3, (lookback.SHORTLY,))
        apart.ask(self, 0.3)
        domains, traps = self.model.sizes, self.stranded.traps
        lookback.exactly(self, 0.5)
        apart.ask(self, 0.3, apart.LONGER)
        if few:
            self._one_by_one()
        else:
            self._of_many()
        lookback.exactly(self, 0.6, lookback.LONGER)
        if not few:
            self._try("what is yes or no", self.open, traps, larger_than(domains, 2), 0.1, play=0)
            self._try("what has up to 4 values", self.open, traps, larger_than(domains, 4), 0.1, play=0)
        self._try("what has up to 5 values", self.open, traps, larger_than(domains, 5), 0.3)
        self._try("what has up to 8 values", self.open, traps, larger_than(sizes, 8), 0.4, people_last=True)
        if few:
            self._by_search(0.5, 5.0)
        self._step_by_step(10 * ONE)
        loosely = self.values.loosely(5)
        self._try("all, less inside loops", self.open, traps, nothing, 0.3, forget=loosely)

    def _of_many(self) -> None:
        """Many questions about a large story: what must not be of as little as it takes, what can be by playing."""
        self._step_by_step(2 * ONE, 0.3)
        self._by_aiming(0.3)
        lookback.exactly(self, 0.5)
        self._near(1)
        self._near(1, clock=True)

    def _named(self) -> None:
        """What must not be, by the variables that it names alone."""
        asked = [one for one in self.open if not one.wants]
        if not asked and not self.stranded.traps:
            return
        groups = []
        for some, held in self._groups(lambda one: not one.wants):
            kept = tested(self.model, some) | guarding(self.model, {scene for trap in held for scene in trap.part})
            if len(kept) <= BESIDES:
                groups.append((some, held, kept))
        drop = other_than(set[int]().union(*(kept for *_, kept in groups)))
        cells = Partitions(self.model, self.values, watched(asked), OnTheWay(asked), drop=drop)
        with suppress(OutOfLimits):
            share(cells, watched(asked), self.limits)
        worth = Worth(lambda: len(self.answers), WORTH, ONE)
        for some, held, kept in groups:
            if worth.lost():
                # There is more to each of them than what it names.
                return
            parts, seconds = cells.only(kept), ONE + len(self.model.edges) / A_SECOND
            self._try("what is named", some, held, nothing, 0.2, play=0, seconds=seconds, parts=parts)

    def _by_aiming(self, share: float) -> None:
        """Play towards what is open."""
        eyes = Eyes(self.model, self.open)
        towards(self.model, self.player, eyes, self.open, self.limits.within(self.limits.left * share))
        for one, way in eyes.seen.items():
            self._settle(one, True, "played", way)
        self._tell("playing with an aim")

    def _one_by_one(self) -> None:
        """Few variables are soon looked at, so questions that have them in common are asked by themselves."""
        self._near(0)
        self._near(0, arriving=True)
        if len(self.model.edges) > LONG:
            self._by_search_together(0.3, ONE)
        self._near(1)
        self._near(1, clock=True)
        self._step_by_step(2 * ONE)

    def _near(self, steps: int, *, arriving: bool = False, clock: bool = False) -> None:
        """Each group of questions by what it asks about and, `steps` times, what decides over that.

        Besides what decides over `arriving` where nothing else is asked, or the `clock`.
        """
        time = self.model.story.by_name["clock"].index
        name = NEAR[steps] + (", and the way there" if arriving else ", and the clock" if clock else "")
        for asked, held in self._groups():
            if self.limits.left <= 0:
                self.limited.append(f"{name} (time)")
                return
            far = self.model.far(about(asked) | guarding(self.model, {s for trap in held for s in trap.part}))
            kept = {var for var, away in far.items() if away <= steps}
            if (arriving and kept) or (steps and steps not in far.values()):
                continue
            scenes = {site.scene for one in asked if one.wants for site in one.sites}
            kept |= leading_there(self.model, scenes) if arriving else {time} if clock else set()
            if len(kept) <= BESIDES / (1 + steps):
                self._try(name, asked, held, other_than(kept), 0.25, play=0, seconds=ONE)

    def _step_by_step(self, seconds: float, share: float = 1.0) -> None:
        """Ask of as many variables as it takes: each question for some seconds, all for a share of the time left."""
        limits = self.limits.within(self.limits.left * share)
        for group in groups(self.open):
            for one in group:
                if one in self.answers:
                    continue
                if limits.left <= 0:
                    return
                kept = self._refine(one, limits.within(seconds))
                if kept is None:
                    break
                # What tells of one tells of most of those that are about the same.
                rest = [other for other in group if other not in self.answers]
                self._try(STEPS, rest, [], other_than(kept), 0.05, play=0)

    def _refine(self, one: Asked, limits: Limits) -> set[int] | None:
        """Answer a question, and say which variables told; None where it takes too long."""
        start = about([one])
        # What stood in the way of others will stand in the way of this one, too.
        kept = start | {var for var, times in self._stood.most_common(OFTEN) if times > 1}
        way = OnTheWay([one])
        within = self.model.leading_to({site.scene for site in one.sites})

        def look(kept: set[int]) -> tuple[Space, dict[str, Set]]:
            drop = other_than(kept)
            seen = watched([one])
            space = Space(self.model, self.values, seen, way, drop=drop, limits=limits, within=within)
            space.run()
            goal: dict[str, Set] = {}
            for site in one.sites:
                goal[site.scene] = goal.get(site.scene, space.sets.none) | self._goal(space, site)
            return space, goal

        shows = [(site, self.shows(site)) for site in one.sites]
        try:
            found = refine(kept, look, lambda state, way: any(show(state, way) for _, show in shows), limits)
        except (OutOfLimits, DDMemoryError) as error:
            self.limited.append(f"{STEPS} ({'memory' if isinstance(error, DDMemoryError) else 'time'})")
            return None
        finally:
            self._stood.update(kept - start)
        if found is None:
            one.sites.clear()
            self._settle(one, False, "sets", kept=self._names(kept))
        else:
            went = states(self.machine, found)
            assert went is not None
            site = next(site for site, show in shows if show(went[-1], found))
            self._note_all(one, "search", self._completed(site, found))
        self._tell(STEPS)
        return kept

    def _names(self, kept: Iterable[int]) -> tuple[str, ...]:
        return tuple(sorted(self.model.story.variables[var].name for var in kept))

    def _note_all(self, one: Asked, how: str, way: Way) -> None:
        """Note a play, and what else it shows."""
        self._settle(one, True, how, way)
        eyes = Eyes(self.model, self.open)
        self.player.follow(eyes, way)
        self._see(eyes, way)
        for other, seen in eyes.seen.items():
            self._settle(other, True, how, seen)

    def _try(
        self,
        name: str,
        asked: list[Asked],
        held: list[Trap],
        drop: Callable[[int], bool],
        share: float,
        *,
        people_last: bool = False,
        forget: Callable[[str, int], bool] | None = None,
        play: int = FAILURES,
        parts: Partitions | None = None,
        seconds: float = float("inf"),
    ) -> None:
        """Ask for a share of what time is left, and `seconds` at most.

        `parts`, if they are known already, say what is dropped in the place of `drop`.
        """
        if not (asked or held):
            return
        left = self.limits.left
        try:
            if left <= 0:
                raise OutOfLimits("no time")
            self._climb(
                asked, held, drop, self.limits.within(min(left * share, seconds)), people_last, forget, play, parts
            )
        except OutOfLimits:
            self.limited.append(f"{name} (time)")
        except DDMemoryError:
            self.limited.append(f"{name} (memory)")
        self._tell(name)

    def _groups(self, which: Callable[[Asked], bool] = lambda one: True) -> list[tuple[list[Asked], list[Trap]]]:
        """What is open, by the variables it is about; each of the traps by itself."""
        parts: dict[int, list[Trap]] = {}
        for trap in self.stranded.traps:
            parts.setdefault(id(trap.part), []).append(trap)
        found: list[tuple[list[Asked], list[Trap]]] = [
            (asked, []) for asked in groups([one for one in self.open if which(one)])
        ]
        return found + [([], held) for held in parts.values()]

    def _climb(
        self,
        asked: list[Asked],
        held: list[Trap],
        drop: Callable[[int], bool],
        limits: Limits,
        people_last: bool,
        forget: Callable[[str, int], bool] | None,
        play: int,
        parts: Partitions | None = None,
    ) -> None:
        """Ask sets of states; each part is asked about as soon as it is known."""
        way = OnTheWay(asked)
        ahead: dict[Asked, int] = {one: len(one.sites) for one in asked}
        sites: dict[str, list[tuple[Asked, Site]]] = {}
        for one in asked:
            for site in one.sites:
                sites.setdefault(site.scene, []).append((one, site))
        within = self.model.leading_to({*sites, *(s for trap in held for s in trap.part)})
        space = Space(
            self.model,
            self.values,
            watched(asked),
            way,
            drop=drop,
            limits=limits,
            within=within,
            people_last=people_last,
            forget=forget,
            parts=parts,
        )
        exact = not space.dropped
        kept = () if exact else self._names(space.sets.order)
        may_show: list[tuple[Asked, Site]] = []

        def ask(part: list[str]) -> None:
            for scene in part:
                for one, site in sites.get(scene, ()):
                    if one in self.answers:
                        continue
                    if self._goal(space, site).satisfiable():
                        may_show.append((one, site))
                        continue
                    ahead[one] -= 1
                    one.sites.remove(site)
                    if not one.sites:
                        self._settle(one, False, "sets", kept=kept)
            if exact:
                show()
            for trap in [trap for trap in held if trap.scene in part and trap in self.stranded.traps]:
                self.stranded.spring(space, trap, limits, play)

        eyes = Eyes(self.model, asked)
        failed = 0
        # Where much was played already, and there is far to go, one goes on from there.
        player = self.player if parts is not None else None
        most = play if player is None else FAILURES * FAILURES

        def passing(state: State, way: Way) -> None:
            eyes.look(state.scene, state.values, lambda: way)

        def show() -> None:
            nonlocal failed
            while may_show and (exact or (play and failed < most)):
                # Who goes on from earlier plays goes on from those before, too.
                one, site = may_show.pop(-1 if player is None else 0)
                if one in self.answers or any(test.var not in space.sets for test in tests(site.cond)):
                    continue
                goal = {site.scene: self._goal(space, site)}
                time = limits.within(limits.left * 0.3 if exact else 1.0)
                found = find(space, goal, self.shows(site), time, passing, player)
                failed = 0 if found is not None else failed + 1
                if found is not None:
                    way = self._completed(site, found)
                    self._settle(one, True, "search", way, exact and site.edge is None)
                    self._see(eyes, way)
                for other, way in eyes.seen.items():
                    if other not in self.answers:
                        self._settle(other, True, "search", way)

        space.run(ask)
        if exact and len(within) >= len(self.values.at):
            self.states = space.states()
        show()

    def _see(self, eyes: Eyes, way: Way) -> None:
        """Look around where a way leads, and at what each choice there would do."""
        went = lately(self.machine, way)
        assert went is not None
        last = went[-2:-1]
        for edge in (edge for state in last for edge in self.model.edges[state.scene]):
            if (edge.roll, edge.outcome.id) == way[-1]:
                eyes.listen(edge, last[0].values, lambda: way)
        for edge in self.model.edges[went[-1].scene]:
            if edge in eyes.steps and self.machine.check(edge.guard)(went[-1].values):
                step = (edge.roll, edge.outcome.id)
                eyes.listen(edge, went[-1].values, lambda step=step: onward(way, step))  # type: ignore[misc]

    def _goal(self, space: Space, site: Site) -> Set:
        """The states of the site's scene from which it shows, or may."""
        none = space.sets.none
        reached = space.reached.get(site.scene, none)
        if not reached.satisfiable():
            return none
        if site.edge is None:
            return reached & space.asked(site.scene, site.cond)
        ready = space.ready(site.edge)
        if ready is None:
            return none
        sets = space.sets
        where: Mapping[str, Set]
        if site.after is None:
            where = dict.fromkeys(site.edge.ends, sets.all)
        else:
            where = {end: sets.cond(cond) for end, cond in site.after.items()}
        before = space.asked(site.scene, site.before)
        return reached & before & space.back_over(ready, site.item, sets.cond(site.cond), where)

    def shows(self, site: Site) -> Callable[[State, Way], bool]:
        """Whether a site shows in a state, or can from there."""
        if site.edge is None:
            check = self.machine.check(site.cond)
            return lambda state, way: state.scene == site.scene and check(state.values)
        edge = site.edge
        eyes = Eyes(self.model, ())

        def on_the_way(state: State, way: Way) -> bool:
            if state.scene != site.scene or not self.machine.check(edge.guard)(state.values):
                return False
            came = dict(follow(self.machine, edge.items, state.values))
            return eyes.shows(site, state.values, came, max(came))

        return on_the_way

    def _completed(self, site: Site, way: Way) -> Way:
        return way if site.edge is None else onward(way, (site.edge.roll, site.edge.outcome.id))

    # --- search ---

    def _by_search(self, share: float, each: float) -> None:
        """What sets could not settle: look for a play as an answer to one large formula."""
        limits = self.limits.within(self.limits.left * share)
        for one in sorted(self.open, key=lambda one: not one.wants):
            if one in self.answers or limits.left <= 0:
                continue
            try:
                found = sat.search(self.model, self.values, one.sites, limits.within(each if one.wants else 1.0))
            except ImportError:
                return
            if found is None:
                self._settle(one, False, "formula")
            elif isinstance(found, sat.Found):
                self._note_all(one, "formula", _way_of(found))
            self._tell("looking for playthroughs")

    def _by_search_together(self, share: float, each: float) -> None:
        """The same for all that is open at once, as long as that is quickly done."""
        asked = self.open
        if not asked or self.limits.left <= 0:
            return
        limits = self.limits.within(self.limits.left * share)
        sites = [one.sites for one in asked]
        with suppress(ImportError):
            for number, found in sat.search_each(
                self.model, self.values, sites, limits, each, lambda number: asked[number] in self.answers
            ):
                self._note_all(asked[number], "formula", _way_of(found))
        self._tell("looking for playthroughs")

    # --- the end ---

    def _rest(self) -> None:
        for one in self.open:
            self.answers[one] = Answer(
                one.question, "open", "", None, (f"{self.player.plays:,} plays did not show it",)
            )

    def shorten(self, limits: Limits) -> None:
        """Make the playthroughs of what is wrong shorter."""
        for one, answer in self.answers.items():
            if answer.verdict == "refuted" and answer.witness and not answer.witness.shortest and limits.left > 0:
                way = way_of(answer.witness)
                eyes = _Sees(self.model, one)
                found = shortened(self.machine, way, eyes.shows, limits=limits)
                self.answers[one] = replace(answer, witness=witness(found))

    def effort(self, seconds: float) -> Effort:
        """What was done, in how many seconds."""
        model = self.model
        return Effort(
            self._kept(),
            tuple(dict.fromkeys(self.limited)),
            self.states,
            self.player.plays,
            seconds,
            len(model.story.scenes),
            sum(len(scene.choices) for scene in model.story.scenes.values()),
            len(model.sizes),
        )

    def _kept(self) -> str:
        return EVERYTHING if self.states is not None else "only what each question needed"

    def all_answers(self) -> tuple[Answer, ...]:
        """Every answer, in the order of the kinds and of the story."""
        answers, stranded = self.answers, self.stranded.answers
        return (
            *(answers[one] for one in self.asked if one in answers),
            *(stranded[scene] for scene in self.model.story.scenes if scene in stranded),
            *self._declared,
        )

    @cached_property
    def _declared(self) -> tuple[Answer, ...]:
        return declared(self.model, self.values)


def _in_order(questions: Iterable[tuple[Question, T]]) -> dict[tuple[str, str, int, int], T]:
    """Questions by kind and what they are about. Those that are told apart by a line are by their order instead.

    With how many there are of them: where there are more or fewer than before, nobody knows which is new.
    """
    lines: dict[tuple[str, str], list[tuple[int, T]]] = {}
    for question, value in questions:
        head, mark, line = question.subject.rpartition(":")
        number = line.partition("#")[0]
        about, at = (head, int(number)) if mark and number.isdigit() else (question.subject, 0)
        lines.setdefault((question.kind, about), []).append((at, value))
    return {
        (*key, len(found), i): value
        for key, found in lines.items()
        for i, (_, value) in enumerate(sorted(found, key=lambda pair: pair[0]))
    }


def _way_of(found: sat.Found) -> Way:
    return tuple((edge.roll, edge.outcome.id) for edge in found.edges)


@dataclass(slots=True, eq=False)
class _Sees:
    """Whether a way shows what a question asks about at its end."""

    model: Model
    one: Asked
    _eyes: Eyes = field(init=False)

    def shows(self, way: Way) -> bool:
        eyes = Eyes(self.model, [self.one])
        went = states(self.model.machine, way)
        if went is None:
            return False
        eyes.look(went[-1].scene, went[-1].values, lambda: way)
        if not eyes.seen and way:
            name, outcome = way[-1]
            scene, _, choice = name.rpartition(".")
            edge = next(e for e in self.model.edges[scene] if e.choice.id == choice and e.outcome.id == outcome)
            eyes.listen(edge, went[-2].values, lambda: way)
        return bool(eyes.seen)
