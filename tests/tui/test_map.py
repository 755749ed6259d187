"""The map, the cards of people and the end, as they stand on the screen."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from game.present.map import MapView, PlaceView, WayView
from game.tui.plan import WIDE, Plan, landing, neighbour
from game.tui.screens.map import MapScreen
from tests.floors import machine
from tests.tui.conftest import press, screen_lines, screen_text

NAMES = st.sampled_from(["Hall", "방송실 앞 복도와 계단", "Second-floor corridor, east end", "A"])


@st.composite
def maps(draw) -> MapView:
    """Maps on which several places may stand in one spot, and any may lead to any other."""
    count = draw(st.integers(1, 9))
    small = st.integers(0, 4)
    floors = [draw(st.integers(0, 2)) for _ in range(count)]
    places = []
    for n in range(count):
        ends = draw(st.lists(st.integers(0, count - 1), max_size=3, unique=True))
        ways = tuple(WayView(f"p{to}", "there", floors[to], draw(st.booleans())) for to in ends if to != n)
        at = (draw(small), draw(small))
        places.append(PlaceView(f"p{n}", draw(NAMES), "it", floors[n], at, n % 2 == 0, n == 0, "", ways))
    return MapView("p0", tuple(places), ())


@given(maps())
def test_every_known_place_is_drawn_once_and_no_two_overlap(known):
    drawn: list[str] = []
    for floor in known.floors:
        plan = Plan(known, floor)
        drawn.extend(plan.boxes)
        spots = list(plan.boxes.values())
        for i, (x, y) in enumerate(spots):
            assert all(abs(x - a) >= WIDE or abs(y - b) >= plan.high for a, b in spots[:i])
        corners = "".join(plan.row(y, 0, plan.width).plain for y in range(plan.height))
        # Each box ends in two corners that no way is drawn with where it has no bend: count the frames' own rows.
        for id, (x, y) in plan.boxes.items():
            assert plan.row(y, x, 1).plain in "┌╔"
            assert plan.row(y + plan.high - 1, x + WIDE - 1, 1).plain in "┘╝"
            assert plan.at(x, y) == id
        assert corners.count("╔") == sum(p.here for p in plan.places)
    assert sorted(drawn) == sorted(p.id for p in known.places)


def test_the_name_of_every_place_of_four_floors_is_there_whole():
    for place in machine().story.places.values():
        name = place.name
        plan = Plan(MapView("p", (PlaceView("p", name, name, 1, (0, 0), True, True, "", ()),), ()), 1)
        rows = (plan.row(y, 2, WIDE - 4).plain.strip() for y in range(1, plan.high - 1))
        assert " ".join(rows).split() == name.split()


@given(maps(), st.integers(0, 60), st.integers(1, 30))
def test_every_row_is_as_wide_as_it_was_asked_to_be(known, left, width):
    plan = Plan(known, known.floors[0], known.floor(known.floors[0])[0].id)
    for y in range(plan.height + 1):
        assert cell_len(plan.row(y, left, width).plain) == width


@given(maps(), st.lists(st.sampled_from(["up", "down", "left", "right", "+", "-"]), max_size=12))
def test_the_selection_never_leaves_the_map(known, moves):
    ways = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
    picked, floor = "p0", known.places[0].floor
    for move in moves:
        if move in ways:
            picked = neighbour(Plan(known, floor), picked, *ways[move])
        else:
            at = known.floors.index(floor) + (1 if move == "+" else -1)
            floor = known.floors[max(0, min(at, len(known.floors) - 1))]
            picked = landing(known, picked, floor) if known.place(picked).floor != floor else picked
        assert picked in Plan(known, floor).boxes


async def test_the_map_at_the_smallest_size(make):
    app = make(1, 3, 1, 1)
    async with app.run_test(size=(60, 20)) as pilot:
        await press(pilot, "m")
        assert [line[1:].rstrip() for line in screen_lines(app)[:6]] == [
            "Map  floor 2  floors [2] 1  Noise: silent.",
            "",
            "╔═@════════════╗   ┌┄?┄┄┄┄┄┄┄┄┄┄┄┄┐",
            "║>Second-floor<║━━━┆ The east     ┆",
            "║ corridor     ║   ┆ staircase    ┆",
            "╚══════════════╝   └┄┄┄┄┄┄┄┄┄┄┄┄┄┄┘",
        ]
        shown = screen_text(app)
        assert "You are here." in shown
        assert "Ways: the east staircase (about 10 min, some noise)." in shown
        assert "The roof" not in shown


async def test_moving_about_on_the_map(make):
    app = make(1, 3, 1, 1)
    async with app.run_test(size=(140, 45)) as pilot:
        await press(pilot, "m", "right")
        screen = app.screen
        assert isinstance(screen, MapScreen)
        assert screen.picked == "stair"
        assert "The east staircase  You have not been here." in screen_text(app)
        await press(pilot, "right", "up")
        assert screen.picked == "stair"
        await press(pilot, "pagedown")
        assert screen.picked == "road"
        await press(pilot, "pagedown", "2")
        assert screen.picked in ("hall", "stair")
        await press(pilot, "1", "home")
        assert screen.picked == "hall"
        await press(pilot, "tab")
        assert screen.picked == "stair"
        await press(pilot, "tab", "enter")
        assert "the east staircase (about 10 min, some noise)" in screen_text(app)
        await press(pilot, "escape", "m")
        assert not isinstance(app.screen, MapScreen)


async def test_a_click_selects_a_place(make):
    app = make(1, 3, 1, 1)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "m")
        await pilot.click("#plan", offset=(25, 1))
        await pilot.pause()
        assert app.screen.picked == "stair"


@pytest.mark.parametrize("size", [(60, 20), (140, 45)])
async def test_a_card_for_everybody_and_the_selection_changes_it(make, size):
    app = make(1, 1)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "p")
        shown = screen_text(app)
        assert "Nam On-jo  남온조" in shown
        assert "class     2-5" in shown
        assert "made      You said you would walk home together" in shown
        assert {cell_len(line) for line in screen_lines(app)} == {size[0]}
        await press(pilot, "down")
        shown = screen_text(app)
        assert "최남라" in shown
        assert "Class president." in shown
        assert "남온조" not in shown
        await press(pilot, "escape", "p", "p")
        assert "남온조" not in screen_text(app)


def ended(app) -> None:
    run = app.session.run
    for choice in ("d1", "after", "end"):
        run = run.choose(next(o.choice.id for o in run.options() if o.open and o.choice.id == choice))
    app.session.run = run


@pytest.mark.parametrize("size", [(60, 20), (140, 45)])
async def test_the_end_has_a_chart_a_share_and_ways_on(make, size, tmp_path):
    app = make(2, 2)
    ended(app)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        seen = screen_text(app)
        for _ in range(12):
            await press(pilot, "pagedown")
            seen += screen_text(app)
        assert "How it went" in seen
        assert "▁▃▃▃▃" in seen
        assert "▁▁▂▂▂" in seen
        assert "Infection was clear at the beginning, and exposed at the" in seen
        assert "This run saw 6 of the story's" in seen
        assert "Take the last choice back." in seen
        await press(pilot, "v")
        (path,) = (tmp_path / "saves" / "pictures").iterdir()
        assert path.name == "tui-story-the-bell-schedule.svg"
        assert path.name in screen_text(app).replace("\n", "").replace(" ", "")
        svg = path.read_text(encoding="utf-8")
        ElementTree.fromstring(svg)
        words = "".join(ElementTree.fromstring(svg).itertext()).replace("\u00a0", " ")
        for text in ("The Bell Schedule", "Lee Cheong-san", "How it went", "This run saw 6"):
            assert text in words, "the whole page is in the picture, whatever was in view"
        assert "url(" not in svg.replace("url(#", ""), "a picture fetches nothing"
        await press(pilot, "4")
        assert app.session.run.state.scene == "after"
        await press(pilot, "v")
        assert "There is a picture to keep once" in screen_text(app)
