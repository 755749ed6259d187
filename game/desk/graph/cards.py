"""What is drawn and how large: cards for scenes, pills for whatever comes in or leads out, lines between them."""

from __future__ import annotations

from dataclasses import dataclass, field

from game.desk.graph.boxes import Point
from game.desk.graph.nodes import Graph, Link, Node, Row

CARD = 286.0
HEAD = 44.0
HEAD_TITLED = 58.0
ROW = 20.0
FOOT = 6.0
PILL = 30.0
PILL_WIDTH = 200.0
GAP = 24.0
SHORT = 16.0
"""How far below a card's top the lines from elsewhere arrive."""


@dataclass(slots=True)
class Line:
    """A line between cards or pills. `kind` is a link's; `both` is a door that is drawn once for both ways.

    `source` and `target` are ids of scenes, or of bells and rules as `bell:chapter/id` and `rule:id`.
    """

    kind: str
    source: str
    target: str
    curve: list[Point]
    asks: bool = False
    dead: bool = False
    count: int = 0
    both: bool = False
    choice: str = ""


@dataclass(slots=True)
class Card:
    """A scene, room or ending where it stands; `levels` are the middles of its rows, from the card's top."""

    node: Node
    x: float
    y: float
    height: float
    levels: tuple[float, ...]


@dataclass(slots=True)
class Pill:
    """A small sign. `kind` is start, from, exit, ending, bell or rule; `target` the scene it stands for or leads to."""

    kind: str
    text: str
    hint: str
    target: str
    x: float
    y: float
    width: float = PILL_WIDTH
    count: int = 0
    id: str = ""


@dataclass(slots=True)
class Chip:
    """A bell or rule that leads nowhere, named below its chapter's title; `room` is how wide its words may be."""

    kind: str
    text: str
    x: float
    y: float
    room: float


@dataclass(slots=True)
class Band:
    """A chapter's box, or that of the endings. `note` stands below the title."""

    id: str
    title: str
    note: str
    width: float
    height: float = 0.0
    x: float = 0.0
    y: float = 0.0
    chips: list[Chip] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    pills: list[Pill] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def move(self, dx: float, dy: float) -> None:
        """Move the band and everything in it."""
        self.x += dx
        self.y += dy
        for chip in self.chips:
            chip.x, chip.y = chip.x + dx, chip.y + dy
        for card in self.cards:
            card.x, card.y = card.x + dx, card.y + dy
        for pill in self.pills:
            pill.x, pill.y = pill.x + dx, pill.y + dy
        for line in self.lines:
            line.curve = [(x + dx, y + dy) for x, y in line.curve]


@dataclass(slots=True)
class Trunk:
    """The way from one chapter into another: corners of a line of straight pieces."""

    points: list[Point]
    target: str
    count: int = 0


@dataclass(slots=True)
class Drawing:
    """The whole picture, in units of a pixel at its natural size."""

    graph: Graph
    width: float
    height: float
    bands: list[Band]
    trunks: list[Trunk]


def head(node: Node) -> float:
    return HEAD_TITLED if node.title else HEAD


def levels(node: Node) -> tuple[float, ...]:
    """The middles of a card's rows, from its top."""
    return tuple(head(node) + ROW * (i + 0.5) + 3 for i in range(len(node.rows)))


def card_height(node: Node) -> float:
    return head(node) + (ROW * len(node.rows) + FOOT + 2 if node.rows else 4.0)


def is_conditional(row: Row, link: Link) -> bool:
    """Whether a way is open only sometimes."""
    return bool(row.asks or link.asks)
