"""What a terminal shows of a report besides, when everything is asked for."""

from __future__ import annotations

from game.desk.prove.playthrough import title_of, written
from game.desk.prove.sheet import Sheet, folded
from game.desk.prove.wording import TELLING, at, by_cruelty, cost, likely
from game.prove.report import Better, Loss, Report
from game.story.diagnostics import printable
from game.story.model import Story


def show(sheet: Sheet, report: Report, story: Story) -> None:
    """Points of no return, choices that another one beats, and what is dear to remember."""
    if report.losses:
        sheet.head("points of no return")
        for loss in by_cruelty(report.losses):
            _loss(sheet, loss, story)
    if report.better:
        sheet.head("never better than another")
        words = {prospect.goal.id: prospect.goal.words for prospect in report.prospects}
        for better in report.better:
            _better(sheet, better, story, words)
    if report.memory:
        sheet.head("what is dear to remember")
        rows = [["", "kind", "scenes", "values", "chapters"]]
        rows += [
            [printable(m.name), printable(m.kind), f"{m.scenes:,}", f"{m.values:,}", f"{len(m.chapters):,}"]
            for m in sorted(report.memory, key=cost, reverse=True)
        ]
        sheet.table(rows, "llrrr", head=True)


def _loss(sheet: Sheet, loss: Loss, story: Story) -> None:
    goals = ", ".join(printable(goal.words) for goal in loss.goals)
    when = "whenever it is made" if loss.always else "at times"
    sheet.wrap(f"{at(loss.where)}: {loss.telling}: {_choice(loss, story)} loses, {when}: {goals}", "  ", "    ")
    said = f"{TELLING[loss.telling]}"
    if loss.quote:
        said += f": “{printable(' '.join(loss.quote.split()))}”{f' ({at(loss.line)})' if loss.line else ''}"
    sheet.wrap(said, "    ", "      ")
    if loss.witness is not None:
        sheet.wrap(folded(loss.witness, 2 * sheet.width - 24), "    ", "      ", style="cyan")


def _choice(loss: Loss, story: Story) -> str:
    text = printable(written(story, loss.scene, loss.choice))
    where = printable(title_of(story, loss.scene))
    falls = f", when it comes to {printable(loss.outcome)}," if loss.outcome else ""
    return f"“{text}” in {where}{falls}"


def _better(sheet: Sheet, better: Better, story: Story, words: dict[str, str]) -> None:
    one, other = (printable(written(story, better.scene, id)) for id in (better.better, better.worse))
    where = printable(title_of(story, better.scene))
    how = "" if better.exact else " (sampled)"
    sheet.wrap(f"{at(better.where)}: in {where}, “{one}” is never worse than “{other}”{how}", "  ", "    ")
    for id, (with_it, with_other) in better.gains.items():
        gain = f"{likely(with_it)} rather than {likely(with_other)}"
        sheet.wrap(f"{printable(words.get(id, id))}: {gain}", "    ", "      ")
    if not better.gains:
        sheet.wrap("for no goal does it matter which", "    ")
