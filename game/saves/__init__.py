"""Runs on disk. A turn that `Saves.write` has returned from survives a crash, a full disk and a pulled plug.

    folder/<story id>/<slot>/g000000123.json    a generation: immutable, a header line and a body line of JSON
    folder/<story id>/<slot>/n-<id>.json        what the numbers in a generation are called
    folder/<story id>/<slot>/t-<id>.json        what some turns of it came to
    folder/<story id>/<slot>/lock               held by the process that plays in the slot
    folder/<story id>/<slot>/owner              who that is, for a message
    folder/<story id>/.endings/<key>.json       an ending that was reached, whatever becomes of the runs

Every save is a new generation under a new name; the three newest good ones are kept. `format` says what is in one and
`packed` how a run is told in numbers, `numbers` and `history` what lies beside it for the day on which the story is
another, `disk` how it gets there, `capture` how a run comes into one, `restore` how it comes out of it again, `slots`
does the housekeeping, `memorial` remembers endings.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.present.gallery import Reached
    from game.saves.entries import Restored, SlotInfo
    from game.saves.errors import SaveError, SaveLocked
    from game.saves.memorial import Remembered
    from game.saves.places import default_folder
    from game.saves.slots import Saves
else:
    from game.later import later

    # Imported when it is asked for: settings are read before anything else is.
    __getattr__ = later(
        __name__,
        {
            "entries": ("Restored", "SlotInfo"),
            "errors": ("SaveError", "SaveLocked"),
            "memorial": ("Reached", "Remembered"),
            "places": ("default_folder",),
            "slots": ("Saves",),
        },
    )

__all__ = ["Reached", "Remembered", "Restored", "SaveError", "SaveLocked", "Saves", "SlotInfo", "default_folder"]
