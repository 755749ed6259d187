"""YAML as an editor reads it: version 1.2, core schema. Only for tests; the game has a stricter reader of its own."""

from __future__ import annotations

import re
from typing import Any

import yaml

_SCALARS = (
    ("null", r"(?:~|null|Null|NULL|)", "~nN\0"),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)", "tTfF"),
    ("int", r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)", "-+0123456789"),
    ("float", r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN))",
     "-+.0123456789"),
)  # fmt: skip


# The reader in C is the same to a text that is right, and several times as fast.
_Reader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Core(_Reader):  # type: ignore[misc, valid-type]
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own way

    def mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        return {str(key.value): self.construct_object(value, deep=True) for key, value in node.value}

    def integer(self, node: yaml.ScalarNode) -> int:
        text = str(node.value)
        return int(text, 0) if text.startswith(("0o", "0x")) else int(text)


for _tag, _pattern, _first in _SCALARS:
    _Core.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}",
        re.compile(rf"{_pattern}\Z"),
        [c if c != "\0" else "" for c in _first],
    )
_Core.add_constructor("tag:yaml.org,2002:map", _Core.mapping)
_Core.add_constructor("tag:yaml.org,2002:int", _Core.integer)


def load(text: str) -> Any:
    """The value of a document, with every key a text."""
    return yaml.load(text, Loader=_Core)
