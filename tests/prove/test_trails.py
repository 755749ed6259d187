"""Ways that share their beginnings read like the sequences they stand for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from game.engine import State
from game.prove.report import Answer, Effort, Question, Report, Witness
from game.prove.trails import Log, Names, Rolls, Trail
from game.story.diagnostics import Where

STEPS = st.lists(st.tuples(st.sampled_from(["a.x", "a.y", "b.z"]), st.sampled_from(["", "well", "badly"])), max_size=6)


@given(st.lists(st.tuples(STEPS, st.integers(0, 6)), min_size=1, max_size=5), st.data())
def test_a_trail_reads_like_the_choices_it_stands_for(
    parts: list[tuple[list[tuple[str, str]], int]], data: st.DataObject
) -> None:
    log = Log(State("a", b""))
    plain: list[tuple[str, str]] = []
    for steps, back in parts:
        log.steps.extend(steps)
        plain.extend(steps)
        place = max(0, len(plain) - back)
        way = log.here()[:place]
        assert isinstance(way, Trail)
        plain = plain[:place]
        assert list(way) == plain
        assert len(way) == len(plain)
        assert [way[i] for i in range(-len(plain), len(plain))] == plain + plain
        first, last = sorted((data.draw(st.integers(0, len(plain))), data.draw(st.integers(0, len(plain)))))
        assert list(way[first:last]) == plain[first:last]
        # What is added to the log later is no part of the way.
        log.steps.append(("later", ""))
        assert list(way) == plain
        log = Log(State("a", b""), way)
    assert tuple(Names(plain)) == tuple(name for name, _ in plain)
    assert Names(plain) == tuple(name for name, _ in plain)
    assert Rolls(plain) == {name: outcome for name, outcome in plain if outcome}


def test_trails_are_equal_where_they_are_the_same_place_in_the_same_log() -> None:
    log = Log(State("a", b""))
    begin = log.here()
    log.steps.append(("a.x", ""))
    assert log.here() == log.here()
    assert hash(log.here()) == hash(log.here())
    assert begin != log.here()
    other = Log(State("a", b""))
    assert begin != other.here()


def test_a_trail_knows_the_state_that_its_last_log_starts_in() -> None:
    first = Log(State("a", b"\0"))
    first.steps.extend([("a.x", ""), ("a.y", "well")])
    then = Log(State("b", b"\1"), first.here())
    then.steps.append(("b.z", ""))
    assert then.here().lately() == (State("b", b"\1"), [("b.z", "")])
    earlier = then.here()[:1]
    assert isinstance(earlier, Trail)
    assert earlier.lately() == (State("a", b"\0"), [("a.x", "")])


def test_a_long_report_is_written_without_the_ways_to_what_is_merely_possible() -> None:
    way = Witness(("a.x",) * 10, {})

    def answer(kind: str, verdict: str) -> Answer:
        return Answer(Question(kind, "a", "a", Where("a.yaml")), verdict, "played", way)  # type: ignore[arg-type]

    answers = (answer("text", "proved"), answer("ending", "proved"), answer("speaks", "refuted"))
    report = Report("s", "S", "1", "", answers, Effort("", (), None, 0, 0.0, 1, 1, 1))
    assert report.lightened(30) is report
    assert [a.witness for a in report.lightened(29).answers] == [None, way, way]
