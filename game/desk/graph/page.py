"""The whole picture put together: each chapter laid out in a box of its own, the boxes in order, ways between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from game.desk.graph import cards as size
from game.desk.graph.boxes import Box, Wire
from game.desk.graph.cards import Band, Card, Chip, Drawing, Line, Pill
from game.desk.graph.layout import lay_out
from game.desk.graph.metrics import width
from game.desk.graph.nodes import Graph, Link, Node, Row, Signal
from game.desk.graph.rank import rank
from game.desk.graph.trunks import connect
from game.story.model import Chapter
from game.story.times import clock_text, hour_text

Layout: TypeAlias = "Callable[[list[Box], list[Wire]], tuple[float, float]]"

PAD = 26.0
TITLE = 68.0
ENDINGS = "endings"
NEAR = 3
"""Scenes that lie further apart than so many columns each have a sign of their own for the ending they lead to."""


def compose(graph: Graph, layout: Layout = lay_out) -> Drawing:
    """The picture of a graph: its chapters from top to bottom, the endings outside of chapters below them."""
    bands = [_Chapter(graph, chapter).draw(layout) for chapter in graph.chapters()]
    loose = [] if graph.only else graph.of("")
    if loose:
        bands.append(_endings(graph, loose, max((b.width for b in bands), default=3 * (size.CARD + size.GAP))))
    return connect(graph, bands)


@dataclass
class _Chapter:
    """One chapter on its way to being a band."""

    graph: Graph
    chapter: Chapter
    boxes: dict[str, Box] = field(default_factory=dict)
    pills: dict[str, Pill] = field(default_factory=dict)
    lines: list[tuple[Line, Wire]] = field(default_factory=list)
    ended: list[tuple[Line, float]] = field(default_factory=list)
    """Lines to endings, with where they leave: they are led on when it is known how far apart they begin."""

    def draw(self, layout: Layout) -> Band:
        own = self.graph.of(self.chapter.id)
        self._entries(own)
        for node in own:
            self.boxes[node.id] = Box(node.id, size.CARD, size.card_height(node), weak=not node.reached)
        self._bells()
        for node in own:
            self._ways(node)
        self._end()
        wide, high = layout(list(self.boxes.values()), [wire for _, wire in self.lines])
        return self._band(own, wide, high)

    def _band(self, own: list[Node], wide: float, high: float) -> Band:
        band = Band(self.chapter.id, self.chapter.title, _note(self.chapter, own), max(wide + 2 * PAD, 640.0))
        silent = [s for s in self.graph.signals if s.chapter == self.chapter.id and s.link is None]
        top = TITLE + _chips(band, silent)
        band.height = top + high + PAD
        for node in own:
            box = self.boxes[node.id]
            band.cards.append(Card(node, box.x + PAD, box.y + top, box.height, size.levels(node)))
        for key, pill in self.pills.items():
            pill.x, pill.y = self.boxes[key].x + PAD, self.boxes[key].y + top
            band.pills.append(pill)
        for line, wire in self.lines:
            line.curve = [(x + PAD, y + top) for x, y in wire.curve]
            band.lines.append(line)
        return band

    # --- what comes in ---

    def _entries(self, own: list[Node]) -> None:
        ids = {n.id for n in own}
        start = self.graph.story.start
        if start in ids:
            self._pill(f"start:{start}", Pill("start", "The story begins", "", start, 0, 0, 140.0), "first")
            self._line(Line("entry", f"start:{start}", start, []), size.PILL / 2, size.SHORT)
        came: dict[str, list[str]] = {}
        for source, _, link in self.graph.ways():
            if link.target in ids and source not in ids:
                came.setdefault(link.target, []).append(self.graph.nodes[source].chapter)
        for target in (n.id for n in own if n.id in came):
            titles = [self.graph.story.chapters[c].title for c in dict.fromkeys(came[target]) if c]
            pill = Pill("from", f"from {', '.join(titles)}", "", target, 0, 0)
            self._pill(f"from:{target}", pill, "first")
            self._line(Line("entry", f"from:{target}", target, []), size.PILL / 2, size.SHORT)

    def _bells(self) -> None:
        for signal in self.graph.signals:
            if signal.chapter == self.chapter.id and signal.link is not None:
                key = f"bell:{signal.chapter}/{signal.id}"
                hint = f"if {signal.asks}" if signal.asks else "whatever the player is doing"
                text = f"{signal.when}  {signal.id}"
                self._pill(key, Pill("bell", text, hint, signal.link.target, 0, 0, count=signal.count, id=key))
                self.boxes[key].weak = True
                self.boxes[key].after = self._before(signal.minutes)
                line = Line("bell", key, signal.link.target, [], bool(signal.asks), signal.link.dead, signal.count)
                self._line(line, size.PILL / 2, size.SHORT)

    def _before(self, minutes: int) -> str:
        """The scene that the clock brings last before a moment, or "": so the picture runs with the clock."""
        own = {n.id: n.minutes for n in self.graph.of(self.chapter.id)}
        came = [(at, id) for id, at in own.items() if at >= 0]
        for signal in self.graph.signals:
            if signal.chapter == self.chapter.id and signal.link is not None and signal.link.target in own:
                came.append((signal.minutes, signal.link.target))
        return max((event for event in came if event[0] < minutes), default=(0, ""))[1]

    # --- what leads on ---

    def _ways(self, node: Node) -> None:
        for row, level in zip(node.rows, size.levels(node), strict=True):
            for link in row.links:
                if link.target != node.id and not self._is_second_half(node, row, link):
                    self._way(node, row, level, link)

    def _way(self, node: Node, row: Row, level: float, link: Link) -> None:
        asks = size.is_conditional(row, link)
        line = Line(link.kind, node.id, link.target, [], asks, link.dead, link.count, choice=row.choice)
        door = self._way_back(node, link) if link.kind == "exit" else None
        if door is not None:
            line.both = True
            self._line(line, level, door)
            return
        self._line(line, level, size.SHORT)

    def _way_back(self, node: Node, link: Link) -> float | None:
        """Where the exit that leads back stands on the target's card, if there is one."""
        target = self.graph.nodes[link.target]
        for row, level in zip(target.rows, size.levels(target), strict=True):
            if row.kind == "exit" and any(back.target == node.id for back in row.links):
                return level
        return None

    def _is_second_half(self, node: Node, row: Row, link: Link) -> bool:
        """Whether this exit was drawn already, from the other side."""
        if row.kind != "exit" or self._way_back(node, link) is None:
            return False
        return any(line.both and (line.source, line.target) == (link.target, node.id) for line, _ in self.lines)

    # --- boxes and wires ---

    def _pill(self, key: str, pill: Pill, pin: str = "") -> None:
        self.pills[key] = pill
        self.boxes[key] = Box(key, pill.width, size.PILL, pin)

    def _line(self, line: Line, out: float, into: float) -> None:
        target = self.graph.nodes[line.target]
        if target.chapter == self.chapter.id:
            self._wire(line, line.target, out, into)
        elif target.kind == "ending":
            self.ended.append((line, out))
        else:
            self._leave(target)
            self._wire(line, f"out:{line.target}", out, size.PILL / 2)

    def _wire(self, line: Line, key: str, out: float, into: float) -> None:
        # Lines of a kind flow together on their way; a door is a line of its own.
        look = f"{line.kind}/{line.asks}/{line.dead}" if not line.both else f"door/{line.source}"
        self.lines.append((line, Wire(line.source, key, out, into, f"{key}/{look}", line.kind == "exit")))

    def _leave(self, target: Node) -> None:
        """A sign for a scene of another chapter."""
        if f"out:{target.id}" not in self.pills:
            chapter = self.graph.story.chapters[target.chapter]
            hint = target.title or target.id
            pill = Pill("exit", f"to {chapter.title}", hint, target.id, 0, 0, count=target.count)
            self._pill(f"out:{target.id}", pill, "last")

    def _end(self) -> None:
        """Signs for the endings, close to where they are come to."""
        rank(list(self.boxes.values()), [wire for _, wire in self.lines])
        ways: dict[str, list[tuple[int, int, Line, float]]] = {}
        for i, (line, out) in enumerate(self.ended):
            ways.setdefault(line.target, []).append((self.boxes[line.source].column, i, line, out))
        for id, lines in ways.items():
            target = self.graph.nodes[id]
            first = key = None
            for column, _, line, out in sorted(lines, key=lambda way: way[:2]):
                if first is None or column - first > NEAR or key is None:
                    first, key = column, f"out:{id}/{column}"
                    pill = Pill("ending", target.title or id, "", id, 0, 0, count=target.count)
                    self._pill(key, pill)
                self._wire(line, key, out, size.PILL / 2)


