"""Random small stories: valid sources, in a form that a test can also play by itself (see oracle.py).

A story is nested dicts and lists, which written as JSON are YAML files. Conditions in it are `Asked`: the words a
writer would write, and what they mean.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hypothesis import strategies as st

Tree: TypeAlias = "dict[str, Any]"
Draw: TypeAlias = "Callable[[st.SearchStrategy[Any]], Any]"

OPS = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
WORDS = ["x", "y", "z"]
PEOPLE = ["p0", "p1", "p2"]
FATES: Tree = {
    "alive": {"becomes": ["bitten", "missing", "dead"]},
    "bitten": {"becomes": ["dead", "missing"]},
    "missing": {"becomes": ["alive", "dead"], "is": "away"},
    "dead": {"is": "gone"},
}
PROMISE = ["none", "made", "kept", "broken"]
ARRIVED = ["early", "on_time", "late"]


class Asked(str):
    """A condition: its words, and what it means as a tuple.

    Meanings: ("is", variable, values it may have), ("both", variable, op, variable), ("seen", scene),
    ("chosen", scene, choice), ("with", person, whether in the cast), ("living", op, number), ("const", bool),
    ("and", meanings…), ("or", meanings…), ("not", meaning).
    """

    means: tuple[Any, ...]

    def __new__(cls, words: str, means: tuple[Any, ...]) -> Asked:
        asked = super().__new__(cls, words)
        asked.means = means
        return asked


class Worded(str):
    """A text: some words, and perhaps what is asked in it."""

    words: str
    asked: Asked | None

    def __new__(cls, words: str, asked: Asked | None = None) -> Worded:
        tail = f" {{% if {asked} %}}Yes{{% else %}}No{{% endif %}} {{{{ m0 }}}}" if asked is not None else ""
        text = super().__new__(cls, words + tail)
        text.words, text.asked = words, asked
        return text


@dataclass
class Chapter:
    id: str
    opens: int
    tick: int
    ticks: int
    flags: dict[str, list[Any]]
    scenes: dict[str, Tree] = field(default_factory=dict)
    rooms: dict[str, Tree] = field(default_factory=dict)
    bells: dict[str, Tree] = field(default_factory=dict)
    early: int = 0
    late: int = 999


@dataclass
class Model:
    """A random story. `domains` are the values of every variable by its full name, `start` where it begins."""

    declared: Tree
    people: Tree
    items: Tree
    places: Tree
    chapters: list[Chapter]
    rules: Tree
    domains: dict[str, list[Any]]
    start: dict[str, Any]
    decays: dict[str, tuple[int, int]]

    def sources(self) -> dict[str, str]:
        out = {
            "story.yaml": {**self.declared, "rules": self.rules},
            "people.yaml": self.people,
            "items.yaml": self.items,
            "places.yaml": self.places,
        }
        for chapter in self.chapters:
            head = {
                "id": chapter.id,
                "title": chapter.id,
                "from": moment(chapter.opens),
                "until": moment(chapter.opens + chapter.tick * chapter.ticks),
                "tick": f"{chapter.tick} min",
                "start": next(iter(chapter.scenes)),
            }
            if chapter.early:
                head["early"] = moment(chapter.opens + chapter.tick * chapter.early)
            if chapter.late < 999:
                head["late"] = moment(chapter.opens + chapter.tick * chapter.late)
            out[f"{chapter.id}.yaml"] = {
                "chapter": head,
                "flags": {name: _flag(values) for name, values in chapter.flags.items()},
                "scenes": chapter.scenes,
                "rooms": chapter.rooms,
                "bells": chapter.bells,
            }
        out["endings.yaml"] = {"endings": {e: {"title": e, "text": f"At {e}."} for e in ("end", "other")}}
        return {name: json.dumps(tree, ensure_ascii=False, indent=1) for name, tree in out.items()}


def moment(minutes: int) -> str:
    return f"D{minutes // 1440 + 1} {minutes % 1440 // 60:02}:{minutes % 60:02}"


def _flag(values: list[Any]) -> Any:
    if values == [False, True]:
        return False
    return {"range": f"{values[0]}..{values[-1]}"} if isinstance(values[0], int) else {"one of": values}


def few(draw: Draw, most: int) -> range:
    return range(draw(st.integers(0, most)))


class Writer:
    """Writes one random story."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.domains: dict[str, list[Any]] = {}
        self.start: dict[str, Any] = {}
        self.decays: dict[str, tuple[int, int]] = {}
        self.group: list[str] = []

    def pick(self, options: Any) -> Any:
        return self.draw(st.sampled_from(list(options)))

    def maybe(self) -> bool:
        return bool(self.draw(st.booleans()))

    def story(self) -> Model:
        declared = self.declare()
        chapters = [self.chapter(f"c{n}", 600 + 600 * n) for n in range(self.pick([1, 1, 2]))]
        for n, chapter in enumerate(chapters):
            following = next(iter(chapters[n + 1].scenes)) if n + 1 < len(chapters) else "end"
            self.fill(chapter, following, chapters)
        rules = {f"u{n}": self.rule(chapters) for n in few(self.draw, 2)}
        declared["story"]["start"] = next(iter(chapters[0].scenes))
        people = {
            "p0": {"name": "P Zero", "bond": "0..3", "promises": {"q0": "To go."}},
            "p1": {"name": "P One", "bond": "-1..1", "memories": {"r0": "A day."}},
            "p2": {"name": "P Two", "fate": self.start["fate.p2"]},
        }
        items = {"i0": {"name": "a thing"}, "i1": {"name": "water", "max": 3}}
        places = {
            "l0": {
                "name": "L Zero",
                "floor": 1,
                "at": [0, 0],
                "exits": {"l1": {"time": "40 min", "m0": 1}, "l2": {"locked": "Shut."}},
            },
            "l1": {"name": "L One", "floor": 1, "at": [1, 0], "exits": {"l0": {}}},
            "l2": {"name": "L Two", "floor": 1, "at": [2, 0], "exits": {"l0": {}}},
        }
        return Model(declared, people, items, places, chapters, rules, self.domains, self.start, self.decays)

    # --- declarations ---

    def declare(self) -> Tree:
        meters: Tree = {}
        for name in ("m0", "m1"):
            low, high = (self.pick([-2, 0]), self.pick([3, 6])) if name == "m0" else (0, 3)
            self.variable(name, list(range(low, high + 1)), self.pick(range(low, high + 1)))
            meters[name] = {"range": f"{low}..{high}", "start": self.start[name]}
            if self.maybe():
                amount, minutes = self.pick([(1, 20), (1, 30), (2, 60), (3, 40)])
                self.decays[name] = amount, minutes
                meters[name]["decays"] = f"{amount} per {minutes} min"
        meters["m0"]["price"] = {1: "loud"}
        flags: Tree = {"b0": self.maybe(), "n0": {"range": "0..3"}, "n1": {"range": "0..3", "start": 2}}
        self.variable("b0", [False, True], flags["b0"])
        self.variable("n0", [0, 1, 2, 3], 0)
        self.variable("n1", [0, 1, 2, 3], 2)
        for name in ("w0", "w1"):
            self.variable(name, WORDS, self.pick(WORDS))
            flags[name] = {"one of": WORDS, "start": self.start[name]}
        for person in PEOPLE:
            self.variable(f"fate.{person}", list(FATES), self.pick(FATES) if person == "p2" else "alive")
            self.variable(f"with.{person}", [False, True], False)
        self.variable("bond.p0", [0, 1, 2, 3], 0)
        self.variable("bond.p1", [-1, 0, 1], 0)
        self.variable("promise.q0", PROMISE, "none")
        self.variable("memory.r0", [False, True], False)
        self.variable("count.i0", [0, 1], 0)
        self.variable("count.i1", [0, 1, 2, 3], 0)
        self.variable("unlocked.l0.l2", [False, True], False)
        self.variable("exposed.site", ["none", "limb", "blood"], "none")
        self.variable("exposed.source", ["none", "zombie"], "none")
        self.variable("arrived", ARRIVED, "on_time")
        self.group = self.draw(st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True))
        return {
            "story": {"id": "random", "title": "Random", "version": "1.0.0", "start": ""},
            "meters": meters,
            "flags": flags,
            "fates": FATES,
            "groups": {"g0": self.group},
            "exposure": {"meter": "m1", "sites": ["limb", "blood"], "sources": ["zombie"]},
        }

    def variable(self, name: str, values: list[Any], start: Any) -> None:
        self.domains[name] = values
        self.start[name] = start

    # --- chapters ---

    def chapter(self, id: str, opens: int) -> Chapter:
        tick, ticks = self.pick([10, 20]), self.draw(st.integers(4, 10))
        flags: dict[str, list[Any]] = {"k0": [False, True], "k1": [0, 1, 2, 3]}
        for name, values in flags.items():
            self.variable(f"{id}/{name}", values, values[0])
        chapter = Chapter(id, opens, tick, ticks, flags)
        if self.maybe():
            chapter.early = self.draw(st.integers(1, ticks))
            chapter.late = self.draw(st.integers(chapter.early, ticks))
        chapter.scenes = {f"{id}s{n}": {} for n in range(self.draw(st.integers(2, 4)))}
        chapter.rooms = {f"{id}r{n}": {"place": f"l{n}"} for n in range(self.draw(st.integers(1, 3)))}
        return chapter

    def fill(self, chapter: Chapter, following: str, chapters: list[Chapter]) -> None:
        scope = Scope(self, chapter, chapters)
        inside = [*chapter.scenes, *chapter.rooms]
        targets = [*inside, following, "end"]
        for n, (id, scene) in enumerate(chapter.scenes.items()):
            cast = self.draw(st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True))
            scene |= {"cast": cast} if cast else {}
            self.arriving(scene, scope.at(cast))
            if n and self.maybe():
                scene["place"] = "l0"
                scene["offer"] = {"text": f"Offer {id}.", "once": self.maybe()}
                if self.maybe():
                    scene["offer"]["when"] = scope.condition()
            scene["text"] = self.text(f"Scene {id}.", scope.at(cast))
            scene["choices"] = self.choices(targets, scope.at(cast))
            scene["choices"]["on"] = {"text": "On.", "goto": self.pick(targets)}
        for id, room in chapter.rooms.items():
            self.arriving(room, scope)
            room["text"] = self.text(f"Room {id}.", scope)
            room["choices"] = self.choices([*targets, None], scope)
            room["choices"]["on"] = {"text": "On.", "do": [{"pass": f"{chapter.tick} min"}], "goto": self.pick(targets)}
        times = self.draw(st.lists(st.integers(1, chapter.ticks), max_size=3))
        led: set[int] = set()
        for n, at in enumerate(times):
            bell: Tree = {
                "at": moment(chapter.opens + at * chapter.tick),
                "then": self.text(f"Bell {chapter.id}b{n}.", scope),
            }
            if self.maybe():
                bell["when"] = scope.condition()
            if self.maybe():
                bell["do"] = self.effects(scope, passes=False)
            if at not in led and self.maybe():
                bell["goto"] = self.pick(targets)
                led.add(at)
            chapter.bells[f"{chapter.id}b{n}"] = bell

    def arriving(self, scene: Tree, scope: Scope) -> None:
        chapter = scope.chapter
        if self.draw(st.integers(0, 3)) == 0:
            scene["time"] = moment(chapter.opens + chapter.tick * self.draw(st.integers(0, chapter.ticks)))
        if self.draw(st.integers(0, 2)) == 0:
            scene["do"] = self.effects(scope, passes=False)

    def text(self, words: str, scope: Scope) -> Worded:
        return Worded(words, scope.condition() if self.maybe() else None)

    def choices(self, targets: list[Any], scope: Scope) -> Tree:
        out: Tree = {}
        for n in range(self.draw(st.integers(1, 2))):
            choice: Tree = {"text": "Choose."}
            if self.maybe():
                choice["when"] = scope.condition()
            if self.maybe():
                choice["do"] = self.effects(scope)
            if self.draw(st.integers(0, 3)) == 0:
                choice["roll"] = {f"o{k}": self.outcome(targets, scope) for k in range(2)}
                for outcome in choice["roll"].values():
                    outcome["weight"] = self.pick([1, 2])
            else:
                choice |= self.outcome(targets, scope)
                if self.draw(st.integers(0, 3)) == 0:
                    choice["once"] = True
            out[f"a{n}"] = choice
        return out

    def outcome(self, targets: list[Any], scope: Scope) -> Tree:
        out: Tree = {}
        if self.maybe():
            out["then"] = self.text("Then.", scope)
        target = self.pick(targets)
        if target is not None and self.draw(st.integers(0, 3)) == 0:
            known = [t for t in targets if t is not None]
            out["goto"] = [{"when": scope.condition(), "to": self.pick(known)}, {"to": target}]
        elif target is not None:
            out["goto"] = target
        return out

    def rule(self, chapters: list[Chapter]) -> Tree:
        scope = Scope(self, None, chapters)
        rule: Tree = {"when": scope.condition(), "then": self.text("Rule.", scope)}
        if self.maybe():
            rule["once"] = True
        if self.maybe():
            rule["goto"] = self.pick(["end", "other"])
        if self.maybe():
            rule["do"] = self.effects(scope, passes=False)
        return rule

    # --- effects ---

    def effects(self, scope: Scope, passes: bool = True, depth: int = 0) -> list[Tree]:
        return [self.effect(scope, passes, depth) for _ in range(self.draw(st.integers(1, 3)))]

    def effect(self, scope: Scope, passes: bool, depth: int) -> Tree:
        verbs = ["take", "drop", "set", "set", "copy", "add", "add", "fate", "fate", "join", "leave", "bond", "promise"]
        verbs += ["keep", "break", "remember", "expose", "unlock", *["pass"] * (4 * passes), *["if"] * (2 - depth)]
        match verb := self.pick(verbs):
            case "take" | "drop":
                count = self.pick([1, 2, 3])
                return {verb: self.pick(["i0", {"i1": count}])}
            case "set":
                name = self.pick(scope.flags())
                return {"set": {scope.short(name): self.pick(self.domains[name])}}
            case "copy":
                target, source = self.pick([("w0", "w1"), ("w1", "w0"), ("n0", "n1"), ("n1", "n0")])
                return {"set": {target: source}}
            case "add":
                name = self.pick(
                    [f for f in scope.flags() if isinstance(self.domains[f][0], int) and len(self.domains[f]) > 2]
                )
                return {"add": {scope.short(name): self.pick([-3, -1, 1, 2])}}
            case "fate":
                return {"fate": {self.pick(PEOPLE): self.pick(["alive", "bitten", "missing", "dead"])}}
            case "join" | "leave":
                return {verb: self.pick(PEOPLE)}
            case "bond":
                return {"bond": {self.pick(["p0", "p1"]): self.pick([-1, 1, 2])}}
            case "promise" | "keep" | "break":
                return {verb: "q0"}
            case "remember":
                return {"remember": "r0"}
            case "expose":
                return {"expose": {"site": self.pick(["limb", "blood"]), "source": "zombie"}}
            case "unlock":
                return {"unlock": self.pick(["l0.l2", "l2.l0"])}
            case "pass":
                return {"pass": f"{scope.tick * self.draw(st.integers(1, 4))} min"}
        inner: Tree = {"if": scope.condition(), "do": self.effects(scope, passes, depth + 1)}
        if self.maybe():
            inner["else"] = self.effects(scope, passes, depth + 1)
        return inner


