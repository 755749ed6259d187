"""Going on in another language: the same run, told by the same story in other words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from game import language
from game.engine import Diverged, Machine, Run
from game.language import _
from game.story import Story

Speak: TypeAlias = "Callable[[str], Story]"
"""Gives the story in a language, by its code, as far as it is translated."""


def offered() -> list[tuple[str, str]]:
    """The languages to choose from: (code, name); "" is the environment's."""
    environment = _("The computer's: {name}", name=name_of(language.by_locale()))
    return [("", environment), *((code, name_of(code)) for code in language.available())]


def name_of(code: str) -> str:
    """What a language calls itself."""
    return language.NAMES.get(code, code)


def respoken(run: Run, machine: Machine) -> Run:
    """The run as `machine`, which has the same story in another language, tells it."""
    old, new = run.machine.story.player.name, machine.story.player.name
    player = new if run.player == old else run.player
    try:
        told = Run.new(machine, run.seed, player, run.gentle, run.dice).replay((*run.log, *run.future))
    except Diverged:
        told = None
    if told is None or [s.after for s in told.steps] != [s.after for s in run.steps]:
        # A run out of an older story: what was told on its way stays in the words it was told in.
        return replace(run, machine=machine, player=player)
    return told.go_to(run.turn)
