"""What proofs are made with: the extra `writer`. Nothing else in the house needs it."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeAlias

from game.engine import Machine
from game.prove.report import Report

if TYPE_CHECKING:
    from game.prove.prove import Plan

Progress: TypeAlias = "Callable[[str, int, int], None]"
Prove: TypeAlias = "Callable[[Machine, Plan, Progress], Report]"

MODULES = ("oxidd", "pysat")

INSTALL = 'pip install "hyosan[writer]"'
NEEDED = f"hyosan prove needs its proof engine: {INSTALL}"


def installed() -> bool:
    """Whether there is something to prove with. Does not import it."""
    return all(find_spec(name) is not None for name in MODULES)


def engine() -> Prove | None:
    """What proves; None where it is not installed."""
    if not installed():
        return None
    from game.prove.prove import prove

    return prove
