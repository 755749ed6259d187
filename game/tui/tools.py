"""What the writer's desk lends to the screens. The desk is above them in the house, so it hands its tools down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from game.story.conditions import Cond
from game.story.diagnostics import Diagnostic, Where
from game.story.model import Story


class Use(Protocol):
    """One place where variable number `var` is set (`sets`) or read: how (`what`), and in which scene ("" for none)."""

    @property
    def var(self) -> int: ...
    @property
    def sets(self) -> bool: ...
    @property
    def what(self) -> str: ...
    @property
    def scene(self) -> str: ...
    @property
    def where(self) -> Where: ...


Words: TypeAlias = "Callable[[Cond, str], str]"
"""A condition in a writer's words; the text says in which chapter it is asked."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A problem that is proved. `log` is a playthrough after whose last choice it shows, with its `dice`, or None."""

    where: Where
    said: str
    because: tuple[str, ...]
    log: tuple[str, ...] | None
    dice: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof of the story with this `digest` came to: in a few words (`brief`), and in a sentence (`said`)."""

    digest: str
    brief: str
    said: str
    wrong: tuple[Wrong, ...]


class Proving(Protocol):
    """A proof that is being made elsewhere."""

    def so_far(self) -> Proven | None:
        """Wait for what is known while the proof goes on, and later for what is known then. None at its end."""

    def result(self) -> Proven | str | None:
        """Wait for it. Text says why nothing can ever be proved here; None that nothing came of it this time."""

    def stop(self) -> None:
        """Give it up: `result` then returns soon. May be called at any time."""


@dataclass(frozen=True, slots=True)
class Tools:
    """`uses` are all uses of all variables of a story; `words` reads its conditions back; `check` finds its faults.

    `check` takes the texts of a story's files by name, and says everything that is wrong or probably not meant.
    `prove` begins to prove the story in a folder; without it nothing is proved.
    """

    uses: Callable[[Story], Sequence[Use]]
    words: Callable[[Story], Words]
    check: Callable[[Mapping[str, str]], Sequence[Diagnostic]]
    prove: Callable[[Path], Proving] | None = None
