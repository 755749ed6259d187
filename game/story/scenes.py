"""Scenes, rooms and endings, once all names are known: what is in them, and where one can go from there."""

from __future__ import annotations

from collections.abc import Iterable

from game.story.conditions import TRUE, Cond, Test, conjunction
from game.story.declare import Declared, length
from game.story.effects import condition, read_effects, shift, ticks_of
from game.story.expr import parse_condition
from game.story.fields import Key, Shape, check_id, expect, number, pairs, read, text, words, yes_no
from game.story.headers import moment, offered
from game.story.locate import Locator
from game.story.model import (
    Advance,
    Block,
    Choice,
    Effect,
    Goto,
    Outcome,
    Price,
    Property,
    Scene,
    Span,
)
from game.story.names import Names, SceneName, Scope
from game.story.nodes import Node
from game.story.prose import parse_line, parse_text
from game.story.shapes import (
    BRANCH,
    CHOICE,
    ENDING,
    EXIT,
    OFFER,
    OUTCOME,
    ROOM,
    SCENE,
)
from game.story.times import clock_text


class SceneReader:
    """Reads scenes, rooms and endings."""

    def __init__(self, names: Names, declared: Declared) -> None:
        self.names = names
        self.problems = names.problems
        self.declared = declared
        self.offers = offered(names)
        self.used: set[tuple[str, str]] = set()  # the exits that rooms offer
        self.properties: list[Property] = []
        self.ways: dict[str, list[tuple[str, Node]]] = {}
        """By place: the exits it has, each with where it leads."""
        for (here, there), body in declared.exit_nodes.items():
            self.ways.setdefault(here, []).append((there, body))

    def scene(self, entry: SceneName) -> Scene:
        # Once so much is wrong, names that nothing declares are wondered about no more.
        self.names.complete = self.names.complete and not self.problems.full
        shape = {"scene": SCENE, "room": ROOM, "ending": ENDING}[entry.kind]
        got = read(entry.body, shape, self.problems, entry.key.where)
        place = self.known_place(got.get("place"))
        cast = tuple(self.known(got.get("cast"), self.names.people, "H022", "person", "'cast'"))
        scope = Scope(self.names, entry.chapter, entry.id, place, frozenset(cast))
        body = parse_text(got["text"], scope, f"{entry.id}.text") if "text" in got else ()
        choices = self.choices(entry, got, scope) if entry.kind != "ending" else ()
        self.promises(got, scope)
        return Scene(
            entry.id,
            entry.kind,
            entry.chapter,
            place,
            text(got.get("title"), self.problems, "a title"),
            text(got.get("hint"), self.problems, "a hint"),
            yes_no(got.get("counts"), self.problems, "'counts'", True),
            tuple(self.known(got.get("notes"), self.names.notes, "H026", "content note", "'notes'")),
            cast,
            self.arrival(got.get("time"), scope),
            read_effects(got.get("do"), scope, passes=False),
            body,
            parse_text(got["gentle"], scope, f"{entry.id}.gentle") if "gentle" in got else None,
            choices,
            entry.key.where,
            yes_no(got.get("epilogue"), self.problems, "'epilogue'", False),
            parse_text(got["summary"], scope, f"{entry.id}.summary") if "summary" in got else None,
        )

    def known(self, node: Node | None, names: Iterable[str], code: str, what: str, message: str) -> list[str]:
        if node is None:
            return []
        known = set(names)
        out = []
        for word in words(node, self.problems, message):
            if word.value in known:
                out.append(word.value)
            else:
                self.names.unknown(code, word.where, what, word.value, known)
        return out

    def known_place(self, node: Node | None) -> str:
        if node is None or not expect(node, "text", "a scene is at one place", self.problems):
            return ""
        found = self.known(node, self.names.places, "H023", "place", "'place'")
        return found[0] if found else ""

    def arrival(self, node: Node | None, scope: Scope) -> int:
        at = moment(node, self.names)
        if node is None or at is None:
            return 0
        chapter = self.names.chapters[scope.chapter]
        if chapter.id in self.names.clockless:
            return 0
        end = chapter.opens + chapter.tick * chapter.ticks
        if not chapter.opens <= at <= end:
            hint = f"it runs from {clock_text(chapter.opens)} to {clock_text(end)}"
            self.problems.add("H063", node.where, "this time is outside the chapter", hint)
            return 0
        return ticks_of(at - chapter.opens, node, scope)

    def promises(self, got: dict[str, Node], scope: Scope) -> None:
        """Conditions the writer states for the prover."""
        control = Scope(scope.names, scope.chapter, scope.scene, scope.place, scope.cast, control=True)
        for kind in ("always", "never", "reachable"):
            for node in words(got.get(kind), self.problems, f"'{kind}'"):
                cond = parse_condition(node.value, Locator(node, self.problems), control)
                self.properties.append(Property(kind, cond, node.value, scope.scene, node.where))

    def choices(self, entry: SceneName, got: dict[str, Node], scope: Scope) -> tuple[Choice, ...]:
        out = []
        for key, value in pairs(got.get("choices"), self.problems, "choices are a map: an id, then what it is"):
            if check_id(key, self.problems, "a choice"):
                out.append(self.choice(key, value, entry, scope))
        if entry.kind == "room":
            for offer in self.offers.get((entry.chapter, entry.place), []):
                out.append(self.offer(offer, entry))
            taken = {c.id for c in out}
            for there, body in self.ways.get(entry.place, ()):
                target = self.names.rooms.get((entry.chapter, there))
                if target and f"go_{there}" not in taken:
                    out.append(self.exit(there, target, body, entry, scope))
        faulty = "choices" in got and self.problems.any_in(entry.key.file)
        if not out and self.names.complete and entry.body.kind == "map" and not faulty:
            what = f"{entry.kind} '{entry.id}' has no choices"
            self.problems.add("H064", entry.key.where, what, "add choices:, or make it an ending")
        return tuple(out)

    def shown(self, once: bool, entry: SceneName, choice: str) -> Cond:
        if not once:
            return TRUE
        var = self.names.table.need(f"chosen.{entry.id}.{choice}", "chosen", entry.chapter, entry.chapter)
        return Test(var.index, 0b01)

    def choice(self, key: Node, node: Node, entry: SceneName, scope: Scope) -> Choice:
        where = key.where
        got = read(node, CHOICE, self.problems, where)
        roll = got.get("roll")
        once = yes_no(got.get("once"), self.problems, "'once'", roll is not None)
        do = read_effects(got.get("do"), scope)
        prefix = f"{entry.id}.{key.value}"
        if roll is not None:
            if not once:
                hint = "its result is fixed by the run, so a second throw would come out the same"
                self.problems.add("H012", got["once"].where, "a roll is offered once", hint)
            for name in ("goto", "then", "gentle"):
                if name in got:
                    self.problems.add(
                        "H010",
                        got[name].where,
                        f"a choice with a roll has no '{name}' of its own",
                        "write it in each outcome",
                    )
            outcomes = self.outcomes(roll, entry, scope, prefix)
        else:
            then = parse_text(got["then"], scope, f"{prefix}.then") if "then" in got else ()
            gentle = self.gentler(got, scope, prefix)
            goto = self.goto(got.get("goto"), key, entry, scope)
            outcomes = (Outcome("", 1, (), then, goto, where, gentle=gentle),)
        return Choice(
            key.value,
            parse_line(got.get("text"), scope, "a choice's text"),
            self.shown(once, entry, key.value),
            condition(got["when"], scope) if "when" in got else TRUE,
            parse_line(got.get("locked"), scope, "a reason"),
            do,
            outcomes,
            where,
            price=self.price(do, scope) if yes_no(got.get("price"), self.problems, "'price'", True) else Price(),
            bug=yes_no(got.get("bug"), self.problems, "'bug'", False),
        )

    def outcomes(self, node: Node, entry: SceneName, scope: Scope, prefix: str) -> tuple[Outcome, ...]:
        out = []
        for key, value in pairs(node, self.problems, "a roll is a map: an outcome's id, then what it is"):
            if not check_id(key, self.problems, "an outcome"):
                continue
            got = read(value, OUTCOME, self.problems, key.where)
            out.append(
                Outcome(
                    key.value,
                    number(got.get("weight"), self.problems, "a weight", 1, 1, 1000),
                    read_effects(got.get("do"), scope),
                    parse_text(got["then"], scope, f"{prefix}.{key.value}.then") if "then" in got else (),
                    self.goto(got.get("goto"), key, entry, scope),
                    key.where,
                    yes_no(got.get("bug"), self.problems, "'bug'", False),
                    self.gentler(got, scope, f"{prefix}.{key.value}"),
                )
            )
        if len(out) < 2:
            self.problems.add(
                "H011", node.where, "a roll has at least two outcomes", "write each as id: {weight: 2, goto: …}"
            )
        return tuple(out) or (Outcome("", 1, (), (), Goto(((TRUE, entry.id),), node.where), node.where),)

    def gentler(self, got: dict[str, Node], scope: Scope, prefix: str) -> tuple[Block, ...] | None:
        """The softer version of a `then`, if there is one."""
        if "gentle" not in got:
            return None
        if "then" not in got:
            where = got["gentle"].where
            hint = "whoever does not ask for gentle words would read nothing; write then: as well"
            self.problems.add("H010", where, "'gentle' is a softer version of 'then', and there is none", hint)
        return parse_text(got["gentle"], scope, f"{prefix}.gentle")

    def offer(self, offered: SceneName, room: SceneName) -> Choice:
        node = offered.body.value["offer"][1]
        key = offered.body.value["offer"][0]
        scope = Scope(self.names, room.chapter, room.id, room.place, self.cast_of(room))
        got = read(node, OFFER, self.problems, key.where)
        do = read_effects(got.get("do"), scope)
        once = yes_no(got.get("once"), self.problems, "'once'", True)
        return Choice(
            offered.id,
            parse_line(got.get("text"), scope, "an offer's text"),
            self.shown(once, room, offered.id),
            condition(got["when"], scope) if "when" in got else TRUE,
            parse_line(got.get("locked"), scope, "a reason"),
            do,
            (Outcome("", 1, (), (), Goto(((TRUE, offered.id),), key.where), key.where),),
            key.where,
            kind="offer",
            price=self.price(do, scope),
        )

    def cast_of(self, entry: SceneName) -> frozenset[str]:
        node = entry.body.value.get("cast") if entry.body.kind == "map" else None
        if node is None:
            return frozenset()
        parts = node[1].value if node[1].kind == "list" else [node[1]]
        return frozenset(p.value for p in parts if p.kind == "text" and p.value in self.names.people)

    def exit(self, there: str, target: str, node: Node, room: SceneName, scope: Scope) -> Choice:
        where = node.where
        ops: list[Effect] = []
        got = self.way(node)
        self.used.add((room.place, there))
        if minutes := length(got.get("time"), self.names, 0):
            ops.append(Effect("pass", got["time"].where, (Advance(ticks_of(minutes, got["time"], scope)),)))
        for name, amount in self.rises(got):
            var = self.names.table.all[self.names.meters[name].var]
            ops.append(Effect("add", got[name].where, (shift(var, amount),), ((var.index, amount),)))
        when: Cond = condition(got["when"], Scope(self.names, scope.chapter)) if "when" in got else TRUE
        ends = ".".join(sorted((room.place, there)))
        if lock := self.names.table.get(f"unlocked.{ends}"):
            when = conjunction([when, Test(lock.index, 0b10)])
        locked: tuple[Span, ...] = parse_line(got.get("locked"), scope, "a reason")
        if lock and not locked:
            back = self.declared.exit_nodes.get((there, room.place))
            if back is not None and back.kind == "map" and "locked" in back.value:
                locked = parse_line(back.value["locked"][1], scope, "a reason")
        return Choice(
            f"go_{there}",
            parse_line(got.get("text"), scope, "an exit's text"),
            TRUE,
            when,
            locked,
            tuple(ops),
            (Outcome("", 1, (), (), Goto(((TRUE, target),), where), where),),
            where,
            kind="exit",
            place=there,
            price=self.price(tuple(ops), scope),
        )

    def way(self, node: Node) -> dict[str, Node]:
        """What is written about an exit, by key."""
        if node.kind == "map":
            meters = {
                name: Key("number", "how much it rises") for name, meter in self.names.meters.items() if meter.price
            }
            return read(node, Shape(EXIT.name, {**EXIT.keys, **meters}), self.problems)
        if node.value:
            self.problems.add("H012", node.where, "an exit is a map", "write {} for a way that costs nothing")
        return {}

    def rises(self, got: dict[str, Node]) -> list[tuple[str, int]]:
        """The meters that an exit raises, and by how much."""
        found = [
            (name, number(got[name], self.problems, "a rise", 0, 1, 99)) for name in self.names.meters if name in got
        ]
        return [(name, amount) for name, amount in found if amount]

    def price(self, do: tuple[Effect, ...], scope: Scope) -> Price:
        """What a choice is known to cost: what it does for certain."""
        tick = self.names.chapters[scope.chapter].tick if scope.chapter else 0
        minutes = sum(op.ticks * tick for effect in do for op in effect.ops if isinstance(op, Advance))
        rises = []
        for meter in self.names.meters.values():
            amount = sum(n for effect in do for var, n in effect.rises if var == meter.var)
            if meter.price and amount >= meter.price[0][0]:
                rises.append((meter.id, amount))
        return Price(minutes, tuple(rises))

    # --- where things lead ---

    def goto(self, node: Node | None, key: Node, entry: SceneName, scope: Scope) -> Goto:
        if node is None:
            if entry.kind != "room":
                self.problems.add(
                    "H060", key.where, f"'{key.value}' leads nowhere", "add goto: and the scene that follows"
                )
            return Goto(((TRUE, entry.id),), key.where)
        if node.kind != "list":
            target = self.target(node, entry, scope)
            return Goto(((TRUE, target or entry.id),), node.where)
        branches: list[tuple[Cond, str]] = []
        for i, part in enumerate(node.value):
            got = read(part, BRANCH, self.problems, part.where)
            target = self.target(got["to"], entry, scope) if "to" in got else None
            branches.append((condition(got["when"], scope) if "when" in got else TRUE, target or entry.id))
            if got and "when" not in got and i < len(node.value) - 1:
                self.problems.add(
                    "H060", part.where, "what follows this branch is never reached", "give it a `when`, or put it last"
                )
        if not node.value or "when" in (node.value[-1].value if node.value[-1].kind == "map" else {}):
            self.problems.add(
                "H060", node.where, "the last branch of a goto has no `when`", "add {to: …} for every other case"
            )
            branches.append((TRUE, entry.id))
        return Goto(tuple(branches), node.where)

    def target(self, node: Node, entry: SceneName | None, scope: Scope) -> str | None:
        """The scene a goto names, after checking that the way is open."""
        if not expect(node, "text", "goto names a scene", self.problems):
            return None
        name: str = node.value
        if name == "here" and entry is not None:
            room = self.names.rooms.get((entry.chapter, entry.place))
            if room is None:
                hint = "write a room there, or name a scene"
                self.names.roomless(node.where, entry.place, "so 'here' leads nowhere", hint)
            return room
        known = self.names.scenes.get(name)
        if known is None:
            self.names.unknown("H020", node.where, "scene", name, ["here", *self.names.scenes])
            return None
        if known.chapter and known.chapter != scope.chapter:
            chapter = self.names.chapters[known.chapter]
            if not scope.chapter:
                hint = "put the ending into a file without a chapter"
                self.problems.add(
                    "H061",
                    node.where,
                    f"this can happen in any chapter, but '{name}' belongs to '{known.chapter}'",
                    hint,
                )
            elif chapter.number < self.names.chapters[scope.chapter].number:
                self.problems.add(
                    "H061", node.where, f"'{name}' is in the earlier chapter '{chapter.id}'", "chapters go forward only"
                )
            elif name not in chapter.start:
                starts = ", ".join((*chapter.start, name))
                hint = f"enter it by {' or '.join(chapter.start)}, or add '{name}' to its start: [{starts}]"
                self.problems.add("H061", node.where, f"'{name}' is not where the chapter '{chapter.id}' begins", hint)
        return name
