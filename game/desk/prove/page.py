"""The report as one HTML file, to be read without a network and without a script.

Whatever comes from a story is text and is escaped. The page's own policy lets nothing else run or load.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from pathlib import Path

from game.desk.prove import sections
from game.desk.prove.fates import fates
from game.desk.prove.html import Html, el, joined, raw
from game.desk.prove.plays import Plays
from game.desk.prove.playthrough import Playthroughs
from game.desk.prove.wording import facts, limits, many, took, unsettled, verdict
from game.engine import Machine
from game.prove.report import Report
from game.story.model import Story

SHORT = {"asked": "Asked", "goals": "Goals", "losses": "No return", "better": "Never worse", "memory": "Memory"}
"""What sections are called in the list of them, where that is not their title."""


def page(report: Report, story: Story) -> str:
    """The whole page."""
    here = Path(__file__)
    css = here.with_name("page.css").read_text(encoding="utf-8")
    script = here.with_name("page.js").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(css)}; base-uri 'none'; form-action 'none'"
    )
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", f"{report.title}: hyosan prove"),
        el("style", raw(css)),
    )
    body = el("body", *_body(report, story), el("script", raw(script)), class_="hyosan")
    return f"<!doctype html>\n{el('html', head, raw(chr(10)), body, lang=story.language or 'en')}\n"


def _hash(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def _body(report: Report, story: Story) -> Iterable[Html]:
    plays = Plays(Playthroughs(Machine(story)))
    parts = list(_sections(report, story, plays))
    links = [el("a", SHORT.get(id, title), href=f"#{id}") for id, title, _, _ in parts]
    yield _header(report)
    yield el("nav", *links, aria_label="On this page")
    yield el("main", *(_section(*part) for part in parts))
    effort = report.effort
    reused = f", {many(effort.reused, 'answer')} kept from before" if effort.reused else ""
    did = f"{many(effort.played, 'choice')} played in {took(effort)}{reused}"
    about = f"{report.title} {report.version}, {report.digest[:12]}. {did}."
    yield el("footer", el("p", about))


def _header(report: Report) -> Html:
    wrong, left = bool(report.of("refuted")), bool(report.of("open")) or any(unsettled(report))
    look, sign = ("wrong", "✗") if wrong else ("left", "?") if left else ("well", "✓")
    if not report.answers:
        look, sign = "left", "–"
    count = [facts(report), many(report.effort.variables, "variable")]
    return el(
        "header",
        el("h1", report.title),
        el("p", ", ".join(count), class_="quiet"),
        el(
            "p",
            el("span", sign, class_="sign", aria_hidden="true"),
            el("span", verdict(report)),
            class_=f"verdict {look}",
        ),
    )


def _section(id: str, title: str, lead: str, parts: list[Html]) -> Html:
    intro = [el("p", lead, class_="lead")] if lead else []
    return el("section", el("h2", title), *intro, *parts, id=id)


def _sections(report: Report, story: Story, plays: Plays) -> Iterable[tuple[str, str, str, list[Html]]]:
    """Id, title, a sentence about it, and what is in it: only what there is something to say about."""
    if wrong := sections.problems(report, plays):
        lead = "hyosan prove --open N plays problem number N; --save-tests DIR writes the playthroughs as story tests."
        yield "problems", "Problems", lead, wrong
    if left := sections.undecided(report):
        yield "open", "Open", "These were settled neither way. They may hold, or not.", left
    if report.answers:
        ways = sections.endings(report, story, plays)
        said = [el("h3", "A way to each ending"), *ways] if ways else []
        yield "asked", "What was asked", "", [sections.asked(report), *said]
    if report.matrix is not None and report.matrix.endings:
        lead = "A letter is a fate that is possible there, and leads to a playthrough that shows it."
        yield "fates", "Who lives", lead, fates(report.matrix, story, plays)
    if report.prospects:
        lead = "Sure: by choices alone, whatever the dice. Needs luck: only if dice fall well."
        yield "goals", "Goals and odds", lead, [sections.goals(report, plays)]
    if report.losses:
        lead = "Choices after which a goal that was within reach is lost for good, the least announced first."
        yield "losses", "Points of no return", lead, sections.losses(report, story, plays)
    if report.better:
        lead = "Choices beside which another one stands that is at least as likely to reach each goal."
        yield "better", "Never better than another", lead, sections.beaten(report, story)
    if report.memory:
        lead = "In how many scenes a variable still matters, how many of its values must be told apart, and where."
        yield "memory", "What is dear to remember", lead, [sections.memory(report, story)]
    sentences = [el("li", sentence) for sentence in limits(report)]
    yield "limits", "Limits", "", [el("ul", *sentences)]
    if every := plays.every():
        more = f" {plays.over:,} more were left out of this page." if plays.over else ""
        lead = f"What the letters and names above lead to.{more}"
        yield "plays", "Playthroughs", lead, [joined(every)]
