"""What all tests have in common."""

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def _cache_of_its_own(tmp_path_factory):
    """No test finds or leaves anything in the cache of whoever runs it."""
    before = os.environ.get("HYOSAN_CACHE")
    os.environ["HYOSAN_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["HYOSAN_CACHE"]
    else:
        os.environ["HYOSAN_CACHE"] = before
