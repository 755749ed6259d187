"""A story with a text of somebody's choice in every place where a story has text, and a walk past all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from textual.pilot import Pilot

from game.engine import Machine, Run
from game.saves import Saves
from game.story import load_sources
from game.story.model import Story
from game.tui.app import HyosanApp
from game.tui.screens.play import PlayScreen
from tests.tui.conftest import press, screen_text

MARK = "QQQQ"
"""Stands for the text in the story as it is written."""

FILES = {
    "story.yaml": """\
story:
  id: hostile
  title: QQQQ title
  version: 1.0.0
  start: first
  about: QQQQ about
  notice: "QQQQ notice\\n\\nQQQQ more"
player: {name: QQQQ player, hangul: QQQQ}
clock: {tick: 10 min}
meters: {noise: {range: 0..5, words: {0: QQQQ silent, 2: QQQQ loud}, price: {1: QQQQ price}}}
fates: {well: {word: QQQQ well, becomes: [dead]}, dead: {word: QQQQ dead, is: gone}}
notes: {one: QQQQ note}
""",
    "people.yaml": """\
jo: {name: QQQQ jo, short: QQQQ short, hangul: QQQQ, class: QQQQ, about: QQQQ of jo, bond: 0..3,
     promises: {home: QQQQ home}, memories: {rain: QQQQ rain}}
""",
    "items.yaml": "rope: {name: QQQQ rope, one: QQQQ one, many: QQQQ many, about: QQQQ of the rope, max: 3}\n",
    "places.yaml": "hall: {name: QQQQ hall, short: QQQQ hall, floor: 1, at: [0, 0], exits: {}}\n",
    "day.yaml": """\
chapter: {id: day, title: QQQQ day, from: D1 10:00, until: D1 16:00, start: first}
scenes:
  first:
    place: hall
    cast: [jo]
    text: "QQQQ first\\n\\n@jo: QQQQ said\\n\\n**QQQQ** *QQQQ* {{ player }}"
    choices:
      go:
        text: QQQQ go
        do: [{take: rope}, {join: jo}, {bond: {jo: +1}}, {promise: home}, {remember: rain}, {add: {noise: 1}}]
        then: QQQQ went
        goto: second
      shut: {text: QQQQ shut, when: has.rope, locked: QQQQ locked, goto: second}
  second:
    place: hall
    text: QQQQ second
    choices:
      end: {text: QQQQ end, do: [{fate: {jo: dead}}], then: QQQQ ended, goto: end}
endings:
  end: {title: QQQQ ending, text: QQQQ is over}
""",
}


@cache
def written() -> Story:
    """The story as it is written, with the mark in every text."""
    loaded = load_sources(FILES)
    assert loaded.story is not None, "\n".join(d.render() for d in loaded.diagnostics)
    return loaded.story


def with_text(text: str) -> Story:
    """The story with `text` wherever the mark was, as no file could hold it: the checks of the loader are past."""
    story: Story = _changed(written(), lambda found: found.replace(MARK, text))
    return story


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_changed(part, change) for part in value)
    if isinstance(value, dict):
        return {key: _changed(part, change) for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _changed(getattr(value, f.name), change) for f in fields(value) if f.init})
    return value


def app_with(text: str, folder: Any, kind: Callable[..., HyosanApp] = HyosanApp) -> HyosanApp:
    """The game of that story, on its first page, played by somebody of that name."""
    machine = Machine(with_text(text))
    app: HyosanApp = kind(machine, Saves(folder / "saves", machine.story), start=Run.new(machine, 1, text))
    app.settings.noted = []
    return app


async def walk(app: HyosanApp, pilot: Pilot[int], text: str) -> AsyncIterator[str]:
    """Past every screen that shows words of a story, of saves or of the player; says where it is each time."""
    yield "first page"
    for name, keys in (("people", "p"), ("hands", "i"), ("journal", "j")):
        await press(pilot, keys)
        yield name
        await press(pilot, "escape")
    await press(pilot, "1")
    yield "second page"
    for name, keys in (("people", "p"), ("hands", "i"), ("journal", "j")):
        await press(pilot, keys)
        yield name
        await press(pilot, "escape")
    await press(pilot, "s")
    app.screen.field.value = text  # type: ignore[attr-defined]
    await pilot.pause()
    yield "name of a save"
    await press(pilot, "enter")
    yield "saved"
    assert app.session is not None
    app.session.problem = text
    await press(pilot, "l")
    yield "saves, and a problem"
    for name, key in (("rename", "r"), ("delete", "d")):
        app.screen.entries.point(next(slot.id for slot in app.saves.slots() if slot.title))  # type: ignore[attr-defined]
        await press(pilot, key)
        yield name
        await press(pilot, "escape")
    await press(pilot, "escape")
    app.session.problem = ""
    if hasattr(app, "inspect"):
        await press(pilot, "v")
        yield "inspector"
        await press(pilot, "down")
        yield "inspector, a value"
        await press(pilot, "escape")
    await press(pilot, "1")
    yield "ending"
    await press(pilot, "j")
    yield "journal of the end"
    await press(pilot, "escape")
    for name, key in (("endings", "g"), ("wall", "w"), ("chapters", "c")):
        await press(pilot, key)
        yield name
        await press(pilot, "escape")
    await press(pilot, "escape")
    yield "title"
    for name, key in (("notes", "o"), ("credits", "d"), ("before a run", "n")):
        await press(pilot, key)
        yield name
        if name != "before a run":
            await press(pilot, "escape")
    await press(pilot, "enter")
    yield "asked for a name"
    await press(pilot, "escape")
    await press(pilot, "enter")
    assert isinstance(app.screen, PlayScreen), screen_text(app)
    yield "continued"
