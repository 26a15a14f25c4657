"""The ways to run one root module: the values that it is given and the workspace it runs in.

Terraform itself loads ``terraform.tfvars`` and ``*.auto.tfvars`` of the root's directory; which
other tfvars file is named with ``-var-file``, and which workspace is chosen, stands in no
configuration. Every such file and workspace is evaluated as a variant with a label of its own,
so that who is spelled in one of them is found there.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from iac_offboard.hcl.configuration import Configurations
from iac_offboard.hcl.context import Context, Faults
from iac_offboard.hcl.files import Files, inside, normal
from iac_offboard.hcl.values import Value
from iac_offboard.hcl.variables import automatic, names_in
from iac_offboard.model import NoteKind, SkipReason

DEFAULT = "default"
MAX_WAYS = 200
"""More variants of one root than this are not evaluated, and said to be skipped."""
MAX_LIKELY = 8
"""A file that fits none of more roots than this is evaluated at as many of them as all of its
names need: every file at every root would take the product of both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """``module``: the directory of the configuration; ``path`` and ``variant``: what the root is
    called; ``inputs`` are given like environment variables, so that every tfvars file wins;
    ``tofu`` is False for the way that Terraform goes where OpenTofu reads other files;
    ``assumed``: nothing names this workspace, so that it counts only where Terraform takes it."""

    module: str
    path: str
    variant: str = ""
    var_files: tuple[str, ...] = ()
    workspace: str = ""
    inputs: Mapping[str, Value] = field(default_factory=dict)
    assumed: bool = False
    tofu: bool = True

    def with_terraform(self) -> Way:
        """The same with the files that Terraform reads."""
        variant = f"{self.variant}, terraform" if self.variant else "terraform"
        return replace(self, variant=variant, tofu=False)

    def within(self, workspace: str, *, assumed: bool = False) -> Way:
        """The same in a workspace."""
        label = f"workspace {workspace}"
        variant = f"{self.variant}, {label}" if self.variant else label
        return replace(self, workspace=workspace, variant=variant, assumed=assumed)


def with_workspaces(way: Way, names: Sequence[str], *, default: bool) -> list[Way]:
    """A way in every workspace; a file called like a workspace is meant for that one."""
    if not names:
        return [way]
    stem = posixpath.basename(way.variant).partition(".")[0]
    if stem in names:
        return [way.within(stem)]
    found = [way.within(name) for name in names]
    extra = default and DEFAULT not in names
    return [*found, way.within(DEFAULT, assumed=True)] if extra else found


class TfvarsFiles:
    """The tfvars files that no rule loads, each at the roots whose variables it gives."""

    def __init__(
        self,
        files: Files,
        configurations: Configurations,
        roots: Sequence[str],
        given: Mapping[str, Sequence[str]],
    ) -> None:
        self._files = files
        self._configurations = configurations
        self._roots = roots
        self._given = given
        self._of: dict[str, list[str]] = {}
        self._names: dict[str, frozenset[str]] = {}
        self._variables: dict[str, frozenset[str]] = {}

    def assign(self, tfvars: Iterable[str], faults: Faults) -> None:
        """To the nearest root that declares a name: above the file first, then beside it."""
        loaded = {self._files.real(p) for named in self._given.values() for p in named}
        for root in self._roots:
            loaded.update(automatic(self._files, root, faults))
        for path in sorted(dict.fromkeys(self._files.real(p) for p in tfvars)):
            if path in loaded or not inside(path):
                continue
            names = names_in(path, self._context(path, faults))
            self._names[path] = names
            nearest = self._nearest(path, names)
            likely = self._likely(nearest, names)
            if len(likely) < len(nearest):
                count = f"{len(likely)} of {len(nearest)}"
                text = f"is evaluated at {count} root modules that it may be for"
                faults.note(NoteKind.NOT_COVERED, path, text)
            for root in likely:
                self._of.setdefault(root, []).append(path)
            if names and not nearest:
                text = "no root module declares a variable that this file gives: nothing reads it"
                faults.note(NoteKind.NOT_COVERED, path, text)

    def _context(self, path: str, faults: Faults) -> Context:
        folder = posixpath.dirname(path) or "."
        return Context(self._files, folder, faults, contents=self._configurations.contents)

    def _nearest(self, path: str, names: frozenset[str]) -> list[str]:
        best: dict[str, tuple[int, int]] = {}
        roots: dict[str, list[str]] = {}
        folder = posixpath.dirname(path) or "."
        for root in self._roots:
            near = _distance(folder, root)
            for name in names & self._declared(root):
                if name not in best or near < best[name]:
                    best[name], roots[name] = near, []
                if near == best[name]:
                    roots[name].append(root)
        return sorted({root for named in roots.values() for root in named})

    def _likely(self, roots: Sequence[str], names: frozenset[str]) -> Sequence[str]:
        """Of many roots those that declare all of the names that any does; when there is none,
        one after the other that declares the most of the rest."""
        if len(roots) <= MAX_LIKELY:
            return roots
        declared = {root: names & self._declared(root) for root in roots}
        rest = frozenset[str]().union(*declared.values())
        fitting = [root for root in roots if declared[root] == rest]
        if fitting:
            return fitting
        found: list[str] = []
        while rest:
            found.append(max(roots, key=lambda root: len(declared[root] & rest)))
            rest -= declared[found[-1]]
        return found

    def _declared(self, root: str) -> frozenset[str]:
        if root not in self._variables:
            outline = self._configurations.outline(root)
            self._variables[root] = frozenset(() if outline is None else outline.variables)
        return self._variables[root]

    def ways(self, root: str, faults: Faults) -> list[Way]:
        """The root as Terraform runs it without more options, unless that lacks what only a
        variant gives; then its variants."""
        named = tuple(self._given.get(root, ()))
        plain = Way(module=root, path=root, var_files=named)
        paths = self._of.get(root, [])
        if len(paths) > MAX_WAYS:
            what = f"has {len(paths)} tfvars files, more than the limit of {MAX_WAYS}"
            faults.skip(root, SkipReason.UNSUPPORTED, what, "Name those in use with --var-file.")
        found = [
            replace(plain, variant=_label(path, root), var_files=(*named, path))
            for path in paths[:MAX_WAYS]
        ]
        missing = self._missing(root, faults)
        if any(missing & self._names[path] for path in paths):
            return found
        return [plain, *found]

    def _missing(self, root: str, faults: Faults) -> frozenset[str]:
        outline = self._configurations.outline(root)
        if outline is None or root not in self._of:
            return frozenset()
        required = set(outline.required)
        for path in (*automatic(self._files, root, faults), *self._given.get(root, ())):
            required -= names_in(path, self._context(path, faults))
        return frozenset(required)


def _distance(folder: str, root: str) -> tuple[int, int]:
    """(0 for a root above or here, else 1; directories to walk from one to the other)."""
    here = [] if folder == "." else folder.split("/")
    there = [] if root == "." else root.split("/")
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    return int(shared < len(there)), len(here) + len(there) - 2 * shared


def _label(path: str, root: str) -> str:
    """Relative to the root where it lies below, else to the top."""
    return path if root == "." else normal(path).removeprefix(f"{root}/")
