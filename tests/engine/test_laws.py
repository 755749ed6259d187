"""What holds for every story, tried on random ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st

from game.engine import Dice, Machine, Run, State
from game.engine.flow import Act, Do, End, Fork, Node, Tell, walk
from game.story import Story
from game.story.conditions import All, At, Cond, Constant, Count, Test, negation
from game.story.conditions import Any as AnyOf
from tests.engine.oracle import World, begin
from tests.engine.playing import kept, rebuilt
from tests.engine.worlds import Model, conditions, models
from tests.laws import examples, laws
from tests.stories.building import load

EXAMPLES = examples(10)
TURNS = 12


def open_choices(machine: Machine, state: State) -> list[str]:
    return [option.choice.id for option in machine.options(state) if option.open]


def played(machine: Machine, seed: int, picks: list[int]) -> Run:
    """A run that takes the open choices that `picks` say."""
    run = Run.new(machine, seed)
    for pick in picks:
        choices = open_choices(machine, run.state)
        if not choices:
            break
        run = run.choose(choices[pick % len(choices)])
    return run


PICKS = st.lists(st.integers(0, 9), min_size=TURNS, max_size=TURNS)
SEEDS = st.integers(0, 2**32)


@laws(EXAMPLES)
@given(models(), SEEDS, PICKS)
def test_a_run_is_what_the_language_page_says(model: Model, seed: int, picks: list[int]):
    """Scene, values, choices, words: the machine and somebody who only reads the page agree on all of it."""
    machine = Machine(load(model.sources()))
    run, world = Run.new(machine, seed), begin(model)
    for pick in picks:
        agree(run, world)
        choices = world.open()
        if not choices:
            break
        choice = choices[pick % len(choices)]
        note(f"{run.state.scene}.{choice}")
        run = run.choose(choice)
        world = world.choose(choice, run.steps[-1].outcome)
        assert [p.text for p in run.page().told] == world.told
    agree(run, world)


def agree(run: Run, world: World) -> None:
    story = run.machine.story
    assert run.state.scene == world.scene
    assert open_choices(run.machine, run.state) == world.open()
    assert [p.text for p in run.page().text] == world.page()
    for var in story.variables:
        if var.kind in ("seen", "chosen", "once"):
            if var.chapter in ("", world.chapter and world.chapter.id):
                assert run.value(var.name) == remembered(var.name, world), var.name
        else:
            assert run.value(var.name) == world.values[var.name], var.name


def remembered(name: str, world: World) -> bool:
    kind, *rest = name.split(".")
    if kind == "seen":
        return rest[0] in world.seen
    return tuple(rest) in world.chosen if kind == "chosen" else rest[0] in world.ruled


@laws(EXAMPLES)
@given(models(), SEEDS, PICKS)
def test_playing_a_log_again_gives_the_same_states_and_the_same_words(model: Model, seed: int, picks: list[int]):
    sources = model.sources()
    run = played(Machine(load(sources)), seed, picks)

    again = Run.new(Machine(load(sources)), seed).replay(run.log)

    assert again.first == run.first
    assert [s.after for s in again.steps] == [s.after for s in run.steps]
    assert [again.page(t) for t in range(again.turn + 1)] == [run.page(t) for t in range(run.turn + 1)]


@laws(EXAMPLES)
@given(models(), SEEDS, PICKS, st.integers(0, TURNS))
def test_going_back_to_any_turn_and_choosing_the_same_gives_the_same_run(model, seed, picks, turn):
    run = played(Machine(load(model.sources())), seed, picks)
    turn = min(turn, run.turn)

    back = run.go_to(turn)
    forgotten = replace(back, steps=back.steps[:turn])

    for entry in run.log[turn:]:
        back = back.choose(entry.split(".")[1])
        forgotten = forgotten.choose(entry.split(".")[1])
    assert back == run
    assert forgotten == run


@laws(EXAMPLES)
@given(models(), SEEDS, PICKS)
def test_every_state_can_be_put_away_by_name_and_taken_out_again(model, seed, picks):
    story = load(model.sources())
    run = played(Machine(story), seed, picks)

    for turn in range(run.turn + 1):
        state = run.state_at(turn)
        assert rebuilt(story, kept(story, state)) == state


@laws(EXAMPLES)
@given(models(), SEEDS, PICKS)
def test_values_stay_inside_their_domains_and_company_is_alive(model, seed, picks):
    run = played(Machine(load(model.sources())), seed, picks)
    story = run.machine.story

    for turn in range(run.turn + 1):
        state = run.state_at(turn)
        assert len(state.values) == len(story.variables)
        for var, index in zip(story.variables, state.values, strict=True):
            assert index < var.size, var.name
        chapter = story.chapters.get(run.chapter_at(turn))
        assert chapter is None or state.values[story.by_name["clock"].index] <= chapter.ticks
        for person in story.people:
            fate = story.fates[str(run.value(f"fate.{person}", turn))]
            assert fate.presence == "here" or not run.value(f"with.{person}", turn)


@laws(EXAMPLES)
@given(models(), SEEDS, PICKS)
def test_the_outcomes_of_a_choice_cover_what_it_comes_to_for_every_seed(model, seed, picks):
    machine = Machine(load(model.sources()))
    run = played(machine, seed, picks)

    for step in run.steps:
        ways = machine.outcomes(step.before, step.choice)
        assert len({outcome.id for outcome, _ in ways}) == len(ways)
        for other in range(seed, seed + 8):
            came = machine.choose(step.before, step.choice, Dice(other))
            assert came in [way for _, way in ways]
        for outcome, way in ways:
            loaded = Dice(seed, {f"{step.before.scene}.{step.choice}": outcome.id})
            assert machine.choose(step.before, step.choice, loaded) == way


# --- the expanded form ---


def asked(cond: Cond, values: bytes | bytearray, scene: str = "") -> bool:
    """A condition, read as it is written down in its class."""
    match cond:
        case Constant(value):
            return value
        case Test(var, mask):
            return bool(mask >> values[var] & 1)
        case All(parts):
            return all(asked(p, values, scene) for p in parts)
        case AnyOf(parts):
            return any(asked(p, values, scene) for p in parts)
        case Count(tests, allowed):
            return bool(allowed >> sum(asked(t, values, scene) for t in tests) & 1)
        case At(scenes, negated):
            return (scene in scenes) != negated


def followed(node: Node, state: State) -> tuple[State, list[tuple[str, str, bytes]]]:
    """Where a flow ends, and what was told on the way, carried out node by node as the classes say."""
    values = bytearray(state.values)
    told: list[tuple[str, str, bytes]] = []
    while True:
        match node:
            case Do(changes, then):
                for change in changes:
                    values[change.var] = change.table[values[change.var]]
                node = then
            case Fork(cond, yes, no):
                node = yes if asked(cond, values) else no
            case Tell(kind, id, _, _, then):
                told.append((kind, id, bytes(values)))
                node = then
            case Act(_, then):
                node = then
            case End(scene):
                return State(scene, bytes(values)), told


@laws(EXAMPLES)
@given(models(), SEEDS, PICKS)
def test_a_flow_says_what_the_machine_does(model, seed, picks):
    machine = Machine(load(model.sources()))
    run = played(machine, seed, picks)

    for step in run.steps:
        scene = machine.story.scenes[step.before.scene]
        choice = next(c for c in scene.choices if c.id == step.choice)
        outcome = next(o for o in choice.outcomes if o.id == step.outcome)
        flow = machine.flows.choice(scene, choice, outcome)
        after, told = followed(flow, step.before)
        assert after == step.after
        assert sorted(told) == sorted((t.kind, t.id, t.values) for t in step.told)
        order = list(walk(flow))
        assert len({id(node) for node in order}) == len(order)
        at = {id(node): i for i, node in enumerate(order)}
        for node in order:
            after_it = [node.yes, node.no] if isinstance(node, Fork) else [] if isinstance(node, End) else [node.then]
            assert all(at[id(node)] < at[id(then)] for then in after_it)


# --- conditions ---


def values_of(story: Story, world: World) -> bytes:
    out = bytearray(v.start for v in story.variables)
    for var in story.variables:
        if var.kind in ("seen", "chosen", "once"):
            out[var.index] = remembered(var.name, world)
        else:
            index = var.index_of(world.values[var.name])
            assert index is not None
            out[var.index] = index
    return bytes(out)


@st.composite
def worlds(draw: Any) -> tuple[Model, str, tuple[Any, ...], World]:
    """A random story, a condition in it, and a world in which to ask it, whether or not it can come to be."""
    model, condition = draw(conditions())
    world = begin(model)
    for name, domain in model.domains.items():
        world.values[name] = draw(st.sampled_from(domain))
    for person in ("p0", "p1", "p2"):
        if world.values[f"fate.{person}"] in ("missing", "dead"):
            world.values[f"with.{person}"] = False
    world.values["clock"] = draw(st.integers(0, model.chapters[0].ticks))
    scenes = [id for chapter in model.chapters for id in (*chapter.scenes, *chapter.rooms)]
    world.seen = set(draw(st.lists(st.sampled_from(scenes))))
    world.chosen = {(scene, "on") for scene in draw(st.lists(st.sampled_from(scenes)))}
    return model, str(condition), condition.means, world


@laws(EXAMPLES)
@given(worlds())
def test_a_condition_compiled_is_the_condition_as_it_reads(drawn):
    model, words, means, world = drawn
    chapter = model.chapters[0]
    first = next(iter(chapter.scenes))
    chapter.scenes[first]["choices"]["asked"] = {"text": "Asked.", "when": words, "goto": "end"}
    story = load(model.sources())
    machine = Machine(story)
    cond = next(c for c in story.scenes[first].choices if c.id == "asked").when
    values = values_of(story, world)
    expected = world.holds(means)

    turned = negation(cond, [v.size for v in story.variables])

    assert asked(cond, values) == expected
    assert machine.check(cond)(values) == expected
    assert machine.check(turned)(values) != expected
    assert machine.holds(cond, State(first, values)) == expected
    assert machine.holds(turned, State(first, values)) != expected
    assert negation(turned, [v.size for v in story.variables]) == cond or isinstance(cond, All | AnyOf)
