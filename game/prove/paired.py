"""Two versions of a story laid side by side: which variables are the same, and which steps do the same.

Variables are matched by name and their values by value; what was declared alike under another name is taken to be
renamed. Words are left out, and so is every variable that decides nothing: no guard of a choice that both have, and no
way a step may go. What is then written the same does the same, in whatever state it is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import gcd
from typing import TypeAlias

from game.engine.migrate import Renaming
from game.prove.model import Arrive, Assign, Did, Edge, Model, Said, Split, tests
from game.story.conditions import All, Any, At, Cond, Constant, Count, Test, conjunction, disjunction, negation
from game.story.model import Choice, Outcome
from game.story.variables import Variable

Token: TypeAlias = "tuple[str, int]"
"""A variable of both ("both" and its number in the old story), or of one alone ("old" or "new")."""

Pairs: TypeAlias = "tuple[tuple[Outcome, Outcome], ...]"


def together(old: tuple[Outcome, ...], new: tuple[Outcome, ...]) -> Pairs:
    """What a roll can come to in the one story and the other, in one and the same save.

    The same seed throws the same number in both, and the weights in their order say what it means. A save may also hold
    what a roll comes to: that wins where it is an outcome, and where it is none the seed decides.
    """
    if [(o.id, o.weight) for o in old] == [(n.id, n.weight) for n in new]:
        return tuple(zip(old, new, strict=True))
    if len(old) == 1 or len(new) == 1:
        return tuple((o, n) for o in old for n in new)
    both = gcd(sum(o.weight for o in old), sum(n.weight for n in new))
    # A number is known by its remainders, which go together whenever they agree modulo what both totals have in common.
    before, after = list(_remainders(old, both)), list(_remainders(new, both))
    known = {n.id for n in new}
    return tuple(
        (o, n)
        for o, here in before
        for n, there in after
        if not here.isdisjoint(there) or o.id == n.id or o.id not in known
    )


def pinned(old: tuple[Outcome, ...], new: tuple[Outcome, ...], names: Renaming, before: str, now: str) -> Pairs:
    """The same where `migrations:` let a roll that was thrown stay as it fell: `before` and `now` are its names."""
    known = {n.id: n for n in new}
    by_seed = together(old, new) if before == now else tuple((o, n) for o in old for n in new)
    fell = {o.id: known.get(names.outcome(now, o.id)) for o in old}
    return tuple((o, n) for o, n in by_seed if fell[o.id] is None) + tuple(
        (o, n) for o in old if (n := fell[o.id]) is not None
    )


def _remainders(outcomes: tuple[Outcome, ...], modulus: int) -> Iterator[tuple[Outcome, frozenset[int]]]:
    first = 0
    for outcome in outcomes:
        yield outcome, frozenset((first + i) % modulus for i in range(min(outcome.weight, modulus)))
        first += outcome.weight


@dataclass(frozen=True, slots=True, eq=False)
class Different:
    """A choice of the old story that is not the same in the new one.

    `lost`: it is not offered, or may not be, where `cond` holds; otherwise what it does is not the same there, and
    `decides` says whether that can matter to what is offered later.
    """

    scene: str
    choice: str
    cond: Cond
    lost: bool
    decides: bool = True


@dataclass(eq=False)
class Paired:
    """Two stories side by side. `shared` are the variables that both have: (number in the old, in the new)."""

    old: Model
    new: Model
    shared: list[tuple[int, int]] = field(default_factory=list)
    renamed: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = self.new.story.by_name
        self.names = Renaming(self.new.story)
        self.declared = self.new.story.migrations is not None
        """Whether saves keep their moment, so that only what cannot be said in the new story is lost."""
        names = {v.name: self.names.variable(v.name) for v in self.old.story.variables}
        self.shared = [(v.index, known[now].index) for v in self.old.story.variables if (now := names[v.name]) in known]
        taken = set(names.values())
        self.renamed = _renamed(
            [v for v in self.old.story.variables if names[v.name] not in known],
            [v for v in self.new.story.variables if v.name not in taken],
        )
        self.twins = {**dict(self.shared), **self.renamed}
        back = {new: old for old, new in self.twins.items()}
        self._old: list[Token] = [("both" if v in self.twins else "old", v) for v in range(len(self.old.sizes))]
        self._new: list[Token] = [
            ("both", back[v]) if v in back else ("new", v) for v in range(len(self.new.sizes))
        ]  # fmt: skip
        self.become = {old: self._values(old, new) for old, new in self.twins.items()}
        """For each value of a variable of both, the number of that value in the new story, or -1."""
        self._layout = self.shared == [(v, v) for v in range(len(self.new.sizes))] == self._same_layout()
        self._numbers: dict[object, int] = {}
        self._do: dict[int, tuple[dict[Token, tuple[int, ...]], int]] = {}

    def _same_layout(self) -> list[tuple[int, int]]:
        return [(v, v) for v, size in enumerate(self.old.sizes) if self.become.get(v) == list(range(size))]

    def _values(self, old: int, new: int) -> list[int]:
        before, after = self.old.story.variables[old], self.new.story.variables[new]
        if old in self.renamed:
            return list(range(before.size))
        if self.declared:
            placed = [self.names.placed(before.name, value) for value in before.values]
            return [at[1] if isinstance(at, tuple) else -1 for at in placed]
        return [-1 if (found := after.index_of(value)) is None else found for value in before.values]

    # --- states ---

    def differing(self, old: bytes, new: bytes) -> list[str]:
        """The names of the variables that both stories have and that are not the same in two states."""
        if self._layout and old == new:
            return []
        variables = self.old.story.variables
        return [variables[o].name for o, n in self.shared if self.become[o][old[o]] != new[n]]

    def choices(self) -> Iterator[tuple[str, Choice, Choice | None]]:
        """Every choice of the old story in a scene that something leads to, and what it is in the new one."""
        for scene in self.old.part:
            now = self.names.scene(scene)
            there = self.new.story.scenes.get(now)
            known = {f"{now}.{c.id}": c for c in there.choices} if there is not None else {}
            for choice in self.old.scene(scene).choices:
                yield scene, choice, known.get(self.names.choice(f"{scene}.{choice.id}"))

    def together(self, scene: str, choice: Choice, other: Choice) -> Pairs:
        """What a choice of the old story and what it is in the new one can come to in one and the same save."""
        if not self.declared:
            return together(choice.outcomes, other.outcomes)
        before = f"{scene}.{choice.id}"
        return pinned(choice.outcomes, other.outcomes, self.names, before, self.names.choice(before))

    # --- what is not the same ---

    def starts_alike(self) -> bool:
        """Whether both begin in the same scene, with the same values of whatever decides anything."""
        old, new = self.old.start, self.new.start
        if self.names.scene(old.scene) != new.scene:
            return False
        deciding = {v for kind, v in self.deciding if kind == "both"}
        return all(self.become[v][old.values[v]] == new.values[self.twins[v]] for v in deciding)

    def differences(self) -> list[Different]:
        """Every choice that is not the same. None at all: whatever is played in the old story replays in the new."""
        everything = self.deciding | {("both", old) for old, _ in self.shared}
        out = []
        for scene, choice, other in self.choices():
            guard = _guard(choice)
            if other is None:
                out.append(Different(scene, choice.id, guard, True))
                continue
            if self._cond(guard, self._old) != self._cond(_guard(other), self._new):
                shut = self._asked(negation(_guard(other), self.new.sizes))
                out.append(Different(scene, choice.id, conjunction([guard, shut]), True))
            if not self._same(scene, choice, other, self.deciding):
                out.append(Different(scene, choice.id, guard, False))
            elif not self._same(scene, choice, other, everything):
                out.append(Different(scene, choice.id, guard, False, False))
        return out

    def only_renamed(self, old: int) -> str:
        """What a variable is called now, if all that becomes of it is the same under that name; "" otherwise."""
        if old not in self.renamed:
            return ""
        new = self.renamed[old]
        kept = self.deciding | {("both", old)}
        alike = self.become[old][self.old.start.values[old]] == self.new.start.values[new] and all(
            self._same(scene, choice, other, kept) for scene, choice, other in self.choices() if other is not None
        )
        return self.new.story.variables[new].name if alike else ""

    def _same(self, scene: str, choice: Choice, other: Choice, kept: set[Token]) -> bool:
        """Whether a choice does the same in both, as far as `kept` is concerned."""
        before = {e.outcome.id: e for e in self.old.edges[scene] if e.choice is choice}
        after = {e.outcome.id: e for e in self.new.edges[self.names.scene(scene)] if e.choice is other}
        return all(
            self._flow(before[o.id], self._old, kept) == self._flow(after[n.id], self._new, kept)
            for o, n in self.together(scene, choice, other)
        )

    @cached_property
    def deciding(self) -> set[Token]:
        """The variables that decide what is offered of what the old story has: in guards, or in where a step goes."""
        kept: set[Token] = set()
        edges: list[tuple[Edge, list[Token]]] = []
        for scene, choice, other in self.choices():
            kept |= self._tokens(_guard(choice), self._old)
            edges += [(e, self._old) for e in self.old.edges[scene] if e.choice is choice]
            if other is not None:
                kept |= self._tokens(_guard(other), self._new)
                edges += [(e, self._new) for e in self.new.edges[self.names.scene(scene)] if e.choice is other]
        while True:
            asked: set[Token] = set()
            for edge, names in edges:
                self._flow(edge, names, kept, asked)
            if asked <= kept:
                return kept
            kept |= asked

    def _tokens(self, cond: Cond, names: list[Token]) -> set[Token]:
        return {names[test.var] for test in tests(cond)}

    # --- one form for both ---

    def _number(self, key: object) -> int:
        return self._numbers.setdefault(key, len(self._numbers) + 2)

    def _cond(self, cond: Cond, names: list[Token]) -> int:
        """The number of a condition; 0 for one that never holds, 1 for one that always does."""
        match cond:
            case Constant(value):
                return int(value)
            case Test(var, _):
                allowed = self._values_of(cond, names)
                if not allowed or len(allowed) == len(self._known(names[var])):
                    return int(bool(allowed))
                return self._number(("test", names[var], allowed))
            case All(parts) | Any(parts):
                stops = int(isinstance(cond, Any))
                inner = {self._cond(part, names) for part in parts} - {1 - stops}
                if stops in inner:
                    return stops
                if len(inner) < 2:
                    return inner.pop() if inner else 1 - stops
                return self._number((type(cond).__name__, frozenset(inner)))
            case Count(inner_tests, allowed_counts):
                return self._number(
                    ("count", tuple(sorted(self._cond(t, names) for t in inner_tests)), allowed_counts)
                )  # fmt: skip
            case At():
                return self._number(("at", cond))

    def _known(self, token: Token) -> list[int]:
        """The values that a variable can have as long as both stories agree, as the old story numbers them."""
        kind, var = token
        if kind == "both":
            return [i for i, to in enumerate(self.become[var]) if to >= 0]
        return list(range((self.new if kind == "new" else self.old).sizes[var]))

    def _values_of(self, test: Test, names: list[Token]) -> frozenset[int]:
        """The values that a test allows, as the old story numbers them."""
        token = names[test.var]
        if names is self._old or token[0] == "new":
            return frozenset(i for i in self._known(token) if test.mask >> i & 1)
        become = self.become[token[1]]
        return frozenset(i for i in self._known(token) if test.mask >> become[i] & 1)

    def _table(self, var: int, table: bytes, names: list[Token]) -> tuple[int, ...]:
        """A change in the numbers of the old story: -1 stands for what it has no value for, and leads nowhere else."""
        token = names[var]
        if token[0] != "both":
            return tuple(table)
        become = self.become[token[1]]
        if names is self._old:
            return tuple(table[i] if to >= 0 else i for i, to in enumerate(become))
        back = {to: i for i, to in enumerate(become) if to >= 0}
        return tuple(back.get(table[to], -1) if to >= 0 else i for i, to in enumerate(become))

    def _flow(self, edge: Edge, names: list[Token], kept: set[Token], asked: set[Token] | None = None) -> int:
        """The number of what an edge does to the variables that are `kept`; `asked` gets those that it asks about."""
        at = [0] * len(edge.items)
        for i in range(len(edge.items) - 1, -1, -1):
            item = edge.items[i]
            match item:
                case Arrive(scene):
                    at[i] = self._number(("arrive", self.names.scene(scene) if names is self._old else scene))
                case Said(_, then) | Did(_, then):
                    at[i] = at[then]
                case Assign(tables, then):
                    at[i] = self._assigned(tables.items(), at[then], names, kept)
                case Split(cond, yes, no):
                    at[i] = self._split(cond, at[yes], at[no], names, asked)
        return at[0]

    def _split(self, cond: Cond, yes: int, no: int, names: list[Token], asked: set[Token] | None) -> int:
        if yes == no:
            return yes
        number = self._cond(cond, names)
        if number < 2:
            return yes if number else no
        if asked is not None:
            asked |= self._tokens(cond, names)
        return self._number(("if", number, yes, no))

    def _assigned(
        self, tables: Iterable[tuple[int, bytes]], then: int, names: list[Token], kept: set[Token]
    ) -> int:  # fmt: skip
        made = {names[var]: self._table(var, table, names) for var, table in tables if names[var] in kept}
        if then in self._do:
            # Words stood between the two.
            more, then = self._do[then]
            for token, table in more.items():
                first = made.get(token)
                made[token] = tuple(table[v] if v >= 0 else -1 for v in first) if first else table
        made = {token: table for token, table in made.items() if table != tuple(range(len(table)))}
        if not made:
            return then
        number = self._number(("do", frozenset(made.items()), then))
        self._do[number] = made, then
        return number

    # --- conditions of the new story asked of the old ---

    def _asked(self, cond: Cond) -> Cond:
        """A condition of the new story in the variables of the old; it may hold more often than it should.

        What only the new story knows may be anything.
        """
        match cond:
            case Test(var, _):
                kind, old = self._new[var]
                if kind != "both":
                    return Constant(True)
                mask = sum(1 << i for i in self._values_of(cond, self._new))
                return Test(old, mask) if mask else Constant(False)
            case Count(inner, allowed):
                if any(self._new[test.var][0] != "both" for test in inner):
                    return Constant(True)
                mapped = [self._asked(test) for test in inner]
                if all(isinstance(test, Test) for test in mapped):
                    return Count(tuple(test for test in mapped if isinstance(test, Test)), allowed)
                return Constant(True)
            case All(parts):
                return conjunction([self._asked(part) for part in parts])
            case Any(parts):
                return disjunction([self._asked(part) for part in parts])
            case _:
                return cond


def _guard(choice: Choice) -> Cond:
    return conjunction([choice.shown, choice.when])


def _renamed(gone: list[Variable], come: list[Variable]) -> dict[int, int]:
    """Variables that were only renamed, as far as one can tell: as many are gone as have come, and they are alike.

    A wrong guess does no harm: what is not the same after renaming is not taken to be the same.
    """

    def grouped(variables: list[Variable]) -> dict[tuple[object, ...], list[int]]:
        out: dict[tuple[object, ...], list[int]] = {}
        for v in variables:
            out.setdefault((v.kind, tuple(map(repr, v.values)), v.start, v.chapter), []).append(v.index)
        return out

    after = grouped(come)
    return {
        old: new
        for like, olds in grouped(gone).items()
        if len(after.get(like, ())) == len(olds)
        for old, new in zip(olds, after[like], strict=True)
    }
