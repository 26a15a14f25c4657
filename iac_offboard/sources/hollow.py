"""Policy documents with a statement that names nobody.

AWS refuses such a document ("Grammar of the IAM JSON policy language": a principal block has at
least one principal), so that an edit that leaves one cannot be applied.
"""

from __future__ import annotations

from collections.abc import Mapping

from iac_offboard.catalog.paths import expand
from iac_offboard.catalog.policy import Json
from iac_offboard.catalog.rows import row
from iac_offboard.hcl.resources import Resource
from iac_offboard.sources.identities import plain_attributes


def is_hollow(resource: Resource) -> bool:
    """Has a document of this resource such a statement?"""
    known = row(resource.type) if resource.mode == "managed" else None
    if known is None:
        return False
    attrs = plain_attributes(resource, known)
    return any(
        _nobody(principals)
        for entry in known.paths
        if entry.path.endswith("$json")
        for _, document in expand(attrs, entry.path)
        for _, principals in expand(document, "Statement[*].Principal")
    )


def _nobody(principals: Json) -> bool:
    if not isinstance(principals, Mapping):
        return False
    return not principals or any(who == [] for who in principals.values())
