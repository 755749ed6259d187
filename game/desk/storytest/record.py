"""A run played on this terminal, written as a story test; and a story test played on this terminal."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from game.desk.storytest.model import StoryTest
from game.desk.storytest.play import play
from game.desk.storytest.read import read_tests
from game.engine import Machine, Run
from game.plain import Console, PlainGame
from game.saves import Saves
from game.story import Diagnostic, Where
from game.story.asking import names_of
from game.story.diagnostics import Problems, did_you_mean, printable


def as_test(run: Run, name: str) -> str:
    """A run from the story's beginning as the YAML of a story test, called `name`.

    It expects the scene the run came to. Its rolls are written down as they fell, so that it stays the same run when
    an editor changes their weights.
    """
    story = run.machine.story
    scene = story.scenes[run.state.scene]
    rolls = {f"{s.before.scene}.{s.choice}": s.outcome for s in run.steps[: run.turn] if s.outcome}
    lines = [f"test: {_quoted(name)}", f"seed: {run.seed}"]
    if run.player != story.player.name:
        lines.append(f"player: {_quoted(run.player)}")
    if run.gentle:
        lines.append("gentle: true")
    if rolls:
        lines.append("dice:")
        lines.extend(f"  {roll}: {outcome}" for roll, outcome in rolls.items())
    if run.log:
        lines.append("choose:")
        lines.extend(f"  - {entry}" for entry in run.log)
    lines.append(f"expect: {{{'ending' if scene.is_ending else 'scene'}: {scene.id}}}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text of one line as YAML that means nothing but itself."""
    return "'" + " ".join(text.split()).replace("'", "''") + "'"


def name_of(path: Path) -> str:
    """`tests/cold-hands.yaml` is a test called `Cold hands`."""
    words = path.stem.replace("-", " ").replace("_", " ").split()
    return printable(" ".join(words)).capitalize() or "A run"


def play_through(run: Run, console: Console) -> Run:
    """Play on from `run` in plain mode until the player leaves. Nothing is kept on disk. Returns the run then."""
    with tempfile.TemporaryDirectory(prefix="hyosan-") as folder:
        saves = Saves(Path(folder), run.machine.story)
        game = PlainGame(run.machine, saves, console, run.gentle)
        with suppress(KeyboardInterrupt):  # one more way to leave
            game.play(run)
        saves.release()
    return game.run


@dataclass(frozen=True, slots=True)
class Replayed:
    """A story test as a run that can be played on.

    `run` is as far as its choices can be made, and None when the file has mistakes. `diagnostics` are those mistakes,
    or what does not hold. Where `given`, the run begins in a state of the test's own: a save cannot hold it, since
    a save is choices from the story's beginning.
    """

    test: StoryTest | None
    run: Run | None
    given: bool
    diagnostics: tuple[Diagnostic, ...]


def load_test(path: Path, machine: Machine, word: str = "") -> Replayed:
    """The run of the story test in a file; of several, the first with `word` in its name."""
    names = names_of(machine.story, Problems())
    (file,) = read_tests([(path, printable(str(path)))], machine.story)
    found = [test for test in file.tests if word.lower() in test.name.lower()]
    if not found:
        problems = Problems()
        if file.tests:
            hint = did_you_mean(word, [test.name for test in file.tests])
            problems.add("H027", Where(file.name), f"no story test here has '{word}' in its name", hint)
        return Replayed(None, None, False, (*file.diagnostics, *problems))
    result = play(found[0], machine, names)
    said = (*file.diagnostics, *(f.problem for f in result.failures))
    return Replayed(found[0], result.run, found[0].given is not None, said)
