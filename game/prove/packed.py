"""Dataclasses as JSON and back, by their annotations; what does not fit raises `ValueError`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


def pack(value: Any) -> Any:
    """A value as lists, objects and atoms. A mapping becomes a list of pairs, since its keys may be anything."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: pack(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return [[pack(key), pack(one)] for key, one in value.items()]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [pack(one) for one in value]
    return value


def unpack(hint: Any, data: Any) -> Any:
    """What `pack` made of a value of type `hint`."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        if data in inner:
            return data
    elif origin in (Union, UnionType):
        if data is None and NoneType in inner:
            return None
        (hint,) = (one for one in inner if one is not NoneType)
        return unpack(hint, data)
    elif origin is tuple and isinstance(data, list):
        if len(inner) == 2 and inner[1] is ...:
            return tuple(unpack(inner[0], one) for one in data)
        return tuple(unpack(one, part) for one, part in zip(inner, data, strict=True))
    elif origin is Sequence and isinstance(data, list):
        return tuple(unpack(inner[0], one) for one in data)
    elif origin is Mapping and isinstance(data, list):
        return {unpack(inner[0], key): unpack(inner[1], one) for key, one in data}
    elif is_dataclass(hint) and isinstance(hint, type) and isinstance(data, dict):
        known = _hints(hint)
        if known.keys() == data.keys():
            return hint(**{name: unpack(known[name], one) for name, one in data.items()})
    elif hint is float and type(data) is int:
        return float(data)
    elif type(data) is hint:
        return data
    raise ValueError(f"not {hint}")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
