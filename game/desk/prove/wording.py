"""What a report says, in sentences: one wording for terminals, pages and machines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import log2

from game.prove.report import KINDS, Answer, Cell, Chance, Effort, Loss, Matrix, Memory, Question, Report, Witness
from game.story.diagnostics import Where, printable
from game.story.model import Story

PROBLEM = {
    "scene": "{} can never be reached",
    "ending": "{} can never be reached",
    "choice": "{} can never be made",
    "outcome": "{} can never happen",
    "text": "{} can never be read",
    "stuck": "{}: a player can stand there without a choice",
    "stranded": "{}: a player can stand there with no ending within reach any more",
    "speaks": "{}: can be heard from somebody who is not there",
    "acts": "{}: can be done by somebody who is not there",
    "fates": "{} can change as `becomes` does not allow",
    "ranges": "{} can leave its range",
    "always": "{} does not always hold",
    "never": "{} can happen",
    "reachable": "{} can never happen",
    "bug": "{} can happen",
}
"""What is wrong where an answer is refuted; {} are the words of the question."""

OPEN = {
    "scene": "can be reached",
    "ending": "can be reached",
    "choice": "can be made",
    "outcome": "can happen",
    "text": "can be read",
    "fates": "changes only as `becomes` allows",
    "ranges": "keeps to its range",
    "always": "always holds",
    "never": "can happen",
    "reachable": "can happen",
    "bug": "can happen",
}
"""What is not known where an answer is open, of the words of the question."""

TELLING = {
    "cruel": "not said, neither before nor after",
    "nasty": "said only after it is made",
    "tough": "said before it is made",
    "polite": "said before and after",
}
"""How a point of no return is told, the worst first."""

LUCK = {
    "sure": "by choices alone, whatever the dice",
    "luck": "only if dice fall well",
    "never": "not at all",
    "open": "not known",
}

ROUNDING = 1e-9
"""How far what was counted out may be from what it is, from adding up fractions."""

RAN_OUT = re.compile(r"\((?P<of>[^()]+)\)$")
"""How a limit ends that says what ran out: time, memory."""

SHORT = 10_000
ILLIONS = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))


def many(count: int, what: str) -> str:
    """`1 choice`, `1,200 choices`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def size(states: int) -> str:
    """How many states there are: `1 state`, `about 3.2 billion states`."""
    if states < SHORT:
        return many(states, "state")
    if states < 10**6:
        return f"about {float(f'{states:.2g}'):,.0f} states"
    if states >= 10**15:
        digits = len(str(states)) - 1
        return f"about 10^{digits} states"
    # Rounded first: 999,999,999 is a billion, and not a thousand millions.
    rounded = int(float(f"{states:.2g}"))
    factor, word = next(known for known in ILLIONS if rounded >= known[0])
    return f"about {rounded / factor:g} {word} states"


def facts(report: Report) -> str:
    """How large what was looked at is: `31 scenes, 214 choices, about 3.2 billion states`."""
    effort = report.effort
    parts = [many(effort.scenes, "scene"), many(effort.choices, "choice")]
    if effort.states is not None:
        parts.append(size(effort.states))
    return ", ".join(parts)


def took(effort: Effort) -> str:
    """How long it took: `12.3 s on 4 cores (39.8 s of processor time)`."""
    cores = f" on {effort.cores} cores" if effort.cores > 1 else ""
    return f"{effort.seconds:.1f} s{cores}" + (f" ({effort.cpu:.1f} s of processor time)" if effort.cpu else "")


def verdict(report: Report) -> str:
    """What came of it all, in a sentence or two. Only where nothing is open is anything said of the whole."""
    wrong, left, all_ = len(report.of("refuted")), len(report.of("open")), len(report.answers)
    if not all_:
        return "Nothing was asked."
    if report.unasked:
        return "Nothing is proved: the budget ended while the story was laid out."
    fates, goals = unsettled(report)
    if not wrong and not left and fates + goals:
        loose = f"{besides(fates, goals)} {_stay(fates + goals)} open"
        said = f"No problem was found in {many(all_, 'question')}, but {loose}."
    elif not wrong and not left:
        said = f"All that was asked is proved: {many(all_, 'question')}."
    elif not wrong:
        said = f"No problem was found, but {left:,} of {many(all_, 'question')} {_stay(left)} open."
    else:
        and_ = f", and {left:,} {_stay(left)} open" if left else "; the others are proved" if wrong < all_ else ""
        said = f"{many(wrong, 'problem')} in {many(all_, 'question')}{and_}."
    return f"{said} {safe}".strip() if (safe := _safe(report)) else said


