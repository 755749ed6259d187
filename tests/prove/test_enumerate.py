"""What looks at every state of a story one by one does find what it looks for."""

from __future__ import annotations

import pytest

from game.engine import Machine
from game.story import Story, load_sources
from tests.prove.enumerate import enumerate_story

STORY = "story: {id: small, title: Small, version: 1.0.0, start: first}\n"
PEOPLE = "mara: {name: Mara Lind}\n"
CHAPTER = """\
chapter: {id: day, title: Day, from: D1 10:00, until: D1 11:00, start: first}
endings: {end: {title: End, text: End.}}
"""


def story(scenes: str, promise: str = "") -> Story:
    sources = {"story.yaml": STORY + promise, "people.yaml": PEOPLE, "01-day.yaml": CHAPTER + "scenes:\n" + scenes}
    loaded = load_sources(sources)
    assert loaded.story is not None, loaded.diagnostics
    return loaded.story


def scene(id: str, choices: str, more: str = "text: It rains.") -> str:
    return f"  {id}:\n    {more}\n    choices: {choices}\n"


GO = "{go: {text: Go., goto: end}}"
DEAD = "{go: {text: Go., do: [{fate: {mara: dead}}], goto: second}}"


@pytest.mark.parametrize(
    ("scenes", "promise", "found"),
    [
        (scene("first", GO), "never: [ending.end and alive.mara]", {"never"}),
        (scene("first", GO), "reachable: [not alive.mara]", {"reachable"}),
        (scene("first", GO, "always: not alive.mara\n    text: It rains."), "", {"always"}),
        (scene("first", "{go: {text: Go., bug: true, goto: end}}"), "", {"bug"}),
        (
            scene("first", "{stay: {text: Stay., goto: first}}") + scene("second", GO),
            "",
            {"stranded", "scene", "choice", "ending", "text"},
        ),
        (
            scene("first", "{go: {text: Go., when: not alive.mara, goto: end}}"),
            "",
            {"stuck", "choice", "ending", "text"},
        ),
        (scene("first", DEAD) + scene("second", GO, 'text: "@mara: No."\n    cast: [mara]'), "", {"speaks"}),
        (scene("first", GO, 'text: "@mara: No."'), "", {"speaks"}),
        (scene("first", "{go: {text: Go., do: [{fate: {mara: dead}}, {join: mara}], goto: end}}"), "", {"acts"}),
        (scene("first", GO) + scene("second", GO), "", {"scene", "choice", "text"}),
        (scene("first", "{go: {text: Go., goto: [{when: not alive.mara, to: first}, {to: end}]}}"), "", set()),
        (scene("first", GO, 'text: "{% if not alive.mara %}No.{% endif %}"'), "", {"text"}),
        (scene("first", GO, "text: |\n      {% if not alive.mara %}\n      No.\n      {% endif %}"), "", {"text"}),
    ],
)
def test_a_fault_is_found(scenes: str, promise: str, found: set[str]) -> None:
    truth = enumerate_story(Machine(story(scenes, promise)))
    assert truth is not None
    assert {kind for kind, _ in truth.faults} == found


def test_runs_that_begin_elsewhere_are_looked_at_as_well() -> None:
    machine = Machine(story(scene("first", GO) + scene("second", "{stay: {text: Stay., goto: second}}")))
    truth = enumerate_story(machine, more=[machine.arrive("second", machine.start().values)])
    assert truth is not None
    assert truth.faults == {("stranded", "second")}
