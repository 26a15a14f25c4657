"""Repositories of realistic Terraform, the same bytes every time.

``python -m benchmarks.terraform_files DIR N`` writes N .tf files below DIR. Root modules have from
4 to 60 of them, spread as in large public repositories. Four in five are of a service in which
nobody is named; the others name people, in the shapes that people use: a map under for_each, a
block per person, memberships by reference, roles with jsonencode, bucket policies as heredocs,
policy documents as data sources, arguments of a module. Beside them lie tfvars, a YAML file of
members, and the modules of the repository that the roots call.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import terraform_estate as estate
from benchmarks import terraform_interface as interface
from benchmarks import terraform_people as people
from benchmarks.terraform_modules import MODULES, services

_Kind = Callable[[random.Random, int], str]
SIZES = (4, 6, 9, 9, 12, 17, 26, 60)
"""Files of one root module after the other."""


def write(directory: Path, files: int, seed: int = 20_261_120) -> int:
    """Write ``files`` .tf files, ten to a root module, and what they refer to; returns the bytes
    of the .tf files."""
    dice = random.Random(seed)
    size = sum(_put(directory / "modules" / name, text) for name, text in MODULES.items())
    left, root = files - len(MODULES), 0
    while left > 0:
        kinds = _kinds(root)[:left]
        folder = directory / f"service-{root:04d}"
        for place, kind in enumerate(kinds):
            number = place if kind in _BY_PLACE else root
            name = f"{place:02d}_{kind.__name__.strip('_')}.tf"
            size += _put(folder / name, kind(dice, number))
            if kind is people.modules:
                _put(folder / "members.yaml", "\n".join(["team:", *people.listed(dice)]) + "\n")
                _put(folder / "terraform.tfvars", f"readers = {people.quoted(dice)}\n")
        left, root = left - len(kinds), root + 1
    return size


def _kinds(root: int) -> list[_Kind]:
    """What stands in the files of one root module, in order."""
    one, other = _PAIRS[root % len(_PAIRS)]
    first = (interface.versions, interface.variables, people.modules, one, *_ESTATE, other)
    rest = (_NAMING[i // 5 % len(_NAMING)] if i % 5 == 4 else _serving(i) for i in range(99))
    return [*first, *rest][: SIZES[root % len(SIZES)]]


def _serving(number: int) -> _Kind:
    return services if number % 3 == 1 else estate.application


def _put(path: Path, text: str) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text.encode()
    path.write_bytes(data)
    return len(data)


_ESTATE: tuple[_Kind, ...] = (
    estate.network,
    estate.compute,
    estate.database,
    estate.monitoring,
    interface.outputs,
)
_PAIRS: tuple[tuple[_Kind, _Kind], ...] = (
    (people.people, people.roles),
    (people.blocks, people.buckets),
    (people.roles, people.documents),
    (people.people, people.buckets),
)
_NAMING: tuple[_Kind, ...] = (
    people.roles,
    people.queues,
    people.buckets,
    people.people,
    people.documents,
    people.blocks,
)
_BY_PLACE = frozenset((*_NAMING, estate.application, services))
"""Those that a root may have several of: what they declare is named by their place in it."""


if __name__ == "__main__":
    print(f"{write(Path(sys.argv[1]), int(sys.argv[2])):,} bytes")
