"""Which few variables a question has to do with: those it is about, and those that decide over them.

What is left out of a state may be anything, so fewer variables never hide anything that can be; and most questions are
answered by few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from game.prove.model import Arrive, Model, decided_by, tests
from game.prove.questions import Asked

BESIDES = 40
"""Variables that a group of questions is asked of, at most, while there are cheaper ways to try."""

WIDE = 16
"""Values of a variable that can be kept wherever it matters."""

ONE = 1.0
"""Seconds for a group of questions by itself."""

MANY = 8
"""Choices that lead to a scene, at most, for all they ask to matter."""


def about(asked: Iterable[Asked]) -> set[int]:
    """The variables that questions are about, where they are asked."""
    out: set[int] = set()
    for one in asked:
        for site in one.sites:
            out |= {test.var for test in tests(site.cond)} | {test.var for test in tests(site.before)}
            out |= {test.var for cond in (site.after or {}).values() for test in tests(cond)}
            if site.edge is not None:
                out |= decided_by(site.edge, site.item)
    return out


def tested(model: Model, asked: Iterable[Asked]) -> set[int]:
    """The variables that questions name, but those of many values: how one comes there is left open."""
    out: set[int] = set()
    for one in asked:
        for site in one.sites:
            for cond in (site.cond, site.before, *(site.after or {}).values()):
                out |= {test.var for test in tests(cond) if model.sizes[test.var] <= WIDE}
    return out


def guarding(model: Model, scenes: Iterable[str]) -> set[int]:
    """The variables that the choices of some scenes ask for."""
    return {test.var for scene in scenes for edge in model.edges[scene] for test in tests(edge.guard)}


def leading_there(model: Model, scenes: Iterable[str]) -> set[int]:
    """What decides over coming to scenes; where many choices lead to one, what decides over more than half of them."""
    out: set[int] = set()
    for scene in scenes:
        found: Counter[int] = Counter()
        into = model.into.get(scene, ())
        for edge in into:
            found.update(decided_by(edge, [isinstance(item, Arrive) and item.scene == scene for item in edge.items]))
        least = len(into) / 2 if len(into) > MANY else 0
        out |= {var for var, times in found.items() if times > least}
    return out


def groups(asked: Sequence[Asked]) -> list[list[Asked]]:
    """Questions, by the variables they are about; those that are about none by their scene."""
    out: dict[tuple[frozenset[int], str], list[Asked]] = {}
    for one in asked:
        vars = frozenset(test.var for site in one.sites for test in tests(site.cond))
        key = vars if len(vars) <= MANY else frozenset([min(vars)])
        out.setdefault((key, "" if key else one.sites[0].scene), []).append(one)
    return list(out.values())
