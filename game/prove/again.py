"""What is still known after an edit, and why.

An answer is about sites: conditions in scenes, and on the way of choices. It is known again where nothing has changed
that it rests on, which is told by digests of what is written, not by when:

- That something shows rests on one play, which is played again. One that makes no choice that has changed comes through
  the very same states as before: of what it shows can be told before it is played.
- That nothing shows rests on all plays that come to its sites. If none of the choices that have changed leads to where
  its sites are, none of these plays makes such a choice, and all of them were plays before.
- Whether an ending is within reach rests on all choices there are.

A choice has changed if anything in its scene has but words; or what is done on coming to where it leads. Whatever else
is written (people, meters, bells, rules, variables) is the story as a whole: if that has changed, nothing is known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from game.prove.limits import Limits
from game.prove.model import Edge, Model
from game.prove.play import Eyes, Player, Way
from game.prove.questions import Asked, Site
from game.prove.report import Answer, Basis, Witness
from game.prove.trails import Step
from game.story import model as written
from game.story.conditions import TRUE, Cond
from game.story.diagnostics import Where

WORDS: Mapping[type, frozenset[str]] = {
    written.Story: frozenset(("title", "version", "language", "about", "notice", "notes", "digest", "by_name")),
    written.Player: frozenset(("name", "hangul")),
    written.Fate: frozenset(("word",)),
    written.Person: frozenset(("name", "short", "hangul", "class_", "about")),
    written.Item: frozenset(("name", "one", "many", "about")),
    written.Place: frozenset(("name", "short")),
    written.Chapter: frozenset(("title",)),
    written.Scene: frozenset(("title", "hint", "notes")),
    written.Property: frozenset(("source",)),
    written.Words: frozenset(("text", "style")),
    written.Para: frozenset(("id",)),
    written.Branches: frozenset(("id",)),
}
"""Which fields are only to be read. An id of a paragraph comes from its line."""

ELSEWHERE: Mapping[type, frozenset[str]] = {
    written.Story: frozenset(("scenes", "properties", "migrations")),
    written.Person: frozenset(("epilogue", "promises", "memories")),
    written.Scene: frozenset(("text", "gentle", "summary")),
    written.Choice: frozenset(("text", "locked")),
}
"""Which fields besides decide over no step of a play: what is read, and when, is in the sites of questions."""

TOLD = frozenset(("then", "gentle"))
"""Fields with what is told on the way, of which it matters on a way only whether there is any."""

TELLING = (written.Outcome, written.Bell, written.Rule)


class Walk:
    """Notes what things are, in words that tell apart whatever matters.

    Places in files count only by which of them are the same: questions about one line are one question. Without
    `words` nothing counts but what a play can come to.
    """

    def __init__(self, words: bool = True) -> None:
        self.words = words
        self.pieces: list[str] = []
        self.lines: dict[tuple[str, int], int] = {}
        self.places: dict[Where, int] = {}
        self._fields: dict[type, tuple[str, ...] | None] = {}

    def digest(self) -> str:
        """Hex SHA-256 of what was noted."""
        return hashlib.sha256("\0".join(self.pieces).encode("utf-8", "surrogatepass")).hexdigest()

    def add(self, value: Any) -> None:
        """Note what a value is."""
        kind, add = type(value), self.pieces.append
        if kind is Where:
            if self.words:
                line = self.lines.setdefault((value.file, value.line), len(self.lines))
                add(f"@{line}.{self.places.setdefault(value, len(self.places))}")
        elif kind is tuple or kind is list:
            add("[")
            for one in value:
                self.add(one)
            add("]")
        elif (names := self._names(kind)) is not None:
            add(f"<{kind.__name__}")
            brief = not self.words and kind in TELLING
            for name in names:
                found = getattr(value, name)
                self.add(bool(found) if brief and name in TOLD else found)
            add(">")
        elif isinstance(value, Mapping):
            add("{")
            for key, one in value.items():
                self.add(key)
                self.add(one)
            add("}")
        elif isinstance(value, frozenset | set):
            add(f"|{sorted(value)!r}")
        elif isinstance(value, tuple | list):
            self.add(list(value))
        else:
            add(f"{kind.__name__}:{value!r}")

    def _names(self, kind: type) -> tuple[str, ...] | None:
        """The fields of a kind of object that count; None if it has no fields."""
        if kind not in self._fields:
            skipped = WORDS.get(kind, frozenset())
            if not self.words:
                skipped |= ELSEWHERE.get(kind, frozenset())
            known = fields(kind) if is_dataclass(kind) else None
            self._fields[kind] = None if known is None else tuple(f.name for f in known if f.name not in skipped)
        return self._fields[kind]


def _digest(value: Any) -> str:
    walk = Walk(words=False)
    walk.add(value)
    return walk.digest()[:32]


def basis(model: Model) -> Basis:
    """What answers about a story rest on, but for their sites."""
    story = model.story
    about = model.machine.about
    scenes: dict[str, tuple[str, str]] = {}
    for scene in story.scenes.values():
        found = about.get((Basis, scene.id))
        if found is None:
            found = about[Basis, scene.id] = _of_scene(scene)
        scenes[scene.id] = found
    return Basis(_digest((story, tuple(story.scenes))), scenes)


def _of_scene(scene: written.Scene) -> tuple[str, str]:
    """Digests of a scene, and of what coming there does."""
    return _digest(scene), _digest((scene.id, scene.kind, scene.chapter, scene.arrive, scene.do))


class Sites:
    """Digests of the sites of questions."""

    def __init__(self) -> None:
        # By identity, and with the condition, so that it stays its own.
        self._conds: dict[int, tuple[Cond, str]] = {}
        self._edges: dict[Edge, str] = {}

    def of(self, one: Asked) -> str:
        """Which sites a question has, and whether it is good if one of them shows; "" for one that has none."""
        if not one.sites:
            return ""
        pieces = [f"{one.wants}"]
        conds = self._conds
        for site in one.sites:
            found = conds.get(id(site.cond))
            pieces += (site.scene, found[1] if found is not None else self._cond(site.cond))
            edge = site.edge
            if edge is not None:
                name = self._edges.get(edge)
                if name is None:
                    name = self._edges[edge] = edge.name
                pieces.append(f"{name} {site.item}")
                if site.after is not None or site.before is not TRUE:
                    pieces.append(self._cond(site.before))
                    pieces += [f"{scene} {self._cond(cond)}" for scene, cond in (site.after or {}).items()]
        return hashlib.blake2b("\0".join(pieces).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def _cond(self, cond: Cond) -> str:
        found = self._conds.get(id(cond))
        if found is None:
            found = self._conds[id(cond)] = (cond, repr(cond))
        return found[1]


@dataclass(frozen=True, slots=True)
class Before:
    """Answers about an earlier version of a story, and what they rest on."""

    answers: tuple[Answer, ...]
    basis: Basis


class Changes:
    """What has changed since, as far as answers rest on it. `known` is false where nothing is known any more."""

    def __init__(self, model: Model, before: Basis, now: Basis) -> None:
        story = model.story
        own = {id for id, (each, _) in now.scenes.items() if before.scenes.get(id, ("", ""))[0] != each}
        coming = {id for id, (_, each) in now.scenes.items() if before.scenes.get(id, ("", ""))[1] != each}
        led = {rule.goto for rule in story.rules} | {bell.goto for c in story.chapters.values() for bell in c.bells}
        self.known = before.whole == now.whole and coming.isdisjoint(led | {story.start})
        self.scenes = own | {scene.id for scene in story.scenes.values() if not coming.isdisjoint(targets(scene))}
        self.after = _after(model, self.scenes)

    def never_still(self, sites: Iterable[Site]) -> bool:
        """Whether no choice that has changed leads to where any of some sites are, or has one on its way."""
        return not any(
            site.scene in self.after or (site.edge is not None and site.scene in self.scenes) for site in sites
        )


def targets(scene: written.Scene) -> set[str]:
    """The scenes that the choices of a scene say they lead to."""
    return {to for choice in scene.choices for each in choice.outcomes for _, to in each.goto.branches}


def _after(model: Model, scenes: Iterable[str]) -> set[str]:
    """The scenes that the choices of some scenes lead to, and wherever one may go from there."""
    waiting = [end for scene in scenes for edge in model.edges[scene] for end in edge.ends]
    found = set(waiting)
    while waiting:
        for edge in model.edges[waiting.pop()]:
            new = set(edge.ends) - found
            found |= new
            waiting += new
    return found


def never(asked: Iterable[tuple[Asked, str]], before: Before, changes: Changes) -> list[tuple[Asked, Answer]]:
    """The questions that were answered by none of their sites showing, if that is still so, and these answers.

    `asked` has the digest of each one's sites.
    """
    known = {
        site: answer
        for site, answer in zip(before.basis.sites, before.answers, strict=True)
        if site and answer.verdict != "open" and answer.witness is None
    }
    found = ((one, known.get(digest)) for one, digest in asked)
    return [
        (one, answer)
        for one, answer in found
        if answer is not None and (answer.verdict == "proved") != one.wants and changes.never_still(one.sites)
    ]


def unbroken(asked: Iterable[tuple[Asked, str]], before: Before, changes: Changes) -> list[tuple[Asked, Answer]]:
    """The questions whose answers are shown by plays that make no choice that has changed, and these answers."""
    shown = list(_shown(asked, before))
    logs = {id(found.log): found.log for _, _, found in shown}
    names = set[str]().union(*logs.values())
    changed = {name for name in names if name.rpartition(".")[0] in changes.scenes}
    whole = {key for key, log in logs.items() if changed.isdisjoint(log)}
    return [(one, answer) for one, answer, found in shown if id(found.log) in whole]


def _shown(asked: Iterable[tuple[Asked, str]], before: Before) -> Iterator[tuple[Asked, Answer, Witness]]:
    """The questions that were answered by something that shows, these answers, and the plays that showed it."""
    open: dict[str, list[Asked]] = {}
    for one, digest in asked:
        if digest:
            open.setdefault(digest, []).append(one)
    for digest, answer in zip(before.basis.sites, before.answers, strict=True):
        found = answer.witness
        if found is not None and digest in open:
            # What has the same sites is shown by the same play.
            for one in open.pop(digest):
                if (answer.verdict == "proved") == one.wants:
                    yield one, answer, found


def replayed(
    player: Player, asked: Iterable[tuple[Asked, str]], before: Before, way_of: Callable[[Witness], Way], limits: Limits
) -> Iterator[tuple[Asked, Answer, Way]]:
    """The questions whose answers are shown again by the plays that showed them, these answers, and the plays.

    What is the same in two plays is played once. It ends when the time does.
    """
    waiting: dict[tuple[Step, ...], list[tuple[Asked, Answer]]] = {}
    ways: dict[int, tuple[Step, ...]] = {}
    for one, answer, found in _shown(asked, before):
        if id(found.log) not in ways:
            ways[id(found.log)] = tuple(way_of(found))
        waiting.setdefault(ways[id(found.log)], []).append((one, answer))
    eyes = Eyes(player.model, ())
    for way, went in player.again(sorted(waiting), limits):
        scene, values = went[-1]
        for one, answer in waiting[way]:
            for site in one.sites:
                if site.edge is None:
                    shows = site.scene == scene and player.model.machine.check(site.cond)(values)
                else:
                    shows = bool(way) and eyes.shows_at(site, way[-1], *went[-2])
                if shows:
                    yield one, answer, way
                    break
