"""A story as nodes and links: what every format of `hyosan graph` is drawn from."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from game.desk.reading import choice_line, first_words, plain, scene_words
from game.desk.wander import wander
from game.engine import Machine, Step
from game.story.conditions import FALSE, TRUE
from game.story.model import Chapter, Choice, Outcome, Scene, Story
from game.story.notation import Asking
from game.story.times import clock_text


@dataclass(frozen=True, slots=True)
class Heat:
    """What `plays` random plays came to. The counters say in how many plays something happened at least once.

    `links` are (scene, choice, outcome, where it led); `ended` is how many plays came to an ending.
    """

    plays: int = 0
    ended: int = 0
    scenes: Counter[str] = field(default_factory=Counter)
    choices: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    links: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    bells: Counter[tuple[str, str]] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Link:
    """One way on. `kind` is choice, roll, exit, offer, bell or rule; `asks` the condition of this branch alone, or "".

    `dead` ways can never be taken: what they ask never holds. `count` is in how many plays it was gone.
    """

    target: str
    kind: str
    asks: str = ""
    dead: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A choice of a scene, or one outcome of a roll (`outcome` is its id, `odds` such as 2/3).

    `asks` is the choice's `when`, `reason` what is shown while it does not hold; both may be "". A roll's own row has
    no links: they hang on the rows of its outcomes, which follow it.
    """

    choice: str
    outcome: str
    kind: str
    text: str
    asks: str = ""
    reason: str = ""
    once: bool = False
    odds: str = ""
    links: tuple[Link, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """A scene, room or ending. `reached` says whether anything leads here at all.

    `minutes` (since D1 00:00) is what the clock reads at least, on arrival, and `time` the same in words; -1 and "" for
    no such rule.
    `count` is in how many plays it was come to.
    """

    id: str
    kind: str
    chapter: str
    title: str
    place: str
    time: str
    minutes: int
    words: int
    opening: str
    rows: tuple[Row, ...]
    start: bool
    reached: bool
    count: int


@dataclass(frozen=True, slots=True)
class Signal:
    """A bell or a rule. `minutes` and `when` are a bell's moment; `asks` is the condition, or "".

    `link` is None when it leads nowhere.
    """

    id: str
    kind: str
    chapter: str
    minutes: int
    when: str
    asks: str
    link: Link | None
    count: int


@dataclass(frozen=True, slots=True)
class Graph:
    """The whole story, or one chapter of it (`only` is its id). Nodes and signals stand in the order written."""

    story: Story
    nodes: dict[str, Node]
    signals: tuple[Signal, ...]
    heat: Heat
    only: str = ""

    def of(self, chapter: str) -> list[Node]:
        return [n for n in self.nodes.values() if n.chapter == chapter]

    def chapters(self) -> list[Chapter]:
        return [c for c in self.story.chapters.values() if self.only in ("", c.id) and self.of(c.id)]

    def ways(self) -> Iterator[tuple[str, Row, Link]]:
        """Every link of a choice, with the scene and row it hangs on."""
        for node in self.nodes.values():
            for row in node.rows:
                for link in row.links:
                    yield node.id, row, link


def build(story: Story, plays: int = 0, only: str = "") -> Graph:
    """The graph of a story. With `plays` the counts are those of so many random plays, seeds 0 and up."""
    heat = measure(story, plays) if plays else Heat()
    asking = Asking(story)
    reached = _reached(story)
    nodes = {s.id: _node(story, s, asking, heat, s.id in reached) for s in story.scenes.values()}
    return Graph(story, nodes, tuple(_signals(story, asking, heat)), heat, only)


# --- nodes ----------------------------------------------------------------------------------------


def _node(story: Story, scene: Scene, asking: Asking, heat: Heat, reached: bool) -> Node:
    chapter = story.chapters.get(scene.chapter)
    minutes = chapter.opens + chapter.tick * scene.arrive if chapter and scene.arrive else -1
    return Node(
        scene.id,
        scene.kind,
        scene.chapter,
        scene.title,
        story.places[scene.place].short if scene.place else "",
        clock_text(minutes) if minutes >= 0 else "",
        minutes,
        scene_words(scene),
        first_words(scene.text),
        tuple(row for choice in scene.choices for row in _rows(story, scene, choice, asking, heat)),
        scene.id == story.start,
        reached,
        heat.scenes[scene.id],
    )


def _rows(story: Story, scene: Scene, choice: Choice, asking: Asking, heat: Heat) -> Iterator[Row]:
    asks = "" if choice.when == TRUE else asking(choice.when, scene.chapter)
    dead = FALSE in (choice.when, choice.shown)
    common = (choice_line(story, choice), asks, plain(choice.locked), choice.shown != TRUE)
    count = heat.choices[scene.id, choice.id, ""]
    if not choice.is_roll:
        links = _links(scene, choice, choice.outcomes[0], choice.kind, dead, asking, heat)
        yield Row(choice.id, "", choice.kind, *common, "", links, count)
        return
    yield Row(choice.id, "", "roll", *common, "", (), count)
    total = sum(o.weight for o in choice.outcomes)
    for outcome in choice.outcomes:
        links = _links(scene, choice, outcome, "roll", dead, asking, heat)
        odds = f"{outcome.weight}/{total}"
        count = heat.choices[scene.id, choice.id, outcome.id]
        yield Row(choice.id, outcome.id, "outcome", outcome.id.replace("_", " "), odds=odds, links=links, count=count)


def _links(
    scene: Scene, choice: Choice, outcome: Outcome, kind: str, dead: bool, asking: Asking, heat: Heat
) -> tuple[Link, ...]:
    branches = outcome.goto.branches
    out = []
    for i, (cond, target) in enumerate(branches):
        asks = "" if len(branches) == 1 else "otherwise" if i and cond == TRUE else asking(cond, scene.chapter)
        count = heat.links[scene.id, choice.id, outcome.id, target]
        out.append(Link(target, kind, asks, dead or cond == FALSE, count))
    return tuple(out)


def _signals(story: Story, asking: Asking, heat: Heat) -> Iterator[Signal]:
    for chapter in story.chapters.values():
        for bell in chapter.bells:
            asks = "" if bell.when == TRUE else asking(bell.when, chapter.id)
            count = heat.bells[chapter.id, bell.id]
            link = Link(bell.goto, "bell", "", bell.when == FALSE, count) if bell.goto else None
            minutes = chapter.opens + chapter.tick * bell.at
            yield Signal(bell.id, "bell", chapter.id, minutes, clock_text(minutes), asks, link, count)
    for rule in story.rules:
        count = heat.rules[rule.id]
        link = Link(rule.goto, "rule", "", rule.when == FALSE, count) if rule.goto else None
        yield Signal(rule.id, "rule", "", -1, "", asking(rule.when), link, count)


# --- what leads where -----------------------------------------------------------------------------


def _reached(story: Story) -> set[str]:
    """The scenes that some way leads to, from the story's start on, whatever the conditions but those never true."""
    found: set[str] = set()
    waiting = deque([story.start, *(r.goto for r in story.rules if r.goto and r.when != FALSE)])
    rung: set[str] = set()
    while waiting:
        id = waiting.popleft()
        if id in found or id not in story.scenes:
            continue
        found.add(id)
        scene = story.scenes[id]
        if scene.chapter and scene.chapter not in rung:
            rung.add(scene.chapter)
            waiting.extend(b.goto for b in story.chapters[scene.chapter].bells if b.goto and b.when != FALSE)
        for choice in scene.choices:
            if FALSE not in (choice.when, choice.shown):
                gotos = (branch for o in choice.outcomes for branch in o.goto.branches)
                waiting.extend(target for cond, target in gotos if cond != FALSE)
    return found


# --- heat -----------------------------------------------------------------------------------------


def measure(story: Story, plays: int) -> Heat:
    """What random plays with the seeds 0 to `plays` - 1 come to."""
    machine = Machine(story)
    heat = Heat(plays)
    ended = 0
    for play in wander(machine, plays):
        ended += play.over
        heat.scenes.update({play.first.scene, *(s.after.scene for s in play.steps)})
        heat.choices.update(
            {(s.before.scene, s.choice, o) for s in play.steps for o in {"", s.outcome}},
        )
        went = {_landing(story, s) for s in play.steps}
        heat.links.update((a, b, c, d) for kind, a, b, c, d in went if kind == "goto")
        heat.bells.update({(a, b) for kind, a, b, _, _ in went if kind == "bell"} | _heard(story, play.steps))
        heat.rules.update({a for kind, a, *_ in went if kind == "rule"})
    return Heat(plays, ended, heat.scenes, heat.choices, heat.links, heat.bells, heat.rules)


def _landing(story: Story, step: Step) -> tuple[str, str, str, str, str]:
    """Why a step came to where it did: (goto, scene, choice, outcome, target), (bell, chapter, id) or (rule, id)."""
    scene = story.scenes[step.before.scene]
    choice = next(c for c in scene.choices if c.id == step.choice)
    outcome = next(o for o in choice.outcomes if o.id == step.outcome)
    landed = step.after.scene
    told = {(t.kind, t.id) for t in step.told}
    meant = any(target == landed for _, target in outcome.goto.branches)
    for rule in story.rules:
        if rule.goto == landed and (not meant or ("rule", rule.id) in told):
            return "rule", rule.id, "", "", ""
    # A bell may also ring on the way into another chapter, and it is that chapter's then.
    for chapter in dict.fromkeys((scene.chapter, story.scenes[landed].chapter)):
        for bell in story.chapters[chapter].bells if chapter else ():
            if bell.goto == landed and (not meant or ("bell", bell.id) in told):
                return "bell", chapter, bell.id, "", ""
    return ("goto", scene.id, choice.id, outcome.id, landed) if meant else ("elsewhere", "", "", "", "")


def _heard(story: Story, steps: tuple[Step, ...]) -> set[tuple[str, str]]:
    """The bells without a goto whose words were told, as (chapter, id)."""
    return {
        (t.chapter, t.id)
        for s in steps
        for t in s.told
        if t.kind == "bell" and not next(b for b in story.chapters[t.chapter].bells if b.id == t.id).goto
    }
