"""One session, many threads: no answer is taken for another thread's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from iac_offboard.clouds.gcp import policies, session
from iac_offboard.demo.google import GoogleServer

PROJECTS = [f"acme-{number}" for number in range(40)]


def test_every_thread_gets_the_policy_that_it_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with GoogleServer() as server:
        for name in PROJECTS:
            server.world.project(name)
            server.world.grant(f"projects/{name}", "roles/viewer", f"user:{name}@example.com")
        for name, value in server.environment(tmp_path).items():
            monkeypatch.setenv(name, value)
        opened = session.open_session()

        def read(project: str) -> object:
            place = f"//cloudresourcemanager.googleapis.com/projects/{project}"
            return policies.read(opened, place, project).document["bindings"]

        with ThreadPoolExecutor(8) as pool:
            found = dict(zip(PROJECTS, pool.map(read, PROJECTS), strict=True))
    assert found == {
        name: [{"role": "roles/viewer", "members": [f"user:{name}@example.com"]}]
        for name in PROJECTS
    }
