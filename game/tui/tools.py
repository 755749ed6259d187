"""What the writer's desk lends to the screens. The desk is above them in the house, so it hands its tools down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
class Tools:
    """`uses` are all uses of all variables of a story; `words` reads its conditions back; `check` finds its faults.

    `check` takes the texts of a story's files by name, and says everything that is wrong or probably not meant.
    """

    uses: Callable[[Story], Sequence[Use]]
    words: Callable[[Story], Words]
    check: Callable[[Mapping[str, str]], Sequence[Diagnostic]]
