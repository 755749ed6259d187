"""The parts of the page: problems, goals, points of no return, better choices, the cost of remembering."""

from __future__ import annotations

from game.desk.prove.html import Html, el, joined, scroll, table
from game.desk.prove.plays import Plays
from game.desk.prove.playthrough import title_of, written
from game.desk.prove.wording import (
    LUCK,
    TELLING,
    at,
    by_cruelty,
    by_kind,
    cost,
    kinds,
    likely,
    many,
    share,
    span,
    statement,
)
from game.prove.report import KINDS, Answer, Better, Chance, Loss, Prospect, Report, Witness
from game.story.model import Story

LUCKY = {"sure": "sure", "luck": "needs luck", "never": "never", "open": "open"}

# --- answers ------------------------------------------------------------------------------------------


def problems(report: Report, plays: Plays) -> list[Html]:
    """What is refuted, each with its reasons and its playthrough."""
    return [_problem(number, answer, plays) for number, answer in enumerate(report.of("refuted"), 1)]


def _problem(number: int, answer: Answer, plays: Plays) -> Html:
    asked = KINDS.get(answer.question.kind, answer.question.kind)
    parts = [
        el(
            "p",
            el("b", f"{number}. "),
            el("code", at(answer.question.where)),
            " ",
            el("small", f"not so: {asked}", class_="quiet"),
        ),
        el("h3", statement(answer)),
        *([_because(answer)] if answer.because else []),
        *([plays.inline(answer.witness, "See it happen")] if answer.witness is not None else []),
    ]
    return el("article", *parts, class_="problem")


def _because(answer: Answer) -> Html:
    return el("ul", *(el("li", line) for line in answer.because), class_="because")


def undecided(report: Report) -> list[Html]:
    """What is open, by kind."""
    left = report.of("open")
    out = []
    for kind in kinds(left):
        own = [a for a in left if a.question.kind == kind]
        rows = [el("li", el("code", at(a.question.where)), " ", statement(a), *_reasons(a)) for a in own]
        head = el("summary", f"{KINDS.get(kind, kind)}: {len(own):,} open")
        out.append(el("details", head, el("ul", *rows)))
    return out


def _reasons(answer: Answer) -> list[Html]:
    return [_because(answer)] if answer.because else []


def asked(report: Report) -> Html:
    """How many questions of each kind have which answer."""
    rows = []
    for kind, numbers in by_kind(report.answers):
        shown = [el("td", f"{n:,}" if n else "·", class_=f"number{' some' if n else ''} c{i}")
                 for i, n in enumerate(numbers)]  # fmt: skip
        rows.append(el("tr", el("th", KINDS.get(kind, kind), scope="row"), *shown, el("td", _shares(numbers))))
    return scroll(table(("Question", "proved", "refuted", "open", ""), rows, class_="asked"), "Questions by their kind")


def _shares(numbers: tuple[int, int, int]) -> Html:
    whole, x, parts = sum(numbers), 0.0, []
    for name, n in zip(("proved", "refuted", "open"), numbers, strict=True):
        if n:
            wide = 100 * n / whole
            parts.append(el("rect", x=x, y=0, width=wide, height=10, class_=name))
            x += wide
    return _svg(*parts)


def _svg(*parts: Html, class_: str = "bar") -> Html:
    return el("svg", *parts, viewBox="0 0 100 10", preserveAspectRatio="none", class_=class_, aria_hidden="true")


# --- goals --------------------------------------------------------------------------------------------


def goals(report: Report, plays: Plays) -> Html:
    """Goals, whether they take luck, and how likely they are."""
    players = list(dict.fromkeys(name for p in report.prospects for name in p.odds))
    rows = [_goal(p, players, plays) for p in report.prospects]
    return scroll(table(("Goal", "Luck", *players), rows, class_="goals"), "Goals")


def _goal(prospect: Prospect, players: list[str], plays: Plays) -> Html:
    words, luck = prospect.goal.words, prospect.luck
    shown: Html | str = words
    if prospect.witness is not None:
        shown = plays.link(words, prospect.witness, words, "")
    free = [el("small", "without a roll", class_="quiet")] if prospect.free else []
    return el(
        "tr",
        el("th", shown, scope="row"),
        el("td", el("span", LUCKY[luck], class_=f"tag {luck}", title=LUCK[luck]), *free),
        *(el("td", *(chance(prospect.odds[name]) if name in prospect.odds else ["·"])) for name in players),
    )


