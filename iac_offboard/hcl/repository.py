"""A tree of Terraform, read and evaluated root by root."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from iac_offboard.hcl.collect import Collector
from iac_offboard.hcl.configuration import Configurations, is_configuration
from iac_offboard.hcl.context import Computed, Context, Faults, nothing_computed
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.files import Files, normal
from iac_offboard.hcl.module import Module
from iac_offboard.hcl.recursion import allow_deep_recursion, collector_paused
from iac_offboard.hcl.resources import Repository, Root
from iac_offboard.hcl.variables import values_of_root
from iac_offboard.model import SkipReason

__all__ = ["Computed", "load", "nothing_computed"]
MAX_DIRECTORY_DEPTH = 60


def load(
    files: Files,
    *,
    var_files: Mapping[str, Sequence[str]] | None = None,
    computed: Computed = nothing_computed,
) -> Repository:
    """Every root module under ``files``, evaluated. Never raises for what is in the tree.

    ``var_files`` maps a root's path to further tfvars files, in order, relative to the top.
    ``computed(type, attribute, attrs)`` supplies attributes that a provider computes; the type
    of a data source is spelled ``data.TYPE``.
    """
    allow_deep_recursion()
    faults = Faults()
    given = {normal(path): tuple(named) for path, named in (var_files or {}).items()}
    found: list[Root] = []
    with collector_paused():
        configurations = Configurations(files, faults)
        for path in _roots(configurations, faults):
            context = Context(files, path, faults, computed)
            root = _root(context, configurations, given.get(path, ()))
            if root is not None:
                found.append(root)
    return Repository(
        roots=tuple(found),
        skipped=tuple(sorted(faults.skipped.values(), key=lambda s: (s.where, s.reason))),
        notes=tuple(sorted(faults.notes.values(), key=lambda n: (n.where, n.text))),
    )


def _root(
    context: Context, configurations: Configurations, var_files: Sequence[str]
) -> Root | None:
    configuration = configurations.get(context.root)
    if configuration is None:
        return None
    values, tfvars = values_of_root(context, var_files)
    module = Module(context, configurations, configuration, arguments=values)
    try:
        return Collector().root(module, tfvars)
    except RecursionError:
        context.faults.skip(
            context.root, SkipReason.UNSUPPORTED, "its references are nested too deep"
        )
        return None


def _roots(configurations: Configurations, faults: Faults) -> list[str]:
    """Directories with configuration that no other calls; of a ring of callers, the first."""
    folders = sorted(_folders(configurations.files, ".", faults, 0))
    calls: dict[str, list[str]] = {}
    for path in folders:
        configuration = configurations.get(path)
        found = [] if configuration is None else configuration.local_calls()
        calls[path] = [configurations.files.real(target) for target in found]
    called = {target for path, targets in calls.items() for target in targets if target != path}
    roots = [path for path in folders if path not in called]
    reached = _reached(roots, calls)
    for path in folders:
        if path not in reached:
            roots.append(path)
            reached |= _reached([path], calls)
    return sorted(roots)


def _reached(start: list[str], calls: dict[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    todo = list(start)
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            todo.extend(calls.get(path, []))
    return seen


def _folders(files: Files, path: str, faults: Faults, depth: int) -> Iterator[str]:
    try:
        names = files.names(path)
    except FileFault as fault:
        faults.fault(fault)
        return
    if any(not is_dir and is_configuration(name) for name, is_dir in names):
        yield path
    for name, is_dir in names:
        if is_dir and not name.startswith(".") and depth < MAX_DIRECTORY_DEPTH:
            yield from _folders(files, normal(posixpath.join(path, name)), faults, depth + 1)
