"""The settings, as the app and plain mode share them."""

from game.saves.settings import NAME, SETTINGS, Setting, Settings, settings_folder

__all__ = ["NAME", "SETTINGS", "Setting", "Settings", "settings_folder"]
