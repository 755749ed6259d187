"""Every command of the game, in one place: footer, help, palette and plain mode's words are made from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A thing a player can ask for.

    `keys` are Textual's key names, the first is shown. `words` are what plain mode answers to, the first is shown;
    empty where only the screens have it. `where` says on which screen the app offers it: "play", "title" or "all".
    """

    id: str
    label: str
    help: str
    keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    where: str = "play"
    footer: bool = False
    argument: str = ""


COMMANDS: tuple[Command, ...] = (
    Command("look", "Look", "Read the scene and its choices again", words=("look", "again")),
    Command("undo", "Undo", "Take back the last choice", ("u",), ("undo", "back"), footer=True),
    Command("redo", "Redo", "Make the choice again that you took back", ("r",), ("redo",)),
    Command("people", "People", "Who is who, and what has become of them", ("p",), ("who", "people"), footer=True),
    Command("inventory", "Hands", "What you carry, and how you are", ("i",), ("hands", "inventory"), footer=True),
    Command(
        "journal",
        "Journal",
        "The run so far, as prose; go back to any choice",
        ("j",),
        ("journal",),
        footer=True,
    ),
    Command("save", "Save", "Keep this moment under a name", ("s",), ("save",), footer=True, argument="NAME"),
    Command("load", "Load", "Go to a saved moment", ("l",), ("load",), where="all", footer=True, argument="NAME"),
    Command("saves", "Saves", "The saved moments, by name", words=("saves",)),
    Command(
        "export",
        "Export",
        "Write a save to a file; --load FILE brings it in",
        words=("export",),
        argument="NAME FILE",
    ),
    Command("goto", "Go back to", "Go back to a turn, by its number in the journal", words=("goto",), argument="TURN"),
    Command("theme", "Theme", "Choose dark, light or another theme", ("t",), where="all"),
    Command("help", "Help", "All commands", ("question_mark", "f1"), ("help", "?"), where="all", footer=True),
    Command("title", "Title", "Leave the run and go to the title; it is saved", ("escape", "backspace"), ("title",)),
    Command("continue", "Continue", "Go on with the last run", ("c",), ("continue",), where="title"),
    Command("new", "New run", "Begin from the first page", ("n",), ("new",), where="title"),
    Command("notes", "Content notes", "What this story contains", ("o",), ("notes",), where="title"),
    Command("credits", "Credits and notice", "Who made this, and what it owes", ("d",), ("credits",), where="title"),
    Command("settings", "Settings", "What can be set, and to what it is", ("e",), ("settings",), where="title"),
    Command("set", "Set", "Change a setting; settings lists them", words=("set",), argument="NAME VALUE"),
    Command("palette", "Commands", "Every command by its name", ("ctrl+p",), where="all"),
    Command(
        "quit",
        "Quit",
        "Leave; every turn is saved already",
        ("q", "ctrl+q"),
        ("quit", "exit"),
        where="all",
        footer=True,
    ),
)

BY_ID = {command.id: command for command in COMMANDS}
BY_WORD = {word: command for command in COMMANDS for word in command.words} | {
    # In plain mode the keys of the screens are words as well.
    key: command
    for command in COMMANDS
    if command.words
    for key in command.keys
    if len(key) == 1
}
