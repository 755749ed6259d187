"""Packages whose names are imported when somebody first asks for one of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module


def later(package: str, names: Mapping[str, Iterable[str]]) -> Callable[[str], object]:
    """The `__getattr__` of a package: whoever needs one module of it imports no other. `names` has those of each.

    None of them may be that of a module of the package, which stands for itself once it is imported.
    """
    homes = {name: module for module, known in names.items() for name in known}

    def find(name: str) -> object:
        if (home := homes.get(name)) is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(f"{package}.{home}"), name)
        setattr(sys.modules[package], name, found)  # so that this is not asked again
        return found

    return find
