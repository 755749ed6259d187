"""What is probably not meant, although the story can be played: found by looking, without playing.

Nothing here is guessed: a finding says that something can never be, whatever the player does. What only *might* go
wrong is the prover's to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from game.desk.reading import plain, words
from game.desk.uses import Attainable, Use, choice_edges, fate_of, reached, same_effect, uses
from game.engine import Machine
from game.story.conditions import TRUE, All, Test, conjunction
from game.story.diagnostics import Problems, Where
from game.story.model import Block, Choice, Effect, Para, Scene, Story
from game.story.variables import Variable

LONGEST_CHOICE = 9
"""Words."""


@dataclass(slots=True)
class Desk:
    """A story, and what was worked out about it once for all findings."""

    story: Story
    machine: Machine
    attainable: Attainable
    uses: Mapping[int, Sequence[Use]]
    """By the number of the variable."""
    edges: dict[str, set[str]]
    entered: set[str]
    problems: Problems

    def readers(self, var: int) -> list[Use]:
        return [use for use in self.uses.get(var, ()) if not use.sets]

    def tell(self, code: str, where: Where, message: str, hint: str = "") -> None:
        self.problems.add(code, where, message, hint)

    def setters(self, var: int) -> list[Use]:
        return [use for use in self.uses.get(var, ()) if use.sets]


def find(story: Story, problems: Problems) -> None:
    """Add every finding about `story` to `problems`."""
    machine = Machine(story)
    attainable = Attainable(machine)
    edges = choice_edges(story, attainable)
    used: dict[int, list[Use]] = {}
    for use in uses(story):
        used.setdefault(use.var, []).append(use)
    desk = Desk(story, machine, attainable, used, edges, reached([story.start], edges), problems)
    for look in LOOKS:
        look(desk)


# --- ways ---------------------------------------------------------------------------------------------


def nothing_leads_here(desk: Desk) -> None:
    for scene in desk.story.scenes.values():
        if scene.id not in desk.entered:
            hint = f"write goto: {scene.id} in a choice, or delete it"
            desk.tell("H100", scene.where, f"nothing leads to {_kind(scene)} '{scene.id}'", hint)


def no_way_out(desk: Desk) -> None:
    back: dict[str, set[str]] = {}
    for id, following in desk.edges.items():
        for after in following:
            back.setdefault(after, set()).add(id)
    saved = reached([s.id for s in desk.story.scenes.values() if s.is_ending], back)
    for scene in _entered(desk):
        # Of scenes that lead only to each other, those by which one gets among them are enough to tell.
        door = scene.id == desk.story.start or back.get(scene.id, set()) & saved & desk.entered
        if scene.id not in saved and door:
            hint = "give one of its choices, or of the scenes after it, a way to an ending"
            desk.tell("H101", scene.where, f"no ending can be reached from {_kind(scene)} '{scene.id}'", hint)


def never_offered(desk: Desk) -> None:
    # One exit of the map may be in the rooms of several chapters; a door that stays shut and says why is scenery.
    somewhere = {c.where for scene in _entered(desk) for c in scene.choices if desk.attainable.open(c)}
    for scene in _entered(desk):
        for choice in scene.choices:
            if choice.bug or choice.where in somewhere or (choice.kind == "exit" and choice.locked):
                continue
            message = f"this choice is never open: {_why_not(desk, choice)}"
            desk.tell("H111", choice.where, message, "let something make its `when` true, or mend it")


def _why_not(desk: Desk, choice: Choice) -> str:
    parts = choice.when.parts if isinstance(choice.when, All) else (choice.when,)
    for part in parts:
        if isinstance(part, Test) and not desk.attainable.possible(part):
            variable, mask = desk.story.variables[part.var], desk.attainable.masks[part.var]
            if mask & (mask - 1):
                return f"'{_name(variable)}' is never what it asks for"
            value = variable.values[mask.bit_length() - 1]
            return f"'{_name(variable)}' is always {str(value).lower() if isinstance(value, bool) else value}"
    if len(parts) > 1:
        return "its `when` asks for two things that exclude each other"
    return "its `when` never holds"


# --- what is remembered -------------------------------------------------------------------------------


def set_and_never_read(desk: Desk) -> None:
    for var in desk.story.variables:
        if var.kind not in ("flag", "meter", "memory", "promise") or var.where is None:
            continue
        set_, read = desk.setters(var.index), desk.readers(var.index)
        # Meters, memories and promises are shown to the player: that is being read.
        shown = var.kind != "flag"
        if not set_ and not read:
            desk.tell("H102", var.where, f"nothing uses {_what(var)}", "delete it, or use it")
        elif set_ and not read and not shown:
            desk.tell("H102", var.where, f"{_what(var)} is set and never asked", "ask it in a condition, or delete it")
        elif read and not set_ and var.kind != "meter":
            desk.tell("H103", var.where, f"{_what(var)} is asked and never changes", "set it somewhere, or delete it")


def items_never_used(desk: Desk) -> None:
    for item in desk.story.items.values():
        if desk.attainable.masks[item.var] == 1:
            desk.tell(
                "H104", item.where, f"nobody can ever take '{item.id}'", f"write {{take: {item.id}}}, or delete it"
            )
        # What can be looked at, held in the hand, is used by being read.
        elif not item.about and not desk.readers(item.var) and not _dropped(desk, item.var):
            hint = f"ask has.{item.id} in a condition, or {{drop: {item.id}}}"
            desk.tell("H104", item.where, f"'{item.id}' can be taken and is never used", hint)


def _dropped(desk: Desk, item: int) -> bool:
    return any(use.what in ("drop", "if") for use in desk.setters(item))


def could_be_shorter_lived(desk: Desk) -> None:
    # What a chapter's own files do not say, such as a passage for all chapters, could not see the chapter's flag.
    homes = {(scene.chapter, scene.where.file) for scene in desk.story.scenes.values()}
    for var in desk.story.variables:
        if var.kind != "flag" or var.chapter or var.where is None:
            continue
        if not desk.setters(var.index) or not desk.readers(var.index):
            continue  # told already
        found = {(use.chapter, use.where.file) for use in desk.uses.get(var.index, ())}
        chapters = {chapter for chapter, _ in found}
        if found <= homes and len(chapters) == 1 and (only := chapters.pop()) and len(desk.story.chapters) > 1:
            hint = f"declare it in the file of the chapter '{only}': what chapters forget, nobody has to prove"
            desk.tell("H106", var.where, f"only one chapter uses the flag '{_name(var)}'", hint)


# --- text ---------------------------------------------------------------------------------------------


def speech_by_the_absent(desk: Desk) -> None:
    story, masks = desk.story, desk.attainable.masks
    here = sum(1 << i for i, fate in enumerate(story.fates.values()) if fate.presence == "here")
    for scene in _entered(desk):
        for blocks, cast in _texts(story, scene):
            for para in _speech(desk, blocks):
                person = story.people[para.speaker]
                joined = masks[person.company] & 0b10
                if not masks[person.fate] & here:
                    desk.tell("H107", para.where, f"{person.short} speaks, and is never here to speak")
                elif not joined and person.id not in cast:
                    hint = f"add {person.id} to the `cast` of '{scene.id}', or let them {{join: {person.id}}} before"
                    desk.tell("H107", para.where, f"{person.short} speaks, and cannot be in '{scene.id}'", hint)


def _speech(desk: Desk, blocks: Iterable[Block]) -> Iterator[Para]:
    """Speech that can be seen."""
    for block in blocks:
        if isinstance(block, Para):
            if block.speaker:
                yield block
        else:
            for cond, inner, _ in block.branches:
                if desk.attainable.possible(cond):
                    yield from _speech(desk, inner)


def text_nobody_can_see(desk: Desk) -> None:
    # A passage may show in one scene what it hides in another.
    hidden: dict[Where, str] = {}
    shown: set[Where] = set()
    for scene in _entered(desk):
        for blocks, _ in _texts(desk.story, scene):
            _look_into(desk, blocks, hidden, shown)
    for person in desk.story.people.values():
        for blocks in person.epilogue.values():
            _look_into(desk, blocks, hidden, shown)
    for where, why in hidden.items():
        if where not in shown:
            desk.tell("H108", where, f"nobody can see this text: {why}", "mend the condition, or delete the text")


def _look_into(desk: Desk, blocks: Iterable[Block], hidden: dict[Where, str], shown: set[Where]) -> None:
    for block in blocks:
        if isinstance(block, Para):
            continue
        closed = False
        for cond, inner, where in block.branches:
            if closed or not desk.attainable.possible(cond):
                hidden[where] = "the branch before it always holds" if closed else "its condition can never hold"
            else:
                shown.add(where)
                _look_into(desk, inner, hidden, shown)
            closed = closed or desk.attainable.certain(cond)


# --- choices ------------------------------------------------------------------------------------------


def choices_that_do_the_same(desk: Desk) -> None:
    asked = {desk.story.variables[var].name for var in desk.uses}
    for scene in _entered(desk):
        told = [c for c in scene.choices if _plain(c) and f"chosen.{scene.id}.{c.id}" not in asked]
        for i, second in enumerate(told):
            for first in told[:i]:
                if same_effect(first, second) and _beside(desk, first, second):
                    message = f"'{first.id}' and '{second.id}' do exactly the same"
                    desk.tell("H105", second.where, message, "make them differ, or leave one out")
                    break


def _plain(choice: Choice) -> bool:
    """Whether taking it leaves it where it was: one that is offered once is gone, and the other is not."""
    return choice.kind == "choice" and choice.shown == TRUE and not choice.bug


def _beside(desk: Desk, a: Choice, b: Choice) -> bool:
    """Whether one of them is open wherever the other is. Otherwise each may be there for when the other is shut."""
    together = desk.attainable.possible(conjunction([a.when, b.when]))
    return together and (desk.attainable.implies(a.when, b.when) or desk.attainable.implies(b.when, a.when))


def choices_too_long(desk: Desk) -> None:
    for scene in desk.story.scenes.values():
        for choice in scene.choices:
            count = words(plain(choice.text))
            if count > LONGEST_CHOICE:
                message = f"a choice of {count} words; {LONGEST_CHOICE} or fewer read at a glance"
                desk.tell("H109", choice.where, message, "say what the player does, verb first")


def missing_notes(desk: Desk) -> None:
    """A loss or a wound in a scene without content notes, in a story that has them."""
    story = desk.story
    if not story.notes:
        return
    for scene in _entered(desk):
        for effect, following in _losses(story, scene):
            if not scene.notes and not any(story.scenes[s].notes for s in following):
                hint = "add notes: to this scene, or to the one it leads to; known here: " + ", ".join(story.notes)
                desk.tell("H110", effect.where, "somebody is lost or hurt here without a content note", hint)
                break


def _losses(story: Story, scene: Scene) -> Iterator[tuple[Effect, list[str]]]:
    """Effects that end or endanger a life, and the scenes they lead to."""
    fates = list(story.fates.values())

    def grave(effect: Effect) -> bool:
        if effect.verb == "expose":
            return True
        if effect.verb != "fate":
            return False
        return fates[fate_of(effect)].presence == "gone"

    for effect in scene.do:
        if grave(effect):
            yield effect, []
    for choice in scene.choices:
        for outcome in choice.outcomes:
            for effect in (*choice.do, *outcome.do):
                if grave(effect):
                    yield effect, [target for _, target in outcome.goto.branches]


# --- helpers ------------------------------------------------------------------------------------------


def _entered(desk: Desk) -> Iterator[Scene]:
    """The scenes a player can come to; about others one finding is enough."""
    return (scene for scene in desk.story.scenes.values() if scene.id in desk.entered)


def _texts(story: Story, scene: Scene) -> Iterator[tuple[tuple[Block, ...], set[str]]]:
    """The texts of a scene, each with whose cast puts them there: after a choice also that of the next scene."""
    cast = set(scene.cast)
    yield scene.text, cast
    if scene.gentle is not None:
        yield scene.gentle, cast
    if scene.summary is not None:
        yield scene.summary, cast
    for choice in scene.choices:
        for outcome in choice.outcomes:
            after = cast.union(*(story.scenes[to].cast for _, to in outcome.goto.branches))
            yield (*outcome.then, *(outcome.gentle or ())), after


def _kind(scene: Scene) -> str:
    return f"the {scene.kind}"


def _name(var: Variable) -> str:
    return var.name.split("/")[-1]


def _what(var: Variable) -> str:
    return f"the {var.kind} '{_name(var).split('.', 1)[-1]}'"


LOOKS: tuple[Callable[[Desk], None], ...] = (
    nothing_leads_here,
    no_way_out,
    never_offered,
    set_and_never_read,
    items_never_used,
    could_be_shorter_lived,
    speech_by_the_absent,
    text_nobody_can_see,
    choices_that_do_the_same,
    choices_too_long,
    missing_notes,
)
