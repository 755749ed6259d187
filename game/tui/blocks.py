"""Runs, people, choices and slots as blocks of text. All words about a run are `game.present`'s."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from textual.content import Content

from game.engine import Piece, Run
from game.language import _
from game.present import Line, OptionView, PersonView, Status, View, ending_roll, transcript
from game.present.reading import ever_taken, page_lines
from game.present.view import WHERE, MeterView, day_text
from game.present.wording import duration
from game.saves import SlotInfo
from game.tui.ending import end_blocks
from game.tui.render import EMPTY, Block, cells, joined, line, padded, say
from game.tui.rows import living_words

SIGNS = {"with": "+", "present": "=", "elsewhere": "-", "away": "?", "gone": "x"}


def group_of(person: PersonView) -> str:
    """Where somebody is listed: those who may come back stand apart from those who are gone."""
    return "away" if person.presence == "away" else person.where


def spans(pieces: Iterable[Piece]) -> Content:
    """Pieces of story text, with the writer's emphasis."""
    return say(*((p.text, p.style if p.style in ("em", "strong") else "") for p in pieces))


# --- the transcript -------------------------------------------------------------------------------


def turn_blocks(
    run: Run, turn: int, read: Container[str] | None = None, ever: Container[str] | None = None
) -> list[Block]:
    """What a turn adds to the transcript; shortened by what has been `read` before, where that is given.

    `ever` is what was read in any run, to tell at an ending how much of the story that is.
    """
    out: list[Block] = []
    before = ""
    for told in transcript(run, turn) if read is None else page_lines(run, turn, read):
        out.append(_told(told, before))
        before = told.kind
    if turn == run.turn and run.over:
        out.extend(roll_blocks(run))
        out.extend(end_blocks(run, None if ever is None else ever_taken(ever)))
    return out


def _told(told: Line, before: str) -> Block:
    text = spans(told.pieces)
    if told.kind == "chosen":
        return Block(text, say(("> ", "dim")), 2, gap=2, tone="chosen")
    if told.kind == "speech":
        return Block(say((f"{told.speaker}: ", "name"), text), EMPTY, 2, gap=0 if before == "speech" else 1)
    if told.kind == "changes":
        return Block(text, say(("- ", "dim")), 2, gap=1, tone="aside")
    if told.kind == "folded":
        return Block(text, say(("+ ", "key")), 2, gap=1, tone="aside")
    if told.kind == "heading":
        return Block(text, gap=1, tone="heading")
    if told.kind == "ending":
        return Block(text, gap=2, tone="title")
    return Block(text, gap=1)


def roll_blocks(run: Run) -> list[Block]:
    """Everybody met, and what became of them."""
    roll = ending_roll(run)
    if not roll:
        return []
    width = max(cells(line(person.name)) for person in roll) + 2
    out = [Block(say((_("Who they were, and what became of them"), "label")), gap=2)]
    told = True
    for person in roll:
        text = say(person.fate, (f"  {person.decided}", "dim") if person.decided else "")
        gap = 1 if told or person.words else 0
        out.append(Block(text, say((padded(line(person.name), width), "name")), width, gap=gap))
        out.extend(Block(spans(words.pieces), EMPTY, 2) for words in person.words)
        told = bool(person.words)
    return out


# --- choices --------------------------------------------------------------------------------------


def choice_blocks(options: Sequence[OptionView], taken: Container[str] = frozenset()) -> list[Block]:
    """The choices, open and locked. Locked ones have no item: the cursor passes them by.

    Those in `taken` were taken before, which is said in words.
    """
    out: list[Block] = []
    wide = 3 if sum(o.open for o in options) < 10 else 4
    for option in options:
        known = [part for part in (option.price, _("taken before") if option.id in taken else "") if part]
        price = say((" · ".join(known), "dim")) if known else EMPTY
        if option.open:
            lead = say((padded(str(option.number), wide), "key"))
            out.append(Block(say(option.text), lead, wide, price, item=option.id))
        else:
            lead = say((padded("x", wide), "dim"))
            reason = _("locked: {reason}", reason=option.reason) if option.reason else _("locked")
            out.append(Block(say(option.text, (f"  {reason}", "em")), lead, wide, tone="shut"))
    return out


# --- the column and the status line ---------------------------------------------------------------


def clock(status: Status) -> str:
    return day_text(status.day, status.time) if status.time else ""


