"""Anything at all, made up by hypothesis: bytes, YAML, conditions, texts, packs. Each is read, or told what is wrong.

    HYOSAN_EXPRESSIONS=100000 python -m pytest tests/hostile/test_anything.py -m slow -s

makes up so many conditions, and as many of the others in proportion; each test prints how many it read, and the
slowest of them. Without it there are enough to notice when something breaks.
"""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from game.story import Loaded, load_sources, load_story
from game.story.asking import names_of
from game.story.conditions import TRUE, All, Any, At, Constant, Count, Test
from game.story.diagnostics import Problems, Where, report
from game.story.expr import parse_condition
from game.story.load import read_files
from game.story.names import Scope
from tests.hostile.conftest import only_text
from tests.hostile.packs import zipped
from tests.hostile.small import HOST
from tests.hostile.texts import CONTROLS, MARKUP
from tests.stories.building import load
from tests.story.mistakes import WORLD

MANY = int(os.environ.get("HYOSAN_EXPRESSIONS", "0"))
A_CONDITION, A_FILE = 0.005, 0.1
"""Seconds of processor time."""


@dataclass(slots=True)
class Figures:
    """How many were read, how many of them were right, and the slowest."""

    what: str
    read: int = 0
    right: int = 0
    worst: float = 0.0

    def timed(self, seconds: float, do: Callable[[], object]) -> None:
        """Do it soon; again if it was disturbed."""
        for _ in range(3):
            began = time.process_time()
            do()
            took = time.process_time() - began
            if took < seconds:
                break
        assert took < seconds, f"{took:.3f} s"
        self.worst = max(self.worst, took)
        self.read += 1

    def tell(self) -> None:
        print(f"\n{self.read:,} {self.what}, {self.right:,} of them right; slowest {self.worst * 1000:.1f} ms")


def so_many(count: int) -> settings:
    """Settings for `count` examples, the same ones in every run."""
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


PIECES = st.sampled_from(
    [
        *(
            "and",
            "or",
            "not",
            "in",
            "(",
            ")",
            ",",
            "==",
            "!=",
            "<",
            "<=",
            ">",
            ">=",
            "true",
            "false",
            "time",
            "arrived",
        ),
        *(
            "noise",
            "club",
            "copied",
            "warnings",
            "open",
            "steps",
            "archery",
            "none",
            "D1 13:00",
            "D2 00:00",
            "D1 99:99",
        ),
        *("has.rope", "count.water", "alive.on_jo", "fate.i_sak", "with.on_jo", "bond.on_jo", "promise.walk_home"),
        *("memory.umbrella", "seen.first", "chosen.first.go", "living.pair", "unlocked.hall.roof", "scene.first"),
        *("exposed.scratch", "ending.end", "0", "1", "-1", "10", "999999999", "1.5", "1e9", "0x10", "'x'", '"', "'"),
        *(
            "**",
            "<<",
            "%",
            "lambda",
            "__class__",
            ".",
            "..",
            "x.y.z",
            "[",
            "]",
            "{",
            "}",
            "é",
            "х",
            "\u202e",
            "\x1b",
            "\n",
        ),
    ]
)
CONDITIONS = st.one_of(
    st.lists(PIECES, max_size=24).map(" ".join),
    st.lists(PIECES, max_size=12).map("".join),
    st.text(max_size=80),
    st.from_regex(
        r"(not |\()*[a-z]{1,6}(\.[a-z_]{1,6}){0,3} ?([<>=!]=?|in) ?\(?[a-z0-9]{1,4}\)*( (and|or) [a-z]{1,5}){0,9}"
    ),
    st.tuples(PIECES, st.integers(1, 600)).map(lambda both: f"{both[0]} " * both[1]),
)


def conditions(count: int) -> Figures:
    known = names_of(load(WORLD), Problems())
    figures = Figures("conditions")

    @so_many(count)
    @given(CONDITIONS, st.sampled_from(["", "day"]), st.booleans())
    def each(words: str, chapter: str, control: bool) -> None:
        problems = Problems()
        scope = Scope(replace(known, problems=problems, tokens=0, compared=0), chapter, control=control)
        found: list[object] = []
        figures.timed(
            A_CONDITION, lambda: found.append(parse_condition(words, lambda at, w: Where("x", 1, at + 1, w), scope))
        )

        assert isinstance(found[-1], Test | All | Any | Constant | Count | At)
        assert found[-1] == TRUE or not len(problems)
        only_text(report(problems))
        figures.right += not len(problems)

    each()
    return figures


SIGNS = st.sampled_from(
    [
        *(
            "{% if open %}",
            "{% elif x %}",
            "{% else %}",
            "{% endif %}",
            "{% include p %}",
            "{% include q %}",
            "{%",
            "%}",
        ),
        *(
            "{{ player }}",
            "{{ time }}",
            "{{ steps }}",
            "{{",
            "}}",
            "{{ player.__class__ }}",
            "*",
            "**",
            "\\",
            "\\*",
            "@",
        ),
        *(
            "@on_jo: ",
            "@nobody: ",
            "\n",
            "\n\n",
            " ",
            "Word",
            "words",
            "{% if a: open %}",
            "{#",
            "|",
            "[b]",
            "$x",
            "한",
        ),
        *CONTROLS.values(),
        *MARKUP.values(),
    ]
)
TEXTS = st.one_of(st.lists(SIGNS, max_size=40).map("".join), st.text(max_size=200))


