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

NAME = "settings.json"


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that can be set to one of `values`, the first by default. `words` are what the values are called."""

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
    return Setting(id, label, about, ("off", "on"), ("off", "on"))


SETTINGS: tuple[Setting, ...] = (
    _switch("gentle", "Gentle mode", "Softer words where somebody is lost; for new runs."),
    Setting(
        "notes",
        "Content notes before scenes",
        "What a scene contains is said before it, and it can be skipped; or all such scenes are skipped.",
        ("never", "ask", "skip"),
        ("never", "ask each time", "skip such scenes"),
    ),
    _switch("polite", "Polite mode", "Says when nobody can be saved any more from here, where that is known."),
    Setting(
        "speed",
        "Text speed",
        "A new passage all at once, or paragraph by paragraph. Choices can be made at any time.",
        ("instant", "key", "pace"),
        ("all at once", "a paragraph at each key", "a paragraph now and then"),
    ),
    _switch("shorten", "Shorten what I have read", "Passages read before, in any run, are shown short."),
    Setting(
        "motion",
        "Motion",
        "Things that slide or fade. As the system says: off, unless TEXTUAL_ANIMATIONS is set.",
        ("system", "off", "on"),
        ("as the system says", "off", "on"),
    ),
    Setting(
        "language",
        "Language",
        "What is not translated is shown in English.",
        ("system", "en", "ko"),
        ("as the system says", "English", "한국어"),
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
    language: str = "system"

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
        """What a setting is set to, as it is called."""
        return setting.words[setting.values.index(self.value(setting))]

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
        kept = {"theme": self.theme, "noted": self.noted} | {s.id: getattr(self, s.id) for s in SETTINGS}
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
            return f"Settings could not be kept: {error.strerror or error}"
        return ""


def listed(settings: Settings) -> list[str]:
    """Every setting in a sentence or two, with what it can be set to: for who reads line by line."""
    out = []
    for setting in SETTINGS:
        values = ", ".join(value for value in setting.values if value != settings.value(setting))
        out.append(f"{setting.id}: {settings.value(setting)} (or {values}). {setting.label}. {setting.about}")
    return out


def change(settings: Settings, answer: str) -> str:
    """Do what `NAME VALUE` says. Returns what came of it, as a sentence."""
    name, _, value = answer.strip().lower().partition(" ")
    setting = BY_ID.get(name)
    if setting is None:
        return f"Say set, a name and a value. The names are {', '.join(BY_ID)}."
    value = value.strip()
    if value not in setting.values:
        return f"{setting.label} can be {', '.join(setting.values[:-1])} or {setting.values[-1]}."
    return settings.put(setting, value) or f"{setting.label}: {settings.word(setting)}."
