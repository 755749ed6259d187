"""What a story declares, by name, while it is being read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from game.story.conditions import Test
from game.story.diagnostics import Problems, Where, did_you_mean
from game.story.model import Chapter, Fate, Meter
from game.story.nodes import Node
from game.story.variables import Table, Variable

ID = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")

# Words that conditions and gotos give a meaning to, so that nothing else can be called by them.
RESERVED = frozenset(
    {"and", "or", "not", "in", "true", "false", "here", "player", "time", "clock", "arrived", "living", "scene"}
    | {"ending", "has", "count", "alive", "fate", "with", "bond", "promise", "memory", "seen", "chosen", "unlocked"}
    | {"exposed"}
)


@dataclass(slots=True)
class SceneName:
    """A scene as far as others refer to it."""

    id: str
    kind: str
    chapter: str
    place: str
    key: Node
    body: Node
    choices: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Names:
    """Everything that can be referred to. `what` in the look-ups is the kind of thing, for messages."""

    problems: Problems
    table: Table = field(default_factory=Table)
    meters: dict[str, Meter] = field(default_factory=dict)
    fates: dict[str, Fate] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    people: dict[str, Node] = field(default_factory=dict)
    items: dict[str, Node] = field(default_factory=dict)
    places: dict[str, Node] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    exposure: str = ""
    """The id of the meter that rises with exposure."""
    memories: dict[str, str] = field(default_factory=dict)
    promises: dict[str, str] = field(default_factory=dict)
    exits: set[tuple[str, str]] = field(default_factory=set)
    locks: set[tuple[str, str]] = field(default_factory=set)
    chapters: dict[str, Chapter] = field(default_factory=dict)
    scenes: dict[str, SceneName] = field(default_factory=dict)
    rooms: dict[tuple[str, str], str] = field(default_factory=dict)
    """(chapter, place) -> the id of the room there."""
    passages: dict[tuple[str, str], Node] = field(default_factory=dict)
    """(chapter or "", id) -> the passage's text."""
    complete: bool = True
    """False when something could not be read: then a missing name may stand there, and is not reported."""
    vague: set[int] = field(default_factory=set)
    """The numbers of variables whose declaration is at fault: what they can be is not known, nor what suits them."""
    clockless: set[str] = field(default_factory=set)
    """The chapters of which it is not known when they begin or end: no time is outside them."""

    alive: dict[str, tuple[Test, ...]] = field(default_factory=dict)
    """By group: see `living`."""
    included: int = 0
    """Characters of passages put into texts so far."""
    pieces: int = 0
    """Paragraphs, and stretches between signs within them, read so far."""
    tokens: int = 0
    """Words and signs of conditions read so far, and four more for each."""
    compared: int = 0
    """Pairs of values that comparisons of two flags have looked at so far."""

    def here_mask(self) -> int:
        """The mask of fates in which a person can be present."""
        return sum(1 << i for i, fate in enumerate(self.fates.values()) if fate.presence == "here")

    def unknown(self, code: str, where: Where, what: str, name: str, known: object) -> None:
        """Report a name that nothing declares, unless it may be declared in a file that could not be read."""
        if self.complete:
            self.problems.add(code, where, f"there is no {what} '{name}'", did_you_mean(name, known))  # type: ignore[arg-type]

    def living(self, group: str) -> tuple[Test, ...]:
        """For each person of a group, the test that they are alive."""
        if group not in self.alive:
            here = self.here_mask()
            members = self.groups[group]
            self.alive[group] = tuple(Test(self.table.by_name[f"fate.{p}"].index, here) for p in members)
        return self.alive[group]

    def roomless(self, where: Where, place: str, so: str, hint: str) -> None:
        """Report that a chapter has no room at a place, unless it may be in a file that could not be read."""
        if self.complete:
            at = f"at '{place}'" if place else "without a place"
            self.problems.add("H060", where, f"no room of this chapter is {at}, {so}", hint)

    def flag(self, name: str, chapter: str) -> Variable | None:
        """The flag or meter called `name` that a chapter can see."""
        var = (self.table.get(f"{chapter}/{name}") if chapter else None) or self.table.get(name)
        # The table also holds what only its own verbs may change: fates, the clock, the flags of other chapters.
        return var if var and var.kind in ("flag", "meter") and "/" not in name else None

    def flag_names(self, chapter: str) -> list[str]:
        own = [v.name.removeprefix(f"{chapter}/") for v in self.table.all if v.name.startswith(f"{chapter}/")]
        return own + [v.name for v in self.table.all if v.kind in ("flag", "meter") and "/" not in v.name]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a condition, effect or text stands: what it can see. `chapter` and `scene` are "" outside one."""

    names: Names
    chapter: str = ""
    scene: str = ""
    place: str = ""
    cast: frozenset[str] = frozenset()
    control: bool = False
    """Whether `scene.x` and `ending.x` may be asked (only in promises to the prover)."""

    @property
    def problems(self) -> Problems:
        return self.names.problems
