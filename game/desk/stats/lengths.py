"""How long a run of a story is, by random plays."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from game.desk.reading import words
from game.desk.wander import Play, wander
from game.engine import Machine
from game.engine.pages import Reader
from game.story.collecting import uncollected
from game.story.model import Story

PACE = 200
"""Words read in a minute."""


@dataclass(frozen=True, slots=True)
class Span:
    """The least, the middle and the most of something over all plays."""

    least: float
    median: float
    most: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words read on end without two open choices to choose from; `scenes` are those on the way, `seed` the play."""

    words: int
    scenes: tuple[str, ...]
    seed: int


@dataclass(frozen=True, slots=True)
class Lengths:
    """What random plays say of a run. `ended` is how many came to an ending; minutes are of reading."""

    plays: int
    ended: int
    choices: Span
    minutes: Span
    words_between_choices: float
    longest_stretch: Stretch


def lengths(story: Story, plays: int) -> Lengths:
    """How long a run is, from random plays. What is read again in a room is counted again, as it is shown then."""
    machine = Machine(story)
    choices: list[int] = []
    read: list[int] = []
    longest = Stretch(0, (), 0)
    ended = 0
    with uncollected():
        for play in wander(machine, plays):
            pages = _pages(machine, play)
            ended += play.over
            choices.append(len(play.steps))
            read.append(sum(pages))
            longest = max(longest, _stretch(play, pages), key=lambda s: (s.words, -s.seed))
    minutes = [count / PACE for count in read]
    between = sum(read) / sum(choices) if sum(choices) else float(sum(read))
    return Lengths(plays, ended, _span(choices), _span(minutes), round(between, 1), longest)


def _pages(machine: Machine, play: Play) -> list[int]:
    """The words shown at the beginning and after each choice of a play."""
    story = machine.story
    reader = Reader(machine, story.player.name)
    chapter, out = "", []
    for state, told in [(play.first, ()), *((step.after, step.told) for step in play.steps)]:
        scene = story.scenes[state.scene]
        # An ending outside of chapters reads the clock of the last one.
        chapter = scene.chapter or chapter
        page = [p for t in told for p in reader.paragraphs(t.blocks, t.values, t.chapter)]
        page.extend(reader.paragraphs(scene.text, state.values, chapter))
        out.append(sum(words(p.text) for p in page))
    return out


def _stretch(play: Play, pages: list[int]) -> Stretch:
    """The most words of a play between two pages with more than one open choice."""
    best = Stretch(0, (), play.seed)
    count, way = 0, tuple[str, ...]()
    scenes = [play.first.scene, *(s.after.scene for s in play.steps)]
    for turn, (page, scene) in enumerate(zip(pages, scenes, strict=True)):
        chosen = turn == 0 or play.options[turn - 1] > 1
        count, way = (page, (scene,)) if chosen else (count + page, (*way, scene))
        if count > best.words:
            best = Stretch(count, way, play.seed)
    return best


def _span(numbers: list[int] | list[float]) -> Span:
    return Span(round(min(numbers), 1), round(median(numbers), 1), round(max(numbers), 1))
