"""What is asked about every story, and by every author: questions, and the places where their answer would show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from game.engine.flow import Tell
from game.prove.limits import Limits
from game.prove.model import Assign, Did, Edge, Model, Said, standing
from game.prove.report import Question
from game.prove.values import Listening
from game.story.conditions import FALSE, TRUE, Cond, Test, conjunction, disjunction, negation
from game.story.diagnostics import Where
from game.story.model import Block, Choice, Deed, InlineIf, Para, Scene, Slot, Span

Sizes: TypeAlias = "list[int]"


@dataclass(slots=True, eq=False)
class Site:
    """Where something would show: a state of `scene` in which `cond` holds.

    With an `edge` it would show on the way: at item number `item` of it, where `cond` holds, while `before` held in the
    scene, and `after` holds in the scene arrived at (by scene; None asks nothing).
    """

    scene: str
    cond: Cond
    edge: Edge | None = None
    item: int = 0
    before: Cond = TRUE
    after: Mapping[str, Cond] | None = None


@dataclass(slots=True, eq=False)
class Asked:
    """A question, and its sites. When `wants` is true, it is good if one of them can be come to; else, if none can."""

    question: Question
    wants: bool
    sites: list[Site] = field(default_factory=list)


def at(where: Where) -> str:
    """A place in a file, as a question's subject names it."""
    return f"{where.file}:{where.line}"


def about_scene(scene: Scene) -> Question:
    """Whether a scene or an ending can be reached."""
    what = f"the ending '{scene.title or scene.id}'" if scene.is_ending else f"the scene {scene.id}"
    return Question("ending" if scene.is_ending else "scene", scene.id, what, scene.where, scene.id)


def ask(model: Model, limits: Limits | None = None) -> list[Asked]:
    """Every question about a story but those about being stranded, which are about no single state.

    Raises `OutOfLimits`, if there are `limits`.
    """
    return _Asker(model, limits).ask()


