"""Which root module a state, or a plan, belongs to that was given without one, or that none has it.

A state lies in the directory of its root, or where the backend of a root keeps it; else it is that
of the only root, or of the root that makes most of what is in it. Of a state that lies in another
place than all of these, and of which no root has a single block, the root is gone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from pathlib import Path
from typing import TypeAlias

from iac_offboard.hcl.resources import Root
from iac_offboard.sources.backends import LOCAL
from iac_offboard.sources.remote_states import Kept, kept_by
from iac_offboard.sources.terraform import TerraformSource
from iac_offboard.storage import SCHEME, in_bucket

_DEFAULT = "terraform.tfstate"  # of the local backend
_TOP = re.compile(r"(?:data\.)?[\w-]+\.[\w-]+")
_Labelled: TypeAlias = tuple[TerraformSource, Root]


def root_of(
    file: str, addresses: Set[str], code: Sequence[TerraformSource], *, of_code: bool = False
) -> tuple[str, bool]:
    """The label of the root of a state, "" where that is not known; and whether no root is its.
    ``of_code``: the addresses are those of blocks, and the root has to have some of them."""
    every = [(source, root) for source in code for root in source.repository.roots]
    here = [one for one in every if _lies_in(file, one)] or _kept_there(file, code, every)
    if len(here or every) == 1:
        only = (here or every)[0]
        certain = bool(here) or not _elsewhere(file, code, only)
        if _makes(only, addresses) or (certain and not of_code):
            return _label(only), False
    shared = sorted(
        ((len(addresses & {r.address for r in root.resources}), _label((source, root)))
         for source, root in here or every),
        reverse=True,
    )  # fmt: skip
    clear = shared and shared[0][0] > 0 and (len(shared) == 1 or shared[0][0] > shared[1][0])
    if clear:
        return shared[0][1], False
    gone = bool(every) and not here and not any(_makes(one, addresses) for one in every)
    return "", gone


def _label(one: _Labelled) -> str:
    source, root = one
    return source.label(root.path, root.variant)


def _lies_in(file: str, one: _Labelled) -> bool:
    source, root = one
    folder = Path(file).resolve().parent
    return SCHEME not in file and (Path(source.directory) / root.path).resolve() == folder


def _kept_there(
    file: str, code: Sequence[TerraformSource], every: Sequence[_Labelled]
) -> list[_Labelled]:
    place = _place(file)
    there = {(s.directory, path) for s in code for path, kept in kept_by(s) if kept.same(place)}
    return [(s, root) for s, root in every if (s.directory, root.path) in there]


def _place(file: str) -> Kept:
    if file.startswith(SCHEME):
        bucket, key = in_bucket(file)
        return Kept(type="s3", settings={"bucket": bucket, "key": key})
    return Kept(type=LOCAL, settings={"path": str(Path(file).resolve())})


def _elsewhere(file: str, code: Sequence[TerraformSource], one: _Labelled) -> bool:
    """Is it certain that the root keeps its state in another place? A file may be a copy of what a
    backend keeps, unless it is what Terraform itself leaves in the directory of a root."""
    source, root = one
    place = _place(file)
    if place.type == LOCAL:
        top = Path(source.directory).resolve()
        return Path(file).name == _DEFAULT and Path(file).resolve().is_relative_to(top)
    kept = (k for s in code for path, k in kept_by(s) if s is source and path == root.path)
    return any(k.type == place.type and "key" in k.settings for k in kept)


def _makes(one: _Labelled, addresses: Set[str]) -> bool:
    """Has the root a block, of a resource or a module, for anything that the state holds?"""
    _, root = one
    blocks = {b.address for b in root.blocks if b.module == root.path}
    tops = {found.group() for a in addresses if (found := _TOP.match(a))}
    return not tops.isdisjoint(blocks)
