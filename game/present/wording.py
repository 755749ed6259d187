"""The program's own words about a run: prices, changes, names of things. Story text is never made here."""

from __future__ import annotations

from game.engine import Change, Option, Run
from game.engine.pages import level
from game.language import N_, _
from game.story.model import Choice, Story


def duration(minutes: int) -> str:
    """`20 min`, `1 h`, `1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    parts = (_("{n} h", n=hours) if hours else "", _("{n} min", n=rest) if rest else "")
    return " ".join(part for part in parts if part)


def price(story: Story, choice: Choice) -> str:
    """What a choice is known to cost: `about 20 min, loud`; "" for nothing."""
    parts = [_("about {time}", time=duration(choice.price.minutes))] if choice.price.minutes else []
    for meter, amount in choice.price.meters:
        parts.append(level(story.meters[meter].price, amount))
    return ", ".join(part for part in parts if part)


def option_text(run: Run, option: Option) -> str:
    """A choice as it reads where it is offered now."""
    return _named(run, option.choice, run.label(option))


def choice_text(run: Run, choice: Choice, turn: int | None = None) -> str:
    """A choice as it reads at `turn`."""
    return _named(run, choice, run.line(choice.text, turn))


def _named(run: Run, choice: Choice, text: str) -> str:
    """A way without words of its own is named after where it leads."""
    if not text and choice.kind == "exit":
        return _("Go to {place}.", place=lower_first(run.machine.story.places[choice.place].short))
    return text


def lower_first(text: str) -> str:
    """`The hall` within a sentence; names and abbreviations keep their capital."""
    article = text.split(" ", 1)[0].lower()
    return text[0].lower() + text[1:] if article in ("the", "a", "an") else text


BOND = (
    N_("has yet to trust you"),
    N_("is careful with you"),
    N_("is beginning to trust you"),
    N_("trusts you"),
    N_("trusts you entirely"),
)


def bond_words(now: int, low: int, high: int) -> str:
    """A bond in words: the ends of its range for the lowest and the highest, and what lies between in thirds."""
    if now <= low or now >= high:
        return _(BOND[0 if now <= low else -1])
    return _(BOND[1 + 3 * (now - low - 1) // max(1, high - low - 1)])


def items(story: Story, name: str, count: int) -> str:
    """`a rope`, `3 cups of water`."""
    item = story.items[name]
    return item.one if count == 1 else _("{n} {items}", n=count, items=item.many)


def change(run: Run, what: Change) -> str:
    """What a step changed, as a quiet line; "" for what is not told."""
    story = run.machine.story
    name, old, new = what.name, what.old, what.new
    if what.kind == "item":
        before, after = int(str(old)), int(str(new))
        found = items(story, name, abs(after - before))
        return _("taken: {items}", items=found) if after > before else _("gone: {items}", items=found)
    if what.kind == "meter":
        meter = story.meters[name]
        then, now = level(meter.words, int(str(old))), level(meter.words, int(str(new)))
        return f"{meter.label}: {now}" if now and now != then else ""
    if what.kind == "lock":
        return _("a way is open that was shut")
    if what.kind == "promise":
        text = next(p.promises[name] for p in story.people.values() if name in p.promises)
        told = {"made": N_("promised"), "kept": N_("promise kept"), "broken": N_("promise broken")}
        return f"{_(told.get(str(new), ''))}: {text}"
    if what.kind == "memory":
        person, text = next((p, p.memories[name]) for p in story.people.values() if name in p.memories)
        return _("you will remember, of {short}: {text}", short=person.short, text=text)
    person = story.people[name]
    if what.kind == "fate":
        return f"{person.short}: {story.fates[str(new)].word}"
    if what.kind == "with":
        short = person.short
        return _("{short} comes with you", short=short) if new else _("{short} is no longer with you", short=short)
    if what.kind == "bond":
        more = int(str(new)) > int(str(old))
        short = person.short
        return _("{short} trusts you more", short=short) if more else _("{short} trusts you less", short=short)
    return ""


def changes(run: Run, turn: int | None = None, there: bool | None = None) -> tuple[str, ...]:
    """All a step changed, in words; what follows from somebody's loss is not told again.

    Only what changed on coming `there`, or only all else, if that is said.
    """
    found = run.changes(turn)
    story = run.machine.story
    lost = {c.name for c in found if c.kind == "fate" and story.fates[str(c.new)].presence != "here"}
    told = [c for c in found if not (c.kind in ("with", "bond") and c.name in lost) and there in (None, c.there)]
    return tuple(dict.fromkeys(text for c in told if (text := change(run, c))))


def player_name(typed: str, default: str) -> str:
    """A name a player typed, fit to be shown: no characters a terminal acts on, at most 24 columns; else `default`."""
    from game.story.clean import FORBIDDEN
    from game.story.diagnostics import cells

    name = " ".join(FORBIDDEN.sub("", typed[:1000]).split())[:48]
    while cells(name) > 24:
        name = name[:-1]
    return name.strip() or default
