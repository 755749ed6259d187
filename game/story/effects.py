"""Effects: the verbs of a `do:` list, read into changes of one variable each."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from game.story.conditions import Cond, Test
from game.story.diagnostics import did_you_mean
from game.story.expr import MAX_EXPANSION, parse_condition
from game.story.fields import expect, pairs, words
from game.story.locate import Locator
from game.story.model import Advance, Branch, Change, Deed, Effect, Op
from game.story.names import Scope
from game.story.nodes import Node
from game.story.times import parse_length
from game.story.variables import MAX_TICKS, Variable

_NUMBER = re.compile(r"[+-]?\d{1,4}\Z", re.ASCII)


def condition(node: Node, scope: Scope) -> Cond:
    """The condition written at `node`."""
    if not expect(node, "text", "a condition is a text", scope.problems):
        return Test(0, 0)
    return parse_condition(node.value, Locator(node, scope.problems), scope)


def assign(var: Variable, index: int) -> Change:
    return Change(var.index, bytes([index]) * var.size)


def shift(var: Variable, amount: int) -> Change:
    """Adds to a number, stopping at the ends of its range."""
    return Change(var.index, _shifted(var.size, amount))


@cache
def _shifted(size: int, amount: int) -> bytes:
    return bytes(min(max(i + amount, 0), size - 1) for i in range(size))


def read_effects(node: Node | None, scope: Scope, passes: bool = True) -> tuple[Effect, ...]:
    """The effects of a `do:`. Where `passes` is false no time may go by."""
    if node is None:
        return ()
    parts = node.value if node.kind == "list" else [node]
    if node.kind == "text":
        scope.problems.add("H012", node.where, "effects are a list", "write do: [{take: rope}]")
        return ()
    out: list[Effect] = []
    for part in parts:
        if not expect(part, "map", "an effect is written {verb: …}", scope.problems):
            continue
        if "if" in part.value:
            out.append(_read_if(part, scope, passes))
            continue
        for key, value in part.items():
            if (verb := _VERBS.get(key.value)) is None:
                hint = did_you_mean(key.value, [*_VERBS, "if"])
                scope.problems.add("H040", key.where, f"there is no effect '{key.value}'", hint)
            elif key.value == "pass" and not passes:
                scope.problems.add(
                    "H041",
                    key.where,
                    "no time can pass here",
                    "let a choice pass the time, or give the scene a `time:`",
                )
            else:
                out.extend(verb(key, value, scope))
    return tuple(out)


def _read_if(node: Node, scope: Scope, passes: bool) -> Effect:
    for name, (key, _) in node.value.items():
        if name not in ("if", "do", "else"):
            hint = did_you_mean(name, ["do", "else"])
            scope.problems.add(
                "H010", key.where, f"an if has no key '{name}'", hint or "write {if: …, do: […], else: […]}"
            )
    cond = condition(node.value["if"][1], scope)
    sides = []
    for name in ("do", "else"):
        inner = node.value.get(name)
        sides.append(read_effects(inner[1] if inner else None, scope, passes))
    if not sides[0] and "do" not in node.value:
        scope.problems.add("H011", node.value["if"][0].where, "an if needs 'do'", "write {if: …, do: […]}")
    then, otherwise = (tuple(op for effect in side for op in effect.ops) for side in sides)
    return Effect("if", node.value["if"][0].where, (Branch(cond, then, otherwise),))


def _amount(node: Node, scope: Scope, what: str) -> int | None:
    if node.kind == "text" and _NUMBER.match(node.value):
        return int(node.value)
    scope.problems.add("H041", node.where, f"{what} is a whole number", "write +1, 2 or -1")
    return None


def _counted(key: Node, value: Node, scope: Scope) -> list[tuple[Node, Variable, Node | None]]:
    """The (name, variable, amount or None) of `rope`, `[rope, tape]` or `{water: 2}`."""
    named: list[tuple[Node, Node | None]]
    if value.kind == "map":
        named = [(k, v) for k, v in value.items()]
    else:
        named = [(word, None) for word in words(value, scope.problems, f"'{key.value}'")]
    out = []
    for name, amount in named:
        if name.value in scope.names.items:
            out.append((name, scope.names.table.by_name[f"count.{name.value}"], amount))
        else:
            scope.names.unknown("H021", name.where, "item", name.value, scope.names.items)
    return out


def _take(key: Node, value: Node, scope: Scope) -> list[Effect]:
    sign = 1 if key.value == "take" else -1
    out = []
    for name, var, amount in _counted(key, value, scope):
        if amount is not None and amount.kind == "text" and amount.value == "all" and sign < 0:
            out.append(Effect("drop", name.where, (assign(var, 0),)))
            continue
        number = 1 if amount is None else _amount(amount, scope, f"how many to {key.value}")
        if number is None or var.index in scope.names.vague:
            continue
        if number < 1 or number > var.size - 1:
            scope.problems.add(
                "H041",
                (amount or name).where,
                f"one can {key.value} from 1 to {var.size - 1} of these",
                "see `max` in items.yaml",
            )
            continue
        out.append(Effect(key.value, name.where, (shift(var, sign * number),)))
    return out


def _set(key: Node, value: Node, scope: Scope) -> list[Effect]:
    out = []
    for name, to in pairs(value, scope.problems, "set is written {set: {flag: value}}"):
        var = _flag(name, scope)
        if var is None or not expect(to, "text", "a value is one word or number", scope.problems):
            continue
        if ops := _set_ops(var, to, scope):
            out.append(Effect("set", name.where, ops))
    return out


def _flag(name: Node, scope: Scope) -> Variable | None:
    """The flag or meter of that name. None where there is none, which is told, or where what it is was told of."""
    names = scope.names
    var = names.flag(name.value, scope.chapter)
    if var is None:
        names.unknown("H024", name.where, "flag or meter", name.value, names.flag_names(scope.chapter))
    return None if var is None or var.index in names.vague else var


def _set_ops(var: Variable, to: Node, scope: Scope) -> tuple[Op, ...]:
    sample = var.values[0]
    value: object = to.value
    if isinstance(sample, bool):
        value = {"true": True, "false": False}.get(to.value)
    elif isinstance(sample, int):
        value = int(to.value) if _NUMBER.match(to.value) else None
    index = None if value is None else var.index_of(value)  # type: ignore[arg-type]
    if index is not None:
        return (assign(var, index),)
    other = scope.names.flag(to.value, scope.chapter)
    shown = var.name.split("/")[-1]
    if other is None:
        can = "true or false" if isinstance(sample, bool) else f"{var.values[0]} to {var.values[-1]}"
        hint = did_you_mean(to.value, [str(v) for v in var.values]) if isinstance(sample, str) else f"it can be {can}"
        scope.problems.add("H041", to.where, f"'{shown}' cannot be '{to.value}'", hint)
        return ()
    if other is var:
        scope.problems.add("H041", to.where, f"'{shown}' has this value already")
        return ()
    if other.size * var.size > MAX_EXPANSION:
        scope.problems.add("H041", to.where, f"'{to.value}' has too many values to set another flag to it")
        return ()
    # x := y, by cases on the values of y, of which exactly one holds.
    indexes = [var.index_of(v) for v in other.values]
    cases = tuple(
        Branch(Test(other.index, 1 << i), (assign(var, index),)) for i, index in enumerate(indexes) if index is not None
    )
    if len(cases) < len(indexes):
        scope.problems.add("H041", to.where, f"'{to.value}' has values that '{shown}' cannot have")
    return cases


def _add(key: Node, value: Node, scope: Scope) -> list[Effect]:
    out = []
    for name, by in pairs(value, scope.problems, "add is written {add: {noise: 2}}"):
        var = _flag(name, scope)
        if var is None:
            continue
        if not isinstance(var.values[0], int) or isinstance(var.values[0], bool):
            scope.problems.add("H041", name.where, f"'{name.value}' is not a number", "use set")
            continue
        amount = _amount(by, scope, "what is added")
        if amount:
            out.append(Effect("add", name.where, (shift(var, amount),), ((var.index, amount),)))
        elif amount == 0:
            scope.problems.add("H041", by.where, "adding 0 does nothing")
    return out


def _people(value: Node, scope: Scope, what: str) -> list[Node]:
    out = []
    for name in words(value, scope.problems, what):
        if name.value in scope.names.people:
            out.append(name)
        else:
            scope.names.unknown("H022", name.where, "person", name.value, scope.names.people)
    return out


def _company(key: Node, value: Node, scope: Scope) -> list[Effect]:
    out = []
    table, here = scope.names.table, scope.names.here_mask()
    for name in _people(value, scope, f"'{key.value}'"):
        var = table.by_name[f"with.{name.value}"]
        op: Op = assign(var, int(key.value == "join"))
        if key.value == "join":
            # Only who is alive and not elsewhere can join.
            op = Branch(Test(table.by_name[f"fate.{name.value}"].index, here), (op,))
        ops = (op, Deed(name.value, "join", name.where)) if key.value == "join" else (op,)
        out.append(Effect(key.value, name.where, ops))
    return out


def _fate(key: Node, value: Node, scope: Scope) -> list[Effect]:
    names = scope.names
    out = []
    for name, to in pairs(value, scope.problems, "fate is written {fate: {person: dead}}"):
        if name.value not in names.people:
            names.unknown("H022", name.where, "person", name.value, names.people)
            continue
        if to.kind != "text" or to.value not in names.fates:
            names.unknown("H027", to.where, "fate", to.value if to.kind == "text" else "…", names.fates)
            continue
        order = list(names.fates)
        var = names.table.by_name[f"fate.{name.value}"]
        sources = sum(1 << i for i, f in enumerate(names.fates.values()) if to.value in f.becomes)
        if not sources:
            hint = (
                f"add it to the `becomes` of another fate in story.yaml, for example alive: {{becomes: [{to.value}]}}"
            )
            scope.problems.add("H042", to.where, f"no fate becomes '{to.value}'", hint)
            continue
        then: list[Op] = [assign(var, order.index(to.value))]
        if names.fates[to.value].presence != "here":
            then.append(assign(names.table.by_name[f"with.{name.value}"], 0))
            if bond := names.table.get(f"bond.{name.value}"):
                then.append(assign(bond, bond.start))
        out.append(Effect("fate", name.where, (Branch(Test(var.index, sources), tuple(then)),)))
    return out


def _bond(key: Node, value: Node, scope: Scope) -> list[Effect]:
    out = []
    for name, by in pairs(value, scope.problems, "bond is written {bond: {person: +1}}"):
        if name.value not in scope.names.people:
            scope.names.unknown("H022", name.where, "person", name.value, scope.names.people)
            continue
        var = scope.names.table.get(f"bond.{name.value}")
        if var is None:
            scope.problems.add("H041", name.where, f"{name.value} has no bond", "give them `bond: 0..5` in people.yaml")
        elif amount := _amount(by, scope, "a bond's change"):
            out.append(Effect("bond", name.where, (shift(var, amount), Deed(name.value, "bond", name.where))))
    return out


def _promise(key: Node, value: Node, scope: Scope) -> list[Effect]:
    out = []
    for name in words(value, scope.problems, f"'{key.value}'"):
        var = scope.names.table.get(f"promise.{name.value}")
        if var is None:
            scope.names.unknown("H027", name.where, "promise", name.value, scope.names.promises)
            continue
        # none -> made -> kept or broken; anything else stays as it is.
        table = {"promise": (1, 1, 2, 3), "keep": (0, 2, 2, 3), "break": (0, 3, 2, 3)}[key.value]
        out.append(Effect(key.value, name.where, (Change(var.index, bytes(table)),)))
    return out


def _expose(key: Node, value: Node, scope: Scope) -> list[Effect]:
    table = scope.names.table
    if not table.get("exposed.site"):
        scope.problems.add("H041", key.where, "nothing says what exposure is", "add `exposure:` to story.yaml")
        return []
    ops: list[Op] = []
    if not expect(value, "map", "expose is written {expose: {site: limb, source: zombie}}", scope.problems):
        return []
    for name in ("site", "source"):
        if name not in value.value:
            scope.problems.add(
                "H041", key.where, f"expose needs a {name}", "write {expose: {site: limb, source: zombie}}"
            )
    for part, to in value.items():
        var = table.get(f"exposed.{part.value}")
        if var is None:
            scope.problems.add(
                "H010", part.where, f"expose has no key '{part.value}'", did_you_mean(part.value, ["site", "source"])
            )
            continue
        index = var.index_of(to.value) if to.kind == "text" else None
        if not index:
            known = [str(v) for v in var.values[1:]]
            name = to.value if to.kind == "text" else "…"
            scope.names.unknown("H027", to.where, f"{part.value} of exposure", name, known)
            continue
        ops.append(assign(var, index))
    if meter := scope.names.meters.get(scope.names.exposure):
        var = table.all[meter.var]
        ops.append(Change(var.index, bytes(min(max(i, 1 - meter.low), var.size - 1) for i in range(var.size))))
    return [Effect("expose", key.where, tuple(ops))]


def _remember(key: Node, value: Node, scope: Scope) -> list[Effect]:
    out = []
    for name in words(value, scope.problems, "'remember'"):
        var = scope.names.table.get(f"memory.{name.value}")
        if var is None:
            scope.names.unknown("H027", name.where, "memory", name.value, scope.names.memories)
        else:
            out.append(Effect("remember", name.where, (assign(var, 1),)))
    return out


def _unlock(key: Node, value: Node, scope: Scope) -> list[Effect]:
    out = []
    for name in words(value, scope.problems, "'unlock'"):
        ends = name.value.split(".")
        if len(ends) != 2:
            scope.problems.add(
                "H041", name.where, "unlock names both ends of the exit", "write {unlock: c2c.roof_door}"
            )
            continue
        missing = [end for end in ends if end not in scope.names.places]
        for end in missing:
            scope.names.unknown("H023", name.where, "place", end, scope.names.places)
        var = scope.names.table.get("unlocked." + ".".join(sorted(ends)))
        if var is not None:
            out.append(Effect("unlock", name.where, (assign(var, 1),)))
        elif not missing:
            scope.problems.add(
                "H041",
                name.where,
                f"no exit between {ends[0]} and {ends[1]} is locked",
                "give the exit a `locked:` and no `when:`",
            )
    return out


def _pass(key: Node, value: Node, scope: Scope) -> list[Effect]:
    minutes = parse_length(value.value) if value.kind == "text" else None
    if minutes is None:
        scope.problems.add("H041", value.where, "a length of time is expected", "write 20 min, or 1 h 30 min")
        return []
    if not scope.chapter:
        scope.problems.add("H063", key.where, "there is no clock outside a chapter")
        return []
    return [Effect("pass", key.where, (Advance(ticks_of(minutes, value, scope)),))]


def ticks_of(minutes: int, node: Node, scope: Scope) -> int:
    """`minutes` in the chapter's ticks, rounded up with a warning when it falls between two."""
    tick = scope.names.chapters[scope.chapter].tick
    ticks = -(-minutes // tick)
    if minutes % tick:
        scope.problems.add(
            "H065", node.where, f"{minutes} min counts as {ticks * tick} min: the clock's tick is {tick} min"
        )
    return min(ticks, MAX_TICKS)


_VERBS: dict[str, Callable[[Node, Node, Scope], list[Effect]]] = {
    "take": _take,
    "drop": _take,
    "set": _set,
    "add": _add,
    "fate": _fate,
    "join": _company,
    "leave": _company,
    "bond": _bond,
    "promise": _promise,
    "keep": _promise,
    "break": _promise,
    "expose": _expose,
    "remember": _remember,
    "unlock": _unlock,
    "pass": _pass,
}
