"""The ids of a story as definitions of a schema: one list a kind of thing."""

from __future__ import annotations

from collections.abc import Callable

from game.desk.schema.ids import Ids
from game.desk.schema.values import Definitions, Schema, one_of

KINDS: dict[str, Callable[[Ids], dict[str, str]]] = {
    "person": Ids.people,
    "item": Ids.items,
    "place": Ids.places,
    "note": Ids.notes,
    "meter": Ids.meters,
    "fate": Ids.fates,
    "later fate": Ids.later_fates,
    "promise": Ids.promises,
    "memory": Ids.memories,
    "locked exit": Ids.locks,
    "site": lambda ids: ids.exposure("site"),
    "source": lambda ids: ids.exposure("source"),
    "chapter": Ids.chapters,
    "scene": Ids.scenes,
    "ending": Ids.endings,
    "choice": Ids.choices,
    "choice of a scene": Ids.choices_of_scenes,
    "outcome": Ids.outcomes,
    "flag or meter": Ids.named_flags,
    "what has a value": Ids.with_values,
}


class Lists:
    """References to the lists of a story's ids, by what they are ids of."""

    def __init__(self, ids: Ids, definitions: Definitions) -> None:
        self.ids = ids
        self.definitions = definitions

    def one(self, what: str) -> Schema:
        """One such id. `what` is a key of `KINDS`."""
        name = what.replace(" ", "_")
        return self.definitions.ref("-id", name, lambda: one_of(KINDS[what](self.ids), what, self.ids.complete))

    def list(self, what: str) -> Schema:
        """A list of such ids."""
        return {"type": "array", "items": self.one(what)}

    def some(self, what: str) -> Schema:
        """One such id, or a list of them."""
        return {"anyOf": [self.one(what), self.list(what)]}
