"""The exact permissions that reading and writing need, apart, as IAM policies.

Both come from ``clouds.aws.operations``, the table that the border holds every call against.
"""

from __future__ import annotations

from typing import TypedDict

from iac_offboard.clouds.aws.operations import OPERATIONS, Use


class Statement(TypedDict):
    """One statement of an IAM policy."""

    Sid: str
    Effect: str
    Action: list[str]
    Resource: str


class Policy(TypedDict):
    """An IAM policy, ready for json.dumps."""

    Version: str
    Statement: list[Statement]


def read_policy() -> Policy:
    """What scan, plan and verify call. It holds no action that changes anything but
    sts:AssumeRole, by which the reading role of each account is entered."""
    return _policy("IacOffboardRead", Use.READ)


def write_policy() -> Policy:
    """What apply calls: the changes, and looking again at each target before them. Of what gives
    a right it holds only the joining of the quarantine group, and contain's end."""
    return _policy("IacOffboardWrite", Use.WRITE)


def restore_policy() -> Policy:
    """What applying a rollback calls beside the write policy: the only calls that give rights."""
    return _policy("IacOffboardRestore", Use.RESTORE)


def states_policy() -> Policy:
    """What reading states out of S3 calls (``--state s3://...``, ``--state auto``)."""
    return _policy("IacOffboardStates", Use.STATES)


def _policy(sid: str, use: Use) -> Policy:
    by_service: dict[str, list[str]] = {}
    for row in OPERATIONS.values():
        if use in row.use:
            by_service.setdefault(row.action.split(":")[0], []).append(row.action)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": sid + service.replace("-", "").capitalize(),
                "Effect": "Allow",
                "Action": sorted(set(by_service[service])),
                "Resource": "*",
            }
            for service in sorted(by_service)
        ],
    }
