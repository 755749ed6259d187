"""What there is in a story, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from game.desk.reading import choice_line, counted, each_paragraph, plain, scene_words, words
from game.desk.stats.lengths import PACE, Lengths, lengths
from game.story.model import Story

LONG_CHOICE = 9
"""Words; a choice with more is named."""
NARRATOR = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter in numbers; `id` and `title` are "" for what stands outside of chapters. `minutes` are of reading."""

    id: str
    title: str
    scenes: int
    rooms: int
    endings: int
    choices: int
    words: int
    minutes: float


@dataclass(frozen=True, slots=True)
class Voice:
    """A person (or the narrator, whose id is "") in words and paragraphs."""

    id: str
    name: str
    words: int
    paragraphs: int


@dataclass(frozen=True, slots=True)
class LongChoice:
    id: str
    words: int
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Stats:
    """Everything `hyosan stats` tells. Words are those of every branch, once each; `words` has no gentle ones in it."""

    id: str
    title: str
    version: str
    words: int
    minutes: float
    gentle_words: int
    choice_words: int
    scenes: int
    rooms: int
    endings: int
    choices: int
    exits_and_offers: int
    rolls: int
    bells: int
    rules: int
    choices_per_scene: float
    chapters: tuple[Part, ...]
    voices: tuple[Voice, ...]
    silent: tuple[Voice, ...]
    longest_scenes: tuple[tuple[str, int], ...]
    long_choices: tuple[LongChoice, ...]
    run: Lengths


def measure(story: Story, plays: int) -> Stats:
    """The numbers of a story; those of a run from `plays` random plays, with the seeds 0 and up."""
    by_chapter: Counter[str] = Counter()
    by_voice: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    gentle = 0
    for text, para in each_paragraph(story):
        count = counted(para.spans)
        if text.besides:
            gentle += count
        else:
            by_chapter[text.chapter] += count
            by_voice[para.speaker] += count
            lines[para.speaker] += 1
    scenes = list(story.scenes.values())
    written = [c for s in scenes for c in s.choices if c.kind == "choice"]
    open_scenes = [s for s in scenes if not s.is_ending]
    total = by_chapter.total()
    voices = [Voice(p.id, p.name, by_voice[p.id], lines[p.id]) for p in story.people.values()]
    heard = [Voice(NARRATOR, "(narrator)", by_voice[NARRATOR], lines[NARRATOR]), *(v for v in voices if v.paragraphs)]
    sizes = sorted(((s.id, scene_words(s)) for s in scenes), key=lambda size: (-size[1], size[0]))
    return Stats(
        story.id,
        story.title,
        story.version,
        total,
        round(total / PACE, 1),
        gentle,
        sum(words(plain(c.text)) for c in written),
        sum(s.kind == "scene" for s in scenes),
        sum(s.kind == "room" for s in scenes),
        sum(s.is_ending for s in scenes),
        len(written),
        sum(len(s.choices) for s in scenes) - len(written),
        sum(c.is_roll for c in written),
        sum(len(c.bells) for c in story.chapters.values()),
        len(story.rules),
        round(len(written) / len(open_scenes), 2) if open_scenes else 0.0,
        tuple(_parts(story, by_chapter)),
        tuple(sorted(heard, key=lambda v: (v.id != NARRATOR, -v.words, v.id))),
        tuple(v for v in voices if not v.paragraphs),
        tuple(sizes[:5]),
        tuple(_long_choices(story)),
        lengths(story, plays),
    )


def _parts(story: Story, by_chapter: Counter[str]) -> Iterable[Part]:
    for id in (*story.chapters, ""):
        scenes = [s for s in story.scenes.values() if s.chapter == id]
        if scenes or by_chapter[id]:
            title = story.chapters[id].title if id else ""
            choices = sum(c.kind == "choice" for s in scenes for c in s.choices)
            kinds = Counter(s.kind for s in scenes)
            count = by_chapter[id]
            yield Part(
                id, title, kinds["scene"], kinds["room"], kinds["ending"], choices, count, round(count / PACE, 1)
            )


def _long_choices(story: Story) -> Iterable[LongChoice]:
    for scene in story.scenes.values():
        for choice in scene.choices:
            text = choice_line(story, choice)
            if (count := words(text)) > LONG_CHOICE:
                yield LongChoice(f"{scene.id}.{choice.id}", count, text, str(choice.where))
