"""A strict AWS whose buckets hold states, and a repository that keeps its states there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.demo.calls import Caller
from iac_offboard.demo.strict import StrictServer
from tests.acceptance.desk import Ran, run
from tests.strict_env import point_at, without_waiting

BUCKET, KEY = "example-states", "app/terraform.tfstate"
BACKEND = f"""\
terraform {{
  backend "s3" {{
    bucket = "{BUCKET}"
    key    = "{KEY}"
    region = "us-east-1"
  }}
}}
"""


def state_of(*names: str, serial: int = 3) -> bytes:
    """A version 4 state of IAM users."""
    instances = [
        {
            "index_key": name,
            "schema_version": 0,
            "attributes": {"name": name, "arn": f"arn:aws:iam::111122223333:user/{name}"},
        }
        for name in names
    ]
    user = {
        "mode": "managed",
        "type": "aws_iam_user",
        "name": "person",
        "provider": 'provider["example.com/hashicorp/aws"]',
        "instances": instances,
    }
    body = {"version": 4, "terraform_version": "1.11.4", "serial": serial, "lineage": "x-1"}
    return json.dumps(body | {"outputs": {}, "resources": [user] if names else []}).encode()


@dataclass(frozen=True)
class Kept:
    """``work`` is where commands are run; ``repo`` below it has one root module, ``app``."""

    server: StrictServer
    work: Path

    @property
    def app(self) -> Path:
        return self.work / "repo" / "app"

    @property
    def s3(self) -> Any:
        return Caller(self.server.url, self.server.app.config.root).client("s3")

    def put(self, key: str, data: bytes) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=data)

    def objects(self) -> dict[str, str]:
        listed = self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {o["Key"]: o["ETag"] for o in listed}

    def written(self, text: str) -> None:
        self.app.mkdir(parents=True, exist_ok=True)
        (self.app / "main.tf").write_text(text, encoding="utf-8")

    def scan(self, *more: str) -> Ran:
        roster = self.work / "leavers.yaml"
        roster.write_text(
            "version: 1\nsubjects:\n  - {id: leaver-1, kind: person, "
            'aliases: ["arn:aws:iam::111122223333:user/alice"]}\n',
            encoding="utf-8",
        )
        return run(
            *("scan", "--subjects", "leavers.yaml", "--format", "json", "--retry-budget", "1"),
            *more,
        )

    def followed(self) -> Ran:
        return self.scan("--terraform", "repo", "--state", "auto")


def found(ran: Ran) -> list[tuple[str, str, str]]:
    """(file, root, address) of every place in a state."""
    return sorted(
        (o["origin"]["file"], o["origin"]["root"], o["origin"]["address"])
        for f in ran.json["findings"]
        for o in f["observations"]
        if "lineage" in o["origin"]
    )


def skipped(ran: Ran) -> list[tuple[str, str]]:
    return [(s["where"], s["reason"]) for s in ran.json["skipped"]]


@pytest.fixture(scope="module")
def server() -> Iterator[StrictServer]:
    with StrictServer() as running:
        yield running


@pytest.fixture
def kept(server: StrictServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    point_at(server, monkeypatch)
    without_waiting(monkeypatch)
    monkeypatch.chdir(tmp_path)
    made = Kept(server, tmp_path)
    made.s3.create_bucket(Bucket=BUCKET)
    made.written(BACKEND)
    return made
