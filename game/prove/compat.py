"""What happens to players' saves when a story changes: every state a player of the old version can have saved.

1. Both versions are laid side by side. What is written the same does the same, and needs no looking (`paired`).
2. Both are played at once, choice by choice, and every pair of states is counted out while there are not too many
   (`pairs`). That is the whole truth.
3. Where there are too many, sets of states of the old version say whether a player ever stands where the two differ
   (`reach`); if nobody does, there is no difference.
4. What is left is looked for by playing. What is found is certain; that nothing is found says nothing.

How many choices are lost, and which endings, is known where everything was counted out; else it is what was found.

Whoever loads a save stands in a state that the new version can be in, since it was come to by playing it; so if the
new version can be ended from every state it can be in, every save can still be ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from game.engine import Machine, State
from game.prove.gone import UNSEEN, Missing, missing
from game.prove.limits import Limits
from game.prove.lockstep import Follower, Found, Lockstep, Saved, Thrown, migrate
from game.prove.model import Model
from game.prove.paired import Different, Paired
from game.prove.pairs import PAIRS, Counted, endings_from, held_for_good, states_from
from game.prove.play import Eyes, Player, Way
from game.prove.report import Verdict, Witness
from game.story.conditions import Cond
from game.story.diagnostics import Where
from game.story.model import Property

__all__ = ["FACTS", "Compat", "Differs", "Fact", "Gone", "Lost", "Plan", "Saved", "compat", "migrate"]

FACTS = {
    "replays": "every save replays to its last choice",
    "same": "every save that replays comes to the moment it holds",
    "ends": "every save can still come to an ending",
    "keeps": "no save loses anything",
}
"""What is asked, in the order in which it is shown."""

SMALL = 5_000
"""Pairs that are counted out even where nothing depends on it but whether there is an ending ahead."""

OTHER_ID = "the id of the story is another: the saves of the old one are not found"
UNSAID = "some moments cannot be said in the new story; of those found, all choices can be made again"
ENGINE = ("oxidd", "pysat")
NO_SETS = "the extra 'writer' is not installed"


@dataclass(frozen=True, slots=True)
class Plan:
    """For how long to look. `pairs` bounds what is counted out; `sets` asks for proofs by sets of states (oxidd)."""

    seconds: float = 60.0
    pairs: int = PAIRS
    sets: bool = True
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Fact:
    """One of FACTS. `how` says what decided it: "structure", "pairs", "sets", "prover" or "played"; "" when open.

    `save` refutes it: a save of the old story. `note` says what is missing where it is open.
    """

    kind: str
    verdict: Verdict
    how: str = ""
    save: Saved | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """A choice that throws back who made it: it is not offered any more where it was.

    `save` is the earliest save found of somebody who made it, as its last choice; the `at` choices before it replay.
    `back` is how many choices a save can lose by it: None for any number. Where not `exact`, it is at least that many.
    `endings` are those that can be come to from that save, and cannot from where it is thrown back to, as far as
    they could be counted out.
    """

    choice: str
    at: int
    back: int | None
    exact: bool
    endings: tuple[str, ...]
    save: Saved | None


@dataclass(frozen=True, slots=True)
class Differs:
    """A variable that turns out differently when the choices are replayed; "" is the scene. `save` is an example."""

    name: str
    save: Saved | None


@dataclass(frozen=True, slots=True)
class Gone:
    """Something the new story does not have. `verdict` is refuted when the save `save` has it, proved when none has.

    `renamed` is what it is called now, where it is taken to be the same under another name: then none misses it.
    """

    kind: str
    id: str
    renamed: str
    verdict: Verdict
    save: Saved | None


@dataclass(frozen=True, slots=True)
class Compat:
    """Everything there is to say. `old` and `new` are version numbers; `pairs` is None when not all were counted.

    `rolls` are those that one and the same save can see turn out otherwise.
    """

    title: str
    old: str
    new: str
    facts: tuple[Fact, ...]
    lost: tuple[Lost, ...]
    differs: tuple[Differs, ...]
    gone: tuple[Gone, ...]
    rolls: tuple[str, ...]
    pairs: int | None
    plays: int
    seconds: float

    def fact(self, kind: str) -> Fact:
        return next(fact for fact in self.facts if fact.kind == kind)

    @property
    def verdict(self) -> Verdict:
        """Refuted when one of the facts is, proved when all are."""
        verdicts = {fact.verdict for fact in self.facts}
        return "refuted" if "refuted" in verdicts else "open" if "open" in verdicts else "proved"


def compat(old: Machine, new: Machine, plan: Plan = Plan()) -> Compat:
    """What becomes of the saves of one version of a story in another."""
    return _Compared(old, new, plan).told()


class _Compared:
    def __init__(self, old: Machine, new: Machine, plan: Plan) -> None:
        self.plan = plan
        self.started = time.monotonic()
        self.limits = Limits(plan.seconds)
        self.paired = Paired(Model(old), Model(new))
        self.lock = Lockstep(self.paired)
        self.found = Found()
        self.counted: Counted | None = None
        self.sets_said = ""
        self.differences = self.paired.differences()
        self.missing = missing(self.paired)
        self.absent: set[int] = set()
        """What is gone, by its number, and nobody has."""
        self.proofs: dict[str, str] = {}
        self.ended: Fact | None = None
        self._look()

    def _look(self) -> None:
        """Everything about replaying, the cheapest way first."""
        begins = not self.lock.differing(self.lock.begin) and self.paired.starts_alike()
        if self.paired.starts_alike() and not any(d.lost or d.decides for d in self.differences):
            self.proofs["replays"] = "structure"
        if begins and all(d.lost for d in self.differences):
            self.proofs["same"] = "structure"
        if len(self.proofs) == 2 and all(m.renamed for m in self.missing):
            return
        held = {i: self._holds(m) for i, m in enumerate(self.missing)}
        self.counted = Counted(self.lock, self.found, held, self.limits.within(self.limits.left * 0.2), self.plan.pairs)
        if self.counted.complete:
            for kind in ("replays", "same"):
                self.proofs.setdefault(kind, "pairs")
            if self.counted.whole:
                self.absent = set(held) - set(self.found.held)
                return
        follower = Follower(self.lock, self.found, held, self.plan.seed)
        if not self.counted.complete:
            self.ended = self._proved_to_end(self.limits.within(self.limits.left * 0.6))
            self._by_sets(follower, begins)
        self._by_playing(follower)

    def _holds(self, gone: Missing) -> Callable[[State], bool]:
        check = self.paired.old.machine.check(gone.cond)
        return lambda state: (not gone.scene or state.scene == gone.scene) and check(state.values)

    # --- sets ---

    def _by_sets(self, follower: Follower, begins: bool) -> None:
        """Ask whether anybody ever stands where the two stories differ, or has what is gone."""
        if not self.plan.sets:
            return
        differences = [] if self.paired.declared else self.differences
        unsaid = self.lock.unsaid() if self.paired.declared else [(d.scene, d.cond) for d in differences]
        asked = unsaid + [(m.scene, m.cond) for m in self.missing]
        answers = reachable(self.paired.old, asked, self.limits.within(self.limits.left * 0.3))
        if answers is None:
            self.sets_said = NO_SETS
            return
        never = [verdict == "refuted" for verdict, _ in answers]
        self.absent = {i for i, no in enumerate(never[len(unsaid) :]) if no}
        if self.paired.declared:
            # Whatever can be said is kept, whatever else the stories do; only the clock may be set back.
            for kind in ("replays", "same") if self.lock.as_long() else ("replays",):
                if all(never[: len(unsaid)]):
                    self.proofs.setdefault(kind, "sets")
        else:
            left = [d for d, no in zip(differences, never, strict=False) if not no]
            if self.paired.starts_alike() and not any(d.lost or d.decides for d in left):
                self.proofs.setdefault("replays", "sets")
            if begins and all(d.lost for d in left):
                self.proofs.setdefault("same", "sets")
        for number, (_, found) in enumerate(answers):
            if found is not None:
                different = differences[number] if number < len(differences) else None
                for way in self._ways(found, different):
                    follower.follow(follower.on(way))

    def _ways(self, found: Witness, different: Different | None) -> Iterable[Way]:
        """A playthrough, and where it comes to a choice that is different, that choice."""
        way = tuple((name, found.dice.get(name, "")) for name in found.log)
        if different is None:
            return [way]
        choice = next(c for c in self.paired.old.scene(different.scene).choices if c.id == different.choice)
        return [(*way, (f"{different.scene}.{choice.id}", outcome.id)) for outcome in choice.outcomes]

    def _by_playing(self, follower: Follower) -> None:
        player = Player(self.paired.old, self.plan.seed)
        eyes = Eyes(self.paired.old, ())
        limits = self.limits.within(self.limits.left * 0.2)
        if len(self.proofs) == 2 and len(self.absent) + len(self.found.held) == len(self.missing):
            return
        while limits.left > 0:
            played = player.play(eyes, curious=player.plays % 2 == 1)
            if played is not None:
                follower.follow(played[1])

    # --- what is told ---

    def told(self) -> Compat:
        told = [self._lost(name, thrown) for name, thrown in self.found.thrown.items()]
        # A moment that cannot be said may be come to by its choices all the same.
        lost = tuple(one for one in told if one.back != 0)
        unsaid = len(lost) < len(told)
        differs = tuple(Differs(name, self.lock.saved(way)) for name, way in sorted(self.found.differs.items()))
        gone = tuple(self._gone(i, m) for i, m in enumerate(self.missing))
        replays = self._fact("replays", next((x.save for x in sorted(lost, key=lambda x: x.at)), None), bool(lost))
        if self.paired.old.story.id != self.paired.new.story.id:
            replays = Fact("replays", "refuted", "structure", Saved(Witness((), {})), OTHER_ID)
        elif unsaid and not lost:
            replays = Fact("replays", "open", note=UNSAID)
        facts = (
            replays,
            self._fact("same", next((d.save for d in differs), None), bool(differs)),
            self._ends(),
        )
        story, new = self.paired.old.story, self.paired.new.story
        return Compat(
            new.title,
            story.version,
            new.version,
            (*facts, self._keeps(facts[0], gone)),
            tuple(sorted(lost, key=lambda x: (x.at, x.choice))),
            differs,
            gone,
            tuple(self.lock.otherwise()),
            len(self.counted.pairs) if self.counted is not None and self.counted.complete else None,
            self.found.plays,
            time.monotonic() - self.started,
        )

    def _fact(self, kind: str, save: Saved | None, wrong: bool) -> Fact:
        if wrong:
            how = "pairs" if self.proofs.get(kind) == "pairs" else "played"
            return Fact(kind, "refuted", how, save)
        if kind in self.proofs:
            return Fact(kind, "proved", self.proofs[kind])
        return Fact(kind, "open", note=self._open())

    def _open(self) -> str:
        said = f"not proved; {self.found.plays:,} plays of the old story showed nothing"
        return f"{said} ({self.sets_said})" if self.sets_said else said

    def _lost(self, name: str, thrown: Thrown) -> Lost:
        limits = self.limits.within(max(1.0, self.limits.left * 0.1))
        old, new = self.lock.old, self.lock.new
        here, choice = thrown.pair[0], name.rpartition(".")[2]
        outcome = thrown.way[-1][1]
        after = next(step.after for o, step in old.outcomes(here, choice) if o.id == outcome)
        before = endings_from(old, after, limits)
        left = endings_from(new, thrown.pair[1], limits)
        if before is None:
            before = frozenset()
        if left is None:
            # What scenes lead to is more than can be come to, never less.
            model, there = self.paired.new, thrown.pair[1].scene
            ends = [s.id for s in model.story.scenes.values() if s.is_ending]
            left = frozenset(id for id in ends if there in model.leading_to([id]))
        saved = self.lock.saved(thrown.way)
        if self.paired.declared:
            # Its moment cannot be said, so its choices are made again: how far that goes is seen by doing it.
            at = migrate(saved.run(old), new)[0].turn if saved is not None else 0
            return Lost(name, at, len(thrown.way) - at, False, tuple(sorted(before - left)), saved)
        return Lost(name, len(thrown.way) - 1, thrown.back, thrown.exact, tuple(sorted(before - left)), saved)

    def _gone(self, number: int, what: Missing) -> Gone:
        if what.renamed:
            return Gone(what.kind, what.id, what.renamed, "proved", None)
        if number in self.found.held:
            return Gone(what.kind, what.id, what.renamed, "refuted", self.lock.saved(self.found.held[number]))
        return Gone(what.kind, what.id, what.renamed, "proved" if number in self.absent else "open", None)

    def _keeps(self, replays: Fact, gone: Iterable[Gone]) -> Fact:
        seen = [g for g in gone if g.kind not in UNSEEN and not g.renamed]
        if replays.verdict == "refuted":
            return replace(replays, kind="keeps")
        for one in seen:
            if one.verdict == "refuted":
                return Fact("keeps", "refuted", "played", one.save)
        if replays.verdict == "proved" and all(one.verdict == "proved" for one in seen):
            return Fact("keeps", "proved", replays.how)
        return Fact("keeps", "open", note=self._open())

    # --- endings ---

    def _ends(self) -> Fact:
        """Whether every save can still come to an ending: over all pairs where they can be counted, else by proof."""
        if self.ended is not None:
            return self.ended
        counted = self.counted
        if counted is None:
            # Nothing differs, so nothing was counted yet: worth it for a small story.
            counted = Counted(self.lock, Found(), {}, self.limits.within(self.limits.left * 0.2), SMALL)
        if counted.complete and counted.thrown and self.paired.declared:
            return Fact("ends", "open", note="not asked of saves whose moment cannot be said in the new story")
        if counted.complete:
            starts = dict.fromkeys(new for _, new in counted.pairs)
            graph = states_from(self.lock.new, starts, self.limits.within(self.limits.left * 0.5), self.plan.pairs)
            if graph is not None:
                held = held_for_good(self.lock.new, graph)
                for number, (_, state) in enumerate(counted.pairs):
                    if state in held:
                        return Fact("ends", "refuted", "pairs", self.lock.saved(counted.way(number)))
                return Fact("ends", "proved", "pairs")
        return self._proved_to_end(self.limits.within(max(1.0, self.limits.left)))

    def _proved_to_end(self, limits: Limits) -> Fact:
        if not self.plan.sets:
            return Fact("ends", "open", note="not asked")
        if self.paired.declared and (len(self.proofs) < 2 or set(self.proofs.values()) != {"structure"}):
            return Fact("ends", "open", note="a save that keeps its moment may stand where no new run comes to")
        if self.paired.names.said.fresh:
            return Fact("ends", "open", note="'new:' lets saves begin otherwise than a new run")
        try:
            from game.prove.prover import Prover
        except ImportError as error:
            return Fact("ends", "open", note=_absent(error))
        prover = Prover(self.lock.new, limits, seed=self.plan.seed)
        # Who is stranded follows from who can be stuck; nothing else of the proof is needed.
        prover.ask([one for one in prover.asked if one.question.kind == "stuck"])
        prover.answer()
        answers = [a for a in prover.all_answers() if a.question.kind in ("stuck", "stranded")]
        if all(a.verdict == "proved" for a in answers):
            return Fact("ends", "proved", "prover")
        for answer in answers:
            if answer.verdict == "refuted" and answer.witness is not None:
                saved = Saved(Witness(answer.witness.log, answer.witness.dice))
                if self._comes_there(saved):
                    return Fact("ends", "refuted", "prover", saved)
        scenes = sorted({a.question.scene for a in answers if a.verdict == "refuted"})
        if scenes:
            where = ", ".join(scenes[:3])
            return Fact(
                "ends", "open", note=f"a new run can be left without an ending ({where}); no save was found to be"
            )
        return Fact("ends", "open", note="it was not proved that the new story can always be ended")

    def _comes_there(self, saved: Saved) -> bool:
        """Whether a playthrough of the new story is one of the old one, too."""
        try:
            run, diverged = migrate(saved.run(self.lock.old), self.lock.new)
            return diverged is None and run.state == saved.run(self.lock.new).state
        except ValueError:
            return False


def _absent(error: ImportError) -> str:
    """That what proves is not installed; any other thing that cannot be imported is a mistake of ours."""
    if (error.name or "").partition(".")[0] not in ENGINE:
        raise error
    return NO_SETS


def reachable(
    model: Model, asked: list[tuple[str, Cond]], limits: Limits
) -> list[tuple[Verdict, Witness | None]] | None:  # fmt: skip
    """Whether a scene ("": any) can be come to in a state in which a condition holds; None where oxidd is missing."""
    try:
        from game.prove.prover import Prover
    except ImportError as error:
        _absent(error)
        return None
    nowhere = Where("")
    properties = tuple(Property("reachable", cond, str(i), scene, nowhere) for i, (scene, cond) in enumerate(asked))
    prover = Prover(Machine(replace(model.story, properties=properties)), limits)
    prover.ask([one for one in prover.asked if one.question.kind == "reachable"])
    prover.answer()
    answers = [prover.answers[one] for one in prover.asked]
    return [(answer.verdict, answer.witness) for answer in answers]
