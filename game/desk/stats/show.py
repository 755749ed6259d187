"""A story's numbers as text: quiet, in columns, wide characters counted as two."""

from __future__ import annotations

from game.desk.stats.count import LONG_CHOICE, Stats
from game.desk.stats.lengths import PACE
from game.desk.wander import HOW
from game.story.diagnostics import cells, printable


def shown(stats: Stats) -> str:
    """The numbers as text, without a newline at its end."""
    out = [printable(f"{stats.title} {stats.version}"), ""]
    out += _table(
        [
            ["words", f"{stats.words:,}", f"{_minutes(stats.minutes)} of reading at {PACE} words a minute"],
            ["scenes", f"{stats.scenes:,}", f"and {_many(stats.rooms, 'room')}, {_many(stats.endings, 'ending')}"],
            ["choices", f"{stats.choices:,}", _choices(stats)],
            *(
                [["gentle", f"{stats.gentle_words:,}", "words of softer versions besides"]]
                if stats.gentle_words
                else []
            ),
            ["bells", f"{stats.bells:,}", f"and {_many(stats.rules, 'rule')}"],
        ],
        "lrl",
    )
    out += ["", *_chapters(stats), "", *_voices(stats), "", *_run(stats)]
    out += ["", "longest scenes", *_table([[id, f"{count:,} words"] for id, count in stats.longest_scenes], "lr")]
    if stats.long_choices:
        rows = [[c.id, f"{c.words} words", c.where, printable(c.text)] for c in stats.long_choices]
        out += ["", f"choices over {LONG_CHOICE} words", *_table(rows, "lrll")]
    if stats.silent:
        out += ["", "never speak", *_wrapped(", ".join(printable(v.name) for v in stats.silent))]
    return "\n".join(line.rstrip() for line in out)


def _choices(stats: Stats) -> str:
    parts = [f"{stats.choices_per_scene:.1f} a scene", f"{stats.choice_words:,} words"]
    if stats.rolls:
        parts.append(_many(stats.rolls, "roll"))
    if stats.exits_and_offers:
        parts.append(f"{stats.exits_and_offers:,} exits and offers besides")
    return ", ".join(parts)


def _chapters(stats: Stats) -> list[str]:
    head = ["chapters", "scenes", "rooms", "endings", "choices", "words", "reading"]
    rows = [
        [
            printable(p.title) or "(no chapter)",
            *(f"{n:,}" if n else "·" for n in (p.scenes, p.rooms, p.endings, p.choices)),
            f"{p.words:,}",
            _minutes(p.minutes),
        ]
        for p in stats.chapters
    ]
    return _table([head, *rows], "lrrrrrr", headed=True)


def _voices(stats: Stats) -> list[str]:
    head = ["speakers", "words", "share", "paragraphs"]
    rows = [
        [printable(v.name), f"{v.words:,}", f"{100 * v.words / max(stats.words, 1):.0f}%", f"{v.paragraphs:,}"]
        for v in stats.voices
    ]
    return _table([head, *rows], "lrrr", headed=True)


def _run(stats: Stats) -> list[str]:
    run = stats.run
    head = f"a run, by {_many(run.plays, 'random play')} (seeds 0 to {run.plays - 1}; {HOW})"
    choices, minutes, longest = run.choices, run.minutes, run.longest_stretch
    rows = [
        ["choices", f"{choices.median:.0f}", f"{choices.least:.0f} to {choices.most:.0f}"],
        ["reading", _minutes(minutes.median), f"{_minutes(minutes.least)} to {_minutes(minutes.most)}"],
        ["between choices", f"{run.words_between_choices:.0f}", "words on average"],
        ["without a choice", f"{longest.words:,}", "words at most, on the way"],
    ]
    out = [*_wrapped(head, ""), *_table(rows, "lrl"), *_wrapped(" → ".join(longest.scenes), "      ")]
    if run.ended < run.plays:
        out.append(f"  {_many(run.plays - run.ended, 'play')} came to no ending")
    return out


def _minutes(minutes: float) -> str:
    whole = round(minutes)
    if minutes and not whole:
        return "<1 min"
    return f"{whole} min" if whole < 120 else f"{whole // 60} h {whole % 60:02d} min"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _table(rows: list[list[str]], sides: str, headed: bool = False) -> list[str]:
    """Rows in columns: `sides` says l or r for each. All but a head are set in by two."""
    lead = [[("" if headed and not i else "  ") + row[0], *row[1:]] for i, row in enumerate(rows)]
    wide = [max(cells(row[i]) for row in lead) for i in range(len(sides))]
    return ["  ".join(_pad(cell, wide[i], sides[i]) for i, cell in enumerate(row)).rstrip() for row in lead]


def _pad(text: str, wide: int, side: str) -> str:
    space = " " * (wide - cells(text))
    return text + space if side == "l" else space + text


def _wrapped(text: str, lead: str = "  ", room: int = 78) -> list[str]:
    """`text` in lines of at most `room` columns."""
    lines = [lead]
    for word in text.split():
        if cells(lines[-1]) + 1 + cells(word) > room and lines[-1].strip():
            lines.append(lead + word)
        else:
            lines[-1] += word if not lines[-1].strip() else f" {word}"
    return lines
