"""Which scenes and choices of a story no test comes by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from game.engine import Run
from game.story import Story


@dataclass(frozen=True, slots=True)
class Coverage:
    """Ids in the order they were written; choices as `scene.choice`, those of scenes nobody visited too."""

    scenes: tuple[str, ...]
    choices: tuple[str, ...]
    scenes_missed: tuple[str, ...]
    choices_missed: tuple[str, ...]

    @property
    def scene_percent(self) -> float:
        return percent(len(self.scenes) - len(self.scenes_missed), len(self.scenes))

    @property
    def choice_percent(self) -> float:
        return percent(len(self.choices) - len(self.choices_missed), len(self.choices))


def percent(part: int, whole: int) -> float:
    """Of 100, to one place; only all of it is 100, and only nothing is 0."""
    if part == whole:
        return 100.0
    return min(99.9, max(0.1 if part else 0.0, round(100 * part / whole, 1)))


def coverage(story: Story, runs: Iterable[Run]) -> Coverage:
    """What the runs come by. A scene a test only begins in counts as visited."""
    seen: set[str] = set()
    chosen: set[str] = set()
    for run in runs:
        seen.add(run.first.scene)
        seen.update(step.after.scene for step in run.steps)
        chosen.update(run.log)
    scenes = tuple(story.scenes)
    choices = tuple(f"{scene.id}.{choice.id}" for scene in story.scenes.values() for choice in scene.choices)
    return Coverage(
        scenes, choices, tuple(s for s in scenes if s not in seen), tuple(c for c in choices if c not in chosen)
    )
