"""Changing the language while the game runs: its own words, the story, and the run that is being played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game import language
from game.engine import Machine
from game.language import _
from game.present.speaking import name_of, respoken

if TYPE_CHECKING:
    from game.tui.app import HyosanApp


def ask(app: HyosanApp) -> None:
    """Let the player choose a language, and go on in it."""
    from game.tui.screens.language import LanguageScreen

    if not isinstance(app.screen, LanguageScreen):
        app.push_screen(LanguageScreen(), lambda code: None if code is None else speak(app, code))


def speak(app: HyosanApp, code: str) -> None:
    """Keep the choice, and show everything in that language from now on."""
    app.settings.language = code
    problem = app.settings.save()
    chosen = code or language.by_locale()
    language.use(chosen)
    if app.speak is not None:
        app.machine = Machine(app.speak(chosen))
        if app.session is not None:
            app.session.run = respoken(app.session.run, app.machine)
    app.begin_again(problem or _("Language: {name}", name=name_of(chosen)))
