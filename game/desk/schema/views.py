"""What can be written in a chapter, part by part: scenes, rooms, endings, bells, and where they lead."""

from __future__ import annotations

from collections.abc import Callable

from game.desk.schema.effects import Effects
from game.desk.schema.ids import Ids
from game.desk.schema.lists import KINDS, Lists
from game.desk.schema.shapes import VALUES, also, of_shape
from game.desk.schema.values import (
    FREE_ID,
    TEXT,
    YES,
    Definitions,
    Schema,
    by_id,
    mapping,
    number,
    one_of,
    or_nothing,
    words,
)
from game.story.declare import CLOCK, EXPOSURE, FATE, FLAG, METER, PLAYER, STORY
from game.story.fields import Shape
from game.story.migrations import GONE, MIGRATIONS
from game.story.shapes import BELL, BRANCH, CHAPTER, CHOICE, ENDING, EXIT, OFFER, OUTCOME, ROOM, RULE, SCENE
from game.story.things import ITEM, PERSON, PLACE

WORD: Schema = {"type": ["string", "integer", "boolean"]}
RENAMED = {
    "renamed scenes": ("scene", False),
    "renamed choices": ("choice of a scene", True),
    "renamed outcomes": ("outcome", False),
    "renamed chapters": ("chapter", False),
    "renamed people": ("person", True),
    "renamed items": ("item", True),
    "renamed places": ("place", False),
    "renamed flags": ("flag or meter", True),
    "renamed promises": ("promise", True),
    "renamed memories": ("memory", True),
}
"""The kinds of maps from old ids to new ones: what they are ids of, and whether it may be gone for good."""
HERE = {"here": "the room of this scene's place"}


