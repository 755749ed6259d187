"""What becomes of saves when a story changes: by hand, and against the real loading of every save there can be."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import product

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from game.engine import Dice, Machine, Run, State
from game.prove.compat import Compat, Plan, compat, migrate
from game.prove.limits import Limits
from game.prove.lockstep import Saved
from game.prove.paired import together
from game.prove.report import Witness
from game.saves.restore import restore
from game.story.diagnostics import Where
from game.story.model import Goto, Outcome
from tests.laws import examples, laws
from tests.prove.edits import edits, machines
from tests.saves.byname import by_name
from tests.stories.building import story

EXAMPLES = examples(6)
QUICK = Plan(seconds=4)


@pytest.fixture(autouse=True)
def _by_the_processor(monkeypatch):
    """Seconds are those of the processor: on a busy machine, a proof is cut short no sooner."""
    monkeypatch.setattr("game.prove.compat.Limits", partial(Limits, clock=time.process_time))


SEEDS = range(int(os.environ.get("HYOSAN_SEEDS", "3")))

BASE = """
flags: {key: false, knocks: {range: 0..3}}
scenes:
  first:
    text: The corridor.
    choices:
      go: {text: Go., do: [{pass: 10 min}], goto: gate}
      search: {text: Search., once: true, do: [{set: {key: true}}, {take: lamp}], goto: first}
      knock:
        text: Knock.
        roll:
          opens: {weight: 2, goto: gate}
          stays: {weight: 1, do: [{add: {knocks: 1}}], goto: first}
  gate:
    text: The gate.
    choices:
      on: {text: Walk on., goto: late}
      climb: {text: Climb over., when: knocks == 1, goto: late}
  late:
    text: It is late.
    choices:
      home: {text: Go home., goto: end}
      stay: {text: Stay., when: key, goto: stayed}
"""
ENDINGS = "endings: {end: {title: End, text: Over.}, stayed: {title: Stayed, text: Here.}}"
ITEMS = "lamp: {name: a lamp}"


def machine(text: str = BASE, **others: str) -> Machine:
    return Machine(story(text, **{"items": ITEMS, "endings": ENDINGS, **others}))


def changed(*edits: tuple[str, str], plan: Plan = QUICK, **others: str) -> Compat:
    """What becomes of BASE's saves after edits. Every save that is told of does what is said of it."""
    text = BASE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    before, after = machine(), machine(text, **others)
    found = compat(before, after, plan)
    really(found, before, after)
    return found


def verdicts(found: Compat) -> dict[str, str]:
    return {fact.kind: fact.verdict for fact in found.facts}


# --- the real thing ---


def loaded(save: Saved, before: Machine, after: Machine) -> tuple[Run, Run]:
    """A save as its run in the old story, and as loading it in the new one makes it."""
    run = save.run(before)
    again = restore(by_name(run), after).run
    migrated, _ = migrate(run, after)
    # Beyond where it stands there may be the beginning of a chapter to go on to.
    assert (again.log, again.state, again.turn) == (migrated.log, migrated.state, migrated.turn)
    assert again.steps[: again.turn] == migrated.steps[: again.turn]
    return run, again


def differing(run: Run, again: Run) -> set[str]:
    """What both stories have and is not the same."""
    names = [name for name in run.machine.story.by_name if name in again.machine.story.by_name]
    out = {n for n in names if repr(run.value(n)) != repr(again.value(n))}
    return out | ({""} if run.state.scene != again.state.scene else set())


def really(found: Compat, before: Machine, after: Machine) -> None:
    """Every save in a report shows what it is there for."""
    for fact in found.facts:
        assert (fact.verdict == "refuted") == (fact.save is not None)
    for lost in found.lost:
        assert lost.save is not None
        run, again = loaded(lost.save, before, after)
        assert (again.turn, run.log[-1]) == (lost.at, lost.choice)
        assert lost.at < run.turn if after.story.migrations is not None else lost.at + 1 == run.turn
    for one in found.differs:
        assert one.save is not None
        run, again = loaded(one.save, before, after)
        assert again.turn == run.turn
        assert one.name in differing(run, again)
    ends = found.fact("ends")
    if ends.save is not None:
        _, again = loaded(ends.save, before, after)
        assert not can_end(after, again.state)


def can_end(machine: Machine, state: State) -> bool:
    waiting, known = [state], {state}
    while waiting:
        now = waiting.pop()
        if machine.story.scenes[now.scene].is_ending:
            return True
        for option in machine.options(now):
            for _, step in machine.outcomes(now, option.choice.id) if option.open else ():
                if step.after not in known:
                    known.add(step.after)
                    waiting.append(step.after)
    return False


# --- by hand ---


