"""Synthetic stories for measuring the prover: folders of YAML with the shape of a long story.

    python bench/stories.py OUT --scenes 500 --seed 1 [--clock chapter] [--locality scoped] [--measure]

A story is a chain of chapters, and a chapter a chain of parts: diamonds, hubs whose locations are visited once, and
single scenes. Scenes are dangers (a roll), meetings, gates, finds and rests. The same arguments write the same files.

With `plant` three defects are put in and listed in OUT/planted.json: a scene in which a player can get stuck, an
ending whose condition never holds, and a line spoken by somebody who may be dead. Nothing else in the story is meant
to be wrong, except that some choices ask for flags that can never be set by then.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

Yaml: TypeAlias = "dict[str, Any]"

TICK = 10
"""Minutes."""

LOCALITY = {"scoped": (0.9, 0.1, 0.0), "mixed": (0.6, 0.25, 0.15), "sprawl": (0.3, 0.4, 0.3)}
"""How often a flag is read in the chapter that sets it, in the three after it, and anywhere."""

PACE = 2.3
"""How many ticks a choice that takes a moment lasts, for each tick that a chapter has to a scene."""

SCENES_A_CHAPTER = 42
FLAGS_A_CHAPTER = 10

PEOPLE = ("mina", "jun", "sora", "tae", "hana", "doyun", "yuna", "minho", "sujin", "kyung", "bora", "inho", "nari")
PLACES = (
    *("gym", "store", "library", "kitchen", "corridor", "stairs", "office", "lab", "roof", "shed"),
    *("yard", "garage", "hall", "cellar", "clinic", "ward", "studio", "attic", "chapel", "canteen"),
)
ITEMS: dict[str, Yaml] = {
    "crowbar": {"name": "a crowbar", "about": "Heavier than it looks."},
    "rope": {"name": "a rope", "about": "Ten metres, with knots."},
    "torch": {"name": "a torch", "about": "It flickers."},
    "radio": {"name": "a radio", "about": "It hisses."},
    "keys": {"name": "a bunch of keys", "about": "None of them is labelled."},
    "water": {"name": "water", "one": "a bottle of water", "many": "bottles of water", "max": 3},
    "medicine": {"name": "medicine", "one": "a dose of medicine", "many": "doses of medicine", "max": 3},
    "batteries": {"name": "batteries", "one": "a battery", "many": "batteries", "max": 3},
}
FATES: Yaml = {
    "unmet": {"becomes": ["alive", "dead"], "is": "away"},
    "alive": {"becomes": ["bitten", "missing", "dead"]},
    "bitten": {"becomes": ["alive", "feverish", "missing", "dead"]},
    "feverish": {"becomes": ["bitten", "hybrid", "turned", "missing", "dead"]},
    "missing": {"becomes": ["alive", "dead"], "is": "away"},
    "hybrid": {"becomes": ["missing", "dead"]},
    "turned": {"is": "gone"},
    "dead": {"is": "gone"},
}
WORDS = ("north", "south", "east", "west")
SENTENCES = (
    "The door hangs by one hinge.",
    "Somewhere above you a chair is dragged over the floor.",
    "The lights hum and go out again.",
    "There are shoes in the corridor, none of them a pair.",
    "Nobody says anything for a while.",
    "The window shows a yard with nobody in it.",
    "It smells of chalk and of something else.",
    "A phone rings twice and stops.",
    "Dust turns in the light that is left.",
    "You count the steps without meaning to.",
    "Something has been written on the wall and wiped off.",
    "The tap drips into a full sink.",
    "Far away a siren rises and falls.",
    "The floor is wet as far as the stairs.",
)
SPEECH = (
    "Not that way.",
    "Did you hear that?",
    "Give me a minute.",
    "I can go first.",
    "We should not stay.",
    "Somebody was here before us.",
    "Keep your voice down.",
)


@dataclass(frozen=True, slots=True)
class Planted:
    """A defect that was put in: its `kind` (stuck, ending, speaks), the `scene` it is in and what is wrong there."""

    kind: str
    scene: str
    person: str
    file: str
    says: str


@dataclass(slots=True)
class _Flag:
    id: str
    home: int
    values: tuple[str, ...]
    numbers: bool
    sets: int = 0
    given: set[str] = field(default_factory=set)
    readers: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Chapter:
    number: int
    size: int
    scenes: Yaml = field(default_factory=dict)
    rooms: Yaml = field(default_factory=dict)
    bells: Yaml = field(default_factory=dict)
    main: list[str] = field(default_factory=list)
    """The single scenes that every play comes by that is not called away."""
    made: int = 0
    places: list[int] = field(default_factory=list)
    """The pairs of places that no room of this chapter stands at yet."""

    def id(self, word: str) -> str:
        self.made += 1
        return f"{self.stem}_{self.made:03d}_{word}"

    @property
    def name(self) -> str:
        return f"ch{self.number + 1:02d}"

    @property
    def file(self) -> str:
        return f"{self.number + 1:03d}-chapter.yaml"

    @property
    def stem(self) -> str:
        return f"c{self.number + 1:02d}"

    @property
    def inner(self) -> list[str]:
        """The scenes but the first and the last."""
        return [id for id in self.scenes if not id.endswith(("_arrival", "_dusk", "_end"))]

    @property
    def part(self) -> float:
        """How much of the chapter is written, from 0 to 1."""
        return min(1.0, self.made / max(1, self.size))


def write(
    folder: Path,
    *,
    scenes: int,
    seed: int,
    chapters: int | None = None,
    people: int = 14,
    flags: int | None = None,
    clock: str = "chapter",
    ticks: int = 48,
    locality: str = "scoped",
    plant: bool = True,
) -> list[Planted]:
    """Write a story of about `scenes` scenes into `folder` and say what was planted in it.

    Without `chapters` and `flags` there are about 42 scenes and 10 flags to a chapter. The clock is a chapter's own,
    of `ticks` steps of ten minutes; with the clock "none" no time passes.
    """
    count = chapters or max(2, round(scenes / SCENES_A_CHAPTER))
    story = _Story(
        random.Random(f"{seed}/{scenes}/{locality}/{clock}"),
        scenes,
        count,
        people,
        count * FLAGS_A_CHAPTER if flags is None else flags,
        ticks if clock == "chapter" else 0,
        LOCALITY[locality],
        plant,
    )
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in story.files(f"synthetic-{scenes}-{seed}").items():
        (folder / name).write_text(dump(content), encoding="utf-8")
    listed = [asdict(p) for p in story.planted]
    (folder / "planted.json").write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
    return story.planted


class _Story:
    def __init__(
        self,
        chance: random.Random,
        scenes: int,
        chapters: int,
        people: int,
        flags: int,
        ticks: int,
        locality: tuple[float, float, float],
        plant: bool,
    ) -> None:
        self.chance = chance
        self.size = scenes
        self.count = chapters
        self.ticks = ticks
        self.locality = locality
        self.plant = plant
        self.planted: list[Planted] = []
        self.people = [PEOPLE[i] if i < len(PEOPLE) else f"pupil_{i + 1}" for i in range(people)]
        # Everybody is met in the first half or so of the story; the first two at its beginning.
        self.met = [0 if i < 2 else int(i * chapters * 0.6 / people) for i in range(people)]
        self.flags: list[_Flag] = [self._flag(i, i * chapters // flags) for i in range(flags)]
        self.homes: list[list[_Flag]] = [[f for f in self.flags if f.home == c] for c in range(chapters)]
        # In a long story each danger weighs less, so that plays cross much of it.
        self.mild = max(1, round(chapters / 12))
        self.bites: list[tuple[int, str]] = []  # (chapter, who can be bitten in it)
        self.deeds: list[tuple[int, str]] = []  # (chapter, a choice that was made)
        self.chapters: list[_Chapter] = []
        self.endings: Yaml = {}
        self._build()

    def _flag(self, number: int, home: int) -> _Flag:
        kind = self.chance.random()
        id = f"f{home + 1:02d}_{number:03d}"
        if kind < 0.1:
            return _Flag(id, home, ("0", "1", "2", "3"), True)
        if kind < 0.2:
            return _Flag(id, home, WORDS[: self.chance.choice((3, 4))], False)
        return _Flag(id, home, (), False)

    # --- what chapters are made of ---

    def _build(self) -> None:
        self._endings()
        left = self.size - len(self.endings)
        for number in range(self.count):
            size = left * (number + 1) // self.count - left * number // self.count
            self.chapters.append(_Chapter(number, max(size, 4)))
        starts = [chapter.id("arrival") for chapter in self.chapters]
        for chapter, start in zip(self.chapters, starts, strict=True):
            self._chapter(chapter, start, starts[chapter.number + 1] if chapter.number + 1 < self.count else "")
        for flag in self.flags:
            self._use(flag)

    def _chapter(self, c: _Chapter, start: str, after: str) -> None:
        c.places = self.chance.sample(range(len(PLACES) // 2), len(PLACES) // 2)
        special = 2 + bool(self.ticks)
        parts = self._parts(c, c.size - special)
        # A part of n scenes has n numbers, of which the first is that of the scene by which it is entered.
        ids: list[str] = []
        numbers: list[int] = []
        for kind, size in parts:
            ids.append(c.id(kind))
            numbers.append(c.made)
            c.made += size - 1
        end = f"{c.stem}_end"
        self._arrival(c, start, ids[0] if ids else end)
        meet = [i for i, met in enumerate(self.met) if met == c.number]
        for i, (kind, size) in enumerate(parts):
            here, c.made = ids[i], numbers[i]
            following = ids[i + 1] if i + 1 < len(ids) else end
            if kind == "diamond":
                self._diamond(c, here, following, size)
            elif kind == "hub":
                self._hub(c, here, following, size)
            elif meet:
                self._recruit(c, here, following, meet.pop(0))
            else:
                self._single(c, here, following, kind)
                c.main.append(here)
        if self.plant and c.number == min(self.count - 1, self.count * 6 // 10):
            self._plant_stuck(c)
        if self.plant and c.number == min(self.count - 1, self.count * 3 // 4):
            self._plant_speech(c)
        self._end(c, end, after)
        if self.ticks:
            self._bells(c, end)

    def _parts(self, c: _Chapter, left: int) -> list[tuple[str, int]]:
        """The kinds and sizes of a chapter's parts, `left` scenes in all."""
        out: list[tuple[str, int]] = []
        for met in self.met:
            if met == c.number and left > 0:
                out.append(("meeting", 1))
                left -= 1
        while left > 0:
            kind = self.chance.choices(("diamond", "hub", "single"), (5, 2, 5))[0]
            if kind == "diamond" and left >= 4:
                size = min(left, self.chance.randint(4, 7))
            elif kind == "hub" and left >= 5:
                size = min(left, self.chance.randint(5, 8))
            else:
                kind, size = self._kind(), 1
            out.append((kind, size))
            left -= size
        self.chance.shuffle(out)
        return out

    def _kind(self) -> str:
        kinds = ("danger", "meeting", "gate", "find", "rest", "plain")
        return self.chance.choices(kinds, (18, 24, 18, 8, 6, 26))[0]

    def _chain(self, c: _Chapter, after: str, size: int) -> str:
        """`size` single scenes, one after the other; the id of the first."""
        kinds = [self._kind() for _ in range(size)]
        ids = [c.id(kind) for kind in kinds]
        for here, kind, following in zip(ids, kinds, [*ids[1:], after], strict=True):
            self._single(c, here, following, kind)
        return ids[0]

    def _diamond(self, c: _Chapter, here: str, after: str, size: int) -> None:
        """A scene from which two or three ways lead, and one in which they meet again."""
        ways = 3 if size >= 6 and self.chance.random() < 0.3 else 2
        lengths = [(size - 2) * (i + 1) // ways - (size - 2) * i // ways for i in range(ways)]
        merge = f"{here}_merge"
        scene = self._scene(c, here)
        firsts = [self._chain(c, merge, length) for length in lengths]
        choices = scene["choices"]
        for i, first in enumerate(firsts):
            choices[f"way_{i + 1}"] = self._choice(c, f"Take the {('left', 'right', 'middle')[i]} way.", first, 0.5)
        if asked := self._maybe(c, 0.5):
            choices["way_1"]["when"] = asked
            choices["way_1"]["locked"] = "You would not get far."
        elif asked := self._maybe(c, 0.4):
            choices["way_2"]["goto"] = [{"when": asked, "to": firsts[0]}, {"to": firsts[1]}]
        self._plain(c, merge, after)

    def _hub(self, c: _Chapter, here: str, after: str, size: int) -> None:
        """A place one comes back to, with locations that are visited once each."""
        pair = c.places.pop() if c.places and self.chance.random() < 0.6 else -1
        double = pair >= 0 and size >= 7 and self.chance.random() < 0.5
        lengths: list[int] = []
        left = size - 1 - double
        while left > 0:
            lengths.append(min(left, self.chance.choice((1, 1, 1, 2))))
            left -= lengths[-1]
        hubs = [here, f"{here}_far"][: 1 + double]
        locations: list[list[str]] = [[] for _ in hubs]
        for i, length in enumerate(lengths):
            side = i % len(hubs)
            first = self._chain(c, "here" if pair >= 0 and length == 1 else hubs[side], length)
            if pair >= 0:
                c.scenes[first] = {"place": PLACES[2 * pair + side], **c.scenes[first]}
            locations[side].append(first)
        for hub, firsts in zip(hubs, locations, strict=True):
            scene = self._scene(c, hub, speech=False)
            if pair >= 0:
                del c.scenes[hub]
                c.rooms[hub] = scene = {"place": PLACES[2 * pair + hubs.index(hub)], **scene}
                if self.chance.random() < 0.3:
                    scene["text"] += f"\n{{% if seen.{hub} %}}\nYou have been here before.\n{{% endif %}}\n"
            for first in firsts:
                what = first.rsplit("_", 1)[-1]
                if pair >= 0 and self.chance.random() < 0.5:
                    offer: Yaml = {"text": f"See about the {what}."}
                    if asked := self._maybe(c, 0.25):
                        offer["when"] = asked
                    c.scenes[first] = {"offer": offer, **c.scenes[first]}
                    continue
                choice = self._choice(c, f"Go and look at the {what}.", first, 0.3)
                if asked := self._maybe(c, 0.25):
                    choice["when"] = asked
                scene["choices"][f"to_{first}"] = {"text": choice.pop("text"), "once": True, **choice}
            if self.chance.random() < 0.25:
                item = self.chance.choice(list(ITEMS))
                scene["choices"]["search"] = {
                    "text": "Search the shelves.",
                    "once": True,
                    "do": [{"take": item}, *self._pass(1)],
                    "goto": hub,
                }
        first = c.rooms[here] if pair >= 0 else c.scenes[here]
        first["choices"]["leave"] = {"text": "Leave this place.", "do": [{"add": {"noise": -1}}], "goto": after}

    # --- single scenes ---

    def _single(self, c: _Chapter, here: str, after: str, kind: str) -> None:
        {
            "danger": self._danger,
            "meeting": self._meeting,
            "gate": self._gate,
            "find": self._find,
            "rest": self._rest,
            "plain": self._plain,
        }[kind](c, here, after)

    def _plain(self, c: _Chapter, here: str, after: str) -> None:
        choices = self._scene(c, here)["choices"]
        choices["on"] = self._choice(c, "Go on.", after, 0.4)
        if self.chance.random() < 0.3:
            choices["look"] = self._choice(c, "Look around before you go on.", after, 1.0)
            if asked := self._maybe(c, 0.5):
                choices["look"]["when"] = asked

    def _find(self, c: _Chapter, here: str, after: str) -> None:
        choices = self._scene(c, here)["choices"]
        for item in self.chance.sample(list(ITEMS), self.chance.randint(1, 2)):
            choices[f"take_{item}"] = {"text": f"Take the {item}.", "do": [{"take": item}], "goto": after}
        choices["leave_it"] = {"text": "Leave everything where it is.", "goto": after}

    def _rest(self, c: _Chapter, here: str, after: str) -> None:
        choices = self._scene(c, here)["choices"]
        do = [{"add": {"health": 2, "noise": -3}}, *self._pass(3)]
        choices["rest"] = {"text": "Rest until your hands are still.", "do": do, "goto": after}
        do = [{"drop": "medicine"}, {"add": {"infection": -4}}, *self._pass(1)]
        choices["medicine"] = {"text": "Take the medicine.", "when": "has.medicine", "do": do, "goto": after}
        choices["on"] = {"text": "Do not stop.", "goto": after}

    def _danger(self, c: _Chapter, here: str, after: str) -> None:
        scene = self._scene(c, here, notes=True)
        person = self._known(c)
        self.bites.append((c.number, person))
        site = self.chance.choice(("scratch", "blood", "limb"))
        amount = self.chance.randint(3, 6)
        scene["choices"]["face_it"] = {
            "text": self.chance.choice(("Fight.", "Hold the door.", "Cross the corridor.")),
            "roll": {
                "ok": {"weight": 8 * self.mild, "do": self._sets(c, 0.5), "goto": after},
                "hurt": {"weight": 3, "do": [{"add": {"health": -1, "noise": 1}}], "goto": after},
                "infected": {
                    "weight": 1,
                    "do": [{"expose": {"site": site, "source": "zombie"}}, {"add": {"infection": amount}}],
                    "goto": after,
                },
                "bite": {
                    "weight": 2,
                    "do": [
                        {
                            "if": f"with.{person} and fate.{person} == alive",
                            "do": [{"fate": {person: "bitten"}}],
                            "else": [{"add": {"health": -1}}],
                        }
                    ],
                    "then": "It is over before anybody can say a word.",
                    "goto": after,
                },
            },
        }
        if self.chance.random() < 0.6:
            quiet = ("noise <= 4", "noise <= 6", "has.torch", "has.crowbar")
            scene["choices"]["quiet"] = {
                "text": "Wait until it has passed.",
                "when": self._maybe(c, 0.2) or self.chance.choice(quiet),
                "locked": "They would hear you.",
                "do": [*self._sets(c, 0.2), *self._pass(2)],
                "goto": after,
            }
        noisy = self.chance.randint(4, 7) if self.mild < 3 else 8
        cost: Yaml = {"if": f"noise >= {noisy}", "do": [{"add": {"health": -1}}]}
        scene["choices"]["run"] = {"text": "Run.", "do": [{"add": {"noise": 2}}, cost], "goto": after}

    def _gate(self, c: _Chapter, here: str, after: str) -> None:
        item, person = self.chance.choice(list(ITEMS)), self._known(c)
        asked = self._ask(c)
        when = f"has.{item} or ({asked} and alive.{person})" if asked else f"has.{item} or alive.{person}"
        choices = self._scene(c, here)["choices"]
        do: list[Yaml] = self._sets(c, 0.3)
        if self.chance.random() < 0.4:
            do.append({"if": f"has.{item}", "do": [{"drop": item}]})
        choices["open"] = {"text": "Open it.", "when": when, "locked": "It does not give.", "do": do, "goto": after}
        if self.ticks and self.chance.random() < 0.25:
            choices["in_time"] = {
                "text": "Slip through with the others.",
                "when": f"time < {self._moment(c, self._due(c))}",
                "locked": "It is too late for that.",
                "goto": after,
            }
        do = [{"add": {"noise": 3}}, *self._pass(2)]
        if self.chance.random() < 0.35 / self.mild:
            do.append({"add": {"health": -1}})
        choices["force"] = {"text": "Force it, whatever it costs.", "do": do, "goto": after}
        self.deeds.append((c.number, f"chosen.{here}.force"))

    def _recruit(self, c: _Chapter, here: str, after: str, number: int) -> None:
        person = self.people[number]
        choices = self._scene(c, here)["choices"]
        choices["bring"] = {
            "text": "Take them along.",
            "when": f"fate.{person} == unmet",
            "do": [{"fate": {person: "alive"}}, {"join": person}, {"bond": {person: 1}}],
            "goto": after,
        }
        choices["later"] = {"text": "Promise to come back.", "do": self._sets(c, 0.6), "goto": after}

    def _meeting(self, c: _Chapter, here: str, after: str) -> None:
        person = self._known(c)
        scene = self._scene(c, here, notes=True, person=person)
        choices = scene["choices"]
        talk: Yaml = {"when": f"with.{person}", "do": [{"bond": {person: 1}}, *self._sets(c, 0.4)], "goto": after}
        snub: Yaml = {"when": f"alive.{person}", "do": [{"bond": {person: -1}}, *self._pass(1)], "goto": after}
        kind = self.chance.choices(("talk", "recruit", "treat", "mercy", "part", "find"), (30, 20, 20, 8, 8, 14))[0]
        if kind == "recruit":
            join = [{"fate": {person: "alive"}}, {"join": person}, {"bond": {person: 1}}]
            when = f"fate.{person} == unmet"
            choices["bring"] = {"text": "Take them along.", "when": when, "do": join, "goto": after}
            join = [{"join": person}]
            when = f"alive.{person} and bond.{person} >= -1"
            choices["again"] = {"text": "Ask them to come again.", "when": when, "do": join, "goto": after}
        elif kind == "treat":
            when = f"fate.{person} == bitten and has.medicine"
            do = [{"drop": "medicine"}, {"fate": {person: "alive"}}, {"bond": {person: 2}}]
            choices["treat"] = {"text": "Clean the bite.", "when": when, "do": do, "goto": after}
            when = f"fate.{person} == feverish and count.medicine >= 2"
            do = [{"drop": {"medicine": 2}}, {"fate": {person: "bitten"}}, {"bond": {person: 1}}]
            choices["cool"] = {"text": "Bring the fever down.", "when": when, "do": do, "goto": after}
        elif kind == "mercy":
            when = f"fate.{person} == feverish"
            choices["mercy"] = {"text": "Do what they ask of you.", "when": when, "do": [{"fate": {person: "dead"}}]}
            choices["mercy"]["goto"] = after
            choices["talk"] = {"text": "Sit with them.", **talk}
        elif kind == "part":
            when = f"with.{person} and bond.{person} <= 0"
            choices["part"] = {"text": "Let them go.", "when": when, "do": [{"fate": {person: "missing"}}]}
            choices["part"]["goto"] = after
            choices["talk"] = {"text": "Ask them to stay.", **talk}
        elif kind == "find":
            when = f"fate.{person} == missing"
            do = [{"fate": {person: "alive"}}, {"join": person}]
            choices["call"] = {"text": "Call the name you hear.", "when": when, "do": do, "goto": after}
            do = [{"fate": {person: "dead"}}]
            if self.chance.random() < 0.4:
                choices["away"] = {"text": "Walk away from the voice.", "when": when, "do": do, "goto": after}
        else:
            choices["talk"] = {"text": "Talk for a while.", **talk}
            if self.chance.random() < 0.5:
                choices["snub"] = {"text": "Say that you have no time.", **snub}
        choices["on"] = self._choice(c, "Go on.", after, 0.2)

    # --- the beginning and end of chapters ---

    def _arrival(self, c: _Chapter, here: str, after: str) -> None:
        scene = self._scene(c, here)
        heal = 3 if self.mild < 3 else 6
        do: list[Yaml] = [{"add": {"health": heal, "noise": -10}}]
        if self.mild >= 3:
            do.append({"add": {"infection": -2}})
        choices = {"text": scene.pop("text"), "choices": scene.pop("choices")}
        scene["do"] = do
        scene.update(choices)
        scene["choices"]["on"] = self._choice(c, "Get up.", after, 0.5)
        if self.ticks and c.number:
            when = f"arrived {self.chance.choice(('== early', '!= late'))}"
            do = [{"take": "water"}, {"add": {"health": 1}}, *self._sets(c, 0.5)]
            scene["choices"]["eat"] = {"text": "Eat what was left for you.", "when": when, "do": do, "goto": after}

    def _end(self, c: _Chapter, here: str, after: str) -> None:
        """The last scene of a chapter. What sickens goes on sickening."""
        scene = self._scene(c, here, notes=True, speech=False)
        do: list[Yaml] = []
        for i, person in enumerate(self.people):
            if self.met[i] > c.number:
                continue
            worse: list[Yaml] = [{"fate": {person: "turned"}}]
            if i % 5 == 0:
                worse = [{"if": f"bond.{person} >= 2", "do": [{"fate": {person: "hybrid"}}], "else": worse}]
            bitten = [{"if": f"fate.{person} == bitten", "do": [{"fate": {person: "feverish"}}]}]
            do.append({"if": f"fate.{person} == feverish", "do": worse, "else": bitten})
        do.append({"if": "infection >= 6", "do": [{"add": {"infection": 1}}]})
        choices = {"text": scene.pop("text"), "choices": scene.pop("choices")}
        scene["do"] = do
        scene.update(choices)
        if after:
            scene["choices"]["on"] = {"text": "Wait for the morning.", "goto": after}
            if c.number == self.count // 2:
                when = f"has.radio and has.keys and living.friends >= {max(1, len(self.people) // 4)}"
                scene["choices"]["early"] = {"text": "Leave with the last bus.", "when": when, "goto": "e_early"}
        else:
            ways = [{"when": when, "to": ending} for ending, when in self._guards(c)]
            scene["choices"]["open"] = {"text": "Open the last door.", "goto": [*ways, {"to": "e_last"}]}
            when = "infection >= 8"
            scene["choices"]["stay"] = {"text": "Stay behind.", "when": when, "goto": "e_stay"}

    def _bells(self, c: _Chapter, end: str) -> None:
        late = self.chance.randint(85, 97)
        dusk = f"{c.stem}_dusk"
        self._plain(c, dusk, end)
        c.bells["dusk"] = {"at": self._moment(c, late / 100), "then": "A bell rings, and then no more.", "goto": dusk}
        person = self._known(c)
        c.bells["knock"] = {
            "at": self._moment(c, self.chance.randint(30, 60) / 100),
            "when": self._ask(c) or "noise >= 3",
            "do": [{"add": {"noise": 2}}, {"if": f"fate.{person} == bitten", "do": [{"fate": {person: "feverish"}}]}],
            "then": "Something knocks below.",
        }
        for id in self.chance.sample(c.inner, min(2, len(c.inner))):
            if self.chance.random() < 0.7:
                at = self._moment(c, max(0.1, self._place(id, c) * 0.6))
                c.scenes[id] = {"time": at, **c.scenes[id]}

    def _place(self, id: str, c: _Chapter) -> float:
        match = re.match(r"c\d+_(\d+)_", id)
        return min(1.0, int(match[1]) / c.size) if match else 0.5

    # --- endings ---

    def _endings(self) -> None:
        titles = {
            "e_turned": "Turned",
            "e_fallen": "Fallen",
            "e_early": "The Last Bus",
            "e_stay": "Left Behind",
            "e_home": "All of Them",
            "e_two": "The Two of You",
            "e_hybrid": "Neither Nor",
            "e_told": "What Was Written Down",
            "e_alone": "Alone",
            "e_late": "Too Late",
            "e_last": "The Gate",
        }
        if self.plant:
            titles["e_never"] = "The One Who Turned Walks Beside You"
        for id, title in titles.items():
            self.endings[id] = {"title": title, "text": self._prose()}

    def _guards(self, c: _Chapter) -> list[tuple[str, str]]:
        """The endings the last scene asks for, in their order, and when each is reached."""
        a, b = self.people[0], self.people[1 % len(self.people)]
        many = len(self.people)
        out = [
            ("e_home", f"living.friends >= {max(1, many * 5 // 8)}"),
            ("e_hybrid", f"fate.{a} == hybrid"),
            ("e_two", f"with.{a} and with.{b} and bond.{a} >= 1"),
            ("e_alone", "living.friends == 0"),
            ("e_late", "time >= " + self._moment(c, 0.8) if self.ticks else "noise >= 8"),
        ]
        out.append(("e_told", self._ask(c) or "has.torch"))
        if self.plant:
            person = self.people[2 % many]
            out.insert(1, ("e_never", f"with.{person} and fate.{person} == turned"))
            says = f"{person} cannot have turned and be with you: who turns leaves your company"
            self.planted.append(Planted("ending", "e_never", person, "endings.yaml", says))
        return out

    # --- defects ---

    def _plant_stuck(self, c: _Chapter) -> None:
        """Take the way out that is always open from a gate of this chapter, or from another scene."""
        gates = [id for id in c.inner if "force" in c.scenes[id]["choices"]]
        ways = {id: {str(choice.get("goto")) for choice in c.scenes[id]["choices"].values()} for id in c.inner}
        others = [id for id, found in ways.items() if len(found) == 1 and "None" not in found]
        # Best where every play comes by; a location may ask for what nobody can have.
        found = [[i for i in few if i in c.main] for few in (gates, others)]
        ids = next((few for few in (*found, gates, others) if few), None)
        if ids is None:
            return
        id = self.chance.choice(ids)
        scene, after = c.scenes[id], next(iter(ways[id]))
        item = self.chance.choice(("crowbar", "rope", "keys"))
        # Who was bitten two chapters ago can have turned; whoever was left behind is not met yet.
        person = next((p for chapter, p in self.bites if chapter <= c.number - 2), "")
        lost = "unmet, missing" if person else "dead, turned, missing"
        says = f"nothing is open when {person} is dead or turned and there is no {item}"
        if not person:
            person = self._known(c)
            says = f"nothing is open when {person} was not met and there is no {item}"
        do = scene["choices"].get("open", {}).get("do", [])
        when = f"has.{item}"
        scene["choices"] = {
            "open": {"text": "Open it.", "when": when, "locked": "It does not give.", "do": do, "goto": after},
            "together": {"text": "Lift it together.", "when": f"alive.{person}", "goto": after},
            "force": {"text": "Squeeze through.", "when": f"fate.{person} in ({lost})", "goto": after},
        }
        self.planted.append(Planted("stuck", id, person, c.file, says))

    def _plant_speech(self, c: _Chapter) -> None:
        plain = [i for i in c.inner if "cast" not in c.scenes[i]]
        if not plain:
            return
        id = self.chance.choice([i for i in plain if "_merge" in i] or plain)
        scene = c.scenes[id]
        person = self.people[min(3, len(self.people) - 1)]
        scene["cast"] = [person]
        scene["text"] += f"\n@{person}: I have been waiting for you.\n"
        text, choices = scene.pop("text"), scene.pop("choices")
        scene.update({"text": text, "choices": choices})
        says = f"{person} speaks, and may be dead, turned, missing or not met by then"
        self.planted.append(Planted("speaks", id, person, c.file, says))

    # --- what scenes are made of ---

    def _scene(self, c: _Chapter, id: str, notes: bool = False, speech: bool = True, person: str = "") -> Yaml:
        """A scene with its text and no choices yet."""
        out: Yaml = {}
        if notes:
            out["notes"] = ["danger"]
        lines = self._prose()
        if speech and (person or self.chance.random() < 0.3):
            if person or self.chance.random() < 0.5:
                person = person or self._known(c)
                out["cast"] = [person]
                asked = f"alive.{person}"
            else:
                person = self._known(c)
                asked = f"with.{person}"
            words = self.chance.choice(SPEECH)
            lines += f"\n{{% if {asked} %}}\n@{person}: {words}\n"
            lines += self.chance.choice(("", "{% else %}\nNobody answers.\n")) + "{% endif %}\n"
        elif asked := self._maybe(c, 0.15):
            lines += f"\n{{% if {asked} %}}\n{self.chance.choice(SENTENCES)}\n{{% endif %}}\n"
        out["text"] = lines
        out["choices"] = {}
        c.scenes[id] = out
        return out

    def _prose(self) -> str:
        first = " ".join(self.chance.sample(SENTENCES, 2))
        if self.chance.random() < 0.5:
            return first + "\n"
        return f"{first}\n\n{self.chance.choice(SENTENCES)}\n"

    def _choice(self, c: _Chapter, text: str, goto: str, busy: float) -> Yaml:
        """A choice that does something with the chance `busy`."""
        do: list[Yaml] = []
        if self.chance.random() < busy:
            do = self._sets(c, 0.7) or [{"add": {"noise": 1}}]
        if self.chance.random() < 0.25:
            do += self._pass(self.chance.randint(1, 2))
        return {"text": text, **({"do": do} if do else {}), "goto": goto}

    def _pass(self, ticks: int) -> list[Yaml]:
        if not self.ticks:
            return [{"add": {"noise": -ticks}}]
        # So much that about three quarters of a chapter's time are over at its end.
        exact = ticks * PACE * self.ticks * self.count / self.size
        amount = max(1, int(exact + self.chance.random()))
        return [{"pass": f"{amount * TICK} min"}]

    def _due(self, c: _Chapter) -> float:
        """A deadline about as late as it will be here."""
        return min(0.95, max(0.05, 0.75 * c.part + self.chance.uniform(-0.15, 0.15)))

    def _moment(self, c: _Chapter, part: float) -> str:
        """The moment at which `part` of the chapter's time is over."""
        return self._clock(c, max(1, min(self.ticks, round(part * self.ticks))))

    def _clock(self, c: _Chapter, ticks: int) -> str:
        days = -(-max(self.ticks, 1) * TICK // 1440)
        minutes = c.number * days * 1440 + 360 + ticks * TICK
        return f"D{minutes // 1440 + 1} {minutes % 1440 // 60:02d}:{minutes % 60:02d}"

    def _known(self, c: _Chapter) -> str:
        return self.chance.choice([p for p, met in zip(self.people, self.met, strict=True) if met <= c.number])

    # --- flags ---

    def _sets(self, c: _Chapter, likely: float) -> list[Yaml]:
        """With the chance `likely`, an effect on a flag of this chapter."""
        if not self.homes[c.number] or self.chance.random() >= likely:
            return []
        few = self.chance.sample(self.homes[c.number], min(2, len(self.homes[c.number])))
        return [self._set(min(few, key=lambda f: f.sets))]

    def _set(self, flag: _Flag) -> Yaml:
        flag.sets += 1
        if flag.numbers:
            return {"add": {flag.id: 1}}
        if flag.values:
            value = self.chance.choice(flag.values[1:])
            flag.given.add(value)
            return {"set": {flag.id: value}}
        return {"set": {flag.id: "true" if flag.sets == 1 or self.chance.random() < 0.9 else "false"}}

    def _maybe(self, c: _Chapter, likely: float) -> str:
        """With the chance `likely`, a condition on a flag."""
        return self._ask(c) if self.chance.random() < likely else ""

    def _ask(self, c: _Chapter) -> str:
        """A condition on a flag, as near as the story's locality says; "" when there is none to ask."""
        same, later, _ = self.locality
        point = self.chance.random()
        if self.deeds and self.chance.random() < 0.04:
            deeds = [did for chapter, did in self.deeds if (chapter == c.number) == (point < same)]
            return self.chance.choice(deeds[-8:] or [did for _, did in self.deeds[-8:]])
        here = [f for f in self.homes[c.number] if f.sets]
        if point < same:
            known = here
        elif point < same + later:
            known = [f for home in self.homes[max(0, c.number - 3) : c.number] for f in home] or here
        else:
            known = self.flags
        if not known:
            return ""
        flag = min(self.chance.sample(known, min(2, len(known))), key=lambda f: len(f.readers))
        flag.readers.add(c.number)
        if flag.numbers:
            return f"{flag.id} >= {self.chance.randint(1, 2)}"
        if flag.values:
            return f"{flag.id} == {self.chance.choice(sorted(flag.given) or flag.values)}"
        return flag.id if self.chance.random() < 0.75 else f"not {flag.id}"

    def _use(self, flag: _Flag) -> None:
        """See to it that a flag is set and asked at least once."""
        c = self.chapters[flag.home]
        scenes = [s for i, s in c.scenes.items() if not i.endswith("_end")]
        if not flag.sets:
            found = [ch for s in scenes for i, ch in s["choices"].items() if "roll" not in ch]
            choice = self.chance.choice(found)
            goto = choice.pop("goto")
            choice["do"] = [*choice.get("do", []), self._set(flag)]
            choice["goto"] = goto
        if not flag.readers:
            flag.readers.add(flag.home)
            value = " >= 1" if flag.numbers else f" == {min(flag.given)}" if flag.values else ""
            scene = c.scenes[f"{c.stem}_end"]
            scene["text"] += f"\n{{% if {flag.id}{value} %}}\n{self.chance.choice(SENTENCES)}\n{{% endif %}}\n"

    def _declared(self, flags: Sequence[_Flag]) -> Yaml:
        out: Yaml = {}
        for flag in flags:
            if flag.numbers:
                out[flag.id] = {"range": f"{flag.values[0]}..{flag.values[-1]}"}
            elif flag.values:
                out[flag.id] = {"one of": list(flag.values)}
            else:
                out[flag.id] = "false"
        return out

    # --- files ---

    def files(self, id: str) -> dict[str, Yaml]:
        wide = [f for f in self.flags if f.readers != {f.home}]
        health: Yaml = {"range": "0..6", "start": 6, "words": {0: "down", 1: "hurt", 4: "well"}}
        infection: Yaml = {"range": "0..20", "words": {0: "clear", 1: "exposed", 8: "feverish", 15: "turning"}}
        noise: Yaml = {"range": "0..10", "words": {0: "silent", 4: "restless", 7: "at the doors"}}
        if self.ticks:
            noise["decays"] = f"1 per {2 * TICK} min"
        a, b = self.people[0], self.people[-1]
        head: Yaml = {
            "story": {"id": id, "title": "Synthetic", "version": "1.0.0", "start": next(iter(self.chapters[0].scenes))},
            "clock": {"tick": f"{TICK} min"},
            "meters": {"health": health, "infection": infection, "noise": noise},
            "flags": self._declared(wide),
            "fates": FATES,
            "groups": {"friends": self.people},
            "exposure": {
                "meter": "infection",
                "sites": ["scratch", "blood", "limb"],
                "sources": ["zombie", "immortal"],
            },
            "notes": {"danger": "People are hurt and lost"},
            "rules": {
                "turned": {"when": "infection >= 20", "goto": "e_turned"},
                "fallen": {"when": "health == 0", "goto": "e_fallen"},
            },
            "never": ["infection >= 1 and exposed.site == none", f"with.{a} and fate.{a} == dead"],
            "reachable": [f"living.friends >= {min(3, len(self.people))}", f"bond.{b} >= 1 and alive.{b}"],
        }
        people: Yaml = {
            p: {"name": p.replace("_", " ").title(), "short": p.replace("_", " ").title(), "bond": "-3..3"}
            for p in self.people
        }
        places: Yaml = {}
        for i, place in enumerate(PLACES):
            exit: Yaml = {PLACES[i ^ 1]: {**({"time": f"{TICK} min"} if self.ticks else {})}}
            places[place] = {"name": f"the {place}", "floor": i // 5, "at": [i % 5, i // 5], "exits": exit}
        out = {"story.yaml": head, "people.yaml": people, "items.yaml": ITEMS, "places.yaml": places}
        for c in self.chapters:
            start = next(iter(c.scenes))
            chapter: Yaml = {
                "id": c.name,
                "title": f"Chapter {c.number + 1}",
                "from": self._clock(c, 0),
                "until": self._clock(c, max(1, self.ticks)),
                "start": start,
            }
            if self.ticks:
                chapter |= {"early": self._moment(c, 0.5), "late": self._moment(c, 0.8)}
            content: Yaml = {"chapter": chapter}
            own = [f for f in self.homes[c.number] if f.readers == {f.home}]
            for key, value in (("flags", self._declared(own)), ("scenes", c.scenes), ("rooms", c.rooms)):
                if value:
                    content[key] = value
            if c.bells:
                content["bells"] = c.bells
            out[c.file] = content
        out["endings.yaml"] = {"endings": self.endings}
        return out


# --- YAML -----------------------------------------------------------------------------------------------

_BARE = re.compile(r"[A-Za-z0-9_.(](?:[A-Za-z0-9_ .()<>=!'-]|:(?=\d))*\Z")
_FLOW = frozenset(("do", "else", "one of", "friends", "at", "cast", "notes", "becomes", "words", "sites", "sources"))


def dump(content: Yaml) -> str:
    """`content` as YAML in our own style: maps in blocks, effects and short lists on one line."""
    return "".join(f"{line}\n" for line in _lines(content, 0))


def _lines(content: Yaml, indent: int) -> list[str]:
    out: list[str] = []
    space = " " * indent
    for key, value in content.items():
        if key == "do" and not value:
            continue
        if isinstance(value, str) and "\n" in value:
            out.append(f"{space}{key}: |")
            out.extend(f"{space}  {line}" if line else "" for line in value.removesuffix("\n").split("\n"))
        elif isinstance(value, dict) and value and key not in _FLOW:
            if indent and len(one := _inline(value)) + len(key) + indent < 100 and "\n" not in one:
                out.append(f"{space}{key}: {one}")
            else:
                out.append(f"{space}{key}:")
                out.extend(_lines(value, indent + 2))
        elif isinstance(value, list) and (key not in _FLOW or (key == "do" and len(value) > 3)):
            out.append(f"{space}{key}:")
            out.extend(f"{space}  - {_inline(v)}" for v in value)
        else:
            out.append(f"{space}{key}: {_inline(value)}")
    return out


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_inline(v)}" for k, v in value.items() if k != "do" or v) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if _BARE.match(text) else json.dumps(text)


# --- the command ----------------------------------------------------------------------------------------


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options that say what a story is like."""
    parser.add_argument("--chapters", type=int, help="a chapter to about 42 scenes if left out")
    parser.add_argument("--people", type=int, default=14)
    parser.add_argument("--flags", type=int, help="10 to a chapter if left out")
    parser.add_argument("--clock", choices=("chapter", "none"), default="chapter")
    parser.add_argument("--ticks", type=int, default=48, help="steps of ten minutes to a chapter, at most 255")
    parser.add_argument("--locality", choices=sorted(LOCALITY), default="scoped")
    parser.add_argument("--no-plant", dest="plant", action="store_false", help="put no defects in")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a synthetic story.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--scenes", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    arguments(parser)
    given = vars(parser.parse_args())
    for planted in write(given.pop("out"), **given):
        print(f"{planted.kind:7} {planted.scene}: {planted.says}")


if __name__ == "__main__":
    main()
