"""Tests keep nothing in the cache of whoever runs them, and find nothing there but the provider
that is unpacked once; and a loaded machine fails no property for being slow."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from iac_offboard.pipeline.cache import cache_directory

_PROVIDERS = "terraform-providers"

settings.register_profile("any-speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-speed")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    there = cache_directory(os.environ) / _PROVIDERS
    own = tmp_path_factory.mktemp("cache")
    there.mkdir(parents=True, exist_ok=True)
    (own / _PROVIDERS).symlink_to(there.resolve())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IAC_OFFBOARD_CACHE_DIR", str(own))
        yield