def unsettled(report: Report) -> tuple[int, int]:
    """What is open besides questions: how many fates of the matrix, and for how many goals whether they take luck."""
    matrix, fates = report.matrix, 0
    if matrix is not None:
        every = product(matrix.endings, matrix.people, matrix.fates)
        fates = sum(cell(matrix, *key).verdict == "open" for key in every)
    return fates, sum(prospect.luck == "open" for prospect in report.prospects)


def besides(fates: int, goals: int) -> str:
    """`3 fates and 1 goal`."""
    return " and ".join(many(count, what) for count, what in ((fates, "fate"), (goals, "goal")) if count)


def _stay(count: int) -> str:
    return "stays" if count == 1 else "stay"


def _safe(report: Report) -> str:
    """The first thing a writer wants to hear, if it is so."""
    ways = [
        word
        for kind, word in (("stuck", "left without a choice"), ("stranded", "stranded"))
        if (asked := [a for a in report.answers if a.question.kind == kind])
        and all(a.verdict == "proved" for a in asked)
    ]
    return f"Nobody can be {' or '.join(ways)}." if ways else ""


def statement(answer: Answer) -> str:
    """An answer as a clause: what is wrong, what is not known, or what holds."""
    question = answer.question
    words = printable(" ".join(question.words.split())) or printable(question.subject)
    if answer.verdict == "refuted":
        return PROBLEM.get(question.kind, "{}: does not hold").format(words)
    if answer.verdict == "open":
        if question.kind in OPEN:
            return f"not known whether {words} {OPEN[question.kind]}"
        return f"{words}: not known whether {KINDS.get(question.kind, 'it holds')}"
    return f"{words}: {KINDS.get(question.kind, 'it holds')}"


def at(where: Where) -> str:
    """`file:line`."""
    return printable(f"{where.file}:{where.line}" if where.line else where.file)


def named(question: Question) -> str:
    """What one may call a question by: its kind and its subject."""
    return printable(f"{question.kind} {question.subject}")


def kinds(answers: Iterable[Answer]) -> list[str]:
    """The kinds that were asked, in the order they are shown; kinds nobody knows come last."""
    asked = dict.fromkeys(a.question.kind for a in answers)
    return [*(kind for kind in KINDS if kind in asked), *(kind for kind in asked if kind not in KINDS)]


def by_kind(answers: Sequence[Answer]) -> Iterator[tuple[str, tuple[int, int, int]]]:
    """Each kind that was asked, with how many of its answers are proved, refuted and open."""
    counts = Counter((answer.question.kind, answer.verdict) for answer in answers)
    for kind in kinds(answers):
        yield kind, (counts[kind, "proved"], counts[kind, "refuted"], counts[kind, "open"])


# --- chances ----------------------------------------------------------------------------------------


def percent(value: float) -> str:
    """A chance for people: never `0 %` for what can happen, never `100 %` for what can fail."""
    if value <= 0:
        return "0 %"
    if value >= 1:
        return "100 %"
    hundredths = 100 * value
    if hundredths < 0.01:
        return "<0.01 %"
    if hundredths > 99.99:
        return ">99.99 %"
    return f"{hundredths:.2f} %" if hundredths < 1 or hundredths > 99 else f"{hundredths:.1f} %"


def certain(chance: Chance) -> bool:
    """Whether it was counted out to always happen: fractions added up come to 1 but for their last digits."""
    return chance.exact and chance.value >= 1 - ROUNDING


def share(chance: Chance) -> str:
    """A chance, without how well it is known."""
    return percent(1.0 if certain(chance) else chance.value)


def span(chance: Chance) -> str:
    """Between what a chance lies: `28.0–34.0 %`."""
    low, high = percent(chance.low), percent(chance.high)
    return f"{low.removesuffix(' %')}–{high}"


