"""Values that nobody has to look up: the configuration says elsewhere what they are.

An unknown value at a subject path is undecided (DESIGN.md, rule 1), but not when it comes out of
a module that is not in the tree (a boundary, whose arguments were read), nor when it is an id
that another block of this configuration is given by the cloud. That block is read by its own
row: where it is somebody, its ids carry the name; otherwise it is a workload, a group or the like
that the configuration makes.
"""

from __future__ import annotations

import re

from iac_offboard.catalog.extract import Extracted
from iac_offboard.hcl.plain import at
from iac_offboard.hcl.values import Hole, Map, Str, Unknown, Value

_RESOURCE = re.compile(r"^[a-z0-9]+_\w+\.")


def told_elsewhere(attrs: Map, found: Extracted) -> bool:
    """Is the unknown value at this place a boundary, or the id of what the configuration makes?"""
    there = at(attrs, found.value_path)
    refs = _references(there[0]) if there is not None else ()
    if any(ref.startswith("module.") for ref in refs):
        return True
    # What AWS and Google Cloud know of a thing beside its name, their rows say themselves.
    if found.entry.spelling.startswith(("aws.", "gcp.")):
        return False
    return bool(refs) and all(_RESOURCE.match(ref) for ref in refs)


def _references(value: Value) -> tuple[str, ...]:
    if isinstance(value, Unknown):
        return (value.ref,)
    pieces = value.pieces if isinstance(value, Str) else ()
    return tuple(p.ref for p in pieces if isinstance(p, Hole) and not p.names)
