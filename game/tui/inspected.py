"""What a run remembers, as rows: every variable, where it comes from, and what the choices of the scene ask.

For writers: names are the story's own, values are written as in conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from game.engine import Run
from game.story.conditions import TRUE, All, Cond
from game.story.diagnostics import Where
from game.story.model import Choice, Scene, Story
from game.story.times import clock_text
from game.story.variables import Variable
from game.tui.render import Block, say
from game.tui.tools import Use, Words

SCENE = "scene"
"""The item of the list that stands for where the run is; the others are names of variables."""

CHANGED = "changed by the last choice"
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("meters, flags, time", ("clock", "arrived", "meter", "flag", "site", "source")),
    ("people", ("fate", "with", "bond")),
    ("hands", ("item",)),
    ("promises and memories", ("promise", "memory")),
    ("ways", ("lock",)),
    ("been and done", ("seen", "chosen", "once")),
)
OF_ITSELF = {
    "clock": "time passing: every `pass`, and the scenes' `time:`",
    "arrived": "the end of a chapter",
    "seen": "leaving that scene",
    "chosen": "taking that choice",
    "once": "its happening",
}
"""What sets the variables that no effect does."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A variable as it stands. `was` is its value before the last choice, "" when that left it alone."""

    var: Variable
    value: str
    was: str
    at_start: bool


def entries(run: Run) -> list[Entry]:
    """Every variable of the run's state, in the order of the story."""
    now = run.state.values
    before = run.state_at(run.turn - 1).values if run.turn else now
    return [
        Entry(
            var,
            shown(run, var, now[var.index]),
            shown(run, var, before[var.index], run.turn - 1) if now[var.index] != before[var.index] else "",
            now[var.index] == var.start,
        )
        for var in run.machine.story.variables
    ]


def shown(run: Run, var: Variable, index: int, turn: int | None = None) -> str:
    """A value as a condition writes it; the clock as the time it is at `turn`."""
    if var.kind == "clock":
        chapter = run.machine.story.chapters.get(run.chapter_at(run.turn if turn is None else turn))
        return clock_text(chapter.opens + chapter.tick * index) if chapter else "not running"
    return word(var.values[index])


def word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def matching(found: Iterable[Entry], words: str) -> list[Entry]:
    """The entries whose name or value holds each of `words`."""
    wanted = words.casefold().split()
    return [e for e in found if all(w in f"{e.var.name} {e.value}".casefold() for w in wanted)]


# --- the list ---------------------------------------------------------------------------------------


def list_blocks(run: Run, found: Sequence[Entry]) -> list[Block]:
    """The scene, what the last choice changed, and the rest by what it is about."""
    out = [Block(say((run.state.scene, "strong")), tail=say(("the scene", "dim")), item=SCENE)]
    out.extend(_group(CHANGED, [e for e in found if e.was]))
    for label, kinds in GROUPS:
        out.extend(_group(label, [e for e in found if e.var.kind in kinds and not e.was]))
    known = {kind for _, kinds in GROUPS for kind in kinds}
    out.extend(_group("more", [e for e in found if e.var.kind not in known and not e.was]))
    return out


def _group(label: str, found: Sequence[Entry]) -> list[Block]:
    out = [Block(say((label, "label")), gap=1)] if found else []
    for entry in found:
        style = "dim" if entry.at_start and not entry.was else "strong"
        value = say((f"{entry.was} -> ", "dim"), (entry.value, style)) if entry.was else say((entry.value, style))
        mark = say(("* ", "key")) if entry.was else say("  ")
        name = say(entry.var.name) if style == "strong" else say((entry.var.name, "dim"))
        out.append(Block(name, mark, 4, value, item=entry.var.name))
    return out


# --- one variable -----------------------------------------------------------------------------------