def chance(given: Chance) -> list[Html]:
    """A chance as a bar, with the interval it lies in, and in words."""
    low, high, value = (min(max(x, 0.0), 1.0) * 100 for x in (given.low, given.high, given.value))
    parts = [el("rect", x=0, y=0, width=100, height=10, class_="track")]
    parts.append(el("rect", x=0, y=0, width=value, height=10, class_="value"))
    if not given.exact:
        parts.append(el("rect", x=low, y=3, width=max(high - low, 0.6), height=4, class_="span"))
    plays = f"sampled in {many(given.runs, 'play')}" if given.runs else "sampled"
    how = [] if given.exact else [el("small", f"{span(given)}, {plays}", class_="quiet")]
    return [el("div", _svg(*parts), el("span", share(given), class_="percent"), class_="chance"), *how]


# --- points of no return ------------------------------------------------------------------------------


def losses(report: Report, story: Story, plays: Plays) -> list[Html]:
    """Choices after which something is lost, those that are told worst first."""
    return [_loss(loss, story, plays) for loss in by_cruelty(report.losses)]


def _loss(loss: Loss, story: Story, plays: Plays) -> Html:
    falls = [" when the roll comes to ", el("code", loss.outcome)] if loss.outcome else []
    lost = "Lost whenever it is made, if not before: " if loss.always else "At times lost: "
    told = [TELLING[loss.telling]]
    parts = [
        el("p", el("span", loss.telling, class_=f"tag {loss.telling}"), " ", el("code", at(loss.where))),
        el("h3", _choice(story, loss.scene, loss.choice), " in ", title_of(story, loss.scene), *falls),
        el("p", el("b", lost), ", ".join(goal.words for goal in loss.goals)),
    ]
    if loss.quote:
        source = [" ", el("cite", at(loss.line))] if loss.line is not None else []
        parts.append(el("blockquote", el("q", " ".join(loss.quote.split())), *source, el("small", *told)))
    else:
        parts.append(el("p", f"It is {told[0]}." if loss.telling == "cruel" else f"{told[0].capitalize()}."))
    if loss.witness is not None:
        parts.append(plays.inline(loss.witness, "A way to it"))
    return el("article", *parts, class_="loss")


def _choice(story: Story, scene: str, choice: str) -> Html:
    return el("q", written(story, scene, choice))


def beaten(report: Report, story: Story) -> list[Html]:
    """Choices that another one beats for every goal."""
    words = {prospect.goal.id: prospect.goal.words for prospect in report.prospects}
    return [_better(better, story, words) for better in report.better]


def _better(better: Better, story: Story, words: dict[str, str]) -> Html:
    rows = [
        el("tr", el("th", words.get(goal, goal), scope="row"), el("td", likely(one)), el("td", likely(other)))
        for goal, (one, other) in better.gains.items()
    ]
    head = ("Where it matters", "with the better", "with the other")
    found = [scroll(table(head, rows, class_="gains"), "Where it matters")] if rows else []
    how = [] if better.exact else [el("p", "Sampled, not counted out.", class_="quiet")]
    one, other = _choice(story, better.scene, better.better), _choice(story, better.scene, better.worse)
    title = el("h3", one, " is never worse than ", other, " in ", title_of(story, better.scene))
    return el("article", el("p", el("code", at(better.where))), title, *how, *found, class_="better")


# --- what is remembered -------------------------------------------------------------------------------


def memory(report: Report, story: Story) -> Html:
    """What remembering costs: a bar for each variable, and the chapters in which it still matters."""
    known = [id for id in story.chapters if any(id in m.chapters for m in report.memory)]
    most = max(cost(m) for m in report.memory) or 1.0
    rows = []
    for m in sorted(report.memory, key=cost, reverse=True):
        bar = el("rect", x=0, y=0, width=100 * cost(m) / most, height=10, class_="value")
        marks = [el("td", el("span", "■", title="still matters") if id in m.chapters else "·",
                    class_=f"mark{' on' if id in m.chapters else ''}") for id in known]  # fmt: skip
        numbers = joined([f"{many(m.scenes, 'scene')} × {many(m.values, 'value')}"])
        shown = el("td", _svg(bar), el("small", numbers, class_="quiet"), class_="cost")
        rows.append(el("tr", el("th", el("code", m.name), scope="row"), shown, *marks))
    heads = ["Variable", "Cost", *(story.chapters[id].title for id in known)]
    return scroll(table(heads, rows, class_="memory"), "What remembering costs")


def endings(report: Report, story: Story, plays: Plays) -> list[Html]:
    """How each ending can be reached."""
    out = []
    for answer in report.answers:
        if answer.question.kind == "ending" and answer.verdict == "proved" and isinstance(answer.witness, Witness):
            name = title_of(story, answer.question.subject)
            out.append(el("li", plays.link(name, answer.witness, f"A way to {name}", "")))
    return [el("ul", *out, class_="ways")] if out else []
