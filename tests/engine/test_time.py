"""The clock, what decays with it, the bells it rings, and what one chapter hands to the next."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.stories.building import HEAD, story

WAITING = """
rooms:
  first:
    place: hall
    text: It is {{ time }}.
    choices:
      wait: {text: Wait., do: [{pass: 10 min}]}
      sit: {text: Sit down., do: [{pass: 30 min}]}
      sleep: {text: Sleep., do: [{pass: 3 h}]}
      leave: {text: Leave., goto: end}
"""
HALL = "hall: {name: Hall, floor: 1, at: [0, 0]}\n"


def hall(more: str = "", **others: str):
    """A room in which time can pass, and what else the chapter has."""
    return story(WAITING + dedent(more), places=HALL, **others)


class TestTheClock:
    def test_a_chapter_begins_when_it_says_and_time_passes_in_ticks(self, play):
        run = play(hall())

        assert run.time == "D1 10:00"
        assert run.choose("wait", "sit").time == "D1 10:40"
        assert run.text == ["It is 10:40."]

    def test_the_clock_stops_at_the_end_of_the_chapter(self, play):
        assert play(hall()).choose("sleep", "sleep", "sleep").time == "D1 16:00"

    def test_a_bell_on_the_way_does_not_let_it_run_on(self, play):
        bells = "bells: {ding: {at: D1 15:30, then: Ding.}}\n"

        run = play(hall(bells)).choose("sleep", "sit", "sleep")

        assert (run.time, run.told) == ("D1 16:00", ["Ding."])
        assert run.choose("sleep").time == "D1 16:00"

    def test_a_chapter_may_have_a_tick_of_its_own(self, play):
        head = HEAD.replace("start:", "tick: 30 min, start:")

        run = play(story(WAITING.replace("10 min", "30 min"), head=head, places=HALL))

        assert run.choose("wait").time == "D1 10:30"

    def test_an_arrival_moves_the_clock_up_to_its_time_and_never_back(self, play):
        scenes = """
        scenes:
          first: {text: A., choices: {early: {text: E., goto: noon}, late: {text: L., do: [{pass: 3 h}], goto: noon}}}
          noon: {time: D1 12:00, text: Noon., choices: {go: {text: Go., goto: end}}}
        """

        assert play(story(scenes)).choose("early").time == "D1 12:00"
        assert play(story(scenes)).choose("late").time == "D1 13:00"

    def test_midnight_is_no_end(self, play):
        head = HEAD.replace("from: D1 10:00, until: D1 16:00", "from: D1 22:00, until: D2 04:00")

        assert play(story(WAITING, head=head, places=HALL)).choose("sleep").time == "D2 01:00"


METERS = """
meters:
  noise: {range: 0..10, start: 10, decays: 1 per 10 min}
  smoke: {range: 0..10, start: 10, decays: 1 per 30 min}
  cold: {range: -5..10, start: 10, decays: 5 per 1 h}
  dust: {range: 0..10, start: 10}