def test_a_story_that_did_not_change():
    found = changed()
    assert set(verdicts(found).values()) == {"proved"}
    assert (found.lost, found.differs, found.gone, found.rolls) == ((), (), (), ())
    assert found.fact("replays").how == found.fact("same").how == "structure"


@pytest.mark.parametrize(
    "edit",
    [
        ("text: Walk on.", "text: Stroll on."),
        ("text: Walk on.", "text: Walk on., then: Nobody looks."),
        ("  gate:\n", "  gate:\n    title: Gate\n"),
        ("      home:", "      sleep: {text: Sleep., when: not key, goto: end}\n      home:"),
        ("flags: {", "flags: {unread: true, "),
        ("do: [{pass: 10 min}], goto", "do: [{pass: 10 min}], then: Off., goto"),
        ("when: knocks == 1", "when: not (knocks != 1)"),
    ],
)
def test_what_is_harmless_is_proved_without_looking(edit):
    found = changed(edit)
    assert set(verdicts(found).values()) == {"proved"}
    assert {found.fact(kind).how for kind in ("replays", "same", "keeps")} == {"structure"}


def test_a_chapter_may_be_added_at_the_end():
    more = """
    chapter: {id: night, title: Night, from: D1 20:00, until: D1 22:00, start: dusk}
    scenes:
      dusk: {text: Dusk., choices: {sit: {text: Sit., goto: end}}}
    """
    found = changed(("home: {text: Go home., goto: end}", "home: {text: Go home., goto: dusk}"), night=more)
    assert verdicts(found)["replays"] == "proved"
    assert {d.name for d in found.differs} >= {""}
    found = changed(("      stay:", "      later: {text: Later., goto: dusk}\n      stay:"), night=more)
    assert set(verdicts(found).values()) == {"proved"}


def test_a_renamed_choice_throws_back_who_made_it():
    found = changed(("      on: {", "      past: {"))
    assert verdicts(found) == {"replays": "refuted", "same": "proved", "ends": "proved", "keeps": "refuted"}
    (lost,) = found.lost
    assert (lost.choice, lost.at, lost.back, lost.exact, lost.endings) == ("gate.on", 1, 2, True, ())
    assert [(g.kind, g.id, g.verdict) for g in found.gone] == [("choice", "gate.on", "refuted")]


def test_a_removed_scene():
    text = BASE[BASE.index("  gate:\n") : BASE.index("  late:\n")]
    found = changed((text, ""), ("goto: gate", "goto: late"))
    assert verdicts(found) == {"replays": "refuted", "same": "refuted", "ends": "proved", "keeps": "refuted"}
    assert {lost.choice for lost in found.lost} == {"gate.on", "gate.climb"}
    assert [g.id for g in found.gone if g.kind == "scene"] == ["gate"]
    assert "" in {d.name for d in found.differs}


def test_weights_change_what_the_same_seed_comes_to():
    found = changed(("weight: 2", "weight: 1"))
    assert verdicts(found)["replays"] == verdicts(found)["same"] == "refuted"
    assert found.rolls == ("first.knock",)
    assert {d.name for d in found.differs} == {"", "day/knocks"} | ({"clock.day"} & {d.name for d in found.differs})


def test_a_tighter_guard_throws_back_only_some():
    found = changed(("when: knocks == 1,", "when: knocks == 1 and key,"))
    (lost,) = found.lost
    assert (lost.choice, lost.at) == ("gate.climb", 2)
    assert lost.save is not None
    assert "first.search" not in lost.save.play.log


def test_a_guard_that_is_tighter_only_where_nobody_ever_is():
    wider, tighter = (
        ("when: knocks == 1", "when: knocks == 1 or knocks == 3"),
        ("when: key", "when: key and knocks != 2"),
    )
    found = changed(wider, tighter)
    assert set(verdicts(found).values()) == {"proved"}


def test_an_ending_that_is_gone_is_told():
    end = "endings: {end: {title: End, text: Over.}}"
    found = changed(("      stay: {text: Stay., when: key, goto: stayed}\n", ""), endings=end)
    (lost,) = found.lost
    assert (lost.choice, lost.endings) == ("late.stay", ("stayed",))
    assert [(g.kind, g.id, g.verdict) for g in found.gone] == [
        ("ending", "stayed", "refuted"),
        ("choice", "late.stay", "refuted"),
    ]


def test_a_renamed_flag_is_no_loss():
    found = changed(("{key:", "{latchkey:"), ("when: key", "when: latchkey"))
    assert set(verdicts(found).values()) == {"proved"}
    assert [(g.kind, g.id, g.renamed) for g in found.gone] == [("flag", "day/key", "day/latchkey")]