@dataclass
class Scope:
    """Where conditions and effects stand: what they can refer to."""

    writer: Writer
    chapter: Any
    chapters: list[Chapter]
    cast: tuple[str, ...] = ()

    def at(self, cast: list[str]) -> Scope:
        return Scope(self.writer, self.chapter, self.chapters, tuple(cast))

    @property
    def tick(self) -> int:
        return int(self.chapter.tick)

    def flags(self) -> list[str]:
        own = [f"{self.chapter.id}/{name}" for name in self.chapter.flags] if self.chapter else []
        return ["m0", "m1", "b0", "n0", "n1", "w0", "w1", *own]

    def short(self, name: str) -> str:
        return name.split("/")[-1]

    def condition(self, depth: int = 0) -> Asked:
        pick = self.writer.pick
        kind = pick(["atom"] * (2 + 2 * depth) + ["and", "or", "not"]) if depth < 3 else "atom"
        if kind == "atom":
            return self.atom()
        if kind == "not":
            part = self.condition(depth + 1)
            return Asked(f"not ({part})", ("not", part.means))
        parts = [self.condition(depth + 1) for _ in range(2)]
        return Asked(f" {kind} ".join(f"({p})" for p in parts), (kind, *(p.means for p in parts)))

    def atom(self) -> Asked:
        pick, domains = self.writer.pick, self.writer.domains
        kinds = ["value"] * 5 + ["two", "has", "alive", "with", "seen", "chosen", "living", "const"]
        match pick([*kinds, "time"] if self.chapter else kinds):
            case "two":
                a, b = pick([("w0", "w1"), ("n0", "n1")])
                op = pick(["==", "!="] if a == "w0" else list(OPS))
                return Asked(f"{a} {op} {b}", ("both", a, op, b))
            case "has":
                item = pick(["i0", "i1"])
                return Asked(f"has.{item}", ("is", f"count.{item}", tuple(v for v in domains[f"count.{item}"] if v)))
            case "alive":
                person = pick(PEOPLE)
                return Asked(f"alive.{person}", ("is", f"fate.{person}", ("alive", "bitten")))
            case "with":
                person = pick(PEOPLE)
                return Asked(f"with.{person}", ("with", person, person in self.cast))
            case "seen":
                scene = pick(self.places())
                return Asked(f"seen.{scene}", ("seen", scene))
            case "chosen":
                scene = pick(self.places())
                return Asked(f"chosen.{scene}.on", ("chosen", scene, "on"))
            case "living":
                op, number = pick(list(OPS)), pick(range(len(self.writer.group) + 1))
                possible = {OPS[op](n, number) for n in range(len(self.writer.group) + 1)}
                if len(possible) == 1:
                    op = "=="
                return Asked(f"living.g0 {op} {number}", ("living", op, number))
            case "const":
                value = pick([False, True])
                return Asked(str(value).lower(), ("const", value))
            case "time":
                at = self.writer.draw(st.integers(0, self.chapter.ticks))
                op = pick(list(OPS))
                ticks = tuple(t for t in range(self.chapter.ticks + 1) if OPS[op](t, at))
                return Asked(f"time {op} {moment(self.chapter.opens + at * self.chapter.tick)}", ("is", "clock", ticks))
        name = pick(
            [
                *self.flags(),
                "bond.p0",
                "bond.p1",
                "promise.q0",
                "memory.r0",
                "count.i1",
                "unlocked.l0.l2",
                "exposed.site",
                "fate.p0",
                "fate.p2",
                "arrived",
            ]
        )
        values = domains[name]
        if values == [False, True]:
            return Asked(self.short(name), ("is", name, (True,)))
        if self.writer.maybe():
            some = tuple(self.writer.draw(st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)))
            return Asked(f"{self.short(name)} in ({', '.join(map(str, some))})", ("is", name, some))
        op, value = pick(list(OPS) if isinstance(values[0], int) else ["==", "!="]), pick(values)
        some = tuple(v for v in values if OPS[op](v, value))
        if len(some) in (0, len(values)):
            op, some = "==", (value,)
        return Asked(f"{self.short(name)} {op} {value}", ("is", name, some))

    def places(self) -> list[str]:
        return [id for chapter in self.chapters for id in (*chapter.scenes, *chapter.rooms)]


@st.composite
def models(draw: Draw) -> Model:
    """Random stories."""
    return Writer(draw).story()


@st.composite
def conditions(draw: Draw) -> tuple[Model, Asked]:
    """A random story, and a condition that could stand in its first scene."""
    writer = Writer(draw)
    model = writer.story()
    chapter = model.chapters[0]
    cast = next(iter(chapter.scenes.values())).get("cast", [])
    return model, Scope(writer, chapter, model.chapters, tuple(cast)).condition()
