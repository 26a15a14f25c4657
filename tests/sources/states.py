"""State files made for tests, and what is read of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from iac_offboard.catalog.policy import Json
from iac_offboard.model import (
    Collected,
    Observation,
    StateOrigin,
)
from iac_offboard.sources.state import StateSource
from iac_offboard.storage.local import in_file

CANARY = "canary-7f3a-secret"


PROVIDER = 'provider["example.com/hashicorp/aws"]'


NOW = datetime(2026, 11, 24, tzinfo=UTC)


def resource(
    type_: str,
    name: str,
    *instances: dict[str, Json],
    mode: str = "managed",
    module: str = "",
    provider: str = PROVIDER,
) -> dict[str, Json]:
    where: dict[str, Json] = {"module": module} if module else {}
    return {
        **where,
        "mode": mode,
        "type": type_,
        "name": name,
        "provider": provider,
        "instances": list(instances),
    }


def instance(
    attributes: dict[str, Json] | None, index: str | int | None = None, **more: Json
) -> dict[str, Json]:
    key: dict[str, Json] = {} if index is None else {"index_key": index}
    return {**key, "schema_version": 0, "attributes": attributes, **more}


ALICE: dict[str, Json] = {
    "arn": "arn:aws:iam::111122223333:user/alice",
    "id": "alice",
    "name": "alice",
    "unique_id": "AIDAEXAMPLEALICE0001",
    "tags": {"email": "alice@example.com", "note": CANARY},
}


def state(*resources: dict[str, Json], **more: Json) -> bytes:
    top: dict[str, Json] = {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 7,
        "lineage": "0f3c",
        "outputs": {"key": {"value": CANARY, "type": "string", "sensitive": True}},
        "resources": list(resources),
    }
    return json.dumps({**top, **more}).encode()


def collected(tmp_path: Path, data: bytes, root: str = "") -> Collected:
    file = tmp_path / "terraform.tfstate"
    file.write_bytes(data)
    return StateSource(in_file(str(file)), root, clock=lambda: NOW).collect(())


def one(tmp_path: Path, data: bytes) -> Observation:
    found = collected(tmp_path, data)
    assert not found.skipped
    assert len(found.observations) == 1
    return found.observations[0]


def origin(observation: Observation) -> StateOrigin:
    assert isinstance(observation.origin, StateOrigin)
    return observation.origin