def likely(chance: Chance) -> str:
    """A chance and how well it is known."""
    return share(chance) if chance.exact else f"{share(chance)} ({span(chance)}, sampled)"


def sampled(report: Report) -> tuple[int, int]:
    """How many chances were sampled, and in how many plays at most."""
    chances = [c for p in report.prospects for c in p.odds.values()]
    chances += [c for better in report.better for pair in better.gains.values() for c in pair]
    loose = [c for c in chances if not c.exact]
    return len(loose), max((c.runs for c in loose), default=0)


# --- fates ------------------------------------------------------------------------------------------


def fate_word(story: Story, fate: str) -> str:
    """What a fate is called."""
    known = story.fates.get(fate)
    return known.word if known is not None and known.word else fate


def letters(matrix: Matrix, story: Story) -> dict[str, str]:
    """A letter for each fate that is not impossible everywhere: its word's first, or another while that is taken."""
    out: dict[str, str] = {}
    for fate in matrix.fates:
        if any(cell(matrix, e, p, fate).verdict != "refuted" for e in matrix.endings for p in matrix.people):
            spare = (*fate_word(story, fate).upper(), *"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
            out[fate] = next(c for c in spare if c.isascii() and c.isalnum() and c not in out.values())
    return out


def cell(matrix: Matrix, ending: str, person: str, fate: str) -> Cell:
    """A cell of the matrix; what nobody looked at is open."""
    return matrix.cells.get((ending, person, fate), Cell("open"))


def settled(matrix: Matrix, person: str) -> str:
    """The one fate a person has at whatever ending a player comes to, or "" when there is more than one."""
    found: set[str] = set()
    for ending in matrix.endings:
        for fate in matrix.fates:
            verdict = cell(matrix, ending, person, fate).verdict
            if verdict == "open":
                return ""
            if verdict == "proved":
                found.add(fate)
    return found.pop() if len(found) == 1 else ""


# --- the rest ---------------------------------------------------------------------------------------


def by_cruelty(losses: Iterable[Loss]) -> list[Loss]:
    """Points of no return, the ones that are told worst first."""
    order = list(TELLING)
    return sorted(losses, key=lambda loss: order.index(loss.telling))


def cost(memory: Memory) -> float:
    """What it costs to remember a variable: how much is told apart, for how long."""
    return memory.scenes * log2(max(memory.values, 2))


def rolls(witness: Witness) -> str:
    """What the dice must come to in a playthrough, or ""."""
    return ", ".join(f"{printable(roll)} = {printable(outcome)}" for roll, outcome in witness.dice.items())


def cut_short(limits: Sequence[str]) -> str:
    """What the limits of an effort come to: how often something ran out, and what; then what was given up by name.

    Which looks they were means nothing to a writer: the JSON has them. Of each at most the last two are named.
    """
    ran_out = [found["of"] for limit in limits if (found := RAN_OUT.search(limit))]
    named = [printable(limit) for limit in dict.fromkeys(limits) if not RAN_OUT.search(limit)]
    said = []
    if ran_out:
        last = list(dict.fromkeys(reversed(ran_out)))[:2]
        said.append(f"{many(len(ran_out), 'look')} by {' and '.join(printable(of) for of in reversed(last))}")
    return ", ".join([*said, *named[-2:]])


def limits(report: Report) -> list[str]:
    """What was not settled, what was left out, what was sampled: one sentence each, always at least one."""
    effort, left = report.effort, report.of("open")
    out = []
    if left:
        asked = ", ".join(f"{k}: {sum(a.question.kind == k for a in left):,}" for k in kinds(left))
        out.append(f"Open: {many(len(left), 'question')} ({asked}).")
    else:
        out.append("No question is open.")
    if effort.rung == "everything":
        out.append("Nothing of a state was left out.")
    else:
        out.append(f"Of each state was left out: {printable(effort.rung)}.")
    if effort.limits:
        out.append(f"Cut short: {cut_short(effort.limits)}.")
    if loose := besides(*unsettled(report)):
        out.append(f"Open besides: {loose}.")
    count, runs = sampled(report)
    if count:
        within = f" in up to {runs:,} plays" if runs else ""
        out.append(f"{many(count, 'chance')} {'was' if count == 1 else 'were'} sampled{within}, with 95 % intervals.")
    return out
