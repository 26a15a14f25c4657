"""A tree of Terraform, read and evaluated root by root."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from iac_offboard.hcl.collect import content_of
from iac_offboard.hcl.configuration import Configurations
from iac_offboard.hcl.context import Computed, Context, Faults, nothing_computed
from iac_offboard.hcl.convert import error_in
from iac_offboard.hcl.files import Files, normal
from iac_offboard.hcl.module import Module
from iac_offboard.hcl.recursion import allow_deep_recursion, collector_paused
from iac_offboard.hcl.resources import Repository, Root
from iac_offboard.hcl.survey import survey
from iac_offboard.hcl.terragrunt import Unit, unit_part, units_of
from iac_offboard.hcl.variables import values_of_root
from iac_offboard.hcl.ways import TfvarsFiles, Way, with_workspaces
from iac_offboard.hcl.workspaces import mentions_workspace, workspaces_of

__all__ = ["Computed", "Frame", "frame_of", "load", "nothing_computed", "repository_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The root modules of a tree and the ways in which they are used, with nothing in them
    evaluated. All ways of one path belong together: other paths can be evaluated without them."""

    configurations: Configurations
    faults: Faults
    units: Mapping[str, Unit]
    ways: tuple[Way | Root, ...]

    def paths(self) -> dict[str, list[int]]:
        """The path of each root, with the places of its ways in ``ways``."""
        found: dict[str, list[int]] = {}
        for place, way in enumerate(self.ways):
            found.setdefault(way.path, []).append(place)
        return found

    def entered(self, path: str, places: Sequence[int], computed: Computed) -> Entered:
        """The roots at a path."""
        unit = self.units.get(path)
        faults = Faults() if unit is None else unit.faults
        self.configurations.contents.parts.used(_way_part(path))
        if unit is not None:
            self.configurations.contents.parts.used(unit_part(path))
        found: list[tuple[int, Root]] = []
        met = [faults]
        for place in places:
            way = self.ways[place]
            if isinstance(way, Root):
                found.append((place, way))
                continue
            own = Faults()
            root = _root(self, way, own, computed)
            if root is not None and not (way.assumed and _refused(root)):
                found.append((place, root))
                met.append(own)
        return Entered(path=path, roots=tuple(found), faults=tuple(met))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """The roots at one path, each with its place among the ways of the tree, and what was met in
    evaluating them so far."""

    path: str
    roots: tuple[tuple[int, Root], ...]
    faults: tuple[Faults, ...]


def frame_of(
    files: Files,
    *,
    var_files: Mapping[str, Sequence[str]] | None = None,
    configurations: Configurations | None = None,
) -> Frame:
    """What there is to evaluate under ``files``. Never raises for what is in the tree.

    ``var_files`` maps a root's path to further tfvars files, in order, relative to the top;
    ``configurations`` of the same files may have been read before.
    """
    allow_deep_recursion()
    configurations = configurations or Configurations(files, Faults())
    faults = configurations.faults
    with collector_paused():
        ways, units = _ways(configurations, faults, var_files or {})
    absent = [unit.root for unit in units if unit.root is not None]
    return Frame(
        configurations=configurations,
        faults=faults,
        units={unit.folder: unit for unit in units},
        ways=(*absent, *ways),
    )


def load(
    files: Files,
    *,
    var_files: Mapping[str, Sequence[str]] | None = None,
    computed: Computed = nothing_computed,
) -> Repository:
    """Every root module under ``files``, evaluated as far as somebody asks. Never raises for
    what is in the tree.

    ``computed(type, attribute, attrs)`` supplies attributes that a provider computes; the type
    of a data source is spelled ``data.TYPE``.
    """
    frame = frame_of(files, var_files=var_files)
    with collector_paused():
        parts = [frame.entered(path, places, computed) for path, places in frame.paths().items()]
    return repository_of(frame, parts)


def repository_of(frame: Frame, parts: Iterable[Entered]) -> Repository:
    """The whole, in the order of the ways."""
    parts = list(parts)
    roots = sorted((one for part in parts for one in part.roots), key=lambda one: one[0])
    faults = [one for part in parts for one in part.faults]
    return Repository(roots=tuple(r for _, r in roots), faults=(frame.faults, *faults))


def entered(
    files: Files,
    *,
    var_files: Mapping[str, Sequence[str]] | None = None,
    computed: Computed = nothing_computed,
) -> Iterator[tuple[Way, Module]]:
    """The root modules that ``load`` evaluates, with nothing in them evaluated yet."""
    frame = frame_of(files, var_files=var_files)
    for way in frame.ways:
        module = None if isinstance(way, Root) else _module(frame, way, Faults(), computed)
        if isinstance(way, Way) and module is not None:
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
    return any(outline.shadowed for outline in configurations.reached(path))


def _way_part(path: str) -> str:
    return f"way {path}"


def _in_workspaces(
    ways: Sequence[Way], configurations: Configurations, states: Mapping[str, tuple[str, ...]]
) -> Iterator[Way]:
    """Every way in every workspace that its root names."""
    for way in ways:
        if not mentions_workspace(configurations, way.module):
            yield way
            continue
        with configurations.contents.parts.part(_way_part(way.path)):
            found = _workspaces(way, configurations, states)
        yield from found


def _workspaces(
    way: Way, configurations: Configurations, states: Mapping[str, tuple[str, ...]]
) -> list[Way]:
    unsaid = Faults()  # what cannot be read is said when the ways themselves are evaluated
    configuration = configurations.told_to(unsaid).get(way.module)
    if configuration is None:
        return [way]
    contents = configurations.contents
    context = Context(configurations.files, way.module, unsaid, contents=contents)
    values, _ = values_of_root(context, way.var_files, way.inputs)
    module = Module(context, configurations.told_to(unsaid), configuration, arguments=values)
    names, default = workspaces_of(module, states.get(way.path, ()))
    return with_workspaces(way, names, default=default)


def _refused(root: Root) -> bool:
    """Would Terraform refuse to plan this, because a key or a file is not there?"""
    instances = (v for u in root.undecided for v in u.known)
    return any(error_in(v) is not None for v in (*instances, *(r.attrs for r in root.resources)))


def _root(frame: Frame, way: Way, faults: Faults, computed: Computed) -> Root | None:
    module = _module(frame, way, faults, computed)
    if module is None:
        return None
    return Root(path=way.path, variant=way.variant, content=content_of(module))


def _module(frame: Frame, way: Way, faults: Faults, computed: Computed) -> Module | None:
    """A root module with the values that it is given."""
    base = frame.configurations
    configurations = (base if way.tofu else base.as_terraform()).told_to(faults)
    configuration = configurations.get(way.module)
    if configuration is None:
        return None
    context = Context(
        base.files, way.module, faults, computed, way.workspace, contents=base.contents
    )
    values, _ = values_of_root(context, way.var_files, way.inputs)
    return Module(context, configurations, configuration, arguments=values)


def _roots(configurations: Configurations, folders: Sequence[str]) -> list[str]:
    """Directories with configuration that no other calls; of a ring of callers, the first."""
    calls: dict[str, list[str]] = {}
    for path in folders:
        outline = configurations.outline(path)
        found = () if outline is None else outline.calls
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
