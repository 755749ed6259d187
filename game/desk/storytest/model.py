"""A story test as it was read, and what came of playing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from game.engine import Run
from game.story import Diagnostic, Severity, Where
from game.story.nodes import Node

NOWHERE = Where("")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that must hold. `kind` is a key of `expect`; `node` is where it is written and what it says.

    The kinds: scene, ending, that, not, says, silent, offered, locked, gone.
    """

    kind: str
    node: Node

    @property
    def value(self) -> str:
        return str(self.node.value)


@dataclass(frozen=True, slots=True)
class Move:
    """An entry of `choose`: what is chosen, as `choice` or `scene.choice`, and what must hold then.

    Without a `choice` it only looks.
    """

    choice: Node | None
    expect: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """The state a test begins in when it is not the story's own beginning.

    `values` has one index per variable of the story. `marks` are the names of what else is taken to have happened
    (`seen.x`, `chosen.x.y`), for conditions that ask what the story itself never asks.
    """

    scene: str
    values: bytes
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StoryTest:
    """One story test. `path` is its file, `file` what messages call it, `source` its text.

    `dice` maps a roll's id (`scene.choice`) to an outcome's; `transcript` is the file of its blessed words, or None.
    """

    name: str
    path: Path
    file: str
    where: Where
    source: str = field(repr=False)
    seed: int = 0
    player: str = ""
    gentle: bool = False
    dice: Mapping[str, str] = field(default_factory=dict)
    dice_at: Mapping[str, Where] = field(default_factory=dict)
    given: Given | None = None
    moves: tuple[Move, ...] = ()
    expect: tuple[Wanted, ...] = ()
    transcript: Path | None = None
    transcript_at: Where = NOWHERE

    @property
    def transcript_name(self) -> str:
        """What messages call the file of its blessed words."""
        assert self.transcript is not None
        return str(PurePosixPath(self.file).parent / self.transcript.parent.name / self.transcript.name)


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that did not hold. `passage` is what was last read, paragraph by paragraph; `turn` from 0.

    `expected` and `got` are words for a report; `diff` is a unified diff, for a transcript that is not as blessed.
    """

    problem: Diagnostic
    expected: str
    got: str
    scene: str
    turn: int
    passage: tuple[str, ...] = ()
    diff: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a test: its run as far as it went, every failure, and the seconds it took.

    `finished` is whether all its choices could be made. `diff` says how its blessed transcript was changed, when that
    was asked for; empty when it was not.
    """

    test: StoryTest
    run: Run
    failures: tuple[Failure, ...]
    seconds: float
    finished: bool = True
    diff: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.failures


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a story's tests. `diagnostics` are mistakes: tests in files that have any are not run.

    `notes` are sentences for whoever ran them; `seconds` is how long all of it took.
    """

    story: str
    digest: str
    diagnostics: tuple[Diagnostic, ...]
    results: tuple[Result, ...]
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        wrong = any(problem.severity is Severity.ERROR for problem in self.diagnostics)
        return not wrong and all(result.passed for result in self.results)
