"""The keys of chapter files: what a writer may write there, in one line each."""

from __future__ import annotations

from game.story.fields import Key, Shape

CHAPTER_FILE = Shape(
    "a chapter file",
    {
        "chapter": Key("chapter", "which chapter this is"),
        "flags": Key("flags", "what this chapter remembers"),
        "passages": Key("passages", "texts used in more than one scene"),
        "scenes": Key("scenes", "scenes by id"),
        "rooms": Key("rooms", "scenes one comes back to, by id"),
        "bells": Key("bells", "what happens at a certain time"),
        "endings": Key("endings", "endings by id"),
    },
)
CHAPTER = Shape(
    "a chapter",
    {
        "id": Key("text", "a short id", True),
        "title": Key("text", "the chapter's title", True),
        "from": Key("moment", "when it begins, such as D1 10:20", True),
        "until": Key("moment", "when it ends at the latest", True),
        "start": Key("scenes", "the scene (or scenes) other chapters enter it by", True),
        "tick": Key("length", "the smallest step of time, unless story.yaml's will do"),
        "early": Key("moment", "before this it ends early"),
        "late": Key("moment", "from this on it ends late"),
    },
)
_PROMISES = {
    "always": Key("conditions", "holds whenever the player is here"),
    "never": Key("conditions", "never holds while the player is here"),
    "reachable": Key("conditions", "holds here in some run"),
}
_SCENE_KEYS = {
    "place": Key("place", "where it is"),
    "title": Key("text", "a title, for the journal"),
    "notes": Key("notes", "content notes"),
    "cast": Key("people", "who is here besides those who came with you"),
    "time": Key("moment", "the clock is at least this on arrival"),
    "do": Key("effects", "what happens on arrival"),
    "text": Key("prose", "what the player reads", True),
    "gentle": Key("prose", "a softer version of the text"),
    "summary": Key("prose", "two sentences for a player who skips this scene"),
    "choices": Key("choices", "what the player can do, by id"),
    **_PROMISES,
}
SCENE = Shape("a scene", {**_SCENE_KEYS, "offer": Key("offer", "how a room at this place offers it")})
ROOM = Shape("a room", {**_SCENE_KEYS, "place": Key("place", "where it is", True)})
ENDING = Shape(
    "an ending",
    {
        **{k: _SCENE_KEYS[k] for k in ("place", "notes", "cast", "do", "text", "gentle", "summary", *_PROMISES)},
        "title": Key("text", "the ending's title", True),
        "hint": Key("text", "shown in the gallery before it is found"),
        "counts": Key("yes", "false keeps it out of the gallery"),
        "epilogue": Key("yes", "true: it also tells what became of everybody, by their `epilogue` in people.yaml"),
    },
)
OFFER = Shape(
    "an offer",
    {
        "text": Key("line", "what the player picks", True),
        "when": Key("condition", "it is offered while this holds"),
        "locked": Key("line", "the reason shown while it does not"),
        "do": Key("effects", "what it does"),
        "once": Key("yes", "false to offer it again and again"),
    },
)
CHOICE = Shape(
    "a choice",
    {
        "text": Key("line", "what the player picks", True),
        "when": Key("condition", "it is offered while this holds"),
        "locked": Key("line", "the reason shown while it does not"),
        "once": Key("yes", "true: never again once taken"),
        "do": Key("effects", "what it does"),
        "then": Key("prose", "words before the next scene"),
        "gentle": Key("prose", "a softer version of then"),
        "goto": Key("goto", "the scene that follows"),
        "roll": Key("outcomes", "outcomes by id, each with a weight"),
        "price": Key("yes", "false: do not announce what it costs"),
        "bug": Key("yes", "true: the prover must find that nobody can take it"),
    },
)
OUTCOME = Shape(
    "an outcome",
    {
        "weight": Key("number", "how likely, against the others; 1 unless said"),
        "do": Key("effects", "what it does"),
        "then": Key("prose", "words before the next scene"),
        "gentle": Key("prose", "a softer version of then"),
        "goto": Key("goto", "the scene that follows"),
        "bug": Key("yes", "true: the prover must find that this cannot happen"),
    },
)
BRANCH = Shape(
    "a branch of a goto", {"when": Key("condition", "taken if this holds"), "to": Key("scene", "the scene", True)}
)
BELL = Shape(
    "a bell",
    {
        "at": Key("moment", "when it rings", True),
        "when": Key("condition", "it rings only if this holds"),
        "do": Key("effects", "what it does"),
        "then": Key("prose", "words, when it rings"),
        "gentle": Key("prose", "a softer version of then"),
        "goto": Key("scene", "where it takes the player"),
    },
)
RULE = Shape(
    "a rule",
    {
        "when": Key("condition", "it applies while this holds", True),
        "do": Key("effects", "what it does"),
        "then": Key("prose", "words, when it applies"),
        "gentle": Key("prose", "a softer version of then"),
        "goto": Key("scene", "the ending it leads to"),
        "once": Key("yes", "true: only the first time"),
    },
)
EXIT = Shape(
    "an exit",
    {
        "time": Key("length", "how long it takes"),
        "text": Key("line", "what the player picks; made from the place's name unless said"),
        "when": Key("condition", "it is open while this holds"),
        "locked": Key("line", "the reason shown while it is not"),
    },
)

KINDS = {"scenes": "scene", "rooms": "room", "endings": "ending"}
