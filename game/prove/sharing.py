"""The questions about a story, shared among processes: each answers some of them in the same way as one would all.

What others look for stands among the answers as an open one, so nobody looks for it twice. Who has no more to do takes
over a half of what another still has. A playthrough counts when it was gone again here, where all is put together.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from oxidd.util import DDMemoryError

from game.prove import people
from game.prove.limits import Limits, OutOfLimits
from game.prove.parallel import Crew, Line, Said
from game.prove.play import Eyes, Way, states, witness
from game.prove.questions import Asked
from game.prove.report import Answer, Verdict
from game.prove.trails import Names, Step, Trail

if TYPE_CHECKING:
    from game.prove.prover import Prover
    from game.prove.stranded import Trap

SHARED = 400
"""Scenes of a story that is shared among processes, at most. Each of them comes to hold most of a story, and lays its
own part out: of 500 scenes four of them took as long as one, of 1,150 twice as long, at three times the memory."""

GRACE = 5.0
"""Seconds after the end of their time in which others may still say what they found."""

LOTS = 4
"""Lots for each process, into which the scenes that questions are about are put: neighbours have much in common."""

FOR_TWO = 2
"""Open questions of another that are enough for two."""

WRONG = "a playthrough that did not show what it was to show"

BEFORE = "who is stranded before they notice"

Place: TypeAlias = int
"""The number of a question."""


def answer(
    prover: Prover, known: tuple[Answer, ...], briefly: bool, meanwhile: Callable[[], None] | None = None
) -> None:
    """Play, and answer what playing leaves open. It is played `briefly` where much was shown by known plays.

    With something to do `meanwhile`, that is done here, nobody plays, and only what must not be is answered.
    """
    shared = _Shared(prover)
    first = meanwhile is not None
    works = [partial(_work, prover, shared, known, briefly, first, number) for number in range(prover.tasks.most)]
    with Crew(works) as crew:
        if meanwhile is not None:
            shared.deal(crew, [one for one in prover.open if not one.wants])
            meanwhile()
        shared.lead(crew)


def _work(
    prover: Prover, shared: _Shared, known: tuple[Answer, ...], briefly: bool, first: bool, number: int, line: Line
) -> None:
    worker = _Worker(prover, shared, line, number)
    if not first:
        worker.play(briefly)
    worker.work(known)


class Steps:
    """The steps of ways, by number: the same in all processes."""

    def __init__(self, prover: Prover) -> None:
        edges = [edge for found in prover.model.edges.values() for edge in found]
        self._steps: list[Step] = [(edge.roll, edge.outcome.id) for edge in edges]
        self._numbers = {step: i for i, step in enumerate(self._steps)}

    def packed(self, way: Way) -> list[int]:
        return [self._numbers[step] for step in way]

    def way(self, packed: Iterable[int]) -> Way:
        return tuple(self._steps[number] for number in packed)


# --- where all is put together ------------------------------------------------------------------------


@dataclass(slots=True)
class _Share:
    """What one process has to do: its questions, and the scenes that might hold somebody.

    It is `at_work` until it has done all it can; at first it plays, and then it is `dealt` its questions.
    """

    asked: set[Place] = field(default_factory=set)
    traps: list[Trap] = field(default_factory=list)
    at_work: bool = True
    played: bool = False
    dealt: bool = False


class _Shared:
    """The one who deals questions out and puts answers together."""

    def __init__(self, prover: Prover) -> None:
        self.prover = prover
        self.places = {one: place for place, one in enumerate(prover.asked)}
        self.steps = Steps(prover)
        self.suspects = prover.stranded.suspected()
        self.shares = [_Share() for _ in range(prover.tasks.most)]
        self.eyes = Eyes(prover.model, prover.open)
        self.spent: set[Place] = set()
        """What somebody has done all they can about."""
        self.settled = 0
        """How many answers all of them know."""

    def lead(self, crew: Crew) -> None:
        """Have everybody play, and then answer; until nobody has anything to do."""
        prover = self.prover
        for number, said in crew.listen(prover.limits.left + GRACE):
            share = self.shares[number]
            if said is None:
                share.at_work = False
                prover.limited.append(f"a process of the proof was ended ({crew.hands[number].ended})")
                self._has_played(crew, share)
            elif said[0] == "played":
                self._have_played(*said[1:])
                self._has_played(crew, share)
            elif said[0] == "told":
                self._have_told(crew, share, *said[1:])
            else:
                self._have_ended(share, *said[1:])
                self._help(crew)
            if self._done():
                break
        else:
            prover.limited.append("a process of the proof (time)")
        prover.stranded.searched = True
        prover.stranded.traps = [trap for share in self.shares for trap in share.traps]

    def _done(self) -> bool:
        """Whether nobody has anything to do."""
        working = [share for share in self.shares if share.at_work]
        if working and all(share.dealt for share in working):
            open = any(share.asked for share in self.shares)
            return not open and not any(share.traps for share in working)
        return not working

    # --- playing ---

    def _has_played(self, crew: Crew, share: _Share) -> None:
        """The last to have played, or to be no more, is who all wait for."""
        if not share.played:
            share.played = True
            if all(one.played for one in self.shares):
                for one, way in self.eyes.seen.items():
                    self.prover.settle(one, True, "played", way)
                self.prover.tell("playing")
                self.deal(crew, self.prover.open)

    def _have_played(self, plays: int, ways: list[list[Any]]) -> None:
        prover = self.prover
        prover.player.plays += plays
        for packed, places in ways:
            if any(prover.asked[place] not in self.eyes.seen for place in places):
                prover.player.follow(self.eyes, self.steps.way(packed))
        prover.progress("playing", len(prover.answers) + len(self.eyes.seen), len(prover.asked))

    def deal(self, crew: Crew, asked: Iterable[Asked]) -> None:
        """Deal questions out, and what might hold somebody."""
        prover = self.prover
        working = [number for number, share in enumerate(self.shares) if share.at_work]
        order = {scene: i for i, scene in enumerate(s for part in prover.model.order for s in part)}
        by_scene: dict[int, list[Place]] = {}
        by_people: dict[frozenset[int], list[Place]] = {}
        about = people.whom(prover)
        # Whether one can be stuck says much of whether one can be held: it is one who asks both.
        holding = {scene: i for i, held in enumerate(self.suspects) for scene in held[0].part}
        for one in asked:
            if one.question.kind == "stuck" and one.question.scene in holding and working:
                self.shares[working[holding[one.question.scene] % len(working)]].asked.add(self.places[one])
                continue
            if one in about:
                # What must not be of the same people is asked together, and takes as long for many as for one.
                by_people.setdefault(about[one], []).append(self.places[one])
                continue
            by_scene.setdefault(min(order[site.scene] for site in one.sites), []).append(self.places[one])
        lots = _lots([by_scene[scene] for scene in sorted(by_scene)], LOTS * len(working))
        dealt = sorted(by_people.values(), key=len, reverse=True)
        for i, places in enumerate([*dealt, *lots] if working else ()):
            self.shares[working[i % len(working)]].asked.update(places)
        settled = [(self.places[one], found.verdict) for one, found in prover.answers.items()]
        self.settled = len(settled)
        for i, number in enumerate(working):
            share = self.shares[number]
            share.dealt = share.played = True
            share.traps = [trap for held in self.suspects[i :: len(working)] for trap in held]
            traps = [*range(i, len(self.suspects), len(working))]
            crew.hands[number].say({"ask": sorted(share.asked), "traps": traps, "know": settled})

    # --- answering ---

    def _have_told(
        self,
        crew: Crew,
        share: _Share,
        what: str,
        answers: list[list[Any]],
        stranded: list[list[Any]],
        traps: list[str],
    ) -> None:
        """Take over answers, a playthrough only when it was gone, and which scenes still might hold somebody."""
        prover = self.prover
        for found in stranded:
            if not _strand(prover, self.steps, *found):
                # Nobody has shown it, and nobody has ruled it out.
                traps.append(found[0])
        share.traps = [trap for trap in share.traps if trap.scene in traps]
        for place, how, packed, shortest, kept in answers:
            one = prover.asked[place]
            if one in prover.answers:
                continue
            if packed is None:
                one.sites.clear()
                prover.settle(one, False, how, kept=tuple(kept))
                continue
            way = self.steps.way(packed)
            eyes = Eyes(prover.model, prover.open)
            prover.player.follow(eyes, way)
            if one not in eyes.seen:
                prover.limited.append(WRONG)
            for other, seen in eyes.seen.items():
                prover.settle(other, True, how, seen, shortest and other is one and len(seen) == len(way))
        if len(prover.answers) > self.settled:
            news = list(prover.answers.items())[self.settled :]
            self.settled = len(prover.answers)
            for hand, each in zip(crew.hands, self.shares, strict=True):
                each.asked.difference_update(self.places[one] for one, _ in news)
                hand.say({"know": [(self.places[one], found.verdict) for one, found in news]})
        prover.tell(what)

    def _have_ended(self, share: _Share, limited: list[str], states: int | None, plays: int) -> None:
        """Somebody has done all they can."""
        prover = self.prover
        prover.limited += limited
        prover.states = prover.states or states
        prover.player.plays += plays
        self.spent |= share.asked
        share.at_work = False

    def _help(self, crew: Crew) -> None:
        """Have those who are done take over a half of what the one has who has most."""
        if self.prover.limits.left <= 0:
            return
        for number, idle in enumerate(self.shares):
            if idle.at_work or crew.hands[number].ended is not None:
                continue
            left = {i: sorted(one.asked - self.spent) for i, one in enumerate(self.shares) if one.at_work}
            most = max(left, key=lambda i: len(left[i]), default=number)
            if len(left.get(most, ())) < FOR_TWO:
                return
            half = left[most][len(left[most]) // 2 :]
            self.shares[most].asked.difference_update(half)
            idle.asked.update(half)
            idle.at_work = True
            crew.hands[most].say({"leave": half})
            crew.hands[number].say({"ask": half})


def _strand(
    prover: Prover, steps: Steps, scene: str, verdict: Verdict, how: str, packed: list[int] | None, shortest: bool
) -> bool:
    """Take over an answer about being stranded, if its playthrough can be gone."""
    found = None
    if packed is not None:
        way = steps.way(packed)
        went = states(prover.machine, way)
        if went is None or went[-1].scene != scene:
            prover.limited.append(WRONG)
            return False
        found = witness(way, shortest)
    stranded = prover.stranded
    stranded.answers[scene] = Answer(stranded._question(scene), verdict, how, found)
    return True


class Looks:
    """Looks at who is stranded, those of each list in turn and the lists at once, until all is known."""

    def __init__(
        self, prover: Prover, looks: Sequence[Sequence[Callable[[Limits], None]]], open: Callable[[], object]
    ) -> None:
        self.prover = prover
        self.tasks = tasks = prover.tasks
        self.open = open
        self.limits = prover.limits.within(prover.limits.left * 0.4).among(tasks.most)
        self.steps = Steps(prover)
        self._begun = [tasks.begin(partial(self._look, each)) for each in looks if each]

    def _look(self, looks: Sequence[Callable[[Limits], None]]) -> Said:
        prover, stranded = self.prover, self.prover.stranded
        stranded.answers = {s: found for s, found in stranded.answers.items() if found.verdict != "open"}
        known = set(stranded.answers)
        prover.limited = []
        for look in looks:
            try:
                look(self.limits)
            except (OutOfLimits, DDMemoryError):
                prover.limited.append(BEFORE)
        return prover.limited, _stranded(prover, self.steps, known)

    def finish(self) -> None:
        """Take over what they find."""
        prover = self.prover
        answers = prover.stranded.answers
        for task in self.tasks.ended(self._begun, lambda: self.limits.left + GRACE):
            limited, found = task.said if not task.ended else ([BEFORE], [])
            prover.limited += limited
            for scene, *one in found:
                if scene not in answers or answers[scene].verdict == "open":
                    _strand(prover, self.steps, scene, *one)
            if not self.open():
                self.tasks.give_up(self._begun)


def _lots(groups: Sequence[list[Place]], most: int) -> Iterator[list[Place]]:
    """Groups put together, one after the other, into lots of about the same size."""
    whole = sum(map(len, groups))
    lot: list[Place] = []
    for group in groups:
        lot += group
        if len(lot) * most >= whole:
            yield lot
            lot = []
    if lot:
        yield lot


# --- where answers are found --------------------------------------------------------------------------


class _Noted(dict[Asked, Answer]):
    """Answers; those that are found here are noted, to be told."""

    def __init__(self, known: dict[Asked, Answer]) -> None:
        super().__init__(known)
        self.fresh: dict[Asked, Answer] = {}

    def __setitem__(self, one: Asked, answer: Answer) -> None:
        self.fresh[one] = answer
        super().__setitem__(one, answer)

    def elsewhere(self, one: Asked, verdict: Verdict = "open") -> None:
        """Somebody else has the answer, or looks for it."""
        super().__setitem__(one, Answer(one.question, verdict, ""))


class _Worker:
    """One of those who answer."""

    def __init__(self, prover: Prover, shared: _Shared, line: Line, number: int) -> None:
        self.prover = prover
        self.shared = shared
        self.line = line
        self.answers = _Noted(prover.answers)
        self.said: tuple[str, list[str]] | None = None
        self.told = set(prover.stranded.answers)
        prover.answers = self.answers
        prover.progress = self._tell
        prover.limits = prover.limits.among(prover.tasks.most)
        prover.hands = prover.tasks.most
        prover.limited = []
        if number:
            # The first plays as it would by itself, the others as nobody else does.
            prover.player.chance = random.Random(f"{number}/{prover.player.chance.random()}")
        prover.player.plays = 0

    def play(self, briefly: bool) -> None:
        """Play, and say what that showed."""
        prover = self.prover
        prover.progress = _quiet
        prover._by_playing(briefly)
        prover.progress = self._tell
        self.line.say(["played", prover.player.plays, self._seen()])

    def work(self, known: tuple[Answer, ...]) -> None:
        """Answer what is dealt, time and again."""
        prover, line = self.prover, self.line
        while True:
            prover.player.plays = 0
            while not self._take(line.hear()):
                pass
            prover.look(known)
            known = ()
            self._tell("", 0, 0)
            line.say(["end", prover.limited, prover.states, prover.player.plays])
            prover.limited, prover.states = [], None

    def _seen(self) -> list[tuple[list[int], list[Place]]]:
        """What playing has shown: the plays, each as far as it showed anything, and the questions that it answers."""
        longest: dict[int, tuple[Way, list[Place]]] = {}
        for one, answer in self.answers.fresh.items():
            assert answer.witness is not None
            way = _way(answer)
            key = id(way.log) if isinstance(way, Trail) else id(way)
            had, places = longest.setdefault(key, (way, []))
            places.append(self.shared.places[one])
            if len(way) > len(had):
                longest[key] = way, places
        self.answers.fresh.clear()
        return [(self.shared.steps.packed(way), places) for way, places in longest.values()]

    def _take(self, said: dict[str, list[Any]]) -> bool:
        """Take over what others know, what is left to others, and what others leave; whether that is something."""
        asked, answers = self.prover.asked, self.answers
        for place, verdict in said.get("know", ()):
            answers.elsewhere(asked[place], verdict)
        for place in said.get("leave", ()):
            if asked[place] not in answers:
                answers.elsewhere(asked[place])
        mine = {asked[place] for place in said.get("ask", ())}
        for one in mine:
            if one in answers and answers[one].verdict == "open":
                del answers[one]
        self.prover.ask(asked)
        if "traps" in said:
            for one in asked:
                if one not in answers and one not in mine:
                    answers.elsewhere(one)
            self.prover.stranded.find_traps(self.shared.suspects[number] for number in said["traps"])
        return "ask" in said

    def _tell(self, what: str, done: int, all: int) -> None:
        """Say what was found, and take over what others found meanwhile."""
        fresh = []
        for one, answer in self.answers.fresh.items():
            found = answer.witness
            way = self.shared.steps.packed(_way(answer)) if found is not None else None
            short = found is not None and found.shortest
            fresh.append((self.shared.places[one], answer.how, way, short, answer.kept))
        self.answers.fresh.clear()
        stranded = _stranded(self.prover, self.shared.steps, self.told)
        self.told.update(found[0] for found in stranded)
        traps = [trap.scene for trap in self.prover.stranded.traps]
        if fresh or stranded or (what, traps) != self.said:
            self.said = what, traps
            self.line.say(["told", what, fresh, stranded, traps])
        for said in self.line.listen():
            self._take(said)


def _quiet(what: str, done: int, all: int) -> None:
    """Tells nobody."""


def _stranded(prover: Prover, steps: Steps, told: Container[str]) -> list[Said]:
    """The answers about being stranded but those that are told already."""
    return [
        (scene, a.verdict, a.how, steps.packed(_way(a)) if a.witness else None, bool(a.witness and a.witness.shortest))
        for scene, a in prover.stranded.answers.items()
        if scene not in told
    ]


def _way(answer: Answer) -> Way:
    assert answer.witness is not None
    log = answer.witness.log
    return log.way if isinstance(log, Names) else ()
