"""Which actions exist: those of the command registry and the few that screens need. No other can be called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from textual.actions import ActionError, ActionParseResult, SkipAction, parse
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.dom import DOMNode
from textual.widgets import Input

from game.language import N_
from game.present import COMMANDS, Command

Kind = TypeVar("Kind")

MOVES = ("step", "page", "edge", "enter", "pick", "close", "remove", "rename", "find", "again", "yes", "no", "chapter")
"""What the screens do besides the commands: moving about in them and answering them."""

SYSTEM = ("command_palette", "suspend_process")
"""What is asked of the app by keys of its own."""

WRITERS = ("inspect", "problems")
"""What a writer can ask for besides, while watching or inspecting."""

ALLOWED = frozenset((*(command.id for command in COMMANDS), *MOVES, *SYSTEM, *WRITERS))

EDITING = frozenset(
    (
        *("cursor_left", "cursor_right", "cursor_left_word", "cursor_right_word", "home", "end", "select_all"),
        *("delete_left", "delete_left_word", "delete_left_all", "delete_right", "delete_right_word"),
        *("delete_right_all", "submit", "cut", "copy", "paste"),
    )
)
"""What the keys of a line to type in do to it."""

CHOOSING = frozenset(("cursor_down", "escape", "command_list"))
"""What the keys of Textual's palette do in it."""

READING: list[BindingType] = [
    Binding("up", "step(-1)", show=False),
    Binding("down", "step(1)", show=False),
    Binding("tab", "step(1)", show=False),
    Binding("shift+tab", "step(-1)", show=False),
    Binding("pageup", "page(-1)", show=False),
    Binding("pagedown", "page(1)", show=False),
    Binding("space", "page(1)", show=False),
    Binding("home", "edge(-1)", show=False),
    Binding("end", "edge(1)", show=False),
    Binding("enter", "enter", show=False),
]
"""Keys every page answers to."""

READING_HELP = (
    (N_("1 to 9, 0"), N_("Take that choice (0 is the tenth)")),
    (N_("Up, Down, Tab, Enter"), N_("Move among what can be picked, and pick it")),
    (N_("Space, PgDn, PgUp"), N_("Read on, or back")),
    (N_("Home, End"), N_("To the beginning, to the end")),
    (N_("Esc, Backspace, ^g"), N_("Close what is on top")),
)

DISPLAY = {"question_mark": "?", "escape": "Esc", "backspace": "Backspace", "enter": "Enter", "f1": "F1", "slash": "/"}


def key_name(key: str) -> str:
    """A key as it is shown."""
    return DISPLAY.get(key) or (f"^{key[5:]}" if key.startswith("ctrl+") else key)


def commands(*where: str) -> Iterable[Command]:
    """The commands of these screens that have a key."""
    return (command for command in COMMANDS if command.where in where and command.keys)


def bindings(*where: str) -> list[BindingType]:
    """The registry's keys as bindings; with the control key they work wherever the focus is."""
    return [
        Binding(key, "command_palette" if c.id == "palette" else c.id, c.label, show=False, priority=key == "ctrl+q")
        for c in commands(*where)
        for key in c.keys
    ]


REFUSED = (
    *("screenshot", "simulate_key", "toggle", "toggle_dark", "add_class", "remove_class", "toggle_class"),
    *("switch_screen", "push_screen", "pop_screen", "switch_mode", "notify", "bell", "focus", "back"),
)
"""Actions of Textual's own that write files, press keys or change what is shown: gone, not only out of reach."""


def may_run(action: str | ActionParseResult, target: DOMNode) -> bool:
    """Whether `action`, asked for at `target`, is a listed one. Every action passes through here, whoever asks."""
    try:
        where, name, _ = parse(action) if isinstance(action, str) else action
    except ActionError:
        return False
    if where in ("app", "screen"):
        return name in ALLOWED
    if where:
        return False
    if isinstance(target, Input):
        return name in EDITING
    if isinstance(target, CommandPalette):
        return name in CHOOSING
    return isinstance(target, Guarded) and name in ALLOWED


class Guarded:
    """Mixed into the app and its screens: only listed actions run, whatever asks for them."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action in ALLOWED


def guarded(kind: type[Kind]) -> type[Kind]:
    """Class decorator: take away what is refused."""

    def refuse(self: object, *args: object, **kwargs: object) -> None:
        raise SkipAction

    for name in REFUSED:
        setattr(kind, f"action_{name}", refuse)
    return kind
