"""What the player set, kept as JSON in the platform's settings folder. A file that cannot be read means defaults."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from game.language import _, is_code

NAME = "settings.json"


def settings_folder() -> Path:
    """Where settings are kept: HYOSAN_CONFIG, or the platform's place for them."""
    if folder := os.environ.get("HYOSAN_CONFIG"):
        return Path(folder)
    from platformdirs import user_config_path

    return user_config_path("hyosan")


@dataclass(slots=True)
class Settings:
    """`theme` is "" until one was chosen; `noted` are the stories whose content notes were shown."""

    theme: str = ""
    gentle: bool = False
    shorten: bool = False
    """Whether passages that were read before are shortened."""
    language: str = ""
    """The code of the language to play in; "" for the environment's."""
    noted: list[str] = field(default_factory=list)
    folder: Path | None = None
    """Where they are kept; None for nowhere."""

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
            theme, gentle, noted = kept.get("theme"), kept.get("gentle"), kept.get("noted")
            settings.theme = theme if isinstance(theme, str) else ""
            settings.gentle = gentle is True
            settings.shorten = kept.get("shorten") is True
            language = kept.get("language")
            settings.language = language if isinstance(language, str) and is_code(language) else ""
            settings.noted = [n for n in noted if isinstance(n, str)] if isinstance(noted, list) else []
        return settings

    def save(self) -> str:
        """Keep them, all or nothing. Returns what went wrong, or ""."""
        if self.folder is None:
            return ""
        kept = {
            "theme": self.theme,
            "gentle": self.gentle,
            "language": self.language,
            "shorten": self.shorten,
            "noted": self.noted,
        }
        text = json.dumps(kept, indent=2) + "\n"
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
