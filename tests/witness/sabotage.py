"""Patches that do something else than what was planned, made from the right one.

Each takes the files as the right patch leaves them to what a wrong one would make of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from iac_offboard.edit.diff import unified

Files: TypeAlias = dict[str, bytes]

MAIN = "main.tf"
BOBS_POLICY = b'resource "aws_iam_user_policy" "bob" {'
ATTACHMENT = b'resource "aws_iam_policy_attachment" "audit" {'
QUEUE = b'resource "aws_sqs_queue" "jobs" {'


def _without_block(text: bytes, head: bytes) -> bytes:
    start = text.index(head)
    return text[:start] + text[text.index(b"\n}\n", start) + 4 :]


def _replaced(text: bytes, old: bytes, new: bytes) -> bytes:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def _main(change: Callable[[bytes], bytes]) -> Callable[[Files], Files]:
    return lambda files: {**files, MAIN: change(files[MAIN])}


SABOTAGES: Mapping[str, tuple[Callable[[Files], Files], str, str]] = {
    "one extra deletion": (
        _main(lambda text: _without_block(text, BOBS_POLICY)),
        "aws_iam_user_policy.bob",
        "would be destroyed, and the plan does not say so",
    ),
    "no identity binding": (
        _main(lambda text: _without_block(text, QUEUE)),
        "aws_sqs_queue.jobs",
        "would be destroyed, and the plan does not say so",
    ),
    "one wrong person": (
        _main(lambda text: _replaced(text, b'= ["bob"]', b'= ["alice"]')),
        "aws_iam_group_membership.ops",
        "would take somebody else out (users)",
    ),
    "an index shift": (
        _main(lambda text: _replaced(text, b'["early", "late", "night"]', b'["late", "night"]')),
        "aws_sqs_queue.shift[0]",
        "would be replaced",
    ),
    "an exclusive attachment removed": (
        _main(lambda text: _without_block(text, ATTACHMENT)),
        "aws_iam_policy_attachment.audit",
        "would be destroyed, and the plan does not say so",
    ),
    "a changed condition": (
        _main(lambda text: _replaced(text, b'= "true" }', b'= "false" }')),
        "aws_iam_role.deploy",
        "would change a condition in assume_role_policy",
    ),
    "a replace": (
        _main(lambda text: _replaced(text, b'  name = "deploy"', b'  name = "deployer"')),
        "aws_iam_role.deploy",
        "would be replaced",
    ),
}
"""Name -> what it makes of the files, and what Terraform shows: where, and which sentence."""


def sabotaged(case: Path, root: Path, name: str, *, keep: bool = False) -> Files:
    """The files as a wrong patch leaves them. Unless told to ``keep`` the case, its patch and what
    plan.json says of it get the shape that somebody would give them who wants it to be applied."""
    change = SABOTAGES[name][0]
    plan = json.loads((case / "plan.json").read_bytes())
    (patch,) = plan["patches"]
    before = {c["file"]: (root / c["file"]).read_bytes() for c in patch["changes"]}
    before.setdefault(MAIN, (root / MAIN).read_bytes())
    after = change(_after(patch, root))
    if keep:
        return after
    data = unified({f: (before[f], after[f]) for f in after}, git=False)
    (case / patch["file"]).write_bytes(data)
    patch["digest"] = hashlib.sha256(data).hexdigest()
    for one in patch["changes"]:
        one["digest_after"] = hashlib.sha256(after[one["file"]]).hexdigest()
    (case / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    return after


def _after(patch: Any, root: Path) -> Files:
    """What the right patch makes of the files: taken from beside the case."""
    right = root.parent / "right"
    return {c["file"]: (right / c["file"]).read_bytes() for c in patch["changes"]}
