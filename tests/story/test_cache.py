"""A story that is kept plays as the one that is read, and is never believed over the files."""

import os
import shutil
from pathlib import Path

import pytest

from game import cli
from game.engine import Dice, Machine
from game.story import Story, translated
from game.story.cache import MOST, encoded, load_kept
from game.story.front import front_of
from game.story.kept import Files
from game.story.shipped import shipped

STORY = Path(__file__).parents[1] / "stories" / "cold-hands"


@pytest.fixture
def story(tmp_path):
    return Path(shutil.copytree(STORY, tmp_path / "story"))


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def reads(monkeypatch):
    """How often a story was read from its files."""
    from game.story import load

    found: list[int] = []
    real = load.load_sources

    def counted(*args):
        found.append(1)
        return real(*args)

    monkeypatch.setattr(load, "load_sources", counted)
    return found


def kept(cache: Path) -> list[Path]:
    return sorted(cache.glob("*.json"))


def read(place: Path, cache: Path) -> Story:
    """The story in `place`, by its cache in `cache`; nothing is ever kept in os.devnull."""
    loaded = load_kept(place, cache)
    assert loaded.story is not None
    assert loaded.diagnostics == ()
    return loaded.story


@pytest.mark.parametrize("place", [STORY, shipped()], ids=["small", "shipped"])
def test_a_kept_story_is_the_story(place, cache, reads):
    first = read(place, cache)
    assert reads == [1]
    again = read(place, cache)
    assert reads == [1], "what is kept is not read from its files"
    assert encoded(again) == encoded(first)


def test_a_kept_story_plays_as_the_story(cache):
    read(STORY, cache)
    machines = [Machine(read(STORY, cache)), Machine(read(STORY, Path(os.devnull)))]
    states = [machine.start() for machine in machines]
    for turn in range(30):
        assert states[0] == states[1]
        open_now = [[o.choice.id for o in m.options(s) if o.open] for m, s in zip(machines, states, strict=True)]
        assert open_now[0] == open_now[1]
        if not open_now[0]:
            break
        pick = open_now[0][turn % len(open_now[0])]
        states = [m.choose(s, pick, Dice(turn)).after for m, s in zip(machines, states, strict=True)]
    assert turn > 3


def test_a_scene_is_made_once(cache):
    load_kept(STORY, cache)
    scenes = read(STORY, cache).scenes
    assert len(scenes) == len(list(scenes)) > 3
    assert all(scenes[id] is scenes[id] and scenes[id].id == id for id in scenes)
    assert "nowhere" not in scenes
    assert scenes.get("nowhere") is None


def test_a_changed_story_is_read_again(story, cache, reads):
    load_kept(story, cache)
    file = story / "story.yaml"
    file.write_text(file.read_text().replace("title: ", "title: Not ", 1))
    assert read(story, cache).title.startswith("Not ")
    assert reads == [1, 1]


@pytest.mark.parametrize("part", [0.0, 0.005, 0.1, 0.5, 0.9, 1.0])
def test_a_cache_that_rots_is_not_used(part, story, cache, reads):
    load_kept(story, cache)
    (file,) = kept(cache)
    data = bytearray(file.read_bytes())
    data[min(int(len(data) * part), len(data) - 1)] ^= 1
    file.write_bytes(data)
    assert load_kept(story, cache).story is not None
    assert reads == [1, 1]


@pytest.mark.parametrize("data", [b"", b"\n", b"{}\n[]", b"null\nnull", b"[" * 100_000, b"\xff\n\xff"])
def test_a_cache_of_something_else_is_not_used(data, story, cache, reads):
    load_kept(story, cache)
    kept(cache)[0].write_bytes(data)
    assert load_kept(story, cache).story is not None
    assert reads == [1, 1]


