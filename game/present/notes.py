"""Content notes before scenes: which scenes are passed over, and what is said before one that has notes."""

from __future__ import annotations

from dataclasses import replace

from game.engine import Run
from game.language import _


def noted(run: Run) -> frozenset[str]:
    """The scenes of a run's story that have content notes."""
    return frozenset(scene.id for scene in run.machine.story.scenes.values() if scene.notes)


def passing(run: Run, notes: str, read: frozenset[str] = frozenset()) -> Run:
    """`run` as it is read with the setting `notes` (never, ask or skip), but for the scenes whose words were asked for.

    While the answer to "ask" is not known a scene is passed over: nobody reads by accident what they asked not to.
    """
    return replace(run, skip=frozenset() if notes == "never" else noted(run) - read)


def contains(run: Run) -> str:
    """What the scene at hand contains, as a line; "" for a scene without notes."""
    story = run.machine.story
    notes = story.scenes[run.state.scene].notes
    return _("This scene contains: {notes}.", notes="; ".join(story.notes[n] for n in notes)) if notes else ""


__all__ = ["contains", "noted", "passing"]
