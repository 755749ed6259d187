"""What a story is made of: classes of fields that nobody changes once they are set.

They are dataclasses that type checkers hold to be frozen. At run time they are not, which has them imported in a third
of the time, and made in half of it; a story is tens of thousands of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[_T]) -> type[_T]:
    """One that is equal to another with the same fields, and can be a key."""
    return dataclass(slots=True, unsafe_hash=True)(cls)


@dataclass_transform(eq_default=False, frozen_default=True, field_specifiers=(field,))
def record(cls: type[_T]) -> type[_T]:
    """One that is only ever itself: no comparing, no repr, and so sooner imported still."""
    return dataclass(slots=True, eq=False, repr=False)(cls)