def _note(chapter: Chapter, own: list[Node]) -> str:
    end = chapter.opens + chapter.tick * chapter.ticks
    words = sum(n.words for n in own)
    scenes = sum(n.kind != "ending" for n in own)
    first, last = clock_text(chapter.opens), clock_text(end)
    if first.split()[0] == last.split()[0]:
        last = hour_text(end)
    return f"{first}–{last} · {scenes} scene{'' if scenes == 1 else 's'} · {words:,} words"


def _chips(band: Band, signals: list[Signal]) -> float:
    """Put the bells and rules that lead nowhere below a band's title, in lines. Returns how high they are."""
    x, y = PAD, TITLE - 2
    for signal in signals:
        words = " ".join(w for w in (signal.when, signal.id, f"if {signal.asks}" if signal.asks else "") if w)
        room = min(width(words, 10) + 2, 420.0)
        if x > PAD and x + room + 48 > band.width:
            x, y = PAD, y + 18.0
        band.chips.append(Chip(signal.kind, words, x, y, room))
        x += room + 42.0
    return y + 18.0 + 16.0 - TITLE if signals else 0.0


def _endings(graph: Graph, nodes: list[Node], room: float) -> Band:
    """The endings outside of chapters, in rows, each with the rules that lead to it on its left."""
    band = Band(ENDINGS, "Endings", f"{len(nodes)} that every chapter may lead to", room)
    top = TITLE + _chips(band, [s for s in graph.signals if s.kind == "rule" and s.link is None])
    rules: dict[str, list[Pill]] = {}
    for signal in graph.signals:
        if signal.kind == "rule" and signal.link is not None:
            pill = Pill("rule", signal.id, signal.asks, signal.link.target, 0, 0, count=signal.count)
            pill.id = f"rule:{signal.id}"
            rules.setdefault(signal.link.target, []).append(pill)
    x, y, tallest, most = PAD, top, 0.0, PAD
    for node in nodes:
        own = rules.get(node.id, [])
        lead = size.PILL_WIDTH + size.GAP * 2 if own else 0.0
        if x > PAD and x + lead + size.CARD + PAD > room:
            x, y, tallest = PAD, y + tallest + size.GAP, 0.0
        height = max(size.card_height(node), len(own) * (size.PILL + 8.0))
        card = Card(node, x + lead, y, size.card_height(node), size.levels(node))
        for i, pill in enumerate(own):
            pill.x, pill.y = x, y + i * (size.PILL + 8.0)
            band.pills.append(pill)
            start, end = (x + pill.width, pill.y + size.PILL / 2), (card.x, card.y + size.SHORT)
            middle = (start[0] + end[0]) / 2
            curve = [start, (middle, start[1]), (middle, end[1]), end]
            band.lines.append(Line("rule", pill.id, node.id, curve, count=pill.count))
        band.cards.append(card)
        x, tallest = x + lead + size.CARD + size.GAP, max(tallest, height)
        most = max(most, x)
    band.width, band.height = most - size.GAP + PAD, y + tallest + PAD
    return band