def variable_blocks(run: Run, entry: Entry, uses: Sequence[Use]) -> list[Block]:
    """A variable: its value, where it is declared, who sets it and who reads it."""
    var, story = entry.var, run.machine.story
    out = [Block(say((var.name, "strong"), (f"  {kind_of(var)}", "dim")))]
    was = say((f", {entry.was} before the last choice", "dim")) if entry.was else say()
    out.append(Block(say(("is ", "dim"), (entry.value, "strong"), was), gap=1))
    out.append(Block(say((f"begins as {shown_start(run, var)}; can be {domain(run, var)}", "dim")), hang=2))
    where = declared(story, var)
    out.append(Block(say(("declared ", "dim"), (str(where), "key") if where else ("by whoever asks it", "dim"))))
    for label, sets in (("set by", True), ("read by", False)):
        rows = list(dict.fromkeys((u.where, u.scene, u.what) for u in uses if u.sets is sets))
        itself = OF_ITSELF.get(var.kind, "") if sets else ""
        out.append(Block(say((label, "label"), (f" {len(rows)}" if rows else "", "dim")), gap=1))
        if itself:
            out.append(Block(say(itself), say("  "), 2))
        elif not rows:
            out.append(Block(say(("nothing", "dim")), say("  "), 2))
        for at, scene, what in rows:
            here = say(("  here", "strong")) if scene == run.state.scene else say()
            owner = scene or ("" if what == "promise" else "a bell or rule")
            out.append(Block(say((str(at), "key"), f"  {owner} ", (what, "dim"), here), say("  "), 4))
    return out


def kind_of(var: Variable) -> str:
    """What sort of thing a variable is, and who forgets it."""
    kinds = {"with": "who goes with you", "lock": "a way that is locked", "seen": "a scene that was left"}
    kind = kinds.get(var.kind, var.kind)
    return f"{kind}, forgotten with the chapter {var.chapter}" if var.chapter else kind


def shown_start(run: Run, var: Variable) -> str:
    return "the chapter's beginning" if var.kind == "clock" else word(var.values[var.start])


def domain(run: Run, var: Variable) -> str:
    """The values a variable can have."""
    if var.kind == "clock":
        chapter = run.machine.story.chapters.get(run.chapter_at(run.turn))
        if chapter is None:
            return "any time of a chapter"
        end = chapter.opens + chapter.tick * chapter.ticks
        return f"{clock_text(chapter.opens)} to {clock_text(end)}"
    first, last = var.values[0], var.values[-1]
    if isinstance(first, int) and not isinstance(first, bool) and var.size > 2:
        return f"{first} to {last}"
    return ", ".join(word(v) for v in var.values)


def declared(story: Story, var: Variable) -> Where | None:
    """Where a variable comes from: its declaration, or that of what it is about."""
    if var.where is not None:
        return var.where
    _, _, name = var.name.partition(".")
    if var.kind in ("fate", "with", "bond") and name in story.people:
        return story.people[name].where
    if var.kind == "item" and name in story.items:
        return story.items[name].where
    if var.kind == "seen" and name in story.scenes:
        return story.scenes[name].where
    if var.kind == "chosen":
        scene, _, id = name.rpartition(".")
        choices = story.scenes[scene].choices if scene in story.scenes else ()
        return next((choice.where for choice in choices if choice.id == id), None)
    return None


# --- the scene --------------------------------------------------------------------------------------


def scene_blocks(run: Run, words: Words) -> list[Block]:
    """The scene the run stands in, and for each of its choices what it asks, and what of that holds now."""
    scene = run.machine.story.scenes[run.state.scene]
    about = " · ".join(part for part in (scene.kind, scene.chapter, scene.place) if part)
    out = [
        Block(say((scene.id, "strong"), (f"  {about}", "dim"))),
        Block(say((str(scene.where), "key"))),
        Block(say(("its choices, and what they ask", "label")), gap=1),
    ]
    states = {option.choice.id: "open" if option.open else "locked" for option in run.options()}
    for choice in scene.choices:
        out.extend(_choice_blocks(run, scene, choice, states.get(choice.id, "hidden"), words))
    if not scene.choices:
        out.append(Block(say(("none: it ends here" if scene.is_ending else "none", "dim")), say("  "), 2))
    return out


def _choice_blocks(run: Run, scene: Scene, choice: Choice, state: str, words: Words) -> list[Block]:
    style = "strong" if state == "open" else "dim"
    head = say((choice.id, "name"), (f"  {choice.where}", "key"))
    out = [Block(head, say((f"{state:<7}", style)), 7, gap=1)]
    for cond in (*parts(choice.shown), *parts(choice.when)):
        holds = run.machine.check(cond)(run.state.values)
        mark = say(("yes ", "dim")) if holds else say(("no  ", "bad"))
        out.append(Block(say(words(cond, scene.chapter)), say(" " * 7, mark), 11))
    if len(out) == 1:
        out.append(Block(say(("asks nothing", "dim")), say(" " * 7), 7))
    return out


def parts(cond: Cond) -> tuple[Cond, ...]:
    """What must all hold for `cond` to hold."""
    if cond == TRUE:
        return ()
    return cond.parts if isinstance(cond, All) else (cond,)
