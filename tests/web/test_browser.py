"""The game in a real browser: loaded, played by key and by click, left and continued, to its ending."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

pytest.importorskip("textual_serve", reason="the extra 'web' is not installed")

from aiohttp import web

from tests.web.browser import Page, connected


async def begin(page: Page, address: str, name: str = "m") -> None:
    """Open the page and begin a run by keys."""
    await page.open(address)
    await page.until("New run")
    await page.press("n")
    await page.until("Grief")
    await page.turn("Enter", "What is your name")
    await page.press(name)
    await page.turn("Enter", "frying dough")


async def test_a_run_is_played_to_its_ending(serving, browser_address):
    served = serving()
    async with connected(browser_address) as browser:
        page = await browser.page(await browser.visitor(), 900, 600)
        await begin(page, served.address)
        assert "m is written in your gym shoes" in page.shown
        await page.click_on("Walk up with her", "Promise On-jo")
        await page.turn("3", "There are ten doors")

        await page.reload()
        await page.until("Continue")
        await page.press("c")
        await page.until("There are ten doors")

        await page.turn("1", "nine windows")
        await page.click_on("Sit down with the others", "it is over")
        await page.turn("1", "The Bell Schedule")
        assert "m" in page.shown

        # Everything came from the server itself, and the browser found nothing to complain of.
        own = served.address.removeprefix("http://")
        assert [url for url in page.asked if url.partition("://")[2].partition("/")[0] + "/" != own] == []
        assert page.complaints == []


@pytest.mark.slow
async def test_visitors_have_saves_of_their_own_and_seats_are_counted(serving, browser_address):
    served = serving("--sessions", "1")
    async with connected(browser_address) as browser:
        mine, yours = await browser.visitor(), await browser.visitor()
        page = await browser.page(mine)
        await begin(page, served.address)

        late = await browser.page(yours)
        await late.open(served.address)
        await late.says("body", "All 1 seats are taken just now")

        await page.press("q")
        await page.says("#over", "You have left the game. Your run is saved.")
        await late.open(served.address)
        await late.until("New run")
        assert "Continue" not in late.shown
        assert len([entry for entry in served.saves.iterdir() if entry.name != "reports"]) == 2

        await page.evaluate("document.getElementById('again').click()")
        await page.says("body", "All 1 seats are taken just now")


@pytest.fixture
async def stranger() -> AsyncIterator[Callable[[], Awaitable[str]]]:
    """Another server on this machine: its page may speak with ours as far as the browser is concerned."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="a page of somebody else's", content_type="text/html")

    app = web.Application()
    app.add_routes([web.get("/", page)])
    runner = web.AppRunner(app)
    await runner.setup()

    async def begin() -> str:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/"

    yield begin
    await runner.cleanup()


@pytest.mark.slow
async def test_a_page_of_somebody_elses_cannot_play(serving, browser_address, stranger):
    served = serving()
    async with connected(browser_address) as browser:
        page = await browser.page(await browser.visitor())
        await page.open(served.address)
        await page.until("New run")
        await page.open(await stranger())
        await page.says("body", "a page of somebody else's")
        socket = f"new WebSocket('{served.address.replace('http', 'ws')}ws?width=80&height=24')"
        ends = "s.onopen = () => done('in'); s.onerror = () => done('out')"
        assert await page.evaluate(f"new Promise((done) => {{ const s = {socket}; {ends} }})") == "out"
        assert any("403" in said for said in page.complaints), page.complaints
        await page.evaluate(f"document.body.innerHTML = `<iframe src='{served.address}'></iframe>`")
        await page.until(lambda: any("frame" in said for said in page.complaints))


@pytest.mark.slow
async def test_it_can_be_played_on_a_phone_with_fingers_alone(serving, browser_address):
    served = serving()
    async with connected(browser_address) as browser:
        page = await browser.page(await browser.visitor(), 390, 844, phone=True)
        await page.open(served.address)
        await page.until("New run")
        assert page.screen.columns >= 60
        assert page.screen.lines >= 20
        await page.tap_on("New run", "Grief")
        await page.button("enter", "What is your name")
        await page.button("enter", "frying dough")
        await page.tap_on("Walk up with her", "Promise On-jo")
        await page.button("escape", "Continue")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(640, 480), (844, 390), (1280, 800), (1920, 1080), (3840, 2160)])
async def test_every_window_has_room_for_the_game_and_letters_to_read(serving, browser_address, size):
    served = serving()
    async with connected(browser_address) as browser:
        page = await browser.page(await browser.visitor(), *size)
        await page.open(served.address)
        await page.until("New run")
        assert page.screen.columns >= 60
        assert page.screen.lines >= 20
        assert float(await page.evaluate("document.getElementById('terminal').dataset.fontSize")) >= 12


@pytest.mark.slow
async def test_the_same_visitor_plays_in_one_window_at_a_time(serving, browser_address):
    served = serving()
    async with connected(browser_address) as browser:
        visitor = await browser.visitor()
        first, second = await browser.page(visitor), await browser.page(visitor)
        await begin(first, served.address)
        await second.open(served.address)
        await first.says("#over", "You play on in another window.")
        await second.until("Continue")
        await second.press("c")
        await second.until("frying dough")
        assert "open in another hyosan" not in second.shown
        assert len(served.games) == 1


@pytest.mark.slow
async def test_a_server_that_is_closed_says_so(serving, browser_address):
    served = serving()
    async with connected(browser_address) as browser:
        page = await browser.page(await browser.visitor())
        await begin(page, served.address)
        code, said = served.end()
        assert code == 0, said
        await page.says("#over", "closed for everybody")


@pytest.mark.slow
async def test_nothing_that_is_shown_tells_where_on_the_machine_it_is(serving, browser_address):
    """Every page that can be opened from the title and from a scene, and a save that is damaged."""
    served = serving()
    async with connected(browser_address) as browser:
        visitor = await browser.visitor()
        page = await browser.page(visitor)
        await begin(page, served.address)
        seen = []
        for key in "pij?lsmxgw":
            await page.press(key)
            await asyncio.sleep(0.4)
            seen.append(page.shown)
            await page.press("Escape")
            await asyncio.sleep(0.4)
            seen.append(page.shown)
        for file in served.saves.glob("*/saves/*/*/g*.json"):
            file.write_bytes(b"{}")
        await page.reload()
        await page.until("New run")
        await page.press("l")
        await page.until("damaged")
        await page.turn("Enter", "cannot be loaded")
        seen.append(page.shown)
        for shown in seen:
            for part in served.saves.parts[1:]:
                assert part not in shown.split("/"), shown
            assert "/" + served.saves.parts[1] + "/" not in shown
