"""Plays a random story by the language page alone: no masks, no tables, no expansion. Slow, and plain to read."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from tests.engine.worlds import FATES, OPS, PROMISE, Chapter, Model, Worded, moment

HERE = [fate for fate, is_ in FATES.items() if "is" not in is_]


@dataclass
class World:
    """How things stand. `values` are by the full names of variables; the clock counts the chapter's ticks."""

    model: Model
    values: dict[str, Any]
    scene: str = ""
    chapter: Chapter | None = None
    seen: set[str] = field(default_factory=set)
    chosen: set[tuple[str, str]] = field(default_factory=set)
    ruled: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    rung: list[str] = field(default_factory=list)
    jump: str = ""

    def copy(self) -> World:
        return World(
            self.model, dict(self.values), self.scene, self.chapter, set(self.seen), set(self.chosen), set(self.ruled)
        )

    # --- conditions ---

    def holds(self, means: tuple[Any, ...]) -> bool:
        values = self.values
        match means:
            case ("is", name, some):
                return any(values[name] == v and type(values[name]) is type(v) for v in some)
            case ("both", a, op, b):
                return bool(OPS[op](values[a], values[b]))
            case ("seen", scene):
                return scene in self.seen
            case ("chosen", scene, choice):
                return (scene, choice) in self.chosen
            case ("with", person, in_cast):
                return values[f"fate.{person}"] in HERE and (in_cast or values[f"with.{person}"])
            case ("living", op, number):
                return bool(OPS[op](sum(values[f"fate.{p}"] in HERE for p in self.group), number))
            case ("const", value):
                return bool(value)
            case ("not", part):
                return not self.holds(part)
            case ("and", *parts):
                return all(self.holds(p) for p in parts)
            case ("or", *parts):
                return any(self.holds(p) for p in parts)
        raise AssertionError(means)

    @property
    def group(self) -> list[str]:
        return list(self.model.declared["groups"]["g0"])

    def when(self, tree: dict[str, Any]) -> bool:
        return "when" not in tree or self.holds(tree["when"].means)

    # --- effects ---

    def do(self, effects: list[dict[str, Any]]) -> None:
        for effect in effects:
            if "if" in effect:
                self.do(effect["do"] if self.holds(effect["if"].means) else effect.get("else", []))
                continue
            ((verb, what),) = effect.items()
            getattr(self, f"_{verb}")(what)

    def add(self, name: str, amount: int) -> None:
        domain = self.model.domains[name]
        self.values[name] = min(max(self.values[name] + amount, domain[0]), domain[-1])

    def full(self, name: str) -> str:
        own = f"{self.chapter.id}/{name}" if self.chapter else name
        return own if own in self.values else name

    def _take(self, what: Any, sign: int = 1) -> None:
        for item, count in ({what: 1} if isinstance(what, str) else what).items():
            self.add(f"count.{item}", sign * count)

    def _drop(self, what: Any) -> None:
        self._take(what, -1)

    def _set(self, what: dict[str, Any]) -> None:
        for name, value in what.items():
            self.values[self.full(name)] = self.values[value] if value in ("w0", "w1", "n0", "n1") else value

    def _add(self, what: dict[str, int]) -> None:
        for name, amount in what.items():
            self.add(self.full(name), amount)

    def _fate(self, what: dict[str, str]) -> None:
        for person, to in what.items():
            if to in FATES[self.values[f"fate.{person}"]].get("becomes", []):
                self.values[f"fate.{person}"] = to
                if to not in HERE:
                    self.values[f"with.{person}"] = False
                    if f"bond.{person}" in self.values:
                        self.values[f"bond.{person}"] = 0

    def _join(self, person: str) -> None:
        if self.values[f"fate.{person}"] in HERE:
            self.values[f"with.{person}"] = True

    def _leave(self, person: str) -> None:
        self.values[f"with.{person}"] = False

    def _bond(self, what: dict[str, int]) -> None:
        for person, amount in what.items():
            self.add(f"bond.{person}", amount)

    def _promise(self, what: str) -> None:
        if self.values[f"promise.{what}"] == "none":
            self.values[f"promise.{what}"] = "made"

    def _keep(self, what: str, to: str = "kept") -> None:
        if self.values[f"promise.{what}"] == "made":
            self.values[f"promise.{what}"] = to

    def _break(self, what: str) -> None:
        self._keep(what, PROMISE[3])

    def _remember(self, what: str) -> None:
        self.values[f"memory.{what}"] = True

    def _expose(self, what: dict[str, str]) -> None:
        self.values |= {f"exposed.{part}": to for part, to in what.items()}
        self.values["m1"] = max(self.values["m1"], 1)

    def _unlock(self, what: str) -> None:
        self.values["unlocked.l0.l2"] = True

    def _pass(self, length: str) -> None:
        assert self.chapter is not None
        self.advance(-(-int(length.split()[0]) // self.chapter.tick))

    # --- time ---

    def advance(self, ticks: int) -> None:
        """Time goes by tick by tick, until a bell interrupts."""
        assert self.chapter is not None
        now = self.values["clock"]
        for at in range(now + 1, now + ticks + 1):
            if self.jump:
                return
            for meter, (amount, minutes) in self.model.decays.items():
                tick = self.chapter.tick
                lost = amount * at * tick // minutes - amount * (at - 1) * tick // minutes
                low = self.model.domains[meter][0]
                self.values[meter] = max(self.values[meter] - lost, low)
            self.values["clock"] = min(at, self.chapter.ticks)
            if at <= self.chapter.ticks:
                self.ring(at)

    def ring(self, at: int) -> None:
        assert self.chapter is not None
        time = moment(self.chapter.opens + at * self.chapter.tick)
        bells = [bell for bell in self.chapter.bells.values() if bell["at"] == time]
        for bell in sorted(bells, key=lambda bell: "goto" in bell):
            if self.when(bell):
                self.rung.append(self.read(bell["then"]))
                self.do(bell.get("do", []))
                self.jump = bell.get("goto", "")

    # --- scenes ---

    def tree(self, scene: str) -> dict[str, Any]:
        return next(
            (c.scenes.get(scene) or c.rooms[scene] for c in self.model.chapters if scene in (*c.scenes, *c.rooms)), {}
        )

    def home(self, scene: str) -> Chapter | None:
        return next((c for c in self.model.chapters if scene in (*c.scenes, *c.rooms)), None)

    def choices(self) -> dict[str, dict[str, Any]]:
        """Everything the scene might offer, by id, in order."""
        tree, chapter = self.tree(self.scene), self.chapter
        out = dict(tree.get("choices", {}))
        if chapter and self.scene in chapter.rooms:
            place = tree["place"]
            for id, scene in chapter.scenes.items():
                if "offer" in scene and scene["place"] == place:
                    out[id] = {**scene["offer"], "goto": id}
            rooms = {room["place"]: id for id, room in chapter.rooms.items()}
            for to, way in self.model.places[place]["exits"].items():
                if to in rooms:
                    out[f"go_{to}"] = {
                        "goto": rooms[to],
                        "do": self.way(way),
                        "once": False,
                        "lock": {place, to} == {"l0", "l2"},
                    }
        return out

    def way(self, way: dict[str, Any]) -> list[dict[str, Any]]:
        cost = [{"pass": way["time"]}] if "time" in way else []
        return [*cost, {"add": {"m0": way["m0"]}}] if "m0" in way else cost

    def open(self) -> list[str]:
        return [id for id, choice in self.choices().items() if self.offered(id, choice)]

    def offered(self, id: str, choice: dict[str, Any]) -> bool:
        if choice.get("once", "roll" in choice) and (self.scene, id) in self.chosen:
            return False
        if choice.get("lock") and not self.values["unlocked.l0.l2"]:
            return False
        return self.when(choice)

    def choose(self, id: str, outcome: str = "") -> World:
        """The world after a choice, and after `outcome` of its roll."""
        after = self.copy()
        after._choose(id, outcome)
        return after

    def _choose(self, id: str, outcome: str) -> None:
        choice = self.choices()[id]
        here = self.scene
        self.seen.add(here)
        self.chosen.add((here, id))
        self.do(choice.get("do", []))
        came = choice
        if outcome:
            came = choice["roll"][outcome]
            self.do(came.get("do", []))
        if "then" in came:
            self.told.append(self.read(came["then"]))
        self.tell_bells()
        target = self.jump or self.target(came.get("goto", here))
        if target not in ("end", "other"):
            target = self.rules(target)
        self.enter(target)

    def read(self, text: Worded) -> str:
        """A text as it reads now."""
        if text.asked is None:
            return text.words
        return f"{text.words} {'Yes' if self.holds(text.asked.means) else 'No'} {self.values['m0']}"

    def tell_bells(self) -> None:
        self.told += self.rung
        self.rung = []

    def page(self) -> list[str]:
        """The text of the scene."""
        if self.scene in ("end", "other"):
            return [f"At {self.scene}."]
        return [self.read(self.tree(self.scene)["text"])]

    def target(self, goto: Any) -> str:
        if isinstance(goto, str):
            return goto
        return str(next(branch["to"] for branch in goto if self.when(branch)))

    def rules(self, target: str) -> str:
        for id, rule in self.model.rules.items():
            if (rule.get("once") and id in self.ruled) or not self.when(rule):
                continue
            self.do(rule.get("do", []))
            self.ruled.add(id)
            self.told.append(self.read(rule["then"]))
            if "goto" in rule:
                return str(rule["goto"])
        return target

    def enter(self, scene: str) -> None:
        while True:
            home = self.home(scene)
            if home and home is not self.chapter:
                self.leave()
                self.chapter = home
                self.values["clock"] = 0
            self.jump = ""
            tree = self.tree(scene)
            if "time" in tree and home:
                at = next(t for t in range(home.ticks + 1) if moment(home.opens + t * home.tick) == tree["time"])
                self.advance(max(0, at - self.values["clock"]))
                self.tell_bells()
            if not self.jump or self.jump == scene:
                break
            scene = self.jump
        self.scene = scene
        self.do(tree.get("do", []))
        self.jump = ""

    def leave(self) -> None:
        if self.chapter is None:
            return
        at = self.values["clock"]
        late = at >= self.chapter.late
        self.values["arrived"] = "early" if at < self.chapter.early else "late" if late else "on_time"
        for name in self.chapter.flags:
            full = f"{self.chapter.id}/{name}"
            self.values[full] = self.model.start[full]


def begin(model: Model) -> World:
    """The world in which a story begins."""
    world = World(model, deepcopy(model.start) | {"clock": 0})
    world.enter(next(iter(model.chapters[0].scenes)))
    world.told = []
    return world
