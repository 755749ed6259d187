"""Two versions of a story, compared part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from game.desk.diff.alike import Ids, Renamed, compare
from game.desk.diff.remembered import Variable, span, variables
from game.desk.diff.rewritten import Changed, Pairs, Reworded, reworded, rewritten
from game.desk.diff.ways import Rewired, rewired
from game.desk.reading import Source, choice_line, counted, each_paragraph, plain
from game.story.model import Choice, Scene, Story
from game.story.prose import paragraphs

KINDS = (
    *("chapters", "scenes", "rooms", "endings", "choices", "outcomes", "bells", "rules"),
    *("people", "items", "places", "flags", "meters"),
)


@dataclass(frozen=True, slots=True)
class ChapterWords:
    id: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that changed from `old` to `new` (versions). `ids` are by `KINDS`; words are of all branches."""

    title: str
    old: str
    new: str
    ids: Mapping[str, Ids]
    reworded: tuple[Reworded, ...]
    rewired: tuple[Rewired, ...]
    texts: tuple[Changed, ...]
    words: tuple[ChapterWords, ...]
    variables: tuple[Variable, ...]
    scenes: Mapping[str, str] = field(default_factory=dict)
    """Old ids of scenes to new ones, for all that are in both."""


def difference(old: Story, new: Story) -> Difference:
    """What changed from one version of a story to another."""
    ids = {kind: compare(_signatures(old, kind), _signatures(new, kind)) for kind in KINDS if kind not in _NESTED}
    ids["flags"] = compare(_flags(old), _flags(new), _alike_flags)
    scenes = {id: id for id in old.scenes if id in new.scenes}
    for kind in ("scenes", "rooms", "endings"):
        scenes.update((r.old, r.new) for r in ids[kind].renamed)
    ids["choices"], choices = _choices(old, new, scenes)
    ids["outcomes"] = _outcomes(choices)
    return Difference(
        new.title,
        old.version,
        new.version,
        {kind: ids[kind] for kind in KINDS},
        tuple(reworded(old, new, choices)),
        tuple(rewired(old, new, choices, scenes)),
        tuple(rewritten(old, new, scenes, choices)),
        tuple(_words(old, new)),
        tuple(variables(old, new)),
        scenes,
    )


# --- ids ------------------------------------------------------------------------------------------

_NESTED = ("choices", "outcomes", "flags")
_SCENE_KINDS = {"scenes": "scene", "rooms": "room", "endings": "ending"}


def _signatures(story: Story, kind: str) -> dict[str, str]:
    """The ids of a kind and what each thing says of itself."""
    source = Source(story)
    if kind in _SCENE_KINDS:
        return {s.id: _says(source, s) for s in story.scenes.values() if s.kind == _SCENE_KINDS[kind]}
    if kind == "chapters":
        return {c.id: c.title for c in story.chapters.values()}
    if kind == "bells":
        return {
            f"{c.id}.{b.id}": " ".join([str(b.at), b.goto, *(source.line(p.spans) for p in paragraphs(b.then))])
            for c in story.chapters.values()
            for b in c.bells
        }
    if kind == "rules":
        return {r.id: f"{source.asking(r.when)} {r.goto}" for r in story.rules}
    if kind == "people":
        return {p.id: f"{p.name} {p.hangul} {p.about}" for p in story.people.values()}
    if kind == "items":
        return {i.id: f"{i.name} {i.about}" for i in story.items.values()}
    if kind == "places":
        return {p.id: f"{p.name} {p.short}" for p in story.places.values()}
    return {m.id: " ".join(word for _, word in m.words) or m.id for m in story.meters.values()}


def _says(source: Source, scene: Scene) -> str:
    said = [source.line(p.spans, scene.chapter) for p in paragraphs(scene.text)]
    return " ".join([scene.title, *said, *(plain(c.text) for c in scene.choices)])


def _flags(story: Story) -> dict[str, str]:
    """Flags by name (`chapter/flag` for a chapter's own); what each says of itself is its name and its range."""
    return {v.name: f"{v.name}\n{span(v.values)}" for v in story.variables if v.kind == "flag"}


