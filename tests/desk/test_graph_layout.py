"""Where `hyosan graph` puts things: nothing overlaps, no line runs across a card, and it is the same every time."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from game.desk.graph import graphviz
from game.desk.graph.boxes import Box, Point, Wire
from game.desk.graph.cards import CARD, PILL, Drawing
from game.desk.graph.layout import lay_out
from game.desk.graph.nodes import build
from game.desk.graph.page import compose
from game.story import Story, load_story
from tests.desk.graph_stories import everything, made_up

STORIES = Path(__file__).parents[1] / "stories"


def boxes(drawing: Drawing) -> list[tuple[str, float, float, float, float]]:
    """Everything that stands in a picture: (what, left, top, right, bottom)."""
    out = []
    for band in drawing.bands:
        out += [(c.node.id, c.x, c.y, c.x + CARD, c.y + c.height) for c in band.cards]
        out += [(f"{p.kind} {p.target}", p.x, p.y, p.x + p.width, p.y + PILL) for p in band.pills]
    return out


def along(curve: list[Point], steps: int = 12) -> list[Point]:
    """Points of a chain of cubic curves."""
    out = []
    for i in range(0, len(curve) - 3, 3):
        a, b, c, d = curve[i : i + 4]
        for s in range(steps + 1):
            t = s / steps
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            out.append(tuple(sum(w * p[k] for w, p in zip(weights, (a, b, c, d), strict=True)) for k in (0, 1)))
    return out  # type: ignore[return-value]


def kept(name: str) -> Story:
    """A story of tests/stories."""
    told = load_story(STORIES / name).story
    assert told is not None
    return told


DRAWN: dict[str, Callable[[], Story]] = {
    "everything": everything,
    "every word": lambda: kept("every-word"),
    "cold hands": lambda: kept("cold-hands"),
    "many scenes": lambda: made_up(60, rooms=8),
    "a long chain": lambda: made_up(70, seed=3, ahead=2),
    "circles": lambda: made_up(25, seed=5, rooms=12, ahead=12),
}


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_overlaps_and_everything_is_in_its_chapters_box(name):
    drawing = compose(build(DRAWN[name]()))

    for (a, *one), (b, *two) in combinations(boxes(drawing), 2):
        apart = one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]
        assert apart, f"{a} and {b}"
    for band in drawing.bands:
        for what, left, top, right, bottom in boxes(Drawing(drawing.graph, 0, 0, [band], [])):
            assert band.x <= left < right <= band.x + band.width, what
            assert band.y <= top < bottom <= band.y + band.height, what
        assert band.x >= 0
        assert band.x + band.width <= drawing.width
        assert band.y + band.height <= drawing.height
    for above, below in pairwise(drawing.bands):
        assert above.y + above.height < below.y


@pytest.mark.parametrize("name", DRAWN)
def test_no_line_runs_across_a_card(name):
    for band in compose(build(DRAWN[name]())).bands:
        for line in band.lines:
            for x, y in along(line.curve):
                for card in band.cards:
                    inside = card.x + 1 < x < card.x + CARD - 1 and card.y + 1 < y < card.y + card.height - 1
                    assert not inside, f"{line.source} to {line.target} across {card.node.id}"


def test_lines_begin_at_their_choice_and_end_at_their_scene():
    (band, _) = compose(build(everything())).bands
    cards = {c.node.id: c for c in band.cards}
    line = next(line for line in band.lines if (line.source, line.choice) == ("first", "enter"))
    row = next(i for i, r in enumerate(cards["first"].node.rows) if r.choice == "enter")

    assert line.curve[0] == pytest.approx((cards["first"].x + CARD, cards["first"].y + cards["first"].levels[row]))
    assert line.curve[-1][0] == pytest.approx(cards["hall"].x)


def test_a_chapter_that_is_too_wide_goes_on_in_the_next_line():
    drawing = compose(build(made_up(70, seed=3, ahead=2)))

    assert drawing.width < 7000
    assert drawing.height > 1500


def test_the_way_from_chapter_to_chapter_leads_around_the_boxes():
    drawing = compose(build(kept("cold-hands")))

    assert drawing.trunks
    for trunk in drawing.trunks:
        corners = trunk.points[1:-1]
        for x, y in corners:
            assert not any(b.x < x < b.x + b.width and b.y < y < b.y + b.height for b in drawing.bands)


def test_the_same_boxes_come_out_the_same_and_none_are_fine():
    def placed() -> list[tuple[float, float]]:
        made = [Box(f"b{i}", 100, 40) for i in range(12)]
        wires = [Wire(f"b{i}", f"b{(i * 5 + 3) % 12}", 10, 10, f"w{i}") for i in range(12)]
        lay_out(made, wires)
        return [(b.x, b.y) for b in made]

    assert placed() == placed()
    assert lay_out([], []) == (0.0, 0.0)


def test_graphviz_places_the_boxes_when_asked(monkeypatch):
    told = {
        "bb": "0,0,400,100",
        "objects": [{"name": "n0", "pos": "50,70"}, {"name": "n1", "pos": "350,30"}],
        "edges": [{"id": "w0", "pos": "e,300,40 100,60 200,60 200,40 300,40"}],
    }
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/dot")
    monkeypatch.setattr("subprocess.run", lambda *a, **k: SimpleNamespace(stdout=json.dumps(told)))
    made, wire = [Box("a", 100, 40), Box("b", 100, 40)], Wire("a", "b", 30, 10, "w")

    assert graphviz.lay_out(made, [wire]) == (400, 100)
    assert [(b.x, b.y) for b in made] == [(0, 10), (300, 50)]
    assert wire.curve == [(100, 40), (200, 40), (200, 60), (300, 60)]


def test_what_graphviz_cannot_do_is_said(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/dot")
    monkeypatch.setattr("subprocess.run", lambda *a, **k: SimpleNamespace(stdout="nonsense"))
    with pytest.raises(graphviz.DotFailed):
        graphviz.lay_out([Box("a", 100, 40)], [])
