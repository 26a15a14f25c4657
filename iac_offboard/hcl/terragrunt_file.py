"""One terragrunt file: its locals, inputs and includes, evaluated lazily.

Rules: terragrunt's "HCL reference" (blocks, attributes, functions). What terragrunt asks of the
machine or of other units' states (``get_env``, ``run_cmd``, ``dependency``) stays unknown.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence

from iac_offboard.hcl import ast, calls
from iac_offboard.hcl.context import Context
from iac_offboard.hcl.convert import failure, known_text, make_map, unknown
from iac_offboard.hcl.env import Env
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.files import inside, normal
from iac_offboard.hcl.syntax import parse
from iac_offboard.hcl.values import Element, Entry, List, Map, Piece, Str, Unknown, Value
from iac_offboard.model import SkipReason, Span

MAX_FILES = 200
"""Files that one unit reads; more are a ring."""
_EMPTY = ast.Body((), (), Span(file="", start=0, end=0))


class TerragruntFile:
    """``folder`` is the unit's directory, also in a file that the unit includes; relative paths
    begin there. ``own`` is the directory of the file itself."""

    def __init__(
        self, path: str, context: Context, *, folder: str = "", seen: Sequence[str] = ()
    ) -> None:
        self.path = path
        self.own = posixpath.dirname(path) or "."
        self.folder = folder or self.own
        self.seen = (*seen, path)
        self.context = context
        self.files = [path]
        self.env = Env(self)
        self._locals: dict[str, Value] = {}
        self._read: dict[str, TerragruntFile | None] = {}
        try:
            self.body = parse(context.read(path), path)
        except FileFault as fault:
            context.faults.fault(fault)
            self.body = _EMPTY
        self._functions: dict[str, Callable[[list[Value]], Value]] = {
            "find_in_parent_folders": self._find,
            "get_terragrunt_dir": lambda _: _text("."),
            "get_original_terragrunt_dir": lambda _: _text("."),
            "get_parent_terragrunt_dir": lambda _: _text(self._relative(self.own)),
            "get_repo_root": lambda _: _text(self._relative(".")),
            "get_path_to_repo_root": lambda _: _text(self._relative(".")),
            "get_path_from_repo_root": lambda _: _text(self.folder),
            "path_relative_to_include": lambda _: _text(posixpath.relpath(self.folder, self.own)),
            "path_relative_from_include": lambda _: _text(self._relative(self.own)),
            "read_terragrunt_config": self._config,
            "sops_decrypt_file": self._encrypted,
        }

    # ------------------------------------------------------------------ Names

    def resolve(self, name: str, steps: Sequence[ast.Step], env: Env) -> tuple[Value, int]:  # noqa: ARG002 - the Protocol's signature
        word = steps[0].name if steps and isinstance(steps[0], ast.GetAttr) else ""
        if name == "local":
            return self.local(word), 1
        if name == "include":
            found = self.includes().get(word)
            if found is None and "" in self.includes():
                return self.includes()[""].value(), 0
            return (
                (failure(f"there is no include {word}"), 1)
                if found is None
                else (
                    found.value(),
                    1,
                )
            )
        return Unknown(f"terragrunt finds {name}.{word} when it runs", f"{name}.{word}"), 1

    def call(self, call: ast.Call, env: Env) -> Value:
        known = self._functions.get(call.name)
        if known is not None:
            return known([evaluate(a, env) for a in call.args])
        if call.name.startswith("get_") or call.name == "run_cmd":
            args = [evaluate(a, env) for a in call.args]
            return Unknown(f"{call.name}() is answered when terragrunt runs", "", tuple(args))
        return calls.call(call, env, self.context)

    def spend(self, turns: int = 1) -> bool:
        return self.context.spend(turns)

    def _find(self, args: list[Value]) -> Value:
        name = known_text(args[0]) if args else "terragrunt.hcl"
        if name is None:
            return unknown("which file is looked for is not known", *args)
        folder = self.folder
        while folder != ".":
            folder = posixpath.dirname(folder) or "."
            path = normal(posixpath.join(folder, name))
            if inside(path) and self.context.holds(path):
                return _text(self._relative(path))
        return args[1] if len(args) > 1 else failure(f"{name} is in no directory above")

    def _relative(self, path: str) -> str:
        return posixpath.relpath(path, self.folder)

    def _config(self, args: list[Value]) -> Value:
        path = known_text(args[0]) if args else None
        if path is None:
            return unknown("which file is read is not known", *args)
        found = self.other(self.context.path(path), folder="")
        if found is not None:
            return found.value()
        return args[1] if len(args) > 1 else failure(f"{path} cannot be read")

    def _encrypted(self, args: list[Value]) -> Value:
        path = known_text(args[0]) if args else None
        shown = self.path if path is None else self.context.path(path)
        self.context.faults.skip(
            shown,
            SkipReason.ENCRYPTED,
            "is encrypted with sops",
            "Decrypt it with `sops --decrypt` and scan again.",
        )
        return unknown("the file is encrypted", *args)

    # ------------------------------------------------------------------ what the file holds

    def local(self, name: str) -> Value:
        found = self._locals.get(name)
        if found is not None:
            return found
        self._locals[name] = Unknown("this refers to itself", f"local.{name}")
        for block in self.body.blocks_of("locals"):
            attribute = block.body.attribute(name)
            if attribute is not None:
                self._locals[name] = evaluate(attribute.expr, self.env)
                return self._locals[name]
        return failure(f"there is no local {name}")

    def own_inputs(self) -> Value:
        attribute = self.body.attribute("inputs")
        return Map(()) if attribute is None else evaluate(attribute.expr, self.env)

    def inputs(self) -> Value:
        """Over those of the included files: the child's win, key by key unless it says deep."""
        result: Value = Map(())
        for name, other in self.includes().items():
            strategy = self._strategy(name)
            if strategy != "no_merge":
                result = _over(result, other.inputs(), deep=strategy == "deep")
        deep = any(self._strategy(name) == "deep" for name in self.includes())
        return _over(result, self.own_inputs(), deep=deep)

    def _strategy(self, name: str) -> str:
        for block in self.body.blocks_of("include"):
            if (block.labels[0] if block.labels else "") == name:
                attribute = block.body.attribute("merge_strategy")
                value = None if attribute is None else evaluate(attribute.expr, self.env)
                return "" if value is None else known_text(value) or ""
        return ""

    def includes(self) -> dict[str, TerragruntFile]:
        """The included files by label, in the order of the file."""
        found: dict[str, TerragruntFile] = {}
        for block in self.body.blocks_of("include"):
            attribute = block.body.attribute("path")
            value = None if attribute is None else evaluate(attribute.expr, self.env)
            path = None if value is None else known_text(value)
            where = None if path is None else self.context.path(path)
            other = None if where is None else self.other(where, folder=self.folder)
            if other is None:
                what = "includes a file that is not in this tree"
                self.context.faults.skip(self.path, SkipReason.MISSING, what)
            else:
                found[block.labels[0] if block.labels else ""] = other
        return found

    def other(self, path: str, *, folder: str) -> TerragruntFile | None:
        """Another terragrunt file, read once; None for one that is not there."""
        key = f"{path} {folder}"
        if key not in self._read:
            self._read[key] = self._load(path, folder)
        return self._read[key]

    def _load(self, path: str, folder: str) -> TerragruntFile | None:
        if not self.context.holds(path) or path in self.seen or len(self.seen) > MAX_FILES:
            return None
        own = folder or posixpath.dirname(path) or "."
        context = Context(self.context.files, own, self.context.faults)
        found = TerragruntFile(path, context, folder=own, seen=self.seen)
        self.files.append(path)
        found.files = self.files
        return found

    def value(self) -> Value:
        """What ``read_terragrunt_config`` and an exposed include show."""
        names = [a.name for b in self.body.blocks_of("locals") for a in b.body.attributes]
        known = Map(tuple([Entry(_text(n), self.local(n)) for n in dict.fromkeys(names)]))
        entries = (Entry(_text("locals"), known), Entry(_text("inputs"), self.inputs()))

        def missing(name: str) -> Value:
            return Unknown(f"{name} of {self.path} is not evaluated", name)

        return Map(entries, None, missing)


def _text(text: str) -> Str:
    return Str((Piece(text),))


def _over(below: Value, above: Value, *, deep: bool) -> Value:
    """``above`` wins; ``deep`` merges maps into one and puts lists together."""
    if isinstance(below, List) and isinstance(above, List) and deep:
        return List((*below.elements, *above.elements))
    if not isinstance(below, Map) or not isinstance(above, Map):
        if isinstance(above, Unknown) and isinstance(below, Map):
            return unknown("part of the inputs is not known", above, below)
        return above
    merged = make_map((*below.entries, *above.entries))
    if not deep:
        return merged
    entries = []
    for entry in merged.entries:
        under = below.get(entry.key.text or "")
        own = above.get(entry.key.text or "")
        both = under is not None and own is not None
        value = _over(under, own, deep=True) if both and under and own else entry.value
        joined = isinstance(value, Map | List) and both
        entries.append(Entry(entry.key, value, entry.slots, () if joined else entry.also))
    return Map(tuple(entries))


def elements_of(value: Value | None) -> tuple[Element, ...]:
    return value.elements if isinstance(value, List) else ()
