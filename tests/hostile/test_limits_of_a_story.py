"""The limits of a whole story: what a writer of a very large one does about them, and what they leave alone."""

from __future__ import annotations

import pytest

from game.engine import Machine, Run
from game.story import load_sources
from game.story.diagnostics import MAX_ERRORS, did_you_mean
from game.story.limits import LARGE, MAX_INCLUDED
from tests.stories.building import HEAD, files, load

GO = "choices: {go: {text: Go., goto: end}}"


def many_passages(characters: int) -> dict[str, str]:
    passage = f"passages: {{p: '{'a' * 10_000}'}}\n"
    scenes = "".join(f"  s{n}: {{text: '{{% include p %}}', {GO}}}\n" for n in range(characters // 10_000))
    return files(f"{passage}scenes:\n  first: {{text: A., {GO}}}\n{scenes}")


def test_a_writer_may_ask_for_ten_times_as_much(monkeypatch):
    sources = many_passages(MAX_INCLUDED + 10_000)

    told = load_sources(sources).diagnostics
    monkeypatch.setenv(LARGE, "1")

    assert {d.code for d in told} == {"H002"}
    assert load_sources(sources).diagnostics == ()


def test_as_much_as_is_allowed_is_allowed():
    assert load_sources(many_passages(MAX_INCLUDED)).diagnostics == ()


def test_after_so_many_errors_no_more_are_told():
    wrong = "".join(f"  s{n}: {{text: A., colour: red, {GO}}}\n" for n in range(MAX_ERRORS + 50))

    found = load_sources(files(f"scenes:\n  first: {{text: A., {GO}}}\n{wrong}")).diagnostics

    assert [d.code for d in found].count("H010") == MAX_ERRORS
    (last,) = [d for d in found if d.code == "H002"]
    assert "no more are told" in last.message
    assert last.where.line == max(d.where.line for d in found)


@pytest.mark.parametrize("count", [3, 30, 3_000])
def test_a_slip_is_guessed_among_few_names_and_among_many(count):
    names = [f"c{n // 50}_{n % 50:02}_corridor_{n}" for n in range(count)]

    assert did_you_mean(names[1][:-1].replace("ridor", "idor"), names).startswith("did you mean 'c0_0")
    assert did_you_mean(names[-1] + "x", names) == f"did you mean '{names[-1]}'?"


def test_two_hundred_and_forty_bells_that_lead_somewhere_are_played():
    """Nothing in play calls itself as often as bells ring."""
    head = HEAD.replace("until: D1 16:00", "until: D1 14:10, tick: 1 min")
    bells = "".join(f"  b{n}: {{at: D1 {10 + n // 60}:{n % 60:02}, when: x, goto: first}}\n" for n in range(1, 241))
    wait = "choices: {wait: {text: Wait., do: [{pass: 4 h}], goto: end}}"
    told = load(files(f"flags: {{x: false}}\nscenes:\n  first: {{text: A., {wait}}}\nbells:\n{bells}", head=head))

    assert Run.new(Machine(told), 1).choose("wait").over
