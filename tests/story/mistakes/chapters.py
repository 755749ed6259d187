"""Mistakes in chapters, scenes, rooms, bells, endings and rules."""

from __future__ import annotations

from tests.stories.building import HEAD
from tests.story.mistakes.world import WORLD, Case, beside, chapter, head, offered, rooms, scene, world

CHAPTERS: list[Case] = [
    ("a chapter without an end", "H011", head("«{»id: day, title: Day, from: D1 10:00, start: first}"), "'until'"),
    (
        "a chapter whose id is empty",
        "H013",
        head("{id: '«»', title: Day, from: D1 10:00, until: D1 16:00, start: first}"),
        "starting with a letter",
    ),
    (
        "a chapter that ends before it begins",
        "H063",
        head("{id: day, title: Day, from: D1 10:00, until: «D1 09:00», start: first}"),
        "after it begins",
    ),
    (
        "a time without a day",
        "H012",
        head("{id: day, title: Day, from: «10:00», until: D1 16:00, start: first}"),
        "D1 12:40",
    ),
    (
        "an hour that is none",
        "H012",
        head("{id: day, title: Day, from: D1 10:00, until: «D1 25:00», start: first}"),
        "D1 12:40",
    ),
    (
        "a chapter of too many ticks",
        "H014",
        head("{id: day, title: Day, from: D1 10:00, until: «D3 10:00», start: first}"),
        "12 min or more",
    ),
    (
        "an end between two ticks",
        "H065",
        head("{id: day, title: Day, from: D1 10:00, until: «D1 16:05», start: first}"),
        "two ticks",
    ),
    (
        "late before the chapter begins",
        "H063",
        head("{id: day, title: Day, from: D1 10:00, until: D1 16:00, late: «D1 09:00», start: first}"),
        "outside",
    ),
    (
        "late before early",
        "H063",
        head("{id: day, title: Day, from: D1 10:00, until: D1 16:00, early: D1 14:00, late: «D1 11:00», start: first}"),
        "before early",
    ),
    (
        "a chapter entered at no scene",
        "H020",
        head("{id: day, title: Day, from: D1 10:00, until: D1 16:00, start: «frist»}"),
        "'first'",
    ),
    (
        "a chapter entered at an ending",
        "H061",
        head("{id: day, title: Day, from: D1 10:00, until: D1 16:00, start: [first, «end»]}"),
        "not a scene of this chapter",
    ),
    ("more of an unknown chapter", "H027", world(more_yaml="chapter: «dya»\nscenes: {}\n"), "'day'"),
    ("a chapter twice", "H015", world(more_yaml=HEAD.replace("id: day", "id: «day»") + "scenes: {}\n"), "chapter: day"),
    (
        "scenes without a chapter",
        "H011",
        world(more_yaml="«s»cenes: {x: {text: X., choices: {go: {text: Go., goto: end}}}}\n"),
        "needs 'chapter'",
    ),
    ("a chapter's file that is a list", "H012", world(more_yaml="«-» chapter\n"), "map of keys"),
    ("an unknown part of a chapter", "H010", beside("«secnes»: {}\n"), "'scenes'"),
    (
        "a scene twice in two files",
        "H015",
        world(more_yaml="chapter: day\nscenes:\n  «first»: {text: X., choices: {go: {text: Go., goto: end}}}\n"),
        "day.yaml:4:3",
    ),
    (
        "a passage twice in two files",
        "H015",
        beside("passages: {p: P.}\n") | {"more.yaml": "chapter: day\npassages: {«p»: P.}\n"},
        "already",
    ),
    (
        "a scene without a text",
        "H011",
        chapter("scenes:\n  «first»: {choices: {go: {text: Go., goto: end}}}\n"),
        "'text'",
    ),
    ("a scene whose text is empty", "H012", scene("{text: '«»', choices: {go: {text: Go., goto: end}}}"), "empty"),
    ("a text that is a list", "H012", scene("{text: «[»Here.], choices: {go: {text: Go., goto: end}}}"), "|"),
    ("a scene without choices", "H064", chapter("scenes:\n  «first»: {text: Here.}\n"), "make it an ending"),
    (
        "a scene with no choice in it",
        "H064",
        chapter("scenes:\n  «first»: {text: Here., choices: {}}\n"),
        "make it an ending",
    ),
    ("choices in a list", "H012", scene("{text: Here., choices: «[»go]}"), "an id, then what it is"),
    (
        "a scene at an unknown place",
        "H023",
        scene("{place: «hal», text: Here., choices: {go: {text: Go., goto: end}}}"),
        "'hall'",
    ),
    (
        "a scene at two places",
        "H012",
        scene("{place: «[»hall, roof], text: Here., choices: {go: {text: Go., goto: end}}}"),
        "one place",
    ),
    (
        "somebody unknown in the cast",
        "H022",
        scene("{cast: [«on_jp»], text: Here., choices: {go: {text: Go., goto: end}}}"),
        "'on_jo'",
    ),
    (
        "an unknown content note",
        "H026",
        scene("{notes: [«gref»], text: Here., choices: {go: {text: Go., goto: end}}}"),
        "'grief'",
    ),
    (
        "an arrival outside the chapter",
        "H063",
        scene("{time: «D1 17:00», text: Here., choices: {go: {text: Go., goto: end}}}"),
        "D1 10:00 to D1 16:00",
    ),
    (
        "an arrival between two ticks",
        "H065",
        scene("{time: «D1 12:05», text: Here., choices: {go: {text: Go., goto: end}}}"),
        "tick",
    ),
    (
        "time that passes on arrival",
        "H041",
        scene("{do: [{«pass»: 1 h}], text: Here., choices: {go: {text: Go., goto: end}}}"),
        "time:",
    ),
    ("a scene that is a text", "H012", chapter("scenes:\n  first: «Here.»\n"), "a map of keys"),
    ("a room without a place", "H011", beside("rooms:\n  «r»: {text: R., choices: {w: {text: W.}}}\n"), "place"),
    (
        "two rooms at one place",
        "H015",
        rooms(
            "{}",
            "{place: hall, text: A.}\n  «third»: {place: hall, text: B.}",
        ),
        "first",
    ),
    (
        "an offer without a room",
        "H060",
        scene("{place: roof, «offer»: {text: Up.}, text: Here., choices: {go: {text: Go., goto: end}}}"),
        "write a room there",
    ),
    (
        "an offer and a choice of one name",
        "H015",
        rooms("{}", "{place: hall, text: A., choices: {x: {text: X.}}}")
        | {"more.yaml": offered("«x»: {place: hall, offer: {text: X.}")},
        "'first'",
    ),
    (
        "an offer without words",
        "H011",
        rooms("{}") | {"more.yaml": offered("x: {place: hall, «offer»: {}")},
        "'text'",
    ),
    ("an ending with choices", "H010", world(endings_yaml="endings: {end: {title: E, text: T., «choices»: {}}}\n"), ""),
    ("an ending without a title", "H011", world(endings_yaml="endings: {«end»: {text: T.}}\n"), "title"),
    (
        "an ending's clock outside of chapters",
        "H063",
        world(endings_yaml="endings: {end: {title: E, text: 'At {{ «time» }}.'}}\n"),
        "no clock",
    ),
    (
        "an ending that reads a chapter's flag",
        "H024",
        world(endings_yaml="endings: {end: {title: E, text: '{% if «open» %}a{% endif %}b'}}\n"),
        "copied",
    ),
    ("a bell without a time", "H011", beside("bells:\n  «b»: {then: Ding.}\n"), "when it rings"),
    ("a bell that does nothing", "H011", beside("bells:\n  «b»: {at: D1 11:00}\n"), "goto, do or then"),
    ("a bell outside the chapter", "H063", beside("bells: {b: {at: «D1 17:00», then: Ding.}}\n"), "D1 16:00"),
    ("a bell as the chapter opens", "H062", beside("bells: {b: {at: «D1 10:00», then: Ding.}}\n"), "a tick later"),
    (
        "a bell that passes time",
        "H041",
        beside("bells: {b: {at: D1 11:00, do: [{«pass»: 1 h}]}}\n"),
        "no time can pass",
    ),
    (
        "two bells that lead away at one time",
        "H062",
        beside(
            "bells: {a: {at: D1 11:00, goto: first}, b: {at: D1 11:00, then: B.}, «c»: {at: D1 11:00, goto: end}}\n"
        ),
        "'a' and 'c'",
    ),
    (
        "two such bells in two files",
        "H062",
        beside("bells: {a: {at: D1 11:00, goto: end}}\n")
        | {"more.yaml": "chapter: day\nbells: {«b»: {at: D1 11:00, goto: end}}\n"},
        "move one",
    ),
    (
        "a bell twice in two files",
        "H015",
        beside("bells: {a: {at: D1 11:00, then: A.}}\n")
        | {"more.yaml": "chapter: day\nbells: {«a»: {at: D1 12:00, then: A.}}\n"},
        "already",
    ),
    ("a rule without a when", "H011", world(story_yaml=WORLD["story.yaml"] + "rules: {«r»: {goto: end}}\n"), "'when'"),
    (
        "a rule that does nothing",
        "H011",
        world(story_yaml=WORLD["story.yaml"] + "rules: {«r»: {when: noise >= 4}}\n"),
        "goto or do",
    ),
    (
        "a rule into a chapter",
        "H061",
        world(story_yaml=WORLD["story.yaml"] + "rules: {r: {when: noise >= 4, goto: «first»}}\n"),
        "without a chapter",
    ),
    (
        "a rule that asks a chapter's flag",
        "H024",
        world(story_yaml=WORLD["story.yaml"] + "rules: {r: {when: «open», goto: end}}\n"),
        "copied",
    ),
    (
        "a rule that asks the clock",
        "H063",
        world(story_yaml=WORLD["story.yaml"] + "rules: {r: {when: «time» >= D1 11:00, goto: end}}\n"),
        "no clock",
    ),
    (
        "a promise about what is not there",
        "H024",
        world(story_yaml=WORLD["story.yaml"] + "never: [«nose» >= 4]\n"),
        "'noise'",
    ),
    (
        "a scene promised as an ending",
        "H031",
        world(story_yaml=WORLD["story.yaml"] + "reachable: [«ending.first»]\n"),
        "write scene.first",
    ),
    (
        "an unknown scene in a promise",
        "H020",
        world(story_yaml=WORLD["story.yaml"] + "reachable: [ending.«edn»]\n"),
        "'end'",
    ),
]
