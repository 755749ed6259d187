"""Blessed transcripts: every word of a run, as it was when somebody last said it is right."""

from __future__ import annotations

WORDS = "test: Every word\nchoose: [hold_her_hands]\ntranscript: true\n"


def test_words_are_blessed_and_a_changed_word_is_shown(folder, hyosan, put):
    put(a=WORDS)
    blessed = folder / "tests" / "transcripts" / "a.txt"

    code, printed, _ = hyosan(folder)
    assert code == 1
    assert "expected a blessed transcript; got no tests/transcripts/a.txt" in printed
    assert not blessed.exists()

    code, printed, _ = hyosan(folder, "--update")
    assert (code, "1 blessed anew" in printed) == (0, True)
    assert "> Take her hands in yours.\n\nThey are as cold as the taps" in blessed.read_text(encoding="utf-8")
    assert hyosan(folder)[0] == 0

    chapter = folder / "02-doors.yaml"
    chapter.write_text(chapter.read_text(encoding="utf-8").replace("the taps in", "taps in"), encoding="utf-8")
    code, printed, _ = hyosan(folder)
    assert code == 1
    assert "tests/a.yaml:3:13: error H070: expected the words of tests/transcripts/a.txt; got others" in printed
    assert "    -They are as cold as the taps in January.\n    +They are as cold as taps in January.\n" in printed
    assert "the taps" in blessed.read_text(encoding="utf-8")

    code, printed, _ = hyosan(folder, "--update")
    assert code == 0
    assert "    +They are as cold as taps in January." in printed
    assert hyosan(folder, "--update")[1].count("blessed anew") == 0


def test_a_test_that_fails_is_not_blessed(folder, hyosan, put):
    put(a=WORDS + "expect: {that: window_taped}\n")

    code, printed, _ = hyosan(folder, "--update")

    assert code == 1
    assert "tests/transcripts/a.txt stays as it was, because its test fails" in printed
    assert not (folder / "tests" / "transcripts").exists()


def test_half_a_run_is_not_compared(folder, hyosan, put):
    put(a=WORDS)
    hyosan(folder, "--update")
    put(a=WORDS.replace("hold_her_hands", "leave_her"))

    code, printed, _ = hyosan(folder)

    assert code == 1
    assert "leave_her to be offered" in printed
    assert "transcripts" not in printed


def test_several_tests_of_a_file_have_words_of_their_own_and_old_words_are_named(folder, hyosan, put):
    put(a="tests:\n  - {test: One!, transcript: true}\n  - {test: 둘, transcript: true}\n")
    hyosan(folder, "--update")
    transcripts = folder / "tests" / "transcripts"
    assert sorted(p.name for p in transcripts.iterdir()) == ["a.2.txt", "a.one.txt"]

    put(a="test: One\ntranscript: true\n", b="test: Two\nchoose: []\n")
    code, printed, _ = hyosan(folder, "--update")

    assert code == 0
    assert "belongs to no test" not in hyosan(folder / "tests" / "b.yaml")[1]
    assert "tests/transcripts/a.2.txt belongs to no test\ntests/transcripts/a.one.txt belongs to no test" in printed