def texts(count: int) -> Figures:
    figures = Figures("texts")

    @so_many(count)
    @given(TEXTS, st.booleans())
    def each(text: str, quoted: bool) -> None:
        if quoted:
            written = '"' + "".join(f"\\U{ord(c):08X}" if not 0xD800 <= ord(c) < 0xE000 else "?" for c in text) + '"'
        else:
            written = "|\n      " + text.replace("\n", "\n      ")
        day = (
            WORLD["day.yaml"]
            .replace("text: Here., ", "")
            .replace("{place: hall, choices", "{place: hall, text: A., choices")
        )
        sources = {**WORLD, "day.yaml": f"{day}passages:\n  q: Q.\n  p: {written}\n"}
        found: list[Loaded] = []
        figures.timed(A_FILE, lambda: found.append(load_sources(sources)))
        figures.right += _well(found[-1])

    each()
    return figures


YAML = st.sampled_from(
    [
        *("chapter: day\n", "scenes:\n", "  s:\n", "    text: x\n", "passages:\n", "  p: x\n", "flags: {y: false}\n"),
        *(
            "endings: {z: {title: T, text: T}}\n",
            "a",
            ": ",
            "- ",
            "? ",
            "[",
            "]",
            "{",
            "}",
            ",",
            "&a ",
            "*a",
            "!!",
            "<<: ",
        ),
        *(
            "|\n",
            ">\n",
            "'",
            '"',
            "#",
            "---\n",
            "...\n",
            "%YAML 1.1\n",
            "\t",
            "\n",
            "  ",
            "\\x1b",
            "\\ud800",
            "~",
            "null",
        ),
        *("\x1b]0;t\x07", "\u202e", "\x85", "\u2028", "\ufeff", "=", "0o7", "1_0", ".inf", "2026-01-01", "@", "`"),
    ]
)
BYTES = st.one_of(
    st.lists(YAML, max_size=40).map(lambda parts: "".join(parts).encode()),
    st.binary(max_size=300),
    st.tuples(st.sampled_from(["utf-16", "utf-32", "latin-1", "utf-8-sig"]), st.text(max_size=40)).map(
        lambda both: both[1].encode(both[0], "replace")
    ),
    st.tuples(st.lists(YAML, max_size=20), st.binary(max_size=8)).map(lambda both: "".join(both[0]).encode() + both[1]),
)


def files(count: int, folder) -> Figures:
    figures = Figures("files")
    for name, text in HOST.items():
        (folder / name).write_text(text, encoding="utf-8")

    @so_many(count)
    @given(BYTES)
    def each(content: bytes) -> None:
        (folder / "x.yaml").write_bytes(content)
        found: list[Loaded] = []
        figures.timed(A_FILE, lambda: found.append(load_story(folder)))
        figures.right += _well(found[-1])

    each()
    return figures


def packs(count: int, folder) -> Figures:
    """Packs with bytes of theirs written over, cut off, and put in."""
    figures = Figures("packs")
    whole, path = zipped(("x.yaml", "passages: {p: word word}\n"), how=zipfile.ZIP_STORED), folder / "x.zip"
    spots = st.integers(0, len(whole) - 1)

    @so_many(count)
    @given(st.lists(st.tuples(spots, st.integers(0, 255)), max_size=6), st.none() | spots, st.binary(max_size=6), spots)
    def each(changes: list[tuple[int, int]], cut: int | None, more: bytes, at: int) -> None:
        data = bytearray(whole)
        for spot, value in changes:
            data[spot] = value
        data[at:at] = more
        path.write_bytes(data[:cut])
        found: list[Loaded] = []
        figures.timed(A_FILE, lambda: found.append(load_story(path)))
        figures.right += _well(found[-1])

    each()
    return figures


def _well(found: Loaded) -> bool:
    """Whether a story was read; if not, why not must be told in text."""
    told = only_text(report(found.diagnostics))
    assert (found.story is None) == any(d.severity == "error" for d in found.diagnostics), told
    return found.story is not None


TESTS = {"conditions": (conditions, 200), "texts": (texts, 50), "files": (files, 75), "packs": (packs, 100)}


@pytest.mark.parametrize("what", TESTS)
def test_anything_is_read_or_told(what, tmp_path):
    make, count = TESTS[what]
    _enough(make, count, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("what", TESTS)
def test_very_much_of_anything_is_read_or_told(what, tmp_path):
    if not MANY:
        pytest.skip("HYOSAN_EXPRESSIONS=100000 does this")
    make, count = TESTS[what]
    _enough(make, MANY * count // TESTS["conditions"][1], tmp_path)


def _enough(make, count: int, folder) -> None:
    figures = make(count) if make in (conditions, texts) else make(count, folder)
    figures.tell()
    # Small sets of examples are gone through before there are so many.
    assert figures.read >= count * 0.6
    assert 0 < figures.right < figures.read, "some are right and some are wrong"
    assert "x.yaml" not in read_files(folder / "nowhere", Problems())


def test_a_pack_of_anything_is_no_story(tmp_path):
    path = tmp_path / "x.zip"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w"):
        pass
    path.write_bytes(made.getvalue())

    assert [d.code for d in load_story(path).diagnostics] == ["H001"]
