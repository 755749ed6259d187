"""A report for the terminal: what is wrong first, then how much holds, who lives at which ending, what can be won."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from game.desk.prove import details
from game.desk.prove.columns import fit, table, wide
from game.desk.prove.playthrough import person_of, title_of
from game.desk.prove.sheet import Sheet, folded
from game.desk.prove.wording import (
    LUCK,
    at,
    by_cruelty,
    by_kind,
    cell,
    certain,
    facts,
    fate_word,
    letters,
    likely,
    limits,
    many,
    rolls,
    settled,
    statement,
    took,
    verdict,
)
from game.prove.report import KINDS, Alive, Answer, Matrix, Prospect, Report
from game.story.diagnostics import cells, printable
from game.story.model import Story

if TYPE_CHECKING:
    from rich.text import Text

LEAST = 40
"""Columns: a narrower terminal breaks the lines itself."""

FEW = 8
"""Problems of one kind that are shown when not everything is."""

NOTHING, UNKNOWN = "·", "?"


def summary(report: Report, story: Story, width: int = 80, verbose: bool = False) -> Text:
    """The report as lines of at most `width` columns. Nothing in it is markup, and nothing is told by colour alone."""
    sheet = Sheet(max(width, LEAST))
    sheet.wrap(printable(f"{report.title} {report.version}: {facts(report)}"), style="bold")
    sheet.wrap(verdict(report), style="bold red" if report.of("refuted") else "bold")
    _problems(sheet, report, verbose)
    _open(sheet, report, verbose)
    _asked(sheet, report)
    if report.matrix is not None:
        _fates(sheet, report.matrix, story)
    _goals(sheet, report, verbose)
    if verbose:
        details.show(sheet, report, story)
    elif left := _left_out(report):
        sheet.head("besides")
        sheet.wrap(f"{left} (--verbose lists them)", "  ")
    sheet.gap()
    sheet.wrap(f"Limits: {' '.join(limits(report))}", style="dim")
    if verbose:
        sheet.wrap(_effort(report), style="dim")
    return sheet.text()


# --- what is wrong ------------------------------------------------------------------------------------


def _problems(sheet: Sheet, report: Report, verbose: bool) -> None:
    wrong = report.of("refuted")
    if not wrong:
        return
    sheet.head("problems")
    seen: Counter[str] = Counter()
    for number, answer in enumerate(wrong, 1):
        kind = answer.question.kind
        seen[kind] += 1
        if verbose or seen[kind] <= FEW:
            _problem(sheet, number, answer)
    for kind, count in seen.items():
        if not verbose and count > FEW:
            sheet.wrap(f"and {count - FEW:,} more: not so that {KINDS.get(kind, kind)} (--verbose lists them)", "  ")
    if any(answer.witness is not None for answer in wrong):
        more = "--open N plays problem number N; --save-tests DIR writes these playthroughs as story tests"
        sheet.wrap(more, "  ", style="dim")


def _problem(sheet: Sheet, number: int, answer: Answer) -> None:
    sheet.wrap(f"{at(answer.question.where)}: {statement(answer)}", f"{number:3} ", "    ")
    for line in answer.because:
        sheet.wrap(printable(line), "    - ", "      ")
    if answer.witness is not None:
        sheet.wrap(folded(answer.witness, 2 * sheet.width - 24), "    ", "      ", style="cyan")
        if dice := rolls(answer.witness):
            sheet.wrap(f"dice: {dice}", "    ", "      ", style="cyan")


def _open(sheet: Sheet, report: Report, verbose: bool) -> None:
    left = report.of("open")
    if not left:
        return
    sheet.head("open")
    for answer in left if verbose else left[:FEW]:
        sheet.wrap(f"{at(answer.question.where)}: {statement(answer)}", "  ", "    ")
        for line in answer.because if verbose else ():
            sheet.wrap(printable(line), "    - ", "      ")
    if len(left) > FEW and not verbose:
        sheet.wrap(f"and {len(left) - FEW:,} more (--verbose lists them)", "  ")


def _asked(sheet: Sheet, report: Report) -> None:
    if not report.answers:
        return
    sheet.gap()
    rows = [["asked", "proved", "refuted", "open"]]
    for kind, numbers in by_kind(report.answers):
        rows.append([printable(KINDS.get(kind, kind)), *(f"{n:,}" if n else NOTHING for n in numbers)])
    first, *others = table(rows, "lrrr", sheet.width)
    sheet.line(first, "bold")
    for line in others:
        sheet.line(line)


# --- who lives ----------------------------------------------------------------------------------------


def _fates(sheet: Sheet, matrix: Matrix, story: Story) -> None:
    if not matrix.endings:
        return
    sheet.head("what can become of whom")
    known = letters(matrix, story)
    legend = ", ".join(f"{letter} {_fate(story, fate)}" for fate, letter in known.items())
    signs = f"{NOTHING} impossible"
    if any(cell(matrix, e, p, f).verdict == "open" for e in matrix.endings for p in matrix.people for f in known):
        signs += f", {UNKNOWN} open"
    sheet.wrap(f"{legend}, {signs}", "  ", style="dim")
    if never := [_fate(story, fate) for fate in matrix.fates if fate not in known]:
        sheet.wrap(f"nobody is ever: {', '.join(never)}", "  ", style="dim")
    for number, ending in enumerate(matrix.endings, 1):
        way = "" if ending in matrix.alive else " (no way to it is known)"
        sheet.wrap(f"{number} {printable(title_of(story, ending))}{way}", "  ", "    ")
    fixed: dict[str, list[str]] = {}
    rows: list[str] = []
    for person in matrix.people:
        if fate := settled(matrix, person):
            fixed.setdefault(fate, []).append(printable(person_of(story, person)))
        else:
            rows.append(person)
    if rows or matrix.alive:
        _blocks(sheet, matrix, story, known, rows)
    for fate, people in fixed.items():
        sheet.wrap(f"always {_fate(story, fate)}, at every ending: {', '.join(people)}", "  ", "    ")


def _blocks(sheet: Sheet, matrix: Matrix, story: Story, known: dict[str, str], people: list[str]) -> None:
    """The matrix in as many blocks of endings as the width asks for."""
    names = [fit(printable(person_of(story, person)), 16) for person in people]
    columns = [_column(matrix, ending, known, people) for ending in matrix.endings]
    start = 0
    while start < len(columns):
        end = start + 1
        while end < len(columns) and _room(names, columns[start : end + 1]) <= sheet.width:
            end += 1
        block = [[str(i + 1), *columns[i]] for i in range(start, end)]
        heads = ["", *names, "how many live"] if matrix.alive else ["", *names]
        sheet.gap()
        sheet.table([list(row) for row in zip(heads, *block, strict=True)], "l" * (end - start + 1), head=True)
        start = end
    if any(not alive.exact for alive in matrix.alive.values()):
        sheet.wrap("~ no fewer and no more than these", "  ", style="dim")


def _room(names: list[str], columns: list[list[str]]) -> int:
    first = max(13, *(cells(name) for name in names)) if names else 13
    return 2 + first + sum(2 + max(cells(text) for text in column) for column in columns)


def _column(matrix: Matrix, ending: str, known: dict[str, str], people: Iterable[str]) -> list[str]:
    out = []
    for person in people:
        signs = {"proved": "", "refuted": NOTHING, "open": UNKNOWN}
        out.append("".join(signs[cell(matrix, ending, person, f).verdict] or letter for f, letter in known.items()))
    if matrix.alive:
        out.append(living(matrix.alive[ending]) if ending in matrix.alive else NOTHING)
    return out


def living(alive: Alive) -> str:
    """`9–12`, or `~9–12` for bounds that nobody need come to."""
    shown = f"{alive.fewest}" if alive.fewest == alive.most else f"{alive.fewest}–{alive.most}"
    return shown if alive.exact else f"~{shown}"


def _fate(story: Story, fate: str) -> str:
    return printable(fate_word(story, fate))


# --- what can be won ----------------------------------------------------------------------------------


def _goals(sheet: Sheet, report: Report, verbose: bool) -> None:
    if not report.prospects:
        return
    sheet.head("goals")
    players = list(dict.fromkeys(name for prospect in report.prospects for name in prospect.odds))
    shown = [p for p in report.prospects if verbose or not _in_every_play(p)]
    players = players if verbose else players[:1]
    rows = [["", "luck", *(printable(name) for name in players)]]
    rows += [[printable(p.goal.words), p.luck, *(_odds(p, name) for name in players)] for p in shown]
    # The first column may give way, but not down to nothing.
    if wide([row[1:] for row in rows]) + 24 <= sheet.width:
        sheet.table(rows, "l" * (len(players) + 2), head=True)
    else:
        for p in shown:
            sheet.wrap(f"{printable(p.goal.words)}: {p.luck}", "  ", "    ")
            for name in players:
                sheet.wrap(f"{printable(name)} {_odds(p, name)}", "    ", "      ")
    if always := [printable(p.goal.words) for p in report.prospects if p not in shown]:
        sheet.wrap(f"in every play that was made: {', '.join(always)}", "  ", "    ")
    used = dict.fromkeys(p.luck for p in report.prospects)
    sheet.wrap("; ".join(f"{luck}: {LUCK[luck]}" for luck in LUCK if luck in used), "  ", style="dim")


def _in_every_play(prospect: Prospect) -> bool:
    """Whether no player ever missed a goal that takes no luck: it need not be read about."""
    return (
        prospect.luck == "sure"
        and bool(prospect.odds)
        and all(c.value == 1 or certain(c) for c in prospect.odds.values())
    )


def _odds(prospect: Prospect, player: str) -> str:
    return likely(prospect.odds[player]) if player in prospect.odds else NOTHING


def _left_out(report: Report) -> str:
    parts = []
    if report.losses:
        worst = sum(loss.telling == "cruel" for loss in by_cruelty(report.losses))
        told = f" ({worst:,} of them cruel)" if worst else ""
        lost = "1 point" if len(report.losses) == 1 else f"{len(report.losses):,} points"
        parts.append(f"{lost} of no return{told}")
    if report.better:
        parts.append(f"{many(len(report.better), 'choice')} never better than another")
    if report.memory:
        parts.append(f"what {many(len(report.memory), 'variable')} cost{'s' if len(report.memory) == 1 else ''}")
    return "; ".join(parts)


def _effort(report: Report) -> str:
    effort = report.effort
    reused = f", {many(effort.reused, 'answer')} kept from before" if effort.reused else ""
    return f"{many(effort.played, 'choice')} played in {took(effort)}{reused}."
