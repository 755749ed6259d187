"""Settings of laws: properties that are held against what hypothesis makes up, the same examples every time."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings


def examples(usual: int) -> int:
    """How many examples are tried: HYOSAN_EXAMPLES, or as many as is `usual` in a normal run."""
    return int(os.environ.get("HYOSAN_EXAMPLES", usual))


def laws(count: int) -> settings:
    """A decorator: so many examples, each of which may take its time."""
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
