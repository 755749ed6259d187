"""Packages whose names are imported when somebody first asks for one of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def later(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a package whose names are in modules of it: `homes` has the module of each name.

    Whoever needs one module of a package imports that one only. No name may be that of a module of the package.
    """

    def find(name: str) -> object:
        if (home := homes.get(name)) is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(f"{package}.{home}"), name)
        setattr(sys.modules[package], name, found)  # so that this is not asked again
        return found

    return find
