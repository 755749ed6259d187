"""What a story declares, as ids and one line about each, for whoever picks one from a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from game.story.declare import Declared
from game.story.expr import MAX_EXPANSION
from game.story.headers import offered
from game.story.migrations import VISIBLE
from game.story.model import Item, Meter
from game.story.names import Names, SceneName
from game.story.nodes import Node
from game.story.variables import Variable

WIDTH = 90
"""Characters of a text that stand for it in a list."""


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of a story that may still have faults. `complete` is False when there may be others."""

    names: Names
    declared: Declared

    def __post_init__(self) -> None:
        offered(self.names)  # lets every room know the choices that are made for it

    @property
    def complete(self) -> bool:
        return self.names.complete

    def people(self) -> dict[str, str]:
        return {p.id: _line(_called(p.name, p.class_), p.about) for p in self.declared.people.values()}

    def bonds(self) -> dict[str, str]:
        """Those one can grow close to."""
        known = self.people()
        return {p.id: known[p.id] for p in self.declared.people.values() if p.bond >= 0}

    def items(self) -> dict[str, str]:
        return {i.id: _line(i.name, i.about) for i in self.declared.items.values()}

    def most(self, item: Item) -> int | None:
        """How many of an item one can carry; None when that is not known."""
        return None if item.var in self.names.vague else item.most

    def places(self) -> dict[str, str]:
        return {p.id: _called(p.name, f"floor {p.floor}") for p in self.declared.places.values()}

    def notes(self) -> dict[str, str]:
        return dict(self.names.notes)

    def fates(self) -> dict[str, str]:
        return {f.id: f.word if f.presence == "here" else f"{f.word} ({f.presence})" for f in self.names.fates.values()}

    def later_fates(self) -> dict[str, str]:
        """The fates that another fate becomes: only they can be given to somebody."""
        reached = {name for fate in self.names.fates.values() for name in fate.becomes}
        return {name: word for name, word in self.fates().items() if name in reached}

    def priced(self) -> list[Meter]:
        """The meters whose rise is announced: an exit can have one as a price."""
        return [meter for meter in self.names.meters.values() if meter.price]

    def levels(self, meter: str) -> dict[int, str]:
        """The words of a meter, by the amount from which they hold; none for a flag."""
        found = self.names.meters.get(meter)
        return dict(found.words) if found else {}

    def meters(self) -> dict[str, str]:
        return {m.id: meter_line(m) for m in self.names.meters.values()}

    def promises(self) -> dict[str, str]:
        return self._texts({p.id: p.promises for p in self.declared.people.values()})

    def memories(self) -> dict[str, str]:
        return self._texts({p.id: p.memories for p in self.declared.people.values()})

    def _texts(self, told: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
        people = self.declared.people
        return {id: f"{people[who].short}: {text}" for who, texts in told.items() for id, text in texts.items()}

    def locks(self) -> dict[str, str]:
        """The exits an `unlock` can open, from either side."""
        places = self.declared.places
        ways = [pair for a, b in sorted(self.names.locks) for pair in ((a, b), (b, a))]
        return {f"{a}.{b}": f"{places[a].name} - {places[b].name}" for a, b in ways}

    def exposure(self, part: str) -> dict[str, str]:
        """The sites or sources of exposure (`part` is "site" or "source"), or none."""
        var = self.names.table.get(f"exposed.{part}")
        return {str(value): "" for value in var.values[1:]} if var else {}

    def chapters(self) -> dict[str, str]:
        return {c.id: c.title for c in self.names.chapters.values()}

    def flags(self, chapter: str) -> dict[str, Variable]:
        """The flags and meters that a chapter can see, its own first."""
        found = {name: self.names.flag(name, chapter) for name in self.names.flag_names(chapter)}
        return {name: var for name, var in found.items() if var}

    def vague(self, var: Variable) -> bool:
        """Whether it is not known what `var` can be."""
        return var.index in self.names.vague

    def sources(self, var: Variable, chapter: str) -> list[str]:
        """The flags and meters that `var` can be set to the value of."""

        def fits(other: Variable) -> bool:
            if self.vague(other):
                return True
            small = other.size * var.size <= MAX_EXPANSION
            return other is not var and small and all(var.index_of(value) is not None for value in other.values)

        return [name for name, other in self.flags(chapter).items() if fits(other)]

    def all_flags(self) -> dict[str, list[Variable]]:
        """Every flag and meter of the story and of its chapters, by name."""
        out: dict[str, list[Variable]] = {}
        for var in self.names.table.all:
            if var.kind in ("flag", "meter"):
                out.setdefault(var.name.split("/")[-1], []).append(var)
        return out

    def scenes(self) -> dict[str, str]:
        return {s.id: _scene_line(s) for s in self.names.scenes.values()}

    def endings(self) -> dict[str, str]:
        return {s.id: _scene_line(s) for s in self.names.scenes.values() if s.kind == "ending"}

    def own_scenes(self, chapter: str) -> dict[str, str]:
        return {s.id: _scene_line(s) for s in self.names.scenes.values() if s.chapter == chapter}

    def targets(self, chapter: str) -> dict[str, str]:
        """Where one can go from a chapter: its own scenes, endings of no chapter, the starts of later chapters."""
        out = self.own_scenes(chapter) if chapter else {}
        out.update(self.own_scenes(""))
        here = self.names.chapters.get(chapter)
        for other in self.names.chapters.values() if here else ():
            if here and other.number > here.number:
                known = self.own_scenes(other.id)
                out.update({name: f"{other.title}: {known[name]}" for name in other.start if name in known})
        return out

    def has_rooms(self, chapter: str) -> bool:
        return any(where == chapter for where, _ in self.names.rooms)

    def choices(self) -> dict[str, str]:
        """Every choice of every scene, and in which scenes it stands."""
        found: dict[str, list[str]] = {}
        for scene in self.names.scenes.values():
            for choice in sorted(scene.choices):
                found.setdefault(choice, []).append(scene.id)
        return {choice: "in " + ", ".join(scenes[:3]) for choice, scenes in found.items()}

    def choices_of_scenes(self) -> dict[str, str]:
        """Every choice as `scene.choice`."""
        scenes = self.names.scenes.values()
        return {f"{s.id}.{c}": _part(_body(s, c), "text") for s in scenes for c in sorted(s.choices)}

    def rolls(self) -> dict[str, dict[str, str]]:
        """The outcomes of every roll, by `scene.choice`."""
        out = {}
        for scene in self.names.scenes.values():
            for choice in sorted(scene.choices):
                roll = _value(_body(scene, choice), "roll")
                if roll is not None and roll.kind == "map":
                    out[f"{scene.id}.{choice}"] = {id.value: _part(body, "then") for id, body in roll.items()}
        return out

    def outcomes(self) -> dict[str, str]:
        """Every outcome of every roll, by its own id."""
        return {id: text for outcomes in self.rolls().values() for id, text in outcomes.items()}

    def named_flags(self) -> dict[str, str]:
        """Every flag and meter by its full name: those of a chapter as chapter/flag."""
        return {v.name: flag_line(v) for v in self.names.table.all if v.kind in ("flag", "meter")}

    def with_values(self) -> dict[str, str]:
        """Everything whose values a migration may speak of; `fate` stands for everybody's."""
        known = {v.name: flag_line(v) for v in self.names.table.all if v.kind in VISIBLE}
        return {**known, "fate": ", ".join(self.names.fates)}


def meter_line(meter: Meter) -> str:
    """`0 to 10: silent, restless`."""
    return _line(f"{meter.low} to {meter.high}", ", ".join(word for _, word in meter.words))


def flag_line(var: Variable) -> str:
    """`yes or no`, or the values."""
    if isinstance(var.values[0], bool):
        return "yes or no"
    if isinstance(var.values[0], int):
        return f"{var.values[0]} to {var.values[-1]}"
    return ", ".join(str(value) for value in var.values)


def _line(*parts: str) -> str:
    return ": ".join(part for part in parts if part)


def _called(name: str, more: str) -> str:
    return f"{name} ({more})" if more else name


def _scene_line(scene: SceneName) -> str:
    """What kind of scene it is, where, and how it begins: `room at broadcast: The desk hums.`"""
    kind = scene.kind + (f" at {scene.place}" if scene.place else "")
    return _line(kind, _part(scene.body, "title"), _part(scene.body, "text"))


def _body(scene: SceneName, choice: str) -> Node | None:
    """What is written for a choice, when it is written in its scene."""
    return _value(_value(scene.body, "choices"), choice)


def _value(node: Node | None, key: str) -> Node | None:
    found = node.value.get(key) if node is not None and node.kind == "map" else None
    return found[1] if found else None


def _part(node: Node | None, key: str) -> str:
    found = _value(node, key)
    return _short(found.value) if found is not None and found.kind == "text" else ""


def _short(text: str) -> str:
    """The beginning of a text, on one line and without its tags."""
    lines = (line.strip() for line in text.split("\n"))
    first = next((line for line in lines if line and not line.startswith("{%")), "")
    return first if len(first) <= WIDTH else first[:WIDTH].rsplit(" ", 1)[0] + " …"