def test_the_cache_of_another_story_is_not_used(story, cache, reads):
    load_kept(story, cache)
    (first,) = kept(cache)
    file = story / "story.yaml"
    file.write_text(file.read_text().replace("title: ", "title: Not ", 1))
    load_kept(story, cache)
    (second,) = set(kept(cache)) - {first}
    second.write_bytes(first.read_bytes())
    assert read(story, cache).title.startswith("Not ")
    assert reads == [1, 1, 1]


def test_a_story_with_problems_is_not_kept(story, cache):
    file = story / "story.yaml"
    file.write_text(file.read_text() + "\nunheard_of: 1\n")
    for _ in range(2):
        assert [d.code for d in load_kept(story, cache).diagnostics] == ["H010"]
    assert kept(cache) == []


KOREAN = """\
msgid ""
msgstr "Language: ko"

msgctxt "story:title"
msgid "Cold Hands"
msgstr "찬 손"
"""


def test_a_story_is_kept_in_each_language_it_is_told_in(story, cache, reads, monkeypatch):
    catalogue = story / "locales" / "ko" / "story.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(KOREAN, "utf-8")
    translations: list[int] = []
    real = translated.translate

    def counted(*args):
        translations.append(1)
        return real(*args)

    monkeypatch.setattr(translated, "translate", counted)

    def korean() -> Files:
        return Files(story, cache).told("en", "ko")

    def heard() -> Story:
        found = korean().load().story
        assert found is not None
        return found

    assert korean().front() is None
    told = [heard(), heard()]
    assert (reads, translations) == ([1], [1])
    assert encoded(told[0]) == encoded(told[1]) == encoded(real(read(story, cache), {"story.po": KOREAN}, "ko").story)
    assert korean().front() == front_of(told[0])
    assert (told[0].title, read(story, cache).title) == ("찬 손", "Cold Hands")
    assert len(kept(cache)) == 2
    # In other words it is another story to keep, and what is written is not read again for it.
    catalogue.write_text(KOREAN.replace("찬 손", "차가운 손"), "utf-8")
    assert korean().front() is None
    assert heard().title == "차가운 손"
    assert (reads, translations, len(kept(cache))) == ([1], [1, 1], 3)
    catalogue.unlink()
    assert heard().title == "Cold Hands"


def test_what_is_kept_of_another_story_is_not_taken_for_this_one(story, cache, reads):
    read(story, cache)
    (file,) = kept(cache)
    (story / "story.yaml").write_text((story / "story.yaml").read_text().replace("Cold Hands", "Warm Hands"))
    files = Files(story, cache)
    shutil.copy(file, files.path)
    assert files.front() is None
    assert read(story, cache).title == "Warm Hands"
    assert reads == [1, 1]


def test_what_another_program_has_kept_is_not_looked_at(story, cache, tmp_path, monkeypatch):
    house = tmp_path / "game"
    for room in ("story", "language"):
        shutil.copytree(Path(translated.__file__).parents[1] / room, house / room)
    monkeypatch.setattr("game.story.kept.__file__", str(house / "story" / "kept.py"))
    before = Files(story, cache).path
    assert Files(story, cache).path == before
    for room in ("story", "language"):
        os.utime(house / room / "__init__.py", ns=(1, 1))
        assert Files(story, cache).path != before
        before = Files(story, cache).path


def test_only_so_many_stories_are_kept(story, cache):
    file = story / "story.yaml"
    before = file.read_text()
    for number in range(MOST + 2):
        file.write_text(f"{before}# {number}\n")
        load_kept(story, cache)
    assert len(kept(cache)) == MOST


def test_where_nothing_can_be_kept_a_story_is_read(story):
    assert load_kept(story, Path(os.devnull)).story is not None


def test_a_place_without_a_story(tmp_path, cache):
    assert load_kept(tmp_path / "nowhere", cache).story is None


def test_the_game_starts_by_the_cache(story, tmp_path, monkeypatch, reads):
    monkeypatch.setenv("HYOSAN_CACHE", str(tmp_path / "own"))
    for _ in range(2):
        assert cli._story(Files(story), "en") is not None
    assert reads == [1]
    assert len(kept(tmp_path / "own" / "stories")) == 1
