"""Private copies of the code, planned by the user's Terraform without the patch and with it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType

from iac_offboard.errors import InputError, ToolError
from iac_offboard.hcl.resources import Root
from iac_offboard.hcl.terragrunt import NAME as TERRAGRUNT
from iac_offboard.hcl.ways import Way
from iac_offboard.model import FileChange, Patch, Plan
from iac_offboard.pipeline import git, recorded
from iac_offboard.pipeline.request import RETRY_BUDGET, Request, from_pairs
from iac_offboard.pipeline.roots import label_of, must_be_known, var_file
from iac_offboard.pipeline.scan import var_files_of
from iac_offboard.pipeline.tree import Tree
from iac_offboard.sources.backends import LOCAL, REMOTE, backend_of
from iac_offboard.sources.terraform import TerraformSource
from iac_offboard.terraform import running
from iac_offboard.witness.planning import NotPlanned, Planner
from iac_offboard.witness.scratch import apply_patch, copy_tree, lend_data, lend_states

_OUTSIDE = "its state lies outside of the code that is copied"
_ELSEWHERE = "Give plans that the pipeline made with --before ROOT=FILE and --after ROOT=FILE."


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """Two plans of a root as JSON, and which ``program`` made them; or ``why`` there are none, and
    the ``next_step``; or how the plan with the patch is ``broken``."""

    before: bytes = field(default=b"", repr=False)
    after: bytes = field(default=b"", repr=False)
    program: str = ""
    why: str = ""
    next_step: str = ""
    broken: str = ""


@dataclass(frozen=True, slots=True)
class _Module:
    """A root module as it is used, in its ``--terraform`` directory ``top``; ``states`` are paths
    at which its backend keeps states in files."""

    top: Path
    path: Path
    var_files: tuple[Path, ...]
    workspace: str
    states: tuple[str, ...]


class PlansOfCopies:
    """Use as a context: the copies, and the plans in them, are gone when it ends."""

    def __init__(self, plan: Plan, out: Path, program: str) -> None:
        self._plan = plan
        self._out = out
        self._named = program
        self._request = from_pairs(plan.sources, retry_budget=RETRY_BUDGET)
        self._folder = tempfile.TemporaryDirectory(prefix="iac-offboard-")
        self._scratch = Path(self._folder.name).resolve()
        self._copies: dict[Path, Path] = {}

    def __enter__(self) -> PlansOfCopies:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folder.cleanup()

    def planned(self, roots: Sequence[str], var_files: Sequence[str]) -> dict[str, Twice]:
        """Both plans of each root module. Raises InputError when the code is not the one that was
        planned for, ToolError when a patch does not apply."""
        if not roots:
            return {}
        program = running.find(self._named)
        if program is None:
            raise InputError(
                f"There is no {self._named or 'terraform or tofu'} to plan with.",
                hint=f"Name one with --terraform BIN or in {running.BINARY}. " + _ELSEWHERE,
            )
        patches = self._patches()
        merged = self._merged()
        modules, found = self._modules(roots, var_files, program)
        for top in self._tops(modules.values()):
            self._copies[top] = self._scratch / str(len(self._copies))
            copy_tree(top, self._copies[top])
        if merged:
            self._apply(patches, back=True)
        lent = {root: m for root, m in modules.items() if self._lends(m)}
        found |= {r: Twice(why=_OUTSIDE, next_step=_ELSEWHERE) for r in modules.keys() - lent}
        planners = {root: self._planner(program, i, lent[root]) for i, root in enumerate(lent)}
        before: dict[str, Path] = {}
        for root, planner in planners.items():
            try:
                data = planner.plan("before")
            except NotPlanned as error:
                found[root] = Twice(why=error.why, next_step=error.next_step)
            else:  # not in memory, for the while that all others take
                before[root] = planner.scratch / "before.json"
                before[root].write_bytes(data)
        self._apply(patches, back=False)
        name = "OpenTofu" if program.is_tofu else "Terraform"
        for root, file in before.items():
            twice = Twice(before=file.read_bytes(), program=name)
            try:
                found[root] = replace(twice, after=planners[root].plan("after"))
            except NotPlanned as error:
                found[root] = replace(twice, broken=error.why)
        return found

    # ---------------------------------------------------------------- the code and the patches

    def _patches(self) -> list[tuple[Patch, Path]]:
        """The patches beside the plan, unchanged. Raises InputError."""
        found = []
        for patch in self._plan.patches:
            file = (self._out / patch.file).resolve()
            try:
                data = file.read_bytes()
            except OSError as error:
                raise InputError(
                    f"Cannot read {file}: {error.strerror}.",
                    hint="It belongs beside plan.json: plan again.",
                ) from error
            if hashlib.sha256(data).hexdigest() != patch.digest:
                raise InputError(
                    f"{file} is not the patch that the plan was made with.",
                    hint="Plan again, and change nothing in its directory by hand.",
                )
            found.append((patch, file))
        return found

    def _merged(self) -> bool:
        """Is the patch in the code already? Raises InputError where it is neither there nor may
        be applied."""
        changes = [c for patch in self._plan.patches for c in patch.changes]
        now = {change: recorded.digest_now(Path(change.root) / change.file) for change in changes}
        if all(now[c] == c.digest_before for c in changes):
            return False
        if all(now[c] == c.digest_after for c in changes):
            return True
        other = [c for c in changes if now[c] not in (c.digest_before, c.digest_after)]
        if other:
            raise InputError(
                f"{_named(other[0])} changed since the plan was made.",
                hint="Plan again, and prove that plan.",
            )
        raise InputError(
            "A part of the patch is merged, and a part is not.", hint="Merge or revert all of it."
        )

    def _apply(self, patches: Iterable[tuple[Patch, Path]], *, back: bool) -> None:
        for patch, file in patches:
            top = Path(patch.apply_in).resolve()
            apply_patch(file, self._copy_of(top), back=back)
            for change in patch.changes:
                copy = self._copy_of((Path(change.root) / change.file).resolve())
                wanted = change.digest_before if back else change.digest_after
                if recorded.digest_now(copy) != wanted:
                    raise ToolError(
                        f"The patch does not make of {_named(change)} what the plan says.",
                        hint="Plan again, and change nothing in its directory by hand.",
                    )

    # ---------------------------------------------------------------- the root modules

    def _modules(
        self, roots: Sequence[str], var_files: Sequence[str], program: running.Program
    ) -> tuple[dict[str, _Module], dict[str, Twice]]:
        """Those that can be planned here, and why the others cannot."""
        modules: dict[str, _Module] = {}
        found: dict[str, Twice] = {}
        sources = [_source(directory, self._request) for directory in self._request.terraform]
        must_be_known(var_files, sources)
        for source in sources:
            extra = _extra(var_files, source)
            for way in source.frame.ways:
                label = source.label(way.path, way.variant)
                if label not in roots:
                    continue
                one = _module(source, way, extra.get(label, ()), program)
                if isinstance(one, _Module):
                    modules[label] = one
                else:
                    found[label] = Twice(why=one, next_step=_ELSEWHERE)
        for root in roots:
            if root not in modules and root not in found:
                why = "it is not there any more"
                found[root] = Twice(why=why, next_step="Plan again, and prove that plan.")
        return modules, found

    def _tops(self, modules: Iterable[_Module]) -> list[Path]:
        wanted = {git.top_of(m.path) or m.top for m in modules}
        wanted |= {Path(patch.apply_in) for patch in self._plan.patches}
        tops = sorted({top.resolve() for top in wanted})
        return [t for t in tops if not any(t != o and t.is_relative_to(o) for o in tops)]

    def _copy_of(self, path: Path) -> Path:
        for top, copy in self._copies.items():
            if path.is_relative_to(top):
                return copy / path.relative_to(top)
        return path

    def _lends(self, module: _Module) -> bool:
        copy = self._copy_of(module.path.resolve())
        return lend_states(module.path, copy, module.states, self._scratch)

    def _planner(self, program: running.Program, number: int, module: _Module) -> Planner:
        copy = self._copy_of(module.path.resolve())
        plans = self._scratch / f"plans-{number}"
        plans.mkdir()
        return Planner(
            program=program,
            root=copy,
            scratch=plans,
            var_files=tuple(str(self._copy_of(f.resolve())) for f in module.var_files),
            workspace=module.workspace or os.environ.get("TF_WORKSPACE", ""),
            initialised=lend_data(module.path, copy),
        )


def _source(directory: str, request: Request) -> TerraformSource:
    tree = Tree(
        directory=directory,
        top=directory,
        limit=request.max_file_size,
        var_files=var_files_of(request, directory),
        subjects=(),
        everybody=False,
        cache=None,
    )
    return tree.source(tree.files())


def _module(
    source: TerraformSource, way: Way | Root, extra: Sequence[Path], program: running.Program
) -> _Module | str:
    """Or why nobody can plan it here."""
    if not isinstance(way, Way) or TERRAGRUNT in way.variant:
        return "it is planned by terragrunt"
    ways = [w for w in source.frame.ways if isinstance(w, Way) and w.path == way.path]
    if way.tofu != program.is_tofu and not all(w.tofu for w in ways):
        names = ("OpenTofu", "Terraform") if way.tofu else ("Terraform", "OpenTofu")
        return "it is how {} reads the code, and {} reads other files".format(*names)
    backend = backend_of(source, way.module)
    if backend.type in REMOTE:
        return "its runs are remote"
    top = Path(source.directory)
    kept = ("path", "workspace_dir") if backend.type == LOCAL else ()
    return _Module(
        top=top,
        path=top / way.module,
        var_files=(*(top / file for file in way.var_files), *extra),
        workspace=way.workspace,
        states=tuple(backend.settings[name] for name in kept if name in backend.settings),
    )


def _extra(var_files: Sequence[str], source: TerraformSource) -> Mapping[str, list[Path]]:
    """Variable files that lie anywhere, by root. Raises InputError."""
    found: dict[str, list[Path]] = {}
    for spec in var_files:
        root, file = var_file(spec)
        if not Path(file).is_file():
            raise InputError(
                f"--var-file {spec}: there is no file {file}.",
                hint="Name it from where you stand; it may lie anywhere.",
            )
        label = label_of(root, source)
        if label:
            found.setdefault(label, []).append(Path(file))
    return found


def _named(change: FileChange) -> str:
    return str(Path(change.root) / change.file)
