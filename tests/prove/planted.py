"""What is wrong with each story in tests/stories/defects: every fault there is, and no other.

Each of those stories has one mistake planted in it; the first line of its story.yaml says which. What follows from it
is listed here as (kind, subject), in the words of tests/prove/enumerate.py. Nothing is wrong with the stories in
tests/stories/no-defects, of which most are a story from here with the mistake mended.
"""

from __future__ import annotations

PLANTED: dict[str, frozenset[tuple[str, str]]] = {
    "a-bond-with-the-dead": frozenset(
        {
            ("acts", "paul@02-day.yaml:26"),
        }
    ),
    "a-dog-and-a-goose": frozenset(
        {
            ("never", "story.yaml:3"),
        }
    ),
    "a-fever-without-a-wound": frozenset(
        {
            ("never", "story.yaml:8"),
        }
    ),
    "a-gate-for-two-summers": frozenset(
        {
            ("choice", "r_lane.go_meadow"),
            ("choice", "r_meadow.go_home"),
            ("choice", "r_meadow.go_lane"),
            ("choice", "r_meadow_again.lie_down"),
            ("ending", "in_the_grass"),
            ("scene", "r_meadow"),
            ("scene", "r_meadow_again"),
            ("text", "01-first.yaml:10"),
            ("text", "02-second.yaml:10"),
            ("text", "endings.yaml:2"),
        }
    ),
    "a-sentence-for-nobody": frozenset(
        {
            ("text", "02-later.yaml:5#3.1"),
        }
    ),
    "a-word-broken-before-it-could-be-kept": frozenset(
        {
            ("choice", "evening.hold_on"),
            ("ending", "kept"),
            ("text", "03-ward.yaml:12"),
            ("text", "03-ward.yaml:13"),
            ("text", "03-ward.yaml:21"),
        }
    ),
    "always-the-rope": frozenset(
        {
            ("always", "03-well.yaml:4"),
        }
    ),
    "asked-the-porter-too-soon": frozenset(
        {
            ("stranded", "armchair"),
            ("stranded", "lobby"),
        }
    ),
    "bolted-in-another-chapter": frozenset(
        {
            ("choice", "second_night.again"),
            ("ending", "dry"),
            ("text", "02-second.yaml:15"),
            ("text", "02-second.yaml:6"),
            ("text", "02-second.yaml:7"),
        }
    ),
    "five-days-on-the-rock": frozenset(
        {
            ("stranded", "fourth_day"),
            ("stranded", "out_on_the_gallery"),
            ("stranded", "second_day"),
            ("stranded", "third_day"),
        }
    ),
    "it-rings-for-nobody": frozenset(
        {
            ("text", "01-cottage.yaml:21"),
        }
    ),
    "joined-from-far-away": frozenset(
        {
            ("acts", "lene@02-shade.yaml:9"),
            ("acts", "veit@02-shade.yaml:9"),
        }
    ),
    "lamp-lost-at-the-ford": frozenset(
        {
            ("stuck", "cave_mouth"),
        }
    ),
    "locked-from-the-other-side": frozenset(
        {
            ("choice", "r_attic.bolt"),
            ("choice", "r_attic.go_landing"),
            ("choice", "r_attic.open_it"),
            ("choice", "r_attic.trunk"),
            ("choice", "r_landing.go_attic"),
            ("ending", "letters"),
            ("scene", "r_attic"),
            ("text", "01-house.yaml:15"),
            ("text", "01-house.yaml:21"),
        }
    ),
    "never-early": frozenset(
        {
            ("choice", "ante_room.look_round"),
            ("choice", "good_answer.tell"),
            ("ending", "hired"),
            ("scene", "good_answer"),
            ("text", "02-room.yaml:19"),
            ("text", "02-room.yaml:27"),
            ("text", "02-room.yaml:5"),
            ("text", "02-room.yaml:6"),
        }
    ),
    "never-three-in-the-boat": frozenset(
        {
            ("choice", "boat.row_all"),
            ("ending", "all_hands"),
            ("text", "02-boat.yaml:14"),
            ("text", "02-boat.yaml:5"),
            ("text", "02-boat.yaml:6"),
        }
    ),
    "nobody-at-the-crossing": frozenset(
        {
            ("stranded", "waiting"),
            ("stuck", "rails_sing"),
        }
    ),
    "oil-for-two-lamps-not-three": frozenset(
        {
            ("choice", "lamps.three"),
            ("ending", "all_night"),
            ("text", "02-night.yaml:9"),
        }
    ),
    "one-charge-for-two-walls": frozenset(
        {
            ("choice", "behind.lift_it"),
            ("choice", "second_wall.blast"),
            ("ending", "the_chapel"),
            ("scene", "behind"),
            ("text", "04-second.yaml:14"),
            ("text", "04-second.yaml:18"),
            ("text", "endings.yaml:3"),
        }
    ),
    "only-the-gentle-text-lets-him-speak": frozenset(
        {
            ("speaks", "jon@02-winter.yaml:13"),
        }
    ),
    "only-gentle-words-on-the-way": frozenset(
        {
            ("speaks", "jon@02-winter.yaml:10"),
            ("speaks", "jon@02-winter.yaml:17"),
            ("text", "02-winter.yaml:23"),
            ("text", "02-winter.yaml:24"),
            ("text", "02-winter.yaml:35"),
            ("text", "02-winter.yaml:36"),
        }
    ),
    "sent-away-first": frozenset(
        {
            ("choice", "evening.walk_out"),
            ("ending", "walked_out"),
            ("text", "endings.yaml:4"),
        }
    ),
    "she-left-and-still-objects": frozenset(
        {
            ("speaks", "vera@story.yaml:6"),
        }
    ),
    "the-bell-before-her-answer": frozenset(
        {
            ("speaks", "ines@01-sluice.yaml:24"),
        }
    ),
    "the-bell-calls-the-absent": frozenset(
        {
            ("acts", "benno@01-shift.yaml:27"),
        }
    ),
    "the-boat-takes-one": frozenset(
        {
            ("choice", "r_islet.picnic"),
            ("ending", "picnic"),
            ("text", "01-lake.yaml:19"),
            ("text", "01-lake.yaml:20"),
            ("text", "01-lake.yaml:23"),
            ("text", "01-lake.yaml:26"),
        }
    ),
    "the-door-that-swings-shut": frozenset(
        {
            ("choice", "back.slip_out"),
            ("stranded", "back"),
            ("text", "01-store.yaml:12"),
            ("text", "01-store.yaml:13"),
        }
    ),
    "the-ferry-before-the-key": frozenset(
        {
            ("choice", "boathouse.unlock_it"),
            ("choice", "house.leave_key"),
            ("choice", "house.take_key"),
            ("choice", "quay.board"),
            ("choice", "under_canvas.sit"),
            ("ending", "his_boat"),
            ("scene", "house"),
            ("scene", "quay"),
            ("scene", "under_canvas"),
            ("text", "01-island.yaml:14"),
            ("text", "01-island.yaml:9"),
            ("text", "04-mainland.yaml:17"),
            ("text", "04-mainland.yaml:6"),
            ("text", "04-mainland.yaml:9"),
        }
    ),
    "the-flood-leaves-one": frozenset(
        {
            ("choice", "boat.all_three"),
            ("ending", "together"),
            ("text", "02-boat.yaml:16"),
            ("text", "02-boat.yaml:20"),
        }
    ),
    "the-fuse-that-should-not-blow": frozenset(
        {
            ("bug", "last_reel.run_anyway"),
        }
    ),
    "the-gates-shut-at-dusk": frozenset(
        {
            ("stranded", "r_chapel"),
            ("stranded", "r_gate"),
            ("stranded", "r_wall"),
        }
    ),
    "the-keeper-answers-from-nowhere": frozenset(
        {
            ("speaks", "keeper@04-night.yaml:13"),
        }
    ),
    "the-key-stays-in-the-hall": frozenset(
        {
            ("stranded", "r_garden"),
        }
    ),
    "the-last-page-for-both": frozenset(
        {
            ("text", "endings.yaml:6"),
            ("text", "endings.yaml:7"),
        }
    ),
    "the-ledge-with-no-way": frozenset(
        {
            ("stranded", "ledge"),
        }
    ),
    "the-letter-and-the-fire": frozenset(
        {
            ("choice", "inquiry.tell_all"),
            ("ending", "settled"),
            ("text", "03-inquiry.yaml:14"),
            ("text", "03-inquiry.yaml:9"),
        }
    ),
    "the-letter-is-always-burnt": frozenset(
        {
            ("choice", "supper.give"),
            ("ending", "handed_over"),
            ("reachable", "story.yaml:4"),
            ("text", "03-supper.yaml:14"),
        }
    ),
    "the-missing-brother-speaks": frozenset(
        {
            ("speaks", "ole@02-night.yaml:12"),
        }
    ),
    "the-offer-for-two": frozenset(
        {
            ("choice", "r_pool.steam"),
            ("choice", "steam.back"),
            ("choice", "steam.listen"),
            ("ending", "voices"),
            ("scene", "steam"),
            ("text", "02-bath.yaml:22"),
            ("text", "02-bath.yaml:27"),
        }
    ),
    "the-office-is-always-shut": frozenset(
        {
            ("choice", "bridge.show"),
            ("choice", "office.apply"),
            ("ending", "across"),
            ("text", "01-town.yaml:10"),
            ("text", "01-town.yaml:11"),
            ("text", "02-bridge.yaml:6"),
            ("text", "02-bridge.yaml:9"),
        }
    ),
    "the-outcome-that-should-not-come": frozenset(
        {
            ("bug", "scale.step_on.breaks"),
        }
    ),
    "the-road-nobody-is-sent": frozenset(
        {
            ("choice", "mill_lane.ask"),
            ("choice", "mill_lane.on"),
            ("scene", "mill_lane"),
            ("text", "02-fork.yaml:23"),
            ("text", "02-fork.yaml:26"),
        }
    ),
    "the-second-branch-never-reads": frozenset(
        {
            ("text", "02-summer.yaml:7"),
            ("text", "02-summer.yaml:8"),
        }
    ),
    "the-throw-nobody-makes": frozenset(
        {
            ("choice", "booth.throw"),
            ("ending", "bear"),
            ("outcome", "booth.throw.miss"),
            ("outcome", "booth.throw.ring"),
            ("text", "01-fair.yaml:25"),
            ("text", "01-fair.yaml:28"),
            ("text", "01-fair.yaml:32"),
        }
    ),
    "the-tide-comes-in": frozenset(
        {
            ("stranded", "bank"),
        }
    ),
    "too-cold-for-the-pass": frozenset(
        {
            ("choice", "cairn.over"),
            ("ending", "far_side"),
            ("text", "01-valley.yaml:12"),
            ("text", "01-valley.yaml:13"),
            ("text", "01-valley.yaml:24"),
            ("text", "01-valley.yaml:24#1.1"),
        }
    ),
}
