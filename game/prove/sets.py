"""Sets of values of a story's variables, as binary decision diagrams.

Only the variables of a slice are kept; what is asked of any other may come out either way. So a set holds at least
what can be (`may`), or, asked the other way round, at most what must be.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TypeAlias

from oxidd.bcdd import BCDDFunction, BCDDManager, BCDDSubstitution
from oxidd.util import BooleanOperator

from game.prove.items import numbers
from game.prove.transfers import constant
from game.story.conditions import All, Any, At, Cond, Constant, Count, Test

Set: TypeAlias = BCDDFunction

AND = BooleanOperator.AND

NODES = 1 << 24
"""How many nodes there may be at once: 24 bytes or so each."""


FEW = 1 << 19
"""Nodes that are not worth being tidied up."""

REMEMBERED = 1 << 15
"""Sets of which it is remembered what variables they speak of, before that is begun anew."""


@dataclass(slots=True, eq=False)
class _Change:
    """What tables do to a set: what `forgets` is forgotten and `becomes` something; what is `turned` changes places,
    given as both its values and its cube; the others change `together`, by one relation, its cube and new names."""

    forgets: Set | None
    becomes: Set
    turned: list[tuple[Set, Set, Set]]
    together: list[tuple[Set, Set, BCDDSubstitution]]


class Sets:
    """Sets over `slice`, the variables in the order of their levels. `sizes[v]` is how many values variable v has."""

    def __init__(self, slice: Iterable[int], sizes: list[int], nodes: int = NODES, extra: int = 0) -> None:
        self.sizes = sizes
        self.order = list(slice)
        self._kept = 0
        self.manager = BCDDManager(nodes, 1 << 20, 1)
        self.none = self.manager.false()
        self.all = self.manager.true()
        self._new: dict[int, list[int]] = {}
        self._old: dict[int, list[int]] = {}
        self.extra = [self.manager.var(i) for i in self.manager.add_vars(extra)]
        for var in self.order:
            count = max(1, (sizes[var] - 1).bit_length())
            if count == 1:
                self._old[var] = list(self.manager.add_vars(1))
                self._new[var] = []
            else:
                both = list(self.manager.add_vars(2 * count))
                self._old[var], self._new[var] = both[::2], both[1::2]
        self._tests: dict[tuple[int, int], Set] = {}
        self._conds: dict[tuple[int, bool], tuple[Cond, Set]] = {}
        self._cubes: dict[int, Set] = {}
        self._values: dict[tuple[int, int], Set] = {}
        self._befores: dict[int, tuple[Mapping[int, bytes], BCDDSubstitution | None]] = {}
        self._images: dict[tuple[int, bytes], list[Set]] = {}
        self._relations: dict[tuple[tuple[int, bytes], ...], Set] = {}
        self._codes: dict[tuple[int, int], Set] = {}
        self._changes: dict[int, tuple[Mapping[int, bytes], _Change]] = {}
        self._renames: dict[tuple[int, ...], BCDDSubstitution] = {}
        self._digits: dict[int, list[list[tuple[int, bool]]]] = {}
        self._supports: dict[Set, int] = {}
        self._at = {place: 1 << var for var, places in self._old.items() for place in places}

    def only(self, kept: Container[int]) -> Sets:
        """The same, where of the variables only those that are `kept` are: its sets and these go together."""
        out = copy(self)
        out.order = [var for var in self.order if var in kept]
        out._old = {var: self._old[var] for var in out.order}
        # All else that is remembered is the same whatever is kept.
        out._conds, out._cubes, out._befores, out._changes = {}, {}, {}, {}
        return out

    def __contains__(self, var: int) -> bool:
        return var in self._old

    # --- conditions ---

    def value(self, var: int, value: int) -> Set:
        """Where a variable has a value."""
        key = (var, value)
        if key not in self._values:
            self._values[key] = self._code(self._old[var], value)
        return self._values[key]

    def _code(self, places: list[int], value: int) -> Set:
        out = self.all
        for i in reversed(range(len(places))):
            var = places[i]
            out &= self.manager.var(var) if value >> (len(places) - 1 - i) & 1 else self.manager.not_var(var)
        return out

    def test(self, var: int, mask: int) -> Set:
        """Where a variable of the slice has one of the values in `mask`."""
        key = (var, mask)
        if key not in self._tests:
            size = self.sizes[var]
            if size <= 2:
                out = {0: self.none, 3: self.all}.get(mask)
                out = self.value(var, mask >> 1) if out is None else out
            else:
                out = self.none
                for i in range(size):
                    if mask >> i & 1:
                        out |= self.value(var, i)
            self._tests[key] = out
        return self._tests[key]

    def cond(self, cond: Cond, must: bool = False) -> Set:
        """Where a condition may hold; or, with `must`, where it must, whatever is not kept."""
        key = (id(cond), must)
        found = self._conds.get(key)
        if found is None:
            # Kept with the condition, so that its identity stays its own.
            found = self._conds[key] = (cond, self._cond(cond, must))
        return found[1]

    def _cond(self, cond: Cond, must: bool) -> Set:
        match cond:
            case Constant(value):
                return self.all if value else self.none
            case Test(var, mask):
                if var in self._old:
                    return self.test(var, mask)
                full = (1 << self.sizes[var]) - 1
                whole = mask & full == full if must else mask & full != 0
                return self.all if whole else self.none
            case All(parts):
                out = self.all
                for part in parts:
                    out &= self._cond(part, must)
                return out
            case Any(parts):
                out = self.none
                for part in parts:
                    out |= self._cond(part, must)
                return out
            case Count(tests, allowed):
                return self._count(tests, allowed, must)
            case At():
                raise ValueError("where the player is was answered before")

    def _count(self, tests: tuple[Test, ...], allowed: int, must: bool) -> Set:
        kept = [test for test in tests if test.var in self._old]
        loose = len(tests) - len(kept)
        numbers: list[Set] = [self.all]
        for test in kept:
            holds = self.test(test.var, test.mask)
            new = [self.none] * (len(numbers) + 1)
            for n, where in enumerate(numbers):
                new[n + 1] |= where & holds
                new[n] |= where & ~holds
            numbers = new
        out = self.none
        for n, where in enumerate(numbers):
            fits = [bool(allowed >> k & 1) for k in range(n, n + loose + 1)]
            if all(fits) if must else any(fits):
                out |= where
        return out

    def negated(self, cond: Cond, must: bool = False) -> Set:
        """Where a condition may (or must) not hold."""
        return ~self.cond(cond, not must)

    # --- steps ---

    def cube(self, variables: int) -> Set:
        """The places of variables, given as a mask of their numbers, for `exists`."""
        found = self._cubes.get(variables)
        if found is None:
            found = self.all
            for place in sorted((p for v in numbers(variables) for p in self._old.get(v, ())), reverse=True):
                found &= self.manager.var(place)
            self._cubes[variables] = found
        return found

    def conj(self, values: Mapping[int, int]) -> Set:
        """Where variables have values."""
        out = self.all
        for var in reversed(self.order) if len(values) > 64 else sorted(values, key=self._level, reverse=True):
            if var in values and var in self._old:
                out &= self.value(var, values[var])
        return out

    def _level(self, var: int) -> int:
        return self._old[var][0] if var in self._old else -1

    def assigned(self, where: Set, tables: Mapping[int, bytes]) -> Set:
        """What becomes of `where` when variables change at once."""
        found = self._changes.get(id(tables))
        if found is None:
            # Kept with the tables, so that their identity stays their own.
            found = self._changes[id(tables)] = (tables, self._change(tables))
        change = found[1]
        if change.forgets is not None:
            where = where.exists(change.forgets) & change.becomes
        for low, high, cube in change.turned:
            where = where.apply_exists(AND, low, cube) & high | where.apply_exists(AND, high, cube) & low
        for relation, cube, renamed in change.together:
            where = where.apply_exists(AND, relation, cube).substitute(renamed)
        return where

    def _change(self, tables: Mapping[int, bytes]) -> _Change:
        """Tables as operations: values that are given, variables of one place each, and all others together."""
        constants = {var: table[0] for var, table in tables.items() if var in self._old and constant(table)}
        rest = [(var, table) for var, table in tables.items() if var in self._old and var not in constants]
        turned = []
        for var, table in rest:
            if not self._new[var]:
                assert sorted(table) == [0, 1]
                turned.append((self.value(var, 0), self.value(var, 1), self.cube(1 << var)))
        joint = tuple(sorted((var, table) for var, table in rest if self._new[var]))
        return _Change(
            self.cube(sum(1 << var for var in constants)) if constants else None,
            self.conj(constants),
            turned,
            [(self._relation(joint), self.cube(sum(1 << var for var, _ in joint)), self._rename(joint))]
            if joint
            else [],
        )

    def before(self, where: Set, tables: Mapping[int, bytes]) -> Set:
        """What becomes `where` when variables change at once."""
        if where == self.all or where == self.none:
            return where
        found = self._befores.get(id(tables))
        if found is None:
            pairs = [
                (place, bit)
                for var, table in tables.items()
                if var in self._old
                for place, bit in zip(self._old[var], self._image(var, table), strict=True)
            ]
            # Kept with the tables, so that their identity stays their own.
            made = BCDDFunction.make_substitution(pairs) if pairs else None
            found = self._befores[id(tables)] = (tables, made)
        return where if found[1] is None else where.substitute(found[1])

    def _image(self, var: int, table: bytes) -> list[Set]:
        """Each place of what a table makes of a variable, by the variable as it was."""
        key = (var, table)
        if key not in self._images:
            last = len(self._old[var]) - 1
            self._images[key] = [
                self._of(var, sum(1 << value for value, to in enumerate(table) if to >> (last - i) & 1))
                for i in range(last + 1)
            ]
        return self._images[key]

    def _of(self, var: int, mask: int) -> Set:
        """Where a variable has one of the values in `mask`; all or nothing, if these are all that it has, or none."""
        full = (1 << self.sizes[var]) - 1
        return self.all if mask & full == full else self.test(var, mask) if mask & full else self.none

    def _relation(self, changes: tuple[tuple[int, bytes], ...]) -> Set:
        if changes not in self._relations:
            if len(changes) == 1:
                ((var, table),) = changes
                out = self.none
                for value, to in enumerate(table):
                    out |= self.value(var, value) & self._becoming(var, to)
            else:
                out = self.all
                for change in changes:
                    out &= self._relation((change,))
            self._relations[changes] = out
        return self._relations[changes]

    def _becoming(self, var: int, value: int) -> Set:
        """Where a variable will have a value."""
        key = (var, value)
        if key not in self._codes:
            self._codes[key] = self._code(self._new[var], value)
        return self._codes[key]

    def _rename(self, changes: tuple[tuple[int, bytes], ...]) -> BCDDSubstitution:
        key = tuple(var for var, _ in changes)
        if key not in self._renames:
            pairs = [
                (new, old) for var in key for old, new in zip(self._old[var], self._new[var], strict=True)
            ]  # fmt: skip
            self._renames[key] = BCDDFunction.make_substitution((a, self.manager.var(b)) for a, b in pairs)
        return self._renames[key]

    # --- members ---

    def holds(self, where: Set, values: Mapping[int, int]) -> bool:
        """Whether the values of the variables are in a set."""
        args: list[tuple[int, bool]] = []
        for var, value in values.items():
            if var in self._old:
                args += self.digits(var)[value]
        return where.eval(args)

    def digits(self, var: int) -> Sequence[Sequence[tuple[int, bool]]]:
        """For each value of a variable of the slice its places, and what stands there."""
        found = self._digits.get(var)
        if found is None:
            last = len(self._old[var]) - 1
            found = self._digits[var] = [
                [(place, bool(value >> (last - i) & 1)) for i, place in enumerate(self._old[var])]
                for value in range(self.sizes[var])
            ]
        return found

    def pick(self, where: Set) -> dict[int, int]:
        """Values that are in a set that is not empty, for the variables that matter in it."""
        cube = where.pick_cube()
        assert cube is not None
        out: dict[int, int] = {}
        for var, places in self._old.items():
            if any(cube[p] is not None for p in places):
                value = 0
                for place in places:
                    value = value * 2 + bool(cube[place])
                out[var] = value
        return out

    def count(self, where: Set, variables: Iterable[int]) -> int:
        """How many ways there are to give values to `variables` in a set that is about no others."""
        places = sum(len(self._old[v]) for v in variables if v in self._old)
        return where.sat_count(self.manager.num_vars()) >> (self.manager.num_vars() - places)

    def taken_over(self, where: Set, other: Sets) -> Set:
        """A set of another's: those that have all its variables, and of the others what they may be."""
        places: dict[int, int | None] = {}
        for var, theirs in other._old.items():
            mine: Iterable[int | None] = self._old.get(var) or [None] * len(theirs)
            places.update(zip(theirs, mine, strict=True))
        known: dict[Set, Set] = {other.none: self.none, other.all: self.all}

        waiting = [where]
        while waiting:
            now = waiting[-1]
            if now not in known:
                below, at = now.cofactors(), now.node_var()
                assert below is not None
                assert at is not None
                if missing := [each for each in below if each not in known]:
                    waiting += missing
                    continue
                (yes, no), place = (known[each] for each in below), places[at]
                known[now] = yes | no if place is None else self.manager.var(place).ite(yes, no)
            waiting.pop()
        return known[where]

    def support(self, where: Set) -> int:
        """The variables that a set speaks of, as a mask."""
        known = self._supports
        found = known.get(where)
        if found is not None:
            return found
        if len(known) > REMEMBERED:
            known.clear()
        waiting = [where]
        while waiting:
            now = waiting[-1]
            if now not in known:
                below = now.cofactors()
                if below is None:
                    known[now] = 0
                else:
                    yes, no = below
                    one, two = known.get(yes), known.get(no)
                    if one is None:
                        waiting.append(yes)
                    if two is None:
                        waiting.append(no)
                    if one is None or two is None:
                        continue
                    place = now.node_var()
                    assert place is not None
                    known[now] = self._at[place] | one | two
            waiting.pop()
        return known[where]

    def tidy(self) -> None:
        """Throw away what nobody needs any more, if it may be much."""
        if self.manager.approx_num_inner_nodes() > self._kept + FEW:
            self._supports.clear()
            self.manager.gc()
            self._kept = self.manager.approx_num_inner_nodes()