class View:
    """What can be written in a chapter, or outside of any (chapter "").

    In an `open` view the chapter is one that the story does not have yet: its scenes and flags are not known, and are
    no mistake. Most parts are definitions; those that depend on the chapter are in the group `mark`.
    """

    def __init__(self, ids: Ids, definitions: Definitions, chapter: str = "", open: bool = False) -> None:
        self.ids = ids
        self.definitions = definitions
        self.chapter = chapter
        self.complete = ids.complete and not open
        self.lists = Lists(ids, definitions)
        self.effects = Effects(self.lists, chapter, open)
        self.mark = chapter or ("-new" if open else "-none")  # no id begins with -

    def section(self, kind: str) -> Schema:
        """The schema of a part of a file, by the kind of its key."""
        made: dict[str, Callable[[], Schema]] = {
            "story": lambda: self.common("story", STORY, start=self.lists.one("scene")),
            "player": lambda: self.common("player", PLAYER),
            "clock": lambda: self.common("clock", CLOCK),
            "exposure": lambda: self.common("exposure", EXPOSURE),
            "meters": lambda: by_id(self.common("meter", METER)),
            "fates": lambda: by_id({"anyOf": [self.common("fate", FATE), self.lists.list("fate")]}, id=FREE_ID),
            "flags": lambda: by_id({"anyOf": [YES, self.common("flag", FLAG)]}),
            "groups": lambda: by_id(self.lists.some("person")),
            "notes": lambda: by_id(TEXT),
            "migrations": lambda: self.common("migrations", MIGRATIONS),
            "passages": lambda: by_id(TEXT),
            "rules": lambda: by_id(self.part("rule", RULE)),
            "scenes": lambda: by_id(self.definitions.ref(self.mark, "scene", self.scene)),
            "rooms": lambda: by_id(self.part("room", ROOM, choices=or_nothing(self.choices(room=True)))),
            "endings": lambda: by_id(self.part("ending", ENDING)),
            "bells": lambda: by_id(self.part("bell", BELL)),
            "people": lambda: by_id(self.common("person", PERSON)),
            "items": lambda: by_id(self.common("item", ITEM)),
            "places": lambda: by_id(self.common("place", PLACE)),
            "chapter": self.header,
            "conditions": lambda: VALUES["conditions"],
        }
        schema = made[kind]()
        return or_nothing(schema) if "propertyNames" in schema else schema

    def kind(self, kind: str) -> Schema:
        """The schema of a kind of value."""
        if kind in VALUES:
            return VALUES[kind]
        made: dict[str, Callable[[], Schema]] = {
            "place": lambda: self.lists.one("place"),
            "people": lambda: self.lists.some("person"),
            "notes": lambda: self.lists.some("note"),
            "meter": lambda: self.lists.one("meter"),
            "fate": lambda: self.lists.one("fate"),
            "fates": lambda: self.lists.some("fate"),
            "epilogue": self.epilogue,
            "scene": lambda: self.target(here=False),
            "scenes": self.starts,
            "goto": self.goto,
            "effects": lambda: self.do(passes=False),
            "choices": lambda: self.choices(room=False),
            "outcomes": lambda: self.outcomes(room=False),
            "offer": lambda: self.part("offer", OFFER, do=self.do(passes=True)),
            "exits": self.exits,
            "renamed values": lambda: self.renamed("what has a value", or_nothing(mapping({}, False, WORD))),
            "fresh values": lambda: self.renamed("what has a value", WORD),
        }
        if kind in RENAMED:
            # What another migration stands for may be written, too: so others are allowed, and not offered.
            what, gone = RENAMED[kind]
            known = {**KINDS[what](self.ids), **({GONE: "the story no longer has it"} if gone else {})}
            return or_nothing(mapping({}, False, one_of(known, what, complete=False)))
        return made[kind]()

    def renamed(self, what: str, value: Schema) -> Schema:
        """A map from what the story has to values."""
        keys = {id: {"description": line, **value} for id, line in KINDS[what](self.ids).items()}
        return or_nothing(mapping(keys, self.ids.complete, value))

    def epilogue(self) -> Schema:
        """Texts by the fates that can be told at an ending."""
        keys = {id: {"description": line, **TEXT} for id, line in self.ids.fates().items()}
        return or_nothing(mapping(keys, self.ids.complete, TEXT))

    # --- maps ---

    def part(self, name: str, shape: Shape, **more: Schema) -> Schema:
        """A map with the keys of `shape`, as they are in this chapter; `more` are the schemas of some."""
        return self.definitions.ref(self.mark, name, lambda: of_shape(shape, self.kind, more))

    def common(self, name: str, shape: Shape, **more: Schema) -> Schema:
        """The same, of what does not depend on the chapter."""
        return self.definitions.ref("-map", name, lambda: of_shape(shape, self.kind, more))

    def scene(self) -> Schema:
        return also(of_shape(SCENE, self.kind), "choices")

    def choices(self, room: bool) -> Schema:
        """Choices by id. In a room one without `goto` stays there; elsewhere every choice says where it leads."""
        name = "choice_in_a_room" if room else "choice"
        return by_id(self.definitions.ref(self.mark, name, lambda: self.choice(room)), least=0 if room else 1)

    def choice(self, room: bool) -> Schema:
        out = of_shape(CHOICE, self.kind, {"do": self.do(passes=True), "roll": self.outcomes(room)})
        return out if room else {**out, "anyOf": [{"required": ["goto"]}, {"required": ["roll"]}]}

    def outcomes(self, room: bool) -> Schema:
        out = of_shape(OUTCOME, self.kind, {"do": self.do(passes=True)})
        return by_id(out if room else also(out, "goto"), least=2)

    def exits(self) -> Schema:
        """The ways out of a place, by where they lead."""
        rises = {m.id: {"description": "how much it rises", **number(1, 99)} for m in self.ids.priced()}

        def way() -> Schema:
            out = of_shape(EXIT, self.kind)
            return or_nothing({**out, "properties": {**out["properties"], **rises}})

        one = self.definitions.ref("-map", "exit", way)
        known = {id: {"description": line, **one} for id, line in self.ids.places().items()}
        return or_nothing(mapping(known, self.ids.complete, one))

    def header(self) -> Schema:
        """`chapter:`, which declares a chapter, or names one that another file declares."""
        known = {self.chapter: ""} if self.chapter else self.ids.chapters()
        return {"anyOf": [self.part("chapter", CHAPTER), one_of(known, "chapter", self.ids.complete)]}

    # --- effects, and where things lead ---

    def do(self, passes: bool) -> Schema:
        """A list of effects, or one alone."""
        name = "effect" if passes else "effect_without_time"

        def some() -> Schema:
            one = self.definitions.ref(self.mark, name, lambda: self.effects.one(self.mark, effects, passes))
            return {"anyOf": [{"type": "array", "items": one}, one]}

        effects = self.definitions.ref(self.mark, f"{name}s" if passes else "effects_without_time", some)
        return effects

    def target(self, here: bool) -> Schema:
        """A scene one can go to from this chapter; `here` says whether the room of a scene's place is one too."""
        here = here and (not self.complete or self.ids.has_rooms(self.chapter))
        name = "scene_or_here" if here else "scene_to_go_to"
        return self.definitions.ref(self.mark, name, lambda: self.targets(HERE if here else {}))

    def targets(self, more: dict[str, str]) -> Schema:
        known = self.ids.targets(self.chapter) if self.chapter else self.ids.own_scenes("")
        return one_of({**more, **known}, "scene to go to from here", self.complete)

    def goto(self) -> Schema:
        branch = self.part("branch", BRANCH, to=self.target(here=True))
        return {"anyOf": [self.target(here=True), {"type": "array", "items": branch, "minItems": 1}]}

    def starts(self) -> Schema:
        own = self.ids.own_scenes(self.chapter) if self.chapter else {}
        return words(one_of(own, "scene of this chapter", self.complete))