class _Asker:
    def __init__(self, model: Model, limits: Limits | None) -> None:
        self.model = model
        self.limits = limits
        self.story = model.story
        self.sizes = model.sizes
        self.asked: dict[tuple[str, ...], Asked] = {}
        self.exits: dict[Where, Asked] = {}
        self.unlocked = {
            var
            for edges in model.edges.values()
            for edge in edges
            for item in edge.items
            if isinstance(item, Assign)
            for var in item.tables
            if self.story.variables[var].kind == "lock"
        }
        self._heard: dict[int, list[_Read]] = {}
        self._absent: dict[tuple[str, bool], Cond] = {}

    def ask(self) -> list[Asked]:
        for scene in self.story.scenes.values():
            self._check()
            self._scene(scene)
        for chapter in self.story.chapters.values():
            for bell in chapter.bells:
                self._texts(bell.then)
                self._texts(bell.gentle or ())
        for rule in self.story.rules:
            self._texts(rule.then)
            self._texts(rule.gentle or ())
        self._epilogues()
        for scene in self.story.scenes.values():
            self._check()
            for edge in self.model.edges[scene.id]:
                self._edge(edge)
        for item in self.model.beginning:
            if isinstance(item, Did):
                self._deed(item.deed, self.story.start)
        self._promises()
        return list(self.asked.values())

    def _check(self) -> None:
        if self.limits is not None:
            self.limits.check()

    def _one(self, kind: str, subject: str, words: str, where: Where, scene: str, wants: bool, *more: str) -> Asked:
        key = (kind, subject, *more)
        if key not in self.asked:
            self.asked[key] = Asked(Question(kind, subject, words, where, scene), wants)
        return self.asked[key]

    # --- scenes ---

    def _scene(self, scene: Scene) -> None:
        about = about_scene(scene)
        asked = self.asked[about.kind, about.subject] = Asked(about, True)
        asked.sites.append(Site(scene.id, TRUE))
        for blocks in (scene.text, scene.gentle or (), scene.summary or ()):
            for read in self._read(blocks):
                self._text(read).sites.append(Site(scene.id, read.cond))
                if read.speaker:
                    self._speech(read, scene.id).sites.append(Site(scene.id, self._said_in(read, scene.id)))
        guards = []
        for choice in scene.choices:
            guard = conjunction([choice.shown, choice.when])
            guards.append(guard)
            if choice.kind == "exit" and self._scenery(scene, choice):
                continue
            self._choice(scene, choice, guard)
        if not scene.is_ending:
            shut = self._not(disjunction(guards))
            words = f"the scene {scene.id}"
            self._one("stuck", scene.id, words, scene.where, scene.id, False).sites.append(Site(scene.id, shut))

    def _choice(self, scene: Scene, choice: Choice, guard: Cond) -> None:
        name = f"{scene.id}.{choice.id}"
        words = f"the choice '{plain(choice.text) or choice.id}' of {scene.id}"
        if choice.bug:
            self._one("bug", name, words, choice.where, scene.id, False).sites.append(Site(scene.id, guard))
        elif choice.kind == "exit":
            # One exit may stand in several rooms of a place, each in its own chapter: it is one way.
            asked = self.exits.get(choice.where)
            if asked is None:
                words = f"the way {choice.id} of {scene.id}"
                asked = self.exits[choice.where] = self._one("choice", name, words, choice.where, scene.id, True)
            asked.sites.append(Site(scene.id, guard))
        else:
            self._one("choice", name, words, choice.where, scene.id, True).sites.append(Site(scene.id, guard))
        for outcome in choice.outcomes:
            full = f"{name}.{outcome.id}"
            what = f"the outcome {outcome.id} of {words}"
            if outcome.bug:
                self._one("bug", full, what, outcome.where, scene.id, False).sites.append(Site(scene.id, guard))
            elif outcome.id and not choice.bug:
                self._one("outcome", full, what, outcome.where, scene.id, True).sites.append(Site(scene.id, guard))
            if not (outcome.bug or choice.bug):
                self._texts(outcome.then)
                self._texts(outcome.gentle or ())

    def _scenery(self, scene: Scene, choice: Choice) -> bool:
        """A locked way that nothing in the story unlocks is part of the picture."""
        lock = self.story.by_name.get("unlocked." + ".".join(sorted((scene.place, choice.place))))
        return lock is not None and lock.index not in self.unlocked

    # --- words ---

    def _epilogues(self) -> None:
        """What became of people is read at the endings that tell it, by the fate they have there."""
        endings = [scene.id for scene in self.story.scenes.values() if scene.epilogue]
        fates = list(self.story.fates)
        for person in self.story.people.values():
            for fate, blocks in person.epilogue.items():
                has = Test(person.fate, 1 << fates.index(fate))
                for read in self._read(blocks):
                    self._text(read).sites.extend(Site(e, conjunction([has, read.cond])) for e in endings)

    def _not(self, cond: Cond) -> Cond:
        return negation(cond, self.sizes)

    def _texts(self, blocks: Iterable[Block]) -> None:
        for read in self._read(tuple(blocks)):
            self._text(read)

    def _text(self, read: _Read) -> Asked:
        if read.text is None:
            read.text = self._one("text", read.subject, read.what, read.where, "", True)
        return read.text

    def _absent_from(self, person: str, scene: str) -> Cond:
        """Somebody is not there when the player stands in a scene."""
        key = (person, person in self.model.scene(scene).cast)
        found = self._absent.get(key)
        if found is None:
            found = self._absent[key] = self._not(self.model.present(person, scene))
        return found

    def _said_in(self, read: _Read, scene: str) -> Cond:
        """Something is read, and spoken by who is not in the scene."""
        absent = self._absent_from(read.speaker, scene)
        found = read.said.get(id(absent))
        if found is None:
            found = read.said[id(absent)] = conjunction([read.cond, read.words, absent])
        return found

    def _speech(self, read: _Read, scene: str) -> Asked:
        if read.speech is None:
            read.speech = self._spoken(read, scene)
        return read.speech

    def _spoken(self, read: _Read, scene: str) -> Asked:
        person = self.story.people[read.speaker]
        subject = f"{read.speaker}@{at(read.where)}"
        return self._one("speaks", subject, f"{person.short} speaking", read.where, scene, False)

    def _read(self, blocks: tuple[Block, ...]) -> list[_Read]:
        # Bells and rules say the same words on many ways.
        found = self._heard.get(id(blocks))
        if found is None:
            found = self._heard[id(blocks)] = list(self._reads(blocks, TRUE))
        return found

    def _reads(self, blocks: Iterable[Block], path: Cond) -> Iterator[_Read]:
        for block in blocks:
            if isinstance(block, Para):
                lines = list(self._inside(block, block.spans, path, [0]))
                words = _leaves_words(block.spans, self.sizes)
                what = f"the words '{shortened(plain(block.spans))}'"
                yield _Read(at(block.where), what, block.where, path, block.speaker, words)
                yield from lines
                continue
            others = path
            for cond, inner, where in block.branches:
                here = conjunction([others, cond])
                yield _Read(at(where), "what is written under this branch", where, here)
                yield from self._reads(inner, here)
                others = conjunction([others, self._not(cond)])

    def _inside(self, para: Para, spans: Iterable[Span], path: Cond, number: list[int]) -> Iterator[_Read]:
        for span in spans:
            if not isinstance(span, InlineIf):
                continue
            number[0] += 1
            k, others = number[0], path
            for j, (cond, inner) in enumerate(span.branches, 1):
                here = conjunction([others, cond])
                what = f"the words '{shortened(plain(inner))}' in a line"
                yield _Read(f"{at(para.where)}#{k}.{j}", what, para.where, here)
                yield from self._inside(para, inner, here, number)
                others = conjunction([others, self._not(cond)])

    # --- on the way ---

    def _edge(self, edge: Edge) -> None:
        for i, item in enumerate(edge.items):
            if isinstance(item, Said):
                self._told(edge, i, item.tell)
            elif isinstance(item, Did):
                asked = self._deed(item.deed, edge.scene)
                asked.sites.append(Site(edge.scene, self._not(self.model.here(item.deed.person)), edge, i))

    def _deed(self, deed: Deed, scene: str) -> Asked:
        person = self.story.people[deed.person]
        does = "joining you" if deed.verb == "join" else "coming closer or going further"
        return self._one("acts", f"{deed.person}@{at(deed.where)}", f"{person.short} {does}", deed.where, scene, False)

    def _told(self, edge: Edge, item: int, tell: Tell) -> None:
        scene = edge.scene
        for read in (*self._read(tell.blocks), *self._read(tell.gentle or ())):
            # What is said where something is that nobody should see is no question.
            asked = read.text or self.asked.get(("text", read.subject))
            if asked is not None:
                asked.sites.append(Site(scene, read.cond, edge, item))
            if read.speaker:
                absent = {s: self._absent_from(read.speaker, s) for s in edge.ends}
                said, before = self._said_in(read, scene), self._absent_from(read.speaker, scene)
                self._speech(read, scene).sites.append(Site(scene, said, edge, item, before, absent))

    # --- promises ---

    def _promises(self) -> None:
        for number, promise in enumerate(self.story.properties):
            wants = promise.kind == "reachable"
            asked = self._one(
                promise.kind, at(promise.where), f"'{promise.source}'", promise.where, promise.scene, wants, str(number)
            )
            for scene in (promise.scene,) if promise.scene else self.story.scenes:
                cond = standing(promise.cond, scene)
                if promise.kind == "always":
                    cond = self._not(cond)
                if cond != FALSE:
                    asked.sites.append(Site(scene, cond))


