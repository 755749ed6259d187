"""What a run that is over comes to: the course of its meters, and how much of the story it saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from game.engine import Run
from game.engine.pages import level
from game.language import _
from game.story.model import Meter
from game.story.times import clock_text

BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Course:
    """A meter over the run: its value at each turn from 0, its range, and the same said in a sentence."""

    label: str
    values: tuple[int, ...]
    low: int
    high: int
    words: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the story's scenes this run saw, and all runs together (None where that is not known)."""

    run: int
    ever: int | None
    all: int


def courses(run: Run) -> tuple[Course, ...]:
    """The meters that have words, over the turns made."""
    out = []
    for meter in run.machine.story.meters.values():
        if meter.words:
            values = tuple(int(str(run.value(meter.id, turn))) for turn in range(run.turn + 1))
            out.append(Course(meter.label, values, meter.low, meter.high, _sentence(run, meter, values)))
    return tuple(out)


def _sentence(run: Run, meter: Meter, values: Sequence[int]) -> str:
    first, last, most = (level(meter.words, v) or str(v) for v in (values[0], values[-1], max(values)))
    label = meter.label[:1].upper() + meter.label[1:]
    if most == first == last:
        return _("{label} was {first} at the beginning, at the worst, and at the end.", label=label, first=first)
    turn = values.index(max(values))
    minutes = run.minutes(turn)
    when = clock_text(minutes) if minutes is not None else _("turn {turn}", turn=turn)
    said = {"label": label, "first": first, "most": most, "last": last, "when": when}
    if most == last:
        return _(
            "{label} was {first} at the beginning, and {last} at the end, which was the worst (first on {when}).",
            **said,
        )
    return _(
        "{label} was {first} at the beginning, {most} at the worst (first on {when}), and {last} at the end.", **said
    )


def sparkline(course: Course, width: int) -> str:
    """The course in at most `width` bars, one a turn or the highest of several; the lowest bar is the lowest value."""
    count = min(max(1, width), len(course.values))
    span = max(1, course.high - course.low)
    out = []
    for i in range(count):
        bucket = course.values[i * len(course.values) // count : (i + 1) * len(course.values) // count]
        out.append(BARS[(max(bucket) - course.low) * (len(BARS) - 1) // span])
    return "".join(out)


def share(run: Run, took: Callable[[str], bool] | None = None) -> Share:
    """How much of the story was seen. `took` says of a choice (`scene.choice`) whether any run ever took it.

    In what other runs saw, a scene counts from when a choice was made in it.
    """
    story = run.machine.story
    seen = {run.state_at(turn).scene for turn in range(run.turn + 1)}
    ever = None
    if took is not None:
        ever = len(seen | {s.id for s in story.scenes.values() if any(took(f"{s.id}.{c.id}") for c in s.choices)})
    return Share(len(seen), ever, len(story.scenes))


def share_words(seen: Share) -> str:
    """The share in a sentence."""
    words = _(
        "This run saw {run} of the story's {all} scenes ({percent}).",
        run=seen.run,
        all=seen.all,
        percent=_percent(seen.run, seen.all),
    )
    if seen.ever is None or seen.ever <= seen.run:
        return words
    more = _("All your runs together saw {ever} ({percent}).", ever=seen.ever, percent=_percent(seen.ever, seen.all))
    return f"{words} {more}"


def _percent(part: int, whole: int) -> str:
    """Never rounded up to everything, nor down to nothing."""
    return f"{max(1, 100 * part // whole)}%"
