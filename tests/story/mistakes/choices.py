"""Mistakes in choices, and in where they lead."""

from __future__ import annotations

from tests.story.mistakes.world import Case, chapter, choice, night, rooms, scene

CHOICES: list[Case] = [
    (
        "a choice without words",
        "H011",
        chapter("scenes:\n  first: {text: Here., choices: {«go»: {goto: end}}}\n"),
        "'text'",
    ),
    ("a choice whose words are empty", "H012", choice("{text: '«»', goto: end}"), "empty"),
    ("a choice of two paragraphs", "H012", choice('{text: "«One.»\\n\\nTwo.", goto: end}'), "single line"),
    ("a choice that is spoken", "H012", choice('{text: "«@on_jo: Hello.»", goto: end}'), "single line"),
    ("a choice that leads nowhere", "H060", scene("{text: Here., choices: {«go»: {text: Go.}}}"), "goto:"),
    ("an unknown scene", "H020", choice("{text: Go., goto: «edn»}"), "did you mean 'end'"),
    ("an unknown key of a choice", "H010", choice("{text: Go., goto: end, «locket»: No.}"), "'locked'"),
    ("a goto that is a map", "H012", choice("{text: Go., goto: «{»to: end}}"), "names a scene"),
    ("here, where there is no room", "H060", choice("{text: Go., goto: «here»}"), "write a room there"),
    (
        "here, without a place",
        "H060",
        scene("{text: Here., choices: {go: {text: Go., goto: «here»}}}"),
        "without a place",
    ),
    ("a last branch with a when", "H060", choice("{text: Go., goto: «[»{when: open, to: end}]}"), "every other case"),
    ("a branch that is never reached", "H060", choice("{text: Go., goto: [«{»to: end}, {to: first}]}"), "put it last"),
    ("a branch without a scene", "H011", choice("{text: Go., goto: [{when: open, to: end}, «{»}]}"), "'to'"),
    ("a branch that is a word", "H012", choice("{text: Go., goto: [«end», {to: end}]}"), "a map"),
    (
        "a roll that may be thrown again",
        "H012",
        choice("{text: Go., once: «false», roll: {a: {goto: end}, b: {goto: end}}}"),
        "come out the same",
    ),
    ("a roll of one outcome", "H011", choice("{text: Go., roll: «{»a: {goto: end}}}"), "two outcomes"),
    (
        "a roll and a goto",
        "H010",
        choice("{text: Go., goto: «end», roll: {a: {goto: end}, b: {goto: end}}}"),
        "in each outcome",
    ),
    (
        "a roll and a then",
        "H010",
        choice("{text: Go., then: «Well.», roll: {a: {goto: end}, b: {goto: end}}}"),
        "in each outcome",
    ),
    (
        "an outcome without weight",
        "H014",
        choice("{text: Go., roll: {a: {weight: «0», goto: end}, b: {goto: end}}}"),
        "1 to 1000",
    ),
    ("an outcome that leads nowhere", "H060", choice("{text: Go., roll: {«a»: {}, b: {goto: end}}}"), "goto:"),
    ("once that is no yes or no", "H012", choice("{text: Go., once: «yes», goto: end}"), "true or false"),
    (
        "a roll that is offered again",
        "H012",
        choice("{text: Go., once: «false», roll: {a: {goto: end}, b: {goto: end}}}"),
        "fixed by the run",
    ),
    ("a comma in a text inside { }", "H012", choice("{text: Go, «now.», goto: end}"), "needs quotes"),
    ("a way into a chapter's middle", "H061", night("«late»"), "dusk"),
    ("a way back into an earlier chapter", "H061", night("dusk", back="«first»"), "forward only"),
    ("an unknown key of a way", "H010", rooms("{«nois»: 1}"), "'noise'"),
    ("a way that is a word", "H012", rooms("«free»"), "write {}"),
    ("a way that takes no time", "H012", rooms("{time: «long»}"), "10 min"),
    ("a way that is too loud", "H014", rooms("{noise: «100»}"), "1 to 99"),
    ("a way that takes less than a tick", "H065", rooms("{time: «5 min»}"), "counts as 10 min"),
    ("a way with a fault in its when", "H021", rooms("{when: has.«rop»}"), "'rope'"),
]
