"""What saves of older versions call otherwise, as a writer declares it in `migrations:`.

Old names are those the story no longer has, new ones those it has: so a migration stays true however often it is
applied, and one may lead to another (a became b, and later b became c).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from game.story.fields import Key, Shape, expect, pairs, read
from game.story.model import Migrations
from game.story.names import Names
from game.story.nodes import Node
from game.story.variables import Value, Variable, value_text

GONE = "gone"
"""What a migration says of something that the story no longer has, and nothing stands for."""

MIGRATIONS = Shape(
    "migrations",
    {
        "scenes": Key("renamed scenes", "scenes that are gone, and the one that stands for each"),
        "choices": Key("renamed choices", "choices as scene.choice: what they are now, or gone"),
        "outcomes": Key("renamed outcomes", "outcomes of rolls as scene.choice.outcome: what they are now"),
        "chapters": Key("renamed chapters", "chapters by their old ids"),
        "people": Key("renamed people", "people by their old ids: who they are now, or gone"),
        "items": Key("renamed items", "items by their old ids: what they are now, or gone"),
        "places": Key("renamed places", "places by their old ids"),
        "flags": Key("renamed flags", "flags and meters: window, or chapter/window; what they are now, or gone"),
        "promises": Key("renamed promises", "promises by their old ids: what they are now, or gone"),
        "memories": Key("renamed memories", "memories by their old ids: what they are now, or gone"),
        "values": Key("renamed values", "values that are gone, by what had them: {club: {archery: track}}"),
        "new": Key("fresh values", "what is new, and its value in older saves where that is not how it starts"),
    },
)

VISIBLE = ("flag", "meter", "item", "fate", "bond", "promise", "memory", "site", "source")
"""The kinds of variables whose values a migration may speak of."""


def read_migrations(node: Node | None, names: Names) -> Migrations | None:
    """What `migrations:` in story.yaml says; None when there is no such section. Everything else has been read."""
    if node is None:
        return None
    return _Reader(read(node, MIGRATIONS, names.problems, node.where), names).read()


class _Reader:
    def __init__(self, got: dict[str, Node], names: Names) -> None:
        self.got = got
        self.names = names

    def read(self) -> Migrations:
        names = self.names
        chosen = {f"{s.id}.{c}" for s in names.scenes.values() for c in s.choices}
        scenes = self.renamed("scenes", "scene", "H020", names.scenes)
        choices = self.renamed("choices", "choice", "H027", chosen, dotted=1)
        chapters = self.renamed("chapters", "chapter", "H027", names.chapters)
        places = self.renamed("places", "place", "H023", names.places)
        return Migrations(
            scenes, choices, self.outcomes(), chapters, places, dict(self.variables()), self.values(), self.fresh()
        )

    # --- names ---

    def renamed(
        self, section: str, what: str, code: str, known: Iterable[str], dotted: int = 0, gone: bool = False
    ) -> dict[str, str]:
        """One section: old ids to new ones, "" for `gone` where that can be. `dotted` is how many points an id has."""
        problems = self.names.problems
        known = set(known)
        out: dict[str, tuple[Node, str]] = {}
        for key, value in pairs(self.got.get(section), problems, f"{section} are a map of old ids and new ones"):
            if not expect(value, "text", f"a {what} is one id", problems):
                continue
            if key.value.count(".") != dotted:
                shape = ".".join(("scene", "choice", "outcome")[: dotted + 1])
                problems.add("H012", key.where, f"a {what} is written as {shape if dotted else 'one id'}")
            elif key.value in known:
                problems.add(
                    "H080",
                    key.where,
                    f"there is a {what} '{key.value}' in the story",
                    "a migration is of what the story no longer has; take it out, or rename the other one",
                )
            else:
                out[key.value] = value, value.value
        return {
            old: new
            for old, (where, _) in out.items()
            if (new := self._last(old, where, out, what, code, known, gone or section == "choices")) is not None
        }

    def _last(
        self, old: str, where: Node, out: dict[str, tuple[Node, str]], what: str, code: str, known: set[str], gone: bool
    ) -> str | None:
        """What something is called in the end; None, with a problem, when that leads nowhere."""
        new, passed = out[old][1], {old}
        while new not in known and new in out and new not in passed:
            passed.add(new)
            new = out[new][1]
        if new in known:
            return new
        if new == GONE and gone:
            return ""
        if new in passed:
            if old == next(name for name in out if name in passed):
                hint = f"name what the {what} is now"
                self.names.problems.add(code, where.where, f"the migrations of '{old}' lead round in a circle", hint)
            return None
        if len(passed) > 1:  # reported where it ends
            return None
        if new == GONE:
            hint = f"name the {what} that stands for it: somebody may have saved there"
            self.names.problems.add(code, where.where, f"a {what} cannot be {GONE}", hint)
        else:
            self.names.unknown(code, where.where, what, new, known)
        return None

    def outcomes(self) -> dict[str, str]:
        """Outcomes of rolls, which are named with their choice as it is now."""
        names, problems = self.names, self.names.problems
        rolls = _rolls(names)
        out = {}
        for key, value in pairs(self.got.get("outcomes"), problems, "outcomes are a map of old ids and new ones"):
            roll, _, outcome = key.value.rpartition(".")
            if not expect(value, "text", "an outcome is one id", problems):
                continue
            if roll not in rolls:
                names.unknown("H027", key.where, "roll", roll, rolls)
            elif outcome in rolls[roll]:
                hint = "a migration is of what the story no longer has"
                problems.add("H080", key.where, f"the roll {roll} still has an outcome '{outcome}'", hint)
            elif value.value not in rolls[roll]:
                names.unknown("H027", value.where, "outcome", value.value, rolls[roll])
            else:
                out[key.value] = value.value
        return out

    def variables(self) -> Iterator[tuple[str, str]]:
        """Full old names of variables, and what they are called now."""
        names = self.names
        flags = {v.name for v in names.table.all if v.kind in ("flag", "meter")}
        kinds: list[tuple[str, str, str, Iterable[str], tuple[str, ...]]] = [
            ("people", "person", "H022", names.people, ("fate.", "with.", "bond.")),
            ("items", "item", "H021", names.items, ("count.",)),
            ("flags", "flag", "H024", flags, ("",)),
            ("promises", "promise", "H027", names.promises, ("promise.",)),
            ("memories", "memory", "H027", names.memories, ("memory.",)),
        ]
        for section, what, code, known, prefixes in kinds:
            for old, new in self.renamed(section, what, code, known, gone=True).items():
                for prefix in prefixes:
                    yield prefix + old, prefix + new if new else ""

    # --- values ---

    def values(self) -> dict[str, dict[str, Value]]:
        problems = self.names.problems
        out: dict[str, dict[str, Value]] = {}
        for key, body in pairs(self.got.get("values"), problems, "values are a map of what has them"):
            found = self._meant(key)
            for old, new in pairs(body, problems, "the values of one thing are a map of old and new ones"):
                for var in found:
                    if old.value in _shown(var):
                        hint = "a migration is of what the story no longer has"
                        problems.add("H080", old.where, f"'{key.value}' can still be '{old.value}'", hint)
                        break
                    if (value := self._value(var, key.value, new)) is None:
                        break
                    out.setdefault(var.name, {})[old.value] = value
        return out

    def fresh(self) -> dict[int, int]:
        """What new variables are in older saves."""
        out = {}
        for key, node in pairs(self.got.get("new"), self.names.problems, "'new' is a map of names and values"):
            for var in self._meant(key):
                if (value := self._value(var, key.value, node)) is None:
                    break
                out[var.index] = var.index_of(value) or 0
        return out

    def _meant(self, key: Node) -> list[Variable]:
        """The variables a writer means: one by its name, or all the fates."""
        known: dict[str, list[Variable]] = {}
        for var in self.names.table.all:
            if var.kind in VISIBLE:
                known[var.name] = [var]
                if var.kind == "fate":
                    known.setdefault("fate", []).append(var)
        if key.value not in known:
            self.names.unknown("H024", key.where, "flag, meter or the like", key.value, known)
        return [var for var in known.get(key.value, ()) if var.index not in self.names.vague]

    def _value(self, var: Variable, name: str, node: Node) -> Value | None:
        shown = _shown(var)
        if not expect(node, "text", "a value is one word or number", self.names.problems):
            return None
        if node.value not in shown:
            hint = "known here: " + ", ".join(list(shown)[:12])
            self.names.problems.add("H081", node.where, f"'{name}' cannot be '{node.value}'", hint)
            return None
        return shown[node.value]


def _shown(var: Variable) -> dict[str, Value]:
    return {value_text(value): value for value in var.values}


def _part(node: Node | None, key: str) -> Node | None:
    found = node.value.get(key) if node is not None and node.kind == "map" else None
    return found[1] if found else None


def _rolls(names: Names) -> dict[str, list[str]]:
    """The outcomes of every roll, by `scene.choice`."""
    out = {}
    for scene in names.scenes.values():
        choices = _part(scene.body, "choices")
        for key, body in choices.items() if choices is not None and choices.kind == "map" else ():
            if (roll := _part(body, "roll")) is not None and roll.kind == "map":
                out[f"{scene.id}.{key.value}"] = [outcome.value for outcome, _ in roll.items()]
    return out