"""


class TestDecay:
    @pytest.mark.parametrize(
        ("choices", "noise", "smoke", "cold"),
        [
            (["wait"], 9, 10, 10),
            (["wait", "wait"], 8, 10, 9),
            (["wait", "wait", "wait"], 7, 9, 8),
            (["sit"], 7, 9, 8),
            (["sit", "sit"], 4, 8, 5),
            (["wait"] * 6, 4, 8, 5),
            (["sleep"], 0, 4, -5),
        ],
    )
    def test_meters_fall_with_time_however_it_is_cut_into_steps(self, play, choices, noise, smoke, cold):
        run = play(hall(declare=METERS)).choose(*choices)

        assert (run["noise"], run["smoke"], run["cold"], run["dust"]) == (noise, smoke, cold, 10)

    def test_a_bell_on_the_way_does_not_change_what_is_lost(self, play):
        bells = "bells: {ding: {at: D1 10:20, then: Ding.}, dong: {at: D1 10:50, then: Dong.}}\n"

        with_bells = play(hall(bells, declare=METERS)).choose("sit", "sit")

        assert (with_bells["noise"], with_bells["smoke"], with_bells["cold"]) == (4, 8, 5)

    def test_what_an_arrival_skips_is_lost_too(self, play):
        scenes = """
        scenes:
          first: {text: A., choices: {go: {text: Go., goto: noon}}}
          noon: {time: D1 11:00, text: B., choices: {go: {text: Go., goto: end}}}
        """

        assert play(story(scenes, declare=METERS)).choose("go")["noise"] == 4


class TestBells:
    def test_a_bell_rings_when_time_passes_it_whatever_the_player_does(self, play):
        bells = """
        flags: {dark: false}
        bells: {out: {at: D1 10:20, do: [{set: {dark: true}}], then: The lights go out.}}
        """
        run = play(hall(bells))

        assert run.choose("wait")["day/dark"] is False
        assert run.choose("sit")["day/dark"] is True
        assert run.told == ["The lights go out."]
        assert run.choose("sit").told == []

    def test_a_bell_rings_at_its_very_minute(self, play):
        bells = "bells: {ding: {at: D1 10:10, then: Ding.}}\n"

        assert play(hall(bells)).choose("wait").told == ["Ding."]

    def test_a_bell_whose_when_does_not_hold_stays_silent_for_good(self, play):
        bells = """
        flags: {asleep: false}
        bells: {ding: {at: D1 10:20, when: asleep, then: Ding.}}
        """

        assert play(hall(bells)).choose("sleep").told == []

    def test_bells_ring_in_the_order_of_their_times(self, play):
        bells = "bells: {b: {at: D1 11:00, then: Eleven.}, a: {at: D1 10:30, then: Half past ten.}}\n"

        assert play(hall(bells)).choose("sleep").told == ["Half past ten.", "Eleven."]

    def test_a_later_bell_sees_what_an_earlier_one_did(self, play):
        bells = """
        flags: {dark: false}
        bells:
          out: {at: D1 10:20, do: [{set: {dark: true}}]}
          fear: {at: D1 10:30, when: dark, then: Somebody screams.}
        """

        assert play(hall(bells)).choose("sleep").told == ["Somebody screams."]

    def test_a_bell_with_goto_interrupts(self, play):
        """The clock stops at the bell, other effects and the words still happen, and the bell says where it goes."""
        chapter = """
        flags: {slept: false}
        scenes:
          first:
            text: A.
            choices:
              sleep: {text: Sleep., do: [{pass: 3 h}, {set: {slept: true}}], then: You slept., goto: second}
          second: {text: B., choices: {go: {text: Go., goto: end}}}
          woken: {text: You wake., choices: {go: {text: Go., goto: end}}}
        bells: {knock: {at: D1 11:00, then: A knock., goto: woken}, later: {at: D1 12:00, then: Noon.}}
        """

        run = play(story(chapter)).choose("sleep")

        assert (run.scene, run.time, run["day/slept"]) == ("woken", "D1 11:00", True)
        assert run.told == ["You slept.", "A knock."]

    def test_after_an_interruption_no_more_time_passes_in_that_choice(self, play):
        chapter = """
        flags: {tired: true, long: true, steps: {range: 0..9}}
        scenes:
          first:
            text: A.
            choices:
              sleep:
                text: Sleep.
                do:
                  - pass: 30 min
                  - add: {steps: 1}
                  - if: tired
                    do: [{pass: 1 h}, {add: {steps: 1}}, {if: long, do: [{pass: 1 h}]}]
                    else: [{pass: 10 min}]
                  - pass: 2 h
                  - add: {steps: 1}
                goto: second
          second: {text: B., choices: {go: {text: Go., goto: end}}}
          woken: {text: You wake., choices: {go: {text: Go., goto: end}}}
        bells: {KNOCK}
        """
        for at, scene, time in (
            ("D1 10:20", "woken", "D1 10:20"),
            ("D1 11:00", "woken", "D1 11:00"),
            ("D1 12:00", "woken", "D1 12:00"),
            ("D1 14:00", "woken", "D1 14:00"),
            ("D1 15:00", "second", "D1 14:30"),
        ):
            knock = f"knock: {{at: {at}, goto: woken}}"

            run = play(story(chapter.replace("KNOCK", knock))).choose("sleep")

            assert (run.scene, run.time, run["day/steps"]) == (scene, time, 3), at

    def test_an_interruption_depends_on_what_the_choice_did_before(self, play):
        chapter = """
        flags: {hidden: false}
        scenes:
          first:
            text: A.
            choices:
              hide: {text: Hide., do: [{set: {hidden: true}}, {pass: 1 h}, {pass: 1 h}], goto: second}
              stay: {text: Stay., do: [{pass: 1 h}, {set: {hidden: true}}, {pass: 1 h}], goto: second}
          second: {text: B., choices: {go: {text: Go., goto: end}}}
          found: {text: Found., choices: {go: {text: Go., goto: end}}}
        bells: {search: {at: D1 10:30, when: not hidden, goto: found}}
        """

        hidden = play(story(chapter)).choose("hide")
        found = play(story(chapter)).choose("stay")

        assert (hidden.scene, hidden.time) == ("second", "D1 12:00")
        assert (found.scene, found.time) == ("found", "D1 10:30")

    def test_bells_of_one_time_are_all_heard_and_one_may_lead_away(self, play):
        chapter = """
        flags: {a: false, b: false}
        bells:
          one: {at: D1 11:00, do: [{set: {a: true}}], then: One.}
          lead: {at: D1 11:00, then: Two., goto: woken}
          three: {at: D1 11:00, do: [{set: {b: true}}], then: Three.}
        scenes: {woken: {text: You wake., choices: {go: {text: Go., goto: end}}}}
        """

        run = play(hall(chapter)).choose("sleep")

        assert (run.scene, run.time, run["day/a"], run["day/b"]) == ("woken", "D1 11:00", True, True)
        assert sorted(run.told) == ["One.", "Three.", "Two."]

    def test_a_bell_may_interrupt_a_way_and_a_roll(self, play):
        chapter = """
        scenes:
          first:
            text: A.
            choices:
              try:
                text: Try.
                do: [{pass: 30 min}]
                roll: {a: {do: [{pass: 30 min}], goto: second}, b: {do: [{pass: 30 min}], goto: second}}
          second: {text: B., choices: {go: {text: Go., goto: end}}}
          woken: {text: You wake., choices: {go: {text: Go., goto: end}}}
        bells: {knock: {at: D1 10:50, goto: woken}}
        """

        run = play(story(chapter)).choose("try")

        assert (run.scene, run.time) == ("woken", "D1 10:50")

    def test_an_arrival_rings_the_bells_it_skips(self, play):
        chapter = """
        flags: {dark: false}
        scenes:
          first: {text: A., choices: {go: {text: Go., goto: evening}}}
          evening:
            time: D1 15:00
            text: '{% if dark %}Dark.{% else %}Light.{% endif %}'
            choices: {go: {text: Go., goto: end}}
        bells: {out: {at: D1 12:00, do: [{set: {dark: true}}], then: 'It is {{ time }}.'}}
        """

        run = play(story(chapter)).choose("go")

        assert (run.scene, run.told, run.text) == ("evening", ["It is 12:00."], ["Dark."])

    def test_an_arrival_can_be_interrupted_and_then_never_happened(self, play):
        chapter = """
        flags: {came: false}
        scenes:
          first: {text: A., choices: {go: {text: Go., goto: evening}}}
          evening: {time: D1 15:00, do: [{set: {came: true}}], text: B., choices: {go: {text: Go., goto: end}}}
          woken:
            text: '{% if seen.evening %}Again.{% else %}Not yet.{% endif %}'
            choices: {go: {text: Go., goto: evening}}
        bells: {knock: {at: D1 12:00, then: A knock., goto: woken}}
        """

        run = play(story(chapter)).choose("go")

        assert (run.scene, run.time, run["day/came"]) == ("woken", "D1 12:00", False)
        assert (run.told, run.text) == (["A knock."], ["Not yet."])
        assert (run.choose("go").scene, run.time) == ("evening", "D1 15:00")

    def test_a_bell_that_interrupts_an_arrival_may_end_the_story_and_is_heard(self, play):
        chapter = """
        scenes:
          first: {text: A., choices: {go: {text: Go., goto: evening}}}
          evening: {time: D1 15:00, text: B., choices: {go: {text: Go., goto: end}}}
        bells: {late: {at: D1 12:00, then: 'Too late, at {{ time }}.', goto: end}}
        """

        run = play(story(chapter)).choose("go")

        assert (run.scene, run.told) == ("end", ["Too late, at 12:00."])

    def test_a_story_may_begin_later_than_its_chapter(self, play):
        chapter = """
        flags: {dark: false}
        scenes: {first: {time: D1 12:00, text: A., choices: {go: {text: Go., goto: end}}}}
        bells: {out: {at: D1 11:00, do: [{set: {dark: true}}]}}
        """

        run = play(story(chapter))

        assert (run.time, run["day/dark"]) == ("D1 12:00", True)

    def test_a_long_chapter_with_many_bells_is_played_at_once(self, play):
        """Bells that lead nowhere do not multiply what passing time has to look at."""
        head = HEAD.replace("from: D1 10:00, until: D1 16:00", "from: D1 00:00, until: D2 18:00")
        times = [f"D{1 + m // 1440} {m % 1440 // 60:02}:{m % 60:02}" for m in range(60, 2400, 90)]
        effect = "when: not odd, do: [{add: {rung: 1}}]"
        bells = "".join(f"  b{i}: {{at: {at}, {effect}}}\n" for i, at in enumerate(times))
        chapter = (
            "flags: {odd: false, rung: {range: 0..99}}\nbells:\n"
            + bells
            + WAITING
            + (
                "      doze: {text: Doze., do: [{pass: 20 h}, {pass: 1 h}, {pass: 1 h}]}\n"
                "      end_it: {text: End it., goto: last}\n"
                "scenes: {last: {time: D2 17:00, text: Z., choices: {go: {text: Go., goto: end}}}}\n"
            )
        )
        told = story(chapter, head=head, places=HALL)

        assert play(told).choose("doze")["day/rung"] == 15
        assert play(told).choose("end_it")["day/rung"] == len(times)


NIGHT = """\
chapter: {id: night, title: Night, from: D1 20:00, until: D1 22:00, tick: 20 min, start: [dusk, dark]}
flags: {candle: false}
scenes:
  dusk:
    text: |
      It is {{ time }}. {% if arrived == early %}Early.{% elif arrived == late %}Late.{% else %}On time.{% endif %}
      {% if copied %}Copied.{% endif %} {% if seen.first %}Seen.{% endif %}
      {% if chosen.first.take_it %}Taken.{% endif %}
    choices: {wait: {text: Wait., do: [{pass: 20 min}], goto: dark}}
  dark: {text: Dark., choices: {go: {text: Go., goto: end}}}