def ladder(meter: MeterView) -> Content:
    """All the words of a meter with the one it stands at in brackets; a meter without words as its number."""
    if not meter.word:
        return say(_("{now} of {most}", now=meter.value, most=meter.high))
    # A word of several words stays on one line, and so does the dot after it.
    words = {word: word.replace(" ", "\u00a0") for word in meter.words}
    steps = [say((f"[{w}]", "strong")) if word == meter.word else say((w, "dim")) for word, w in words.items()]
    return joined(steps, "\u00a0· ")


def person_row(person: PersonView, common: str) -> Content:
    """A name with its sign, and the fate unless it is the `common` one."""
    word = f" {person.fate}" if person.fate != common else ""
    return say((f"{SIGNS[group_of(person)]} ", "dim"), person.short, (word, "em"))


def side_blocks(view: View, common: str, full: bool) -> list[Block]:
    """The column beside the text: when and where, you, your hands, and the others. Not `full`: in fewer lines."""
    now = view.status
    out = [
        Block(say((text, style)))
        for text, style in ((now.chapter, "strong"), (clock(now), ""), (now.place, ""))
        if text
    ]
    shown = [m for m in now.meters if m.word or full]
    if shown:
        out.append(Block(say((_("you"), "label")), gap=1))
    for meter in shown:
        if full:
            out.append(Block(say(meter.label)))
            out.append(Block(ladder(meter), say("  "), 2))
        else:
            out.append(Block(say((f"{meter.label}: ", "dim"), (meter.word, "strong"))))
    out.append(Block(say((_("in your hands"), "label")), gap=1))
    carried = [line(name) for name, _ in now.hands] or [_("nothing")]
    out.extend([Block(say(name), hang=2) for name in carried] if full else [Block(say(", ".join(carried)))])
    for where in SIGNS:
        group = [p for p in now.people if group_of(p) == where]
        if group:
            out.append(Block(say((_(WHERE[where]), "label")), gap=1))
            rows = [person_row(p, common) for p in group]
            out.extend([Block(row, hang=2) for row in rows] if full else [Block(joined(rows, ", "))])
    return out


def status_content(view: View, common: str) -> Content:
    """The status line of a narrow terminal: time, place, words of the meters, who goes with you."""
    now = view.status
    parts = [say((part, "strong")) for part in (now.time,) if part]
    parts.extend(say(part) for part in (now.place,) if part)
    parts.extend(say(m.word) for i, m in enumerate(now.meters) if m.word and (i == 0 or m.value > m.low))
    company = now.at("with")
    if company:
        names = ", ".join(p.short + (f" ({p.fate})" if p.fate != common else "") for p in company)
        parts.append(say(_("with {names}", names=names)))
    return joined(parts, " · ")


# --- hands ----------------------------------------------------------------------------------------


def hands_blocks(status: Status) -> list[Block]:
    """What is carried, and how you are."""
    out = [Block(say((_("You carry"), "label")))]
    for name, about in status.hands:
        out.append(Block(say((name, "name")), say("  "), 2, gap=1))
        if about:
            out.append(Block(say(about), say("  "), 2))
    if not status.hands:
        out.append(Block(say((_("Nothing. Your hands are free."), "dim")), say("  "), 2))
    if status.meters:
        out.append(Block(say((_("You are"), "label")), gap=2))
    for meter in status.meters:
        out.append(Block(say((meter.label, "name")), say("  "), 2, gap=1))
        if not meter.word:
            out.append(Block(ladder(meter), say("    "), 4))
        for word in dict.fromkeys(meter.words):
            here = word == meter.word
            step = say((word, "strong"), ("  " + _("now"), "dim")) if here else say((word, "dim"))
            out.append(Block(step, say("  > " if here else "    "), 4))
    return out


# --- saved moments --------------------------------------------------------------------------------


def slot_blocks(slot: SlotInfo, gap: int) -> list[Block]:
    """A saved moment: its name; where and when; who lives."""
    name = (line(slot.title), "name") if slot.title else (_("autosave"), "dim")
    if slot.problem:
        return [
            Block(say(name), gap=gap, item=slot.id),
            Block(say((_("problem: "), "bad"), line(slot.problem)), say("  "), 2, item=slot.id),
        ]
    played = duration(slot.played // 60) or _("under a minute")
    over = (_("over"),) if slot.over else ()
    tail = say((", ".join((_("turn {n}", n=slot.turn), played, *over)), "dim"))
    rows = [Block(say(name), tail=tail, gap=gap, item=slot.id)]
    for text in (line(slot.summary), living_words(slot)):
        if text:
            rows.append(Block(say((text, "dim")), say("  "), 2, item=slot.id))
    if slot.instead:
        rows.append(Block(say((slot.instead, "bad")), say("  "), 2, item=slot.id))
    return rows
