"""Two others write to one policy 200 times, with ours in between: nobody else is ever lost.

Threads, HTTP, and for the others the client library itself with nothing of ours in it.
"""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from iac_offboard.apply.gcp import GcpExecutor
from iac_offboard.interface import LookState
from tests.apply.gcp import ALICE, BOB, PROJECT, VIEWER, Google, bucket_target, elements, remove

RACES = 200
GET = "cloudresourcemanager.projects.getIamPolicy"
SET = "cloudresourcemanager.projects.setIamPolicy"


class Other:
    """Somebody who adds a member in every race, by the documented read-modify-write."""

    def __init__(self, google: Google, name: str) -> None:
        self.name = name
        self.members = [f"user:{name}-{n}@acme.example" for n in range(RACES)]
        for member in self.members:
            google.world.user(member.partition(":")[2])
        token = google.server.token(f"serviceAccount:{google.session.caller}")
        self._projects = build(
            "cloudresourcemanager",
            "v3",
            credentials=Credentials(token),  # type: ignore[no-untyped-call]
            static_discovery=True,
            client_options={"api_endpoint": google.server.endpoint("cloudresourcemanager")},
        ).projects()

    def write(self, race: int, start: threading.Barrier) -> None:
        start.wait()
        name = f"projects/{PROJECT}"
        options = {"options": {"requestedPolicyVersion": 3}}
        while True:
            policy: Any = self._projects.getIamPolicy(resource=name, body=options).execute()
            viewers = next(b for b in policy["bindings"] if b["role"] == VIEWER)
            viewers["members"].append(self.members[race])
            try:
                body = {"policy": {**policy, "version": 3}}
                self._projects.setIamPolicy(resource=name, body=body).execute()
            except HttpError as refused:
                if refused.resp.status != 409:
                    raise
            else:
                return


def our_executor(google: Google) -> GcpExecutor:
    return GcpExecutor(
        google.session,
        sleep=lambda seconds: time.sleep(seconds / 100),
        jitter=lambda high: random.uniform(0.0, high),
    )


def test_two_others_write_200_times_with_ours_in_between(google: Google) -> None:
    executor, others = our_executor(google), [Other(google, "one"), Other(google, "two")]
    place, kept = f"projects/{PROJECT}", {BOB}

    def ours(start: threading.Barrier) -> None:
        start.wait()
        planned = remove()
        look = executor.look(planned)
        assert look.state is LookState.PRESENT
        executor.act(planned, look)

    with ThreadPoolExecutor(max_workers=3) as pool:
        for race in range(RACES):
            if race:
                google.world.grant(place, VIEWER, ALICE)
            start = threading.Barrier(3)
            running = [pool.submit(o.write, race, start) for o in others]
            running.append(pool.submit(ours, start))
            for one in running:
                one.result(timeout=60)
            kept |= {o.members[race] for o in others}
            assert {m for _, m, _ in google.members()} == kept, race
    # They did get in each other's way: more writes were tried than were made.
    assert google.server.requests[SET] > 3 * RACES


def test_a_bucket_is_as_safe_though_its_conflict_has_another_name(google: Google) -> None:
    """412 for 409: in every race somebody writes right before ours, and once more at its retry."""
    google.world.bucket("acme-data", PROJECT)
    role, place = "roles/storage.objectViewer", "gs://acme-data"
    google.world.grant(place, role, BOB)
    executor, kept = our_executor(google), {BOB}
    planned = remove(bucket_target("acme-data"), members=elements((role, ALICE)))
    for race in range(50):
        google.world.grant(place, role, ALICE)
        coming = iter([f"user:c-{race}-{n}@acme.example" for n in range(2)])

        def write(coming: Any = coming) -> None:
            kept.add(member := next(coming))
            google.world.grant(place, role, member)

        google.server.faults.before("storage.buckets.setIamPolicy", write, times=2)
        executor.act(planned, executor.look(planned))
        assert {m for _, m, _ in google.members(place)} == kept, race
    assert google.server.requests["storage.buckets.setIamPolicy"] == 150
