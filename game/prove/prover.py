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
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

from oxidd.util import DDMemoryError

from game.engine import Machine, State
from game.prove import earlier, sharing, tiers
from game.prove.again import Before, Sites
from game.prove.backwards import Backwards
from game.prove.because import Reasons
from game.prove.cells import Partitions
from game.prove.corpus import Line, Moves, Replay
from game.prove.declared import declared
from game.prove.drops import larger_than, nothing
from game.prove.guide import find
from game.prove.limits import Limits, OutOfLimits, Worth
from game.prove.model import Did, Edge, Model, tests
from game.prove.near import WIDE, groups
from game.prove.parallel import Tasks, can_fork
from game.prove.play import Eyes, Player, Way, follow, lately, onward, shortened, states, way_of, witness
from game.prove.questions import Asked, OnTheWay, Site, ask, at, watched
from game.prove.reach import Space
from game.prove.report import Answer, Effort, Verdict, Witness
from game.prove.sets import Set
from game.prove.stranded import Stranded, Trap
from game.prove.tiers import A_SECOND, EVERYTHING, WORTH
from game.prove.values import Values, live

Progress: TypeAlias = "Callable[[str, int, int], None]"
"""Told what is being done, how many questions are answered, and how many there are."""

PLAYS = 40
"""Plays at least, where the time allows."""

A_WHILE = 0.3
"""Seconds after which it is looked at whether playing is worth it; more in a long story, as a play takes longer."""

CORPUS = 0.5
"""How much of the time a corpus may take."""

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
        self.stood: Counter[int] = Counter()
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
        self.tell("what can never be")
        known = before.answers if before is not None else ()
        if before is not None:
            earlier.unchanged(self, before, partly)
            self.tell("what an edit cannot have changed")

        def go() -> None:
            self._by_corpus(corpus)
            earlier.ways(self, [*plays, *(answer.witness for answer in known if answer.witness is not None)])
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
                self.tell("what leads to an ending")
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
        earlier.sets(self, known)
        whole = self.limits
        self.limits = whole.within(whole.left * 0.85)
        tiers.ask(self)
        tiers.search(self, 0.6, 5.0)
        self.attempt(EVERYTHING, self.open, self.stranded.traps, nothing, 0.8)
        self.limits = whole

    def tell(self, what: str) -> None:
        """Say what was done, and how much is answered."""
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

    def settle(
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
                self.settle(one, False, "values")
        for one in self._at_the_beginning():
            self.settle(one, True, "played", ())

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

    def _by_corpus(self, corpus: Collection[Line]) -> None:
        """Play what shows most of what there is, if somebody has kept it."""
        if not corpus or not self.open:
            return
        eyes = Eyes(self.model, self.open)
        for _ in Replay(Moves(self.player), eyes).play(corpus, self.limits.within(self.limits.left * CORPUS)):
            if not eyes.open:
                break
        for one, seen in eyes.seen.items():
            self.settle(one, True, "played", seen)
        self.tell("playthroughs of the story")

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
            self.settle(one, True, "played", way)
        self.tell("playing")

    @property
    def small(self) -> bool:
        """Whether the story remembers so little that it is looked at whole."""
        return max((mask.bit_count() for mask in self.live.values()), default=0) <= SMALL

    @property
    def shares(self) -> bool:
        """Whether work is shared among processes: not if the story is looked at whole, or nobody can be forked."""
        return self.tasks.most > 1 and not self.small and can_fork()

    # --- 3: sets ---

    def names(self, kept: Iterable[int]) -> tuple[str, ...]:
        """The names of variables, in order."""
        return tuple(sorted(self.model.story.variables[var].name for var in kept))

    def note_all(self, one: Asked, how: str, way: Way) -> None:
        """Note a play, and what else it shows."""
        self.settle(one, True, how, way)
        eyes = Eyes(self.model, self.open)
        self.player.follow(eyes, way)
        self.see(eyes, way)
        for other, seen in eyes.seen.items():
            self.settle(other, True, how, seen)

    def attempt(
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
        self.tell(name)

    def groups(self, which: Callable[[Asked], bool] = lambda one: True) -> list[tuple[list[Asked], list[Trap]]]:
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
        kept = () if exact else self.names(space.sets.order)
        may_show: list[tuple[Asked, Site]] = []

        def ask(part: list[str]) -> None:
            for scene in part:
                for one, site in sites.get(scene, ()):
                    if one in self.answers:
                        continue
                    if self.goal(space, site).satisfiable():
                        may_show.append((one, site))
                        continue
                    ahead[one] -= 1
                    one.sites.remove(site)
                    if not one.sites:
                        self.settle(one, False, "sets", kept=kept)
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
                goal = {site.scene: self.goal(space, site)}
                time = limits.within(limits.left * 0.3 if exact else 1.0)
                found = find(space, goal, self.shows(site), time, passing, player)
                failed = 0 if found is not None else failed + 1
                if found is not None:
                    way = self.completed(site, found)
                    self.settle(one, True, "search", way, exact and site.edge is None)
                    self.see(eyes, way)
                for other, way in eyes.seen.items():
                    if other not in self.answers:
                        self.settle(other, True, "search", way)

        space.run(ask)
        if exact and len(within) >= len(self.values.at):
            self.states = space.states()
        show()

    def see(self, eyes: Eyes, way: Way) -> None:
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

    def goal(self, space: Space, site: Site) -> Set:
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

    def completed(self, site: Site, way: Way) -> Way:
        """A way to where a site shows, with the choice on whose way it does."""
        return way if site.edge is None else onward(way, (site.edge.roll, site.edge.outcome.id))

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
