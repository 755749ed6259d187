"""Our side of the peers' bench (bench/peers): its synthetic story on the real loader, engine and saves.

    python bench/adapter.py MODE STORYDIR SECONDS

prints one line of JSON last. The modes, as `peers/run_peers.py` calls them:

    prepare  write STORYDIR/model.json as a story of ours into STORYDIR/ours (not measured)
    load     cold start from the YAML to the first page
    loadc    the same from the cache, as a player's second start has it
    trace    5 fixed playthroughs, as a hash that is the same for all who play the same story
    play     random games for SECONDS, with their text
    save     300 saves and restores after 100 choices
    check    `hyosan check`
    explore  `hyosan prove` on a story of few variables (`model.py --finite`), for SECONDS at most
    stats    `hyosan stats` with SECONDS random plays, every page of which is read and its words are counted
    random   SECONDS random plays as `hyosan stats` makes them, unread

Nothing here is special: play is the `Machine` and the `Reader` that every run is made of, a page is its
paragraphs and the choices that are open, and a save is the bytes of the file that `hyosan` would write.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from game.engine import Run, Step

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "peers" / "drivers")]
# A story of ten thousand scenes is larger than one from a stranger may be.
os.environ.setdefault("HYOSAN_LARGE", "1")

Model: TypeAlias = "dict[str, Any]"
"""What stands in model.json; see `peers/model.py`."""

FOLDER = "ours"
CHAPTER = "road"

# --- the story in our language ----------------------------------------------------------------------------

LOW, HIGH = -110, 145
"""Numbers of the model have no bounds; within 200 choices none comes near these."""


def write(model: Model, folder: Path) -> None:
    """Write the story of a model as a folder of YAML, a file for each of its chapters."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.yaml"):
        old.unlink()
    finite = folder.parent.name.endswith("_finite")
    (folder / "story.yaml").write_text("\n".join(_story(model, finite)) + "\n", encoding="utf-8")
    size = model["chapter"]
    for first in range(0, len(model["scenes"]), size):
        lines = _chapter(first == 0, finite) + [
            line for scene in model["scenes"][first : first + size] for line in _scene(scene)
        ]
        (folder / f"{first // size + 1:03d}-road.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    endings = ["endings:"]
    for end in model["endings"]:
        endings += [f"  {end['id']}:", f"    title: Ending {end['id'][-1]}", "    text: |", f"      {end['text']}"]
    (folder / "endings.yaml").write_text("\n".join(endings) + "\n", encoding="utf-8")


def _story(model: Model, finite: bool) -> Iterator[str]:
    yield from ("story:", "  id: bench", "  title: Bench", "  version: 1.0.0", f"  start: s{model['start']}")
    yield from ("player: {name: Nobody}", "clock: {tick: 10 min}", "flags:")
    yield from (f"  {flag}: {_yes(value)}" for flag, value in model["flags"].items())
    bounds = "0..63" if finite else f"{LOW}..{HIGH}"
    yield from (f"  {name}: {{range: {bounds}, start: {value}}}" for name, value in model["ints"].items())
    if finite:
        return
    limit = model["turn_limit"]
    yield f"  turn: {{range: 0..{limit}}}"
    yield from ("rules:", f"  turns: {{when: turn < {limit}, do: [{{add: {{turn: 1}}}}]}}")
    for end in model["endings"]:
        asked = f"turn >= {limit}" + (f" and ({_condition(end['if'])})" if end["if"] else "")
        yield f"  {end['id']}: {{when: {asked}, goto: {end['id']}}}"


def _chapter(first: bool, finite: bool) -> list[str]:
    head = f"{{id: {CHAPTER}, title: The Road, from: D1 08:00, until: D1 09:00, start: s0}}" if first else CHAPTER
    return [f"chapter: {head}", "scenes:"]


def _scene(scene: Model) -> Iterator[str]:
    yield from (f"  s{scene['id']}:", "    text: |")
    for i, paragraph in enumerate(scene["text"]):
        if i:
            yield ""
        yield "      " + _filled(paragraph)
    if extra := scene["extra"]:
        yield ""
        yield f"      {{% if {_condition(extra['if'])} %}}"
        yield f"      {extra['text']}"
        yield "      {% endif %}"
    yield "    choices:"
    for k, choice in enumerate(scene["choices"]):
        yield from (f"      c{k}:", f"        text: {choice['text']}")
        if choice["if"]:
            yield f"        when: {_condition(choice['if'])}"
        yield f"        do: [{', '.join(map(_effect, choice['do']))}]"
        yield f"        goto: s{choice['to']}"


def _filled(text: str) -> str:
    """`{n0}` as our language writes it."""
    return text.replace("{", "{{ ").replace("}", " }}")


def _condition(asked: Mapping[str, Any]) -> str:
    atoms = (
        (atom[0] if atom[1] else f"not {atom[0]}") if len(atom) == 2 else f"{atom[0]} {atom[1]} {atom[2]}"
        for atom in asked["atoms"]
    )
    return f" {asked['op']} ".join(atoms)


def _effect(effect: list[Any]) -> str:
    verb, name, value = effect
    return f"{{set: {{{name}: {_yes(value)}}}}}" if verb == "set" else f"{{add: {{{name}: {value:+d}}}}}"


def _yes(value: bool) -> str:
    return "true" if value else "false"


# --- playing it -------------------------------------------------------------------------------------------


class Engine:
    """The five calls of the bench: reset, page, choose, save, restore."""

    def __init__(self, directory: str, mode: str) -> None:
        from game.engine import Dice, Machine
        from game.engine.pages import Reader

        if mode == "load":
            from game.story import load_story as load
        else:
            from game.story.cache import load_kept as load

        loaded = load(Path(directory) / FOLDER)
        if loaded.story is None:
            raise SystemExit("\n".join(d.render() for d in loaded.diagnostics))
        self.story = loaded.story
        self.machine = Machine(self.story)
        self.reader = Reader(self.machine, self.story.player.name)
        self.dice = Dice(1)
        if mode == "save":  # what only saving needs
            from game.engine import Run
            from game.saves.capture import pack
            from game.saves.format import decode, encode
            from game.saves.restore import restore

            self.run, self.encode, self.decode, self.pack, self.unpack = Run, encode, decode, pack, restore

    def reset(self) -> None:
        self.first = self.state = self.machine.start()
        self.made: list[Step] = []
        self.saved: Run | None = None

    @property
    def steps(self) -> list[Step]:
        """The steps so far. Those of a run that was restored are made again when they are first asked for."""
        if self.saved is not None:
            self.first, self.made, self.saved = self.saved.first, list(self.saved.steps), None
        return self.made

    def page(self) -> tuple[str, list[str]]:
        reader, (scene, values) = self.reader, self.state
        page = reader.paragraphs(self.story.scenes[scene].text, values, CHAPTER)
        if self.steps:
            for said in reversed(self.steps[-1].told):
                page = reader.paragraphs(said.blocks, said.values, said.chapter) + page
        self.open = [option for option in self.machine.options(self.state) if option.open]
        lines = [reader.label(option, values, CHAPTER) for option in self.open]
        return "\n".join([paragraph.text for paragraph in page]), lines

    def choose(self, i: int) -> None:
        step = self.machine.take(self.state, self.open[i], self.dice)
        self.steps.append(step)
        self.state = step.after

    def save(self) -> str:
        run = self.saved
        if run is None:
            steps = tuple(self.steps)
            run = self.run(self.machine, self.dice, self.reader.player, False, self.first, steps, len(steps))
        return self.encode(self.pack(run, title="", auto=True, played=0, order=1)).decode()

    def restore(self, kept: str) -> None:
        self.saved = self.unpack(self.decode(kept.encode()), self.machine).run
        self.state = self.saved.state


# --- the other modes --------------------------------------------------------------------------------------


def _check(folder: Path) -> int:
    from game.cli import run

    return run(["check", str(folder)])


def _stats(folder: Path, plays: int) -> int:
    from game.cli import run

    return run(["stats", str(folder), "--plays", str(plays)])


def _random(folder: Path, plays: int) -> dict[str, int]:
    from game.desk.wander import wander
    from game.engine import Machine
    from game.story.cache import load_kept

    story = load_kept(folder).story
    assert story is not None
    return {"plays": plays, "choices": sum(len(play.steps) for play in wander(Machine(story), plays))}


def _explore(folder: Path, seconds: float) -> dict[str, Any]:
    """Everything the prover asks of a story that all fits, and how many states it told apart."""
    import time

    from game.engine import Machine
    from game.prove.prove import Plan, prove
    from game.story import load_story

    story = load_story(folder).story
    assert story is not None
    began = time.process_time()
    report = prove(Machine(story), Plan(seconds=seconds, matrix=False, goals=False))
    spent = time.process_time() - began
    verdicts = [answer.verdict for answer in report.answers]
    told = {verdict: verdicts.count(verdict) for verdict in ("proved", "refuted", "open")}
    return {**told, "rung": report.effort.rung, "states": report.effort.states, "cpu_s": round(spent, 2)}


def main(arguments: list[str]) -> int:
    mode, directory, seconds = arguments
    folder = Path(directory) / FOLDER
    os.environ["HYOSAN_CACHE"] = str(Path(directory) / "cache")
    if mode == "prepare":
        from game.story.cache import load_kept

        write(json.loads((Path(directory) / "model.json").read_text(encoding="utf-8")), folder)
        load_kept(folder)
        return 0
    if mode == "check":
        return _check(folder)
    if mode == "stats":
        return _stats(folder, int(seconds))
    if mode == "random":
        print(json.dumps(_random(folder, int(seconds))))
        return 0
    if mode == "explore":
        print(json.dumps(_explore(folder, float(seconds))))
        return 0
    import common

    common.main(Engine)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