def test_an_item_that_is_gone_is_a_loss_to_whoever_had_it():
    found = changed((", {take: lamp}", ""), items="rope: {name: a rope, max: 3}")
    assert verdicts(found) == {"replays": "proved", "same": "proved", "ends": "proved", "keeps": "refuted"}
    assert found.gone[0].save == Saved(Witness(("first.search",), {}))


def test_another_item_in_its_place_is_not_the_same_one():
    found = changed(
        (", {take: lamp}", ""), ("goto: end}", "do: [{take: rope}], goto: end}"), items="rope: {name: a rope}"
    )
    assert [(g.id, g.renamed, g.verdict) for g in found.gone] == [("lamp", "", "refuted")]
    found = changed(("{take: lamp}", "{take: torch}"), items="torch: {name: a lamp}")
    assert [(g.id, g.renamed, g.verdict) for g in found.gone] == [("lamp", "torch", "proved")]
    assert set(verdicts(found).values()) == {"proved"}


def test_a_save_that_ends_up_without_an_ending():
    found = changed(("home: {text: Go home.,", "home: {text: Go home., when: key,"))
    assert verdicts(found)["ends"] == "refuted"
    assert found.fact("ends").save == Saved(Witness(("first.go",), {}))


def test_another_id_finds_no_saves():
    before = story(BASE, items=ITEMS, endings=ENDINGS)
    found = compat(Machine(before), Machine(replace(before, id="other")), QUICK)
    assert verdicts(found)["replays"] == "refuted"
    assert "id" in found.fact("replays").note


def test_where_there_are_too_many_pairs_sets_prove_what_never_differs():
    pytest.importorskip("oxidd")
    found = changed(("when: knocks == 1", "when: knocks == 1 or knocks == 3"), plan=Plan(seconds=1, pairs=2))
    assert found.pairs is None
    assert set(verdicts(found).values()) == {"proved"}
    found = changed(("when: key,", "when: key and knocks != 2,"), plan=Plan(seconds=1, pairs=2))
    assert found.fact("replays").how == "sets"
    assert set(verdicts(found).values()) == {"proved"}


def test_without_sets_playing_finds_or_leaves_open():
    plan = Plan(seconds=0.5, pairs=2, sets=False)
    assert verdicts(changed(("when: key,", "when: key and knocks != 2,"), plan=plan))["replays"] == "open"
    found = changed(("      on: {", "      past: {"), plan=plan)
    assert verdicts(found)["replays"] == "refuted"
    assert not found.lost[0].exact
    assert found.lost[0].back == 2


# --- with migrations ---


def story_with(migrations: str, *edits: tuple[str, str], **others: str) -> Machine:
    """BASE after edits, in a story that says what they mean."""
    text = BASE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return machine(text, **others, declare=f"migrations: {migrations}")


def kept(migrations: str, *edits: tuple[str, str], plan: Plan = QUICK, **others: str) -> Compat:
    before, after = machine(), story_with(migrations, *edits, **others)
    found = compat(before, after, plan)
    really(found, before, after)
    return found


def test_a_choice_that_is_said_to_be_renamed_is_no_loss():
    found = kept("{choices: {gate.on: gate.past}}", ("      on: {", "      past: {"))
    assert set(verdicts(found).values()) == {"proved"}
    assert found.fact("replays").how == "structure"
    assert [(g.kind, g.id, g.renamed) for g in found.gone] == [("choice", "gate.on", "gate.past")]


def test_a_scene_a_roll_and_an_item_that_are_called_otherwise():
    renames = ("  gate:", "  door:"), ("goto: gate", "goto: door"), ("opens:", "gives:"), ("take: lamp", "take: torch")
    said = "{scenes: {gate: door}, outcomes: {first.knock.opens: gives}, items: {lamp: torch}}"
    found = kept(said, *renames, items="torch: {name: a lantern}")
    assert set(verdicts(found).values()) == {"proved"}
    assert found.fact("replays").how == "structure"
    assert {(g.kind, g.renamed) for g in found.gone} == {("scene", "door"), ("item", "torch")}


def test_who_is_not_thrown_back_keeps_what_they_had():
    found = kept("{}", ("do: [{pass: 10 min}]", "do: [{pass: 20 min}]"), ("when: knocks == 1", "when: knocks == 3"))
    assert set(verdicts(found).values()) == {"proved"}
    assert found.fact("replays").how == "pairs"


def test_weights_do_not_matter_to_rolls_that_have_fallen():
    assert set(verdicts(kept("{}", ("weight: 2", "weight: 9"))).values()) == {"proved"}


def test_a_moment_that_cannot_be_said_is_refuted_with_a_save():
    text = BASE[BASE.index("  gate:\n") : BASE.index("  late:\n")]
    found = kept("{}", (text, ""), ("goto: gate", "goto: late"))
    assert verdicts(found)["replays"] == "open"
    assert verdicts(found)["keeps"] == "refuted"
    found = kept("{scenes: {gate: late}}", (text, ""), ("goto: gate", "goto: late"))
    assert verdicts(found)["replays"] == verdicts(found)["same"] == "proved"


