"""A state of 100 MB and plans of 50 MB: time and memory of one run of the command line each."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.table import table
from benchmarks.terraform_people import PEOPLE

_INSTANCES = 50_000
_STATE_BYTES = 100_000_000
_PLAN_BYTES = 50_000_000
_ROSTER = 21
# Every tenth instance is an identity, as in an estate where people are a part.
_EVERY = 10
_WORDS = ("bucket", "queue", "topic", "table", "function", "stream", "cluster", "volume")


def report() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as directory:
        top = Path(directory)
        roster = _roster(top)
        plans = {"plan, nearly all unchanged": 200, "plan, all to be created": 1}
        rows = [_row("state", _state(top), ["scan", "--subjects", roster, "--state"])]
        for name, every in plans.items():
            file = _plan(top, every)
            for verb in ("guard", "scan"):
                asked = [verb, "--subjects", roster, "--plan-json"]
                rows.append(_row(f"{name}: {verb}", file, asked))
    yield table(
        f"Large files, {_ROSTER} subjects: a run of the command line, with its start",
        ("what", "MB", "instances", "found", "json.loads s", "seconds", "peak MB"),
        rows,
    )


def _row(name: str, file: Path, command: list[str]) -> tuple[object, ...]:
    text = file.read_bytes()
    started = time.process_time()
    body = json.loads(text)
    loaded = time.process_time() - started
    count = sum(len(r.get("instances", "x")) for r in body.get("resources", ())) or len(
        body["resource_changes"]
    )
    size = len(text) / 1e6
    del body, text
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.large_files", *command, str(file), "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    return (name, size, count, told["found"], loaded, told["seconds"], told["megabytes"])


def _roster(top: Path) -> str:
    subjects = [
        {
            "id": f"leaver-{i}",
            "kind": "person",
            "aliases": [f"{name}@example.com", name],
        }
        for i, name in enumerate((*PEOPLE[: _ROSTER - 1], "zebulon"))
    ]
    path = top / "leavers.json"
    path.write_text(json.dumps({"version": 1, "subjects": subjects}), encoding="utf-8")
    return str(path)


def _values(i: int, size: int) -> tuple[str, dict[str, Any]]:
    """Type and attributes of instance ``i``, about ``size`` bytes of them."""
    if i % _EVERY == 0:
        name = PEOPLE[i // _EVERY] if i // _EVERY < 40 else f"person-{i}"
        arn = f"arn:aws:iam::111122223333:user/{name}"
        attrs = {"name": name, "arn": arn, "id": name, "path": "/", "force_destroy": False}
        return "aws_iam_user", {**attrs, "tags": {"team": _filler(i, size - 200)}}
    name = f"{_WORDS[i % len(_WORDS)]}-{i}"
    attrs = {"name": name, "arn": f"arn:aws:dynamodb:eu-west-1:111122223333:table/{name}"}
    return "aws_dynamodb_table", {**attrs, "id": name, "attribute": _filler(i, size - 200)}


def _filler(i: int, size: int) -> str:
    text = " ".join(f"{word}={i * n:x}" for n, word in enumerate(_WORDS * 25, 1))
    return (text * (size // len(text) + 1))[: max(size, 0)]


def _state(top: Path) -> Path:
    size = _STATE_BYTES // _INSTANCES - 260
    resources = []
    for i in range(_INSTANCES):
        type_, attrs = _values(i, size)
        resources.append(
            {
                "mode": "managed",
                "type": type_,
                "name": f"r{i}",
                "provider": 'provider["registry.example.com/hashicorp/aws"]',
                "instances": [{"schema_version": 0, "attributes": attrs}],
            }
        )
    body = {"version": 4, "serial": 7, "lineage": "l", "outputs": {}, "resources": resources}
    path = top / "large.tfstate"
    path.write_text(json.dumps(body, indent=1), encoding="utf-8")
    return path


def _plan(top: Path, every: int) -> Path:
    """Of which one change in ``every`` creates something; with what else stands in a plan's JSON:
    the values planned and those before."""
    count = 8_000
    size = _PLAN_BYTES // count // (4 if every > 1 else 2) - 150
    changes, planned = [], []
    for i in range(count):
        type_, attrs = _values(i, size)
        new = i % every == 0
        described = {"address": f"{type_}.r{i}", "mode": "managed", "type": type_, "name": f"r{i}"}
        change = {
            "actions": ["create" if new else "no-op"],
            "before": None if new else attrs,
            "after": attrs,
            "after_unknown": {},
            "before_sensitive": False,
            "after_sensitive": {},
        }
        changes.append({**described, "change": change})
        planned.append({**described, "values": attrs})
    before = [] if every == 1 else planned
    body = {
        "format_version": "1.2",
        "terraform_version": "1.13.0",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": before}}},
        "configuration": {"root_module": {}},
    }
    path = top / f"plan-{every}.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def main() -> int:
    """One run of the command line, and what it took."""
    import io  # what a run loads by itself is a part of it
    from contextlib import redirect_stdout

    from benchmarks.one_scan import peak

    started = time.process_time()
    from iac_offboard.cli import main as run

    out = io.StringIO()
    with redirect_stdout(out):
        run(sys.argv[1:])
    seconds = time.process_time() - started
    told = json.loads(out.getvalue())
    found = told["counts"].get("findings", len(told.get("found", ())))
    print(json.dumps({"seconds": seconds, "megabytes": peak(), "found": found}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
