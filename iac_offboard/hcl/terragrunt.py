"""Terragrunt units: a module of this tree with the inputs of a ``terragrunt.hcl``.

A unit is a root of its own. Its inputs are environment variables to Terraform, so that tfvars
files win over them; a source that is not in this tree is a boundary, its inputs are arguments.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iac_offboard.hcl import ast
from iac_offboard.hcl.configuration import Configurations
from iac_offboard.hcl.context import Context, Faults
from iac_offboard.hcl.convert import known_text
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.files import inside, normal
from iac_offboard.hcl.resources import ModuleCall, Resource, Root, TopBlock, Undecided, Wanted
from iac_offboard.hcl.syntax import parse
from iac_offboard.hcl.terragrunt_file import TerragruntFile, elements_of
from iac_offboard.hcl.values import Map, Value
from iac_offboard.hcl.variables import automatic
from iac_offboard.hcl.ways import Way
from iac_offboard.model import CutKind, NoteKind, SkipReason, Span

NAME = "terragrunt.hcl"
_CODE = frozenset(["resource", "module", "locals", "variable"])
_WRITE_IT_DOWN = (
    "Move the resources, modules, locals and variables of its contents into a .tf file of the "
    "module, where they are read; or look through them by hand, then waive this file."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """``way`` is None for a unit whose module is not in this tree; ``root`` then holds the inputs
    as the arguments of an absent module. ``files`` were read for it; ``faults`` grow with what is
    asked of the inputs."""

    folder: str
    files: tuple[str, ...]
    faults: Faults
    way: Way | None = None
    root: Root | None = None


def units_of(
    paths: Sequence[str], configurations: Configurations, faults: Faults
) -> tuple[Unit, ...]:
    """Every unit below the top. A file that is only included by others is none."""
    found: list[Unit] = []
    for path in paths:
        folder = posixpath.dirname(path) or "."
        if posixpath.basename(path) != NAME:
            what = "terragrunt stacks are not read"
            step = "Look through it by hand, then waive it."
            faults.skip(path, SkipReason.UNSUPPORTED, what, step)
            continue
        own = Faults()
        with configurations.contents.parts.part(unit_part(folder)):
            file = TerragruntFile(path, Context(configurations.files, folder, own))
            unit = _unit(file, folder, configurations.told_to(own))
        faults.add(own)
        if unit is not None:
            found.append(unit)
    return tuple(found)


def unit_part(folder: str) -> str:
    """The part that finding out about a unit is."""
    return f"unit {folder}"


def _unit(file: TerragruntFile, folder: str, configurations: Configurations) -> Unit | None:
    faults = file.context.faults
    chain = list(_with_includes(file))
    source = next((s for f in chain if (s := _source(f)) is not None), None)
    if source is None and configurations.get(folder) is None:
        return None
    inputs = file.inputs()
    _generated(chain, faults)
    module = folder if source is None else _module(file, source, configurations)
    if module is None:
        return _absent(file, inputs, "" if source is None else known_text(source) or "")
    if not isinstance(inputs, Map):
        faults.skip(file.path, SkipReason.UNDECIDED, "its inputs are not known")
        inputs = Map(())
    beside = automatic(configurations.files, folder, faults) if module != folder else []
    way = Way(
        module=module,
        path=folder,
        variant=NAME,
        var_files=(*beside, *_var_files(chain)),
        inputs={e.key.text: e.value for e in inputs.entries if e.key.text is not None},
    )
    return Unit(folder=folder, files=tuple(dict.fromkeys(file.files)), faults=faults, way=way)


def _module(file: TerragruntFile, source: Value, configurations: Configurations) -> str | None:
    """The directory of the source; None, and said why, for one that is not in this tree."""
    faults = file.context.faults
    text = known_text(source)
    if text is None:
        faults.skip(file.path, SkipReason.UNDECIDED, "its terraform source is not known")
        return None
    path = _local(text, file.folder)
    if path is None:
        note = f"module {text} is not in this tree; see its inputs"
        faults.note(NoteKind.BOUNDARY, file.path, note)
        return None
    if not inside(path):
        faults.skip(file.path, SkipReason.OUTSIDE, f"its source {text} is outside the tree")
        return None
    real = configurations.files.real(path)
    if configurations.get(real) is None:
        what = f"there is no configuration in its source {real}"
        faults.skip(file.path, SkipReason.MISSING, what)
        return None
    return real


def _with_includes(file: TerragruntFile) -> Iterator[TerragruntFile]:
    yield file
    for other in file.includes().values():
        yield from _with_includes(other)


def _source(file: TerragruntFile) -> Value | None:
    for block in file.body.blocks_of("terraform"):
        attribute = block.body.attribute("source")
        if attribute is not None:
            return evaluate(attribute.expr, file.env)
    return None


def _local(source: str, folder: str) -> str | None:
    """The directory of a local source, its part before ``//`` and the module in it put together;
    None for one of another kind."""
    path = source.partition("?")[0]
    if not path.startswith((".", "/")):
        return None
    return normal(posixpath.join(folder, path.replace("//", "/")))


def _var_files(chain: Sequence[TerragruntFile]) -> tuple[str, ...]:
    """``extra_arguments`` name tfvars files; the optional ones may be missing."""
    found: list[str] = []
    for file in chain:
        for block in file.body.blocks_of("terraform"):
            for extra in block.body.blocks_of("extra_arguments"):
                for name in ("required_var_files", "optional_var_files"):
                    attribute = extra.body.attribute(name)
                    value = None if attribute is None else evaluate(attribute.expr, file.env)
                    named = [known_text(e.value) for e in elements_of(value)]
                    found += [file.context.path(n) for n in named if n is not None]
    return tuple([path for path in found if chain[0].context.holds(path)])


def _generated(chain: Sequence[TerragruntFile], faults: Faults) -> None:
    """``generate`` writes more code into the module: what it would make is not evaluated."""
    for file in chain:
        for block in file.body.blocks_of("generate"):
            attribute = block.body.attribute("contents")
            value = None if attribute is None else evaluate(attribute.expr, file.env)
            text = None if value is None else known_text(value)
            if text is not None and not _makes_something(text, file.path):
                continue
            if value is not None and text is None and attribute is not None:
                spelled = _spelled(attribute, file)
                if "resource" not in spelled and "module" not in spelled:
                    continue
            line = file.context.read(file.path).count(b"\n", 0, block.span.start) + 1
            what = (
                f"its block generate {' '.join(block.labels)} (line {line}) writes code into the "
                "module when terragrunt runs, and that is not evaluated"
            )
            faults.skip(file.path, SkipReason.UNSUPPORTED, what, _WRITE_IT_DOWN)


def _spelled(attribute: ast.Attribute, file: TerragruntFile) -> str:
    span = attribute.span
    return file.context.read(span.file)[span.start : span.end].decode("utf-8", "replace")


def _makes_something(text: str, path: str) -> bool:
    try:
        return any(block.type in _CODE for block in parse(text.encode(), path).blocks)
    except FileFault:
        return True


@dataclass(frozen=True, slots=True)
class _Called:
    """The content of a root that is one call of an absent module."""

    call: ModuleCall

    def resources(self, wanted: Wanted | None = None) -> tuple[Resource, ...]:  # noqa: ARG002
        return ()

    def calls(self) -> tuple[ModuleCall, ...]:
        return (self.call,)

    def blocks(self) -> tuple[TopBlock, ...]:
        return ()

    def outputs(self) -> Map:
        return Map(())

    def undecided(self) -> tuple[Undecided, ...]:
        return ()


def _absent(file: TerragruntFile, inputs: Value, source: str) -> Unit:
    span = Span(file=file.path, start=0, end=file.body.span.end)
    call = ModuleCall(
        address="terragrunt",
        name="terragrunt",
        key=None,
        repeat="",
        source=source,
        version="",
        present=False,
        args=inputs if isinstance(inputs, Map) else Map(()),
        block=ast.cut(CutKind.BLOCK, span, None),
        file=file.path,
        line=1,
    )
    files = tuple(dict.fromkeys(file.files))
    root = Root(path=file.folder, variant=NAME, content=_Called(call))
    return Unit(folder=file.folder, files=files, faults=file.context.faults, root=root)