def test_a_kept_moment_from_which_no_ending_can_be_come_to():
    found = kept("{}", ("home: {text: Go home.,", "home: {text: Go home., when: key,"))
    assert verdicts(found)["ends"] == "refuted"


def test_where_there_are_too_many_pairs_sets_prove_that_every_moment_can_be_said():
    pytest.importorskip("oxidd")
    other = ("do: [{pass: 10 min}]", "do: [{pass: 20 min}]"), ("when: knocks == 1", "when: knocks == 3")
    found = kept("{}", *other, plan=Plan(seconds=2, pairs=2))
    assert (verdicts(found)["replays"], verdicts(found)["same"], verdicts(found)["ends"]) == (
        "proved",
        "proved",
        "open",
    )
    assert found.fact("replays").how == "sets"


# --- rolls ---


def outcomes(*weights: tuple[str, int]) -> tuple[Outcome, ...]:
    where = Where("")
    return tuple(Outcome(id, weight, (), (), Goto((), where), where) for id, weight in weights)


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=3),
    st.lists(st.integers(1, 4), min_size=1, max_size=3),
    st.permutations("abc"),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_what_a_roll_comes_to_in_both(before, after, names):
    """All that a thousand seeds and every loaded die show, and nothing else."""
    old = outcomes(*zip("abc", before, strict=False))
    new = outcomes(*zip(names, after, strict=False))
    dice = [Dice(seed) for seed in range(600)]
    dice += [Dice(seed, {"x.y": o.id}) for seed, o in product(range(100), old)]
    seen = {(d.pick("x.y", old).id, d.pick("x.y", new).id) for d in dice}
    assert {(o.id, n.id) for o, n in together(old, new)} == seen


# --- every story ---


def every_save(before: Machine, after: Machine, seed: int, most: int = 60) -> tuple[bool, set[str], bool]:
    """Load every save of one seed for real: whether one is thrown back, what differs, whether one can never end."""
    begun = Run.new(before, seed)
    waiting, known = deque([begun]), set[tuple[State, State]]()
    thrown, differs, held = False, set[str](), False
    ends: dict[State, bool] = {}
    while waiting and len(known) < most:
        run = waiting.popleft()
        came = restore(by_name(run), after)
        again = came.run
        if again.state not in ends:
            ends[again.state] = can_end(after, again.state)
        held |= not ends[again.state]
        if came.rung > 2 and again.turn < run.turn:
            thrown = True
            if after.story.migrations is None:
                continue
        differs |= differing(run, again) if came.rung <= 2 or again.turn == run.turn else set()
        if (run.state, again.state) in known:
            continue
        known.add((run.state, again.state))
        waiting += [run.choose(option.choice.id) for option in run.options() if option.open]
    return thrown, differs, held


def judged(before: Machine, after: Machine) -> Compat:
    """What is said of an edit without much time, after a look at whether what it shows can be seen."""
    found = compat(before, after, Plan(seconds=0.8, pairs=800, sets=False))
    really(found, before, after)
    for kind in ("replays", "same", "ends"):
        event(f"{kind}: {found.fact(kind).verdict} by {found.fact(kind).how}")
    return found


def what_saves_show(found: Compat, before: Machine, after: Machine) -> Iterator[tuple[bool, set[str]]]:
    """For each seed whether a save is thrown back, and what differs then; nothing of it may be proved not to be."""
    for seed in SEEDS:
        thrown, differs, held = every_save(before, after, seed)
        assert not thrown or found.fact("replays").verdict != "proved"
        assert not differs or found.fact("same").verdict != "proved"
        assert not held or found.fact("ends").verdict != "proved"
        yield thrown, differs


@given(edits())
@laws(EXAMPLES)
def test_every_verdict_is_what_loading_every_save_shows(pair):
    before, after = machines(pair)
    found = judged(before, after)
    if found.pairs is not None:
        assert "open" not in {found.fact(kind).verdict for kind in ("replays", "same")}
    for thrown, differs in what_saves_show(found, before, after):
        if found.pairs is not None:
            assert thrown <= bool(found.lost)
            assert differs <= {d.name for d in found.differs}


@given(edits(migrations=True))
@laws(EXAMPLES)
def test_every_verdict_is_what_loading_every_save_shows_where_moments_are_kept(pair):
    before, after = machines(pair)
    found = judged(before, after)
    for thrown, differs in what_saves_show(found, before, after):
        if found.pairs is not None and not found.lost and not thrown:
            assert differs <= {d.name for d in found.differs}