@dataclass(slots=True, eq=False)
class _Read:
    """Something that can be read: when, and by whom it is spoken. `words` is when any words are left of it.

    `text` and `speech` are the questions about it, once they are asked, and `said` when it is spoken by who is not
    there, by what their absence means.
    """

    subject: str
    what: str
    where: Where
    cond: Cond
    speaker: str = ""
    words: Cond = TRUE
    text: Asked | None = None
    speech: Asked | None = None
    said: dict[int, Cond] = field(default_factory=dict)


def _leaves_words(spans: Iterable[Span], sizes: Sizes) -> Cond:
    """When anything is left of a line."""
    either: list[Cond] = []
    for span in spans:
        if isinstance(span, Slot):
            return TRUE
        if isinstance(span, InlineIf):
            others: Cond = TRUE
            for cond, inner in span.branches:
                either.append(conjunction([others, cond, _leaves_words(inner, sizes)]))
                others = conjunction([others, negation(cond, sizes)])
        elif span.text.strip():
            return TRUE
    return disjunction(either)


def plain(spans: Iterable[Span]) -> str:
    """Words as they stand, with what is put in left out and of each inline if the first branch."""
    out = []
    for span in spans:
        if isinstance(span, InlineIf):
            out.append(plain(span.branches[0][1]))
        elif isinstance(span, Slot):
            out.append("…")
        else:
            out.append(span.text)
    return " ".join("".join(out).split())


def shortened(text: str, width: int = 40) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def watched(asked: Iterable[Asked]) -> dict[str, list[Cond]]:
    """What the sites of questions ask in scenes."""
    out: dict[str, list[Cond]] = {}
    for one in asked:
        for site in one.sites:
            conds = out.setdefault(site.scene, [])
            if site.edge is None:
                conds.append(site.cond)
            elif site.before != TRUE:
                conds.append(site.before)
    return out


class OnTheWay(Listening):
    """What the sites of questions ask on the way: `heard` at items of edges, `ended` where they lead."""

    def __init__(self, asked: Iterable[Asked]) -> None:
        self._heard: dict[tuple[Edge, object], list[Cond]] = {}
        self._ended: dict[tuple[Edge, str], list[Cond]] = {}
        self.edges: dict[Edge, None] = {}
        for one in asked:
            for site in one.sites:
                if site.edge is None:
                    continue
                self.edges[site.edge] = None
                self._heard.setdefault((site.edge, site.edge.items[site.item]), []).append(site.cond)
                for scene, cond in (site.after or {}).items():
                    self._ended.setdefault((site.edge, scene), []).append(cond)

    def heard(self, edge: Edge, item: Said | Did) -> Iterable[Cond]:
        return self._heard.get((edge, item), ())

    def ended(self, edge: Edge, scene: str) -> Iterable[Cond]:
        return self._ended.get((edge, scene), ())
