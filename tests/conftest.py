"""What all tests have in common."""

import gc
import itertools
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The tests start the program some hundred times. Where nothing compiled is kept, each start compiles all of it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# What nobody buffers fails at once; for players it fails at the end.
os.environ.pop("PYTHONUNBUFFERED", None)

# How long an example takes says more of what else the machine does than of the program.
settings.register_profile(
    "tests",
    max_examples=int(os.environ.get("HYOSAN_EXAMPLES", "50")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("tests")

# Finding the tests makes much and throws nothing away.
gc.disable()


def pytest_collection_finish() -> None:
    """Look for rubbish as seldom as `game.__main__` does, and never among the tests themselves: a tenth of the time."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


MADE = itertools.count()


@pytest.fixture
def tmp_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder. pytest's own looks at the names of all before it to find a new one."""
    return tmp_path_factory.mktemp(f"t{next(MADE)}", numbered=False)


@pytest.fixture(scope="session", autouse=True)
def _cache_of_its_own(tmp_path_factory):
    """No test finds or leaves anything in the cache of whoever runs it."""
    before = os.environ.get("HYOSAN_CACHE")
    base = tmp_path_factory.getbasetemp()
    # All processes of a run have one cache: what the first has read, the others need not.
    folder = base.parent / "cache" if "PYTEST_XDIST_WORKER" in os.environ else base / "cache"
    folder.mkdir(exist_ok=True)
    os.environ["HYOSAN_CACHE"] = str(folder)
    yield
    if before is None:
        del os.environ["HYOSAN_CACHE"]
    else:
        os.environ["HYOSAN_CACHE"] = before


@pytest.fixture(scope="session", autouse=True)
def _quick_disk():
    """Waiting for the disk proves nothing here; whether it is asked for, and when, is looked at in tests/saves."""
    before = os.fsync
    os.fsync = lambda fd: None
    yield
    os.fsync = before
