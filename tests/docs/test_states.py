"""What looks at every state of an example does find what it looks for."""

from __future__ import annotations

import pytest

from game.engine import Machine
from game.story import Story, load_sources
from tests.docs.states import broken_promises, look_everywhere, stuck, unused

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
        (scene("first", GO), "never: [ending.end and alive.mara]", "promise"),
        (scene("first", GO), "reachable: [not alive.mara]", "promise"),
        (scene("first", GO, "always: not alive.mara\n    text: It rains."), "", "promise"),
        (scene("first", "{go: {text: Go., bug: true, goto: end}}"), "", "promise"),
        (scene("first", "{stay: {text: Stay., goto: first}}") + scene("second", GO), "", "stuck"),
        (scene("first", "{go: {text: Go., when: not alive.mara, goto: end}}"), "", "stuck"),
        (scene("first", DEAD) + scene("second", GO, 'text: "@mara: No."\n    cast: [mara]'), "", "speaking"),
        (scene("first", GO, 'text: "@mara: No."'), "", "speaking"),
        (scene("first", GO) + scene("second", GO), "", "unused"),
        (scene("first", "{go: {text: Go., goto: [{when: not alive.mara, to: first}, {to: end}]}}"), "", ""),
        (scene("first", GO, 'text: "{% if not alive.mara %}No.{% endif %}"'), "", "unused"),
        (scene("first", GO, "text: |\n      {% if not alive.mara %}\n      No.\n      {% endif %}"), "", "unused"),
    ],
)
def test_a_fault_is_found(scenes: str, promise: str, found: str) -> None:
    told = story(scenes, promise)
    machine = Machine(told)
    seen = look_everywhere(machine, [machine.start()])

    faults = {
        "promise": list(broken_promises(machine, seen)),
        "stuck": stuck(machine, seen),
        "speaking": list(seen.speaking),
        "unused": list(unused(told, seen)),
    }

    assert bool(faults[found] if found else any(faults.values())) == bool(found), faults