def _alike_flags(a: str, b: str) -> float:
    """Flags are alike when their names are and they can be the same."""
    (name, values), (other, others) = a.split("\n"), b.split("\n")
    if values != others:
        return 0.0
    return SequenceMatcher(None, name, other, autojunk=False).ratio()


def _choices(old: Story, new: Story, scenes: Mapping[str, str]) -> tuple[Ids, Pairs]:
    """What happened to choices, and those in both: (old scene, old id) to (old scene, choice, new scene, choice)."""
    gained: list[str] = []
    lost: list[str] = []
    renamed = []
    pairs: dict[tuple[str, str], tuple[str, Choice, str, Choice]] = {}
    for a, b in scenes.items():
        before = {c.id: c for c in old.scenes[a].choices if c.kind != "exit"}
        after = {c.id: c for c in new.scenes[b].choices if c.kind != "exit"}
        # An offer is called by its scene, and is not renamed but follows it.
        known = {id: scenes.get(id, id) if c.kind == "offer" else id for id, c in before.items()}
        said = compare({known[id]: _choice_says(old, c) for id, c in before.items()}, _said(new, after))
        gained += [f"{b}.{id}" for id in said.gained]
        lost += [f"{a}.{id}" for id in said.lost]
        renamed += [Renamed(f"{a}.{r.old}", f"{b}.{r.new}", r.likeness) for r in said.renamed]
        moved = {r.old: r.new for r in said.renamed}
        for id, choice in before.items():
            target = moved.get(known[id], known[id])
            if target in after:
                pairs[a, id] = (a, choice, b, after[target])
    moved_on = _moved(old, new, lost, scenes)
    gone = {r.old for r in moved_on}
    return Ids(tuple(gained), tuple(c for c in lost if c not in gone), (*renamed, *moved_on)), pairs


def _moved(old: Story, new: Story, lost: list[str], scenes: Mapping[str, str]) -> tuple[Renamed, ...]:
    """The lost choices that stand in a scene that was gained."""
    known = set(scenes.values())
    fresh = {
        f"{s.id}.{c.id}": _choice_says(new, c) for s in new.scenes.values() if s.id not in known for c in s.choices
    }
    said = {}
    for id in lost:
        scene, _, name = id.partition(".")
        said[id] = _choice_says(old, next(c for c in old.scenes[scene].choices if c.id == name))
    return compare(said, fresh).renamed


def _said(story: Story, choices: Mapping[str, Choice]) -> dict[str, str]:
    return {id: _choice_says(story, c) for id, c in choices.items()}


def _choice_says(story: Story, choice: Choice) -> str:
    source = Source(story)
    then = [source.line(p.spans) for o in choice.outcomes for p in paragraphs(o.then)]
    return " ".join([choice_line(story, choice), *then])


def _outcomes(pairs: Pairs) -> Ids:
    gained: list[str] = []
    lost: list[str] = []
    renamed = []
    for a, choice, b, other in pairs.values():
        before = {o.id: " ".join(plain(p.spans) for p in paragraphs(o.then)) or o.id for o in choice.outcomes if o.id}
        after = {o.id: " ".join(plain(p.spans) for p in paragraphs(o.then)) or o.id for o in other.outcomes if o.id}
        found = compare(before, after)
        gained += [f"{b}.{other.id}.{id}" for id in found.gained]
        lost += [f"{a}.{choice.id}.{id}" for id in found.lost]
        renamed += [Renamed(f"{a}.{choice.id}.{r.old}", f"{b}.{other.id}.{r.new}", r.likeness) for r in found.renamed]
    return Ids(tuple(gained), tuple(lost), tuple(renamed))


# --- words ----------------------------------------------------------------------------------------


def _words(old: Story, new: Story) -> Iterator[ChapterWords]:
    before, after = _by_chapter(old), _by_chapter(new)
    for id in dict.fromkeys((*new.chapters, *old.chapters, "")):
        if before[id] or after[id]:
            yield ChapterWords(id, before[id], after[id])


def _by_chapter(story: Story) -> Counter[str]:
    out: Counter[str] = Counter()
    for text, para in each_paragraph(story):
        if not text.besides:
            out[text.chapter] += counted(para.spans)
    return out
