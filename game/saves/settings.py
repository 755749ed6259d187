"""What the player set, kept as JSON in the platform's settings folder. A file that cannot be read means defaults.

Every setting is an entry of `SETTINGS`: the settings screen and plain mode's `set` are both made from it.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from game.language import N_, _, is_code

NAME = "settings.json"


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that can be set to one of `values`, the first by default.

    `label`, `about` and `words`, which are what the values are called, are in English.
    """

    id: str
    label: str
    about: str
    values: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def switch(self) -> bool:
        """Whether it is on or off: then it is kept as true or false."""
        return self.values == ("off", "on")


def _switch(id: str, label: str, about: str) -> Setting:
    return Setting(id, label, about, ("off", "on"), (N_("off"), N_("on")))


SETTINGS: tuple[Setting, ...] = (
    _switch("gentle", N_("Gentle mode"), N_("Softer words where somebody is lost; for new runs.")),
    Setting(
        "notes",
        N_("Content notes before scenes"),
        N_("What a scene contains is said before it, and it can be skipped; or all such scenes are skipped."),
        ("never", "ask", "skip"),
        (N_("never"), N_("ask each time"), N_("skip such scenes")),
    ),
    _switch("polite", N_("Polite mode"), N_("Says when nobody can be saved any more from here, where that is known.")),
    Setting(
        "speed",
        N_("Text speed"),
        N_("A new passage all at once, or paragraph by paragraph. Choices can be made at any time."),
        ("instant", "key", "pace"),
        (N_("all at once"), N_("a paragraph at each key"), N_("a paragraph now and then")),
    ),
    _switch(
        "shorten",
        N_("Shorten what I have read"),
        N_("Passages read in any run as their first words; f shows all of a page."),
    ),
    Setting(
        "motion",
        N_("Motion"),
        N_("Things that slide or fade. As the system says: off, unless TEXTUAL_ANIMATIONS is set."),
        ("system", "off", "on"),
        (N_("as the system says"), N_("off"), N_("on")),
    ),
)

BY_ID = {setting.id: setting for setting in SETTINGS}


def settings_folder() -> Path:
    """Where settings are kept: HYOSAN_CONFIG, or the platform's place for them."""
    if folder := os.environ.get("HYOSAN_CONFIG"):
        return Path(folder)
    from platformdirs import user_config_path

    return user_config_path("hyosan")


@dataclass(slots=True)
class Settings:
    """`theme` is "" until one was chosen; `noted` are the stories whose content notes were shown.
    `language` is the code of the language to play in, "" for the environment's.

    Every other field is an entry of `SETTINGS`: a switch is a bool, the others hold one of their values.
    """

    theme: str = ""
    gentle: bool = False
    noted: list[str] = field(default_factory=list)
    folder: Path | None = None
    """Where they are kept; None for nowhere."""
    speed: str = "instant"
    motion: str = "system"
    notes: str = "never"
    polite: bool = False
    shorten: bool = False
    language: str = ""

    @classmethod
    def load(cls, folder: Path | None = None) -> Settings:
        """The settings as kept; whatever is missing or makes no sense is as if never set."""
        folder = folder or settings_folder()
        settings = cls(folder=folder)
        try:
            kept = json.loads((folder / NAME).read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return settings
        if isinstance(kept, dict):
            theme, noted = kept.get("theme"), kept.get("noted")
            settings.theme = theme if isinstance(theme, str) else ""
            language = kept.get("language")
            settings.language = language if isinstance(language, str) and is_code(language) else ""
            settings.noted = [n for n in noted if isinstance(n, str)] if isinstance(noted, list) else []
            for setting in SETTINGS:
                value = kept.get(setting.id)
                if setting.switch:
                    setattr(settings, setting.id, value is True)
                elif isinstance(value, str) and value in setting.values:
                    setattr(settings, setting.id, value)
        return settings

    def value(self, setting: Setting) -> str:
        """What a setting is set to, as one of its values."""
        value = getattr(self, setting.id)
        return ("on" if value else "off") if setting.switch else str(value)

    def word(self, setting: Setting) -> str:
        """What a setting is set to, as it is called in the language in use."""
        return _(setting.words[setting.values.index(self.value(setting))])

    def put(self, setting: Setting, value: str) -> str:
        """Set it to one of its values, and keep that. Returns what went wrong, or ""."""
        if value not in setting.values:
            raise ValueError(f"{setting.id} cannot be {value}")
        setattr(self, setting.id, value == "on" if setting.switch else value)
        return self.save()

    def turn(self, setting: Setting) -> str:
        """Set it to its next value, the first after the last, and keep that. Returns what went wrong, or ""."""
        at = setting.values.index(self.value(setting))
        return self.put(setting, setting.values[(at + 1) % len(setting.values)])

    def save(self) -> str:
        """Keep them, all or nothing. Returns what went wrong, or ""."""
        if self.folder is None:
            return ""
        kept = {"theme": self.theme, "language": self.language, "noted": self.noted}
        kept |= {s.id: getattr(self, s.id) for s in SETTINGS}
        text = json.dumps(kept, indent=2, ensure_ascii=False) + "\n"
        temporary = ""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=NAME)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(temporary, self.folder / NAME)
        except OSError as error:
            if temporary:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
            return _("Settings could not be kept: {why}", why=error.strerror or error)
        return ""


def listed(settings: Settings) -> list[str]:
    """Every setting in a sentence or two, with what it can be set to: for who reads line by line."""
    out = []
    for setting in SETTINGS:
        now, others = settings.value(setting), ", ".join(v for v in setting.values if v != settings.value(setting))
        said = _("{name}: {now} (or {others}).", name=setting.id, now=now, others=others)
        out.append(f"{said} {_(setting.label)}. {_(setting.about)}")
    return out


def change(settings: Settings, answer: str) -> str:
    """Do what `NAME VALUE` says. Returns what came of it, as a sentence."""
    name, _space, value = answer.strip().lower().partition(" ")
    setting = BY_ID.get(name)
    if setting is None:
        return _("Say set, a name and a value. The names are {names}.", names=", ".join(BY_ID))
    value = value.strip()
    if value not in setting.values:
        return _("{setting} can be one of: {values}.", setting=_(setting.label), values=", ".join(setting.values))
    return settings.put(setting, value) or f"{_(setting.label)}: {settings.word(setting)}."
