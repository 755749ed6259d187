"""A story, typed and immutable: what the loader makes and everything else reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from game.story.conditions import Cond
from game.story.diagnostics import Where
from game.story.records import record, value
from game.story.variables import Value, Variable

Minutes: TypeAlias = int
"""Minutes since D1 00:00."""


# --- text -----------------------------------------------------------------------------------------


@value
class Words:
    """A stretch of text. `style` is "", "em" or "strong"."""

    text: str
    style: str = ""


@value
class Slot:
    """A value put into the text. `kind` is "player", "time", "value" or "word"; `var` is a variable's number, or -1."""

    kind: str
    var: int = -1
    style: str = ""


@value
class InlineIf:
    branches: tuple[tuple[Cond, tuple[Span, ...]], ...]


Span: TypeAlias = "Words | Slot | InlineIf"


@value
class Para:
    """A paragraph. `speaker` is a person's id, or "" for the narrator. `id` is stable within the story."""

    id: str
    speaker: str
    spans: tuple[Span, ...]
    where: Where


@value
class Branches:
    """Blocks of which the first whose condition holds is shown (an `else` has the condition TRUE)."""

    id: str
    branches: tuple[tuple[Cond, tuple[Block, ...], Where], ...]


Block: TypeAlias = "Para | Branches"


# --- effects --------------------------------------------------------------------------------------


@value
class Change:
    """Variable `var` goes from the value i to the value `table[i]`."""

    var: int
    table: bytes


@value
class Branch:
    cond: Cond
    then: tuple[Op, ...]
    otherwise: tuple[Op, ...] = ()


@value
class Advance:
    """`ticks` of the chapter's clock go by; bells may ring."""

    ticks: int


@value
class AdvanceTo:
    """The chapter's clock moves up to `tick`, if it is earlier; bells may ring."""

    tick: int


@value
class Jump:
    """The player goes to `scene` instead of where the choice leads; `bell` says why ("" for none)."""

    scene: str
    bell: str = ""


@value
class Ring:
    """A bell of `chapter` was heard: its words are shown."""

    bell: str
    chapter: str


@value
class Deed:
    """Somebody does something, by the effect `verb` at `where`. It changes nothing: whoever is gone does nothing."""

    person: str
    verb: str
    where: Where = field(compare=False)


Op: TypeAlias = "Change | Branch | Advance | AdvanceTo | Jump | Ring | Deed"


@value
class Effect:
    """One effect as written. `verb` is its word; `rises` are (variable, amount) of what it adds to meters."""

    verb: str
    where: Where
    ops: tuple[Op, ...]
    rises: tuple[tuple[int, int], ...] = ()


# --- scenes ---------------------------------------------------------------------------------------


@record
class Goto:
    """Where a choice leads: the first branch whose condition holds; the last one's is TRUE."""

    branches: tuple[tuple[Cond, str], ...]
    where: Where


@record
class Outcome:
    """What can come of a roll. `id` is unique in its choice; `weight` is at least 1."""

    id: str
    weight: int
    do: tuple[Effect, ...]
    then: tuple[Block, ...]
    goto: Goto
    where: Where
    bug: bool = False
    gentle: tuple[Block, ...] | None = None
    """What gentle runs read in place of `then`."""


@record
class Price:
    """What a choice is known to cost: minutes, and (meter id, amount) for meters whose rise is announced."""

    minutes: Minutes = 0
    meters: tuple[tuple[str, int], ...] = ()


@record
class Choice:
    """`id` is unique in its scene. A choice has exactly one outcome with the id "" unless it is a roll.

    `kind` is "choice", "exit" (made from the map; `text` may be empty and `place` is where it leads) or "offer".
    It is offered while `shown` and `when` hold. While only `shown` holds, `locked` is the reason given; without one
    the choice is hidden.
    """

    id: str
    text: tuple[Span, ...]
    shown: Cond
    when: Cond
    locked: tuple[Span, ...]
    do: tuple[Effect, ...]
    outcomes: tuple[Outcome, ...]
    where: Where
    kind: str = "choice"
    place: str = ""
    price: Price = Price()
    bug: bool = False

    @property
    def is_roll(self) -> bool:
        return self.outcomes[0].id != ""


@record
class Scene:
    """`kind` is "scene", "room" or "ending". `chapter` is "" for an ending outside all chapters."""

    id: str
    kind: str
    chapter: str
    place: str
    title: str
    hint: str
    counts: bool
    notes: tuple[str, ...]
    cast: tuple[str, ...]
    arrive: int
    """Ticks of the chapter's clock it is at least, on arrival; 0 for no such rule."""
    do: tuple[Effect, ...]
    text: tuple[Block, ...]
    gentle: tuple[Block, ...] | None
    choices: tuple[Choice, ...]
    where: Where
    epilogue: bool = False
    """Whether this ending also tells what became of everybody."""
    summary: tuple[Block, ...] | None = None
    """What is told to a player who does not read this scene."""

    @property
    def is_ending(self) -> bool:
        return self.kind == "ending"


