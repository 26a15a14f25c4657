"""Which places Terraform leaves alone live, whatever the code says.

``lifecycle { ignore_changes }`` names attributes, or ``all`` of them ("The lifecycle
Meta-Argument", Terraform language documentation). A resource that goes as a whole is destroyed
all the same.
"""

from __future__ import annotations

import re

from iac_offboard.catalog.extract import Extracted
from iac_offboard.catalog.rows import RemovalWord
from iac_offboard.hcl.resources import Resource
from iac_offboard.sources.places import dotted

_INDEX = re.compile(r"\[([^\]]*)\]")


def ignored(resource: Resource, found: Extracted) -> bool:
    """Does ``ignore_changes`` of the resource cover the place where the identity stands?"""
    if found.entry.removal is RemovalWord.BLOCK or not resource.meta.ignore_changes:
        return False
    if isinstance(resource.meta.ignore_changes, str):
        return resource.meta.ignore_changes == "all"
    place = _normal(dotted(found.value_path))
    named = (_normal(one) for one in resource.meta.ignore_changes if one)
    return any(place == one or place.startswith(f"{one}.") for one in named)


def _normal(path: str) -> str:
    return _INDEX.sub(r".\1", path)
