"""Nothing a text holds acts on the terminal: whatever is drawn is tapped on its way there."""

from __future__ import annotations

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from game.tui.tap import ForeignSequence, check, foreign
from tests.tui.conftest import screen_text
from tests.tui.hostile import app_with, walk
from tests.tui.test_clicks import with_tools

PAYLOADS = {
    "clipboard": "\x1b]52;c;cHduZWQ=\x1b\\",
    "clipboard, with a bell": "\x1b]52;c;cHduZWQ=\x07",
    "title": "\x1b]0;pwned\x07",
    "font": "\x1b]50;#;$(id)\x07",
    "link": "\x1b]8;;file:///etc/passwd\x1b\\link\x1b]8;;\x1b\\",
    "clear": "\x1b[2J",
    "mode": "\x1b[?1049l",
    "question": "\x1b[6n",
    "report": "\x1bP$qm\x1b\\",
    "eight bits": "\x9b2J",
    "eight bits, clipboard": "\x9d52;c;cHduZWQ=\x9c",
    "delete": "a\x7fb\x08c",
    "nothing": "a\0b",
    "return and bell": "over\rwritten\x07",
    "turned around": "a\u202eb\u2066c",
    "unseen": "a\u200bb\ufeffc\U000e0041d",
    "lines": "a\u2028b\u2029c\x85d",
    "half a character": "a\ud800b",
}


@pytest.fixture
def tapped(monkeypatch) -> list[str]:
    """Everything that would be sent to a terminal, each piece checked."""
    sent: list[str] = []

    def write(self: HeadlessDriver, data: str) -> None:
        sent.append(data)
        check(data)

    monkeypatch.setattr(HeadlessDriver, "is_headless", False)
    monkeypatch.setattr(HeadlessDriver, "write", write)
    return sent


TEXTS = [" ".join(PAYLOADS.values()), *(pytest.param(text, marks=pytest.mark.slow) for text in PAYLOADS.values())]
"""All at once, and one by one."""


@pytest.mark.parametrize("payload", TEXTS, ids=["all", *PAYLOADS])
async def test_every_screen_shows_what_would_act_instead_of_sending_it(payload, tmp_path, painted, tapped):
    text = f"<{payload}>"
    app = app_with(text, tmp_path, with_tools)
    seen = set()
    async with app.run_test(size=(120, 45)) as pilot:
        async for where in walk(app, pilot, text):
            assert "\ufffd" in screen_text(app) or "inspector" in where, where
            seen.add(where)
    assert len(seen) >= 17
    assert [found for sent in tapped for found in foreign(sent)] == []
    assert sum(map(len, tapped)) > 50_000, "the tap was open"


@pytest.mark.parametrize("name", PAYLOADS)
def test_the_tap_notices(name):
    drawn = "\x1b[3;1H\x1b[38;2;1;2;3m{} 남온조 — text\x1b[0m\n"
    check(drawn.format("plain"))
    with pytest.raises(ForeignSequence):
        check(drawn.format(PAYLOADS[name]))
