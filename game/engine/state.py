"""Where a run stands, what it is offered, and what a choice did.

All of these are made at every turn, and so are named tuples: they are made in half the time of frozen dataclasses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from game.engine.checks import Values
    from game.story.model import Block, Choice


class Carried(Protocol):
    """Carries out a flow on values, adds what is told on the way to `told`, if given, and says where it ends."""

    def __call__(self, values: bytearray, told: list[Told] | None = None, /) -> str: ...


class State(NamedTuple):
    """Where a run stands. Hashable; equal states behave the same."""

    scene: str
    values: Values


class Option(NamedTuple):
    """A choice as it stands in a state: `open`, or shown with the reason why not."""

    choice: Choice
    open: bool
    id: str
    """The choice's."""
    text: str | None
    """What it says, where that is the same in every state: see `Reader.label`."""
    moves: tuple[tuple[str, Carried], ...]
    """The id of each outcome, and what it does."""


class Told(NamedTuple):
    """Words that belong to a step rather than to a scene. `kind` is choice, bell or rule; `id` says whose they are."""

    kind: str
    id: str
    blocks: tuple[Block, ...]
    values: Values
    """As the words are to be read: after the effects of the choice or rule; for a bell, as it rings."""
    chapter: str
    """Whose clock they read; "" for none."""
    gentle: tuple[Block, ...] | None = None
    """What gentle runs read instead of `blocks`."""


class Step(NamedTuple):
    """What a choice did: the state before and after, the outcome of its roll ("" without one), and what was told.

    A `kept` step is of an older version of the story: `after` is what the player had, whatever the choice, which may
    be gone, would do today.
    """

    before: State
    choice: str
    outcome: str
    told: tuple[Told, ...]
    after: State
    kept: bool = False
