"""A tree of Terraform, read and evaluated root by root."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from iac_offboard.hcl.collect import content_of
from iac_offboard.hcl.configuration import Configurations
from iac_offboard.hcl.context import Computed, Context, Faults, nothing_computed
from iac_offboard.hcl.convert import error_in
from iac_offboard.hcl.files import Files, normal
from iac_offboard.hcl.module import Module
from iac_offboard.hcl.recursion import allow_deep_recursion, collector_paused
from iac_offboard.hcl.resources import Repository, Root
from iac_offboard.hcl.survey import survey
from iac_offboard.hcl.terragrunt import Unit, units_of
from iac_offboard.hcl.variables import values_of_root
from iac_offboard.hcl.ways import TfvarsFiles, Way, with_workspaces
from iac_offboard.hcl.workspaces import mentions_workspace, workspaces_of

__all__ = ["Computed", "load", "nothing_computed"]


def load(
    files: Files,
    *,
    var_files: Mapping[str, Sequence[str]] | None = None,
    computed: Computed = nothing_computed,
) -> Repository:
    """Every root module under ``files``, evaluated as far as somebody asks. Never raises for
    what is in the tree.

    ``var_files`` maps a root's path to further tfvars files, in order, relative to the top.
    ``computed(type, attribute, attrs)`` supplies attributes that a provider computes; the type
    of a data source is spelled ``data.TYPE``.
    """
    allow_deep_recursion()
    faults = Faults()
    found: list[Root] = []
    with collector_paused():
        configurations = Configurations(files, faults)
        ways, units = _ways(configurations, faults, var_files or {})
        found += [unit.root for unit in units if unit.root is not None]
        for way in ways:
            own = Faults() if way.assumed else faults
            context = Context(
                files,
                way.module,
                own,
                computed,
                workspace=way.workspace,
                contents=configurations.contents,
            )
            root = _root(context, configurations, way)
            if root is None or (way.assumed and _refused(root)):
                continue
            faults.add(own)
            found.append(root)
    return Repository(roots=tuple(found), faults=faults)


def entered(
    files: Files,
    *,
    var_files: Mapping[str, Sequence[str]] | None = None,
    computed: Computed = nothing_computed,
) -> Iterator[tuple[Way, Module]]:
    """The root modules that ``load`` evaluates, with nothing in them evaluated yet."""
    allow_deep_recursion()
    faults = Faults()
    configurations = Configurations(files, faults)
    for way in _ways(configurations, faults, var_files or {})[0]:
        context = Context(files, way.module, Faults(), computed, workspace=way.workspace)
        module = _module(context, configurations, way)
        if module is not None:
            yield way, module


def _ways(
    configurations: Configurations, faults: Faults, var_files: Mapping[str, Sequence[str]]
) -> tuple[list[Way], tuple[Unit, ...]]:
    """Every way in which a root module is used, and the terragrunt units."""
    given = {normal(path): tuple(named) for path, named in var_files.items()}
    found = survey(configurations.files, faults)
    units = units_of(found.terragrunt, configurations, faults)
    used = {unit.way.module for unit in units if unit.way is not None}
    roots = [r for r in _roots(configurations, found.folders) if r not in used]
    tfvars = TfvarsFiles(configurations.files, configurations, roots, _loaded(given, units))
    tfvars.assign(found.tfvars, faults)
    ways = [way for path in roots for way in tfvars.ways(path, faults)]
    ways += [unit.way for unit in units if unit.way is not None]
    ways += [way.with_terraform() for way in ways if _differs(configurations, way.module)]
    return list(_in_workspaces(ways, configurations, found.states)), tuple(units)


def _loaded(
    given: Mapping[str, tuple[str, ...]], units: Sequence[Unit]
) -> dict[str, tuple[str, ...]]:
    """The files that a root or a terragrunt unit names."""
    named = {unit.folder: unit.way.var_files for unit in units if unit.way is not None}
    return {path: (*given.get(path, ()), *named.get(path, ())) for path in {*given, *named}}


def _differs(configurations: Configurations, path: str) -> bool:
    """Do Terraform and OpenTofu read different files there?"""
    return any(c.path in configurations.shadowed for c in configurations.reached(path))


def _in_workspaces(
    ways: Sequence[Way], configurations: Configurations, states: Mapping[str, tuple[str, ...]]
) -> Iterator[Way]:
    """Every way in every workspace that its root names."""
    for way in ways:
        configuration = configurations.get(way.module)
        if configuration is None or not mentions_workspace(configurations, way.module):
            yield way
            continue
        # What cannot be read is said when the ways themselves are evaluated.
        contents = configurations.contents
        context = Context(configurations.files, way.module, Faults(), contents=contents)
        values, _ = values_of_root(context, way.var_files, way.inputs)
        module = Module(context, configurations, configuration, arguments=values)
        names, default = workspaces_of(module, states.get(way.path, ()))
        yield from with_workspaces(way, names, default=default)


def _refused(root: Root) -> bool:
    """Would Terraform refuse to plan this, because a key or a file is not there?"""
    instances = (v for u in root.undecided for v in u.known)
    return any(error_in(v) is not None for v in (*instances, *(r.attrs for r in root.resources)))


def _root(context: Context, configurations: Configurations, way: Way) -> Root | None:
    module = _module(context, configurations, way)
    if module is None:
        return None
    return Root(path=way.path, variant=way.variant, content=content_of(module))


def _module(context: Context, configurations: Configurations, way: Way) -> Module | None:
    """A root module with the values that it is given."""
    configurations = configurations if way.tofu else configurations.as_terraform()
    configuration = configurations.get(way.module)
    if configuration is None:
        return None
    values, _ = values_of_root(context, way.var_files, way.inputs)
    return Module(context, configurations, configuration, arguments=values)


def _roots(configurations: Configurations, folders: Sequence[str]) -> list[str]:
    """Directories with configuration that no other calls; of a ring of callers, the first."""
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
