"""Why something cannot be: which condition stands in the way, and what about it is never so."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from game.prove.model import Assign, Edge, Model, tests
from game.prove.questions import Asked
from game.prove.values import Values, narrowed
from game.story.conditions import Cond, Test
from game.story.variables import Variable


class Reasons:
    """Explains what is impossible, in a writer's words."""

    def __init__(self, model: Model, values: Values) -> None:
        self.model = model
        self.values = values

    def why_not(self, one: Asked) -> tuple[str, ...]:
        """Lines that say why a question's subject cannot be come to."""
        scene = one.question.scene
        kind = one.question.kind
        if scene and scene not in self.values.at:
            return self._no_way(scene)
        if kind in ("choice", "outcome") and scene:
            parts = one.question.subject.split(".")
            guards = [edge.guard for edge in self.model.edges[scene] if edge.choice.id == parts[1]]
            return self._never(guards[:1], scene)
        return ()

    def _no_way(self, scene: str) -> tuple[str, ...]:
        edges = [edge for edge in self.model.into.get(scene, ()) if edge.scene in self.values.at]
        if not edges:
            leading = self._leading.get(scene)
            if not leading:
                return ("nothing leads there",)
            return (f"only {', '.join(sorted(leading)[:3])} leads there, where nobody comes",)
        out: list[str] = []
        for edge in edges[:3]:
            why = self._never([edge.guard], edge.scene) or ("its conditions are never so together",)
            out.append(f"from {edge.name}: {why[0]}")
        return tuple(out)

    def _never(self, conds: Iterable[Cond], scene: str) -> tuple[str, ...]:
        """What in a condition is never so at a scene."""
        at = self.values.at[scene]
        out: list[str] = []
        for cond in conds:
            for test in dict.fromkeys(tests(cond)):
                if narrowed(test, at) is None:
                    out.append(self._test(test, scene))
        return tuple(dict.fromkeys(out))

    def _test(self, test: Test, scene: str) -> str:
        var = self.model.story.variables[test.var]
        wanted = words(var, test.mask)
        known = self.values.at[scene][test.var]
        why = self._where_set(test, scene)
        return f"{shown(var)} is never {wanted} in {scene} ({why}); there it is {words(var, known)}"

    def _where_set(self, test: Test, scene: str) -> str:
        found = self._setters(test)
        if not found:
            return "nothing makes it so"
        part = self.model.part
        early = [e for e in found if e.scene in part and part[e.scene] <= part.get(scene, -1)]
        names = list(dict.fromkeys(e.name for e in early or found))
        more = " and others do" if len(names) > 2 else ""
        named = ", ".join(names[:2])
        if not early:
            return f"only later does {named}{more} make it so"
        return f"{named} can make it so{', as others can' if more else ''}, but not on a way there"

    def _setters(self, test: Test) -> list[Edge]:
        return [
            edge
            for edge, table in self._changing.get(test.var, ())
            if any(test.mask >> to & 1 and to != i for i, to in enumerate(table))
        ]

    @cached_property
    def _leading(self) -> dict[str, set[str]]:
        """The scenes from which one might come to a scene, whether or not anybody can stand there."""
        out: dict[str, set[str]] = {}
        for edges in self.model.edges.values():
            for edge in edges:
                for end in edge.ends:
                    out.setdefault(end, set()).add(edge.scene)
        return out

    @cached_property
    def _changing(self) -> dict[int, list[tuple[Edge, bytes]]]:
        """For each variable what changes it, where somebody can stand."""
        out: dict[int, list[tuple[Edge, bytes]]] = {}
        for scene in self.values.at:
            for edge in self.model.edges[scene]:
                for item in edge.items:
                    if isinstance(item, Assign):
                        for var, table in item.tables.items():
                            out.setdefault(var, []).append((edge, table))
        return out


def shown(var: Variable) -> str:
    """A variable's name as a writer knows it."""
    return var.name.split("/")[-1]


def words(var: Variable, mask: int) -> str:
    """Values of a variable, in words."""
    values = [var.values[i] for i in range(var.size) if mask >> i & 1]
    numbers = [v for v in values if isinstance(v, int) and not isinstance(v, bool)]
    if len(numbers) == len(values) and len(values) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} to {numbers[-1]}"
    texts = [str(v).lower() if isinstance(v, bool) else str(v) for v in values]
    return " or ".join(texts) if texts else "anything"
