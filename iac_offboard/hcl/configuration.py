"""The configuration of each directory, read once."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass

from iac_offboard.hcl import ast
from iac_offboard.hcl.context import Contents, Faults
from iac_offboard.hcl.declarations import Configuration, add, declared_before
from iac_offboard.hcl.faults import FileFault, refused
from iac_offboard.hcl.files import Files, inside, normal, parts_of
from iac_offboard.hcl.json_syntax import parse_json_body
from iac_offboard.hcl.removed_blocks import forgotten
from iac_offboard.hcl.syntax import parse
from iac_offboard.model import NoteKind, Skipped, Span

WORKSPACE = b"terraform.workspace"
_SETTINGS = frozenset(["required_providers", "provider_meta"])
SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What of one directory decides which root modules there are and how they are used: the
    directories of this repository that it calls, its variables and those that have to be given,
    whether a file asks for the workspace (``workspace``), whether Terraform and OpenTofu read
    different files (``shadowed``), and what could not be read."""

    calls: tuple[str, ...]
    variables: tuple[str, ...]
    required: tuple[str, ...]
    workspace: bool
    shadowed: bool
    skipped: tuple[Skipped, ...]


def directory_part(path: str, *, tofu: bool = True) -> str:
    """The part of a reading that reading a directory is (``files.Parts``)."""
    return f"{'tofu' if tofu else 'terraform'} {path}"


def is_configuration(name: str) -> bool:
    return name.endswith(SUFFIXES) and not name.startswith((".", "#")) and not name.endswith("~")


def _is_override(name: str) -> bool:
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if name.endswith(suffix):
            stem = name.removesuffix(suffix)
            return stem == "override" or stem.endswith("_override")
    return False


