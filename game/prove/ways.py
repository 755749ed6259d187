"""How far it is from each scene to another, by what is written alone: no condition is asked."""

from __future__ import annotations

from collections.abc import Mapping

from game.story.model import Story


def followers(story: Story) -> dict[str, set[str]]:
    """For each scene the scenes that may come directly after it: more than can be, never fewer."""
    ruled = {rule.goto for rule in story.rules if rule.goto}
    rung = {chapter.id: {bell.goto for bell in chapter.bells if bell.goto} for chapter in story.chapters.values()}
    out: dict[str, set[str]] = {}
    for scene in story.scenes.values():
        after = {to for choice in scene.choices for outcome in choice.outcomes for _, to in outcome.goto.branches}
        if scene.choices:
            after |= ruled | rung.get(scene.chapter, set())
        # Arriving somewhere can move the clock, and so ring the bells there, and so on.
        waiting = list(after)
        while waiting:
            to = story.scenes[waiting.pop()]
            more = rung.get(to.chapter, set()) - after if to.arrive else set()
            after |= more
            waiting.extend(more)
        out[scene.id] = after
    return out


def distances(after: Mapping[str, set[str]], goal: str) -> dict[str, int]:
    """How many choices it takes at least from a scene to `goal`; a scene without a way there is left out."""
    before: dict[str, set[str]] = {}
    for scene, following in after.items():
        for to in following:
            before.setdefault(to, set()).add(scene)
    out = {goal: 0}
    waiting = [goal]
    for scene in waiting:
        for earlier in sorted(before.get(scene, ())):
            if earlier not in out:
                out[earlier] = out[scene] + 1
                waiting.append(earlier)
    return out
