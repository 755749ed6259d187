"""Every command of the game, in one place: footer, help, palette and plain mode's words are made from it."""

from __future__ import annotations

from dataclasses import dataclass

from game.language import _, p_


@dataclass(frozen=True, slots=True)
class Command:
    """A thing a player can ask for.

    `keys` are Textual's key names, the first is shown. `words` are what plain mode answers to, the first is shown;
    empty where only the screens have it. `where` says on which screen the app offers it: "play", "title" or "all".
    """

    id: str
    english: str
    """Its name, in English."""
    english_help: str
    keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    where: str = "play"
    footer: bool = False
    argument: str = ""

    @property
    def label(self) -> str:
        """Its name, in the language in use."""
        return _(self.english)

    @property
    def help(self) -> str:
        """What it does, in the language in use."""
        return _(self.english_help)


COMMANDS: tuple[Command, ...] = (
    Command("look", "Look", "Read the scene and its choices again", words=("look", "again")),
    Command("undo", "Undo", "Take back the last choice", ("u",), ("undo", "back"), footer=True),
    Command("redo", "Redo", "Make the choice again that you took back", ("r",), ("redo",)),
    Command("map", "Map", "The places you know, floor by floor", ("m",), ("map",), footer=True),
    Command("people", "People", "Who is who, and what has become of them", ("p",), ("who", "people"), footer=True),
    Command("inventory", "Hands", "What you carry, and how you are", ("i",), ("hands", "inventory"), footer=True),
    Command(
        "journal",
        "Journal",
        "The run so far, as prose; go back to any choice",
        ("j",),
        ("journal",),
        footer=True,
        argument="[WORDS]",
    ),
    Command(
        "hint",
        "Hint",
        "Who can still be saved, which endings can be, and how: no more than you ask for",
        ("h",),
        ("hint",),
        argument="[NUMBER]",
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
    Command("chapters", "Chapters", "Go back to the first page of a chapter; the rest is kept", ("c",), ("chapters",)),
    Command(
        "restart",
        "Restart a chapter",
        "Go back to the first page of a chapter, by its number or title",
        words=("restart",),
        argument="CHAPTER",
    ),
    Command("unfold", "Unfold", "Show the whole of a page that was shortened", ("f",), ("full",)),
    Command("shorten", "Shorten", "Shorten what you have read before, or stop it", words=("shorten",)),
    Command(
        "transcript",
        "Transcript",
        "Keep the run as a document: txt, md or html",
        ("x",),
        ("transcript",),
        argument="FORMAT",
    ),
    Command("endings", "Endings", "The endings found so far, in all runs", ("g",), ("endings",), where="all"),
    Command("wall", "Memorial wall", "Everybody ever met, and what became of them", ("w",), ("wall",), where="all"),
    Command("picture", "Picture", "Keep a picture of the ending, as SVG", ("v",)),
    Command("theme", "Theme", "Choose dark, light or another theme", ("t",), where="all"),
    Command(
        "language",
        "Language",
        "Choose the language of the game and the story",
        ("L",),
        ("language",),
        where="all",
        argument="LANGUAGE",
    ),
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


def words_of(command: Command) -> tuple[str, ...]:
    """The words plain mode answers to: that of the language in use first, the English ones always."""
    own = p_("word", command.words[0]) if command.words else ""
    return tuple(dict.fromkeys((own, *command.words))) if own else command.words


def command_of(word: str) -> Command | None:
    """The command that plain mode's `word` asks for."""
    known = {words_of(command)[0]: command for command in COMMANDS if command.words}
    return known.get(word) or BY_WORD.get(word)


BY_ID = {command.id: command for command in COMMANDS}
BY_WORD = {word: command for command in COMMANDS for word in command.words} | {
    # In plain mode the keys of the screens are words as well; those of the title page give way.
    key: command
    for command in reversed(COMMANDS)
    if command.words
    for key in command.keys
    if len(key) == 1
}