class Configurations:
    """All directories of a tree, each read at most once. What cannot be read is told to
    ``faults`` whenever somebody uses its directory. ``tofu``: read as OpenTofu does, else as
    Terraform, which knows no .tofu files.
    """

    def __init__(self, files: Files, faults: Faults, *, tofu: bool = True) -> None:
        self.files = files
        self.faults = faults
        self.tofu = tofu
        self.contents = Contents(parts=parts_of(files))
        self._outlines: dict[str, Outline | None] = {}
        self._as_terraform: list[Configurations] = []
        self._read: dict[str, Configuration | None] = {}
        self._met: dict[str, Faults] = {}
        self._data: dict[str, bytes] = {}
        self._newlines: dict[str, list[int]] = {}
        self._shadowed: set[str] = set()
        self._with_workspace: set[str] = set()

    def told_to(self, faults: Faults) -> Configurations:
        """The same directories, read once for both, for somebody with faults of one's own."""
        found = copy(self)
        found.faults = faults
        return found

    def get(self, path: str) -> Configuration | None:
        """None when the directory holds no configuration."""
        if path in self._read:
            self.contents.parts.used(directory_part(path, tofu=self.tofu))
        else:
            self._met[path] = Faults()
            with self.contents.parts.part(directory_part(path, tofu=self.tofu)):
                self._read[path] = self._load(path, self._met[path])
        self.faults.add(self._met[path])
        return self._read[path]

    def outline(self, path: str) -> Outline | None:
        """None when the directory holds no configuration."""
        if path not in self._outlines:
            configuration = self.get(path)
            self._outlines[path] = (
                None if configuration is None else self._outline(path, configuration)
            )
        else:
            self.contents.parts.used(directory_part(path, tofu=self.tofu))
        found = self._outlines[path]
        for skipped in found.skipped if found is not None else ():
            self.faults.skipped.setdefault((skipped.where, skipped.reason), skipped)
        return found

    def know(self, outlines: Mapping[str, Outline]) -> None:
        """Outlines that need not be read for."""
        self._outlines |= outlines

    def outlines(self) -> dict[str, Outline]:
        """Those that somebody asked for, by directory."""
        return {path: one for path, one in self._outlines.items() if one is not None}

    def _outline(self, path: str, configuration: Configuration) -> Outline:
        variables = configuration.variables.items()
        return Outline(
            calls=tuple(configuration.local_calls()),
            variables=tuple(configuration.variables),
            required=tuple(n for n, b in variables if b.body.attribute("default") is None),
            workspace=not self._with_workspace.isdisjoint(configuration.files),
            shadowed=path in self._shadowed,
            skipped=tuple(self._met[path].skipped.values()),
        )

    def as_terraform(self) -> Configurations:
        """The same directories as Terraform reads them."""
        if not self._as_terraform:
            self._as_terraform.append(Configurations(self.files, self.faults, tofu=False))
        return self._as_terraform[0].told_to(self.faults)

    def reached(self, path: str) -> Iterator[Outline]:
        """The root module at ``path`` and the modules of this tree that it calls."""
        todo, seen = [path], set[str]()
        while todo:
            current = self.files.real(todo.pop())  # a ring of links has no end of names
            outline = None if current in seen else self.outline(current)
            seen.add(current)
            if outline is not None:
                yield outline
                todo += outline.calls

    def may_mention(self, span: Span, names: Iterable[str]) -> bool:
        """False only where none of ``names`` (``var.x``) can be mentioned in a span: an identifier
        has no other spelling than its own, but in JSON, where the text may be escaped."""
        data = self._data.get(span.file)
        if data is None or span.file.endswith(".json"):
            return True
        start, end = span.start, span.end
        return any(data.find(name.rpartition(".")[2].encode(), start, end) >= 0 for name in names)

    def line(self, file: str, offset: int) -> int:
        """The 1-based line of a byte of a file that was read."""
        found = self._newlines.get(file)
        if found is None:
            data = self._data.get(file, b"")
            found = self._newlines[file] = [m.start() for m in re.finditer(b"\n", data)]
        return bisect_left(found, offset) + 1

    def _load(self, path: str, met: Faults) -> Configuration | None:
        if not inside(path):
            return None
        try:
            listed = self.files.names(path)
        except FileFault as fault:
            met.fault(fault)
            return None
        names = [name for name, is_dir in listed if not is_dir and is_configuration(name)]
        names = self._without_shadowed(path, names, met)
        if not names:
            return None
        found = Configuration(path)
        for name in sorted(names, key=lambda n: (_is_override(n), n)):
            file = self.files.real(normal(posixpath.join(path, name)))
            body = self._body(file, met)
            found.files.append(file)
            if body is None:
                continue
            for block in body.blocks:
                override = _is_override(name)
                again = "" if override else declared_before(found, block)
                if again:
                    line = self.line(file, block.span.start)
                    met.fault(refused(file, f"{again} is declared a second time", line))
                add(found, block, override=override)
        return found

    def _without_shadowed(self, path: str, names: list[str], met: Faults) -> list[str]:
        """OpenTofu reads x.tofu instead of x.tf."""
        if not self.tofu:
            return [name for name in names if ".tofu" not in name]
        pairs = {n: n.replace(".tf", ".tofu") for n in names if ".tofu" not in n}
        hidden = {n: shown for n, shown in pairs.items() if shown in names}
        both = [normal(posixpath.join(path, n)) for pair in hidden.items() for n in pair]
        if not all(self._is_settings(self.files.real(file), met) for file in both):
            self._shadowed.add(path)
        return [name for name in names if name not in hidden]

    def _is_settings(self, file: str, met: Faults) -> bool:
        """Does a file only say which versions of a tool and its providers it needs?"""
        body = self._body(file, met)
        return body is not None and all(
            block.type == "terraform" and _SETTINGS.issuperset(b.type for b in block.body.blocks)
            for block in body.blocks
        )

    def _body(self, file: str, met: Faults) -> ast.Body | None:
        reader: Callable[[bytes, str], ast.Body] = (
            parse_json_body if file.endswith(".json") else parse
        )
        try:
            data = self.files.read(file)
            body = reader(data, file)
        except FileFault as fault:
            met.fault(fault)
            return None
        if WORKSPACE in data:
            self._with_workspace.add(file)
        self._data[file] = data
        for line, said in forgotten(body, data):
            met.note(NoteKind.FORGOTTEN, f"{file}:{line}", said)
        return body
