"""How a value in the code came to be: the root module and the thing that an address names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

from iac_offboard.errors import InputError, UsageError
from iac_offboard.hcl.files import MAX_FILE_SIZE, DiskFiles
from iac_offboard.hcl.module import Module
from iac_offboard.hcl.repository import entered
from iac_offboard.hcl.trace import Hop, addresses, explain, parse_address, things
from iac_offboard.pipeline.request import Request
from iac_offboard.pipeline.scan import var_files_of
from iac_offboard.sources.computed import computed
from iac_offboard.sources.terraform import TerraformSource

MOST_NAMED = 8
_NO_ROOT = "No root module was found below --terraform."


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """``hops``: one tree for each attribute or instance that the address names."""

    root: str
    address: str
    hops: tuple[Hop, ...]


def run_explain(
    directories: Sequence[str],
    address: str,
    *,
    path: str = "",
    var_files: Sequence[str] = (),
    max_file_size: int = MAX_FILE_SIZE,
) -> Explanation:
    """Explain what ``[ROOT:]ADDRESS[.path]`` is worth, wherever it stands below ``directories``;
    ``max_file_size`` is in bytes.

    Raises ``UsageError`` for what is no address, ``InputError`` for one that is nowhere, that
    stands in several root modules, or a directory that is not there.
    """
    request = Request(
        subjects="",
        terraform=tuple(directories),
        var_files=tuple(var_files),
        max_file_size=max_file_size,
    )
    roots = [pair for directory in directories for pair in _roots(directory, request)]
    asked, spelled = _asked(roots, address)
    full = f"{spelled}.{path}" if path else spelled
    steps = parse_address(full)
    holding = [(label, module) for label, module in asked if things(module, steps)]
    if len(holding) > 1:
        raise InputError(
            f"{spelled} stands in {len(holding)} root modules.",
            hint=f"Name one: {_listed([f'{label}:{spelled}' for label, _ in holding])}.",
        )
    for label, module in holding:
        hops = tuple(hop for thing in things(module, steps) for hop in explain(thing))
        if hops:
            return Explanation(root=label, address=full, hops=hops)
    raise _unknown(full, [module for _, module in asked])


Rooted: TypeAlias = tuple[str, Module]


def _asked(roots: Sequence[Rooted], text: str) -> tuple[Sequence[Rooted], str]:
    """``ROOT:ADDRESS`` apart, ROOT without its variant or in full; no ROOT is all of them."""
    for name in sorted({n for label, _ in roots for n in _names(label)}, key=len, reverse=True):
        if text.startswith(f"{name}:"):
            found = [(label, module) for label, module in roots if name in _names(label)]
            return found, text[len(name) + 1 :].strip()
    head, colon, _ = text.partition(":")
    if colon and not set('["') & set(head):
        labels = sorted({label for label, _ in roots})
        hint = f"The root modules are: {_listed(labels)}." if labels else _NO_ROOT
        raise InputError(f"There is no root module {head}.", hint=hint)
    return roots, text.strip()


def _names(label: str) -> tuple[str, str]:
    return label, label.partition(" [")[0]


def _roots(directory: str, request: Request) -> Iterator[Rooted]:
    top = Path(directory)
    if not top.is_dir():
        raise InputError(
            f"--terraform {directory} is not a directory.",
            hint="Name a root module or the top of a repository.",
        )
    files = DiskFiles(top, request.max_file_size)
    given = var_files_of(request, directory)
    source = TerraformSource(directory=directory, files=files, var_files=given)
    for way, module in entered(files, var_files=given, computed=computed):
        yield source.label(way.path, way.variant), module


def _unknown(spelled: str, modules: Sequence[Module]) -> UsageError:
    known = sorted({name for module in modules for name in addresses(module)})
    close = get_close_matches(spelled, known, n=MOST_NAMED, cutoff=0.5)
    if close:
        return UsageError(f"{spelled} is nowhere in the code.", hint=f"Close: {_listed(close)}.")
    if not known:
        return UsageError(f"{spelled} is nowhere in the code.", hint=_NO_ROOT)
    hint = f"There are {len(known)} addresses, such as {_listed(known[:3])}."
    return UsageError(f"{spelled} is nowhere in the code.", hint=hint)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
