"""The exact permissions that reading and writing need, apart, as custom roles.

They come from ``clouds.gcp.operations``, the table that the border holds every call against, and
from the rows of the catalog: whatever has a full resource name there has its policy read by
``getIamPolicy`` of its service. A role is printed as ``gcloud iam roles create ID
--organization=ORG --file=FILE`` takes it ("Creating and managing custom roles", IAM documentation):
JSON is YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypedDict

from iac_offboard.catalog.rows import rows
from iac_offboard.clouds.gcp.operations import OPERATIONS, Use
from iac_offboard.clouds.gcp.policies import permissions


class Role(TypedDict):
    """A custom role, ready for json.dumps."""

    title: str
    description: str
    stage: str
    includedPermissions: list[str]


def read_role() -> Role:
    """What scan, plan and verify call. It holds no permission that changes anything."""
    said = "iac-offboard looks with this. Groups: the directory's role Groups Reader beside it."
    return _role("IaC offboard read", said, Use.READ)


def write_role() -> Role:
    """What apply calls: the changes, and looking again at each target before them. A policy is
    written as a whole: who may take a member out of it may put one in."""
    said = "iac-offboard apply. Groups: the directory's role Groups Editor beside it."
    return _role("IaC offboard write", said, Use.WRITE)


def restore_role() -> Role:
    """What applying a rollback calls beside the write role."""
    return _role("IaC offboard restore", "iac-offboard apply of a rollback.", Use.RESTORE)


def _role(title: str, description: str, use: Use) -> Role:
    needed = {p for row in OPERATIONS.values() if use in row.use for p in row.permissions}
    for full in _things() if use in Use.BOTH else ():
        needed |= {*permissions(full)}
        if use is Use.WRITE:
            needed |= {*permissions(full, write=True)}
    return {
        "title": title,
        "description": description,
        "stage": "GA",
        "includedPermissions": sorted(needed),
    }


def _things() -> Iterator[str]:
    """A full resource name of every kind that the catalog speaks of, with made-up parts."""
    own = (row.target for row in rows().values() if row.target is not None)
    specs = (*own, *(p.target for row in rows().values() for p in row.paths))
    for full in sorted({spec.full for spec in specs if spec.full}):
        yield re.sub(r"\{([^}]+)\}", lambda m: "projects/x" if m[1] == "parent" else "x", full)