"""
DAY = """
flags: {open: false, steps: {range: 0..3, start: 1}}
rooms:
  first:
    place: hall
    text: '{% if open %}Open.{% else %}Shut.{% endif %}'
    choices:
      take_it: {text: Take it., do: [{set: {open: true, copied: true}}, {add: {steps: 2, noise: 3}}, {take: rope}]}
      wait: {text: Wait., do: [{pass: 1 h}]}
      leave: {text: Leave., goto: dusk}
      leave_late: {text: Leave late., goto: dark}
"""


def two_chapters(bounds: str = ""):
    head = HEAD.replace("start: first}", f"start: first{bounds}}}")
    declare = "flags: {copied: false}\nmeters: {noise: {range: 0..9}}\n"
    return story(DAY, head=head, declare=declare, places=HALL, items="rope: {name: a rope}\n", night=NIGHT)


class TestChapters:
    def test_a_chapter_forgets_its_flags_and_its_clock_and_the_story_remembers_its_own(self, play):
        run = play(two_chapters()).choose("take_it", "wait", "leave")

        assert run.time == "D1 20:00"
        assert (run["day/open"], run["day/steps"]) == (False, 1)
        assert (run["copied"], run["noise"], run["count.rope"]) == (True, 3, 1)

    def test_what_was_seen_and_chosen_in_another_chapter_can_be_asked(self, play):
        assert play(two_chapters()).choose("take_it", "leave").text == ["It is 20:00. On time. Copied. Seen. Taken."]
        assert play(two_chapters()).choose("leave").text == ["It is 20:00. On time. Seen."]

    @pytest.mark.parametrize(
        ("hours", "word"), [(0, "early"), (1, "early"), (2, "on_time"), (3, "on_time"), (4, "late"), (5, "late")]
    )
    def test_a_chapter_hands_on_how_it_ended(self, play, hours, word):
        bounds = ", early: D1 12:00, late: D1 14:00"

        run = play(two_chapters(bounds)).choose(*["wait"] * hours, "leave")

        assert run["arrived"] == word

    @pytest.mark.parametrize(
        ("bounds", "hours", "word"),
        [
            ("", 6, "on_time"),
            (", early: D1 11:00", 0, "early"),
            (", early: D1 11:00", 6, "on_time"),
            (", late: D1 16:00", 5, "on_time"),
            (", late: D1 16:00", 6, "late"),
            (", early: D1 12:00, late: D1 12:00", 1, "early"),
            (", early: D1 12:00, late: D1 12:00", 2, "late"),
        ],
    )
    def test_without_early_or_late_a_chapter_ends_on_time(self, play, bounds, hours, word):
        assert play(two_chapters(bounds)).choose(*["wait"] * hours, "leave")["arrived"] == word

    def test_each_chapter_has_its_own_tick(self, play):
        assert play(two_chapters()).choose("leave", "wait").time == "D1 20:20"

    def test_a_chapter_may_be_entered_by_any_of_its_starts(self, play):
        assert play(two_chapters()).choose("leave_late").scene == "dark"

    def test_an_ending_outside_of_chapters_forgets_nothing_and_ends_the_story(self, play):
        run = play(two_chapters()).choose("take_it", "leave_late", "go")

        assert (run.scene, run.run.over, run.open) == ("end", True, [])
        assert run["copied"] is True

    def test_an_ending_of_a_chapter_can_read_its_flags_and_clock(self, play):
        chapter = DAY.replace("goto: dusk", "goto: own").replace("goto: dark", "goto: own") + (
            "endings: {own: {title: Own, text: 'At {{ time }}{% if open %}, open{% endif %}.'}}\n"
        )
        told = story(
            chapter,
            declare="flags: {copied: false}\nmeters: {noise: {range: 0..9}}\n",
            places=HALL,
            items="rope: {name: a rope}\n",
        )

        assert play(told).choose("take_it", "wait", "leave").text == ["At 11:00, open."]

    def test_a_bell_may_lead_into_the_next_chapter_and_is_told_by_its_own_clock(self, play):
        chapter = DAY + "bells: {dusk_falls: {at: D1 12:30, then: 'At {{ time }}.', goto: dusk}}\n"
        told = story(
            chapter,
            declare="flags: {copied: false}\nmeters: {noise: {range: 0..9}}\n",
            places=HALL,
            items="rope: {name: a rope}\n",
            night=NIGHT,
        )

        run = play(told).choose("wait", "wait", "wait")

        assert (run.scene, run.time, run.told) == ("dusk", "D1 20:00", ["At 12:30."])

    def test_two_chapters_may_have_flags_of_one_name(self, play):
        night = NIGHT.replace("candle: false", "open: {range: 0..3, start: 2}")
        told = story(
            DAY,
            declare="flags: {copied: false}\nmeters: {noise: {range: 0..9}}\n",
            places=HALL,
            items="rope: {name: a rope}\n",
            night=night,
        )

        run = play(told).choose("take_it", "leave")

        assert (run["day/open"], run["night/open"]) == (False, 2)

    def test_a_second_file_may_add_to_a_chapter(self, play):
        more = """
        chapter: day
        flags: {x: true}
        scenes: {added: {text: B., choices: {go: {text: Go., when: x, goto: end}}}}
        """
        told = story("scenes: {first: {text: A., choices: {go: {text: Go., goto: added}}}}", more=more)

        assert play(told).choose("go", "go").scene == "end"
