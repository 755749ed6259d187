"""Every hostile file and pack is told by name and line, or does no harm; soon, and without an exception."""

from __future__ import annotations

import warnings

import pytest

from game.engine import Machine, Run
from game.saves import Saves
from game.story import load_story
from game.tui.app import HyosanApp
from tests.hostile.conftest import only_text, put, soon
from tests.hostile.packs import PACKS, HostilePack, write
from tests.hostile.small import SMALL, Hostile
from tests.tui.conftest import screen_text

WITHOUT_LINE = {"H001", "H002"}
"""What is told of a file as a whole, where it is larger or of another kind than can be read."""


def test_the_corpus_is_what_we_say_it_is():
    print(f"\n{len(SMALL)} hostile files, {len(PACKS)} hostile packs")
    assert len({h.name for h in SMALL} | {p.name for p in PACKS}) == len(SMALL) + len(PACKS) >= 200


@pytest.mark.parametrize("hostile", [pytest.param(h, id=h.name) for h in SMALL])
def test_a_hostile_file(hostile: Hostile, tmp_path, say):
    home = put(hostile, tmp_path)
    with soon():
        loaded = load_story(home)
        checked, said = say("check", home)
        played, read = say(
            "play", home, "--plain", "--seed", "1", "--saves", tmp_path / "saves", answers="1\njournal\nsaves\n"
        )

    told = only_text("\n".join(d.render() for d in loaded.diagnostics))
    if hostile.code:
        found = [d for d in loaded.diagnostics if d.code == hostile.code]
        assert found, told
        assert found[0].where.file == hostile.file, told
        assert found[0].where.line or hostile.code in WITHOUT_LINE, told
        assert f"{hostile.file}" in said
        assert (checked, played) == (1, 1), said + read
    else:
        assert loaded.story is not None, told
        assert played == 0, read
        assert "Turn" not in said


@pytest.mark.parametrize("hostile", [pytest.param(h, id=h.name) for h in SMALL if not h.code])
async def test_what_is_harmless_is_shown_on_the_screens(hostile: Hostile, tmp_path, monkeypatch):
    monkeypatch.setenv("HYOSAN_CONFIG", str(tmp_path / "config"))
    story = load_story(put(hostile, tmp_path)).story
    assert story is not None
    app = HyosanApp(Machine(story), Saves(tmp_path / "saves", story), start=Run.new(Machine(story), 1))
    with soon():
        async with app.run_test(size=(80, 24)) as pilot:
            only_text(screen_text(app))
            await pilot.press("1")
            only_text(screen_text(app))
            assert app.session is not None
            assert app.session.run.over


@pytest.mark.parametrize("pack", [pytest.param(p, id=p.name) for p in PACKS])
def test_a_hostile_pack(pack: HostilePack, tmp_path, say):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library that makes it does not want to
        path = write(pack, tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with soon():
        loaded = load_story(path)
        checked, said = say("check", path)

    assert {d.code for d in loaded.diagnostics} == ({pack.code} if pack.code else set()), said
    assert checked == (1 if pack.code else 0)
    assert all(d.hint for d in loaded.diagnostics), said
    assert not pack.code or "pack.zip" in said or "x.yaml" in said
    assert sorted(tmp_path.rglob("*")) == before, "nothing is unpacked"