@record
class Bell:
    id: str
    at: int
    """Ticks from the chapter's start."""
    when: Cond
    do: tuple[Effect, ...]
    then: tuple[Block, ...]
    goto: str
    where: Where
    gentle: tuple[Block, ...] | None = None


@record
class Rule:
    id: str
    when: Cond
    do: tuple[Effect, ...]
    then: tuple[Block, ...]
    goto: str
    once: int
    """The number of the variable that says it has happened, or -1 when it may happen again and again."""
    where: Where
    gentle: tuple[Block, ...] | None = None


@record
class Chapter:
    """A chapter's clock runs from minute `opens` in steps of `tick` minutes for `ticks` steps.

    `early` and `late` are ticks: before `early` the chapter ends early, from `late` on it ends late.
    """

    id: str
    title: str
    opens: Minutes
    tick: Minutes
    ticks: int
    early: int
    late: int
    start: tuple[str, ...]
    bells: tuple[Bell, ...]
    number: int
    where: Where


# --- declarations ---------------------------------------------------------------------------------


@record
class Player:
    name: str
    hangul: str
    original: str = ""
    """The name in the language the story was written in, where this is a translation of it."""


@record
class Meter:
    """`words` and `price` are (lowest amount, word), ascending. `decay` is (amount, minutes), or None."""

    id: str
    var: int
    low: int
    high: int
    words: tuple[tuple[int, str], ...]
    price: tuple[tuple[int, str], ...]
    decay: tuple[int, Minutes] | None
    label: str


@record
class Fate:
    """`presence` is "here", "away" or "gone". `becomes` are the fates that may follow."""

    id: str
    word: str
    presence: str
    becomes: frozenset[str]


@record
class Person:
    id: str
    name: str
    short: str
    hangul: str
    class_: str
    about: str
    fate: int
    """The number of the variable that holds this person's fate; `company` likewise; `bond` is -1 without one."""
    company: int
    bond: int
    promises: Mapping[str, str]
    memories: Mapping[str, str]
    where: Where
    epilogue: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)
    """What became of them, by the fate they have at an ending that tells it."""


@record
class Item:
    id: str
    name: str
    one: str
    many: str
    about: str
    most: int
    var: int
    where: Where


@record
class Exit:
    to: str
    locked: bool
    where: Where


@record
class Place:
    id: str
    name: str
    short: str
    floor: int
    at: tuple[int, int]
    exits: tuple[Exit, ...]
    where: Where


@record
class Property:
    """A promise a writer makes about the story. `kind` is always, never or reachable; `scene` is "" for everywhere."""

    kind: str
    cond: Cond
    source: str
    scene: str
    where: Where


@record
class Migrations:
    """What saves of older versions call otherwise: old names to new ones, and "" for what is gone for good.

    `scenes`, `choices` (`scene.choice`), `outcomes` (`scene.choice.outcome` to an outcome's id) and `chapters` are by
    id, `places` too. `variables` are full names. `values` are by the variable's full name now, and the old value as
    text. `fresh` says what a variable (by number) is in saves that do not know it yet, as the index of a value.
    """

    scenes: Mapping[str, str]
    choices: Mapping[str, str]
    outcomes: Mapping[str, str]
    chapters: Mapping[str, str]
    places: Mapping[str, str]
    variables: Mapping[str, str]
    values: Mapping[str, Mapping[str, Value]]
    fresh: Mapping[int, int]


@record
class Story:
    """A whole story. Mappings keep the order in which things were declared."""

    id: str
    title: str
    version: str
    language: str
    about: str
    notice: str
    player: Player
    start: str
    notes: Mapping[str, str]
    meters: Mapping[str, Meter]
    fates: Mapping[str, Fate]
    groups: Mapping[str, tuple[str, ...]]
    people: Mapping[str, Person]
    items: Mapping[str, Item]
    places: Mapping[str, Place]
    chapters: Mapping[str, Chapter]
    scenes: Mapping[str, Scene]
    rules: tuple[Rule, ...]
    properties: tuple[Property, ...]
    variables: tuple[Variable, ...]
    digest: str
    """Hex SHA-256 over the story's files: two stories with the same digest play the same."""
    by_name: Mapping[str, Variable] = field(default_factory=dict)
    migrations: Migrations | None = None
    """None where the writer has not said what becomes of older saves: then their choices are made again."""

    @property
    def endings(self) -> list[Scene]:
        """The endings that count, in the order they were written."""
        return [s for s in self.scenes.values() if s.is_ending and s.counts]
