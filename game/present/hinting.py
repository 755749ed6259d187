"""Hints in words: what a player may ask for, what came of it, and what polite mode says. No more than is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from game.engine import Run
from game.language import _, n_
from game.present.chronicle import chronicle
from game.present.gallery import EndingRow
from game.present.view import chosen_text, people, status_line, view
from game.present.wording import choice_text, lower_first


@dataclass(frozen=True, slots=True)
class Wish:
    """Something a player may wish for: one of some endings (`kind` "ending"), or that one of some people lives."""

    kind: str
    ids: tuple[str, ...]
    words: str


def wishes(run: Run, endings: Iterable[EndingRow]) -> tuple[Wish, ...]:
    """What can be asked about without saying too much: who has been met and lives, and the endings of the gallery.

    An ending that was not found has no name here, and its hint only where the gallery shows one.
    """
    out = [Wish("life", (p.id,), _("{name} lives to the end", name=p.short)) for p in people(run) if living(run, p.id)]
    if len(out) > 1:
        out.append(Wish("life", tuple(id for wish in out for id in wish.ids), _("Somebody you know lives to the end")))
    story = run.machine.story
    rows = [row for row in endings if row.id in story.scenes]
    unseen = [row for row in rows if not row.found]
    if len(unseen) > 1:
        out.append(Wish("ending", tuple(row.id for row in unseen), _("Any ending you have not found")))
    for number, row in enumerate(unseen, 1):
        if row.hint:
            words = _("An ending not found yet ({n}): {hint}", n=number, hint=row.hint)
        else:
            words = _("An ending not found yet ({n})", n=number)
        out.append(Wish("ending", (row.id,), words))
    out.extend(Wish("ending", (row.id,), _("The ending “{title}”", title=row.title)) for row in rows if row.found)
    return tuple(out)


def living(run: Run, id: str, turn: int | None = None) -> bool:
    """Whether somebody is not gone for good."""
    fate = str(run.value(f"fate.{id}", turn))
    return run.machine.story.fates[fate].presence != "gone"


def known_alive(run: Run) -> tuple[str, ...]:
    """Who had been met a choice ago, and was not gone then."""
    if not run.turn:
        return ()
    known = chronicle(run)
    return tuple(id for id in run.machine.story.people if known.met(id, run.turn - 1) and living(run, id, run.turn - 1))


# --- what came of it ---


def told(verdict: str, plays: int, seconds: float) -> str:
    """An answer in a sentence or two."""
    if verdict == "possible":
        return _("It can still be, from here.")
    if verdict == "impossible":
        return _("It cannot be any more from here, whatever you choose and however the rolls fall.")
    if verdict == "unlucky":
        return _("It cannot be any more from here, as the rolls of this run fall.")
    tried = n_("1 way on was tried", "{n} ways on were tried", plays)
    return _("Not known: {tried} in {seconds} s, and none came to it; but nothing shows that none can.",
             tried=tried, seconds=f"{seconds:.1f}")  # fmt: skip


def nudge(run: Run, way: Sequence[str], turning: int | None) -> str:
    """About where and when a way turns. `turning` is the number of the choice on it that must not be missed."""
    if not way:
        return _("You are there.")
    sure = turning is not None
    number = turning if turning is not None else _next_elsewhere(run, way)
    if number == 0:
        return (
            _("The choice before you now matters: another would lose it.")
            if sure
            else _("It begins with the choice before you now. No choice on the way is known to lose it.")
        )
    there = run.replay(way[:number])
    where = status_line(there)
    known = chronicle(run)
    cast = [
        lower_first(there.machine.story.people[id].short)
        for id in there.machine.story.scenes[there.state.scene].cast
        if known.met(id, run.turn) and living(there, id)
    ]
    chronicle(run)  # the run itself is the one to be remembered
    if cast:
        where = _("{where}, with {names}", where=where, names=named(cast)) if where else named(cast)
    if not where:
        return n_("What matters comes after 1 choice.", "What matters comes after {n} choices.", number)
    if sure:
        return _("A choice that must not be missed comes here: {where}.", where=where)
    return _("No choice on the way is known to lose it. It leads by: {where}.", where=where)


def _next_elsewhere(run: Run, way: Sequence[str]) -> int:
    """The first choice on a way that is made at another place than this, or 0."""
    scenes = run.machine.story.scenes
    here = scenes[run.state.scene].place
    for number, entry in enumerate(way):
        place = scenes[entry.rpartition(".")[0]].place
        if place and place != here:
            return number
    return 0


def step(run: Run, way: Sequence[str]) -> str:
    """The choice to make now, with its number."""
    if not way:
        return _("You are there.")
    id = way[0].rpartition(".")[2]
    option = next(option for option in view(run).options if option.id == id and option.open)
    return _("Now choose {n}: “{choice}”", n=option.number, choice=option.text)


def whole(run: Run, way: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """All choices of a way: (where and when, if that is new, or ""; the choice)."""
    after = run.replay(way)
    scenes = run.machine.story.scenes
    out, last = [], ""
    for turn in range(run.turn, after.turn):
        where = status_line(after, turn)
        step = after.steps[turn]
        choice = next(c for c in scenes[step.before.scene].choices if c.id == step.choice)
        out.append((where if where != last else "", choice_text(after, choice, turn)))
        last = where
    chronicle(run)
    return tuple(out)


# --- polite mode ---


def lost(
    run: Run,
    kind: str,
    groups: Sequence[tuple[str, ...]],
    turn: int | None,
    known: bool,
    dice: bool,
    how: Callable[[int], str],
) -> str:
    """What cannot be any more. `groups` are the people of each goal; `turn` is where to go back to, `how` says how.

    `known` says whether it is known to be possible from there; `dice`, that it is so as this run's rolls fall.
    """
    story = run.machine.story
    if kind == "ending":
        words = _("No ending can be come to from here any more.")
    elif any(len(group) > 1 for group in groups):
        words = _("Nobody can be saved from here any more.")
    else:
        names = named([lower_first(story.people[id].short) for group in groups for id in group])
        words = _("Nobody can save {names} from here any more.", names=names)
    if dice:
        words = " ".join((words, _("So this run's rolls fall.")))
    if turn is None:
        return " ".join((words, _("Whether anything earlier helps is not known.")))
    choice = chosen_text(run, turn + 1)
    if known:
        back = _("Go back to turn {n}, before “{choice}” ({how}).", n=turn, choice=choice, how=how(turn))
    else:
        back = _(
            "Perhaps from turn {n}, before “{choice}”: not known, but not ruled out ({how}).",
            n=turn,
            choice=choice,
            how=how(turn),
        )
    return f"{words} {back}"


def named(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`, in the language in use."""
    if len(names) < 2:
        return "".join(names)
    return _("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])
